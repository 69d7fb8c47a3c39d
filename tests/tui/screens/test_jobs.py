"""All jobs, and one of them: its record, its chunks, Google's answer beside ours."""

from __future__ import annotations

import pytest

from engine.domain.jobs import JobStatus
from engine.emulator import CallRule, Scenario
from engine.workspace import Workspace
from tests.conftest import World, Worlds
from tests.tui.by_hand import sql
from tests.tui.conftest import opened
from tests.tui.screens.conftest import drawn, press
from tui.panels.remote import Heard, facts
from tui.screens.job import JobScreen, explanation
from tui.screens.jobs import JobsScreen


async def test_live_jobs_come_first_and_enter_opens_the_job(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "j")
        await console.sees("Jobs", "abc09f2", "COMPLETED_WITH_ERRORS", "live first")
        assert isinstance(console.app.screen, JobsScreen)
        await press(console, "home", "down", "enter")
        assert isinstance(console.app.screen, JobScreen)
        await console.sees("Here and at Google", "History", "Chunks", "IN BATCH")
        await press(console, "escape")
        assert isinstance(console.app.screen, JobsScreen)
        await console.press("escape")
        await console.sees("Failures by cause")


async def test_jobs_are_filtered_and_the_filter_is_left(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "j", "slash", *"expired")
        await console.sees("c3d94b7", "/ expired")
        assert "abc09f2" not in console.text
        await press(console, *" zzz")
        await console.sees("No row contains expired zzz")
        await press(console, "escape")
        await console.sees("abc09f2")


async def test_jobs_are_sorted(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "j", "s", "s", "s")
        await console.sees("largest first")
        screen = console.app.screen
        assert isinstance(screen, JobsScreen)
        assert screen.value is not None
        chunks = [job.chunks for job in screen.value.items if not job.inherited]
        assert chunks == sorted(chunks, reverse=True)


async def test_more_jobs_than_a_page_are_paged_by_the_cursor(full: Workspace) -> None:
    sql(
        full,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) INSERT INTO batch_jobs"
        " (id, status, stats, created_at, updated_at, display_name)"
        " SELECT printf('old-%04d', i), 'COMPLETED', '{}',"
        " printf('2025-01-01 00:%02d:%02d.000000', i / 60, i % 60), '2025-01-01', 'x' FROM n",
    )
    async with opened(full) as console:
        await press(console, "j")
        await console.sees("1 to 100 of 258")
        await press(console, "end", "down")
        await console.sees("101 to 200 of 258")
        await press(console, "up")
        await console.sees("1 to 100 of 258")
        screen = console.app.screen
        assert isinstance(screen, JobsScreen)
        assert screen.table.cursor_row == 99
        await press(console, "down", "end", "down", "end", "down", "end", "down")
        await console.sees("201 to 258 of 258")
        await press(console, "home")
        await console.sees("1 to 100 of 258")


async def test_what_google_said_stands_beside_our_record_and_differences_are_marked(full: Workspace) -> None:
    async with opened(full) as console:
        await console.press("j")
        console.page.open_detail("job", "abc09f21")
        await drawn(console)
        await console.sees("≠ done so far", "3,100", "3,415", "batches/abc09f21")
        await press(console, "3")
        await console.sees('"successfulRequestCount": "3412"')


async def test_google_is_asked_only_when_the_operator_says_so(make_world: Worlds) -> None:
    world = make_world(latency=100.0)
    world.fill(["one", "two", "three"])
    world.manager.flush_queue(1)
    [job] = world.jobs
    world.clock.advance(150)
    async with opened(world.workspace) as console:
        console.page.open_detail("job", job.id)
        await drawn(console)
        await console.sees("g asks it now")
        await console.press("g")
        await console.sees("Asked at", "BATCH_STATE_SUCCEEDED", "≠ state")
        assert world.job(job.id).status is JobStatus.SUBMITTED


async def test_what_cannot_be_asked_is_said(full: Workspace) -> None:
    async with opened(full, size=(120, 40)) as console:
        console.page.open_detail("job", "abc09f21")
        await drawn(console)
        await console.press("g")
        await console.until(lambda: any("Ask Google" in toast for toast in console.toasts), "the toast")
        await console.sees("Google was not heard")


