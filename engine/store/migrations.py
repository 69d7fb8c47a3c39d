"""How the schema came to be: numbered steps, each with a sentence, for a new file and for one of an earlier generation.

A file in the field may be of generation 4 (`documents`, `chunks`: everything embedded), of generation 5 (the queue:
`chunks.embedding_status`, `batch_jobs`) or ours. What is added to its tables is nullable or has a default, so that the
earlier writer goes on working on the same file. Tables that are not named here are never touched.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("halfrate")

ORIGIN_COLUMNS = {
    "documents": {"id", "content", "metadata", "media_type", "created_at"},
    "chunks": {
        "id",
        "document_id",
        "chunk_index",
        "content",
        "chunk_type",
        "language",
        "metadata",
        "created_at",
    },
    "batch_jobs": {"id", "google_job_id", "status", "stats", "created_at", "updated_at"},
}
"""What the tables of every earlier generation have."""

BUCKET = """CASE
  WHEN {0}.embedding_status = 'READY' THEN 'ready'
  WHEN {0}.embedding_status = 'FAILED' THEN 'failed'
  WHEN {0}.batch_job_id IS NULL THEN 'pending'
  ELSE 'in_batch' END"""
CAUSE = "CASE WHEN {0}.embedding_status = 'FAILED' THEN coalesce({0}.failure_cause, 'other error') ELSE '' END"
CHARS = "coalesce({0}.embed_chars, length({0}.content))"

_JOB_COLUMNS = (
    "display_name TEXT",
    "model TEXT",
    "dimension INTEGER",
    "task_type TEXT",
    "key_label TEXT",
    "key_tail TEXT",
    "price_per_million TEXT",
    "sync_price_per_million TEXT",
    "price_label TEXT",
    "chunk_count INTEGER NOT NULL DEFAULT 0",
    "characters INTEGER NOT NULL DEFAULT 0",
    "estimated_tokens INTEGER NOT NULL DEFAULT 0",
    "ready_count INTEGER NOT NULL DEFAULT 0",
    "failed_count INTEGER NOT NULL DEFAULT 0",
    "missing_count INTEGER NOT NULL DEFAULT 0",
    "superseded_count INTEGER NOT NULL DEFAULT 0",
    "returned_count INTEGER NOT NULL DEFAULT 0",
    "tokens INTEGER NOT NULL DEFAULT 0",
    "waste_tokens INTEGER NOT NULL DEFAULT 0",
    "input_file TEXT",
    "input_sha256 TEXT",
    "input_bytes INTEGER NOT NULL DEFAULT 0",
    "output_file TEXT",
    "output_bytes INTEGER NOT NULL DEFAULT 0",
    "short_bytes INTEGER",
    "short_since TEXT",
    "settle_cursor INTEGER NOT NULL DEFAULT 0",
    "remote_state TEXT",
    "remote_done INTEGER NOT NULL DEFAULT 0",
    "remote_json TEXT",
    "end_status TEXT",
    "error TEXT",
    "submit_attempts INTEGER NOT NULL DEFAULT 0",
    "next_attempt_at TEXT",
    "absent_listings INTEGER NOT NULL DEFAULT 0",
    "uploaded_at TEXT",
    "submitted_at TEXT",
    "ended_at TEXT",
)


@migrations()
def m001_origin_tables(db: Database) -> None:
    """The tables as generation 5 made them; what exists is left as it is."""
    execute = db.conn.execute
    execute(
        'CREATE TABLE IF NOT EXISTS "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL,'
        ' "metadata" TEXT NOT NULL, "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL)'
    )
    execute(
        'CREATE TABLE IF NOT EXISTS "batch_jobs" ("id" TEXT NOT NULL PRIMARY KEY, "google_job_id" TEXT,'
        ' "status" TEXT NOT NULL, "stats" TEXT NOT NULL, "created_at" DATETIME NOT NULL,'
        ' "updated_at" DATETIME NOT NULL)'
    )
    execute(
        'CREATE TABLE IF NOT EXISTS "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL,'
        ' "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT,'
        ' "metadata" TEXT NOT NULL, "embedding_status" TEXT NOT NULL, "batch_job_id" TEXT, "error_message" TEXT,'
        ' "created_at" DATETIME NOT NULL,'
        ' FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("batch_job_id") REFERENCES "batch_jobs" ("id") ON DELETE SET NULL)'
    )


@migrations()
def m002_queue_for_generation_4(db: Database) -> None:
    """Chunks of generation 4 are embedded, and so is what its writer goes on inserting."""
    _add_columns(
        db,
        "chunks",
        "embedding_status TEXT NOT NULL DEFAULT 'READY'",
        "batch_job_id TEXT REFERENCES batch_jobs (id) ON DELETE SET NULL",
        "error_message TEXT",
    )


@migrations()
def m003_added_columns(db: Database) -> None:
    """What we know of documents, chunks and jobs beyond the earlier generations; nullable or with a default."""
    _add_columns(db, "documents", "source TEXT", "title TEXT", "content_hash TEXT")
    _add_columns(
        db,
        "chunks",
        "content_hash TEXT",
        "context TEXT",
        "embed_chars INTEGER",
        "start_offset INTEGER",
        "end_offset INTEGER",
        "token_count INTEGER",
        "attempts INTEGER NOT NULL DEFAULT 0",
        "next_attempt_at TEXT",
        "failure_cause TEXT",
        "failed_at TEXT",
    )
    _add_columns(db, "batch_jobs", *_JOB_COLUMNS)


@migrations()
def m004_own_tables(db: Database) -> None:
    """Vectors with their profiles, job history, superseded rows, the ledger, leases, counters."""
    for statement in (
        "CREATE TABLE profiles (id INTEGER PRIMARY KEY, model TEXT NOT NULL, dimension INTEGER NOT NULL,"
        " task_type TEXT NOT NULL, UNIQUE (model, dimension, task_type))",
        # No foreign key to chunks: the trigger below serves writers that do not enforce them, and costs no look-up.
        "CREATE TABLE vectors (chunk_id INTEGER PRIMARY KEY, profile_id INTEGER NOT NULL, embedding BLOB NOT NULL)",
        "CREATE TABLE job_events (id INTEGER PRIMARY KEY, job_id TEXT NOT NULL, at TEXT NOT NULL,"
        " status TEXT NOT NULL, note TEXT NOT NULL)",
        "CREATE TABLE superseded (job_id TEXT NOT NULL, chunk_id INTEGER NOT NULL, hash_prefix TEXT NOT NULL,"
        " PRIMARY KEY (job_id, chunk_id, hash_prefix)) WITHOUT ROWID",
        "CREATE TABLE ledger (id INTEGER PRIMARY KEY, at TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL,"
        " key_tail TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL,"
        " waste_tokens INTEGER NOT NULL, price_per_million TEXT NOT NULL, sync_price_per_million TEXT NOT NULL,"
        " price_label TEXT NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico INTEGER NOT NULL,"
        " waste_pico INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, job_id TEXT, note TEXT NOT NULL)",
        "CREATE TABLE ledger_days (day TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL,"
        " model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, amount_pico INTEGER NOT NULL,"
        " sync_amount_pico INTEGER NOT NULL, waste_tokens INTEGER NOT NULL, waste_pico INTEGER NOT NULL,"
        " estimated_tokens INTEGER NOT NULL, PRIMARY KEY (day, mode, key_label, model)) WITHOUT ROWID",
        "CREATE TABLE leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, holder TEXT, operation TEXT,"
        " pid INTEGER, host TEXT, acquired_at TEXT, beat_at TEXT, expires_at TEXT)",
        "CREATE TABLE chunk_counts (bucket TEXT NOT NULL, cause TEXT NOT NULL, chunks INTEGER NOT NULL,"
        " characters INTEGER NOT NULL, PRIMARY KEY (bucket, cause)) WITHOUT ROWID",
        "CREATE TABLE token_ratio (model TEXT PRIMARY KEY, characters INTEGER NOT NULL, tokens INTEGER NOT NULL)"
        " WITHOUT ROWID",
        "CREATE TABLE lowered_allowance (model TEXT PRIMARY KEY, tokens INTEGER NOT NULL, at TEXT NOT NULL)"
        " WITHOUT ROWID",
        "CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, level TEXT NOT NULL,"
        " message TEXT NOT NULL)",
    ):
        db.conn.execute(statement)


@migrations()
def m005_indexes(db: Database) -> None:
    """One index for each question that is asked often; the queue's are partial and stay small."""
    for statement in (
        "CREATE UNIQUE INDEX IF NOT EXISTS ix_chunks_document_index ON chunks (document_id, chunk_index)",
        "CREATE UNIQUE INDEX IF NOT EXISTS ix_batch_jobs_google ON batch_jobs (google_job_id)",
        "CREATE UNIQUE INDEX ix_documents_source ON documents (source) WHERE source IS NOT NULL",
        "CREATE INDEX ix_chunks_waiting ON chunks (id) WHERE embedding_status = 'PENDING' AND batch_job_id IS NULL",
        # Not limited to PENDING: settling would have to remove every entry again.
        "CREATE INDEX ix_chunks_job ON chunks (batch_job_id) WHERE batch_job_id IS NOT NULL",
        "CREATE INDEX ix_chunks_backing_off ON chunks (next_attempt_at)"
        " WHERE embedding_status = 'PENDING' AND batch_job_id IS NULL AND next_attempt_at IS NOT NULL",
        "CREATE INDEX ix_chunks_failed ON chunks (failure_cause, failed_at) WHERE embedding_status = 'FAILED'",
        "CREATE INDEX ix_batch_jobs_status ON batch_jobs (status, created_at)",
        "CREATE INDEX ix_batch_jobs_created ON batch_jobs (created_at)",
        "CREATE INDEX ix_job_events_job ON job_events (job_id, id)",
        "CREATE INDEX ix_ledger_at ON ledger (at)",
        "CREATE UNIQUE INDEX ix_ledger_job ON ledger (job_id) WHERE job_id IS NOT NULL",
    ):
        db.conn.execute(statement)


