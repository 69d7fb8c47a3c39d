"""The schema steps of the first version, as they were released: literal text that never changes.

A statement that adds a column is left out where the column is there already; all others run as they stand.
"""

from __future__ import annotations

FIRST_VERSION: dict[str, tuple[str, ...]] = {
    "m001_origin_tables": (
        """
        CREATE TABLE IF NOT EXISTS "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL,
        "metadata" TEXT NOT NULL, "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS "batch_jobs" ("id" TEXT NOT NULL PRIMARY KEY, "google_job_id" TEXT, "status" TEXT
        NOT NULL, "stats" TEXT NOT NULL, "created_at" DATETIME NOT NULL, "updated_at" DATETIME NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL,
        "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT,
        "metadata" TEXT NOT NULL, "embedding_status" TEXT NOT NULL, "batch_job_id" TEXT, "error_message" TEXT,
        "created_at" DATETIME NOT NULL, FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE,
        FOREIGN KEY ("batch_job_id") REFERENCES "batch_jobs" ("id") ON DELETE SET NULL)
        """,
    ),
    "m002_queue_for_generation_4": (
        "ALTER TABLE chunks ADD COLUMN embedding_status TEXT NOT NULL DEFAULT 'READY'",
        "ALTER TABLE chunks ADD COLUMN batch_job_id TEXT REFERENCES batch_jobs (id) ON DELETE SET NULL",
        "ALTER TABLE chunks ADD COLUMN error_message TEXT",
    ),
    "m003_added_columns": (
        "ALTER TABLE documents ADD COLUMN source TEXT",
        "ALTER TABLE documents ADD COLUMN title TEXT",
        "ALTER TABLE documents ADD COLUMN content_hash TEXT",
        "ALTER TABLE chunks ADD COLUMN content_hash TEXT",
        "ALTER TABLE chunks ADD COLUMN context TEXT",
        "ALTER TABLE chunks ADD COLUMN embed_chars INTEGER",
        "ALTER TABLE chunks ADD COLUMN start_offset INTEGER",
        "ALTER TABLE chunks ADD COLUMN end_offset INTEGER",
        "ALTER TABLE chunks ADD COLUMN token_count INTEGER",
        "ALTER TABLE chunks ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE chunks ADD COLUMN next_attempt_at TEXT",
        "ALTER TABLE chunks ADD COLUMN failure_cause TEXT",
        "ALTER TABLE chunks ADD COLUMN failed_at TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN display_name TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN model TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN dimension INTEGER",
        "ALTER TABLE batch_jobs ADD COLUMN task_type TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN key_label TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN key_tail TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN price_per_million TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN sync_price_per_million TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN price_label TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN chunk_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN characters INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN estimated_tokens INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN ready_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN failed_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN missing_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN superseded_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN returned_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN waste_tokens INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN input_file TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN input_sha256 TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN input_bytes INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN output_file TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN output_bytes INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN short_bytes INTEGER",
        "ALTER TABLE batch_jobs ADD COLUMN short_since TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN settle_cursor INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN remote_state TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN remote_done INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN remote_json TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN end_status TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN error TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN submit_attempts INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN next_attempt_at TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN absent_listings INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE batch_jobs ADD COLUMN uploaded_at TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN submitted_at TEXT",
        "ALTER TABLE batch_jobs ADD COLUMN ended_at TEXT",
    ),
    "m004_own_tables": (
        """
        CREATE TABLE profiles (id INTEGER PRIMARY KEY, model TEXT NOT NULL, dimension INTEGER NOT NULL, task_type
        TEXT NOT NULL, UNIQUE (model, dimension, task_type))
        """,
        """
        CREATE TABLE vectors (chunk_id INTEGER PRIMARY KEY, profile_id INTEGER NOT NULL, embedding BLOB NOT NULL)
        """,
        """
        CREATE TABLE job_events (id INTEGER PRIMARY KEY, job_id TEXT NOT NULL, at TEXT NOT NULL, status TEXT NOT
        NULL, note TEXT NOT NULL)
        """,
        """
        CREATE TABLE superseded (job_id TEXT NOT NULL, chunk_id INTEGER NOT NULL, hash_prefix TEXT NOT NULL, PRIMARY
        KEY (job_id, chunk_id, hash_prefix)) WITHOUT ROWID
        """,
        """
        CREATE TABLE ledger (id INTEGER PRIMARY KEY, at TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL,
        key_tail TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
        waste_tokens INTEGER NOT NULL, price_per_million TEXT NOT NULL, sync_price_per_million TEXT NOT NULL,
        price_label TEXT NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico INTEGER NOT NULL, waste_pico
        INTEGER NOT NULL, estimated_tokens INTEGER NOT NULL, job_id TEXT, note TEXT NOT NULL)
        """,
        """
        CREATE TABLE ledger_days (day TEXT NOT NULL, mode TEXT NOT NULL, key_label TEXT NOT NULL, model TEXT NOT
        NULL, requests INTEGER NOT NULL, tokens INTEGER NOT NULL, amount_pico INTEGER NOT NULL, sync_amount_pico
        INTEGER NOT NULL, waste_tokens INTEGER NOT NULL, waste_pico INTEGER NOT NULL, estimated_tokens INTEGER NOT
        NULL, PRIMARY KEY (day, mode, key_label, model)) WITHOUT ROWID
        """,
        """
        CREATE TABLE leases (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL, holder TEXT, operation TEXT, pid
        INTEGER, host TEXT, acquired_at TEXT, beat_at TEXT, expires_at TEXT)
        """,
        """
        CREATE TABLE chunk_counts (bucket TEXT NOT NULL, cause TEXT NOT NULL, chunks INTEGER NOT NULL, characters
        INTEGER NOT NULL, PRIMARY KEY (bucket, cause)) WITHOUT ROWID
        """,
        """
        CREATE TABLE token_ratio (model TEXT PRIMARY KEY, characters INTEGER NOT NULL, tokens INTEGER NOT NULL)
        WITHOUT ROWID
        """,
        """
        CREATE TABLE lowered_allowance (model TEXT PRIMARY KEY, tokens INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT
        ROWID
        """,
        """
        CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, level TEXT NOT NULL,
        message TEXT NOT NULL)
        """,
    ),
    "m005_indexes": (
        "CREATE UNIQUE INDEX IF NOT EXISTS ix_chunks_document_index ON chunks (document_id, chunk_index)",
        "CREATE UNIQUE INDEX IF NOT EXISTS ix_batch_jobs_google ON batch_jobs (google_job_id)",
        "CREATE UNIQUE INDEX ix_documents_source ON documents (source) WHERE source IS NOT NULL",
        """
        CREATE INDEX ix_chunks_waiting ON chunks (id) WHERE embedding_status = 'PENDING' AND batch_job_id IS NULL
        """,
        "CREATE INDEX ix_chunks_job ON chunks (batch_job_id) WHERE batch_job_id IS NOT NULL",
        """
        CREATE INDEX ix_chunks_backing_off ON chunks (next_attempt_at) WHERE embedding_status = 'PENDING' AND
        batch_job_id IS NULL AND next_attempt_at IS NOT NULL
        """,
        """
        CREATE INDEX ix_chunks_failed ON chunks (failure_cause, failed_at) WHERE embedding_status = 'FAILED'
        """,
        "CREATE INDEX ix_batch_jobs_status ON batch_jobs (status, created_at)",
        "CREATE INDEX ix_batch_jobs_created ON batch_jobs (created_at)",
        "CREATE INDEX ix_job_events_job ON job_events (job_id, id)",
        "CREATE INDEX ix_ledger_at ON ledger (at)",
        "CREATE UNIQUE INDEX ix_ledger_job ON ledger (job_id) WHERE job_id IS NOT NULL",
    ),
    "m006_triggers": (
        """
        INSERT INTO chunk_counts SELECT bucket, cause, count(*), sum(characters) FROM (SELECT CASE   WHEN
        c.embedding_status = 'READY' THEN 'ready'   WHEN c.embedding_status = 'FAILED' THEN 'failed'   WHEN
        c.batch_job_id IS NULL THEN 'pending'   ELSE 'in_batch' END AS bucket, CASE WHEN c.embedding_status =
        'FAILED' THEN coalesce(c.failure_cause, 'other error') ELSE '' END AS cause, coalesce(c.embed_chars,
        length(c.content)) AS characters FROM chunks c) GROUP BY bucket, cause
        """,
        """
        CREATE TRIGGER halfrate_chunk_added AFTER INSERT ON chunks BEGIN INSERT INTO chunk_counts VALUES (CASE
        WHEN NEW.embedding_status = 'READY' THEN 'ready'   WHEN NEW.embedding_status = 'FAILED' THEN 'failed'   WHEN
        NEW.batch_job_id IS NULL THEN 'pending'   ELSE 'in_batch' END, CASE WHEN NEW.embedding_status = 'FAILED'
        THEN coalesce(NEW.failure_cause, 'other error') ELSE '' END, 1, coalesce(NEW.embed_chars,
        length(NEW.content))) ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks + 1, characters = characters
        + excluded.characters; END
        """,
        """
        CREATE TRIGGER halfrate_chunk_removed AFTER DELETE ON chunks BEGIN UPDATE chunk_counts SET chunks = chunks -
        1, characters = characters - coalesce(OLD.embed_chars, length(OLD.content)) WHERE bucket = CASE   WHEN
        OLD.embedding_status = 'READY' THEN 'ready'   WHEN OLD.embedding_status = 'FAILED' THEN 'failed'   WHEN
        OLD.batch_job_id IS NULL THEN 'pending'   ELSE 'in_batch' END AND cause = CASE WHEN OLD.embedding_status =
        'FAILED' THEN coalesce(OLD.failure_cause, 'other error') ELSE '' END; DELETE FROM vectors WHERE chunk_id =
        OLD.id; END
        """,
        """
        CREATE TRIGGER halfrate_chunk_moved AFTER UPDATE OF embedding_status, batch_job_id, failure_cause,
        embed_chars, content ON chunks BEGIN UPDATE chunk_counts SET chunks = chunks - 1, characters = characters -
        coalesce(OLD.embed_chars, length(OLD.content)) WHERE bucket = CASE   WHEN OLD.embedding_status = 'READY'
        THEN 'ready'   WHEN OLD.embedding_status = 'FAILED' THEN 'failed'   WHEN OLD.batch_job_id IS NULL THEN
        'pending'   ELSE 'in_batch' END AND cause = CASE WHEN OLD.embedding_status = 'FAILED' THEN
        coalesce(OLD.failure_cause, 'other error') ELSE '' END; INSERT INTO chunk_counts VALUES (CASE   WHEN
        NEW.embedding_status = 'READY' THEN 'ready'   WHEN NEW.embedding_status = 'FAILED' THEN 'failed'   WHEN
        NEW.batch_job_id IS NULL THEN 'pending'   ELSE 'in_batch' END, CASE WHEN NEW.embedding_status = 'FAILED'
        THEN coalesce(NEW.failure_cause, 'other error') ELSE '' END, 1, coalesce(NEW.embed_chars,
        length(NEW.content))) ON CONFLICT (bucket, cause) DO UPDATE SET chunks = chunks + 1, characters = characters
        + excluded.characters; END
        """,
        """
        CREATE TRIGGER halfrate_chunk_gone AFTER DELETE ON chunks WHEN OLD.embedding_status = 'PENDING' AND
        OLD.batch_job_id IS NOT NULL AND OLD.content_hash IS NOT NULL BEGIN INSERT OR IGNORE INTO superseded VALUES
        (OLD.batch_job_id, OLD.id, substr(OLD.content_hash, 1, 16)); END
        """,
        """
        CREATE TRIGGER halfrate_chunk_changed AFTER UPDATE OF content, metadata, context ON chunks WHEN
        OLD.embedding_status = 'PENDING' AND OLD.batch_job_id IS NOT NULL AND OLD.content_hash IS NOT NULL AND
        (OLD.content IS NOT NEW.content OR OLD.metadata IS NOT NEW.metadata OR OLD.context IS NOT NEW.context) BEGIN
        INSERT OR IGNORE INTO superseded VALUES (OLD.batch_job_id, OLD.id, substr(OLD.content_hash, 1, 16)); UPDATE
        chunks SET content_hash = NULL WHERE id = NEW.id AND content_hash IS OLD.content_hash; END
        """,
        """
        CREATE TRIGGER halfrate_ledger_days AFTER INSERT ON ledger BEGIN INSERT INTO ledger_days VALUES
        (substr(NEW.at, 1, 10), NEW.mode, NEW.key_label, NEW.model, NEW.requests, NEW.tokens, NEW.amount_pico,
        NEW.sync_amount_pico, NEW.waste_tokens, NEW.waste_pico, NEW.estimated_tokens) ON CONFLICT (day, mode,
        key_label, model) DO UPDATE SET requests = requests + excluded.requests, tokens = tokens + excluded.tokens,
        amount_pico = amount_pico + excluded.amount_pico, sync_amount_pico = sync_amount_pico +
        excluded.sync_amount_pico, waste_tokens = waste_tokens + excluded.waste_tokens, waste_pico = waste_pico +
        excluded.waste_pico, estimated_tokens = estimated_tokens + excluded.estimated_tokens; END
        """,
        """
        CREATE TRIGGER halfrate_ledger_kept BEFORE UPDATE ON ledger
        BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END
        """,
        """
        CREATE TRIGGER halfrate_ledger_never_deleted BEFORE DELETE ON ledger
        BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END
        """,
    ),
}
