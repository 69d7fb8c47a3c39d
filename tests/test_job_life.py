"""Every arrow of a job's life, over real HTTP and on a real file."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.jobs import JobStatus
from engine.emulator import CallRule, JobRule, RowRule, Scenario
from engine.errors import WrongState
from engine.settings import Limits, Uncertain
from engine.store import jobs
from tests.auditing import audit, creates
from tests.conftest import HOUR, MINUTE, World, Worlds

TEXTS = [f"The text of chunk {number}: {'word ' * (number % 5 + 1)}" for number in range(12)]
LOST_ANSWERS = [
    pytest.param({"do": "cut", "effect": True}, id="cut"),
    pytest.param({"do": "error", "status": 500, "effect": True}, id="500"),
    pytest.param({"do": "error", "status": 503, "effect": True}, id="503"),
    pytest.param({"do": "error", "status": 504, "effect": True}, id="504"),
    pytest.param({"do": "error", "status": 408, "effect": True}, id="408"),
    pytest.param({"do": "html", "effect": True}, id="a web page"),
    pytest.param({"do": "empty", "effect": True}, id="an empty answer"),
]


def statuses(world: World, job_id: str) -> list[str]:
    """A job's states in order, repetitions left out."""
    found: list[str] = []
    for event in jobs.history(world.db, job_id):
        if not found or found[-1] != event.status:
            found.append(event.status)
    return found


def submitted(world: World, scenario: Scenario | None = None) -> str:
    """Fills the queue and flushes it under a scenario; returns the job's id."""
    world.fill(TEXTS)
    world.misbehave(scenario)
    report = world.manager.flush_queue(1)
    world.misbehave(None)
    return report.jobs[0].id


def on_create(**fault: Any) -> Scenario:
    return Scenario(calls=(CallRule(on="create", **fault),))


def known_batch(world: World) -> None:
    """A batch that a healthy listing shows."""
    world.fill(["a batch that is known to exist"])
    world.manager.flush_queue(1)
    world.manager.sync_status()


def test_a_job_goes_from_planned_to_completed(make_world: Worlds) -> None:
    world = make_world(latency=100.0)
    job_id = submitted(world)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.SUBMITTED
    world.clock.advance(50)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.PROCESSING
    assert world.counts.in_batch == len(TEXTS)
    world.clock.advance(51)
    world.manager.sync_status()
    path = "PLANNED SPOOLED UPLOADED SUBMITTING SUBMITTED PROCESSING FETCHED COMPLETED"
    assert statuses(world, job_id) == path.split()
    assert world.counts.ready == len(TEXTS)
    assert not list(world.workspace.path.with_name("halfrate.db.jobs").iterdir())
    audit(world)


def test_a_second_sync_of_a_completed_job_changes_and_costs_nothing(world: World) -> None:
    submitted(world)
    world.manager.sync_status()
    before = world.jobs
    assert world.manager.sync_status().jobs == ()
    assert world.jobs == before
    audit(world)


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_a_job_whose_answer_was_lost_is_adopted_and_never_created_again(world: World, fault: dict[str, Any]) -> None:
    job_id = submitted(world, on_create(**fault))
    assert world.job(job_id).status is JobStatus.UNCERTAIN
    assert world.job(job_id).error
    world.manager.flush_queue(1, force=True)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.SUBMITTED
    world.manager.sync_status()
    assert statuses(world, job_id)[3:6] == ["SUBMITTING", "UNCERTAIN", "SUBMITTED"]
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert creates(world) == 1
    audit(world)


def test_a_job_whose_answer_came_too_late_is_adopted(world: World) -> None:
    world.gemini._sdk._timeout = 0.4
    job_id = submitted(world, on_create(do="delay", effect=True, seconds=1.0))
    assert world.job(job_id).status is JobStatus.UNCERTAIN
    world.gemini._sdk._timeout = 5.0
    world.manager.sync_status()
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert creates(world) == 1
    audit(world)


def test_a_job_that_was_never_created_is_submitted_again_only_after_healthy_spaced_listings(world: World) -> None:
    known_batch(world)
    job_id = submitted(world, on_create(do="cut"))
    for minute in range(30):
        world.manager.sync_status()
        world.manager.flush_queue(1, force=True)
        assert world.job(job_id).status is JobStatus.UNCERTAIN, f"after {minute} minutes"
        assert creates(world) == 1
        world.clock.advance(MINUTE)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.UPLOADED
    world.manager.flush_queue(1, force=True)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert creates(world) == 2
    audit(world)


