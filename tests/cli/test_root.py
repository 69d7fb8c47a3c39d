"""The command as a whole: options, exit codes, speed, and how it behaves in pipes and terminals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from engine.cli import cli, set_console
from engine.cli.root import COMMANDS
from engine.emulator import CallRule
from engine.workspace import Workspace
from tests.cli.conftest import ROOT, Misbehave, Shell

pty = pytest.importorskip("pty", reason="needs pseudo-terminals")


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "queue", "status"),
        ("queue", "--json", "status"),
        ("queue", "status", "--json"),
        ("--json",),
    ],
)
def test_options_stand_before_or_after_the_name(shell: Shell, words: tuple[str, ...]) -> None:
    shell.fill(["one"])
    assert json.loads(shell.call(*words).stdout)["chunks"]["total"] == 1


def test_db_and_config_stand_anywhere_and_win_over_the_environment(shell: Shell) -> None:
    shell.fill(["one"])
    path, config = shell.environ.pop("HALFRATE_DB"), shell.environ.pop("HALFRATE_CONFIG")
    first = json.loads(shell.call("--db", path, "queue", "status", "--config", config, "--json").stdout)
    assert first["profile"]["dimension"] == 16
    shell.environ["HALFRATE_DB"] = "/nowhere/at-all.db"
    second = json.loads(shell.call("queue", "status", "--db", path, "--json").stdout)
    assert second["chunks"]["total"] == 1
    assert second["profile"]["dimension"] == 768


def test_without_a_terminal_the_status_is_printed(shell: Shell) -> None:
    shell.fill(["one"])
    assert shell.call().stdout == shell.call("queue", "status").stdout
    assert "pending" in shell.process().stdout


@pytest.mark.parametrize("words", [(name,) for name in COMMANDS] + [("queue", "flush"), ("jobs", "show")])
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"], prog_name="halfrate")
    assert result.exit_code == 0
    assert "Usage: halfrate" in result.stdout
    assert "--json" in result.stdout


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(cli, ["--help"])
    for name in COMMANDS:
        assert f"\n  {name} " in result.stdout


def test_version_is_one_line() -> None:
    assert CliRunner().invoke(cli, ["--version"]).stdout.startswith("halfrate ")


@pytest.mark.parametrize(
    "words",
    [
        ("nonesuch",),
        ("queue", "nonesuch"),
        ("queue", "flush", "--min-size", "0"),
        ("queue", "flush", "--min-size", "many"),
        ("queue", "flush", "--nonesuch"),
        ("jobs", "show"),
        ("export",),
        ("cost", "report", "--by", "weather"),
        ("worker", "start", "--interval", "0"),
        ("--read-only", "queue", "status"),
        ("demo", "--db", "some.db"),
    ],
)
def test_wrong_usage_is_2_and_changes_nothing(offline: Shell, words: tuple[str, ...]) -> None:
    result = offline.call(*words, code=2)
    assert result.stdout == ""
    assert "Usage: " in result.stderr
    assert not offline.db.exists()


def test_a_key_among_the_words_is_not_repeated(offline: Shell) -> None:
    result = offline.call("queue", offline.environ["GEMINI_BATCH_API_KEY"], code=2)
    assert "…b2c8" in result.stderr


def test_an_error_with_json_is_a_document_too(offline: Shell) -> None:
    document = offline.json("queue", "status", code=1)
    assert set(document) == {"error", "hint", "exit_code"}
    assert "no database" in document["error"]
    assert document["exit_code"] == 1


def test_a_traceback_is_shown_with_debug_alone(offline: Shell) -> None:
    assert "Traceback" not in offline.call("queue", "status", code=1).stderr
    result = CliRunner(env=offline.environ).invoke(cli, ["queue", "status", "--debug"])
    assert "Traceback" in result.stderr
    assert offline.environ["GEMINI_API_KEY"] not in result.output


HEAVY = ("textual", "google", "rich", "pyarrow", "starlette", "uvicorn")


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--help"], (*HEAVY, "sqlite_utils", "numpy", "platformdirs")),
        (["queue", "--help"], (*HEAVY, "sqlite_utils", "numpy")),
        (["queue", "status", "--json"], HEAVY),
        (["cost", "report"], HEAVY),
        (["jobs", "list"], HEAVY),
    ],
)
def test_commands_import_what_they_need_alone(shell: Shell, words: list[str], absent: tuple[str, ...]) -> None:
    shell.fill(["one"])
    script = (
        "import sys\nfrom engine.cli import cli\n"
        f"try:\n    cli({words!r}, prog_name='halfrate')\n"
        f"finally:\n    print(*sorted(set({absent!r}) & set(sys.modules)), file=sys.stderr)"
    )
    assert shell.process_of([sys.executable, "-c", script]).stderr.strip() == ""


def test_a_reader_that_goes_away_ends_the_command_quietly(shell: Shell) -> None:
    shell.fill(["one"])
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            shell.command("queue", "status"),
            env=shell.environment,
            stdin=subprocess.DEVNULL,
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)
    assert done.stderr == ""
    assert done.returncode == 141


def test_ctrl_c_ends_politely_and_the_submission_is_not_forgotten(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(calls=(CallRule(on="create", do="delay", seconds=4.0),))
    shell.fill(["one"])
    words = shell.command("queue", "flush")
    with subprocess.Popen(
        words,
        env=shell.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        for _ in range(300):
            jobs = shell.json("jobs", "list")["jobs"]
            if jobs and jobs[0]["status"] == "SUBMITTING":
                break
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    shell.heard(out, err)
    assert running.returncode == 130
    assert "Interrupted" in err
    assert shell.json("jobs", "list")["jobs"][0]["status"] in ("UNCERTAIN", "SUBMITTED")


@pytest.fixture
def hooked() -> Iterator[list[tuple[Workspace, bool]]]:
    """What the console was opened on."""
    opened: list[tuple[Workspace, bool]] = []

    def console(workspace: Workspace, *, read_only: bool = False) -> int:
        opened.append((workspace, read_only))
        return 0

    set_console(console)
    yield opened
    set_console(None)


def test_without_a_terminal_no_console_is_opened(shell: Shell, hooked: list[tuple[Workspace, bool]]) -> None:
    shell.fill(["one"])
    shell.call()
    assert hooked == []


def in_terminal(shell: Shell, script: str, typed: str = "") -> tuple[int, str]:
    """Exit code and everything on the screen of a Python script in a pseudo-terminal."""
    master, slave = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", script], stdin=slave, stdout=slave, stderr=slave, env=shell.environment, cwd=ROOT
    )
    os.close(slave)
    if typed:
        os.write(master, typed.encode())
    screen = b""
    with contextlib.suppress(OSError):
        while piece := os.read(master, 65536):
            screen += piece
    os.close(master)
    text = screen.decode()
    shell.heard(text)
    return running.wait(timeout=30), text


HOOK = """
from engine.cli import cli, set_console
def console(workspace, *, read_only=False):
    print("console of", workspace.path.name, read_only, workspace.demo)
    return 7
