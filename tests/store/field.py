"""Database files as earlier generations left them in the field, and what their writers go on doing to them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

DOCUMENTS = (
    'CREATE TABLE "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL, "metadata" TEXT NOT NULL,'
    ' "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL)'
)
CHUNKS_4 = (
    'CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL,'
    ' "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT,'
    ' "metadata" TEXT NOT NULL, "created_at" DATETIME NOT NULL,'
    ' FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE)'
)
BATCH_JOBS = (
    'CREATE TABLE "batch_jobs" ("id" TEXT NOT NULL PRIMARY KEY, "google_job_id" TEXT, "status" TEXT NOT NULL,'
    ' "stats" TEXT NOT NULL, "created_at" DATETIME NOT NULL, "updated_at" DATETIME NOT NULL)'
)
CHUNKS_5 = (
    'CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL,'
    ' "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT,'
    ' "metadata" TEXT NOT NULL, "embedding_status" TEXT NOT NULL, "batch_job_id" TEXT, "error_message" TEXT,'
    ' "created_at" DATETIME NOT NULL,'
    ' FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE,'
    ' FOREIGN KEY ("batch_job_id") REFERENCES "batch_jobs" ("id") ON DELETE SET NULL)'
)
FOREIGN = (
    "CREATE VIRTUAL TABLE documents_fts USING fts5(content, content='documents', content_rowid='id')",
    "CREATE TRIGGER documents_fts_ai AFTER INSERT ON documents BEGIN"
    " INSERT INTO documents_fts (rowid, content) VALUES (new.id, new.content); END",
    "CREATE TRIGGER documents_fts_ad AFTER DELETE ON documents BEGIN"
    " INSERT INTO documents_fts (documents_fts, rowid, content) VALUES ('delete', old.id, old.content); END",
    "CREATE TRIGGER documents_fts_au AFTER UPDATE ON documents BEGIN"
    " INSERT INTO documents_fts (documents_fts, rowid, content) VALUES ('delete', old.id, old.content);"
    " INSERT INTO documents_fts (rowid, content) VALUES (new.id, new.content); END",
    "CREATE TABLE media_tasks (id INTEGER PRIMARY KEY, path TEXT NOT NULL, state TEXT)",
    "CREATE INDEX media_tasks_state ON media_tasks (state)",
)
VEC = "CREATE VIRTUAL TABLE chunks_vec USING vec0(id INTEGER PRIMARY KEY, embedding FLOAT[768])"
AT = "2026-03-01 10:00:00.000000"
JOBS = {
    "11111111-0000-4000-8000-000000000001": ("batches/done", "COMPLETED"),
    "22222222-0000-4000-8000-000000000002": ("batches/sent", "SUBMITTED"),
    "33333333-0000-4000-8000-000000000003": ("batches/busy", "PROCESSING"),
    "44444444-0000-4000-8000-000000000004": (None, "CREATED"),
    "55555555-0000-4000-8000-000000000005": ("batches/bad", "FAILED"),
}
SENT, BUSY = list(JOBS)[1:3]


def connect(path: Path) -> sqlite3.Connection:
    """As an earlier writer connects: no foreign keys, no row factory, a transaction at a time."""
    return sqlite3.connect(path, timeout=30, isolation_level=None)


def make_generation_4(path: Path, chunks: int = 6) -> None:
    """Everything in it is embedded."""
    db = connect(path)
    for statement in (DOCUMENTS, CHUNKS_4, _UNIQUE, *FOREIGN):
        db.execute(statement)
    db.execute("BEGIN")
    add_document(db)
    for place in range(chunks):
        insert_4(db, place)
    db.execute("INSERT INTO media_tasks VALUES (1, 'a.png', 'done')")
    db.execute("COMMIT")
    _add_vec(db)
    db.close()


def make_generation_5(path: Path, chunks: int = 60) -> None:
    """The queue: chunks in every status, jobs in every status, two of them live."""
    db = connect(path)
    for statement in (DOCUMENTS, BATCH_JOBS, CHUNKS_5, _UNIQUE, _UNIQUE_GOOGLE, *FOREIGN):
        db.execute(statement)
    db.execute("BEGIN")
    add_document(db)
    for job, (google, status) in JOBS.items():
        stats = json.dumps({"submitted": 10, "succeeded": 9, "failed": 1})
        db.execute("INSERT INTO batch_jobs VALUES (?, ?, ?, ?, ?, ?)", (job, google, status, stats, AT, AT))
    for place in range(chunks):
        states: tuple[tuple[str, str | None, str | None], ...] = (
            ("PENDING", None, None),
            ("PENDING", SENT, None),
            ("PENDING", BUSY, None),
            ("READY", next(iter(JOBS)), None),
            ("READY", None, None),
            ("FAILED", list(JOBS)[4], "400 too long"),
        )
        insert_5(db, place, *states[place % 6])
    db.execute("INSERT INTO media_tasks VALUES (1, 'a.png', 'done')")
    db.execute("COMMIT")
    _add_vec(db)
    db.close()


_UNIQUE = 'CREATE UNIQUE INDEX "chunk_document_id_chunk_index" ON "chunks" ("document_id", "chunk_index")'
_UNIQUE_GOOGLE = 'CREATE UNIQUE INDEX "batchjob_google_job_id" ON "batch_jobs" ("google_job_id")'


def add_document(db: sqlite3.Connection) -> int:
    """A document as every generation inserts it; returns its id."""
    found: int = db.execute(
        "INSERT INTO documents (content, metadata, media_type, created_at) VALUES ('alpha beta', '{}', 'text/plain', ?)"
        " RETURNING id",
        (AT,),
    ).fetchone()[0]
    return found


def insert_4(db: sqlite3.Connection, place: int, document: int = 1) -> int:
    """What generation 4's writer does: it names no status."""
    found: int = db.execute(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, created_at)"
        " VALUES (?, ?, ?, 'text', NULL, '{}', ?) RETURNING id",
        (document, place, f"text {place}", AT),
    ).fetchone()[0]
    return found