def test_many_listings_at_one_moment_count_once(world: World) -> None:
    known_batch(world)
    job_id = submitted(world, on_create(do="cut"))
    world.clock.advance(HOUR)
    for _ in range(10):
        world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.UNCERTAIN
    assert world.job(job_id).absent_listings == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"do": "blank_list"}, id="blank"),
        pytest.param({"do": "empty"}, id="an empty answer"),
        pytest.param({"do": "html", "status": 200}, id="a web page"),
        pytest.param({"do": "error", "status": 503}, id="503"),
        pytest.param({"do": "cut"}, id="cut"),
    ],
)
def test_an_unhealthy_listing_proves_nothing_whatever_time_passes(world: World, fault: dict[str, Any]) -> None:
    known_batch(world)
    job_id = submitted(world, on_create(do="cut"))
    world.misbehave(Scenario(calls=(CallRule(on="list", times=0, **fault),)))
    for _ in range(8):
        world.clock.advance(20 * HOUR)
        world.manager.sync_status()
        world.manager.flush_queue(1, force=True)
    assert world.job(job_id).status is JobStatus.UNCERTAIN
    assert world.job(job_id).absent_listings == 0
    assert creates(world) == 1


def test_the_first_job_of_a_database_stays_uncertain_until_the_operator_decides(world: World) -> None:
    job_id = submitted(world, on_create(do="cut"))
    for _ in range(5):
        world.clock.advance(HOUR)
        world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.UNCERTAIN
    with pytest.raises(WrongState, match="No batch at Google"):
        world.manager.adopt(job_id)
    assert world.manager.release(job_id) == len(TEXTS)
    assert world.counts.pending == len(TEXTS)
    audit(world)


def twice(world: World, rows: tuple[RowRule, ...] = ()) -> str:
    """One submission that Google carried out twice: the answer of both was lost, and the first was listed too late."""
    known_batch(world)
    world.configure(uncertain=Uncertain(absent_listings=1, settle_window_seconds=0))
    world.fill(TEXTS)
    lost = CallRule(on="create", do="cut", effect=True, times=2)
    late = JobRule(do="late_listing", seconds=10 * MINUTE)
    slow = JobRule(do="latency", seconds=HOUR, times=2)
    world.misbehave(Scenario(calls=(lost,), jobs=(late, slow), rows=rows, cancel_lag=MINUTE))
    job_id = world.manager.flush_queue(1).jobs[0].id
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.UPLOADED
    world.clock.advance(1)
    world.manager.flush_queue(1)
    assert world.job(job_id).status is JobStatus.UNCERTAIN
    world.clock.advance(10 * MINUTE)
    return job_id


def test_of_two_batches_the_oldest_is_adopted_and_the_other_cancelled(world: World) -> None:
    job_id = twice(world)
    world.manager.sync_status()
    _, first, second = world.emulator.jobs()
    assert world.job(job_id).google_job_id == first["name"]
    (copy,) = [job for job in world.jobs if job.duplicate_of]
    assert copy.google_job_id == second["name"]
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert world.job(copy.id).status is JobStatus.CANCELLED
    assert world.emulator.jobs()[2]["state"] == "CANCELLED"
    audit(world)


