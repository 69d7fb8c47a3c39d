"""The queue: chunks that wait, travel, are READY or FAILED, and how they move between these.

         claim            mark_ready
PENDING ───────► in batch ───────► READY
   ▲  ▲            │   │ mark_failed
   │  └─ put_back ─┘   └────────► FAILED
   └────────── retry ───────────────┘
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlite_utils import Database

from engine.domain.batches import ENDED
from engine.domain.documents import KEY_HASH_LENGTH, content_hash, text_to_embed
from engine.domain.retry import FailureClass, RetryPolicy, failure_class_of, remedy_of
from engine.domain.times import parse_time, utc_text
from engine.store.search import containing, joined

_WAITING = "embedding_status = 'PENDING' AND batch_job_id IS NULL"
_DUE = "(next_attempt_at IS NULL OR next_attempt_at <= ?)"
_CHARS = "coalesce(embed_chars, length(content))"
ANSWERED = "!"
"""Behind the prefix of a key whose row has come, among the notes of superseded texts."""
_CLEARED = "failure_cause = NULL, failed_at = NULL, error_message = NULL"


@dataclass(frozen=True, slots=True)
class ChunkCounts:
    """Where the chunks stand; the four add up to `total`."""

    pending: int = 0
    in_batch: int = 0
    ready: int = 0
    failed: int = 0
    pending_characters: int = 0

    @property
    def total(self) -> int:
        """All chunks."""
        return self.pending + self.in_batch + self.ready + self.failed


@dataclass(frozen=True, slots=True)
class JobSize:
    """What one job may hold."""

    chunks: int
    characters: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Waiting chunks, oldest first, that fit into one job."""

    chunks: int
    characters: int
    last_id: int


@dataclass(frozen=True, slots=True)
class FailureCause:
    """FAILED chunks of one cause."""

    cause: str
    chunks: int
    first: datetime | None
    last: datetime | None

    @property
    def failure_class(self) -> FailureClass:
        """Whether another attempt may help."""
        return failure_class_of(self.cause)

    @property
    def remedy(self) -> str:
        """What can be done, in a few words."""
        return remedy_of(self.cause)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class JobChunk:
    """A chunk tied to a job, as the console lists it."""

    id: int
    source: str | None
    chunk_index: int
    status: str
    characters: int
    tokens: int | None
    error: str
    start: str
    """The first characters of its text."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that did not become a vector: chunk, cause as in `domain.retry.Cause`, Google's words."""

    chunk_id: int
    cause: str
    message: str


def counts(db: Database) -> ChunkCounts:
    """The four counts from the counters that triggers keep: as quick at ten million chunks as at ten."""
    found = {
        row[0]: (row[1], row[2])
        for row in db.conn.execute("SELECT bucket, sum(chunks), sum(characters) FROM chunk_counts GROUP BY bucket")
    }
    pending, characters = found.get("pending", (0, 0))
    in_batch, ready, failed = (found.get(bucket, (0, 0))[0] for bucket in ("in_batch", "ready", "failed"))
    return ChunkCounts(pending, in_batch, ready, failed, pending_characters=characters)


def oldest_waiting(db: Database) -> datetime | None:
    """When the oldest waiting chunk came in."""
    row = db.conn.execute(f"SELECT created_at FROM chunks WHERE {_WAITING} ORDER BY id LIMIT 1").fetchone()
    return parse_time(row[0]) if row else None


def measure(db: Database, now: datetime, size: JobSize, after_id: int = 0) -> Claim:
    """How many of the due chunks behind `after_id` fit into a job of that size; a single larger chunk always does."""
    chunks = characters = 0
    last_id = after_id
    for chunk_id, length in db.conn.execute(
        f"SELECT id, {_CHARS} FROM chunks WHERE {_WAITING} AND id > ? AND {_DUE} ORDER BY id", (after_id, utc_text(now))
    ):
        if chunks and (chunks >= size.chunks or characters + length > size.characters):
            break
        chunks, characters, last_id = chunks + 1, characters + length, chunk_id
    return Claim(chunks, characters, last_id)


def backing_off(db: Database, now: datetime) -> int:
    """How many waiting chunks failed lately and wait for the time of their next attempt."""
    query = f"SELECT count(*) FROM chunks WHERE {_WAITING} AND next_attempt_at IS NOT NULL AND next_attempt_at > ?"
    found: int = db.conn.execute(query, (utc_text(now),)).fetchone()[0]
    return found