set_console(console)
"""


def test_in_a_terminal_the_console_is_opened_and_its_exit_code_is_ours(shell: Shell) -> None:
    shell.fill(["one"])
    assert in_terminal(shell, f"{HOOK}\ncli([])") == (7, "console of halfrate.db False False\r\n")
    assert in_terminal(shell, f"{HOOK}\ncli(['--read-only'])") == (7, "console of halfrate.db True False\r\n")
    code, screen = in_terminal(shell, f"{HOOK}\ncli(['--json'])")
    assert code == 0
    assert '"chunks"' in screen


def test_in_a_terminal_flush_shows_the_cost_and_asks(shell: Shell) -> None:
    shell.fill(["one", "two"])
    flush = "from engine.cli import cli\ncli(['queue', 'flush'])"
    code, screen = in_terminal(shell, flush, "n\n")
    assert code == 0
    assert "2 chunks" in screen
    assert "Nothing was submitted." in screen
    assert shell.json("queue", "status")["chunks"]["pending"] == 2
    assert "Submit?" not in in_terminal(shell, flush.replace("'flush'", "'flush', '--yes'"))[1]
    assert shell.json("queue", "status")["chunks"]["in_batch"] == 2


def test_a_yes_submits(shell: Shell) -> None:
    shell.fill(["one"])
    code, screen = in_terminal(shell, "from engine.cli import cli\ncli(['queue', 'flush'])", "y\n")
    assert code == 0
    assert "SUBMITTED" in screen
