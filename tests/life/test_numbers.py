"""Counts, estimates and amounts say what happened, whoever else writes and whatever comes late or without a count."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.domain.jobs import JobStatus, Trouble
from engine.emulator import CallRule, JobRule, Scenario
from engine.emulator.embedding import count_tokens
from engine.ingest import ingest_paths
from engine.settings import Limits
from engine.store import ledger
from tests.auditing import audit, counters_are_true, creates, ledger_is_sound
from tests.conftest import HOUR, World, Worlds
from tests.life.test_second_look import kept_copy, put_back

TEXTS = [f"The text {number} whose tokens are counted by somebody." for number in range(6)]


def replaced(world: World, chunk: int, text: str) -> None:
    """Another program replaces a waiting chunk: the deletion that SQLite makes for it fires no trigger."""
    with closing(sqlite3.connect(world.workspace.path)) as db, db:
        db.execute(
            "INSERT OR REPLACE INTO chunks (id, document_id, chunk_index, content, chunk_type, metadata, created_at,"
            " embedding_status) SELECT id, document_id, chunk_index, ?, chunk_type, metadata, created_at, 'PENDING'"
            " FROM chunks WHERE id = ?",
            (text, chunk),
        )


def test_a_flush_ends_and_repairs_the_counters_when_another_program_replaced_what_waits(world: World) -> None:
    first, _ = world.fill(["the old text", "another text"])
    replaced(world, first, "the new text")
    [job] = world.manager.flush_queue(1).jobs
    assert (job.requests, job.chunks) == (2, 2)
    world.manager.sync_status()
    assert world.counts.ready == world.counts.total == 2
    assert world.emulator.bill()["totals"]["batch"] == sum(count_tokens(["the new text", "another text"]))
    audit(world)


def test_a_flush_ends_when_the_text_that_was_replaced_has_its_vector_from_elsewhere(world: World) -> None:
    folder = world.workspace.path.with_name("docs")
    folder.mkdir()
    (folder / "a.txt").write_text("the old text\n", "utf-8")
    world.workspace.ingest([folder])
    [(chunk,)] = world.sql("SELECT id FROM chunks")
    replaced(world, chunk, "the new text")
    (folder / "b.txt").write_text("the old text\n", "utf-8")
    assert world.workspace.ingest([folder], mode="sync").requests == 1
    [job] = world.manager.flush_queue(1).jobs
    assert (job.requests, job.chunks) == (1, 1)
    counters_are_true(world)


def test_results_that_google_never_manages_to_give_are_a_trouble_with_a_way_out(world: World) -> None:
    world.misbehave(Scenario(calls=(CallRule(on="download", do="error", status=503, times=0),)))
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    for _ in range(3):
        world.manager.sync_status()
        world.clock.advance(12 * HOUR)
    assert (world.job(job_id).live, world.job(job_id).trouble) == (True, Trouble.NO_RESULTS)
    assert world.manager.release(job_id) == len(TEXTS)
    assert world.counts.pending == len(TEXTS)


@pytest.mark.parametrize("text", [TEXTS[0], "what the older writer made of it"], ids=["as it was", "edited"])
def test_a_ready_chunk_that_an_older_writer_puts_back_waits_though_it_names_a_job_that_ended(
    world: World, text: str
) -> None:
    chunk, *_ = world.fill(TEXTS)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.chunk(chunk)["batch_job_id"]
    world.sql("UPDATE chunks SET content = ?, embedding_status = 'PENDING' WHERE id = ?", text, chunk)
    assert (world.counts.pending, world.counts.in_batch) == (1, 0)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    assert creates(world) == 1 + (text != TEXTS[0])
    audit(world)


def test_a_direct_answer_is_booked_that_comes_after_its_request_was_given_up(world: World) -> None:
    folder = world.workspace.path.with_name("docs")
    folder.mkdir()
    for number, text in enumerate(TEXTS[:2]):
        (folder / f"{number}.txt").write_text(text, "utf-8")
    world.configure(limits=Limits(sync_requests_per_minute=1))
    struck: list[tuple[int, ...]] = []

    def an_hour_passes(_: float) -> None:
        world.clock.advance(HOUR)
        world.manager.sync_status()
        struck.extend(world.sql("SELECT count(*) FROM requests WHERE outcome = 'lost'"))

    report = ingest_paths(
        world.db,
        [folder],
        mode="sync",
        settings=world.settings,
        clock=world.clock,
        gemini=world.gemini,
        keyring=world.workspace.keyring(),
        sleep=an_hour_passes,
    )
    assert struck == [(1,)]
    assert world.counts.ready == 2
    assert report.tokens == ledger.spend(world.db).tokens == world.emulator.bill()["totals"]["synchronous"]
    assert world.sql("SELECT outcome, count(*) FROM requests GROUP BY 1") == [("useful", 2)]
    ledger_is_sound(world)
    counters_are_true(world)


def test_rows_without_a_count_of_a_batch_that_nobody_remembers_are_estimated_and_marked(world: World) -> None:
    world.misbehave(Scenario(row_counts=0.0))
    copy = kept_copy(world)
    world.fill(TEXTS)
    world.manager.flush_queue(1)
    shutil.rmtree(world.workspace.path.with_name("halfrate.db.jobs"))
    put_back(world, copy)
    world.manager.sync_status()
    [job] = world.jobs
    assert (job.found, job.unused) == ("orphan", len(TEXTS))
    assert job.tokens == job.guessed_tokens > 0
    [entry] = ledger.postings(world.db)
    assert (entry.tokens, entry.guessed_tokens) == (job.tokens, job.tokens)
    assert world.sql("SELECT count(*), basis FROM requests WHERE tokens > 0 GROUP BY basis") == [
        (len(TEXTS), "estimated")
    ]
    ledger_is_sound(world)


def test_estimates_are_learned_from_rows_that_google_counted_alone(world: World) -> None:
    denied = CallRule(on="count_tokens", do="error", status=403, times=0)
    world.misbehave(Scenario(row_counts=0.5, calls=(denied,)))
    world.fill([f"text {number} of some sixty characters in all, or so they say" for number in range(40)])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    counted = [
        text
        for (text,) in world.sql(
            "SELECT c.content FROM chunks c JOIN requests r ON r.text_id = c.text_id WHERE r.basis IS NULL"
        )
    ]
    assert 0 < len(counted) < 40
    learned_from = (float(sum(map(len, counted))), sum(count_tokens(counted)))
    assert world.sql("SELECT characters, tokens FROM token_rules") == [learned_from]


def test_a_failed_job_that_is_followed_again_and_fails_again_has_each_request_once(world: World) -> None:
    world.misbehave(Scenario(jobs=(JobRule(do="fail"),)))
    world.fill(TEXTS)
    job_id = world.manager.flush_queue(1).jobs[0].id
    world.manager.sync_status()
    assert world.job(job_id).returned == len(TEXTS)
    followed = world.manager.adopt(job_id)
    assert (followed.status, followed.requests, followed.returned) == (JobStatus.SUBMITTED, len(TEXTS), 0)
    assert world.counts.in_batch == len(TEXTS)
    world.manager.sync_status()
    job = world.job(job_id)
    assert (job.status, job.accounted, job.returned) == (JobStatus.FAILED, len(TEXTS), len(TEXTS))
    assert world.counts.resting == len(TEXTS)
    audit(world)


LETTERS = st.sampled_from(["a", "é", "日", "\x01", '"', "\\", "\u2028", "\U0001f375"])


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a world an example is too slow to shrink in
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    sizes=st.lists(st.tuples(LETTERS, st.integers(1, 300)), min_size=1, max_size=12),
    input_bytes=st.sampled_from([400, 3_000, 20_000]),
    requests=st.sampled_from([5, 1_000]),
)
def test_a_flush_sends_what_the_dry_run_showed_however_few_bytes_a_job_may_have(
    make_world: Worlds, sizes: list[tuple[str, int]], input_bytes: int, requests: int
) -> None:
    limits = Limits(input_bytes_per_job=input_bytes, requests_per_job=requests)
    world = make_world(settings={"limits": limits})
    world.fill([f"{number}{letter * length}" for number, (letter, length) in enumerate(sizes)])
    plan = world.manager.preflight(1).plan
    report = world.manager.flush_queue(1)
    sent = [(job.requests, job.chunks, job.characters, job.estimated_tokens) for job in report.jobs]
    assert sent == [(job.cut.texts, job.chunks, job.cut.characters, job.tokens) for job in plan.jobs]
    assert report.held == plan.held
    assert all(job.input_bytes <= input_bytes or job.requests == 1 for job in report.jobs)
    world.close()
    world.emulator.stop()
