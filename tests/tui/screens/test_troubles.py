"""What contradicts our record is told in place of what is under way: jobs in trouble, found ones, strangers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.jobs import BatchJob, JobStatus, Trouble
from engine.domain.reports import SyncReport
from engine.emulator import CallRule, Scenario
from tests import rows
from tests.conftest import HOUR, World, Worlds
from tests.tui.conftest import opened
from tests.tui.screens.conftest import drawn
from tui.actions import BY_ID
from tui.lists.jobs import job_note, origin_of, state_of
from tui.lists.troubles import meaning_of, short_name_of, way_out_of
from tui.screens.job import explanation
from tui.telling import outcome

SIZES = [(80, 24), *(pytest.param(size, marks=pytest.mark.slow) for size in ((120, 40), (200, 60)))]
TEXTS = [f"The text {number} of a job in trouble." for number in range(6)]
KEYS = {"sync": "S", "release_job": "X"}


@pytest.mark.parametrize("size", SIZES)
async def test_a_batch_that_is_gone_at_google_is_said_with_what_hangs_on_it_and_the_way_out(
    make_world: Worlds, size: tuple[int, int]
) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    [sent] = world.manager.flush_queue(1).jobs
    batches = world.emulator.service.batches
    batches.delete(batches.find("emulator", (sent.google_job_id or "").removeprefix("batches/")))
    async with opened(world.workspace, size=size) as console:
        await console.press("S")
        await console.until(lambda: world.job(sent.id).trouble is Trouble.GONE, "the sync")
        await console.sees(f"! {sent.short} GONE AT GOOGLE since 12:00: 6 chunks, ~$", "hang on it")
        await console.sees("! GONE", f"{sent.short} is in trouble: GONE AT GOOGLE")
        assert "under way" not in console.text
        console.page.open_detail("job", sent.id)
        await drawn(console)
        await console.sees("! GONE AT GOOGLE since 12:00", "GONE AT GOOGLE: Google")
        if size[1] >= 40:
            await console.sees("hangs on it", "X puts its chunks back", "Google does not know the batch since 12:00;")
        await console.press("X", "y")
        await console.until(lambda: world.counts.pending == len(TEXTS), "the release")


async def test_results_that_are_not_given_out_keep_their_job_in_sight_until_they_are(world: World) -> None:
    world.fill(TEXTS)
    [sent] = world.manager.flush_queue(1).jobs
    world.misbehave(Scenario(calls=(CallRule(on="download", do="error", status=404),)))
    async with opened(world.workspace) as console:
        await console.press("S")
        await console.sees(f"! {sent.short} NO RESULTS since 12:00", "! NO RESULTS", "S asks again")
        await console.press("S")
        await console.until(lambda: world.counts.ready == len(TEXTS), "the second sync")
        await console.until(lambda: "NO RESULTS since" not in console.text, "the calm")


async def test_a_batch_that_no_row_knows_and_one_of_another_database_are_named_by_a_sync_without_a_live_job(
    world: World,
) -> None:
    world.fill(TEXTS)
    [sent] = world.manager.flush_queue(1).jobs
    for table in ("requests", "submissions", "job_events"):
        world.sql(f"DELETE FROM {table}")
    world.sql("UPDATE chunks SET batch_job_id = NULL")
    world.sql("DELETE FROM batch_jobs")
    async with opened(world.workspace) as console:
        assert BY_ID["sync"].blocked(console.app.desk.situation) is None
        await console.press("S")
        await console.sees("1 batch found at Google: ")
        await console.until(lambda: world.counts.ready == len(TEXTS), "the results")
        [found] = world.jobs
        assert found.id == sent.id or found.found == "orphan"
        await console.sees("found at Google")


def strange(trouble: Trouble | None = None, **fields: object) -> BatchJob:
    """A job at Google that is not as it should be."""
    made = {"requests": 3, "chunks": 4, "estimated_tokens": 100, "trouble": trouble, "key_tail": "2222", **fields}
    since = rows.NOW - timedelta(hours=1) if trouble else None
    return BatchJob(
        id="abcdef0123", google_job_id="batches/x", status=JobStatus.SUBMITTED, profile=rows.PROFILE,
        trouble_since=since, **made,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_a_name_that_fits_a_meaning_and_a_way_out(trouble: Trouble) -> None:
    job = strange(trouble)
    glyph, word, meaning = state_of(job)
    assert (glyph, meaning) == ("!", "failed")
    assert 0 < len(word) <= 21
    assert 0 < len(short_name_of(job)) <= 10
    assert job_note(job, rows.NOW).startswith("since 11:00: ")
    assert meaning_of(job)
    assert "X" in way_out_of(job, KEYS) or "S" in way_out_of(job, KEYS)
    assert "{" not in way_out_of(job, KEYS)


def test_how_a_job_came_here_is_said() -> None:
    assert origin_of(strange()) == ""
    assert origin_of(strange(found="orphan")) == "found at Google"
    assert origin_of(strange(found="stranger")) == "another database's"
    assert origin_of(strange(duplicate_of="0123456789")) == "second batch of 0123456"
    assert "booked as waste" in explanation(strange(duplicate_of="0123456789"), rows.NOW).replace("\n", " ")
    assert "Found at Google" in explanation(strange(found="orphan"), rows.NOW)
    assert "Another database's" in explanation(strange(found="stranger"), rows.NOW)


def test_a_sync_tells_of_batches_that_nobody_followed_and_of_strangers() -> None:
    second = strange(duplicate_of="0123456789")
    report = SyncReport(jobs=(strange(Trouble.HIDDEN), strange()), found=(second,), strangers=("batches/other",))
    said, level = outcome("Sync", report)
    assert said == (
        "1 job still under way; abcdef0 is in trouble: ANOTHER KEY'S; 1 batch found at Google: abcdef0, a second batch"
        " of 0123456; 1 batch of other databases left alone: batches/other."
    )
    assert level == "warning"