async def test_an_uncertain_job_is_explained_and_adopted(world: World) -> None:
    world.fill(["one", "two"])
    world.misbehave(Scenario(calls=(CallRule(on="create", do="cut", effect=True),)))
    world.manager.flush_queue(1)
    world.misbehave(None)
    [job] = world.jobs
    assert job.status is JobStatus.UNCERTAIN
    async with opened(world.workspace) as console:
        console.page.open_detail("job", job.id)
        await drawn(console)
        await console.sees("UNCERTAIN: the answer to its creation was", "never sent again blindly")
        await console.press("A")
        await console.until(lambda: world.job(job.id).status is JobStatus.SUBMITTED, "adoption")
        await console.sees("◔ SUBMITTED")


async def test_an_inherited_job_is_explained_and_released(full: Workspace) -> None:
    async with opened(full) as console:
        console.page.open_detail("job", "0ldj0b77-1111")
        await drawn(console)
        await console.sees("Inherited: an earlier program made it", "never", "settled")
        await console.press("X")
        await console.sees("Release job 0ldj0b7?")
        await console.press("y")
        await console.until(lambda: console.app.desk.runner.running is None and console.toasts, "the operation")
        await console.sees("✕ FAILED")


async def test_a_job_is_cancelled_after_a_question(make_world: Worlds) -> None:
    world = make_world(latency=1000.0)
    world.fill(["one", "two"])
    world.manager.flush_queue(1)
    [job] = world.jobs
    async with opened(world.workspace) as console:
        await press(console, "j")
        await console.press("x")
        await console.sees(f"Cancel job {job.short}?")
        await console.press("n")
        await drawn(console)
        assert world.job(job.id).status is JobStatus.SUBMITTED
        await console.press("x", "y")
        await console.until(lambda: any("Cancel" in toast for toast in console.toasts), "the outcome")
        world.manager.sync_status()
        assert world.job(job.id).status is JobStatus.CANCELLED


async def test_a_read_only_console_offers_nothing_that_writes(full: Workspace) -> None:
    async with opened(full, read_only=True) as console:
        await press(console, "j")
        offered = console.app.desk.offered
        assert offered.isdisjoint({"cancel_job", "adopt_job", "release_job", "flush", "sync", "retry", "discard"})
        assert {"filter", "sort", "export", "copy"} <= offered


async def test_a_job_that_is_gone_is_said_to_be(full: Workspace) -> None:
    async with opened(full) as console:
        console.page.open_detail("job", "nobody")
        await console.sees("no longer in the database")


def test_sides_agree_or_differ_where_they_should(world: World) -> None:
    world.fill(["one", "two"])
    world.manager.flush_queue(1)
    [job] = world.jobs
    world.manager.sync_status()
    ended = world.job(job.id)
    raw = world.gemini.get_batch(ended.google_job_id or "").raw
    assert not any(fact.differs for fact in facts(ended, Heard(raw)) if fact.name not in ("done so far",))
    assert any(fact.differs for fact in facts(job, Heard(raw)) if fact.name == "state")
    assert {fact.there for fact in facts(job, Heard("no JSON [/at all]"))} == {"-", "BATCH_STATE_PENDING"}


@pytest.mark.parametrize("word", ["PLANNED", "SUBMITTED", "COMPLETED"])
def test_an_ordinary_job_needs_no_explanation(world: World, word: str) -> None:
    world.fill(["one"])
    world.manager.flush_queue(1)
    [job] = world.jobs
    assert explanation(job, world.clock.now) == ""
    world.clock.advance(7 * 3600)
    assert "Late" in explanation(job, world.clock.now)


@pytest.mark.parametrize(("key", "words"), [("2", "at Google"), ("3", "batchStats"), ("5", "SUBMITTED")])
async def test_what_has_no_room_is_reached_by_its_number(full: Workspace, key: str, words: str) -> None:
    async with opened(full, size=(80, 24)) as console:
        console.page.open_detail("job", "abc09f21")
        await drawn(console)
        await console.press(key)
        await console.sees(words)
        assert "╱" not in console.text
        assert len([line for line in console.text.splitlines() if line.startswith("│")]) >= 18
        await console.press("escape")
        await console.sees("Chunks")