@pytest.mark.parametrize("fault", ["", "repeat", "zero", "wrong_dimension", "nan", "unknown_key", "error", "drop"])
def test_what_an_uncancelled_second_batch_costs_is_booked_as_waste(world: World, fault: str) -> None:
    job_id = twice(world, (RowRule(do=fault, every=3),) if fault else ())
    world.misbehave(Scenario(calls=(CallRule(on="cancel", do="error", status=503, times=0),)))
    world.manager.sync_status()
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    (copy,) = [job for job in world.jobs if job.duplicate_of]
    assert copy.status is JobStatus.COMPLETED
    assert copy.waste_tokens == copy.tokens == world.job(job_id).tokens > 0
    assert world.counts.ready == 1 + len(TEXTS) - (len(TEXTS) // 3 if fault not in ("", "repeat") else 0)
    audit(world)


def test_a_batch_that_appears_after_its_job_was_created_again_is_followed_as_a_duplicate(world: World) -> None:
    known_batch(world)
    world.configure(uncertain=Uncertain(absent_listings=1, settle_window_seconds=0))
    late = JobRule(do="late_listing", seconds=10 * MINUTE)
    slow = JobRule(do="latency", seconds=HOUR, times=2)
    job_id = submitted(
        world, Scenario(calls=(CallRule(on="create", do="cut", effect=True),), jobs=(late, slow), cancel_lag=MINUTE)
    )
    world.manager.sync_status()
    world.clock.advance(1)
    world.manager.flush_queue(1)
    assert world.job(job_id).status is JobStatus.SUBMITTED
    world.clock.advance(10 * MINUTE)
    world.manager.sync_status()
    (copy,) = [job for job in world.jobs if job.duplicate_of]
    assert copy.google_job_id == world.emulator.jobs()[1]["name"]
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    assert world.job(copy.id).status is JobStatus.CANCELLED
    audit(world)


def test_a_batch_that_appears_before_its_job_is_created_again_is_adopted(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    world.fill(["another one, which keeps the syncs listing"])
    world.manager.flush_queue(1)
    world.configure(uncertain=Uncertain(absent_listings=1, settle_window_seconds=0))
    late = JobRule(do="late_listing", seconds=10 * MINUTE)
    job_id = submitted(world, Scenario(calls=(CallRule(on="create", do="cut", effect=True),), jobs=(late,)))
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.UPLOADED
    world.clock.advance(10 * MINUTE)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.SUBMITTED
    world.clock.advance(HOUR)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert creates(world) == 2
    audit(world)


@pytest.mark.parametrize("status", [400, 403, 404, 412])
def test_a_definite_refusal_leaves_the_job_uploaded_and_no_chunk_blamed(world: World, status: int) -> None:
    job_id = submitted(world, on_create(do="error", status=status, message="No."))
    assert world.job(job_id).status is JobStatus.UPLOADED
    assert world.counts.in_batch == len(TEXTS)
    world.clock.advance(HOUR)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert {world.chunk(number)["attempts"] for number in range(1, len(TEXTS) + 1)} == {0}
    assert creates(world) == 1
    audit(world)


def test_an_upload_that_google_does_not_know_any_more_is_sent_anew(world: World) -> None:
    job_id = submitted(world, on_create(do="error", status=429))
    file = world.job(job_id).input_file
    assert file is not None
    world.gemini.delete_file(file)
    world.clock.advance(HOUR)
    world.manager.flush_queue(1)
    world.clock.advance(HOUR)
    assert world.manager.flush_queue(1).problem is None
    assert world.job(job_id).input_file != file
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    audit(world)


def test_an_upload_that_has_grown_old_is_sent_anew(world: World) -> None:
    job_id = submitted(world, on_create(do="error", status=429))
    world.clock.advance(49 * HOUR)
    assert world.manager.flush_queue(1).problem is None
    assert statuses(world, job_id)[4:7] == ["UPLOADED", "SPOOLED", "UPLOADED"]


def test_a_spooled_file_that_was_damaged_is_written_anew(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="upload_start", do="error", status=400),)))
    job = world.manager.flush_queue(1).jobs[0]
    assert job.status is JobStatus.SPOOLED
    spooled = next(world.workspace.path.with_name("halfrate.db.jobs").glob("*.input.jsonl"))
    spooled.write_bytes(spooled.read_bytes()[:-10])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.job(job.id).status is JobStatus.COMPLETED
    audit(world)


def test_an_expired_job_gives_its_chunks_back_unblamed(world: World) -> None:
    job_id = submitted(world, Scenario(jobs=(JobRule(do="running"),)))
    world.clock.advance(47 * HOUR)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.PROCESSING
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.EXPIRED
    assert world.counts.pending == len(TEXTS)
    assert {world.chunk(number)["attempts"] for number in range(1, len(TEXTS) + 1)} == {0}
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_job_that_failed_at_google_counts_as_an_attempt_of_its_chunks(world: World) -> None:
    job_id = submitted(world, Scenario(jobs=(JobRule(do="fail", code=13, message="Broken."),)))
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.status, job.returned, job.error) == (JobStatus.FAILED, len(TEXTS), "Broken.")
    assert {world.chunk(number)["attempts"] for number in range(1, len(TEXTS) + 1)} == {1}
    audit(world)


def test_chunks_of_jobs_that_always_fail_at_google_fail_in_the_end(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(jobs=(JobRule(do="fail", times=0),)))
    for _ in range(world.settings.retry.attempts + 2):
        world.manager.flush_queue(1, force=True)
        world.manager.sync_status()
        world.clock.advance(2 * HOUR)
    assert world.counts.failed == len(TEXTS)
    assert len(world.jobs) == world.settings.retry.attempts
    audit(world)