@migrations()
def m006_triggers(db: Database) -> None:
    """Counters kept by every writer's changes, superseded rows noted, the ledger closed to changes."""
    db.conn.execute(
        "INSERT INTO chunk_counts SELECT bucket, cause, count(*), sum(characters) FROM (SELECT"
        f" {BUCKET.format('c')} AS bucket, {CAUSE.format('c')} AS cause, {CHARS.format('c')} AS characters"
        " FROM chunks c) GROUP BY bucket, cause"
    )
    plus = (
        "INSERT INTO chunk_counts VALUES ({bucket}, {cause}, 1, {chars}) ON CONFLICT (bucket, cause)"
        " DO UPDATE SET chunks = chunks + 1, characters = characters + excluded.characters;"
    ).format(bucket=BUCKET.format("NEW"), cause=CAUSE.format("NEW"), chars=CHARS.format("NEW"))
    minus = (
        "UPDATE chunk_counts SET chunks = chunks - 1, characters = characters - {chars}"
        " WHERE bucket = {bucket} AND cause = {cause};"
    ).format(bucket=BUCKET.format("OLD"), cause=CAUSE.format("OLD"), chars=CHARS.format("OLD"))
    traveling = "OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NOT NULL AND OLD.content_hash IS NOT NULL"
    note = "INSERT OR IGNORE INTO superseded VALUES (OLD.batch_job_id, OLD.id, substr(OLD.content_hash, 1, 16));"
    for statement in (
        f"CREATE TRIGGER halfrate_chunk_added AFTER INSERT ON chunks BEGIN {plus} END",
        f"CREATE TRIGGER halfrate_chunk_removed AFTER DELETE ON chunks BEGIN {minus}"
        " DELETE FROM vectors WHERE chunk_id = OLD.id; END",
        "CREATE TRIGGER halfrate_chunk_moved AFTER UPDATE OF embedding_status, batch_job_id, failure_cause,"
        f" embed_chars, content ON chunks BEGIN {minus} {plus} END",
        f"CREATE TRIGGER halfrate_chunk_gone AFTER DELETE ON chunks WHEN {traveling} BEGIN {note} END",
        "CREATE TRIGGER halfrate_chunk_changed AFTER UPDATE OF content, metadata, context ON chunks"
        f" WHEN {traveling} AND (OLD.content IS NOT NEW.content OR OLD.metadata IS NOT NEW.metadata"
        f" OR OLD.context IS NOT NEW.context) BEGIN {note}"
        # A writer that does not know the hash leaves the old one behind: the text is another one now.
        " UPDATE chunks SET content_hash = NULL WHERE id = NEW.id AND content_hash IS OLD.content_hash; END",
        "CREATE TRIGGER halfrate_ledger_days AFTER INSERT ON ledger BEGIN"
        " INSERT INTO ledger_days VALUES (substr(NEW.at, 1, 10), NEW.mode, NEW.key_label, NEW.model, NEW.requests,"
        " NEW.tokens, NEW.amount_pico, NEW.sync_amount_pico, NEW.waste_tokens, NEW.waste_pico, NEW.estimated_tokens)"
        " ON CONFLICT (day, mode, key_label, model) DO UPDATE SET requests = requests + excluded.requests,"
        " tokens = tokens + excluded.tokens, amount_pico = amount_pico + excluded.amount_pico,"
        " sync_amount_pico = sync_amount_pico + excluded.sync_amount_pico,"
        " waste_tokens = waste_tokens + excluded.waste_tokens, waste_pico = waste_pico + excluded.waste_pico,"
        " estimated_tokens = estimated_tokens + excluded.estimated_tokens; END",
        "CREATE TRIGGER halfrate_ledger_kept BEFORE UPDATE ON ledger BEGIN"
        " SELECT raise(ABORT, 'the ledger is append-only'); END",
        "CREATE TRIGGER halfrate_ledger_never_deleted BEFORE DELETE ON ledger BEGIN"
        " SELECT raise(ABORT, 'the ledger is append-only'); END",
    ):
        db.conn.execute(statement)


def _add_columns(db: Database, table: str, *columns: str) -> None:
    """Adds the columns that a table does not have yet."""
    present = {row[1] for row in db.conn.execute(f"PRAGMA table_info({table})")}
    for column in columns:
        if column.partition(" ")[0] not in present:
            db.conn.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