def claim(db: Database, job_id: str, now: datetime, wanted: Claim) -> int:
    """Puts the measured chunks into a job; the caller measured them in this same transaction."""
    claimed = db.conn.execute(
        f"UPDATE chunks SET batch_job_id = ? WHERE {_WAITING} AND id <= ? AND {_DUE}",
        (job_id, wanted.last_id, utc_text(now)),
    ).rowcount
    _fill_hashes(db, job_id)
    return claimed


def _fill_hashes(db: Database, job_id: str) -> None:
    """Gives the chunks of earlier writers the hash their key carries."""
    query = (
        "SELECT id, content, context, metadata FROM chunks"
        " WHERE batch_job_id = ? AND id > ? AND content_hash IS NULL ORDER BY id LIMIT 1000"
    )
    after = 0
    while rows := db.conn.execute(query, (job_id, after)).fetchall():
        hashes = [(content_hash(text_to_embed(*texts)), chunk) for chunk, *texts in rows]
        db.conn.executemany("UPDATE chunks SET content_hash = ? WHERE id = ?", hashes)
        after = rows[-1][0]


def travelling_texts(db: Database, job_id: str) -> Iterator[tuple[int, str, str | None]]:
    """Chunk ids, texts to embed and stored hashes of a job, in id order, streaming."""
    cursor = db.conn.execute(
        "SELECT id, content, context, metadata, content_hash FROM chunks"
        " WHERE batch_job_id = ? AND embedding_status = 'PENDING' ORDER BY id",
        (job_id,),
    )
    for chunk_id, content, context, metadata, stored_hash in cursor:
        yield chunk_id, text_to_embed(content, context, metadata), stored_hash


def pin_hashes(db: Database, job_id: str, sent: Iterable[tuple[int, str]]) -> None:
    """Gives chunks whose writer left no hash, or an old one, that of the text that was spooled for them.

    Where the text has become another one since, the spooled one is noted as superseded.
    """
    for chunk_id, text_hash in sent:
        if _hash_of(db, job_id, chunk_id) == text_hash:
            db.conn.execute("UPDATE chunks SET content_hash = ? WHERE id = ?", (text_hash, chunk_id))
        else:
            values = (job_id, chunk_id, text_hash[:KEY_HASH_LENGTH])
            db.conn.execute("INSERT OR IGNORE INTO superseded VALUES (?, ?, ?)", values)


def _hash_of(db: Database, job_id: str, chunk_id: int) -> str | None:
    """The hash of the text a chunk has now, if it travels with the job."""
    row = db.conn.execute(
        "SELECT content, context, metadata FROM chunks"
        " WHERE id = ? AND batch_job_id = ? AND embedding_status = 'PENDING'",
        (chunk_id, job_id),
    ).fetchone()
    return content_hash(text_to_embed(*row)) if row else None


def put_back(db: Database, job_id: str, after_id: int = 0) -> int:
    """Returns what still travels with a job to the queue, nobody blamed; with `after_id` only the chunks behind it."""
    return db.conn.execute(
        "UPDATE chunks SET batch_job_id = NULL WHERE batch_job_id = ? AND embedding_status = 'PENDING' AND id > ?",
        (job_id, after_id),
    ).rowcount


def count_travelling(db: Database, job_id: str) -> int:
    """How many chunks still travel with a job."""
    query = "SELECT count(*) FROM chunks WHERE batch_job_id = ? AND embedding_status = 'PENDING'"
    found: int = db.conn.execute(query, (job_id,)).fetchone()[0]
    return found


def stranded(db: Database) -> int:
    """How many chunks an earlier generation left with jobs that have ended; grows with the chunks in batch."""
    ended = ", ".join(f"'{status}'" for status in sorted(ENDED))
    found: int = db.conn.execute(
        "SELECT count(*) FROM chunks c LEFT JOIN batch_jobs j ON j.id = c.batch_job_id"
        " WHERE c.batch_job_id IS NOT NULL AND c.embedding_status = 'PENDING'"
        f" AND (j.id IS NULL OR j.status IN ({ended}))"
    ).fetchone()[0]
    return found


