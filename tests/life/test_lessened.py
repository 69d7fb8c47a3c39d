"""Jobs that lose texts before they are sent: what stays promised, and what is said of them, are those of the rest."""

from __future__ import annotations

from engine.domain.jobs import JobStatus
from engine.domain.ledger import RESERVED
from engine.emulator import CallRule, Scenario
from engine.settings import Limits
from engine.store import jobs, learned, ledger
from tests import rows
from tests.auditing import audit, creates
from tests.conftest import World, Worlds

SHORT = [f"a{number}" for number in range(9)]
LONG = "words of a text that is long " * 100


def unsent(world: World, texts: list[str]) -> str:
    """A job whose creation was refused; its id."""
    world.fill(texts)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=400),)))
    job = world.manager.flush_queue(1).jobs[0]
    world.misbehave(None)
    world.clock.advance(3600)
    assert world.job(job.id).status is JobStatus.UPLOADED
    return job.id


def embed_elsewhere(world: World, texts: list[str]) -> None:
    for text in texts:
        vector = world.expected_vector(text).tobytes()
        rows.vector(world.db, text, profile=world.settings.vector_profile, embedding=vector)


def is_said_as_it_is(world: World, job_id: str) -> None:
    """What is promised to a job that waits is the most that its texts may take."""
    job = world.job(job_id)
    rest = learned.weigh(world.db, job.profile.model, job.submission)
    assert (job.characters, job.estimated_tokens, job.most_tokens) == (rest.characters, rest.tokens, rest.most_tokens)
    assert ledger.held(world.db, job.submission, RESERVED).tokens == rest.most_tokens
    assert job.chunks == world.sql("SELECT count(*) FROM chunks WHERE batch_job_id = ?", job_id)[0][0]


def test_the_largest_text_stays_promised_when_the_others_need_no_request(world: World) -> None:
    job_id = unsent(world, [*SHORT, LONG])
    embed_elsewhere(world, SHORT)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=400),)))
    world.manager.flush_queue(1)
    assert world.job(job_id).requests == 1
    is_said_as_it_is(world, job_id)


def test_a_job_of_which_nothing_is_left_ends_also_where_it_was_larger_than_the_allowance(world: World) -> None:
    job_id = unsent(world, [*SHORT, LONG])
    embed_elsewhere(world, [*SHORT, LONG])
    world.configure(limits=Limits(enqueued_tokens=10))
    report = world.manager.flush_queue(1)
    assert report.problem is None
    job = world.job(job_id)
    assert (job.status, job.trouble, job.requests) == (JobStatus.CANCELLED, None, 0)
    assert world.counts.ready == 10
    assert creates(world) == 0
    audit(world)


def test_the_part_that_fits_stays_promised_by_its_own_weight(make_world: Worlds) -> None:
    """Digits weigh many times what letters do."""
    world = make_world(latency=3600)
    digits = [f"{number:040}" for number in range(20)]
    letters = ["letters of a text " * 20 + "abcdefghijklmnopqrst"[number] for number in range(20)]
    job_id = unsent(world, [*digits, *letters])
    world.configure(limits=Limits(enqueued_tokens=1_200))
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=400),)))
    world.manager.flush_queue(1)
    assert 1 < world.job(job_id).requests < 40
    is_said_as_it_is(world, job_id)


def test_a_job_estimated_at_nothing_is_sent_beside_what_is_more_than_the_allowance(make_world: Worlds) -> None:
    world = make_world(latency=3600)
    world.fill([LONG])
    world.manager.flush_queue(1)
    job_id = unsent(world, SHORT)
    with world.db.writing():
        jobs.update(world.db, world.job(job_id), world.clock.now, estimated_tokens=0)
    world.configure(limits=Limits(enqueued_tokens=10))
    assert world.manager.flush_queue(1).problem is None
    assert world.job(job_id).trouble is None
