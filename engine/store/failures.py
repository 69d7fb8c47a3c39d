"""FAILED chunks as screens and commands show them: by cause, and one by one.

An index has the failed chunks of each cause in id order, so that a page of one cause is read without sorting. A page of
all causes is put together from a page of each: there are a dozen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.domain.causes import Cause, FailureClass, cause_of
from engine.store.db import Db, Query, SqlValue, value
from engine.store.search import containing, joined, patterns

_WITH_DOCUMENTS = "chunks c LEFT JOIN documents d ON d.id = c.document_id"
_FOUND = containing(joined("c.id", "d.source", "d.title", "c.error_message", "c.content"))
_OF_CAUSE = f"c.embedding_status = 'FAILED' AND c.failure_cause IS :cause AND {_FOUND}"

_CAUSES = Query(
    "failed chunks by cause",
    "SELECT cause, chunks,"
    " (SELECT min(failed_at) FROM chunks WHERE embedding_status = 'FAILED' AND failure_cause IS k.cause) AS first,"
    " (SELECT max(failed_at) FROM chunks WHERE embedding_status = 'FAILED' AND failure_cause IS k.cause) AS last"
    " FROM chunk_counts k WHERE bucket = 'failed' AND chunks > 0 ORDER BY chunks DESC, cause",
)
_COUNTED = Query(
    "how many chunks of a cause have failed, by the counters",
    "SELECT coalesce(sum(chunks), 0) FROM chunk_counts WHERE bucket = 'failed' AND cause = :cause",
)
_IDS = Query(
    "ids of failed chunks of a cause",
    f"SELECT c.id FROM {_WITH_DOCUMENTS} WHERE {_OF_CAUSE} AND c.id > :after ORDER BY c.id LIMIT :limit",
)
_IDS_OF_JOB = Query(
    "ids of failed chunks of a job",
    f"SELECT c.id FROM {_WITH_DOCUMENTS} WHERE c.batch_job_id = :job AND c.embedding_status = 'FAILED'"
    f" AND (:cause IS NULL OR coalesce(c.failure_cause, 'other error') = :cause) AND {_FOUND}"
    " AND c.id > :after ORDER BY c.id LIMIT :limit",
)
_COUNT = Query(
    "how many failed chunks of a cause contain words", f"SELECT count(*) FROM {_WITH_DOCUMENTS} WHERE {_OF_CAUSE}"
)
_ROWS = Query(
    "failed chunks by their ids",
    "SELECT c.id, c.document_id, d.source, d.title, c.chunk_index, c.content,"
    " coalesce(c.failure_cause, 'other error') AS cause, coalesce(c.error_message, '') AS error, c.attempts,"
    " c.failed_at, c.batch_job_id AS job_id FROM json_each(:ids) j CROSS JOIN chunks c ON c.id = j.value"
    " LEFT JOIN documents d ON d.id = c.document_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureCause:
    """FAILED chunks of one cause."""

    cause: str
    """As it stands in the database."""
    chunks: int
    first: datetime | None
    """When the earliest of them failed; None where an older writer did not say."""
    last: datetime | None

    @property
    def failure_class(self) -> FailureClass:
        """Whether another attempt may help."""
        return cause_of(self.cause).failure_class

    @property
    def remedy(self) -> str:
        """What can be done, in a few words."""
        return cause_of(self.cause).remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedChunk:
    """A FAILED chunk as the console lists it."""

    id: int
    document_id: int
    source: str | None
    title: str | None
    chunk_index: int
    content: str
    cause: str
    error: str
    attempts: int
    failed_at: datetime | None
    job_id: str | None


def failure_causes(db: Db) -> list[FailureCause]:
    """FAILED chunks by cause, most first; the counts come from the counters, the times from the ends of an index."""
    return [value(FailureCause, row) for row in db.rows(_CAUSES)]


def failed_page(
    db: Db,
    *,
    cause: str | None = None,
    job_id: str | None = None,
    words: str = "",
    after_id: int = 0,
    limit: int = 100,
) -> list[FailedChunk]:
    """FAILED chunks in id order, paged by id; with `words` those that contain them in source, title, error or text."""
    same: dict[str, SqlValue] = {"words": patterns(words), "after": after_id, "limit": limit}
    if job_id is not None:
        ids = [row[0] for row in db.rows(_IDS_OF_JOB, job=job_id, cause=cause, **same)]
    else:
        names = [each.cause for each in failure_causes(db)] if cause is None else [cause]
        ids = sorted(row[0] for each in _stored(names) for row in db.rows(_IDS, cause=each, **same))[:limit]
    return [value(FailedChunk, row) for row in db.rows(_ROWS, ids=json.dumps(ids))]


def count_failed(db: Db, cause: str, *, words: str = "") -> int:
    """How many FAILED chunks of a cause contain the words; without words the counters tell."""
    if not words.strip():
        row = db.one(_COUNTED, cause=cause)
        return row[0] if row else 0
    rows = (db.one(_COUNT, cause=each, words=patterns(words)) for each in _stored([cause]))
    return sum(row[0] for row in rows if row)


def failed_ids(db: Db, cause: str, *, words: str = "") -> list[int]:
    """Ids of all FAILED chunks of a cause that contain the words, in order."""
    same: dict[str, SqlValue] = {"words": patterns(words), "after": 0, "limit": -1}
    return sorted(row[0] for each in _stored([cause]) for row in db.rows(_IDS, cause=each, **same))


def _stored(causes: list[str]) -> Iterator[str | None]:
    """The causes as columns hold them: an older writer named none, which counts as another error."""
    yield from causes
    if Cause.OTHER in causes:
        yield None
