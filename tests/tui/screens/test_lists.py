"""Log and documents, and what every list does."""

from __future__ import annotations

import contextlib
import csv
from pathlib import Path

import pytest

from engine.store import events
from engine.workspace import Workspace
from tests.conftest import World
from tests.tui import sample
from tests.tui.conftest import opened
from tests.tui.screens.conftest import press
from tui.lists.csv_file import write_csv
from tui.screens.documents import DocumentScreen
from tui.screens.list_screen import ListScreen
from tui.screens.log import LogScreen

PAGES = {"j": "Batch jobs", "f": "Failures by cause", "c": "Costs by day", "l": "Event log", "o": "Documents"}


async def test_the_log_is_paged_backwards_and_filtered(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "l")
        await console.sees("1 to 100 of 265", "! warning", "✕ error")
        await press(console, "end", "down")
        await console.sees("101 to 200 of 265")
        await press(console, "home", "slash", *"error sync")
        await console.sees("Sync stopped: 503", "/ error sync")
        screen = console.app.screen
        assert isinstance(screen, LogScreen)
        assert screen.value is not None
        assert screen.value.total == 1


async def test_a_new_line_appears_and_the_cursor_stays_on_its_line(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "l", "down", "down")
        screen = console.app.screen
        assert isinstance(screen, LogScreen)
        chosen = screen.table.selected_key
        with contextlib.closing(full.connect()) as db, db.writing():
            events.log(db, sample.NOW, "ops", "Something new has happened.")
        await console.sees("Something new has happened.")
        assert screen.table.selected_key == chosen


async def test_documents_say_how_far_they_are_and_lead_to_their_chunks(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "o")
        await console.sees("tickets.jsonl#48213", "◐ IN BATCH", "corpus/handbook.md", "36,238", "✕ FAILED")
        await press(console, "home", "down", "down", "enter")
        assert isinstance(console.app.screen, DocumentScreen)
        await console.sees("Paragraph 1 of refund does not arrive", "1 to 100 of 120", "Refund does not arrive")
        await press(console, "slash", *"in batch", "escape", "escape")
        await console.sees("standard input")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_pages_open_at_every_size_and_lead_back(full: Workspace, size: tuple[int, int]) -> None:
    async with opened(full, size=size) as console:
        for key, title in PAGES.items():
            await press(console, key)
            await console.sees(title)
            assert len(console.text.splitlines()) == size[1]
        await console.press("escape")
        await console.sees("Batch jobs", "Failures by cause")


async def test_an_empty_database_says_what_would_be_there(world: World) -> None:
    async with opened(world.workspace) as console:
        for key in PAGES:
            await press(console, key)
            screen = console.app.screen
            assert isinstance(screen, ListScreen)
            await console.sees(screen.EMPTY[:30])


async def test_every_list_can_be_written_to_a_file(full: Workspace, tmp_path: Path) -> None:
    async with opened(full) as console:
        for key in PAGES:
            await press(console, key)
            screen = console.app.screen
            assert isinstance(screen, ListScreen)
            await console.press("e")
            await console.sees(f"in halfrate-{screen.list.name(screen.ask)}")
            assert screen.value is not None
            [path] = tmp_path.glob(f"halfrate-{screen.list.name(screen.ask)}-*.csv")
            with path.open(newline="") as file:
                assert len(list(csv.reader(file))) == screen.value.total + 1


async def test_a_file_that_cannot_be_written_is_said(
    full: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    async with opened(full) as console:
        await press(console, "l")
        await console.press("e")
        await console.until(lambda: console.toasts, "the toast")


def test_texts_that_a_spreadsheet_would_compute_stay_texts(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    assert write_csv(path, ("a", "b"), [("=1+1", None), ("\ud800\0", 3)]) == 2
    assert path.read_text("utf-8").splitlines() == ["a,b", "'=1+1,", "?\N{REPLACEMENT CHARACTER},3"]


async def test_a_row_is_copied(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "o")
        await console.press("y")
        await console.sees("Copied")


async def test_a_paused_console_still_turns_pages(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "l", "p", "end", "down")
        await console.sees("101 to 200 of 265", "paused")
