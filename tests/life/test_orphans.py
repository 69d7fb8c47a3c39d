"""Batches at Google that no live row follows: given up, forgotten with a restored file, or another database's."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from engine.domain.jobs import WITHOUT_RESULTS, JobStatus
from engine.domain.room import Reason
from engine.emulator import CallRule, JobRule, Scenario
from engine.errors import WrongState
from engine.life.worker import run_once
from engine.settings import Flush, ProfileTable, Uncertain
from engine.store import jobs, ledger, reuse
from engine.workspace import Workspace
from tests.auditing import audit, creates, ledger_is_sound
from tests.conftest import HOUR, MINUTE, World, Worlds

TEXTS = [f"The text {number} of a batch that somebody lost sight of." for number in range(9)]
LOST_AND_LATE = Scenario(
    calls=(CallRule(on="create", do="cut", effect=True),), jobs=(JobRule(do="late_listing", seconds=10 * MINUTE),)
)
DAY = 24 * HOUR


def given_up(world: World) -> str:
    """A job that the operator released, and that Google lists only later; its id."""
    world.fill(TEXTS)
    world.misbehave(LOST_AND_LATE)
    job = world.manager.flush_queue(1).jobs[0]
    assert world.job(job.id).status is JobStatus.UNCERTAIN
    assert world.manager.release(job.id) == len(TEXTS)
    assert world.counts.pending == len(TEXTS)
    world.clock.advance(10 * MINUTE)
    return job.id


def reluctant(world: World) -> Workspace:
    """Whose worker flushes next to nothing by itself."""
    settings = msgspec.structs.replace(world.settings, flush=Flush(min_size=1_000, max_wait_seconds=90 * DAY))
    return Workspace(world.workspace.path, settings, clock=world.clock, environ=world.environ)


def test_a_released_job_that_google_has_after_all_fills_what_waits(world: World) -> None:
    job_id = given_up(world)
    report = world.manager.sync_status()
    assert [job.id for job in report.found] == [job_id]
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert [event.status for event in jobs.history(world.db, job_id)].count("SUBMITTED") == 1
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_a_flush_looks_for_a_released_job_before_it_sends_its_texts_again(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    job_id = given_up(world)
    assert world.manager.flush_queue(1, force=True).jobs == ()
    assert world.job(job_id).status is JobStatus.SUBMITTED
    assert world.counts.in_batch == len(TEXTS)
    world.clock.advance(HOUR)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_the_worker_looks_after_a_release_without_waiting_for_a_day(world: World) -> None:
    world.manager.sync_status()
    job_id = given_up(world)
    assert [job.id for job in run_once(reluctant(world)).sync.found] == [job_id]
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_texts_that_were_sent_again_meanwhile_are_not_taken_twice(world: World) -> None:
    job_id = given_up(world)
    world.clock.advance(-9 * MINUTE)
    world.manager.flush_queue(1, force=True)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 2
    world.clock.advance(9 * MINUTE)
    world.manager.sync_status()
    late = world.job(job_id)
    assert (late.status, late.unused, late.ready) == (JobStatus.COMPLETED, len(TEXTS), 0)
    assert late.waste_tokens == late.tokens > 0
    audit(world)


@pytest.mark.parametrize("status", sorted(WITHOUT_RESULTS))
def test_whatever_a_job_ended_as_without_results_it_is_followed_again(make_world: Worlds, status: JobStatus) -> None:
    world = make_world(latency=HOUR)
    job_id = given_up(world)
    world.sql("UPDATE batch_jobs SET status = ? WHERE id = ?", status.value, job_id)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.SUBMITTED
    assert world.job(job_id).ended_at is None
    world.clock.advance(HOUR)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_job_that_google_forgot_for_a_while_is_followed_again(make_world: Worlds) -> None:
    world = make_world(latency=2 * HOUR)
    world.misbehave(Scenario(jobs_seen_by="key"))
    world.fill(TEXTS)
    job = world.manager.flush_queue(1).jobs[0]
    first = world.environ["GEMINI_BATCH_API_KEY"]
    world.environ["GEMINI_BATCH_API_KEY"] = "the-next-batch-key-4444"
    world.manager.sync_status()
    hidden = world.job(job.id)
    assert hidden.trouble == "hidden"
    assert "…4444" in (hidden.error or "")
    assert "…2222" in (hidden.error or "")
    assert world.manager.release(job.id) == len(TEXTS)
    world.environ["GEMINI_BATCH_API_KEY"] = first
    world.manager.sync_status()
    assert (world.job(job.id).status, world.job(job.id).trouble) == (JobStatus.SUBMITTED, None)
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_a_second_batch_of_a_job_that_has_ended_is_found_without_a_live_job(world: World) -> None:
    world.fill(["a batch that is known to exist"])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    world.configure(uncertain=Uncertain(absent_listings=1, settle_window_seconds=0))
    world.fill(TEXTS)
    world.misbehave(LOST_AND_LATE)
    job_id = world.manager.flush_queue(1).jobs[0].id
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.UPLOADED
    world.clock.advance(1)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert not any(job.live for job in world.jobs)
    world.clock.advance(10 * MINUTE)
    [copy] = world.manager.sync_status().found
    assert copy.duplicate_of == job_id
    assert (copy.unused, copy.waste_tokens) == (len(TEXTS), world.job(job_id).tokens)
    audit(world)


def kept_copy(world: World, tmp_path: Path) -> Path:
    """A copy of the file as it is now."""
    world.db.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copy2(world.workspace.path, tmp_path / "kept.db"))


@contextlib.contextmanager
def restored(world: World, copy: Path, *, spooled: bool) -> Iterator[World]:
    """The world that goes on from the copy, put back in place of the file."""
    world.db.close()
    path = world.workspace.path
    for beside in (path, *path.parent.glob("halfrate.db-*")):
        beside.unlink(missing_ok=True)
    shutil.copy2(copy, path)
    if not spooled:
        shutil.rmtree(path.with_name("halfrate.db.jobs"))
    workspace = Workspace(path, world.settings, clock=world.clock, environ=world.environ)
    found = World(workspace, world.emulator, world.clock, world.environ)
    found._documents = world._documents
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(params=[True, False], ids=["the spooled file is here", "the spooled file is gone"])
def spooled(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_a_restored_database_is_told_of_its_batch_and_takes_the_results(
    world: World, tmp_path: Path, *, spooled: bool
) -> None:
    world.fill(TEXTS)
    copy = kept_copy(world, tmp_path)
    name = world.manager.flush_queue(1).jobs[0].google_job_id
    with restored(world, copy, spooled=spooled) as again:
        assert again.jobs == []
        report = again.manager.sync_status()
        assert [(job.found, job.google_job_id) for job in report.found] == [("orphan", name)]
        assert report.strangers == ()
        assert again.job(report.found[0].id).status is JobStatus.COMPLETED
        assert again.counts.ready == len(TEXTS)
        assert again.manager.flush_queue(1).jobs == ()
        assert creates(again) == 1
        audit(again)


def test_what_was_settled_after_the_copy_was_made_is_settled_again_at_the_cost_of_once(
    world: World, tmp_path: Path
) -> None:
    world.fill(TEXTS)
    copy = kept_copy(world, tmp_path)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    with restored(world, copy, spooled=True) as again:
        assert again.manager.flush_queue(1, force=True).jobs == ()
        again.manager.sync_status()
        assert again.counts.ready == len(TEXTS)
        assert creates(again) == 1
        audit(again)


def test_a_flush_after_a_restore_does_not_send_the_same_texts_again(
    make_world: Worlds, tmp_path: Path, *, spooled: bool
) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    copy = kept_copy(world, tmp_path)
    world.manager.flush_queue(1)
    with restored(world, copy, spooled=spooled) as again:
        report = again.manager.flush_queue(1, force=True)
        assert report.jobs == ()
        assert [part.kind for part in report.held] == ([] if spooled else [Reason.ORPHAN])
        again.clock.advance(HOUR)
        again.manager.sync_status()
        assert again.counts.ready == len(TEXTS)
        assert creates(again) == 1
        audit(again)


def test_new_texts_beside_an_orphan_are_sent_and_its_own_are_not(make_world: Worlds, tmp_path: Path) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    copy = kept_copy(world, tmp_path)
    world.manager.flush_queue(1)
    with restored(world, copy, spooled=True) as again:
        again.fill(["a text that came after the restore", TEXTS[0]])
        assert [job.requests for job in again.manager.flush_queue(1).jobs] == [1]
        again.clock.advance(HOUR)
        again.manager.sync_status()
        assert again.counts.ready == len(TEXTS) + 2
        audit(again)


def test_the_worker_looks_once_a_day_without_a_live_job(world: World, tmp_path: Path) -> None:
    world.manager.sync_status()
    world.fill(TEXTS)
    copy = kept_copy(world, tmp_path)
    world.manager.flush_queue(1)
    with restored(world, copy, spooled=False) as again:
        worker = reluctant(again)
        assert run_once(worker).sync.found == ()
        again.clock.advance(DAY - 1)
        assert run_once(worker).sync.found == ()
        again.clock.advance(1)
        assert len(run_once(worker).sync.found) == 1
        assert again.counts.ready == len(TEXTS)
        audit(again)


def test_results_of_another_profile_that_a_restored_database_finds_are_taken_under_theirs(
    world: World, tmp_path: Path
) -> None:
    ids = world.fill(TEXTS)
    copy = kept_copy(world, tmp_path)
    world.configure(profile=ProfileTable(dimension=8))
    world.manager.flush_queue(1)
    world.configure(profile=ProfileTable(dimension=16))
    with restored(world, copy, spooled=False) as again:
        again.manager.sync_status()
        assert again.jobs[0].profile.dimension == 8
        assert again.counts.ready == 0
        assert again.counts.pending == len(TEXTS)
        again.configure(profile=ProfileTable(dimension=8))
        assert again.manager.flush_queue(1).reused.chunks == len(TEXTS)
        assert again.vector(ids[0]) is not None
        audit(again)


def test_the_rest_of_an_orphan_that_was_released_half_settled_is_taken_when_google_shows_it_again(
    make_world: Worlds, tmp_path: Path, *, spooled: bool
) -> None:
    world = make_world(settings={"settle_slice": 2})
    world.misbehave(Scenario(jobs_seen_by="key"))
    world.fill(TEXTS)
    copy = kept_copy(world, tmp_path)
    world.manager.flush_queue(1)
    with restored(world, copy, spooled=spooled) as again:
        manager = again.manager
        manager._stop = lambda: bool(again.jobs and again.jobs[0].ready)
        manager.sync_status()
        [job] = again.jobs
        assert 0 < job.ready < len(TEXTS)
        next(Path(f"{again.workspace.path}.jobs").glob("*.results.jsonl")).unlink()
        first = again.environ["GEMINI_BATCH_API_KEY"]
        again.environ["GEMINI_BATCH_API_KEY"] = "the-next-batch-key-4444"
        for _ in range(2):
            again.manager.sync_status()
        again.manager.release(job.id)
        again.environ["GEMINI_BATCH_API_KEY"] = first
        assert again.manager.flush_queue(1, force=True).jobs == ()
        again.manager.sync_status()
        before, rest = again.jobs
        assert (before.requests, rest.requests) == (job.ready, len(TEXTS) - job.ready)
        assert (rest.status, rest.google_job_id, before.google_job_id) == (JobStatus.COMPLETED, job.google_job_id, None)
        assert again.counts.ready == len(TEXTS)
        assert creates(again) == 1
        audit(again)


@pytest.fixture
def neighbour(world: World) -> Iterator[World]:
    """Another database whose batches are in the same project."""
    path = world.workspace.path.with_name("neighbour.db")
    workspace = Workspace(path, world.settings, clock=world.clock, environ=world.environ)
    other = World(workspace, world.emulator, world.clock, world.environ)
    yield other
    other.close()


def test_batches_of_other_databases_are_named_and_left_alone(world: World, neighbour: World) -> None:
    neighbour.fill(TEXTS)
    name = neighbour.manager.flush_queue(1).jobs[0].google_job_id
    world.fill(TEXTS)
    report = world.manager.sync_status()
    assert report.strangers == (name,)
    assert (report.found, world.jobs) == ((), [])
    assert world.counts.pending == len(TEXTS)


def test_a_batch_of_another_database_that_is_adopted_fills_what_waits_at_no_cost(
    world: World, neighbour: World
) -> None:
    neighbour.fill(TEXTS)
    name = neighbour.manager.flush_queue(1).jobs[0].google_job_id or ""
    world.fill([*TEXTS[:5], TEXTS[0]])
    job = world.manager.adopt(name)
    assert job.found == "stranger"
    world.manager.sync_status()
    assert world.job(job.id).status is JobStatus.COMPLETED
    assert world.counts.ready == 6
    assert ledger.postings(world.db) == []
    [booked] = reuse.page(world.db)
    assert (booked.chunks, booked.job_id) == (6, job.id)
    assert booked.amount > 0
    billed = world.emulator.bill()["totals"]["batch"]
    audit(world, unbilled=billed)
    neighbour.manager.sync_status()
    assert ledger.spend(neighbour.db).tokens == billed
    assert world.manager.sync_status().strangers == ()
    assert creates(world) == 1
    audit(neighbour)


@pytest.mark.parametrize("half_settled", [False, True])
def test_a_batch_of_another_database_that_was_given_up_and_is_found_again_still_costs_nothing_here(
    make_world: Worlds, neighbour: World, *, half_settled: bool
) -> None:
    world = make_world(settings={"settle_slice": 2, "base_url": neighbour.settings.base_url})
    neighbour.misbehave(Scenario(jobs_seen_by="key"))
    neighbour.fill(TEXTS)
    name = neighbour.manager.flush_queue(1).jobs[0].google_job_id or ""
    world.fill(TEXTS)
    job = world.manager.adopt(name)
    if half_settled:
        manager = world.manager
        manager._stop = lambda: bool(world.jobs[0].ready)
        manager.sync_status()
        next(Path(f"{world.workspace.path}.jobs").glob("*.results.jsonl")).unlink()
    first = world.environ["GEMINI_BATCH_API_KEY"]
    world.environ["GEMINI_BATCH_API_KEY"] = "the-next-batch-key-4444"
    for _ in range(2):
        world.manager.sync_status()
    world.manager.release(job.id)
    world.environ["GEMINI_BATCH_API_KEY"] = first
    world.manager.adopt(job.id)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert {each.found for each in world.jobs} == {"stranger"}
    assert world.sql("SELECT * FROM transfers") == []
    ledger_is_sound(world)


def test_what_an_adopted_batch_brings_and_nobody_wants_is_kept_for_later(world: World, neighbour: World) -> None:
    neighbour.fill(TEXTS)
    name = neighbour.manager.flush_queue(1).jobs[0].google_job_id or ""
    world.manager.adopt(name)
    world.manager.sync_status()
    world.fill(TEXTS)
    report = world.manager.flush_queue(1)
    assert (report.jobs, report.reused.chunks) == ((), len(TEXTS))
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1


def test_a_batch_that_has_its_job_or_is_no_ones_is_not_adopted_as_a_strangers(world: World) -> None:
    world.fill(TEXTS)
    name = world.manager.flush_queue(1).jobs[0].google_job_id or ""
    with pytest.raises(WrongState):
        world.manager.adopt(name)
    remote = world.gemini.upload(spooled_file(world), "not-ours")
    other = world.gemini.create_batch("gemini-embedding-001", remote.name, "made-by-another-program")
    with pytest.raises(WrongState, match="not made by halfrate"):
        world.manager.adopt(other.name)
    assert len(world.jobs) == 1


def spooled_file(world: World) -> Path:
    """The requests of the one job."""
    return next(world.workspace.path.with_name("halfrate.db.jobs").glob("*.input.jsonl"))


def test_what_a_restored_copy_forgot_is_not_sent_again_while_the_listing_does_not_show_it(
    world: World, tmp_path: Path
) -> None:
    copy = kept_copy(world, tmp_path)
    world.fill(TEXTS)
    world.misbehave(Scenario(jobs=(JobRule(do="late_listing", seconds=20 * MINUTE),)))
    world.manager.flush_queue(1)
    with restored(world, copy, spooled=True) as again:
        again.fill(TEXTS)
        again.manager.flush_queue(1)
        assert creates(again) == 1
        [job] = again.jobs
        assert (job.status, job.found, job.requests) == (JobStatus.UNCERTAIN, "orphan", len(TEXTS))
        again.clock.advance(HOUR)
        again.manager.sync_status()
        assert again.job(job.id).google_job_id is not None
        again.manager.sync_status()
        assert again.job(job.id).status is JobStatus.COMPLETED
        assert again.counts.ready == len(TEXTS)
        audit(again)


def test_what_a_restored_copy_forgot_and_never_sent_is_sent_in_the_end(world: World, tmp_path: Path) -> None:
    world.fill(["a batch that is known to exist"])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    copy = kept_copy(world, tmp_path)
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=400, times=9),)))
    world.manager.flush_queue(1)
    world.misbehave(None)
    with restored(world, copy, spooled=True) as again:
        again.fill(TEXTS)
        for _ in range(8):
            again.manager.flush_queue(1)
            again.manager.sync_status()
            again.clock.advance(15 * MINUTE)
        assert again.counts.ready == len(TEXTS) + 1
        assert creates(again) == 2
        audit(again)
