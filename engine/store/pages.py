"""What screens list, a page at a time: documents, the chunks of a document, the chunks of a job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.domain.requests import Outcome
from engine.store.db import Db, Query, value
from engine.store.search import containing, joined, patterns

_DOCUMENT_FOUND = containing(joined("source", "title"))
_CHUNK_FOUND = containing(joined("id", "embedding_status", "failure_cause", "error_message", "content"))
_JOB_CHUNK_FOUND = containing(joined("c.id", "d.source", "c.embedding_status", "c.error_message", "c.content"))
_TIED = "chunks c LEFT JOIN documents d ON d.id = c.document_id"

_DOCUMENTS = Query(
    "documents with their counts, newest first",
    "WITH page AS MATERIALIZED (SELECT id, source, title, created_at FROM documents"
    f" WHERE id < coalesce(:after, 9223372036854775807) AND {_DOCUMENT_FOUND} ORDER BY id DESC LIMIT :limit)"
    " SELECT page.id, source, title, count(c.id) AS chunks,"
    " coalesce(sum(c.embedding_status = 'READY'), 0) AS ready,"
    " coalesce(sum(c.embedding_status = 'PENDING' AND c.batch_job_id IS NULL), 0) AS pending,"
    " coalesce(sum(c.embedding_status = 'PENDING' AND c.batch_job_id IS NOT NULL), 0) AS in_batch,"
    " coalesce(sum(c.embedding_status = 'FAILED'), 0) AS failed, page.created_at FROM page"
    " LEFT JOIN chunks c ON c.document_id = page.id GROUP BY page.id ORDER BY page.id DESC",
)
_COUNT_DOCUMENTS = Query(
    "count documents", f"SELECT count(*) FROM documents WHERE {_DOCUMENT_FOUND}", scans="counts what a filter leaves"
)
_CHUNKS = Query(
    "chunks of a document in their order",
    "SELECT id, chunk_index, content, context, embedding_status, batch_job_id, failure_cause AS cause,"
    f" error_message AS error FROM chunks WHERE document_id = :document AND chunk_index > :after AND {_CHUNK_FOUND}"
    " ORDER BY chunk_index LIMIT :limit",
)
_COUNT_CHUNKS = Query(
    "count chunks of a document", f"SELECT count(*) FROM chunks WHERE document_id = :document AND {_CHUNK_FOUND}"
)
_JOB_CHUNKS = Query(
    "chunks tied to a job, each with its request",
    "SELECT c.id, d.source, c.chunk_index, c.embedding_status AS status,"
    " coalesce(c.embed_chars, length(c.content)) AS characters, r.outcome, r.tokens,"
    " coalesce(c.error_message, '') AS error, substr(c.content, 1, 300) AS start"
    f" FROM {_TIED} LEFT JOIN submissions s ON s.job_id = :job"
    " LEFT JOIN requests r ON r.submission_id = s.id AND r.text_id = c.text_id"
    f" WHERE c.batch_job_id = :job AND c.id > :after AND {_JOB_CHUNK_FOUND} ORDER BY c.id LIMIT :limit",
)
_COUNT_JOB_CHUNKS = Query("count chunks tied to a job", "SELECT count(*) FROM chunks WHERE batch_job_id = :job")
_COUNT_JOB_CHUNKS_FOUND = Query(
    "count chunks tied to a job that contain words",
    f"SELECT count(*) FROM {_TIED} WHERE c.batch_job_id = :job AND {_JOB_CHUNK_FOUND}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document as the console lists it; the four counts add up to `chunks`."""

    id: int
    source: str | None
    title: str | None
    chunks: int
    ready: int
    pending: int
    in_batch: int
    failed: int
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkRow:
    """A chunk as the console shows it."""

    id: int
    chunk_index: int
    content: str
    context: str | None
    embedding_status: str
    batch_job_id: str | None
    cause: str | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChunk:
    """A chunk tied to a job, as the console lists it."""

    id: int
    source: str | None
    chunk_index: int
    status: str
    characters: int
    outcome: Outcome | None
    """How the job's request of its text ended; None while it travels, or where no request is known."""
    tokens: int | None
    """That this request took, for all chunks of the text together; None while nobody knows."""
    error: str
    start: str
    """The first characters of its content."""


def list_documents(db: Db, after: int | None = None, limit: int = 200, filter: str = "") -> list[DocumentRow]:
    """Documents with their counts, newest first; the next page is `after` the last id of this one.

    `filter` holds words that stand in source or title, upper and lower case alike in ASCII.
    """
    rows = db.rows(_DOCUMENTS, after=after, limit=limit, words=patterns(filter))
    return [value(DocumentRow, row) for row in rows]


def count_documents(db: Db, *, filter: str = "") -> int:
    """How many documents there are, with `filter` as `list_documents` has it."""
    row = db.one(_COUNT_DOCUMENTS, words=patterns(filter))
    return row[0] if row else 0


def read_chunks(db: Db, document_id: int, after: int = -1, limit: int = 200, *, words: str = "") -> Iterator[ChunkRow]:
    """A document's chunks that contain the words, in their order; the next page is `after` the last `chunk_index`."""
    rows = db.rows(_CHUNKS, document=document_id, after=after, limit=limit, words=patterns(words))
    return (value(ChunkRow, row) for row in rows)


def count_chunks(db: Db, document_id: int, *, words: str = "") -> int:
    """How many chunks of a document contain the words."""
    row = db.one(_COUNT_CHUNKS, document=document_id, words=patterns(words))
    return row[0] if row else 0


def job_chunks(db: Db, job_id: str, *, words: str = "", after_id: int = 0, limit: int = 100) -> list[JobChunk]:
    """The chunks tied to a job that contain the words, in id order, paged by id."""
    rows = db.rows(_JOB_CHUNKS, job=job_id, words=patterns(words), after=after_id, limit=limit)
    return [value(JobChunk, row) for row in rows]


def count_job_chunks(db: Db, job_id: str, *, words: str = "") -> int:
    """How many chunks tied to a job contain the words; grows with the job."""
    row = db.one(_COUNT_JOB_CHUNKS_FOUND, job=job_id, words=patterns(words)) if words.strip() else None
    row = row or db.one(_COUNT_JOB_CHUNKS, job=job_id)
    return row[0] if row else 0
