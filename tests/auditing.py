"""What must be true of a world at any moment, whatever went wrong before."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from engine.domain.jobs import ENDED, UNSENT
from engine.domain.ledger import PAID
from engine.domain.models import Mode
from engine.domain.money import amount_pico
from engine.domain.texts import text_of
from engine.store import counters, ledger
from engine.store.audit import violations
from tests.conftest import World


def audit(world: World, *, unbilled: int = 0) -> None:
    """Counters, requests, ledger, bill and vectors fit each other.

    `unbilled` tokens are on the bill and cannot be in what was paid: their rows came without a readable count, or not
    at all. They are among what is uncertain.
    """
    counters_are_true(world)
    every_request_is_accounted_for(world)
    ledger_is_sound(world)
    ledger_is_the_bill(world, unbilled)
    vectors_are_those_of_the_texts(world)


def counters_are_true(world: World) -> None:
    assert counters.recount(world.db) == []


def every_request_is_accounted_for(world: World) -> None:
    for job in world.jobs:
        if job.inherited:
            continue
        open_ = world.sql("SELECT count(*) FROM requests WHERE submission_id = ? AND outcome IS NULL", job.submission)
        held = world.sql("SELECT count(*) FROM chunks WHERE batch_job_id = ? AND embedding_status = 'PENDING'", job.id)
        if job.live:
            assert open_[0][0] or job.status not in UNSENT, f"{job.short} is {job.status} and asks for nothing"
            continue
        assert held == [(0,)], f"{job.short} is {job.status} and still holds chunks"
        assert open_ == [(0,)], f"{job.short} is {job.status} and has requests without an outcome"
        if not (job.duplicate_of or job.found):
            assert job.accounted == job.requests, f"{job.short}: {job}"
    assert world.sql(
        "SELECT count(*) FROM requests r JOIN submissions s ON s.id = r.submission_id"
        " WHERE r.outcome IS NULL AND s.ended_at IS NOT NULL"
    ) == [(0,)]


def ledger_is_sound(world: World) -> None:
    """Accounts balance, nothing is reserved for what has ended, and each submission's money is its requests'."""
    assert violations(world.db) == []


def ledger_is_the_bill(world: World, unbilled: int = 0) -> None:
    """To the token where all jobs have ended; and every amount is tokens times price, exactly.

    What the bill has more than was paid is covered by what is uncertain.
    """
    bill = world.emulator.bill()
    ended = {job.google_job_id for job in world.jobs if job.status in ENDED}
    billed = sum(entry["tokens"] for entry in bill["entries"] if entry["job"] in ended)
    spent = ledger.spend(world.db)
    assert billed - spent.tokens == unbilled
    assert unbilled <= spent.uncertain_tokens or any(job.found == "stranger" for job in world.jobs)
    assert all(entry["key"] == world.environ["GEMINI_BATCH_API_KEY"][-4:] for entry in bill["entries"])
    paid = [each for each in ledger.postings(world.db, limit=100_000) if each.account in PAID]
    assert spent.amount == Decimal(sum(amount_pico(each.tokens, each.price_per_million) for each in paid)) / 10**12
    assert all(each.mode is Mode.BATCH for each in paid)


def vectors_are_those_of_the_texts(world: World) -> None:
    """Every READY chunk has the vector of its own text, at unit length."""
    chunks = world.sql("SELECT id, content, context, metadata FROM chunks WHERE embedding_status = 'READY'")
    for chunk_id, content, context, metadata in chunks:
        vector = world.vector(chunk_id)
        assert vector is not None, f"chunk {chunk_id} is READY without a vector"
        assert len(vector) == world.settings.profile.dimension
        assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5
        np.testing.assert_allclose(vector, world.expected_vector(text_of(content, context, metadata)), atol=1e-6)


def creates(world: World) -> int:
    """How many batches the emulator was made to create, deleted ones included."""
    return len(world.emulator.jobs())
