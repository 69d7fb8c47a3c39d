"""What is sent, by which key, and what becomes of what is not sent."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import pytest

from engine.domain.jobs import UNSENT, JobStatus
from engine.emulator import CallRule, JobRule, RowRule, Scenario
from engine.life.worker import run_once
from engine.settings import Flush, Limits
from engine.store import jobs, ledger
from engine.workspace import Workspace
from tests import rows
from tests.auditing import audit, creates
from tests.conftest import HOUR, World, Worlds

TEXTS = [f"The text {number} that is sent or not." for number in range(8)]
NEXT_KEY = "the-next-batch-key-4444"
STOPPED_AT = {
    JobStatus.SPOOLED: CallRule(on="upload_start", do="error", status=400),
    JobStatus.UPLOADED: CallRule(on="create", do="error", status=400),
}


def stopped_at(world: World, status: JobStatus) -> str:
    """A job that was left in a state before its submission; its id."""
    world.fill(TEXTS)
    manager = world.manager
    if status is JobStatus.PLANNED:
        folder = world.workspace.path.with_name("halfrate.db.jobs")
        folder.write_text("no folder")
        job = manager.flush_queue(1).jobs[0]
        folder.unlink()
    else:
        world.misbehave(Scenario(calls=(STOPPED_AT[status],)))
        job = manager.flush_queue(1).jobs[0]
        world.misbehave(None)
    assert world.job(job.id).status is status
    return job.id


def sent(world: World) -> int:
    """Rows of what was ever sent."""
    return int(world.sql("SELECT count(*) FROM requests")[0][0])


def files(world: World) -> list[str]:
    """What lies in the folder of the jobs' files."""
    folder = world.workspace.path.with_name("halfrate.db.jobs")
    return [path.name for path in folder.iterdir()] if folder.exists() else []


@pytest.mark.parametrize("status", sorted(UNSENT))
def test_rows_that_were_never_sent_are_no_requests_and_cost_nothing(world: World, status: JobStatus) -> None:
    job_id = stopped_at(world, status)
    job = world.manager.cancel(job_id)
    assert (job.status, job.requests, job.accounted, job.tokens) == (JobStatus.CANCELLED, 0, 0, 0)
    assert world.counts.pending == len(TEXTS)
    assert (sent(world), ledger.postings(world.db), files(world)) == (0, [], [])
    audit(world)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


@pytest.mark.parametrize("status", sorted(UNSENT))
def test_a_job_goes_on_from_wherever_it_was_left_and_is_created_once(world: World, status: JobStatus) -> None:
    job_id = stopped_at(world, status)
    world.clock.advance(HOUR)
    assert [job.id for job in world.manager.flush_queue(1_000).jobs] == [job_id]
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert creates(world) == 1
    audit(world)


def test_a_job_that_is_refused_twice_as_too_large_leaves_nothing_behind(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, times=2),)))
    job_id = world.manager.flush_queue(1).jobs[0].id
    world.clock.advance(HOUR)
    world.manager.flush_queue(1)
    job = world.job(job_id)
    assert (job.status, job.requests, job.accounted) == (JobStatus.CANCELLED, 0, 0)
    assert world.counts.pending == len(TEXTS)
    assert (sent(world), files(world)) == (0, [])
    audit(world)
    for _ in range(3):
        world.manager.flush_queue(1)
        world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert files(world) == []
    audit(world)


def test_the_worker_sees_a_job_left_before_its_submission_behind_many_live_ones(world: World) -> None:
    left = stopped_at(world, JobStatus.SPOOLED)
    for number in range(60):
        rows.job(
            world.db,
            f"{number:08x}-0000-4000-8000-000000000000",
            google_job_id=f"batches/{number}",
            created_at=world.clock.now - timedelta(hours=1),
            next_attempt_at=world.clock.now + timedelta(hours=9),
        )
    settings = msgspec.structs.replace(world.settings, flush=Flush(min_size=1_000, max_wait_seconds=99 * HOUR))
    workspace = Workspace(world.workspace.path, settings, clock=world.clock, environ=world.environ)
    assert left not in [job.id for job in world.manager.get_queue_stats().jobs]
    turn = run_once(workspace)
    assert [(job.id, job.status) for job in turn.flush.jobs] == [(left, JobStatus.SUBMITTED)]


