"""The command opens the console in a terminal, prints the status without one, and says what goes on after leaving."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import tui.__main__ as command
from engine.cli import cli, set_console
from tests.conftest import World

ROOT = Path(__file__).parents[2]


def test_without_a_terminal_the_status_is_printed(world: World) -> None:
    set_console(command.open_console)
    try:
        done = CliRunner().invoke(cli, ["--db", str(world.workspace.path)])
    finally:
        set_console(None)
    assert "pending" in done.output.lower()


def test_in_a_terminal_the_console_opens_and_is_left_with_q(world: World) -> None:
    world.fill(["one"])
    primary, secondary = pty.openpty()
    environ = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "LINES": "24",
        "HOME": str(world.workspace.path.parent),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "--db", str(world.workspace.path)],
        stdin=secondary, stdout=secondary, stderr=secondary, cwd=ROOT, env=environ, close_fds=True,
    )  # fmt: skip
    os.close(secondary)
    try:
        shown = _read_until(primary, b"PENDING")
        assert b"PENDING" in shown
        os.write(primary, b"q")
        end = time.monotonic() + 15
        while process.poll() is None and time.monotonic() < end:
            _drain(primary)
        assert process.poll() == 0
    finally:
        process.kill()
        process.wait()
        os.close(primary)


def _read_until(fd: int, wanted: bytes) -> bytes:
    seen, end = b"", time.monotonic() + 20
    os.set_blocking(fd, False)
    while wanted not in seen and time.monotonic() < end:
        seen += _drain(fd)
    return seen


def _drain(fd: int) -> bytes:
    try:
        return os.read(fd, 65_536)
    except BlockingIOError:
        time.sleep(0.02)
    except OSError:
        time.sleep(0.02)
    return b""


def test_leaving_in_the_middle_says_what_goes_on_and_waits(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import threading

    from tui.app import ConsoleApp

    finished = threading.Event()

    def leave(app: ConsoleApp) -> None:
        def slow(manager: object) -> None:
            time.sleep(0.6)
            finished.set()

        app.desk.runner.start("flush", "Flush", slow)

    monkeypatch.setattr(ConsoleApp, "run", leave)
    command.open_console(world.workspace)
    assert finished.is_set()
    assert "Flush finishes the step in hand" in capsys.readouterr().err
