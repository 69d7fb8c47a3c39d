"""Estimates that know their error: before the first job by a sample, then by what came back; each job has a receipt."""

from __future__ import annotations

from engine.domain.estimates import Estimate
from engine.domain.receipts import receipt_of
from engine.emulator import CallRule, Scenario
from engine.store import learned
from tests.conftest import HOUR, World, Worlds

RUSSIAN = [f"Чай номер {n} заваривают три минуты в горячей воде, не дольше." for n in range(200)]
PROSE = [f"Tea number {n} is steeped for three minutes in hot water, not longer." for n in range(60)]


def waiting(world: World) -> Estimate:
    """What all that waits is estimated at."""
    return world.manager.get_queue_stats().waiting


def test_a_sample_that_google_counts_for_free_is_the_basis_before_the_first_job(world: World) -> None:
    world.fill(RUSSIAN)
    before = waiting(world)
    assert world.manager.sample() == 200
    assert world.manager.sample() == 0  # it is known now
    after = waiting(world)
    assert "by a sample that Google counted" in after.grounds
    assert after.band.more < 0.1 < before.band.more
    [job] = world.manager.flush_queue(1).jobs
    assert job.estimated_tokens == after.tokens
    assert job.most_tokens == after.most_tokens
    world.clock.advance(HOUR)
    [settled] = world.manager.sync_status().settled
    assert after.least_tokens <= settled.tokens <= after.most_tokens
    assert abs(after.tokens / settled.tokens - 1) < 0.03
    assert world.emulator.bill()["totals"]["batch"] == settled.tokens


def test_a_sample_that_google_does_not_count_changes_nothing_and_fails_nothing(world: World) -> None:
    world.fill(RUSSIAN)
    before = waiting(world)
    world.misbehave(Scenario(calls=(CallRule(on="count_tokens", do="error", status=400, times=0),)))
    assert world.manager.sample(100) == 0
    assert waiting(world) == before


def test_a_job_is_compared_with_what_was_promised_for_the_rows_that_came_back(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    world.fill(PROSE)
    [job] = world.manager.flush_queue(1).jobs
    assert receipt_of(job) is None
    world.clock.advance(2 * HOUR)
    [settled] = world.manager.sync_status().settled
    receipt = receipt_of(settled)
    assert receipt is not None
    assert (receipt.promised_tokens, receipt.tokens) == (job.estimated_tokens, settled.tokens)
    assert receipt.paid == settled.price_per_million * settled.tokens / 1_000_000
    assert str(receipt).startswith(f"promised {job.estimated_tokens:,} tokens, came to {settled.tokens:,}: ")
    assert world.manager.get_queue_stats().waiting.basis.learned


def test_texts_that_an_earlier_version_named_are_counted_when_they_are_sent(world: World) -> None:
    world.fill(PROSE)
    world.sql("UPDATE waiting_blocks SET latin = 0, digits = 0, punctuation = 0, spaces = 0, words = 0")
    world.sql("UPDATE texts SET latin = NULL, digits = NULL, punctuation = NULL, spaces = NULL, words = NULL")
    guessed = waiting(world)
    assert guessed.kinds.unknown == guessed.characters > 0
    [job] = world.manager.flush_queue(1).jobs
    assert world.sql("SELECT count(*) FROM texts WHERE latin IS NULL") == [(0,)]
    assert job.estimated_tokens == learned.weigh(world.db, job.profile.model, job.submission).tokens != guessed.tokens