@pytest.mark.parametrize("status", sorted(UNSENT))
def test_the_ledger_names_the_key_that_sent_the_job(world: World, status: JobStatus) -> None:
    job_id = stopped_at(world, status)
    world.environ["GEMINI_BATCH_API_KEY"] = NEXT_KEY
    world.clock.advance(HOUR)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    [entry] = ledger.postings(world.db)
    assert (entry.job_id, entry.key_tail, world.job(job_id).key_tail) == (job_id, "4444", "4444")
    assert world.sql("SELECT DISTINCT key_tail FROM submissions") == [("4444",)]
    audit(world)


def test_a_key_that_is_rotated_after_the_submission_is_not_the_one_that_pays(world: World) -> None:
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    first = world.environ["GEMINI_BATCH_API_KEY"]
    world.environ["GEMINI_BATCH_API_KEY"] = NEXT_KEY
    world.manager.sync_status()
    assert [(entry.job_id, entry.key_tail) for entry in ledger.postings(world.db)] == [(job_id, "2222")]
    world.environ["GEMINI_BATCH_API_KEY"] = first
    audit(world)


def everywhere(world: World) -> str:
    """All that is stored, as text."""
    return "\n".join(world.db.database.conn.iterdump())


ECHO = "Consumer api_key:{key} said no."


def echoing(world: World, place: str) -> Scenario:
    """A scenario in which Google repeats the key in some place of its answers."""
    message = ECHO.format(key=world.environ["GEMINI_BATCH_API_KEY"])
    return {
        "create": Scenario(calls=(CallRule(on="create", do="error", status=400, message=message),)),
        "lost create": Scenario(calls=(CallRule(on="create", do="error", status=500, message=message, effect=True),)),
        "upload": Scenario(calls=(CallRule(on="upload_start", do="error", status=400, message=message),)),
        "job": Scenario(jobs=(JobRule(do="fail", message=message),)),
        "row": Scenario(rows=(RowRule(do="error", every=2, code=3, message=message),)),
        "list": Scenario(calls=(CallRule(on="list", do="error", status=400, message=message, after=1),)),
        "get": Scenario(calls=(CallRule(on="get", do="error", status=400, message=message, times=0),)),
        "download": Scenario(calls=(CallRule(on="download", do="error", status=404, message=message),)),
    }[place]


@pytest.mark.parametrize("place", ["create", "lost create", "upload", "job", "row", "list", "get", "download"])
def test_a_key_that_google_repeats_is_stored_nowhere(world: World, place: str) -> None:
    world.fill(TEXTS)
    world.misbehave(echoing(world, place))
    reports = [world.manager.flush_queue(1), world.manager.sync_status()]
    stored = everywhere(world)
    if place != "get":  # what the listing says is enough
        assert "…2222 said no" in stored
    for key in world.environ.values():
        assert key not in stored
        assert all(key not in f"{report}" for report in reports)


def test_the_answer_that_is_kept_for_the_operator_has_its_keys_masked(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(echoing(world, "job"))
    job_id = world.manager.flush_queue(1).jobs[0].id
    world.manager.sync_status()
    kept = json.loads(jobs.remote_json(world.db, job_id) or "")
    assert kept["error"]["message"] == world.job(job_id).error == ECHO.format(key="…2222")


def test_a_lone_text_larger_than_the_allowance_is_sent_when_nothing_is_enqueued(make_world: Worlds) -> None:
    world = make_world(settings={"limits": Limits(enqueued_tokens=2)})
    world.fill(["a text that is estimated to be larger than all that may be enqueued at once"])
    assert len(world.manager.flush_queue(1).jobs) == 1
    world.manager.sync_status()
    assert world.counts.ready == 1
    audit(world)
