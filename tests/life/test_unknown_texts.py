"""Batches that were found at Google, of which nobody knows the texts, and that do not come back whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.domain.jobs import JobStatus
from engine.domain.ledger import RESERVED
from engine.emulator import JobRule, Scenario
from engine.store import ledger
from tests.auditing import audit, ledger_is_sound
from tests.conftest import HOUR, MINUTE, World, Worlds
from tests.life.test_orphans import TEXTS, kept_copy, restored
from tests.life.test_second_look import LOST


def billed(world: World) -> int:
    return int(world.emulator.bill()["totals"]["batch"])


def spent(world: World) -> tuple[int, int, int]:
    """Tokens that are paid, uncertain, and promised."""
    spend = ledger.spend(world.db)
    return spend.tokens, spend.uncertain_tokens, ledger.holding(world.db, RESERVED).tokens


@contextmanager
def another_key(world: World) -> Iterator[None]:
    """Google shows the batches of one key to that key alone; a sync notices it the second time."""
    first = world.environ["GEMINI_BATCH_API_KEY"]
    world.environ["GEMINI_BATCH_API_KEY"] = "the-next-batch-key-4444"
    for _ in range(2):
        world.manager.sync_status()
    yield
    world.environ["GEMINI_BATCH_API_KEY"] = first


def test_a_job_that_was_cancelled_unsent_and_had_been_created_is_uncertain_when_its_batch_fails(world: World) -> None:
    world.fill(["a batch that is known to exist"])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    late, failing = JobRule(do="late_listing", seconds=10 * HOUR), JobRule(do="fail", seconds=30 * HOUR)
    world.misbehave(Scenario(calls=(LOST,), jobs=(late, failing), bill_failed_jobs=True))
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    for _ in range(12):
        world.manager.sync_status()
        world.clock.advance(20 * MINUTE)
    assert world.manager.cancel(job_id).requests == 0
    world.clock.advance(40 * HOUR)
    world.manager.sync_status()
    assert world.job(job_id).status is JobStatus.FAILED
    paid, uncertain, promised = spent(world)
    assert paid + uncertain >= billed(world) > paid
    assert promised == 0
    ledger_is_sound(world)


@pytest.mark.parametrize("spooled", [False, True])
def test_what_was_not_read_of_an_orphan_that_is_given_up_is_uncertain_until_it_is_read(
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
        next(Path(f"{again.workspace.path}.jobs").glob("*.results.jsonl")).unlink()
        with another_key(again):
            again.manager.release(again.jobs[0].id)
        paid, uncertain, promised = spent(again)
        assert paid + uncertain >= billed(again) > paid
        assert promised == 0
        again.manager.adopt(again.jobs[0].id)
        paid, uncertain, promised = spent(again)
        assert paid + promised >= billed(again) > paid
        assert uncertain == 0
        with another_key(again):
            again.manager.release(next(job.id for job in again.jobs if job.live))
        paid, uncertain, promised = spent(again)
        assert paid + uncertain >= billed(again) > paid
        assert promised == 0
        ledger_is_sound(again)
        again.manager.sync_status()
        assert spent(again) == (billed(again), 0, 0)
        audit(again)
