"""A database with a bit of everything, at a fixed moment: what the pictures of the console show."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.kinds import Kinds
from engine.domain.models import Profile
from engine.domain.rule import Seen
from engine.domain.times import local_text, utc_text
from engine.life import booking
from engine.store import events, jobs, learned, reuse, texts
from engine.store.db import Db, Query
from engine.store.reuse import Way
from engine.store.sqlite.connection import open_database
from tests import rows

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
PRICE, SYNC_PRICE = Decimal("0.075"), Decimal("0.15")
MODEL = Profile().model

_DOCUMENT = Query(
    "sample: a document",
    "INSERT INTO documents (id, content, metadata, media_type, created_at, source, title)"
    " VALUES (1, 'text', '{}', 'text/plain', :at, 'corpus/handbook.md', 'Handbook')",
)
_CHUNK = Query(
    "sample: a chunk",
    "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, embedding_status, batch_job_id,"
    " created_at, embed_chars, text_id) VALUES (1, :place, :content, 'text', '{}', :status, :job, :at, :characters,"
    " :text)",
)
_FAIL = Query(
    "sample: failures of a cause",
    "UPDATE chunks SET failure_cause = :cause, error_message = :error, failed_at = :last, attempts = 4"
    " WHERE chunk_index > :start AND chunk_index <= :end",
    scans="a test's",
)
_FIRST = Query(
    "sample: the first failure of a cause",
    "UPDATE chunks SET failed_at = :first WHERE chunk_index = :place",
    scans="a test's",
)

SEEN = Kinds(latin=25_400_000, spaces=5_000_000, punctuation=1_100_000, digits=300_000, words=5_200_000)
"""Characters that came back so far."""
JOBS = (
    # id, state, chunks, hours ago, share done, ready, failed, tokens
    ("abc09f21", JobStatus.PROCESSING, 5_000, 2.2, 0.62, 0, 0, 0),
    ("5d1e77b0", JobStatus.PROCESSING, 5_000, 1.4, 0.31, 0, 0, 0),
    ("e21c4c9a", JobStatus.SUBMITTED, 1_500, 0.3, 0.0, 0, 0, 0),
    ("77aa0c13", JobStatus.UNCERTAIN, 500, 0.1, 0.0, 0, 0, 0),
    ("90bd3e5f", JobStatus.COMPLETED, 8_000, 20.0, 1.0, 8_000, 0, 3_204_118),
    ("14f0aa62", JobStatus.COMPLETED_WITH_ERRORS, 11_417, 30.0, 1.0, 11_000, 417, 4_590_002),
    ("c3d94b7e", JobStatus.EXPIRED, 2_000, 70.0, 0.0, 0, 0, 0),
)

CAUSES = (
    # cause, chunks, hours ago of the first and the last
    ("429 RESOURCE_EXHAUSTED", 402, 5.3, 0.5),
    ("400 text too long", 12, 76.0, 30.0),
    ("row missing from the result", 3, 30.0, 30.0),
)


def fill(db: Db, now: datetime = NOW, *, waiting: int = 4_821) -> None:
    """Writes the sample into an empty database."""
    with db.writing(durable=True):
        db.run(_DOCUMENT, at=local_text(now))
        place = _chunks(db, now - timedelta(hours=3.2), waiting, 0, None)
        for job_id, status, chunks, hours, share, ready, failed, tokens in JOBS:
            made = now - timedelta(hours=hours)
            _job(db, job_id, status, chunks, made, share, ready, failed, tokens)
            if status is not JobStatus.EXPIRED:
                place = _chunks(db, made, ready or chunks, place, job_id, "READY" if ready else "PENDING")
            if tokens:
                _book(db, job_id, chunks, tokens, made + timedelta(hours=19))
        for cause, chunks, first, last in CAUSES:
            place = _failed(db, now, cause, chunks, place, first, last)
        learned.learn_sample(db, MODEL, [Seen(SEEN, 7_794_120)])
        reuse.book(db, now - timedelta(hours=3), Way.INGEST, MODEL, 312, 125_424, 0, PRICE)
        for minutes, actor, level, message in (
            (65, "ops", "info", "Retry: 31 failed chunks wait again."),
            (41, "worker", "info", "Job 90bd3e5 COMPLETED: 8,000 ready."),
            (22, "console", "info", "Flush: 1,500 chunks in 1 job."),
            (6, "console", "warning", "Job 77aa0c1: the answer to the submission was lost; it is looked for."),
            (1, "worker", "error", "Sync stopped: 503 UNAVAILABLE. The service is currently unavailable."),
        ):
            events.log(db, now - timedelta(minutes=minutes), actor, message, level)


def write(path: Path, now: datetime = NOW) -> Path:
    """The sample as a new file."""
    with contextlib.closing(open_database(path, create=True).db) as db:
        fill(db, now)
        db.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _chunks(db: Db, now: datetime, number: int, start: int, job: str | None, status: str = "PENDING") -> int:
    """Those that wait are as long as they are said to be: what a flush would cost is counted by their texts."""
    sizes = [1600 + place % 97 for place in range(1, number + 1)]
    contents = [f"text of chunk {start + place}" for place in range(1, number + 1)]
    if status == "PENDING" and job is None:
        contents = [f"{content} ".ljust(size, "x") for content, size in zip(contents, sizes, strict=True)]
    named = zip(contents, sizes, texts.name(db, contents), strict=True)
    db.bulk(
        _CHUNK,
        (
            {
                "place": start + place,
                "content": content,
                "status": status,
                "job": job,
                "at": local_text(now),
                "characters": size,
                "text": text,
            }
            for place, (content, size, text) in enumerate(named, 1)
        ),
    )
    return start + number


def _failed(db: Db, now: datetime, cause: str, number: int, start: int, first: float, last: float) -> int:
    end = _chunks(db, now - timedelta(hours=first), number, start, "14f0aa62", "FAILED")
    error = f"{cause}: Resource has been exhausted (e.g. check quota)."
    db.run(_FAIL, cause=cause, error=error, last=utc_text(now - timedelta(hours=last)), start=start, end=end)
    db.run(_FIRST, first=utc_text(now - timedelta(hours=first)), place=start + 1)
    return end


def _job(
    db: Db,
    job_id: str,
    status: JobStatus,
    chunks: int,
    made: datetime,
    share: float,
    ready: int,
    failed: int,
    tokens: int,
) -> BatchJob:
    live = status in (JobStatus.PROCESSING, JobStatus.SUBMITTED, JobStatus.UNCERTAIN)
    job = rows.job(
        db,
        job_id,
        status,
        profile=Profile(),
        google_job_id=f"batches/{job_id}",
        created_at=made,
        updated_at=made,
        key_tail="b47c",
        price_per_million=PRICE,
        sync_price_per_million=SYNC_PRICE,
        price_label="list",
        requests=chunks,
        chunks=chunks,
        characters=chunks * 1640,
        estimated_tokens=chunks * 402,
        ready=ready,
        failed=failed,
        tokens=tokens,
        remote_state="BATCH_STATE_RUNNING" if status is JobStatus.PROCESSING else "BATCH_STATE_PENDING" if live else "",
        remote_done=int(chunks * share),
        submitted_at=made + timedelta(minutes=1),
        ended_at=None if live else made + timedelta(hours=19),
    )
    if live:
        booking.reserve(db, made, job.submission, job.estimated_tokens)
    jobs.add_event(db, job_id, made + timedelta(minutes=1), JobStatus.SUBMITTED, f"batches/{job_id}")
    return job


def _book(db: Db, job_id: str, chunks: int, tokens: int, at: datetime) -> None:
    rows.post(
        db,
        rows.entry(
            at,
            job_id,
            tokens,
            key_tail="b47c",
            requests=chunks,
            price_per_million=PRICE,
            sync_price_per_million=SYNC_PRICE,
            price_label="list",
            estimated_tokens=chunks * 402,
        ),
    )
