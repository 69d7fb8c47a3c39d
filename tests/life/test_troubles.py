"""What Google or the disk says against our record: it is told, kept in sight, and there is a way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.domain.jobs import JobStatus, Trouble
from engine.domain.room import Reason
from engine.emulator import CallRule, JobRule, Scenario
from engine.settings import Limits
from engine.store import jobs
from tests.auditing import audit, creates
from tests.conftest import HOUR, World, Worlds

TEXTS = [f"The text {number} of a job in trouble." for number in range(6)]


def flushed(world: World, scenario: Scenario | None = None, texts: list[str] = TEXTS) -> str:
    """A job at Google, made under a scenario; its id."""
    world.fill(texts)
    world.misbehave(scenario)
    return world.manager.flush_queue(1).jobs[0].id


def errors_told(world: World) -> int:
    """Lines of the event log that are errors."""
    return int(world.sql("SELECT count(*) FROM events WHERE level = 'error'")[0][0])


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_job_whose_results_google_does_not_give_out_can_be_released(world: World, status: int) -> None:
    job_id = flushed(world)
    world.misbehave(Scenario(calls=(CallRule(on="download", do="error", status=status, message="No.", times=0),)))
    for _ in range(3):
        report = world.manager.sync_status()
        world.clock.advance(HOUR)
    job = world.job(job_id)
    assert (job.live, job.trouble) == (True, Trouble.NO_RESULTS)
    assert job.trouble_since is not None
    assert "No." in (job.error or "")
    assert (report.problem is not None) is (status == 403)
    assert world.counts.in_batch == len(TEXTS)
    assert world.manager.release(job_id) == len(TEXTS)
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert world.counts.pending == len(TEXTS)
    audit(world, unbilled=world.emulator.bill()["totals"]["batch"])


def refused(world: World) -> str:
    """A job whose results were not given out, and that was released for it; its id."""
    job_id = flushed(world)
    world.misbehave(Scenario(calls=(CallRule(on="download", do="error", status=404, times=2),)))
    for _ in range(2):
        world.manager.sync_status()
    world.manager.release(job_id)
    return job_id


def test_what_was_released_for_its_results_is_sent_again_and_not_taken_back(world: World) -> None:
    job_id = refused(world)
    assert world.manager.sync_status().found == ()
    [again] = world.manager.flush_queue(1).jobs
    assert (again.requests, again.status) == (len(TEXTS), JobStatus.SUBMITTED)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert world.counts.ready == len(TEXTS)
    audit(world, unbilled=world.emulator.bill()["totals"]["batch"] // 2)


def test_results_that_are_given_out_in_the_end_are_taken_when_the_operator_adopts_the_job_again(world: World) -> None:
    job_id = refused(world)
    assert world.manager.adopt(job_id).status is JobStatus.SUBMITTED
    assert world.manager.flush_queue(1).jobs == ()
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.status, job.trouble) == (JobStatus.COMPLETED, None)
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


@pytest.fixture
def half_settled(make_world: Worlds) -> World:
    """A world with one job, of which a slice is settled, and whose result file is gone from the disk."""
    world = make_world(settings={"settle_slice": 2})
    world.misbehave(Scenario(jobs_seen_by="key"))
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    turns = iter([False] * 3 + [True] * 100)
    manager = world.manager
    manager._stop = lambda: next(turns)
    manager.sync_status()
    assert 0 < world.jobs[0].ready < len(TEXTS)
    next(Path(f"{world.workspace.path}.jobs").glob("*.results.jsonl")).unlink()
    return world


def test_the_rest_of_a_half_settled_job_that_was_released_is_taken_when_google_shows_it_again(
    half_settled: World,
) -> None:
    world = half_settled
    [job] = world.jobs
    first = world.environ["GEMINI_BATCH_API_KEY"]
    world.environ["GEMINI_BATCH_API_KEY"] = "the-next-batch-key-4444"
    for _ in range(2):
        world.manager.sync_status()
    assert world.job(job.id).trouble is Trouble.HIDDEN
    assert world.manager.release(job.id) == len(TEXTS) - job.ready
    world.environ["GEMINI_BATCH_API_KEY"] = first
    assert world.manager.flush_queue(1, force=True).jobs == ()
    world.manager.sync_status()
    before, rest = world.jobs
    assert (before.requests, before.ready, before.missing) == (job.ready, job.ready, 0)
    assert (rest.status, rest.requests, rest.ready) == (JobStatus.COMPLETED, len(TEXTS) - job.ready, rest.requests)
    assert (rest.google_job_id, before.google_job_id) == (job.google_job_id, None)
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_the_rest_of_a_half_settled_job_is_taken_when_the_operator_adopts_it_again(half_settled: World) -> None:
    world = half_settled
    [job] = world.jobs
    world.misbehave(Scenario(calls=(CallRule(on="download", do="error", status=404, times=2),)))
    for _ in range(3):
        world.manager.sync_status()
        if world.job(job.id).trouble is Trouble.NO_RESULTS:
            break
    world.manager.release(job.id)
    assert world.manager.sync_status().found == ()
    rest = world.manager.adopt(job.id)
    assert (rest.status, rest.requests) == (JobStatus.SUBMITTED, len(TEXTS) - job.ready)
    for _ in range(3):
        world.manager.sync_status()
    assert world.job(rest.id).status is JobStatus.COMPLETED
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_a_job_that_was_released_for_its_short_results_is_not_taken_back(world: World) -> None:
    job_id = flushed(world, Scenario(jobs=(JobRule(do="short_file"),)))
    world.manager.sync_status()
    assert world.job(job_id).trouble is Trouble.SHORT
    assert world.manager.release(job_id) == len(TEXTS)
    [again] = world.manager.flush_queue(1).jobs
    world.manager.sync_status()
    assert (world.job(again.id).status, world.job(job_id).status) == (JobStatus.COMPLETED, JobStatus.CANCELLED)
    assert world.counts.ready == len(TEXTS)
    audit(world, unbilled=world.emulator.bill()["totals"]["batch"] // 2)


def test_a_job_in_trouble_is_followed_on_without_the_operator(world: World) -> None:
    job_id = flushed(world)
    world.misbehave(Scenario(calls=(CallRule(on="download", do="error", status=404),)))
    world.manager.sync_status()
    assert [job.id for job in jobs.in_trouble(world.db)] == [job_id]
    world.manager.sync_status()
    assert jobs.in_trouble(world.db) == []
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_batch_that_is_gone_takes_no_place_and_is_told_once(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, settings={"limits": Limits(live_jobs=1)})
    job_id = flushed(world)
    world.fill(["another text"])
    assert [part.kind for part in world.manager.flush_queue(1).held] == [Reason.LIVE_JOBS]
    remove(world, job_id)
    for _ in range(3):
        world.manager.sync_status()
    job = world.job(job_id)
    assert (job.live, job.trouble) == (True, Trouble.GONE)
    assert errors_told(world) == 1
    assert len(world.manager.flush_queue(1).jobs) == 1
    assert world.manager.release(job_id) == len(TEXTS)
    audit(world)


def remove(world: World, job_id: str) -> None:
    """Deletes a batch at Google."""
    name = (world.job(job_id).google_job_id or "").removeprefix("batches/")
    world.emulator.service.batches.delete(world.emulator.service.batches.find("emulator", name))


def test_a_gone_job_that_was_not_asked_about_yet_can_be_released(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    job_id = flushed(world)
    remove(world, job_id)
    assert world.manager.release(job_id) == len(TEXTS)


def test_results_that_are_named_in_a_state_nobody_knows_are_taken(world: World) -> None:
    job_id = flushed(world, Scenario(jobs=(JobRule(do="unknown_state"),)))
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.status, job.trouble, job.remote_state) == (JobStatus.COMPLETED, None, "BATCH_STATE_ARCHIVED")
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_state_nobody_knows_that_names_results_which_are_not_given_out_has_a_way_out(world: World) -> None:
    missing = CallRule(on="download", do="error", status=404, times=0)
    job_id = flushed(world, Scenario(jobs=(JobRule(do="unknown_state"),), calls=(missing,)))
    for _ in range(3):
        world.manager.sync_status()
    assert (world.job(job_id).live, world.job(job_id).trouble) == (True, Trouble.NO_RESULTS)
    assert errors_told(world) == 2  # the state, and the results
    assert world.manager.release(job_id) == len(TEXTS)
    audit(world, unbilled=world.emulator.bill()["totals"]["batch"])


def raises_for_a_vector(world: World, text: str) -> Callable[[], None]:
    """Makes storing the vector of one text fail, whoever does it; what is returned ends that."""
    [(number,)] = world.sql("SELECT text_id FROM chunks WHERE content = ?", text)
    world.sql(
        f"CREATE TRIGGER broken BEFORE INSERT ON vectors WHEN new.text_id = {number}"
        " BEGIN SELECT RAISE(ABORT, 'a fault that nobody foresaw'); END"
    )

    def mended() -> None:
        world.sql("DROP TRIGGER broken")

    return mended


def test_a_fault_in_one_job_leaves_the_others_alone_and_keeps_it_in_sight(world: World) -> None:
    broken = flushed(world)
    sound = flushed(world, texts=["a text of a job", "that nothing is wrong with"])
    mended = raises_for_a_vector(world, TEXTS[2])
    for _ in range(2):
        report = world.manager.sync_status()
        assert "nobody foresaw" in (report.problem or "")
        assert broken[:7] in (report.problem or "")
        world.clock.advance(HOUR)
    job = world.job(broken)
    assert (job.live, job.trouble) == (True, Trouble.FAULT)
    assert "IntegrityError" in (job.error or "")
    assert world.job(sound).status is JobStatus.COMPLETED
    assert world.counts.ready == 2
    assert world.counts.in_batch == len(TEXTS)
    mended()
    world.manager.sync_status()
    assert (world.job(broken).status, world.job(broken).trouble) == (JobStatus.COMPLETED, None)
    assert world.counts.ready == 2 + len(TEXTS)
    audit(world)


@pytest.mark.parametrize("status", ["SPOOLED", "UPLOADED", "SUBMITTING", "SUBMITTED"])
def test_a_fault_in_sending_one_job_leaves_the_others_alone_and_sends_nothing_twice(
    make_world: Worlds, status: str
) -> None:
    world = make_world(settings={"limits": Limits(requests_per_job=2)})
    world.fill(TEXTS)
    world.sql(
        "CREATE TRIGGER broken BEFORE UPDATE ON batch_jobs WHEN old.rowid = 2 AND new.status ="
        f" '{status}' BEGIN SELECT RAISE(ABORT, 'a fault that nobody foresaw'); END"
    )
    report = world.manager.flush_queue(1)
    assert [job.trouble for job in report.jobs] == [None, Trouble.FAULT, None]
    assert report.jobs[1].short in (report.problem or "")
    assert world.counts.in_batch == len(TEXTS)
    world.sql("DROP TRIGGER broken")
    for _ in range(2):
        world.manager.flush_queue(1)
        world.manager.sync_status()
    assert {job.status for job in world.jobs} == {JobStatus.COMPLETED}
    assert jobs.in_trouble(world.db) == []
    assert creates(world) == 3
    audit(world)


def test_a_job_with_a_fault_can_be_released_and_its_neighbour_goes_on(world: World) -> None:
    broken = flushed(world)
    mended = raises_for_a_vector(world, TEXTS[2])
    world.manager.sync_status()
    assert world.manager.release(broken) == len(TEXTS)
    assert world.job(broken).status is JobStatus.CANCELLED
    mended()


def fetched(world: World, job_id: str) -> Path:
    """Stops a sync when the results of a job are on disk; where they lie."""
    manager = world.manager
    manager._stop = lambda: world.job(job_id).status is JobStatus.FETCHED
    manager.sync_status()
    assert world.job(job_id).status is JobStatus.FETCHED
    return world.workspace.path.with_name("halfrate.db.jobs") / f"{job_id}.results.jsonl"


@pytest.mark.parametrize("tokens", [2**63 - 1, 2**63, 2**64, 10**30, -1, str(2**63 - 1), 1e300])
def test_a_token_count_that_cannot_be_stops_nothing(make_world: Worlds, tokens: object) -> None:
    world = make_world(settings={"settle_slice": 1})
    strange = flushed(world)
    results = fetched(world, strange)
    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    lines[3]["response"]["usageMetadata"]["promptTokenCount"] = tokens
    results.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    sound = flushed(world, texts=["a text of a job", "that nothing is wrong with"])
    report = world.manager.sync_status()
    assert report.problem is None, report
    assert world.job(strange).status is JobStatus.COMPLETED
    assert world.job(sound).status is JobStatus.COMPLETED
    assert world.counts.ready == len(TEXTS) + 2
    audit(world)


def test_results_that_are_a_folder_on_disk_concern_their_job_alone(world: World) -> None:
    broken = flushed(world)
    results = fetched(world, broken)
    kept = results.rename(results.with_name("aside"))
    results.mkdir()
    sound = flushed(world, texts=["a text of a job", "that nothing is wrong with"])
    assert world.manager.sync_status().problem
    assert (world.job(broken).live, world.job(broken).trouble) == (True, Trouble.FAULT)
    assert world.job(sound).status is JobStatus.COMPLETED
    results.rmdir()
    kept.rename(results)
    world.manager.sync_status()
    assert world.job(broken).status is JobStatus.COMPLETED
    audit(world)


def test_a_place_where_no_file_can_be_written_is_told_and_nothing_is_sent(world: World) -> None:
    folder = world.workspace.path.with_name("halfrate.db.jobs")
    folder.write_text("not a folder")
    world.fill(TEXTS)
    report = world.manager.flush_queue(1)
    assert "cannot be written" in (report.problem or "")
    assert creates(world) == 0
    folder.unlink()
    assert world.manager.flush_queue(1).problem is None
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_place_where_no_results_can_be_written_is_told_and_they_are_fetched_later(world: World) -> None:
    job_id = flushed(world)
    folder = world.workspace.path.with_name("halfrate.db.jobs")
    folder.rename(folder.with_name("aside"))
    folder.write_text("not a folder")
    assert "cannot be written" in (world.manager.sync_status().problem or "")
    assert world.job(job_id).live
    folder.unlink()
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    audit(world)
