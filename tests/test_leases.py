"""One operation at a time on a database: who is refused, who takes over, and who may not write any more."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from engine.domain.jobs import JobStatus
from engine.emulator import CallRule, Scenario
from engine.errors import DatabaseLocked, LeaseLost, OperationBusy
from engine.life.context import held_lease
from engine.store import leases
from tests.auditing import audit, creates
from tests.conftest import World

TEXTS = [f"text {number}" for number in range(8)]


LONG_AGO = "2020-01-01T00:00:00.000000Z"


def take(world: World, *, pid: int, host: str = "", life: timedelta = leases.LIFE) -> int:
    """Puts the engine's lease into somebody else's hand, whoever had it; its epoch."""
    world.sql("UPDATE leases SET expires_at = ?", LONG_AGO)
    with world.db.writing():
        epoch = leases.take(
            world.db, leases.ENGINE, holder="worker", operation="sync", now=datetime.now(UTC), life=life
        )
    assert epoch is not None
    world.sql("UPDATE leases SET pid = ?, host = ?", pid, host or socket.gethostname())
    return epoch


def a_dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_second_operation_is_told_who_holds_the_lease(world: World) -> None:
    world.fill(TEXTS)
    take(world, pid=os.getppid())
    with pytest.raises(OperationBusy, match=f"worker .process {os.getppid()} .* has been running sync since"):
        world.manager.flush_queue(1)
    assert world.counts.pending == len(TEXTS)
    assert OperationBusy.exit_code == 4


def test_a_dead_holders_lease_is_taken_over_at_once(world: World) -> None:
    world.fill(TEXTS)
    take(world, pid=a_dead_process())
    assert len(world.manager.flush_queue(1).jobs) == 1


def test_a_holder_elsewhere_is_believed_until_its_lease_runs_out(world: World) -> None:
    take(world, pid=a_dead_process(), host="another-machine")
    with pytest.raises(OperationBusy, match="another-machine"):
        world.manager.sync_status()
    take(world, pid=a_dead_process(), host="another-machine", life=timedelta(seconds=-1))
    world.manager.sync_status()


def test_a_lease_is_given_back_and_its_epoch_grows(world: World) -> None:
    for _ in range(3):
        world.manager.sync_status()
        assert leases.current(world.db, leases.ENGINE) is None
    assert world.sql("SELECT epoch FROM leases WHERE name = 'engine'") == [(3,)]


def test_a_lease_is_given_back_after_an_error(world: World) -> None:
    with pytest.raises(ZeroDivisionError), held_lease(world.db, world.workspace.connect, "engine", "test", "test"):
        raise ZeroDivisionError
    assert leases.current(world.db, leases.ENGINE) is None


def test_a_beat_of_a_lost_lease_is_refused(world: World) -> None:
    now = datetime.now(UTC)
    epoch = take(world, pid=1)
    with world.db.writing():
        leases.beat(world.db, leases.ENGINE, epoch, now)
    take(world, pid=2)
    with world.db.writing(), pytest.raises(LeaseLost):
        leases.beat(world.db, leases.ENGINE, epoch, now)


def everything(world: World) -> list[str]:
    """What is in the file, leases aside."""
    conn = world.db.database.conn
    conn.execute("PRAGMA wal_checkpoint")
    return [line for line in conn.iterdump() if '"leases"' not in line]


STEPS = ["spool", "upload", "submit", "ask Google", "download", "settle"]


@pytest.mark.parametrize("step", STEPS)
def test_who_lost_the_lease_writes_nothing_more(world: World, step: str) -> None:
    """Another process takes the lease over in the middle of a step, as after a long stop of this one."""
    world.fill(TEXTS)
    if step in STEPS[3:]:
        world.manager.flush_queue(1)
    taken: list[list[str]] = []

    def take_over() -> None:
        with contextlib.closing(world.workspace.connect()) as db, db.writing():
            later = datetime.now(UTC) + 2 * leases.LIFE
            assert leases.take(db, leases.ENGINE, holder="other", operation="sync", now=later) is not None

    def watch(name: str) -> None:
        if name.startswith(step) and not taken:
            thread = threading.Thread(target=take_over)
            thread.start()
            thread.join()
            taken.append(everything(world))

    manager = world.manager
    manager._watch = lambda progress: watch(progress.step)
    # Settling reports after a slice, so the last write is what is left to refuse.
    with pytest.raises(LeaseLost):
        manager.flush_queue(1) if step in STEPS[:3] else manager.sync_status()
    assert everything(world) == taken[0]
    world.sql("UPDATE leases SET holder = NULL")
    world.manager.flush_queue(1)
    world.manager.sync_status()
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_a_create_whose_lease_was_lost_meanwhile_is_adopted_by_the_next_holder(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="delay", effect=True, seconds=1.0),)))
    outcome: list[BaseException] = []

    def flush() -> None:
        with world.workspace.manager("first") as manager:
            try:
                manager.flush_queue(1)
            except LeaseLost as lost:
                outcome.append(lost)

    thread = threading.Thread(target=flush)
    thread.start()
    while not world.emulator.service.batches.all():
        pass
    world.sql("UPDATE leases SET expires_at = ?", LONG_AGO)
    world.manager.sync_status()
    world.manager.sync_status()
    thread.join()
    assert len(outcome) == 1
    assert [job.status for job in world.jobs] == [JobStatus.COMPLETED]
    assert creates(world) == 1
    audit(world)


FLUSH = """
import sys
from pathlib import Path
from engine.errors import OperationBusy
from engine.workspace import Workspace

workspace = Workspace.open(Path(sys.argv[1]), config=Path(sys.argv[2]))
with workspace.manager("racer") as manager:
    sys.stdin.readline()
    try:
        report = manager.flush_queue(1)
    except OperationBusy as busy:
        sys.exit(busy.exit_code)
    sys.exit(0 if report.problem is None else 1)
"""


def test_of_processes_that_flush_at_once_one_flushes_and_nothing_is_created_twice(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="delay", seconds=1.0, times=0),)))
    config = world.workspace.path.with_name("halfrate.toml")
    config.write_text("[profile]\ndimension = 16\n")
    environ = {**os.environ, **world.environ, "GOOGLE_GEMINI_BASE_URL": world.emulator.base_url}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", FLUSH, str(world.workspace.path), str(config)],
            stdin=subprocess.PIPE,
            env=environ,
            text=True,
        )
        for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    codes = sorted(racer.wait(60) for racer in racers)
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.close()
    assert set(codes) <= {0, 4}
    assert 0 in codes
    assert creates(world) == 1
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_the_lease_is_kept_alive_while_an_operation_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.life.context.BEAT_SECONDS", 0.02)
    with held_lease(world.db, world.workspace.connect, "engine", "test", "long"):
        first = leases.current(world.db, "engine")
        assert first is not None
        while (now := leases.current(world.db, "engine")) == first:
            pass
        assert now is not None
        assert now.expires_at > first.expires_at
        assert psutil.pid_exists(now.pid)


def test_a_locked_database_is_said_and_not_waited_for_in_vain(world: World) -> None:
    world.db.database.conn.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(world.workspace.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with contextlib.closing(other), pytest.raises(DatabaseLocked):
        world.manager.sync_status()


def test_a_dead_holder_is_not_alive_though_its_lease_has_not_run_out(world: World) -> None:
    for pid, alive in ((os.getpid(), True), (a_dead_process(), False)):
        take(world, pid=pid)
        holder = leases.current(world.db, leases.ENGINE)
        assert holder is not None
        assert leases.alive(holder, datetime.now(UTC)) is alive
