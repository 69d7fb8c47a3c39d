"""The plan: every job within its limits, every held chunk with one reason, from a list as from a file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from engine.domain import money
from engine.domain.budgets import Budget
from engine.domain.estimates import Basis
from engine.domain.kinds import KNOWN, Kinds, kinds_of
from engine.domain.models import MODELS, Profile
from engine.domain.plan import Cut, Held, JobLimits, JobSize, Plan, PlannedJob, Terms, plan, whole_queue
from engine.domain.room import Allowance, Reason, Room, room_of
from engine.domain.rule import Rule
from engine.store.sqlite.connection import open_database
from engine.store.sqlite.database import SqliteDb
from engine.store.waiting import WaitingTexts
from engine.wording import reason
from tests import rows

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PRICE = MODELS["gemini-embedding-001"].price


@dataclass(frozen=True)
class Text:
    """A waiting text."""

    id: int
    chunks: int
    characters: int

    @property
    def content(self) -> str:
        """Of letters, digits, spaces and signs."""
        return f"{self.id} tea".ljust(self.characters, ".")

    @property
    def kinds(self) -> Kinds:
        return kinds_of(self.content)


class Listed:
    """The queue as a list: what `Waiting` means, said as simply as it can be."""

    def __init__(self, texts: Sequence[Text], resting: int = 0) -> None:
        self.texts = texts
        self.resting = resting

    @property
    def total(self) -> Cut:
        return self._cut(self.texts, 0)

    def cut(self, after: int, size: JobSize) -> Cut:
        taken: list[Text] = []
        for text in self.texts:
            if text.id <= after:
                continue
            kinds = sum((each.kinds for each in taken), text.kinds)
            if taken and not size.holds(len(taken) + 1, kinds.characters, size.rule.weight(kinds)):
                break
            taken.append(text)
        return self._cut(taken, after)

    def _cut(self, texts: Sequence[Text], after: int) -> Cut:
        return Cut(
            texts=len(texts),
            chunks=sum(text.chunks for text in texts),
            kinds=sum((text.kinds for text in texts), Kinds()),
            last=texts[-1].id if texts else after,
        )


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a room is made of."""

    allowance: Allowance
    budgets: tuple[Budget, ...]
    live: int
    most: int

    @property
    def room(self) -> Room:
        return room_of(self.allowance, self.budgets, price=PRICE.batch, live_jobs=self.live, most_jobs=self.most)

    def after(self, job: PlannedJob) -> Facts:
        """When one more job is live."""
        return Facts(
            allowance=replace(self.allowance, enqueued=self.allowance.enqueued + job.tokens),
            budgets=tuple(b.promising(money.cost(job.most_tokens, PRICE.batch)) for b in self.budgets),
            live=self.live + 1,
            most=self.most,
        )


GAPS = st.sampled_from([1, 1, 1, 2, 700, 1023, 1024, 1025, 3000])
TEXTS = st.lists(st.tuples(GAPS, st.integers(1, 3), st.integers(8, 60)), max_size=25)
WEIGHTS = st.floats(0.05, 2)
RULES = st.builds(Rule, weights=st.tuples(*[WEIGHTS] * len(KNOWN)), unknown=WEIGHTS)
BASES = st.builds(Basis, rule=RULES) | st.just(Basis())
LIMITS = st.builds(
    JobLimits,
    requests=st.integers(1, 12),
    input_bytes=st.integers(1, 20_000),
    output_bytes=st.integers(1, 20_000),
)
TERMS = st.builds(
    Terms, profile=st.just(Profile(dimension=16)), price=st.just(PRICE), basis=BASES, limits=LIMITS,
    minimum=st.integers(1, 12) | st.just(1),
)  # fmt: skip
BUDGETS = st.builds(Budget, amount=st.integers(0, 40).map(lambda n: n * PRICE.batch / 1_000_000))
FACTS = st.builds(
    Facts,
    allowance=st.builds(
        Allowance,
        published=st.integers(1, 400),
        learned=st.none() | st.integers(0, 400),
        enqueued=st.just(0) | st.integers(0, 100),
    ),
    budgets=st.lists(BUDGETS, max_size=2).map(tuple),
    live=st.integers(0, 3),
    most=st.integers(1, 5),
)


def listed(drawn: Sequence[tuple[int, int, int]]) -> list[Text]:
    """Texts with ids in order, as far apart as drawn."""
    texts: list[Text] = []
    for gap, chunks, characters in drawn:
        texts.append(Text((texts[-1].id if texts else 0) + gap, chunks, characters))
    return texts


