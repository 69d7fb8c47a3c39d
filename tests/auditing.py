"""What must be true of a world at any moment, whatever went wrong before."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import numpy as np

from engine.domain.batches import JobStatus
from engine.domain.documents import text_to_embed
from engine.domain.pricing import Mode, amount_pico
from engine.store import ledger
from tests.conftest import World

SETTLED = (
    JobStatus.COMPLETED,
    JobStatus.COMPLETED_WITH_ERRORS,
    JobStatus.FAILED,
    JobStatus.CANCELLED,
    JobStatus.EXPIRED,
)


def audit(world: World, *, unbilled: int = 0, removed: int = 0) -> None:
    """Counters, rows, ledger, bill and vectors fit each other.

    `unbilled` tokens are on the bill and cannot be in the ledger: their rows came without a readable count, or not at
    all. `removed` rows belong to chunks that were deleted before their row was answered.
    """
    counters_are_true(world)
    every_row_is_accounted_for(world, removed)
    ledger_is_the_bill(world, unbilled)
    vectors_are_those_of_the_texts(world)


def counters_are_true(world: World) -> None:
    rows = world.db.conn.execute(
        "SELECT CASE WHEN embedding_status = 'READY' THEN 'ready' WHEN embedding_status = 'FAILED' THEN 'failed'"
        " WHEN batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,"
        " CASE WHEN embedding_status = 'FAILED' THEN coalesce(failure_cause, 'other error') ELSE '' END,"
        " count(*), sum(coalesce(embed_chars, length(content))) FROM chunks GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    kept = world.db.conn.execute("SELECT * FROM chunk_counts WHERE chunks <> 0 ORDER BY bucket, cause").fetchall()
    assert kept == rows


def every_row_is_accounted_for(world: World, removed: int = 0) -> None:
    unaccounted = 0
    for job in world.jobs:
        live = world.db.conn.execute(
            "SELECT count(*) FROM chunks WHERE batch_job_id = ? AND embedding_status = 'PENDING'", (job.id,)
        ).fetchone()[0]
        if job.live:
            continue
        assert live == 0, f"{job.short} is {job.status} and still holds chunks"
        if job.google_job_id is not None and not job.duplicate:
            unaccounted += job.chunks - job.accounted
            assert job.accounted <= job.chunks
    assert unaccounted == removed


def ledger_is_the_bill(world: World, unbilled: int = 0) -> None:
    """To the token, job by job where all are settled; and every amount is tokens times price, exactly."""
    bill = world.emulator.bill()
    ended = {job.google_job_id for job in world.jobs if not job.live}
    billed = sum(entry["tokens"] for entry in bill["entries"] if entry["job"] in ended)
    entries = [entry for _, entry in ledger.entries(world.db, limit=100_000)]
    assert billed - sum(entry.tokens for entry in entries) == unbilled
    assert all(entry["key"] == world.environ["GEMINI_BATCH_API_KEY"][-4:] for entry in bill["entries"])
    spent = ledger.spend(world.db)
    pico = sum(amount_pico(entry.tokens, entry.price_per_million) for entry in entries)
    assert spent.amount == Decimal(pico) / 10**12
    assert spent.tokens == sum(entry.tokens for entry in entries)
    assert all(entry.mode is Mode.BATCH and entry.waste_tokens <= entry.tokens for entry in entries)
    assert max(Counter(entry.job_id for entry in entries).values(), default=1) == 1


def vectors_are_those_of_the_texts(world: World) -> None:
    rows = world.db.conn.execute(
        "SELECT c.id, c.content, c.context, c.metadata, v.embedding FROM chunks c LEFT JOIN vectors v"
        " ON v.chunk_id = c.id WHERE c.embedding_status = 'READY'"
    ).fetchall()
    for chunk_id, content, context, metadata, embedding in rows:
        assert embedding is not None, f"chunk {chunk_id} is READY without a vector"
        vector = np.frombuffer(embedding, "<f4")
        assert len(vector) == world.settings.profile.dimension
        assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5
        np.testing.assert_allclose(vector, world.expected_vector(text_to_embed(content, context, metadata)), atol=1e-6)


def creates(world: World) -> int:
    """How many batches the emulator was made to create, deleted ones included."""
    return len(world.emulator.jobs())
