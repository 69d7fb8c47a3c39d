"""What would leave, what the whole queue would take, what cost nothing and what nobody counted, on screen."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest

from engine.domain.jobs import JobStatus
from engine.life.overview import overview
from engine.settings import Budget, Flush, Limits
from engine.store import reuse
from engine.store.reuse import Way
from engine.wording import reason
from engine.workspace import Workspace
from tests import rows
from tests.conftest import World, Worlds
from tests.tui.by_hand import sql
from tests.tui.conftest import opened
from tests.tui.screens.conftest import press
from tui.actions import BY_ID
from tui.figures import usd
from tui.panels.cost import CostFigures

SIZES = [(120, 40), *(pytest.param(size, marks=pytest.mark.slow) for size in ((80, 24), (160, 50)))]
TEXTS = [f"text number {number} of those that wait, each a little longer than it has to be" for number in range(30)]


async def test_what_would_leave_is_what_the_preflight_shows_and_a_flush_sends(make_world: Worlds) -> None:
    world = make_world(settings={"limits": Limits(requests_per_job=10, live_jobs=2)}, latency=3600.0)
    world.fill(TEXTS)
    assert world.manager.sample()
    ahead = world.manager.preflight(1)
    assert (ahead.plan.chunks, [held.chunks for held in ahead.held]) == (20, [10])
    price = usd(ahead.estimate.batch)
    async with opened(world.workspace) as console:
        await console.sees("F would send     20 of 30 chunks", price, f"10 held: {reason(ahead.held[0])}")
        await console.sees("The whole queue  30 chunks", usd(ahead.whole.batch), usd(ahead.whole.direct), "1 round")
        await console.press("F")
        await console.sees("20 in 2 jobs", f"10  {reason(ahead.held[0])}", f"Flush 20 chunks for {price}")
        await console.sees("whole queue", f"30 chunks  {usd(ahead.whole.batch)} in batch")
        await console.press("y")
        await console.until(lambda: world.counts.in_batch == 20, "the flush")
        await console.sees(f"20 chunks in 2 jobs. 10 chunks held: {reason(ahead.held[0])}.")


async def test_below_the_minimum_nothing_would_leave_and_it_is_said(make_world: Worlds) -> None:
    world = make_world(settings={"flush": Flush(min_size=100)})
    world.fill(TEXTS)
    async with opened(world.workspace) as console:
        await console.sees("0 of 30 chunks", "30 held: fewer than the smallest flush of 100")
    async with opened(world.workspace, size=(80, 24)) as console:
        await console.sees("F sends 0 of 30 $0.00  all: batch ")
    async with opened(world.workspace, read_only=True) as console:
        await console.sees("A flush would send")


async def test_one_line_says_it_with_every_noun_once(world: World) -> None:
    async with opened(world.workspace, size=(80, 24)) as console:
        world.fill(TEXTS[:1])
        await console.sees("F sends all 1 chunk: batch $0.00", ", direct $0.00", "month $0.00")
        world.manager.flush_queue(1)
        await console.sees("Nothing waits")


async def test_a_prepared_job_can_be_flushed_however_many_newer_ones_are_live(world: World) -> None:
    rows.job(world.db, "prepared", JobStatus.PLANNED, requests=3, chunks=3)
    for number in range(60):
        rows.job(world.db, f"live-{number}", JobStatus.SUBMITTED, submitted_at=rows.NOW, created_at=rows.NOW)
    async with opened(world.workspace) as console:
        await console.sees("+3 prepared")
        assert BY_ID["flush"].blocked(console.app.desk.situation) is None


async def test_chunks_of_an_older_writer_are_named(world: World) -> None:
    rows.document(world.db, TEXTS, named=False)
    async with opened(world.workspace) as console:
        await console.sees("30 of older writers")
        await console.press("F")
        await console.sees("30 chunks of older writers; equal ones are sent once")


async def test_what_cost_nothing_is_on_the_dashboard_among_the_costs_and_in_the_outcome(world: World) -> None:
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    with world.db.writing():
        reuse.book(world.db, world.clock.now, Way.LOOK, "gemini-embedding-001", 7, 2_000, 0, Decimal("0.075"))
    async with opened(world.workspace) as console:
        await console.sees("Reused        7 chunks at $0, $0.00015 not paid")
        await press(console, "c")
        await console.sees("reused        7 chunks", "not paid $0.00015")


def test_figures_that_rest_on_a_guess_are_marked_and_a_true_zero_is_not(world: World) -> None:
    def drawn() -> str:
        return CostFigures().draw((overview(world.db, world.settings, world.clock.now), "F"), 160, 5).plain

    assert "In flight     $0.00  0 jobs" in drawn()
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    assert "In flight     ~$0.00" in drawn()
    with world.db.writing():
        reuse.book(world.db, world.clock.now, Way.LOOK, "gemini-embedding-001", 7, 2_000, 50, Decimal("0.075"))
    rows.post(world.db, rows.entry(world.clock.now, "one", tokens=1_000_000, guessed_tokens=500))
    assert "Landed today  ~$0.0750  ~1.0M tokens" in drawn()
    assert "Reused        7 chunks at $0, ~$0.00015 not paid" in drawn()


@pytest.mark.parametrize("size", SIZES)
async def test_an_amount_with_tokens_that_nobody_counted_is_marked(full: Workspace, size: tuple[int, int]) -> None:
    sql(full, "UPDATE batch_jobs SET guessed_tokens = 100 WHERE id = '14f0aa62'")
    with contextlib.closing(full.connect()) as db:
        rows.post(db, rows.entry(rows.NOW, tokens=1_000_000, guessed_tokens=500))
    async with opened(full, size=size) as console:
        await console.sees("~$0.3443", "~$75.46 of $100")
        await press(console, "c")
        await console.sees("~$75.46", "~$0.1500", "~1,000,000")
        await press(console, "home", "down", "enter")
        await console.sees("~1,000,000", "~$0.1500", "500 tokens nobody counted")
        await press(console, "escape")


async def test_a_budget_that_is_nearly_used_up_is_named_wherever_money_is_shown(make_world: Worlds) -> None:
    world = make_world(settings={"budget": Budget(day=Decimal("0.00001"), month=Decimal(1))}, latency=3600.0)
    world.fill(TEXTS)
    [held] = world.manager.flush_queue(1).held
    assert held.budget is not None
    assert held.budget.alarm
    left = f"{usd(held.budget.left)} left"
    async with opened(world.workspace) as console:
        await console.sees(f"{held.chunks} held: the day's budget of", f"{held.budget.share:.0%} of the day's budget")
        await console.press("F")
        await console.sees("Nothing would leave now.", f"{left} today", "! the day's budget is used to")
        await console.press("escape")
        await press(console, "c")
        await console.sees(f"budget        {left} today", f"{held.budget.share:.0%}")
