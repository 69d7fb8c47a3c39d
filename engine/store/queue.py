"""The queue: chunks that wait, travel, are READY or FAILED, and how they move between these.

         claim              fill
PENDING ───────► in batch ───────► READY
   ▲  ▲            │   │   fail
   │  └─ put_back ─┘   └─────────► FAILED
   └────────── retry ────────────────┘

What waits is a text; the chunks of equal texts move together. `waiting` has a row for each such text, kept by triggers
whoever writes; how much waits is the business of `store/waiting.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.causes import LASTING, Cause, FailureClass
from engine.domain.retry import RetryPolicy
from engine.domain.times import parse_time, utc_text
from engine.store.db import Db, Query, value

WAITS = "embedding_status = 'PENDING' AND batch_job_id IS NULL"
"""What a chunk that waits looks like."""
_CLEARED = "next_attempt_at = NULL, failure_cause = NULL, failed_at = NULL, error_message = NULL"

_COUNTS = Query(
    "the counters of chunks", "SELECT bucket, cause, chunks, characters FROM chunk_counts", scans="a few rows"
)
_OLDEST = Query(
    "when the oldest waiting chunk came in",
    f"SELECT min(created_at) FROM chunks WHERE text_id = (SELECT min(text_id) FROM waiting) AND {WAITS}",
)
_OLDEST_UNNAMED = Query(
    "when the oldest waiting chunk of an older writer came in",
    f"SELECT created_at FROM chunks WHERE text_id IS NULL AND {WAITS} ORDER BY id LIMIT 1",
)
_WAKE = Query(
    "wake the chunks that have rested long enough",
    f"UPDATE chunks SET next_attempt_at = NULL WHERE {WAITS} AND next_attempt_at IS NOT NULL"
    " AND next_attempt_at <= :now",
)
_UNNAMED = Query(
    "waiting chunks of older writers, a page",
    "SELECT id, CAST(content AS BLOB) AS content, CAST(context AS BLOB) AS context, CAST(metadata AS BLOB) AS metadata"
    f" FROM chunks WHERE text_id IS NULL AND {WAITS} AND id > :after ORDER BY id LIMIT :limit",
)
_POINT = Query(
    "point a chunk to its text", "UPDATE chunks SET text_id = :text, embed_chars = :characters WHERE id = :id"
)
_UNNAME = Query(
    "take a chunk's text from it",
    "UPDATE chunks SET text_id = NULL, batch_job_id = CASE WHEN embedding_status = 'PENDING' THEN NULL"
    " ELSE batch_job_id END WHERE text_id = :text AND (batch_job_id = :job OR embedding_status = 'PENDING')",
)
_FOUND = Query(
    "waiting texts that have a vector",
    "SELECT w.text_id FROM waiting w CROSS JOIN vectors v ON v.profile_id = :profile AND v.text_id = w.text_id"
    " WHERE w.text_id > :after AND w.text_id <= :last ORDER BY w.text_id LIMIT :limit",
)
_TRAVELLING = Query(
    "waiting texts that travel already",
    "SELECT w.text_id, s.job_id FROM waiting w JOIN requests r ON r.text_id = w.text_id AND r.outcome IS NULL"
    " JOIN submissions s ON s.id = r.submission_id AND s.profile_id IN (SELECT value FROM json_each(:profiles))"
    " WHERE w.text_id > :after AND w.text_id <= :last AND s.id <> :submission ORDER BY w.text_id LIMIT :limit",
)
_WAITING_PAGE = Query(
    "waiting texts, a page",
    "SELECT text_id FROM waiting WHERE text_id > :after AND text_id <= :last ORDER BY text_id LIMIT :limit",
)
_STATES = Query(
    "how texts stand under a profile",
    "SELECT j.value AS text, v.text_id IS NOT NULL AS ready, (SELECT s.job_id FROM requests r"
    " JOIN submissions s ON s.id = r.submission_id WHERE r.text_id = j.value AND r.outcome IS NULL"
    " AND s.profile_id = :profile AND s.job_id IS NOT NULL LIMIT 1) AS job FROM json_each(:texts) j"
    " LEFT JOIN vectors v ON v.profile_id = :profile AND v.text_id = j.value",
)
_DIRECT = Query(
    "which texts travel in a direct request",
    "SELECT r.text_id FROM json_each(:texts) j CROSS JOIN requests r ON r.text_id = j.value AND r.outcome IS NULL"
    " JOIN submissions s ON s.id = r.submission_id WHERE s.profile_id = :profile",
)
_WAITS_REALLY = Query(
    "whether a chunk waits for one of the first waiting texts",
    "SELECT 1 FROM waiting w CROSS JOIN chunks c ON c.text_id = w.text_id WHERE w.text_id <= :last"
    " AND c.embedding_status = 'PENDING' AND c.batch_job_id IS NULL AND c.next_attempt_at IS NULL LIMIT 1",
)
_CLAIM = Query(
    "claim the chunks of a submission's texts",
    f"UPDATE chunks SET batch_job_id = :job WHERE {WAITS} AND next_attempt_at IS NULL AND text_id IN"
    " (SELECT text_id FROM requests WHERE submission_id = :submission AND outcome IS NULL)",
)
_JOIN = Query(
    "let waiting chunks of some texts wait for a job",
    f"UPDATE chunks SET batch_job_id = :job WHERE {WAITS} AND text_id IN (SELECT value FROM json_each(:texts))",
)
_REST = Query(
    "let waiting chunks of some texts rest",
    f"UPDATE chunks SET next_attempt_at = :until WHERE {WAITS} AND text_id IN (SELECT value FROM json_each(:texts))",
)
_END_REST = Query(
    "end the rest of waiting chunks of some texts",
    f"UPDATE chunks SET next_attempt_at = NULL WHERE {WAITS} AND text_id IN (SELECT value FROM json_each(:texts))",
)
_FILL = Query(
    "mark the chunks of texts READY",
    f"UPDATE chunks SET embedding_status = 'READY', batch_job_id = coalesce(:job, batch_job_id), {_CLEARED}"
    " WHERE text_id IN (SELECT value FROM json_each(:texts)) AND embedding_status <> 'READY'"
    " AND (:active OR batch_job_id = :job) RETURNING text_id",
)
_PUT_BACK = Query(
    "put back what travels with a job",
    "UPDATE chunks SET batch_job_id = NULL WHERE batch_job_id = :job AND embedding_status = 'PENDING'",
)
_PUT_BACK_BEHIND = Query(
    "put back what travels with a job behind a text",
    "UPDATE chunks SET batch_job_id = NULL WHERE batch_job_id = :job AND embedding_status = 'PENDING'"
    " AND text_id > :after",
)
_PUT_BACK_TEXTS = Query(
    "put back what travels with a job of some texts",
    "UPDATE chunks SET batch_job_id = NULL WHERE text_id IN (SELECT value FROM json_each(:texts))"
    " AND batch_job_id = :job AND embedding_status = 'PENDING'",
)
_TRAVELS = Query(
    "how many chunks travel with a job",
    "SELECT count(*) FROM chunks WHERE batch_job_id = :job AND embedding_status = 'PENDING'",
)
_STRANDED = Query(
    "chunks that wait for a job that has ended or is unknown",
    "SELECT count(*) FROM chunks c LEFT JOIN batch_jobs j ON j.id = c.batch_job_id WHERE c.batch_job_id IS NOT NULL"
    " AND c.embedding_status = 'PENDING' AND (j.id IS NULL"
    " OR j.status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'EXPIRED'))",
    scans="looks at every chunk in batch: for the doctor",
)
_ATTEMPTS = Query(
    "attempts of a text's chunks in a job",
    "SELECT max(attempts) FROM chunks WHERE text_id = :text AND batch_job_id = :job AND embedding_status = 'PENDING'",
)
_FAIL = Query(
    "fail the chunks of a text in a job",
    "UPDATE chunks SET embedding_status = 'FAILED', attempts = attempts + 1, failure_cause = :cause,"
    " error_message = :message, failed_at = :now, next_attempt_at = NULL"
    " WHERE text_id = :text AND batch_job_id = :job AND embedding_status = 'PENDING'",
)
_RETURN = Query(
    "return the chunks of a text for another attempt",
    "UPDATE chunks SET batch_job_id = NULL, attempts = attempts + 1, next_attempt_at = :until, error_message = :message"
    " WHERE text_id = :text AND batch_job_id = :job AND embedding_status = 'PENDING'",
)
_FAIL_WAITING = Query(
    "fail waiting chunks of a text",
    "UPDATE chunks SET embedding_status = 'FAILED', attempts = attempts + 1, failure_cause = :cause,"
    " error_message = :message, failed_at = :now, next_attempt_at = NULL"
    f" WHERE text_id = :text AND {WAITS}",
)
_FAIL_CHUNK = Query(
    "fail a waiting chunk",
    "UPDATE chunks SET embedding_status = 'FAILED', failure_cause = :cause, error_message = :message,"
    f" failed_at = :now, next_attempt_at = NULL WHERE id = :id AND {WAITS}",
)
_FAILED = (
    "embedding_status = 'FAILED' AND (:cause IS NULL OR failure_cause = :cause"
    " OR (:cause = 'other error' AND failure_cause IS NULL)) AND (:job IS NULL OR batch_job_id = :job)"
)
_PERMANENT = "(:permanent OR coalesce(failure_cause, '') NOT IN (" + ", ".join(f"'{cause}'" for cause in LASTING) + "))"
_AGAIN = f"UPDATE chunks SET embedding_status = 'PENDING', batch_job_id = NULL, attempts = 0, {_CLEARED}"
_COUNT_FAILED = Query("how many chunks have failed", f"SELECT count(*) FROM chunks WHERE {_FAILED}")
_RETRY = Query("retry failed chunks", f"{_AGAIN} WHERE {_FAILED} AND {_PERMANENT}")
_NAMED = "id IN (SELECT value FROM json_each(:ids))"
_COUNT_FAILED_NAMED = Query(
    "how many of these chunks have failed", f"SELECT count(*) FROM chunks WHERE {_NAMED} AND +{_FAILED}"
)
_RETRY_NAMED = Query("retry these failed chunks", f"{_AGAIN} WHERE {_NAMED} AND +{_FAILED} AND {_PERMANENT}")
_DISCARD = Query("discard failed chunks", f"DELETE FROM chunks WHERE {_FAILED}")
_DISCARD_NAMED = Query("discard these failed chunks", f"DELETE FROM chunks WHERE {_NAMED} AND +{_FAILED}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkCounts:
    """Where the chunks stand; the four add up to `total`."""

    pending: int = 0
    in_batch: int = 0
    ready: int = 0
    failed: int = 0
    resting: int = 0
    """Of the pending: failed lately, waiting for the next attempt."""
    unnamed: int = 0
    """Of the pending: written by an older writer, not looked at yet."""
    resting_characters: int = 0
    unnamed_characters: int = 0

    @property
    def total(self) -> int:
        """All chunks."""
        return self.pending + self.in_batch + self.ready + self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A request that brought no vector: its text, the cause, Google's words."""

    text: int
    cause: Cause
    message: str


