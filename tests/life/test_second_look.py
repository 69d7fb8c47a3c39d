"""Before money is spent a second time, what was spent already is found: in a listing, in a row, or by its keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.jobs import JobStatus
from engine.domain.room import Reason
from engine.emulator import Allowance, CallRule, JobRule, Scenario
from engine.emulator.embedding import count_tokens
from engine.errors import WrongState
from engine.settings import ProfileTable
from engine.workspace import Workspace
from tests.auditing import audit, creates, every_request_is_accounted_for, ledger_is_the_bill
from tests.conftest import HOUR, MINUTE, World, Worlds
from tests.field import restore
from tests.field.at_google import recreate

TEXTS = [f"The text {number} that is looked for twice." for number in range(4)]
LOST = CallRule(on="create", do="cut", effect=True)
NO_UPLOAD = CallRule(on="upload_start", do="error", status=503, times=0)
SLOW = JobRule(do="latency", seconds=3 * HOUR, times=0)
NEXT_KEY = "the-next-batch-key-4444"


@pytest.fixture
def proven(world: World) -> World:
    """A world in whose listings a batch shows that is known to exist, so that absence proves something."""
    world.fill(["a batch that is known to exist"])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    return world


def kept_copy(world: World) -> Path:
    """A copy of the file as it is now."""
    world.db.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copyfile(world.workspace.path, world.workspace.path.with_name("copy.db")))


def put_back(world: World, copy: Path) -> None:
    """The file is the copy again; the files of the jobs are as they were."""
    path = world.workspace.path
    world.db.close()
    for file in (path, *path.parent.glob("halfrate.db-*")):
        file.unlink(missing_ok=True)
    shutil.copyfile(copy, path)
    world.db = world.workspace.connect()


def work(world: World, hours: int = 4) -> None:
    """A worker's hours."""
    for _ in range(hours):
        world.manager.sync_status()
        world.manager.flush_queue(1)
        world.clock.advance(HOUR)


def test_a_job_that_is_unsent_by_a_restored_file_and_cancelled_there_fills_what_waits(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(NO_UPLOAD,)))
    job_id = world.manager.flush_queue(1).jobs[0].id
    copy = kept_copy(world)
    world.misbehave(Scenario(jobs=(SLOW,)))
    assert world.manager.flush_queue(1).jobs[0].status is JobStatus.SUBMITTED
    put_back(world, copy)
    assert world.job(job_id).status is JobStatus.SPOOLED
    assert world.manager.cancel(job_id).status is JobStatus.CANCELLED
    work(world)
    job = world.job(job_id)
    assert (job.status, job.requests, job.ready) == (JobStatus.COMPLETED, len(TEXTS), len(TEXTS))
    assert creates(world) == 1
    audit(world)


def test_a_job_that_was_cancelled_as_never_created_and_is_listed_late_fills_what_waits(proven: World) -> None:
    proven.fill(TEXTS)
    proven.misbehave(Scenario(calls=(LOST,), jobs=(JobRule(do="late_listing", seconds=10 * HOUR),)))
    job_id = proven.manager.flush_queue(1).jobs[0].id
    for _ in range(12):
        proven.manager.sync_status()
        proven.clock.advance(20 * MINUTE)
    assert proven.job(job_id).status is JobStatus.UPLOADED
    assert proven.manager.cancel(job_id).requests == 0
    proven.clock.advance(10 * HOUR)
    work(proven)
    job = proven.job(job_id)
    assert (job.status, job.requests, job.ready) == (JobStatus.COMPLETED, len(TEXTS), len(TEXTS))
    assert creates(proven) == 2
    audit(proven)


@pytest.fixture
def released(world: World, tmp_path: Path) -> Iterator[World]:
    """The first version's file with a job that was released although its batch exists."""
    path = restore("released", tmp_path / "first version")
    recreate("released", path, world.emulator)
    upgraded = World(
        Workspace(path, world.settings, clock=world.clock, environ=world.environ),
        world.emulator,
        world.clock,
        world.environ,
    )
    yield upgraded
    upgraded.close()


