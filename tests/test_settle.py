"""Settling: what becomes of every row, good or bad, and what it cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.domain.causes import Cause
from engine.domain.jobs import BatchJob, JobStatus
from engine.emulator import JobRule, RowRule, Scenario
from engine.emulator.embedding import count_tokens
from engine.store import jobs, ledger, reuse, vectors
from engine.store.requests import ESTIMATED
from engine.store.vectors import Paid
from tests.auditing import audit, creates
from tests.conftest import HOUR, MINUTE, World, Worlds

TEXTS = [f"{'Poison' if number % 4 == 0 else 'Text'} number {number} of the row tests" for number in range(20)]
POISONED = [text for text in TEXTS if "Poison" in text]
SPOILED_TOKENS = sum(count_tokens(POISONED))


def settled(world: World, *rules: RowRule, jobs: tuple[JobRule, ...] = ()) -> BatchJob:
    """One job over TEXTS under these faults, as it ended."""
    world.fill(TEXTS)
    world.misbehave(Scenario(rows=rules, jobs=jobs))
    job = world.manager.flush_queue(1).jobs[0]
    world.manager.sync_status()
    world.misbehave(None)
    return world.job(job.id)


def causes(world: World) -> dict[str, int]:
    return dict(world.sql("SELECT cause, chunks FROM chunk_counts WHERE bucket = 'failed' AND chunks > 0"))


@pytest.mark.parametrize(
    ("code", "message", "cause"),
    [
        (3, "The text is too long: 9000 tokens.", Cause.TOO_LONG),
        (3, "* content: the text is empty", Cause.EMPTY),
        (3, "Request contains an invalid argument.", Cause.INVALID),
        (11, "Out of range.", Cause.INVALID),
        (12, "Not implemented.", Cause.INVALID),
        (9, "Blocked by safety policy.", Cause.REFUSED),
    ],
)
def test_a_permanent_error_of_a_row_fails_its_chunk_at_once(
    world: World, code: int, message: str, cause: Cause
) -> None:
    job = settled(world, RowRule(do="error", contains="Poison", code=code, message=message))
    assert (job.status, job.ready, job.failed) == (JobStatus.COMPLETED_WITH_ERRORS, 15, 5)
    assert causes(world) == {cause: 5}
    audit(world)


@pytest.mark.parametrize("code", [1, 2, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16])
def test_a_passing_error_of_a_row_returns_its_chunk_with_a_pause(world: World, code: int) -> None:
    job = settled(world, RowRule(do="error", contains="Poison", code=code, message="Sorry."))
    assert (job.status, job.ready, job.returned) == (JobStatus.COMPLETED_WITH_ERRORS, 15, 5)
    assert world.chunk(1)["attempts"] == 1
    assert world.manager.flush_queue(1, force=True).jobs == ()
    world.clock.advance(HOUR)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


@pytest.mark.parametrize(
    ("fault", "fate", "lost"),
    [
        ("drop", "missing", 0),
        ("repeat", "ready", 0),
        ("unknown_key", "missing", 0),
        ("wrong_dimension", "failed", 0),
        ("nan", "returned", 0),
        ("bare_nan", "returned", 0),
        ("zero", "returned", 0),
        ("not_json", "missing", SPOILED_TOKENS),
        ("half_line", "missing", SPOILED_TOKENS),
        ("huge_line", "returned", 0),
    ],
)
def test_a_spoiled_row_is_no_vector_and_its_cost_is_waste(world: World, fault: str, fate: str, lost: int) -> None:
    """Of a line that cannot be read nobody but Google can tell the tokens: those are on the bill alone."""
    job = settled(world, RowRule(do=fault, contains="Poison"))
    spoiled = {"ready": 0, "missing": 0, "failed": 0, "returned": 0} | {fate: 5}
    assert (job.ready, job.missing, job.failed, job.returned) == (
        15 + spoiled["ready"],
        spoiled["missing"],
        spoiled["failed"],
        spoiled["returned"],
    )
    assert job.accounted == job.requests
    billed_and_useless = fault in ("unknown_key", "wrong_dimension", "nan", "bare_nan", "zero")
    assert job.waste_tokens == (SPOILED_TOKENS if billed_and_useless else 0)
    audit(world, unbilled=lost)


@pytest.mark.parametrize("fault", ["drop", "repeat", "unknown_key", "nan", "zero", "not_json", "half_line", "error"])
def test_rows_are_settled_alike_in_any_order_and_in_slices_of_any_size(make_world: Worlds, fault: str) -> None:
    """A repeated row may lie in a later slice than the first."""
    world = make_world(settings={"settle_slice": 1})
    job = settled(world, RowRule(do=fault, contains="Poison"), jobs=(JobRule(do="shuffle"),))
    assert job.accounted == job.requests == len(TEXTS)
    assert job.ready == (len(TEXTS) if fault == "repeat" else 15)
    audit(world, unbilled=SPOILED_TOKENS if fault in ("not_json", "half_line") else 0)


def test_a_job_whose_rows_all_failed_ends_and_is_not_fetched_again(world: World) -> None:
    job = settled(world, RowRule(do="error", code=3, message="Invalid."))
    assert (job.status, job.failed, job.tokens) == (JobStatus.COMPLETED_WITH_ERRORS, len(TEXTS), 0)
    assert world.manager.sync_status().jobs == ()
    audit(world)


def test_missing_rows_that_stay_away_fail_in_the_end(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(Scenario(rows=(RowRule(do="drop", contains="Poison"),)))
    for turn in range(5):
        world.fill([f"in turn {turn} a row that comes"])
        world.manager.flush_queue(1, force=True)
        world.manager.sync_status()
        world.clock.advance(2 * HOUR)
    assert causes(world) == {Cause.MISSING: 5}
    assert {world.chunk(number)["attempts"] for number in (1, 5, 9, 13, 17)} == {world.settings.retry.attempts}
    audit(world)


def test_back_off_doubles_and_the_budget_of_attempts_ends_it(world: World) -> None:
    world.fill(["Poison"])
    world.misbehave(Scenario(rows=(RowRule(do="error", code=14),)))
    pauses = []
    for _ in range(3):
        assert len(world.manager.flush_queue(1).jobs) == 1
        world.manager.sync_status()
        pause = 0
        while world.chunk(1)["embedding_status"] == "PENDING" and not world.manager.preflight(1).jobs:
            world.clock.advance(1)
            pause += 1
        pauses.append(pause)
    assert pauses == [30, 60, 0]
    assert world.chunk(1)["embedding_status"] == "FAILED"
    assert world.chunk(1)["attempts"] == 3
    audit(world)


def test_failed_chunks_are_retried_by_cause_job_or_id_and_permanent_ones_only_when_told(world: World) -> None:
    rules = (
        RowRule(do="error", regex="number (0|4) ", code=3, message="Invalid."),
        RowRule(do="error", regex="number (8|12) ", code=14),
    )
    world.configure(retry=type(world.settings.retry)(attempts=1))
    job = settled(world, *rules)
    assert causes(world) == {Cause.INVALID: 2, Cause.UNAVAILABLE: 2}
    manager = world.manager
    assert manager.retry_failed(cause=Cause.RATE_LIMITED).retried == 0
    report = manager.retry_failed()
    assert (report.retried, report.skipped_permanent) == (2, 2)
    assert world.chunk(9)["attempts"] == 0
    assert manager.retry_failed(ids=[1]).retried == 0
    assert manager.retry_failed(ids=[1], permanent=True).retried == 1
    assert manager.retry_failed(job=job.short, cause=Cause.INVALID, permanent=True).retried == 1
    manager.flush_queue(1)
    manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    audit(world)


def test_a_retried_chunk_whose_vector_is_here_by_now_is_ready_at_no_cost(world: World) -> None:
    """Another writer brought the vector, and left the chunk as it was."""
    settled(world, RowRule(do="error", contains="Poison", code=3, message="Invalid."))
    with world.db.writing():
        profile = vectors.profile_id(world.db, world.settings.vector_profile)
        text = world.chunk(1)["text_id"]
        vector = world.expected_vector(TEXTS[0]).tobytes()
        vectors.store(world.db, profile, [Paid(text, vector, 9, ESTIMATED)])
    report = world.manager.retry_failed()
    assert (report.retried, report.skipped_permanent) == (0, 4)
    assert (report.reused.chunks, report.reused.tokens, report.reused.guessed_tokens) == (1, 9, 9)
    assert report.reused == reuse.total(world.db)
    assert world.counts.ready == 16
    assert world.manager.retry_failed(permanent=True).retried == 4
    audit(world)


def test_failed_chunks_can_be_discarded(world: World) -> None:
    settled(world, RowRule(do="error", contains="Poison", code=3, message="Invalid."))
    assert world.manager.discard_failed(cause=Cause.EMPTY) == 0
    assert world.manager.discard_failed(ids=[1, 2]) == 1
    assert world.manager.discard_failed(cause=Cause.INVALID) == 4
    assert world.counts.total == world.counts.ready == 15
    audit(world)


def old_writer_changes(world: World, chunk_id: int, text: str) -> None:
    """As a writer that knows neither hashes nor states."""
    world.sql("UPDATE chunks SET content = ? WHERE id = ?", text, chunk_id)


def delete(world: World, chunk_id: int) -> None:
    world.sql("DELETE FROM chunks WHERE id = ?", chunk_id)


@pytest.mark.parametrize("fault", ["", "repeat", "zero", "wrong_dimension", "error", "drop"])
def test_a_text_that_changed_while_it_travelled_keeps_waiting_and_what_was_sent_is_waste(
    make_world: Worlds, fault: str
) -> None:
    world = make_world(latency=HOUR, scenario=Scenario(rows=(RowRule(do=fault, contains="Poison"),) if fault else ()))
    world.fill(TEXTS[:2])
    job_id = world.manager.flush_queue(1).jobs[0].id
    old_writer_changes(world, 1, "Something else altogether")
    world.clock.advance(HOUR)
    world.misbehave(None)
    world.manager.sync_status()
    assert world.chunk(1)["embedding_status"] == "PENDING"
    assert world.chunk(1)["batch_job_id"] is None
    job = world.job(job_id)
    assert job.accounted == job.requests
    assert job.unused == (0 if fault == "drop" else 1)
    world.clock.advance(HOUR)
    world.manager.flush_queue(1)
    world.clock.advance(HOUR)
    world.manager.sync_status()
    assert world.counts.ready == 2
    audit(world)


def test_a_text_that_changed_and_changed_back_is_not_paid_again(make_world: Worlds) -> None:
    world = make_world(latency=HOUR, scenario=Scenario(rows=(RowRule(do="repeat"),)), settings={"settle_slice": 1})
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    old_writer_changes(world, 1, "Something else altogether")
    old_writer_changes(world, 1, TEXTS[0])
    world.sql("""UPDATE chunks SET metadata = '{"seen": true}' WHERE id = 2""")
    world.clock.advance(HOUR)
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.ready, job.unused, job.status) == (len(TEXTS), 0, JobStatus.COMPLETED)
    audit(world)


@pytest.mark.parametrize("fault", ["", "repeat", "zero", "drop", "error"])
def test_the_cost_of_a_chunk_that_was_deleted_while_it_travelled_is_waste(make_world: Worlds, fault: str) -> None:
    world = make_world(latency=HOUR, scenario=Scenario(rows=(RowRule(do=fault, contains="Poison"),) if fault else ()))
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    delete(world, 1)
    world.clock.advance(HOUR)
    world.manager.sync_status()
    job = world.job(job_id)
    assert job.unused == (0 if fault == "drop" else 1)
    assert job.waste_tokens >= (count_tokens(TEXTS[:1])[0] if fault in ("", "repeat") else 0)
    audit(world)


def test_a_text_that_changed_between_claim_and_spool_is_sent_once_as_it_is_now(world: World) -> None:
    """The disk is full when the job is to be spooled; the text changes before there is room again."""
    world.fill(TEXTS)
    folder = world.workspace.path.with_name("halfrate.db.jobs")
    folder.write_text("no folder can be made here")
    assert world.manager.flush_queue(1).jobs[0].status is JobStatus.PLANNED
    old_writer_changes(world, 1, "Changed by a writer that knows no hashes")
    folder.unlink()
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert [(job.status, job.ready, job.unused) for job in world.jobs] == [
        (JobStatus.COMPLETED, len(TEXTS) - 1, 0),
        (JobStatus.COMPLETED, 1, 0),
    ]
    assert world.emulator.bill()["totals"]["batch"] == sum(
        count_tokens([*TEXTS[1:], "Changed by a writer that knows no hashes"])
    )
    audit(world)


def test_a_text_that_changed_twice_and_was_deleted_costs_what_was_sent_of_it(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    folder = world.workspace.path.with_name("halfrate.db.jobs")
    folder.write_text("no folder can be made here")
    world.manager.flush_queue(1)
    old_writer_changes(world, 1, "The second text")
    folder.unlink()
    world.manager.flush_queue(1)
    old_writer_changes(world, 1, "The third text")
    delete(world, 1)
    world.clock.advance(HOUR)
    world.manager.sync_status()
    assert [(job.ready, job.unused) for job in world.jobs] == [(len(TEXTS) - 1, 0), (0, 1)]
    audit(world)


def test_a_waiting_text_that_an_older_writer_changed_is_paid_once(world: World) -> None:
    world.fill(TEXTS)
    old_writer_changes(world, 1, "Changed while it waited, its hash left behind")
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1
    audit(world)


def test_an_older_writers_chunks_go_through_the_queue(world: World) -> None:
    """Its INSERT names its own columns only, and leaves the text to embed in the metadata."""
    now = "2026-11-24 12:00:00.000000"
    metadata = json.dumps({"_vector_source": "Title: Section: the text to embed", "other": 1})
    world.sql(
        'INSERT INTO documents ("id", "content", "metadata", "media_type", "created_at") VALUES (7, ?, ?, ?, ?)',
        "the text",
        "{}",
        "text/plain",
        now,
    )
    world.sql(
        'INSERT INTO chunks ("document_id", "chunk_index", "content", "chunk_type", "metadata",'
        ' "embedding_status", "created_at") VALUES (7, 0, ?, ?, ?, ?, ?)',
        "the text",
        "text",
        metadata,
        "PENDING",
        now,
    )
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == 1
    vector = world.vector(1)
    assert vector is not None
    assert vector @ world.expected_vector("Title: Section: the text to embed") > 0.999
    audit(world)


def test_a_result_file_that_vanished_is_fetched_again_and_settled_once(make_world: Worlds) -> None:
    world = make_world(settings={"settle_slice": 3})
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    turns = iter([False] * 3 + [True] * 100)
    manager = world.manager
    manager._stop = lambda: next(turns)
    manager.sync_status()
    (job,) = world.jobs
    assert job.status is JobStatus.FETCHED
    assert 0 < job.ready < len(TEXTS)
    next(Path(f"{world.workspace.path}.jobs").glob("*.results.jsonl")).unlink()
    assert "gone from the disk" in (world.manager.sync_status().problem or "")
    (job,) = world.jobs
    assert (job.status, job.ready) == (JobStatus.COMPLETED, len(TEXTS))
    audit(world)


def test_a_half_settled_job_that_is_released_books_what_it_brought(make_world: Worlds) -> None:
    world = make_world(settings={"settle_slice": 3})
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    turns = iter([False] * 3 + [True] * 100)
    manager = world.manager
    manager._stop = lambda: next(turns)
    manager.sync_status()
    (job,) = world.jobs
    next(Path(f"{world.workspace.path}.jobs").glob("*.results.jsonl")).unlink()
    name = (job.google_job_id or "").removeprefix("batches/")
    world.emulator.service.batches.delete(world.emulator.service.batches.find("emulator", name))
    world.manager.sync_status()
    world.manager.release(job.id)
    assert world.counts.pending == len(TEXTS) - job.ready
    assert ledger.spend(world.db).tokens == job.tokens > 0
    audit(world, unbilled=world.emulator.bill()["totals"]["batch"] - job.tokens)


def test_results_whose_download_is_cut_are_not_settled_and_not_paid_again(world: World) -> None:
    job = settled(world, jobs=(JobRule(do="cut_download"),))
    assert job.live
    assert "cut short" in (job.error or "")
    for _ in range(2):
        world.clock.advance(HOUR)
        world.manager.sync_status()
        world.manager.flush_queue(1, force=True)
    assert world.counts.in_batch == len(TEXTS)
    assert creates(world) == 1


def test_a_result_file_that_ends_early_is_fetched_again_until_it_has_not_grown_for_long(world: World) -> None:
    job = settled(world, jobs=(JobRule(do="short_file"),))
    assert job.live
    assert "seems incomplete" in (job.error or "")
    world.clock.advance(20 * MINUTE)
    world.manager.sync_status()
    assert world.job(job.id).live
    assert world.counts.in_batch == len(TEXTS)
    world.clock.advance(20 * MINUTE)
    world.manager.sync_status()
    ended = world.job(job.id)
    assert ended.status is JobStatus.COMPLETED_WITH_ERRORS
    assert 0 < ended.ready < len(TEXTS)
    assert ended.ready + ended.missing == len(TEXTS)
    assert world.counts.ready == ended.ready


def test_a_job_whose_every_row_is_missing_ends_after_the_same_wait(world: World) -> None:
    job = settled(world, RowRule(do="drop"))
    assert job.live
    world.clock.advance(40 * MINUTE)
    world.manager.sync_status()
    ended = world.job(job.id)
    assert ended.status is JobStatus.COMPLETED_WITH_ERRORS
    assert ended.missing == len(TEXTS)
    assert creates(world) == 1


def test_texts_at_the_models_limit_are_said_in_the_jobs_history(world: World) -> None:
    world.fill(["word " * 3000, "short"])
    world.misbehave(Scenario(too_long="truncate"))
    job = world.manager.flush_queue(1).jobs[0]
    world.manager.sync_status()
    notes = [event.note for event in jobs.history(world.db, job.id)]
    assert any("1 texts reached the model's input limit" in note for note in notes)


def test_a_text_above_the_limit_fails_and_says_why(world: World) -> None:
    world.fill(["word " * 3000, "short"])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert causes(world) == {Cause.TOO_LONG: 1}
    audit(world)


def test_a_history_of_retries_costs_exactly_what_google_bills(world: World) -> None:
    world.fill(TEXTS)
    world.misbehave(
        Scenario(
            rows=(
                RowRule(do="zero", fraction=0.2),
                RowRule(do="repeat", fraction=0.2),
                RowRule(do="unknown_key", fraction=0.2),
                RowRule(do="error", fraction=0.2),
                RowRule(do="drop", fraction=0.2),
            )
        )
    )
    for turn in range(12):
        world.fill([f"in turn {turn} a row that always comes: {number}" for number in range(30)])
        world.manager.flush_queue(1, force=True)
        world.manager.sync_status()
        world.manager.retry_failed(permanent=True)
        world.clock.advance(2 * HOUR)
        audit(world)
    unready = "SELECT count(*) FROM chunks WHERE id <= ? AND embedding_status <> 'READY'"
    assert world.sql(unready, len(TEXTS))[0][0] <= 2


def test_a_travelling_chunk_that_was_embedded_otherwise_costs_waste_and_keeps_its_vector(make_world: Worlds) -> None:
    """Another writer made it READY meanwhile, so what the job brings for it is not needed any more."""
    world = make_world(latency=HOUR)
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    world.sql("UPDATE chunks SET embedding_status = 'READY', batch_job_id = NULL WHERE id = 1")
    with world.db.writing():
        profile = vectors.profile_id(world.db, world.settings.vector_profile)
        vectors.bulk_update_vectors(world.db, profile, [(1, world.expected_vector(TEXTS[0]).tobytes())])
    world.clock.advance(HOUR)
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.ready, job.unused) == (len(TEXTS) - 1, 1)
    assert job.waste_tokens == count_tokens(TEXTS[:1])[0]
    audit(world)


@pytest.mark.parametrize("settle_slice", [1, 100])
@pytest.mark.parametrize("line", ["vector", "error", "zeros"])
def test_the_same_key_twice_counts_once_whatever_it_says(make_world: Worlds, settle_slice: int, line: str) -> None:
    """The result file on disk is doubled between the download and the settling."""
    world = make_world(settings={"settle_slice": 1})
    rows = {"vector": (), "error": (RowRule(do="error", contains="Poison"),), "zeros": (RowRule(do="zero"),)}
    world.misbehave(Scenario(rows=rows[line]))
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    manager = world.manager
    manager._stop = lambda: world.job(job_id).status is JobStatus.FETCHED
    manager.sync_status()
    results = next(Path(f"{world.workspace.path}.jobs").glob("*.results.jsonl"))
    results.write_bytes(results.read_bytes() * 2)
    world.configure(settle_slice=settle_slice)
    world.misbehave(None)
    world.manager.sync_status()
    job = world.job(job_id)
    assert job.accounted == job.requests == len(TEXTS)
    assert job.ready == {"vector": len(TEXTS), "error": 15, "zeros": 0}[line]
    audit(world)


TOKENS = count_tokens(TEXTS[2:3])[0]
BAD: dict[str, dict[str, object]] = {
    "refused for good": {"error": {"code": 3, "message": "Invalid."}},
    "refused for now": {"error": {"code": 14, "message": "Sorry."}},
    "spoiled": {
        "response": {"embedding": {"values": [0.0] * 8}, "usageMetadata": {"promptTokenCount": TOKENS}},
    },
    "unreadable": {"note": "neither a vector nor an error"},
}


def fetched(world: World) -> tuple[str, Path]:
    """A job over the first three texts whose first result is settled and no other: its id, and the file."""
    settings = world.settings
    world.configure(settle_slice=1)
    world.fill(TEXTS[:3])
    job_id = world.manager.flush_queue(1).jobs[0].id
    manager = world.manager
    manager._stop = lambda: world.job(job_id).status is JobStatus.FETCHED
    manager.sync_status()
    world.settings = settings
    return job_id, next(Path(f"{world.workspace.path}.jobs").glob("*.results.jsonl"))


def two_rows_for_the_last(results: Path, bad: str, *, good_first: bool) -> None:
    """A bad row beside the good one of the last text, with that of the second between them."""
    settled, other, good = results.read_bytes().splitlines()
    pair = [json.dumps({"key": json.loads(good)["key"], **BAD[bad]}).encode(), good]
    first, last = reversed(pair) if good_first else pair
    results.write_bytes(b"\n".join([settled, first, other, last, b""]))


@pytest.mark.parametrize("settle_slice", [1, 100])
@pytest.mark.parametrize("good_first", [False, True], ids=["bad first", "good first"])
@pytest.mark.parametrize("bad", BAD)
def test_a_good_row_is_kept_whatever_another_row_of_its_key_says(
    make_world: Worlds, bad: str, settle_slice: int, *, good_first: bool
) -> None:
    world = make_world(settings={"settle_slice": settle_slice})
    job_id, results = fetched(world)
    two_rows_for_the_last(results, bad, good_first=good_first)
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.status, job.ready, job.accounted) == (JobStatus.COMPLETED, 3, 3)
    assert (job.tokens, job.waste_tokens) == (sum(count_tokens(TEXTS[:3])), 0)
    assert (world.counts.ready, causes(world)) == (3, {})
    audit(world)


@pytest.mark.parametrize("bad", BAD)
def test_a_vector_that_comes_after_all_for_a_text_that_nobody_has_any_more_is_kept_unused(
    make_world: Worlds, bad: str
) -> None:
    world = make_world(settings={"settle_slice": 1})
    job_id, results = fetched(world)
    two_rows_for_the_last(results, bad, good_first=False)
    manager = world.manager
    manager._stop = lambda: world.job(job_id).accounted > 1
    manager.sync_status()
    delete(world, 3)
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.ready, job.unused, job.accounted) == (2, 1, 3)
    assert job.waste_tokens == TOKENS
    world.fill(TEXTS[2:3])
    assert world.counts.ready == 2
    world.manager.flush_queue(1)
    assert (world.counts.ready, creates(world)) == (3, 1)
    audit(world)


def test_a_count_that_came_with_a_spoiled_row_stands_when_the_good_one_brings_none(make_world: Worlds) -> None:
    world = make_world(settings={"settle_slice": 1})
    job_id, results = fetched(world)
    two_rows_for_the_last(results, "spoiled", good_first=False)
    *others, last = results.read_bytes().splitlines()
    row = json.loads(last)
    del row["response"]["usageMetadata"]
    results.write_bytes(b"\n".join([*others, json.dumps(row).encode(), b""]))
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.ready, job.tokens, job.guessed_tokens) == (3, sum(count_tokens(TEXTS[:3])), 0)
    audit(world)


def test_discarding_names_a_cause_or_ids(world: World) -> None:
    with pytest.raises(ValueError, match="cause"):
        world.manager.discard_failed()
