"""A text is paid for once: what costs nothing the second time, and what says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from engine.domain.models import Profile
from engine.emulator import CallRule, RowRule, Scenario
from engine.emulator.embedding import count_tokens
from engine.ingest import IngestReport
from engine.settings import Chunking, ProfileTable
from engine.store import reuse, vectors
from tests.auditing import audit, creates, ledger_is_sound, vectors_are_those_of_the_texts
from tests.conftest import World, Worlds

PAGE = "# Tea\n\nSteep the leaves for three minutes.\n\n## Water\n\nSoft water is best, and it must be fresh.\n"


class Docs:
    """A folder that is taken in again and again, and a queue that is emptied after it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.folder = world.workspace.path.with_name("docs")
        self.folder.mkdir(exist_ok=True)
        self.workspace = replace(world.workspace)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def ingest(self, mode: str = "async") -> IngestReport:
        return self.workspace.ingest([self.folder], mode=mode)  # type: ignore[arg-type]

    def paid(self) -> int:
        """Takes the folder in, sends what waits, and returns what the bill says by then."""
        self.ingest()
        self.world.manager.flush_queue(1)
        self.world.manager.sync_status()
        assert self.world.counts.ready == self.world.counts.total
        audit(self.world)
        return self.world.emulator.bill()["totals"]["batch"]


@pytest.fixture
def docs(make_world: Worlds) -> Docs:
    return Docs(make_world(settings={"chunking": Chunking(max_characters=70)}))


def renamed(docs: Docs) -> None:
    (docs.folder / "tea.md").rename(docs.folder / "chai.md")


def title_changed_and_changed_back(docs: Docs) -> None:
    docs.write("tea.md", PAGE.replace("# Tea", "# Chai", 1))
    docs.ingest()
    docs.write("tea.md", PAGE)


def edit_taken_back(docs: Docs) -> None:
    docs.write("tea.md", PAGE.replace("three", "four"))
    docs.ingest()
    docs.write("tea.md", PAGE)


def copied(docs: Docs) -> None:
    docs.write("copy.md", PAGE)


def deleted_and_taken_in_again(docs: Docs) -> None:
    docs.world.sql("DELETE FROM documents WHERE source LIKE '%tea.md'")


def cut_anew_into_the_same_texts(docs: Docs) -> None:
    settings = msgspec.structs.replace(docs.workspace.settings, chunking=Chunking(max_characters=71))
    docs.workspace = replace(docs.workspace, settings=settings)


@pytest.mark.parametrize(
    "change",
    [
        renamed,
        title_changed_and_changed_back,
        edit_taken_back,
        copied,
        deleted_and_taken_in_again,
        cut_anew_into_the_same_texts,
    ],
)
def test_what_was_paid_for_is_found_again_by_its_text(docs: Docs, change: Callable[[Docs], None]) -> None:
    docs.write("tea.md", PAGE)
    first = docs.paid()
    change(docs)
    report = docs.ingest()
    assert docs.paid() == first
    if change is not cut_anew_into_the_same_texts:
        assert report.reused.chunks == report.stored.chunks_added + report.stored.chunks_changed > 0
        assert report.reused.tokens > 0
        assert reuse.total(docs.world.db).chunks == report.reused.chunks


def test_an_edit_costs_the_text_that_is_new(docs: Docs) -> None:
    docs.write("tea.md", PAGE)
    first = docs.paid()
    docs.write("tea.md", PAGE.replace("three", "four"))
    new = docs.world.sql("SELECT 1 FROM chunks")
    assert docs.paid() == first + sum(count_tokens(["# Tea\n\nSteep the leaves for four minutes."]))
    assert len(docs.world.sql("SELECT 1 FROM chunks")) == len(new)


def test_equal_texts_of_one_flush_are_one_request(world: World) -> None:
    world.fill(["the same"] * 5 + ["another"])
    (job,) = world.manager.flush_queue(1).jobs
    assert (job.requests, job.chunks) == (2, 6)
    report = world.manager.sync_status()
    assert world.counts.ready == 6
    assert (report.reused.chunks, report.reused.tokens) == (4, 4 * count_tokens(["the same"])[0])
    assert world.emulator.bill()["totals"]["batch"] == sum(count_tokens(["the same", "another"]))
    audit(world)


def test_a_text_that_travels_is_waited_for_and_not_sent(make_world: Worlds) -> None:
    world = make_world(latency=3600.0)
    docs = Docs(world)
    docs.write("tea.md", PAGE)
    docs.ingest()
    world.manager.flush_queue(1)
    docs.write("copy.md", PAGE)
    report = docs.ingest()
    assert report.stored.shared == report.stored.chunks_added > 0
    assert world.counts.pending == 0
    assert world.manager.flush_queue(1).jobs == ()
    world.clock.advance(7200)
    world.manager.sync_status()
    assert world.counts.ready == world.counts.total
    assert creates(world) == 1
    audit(world)


