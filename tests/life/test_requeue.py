"""Another profile: what is READY with a vector of the old one waits again when the operator says so."""

from __future__ import annotations

from engine.settings import ProfileTable
from engine.store import counters, ledger
from tests.auditing import audit, creates
from tests.conftest import World, Worlds

TEXTS = [f"The text {number} that gets a vector of another kind." for number in range(6)]


def embedded(world: World, texts: list[str], dimension: int = 16) -> None:
    """These texts, READY under a dimension."""
    world.configure(profile=ProfileTable(dimension=dimension))
    world.fill(texts)
    world.manager.flush_queue(1)
    world.manager.sync_status()


def test_ready_chunks_of_another_profile_wait_again_at_the_price_that_was_told(world: World) -> None:
    embedded(world, [*TEXTS, TEXTS[0]])
    world.configure(profile=ProfileTable(dimension=32))
    assert world.manager.preflight(1).jobs == ()
    ahead = world.manager.requeue_ahead()
    assert (ahead.estimate.chunks, ahead.texts, ahead.derived, ahead.requeued) == (7, 6, 0, 0)
    assert world.counts.ready == 7
    done = world.manager.requeue()
    assert (done.requeued, done.estimate) == (7, ahead.estimate)
    assert world.counts.pending == 7
    planned = world.manager.preflight(1).estimate
    assert (planned.tokens, planned.batch) == (ahead.estimate.tokens, ahead.estimate.batch)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert counters.ready_under(world.db, world.settings.vector_profile) == 7
    assert world.manager.requeue().requeued == 0
    audit(world)


def test_old_vectors_are_kept_and_found_when_the_profile_is_set_back(world: World) -> None:
    embedded(world, TEXTS)
    spent = ledger.spend(world.db)
    world.configure(profile=ProfileTable(dimension=32))
    world.manager.requeue()
    world.configure(profile=ProfileTable(dimension=16))
    assert world.manager.flush_queue(1).reused.chunks == len(TEXTS)
    assert (world.counts.ready, creates(world), ledger.spend(world.db)) == (len(TEXTS), 1, spent)
    audit(world)


def test_what_a_larger_vector_serves_is_cut_from_it_and_stays_ready(world: World) -> None:
    embedded(world, TEXTS[:4])
    world.configure(profile=ProfileTable(dimension=8))
    ahead = world.manager.requeue_ahead()
    assert (ahead.estimate.chunks, ahead.derived) == (0, 4)
    assert counters.ready_under(world.db, world.settings.vector_profile) == 0
    assert world.manager.requeue().requeued == 0
    assert counters.ready_under(world.db, world.settings.vector_profile) == world.counts.ready == 4
    audit(world)


def test_only_what_lacks_a_vector_of_the_profile_is_put_back(make_world: Worlds) -> None:
    world = make_world()
    embedded(world, TEXTS[:2], dimension=8)
    embedded(world, TEXTS[2:], dimension=16)
    world.sql("UPDATE chunks SET embedding_status = 'FAILED', failure_cause = 'empty' WHERE id = 1")
    assert world.manager.requeue().requeued == 1
    assert (world.counts.pending, world.counts.failed, world.counts.ready) == (1, 1, 4)
    assert counters.recount(world.db) == []
