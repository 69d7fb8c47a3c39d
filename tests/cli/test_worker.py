"""`halfrate worker`."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import closing
from functools import partial
from pathlib import Path

from engine.emulator import EmulatorServer, JobRule, RowRule
from engine.life.context import held_lease
from engine.store import leases
from engine.store.db import Db
from engine.store.sqlite.connection import open_database
from tests.cli.conftest import Misbehave, Shell


def test_run_once_flushes_and_the_next_turn_settles(shell: Shell) -> None:
    shell.fill(["one", "two"])
    first = shell.json("worker", "run-once")
    assert set(first) == {"sync", "flush"}
    assert first["sync"]["jobs"] == []
    assert first["flush"]["jobs"][0]["chunks"] == 2
    second = shell.json("worker", "run-once")
    assert second["sync"]["jobs"][0]["ready"] == 2
    assert (second["flush"]["jobs"], second["flush"]["held"]) == ([], [])


def test_run_once_with_nothing_to_do_is_done(shell: Shell) -> None:
    shell.embed(1)
    shell.call("worker", "run-once")


def test_run_once_tells_live_jobs_that_are_not_due_from_none(shell: Shell, misbehave: Misbehave) -> None:
    shell.embed(1)
    assert "no job is live" in shell.call("worker", "run-once").stdout
    misbehave(jobs=(JobRule(do="running"),))
    shell.fill(["one"], source="more.txt")
    shell.call("queue", "flush", "--force")
    shell.call("queue", "sync")
    told = shell.call("worker", "run-once").stdout
    assert "nothing is due yet: 1 live (0 uncertain); looked for again at " in told


def test_run_once_says_that_chunks_failed(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(rows=(RowRule(do="error", contains="poison", code=3),))
    shell.fill(["one", "poison"])
    shell.call("worker", "run-once")
    shell.call("worker", "run-once", code=3)


def test_run_once_without_a_batch_key_is_an_account_problem(shell: Shell) -> None:
    shell.fill(["one"])
    del shell.environ["GEMINI_BATCH_API_KEY"]
    assert "GEMINI_BATCH_API_KEY" in shell.call("worker", "run-once", code=5).stderr


def test_the_loop_embeds_what_waits_and_ends_on_sigterm(shell: Shell) -> None:
    shell.fill(["one", "two"])
    words = shell.command("worker", "start", "--interval", "0.1", "--json")
    with subprocess.Popen(
        words, env=shell.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        for _ in range(200):
            if shell.json("queue", "status")["chunks"]["ready"] == 2:
                break
            time.sleep(0.1)
        assert "the worker" in shell.call("queue", "status").stdout
        busy = shell.call("worker", "start", code=4)
        assert "process" in busy.stderr
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=20)
    shell.heard(out, err)
    assert running.returncode == 0, err
    assert '"turns"' in out
    assert "2 ready" in err
    assert shell.json("queue", "status")["chunks"]["ready"] == 2


def open_beside(path: Path) -> Db:
    """A connection of another process."""
    return open_database(path).db


def test_another_process_that_holds_the_operation_is_named(shell: Shell, emulator: EmulatorServer) -> None:
    shell.fill(["one"])
    connect = partial(open_beside, shell.db)
    with closing(connect()) as db, held_lease(db, connect, leases.ENGINE, "console", "flush"):
        result = shell.call("queue", "flush", code=4)
        assert "console (process " in result.stderr
        assert "hint: " in result.stderr
        assert "flush (console, process" in shell.call("queue", "status").stdout
    assert emulator.jobs() == []
    shell.call("queue", "flush")
