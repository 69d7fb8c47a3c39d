"""No payer goes beyond a budget, whoever else pays at the same time; what is held says which budget, and until when."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.domain.billing import next_day, next_month
from engine.domain.jobs import JobStatus
from engine.domain.money import cost
from engine.domain.room import Reason
from engine.emulator import CallRule, Scenario
from engine.errors import BudgetUsedUp, InputError
from engine.ingest import IngestMode, IngestReport, ingest_paths
from engine.life import budgets
from engine.life.worker import run_once
from engine.settings import Amounts, Budget, Limits
from engine.store import events
from engine.wording import reason
from tests.auditing import audit, ledger_is_sound
from tests.conftest import HOUR, KEYS, World, Worlds

TEXTS = [f"A text of forty characters, number {number:5}" for number in range(40)]
Making = Callable[[Decimal], Budget]


def needs(world: World, number: int, price: str = "0.075") -> Decimal:
    """What is reserved for so many of the waiting texts."""
    before = world.settings
    world.configure(limits=Limits(requests_per_job=number), budget=Budget())
    job = world.manager.preflight(1).jobs[0]
    world.settings = before
    assert job.cut.texts == number
    return cost(job.most_tokens, Decimal(price))


def ingested(world: World, texts: list[str], mode: IngestMode = "sync", name: str = "a") -> IngestReport:
    """An ingest of a file for each text."""
    folder = world.workspace.path.with_name(name)
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number:03}.txt").write_text(text, "utf-8")
    return ingest_paths(
        world.db,
        [folder],
        mode=mode,
        settings=world.settings,
        clock=world.clock,
        gemini=world.gemini,
        keyring=world.workspace.keyring(),
        sleep=world.clock.advance,
    )


def budget_used(world: World) -> Decimal:
    """All that was or may be spent, and what is promised."""
    world.configure(budget=Budget(month=Decimal(1)))
    [found] = world.manager.get_queue_stats().budgets
    return found.used


@pytest.mark.parametrize(
    ("budget", "name", "renews"),
    [
        (lambda most: Budget(day=most), "the day's budget of $", next_day),
        (lambda most: Budget(month=most), "the month's budget of $", next_month),
        (lambda most: Budget(keys={"batch": Amounts(day=most)}), "the day's budget of the batch key of $", next_day),
        (
            lambda most: Budget(month=3 * most, day=2 * most, keys={"batch": Amounts(month=most)}),
            "the month's budget of the batch key of $",
            next_month,
        ),
    ],
    ids=["day", "month", "key", "the tightest of several"],
)
def test_a_flush_ends_at_the_tightest_budget_and_names_it(
    make_world: Worlds, budget: Making, name: str, renews: Callable[[datetime], datetime]
) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    most = needs(world, 10)
    world.configure(budget=budget(most))
    foreseen = world.manager.preflight(1)
    report = world.manager.flush_queue(1)
    assert [job.chunks for job in report.jobs] == [10]
    assert foreseen.held == report.held
    [held] = report.held
    assert (held.kind, held.chunks, held.most) == (Reason.BUDGET, 30, most)
    assert held.until == renews(world.clock.now)
    assert held.budget is not None
    assert (held.budget.left, held.budget.reserved) == (Decimal(0), most)
    assert reason(held).startswith(name)
    again = world.manager.flush_queue(1)
    assert (again.jobs, again.held_by_budget) == ((), True)
    assert not report.held_by_budget
    audit(world)


def test_a_days_budget_renews_at_googles_midnight_though_what_is_reserved_goes_on_counting(make_world: Worlds) -> None:
    world = make_world(latency=100 * HOUR)
    world.fill(TEXTS)
    world.configure(budget=Budget(day=needs(world, 10)))
    assert world.manager.flush_queue(1).chunks == 10
    world.clock.advance((next_day(world.clock.now) - world.clock.now).total_seconds())
    assert world.manager.flush_queue(1).held_by_budget  # what is under way may come to be of this day
    world.clock.advance(101 * HOUR)
    world.manager.sync_status()
    [today] = world.manager.get_queue_stats().budgets
    world.clock.advance((next_day(world.clock.now) - world.clock.now).total_seconds())
    [tomorrow] = world.manager.get_queue_stats().budgets
    assert [today.reserved, tomorrow.reserved, tomorrow.paid] == [Decimal(0)] * 3
    assert world.manager.flush_queue(1).chunks > 0
    audit(world)


def test_another_keys_budget_does_not_hold_a_flush(make_world: Worlds) -> None:
    world = make_world(settings={"budget": Budget(keys={"default": Amounts(day=Decimal(0))})})
    world.fill(TEXTS)
    assert world.manager.flush_queue(1).chunks == 40
    with pytest.raises(BudgetUsedUp, match="default key"):
        ingested(world, ["another text"])


@pytest.mark.parametrize("budget", [Budget(day=Decimal(0)), Budget(month=Decimal(0))])
def test_nothing_leaves_under_a_budget_of_nothing(make_world: Worlds, budget: Budget) -> None:
    world = make_world(settings={"budget": budget})
    world.fill(TEXTS)
    assert world.manager.flush_queue(1).held_by_budget
    assert run_once(world.workspace).flush.held_by_budget
    with pytest.raises(BudgetUsedUp):
        ingested(world, ["another text"])
    assert (world.emulator.bill()["entries"], world.counts.pending) == ([], 41)
    audit(world)


def test_a_budget_below_what_is_reserved_holds_what_was_planned_and_shows_that_less_than_nothing_is_left(
    make_world: Worlds,
) -> None:
    world = make_world(scenario=Scenario(calls=(CallRule(on="upload_start", do="error", status=503, times=0),)))
    world.fill(TEXTS[:20])
    world.manager.flush_queue(1)
    [job] = world.jobs
    assert (job.live, job.google_job_id) == (True, None)
    twenty = budget_used(world)
    world.configure(budget=Budget(month=twenty * 3 / 4))
    world.misbehave(None)
    world.fill(TEXTS[20:])
    foreseen, report = world.manager.preflight(1), world.manager.flush_queue(1)
    assert (foreseen.resumed, foreseen.held) == ((), report.held)
    assert [(held.kind, held.chunks) for held in report.held] == [(Reason.BUDGET, 20), (Reason.BUDGET, 20)]
    assert report.held_by_budget
    [budget] = world.manager.get_queue_stats().budgets
    assert budget.left == -twenty / 4
    assert world.manager.due_flush(1, timedelta(hours=1)) is None
    assert len(world.manager.held_by_budget(1)) == 2
    world.configure(budget=Budget(month=twenty))
    assert [job.status for job in world.manager.flush_queue(1).jobs] == [JobStatus.SUBMITTED]
    world.manager.sync_status()
    audit(world)


def test_another_key_takes_over_what_is_reserved_and_nothing_is_counted_twice(make_world: Worlds) -> None:
    world = make_world()
    world.fill(TEXTS[:10])
    most = needs(world, 10)
    world.configure(budget=Budget(keys={"batch": Amounts(month=most)}))
    world.misbehave(Scenario(calls=(CallRule(on="upload_start", do="error", status=503, times=0),)))
    world.manager.flush_queue(1)
    world.environ["GEMINI_BATCH_API_KEY"] = "another-batch-key-of-the-tests-3333"
    world.misbehave(None)
    assert [job.key_tail for job in world.manager.flush_queue(1).jobs] == ["3333"]
    [budget] = world.manager.get_queue_stats().budgets
    assert (budget.reserved, budget.left) == (most, Decimal(0))
    world.manager.sync_status()
    audit(world)


def test_a_retry_pays_from_the_same_budget(make_world: Worlds) -> None:
    world = make_world()
    world.fill(TEXTS[:10])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    world.configure(budget=Budget(day=budget_used(world)))
    chunks = [row[0] for row in world.sql("SELECT id FROM chunks")]
    world.sql("UPDATE chunks SET embedding_status = 'FAILED', content = content || ' again' WHERE id = ?", chunks[0])
    world.manager.retry_failed(ids=chunks, permanent=True)
    assert world.manager.flush_queue(1).held_by_budget


def test_a_direct_ingest_sends_what_the_budget_leaves_and_ends_with_the_rest_waiting(make_world: Worlds) -> None:
    world = make_world()
    ingested(world, TEXTS, "async")
    world.configure(budget=Budget(day=needs(world, 25, "0.15")))
    with pytest.raises(BudgetUsedUp, match="the day's budget") as ended:
        ingested(world, TEXTS)
    assert ended.value.exit_code == 6
    assert "cost budget" in ended.value.hint
    waiting = world.counts.pending
    assert 0 < waiting == 40 - world.counts.ready <= 15
    world.clock.advance(24 * HOUR)
    assert ingested(world, TEXTS).chunks_ready == waiting
    ledger_is_sound(world)


def test_what_is_nearly_used_up_is_said_everywhere_and_logged_once_a_window(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS[:9])
    world.configure(budget=Budget(day=needs(world, 9) / Decimal("0.9"), month=Decimal(1)))
    [warning] = world.manager.flush_queue(1).warnings
    assert warning.startswith("the day's budget is used to 90%: $0.0000")
    assert [each.window for each in world.manager.get_queue_stats().alarms] == ["day"]
    assert warning in world.manager.preflight(1).warnings
    world.manager.flush_queue(1)
    assert [event.level for event in events.find(world.db, "used to")] == ["warning"]
    world.clock.advance(24 * HOUR)
    world.manager.sync_status()
    world.fill(TEXTS[9:18])
    world.manager.flush_queue(1)
    assert len(events.find(world.db, "used to")) == 2


def test_an_override_raises_what_may_be_spent_until_it_ends(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    ten, five = needs(world, 10), needs(world, 5)
    world.configure(budget=Budget(day=ten, month=3 * ten))
    assert world.manager.flush_queue(1).chunks == 10
    until = world.clock.now + timedelta(hours=2)
    budgets.allow(world.db, world.settings, world.clock.now, five, until, " the release is today ")
    [day, month] = world.manager.get_queue_stats().budgets
    assert (day.most, day.allowed, day.left) == (ten + five, five, five)
    assert (month.allowed, month.left) == (five, 2 * ten + five)
    more = world.manager.flush_queue(1)
    assert 3 <= more.chunks <= 5
    world.clock.advance(2 * HOUR)
    [day, month] = world.manager.get_queue_stats().budgets
    assert day.allowed == 0
    assert -five <= day.left < 0
    assert world.manager.flush_queue(1).held_by_budget
    world.manager.sync_status()
    audit(world)
    [transfer] = world.sql("SELECT debit, credit, note FROM transfers WHERE debit = 'override'")
    assert transfer == ("override", "budget:2026-11", "the release is today")


@pytest.mark.parametrize(
    ("amount", "hours", "because", "named"),
    [
        ("-5", 1, "x", "no amount"),
        ("0", 1, "x", "no amount"),
        ("NaN", 1, "x", "no amount"),
        ("1e-20", 1, "x", "no amount"),
        ("1e30", 1, "x", "no amount"),
        ("5", -1, "x", "passed"),
        ("5", 0, "x", "passed"),
        ("5", 1, "  ", "reason"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(
    make_world: Worlds, amount: str, hours: int, because: str, named: str
) -> None:
    world = make_world(settings={"budget": Budget(day=Decimal(1))})
    with pytest.raises(InputError, match=named):
        budgets.allow(
            world.db,
            world.settings,
            world.clock.now,
            Decimal(amount),
            world.clock.now + timedelta(hours=hours),
            because,
        )
    assert world.sql("SELECT count(*) FROM transfers") == [(0,)]


def test_an_override_without_a_budget_for_all_is_refused(world: World) -> None:
    with pytest.raises(InputError, match="no budget for all"):
        budgets.allow(
            world.db, world.settings, world.clock.now, Decimal(5), world.clock.now + timedelta(hours=1), "why not"
        )


def test_a_clock_that_goes_back_does_not_give_a_budget_back(make_world: Worlds) -> None:
    world = make_world()
    world.configure(limits=Limits(requests_per_job=10))
    world.clock.advance(48 * HOUR)
    world.fill(TEXTS[:10])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    used = budget_used(world)
    world.configure(budget=Budget(day=used, month=used))
    world.fill(["one more"])
    world.clock.advance(-48 * HOUR)
    assert world.manager.flush_queue(1).held_by_budget
    world.clock.advance(-30 * 24 * HOUR)
    assert world.manager.flush_queue(1).held_by_budget
    audit(world)


AMOUNTS = st.integers(0, 60).map(lambda number: number * Decimal("0.000001"))
BUDGETS = st.builds(
    Budget,
    day=st.none() | AMOUNTS,
    month=st.none() | AMOUNTS,
    keys=st.dictionaries(st.sampled_from(["default", "batch"]), st.builds(Amounts, day=AMOUNTS), max_size=1),
)
STEPS = st.lists(
    st.sampled_from(["fill", "flush", "flush", "sync", "ingest", "an hour", "a day", "back", "allow"]) | BUDGETS,
    min_size=4,
    max_size=10,
)


@given(STEPS, BUDGETS)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
def test_whatever_happens_nothing_is_promised_that_a_budget_does_not_leave(
    make_world: Worlds, steps: list[str | Budget], budget: Budget
) -> None:
    world = make_world(latency=2 * HOUR, settings={"budget": budget})
    world.fill(TEXTS)
    for number, step in enumerate(steps):
        before = budgets.standing(world.db, world.settings, world.clock.now)
        last = world.sql("SELECT coalesce(max(id), 0) FROM transfers")[0][0]
        if isinstance(step, Budget):
            world.configure(budget=step)
        else:
            taken(world, step, number)
        [more] = world.sql(
            "SELECT coalesce(sum(micro * 1000000 + pico), 0) FROM transfers WHERE id > ?"
            " AND kind = 'more than was reserved'",
            last,
        )
        if step in ("flush", "ingest"):
            for then, now in zip(before, budgets.standing(world.db, world.settings, world.clock.now), strict=True):
                assert now.left + Decimal(more[0]) / 10**12 >= min(then.left, Decimal(0))
        ledger_is_sound(world)


def taken(world: World, step: str, number: int) -> None:
    """Takes a step of a history."""
    if step == "fill":
        world.fill([f"{text}, {number}" for text in TEXTS[:9]])
    elif step == "flush":
        world.manager.flush_queue(1)
    elif step == "sync":
        world.manager.sync_status()
    elif step == "ingest":
        with suppress(BudgetUsedUp):
            ingested(world, [f"{text}, directly {number}" for text in TEXTS[:12]])
    elif step == "allow":
        with suppress(InputError):
            until = world.clock.now + timedelta(hours=3)
            budgets.allow(world.db, world.settings, world.clock.now, Decimal("0.00001"), until, "a history")
    else:
        world.clock.advance({"an hour": HOUR, "a day": 24 * HOUR, "back": -5 * HOUR}[step])


def test_two_processes_that_flush_and_one_that_ingests_directly_never_exceed_a_budget(make_world: Worlds) -> None:
    """Replayed from the ledger: no reservation was made that did not fit at its moment."""
    world = make_world(latency=HOUR)
    world.clock.now = datetime.now(UTC)
    world.fill(TEXTS)
    folder = world.workspace.path.with_name("direct")
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.txt").write_text(f"A text that is embedded directly: {number:6}", "utf-8")
    most = 2 * needs(world, 40)
    config = world.workspace.path.with_name("halfrate.toml")
    config.write_text(
        f"[profile]\ndimension = 16\n[limits]\nrequests_per_job = 2\nsync_requests_per_minute = 600\n"
        f'[budget]\nmonth = "{most:f}"\n',
        "utf-8",
    )
    calls = [
        ["queue", "flush", "--force", "--yes"],
        ["queue", "flush", "--force", "--yes"],
        ["ingest", str(folder), "--mode", "sync"],
    ]
    started = [start(world, config, *words) for words in calls]
    codes = [process.wait(60) for process in started]
    assert codes[2] in (0, 6)
    assert set(codes[:2]) <= {0, 4, 6}
    final = start(world, config, *calls[0])
    assert final.wait(60) in (0, 6)
    used = Decimal(0)
    for kind, debit, credit, micro, pico in world.sql("SELECT kind, debit, credit, micro, pico FROM transfers"):
        amount = Decimal(micro * 10**6 + pico) / 10**12
        used += amount if debit.startswith("budget:") else -amount if credit.startswith("budget:") else 0
        assert kind != "reserve" or used <= most
    assert used > most / 2
    ledger_is_sound(world)


def start(world: World, config: Path, *words: str) -> subprocess.Popen[bytes]:
    """A process of the command on this world's database."""
    return subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "--db", str(world.workspace.path), "--config", str(config), *words],
        env={**os.environ, **KEYS, "GOOGLE_GEMINI_BASE_URL": world.emulator.base_url, "PYTHONPATH": "."},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