def test_a_job_that_the_first_version_released_fills_what_waits_and_nothing_is_paid_again(released: World) -> None:
    [given_up] = [job for job in released.jobs if job.status is JobStatus.CANCELLED]
    before = creates(released)
    assert released.counts.pending == given_up.requests == 12
    assert released.manager.flush_queue(1, force=True).jobs == ()
    work(released)
    job = released.job(given_up.id)
    assert (job.status, job.requests, job.ready) == (JobStatus.COMPLETED, 12, 12)
    assert creates(released) == before
    assert released.counts.ready == released.counts.total
    audit(released)


def test_absence_proves_nothing_to_another_key_than_the_one_that_sent_the_job(world: World) -> None:
    world.misbehave(Scenario(jobs_seen_by="key", calls=(LOST,)))
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    first = world.environ["GEMINI_BATCH_API_KEY"]
    world.environ["GEMINI_BATCH_API_KEY"] = NEXT_KEY
    world.fill(["a text that shows in the listing of the next key"])
    work(world, hours=12)
    uncertain = world.job(job_id)
    assert uncertain.status is JobStatus.UNCERTAIN
    assert "…2222" in (uncertain.error or "")
    assert world.counts.ready == 1
    world.environ["GEMINI_BATCH_API_KEY"] = first
    work(world)
    assert world.job(job_id).status is JobStatus.COMPLETED
    assert creates(world) == 2
    every_request_is_accounted_for(world)


def test_a_job_is_not_sent_whose_texts_travel_in_one_that_the_same_flush_finds(proven: World) -> None:
    proven.fill(TEXTS)
    late = JobRule(do="late_listing", seconds=10 * MINUTE)
    proven.misbehave(
        Scenario(calls=(LOST, CallRule(on="upload_start", do="error", status=503, times=0, after=1)), jobs=(late, SLOW))
    )
    lost = proven.manager.flush_queue(1).jobs[0]
    proven.manager.release(lost.id)
    again = proven.manager.flush_queue(1).jobs[0]
    assert again.status is JobStatus.SPOOLED
    proven.misbehave(None)
    proven.clock.advance(20 * MINUTE)
    proven.manager.flush_queue(1)
    assert proven.job(lost.id).status is JobStatus.SUBMITTED
    assert (proven.job(again.id).status, proven.job(again.id).requests) == (JobStatus.CANCELLED, 0)
    work(proven)
    assert proven.job(lost.id).ready == len(TEXTS)
    assert creates(proven) == 2
    audit(proven)


