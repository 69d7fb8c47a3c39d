"""A job whose results are on disk, to be settled as often as asked for; also run as a process whose memory is measured.

settling.py DATABASE    settles the job of a database and prints the peak of memory in MB
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.keys import GoogleKeyring
from engine.domain.texts import RequestKey, profile_hash
from engine.gemini.client import GeminiClient
from engine.life.claim import claim_next
from engine.life.context import Operation
from engine.life.settle import settle
from engine.settings import Limits, Settings
from engine.store import jobs, leases
from engine.store.db import Db, Query
from engine.store.sqlite.connection import open_database
from tests import rows
from tests.benchmarks.references import text_of, write_results

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
UNLIMITED = 10**12
SETTINGS = Settings(
    limits=Limits(
        enqueued_tokens=UNLIMITED,
        requests_per_job=UNLIMITED,
        input_bytes_per_job=UNLIMITED * 10,
        output_bytes_per_job=UNLIMITED * 10**4,
    )
)
SENT = (JobStatus.SPOOLED, JobStatus.UPLOADED, JobStatus.SUBMITTING, JobStatus.SUBMITTED, JobStatus.FETCHED)
HASHES = Query("benchmark: hashes in order", "SELECT hash FROM texts ORDER BY id", scans="a benchmark's")
LIVE = Query("benchmark: the job", "SELECT id FROM batch_jobs ORDER BY rowid DESC LIMIT 1", scans="a benchmark's")


def operation(db: Db, settings: Settings = SETTINGS) -> Operation:
    """An operation under its lease that talks to nobody."""
    keyring = GoogleKeyring("a-default-key-1111", "a-batch-key-2222")
    with db.writing():
        epoch = leases.take(db, leases.ENGINE, holder="benchmark", operation="sync", now=datetime.now(UTC))
    return Operation(
        db=db,
        gemini=GeminiClient(lambda: keyring, base_url="http://127.0.0.1:9"),
        settings=settings,
        keyring=lambda: keyring,
        clock=lambda: NOW,
        jitter=lambda: 0.0,
        actor="benchmark",
        name="sync",
        epoch=epoch or 0,
    )


def waiting(path: Path, count: int) -> None:
    """A database in which so many chunks wait, in documents of a thousand."""
    with closing(open_database(path, create=True).db) as db:
        for first in range(0, count, 1_000):
            places = range(first, min(first + 1_000, count))
            rows.document(db, [text_of(place) for place in places], source=f"{first}.txt")


def fetched(path: Path, count: int, order: Sequence[int] | None = None) -> None:
    """A database with a job whose results are on disk: a row a text, in the order of these places."""
    waiting(path, count)
    with closing(open_database(path).db) as db:
        op = operation(db)
        job = claim_next(op, 1)
        assert isinstance(job, BatchJob)
        for status in SENT:
            with db.writing():
                job = jobs.transition(db, job, status, NOW, "a benchmark")
        hashes = [row[0] for row in db.rows(HASHES)]
        tag = profile_hash(job.profile)
        keys = [str(RequestKey(hashes[place], tag)) for place in (range(count) if order is None else order)]
        target = op.files.results(job.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_results(target, keys)
        with db.writing():
            leases.give_back(db, leases.ENGINE, op.epoch)
            jobs.update(db, job, NOW, output_bytes=target.stat().st_size)


def settle_once(path: Path, slice_rows: int = SETTINGS.settle_slice) -> BatchJob:
    """Settles the job of a database."""
    with closing(open_database(path).db) as db:
        row = db.one(LIVE)
        assert row is not None
        op = operation(db, msgspec.structs.replace(SETTINGS, settle_slice=slice_rows))
        job = settle(op, jobs.get(db, row[0]))
        assert job.ready == job.requests, job
        return job


if __name__ == "__main__":
    settle_once(Path(sys.argv[1]))
    status = dict(line.split(":", 1) for line in Path(f"/proc/{os.getpid()}/status").read_text().splitlines())
    print(int(status["VmHWM"].split()[0]) // 1024)
