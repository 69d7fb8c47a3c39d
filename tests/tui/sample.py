"""A database with a bit of everything, at a fixed moment: what the pictures of the console show."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlite_utils import Database

from engine.domain.batches import JobStatus
from engine.domain.ledger import LedgerEntry
from engine.domain.pricing import Mode
from engine.domain.times import local_text, utc_text
from engine.store import batches, events, ledger
from engine.store.connection import open_database, writing

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
PRICE, SYNC_PRICE = Decimal("0.075"), Decimal("0.15")

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


def fill(db: Database, now: datetime = NOW, *, waiting: int = 4_821) -> None:
    """Writes the sample into an empty database."""
    with writing(db):
        _document(db, now)
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
        batches.learn_ratio(db, "gemini-embedding-001", 31_800_000, 7_794_120)
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
    with contextlib.closing(open_database(path)) as db:
        fill(db, now)
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _document(db: Database, now: datetime) -> None:
    db.conn.execute(
        "INSERT INTO documents (id, content, metadata, media_type, created_at, source, title)"
        " VALUES (1, 'text', '{}', 'text/plain', ?, 'corpus/handbook.md', 'Handbook')",
        (local_text(now),),
    )


def _chunks(db: Database, now: datetime, number: int, start: int, job: str | None, status: str = "PENDING") -> int:
    db.conn.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO chunks (document_id,"
        " chunk_index, content, chunk_type, metadata, embedding_status, batch_job_id, created_at, embed_chars)"
        " SELECT 1, ? + i, 'text of chunk ' || i, 'text', '{}', ?, ?, ?, 1600 + i % 97 FROM n",
        (number, start, status, job, local_text(now)),
    )
    return start + number


def _failed(db: Database, now: datetime, cause: str, number: int, start: int, first: float, last: float) -> int:
    end = _chunks(db, now - timedelta(hours=first), number, start, "14f0aa62", "FAILED")
    db.conn.execute(
        "UPDATE chunks SET failure_cause = ?, error_message = ?, failed_at = ?, attempts = 4"
        " WHERE chunk_index > ? AND chunk_index <= ?",
        (
            cause,
            f"{cause}: Resource has been exhausted (e.g. check quota).",
            utc_text(now - timedelta(hours=last)),
            start,
            end,
        ),
    )
    db.conn.execute(
        "UPDATE chunks SET failed_at = ? WHERE chunk_index = ?", (utc_text(now - timedelta(hours=first)), start + 1)
    )
    return end


def _job(
    db: Database,
    job_id: str,
    status: JobStatus,
    chunks: int,
    made: datetime,
    share: float,
    ready: int,
    failed: int,
    tokens: int,
) -> None:
    sent = utc_text(made + timedelta(minutes=1))
    ended = utc_text(made + timedelta(hours=19)) if not share or share == 1.0 else None
    live = status in (JobStatus.PROCESSING, JobStatus.SUBMITTED, JobStatus.UNCERTAIN)
    db.conn.execute(
        "INSERT INTO batch_jobs (id, google_job_id, status, stats, created_at, updated_at, display_name, model,"
        " dimension, task_type, key_label, key_tail, price_per_million, sync_price_per_million, price_label,"
        " chunk_count, characters, estimated_tokens, ready_count, failed_count, tokens, remote_state, remote_done,"
        " submitted_at, ended_at)"
        " VALUES (?, ?, ?, '{}', ?, ?, ?, 'gemini-embedding-001', 768, 'RETRIEVAL_DOCUMENT', 'batch', 'b47c', ?, ?,"
        " 'list', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job_id, f"batches/{job_id}", status, local_text(made), local_text(made), f"halfrate-{job_id}", str(PRICE),
            str(SYNC_PRICE), chunks, chunks * 1640, chunks * 402, ready, failed, tokens,
            "BATCH_STATE_RUNNING" if status is JobStatus.PROCESSING else "BATCH_STATE_PENDING" if live else "",
            int(chunks * share), sent, None if live else ended,
        ),
    )  # fmt: skip
    for minutes, state, note in ((0, JobStatus.PLANNED, "planned"), (1, JobStatus.SUBMITTED, f"batches/{job_id}")):
        batches.add_event(db, job_id, made + timedelta(minutes=minutes), state, note)


def _book(db: Database, job_id: str, chunks: int, tokens: int, at: datetime) -> None:
    ledger.post(
        db,
        LedgerEntry(
            at=at,
            mode=Mode.BATCH,
            key_label="batch",
            key_tail="b47c",
            model="gemini-embedding-001",
            requests=chunks,
            tokens=tokens,
            waste_tokens=0,
            price_per_million=PRICE,
            sync_price_per_million=SYNC_PRICE,
            price_label="list",
            estimated_tokens=chunks * 402,
            job_id=job_id,
        ),
    )