def insert_5(
    db: sqlite3.Connection, place: int, status: str = "PENDING", job: str | None = None, error: str | None = None
) -> int:
    """What generation 5's writer does: the text to embed stands in the metadata while the chunk waits."""
    metadata = json.dumps({"_vector_source": f"Title\n\ntext {place}"} if status == "PENDING" else {})
    found: int = db.execute(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, embedding_status,"
        " batch_job_id, error_message, created_at) VALUES (1, ?, ?, 'text', NULL, ?, ?, ?, ?, ?) RETURNING id",
        (place, f"text {place}", metadata, status, job, error, AT),
    ).fetchone()[0]
    return found


def _add_vec(db: sqlite3.Connection) -> None:
    """A virtual table whose module this SQLite does not have, with the shadow table such a module keeps."""
    db.execute("CREATE TABLE chunks_vec_rowids (rowid INTEGER PRIMARY KEY, chunk_id INTEGER)")
    db.execute("INSERT INTO chunks_vec_rowids VALUES (1, 1)")
    db.execute("PRAGMA writable_schema = ON")
    db.execute("INSERT INTO sqlite_master VALUES ('table', 'chunks_vec', 'chunks_vec', 0, ?)", (VEC,))
    version = db.execute("PRAGMA schema_version").fetchone()[0]
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every readable table's rows, and the schema as it stands in sqlite_master."""
    db = sqlite3.connect(f"file:{path}?mode=rw", uri=True)  # rolls back what a killed writer left
    try:
        schema = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        found: dict[str, list[tuple[object, ...]]] = {"sqlite_master": schema}
        for kind, name, _, sql in schema:
            if kind == "table" and not sql.startswith("CREATE VIRTUAL"):
                found[name] = db.execute(f'SELECT * FROM "{name}"').fetchall()
        return found
    finally:
        db.close()
