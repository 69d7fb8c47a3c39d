"""What lists show: jobs, failed chunks, a job's chunks, cost lines and their entries, log lines; by pages, by words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import get_args

import pytest

from engine.domain.ledger import LedgerEntry
from engine.domain.pricing import Mode
from engine.emulator import RowRule, Scenario
from engine.settings import Limits, Retry
from engine.store import batches, documents, events, ledger, queue
from engine.store.connection import writing
from engine.store.search import containing, joined
from tests.conftest import World, Worlds

BYS: tuple[ledger.By, ...] = get_args(ledger.By)
TRICKY = ["100% sure", "under_score", "back\\slash", "'; DROP TABLE chunks; --", "[/bold] Traceback", "\ud800 lone"]


@pytest.fixture
def many(make_world: Worlds) -> World:
    """Five ended jobs of three chunks each, then two live ones, a minute apart."""
    world = make_world(latency=30.0, settings={"limits": Limits(requests_per_job=3)})
    for number in range(7):
        world.fill([f"text {number}-{place}" for place in range(3)])
        world.manager.flush_queue(1)
        world.clock.advance(60)
        if number < 5:
            world.manager.sync_status()
    return world


def failing(make_world: Worlds, texts: list[str]) -> World:
    """A world in which all of these texts failed, by one cause."""
    world = make_world(settings={"retry": Retry(attempts=1)})
    world.fill(texts)
    world.misbehave(Scenario(rows=(RowRule(do="error", fraction=1.0, code=3, message="Nothing of 5% fits"),)))
    world.manager.flush_queue(1)
    world.manager.sync_status()
    return world


def cause_of(world: World) -> str:
    [cause] = queue.failure_causes(world.db)
    return cause.cause


def test_live_jobs_stand_before_the_newest_ended_ones(many: World) -> None:
    made = [job.id for job in many.jobs]
    assert [job.id for job in batches.page(many.db)] == [*made[5:], *reversed(made[:5])]
    assert batches.page(many.db) == batches.dashboard(many.db, 50)


@pytest.mark.parametrize("order", batches.ORDERS)
def test_pages_of_jobs_add_up_to_all_of_them_in_every_order(many: World, order: batches.Order) -> None:
    whole = batches.page(many.db, order=order)
    pages = [batches.page(many.db, order=order, limit=3, offset=offset) for offset in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [job for page in pages for job in page] == whole
    assert batches.count(many.db) == len(whole) == 7


def test_jobs_are_found_by_state_and_by_the_start_of_their_id(many: World) -> None:
    assert {job.status for job in batches.page(many.db, words="complet")} == {"COMPLETED"}
    job = many.jobs[2]
    assert batches.page(many.db, words=f"{job.id[:12]} completed") == [job]
    assert batches.count(many.db, words=f"{job.id[:12]} failed") == 0


@pytest.mark.parametrize("word", TRICKY)
def test_words_are_taken_as_they_are(world: World, word: str) -> None:
    clean = word.encode("utf-8", "replace").decode()
    where, values = containing(joined("x", "y"), word)
    query = (
        f"SELECT count(*) FROM (SELECT ? AS x, NULL AS y UNION ALL SELECT 'something else', 'and more') WHERE {where}"
    )
    assert world.db.conn.execute(query, (f"before {clean} behind", *values)).fetchone()[0] == 1


def test_no_words_exclude_nothing() -> None:
    assert containing("x", "  \t ") == ("TRUE", [])


def test_pages_of_failed_chunks_add_up_and_the_counts_agree(make_world: Worlds) -> None:
    world = failing(make_world, [f"{'even' if number % 2 == 0 else 'odd'} text {number}" for number in range(25)])
    cause = cause_of(world)
    found: list[int] = []
    while page := queue.failed_page(world.db, cause=cause, after_id=found[-1] if found else 0, limit=10):
        found += [chunk.id for chunk in page]
    assert found == queue.failed_ids(world.db, cause)
    assert len(found) == queue.count_failed(world.db, cause) == 25


def test_failed_chunks_are_found_by_text_error_and_source(make_world: Worlds) -> None:
    world = failing(make_world, [f"{'even' if number % 2 == 0 else 'odd'} text {number}" for number in range(25)])
    cause = cause_of(world)
    even = queue.failed_page(world.db, cause=cause, words="EVEN")
    assert [chunk.content.split()[0] for chunk in even] == ["even"] * 13
    assert queue.failed_ids(world.db, cause, words="even") == [chunk.id for chunk in even]
    assert queue.count_failed(world.db, cause, words="even") == 13
    assert queue.count_failed(world.db, cause, words="5% source-1.txt") == 25
    assert queue.count_failed(world.db, cause, words="5%x") == 0


def test_chunks_of_earlier_writers_that_failed_without_a_cause_are_listed_as_other_error(world: World) -> None:
    ids = world.fill(["one", "two"])
    with writing(world.db):
        world.db.conn.execute("UPDATE chunks SET embedding_status = 'FAILED', error_message = NULL")
    assert [chunk.id for chunk in queue.failed_page(world.db, cause="other error")] == ids
    assert queue.count_failed(world.db, "other error") == 2
    assert queue.count_failed(world.db, "other error", words="two") == 1


def test_the_chunks_of_a_job_are_counted_and_listed(many: World) -> None:
    ended, live = many.jobs[0], many.jobs[6]
    assert queue.count_by_status(many.db, ended.id) == {"READY": 3}
    assert queue.count_by_status(many.db, live.id) == {"PENDING": 3}
    first, *rest = queue.job_chunks(many.db, ended.id)
    assert (first.start, first.status, first.source) == ("text 0-0", "READY", "source-1.txt")
    assert first.tokens is None or first.tokens > 0
    assert queue.job_chunks(many.db, ended.id, after_id=first.id) == rest
    assert len(queue.job_chunks(many.db, ended.id, limit=2)) == 2
    assert queue.job_chunks(many.db, ended.id, words="READY 0-0") == [first]
    assert queue.count_job_chunks(many.db, ended.id, words="ready 0-0") == 1
    assert queue.count_job_chunks(many.db, ended.id) == 3


def booked(world: World, days: int = 3) -> None:
    """Batch jobs and synchronous requests on several days, of two models and keys."""
    with writing(world.db):
        for number in range(days * 4):
            batch = number % 2 == 0
            ledger.post(
                world.db,
                LedgerEntry(
                    at=world.clock.now - timedelta(days=number // 4),
                    mode=Mode.BATCH if batch else Mode.SYNCHRONOUS,
                    key_label="batch" if batch else "default",
                    key_tail="2222",
                    model=f"model-{number % 3}",
                    requests=10,
                    tokens=1000 + number,
                    waste_tokens=number,
                    price_per_million=Decimal("0.075") if batch else Decimal("0.15"),
                    sync_price_per_million=Decimal("0.15"),
                    price_label="a list of 2026-11-01",
                    estimated_tokens=900 if batch else 0,
                    job_id=f"job-{number}" if batch else None,
                ),
            )


@pytest.mark.parametrize("by", BYS)
def test_every_cost_line_is_the_sum_of_the_entries_behind_it(world: World, by: ledger.By) -> None:
    booked(world)
    lines = ledger.lines(world.db, by)
    assert len(lines) == ledger.count_lines(world.db, by)
    seen: set[int] = set()
    for line in lines:
        entries = ledger.entries_behind(world.db, by, line)
        assert len(entries) == ledger.count_behind(world.db, by, line)
        assert sum(entry.tokens for _, entry in entries) == line.spend.tokens
        assert sum(entry.tokens * entry.price_per_million / 10**6 for _, entry in entries) == line.spend.amount
        assert sum(entry.estimated_tokens for _, entry in entries) == line.estimated_tokens
        assert seen.isdisjoint(number for number, _ in entries)
        seen.update(number for number, _ in entries)
    assert seen == {number for number, _ in ledger.entries(world.db)}


def test_a_line_is_read_again_by_its_key(world: World) -> None:
    booked(world, days=2)
    for by in BYS:
        for each in ledger.lines(world.db, by):
            assert ledger.line(world.db, by, each) == each
    [first, *_] = ledger.lines(world.db, "day")
    with writing(world.db):
        entry = replace(ledger.entries_behind(world.db, "day", first)[0][1], job_id=None)
        ledger.post(world.db, entry)
    again = ledger.line(world.db, "day", first)
    assert again is not None
    assert again.spend.requests == first.spend.requests + entry.requests


def test_lines_and_entries_are_found_by_words(world: World) -> None:
    booked(world)
    assert {line.key for line in ledger.lines(world.db, "key", words="BAT")} == {"batch"}
    assert ledger.count_lines(world.db, "job", words="job-1") == 1
    [batch] = ledger.lines(world.db, "mode", words="batch")
    assert [entry.job_id for _, entry in ledger.entries_behind(world.db, "mode", batch, words="job-10")] == ["job-10"]
    assert ledger.count_behind(world.db, "mode", batch, words="job-10") == 1


def test_documents_and_their_chunks_are_found_by_words_and_counted(world: World) -> None:
    for number in range(5):
        world.fill([f"text {number} {place}" for place in range(3)])
    found = documents.list_documents(world.db, filter="source-3 A")
    assert [row.source for row in found] == ["source-3.txt"]
    assert documents.count_documents(world.db, filter="source-3") == 1
    assert documents.count_documents(world.db) == 5
    [chunk] = documents.read_chunks(world.db, found[0].id, words="pending text 1")
    assert chunk.chunk_index == 1
    assert documents.count_chunks(world.db, found[0].id, words="pending text 1") == 1
    assert documents.count_chunks(world.db, found[0].id) == 3


def test_lines_and_entries_are_paged(world: World) -> None:
    booked(world, days=5)
    days = ledger.lines(world.db, "day")
    assert [line.key for line in days] == sorted((str(line.key) for line in days), reverse=True)
    assert [*ledger.lines(world.db, "day", limit=4), *ledger.lines(world.db, "day", limit=100, offset=4)] == days
    assert ledger.lines(world.db, "job", limit=1)[0].key == "job-18"
    batch = ledger.lines(world.db, "mode")[0]
    whole = ledger.entries_behind(world.db, "mode", batch)
    assert ledger.entries_behind(world.db, "mode", batch, before_id=whole[2][0], limit=2) == whole[3:5]


def test_the_error_of_an_estimate_leaves_waste_out(world: World) -> None:
    booked(world, days=1)
    first = next(line for line in ledger.lines(world.db, "job") if line.key == "job-2")
    assert first.error_percent == pytest.approx(-10.0)
    assert all(line.error_percent is None for line in ledger.lines(world.db, "job") if line.mode is Mode.SYNCHRONOUS)


def test_the_days_add_up_to_the_whole(world: World) -> None:
    booked(world)
    days = ledger.daily(world.db)
    assert [day.day for day in days] == sorted(day.day for day in days)
    assert sum(day.amount for day in days) == ledger.spend(world.db).amount
    assert sum(day.at_sync_price for day in days) == ledger.spend(world.db).at_sync_price


def test_log_lines_are_found_and_paged_backwards(world: World) -> None:
    with writing(world.db):
        for number in range(9):
            events.log(world.db, world.clock.now, "worker", f"line {number}", "error" if number % 3 == 0 else "info")
    assert [event.message for event in events.find(world.db, "error line")] == ["line 6", "line 3", "line 0"]
    assert events.count(world.db, "error line") == 3
    newest = events.find(world.db, "", limit=4)
    assert [event.message for event in events.find(world.db, "", before_id=newest[-1].id, limit=2)] == [
        "line 4",
        "line 3",
    ]
    assert events.count(world.db) == 9
