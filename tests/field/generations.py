"""Database files of generation 4 and 5, and what their writers go on doing to them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

AT = "2026-03-01 10:00:00.000000"
DONE, SENT, BUSY, CREATED, BAD = (f"{digit * 8}-0000-4000-8000-00000000000{digit}" for digit in "12345")
JOBS = {
    DONE: ("batches/done", "COMPLETED"),
    SENT: ("batches/sent", "SUBMITTED"),
    BUSY: ("batches/busy", "PROCESSING"),
    CREATED: (None, "CREATED"),
    BAD: ("batches/bad", "FAILED"),
}
"""Name at Google and status of each job of a file of generation 5, by its id."""

_DOCUMENTS = (
    'CREATE TABLE "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL, "metadata" TEXT NOT NULL,'
    ' "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL)'
)
_BATCH_JOBS = (
    'CREATE TABLE "batch_jobs" ("id" TEXT NOT NULL PRIMARY KEY, "google_job_id" TEXT, "status" TEXT NOT NULL,'
    ' "stats" TEXT NOT NULL, "created_at" DATETIME NOT NULL, "updated_at" DATETIME NOT NULL)'
)
_CHUNKS = (
    'CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL,'
    ' "chunk_index" INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT,'
    ' "metadata" TEXT NOT NULL, {queue}"created_at" DATETIME NOT NULL,'
    ' FOREIGN KEY ("document_id") REFERENCES "documents" ("id") ON DELETE CASCADE{reference})'
)
_CHUNKS_4 = _CHUNKS.format(queue="", reference="")
_CHUNKS_5 = _CHUNKS.format(
    queue='"embedding_status" TEXT NOT NULL, "batch_job_id" TEXT, "error_message" TEXT, ',
    reference=', FOREIGN KEY ("batch_job_id") REFERENCES "batch_jobs" ("id") ON DELETE SET NULL',
)
_UNIQUE = 'CREATE UNIQUE INDEX "chunk_document_id_chunk_index" ON "chunks" ("document_id", "chunk_index")'
_UNIQUE_GOOGLE = 'CREATE UNIQUE INDEX "batchjob_google_job_id" ON "batch_jobs" ("google_job_id")'
_FOREIGN = (
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
    "INSERT INTO media_tasks VALUES (1, 'a.png', 'done')",
)
_VEC = "CREATE VIRTUAL TABLE chunks_vec USING vec0(id INTEGER PRIMARY KEY, embedding FLOAT[768])"


def connect(path: Path) -> sqlite3.Connection:
    """As an earlier writer connects: no foreign keys, each statement a transaction."""
    return sqlite3.connect(path, timeout=30, isolation_level=None)


def generation_4(path: Path, chunks: int = 6, *, vec: bool = True) -> None:
    """A file in which everything is embedded; `vec` names a chunks_vec whose module is absent."""
    _make(path, [_DOCUMENTS, _CHUNKS_4, _UNIQUE], vec=vec)
    with closing(connect(path)) as db:
        db.execute("BEGIN")
        document = add_document(db)
        for place in range(chunks):
            insert_4(db, place, document)
        db.execute("COMMIT")


def generation_5(path: Path, chunks: int = 70, *, vec: bool = True) -> None:
    """A file with a queue: by sevens, chunks that wait, travel with either live job, are READY, FAILED, or stranded.

    Every fifth text is that of the chunk before it. The text to embed of a waiting chunk stands in `_vector_source`.
    """
    _make(path, [_DOCUMENTS, _BATCH_JOBS, _CHUNKS_5, _UNIQUE, _UNIQUE_GOOGLE], vec=vec)
    states: tuple[tuple[str, str | None, str | None], ...] = (
        ("PENDING", None, None),
        ("PENDING", SENT, None),
        ("PENDING", BUSY, None),
        ("READY", DONE, None),
        ("READY", None, None),
        ("FAILED", BAD, "400 too long"),
        ("PENDING", BAD, None),
    )
    with closing(connect(path)) as db:
        db.execute("BEGIN")
        document = add_document(db)
        for job, (google, status) in JOBS.items():
            add_job(db, job, google, status)
        for place in range(chunks):
            status, travels_with, error = states[place % len(states)]
            insert_5(db, place, status, travels_with, error, document=document, text=f"text {place - (place % 5 == 4)}")
        db.execute("COMMIT")


def add_document(db: sqlite3.Connection, content: str = "alpha beta") -> int:
    """A document as every generation inserts it; returns its id."""
    found: int = db.execute(
        "INSERT INTO documents (content, metadata, media_type, created_at) VALUES (?, '{}', 'text/plain', ?)"
        " RETURNING id",
        (content, AT),
    ).fetchone()[0]
    return found


def add_job(db: sqlite3.Connection, job: str, google: str | None, status: str) -> None:
    """A job as generation 5 inserts it."""
    stats = json.dumps({"submitted": 10, "succeeded": 9, "failed": 1})
    db.execute(
        "INSERT INTO batch_jobs (id, google_job_id, status, stats, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
        (job, google, status, stats, AT, AT),
    )


def insert_4(db: sqlite3.Connection, place: int, document: int = 1, text: str | None = None) -> int:
    """What generation 4's writer does: it names no status."""
    found: int = db.execute(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, created_at)"
        " VALUES (?, ?, ?, 'text', NULL, '{}', ?) RETURNING id",
        (document, place, text or f"text {place}", AT),
    ).fetchone()[0]
    return found


def insert_5(
    db: sqlite3.Connection,
    place: int,
    status: str = "PENDING",
    job: str | None = None,
    error: str | None = None,
    *,
    document: int = 1,
    text: str | None = None,
) -> int:
    """What generation 5's writer does: while the chunk waits, the text to embed stands in its metadata."""
    content = text or f"text {place}"
    metadata = json.dumps({"_vector_source": f"Title\n\n{content}"} if status == "PENDING" else {})
    found: int = db.execute(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, embedding_status,"
        " batch_job_id, error_message, created_at) VALUES (?, ?, ?, 'text', NULL, ?, ?, ?, ?, ?) RETURNING id",
        (document, place, content, metadata, status, job, error, AT),
    ).fetchone()[0]
    return found


def _make(path: Path, statements: list[str], *, vec: bool) -> None:
    with closing(connect(path)) as db:
        for statement in (*statements, *_FOREIGN):
            db.execute(statement)
        if vec:
            _name_chunks_vec(db)


def _name_chunks_vec(db: sqlite3.Connection) -> None:
    """A virtual table whose module this SQLite does not have, with a shadow table as the module keeps them."""
    db.execute("CREATE TABLE chunks_vec_rowids (rowid INTEGER PRIMARY KEY, chunk_id INTEGER)")
    db.execute("INSERT INTO chunks_vec_rowids VALUES (1, 1)")
    db.execute("PRAGMA writable_schema = ON")
    db.execute("INSERT INTO sqlite_master VALUES ('table', 'chunks_vec', 'chunks_vec', 0, ?)", (_VEC,))
    version = db.execute("PRAGMA schema_version").fetchone()[0]
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")