def test_a_direct_ingest_pays_for_what_is_new_and_takes_up_what_waits(docs: Docs) -> None:
    docs.write("tea.md", PAGE)
    docs.ingest()
    docs.world.fill(["a chunk of another document"])
    report = docs.ingest("sync")
    assert report.chunks_ready == docs.world.counts.ready > 0
    assert report.left_waiting == 1
    docs.write("copy.md", PAGE)
    again = docs.ingest("sync")
    assert (again.chunks_ready, again.tokens) == (0, 0)
    assert again.reused.chunks == report.chunks_ready
    assert docs.world.emulator.bill()["totals"]["synchronous"] == report.tokens
    ledger_is_sound(docs.world)


@pytest.mark.parametrize("dimension", [8, 15])
def test_a_smaller_dimension_is_cut_from_the_vectors_that_are_here(world: World, dimension: int) -> None:
    texts = [f"a text to cut, number {number}" for number in range(9)]
    world.fill(texts)
    world.manager.flush_queue(1)
    world.manager.sync_status()
    paid = world.emulator.bill()["totals"]["batch"]
    world.configure(profile=ProfileTable(dimension=dimension))
    world.fill([*texts, "a new one"])
    report = world.manager.flush_queue(1)
    assert [job.requests for job in report.jobs] == [1]
    assert report.reused.chunks == len(texts)
    world.manager.sync_status()
    assert world.emulator.bill()["totals"]["batch"] == paid + count_tokens(["a new one"])[0]
    assert vectors.count_vectors(world.db)[Profile(dimension=dimension)] == len(texts) + 1
    derived = world.sql("SELECT count(*) FROM vectors WHERE derived_from IS NOT NULL")
    assert derived == [(len(texts),)]
    vectors_are_those_of_the_texts(world)


def test_a_larger_dimension_is_paid_for(world: World) -> None:
    world.fill(["a text"])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    world.configure(profile=ProfileTable(dimension=32))
    world.fill(["a text"])
    assert world.manager.flush_queue(1).jobs[0].requests == 1


REFUSE_COUNTING = CallRule(on="count_tokens", do="error", status=400, times=0)
COUNTLESS = Scenario(row_counts=0.0, answer_counts=0.0)


@pytest.mark.parametrize("counting", [True, False], ids=["counted by Google", "estimated"])
def test_a_row_without_a_count_is_not_free(world: World, counting: bool) -> None:  # noqa: FBT001
    texts = [f"a text without a count, number {number}" for number in range(7)]
    world.fill(texts)
    world.misbehave(COUNTLESS if counting else msgspec.structs.replace(COUNTLESS, calls=(REFUSE_COUNTING,)))
    (job,) = world.manager.flush_queue(1).jobs
    world.manager.sync_status()
    job = world.job(job.id)
    billed = world.emulator.bill()["totals"]["batch"]
    if counting:
        assert (job.tokens, job.guessed_tokens) == (billed, 0)
    else:
        assert job.tokens == job.guessed_tokens > 0
    basis = world.sql("SELECT DISTINCT basis FROM requests WHERE submission_id = ?", job.submission)
    assert basis == [("counted" if counting else "estimated",)]
    ledger_is_sound(world)


@pytest.mark.parametrize("counting", [True, False], ids=["counted by Google", "estimated"])
def test_a_direct_answer_without_a_count_is_not_free(docs: Docs, counting: bool) -> None:  # noqa: FBT001
    docs.write("tea.md", PAGE)
    docs.world.misbehave(COUNTLESS if counting else msgspec.structs.replace(COUNTLESS, calls=(REFUSE_COUNTING,)))
    report = docs.ingest("sync")
    assert report.tokens > 0
    if counting:
        assert report.tokens == docs.world.emulator.bill()["totals"]["synchronous"]
    ledger_is_sound(docs.world)


def test_rows_that_bring_tokens_and_no_vector_count_as_requests(world: World) -> None:
    world.fill([f"{'Poison' if number < 3 else 'Text'} number {number}" for number in range(8)])
    world.misbehave(Scenario(rows=(RowRule(do="no_vector", contains="Poison"),)))
    world.manager.flush_queue(1)
    world.manager.sync_status()
    (entry,) = world.emulator.bill()["entries"]
    assert world.sql("SELECT sum(requests), sum(tokens) FROM postings WHERE account LIKE 'paid:%'") == [
        (entry["requests"], entry["tokens"])
    ]
    audit(world)