def counts(db: Db) -> ChunkCounts:
    """The counts from the counters that triggers keep: as quick at ten million chunks as at ten."""
    chunks, characters = Counter[str](), Counter[str]()
    for row in db.rows(_COUNTS):
        part = row["cause"] if row["bucket"] == "pending" else ""
        chunks[row["bucket"]] += row["chunks"]
        chunks[part] += row["chunks"]
        characters[part] += row["characters"]
    return ChunkCounts(
        pending=chunks["pending"],
        in_batch=chunks["in_batch"],
        ready=chunks["ready"],
        failed=chunks["failed"],
        resting=chunks["resting"],
        unnamed=chunks["unnamed"],
        resting_characters=characters["resting"],
        unnamed_characters=characters["unnamed"],
    )


def oldest_waiting(db: Db) -> datetime | None:
    """When the oldest waiting chunk came in."""
    found = (parse_time(row[0]) for query in (_OLDEST, _OLDEST_UNNAMED) if (row := db.one(query)) is not None)
    return min((moment for moment in found if moment is not None), default=None)


def wake(db: Db, now: datetime) -> int:
    """Lets the chunks wait again that have rested long enough; returns how many."""
    return db.run(_WAKE, now=utc_text(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnamed:
    """A waiting chunk of an older writer; bytes, because what is stored need not be text."""

    id: int
    content: bytes
    context: bytes | None
    metadata: bytes


def unnamed_page(db: Db, after: int, limit: int = 2_000) -> list[Unnamed]:
    """Waiting chunks that nobody has looked at yet, in id order, a page at a time."""
    return [value(Unnamed, row) for row in db.rows(_UNNAMED, after=after, limit=limit)]


def point(db: Db, named: Sequence[tuple[int, int, int]]) -> None:
    """Points `(chunk, text, characters)` chunks to their texts."""
    db.bulk(_POINT, ({"id": chunk, "text": text, "characters": size} for chunk, text, size in named))


def unname(db: Db, text: int, job: str) -> None:
    """Takes a text from the chunks that do not hold it, whatever they say: they are looked at again."""
    db.run(_UNNAME, text=text, job=job)


def fail_chunk(db: Db, chunk: int, cause: Cause, message: str, now: datetime) -> None:
    """Fails a waiting chunk whose text cannot be sent at all."""
    db.run(_FAIL_CHUNK, id=chunk, cause=cause.value, message=message, now=utc_text(now))


def waiting_page(db: Db, after: int, last: int, limit: int = 4_000) -> list[int]:
    """Waiting texts up to `last`, in order, a page at a time."""
    return [row[0] for row in db.rows(_WAITING_PAGE, after=after, last=last, limit=limit)]


def found_page(db: Db, profile: int, after: int, last: int, limit: int = 4_000) -> list[int]:
    """Waiting texts that have their vector already, a page at a time."""
    return [row[0] for row in db.rows(_FOUND, profile=profile, after=after, last=last, limit=limit)]


def travelling_page(
    db: Db, profiles: Sequence[int], after: int, last: int, limit: int = 4_000, *, submission: int = 0
) -> list[tuple[int, str | None]]:
    """Waiting texts that travel already under one of the profiles, each with its job, None for a direct request.

    Not those of `submission`.
    """
    named = json.dumps(list(profiles))
    rows = db.rows(_TRAVELLING, profiles=named, after=after, last=last, limit=limit, submission=submission)
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextState:
    """How a text stands under a profile."""

    ready: bool
    job: str | None
    """The job that it travels in."""


def states(db: Db, profile: int, texts: Sequence[int]) -> dict[int, TextState]:
    """Of each text: is its vector here, does it travel?"""
    rows = db.rows(_STATES, profile=profile, texts=json.dumps(list(texts)))
    return {row["text"]: TextState(ready=bool(row["ready"]), job=row["job"]) for row in rows}


def travelling_among(db: Db, profile: int, texts: Sequence[int]) -> set[int]:
    """Those of the texts that travel, in a job or in a direct request."""
    return {row[0] for row in db.rows(_DIRECT, profile=profile, texts=json.dumps(list(texts)))}


def waits(db: Db, last: int) -> bool:
    """Some chunk really waits for a text up to `last`: the counters are right about one of them at least."""
    return db.one(_WAITS_REALLY, last=last) is not None


def claim(db: Db, submission: int, job: str) -> int:
    """Ties the waiting chunks of a submission's texts to its job; returns how many."""
    return db.run(_CLAIM, submission=submission, job=job)


def join(db: Db, job: str, texts: Sequence[int]) -> int:
    """Lets waiting chunks wait for a job that carries their texts already; returns how many."""
    return db.run(_JOIN, job=job, texts=json.dumps(list(texts)))


def rest(db: Db, texts: Sequence[int], until: datetime) -> int:
    """Keeps waiting chunks of texts back until some time; returns how many."""
    return db.run(_REST, texts=json.dumps(list(texts)), until=utc_text(until))


def end_rest(db: Db, texts: Sequence[int]) -> int:
    """Lets waiting chunks of texts be sent again from now on; returns how many."""
    return db.run(_END_REST, texts=json.dumps(list(texts)))


def fill(db: Db, texts: Sequence[int], *, job: str | None, active: bool) -> Counter[int]:
    """Marks chunks READY whose text has its vector; how many chunks of each text.

    Under the active profile all that have the text; under another one those that wait for this job. The caller has
    stored the vectors in the same transaction.
    """
    rows = db.rows(_FILL, texts=json.dumps(list(texts)), job=job, active=active)
    return Counter(row[0] for row in rows)


def put_back(db: Db, job: str, after: int = 0) -> int:
    """Returns what still travels with a job to the queue, nobody blamed; with `after` only texts behind it."""
    if after:
        return db.run(_PUT_BACK_BEHIND, job=job, after=after)
    return db.run(_PUT_BACK, job=job)


def put_back_texts(db: Db, job: str, texts: Sequence[int]) -> int:
    """Returns what travels with a job of some texts to the queue; returns how many chunks."""
    return db.run(_PUT_BACK_TEXTS, job=job, texts=json.dumps(list(texts)))


def count_travelling(db: Db, job: str) -> int:
    """How many chunks travel with a job."""
    row = db.one(_TRAVELS, job=job)
    return row[0] if row else 0


def stranded(db: Db) -> int:
    """How many chunks wait for a job that has ended; grows with the chunks in batch."""
    row = db.one(_STRANDED)
    return row[0] if row else 0


@dataclass(slots=True)
class Blamed:
    """What became of the texts of requests that brought no vector."""

    failed: int = 0
    returned: int = 0
    nobody: int = 0
    """No chunk of the job wanted them any more."""


def fail(db: Db, job: str, faults: Sequence[Fault], policy: RetryPolicy, now: datetime, jitter: float) -> Blamed:
    """Fails the chunks of each text, or returns them for another attempt while the cause passes and attempts last."""
    done = Blamed()
    for fault in faults:
        row = db.one(_ATTEMPTS, text=fault.text, job=job)
        if row is None or row[0] is None:
            done.nobody += 1
            continue
        attempt = row[0] + 1
        same: dict[str, int | str] = {"text": fault.text, "job": job, "message": fault.message}
        if fault.cause.failure_class is FailureClass.PERMANENT or policy.exhausted(attempt):
            db.run(_FAIL, cause=fault.cause.value, now=utc_text(now), **same)
            done.failed += 1
        else:
            until = now + timedelta(seconds=policy.delay(attempt, jitter))
            db.run(_RETURN, until=utc_text(until), **same)
            done.returned += 1
    return done


def fail_waiting(db: Db, text: int, cause: Cause, message: str, now: datetime) -> int:
    """Fails the waiting chunks of a text that a direct request could not embed; returns how many."""
    return db.run(_FAIL_WAITING, text=text, cause=cause.value, message=message, now=utc_text(now))


def retry(
    db: Db,
    *,
    cause: str | None = None,
    job: str | None = None,
    ids: Sequence[int] | None = None,
    permanent: bool = False,
) -> tuple[int, int]:
    """Puts FAILED chunks back to PENDING with a fresh budget; `(retried, permanent ones skipped)`.

    All of them, or those of one cause, one job, or named by id; permanent failures only when told to.
    """
    named = json.dumps(list(ids or []))
    if ids is None:
        row = db.one(_COUNT_FAILED, cause=cause, job=job)
        retried = db.run(_RETRY, cause=cause, job=job, permanent=permanent)
    else:
        row = db.one(_COUNT_FAILED_NAMED, cause=cause, job=job, ids=named)
        retried = db.run(_RETRY_NAMED, cause=cause, job=job, permanent=permanent, ids=named)
    return retried, (row[0] if row else 0) - retried


def discard(db: Db, *, cause: str | None = None, ids: Sequence[int] | None = None) -> int:
    """Deletes FAILED chunks: all of a cause, or those named by id; returns how many. Their vectors, if any, stay."""
    if cause is None and ids is None:
        raise ValueError("name a cause or the ids of what to discard")
    if ids is None:
        return db.run(_DISCARD, cause=cause, job=None)
    return db.run(_DISCARD_NAMED, cause=cause, job=None, ids=json.dumps(list(ids)))