QUEUES = st.builds(Listed, TEXTS.map(listed), st.integers(0, 5))


@given(QUEUES, FACTS, TERMS)
@settings(deadline=None)
def test_every_job_is_within_every_limit(queue: Listed, facts: Facts, terms: Terms) -> None:
    room, made = facts.room, plan(queue, facts.room, terms)
    assert len(made.jobs) <= room.jobs
    left = room.tokens
    for job in made.jobs:
        size = terms.limits.size(terms.profile, terms.basis, left)
        assert job.cut.texts <= size.texts
        assert job.cut.texts == 1 or job.tokens <= left
        assert job.tokens == terms.basis.tokens_of(job.cut.kinds)
        assert job.batch == money.cost(job.tokens, PRICE.batch)
        assert job.tokens <= job.most_tokens == terms.basis.most_tokens(job.cut.kinds)
        assert job.most == money.cost(job.most_tokens, PRICE.batch)
        left -= job.tokens
    assert left >= 0 or (len(made.jobs) == made.texts == 1 and not facts.allowance.enqueued)
    most = sum((money.cost(job.most_tokens, PRICE.batch) for job in made.jobs), Decimal(0))
    assert all(most <= budget.left for budget in facts.budgets)
    event(f"{min(len(made.jobs), 3)} jobs, held: {[part.kind.value for part in made.held]}")


@given(QUEUES, FACTS, TERMS)
@settings(deadline=None)
def test_every_chunk_leaves_or_is_held_for_one_reason(queue: Listed, facts: Facts, terms: Terms) -> None:
    made = plan(queue, facts.room, terms)
    assert made.chunks + sum(part.chunks for part in made.held) == queue.total.chunks + queue.resting
    assert all(part.chunks > 0 for part in made.held)
    kinds = [part.kind for part in made.held]
    assert len(set(kinds)) == len(kinds) <= 2
    assert sum(part.chunks for part in made.held if part.kind is Reason.RESTING) == queue.resting
    assert (made.chunks, made.texts, made.characters, made.tokens) == (
        sum(job.cut.chunks for job in made.jobs),
        sum(job.cut.texts for job in made.jobs),
        sum(job.cut.characters for job in made.jobs),
        sum(job.tokens for job in made.jobs),
    )


@given(QUEUES, FACTS, TERMS)
@settings(deadline=None)
def test_the_reason_is_a_limit_that_leaves_too_little_for_the_next_text(
    queue: Listed, facts: Facts, terms: Terms
) -> None:
    made = plan(queue, facts.room, terms)
    staying = [part for part in made.held if part.kind is not Reason.RESTING]
    if not staying:
        return
    [part] = staying
    if part.kind is Reason.BELOW_MINIMUM:
        assert part.most == terms.minimum > queue.total.chunks
        return
    after = facts
    for job in made.jobs:
        after = after.after(job)
    following = queue.texts[made.texts]
    if part.kind is Reason.LIVE_JOBS:
        assert after.live >= after.most
        assert part.most == after.most
        return
    limit = next(limit for limit in after.room.limits if (limit.reason, limit.most) == (part.kind, part.most))
    reach = terms.basis.most_tokens if part.kind is Reason.BUDGET else terms.basis.tokens_of
    assert limit.tokens < reach(following.kinds)


@given(QUEUES, FACTS, TERMS)
@settings(deadline=None)
def test_carrying_out_the_first_job_and_planning_again_gives_the_rest(
    queue: Listed, facts: Facts, terms: Terms
) -> None:
    made = plan(queue, facts.room, terms)
    first = plan(queue, facts.room, terms, most_jobs=1)
    assert first.jobs == made.jobs[:1]
    if made.jobs:
        left = Listed(queue.texts[made.jobs[0].cut.texts :], queue.resting)
        again = plan(left, facts.after(made.jobs[0]).room, replace(terms, minimum=1))
        assert again.jobs == made.jobs[1:]
        assert again.held == made.held


@given(st.integers(8, 10**6), st.integers(1, 100), st.none() | st.integers(0, 100), TERMS)
def test_a_lone_text_passes_however_large_when_nothing_is_enqueued(
    characters: int, published: int, learned: int | None, terms: Terms
) -> None:
    room = room_of(
        Allowance(published=published, learned=learned, enqueued=0), [], price=PRICE.batch, live_jobs=0, most_jobs=1
    )
    made = plan(Listed([Text(1, 1, characters)]), room, replace(terms, minimum=1))
    assert [job.cut.texts for job in made.jobs] == [1]
    assert made.held == ()


