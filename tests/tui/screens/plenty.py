"""What the screens beside the dashboard show on top of the sample: documents, weeks of a ledger, Google's answers."""

from __future__ import annotations

import contextlib
import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine.domain.models import Mode
from engine.domain.times import local_text
from engine.store import events, jobs
from engine.store.sqlite.connection import open_database
from engine.store.sqlite.database import SqliteDb
from tests import rows
from tests.tui import sample

DAYS = 21
ERRORS = {
    "429 RESOURCE_EXHAUSTED": "Resource has been exhausted (e.g. check quota).",
    "400 text too long": "The input token count (9214) exceeds the maximum number of tokens allowed (2048).",
    "row missing from the result": "",
}
SOURCES = (
    ("corpus/handbook/chapter-07-incident-response.md", "Incident response"),
    ("corpus/handbook/chapter-08-on-call.md", "On call"),
    ("tickets.jsonl#48213", "Refund does not arrive"),
    ("mail/archive/2026/10/a-very-long-name-of-a-message-that-nobody-will-read-in-full.eml", "Re: Re: Fwd: minutes"),
    ("-", "standard input"),
)


def fill(path: Path, now: datetime = sample.NOW) -> Path:
    """Adds it to a database that holds the sample."""
    with contextlib.closing(open_database(path).db) as db:
        with db.writing(durable=True):
            _documents(db, now)
            _failures(db)
            _ledger(db, now)
            _answers(db)
            _inherited(db, now)
            for number in range(260):
                level = "error" if number % 50 == 0 else "warning" if number % 17 == 0 else "info"
                said = f"Job {number:07x} COMPLETED: {number * 31:,} ready."
                events.log(db, now - timedelta(days=3, minutes=-number * 3), "worker", said, level)
        db.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _documents(db: SqliteDb, now: datetime) -> None:
    for place, (source, title) in enumerate(SOURCES):
        made = now - timedelta(hours=5 * place + 1)
        contents = [
            f"Paragraph {number + 1} of {title.lower()}: who is called first, and what they are told."
            for number in range(40 * (place + 1))
        ]
        ids = rows.document(db, contents, source=source, title=title, context=title, at=made)
        for number, chunk in enumerate(ids):
            ready = number < 40 * place or place == 4
            if ready or place == 2:
                rows.put(db, chunk, "READY" if ready else "PENDING", job=None if ready else "abc09f21")


def _failures(db: SqliteDb) -> None:
    """Words of Google's and texts one would recognise."""
    execute = db.database.conn.execute
    for cause, error in ERRORS.items():
        execute("UPDATE chunks SET error_message = ? WHERE failure_cause = ?", (error, cause))
    execute(
        "UPDATE chunks SET content = 'Minutes of meeting ' || chunk_index || '. The board approved the budget;"
        " objections were noted and the chair thanked everybody for their patience.' WHERE embedding_status = 'FAILED'"
    )


def _ledger(db: SqliteDb, now: datetime) -> None:
    for day in range(DAYS):
        at = now - timedelta(days=DAYS - day)
        if day % 7 == 6:
            continue
        for mode, label, tail, tokens in (
            (Mode.BATCH, "batch", "b47c", 41_000_000 + 3_700_000 * (day % 5)),
            (Mode.SYNCHRONOUS, "default", "d3f4", 1_100_000 + 90_000 * (day % 4)),
        ):
            model = "gemini-embedding-2" if day > 14 and mode is Mode.BATCH else "gemini-embedding-001"
            batch, full = (
                (Decimal("0.10"), Decimal("0.20")) if model.endswith("2") else (sample.PRICE, sample.SYNC_PRICE)
            )
            rows.post(
                db,
                rows.entry(
                    at,
                    f"{0xA1B2C3D4 + day * 0x01010101:x}-0000-4000-8000-{day:012}" if mode is Mode.BATCH else None,
                    tokens,
                    key_label=label,
                    key_tail=tail,
                    model=model,
                    requests=tokens // 400,
                    waste_tokens=512_000 if day == 9 else 0,
                    price_per_million=batch if mode is Mode.BATCH else full,
                    sync_price_per_million=full,
                    price_label="Google's pricing page 2026-11-01",
                    estimated_tokens=tokens * (97 + day % 6) // 100 if mode is Mode.BATCH else 0,
                ),
            )


def _answers(db: SqliteDb) -> None:
    """What Google said of the first job when it was last asked; not quite what our record says."""
    answer = {
        "name": "batches/abc09f21",
        "metadata": {
            "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch",
            "displayName": "halfrate-abc09f21",
            "state": "BATCH_STATE_RUNNING",
            "createTime": "2026-11-24T12:19:00.123456Z",
            "inputConfig": {"fileName": "files/q8w7e6r5t4"},
            "batchStats": {
                "requestCount": "5000",
                "successfulRequestCount": "3412",
                "failedRequestCount": "3",
                "pendingRequestCount": "1585",
            },
        },
    }
    first, lost = jobs.get(db, "abc09f21"), jobs.get(db, "77aa0c13")
    jobs.note_answer(db, first.id, json.dumps(answer))
    jobs.update(db, first, first.updated_at, input_file="files/q8w7e6r5t4", input_bytes=9120331)
    jobs.update(db, lost, lost.updated_at, google_job_id=None, remote_state="")


def _inherited(db: SqliteDb, now: datetime) -> None:
    """A live job of an earlier program, whose rows have no names."""
    at = local_text(now - timedelta(days=12))
    db.database.conn.execute(
        "INSERT INTO batch_jobs (id, google_job_id, status, stats, created_at, updated_at)"
        " VALUES ('0ldj0b77-1111', 'batches/old', 'SUBMITTED', ?, ?, ?)",
        (json.dumps({"submitted": 640}), at, at),
    )
