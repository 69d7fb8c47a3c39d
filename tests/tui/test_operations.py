"""Flush, sync, retry and the interventions run in the background, one at a time, and say how it went."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from textual.widgets import Button

from engine.domain.jobs import JobStatus
from engine.domain.plan import Held
from engine.domain.progress import Progress
from engine.domain.reports import FlushReport, Reuse, SyncReport
from engine.domain.room import Reason
from engine.emulator import CallRule, RowRule, Scenario
from engine.errors import HalfrateError
from engine.settings import Flush
from engine.store import events, leases
from engine.workspace import Workspace
from tests import rows
from tests.conftest import World, Worlds
from tests.tui.conftest import opened, with_console
from tui.actions import ACTIONS, BY_ID
from tui.runner import Running
from tui.screens.base import EngineScreen
from tui.telling import outcome

TEXTS = [f"text number {number}" for number in range(30)]


async def test_flush_shows_the_cost_first_and_cancel_is_the_default(world: World) -> None:
    world.fill(TEXTS)
    async with opened(world.workspace) as console:
        await console.press("F")
        await console.sees("30 in 1 job", "direct", "by kinds of characters", "Flush 30 chunks for")
        await console.press("enter")
        await console.until(lambda: isinstance(console.app.screen, EngineScreen))
        assert world.counts.pending == 30
        assert not world.jobs


async def test_flush_sync_and_retry_by_key(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(rows=(RowRule(do="error", regex="number 7$", code=3, message="Invalid [/argument]."),)))
    async with opened(world.workspace) as console:
        await console.press("F")
        await console.sees("Flush 30 chunks for")
        await console.press("y")
        await console.until(lambda: world.counts.in_batch == 30, "the flush")
        await console.sees("30 chunks in 1 job.")
        await console.press("S")
        await console.until(lambda: world.counts.ready == 29, "the sync")
        await console.sees("1 job settled: 29 ready, 1 failed", "400 INVALID_ARGUMENT")
        await console.press("R")
        await console.until(lambda: any("permanent" in toast for toast in console.toasts), "the reason")


async def test_retry_puts_transient_failures_back(world: World) -> None:
    ids = world.fill(TEXTS)
    for chunk in ids[:5]:
        rows.put(world.db, chunk, "FAILED", cause="503 UNAVAILABLE")
    async with opened(world.workspace) as console:
        await console.sees("Retry 5")
        await console.press("R")
        await console.until(lambda: world.counts.failed == 0)
        await console.until(lambda: any("5 chunks wait again" in toast for toast in console.toasts))


async def test_a_click_on_a_button_is_its_key(world: World) -> None:
    world.fill(TEXTS)
    async with opened(world.workspace) as console:
        await console.pilot.click("#button-flush")
        await console.sees("Flush 30 chunks for")
        await console.pilot.click("#yes")
        await console.until(lambda: world.counts.in_batch == 30)


async def test_a_flush_below_the_minimum_is_held_until_it_is_forced(make_world: Worlds) -> None:
    world = make_world(settings={"flush": Flush(min_size=100)})
    world.fill(TEXTS)
    async with opened(world.workspace) as console:
        await console.press("F")
        await console.sees("Nothing would leave now", "fewer than the smallest flush of 100")
        assert console.app.screen.query_one("#yes", Button).disabled
        await console.press("f")
        await console.sees("Flush 30 chunks for")
        await console.press("y")
        await console.until(lambda: world.counts.in_batch == 30)


async def test_three_presses_are_one_operation(world: World) -> None:
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    async with opened(world.workspace) as console:
        started = [console.app.desk.run("sync", "Sync", lambda manager: manager.sync_status()) for _ in range(3)]
        assert started == [True, False, False]
        await console.until(lambda: console.app.desk.runner.running is None)
        assert world.counts.ready == 30


async def test_an_operation_of_another_process_is_named(world: World) -> None:
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    async with opened(world.workspace) as console:
        with world.db.writing():
            leases.take(world.db, leases.ENGINE, holder="cron", operation="sync", now=datetime.now(UTC))
        await console.press("S")
        await console.until(lambda: any("cron" in toast and "sync" in toast for toast in console.toasts))
        assert console.app.desk.runner.running is None


async def test_an_error_is_a_toast_and_a_log_line_with_its_hint(world: World) -> None:
    world.fill(TEXTS)
    world.environ["GEMINI_BATCH_API_KEY"] = ""
    async with opened(world.workspace) as console:
        await console.press("F")
        await console.until(lambda: any("no batch key is set" in toast for toast in console.toasts))
        console.app.desk.run("flush", "Flush", lambda manager: manager.flush_queue(1))
        await console.until(lambda: any("Set GEMINI_BATCH_API_KEY" in toast for toast in console.toasts))
        await console.sees("No API key is set for batch jobs")
        assert events.find(world.db)[0].level == "error"


async def test_what_google_refuses_is_told_and_the_console_goes_on(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, message="Quota [/exceeded]."),)))
    async with opened(world.workspace) as console:
        await console.press("F")
        await console.sees("Flush 30 chunks for")
        await console.press("y")
        await console.until(lambda: console.toasts and console.app.desk.runner.running is None)
        await console.sees("UPLOADED")


async def test_progress_is_drawn_and_escape_stops_after_the_step(world: World) -> None:
    world.fill(TEXTS)
    async with opened(world.workspace) as console:
        stopped = []

        def slow(manager: object) -> None:
            watch, stop = manager._watch, manager._stop  # type: ignore[attr-defined]
            watch(Progress(operation="flush", step="spool abc09f2", done=12_400, total=20_000, unit="chunks"))
            while not stop():
                time.sleep(0.01)
            stopped.append(True)

        console.app.desk.run("flush", "Flush", slow)
        await console.sees("62%", "12,400/20,000 chunks", "esc cancel", "━")
        assert BY_ID["sync"].blocked(console.app.desk.situation) == "Flush is running"
        await console.press("escape")
        await console.until(lambda: stopped)
        await console.until(lambda: console.app.desk.runner.running is None)


async def test_a_job_is_cancelled_after_a_question(world: World) -> None:
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    async with opened(world.workspace) as console:
        await console.sees(world.jobs[0].short)
        await console.press("x")
        await console.sees(f"Cancel job {world.jobs[0].short}?", "is billed")
        await console.press("escape")
        await console.press("x", "y")
        await console.until(lambda: any("Cancel" in toast for toast in console.toasts))


async def test_an_uncertain_job_is_adopted_or_released(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="cut", effect=True, times=1),)))
    world.manager.flush_queue(1)
    assert world.jobs[0].status is JobStatus.UNCERTAIN
    async with opened(world.workspace) as console:
        await console.sees("UNCERTAIN")
        await console.press("A")
        await console.until(lambda: world.jobs[0].status is not JobStatus.UNCERTAIN)
        await console.press("X", "y")
        await console.until(lambda: any("paid twice" in toast for toast in console.toasts), "the refusal")


async def test_automatic_sync_settles_jobs_by_itself_and_backs_off(world: World) -> None:
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    world.clock.advance(3600)
    async with opened(with_console(world.workspace, auto_sync_seconds=0.2)) as console:
        assert not console.app.desk.auto_sync.on
        await console.press("a")
        await console.sees("auto")
        await console.until(lambda: world.counts.ready == 30)
        await console.press("a")
        assert console.app.desk.auto_sync.planned is False


async def test_leaving_while_an_operation_runs_asks_and_stops_it(world: World) -> None:
    world.fill(TEXTS)
    async with opened(world.workspace) as console:
        console.app.desk.run("flush", "Flush", _until_stopped)
        await console.press("q")
        await console.sees("Flush is running", "Leaving is safe")
        await console.press("escape")
        assert console.app.desk.runner.running is not None
        await console.press("q", "y")
        await console.pilot.pause(0.1)
        assert not console.app.is_running or console.app._exit


def _until_stopped(manager: object) -> None:
    while not manager._stop():  # type: ignore[attr-defined]
        time.sleep(0.01)


async def test_a_read_only_console_offers_nothing_that_writes(world: World) -> None:
    world.fill(TEXTS)
    async with opened(world.workspace, read_only=True) as console:
        await console.sees("[RO]")
        assert not [action.id for action in console.app.desk.available() if action.writes]
        assert "Flush" not in console.text.splitlines()[-1]
        for key in ("F", "S", "R", "a", "x"):
            await console.press(key)
        assert world.counts.pending == 30
        assert not console.app.desk.auto_sync.on
        assert isinstance(console.app.screen, EngineScreen)


async def test_every_key_is_harmless_on_an_empty_database(world: World) -> None:
    async with opened(world.workspace) as console:
        await console.press_all(ACTIONS)
        assert console.app._exception is None


@pytest.mark.parametrize(("key", "result"), [("d", "demo"), ("q", None), ("ctrl+q", None)])
async def test_leaving_the_first_screen(world: World, key: str, result: str | None) -> None:
    async with opened(world.workspace) as console:
        await console.press(key)
        assert console.app._exit
        assert console.app.return_value == result


async def test_keys_are_set_by_the_id_of_their_action(world: World) -> None:
    world.fill(TEXTS)
    async with opened(with_console(world.workspace, keys={"flush": "ctrl+f", "nonsense": "x"})) as console:
        await console.press("F")
        assert isinstance(console.app.screen, EngineScreen)
        await console.press("ctrl+f")
        await console.sees("Flush 30 chunks for")


async def test_help_lists_every_key_and_why_some_do_nothing(world: World) -> None:
    async with opened(world.workspace, size=(120, 60)) as console:
        await console.press("question_mark")
        await console.sees("Submit the waiting chunks", "no job is selected", "palette")
        await console.press("escape")
        assert isinstance(console.app.screen, EngineScreen)


async def test_the_palette_carries_actions_out(world: World) -> None:
    world.fill(TEXTS)
    async with opened(world.workspace) as console:
        await console.press("ctrl+p")
        await console.sees("Flush")
        await console.press(*"flush")
        await console.pilot.pause(0.3)
        await console.press("enter")
        await console.sees("Flush 30 chunks for")


def test_the_registry_has_each_id_and_each_key_once() -> None:
    assert len(BY_ID) == len(ACTIONS)
    keys = [action.key for action in ACTIONS]
    assert len(keys) == len(set(keys))


def test_an_eta_is_made_of_the_pace_of_the_present_step() -> None:
    begun = Progress(operation="sync", step="settle", done=0, total=100, unit="rows")
    running = Running(name="sync", title="Sync", started=0.0, step_started=0.0, progress=begun)
    assert running.eta is None
    assert replace(running, progress=replace(begun, done=100)).eta == 0.0


async def test_a_job_that_google_did_not_take_is_said_to_wait_for_a_flush(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, message="Quota."),)))
    with contextlib.suppress(HalfrateError):
        world.manager.flush_queue(1)
    async with opened(replace(world.workspace, demo=True)) as console:
        await console.sees("a prepared job is still here. F sends it.", "1 job unsent", "+30 prepared")


async def test_escape_leaves_a_page_and_stops_nothing(world: World) -> None:
    async with opened(world.workspace) as console:
        console.app.desk.run("flush", "Flush", _until_stopped)
        await console.press("j")
        await console.sees("ctrl+x cancel")
        await console.press("escape")
        await console.until(lambda: console.app.current_mode == "dashboard")
        running = console.app.desk.runner.running
        assert running is not None
        assert not running.stopping
        await console.press("escape")
        await console.until(lambda: console.app.desk.runner.running is None)


async def test_the_question_whether_to_leave_ends_with_the_operation(world: World) -> None:
    async with opened(world.workspace) as console:
        console.app.desk.run("flush", "Flush", _until_stopped)
        await console.press("q")
        await console.sees("Leaving is safe")
        console.app.desk.runner.stop()
        await console.until(lambda: isinstance(console.app.screen, EngineScreen), "the page")


def test_a_flush_says_its_reason_once() -> None:
    resting = Held(kind=Reason.COOLING_DOWN, chunks=282)
    report = FlushReport(held=(resting,), problem="Google asks to wait.", hint="Flush again later.")
    assert outcome("Flush", report)[0] == "282 chunks held. Google asks to wait. Flush again later."
    few = Held(kind=Reason.BELOW_MINIMUM, chunks=2, most=Decimal(100))
    assert outcome("Flush", FlushReport(held=(few,)))[0] == "2 chunks held: fewer than the smallest flush of 100."


def test_what_cost_nothing_is_said_with_what_it_spared() -> None:
    reused = Reuse(chunks=3, tokens=1_200, amount=Decimal("0.00009"))
    assert outcome("Flush", FlushReport(reused=reused))[0] == "3 chunks reused at $0, $0.000090 not paid."
    assert outcome("Sync", SyncReport(reused=reused))[0].endswith("3 chunks reused at $0, $0.000090 not paid.")


async def test_the_answers_to_a_flush_are_in_view_on_the_smallest_screen(prod: Workspace) -> None:
    async with opened(prod, size=(60, 16)) as console:
        await console.press("F")
        await console.sees("Cancel", "Flush 4,821 chunks for")
        assert "batch " in console.text


async def test_the_preflight_rests_on_a_sample_that_google_counts_where_nothing_better_is_known(world: World) -> None:
    world.fill([f"Чай номер {number} заваривают в горячей воде" for number in range(40)])
    async with opened(world.workspace, size=(120, 40)) as console:
        await console.press("F")
        await console.sees("Flush 40 chunks", "by a sample that Google counted")