@given(QUEUES, TERMS)
def test_what_blocks_a_flush_holds_everything(queue: Listed, terms: Terms) -> None:
    room = room_of(
        Allowance(published=10**6, learned=None, enqueued=0), [], price=PRICE.batch, live_jobs=0, most_jobs=9
    )
    made = plan(queue, room, replace(terms, blocked=Held(kind=Reason.COOLING_DOWN, chunks=0, until=NOW)))
    assert made.jobs == ()
    chunks = {part.kind: part.chunks for part in made.held}
    assert chunks.get(Reason.COOLING_DOWN, 0) == queue.total.chunks
    assert all(part.until == NOW for part in made.held if part.kind is Reason.COOLING_DOWN)


@given(QUEUES, TERMS, st.integers(1, 1000))
def test_the_whole_queue_takes_as_many_rounds_as_the_allowance_has_to_be_filled(
    queue: Listed, terms: Terms, allowance: int
) -> None:
    whole = whole_queue(queue, terms, allowance=allowance, turnaround=60.0)
    assert (whole.texts, whole.chunks) == (queue.total.texts, queue.total.chunks)
    assert (whole.rounds - 1) * allowance < whole.tokens <= whole.rounds * allowance or whole.tokens == 0
    assert whole.seconds == whole.rounds * 60.0
    assert whole.direct == whole.batch * 2


@pytest.mark.parametrize("kind", Reason)
def test_every_reason_has_a_sentence_with_its_figure(kind: Reason) -> None:
    told = reason(Held(kind=kind, chunks=7, most=Decimal(1234), until=NOW))
    assert told
    assert "{" not in told
    figures = {Reason.ALLOWANCE, Reason.REFUSED_LATELY, Reason.LIVE_JOBS, Reason.BELOW_MINIMUM, Reason.BUDGET}
    assert ("1,234" in told or "1234" in told) is (kind in figures)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDb]:
    """One database for all examples; what an example writes is taken back."""
    with contextlib.closing(open_database(tmp_path_factory.mktemp("plan") / "halfrate.db", create=True).db) as db:
        yield db


class TakenBack(Exception):
    """Ends the transaction of an example."""


def wait(db: SqliteDb, texts: Sequence[Text], resting: int) -> None:
    """Lets these texts wait in a file, under their ids."""
    for text in texts:
        _keep_text_id(db, text.id - 1)
        for copy in range(text.chunks):
            rows.document(db, [text.content], source=f"{text.id}-{copy}")
    later = NOW.replace(year=2027)
    rows.document(db, [f"rests {n}" for n in range(resting)], source="rests", attempts=1, next_attempt_at=later)


def _keep_text_id(db: SqliteDb, number: int) -> None:
    """The next new text gets an id behind this one."""
    row = "INSERT OR IGNORE INTO texts (id, hash) VALUES (?, ?)"
    db.database.conn.execute(row, (number, number.to_bytes(16, "big")))


@given(drawn=TEXTS, resting=st.integers(0, 3), facts=FACTS, terms=TERMS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_list_and_a_file_give_the_same_plan(
    file: SqliteDb, drawn: list[tuple[int, int, int]], resting: int, facts: Facts, terms: Terms
) -> None:
    texts = listed(drawn)
    with contextlib.suppress(TakenBack), file.writing():
        wait(file, texts, resting)
        found = WaitingTexts(file, NOW)
        expected = Listed(texts, resting)
        assert replace(found.total, last=0) == replace(expected.total, last=0)
        assert found.resting == resting
        same(plan(found, facts.room, terms), plan(expected, facts.room, terms))
        assert plan(found, facts.room, terms, most_jobs=1).jobs == plan(found, facts.room, terms).jobs[:1]
        event(f"{len(plan(expected, facts.room, terms).jobs)} jobs")
        raise TakenBack


def same(one: Plan, other: Plan) -> None:
    """But for where a cut ends: behind its last text, or behind the block that it lies in."""
    assert one.held == other.held
    assert [replace(job, cut=replace(job.cut, last=0)) for job in one.jobs] == [
        replace(job, cut=replace(job.cut, last=0)) for job in other.jobs
    ]
