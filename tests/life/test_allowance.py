"""The allowance of enqueued tokens: what a refused job becomes, what is remembered, shared, and found out in days."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.domain.governor import Known, Source
from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.room import Reason
from engine.emulator import Allowance, CallRule, Scenario
from engine.settings import Limits, ProfileTable
from engine.store import allowances
from engine.store.sqlite.connection import open_database
from tests.auditing import audit, counters_are_true, creates, every_request_is_accounted_for, ledger_is_the_bill
from tests.conftest import HOUR, MINUTE, World, Worlds
from tests.field import restore
from tests.life.filling import fill

TEXTS = [f"A text of forty characters, number {number:4}" for number in range(40)]
MODEL = "gemini-embedding-001"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def granting(tokens: int, *, named: bool = True) -> Scenario:
    return Scenario(allowances=(Allowance(tokens=tokens),), quota_values=named)


def known(world: World) -> Known:
    return allowances.known(world.db, MODEL, world.settings.limits.allowance)


def sizes(report_jobs: tuple[BatchJob, ...]) -> list[tuple[str, int]]:
    return [(job.status.value, job.requests) for job in report_jobs]


def finish(world: World, turns: int) -> None:
    """Turns of an hour."""
    for _ in range(turns):
        world.clock.advance(HOUR)
        world.manager.sync_status()
        world.manager.flush_queue(1)


def test_the_part_of_a_refused_job_that_fits_goes_at_once_and_the_rest_waits(make_world: Worlds) -> None:
    """The emulator counts eleven or twelve tokens a text, we twelve or thirteen."""
    world = make_world(latency=HOUR / 2)
    world.misbehave(granting(300))
    world.fill(TEXTS)
    report = world.manager.flush_queue(1)
    assert report.problem is None
    (job,) = report.jobs
    assert job.status is JobStatus.SUBMITTED
    assert 20 <= job.requests == job.chunks < 30
    assert job.characters == sum(len(text) for text in TEXTS[: job.requests])
    assert job.estimated_tokens <= 300
    assert world.counts.pending == len(TEXTS) - job.requests
    assert [held.kind for held in report.held] == [Reason.REFUSED_LATELY]
    assert creates(world) == 1
    finish(world, 3)
    assert world.counts.ready == len(TEXTS)
    assert {world.chunk(number)["attempts"] for number in range(1, 41)} == {0}
    audit(world)


def test_a_figure_that_google_names_is_believed_and_remembered_with_its_date(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    world.misbehave(granting(300))
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    found = known(world)
    assert (found.tokens, found.source, found.since, found.refused) == (300, Source.QUOTA_VALUE, NOON, 1)
    world.clock.advance(40 * 24 * HOUR)
    assert known(world) == found
    world.manager.sync_status()
    assert world.manager.preflight(1).jobs[0].tokens <= 300


def test_a_refusal_without_a_figure_makes_the_job_smaller_when_its_time_has_come(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, settings={"limits": Limits(enqueued_tokens=40_000)})
    world.misbehave(granting(21_000, named=False))
    world.fill([f"{number} " + "word " * 1_000 for number in range(40)])
    report = world.manager.flush_queue(1)
    assert report.problem is not None
    assert sizes(report.jobs) == [("UPLOADED", 32)]
    assert [held.kind for held in report.held] == [Reason.PROBLEM]
    world.clock.advance(14 * MINUTE)
    assert [held.kind for held in world.manager.flush_queue(1).held] == [Reason.COOLING_DOWN]
    world.clock.advance(2 * MINUTE)
    report = world.manager.flush_queue(1)
    assert report.problem is None
    assert sizes(report.jobs)[0] == ("SUBMITTED", 16)
    assert world.job(report.jobs[0].id).estimated_tokens <= 20_000
    for _ in range(6):
        finish(world, 2)
    assert world.counts.ready == 40
    audit(world)


def test_a_job_without_room_keeps_its_upload_until_others_have_ended(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, settings={"limits": Limits(requests_per_job=20)})
    world.fill(TEXTS[:35])
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=400, after=1),)))
    first, second = world.manager.flush_queue(1).jobs
    assert (first.status, second.status) == (JobStatus.SUBMITTED, JobStatus.UPLOADED)
    world.configure(limits=Limits(enqueued_tokens=250))
    world.misbehave(None)
    world.clock.advance(16 * MINUTE)
    report = world.manager.flush_queue(1)
    assert report.problem is None
    waiting = world.job(second.id)
    assert (waiting.status, waiting.requests, waiting.input_file) == (JobStatus.UPLOADED, 15, second.input_file)
    world.clock.advance(HOUR)
    world.manager.sync_status()
    assert sizes(world.manager.flush_queue(1).jobs) == [("SUBMITTED", 15)]
    assert world.job(second.id).input_file == second.input_file


def test_a_lone_text_that_is_refused_waits_and_is_never_split(world: World) -> None:
    world.fill(TEXTS[:1])
    world.misbehave(granting(1))
    for _ in range(3):
        assert world.manager.flush_queue(1).problem is not None
        world.clock.advance(20 * MINUTE)
    world.misbehave(None)
    world.manager.flush_queue(1)
    assert [job.status for job in world.jobs] == [JobStatus.SUBMITTED]


def test_what_is_accepted_beyond_the_figure_raises_it(make_world: Worlds) -> None:
    world = make_world(latency=4 * HOUR)
    world.misbehave(granting(300))
    world.fill([f"{text}, {number}" for number in range(4) for text in TEXTS])
    world.manager.flush_queue(1)
    world.misbehave(None)
    for _ in range(4):
        finish(world, 1)
    assert known(world).tokens > 300
    assert known(world).source is Source.LEARNED


def test_a_limit_of_spending_is_waited_out_and_lowers_nothing(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(spend_tokens=100))
    before = known(world)
    report = world.manager.flush_queue(1)
    assert "too much was spent" in (report.problem or "")
    assert not report.account
    found = known(world)
    assert found.spend_refused_at == NOON
    assert (found.tokens, found.source, found.refused) == (before.tokens, Source.PUBLISHED, 0)
    assert world.jobs[0].next_attempt_at == NOON + timedelta(minutes=10)
    assert world.jobs[0].requests == len(TEXTS)


def test_a_limit_of_requests_a_minute_lowers_nothing(world: World) -> None:
    world.fill(TEXTS)
    violation = {"quotaMetric": "batch_requests", "quotaId": "BatchRequestsPerMinutePerProject", "quotaValue": "10"}
    detail = {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}
    world.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, details=(detail,)),)))
    assert world.manager.flush_queue(1).problem is not None
    assert known(world) == Known(tokens=500_000)


def test_two_databases_share_the_allowance_of_their_project(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, settings={"limits": Limits(share=0.25)})
    world.misbehave(granting(400))
    world.fill(TEXTS)
    world.sql(
        "INSERT INTO allowances VALUES (?, '', 400, 'quota value', ?, 0, 0, NULL, 0, 1, ?, ?, NULL, ?)",
        MODEL,
        *["2026-11-24T11:00:00.000000Z"] * 4,
    )
    report = world.manager.flush_queue(1)
    sent = sum(job.estimated_tokens for job in report.jobs)
    assert 80 < sent <= 105  # what was accepted raises the figure a little
    assert report.held[0].most in (95, 96)
    assert known(world).proven == 4 * sent


def test_the_lowered_allowance_of_the_first_version_carries_over(tmp_path: Path) -> None:
    with closing(open_database(restore("refused", tmp_path)).db) as db:
        found = allowances.known(db, MODEL, 500_000)
    assert (found.tokens, found.source, found.since, found.refused) == (62, Source.LEARNED, NOON, 1)


def seeds() -> list[tuple[str, tuple[Allowance, ...]]]:
    at_noon = NOON + timedelta(days=2)
    return [
        ("113,000", (Allowance(tokens=113_000),)),
        ("500,000", (Allowance(tokens=500_000),)),
        ("less at noon", (Allowance(tokens=500_000), Allowance(tokens=113_000, since=at_noon))),
        ("more at noon", (Allowance(tokens=113_000), Allowance(tokens=500_000, since=at_noon))),
    ]


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(("name", "granted"), seeds())
def test_days_of_work_waste_little_time_for_want_of_knowing(
    make_world: Worlds,
    name: str,
    granted: tuple[Allowance, ...],
    named: bool,  # noqa: FBT001 - a parameter
) -> None:
    """One refusal an hour at most; where Google's own figure falls, what was granted before may be one more."""
    world = make_world(latency=2 * HOUR, settings={"profile": ProfileTable(dimension=1)})
    filled = fill(world, granted, named=named, hours=96, seed=7)
    audit(world)
    assert filled.idle_share <= 0.1, name
    crowded = filled.crowded(NOON + timedelta(days=1))
    assert len(crowded) <= len(granted) - 1
    assert all(granted[-1].since <= at < granted[-1].since + timedelta(hours=1) for at in crowded)


def test_a_day_of_work_finds_an_allowance_and_its_change(make_world: Worlds) -> None:
    """The short form: fewer tokens, shorter texts, turns of half an hour."""
    granted = (Allowance(tokens=20_000), Allowance(tokens=12_000, since=NOON + timedelta(hours=25)))
    world = make_world(latency=2 * HOUR, settings={"profile": ProfileTable(dimension=1)})
    filled = fill(world, granted, named=True, hours=32, seed=7, turn=HOUR / 2, words=80)
    for holds in (counters_are_true, every_request_is_accounted_for, ledger_is_the_bill):
        holds(world)
    assert filled.idle_share <= 0.1
    assert filled.crowded(NOON + timedelta(days=1)) == []
    assert len(filled.refusals) < filled.turns / 2
