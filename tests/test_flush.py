"""Flush: how the queue is cut into jobs, what is held back and why, and what happens when Google says no."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from engine.domain.jobs import JobStatus
from engine.domain.progress import Progress
from engine.domain.reports import FlushReport, Preflight
from engine.domain.room import Reason
from engine.domain.times import utc_text
from engine.emulator import CallRule, Scenario
from engine.errors import MissingBatchKey
from engine.settings import Budget, Keys, Limits, Uncertain
from engine.store import jobs
from engine.wording import reason
from tests import rows
from tests.auditing import audit, creates
from tests.conftest import HOUR, MINUTE, World, Worlds

TEXTS = [f"A text of forty characters, number {number:4}" for number in range(40)]


def flushed_as_foreseen(world: World, min_size: int = 1, *, force: bool = False) -> FlushReport:
    """Flushes, and holds the report against the preflight of the moment before."""
    foreseen = world.manager.preflight(min_size, force)
    pending = world.counts.pending
    report = world.manager.flush_queue(min_size, force)
    assert [job.chunks for job in foreseen.jobs] == [job.chunks for job in report.jobs]
    assert [job.tokens for job in foreseen.jobs] == [job.estimated_tokens for job in report.jobs]
    assert sum((job.batch for job in foreseen.jobs), Decimal(0)) == foreseen.estimate.batch
    assert foreseen.held == report.held
    assert sum(held.chunks for held in report.held) == world.counts.pending == pending - report.chunks
    return report


@pytest.mark.parametrize(
    ("limits", "sizes", "held"),
    [
        pytest.param(Limits(), [40], None, id="nothing"),
        pytest.param(Limits(requests_per_job=15), [15, 15, 10], None, id="requests"),
        pytest.param(Limits(output_bytes_per_job=10 * 540), [10, 10, 10, 10], None, id="predicted output bytes"),
        pytest.param(Limits(enqueued_tokens=120), [10], "allowance of 120", id="tokens"),
        pytest.param(Limits(requests_per_job=4, enqueued_tokens=120), [4, 4, 2], "allowance of 120", id="allowance"),
        pytest.param(Limits(requests_per_job=4, live_jobs=3), [4, 4, 4], "3 jobs are live", id="live jobs"),
        pytest.param(Limits(enqueued_tokens=5), [1], "allowance of 5", id="one text above the allowance passes alone"),
        pytest.param(Limits(output_bytes_per_job=1), [1] * 40, None, id="one row above the output"),
    ],
)
def test_the_queue_is_cut_into_jobs_by_every_limit(
    make_world: Worlds, limits: Limits, sizes: list[int], held: str | None
) -> None:
    world = make_world(latency=HOUR, settings={"limits": limits})
    world.fill(TEXTS)
    report = flushed_as_foreseen(world)
    assert [job.chunks for job in report.jobs] == sizes
    assert [job.status for job in report.jobs] == [JobStatus.SUBMITTED] * len(sizes)
    assert (held is None and report.held == ()) or (held is not None and held in reason(report.held[0]))
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    audit(world)


def test_the_allowance_counts_all_live_jobs(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, settings={"limits": Limits(enqueued_tokens=310)})
    world.fill(TEXTS[:20])
    assert flushed_as_foreseen(world).chunks == 20
    world.fill(TEXTS[20:])
    report = flushed_as_foreseen(world)
    assert [job.chunks for job in report.jobs] == [5]
    assert flushed_as_foreseen(world).jobs == ()
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    assert flushed_as_foreseen(world).chunks > 0
    audit(world)


def test_every_allowance_that_google_has_is_kept(make_world: Worlds) -> None:
    """The emulator counts for itself, and a little more than we estimate before anything has come back."""
    world = make_world(latency=HOUR, enqueued_token_allowance=600, settings={"limits": Limits(enqueued_tokens=540)})
    world.fill([f"{text}, time {time}" for text in TEXTS for time in range(5)])
    for _ in range(20):
        assert flushed_as_foreseen(world).problem is None
        world.clock.advance(2 * HOUR)
        world.manager.sync_status()
    assert world.counts.ready == len(TEXTS) * 5
    audit(world)


def test_what_exceeds_the_bytes_of_a_file_goes_back_to_the_queue(make_world: Worlds) -> None:
    world = make_world(settings={"limits": Limits(input_bytes_per_job=3_000)})
    world.fill([f"{number}" + "\x01" * 100 for number in range(12)])
    report = world.manager.flush_queue(1)
    assert sum(job.chunks for job in report.jobs) == 12
    assert len(report.jobs) > 3
    assert all(0 < job.input_bytes <= 3_000 for job in report.jobs)
    world.manager.sync_status()
    assert world.counts.ready == 12
    audit(world)


def test_a_text_larger_than_the_file_is_sent_alone(make_world: Worlds) -> None:
    world = make_world(settings={"limits": Limits(input_bytes_per_job=400)})
    world.fill(["x " * 400, "small", "y " * 400])
    assert [job.chunks for job in world.manager.flush_queue(1).jobs] == [1, 1, 1]
    world.manager.sync_status()
    audit(world)


def test_the_months_budget_holds_chunks_back(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, settings={"budget": Budget(Decimal("0.0000075"))})
    world.fill(TEXTS)
    report = flushed_as_foreseen(world)
    [job] = report.jobs
    assert 0 < job.chunks < len(TEXTS)
    assert "budget" in reason(report.held[0])
    assert flushed_as_foreseen(world).jobs == ()
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    spent = world.manager.get_queue_stats().month.amount
    assert spent <= Decimal("0.0000075")
    world.clock.advance(31 * 24 * HOUR)
    assert flushed_as_foreseen(world).chunks > 0


def test_a_price_that_nobody_has_looked_up_lately_is_said_before_money_is_spent(world: World) -> None:
    world.fill(TEXTS)
    assert world.manager.preflight(1).warnings == ()
    world.clock.advance(91 * 24 * HOUR)
    [warning] = world.manager.preflight(1).warnings
    assert re.fullmatch(r"the price of gemini-embedding-001 was looked up \d+ days ago: compare it .*", warning)


def test_fewer_than_the_smallest_flush_stay_unless_forced(world: World) -> None:
    world.fill(TEXTS[:5])
    report = flushed_as_foreseen(world, 6)
    assert report.jobs == ()
    assert [(held.chunks, reason(held)) for held in report.held] == [(5, "fewer than the smallest flush of 6")]
    assert flushed_as_foreseen(world, 5).chunks == 5
    world.fill(TEXTS[5:7])
    assert flushed_as_foreseen(world, 6, force=True).chunks == 2


def test_an_empty_queue_gives_no_job(world: World) -> None:
    assert flushed_as_foreseen(world, force=True) == FlushReport()


def test_chunks_that_rest_are_held_and_not_counted_as_due(world: World) -> None:
    ids = world.fill(TEXTS)
    for chunk in ids[::2]:
        until = utc_text(world.clock.now + timedelta(minutes=5))
        world.sql("UPDATE chunks SET attempts = 1, next_attempt_at = ? WHERE id = ?", until, chunk)
    assert flushed_as_foreseen(world, 21).jobs == ()
    report = flushed_as_foreseen(world, 20)
    assert report.chunks == 20
    assert [reason(held) for held in report.held] == ["resting until their next attempt"]
    world.clock.advance(5 * MINUTE)
    # Of what has rested the characters are known before a flush, not their kinds.
    (foreseen,) = world.manager.preflight(1).jobs
    (job,) = world.manager.flush_queue(1).jobs
    assert foreseen.chunks == job.chunks == 20
    assert abs(foreseen.tokens - job.estimated_tokens) < 0.2 * job.estimated_tokens


def test_a_resumed_job_does_not_let_too_few_chunks_follow(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="upload_start", do="error", status=400),)))
    world.manager.flush_queue(1)
    world.fill(TEXTS[:3])
    assert len(world.manager.preflight(10).resumed) == 1
    foreseen = world.manager.preflight(10)
    report = world.manager.flush_queue(10)
    assert [job.chunks for job in report.jobs] == [len(TEXTS)]
    assert [(held.chunks, reason(held)) for held in report.held] == [(3, "fewer than the smallest flush of 10")]
    assert foreseen.held == report.held
    assert foreseen.estimate.chunks == report.chunks


def test_a_429_with_a_delay_is_waited_out_and_no_chunk_is_blamed(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, retry_delay=26.0),)))
    report = world.manager.flush_queue(1)
    assert report.jobs[0].status is JobStatus.UPLOADED
    assert report.problem is not None
    assert not report.account
    world.clock.advance(25)
    again = world.manager.flush_queue(1)
    assert again.problem is None
    assert again.jobs == ()
    world.fill(["one more"])
    assert [held.kind for held in world.manager.flush_queue(1).held] == [Reason.COOLING_DOWN]
    world.clock.advance(2)
    assert world.manager.flush_queue(1).problem is None
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS) + 1
    assert {world.chunk(number)["attempts"] for number in range(1, 42)} == {0}
    assert creates(world) == 2
    audit(world)


def test_a_429_while_something_is_enqueued_makes_nothing_smaller(make_world: Worlds) -> None:
    world = make_world(latency=3 * HOUR, settings={"limits": Limits(requests_per_job=20)})
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, after=1, times=4),)))
    for _ in range(5):
        world.manager.flush_queue(1)
        world.clock.advance(20 * MINUTE)
    world.manager.flush_queue(1)
    assert [job.chunks for job in world.jobs] == [20, 20]
    assert [job.status for job in world.jobs] == [JobStatus.SUBMITTED] * 2


def test_a_429_after_other_troubles_is_the_first(world: World) -> None:
    world.fill(TEXTS)
    refused = CallRule(on="create", do="error", status=403, message="API key not valid.", times=3)
    world.misbehave(Scenario(calls=(refused, CallRule(on="create", do="error", status=429))))
    for _ in range(4):
        world.manager.flush_queue(1)
    assert [job.status for job in world.jobs] == [JobStatus.UPLOADED]


def test_a_single_chunk_that_is_refused_waits(world: World) -> None:
    world.fill(TEXTS[:1])
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, times=4),)))
    for _ in range(5):
        world.manager.flush_queue(1)
        world.clock.advance(20 * MINUTE)
    assert [job.status for job in world.jobs] == [JobStatus.SUBMITTED]


def rotated_in_a_file(world: World, tmp_path: Path) -> Path:
    """The batch key of the world comes from a file from now on."""
    file = tmp_path / "batch-key"
    settings = msgspec.structs.replace(world.settings, keys=Keys(batch=f"file:{file}"))
    world.configure(keys=settings.keys)
    object.__setattr__(world.workspace, "settings", settings)
    return file


def test_a_bad_key_stops_the_job_and_blames_no_chunk_until_the_key_is_rotated(world: World, tmp_path: Path) -> None:
    file = rotated_in_a_file(world, tmp_path)
    file.write_text("an-invalid-batch-key-3333")
    world.fill(TEXTS)
    report = world.manager.flush_queue(1)
    assert report.account
    assert world.counts.pending == len(TEXTS)
    assert "an-invalid-batch-key" not in str(report)
    file.write_text("the-next-batch-key-4444")
    assert world.manager.flush_queue(1).problem is None
    file.write_text("an-invalid-batch-key-3333")
    assert world.manager.sync_status().account
    file.write_text("the-next-batch-key-4444")
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert {entry["key"] for entry in world.emulator.bill()["entries"]} == {"4444"}


def test_a_key_that_is_revoked_between_upload_and_create_leaves_the_job_uploaded(make_world: Worlds) -> None:
    world = make_world(scenario=Scenario(calls=(CallRule(on="create", do="revoke"),)))
    world.fill(TEXTS)
    report = world.manager.flush_queue(1)
    assert report.account
    assert report.jobs[0].status is JobStatus.UPLOADED
    world.environ["GEMINI_BATCH_API_KEY"] = "the-next-batch-key-4444"
    assert world.manager.flush_queue(1).problem is None
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_key_file_that_vanishes_is_an_account_problem_and_nothing_is_uncertain(world: World, tmp_path: Path) -> None:
    file = rotated_in_a_file(world, tmp_path)
    file.write_text("the-batch-key-of-a-file-5555")
    world.fill(TEXTS)
    manager = world.manager
    manager._watch = lambda progress: file.unlink(missing_ok=True) if progress.step.startswith("submit") else None
    report = manager.flush_queue(1)
    assert report.account
    assert world.jobs[0].status is JobStatus.UPLOADED
    assert creates(world) == 0
    file.write_text("the-batch-key-of-a-file-5555")
    world.manager.flush_queue(1)
    file.unlink()
    assert world.manager.sync_status().account
    file.write_text("the-batch-key-of-a-file-5555")
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)


@pytest.mark.parametrize("call", ["flush_queue", "preflight"])
def test_without_a_batch_key_nothing_is_claimed(world: World, call: str) -> None:
    del world.environ["GEMINI_BATCH_API_KEY"]
    world.fill(TEXTS)
    if call == "flush_queue":
        with pytest.raises(MissingBatchKey):
            world.manager.flush_queue(1)
    else:
        assert isinstance(world.manager.preflight(1), Preflight)
    assert world.jobs == []
    assert world.counts.pending == len(TEXTS)


def test_equal_keys_are_warned_of(world: World) -> None:
    assert world.manager.preflight(1).warnings == ()
    world.environ["GEMINI_BATCH_API_KEY"] = world.environ["GEMINI_API_KEY"]
    assert "the same" in world.manager.preflight(1).warnings[0]


def test_batch_calls_carry_the_batch_key_alone(world: World) -> None:
    """The emulator refuses the default key for everything."""
    world.emulator.service.keys.revoke(world.environ["GEMINI_API_KEY"])
    world.fill(TEXTS)
    assert world.manager.flush_queue(1).problem is None
    assert world.manager.sync_status().problem is None
    assert world.counts.ready == len(TEXTS)
    audit(world)


@pytest.mark.parametrize("on", ["upload_start", "upload_data", "file_get"])
@pytest.mark.parametrize("fault", [{"do": "error", "status": 503}, {"do": "error", "status": 400}, {"do": "cut"}])
def test_trouble_before_the_submission_is_redone_and_costs_nothing(
    make_world: Worlds, on: str, fault: dict[str, object]
) -> None:
    rule = CallRule(on=on, times=8, **fault)  # type: ignore[arg-type]
    world = make_world(scenario=Scenario(calls=(rule,)))
    world.fill(TEXTS)
    for _ in range(10):
        world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_a_connection_that_is_not_made_leaves_the_job_where_it_is(world: World) -> None:
    world.fill(TEXTS)
    sdk = world.gemini._sdk
    url = sdk._base_url
    manager = world.manager

    def part(progress: Progress) -> None:
        if progress.step.startswith("upload"):
            world.gemini.close()
            sdk._base_url = "http://127.0.0.1:9"

    manager._watch = part
    report = manager.flush_queue(1)
    assert report.jobs[0].status is JobStatus.SPOOLED
    assert [held.kind for held in report.held] == []
    world.gemini.close()
    sdk._base_url = url
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_an_uncertain_job_keeps_its_share_of_the_allowance(world: World) -> None:
    world.configure(limits=Limits(enqueued_tokens=120), uncertain=Uncertain())
    world.fill(TEXTS)
    world.misbehave(Scenario(calls=(CallRule(on="create", do="cut"),)))
    world.manager.flush_queue(1)
    world.misbehave(None)
    assert flushed_as_foreseen(world).jobs == ()


def test_the_stop_is_heard_between_jobs(make_world: Worlds) -> None:
    world = make_world(settings={"limits": Limits(requests_per_job=10)})
    world.fill(TEXTS)
    manager = world.manager
    manager._stop = lambda: True
    report = manager.flush_queue(1)
    assert [job.status for job in report.jobs] == [JobStatus.SUBMITTED]
    assert [(held.chunks, reason(held)) for held in report.held] == [(30, "the flush was stopped")]


def test_only_what_google_holds_or_may_hold_is_in_flight(world: World) -> None:
    world.fill(["one"])
    world.manager.flush_queue(1)
    assert world.manager.get_queue_stats().in_flight_jobs == 1
    world.sql("UPDATE batch_jobs SET status = 'SPOOLED'")
    assert world.manager.get_queue_stats().in_flight_jobs == 0
    assert len(jobs.reserved(world.db)) == 1


def test_what_falls_due_or_comes_in_by_an_older_writer_in_the_middle_of_a_flush_is_sent_and_the_flush_ends(
    make_world: Worlds,
) -> None:
    world = make_world(settings={"limits": Limits(requests_per_job=10)})
    ids = world.fill(TEXTS[:20])
    rows.put(world.db, ids[-1], "PENDING", attempts=1, next_attempt_at=world.clock.now + timedelta(minutes=5))
    manager, seen = world.manager, list[str]()

    def meanwhile(progress: Progress) -> None:
        if progress.step.startswith("upload") and not seen:
            seen.append(progress.step)
            world.clock.advance(5 * MINUTE)
            rows.document(world.db, ["by an older writer"], source="older.txt", named=False)

    manager._watch = meanwhile
    report = manager.flush_queue(1)
    assert sum(job.chunks for job in report.jobs) == 21
    assert report.held == ()
    world.manager.sync_status()
    audit(world)
