"""Hostile text cannot crash or restyle the screen, no secret reaches it, and a database in trouble is said."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from engine.domain.progress import Progress
from engine.domain.reports import FlushReport
from engine.domain.times import utc_text
from engine.store import events
from engine.store.failures import FailureCause
from engine.workspace import Workspace
from tests.conftest import World
from tests.tui import sample
from tests.tui.by_hand import sql
from tests.tui.conftest import KEYS, opened, with_console
from tui.actions import ACTIONS, BY_ID, Situation
from tui.app import ConsoleApp
from tui.console import Heading, Pulse
from tui.dialogs.confirm import Question, ask_first
from tui.figures import exact_usd, narrow_usd, short_usd, usd
from tui.lists.causes import Causes
from tui.lists.listing import Look
from tui.panels.detail import cause_lines
from tui.panels.log import event_line
from tui.panels.operation import OperationLine
from tui.panels.topline import TopLine
from tui.panels.welcome import Missing, Welcome
from tui.reader import Upgrade
from tui.runner import Running
from tui.safe_text import block, fit, fit_middle, plain
from tui.screens.base import EngineScreen
from tui.telling import outcome
from tui.theme import DARK

ROOT = Path(__file__).parents[2]
NASTY = (
    "[/foo]",
    "Traceback [/x.py] [bold red]hot[/] [link=file:///etc/passwd]x[/link]",
    "[@click=app.quit]quit[/]",
    "\x1b[31mred\x1b]0;title\x07",
    "a\u202egnp.exe\u2066b",
    "\ud800 lone surrogate",
    "e\u0301" * 30,
    "🧑‍🚀🏳️‍🌈 漢字" * 20,
    "\x00\x08\x7f\x9b2J",
    "$money $$$ {x!r} %s \\[",
    "tab\tand\r\nlines\u2028\u2029",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuvw",
)
hostile = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=80), st.text(alphabet="[]/\\$@=#\"' \x1b\u202e", max_size=40)
)


@given(hostile)
def test_plain_text_is_one_line_without_controls_or_keys(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert all(char.isprintable() for char in shown)
    assert "SyA1234567890abcdefghijklmnopqrstuvw" not in shown
    shown.encode()


@given(hostile, st.integers(0, 40))
def test_text_that_is_cut_keeps_to_its_cells(text: str, width: int) -> None:
    assert cell_len(plain(text, width)) <= width
    assert cell_len(fit(plain(text), width)) <= width
    assert cell_len(fit_middle(plain(text), width)) <= width


@given(hostile)
def test_a_block_keeps_its_lines_and_nothing_else(text: str) -> None:
    assert all(char.isprintable() or char == "\n" for char in block(text))


@given(hostile, hostile)
def test_panels_draw_foreign_text_as_it_stands(one: str, two: str) -> None:
    now = sample.NOW
    event = events.Event(id=1, at=now, actor=one, level="error", message=two)
    cause = FailureCause(cause=one, chunks=3, first=now - timedelta(hours=1), last=now)
    heading = Heading(
        database=one,
        profile=two,
        page="Page",
        read_only=False,
        demo=True,
        auto_sync="auto 1m",
        worker=True,
        state=two,
        trouble=True,
        age="",
    )
    missing = Missing(one, has_database=False, has_default_key=True, has_batch_key=False, read_only=False)
    progress = Progress(operation="flush", step=one, done=1, total=2, unit="chunks")
    running = Running(name="flush", title="Flush", started=0.0, step_started=0.0, progress=progress)
    drawn = [
        event_line(event, now),
        cause_lines(cause, now),
        TopLine().draw(heading, 80, 1),
        Welcome().draw(missing, 80, 20),
        OperationLine().draw(Pulse(running, eta=1.0), 80, 1),
        OperationLine().draw(Pulse(remark=two), 80, 1),
    ]
    for content in drawn:
        assert isinstance(content, Content)
        assert "\x1b" not in content.plain
    row = Causes().row(cause, Look(now, DARK))
    assert row.cells["cause"].plain == plain(one, 60)
    said, _ = outcome("Flush", FlushReport(problem=f"stopped {one}", hint=two))
    assert plain(said)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(hostile, min_size=8, max_size=12))
async def test_a_database_full_of_hostile_text_is_shown(
    tmp_path_factory: pytest.TempPathFactory, sample_file: Path, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("hostile") / "a[b]c.db"
    shutil.copy(sample_file, path)
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    for text, (job, *_) in zip(texts, sample.JOBS, strict=False):
        sql(
            path,
            "UPDATE batch_jobs SET error = ?, remote_state = ?, model = ?, key_label = ?, google_job_id = ? || id"
            " WHERE id = ?",
            *(text,) * 5,
            job,
        )
        sql(path, "UPDATE job_events SET note = ? WHERE job_id = ?", text, job)
        sql(
            path,
            "INSERT INTO events (at, actor, level, message) VALUES (?, ?, ?, ?)",
            utc_text(sample.NOW),
            text,
            text,
            text,
        )
    for place, text in enumerate(texts):
        sql(
            path,
            "UPDATE chunks SET failure_cause = ?, error_message = ?, content = ?"
            " WHERE id = (SELECT id FROM chunks WHERE embedding_status = 'FAILED' LIMIT 1 OFFSET ?)",
            *(text,) * 3,
            place,
        )
    workspace = Workspace(path, Workspace.open(path, environ={}).settings, clock=lambda: sample.NOW, environ=dict(KEYS))
    async with opened(workspace, size=(200, 60)) as console:
        await console.sees("PROCESSING")
        for key in ("down", "down", "2", "down", "down", "slash", "a", "enter", "escape"):
            await console.press(key)
        for text in texts:
            console.app.desk.toast(text, title=text, level="error")
            console.app.desk.remark(text)
            console.app.desk.run(text, plain(text), lambda manager: None, quiet=False)
            await console.pilot.pause()
        ask_first(console.app, Question(texts[0], texts[1], texts[2]), lambda: None)
        await console.pilot.pause()
        assert "SyA1234567890abcdefghijklmnopqrstuvw" not in console.text
        assert "SyA1234567890abcdefghijklmnopqrstuvw" not in console.app.export_screenshot()
        assert console.app._exception is None


async def test_no_key_is_in_a_toast_a_remark_or_a_picture(world: World) -> None:
    world.fill(["one"])
    async with opened(world.workspace) as console:
        for key in KEYS.values():
            console.app.desk.toast(f"refused: {key}")
            console.app.desk.remark(f"refused: {key}")
            await console.press("e")
        await console.until(lambda: list(Path.cwd().glob("halfrate-*.svg")), "the picture")
        await console.sees("refused: …2222")
        picture = next(Path.cwd().glob("halfrate-*.svg")).read_text()
        for key in KEYS.values():
            assert key not in picture
            assert key not in console.text
            assert all(key not in toast for toast in console.toasts)


async def test_a_crash_tells_where_the_report_is_and_no_key(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    secret = KEYS["GEMINI_BATCH_API_KEY"]

    async def use() -> None:
        async with opened(world.workspace, wait=False) as console:
            api_key = secret  # a local variable of the frame that fails

            def fail() -> None:
                raise RuntimeError(f"broken [/b] with {api_key}")

            console.app.call_later(fail)
            await console.pilot.pause(0.2)

    with pytest.raises(RuntimeError, match="broken"):
        await use()
    reports = [*Path.home().rglob("console-*.log")]
    assert len(reports) == 1
    report = reports[0].read_text()
    assert "broken [/b] with …2222" in report
    assert secret not in report
    assert reports[0].stat().st_mode & 0o077 == 0
    said = capsys.readouterr()
    assert secret not in said.err + said.out


async def test_a_database_that_is_removed_and_comes_back_is_said_and_recovered_from(
    prod: Workspace, tmp_path: Path
) -> None:
    away = tmp_path / "away.db"
    async with opened(prod, size=(160, 40)) as console:
        await console.sees("4,821")
        prod.path.rename(away)
        await console.sees("There is no database at prod.db")
        assert "4,821" in console.text
        away.rename(prod.path)
        await console.sees("live", "can be read again")


async def test_a_database_that_is_away_is_not_made_anew_and_nothing_is_lost(world: World) -> None:
    path = world.workspace.path
    parts = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    away = path.parent / "away"
    world.fill([f"text {number}" for number in range(30)])
    async with opened(world.workspace, size=(160, 40)) as console:
        await console.press("F")
        await console.sees("Flush 30 chunks for")
        await console.press("y")
        await console.until(lambda: world.counts.in_batch == 30 and console.app.desk.runner.running is None)
        away.mkdir()
        for part in parts:
            part.rename(away / part.name)
        await console.press("S")  # at once: the reader may not have looked yet
        await console.sees("There is no database at halfrate.db.")
        for key in "FSRa":
            await console.press(key)
            await console.until(lambda: console.toasts, f"why {key} does nothing")
            console.app.clear_notifications()
        assert isinstance(console.app.screen, EngineScreen)
        for name in ("flush", "sync", "retry"):
            assert console.shown(f"#button-{name}").has_class("-blocked")
        assert BY_ID["sync"].blocked(console.app.desk.situation) == "There is no database at halfrate.db"
        assert not console.app.desk.auto_sync.on
        assert not [part for part in parts if part.exists()]
        for part in parts:
            (away / part.name).rename(part)
        await console.sees("can be read again")
        await console.press("S")
        await console.until(lambda: world.counts.ready == 30, "the sync")


async def test_no_key_makes_a_database_where_there_is_none(prod: Workspace, tmp_path: Path) -> None:
    workspace = replace(prod, path=tmp_path / "new" / "halfrate.db")
    async with opened(workspace, wait=False) as console:
        await console.sees("does not exist yet")
        await console.press_all(ACTIONS)
        console.app.desk.run("sync", "Sync", lambda manager: manager.sync_status())
        await console.until(lambda: any("There is no database" in toast for toast in console.toasts), "the reason")
        assert not workspace.path.parent.exists()


async def test_another_database_in_its_place_is_refused_until_the_right_one_is_back(
    prod: Workspace, tmp_path: Path
) -> None:
    other, away = sample.write(tmp_path / "other.db", sample.NOW), tmp_path / "away.db"
    before = other.read_bytes()
    async with opened(prod, size=(160, 40)) as console:
        await console.sees("4,821")
        prod.path.rename(away)
        other.rename(prod.path)
        await console.sees("prod.db is another database than the one that was opened here")
        for key in "FSRa":
            await console.press(key)
            await console.until(lambda: console.toasts, f"why {key} does nothing")
            console.app.clear_notifications()
        console.app.desk.run("sync", "Sync", lambda manager: manager.sync_status())
        await console.until(lambda: any("another database" in toast for toast in console.toasts), "the refusal")
        assert prod.path.read_bytes() == before
        prod.path.unlink()
        away.rename(prod.path)
        await console.sees("live", "can be read again")


async def test_a_copy_of_the_same_database_in_its_place_is_read_on(prod: Workspace, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(prod.path, copy)
    sql(copy, "DELETE FROM chunks WHERE embedding_status = 'FAILED'")
    async with opened(prod) as console:
        await console.sees("417")
        for name in ("-wal", "-shm"):
            prod.path.with_name(prod.path.name + name).unlink(missing_ok=True)
        copy.rename(prod.path)
        await console.sees("Nothing failed")


async def test_a_locked_database_is_said_while_the_screen_answers(prod: Workspace) -> None:
    with contextlib.closing(sqlite3.connect(prod.path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        async with opened(prod, size=(160, 40)) as console:
            await console.sees("live")
            other.execute("PRAGMA locking_mode=EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            other.execute("UPDATE events SET message = message")
            await console.press("r")
            await console.sees("locked")
            await console.press("question_mark")
            await console.sees("esc closes")
            await console.press("escape")
            other.execute("ROLLBACK")
            other.execute("PRAGMA locking_mode=NORMAL")
            other.execute("SELECT count(*) FROM events").fetchone()
            await console.sees("live")


async def test_a_file_that_is_no_database_is_said(prod: Workspace) -> None:
    prod.path.write_bytes(b"not a database at all" * 100)
    async with opened(prod, size=(160, 40), wait=False) as console:
        await console.sees("is not an SQLite database")


async def test_a_file_of_an_earlier_generation_is_upgraded_unless_nothing_may_be_written(
    tmp_path: Path, prod: Workspace
) -> None:
    old = tmp_path / "old.db"
    with contextlib.closing(sqlite3.connect(old)) as db:
        db.executescript(
            "CREATE TABLE documents (id INTEGER PRIMARY KEY, content TEXT NOT NULL, metadata TEXT NOT NULL,"
            " media_type TEXT NOT NULL, created_at DATETIME NOT NULL);"
            "CREATE TABLE chunks (id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, chunk_index INTEGER NOT NULL,"
            " content TEXT NOT NULL, chunk_type TEXT NOT NULL, language TEXT, metadata TEXT NOT NULL,"
            " created_at DATETIME NOT NULL);"
            "INSERT INTO documents VALUES (1, 'x', '{}', 'text/plain', '2026-01-01 00:00:00');"
            "INSERT INTO chunks VALUES (1, 1, 0, 'x', 'text', NULL, '{}', '2026-01-01 00:00:00');"
        )
    workspace = replace(prod, path=old)
    async with opened(workspace, size=(160, 40), read_only=True, wait=False) as console:
        await console.sees("earlier generation")
    async with opened(workspace, size=(80, 24)) as console:
        await console.sees("100% done", "Upgraded; as it was before: old.db.before-halfrate-")


def test_the_upgrade_tells_how_far_it_is_before_there_is_anything_to_show(prod: Workspace) -> None:
    app = ConsoleApp(prod)
    assert app.desk.pulse().running is None
    app.desk._upgraded(Upgrade())
    app.desk._upgraded(Upgrade(done=400_000, total=1_000_000))
    drawn = OperationLine().draw(app.desk.pulse(), 100, 1).plain
    assert "Upgrade" in drawn
    assert "40%" in drawn
    assert "400,000/1,000,000 chunks" in drawn
    assert "cancel" not in drawn
    assert app.desk.heading("Dashboard").state == "upgrading"
    app.desk._upgraded(Upgrade(over=True))
    assert app.desk.heading("Dashboard").state == "reading"
    assert app.desk.pulse().remark == "Upgraded."


async def test_nothing_yet_says_what_to_do_in_three_lines_and_offers_the_demo(prod: Workspace, tmp_path: Path) -> None:
    workspace = replace(prod, path=tmp_path / "new" / "halfrate.db", environ={})
    async with opened(workspace, wait=False, size=(80, 24)) as console:
        await console.sees("does not exist yet", "GEMINI_BATCH_API_KEY", "halfrate ingest", "flushes the queue", "demo")
        assert not workspace.path.exists()
        workspace.prepare(create=True).db.close()
        await console.sees("holds nothing yet")
        await console.press("d")
        assert console.app.return_value == "demo"


async def test_a_theme_that_is_not_there_is_said(prod: Workspace) -> None:
    async with opened(with_console(prod, theme="nonsense")) as console:
        await console.sees("There is no theme called nonsense.")


def test_reasons_and_labels_are_made_without_any_data() -> None:
    for action in ACTIONS:
        assert isinstance(action.caption(Situation()), str)
        action.blocked(Situation())


def test_the_console_does_not_import_google_or_the_emulator() -> None:
    code = "import sys, tui.app, tui.screens.dashboard; print({'google', 'engine.emulator'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


def test_help_and_version_do_not_import_textual() -> None:
    code = "import sys, tui.__main__; print('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


async def test_a_screen_of_the_base_class_shows_the_frame(prod: Workspace) -> None:
    async with opened(prod) as console:
        console.app.push_screen(EngineScreen[None]())
        await console.until(lambda: type(console.app.screen) is EngineScreen)
        await console.sees("prod.db", "quit")
        await console.press("escape")
        await console.sees("Batch jobs")


def test_money_is_never_a_false_zero() -> None:
    cases = {"0": "$0.00", "0.0000077": "$0.0000077", "0.146": "$0.1460", "1.4475": "$1.45", "1234.5": "$1,234.50"}
    assert {amount: usd(Decimal(amount)) for amount in cases} == cases
    assert short_usd(Decimal("0.146")) == "$0.15"
    assert utc_text(sample.NOW).endswith("Z")


def test_money_in_a_narrow_column_is_never_cut_to_a_false_zero() -> None:
    amounts = ("0", "0.00000123", "0.0000999999", "0.000123", "0.0151", "0.999", "1.45", "12345.67")
    shown = [narrow_usd(Decimal(amount)) for amount in amounts]
    assert shown == ["$0.00", "<$0.0001", "<$0.0001", "$0.00012", "$0.0151", "$0.9990", "$1.45", "$12,346"]
    assert exact_usd(Decimal("0.0000012")) == "$0.0000012"


async def test_what_is_wrong_with_a_database_is_wrapped_with_its_hint(prod: Workspace) -> None:
    prod.path.write_bytes(b"not a database at all" * 100)
    async with opened(prod, size=(80, 24), wait=False) as console:
        await console.until(lambda: console.app.desk.pulse().remark)
        await console.sees(console.app.desk.pulse().remark.split()[-1])
