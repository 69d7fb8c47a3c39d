"""The overview: numbers of one look that fit each other, at a cost that does not grow with the chunks."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine.domain.budgets import Budget
from engine.domain.causes import Cause
from engine.domain.governor import Granted, Known
from engine.domain.jobs import JobStatus, Trouble
from engine.domain.models import MODELS, Profile
from engine.domain.plan import JobLimits, Plan, Terms, WholeQueue, plan, whole_queue
from engine.domain.room import Allowance, Room, room_of
from engine.store import events, learned, reuse
from engine.store.db import Db, Query
from engine.store.overview import Overview, read_overview
from engine.store.reuse import Way
from engine.store.sqlite.connection import open_database
from engine.store.sqlite.database import SqliteDb
from engine.store.waiting import WaitingTexts
from tests import rows
from tests.rows import NOW

PROFILE = Profile()
PRICE = MODELS[PROFILE.model].price
GRANTED = Granted(known=Known(tokens=500_000), share=1.0, spend_limit=10)
ANALYSE = Query("test: analyse", "ANALYZE")


def planner(db: Db) -> tuple[Plan, WholeQueue, Room]:
    waiting = WaitingTexts(db, NOW)
    limits = JobLimits(requests=1_000, input_bytes=10**8, output_bytes=10**9)
    terms = Terms(profile=PROFILE, price=PRICE, basis=learned.basis(db, PROFILE.model), limits=limits)
    room = room_of(
        Allowance(published=500_000, learned=None, enqueued=0), [], price=PRICE.batch, live_jobs=0, most_jobs=1
    )
    return plan(waiting, room, terms), whole_queue(waiting, terms, allowance=500_000, turnaround=None), room


def overview(db: Db) -> Overview:
    return read_overview(db, planner, PROFILE, PRICE, NOW, granted=GRANTED, budgets=(Budget(amount=Decimal(5)),))


def test_an_empty_database_has_an_overview(db: Db) -> None:
    found = overview(db)
    assert (found.chunks.total, found.jobs, found.in_trouble, found.causes, found.events) == (0, (), (), (), ())
    assert (found.would_send.jobs, found.whole.chunks, found.waiting.batch) == ((), 0, Decimal(0))
    assert (found.oldest_waiting_at, found.engine, found.reused.chunks, found.budget_month) == (
        None,
        None,
        0,
        Decimal(5),
    )


def test_what_waits_and_what_would_be_sent_are_of_one_look(db: Db) -> None:
    rows.document(db, ["text one", "text one", "text two"])
    rows.document(db, ["resting"], source="b.txt", next_attempt_at=NOW + timedelta(hours=1))
    rows.document(db, ["of old"], source="c.txt", named=False)
    found = overview(db)
    assert (found.chunks.pending, found.chunks.resting, found.unnamed) == (5, 1, 1)
    assert (found.would_send.texts, found.would_send.chunks) == (3, 4)
    assert (found.whole.chunks, found.waiting.chunks, found.waiting.characters) == (4, 4, 22)
    assert found.waiting.batch == found.would_send.batch
    assert found.oldest_waiting_at == NOW


def test_jobs_are_counted_by_how_they_stand(db: Db) -> None:
    for number, status in enumerate(("SUBMITTED", "UNCERTAIN", "PLANNED", "COMPLETED", "EXPIRED")):
        rows.job(db, f"job-{number}", JobStatus(status), estimated_tokens=1_000_000, profile=PROFILE)
    rows.job(db, "gone", estimated_tokens=7, trouble=Trouble.GONE, trouble_since=NOW)
    found = overview(db)
    counts = found.job_counts
    assert (counts.live, counts.uncertain, counts.completed, counts.failed) == (4, 1, 1, 1)
    assert (found.in_flight_jobs, found.in_flight_tokens) == (2, 2_000_000)
    assert found.in_flight_amount == 2 * rows.BATCH_PRICE
    assert [job.id for job in found.in_trouble] == ["gone"]
    assert len(found.jobs) == 6


def test_money_is_what_the_ledger_says(db: Db) -> None:
    rows.post(
        db,
        rows.entry(job_id="one", waste_tokens=100, guessed_tokens=7),
        rows.entry(),
        rows.entry(NOW - timedelta(days=40), "two"),
    )
    with db.writing():
        reused = reuse.book(db, NOW, Way.LOOK, "one", 3, 100, 40, PRICE.batch)
        events.log(db, NOW, "test", "a line")
    found = overview(db)
    assert (found.landed_today.actual_tokens, found.landed_today.error_percent) == (900, 0.0)
    assert (found.landed_today.amount, found.landed_today.guessed_tokens) == (Decimal("0.000075"), 7)
    assert (found.month.tokens, found.month.guessed_tokens) == (2000, 7)
    assert (found.saved, found.sync_total.amount) == (Decimal("0.000135"), Decimal("0.00015"))
    assert (found.reused, reused.guessed_tokens) == (reused, 40)
    assert [event.message for event in found.events] == ["a line"]


def fill(path: Path, chunks: int) -> SqliteDb:
    """READY, waiting and FAILED chunks, the last in two causes."""
    db = open_database(path, create=True).db
    with db.writing():
        for number, (status, cause) in enumerate(
            [("PENDING", None), ("FAILED", Cause.OTHER), ("READY", None), ("FAILED", Cause.TOO_LONG)]
        ):
            rows.document(
                db,
                [f"text {number} {place}" for place in range(chunks // 4)],
                source=f"{number}.txt",
                status=status,
                cause=cause,
                failed_at=NOW if cause else None,
            )
    return db


@pytest.mark.parametrize("analysed", [False, True], ids=["as it is", "analysed"])
def test_an_overview_costs_the_same_whatever_the_number_of_chunks(tmp_path: Path, analysed: bool) -> None:  # noqa: FBT001
    costs = []
    for chunks in (6_000, 18_000):
        with contextlib.closing(fill(tmp_path / f"{chunks}.db", chunks)) as db:
            if analysed:
                db.run(ANALYSE)
            steps = 0

            def count() -> int:
                nonlocal steps
                steps += 1
                return 0

            db.database.conn.set_progress_handler(count, 10)
            overview(db)
            db.database.conn.set_progress_handler(None, 0)
            costs.append(steps)
    assert costs[1] <= 1.2 * costs[0] + 5