def mark_ready(db: Database, job_id: str, rows: Sequence[tuple[int, int, str]]) -> int:
    """Marks `(tokens, chunk id, hash prefix)` rows READY where the chunk travels with this text; returns how many.

    The caller stores the vectors in the same transaction, and looks closer with `matching` when some did not match.
    One statement for all rows: a thread that parses the next ones is not interrupted for each of these.
    """
    return db.conn.execute(
        "UPDATE chunks SET embedding_status = 'READY', token_count = json_extract(r.value, '$[0]'),"
        f" next_attempt_at = NULL, {_CLEARED} FROM json_each(?) r"
        " WHERE chunks.id = json_extract(r.value, '$[1]')"
        " AND substr(chunks.content_hash, 1, 16) = json_extract(r.value, '$[2]')"
        # The plus signs leave only the look-up by id: no index is walked through once for each row.
        " AND +chunks.batch_job_id = ? AND +chunks.embedding_status = 'PENDING'",
        (json.dumps(rows), job_id),
    ).rowcount


def matching(db: Database, job_id: str, keys: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those `(chunk id, hash prefix)` keys whose chunk still travels with this job and this text.

    A chunk that an older writer left without a hash is given that of its text: it may be the one that was sent.
    """
    query = "SELECT content_hash FROM chunks WHERE id = ? AND batch_job_id = ? AND embedding_status = 'PENDING'"
    found = set()
    for chunk_id, prefix in keys:
        row = db.conn.execute(query, (chunk_id, job_id)).fetchone()
        text_hash = row[0] if row else ""
        if text_hash is None:
            text_hash = _hash_of(db, job_id, chunk_id) or ""
            db.conn.execute("UPDATE chunks SET content_hash = ? WHERE id = ?", (text_hash, chunk_id))
        if text_hash[:KEY_HASH_LENGTH] == prefix:
            found.add((chunk_id, prefix))
    return found


def release_superseded(db: Database, job_id: str, chunk_id: int, hash_prefix: str) -> None:
    """A chunk whose text was changed after it was sent under this key waits again, with its new text."""
    values = (job_id, chunk_id, hash_prefix)
    noted = "SELECT 1 FROM superseded WHERE job_id = ? AND chunk_id = ? AND hash_prefix = ?"
    if db.conn.execute(noted, values).fetchone():
        db.conn.execute(
            "UPDATE chunks SET batch_job_id = NULL WHERE id = ? AND batch_job_id = ? AND embedding_status = 'PENDING'",
            (chunk_id, job_id),
        )


def answered_before(db: Database, job_id: str, chunk_id: int, hash_prefix: str) -> bool:
    """Whether the job has brought a row under this key already; of rows that gave no vector a mark is kept."""
    query = (
        "SELECT 1 FROM chunks WHERE id = ? AND batch_job_id = ? AND substr(content_hash, 1, 16) = ?"
        " AND embedding_status <> 'PENDING'"
    )
    if db.conn.execute(query, (chunk_id, job_id, hash_prefix)).fetchone():
        return True
    mark = (job_id, chunk_id, hash_prefix + ANSWERED)
    return not db.conn.execute("INSERT OR IGNORE INTO superseded VALUES (?, ?, ?)", mark).rowcount


def forget_superseded(db: Database, job_id: str) -> None:
    """Removes the notes about an ended job's keys."""
    db.conn.execute("DELETE FROM superseded WHERE job_id = ?", (job_id,))


def mark_failed(
    db: Database, job_id: str, faults: Sequence[RowFault], policy: RetryPolicy, now: datetime, jitter: float
) -> tuple[int, int]:
    """Fails the chunks, or puts transient ones back to wait while their budget lasts; `(failed, returned)`."""
    failed = returned = 0
    for fault in faults:
        row = db.conn.execute(
            "SELECT attempts FROM chunks WHERE id = ? AND batch_job_id = ? AND embedding_status = 'PENDING'",
            (fault.chunk_id, job_id),
        ).fetchone()
        if row is None:
            continue
        attempt = row[0] + 1
        if failure_class_of(fault.cause) is FailureClass.PERMANENT or policy.exhausted(attempt):
            db.conn.execute(
                "UPDATE chunks SET embedding_status = 'FAILED', attempts = ?, failure_cause = ?, error_message = ?,"
                " failed_at = ?, next_attempt_at = NULL WHERE id = ?",
                (attempt, fault.cause, fault.message, utc_text(now), fault.chunk_id),
            )
            failed += 1
        else:
            wait = datetime.fromtimestamp(now.timestamp() + policy.delay(attempt, jitter), now.tzinfo)
            db.conn.execute(
                "UPDATE chunks SET batch_job_id = NULL, attempts = ?, next_attempt_at = ?, error_message = ?"
                " WHERE id = ?",
                (attempt, utc_text(wait), fault.message, fault.chunk_id),
            )
            returned += 1
    return failed, returned


def travelling_page(db: Database, job_id: str, after_id: int, limit: int) -> list[int]:
    """Ids of chunks that still travel with a job, in order, a page at a time."""
    rows = db.conn.execute(
        "SELECT id FROM chunks WHERE batch_job_id = ? AND embedding_status = 'PENDING' AND id > ? ORDER BY id LIMIT ?",
        (job_id, after_id, limit),
    )
    return [row[0] for row in rows]


def retry(
    db: Database,
    *,
    cause: str | None = None,
    job_id: str | None = None,
    ids: Sequence[int] | None = None,
    permanent: bool = False,
) -> tuple[int, int]:
    """Puts FAILED chunks back to PENDING with a fresh budget; `(retried, permanent ones skipped)`.

    All of them, or those of one cause, one job, or named by id; permanent failures only when told to.
    """
    where, values = _failed_filter(cause, job_id)
    causes = [
        row[0] for row in db.conn.execute("SELECT cause FROM chunk_counts WHERE bucket = 'failed' AND chunks > 0")
    ]
    lasting = [name for name in causes if failure_class_of(name) is FailureClass.PERMANENT]
    excluded = f" AND coalesce(failure_cause, '') NOT IN ({', '.join('?' * len(lasting))})"
    update = (
        "UPDATE chunks SET embedding_status = 'PENDING', batch_job_id = NULL, attempts = 0, next_attempt_at = NULL,"
        f" {_CLEARED} WHERE {where}" + ("" if permanent else excluded)
    )
    arguments = [*values, *([] if permanent else lasting)]
    if ids is None:
        matched: int = db.conn.execute(f"SELECT count(*) FROM chunks WHERE {where}", values).fetchone()[0]
        retried = db.conn.execute(update, arguments).rowcount
        return retried, matched - retried
    named = set(ids)
    one = f"SELECT count(*) FROM chunks WHERE {where} AND id = ?"
    matched = sum(db.conn.execute(one, (*values, chunk_id)).fetchone()[0] for chunk_id in named)
    retried = db.conn.executemany(f"{update} AND id = ?", ([*arguments, chunk_id] for chunk_id in named)).rowcount
    return retried, matched - retried


def discard(db: Database, *, cause: str | None = None, ids: Sequence[int] | None = None) -> int:
    """Deletes FAILED chunks: all of a cause, or those named by id; returns how many."""
    if cause is None and ids is None:
        raise ValueError("name a cause or the ids of what to discard")
    where, values = _failed_filter(cause, None)
    if ids is None:
        return db.conn.execute(f"DELETE FROM chunks WHERE {where}", values).rowcount
    return db.conn.executemany(f"DELETE FROM chunks WHERE {where} AND id = ?", ([*values, i] for i in ids)).rowcount


def failure_causes(db: Database) -> list[FailureCause]:
    """FAILED chunks by cause, most first; the counts come from the counters, the times from the ends of an index."""
    rows = db.conn.execute(
        "SELECT cause, chunks,"
        " (SELECT min(failed_at) FROM chunks WHERE embedding_status = 'FAILED' AND failure_cause IS k.cause),"
        " (SELECT max(failed_at) FROM chunks WHERE embedding_status = 'FAILED' AND failure_cause IS k.cause)"
        " FROM chunk_counts k WHERE bucket = 'failed' AND chunks > 0 ORDER BY chunks DESC, cause"
    )
    return [FailureCause(cause, n, parse_time(first), parse_time(last)) for cause, n, first, last in rows]


_WITH_DOCUMENTS = "chunks c LEFT JOIN documents d ON d.id = c.document_id"
_FAILED_TEXT = joined("c.id", "d.source", "d.title", "c.error_message", "c.content")
_JOB_CHUNK_TEXT = joined("c.id", "d.source", "c.embedding_status", "c.error_message", "c.content")


def failed_page(
    db: Database,
    *,
    cause: str | None = None,
    job_id: str | None = None,
    words: str = "",
    after_id: int = 0,
    limit: int = 100,
) -> list[FailedChunk]:
    """FAILED chunks in id order, paged by id; with `words` those that contain them in source, title, error or text."""
    where, values = _failed_filter(cause, job_id, "c.", words)
    # The inner query reads an index alone, unless there are words to look for: no text goes through its sorting.
    inner = _WITH_DOCUMENTS if words.strip() else "chunks c"
    rows = db.conn.execute(
        "SELECT c.id, c.document_id, d.source, d.title, c.chunk_index, c.content,"
        " coalesce(c.failure_cause, 'other error'), coalesce(c.error_message, ''), c.attempts, c.failed_at,"
        f" c.batch_job_id FROM (SELECT c.id AS found FROM {inner} WHERE {where} AND c.id > ? ORDER BY c.id LIMIT ?)"
        f" JOIN {_WITH_DOCUMENTS} WHERE c.id = found ORDER BY found",
        (*values, after_id, limit),
    )
    names = [field.name for field in fields(FailedChunk)]
    found = (dict(zip(names, row, strict=True)) for row in rows)
    return [FailedChunk(**{**row, "failed_at": parse_time(row["failed_at"])}) for row in found]


def count_failed(db: Database, cause: str, *, words: str = "") -> int:
    """How many FAILED chunks of a cause contain the words; without words the counters tell."""
    if not words.strip():
        query = "SELECT coalesce(sum(chunks), 0) FROM chunk_counts WHERE bucket = 'failed' AND cause = ?"
        counted: int = db.conn.execute(query, (cause,)).fetchone()[0]
        return counted
    where, values = _failed_filter(cause, None, "c.", words)
    found: int = db.conn.execute(f"SELECT count(*) FROM {_WITH_DOCUMENTS} WHERE {where}", values).fetchone()[0]
    return found


def failed_ids(db: Database, cause: str, *, words: str = "") -> list[int]:
    """Ids of all FAILED chunks of a cause that contain the words."""
    where, values = _failed_filter(cause, None, "c.", words)
    return [
        row[0] for row in db.conn.execute(f"SELECT c.id FROM {_WITH_DOCUMENTS} WHERE {where} ORDER BY c.id", values)
    ]


def count_by_status(db: Database, job_id: str) -> dict[str, int]:
    """The chunks tied to a job by `embedding_status`; grows with the job."""
    rows = db.conn.execute(
        "SELECT embedding_status, count(*) FROM chunks WHERE batch_job_id = ? GROUP BY embedding_status", (job_id,)
    )
    return dict(rows.fetchall())


def job_chunks(db: Database, job_id: str, *, words: str = "", after_id: int = 0, limit: int = 100) -> list[JobChunk]:
    """The chunks tied to a job that contain the words, in id order, paged by id."""
    found, patterns = containing(_JOB_CHUNK_TEXT, words)
    rows = db.conn.execute(
        "SELECT c.id, d.source, c.chunk_index, c.embedding_status, coalesce(c.embed_chars, length(c.content)),"
        f" c.token_count, coalesce(c.error_message, ''), substr(c.content, 1, 300) FROM {_WITH_DOCUMENTS}"
        f" WHERE c.batch_job_id = ? AND c.id > ? AND {found} ORDER BY c.id LIMIT ?",
        (job_id, after_id, *patterns, limit),
    )
    return [JobChunk(*row) for row in rows]


def count_job_chunks(db: Database, job_id: str, *, words: str = "") -> int:
    """How many chunks tied to a job contain the words; grows with the job."""
    if not words.strip():
        query = "SELECT count(*) FROM chunks WHERE batch_job_id = ?"  # an index alone
        tied: int = db.conn.execute(query, (job_id,)).fetchone()[0]
        return tied
    where, patterns = containing(_JOB_CHUNK_TEXT, words)
    query = f"SELECT count(*) FROM {_WITH_DOCUMENTS} WHERE c.batch_job_id = ? AND {where}"
    found: int = db.conn.execute(query, (job_id, *patterns)).fetchone()[0]
    return found


def _failed_filter(cause: str | None, job_id: str | None, prefix: str = "", words: str = "") -> tuple[str, list[str]]:
    where, values = f"{prefix}embedding_status = 'FAILED'", []
    if cause == "other error":
        where += f" AND ({prefix}failure_cause IS NULL OR {prefix}failure_cause = ?)"
        values.append(cause)
    elif cause is not None:
        where += f" AND {prefix}failure_cause = ?"
        values.append(cause)
    if job_id is not None:
        where += f" AND {prefix}batch_job_id = ?"
        values.append(job_id)
    if words.strip():
        found, patterns = containing(_FAILED_TEXT, words)
        where, values = f"{where} AND {found}", [*values, *patterns]
    return where, values