def test_a_job_we_cancel_gives_its_chunks_back(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    job_id = submitted(world)
    world.manager.cancel(job_id)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert world.counts.pending == len(TEXTS)
    audit(world)


def test_a_cancellation_that_comes_too_late_brings_the_results(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    job_id = submitted(world)
    world.misbehave(Scenario(cancel_lag=2 * HOUR))
    world.manager.cancel(job_id)
    world.clock.advance(3 * HOUR)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    audit(world)


def test_a_job_google_cancels_gives_its_chunks_back(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    job_id = submitted(world)
    world.gemini.cancel_batch(world.job(job_id).google_job_id or "")
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.CANCELLED
    assert world.counts.pending == len(TEXTS)
    audit(world)


def test_a_job_is_taken_back_before_its_submission(world: World) -> None:
    job_id = submitted(world, on_create(do="error", status=429))
    assert world.manager.cancel(job_id).status is JobStatus.CANCELLED
    assert world.counts.pending == len(TEXTS)
    assert not list(world.workspace.path.with_name("halfrate.db.jobs").iterdir())
    audit(world)


def test_an_unknown_state_is_said_loudly_once_and_the_chunks_stay(world: World) -> None:
    job_id = submitted(world, Scenario(jobs=(JobRule(do="unknown_state"), JobRule(do="expire"))))
    for _ in range(3):
        world.manager.sync_status()
    job = world.job(job_id)
    assert job.live
    assert "ARCHIVED" in (job.error or "")
    assert world.sql("SELECT count(*) FROM events WHERE level = 'error'") == [(1,)]
    assert world.counts.in_batch == len(TEXTS)
    assert world.manager.release(job_id) == len(TEXTS)
    audit(world)


def test_a_job_that_succeeded_without_results_waits_and_can_be_released(world: World) -> None:
    job_id = submitted(world, Scenario(jobs=(JobRule(do="no_responses_file"),)))
    world.manager.sync_status()
    job = world.job(job_id)
    assert job.live
    assert "no result file" in (job.error or "")
    assert world.manager.release(job_id) == len(TEXTS)
    assert world.job(job_id).missing == len(TEXTS)
    # Google charged for vectors that it never gave, so nobody but Google can count their tokens.
    audit(world, unbilled=world.emulator.bill()["totals"]["batch"])


def test_a_live_job_is_not_released(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    job_id = submitted(world)
    with pytest.raises(WrongState, match="paid twice"):
        world.manager.release(job_id)
    assert world.counts.in_batch == len(TEXTS)


def test_a_batch_google_has_forgotten_is_said_and_can_be_released(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    job_id = submitted(world)
    name = (world.job(job_id).google_job_id or "").removeprefix("batches/")
    world.emulator.service.batches.delete(world.emulator.service.batches.find("emulator", name))
    world.manager.sync_status()
    assert "does not know" in (world.job(job_id).error or "")
    assert world.counts.in_batch == len(TEXTS)
    assert world.manager.release(job_id) == len(TEXTS)
    audit(world)


def test_a_batch_of_another_job_is_not_adopted(world: World) -> None:
    known_batch(world)
    job_id = submitted(world, on_create(do="cut"))
    with pytest.raises(WrongState, match="another job"):
        world.manager.adopt(job_id, world.jobs[0].google_job_id)
    assert world.job(job_id).status is JobStatus.UNCERTAIN


def test_the_operator_adopts_a_batch_by_its_name(world: World) -> None:
    job_id = submitted(world, on_create(do="cut", effect=True))
    world.manager.adopt(job_id, str(world.emulator.jobs()[0]["name"]))
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    audit(world)


def test_states_spelled_the_other_way_are_understood(world: World) -> None:
    job_id = submitted(world, Scenario(state_prefix="JOB_STATE_"))
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED


def test_an_inherited_job_is_never_settled_and_can_be_released(world: World) -> None:
    world.sql(
        "INSERT INTO batch_jobs (id, google_job_id, status, stats, created_at, updated_at) VALUES ('0f3a-old',"
        """ 'batches/old', 'SUBMITTED', '{"submitted": 2}', '2026-01-01 00:00:00.0', '2026-01-01 00:00:00.0')"""
    )
    ids = world.fill(["one", "two", "three"])
    world.sql("UPDATE chunks SET batch_job_id = '0f3a-old' WHERE id <= ?", ids[1])
    world.manager.sync_status()
    assert world.job("0f3a-old").status is JobStatus.SUBMITTED
    with pytest.raises(WrongState):
        world.manager.cancel("0f3a-old")
    assert world.manager.release("0f3a-old") == 2
    assert world.job("0f3a-old").status is JobStatus.FAILED
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == 3
    audit(world)


def test_live_jobs_never_exceed_their_limit(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, settings={"limits": Limits(requests_per_job=2, live_jobs=3)})
    world.fill(TEXTS)
    assert len(world.manager.flush_queue(1).jobs) == 3
    assert world.manager.flush_queue(1).jobs == ()
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    assert len(world.manager.flush_queue(1).jobs) == 3
    audit(world)
