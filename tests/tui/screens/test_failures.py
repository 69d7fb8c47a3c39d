"""Causes and their chunks; what is marked or shown is retried or discarded, to the number."""

from __future__ import annotations

import contextlib

import pytest

from engine.store import failures, queue
from engine.workspace import Workspace
from tests.tui.by_hand import sql
from tests.tui.conftest import Driver, opened
from tests.tui.screens.conftest import drawn, press
from tui.screens.failures import CauseScreen, FailuresScreen

LIMITED, LONG = "429 RESOURCE_EXHAUSTED", "400 text too long"


def failed(workspace: Workspace, cause: str) -> int:
    """How many chunks of a cause there are now."""
    with contextlib.closing(workspace.read()) as db:
        return failures.count_failed(db, cause)


def chunks(workspace: Workspace) -> int:
    """All chunks."""
    with contextlib.closing(workspace.read()) as db:
        return queue.counts(db).total


async def behind(console: Driver, cause: str) -> CauseScreen:
    """Opens the chunks of a cause."""
    console.page.open_detail("cause", cause)
    await drawn(console)
    screen = console.app.screen
    assert isinstance(screen, CauseScreen)
    return screen


async def done(console: Driver) -> None:
    """Waits for the operation that was just confirmed."""
    await console.until(lambda: console.app.desk.runner.running is None and console.toasts, "the operation")
    await drawn(console)


async def test_causes_say_what_to_do_and_enter_shows_their_chunks(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "f")
        assert isinstance(console.app.screen, FailuresScreen)
        await console.sees(LIMITED, "402", "permanent", "ingest again with smaller chunks", "417 chunks")
        await console.sees("Resource has been exhausted (e.g. check quota).", "Minutes of meeting")
        await press(console, "enter")
        await console.sees("1 to 100 of 402", "corpus/handbook.md", "4 attempts")


async def test_chunks_are_paged_and_the_highlighted_one_is_shown_in_full(full: Workspace) -> None:
    async with opened(full) as console:
        screen = await behind(console, LIMITED)
        first = screen.value.items[0].id if screen.value else 0
        await console.sees(f"Chunk {first}", "and the chair thanked everybody")
        await press(console, "end", "down", "end", "down")
        await console.sees("201 to 300 of 402", f"Chunk {first + 200}")
        await press(console, "enter")
        assert console.shown("#chunk").has_focus_within


async def test_marked_chunks_alone_are_retried(full: Workspace) -> None:
    async with opened(full) as console:
        screen = await behind(console, LIMITED)
        ids = [item.id for item in screen.value.items[:2]] if screen.value else []
        await press(console, "space", "space")
        await console.sees("◆ 2 marked", "Retry 2")
        await console.press("R")
        await console.sees("Retry 2 chunks?")
        await console.press("y")
        await done(console)
        assert failed(full, LIMITED) == 400
        await console.sees("1 to 100 of 400", "2 chunks wait again")
        assert "marked" not in console.text
        rows = sql(full, "SELECT embedding_status, attempts FROM chunks WHERE id IN (?, ?)", *ids)
        assert rows == [("PENDING", 0)] * 2


async def test_marks_survive_paging_and_are_taken_back(full: Workspace) -> None:
    async with opened(full) as console:
        await behind(console, LIMITED)
        await press(console, "space", "end", "down", "space")
        await console.sees("◆ 2 marked")
        await press(console, "up", "space")
        await console.sees("◆ 1 marked")


async def test_without_marks_all_that_contain_the_words_are_discarded_and_no_other(full: Workspace) -> None:
    before = chunks(full)
    async with opened(full) as console:
        await behind(console, LIMITED)
        await press(console, "slash", *"meeting 359", "enter")
        await console.until(lambda: console.app.screen.table.has_focus)  # type: ignore[attr-defined]
        screen = console.app.screen
        assert isinstance(screen, CauseScreen)
        wanted = screen.chosen()
        assert 0 < wanted < 402
        await console.press("D")
        await console.sees(f"Discard {wanted} chunks?", "meeting 359")
        await console.press("y")
        await done(console)
        assert failed(full, LIMITED) == 402 - wanted
        assert chunks(full) == before - wanted


async def test_all_of_a_permanent_cause_are_retried_after_a_warning(full: Workspace) -> None:
    async with opened(full) as console:
        await behind(console, LONG)
        await console.press("R")
        await console.sees("Retry 12 chunks?", "permanent")
        await console.press("y")
        await done(console)
        assert failed(full, LONG) == 0
        assert failed(full, LIMITED) == 402
        await console.sees("No chunk fails by this cause any more")


async def test_no_is_no(full: Workspace) -> None:
    async with opened(full) as console:
        await behind(console, LONG)
        for key in ("R", "D"):
            await console.press(key)
            await console.sees("12 chunks?")
            await console.press("enter")
            await drawn(console)
        assert console.app.desk.runner.running is None
    assert failed(full, LONG) == 12


async def test_nothing_shown_is_nothing_to_retry(full: Workspace) -> None:
    async with opened(full) as console:
        await behind(console, LONG)
        await press(console, "slash", *"no such words", "enter")
        await console.press("R")
        await console.until(lambda: any("no chunk is marked or shown" in toast for toast in console.toasts), "a toast")
    assert failed(full, LONG) == 12


@pytest.mark.parametrize("key", ["R", "D"])
async def test_a_read_only_console_retries_and_discards_nothing(full: Workspace, key: str) -> None:
    async with opened(full, read_only=True) as console:
        await behind(console, LONG)
        await console.press(key)
        assert isinstance(console.app.screen, CauseScreen)
        assert "Discard" not in console.text
    assert failed(full, LONG) == 12


async def test_the_examples_come_back_with_the_only_cause(full: Workspace) -> None:
    sql(
        full,
        "UPDATE chunks SET embedding_status = 'READY' WHERE failure_cause IS NOT NULL AND failure_cause != ?",
        LIMITED,
    )
    async with opened(full) as console:
        await press(console, "f")
        await console.sees("another attempt may succeed")
        await press(console, "slash", *"zzz", "enter")
        await console.sees("No row contains zzz")
        await press(console, "escape")
        await console.sees(LIMITED, "another attempt may succeed")