def test_a_job_restored_from_before_it_was_split_follows_its_part_and_pays_nothing_twice(proven: World) -> None:
    proven.fill(TEXTS)
    proven.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429),), jobs=(SLOW,)))
    job_id = proven.manager.flush_queue(1).jobs[0].id
    copy = kept_copy(proven)
    proven.clock.advance(HOUR)
    part = Allowance(tokens=tokens(TEXTS) * 3 // 4)
    proven.misbehave(Scenario(allowances=(part,), jobs=(SLOW,)))
    proven.manager.flush_queue(1)
    assert proven.job(job_id).status is JobStatus.SUBMITTED
    assert 0 < proven.job(job_id).requests < len(TEXTS)
    put_back(proven, copy)
    assert proven.job(job_id).requests == len(TEXTS)
    work(proven, hours=12)
    assert proven.counts.ready == proven.counts.total
    assert proven.emulator.bill()["totals"]["batch"] == tokens(["a batch that is known to exist", *TEXTS])
    audit(proven)


def tokens(texts: list[str]) -> int:
    """What texts are billed as."""
    return sum(count_tokens(texts))


def test_a_release_right_after_the_key_was_rotated_is_refused(world: World) -> None:
    world.misbehave(Scenario(jobs_seen_by="key", jobs=(SLOW,)))
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    world.environ["GEMINI_BATCH_API_KEY"] = NEXT_KEY
    with pytest.raises(WrongState, match="made with …2222, and may be alive"):
        world.manager.release(job_id)
    assert world.counts.in_batch == len(TEXTS)
    assert world.manager.flush_queue(1).jobs == ()


@pytest.fixture
def neighbour(world: World) -> Iterator[World]:
    """Another database whose batches are in the same project."""
    workspace = Workspace(
        world.workspace.path.with_name("neighbour.db"), world.settings, clock=world.clock, environ=world.environ
    )
    other = World(workspace, world.emulator, world.clock, world.environ)
    yield other
    other.close()


def test_a_batch_of_another_database_that_is_adopted_holds_a_flush_back_while_it_runs(
    world: World, neighbour: World
) -> None:
    neighbour.fill(TEXTS)
    neighbour.misbehave(Scenario(jobs=(SLOW,)))
    name = neighbour.manager.flush_queue(1).jobs[0].google_job_id or ""
    world.fill([*TEXTS, "a text of this database alone"])
    world.manager.adopt(name)
    held = world.manager.flush_queue(1)
    assert (held.jobs, [(part.kind, part.chunks) for part in held.held]) == ((), [(Reason.ORPHAN, len(TEXTS) + 1)])
    world.clock.advance(3 * HOUR)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert [job.requests for job in world.manager.flush_queue(1).jobs] == [1]


def test_nothing_is_paid_directly_beside_a_batch_whose_texts_nobody_knows(world: World) -> None:
    copy = kept_copy(world)
    folder = world.workspace.path.with_name("docs")
    folder.mkdir()
    (folder / "a.txt").write_text("A text that travels already.", "utf-8")
    world.misbehave(Scenario(jobs=(SLOW,)))
    world.workspace.ingest([folder])
    world.manager.flush_queue(1)
    shutil.rmtree(world.workspace.path.with_name("halfrate.db.jobs"))
    put_back(world, copy)
    assert len(world.manager.sync_status().found) == 1
    with pytest.raises(WrongState, match="of which nobody knows the texts"):
        world.workspace.ingest([folder], mode="sync")
    world.clock.advance(3 * HOUR)
    world.manager.sync_status()
    world.workspace.ingest([folder], mode="sync")
    assert world.counts.ready == 1
    assert world.emulator.bill()["totals"]["synchronous"] == 0
    audit(world)


def test_what_travels_under_a_larger_dimension_is_waited_for_and_cut(make_world: Worlds) -> None:
    world = make_world(settings={"profile": ProfileTable(dimension=32)})
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    world.configure(profile=ProfileTable(dimension=16))
    world.fill([*TEXTS, "a new text"])
    assert [job.requests for job in world.manager.flush_queue(1).jobs] == [1]
    work(world)
    assert world.counts.ready == world.counts.total
    assert world.emulator.bill()["totals"]["batch"] == tokens([*TEXTS, "a new text"])
    audit(world)


@pytest.mark.parametrize(
    "second",
    [
        ProfileTable(dimension=8),
        ProfileTable(dimension=32),
        ProfileTable(dimension=16, task_type="RETRIEVAL_QUERY"),
        ProfileTable(dimension=16, model="gemini-embedding-2"),
    ],
    ids=["smaller", "larger", "another task", "another model"],
)
def test_a_job_of_the_former_profile_that_was_not_sent_is_planned_anew(world: World, second: ProfileTable) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(NO_UPLOAD,)))
    former = world.manager.flush_queue(1).jobs[0]
    world.misbehave(None)
    world.configure(profile=second)
    [job] = world.manager.flush_queue(1).jobs
    assert world.job(former.id).status is JobStatus.CANCELLED
    assert (job.requests, job.profile) == (len(TEXTS), world.settings.vector_profile)
    work(world)
    assert (creates(world), world.counts.ready) == (1, len(TEXTS))
    every_request_is_accounted_for(world)
    ledger_is_the_bill(world)
