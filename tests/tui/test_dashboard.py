"""The dashboard shows how the queue, the jobs, the money and the failures stand, at every size."""

from __future__ import annotations

import pytest

from engine.workspace import Workspace
from tests.conftest import World
from tests.tui.by_hand import sql
from tests.tui.conftest import opened
from tui.panels.table import Table

SIZES = [(80, 24), (120, 40), (200, 60)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_four_counts_the_money_the_jobs_and_the_causes_are_on_screen(
    prod: Workspace, size: tuple[int, int]
) -> None:
    async with opened(prod, size=size) as console:
        await console.sees("prod.db", "[RW]", "○ PENDING", "◐ IN BATCH", "● READY", "✕ FAILED")
        await console.sees("in 4 jobs", "in 3 causes", "oldest 3h12m", "batch", "direct", "$0.5", "of $100")
        await console.sees("abc09f2", "PROCESSING", "UNCERTAIN", "429 RESOURCE_EXHAUSTED", "402")


@pytest.mark.parametrize("size", SIZES)
async def test_no_line_is_wider_than_the_screen_and_no_figure_is_cut(prod: Workspace, size: tuple[int, int]) -> None:
    async with opened(prod, size=size) as console:
        await console.sees("abc09f2")
        lines = console.text.splitlines()
        assert len(lines) == size[1]
        for figure in ("$0.1508", "$0.3443", "11,417", "5,000", "1d21h"):
            assert figure in console.text


@pytest.mark.parametrize("size", [(59, 30), (100, 15), (45, 5)])
async def test_a_screen_that_is_too_small_says_what_it_needs_with_the_four_counts(
    prod: Workspace, size: tuple[int, int]
) -> None:
    async with opened(prod, size=size) as console:
        await console.sees("needs 60x16", "○ 4,821", "✕ 417")
        assert "Batch jobs" not in console.text


async def test_the_smallest_screen_shows_tables(prod: Workspace) -> None:
    async with opened(prod, size=(60, 16)) as console:
        await console.sees("Batch jobs", "abc09f2")


async def test_what_another_connection_commits_is_on_screen_soon_and_the_cursor_stays(prod: Workspace) -> None:
    async with opened(prod) as console:
        await console.press("down", "down")
        table = console.app.screen.query_one("#jobs-table", Table)
        await console.until(lambda: table.selected_key == "e21c4c9a")
        sql(prod, "UPDATE chunks SET embedding_status = 'READY' WHERE embedding_status = 'FAILED'")
        sql(prod, "UPDATE batch_jobs SET status = 'COMPLETED' WHERE id = 'abc09f21'")
        await console.sees("19,417", "Nothing failed")
        assert table.selected_key == "e21c4c9a"


async def test_the_first_job_of_an_empty_table_appears(world: World) -> None:
    world.fill(["one", "two"])
    async with opened(world.workspace) as console:
        await console.sees("No batch jobs yet")
        world.manager.flush_queue(1)
        await console.sees(world.jobs[0].short)


async def test_panels_are_reached_by_number_even_when_there_is_no_room_for_them(prod: Workspace) -> None:
    async with opened(prod, size=(80, 24)) as console:
        await console.press("2")
        assert console.shown("#failures").has_focus_within
        await console.press("5")
        await console.sees("Event log", "Sync stopped: 503")
        await console.press("escape")
        await console.sees("Batch jobs")
        await console.press("4")
        await console.sees("Throughput")
        await console.press("1")
        await console.sees("abc09f2")
        assert console.shown("#jobs").has_focus_within


async def test_a_panel_is_maximised_and_put_back(prod: Workspace) -> None:
    async with opened(prod) as console:
        await console.press("2", "M")
        assert "Batch jobs" not in console.text
        await console.press("M")
        await console.sees("Batch jobs")


async def test_the_filter_leaves_rows_that_contain_the_words(prod: Workspace) -> None:
    async with opened(prod) as console:
        await console.press("slash", *"uncertain", "enter")
        await console.sees("77aa0c1")
        assert "abc09f2" not in console.text
        await console.press("escape")
        await console.sees("abc09f2")


async def test_the_refresh_is_paused_and_goes_on(prod: Workspace) -> None:
    async with opened(prod) as console:
        await console.press("p")
        await console.sees("paused")
        sql(prod, "UPDATE chunks SET embedding_status = 'READY' WHERE embedding_status = 'FAILED'")
        await console.pilot.pause(0.8)
        assert "19,417" not in console.text
        await console.press("r")
        await console.sees("19,417")
        await console.press("p")
        await console.sees("live")


async def test_the_theme_key_changes_the_colours_of_the_cells_too(prod: Workspace) -> None:
    async with opened(prod) as console:
        before = console.page.colours["ready"]
        await console.press("t")
        await console.until(lambda: console.app.theme == "halfrate-light")
        assert console.page.colours["ready"] != before
        await console.sees("abc09f2")


async def test_the_detail_follows_the_cursor(prod: Workspace) -> None:
    async with opened(prod, size=(200, 60)) as console:
        await console.sees("batches/abc09f21", "History")
        await console.press("down")
        await console.sees("batches/5d1e77b0")
        await console.press("2", "down")
        await console.sees("ingest again with smaller chunks")


async def test_a_filter_that_matches_nothing_does_not_deny_what_is_there(prod: Workspace) -> None:
    async with opened(prod) as console:
        await console.press("slash", *"zzz", "enter")
        await console.sees("No row contains zzz. esc shows all of them.")
        assert "No batch jobs yet" not in console.text
        assert "Nothing failed" not in console.text


async def test_escape_puts_back_a_panel_that_was_called_for_want_of_room(prod: Workspace) -> None:
    async with opened(prod, size=(80, 24)) as console:
        await console.press("4", "escape")
        await console.sees("Batch jobs")
        assert not console.app.screen.query(".-called")


async def test_the_page_is_served_behind_a_dialog(prod: Workspace) -> None:
    async with opened(prod) as console:
        await console.press("question_mark")
        await console.sees("esc closes")
        sql(prod, "UPDATE chunks SET embedding_status = 'READY' WHERE embedding_status = 'FAILED'")
        await console.until(lambda: console.app.overview and not console.app.overview.chunks.failed)


async def test_the_highest_rate_is_told_with_the_time_that_was_watched(prod: Workspace) -> None:
    async with opened(prod) as console:
        await console.sees("highest 0/s since the start")


async def test_a_read_only_console_names_no_key_that_it_hides(world: World) -> None:
    world.fill(["one"])
    async with opened(world.workspace, read_only=True) as console:
        await console.sees("No batch jobs yet.")
        assert "Press F" not in console.text
