"""The worker: what a turn does, when it flushes, and that a database has one."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from engine.domain.jobs import JobStatus
from engine.domain.reports import CycleReport
from engine.domain.times import utc_text
from engine.emulator import CallRule, Scenario
from engine.errors import HalfrateError, LeaseLost, OperationBusy
from engine.life.worker import run, run_once
from engine.settings import Flush, Limits
from engine.store import leases
from engine.workspace import Workspace
from tests.auditing import audit
from tests.conftest import HOUR, MINUTE, World, Worlds

TEXTS = [f"text {number} of the worker's" for number in range(12)]


def workspace_of(world: World, **tables: object) -> Workspace:
    """The world's workspace under other settings."""
    settings = msgspec.structs.replace(world.workspace.settings, **tables)
    return Workspace(world.workspace.path, settings, clock=world.clock, environ=world.environ)


def test_turns_take_chunks_from_waiting_to_ready(world: World) -> None:
    world.fill(TEXTS)
    turn = run_once(world.workspace)
    assert turn.flush.chunks == len(TEXTS)
    turn = run_once(world.workspace)
    assert [job.status for job in turn.sync.settled] == [JobStatus.COMPLETED]
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_job_is_asked_about_when_it_is_due(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    run_once(world.workspace)
    assert len(run_once(world.workspace).sync.jobs) == 1
    assert run_once(world.workspace).sync.jobs == ()
    world.clock.advance(MINUTE)
    assert len(run_once(world.workspace).sync.jobs) == 1


def test_few_chunks_are_flushed_when_the_oldest_has_waited_too_long(world: World) -> None:
    workspace = workspace_of(world, flush=Flush(min_size=100, max_wait_seconds=HOUR))
    world.fill(TEXTS)
    assert run_once(workspace).flush.jobs == ()
    world.clock.advance(HOUR - 1)
    assert run_once(workspace).flush.jobs == ()
    world.clock.advance(1)
    assert run_once(workspace).flush.chunks == len(TEXTS)


def test_chunks_that_rest_do_not_make_a_small_flush(world: World) -> None:
    workspace = workspace_of(world, flush=Flush(min_size=10, max_wait_seconds=6 * HOUR))
    ids = world.fill(TEXTS)
    later = utc_text(world.clock.now + timedelta(minutes=5))
    world.sql("UPDATE chunks SET next_attempt_at = ? WHERE id > ?", later, ids[0])
    assert run_once(workspace).flush.jobs == ()
    world.clock.advance(5 * MINUTE)
    assert run_once(workspace).flush.chunks == len(TEXTS)


def test_a_job_that_was_left_before_its_submission_is_taken_up_however_little_waits(world: World) -> None:
    workspace = workspace_of(world, flush=Flush(min_size=100))
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="upload_start", do="error", status=400),)))
    world.manager.flush_queue(1)
    world.fill(["one", "two", "three"])
    turn = run_once(workspace)
    assert [job.status for job in turn.flush.jobs] == [JobStatus.SUBMITTED]
    assert world.counts.pending == 3


def test_the_allowance_is_filled_again_turn_by_turn(world: World) -> None:
    workspace = workspace_of(world, limits=Limits(enqueued_tokens=30))
    world.fill(TEXTS * 3)
    for _ in range(30):
        run_once(workspace)
        world.clock.advance(MINUTE)
    assert world.counts.ready == len(TEXTS) * 3
    audit(world)


def test_a_stopped_turn_does_not_flush(world: World) -> None:
    world.fill(TEXTS)
    assert run_once(world.workspace, stop=lambda: True).flush.jobs == ()
    assert world.counts.pending == len(TEXTS)


def taken(world: World, name: str, *, holder: str, operation: str) -> int:
    """A lease in the hand of a process on another machine; its epoch."""
    with world.db.writing():
        epoch = leases.take(world.db, name, holder=holder, operation=operation, now=datetime.now(UTC))
    world.sql("UPDATE leases SET pid = 1, host = 'elsewhere' WHERE name = ?", name)
    assert epoch is not None
    return epoch


def turns(workspace: Workspace, count: int) -> list[CycleReport | HalfrateError]:
    """So many turns of the loop."""
    stop, reports = threading.Event(), list[CycleReport | HalfrateError]()

    def report(turn: CycleReport | HalfrateError) -> None:
        reports.append(turn)
        if len(reports) >= count:
            stop.set()

    run(workspace, interval=0.01, report=report, stop=stop)
    return reports


def test_the_loop_goes_on_after_an_error_of_one_turn(world: World) -> None:
    world.fill(TEXTS)
    epoch = taken(world, leases.ENGINE, holder="cron", operation="sync")
    (busy,) = turns(world.workspace, 1)
    assert isinstance(busy, OperationBusy)
    with world.db.writing():
        leases.give_back(world.db, leases.ENGINE, epoch)
    del world.environ["GEMINI_BATCH_API_KEY"]
    (error,) = turns(world.workspace, 1)
    assert isinstance(error, HalfrateError)
    world.environ["GEMINI_BATCH_API_KEY"] = "batch-key-of-the-tests-2222"
    world.clock.advance(MINUTE)
    turns(world.workspace, 2)
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_rotated_key_is_used_without_a_restart(world: World) -> None:
    world.environ["GEMINI_BATCH_API_KEY"] = "an-invalid-batch-key-3333"
    world.fill(TEXTS)
    stop, accounts = threading.Event(), list[bool]()

    def report(turn: CycleReport | HalfrateError) -> None:
        assert isinstance(turn, CycleReport)
        accounts.append(turn.flush.account)
        world.environ["GEMINI_BATCH_API_KEY"] = "the-next-batch-key-4444"
        if len(accounts) == 3:
            stop.set()

    run(world.workspace, interval=0.0, report=report, stop=stop)
    assert accounts == [True, False, False]
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_database_has_one_worker(world: World) -> None:
    taken(world, leases.WORKER, holder="worker", operation="the worker")
    with pytest.raises(OperationBusy, match="the worker"):
        turns(world.workspace, 1)


def test_a_worker_that_was_replaced_ends(world: World) -> None:
    def report(_: CycleReport | HalfrateError) -> None:
        world.sql("UPDATE leases SET epoch = epoch + 1, host = 'elsewhere' WHERE name = 'worker'")

    with pytest.raises(LeaseLost):
        run(world.workspace, interval=0.01, report=report, stop=threading.Event())


def test_the_worker_is_seen_in_the_overview_while_it_runs(world: World) -> None:
    seen: list[leases.Holder | None] = []
    stop = threading.Event()

    def report(_: CycleReport | HalfrateError) -> None:
        seen.append(world.manager.get_queue_stats().worker)
        stop.set()

    run(world.workspace, interval=0.01, report=report, stop=stop)
    assert seen[0] is not None
    assert seen[0].operation == "the worker"
    assert world.manager.get_queue_stats().worker is None
