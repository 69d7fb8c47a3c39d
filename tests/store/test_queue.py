"""The counters say what the rows say, whoever changed them, and every count told is what was done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from engine.domain.causes import Cause, FailureClass
from engine.domain.jobs import JobStatus
from engine.domain.plan import Cut, JobSize
from engine.domain.requests import Outcome
from engine.domain.retry import RetryPolicy
from engine.domain.texts import text_hash
from engine.life.look import stored_text
from engine.life.overview import overview
from engine.settings import Settings
from engine.store import counters, failures, jobs, queue, requests, texts, vectors
from engine.store.db import Db
from engine.store.queue import Blamed, Fault, TextState
from engine.store.requests import Answer
from engine.store.sqlite.connection import open_database
from engine.store.sqlite.database import SqliteDb
from engine.store.vectors import Paid
from engine.store.waiting import WaitingTexts
from tests import rows
from tests.field.generations import add_document, insert_5
from tests.rows import BY_LETTERS, NOW, PROFILE, VECTOR
from tests.store.counting import kept, truth

POLICY = RetryPolicy(attempts=2, base_seconds=60)
EVERYTHING = JobSize(10**6, 10**9)
CAUSES = st.sampled_from([Cause.TOO_LONG, Cause.RATE_LIMITED, Cause.MISSING])
WAITS = "embedding_status = 'PENDING' AND batch_job_id IS NULL"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDb]:
    """A new database, with its connection in reach."""
    with closing(open_database(tmp_path / "halfrate.db", create=True).db) as opened:
        yield opened


def ids(db: SqliteDb, where: str = "true") -> list[int]:
    return [row[0] for row in db.database.conn.execute(f"SELECT id FROM chunks WHERE {where} ORDER BY id")]


def sql(db: SqliteDb, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What an older writer does, and what a test looks at."""
    return [tuple(row) for row in db.database.conn.execute(statement, values).fetchall()]


def submission_of(db: Db, job: str) -> int:
    return jobs.get(db, job).submission


def claim(db: SqliteDb, job: str, size: JobSize = EVERYTHING) -> Cut:
    """Claims what fits for a new job, as a flush does; returns what was promised."""
    made = rows.job(db, job, JobStatus.PLANNED)
    with db.writing():
        cut = WaitingTexts(db, NOW).cut(0, size)
        assert requests.claim(db, made.submission, cut.last) == cut.texts
        assert queue.claim(db, made.submission, job) == cut.chunks
    return cut


def texts_of(db: SqliteDb, chunks: Sequence[int]) -> list[int]:
    found = [sql(db, "SELECT text_id FROM chunks WHERE id = ?", chunk)[0][0] for chunk in chunks]
    return [each for each in found if isinstance(each, int)]


def fail(db: SqliteDb, job: str, cause: Cause, *named: int) -> Blamed:
    with db.writing():
        faults = [Fault(text=text, cause=cause, message=f"because: {cause}") for text in named]
        return queue.fail(db, job, faults, POLICY, NOW, 0.0)


def name_waiting(db: SqliteDb) -> dict[int, str]:
    """Gives the chunks of older writers their texts; the texts by their chunks."""
    named: dict[int, str] = {}
    with db.writing():
        while page := queue.unnamed_page(db, max(named, default=0), limit=2):
            for chunk in page:
                text = stored_text(chunk.content, chunk.context, chunk.metadata)
                assert text is not None
                [named_text] = texts.name(db, [text])
                queue.point(db, [(chunk.id, named_text, len(text))])
                named[chunk.id] = text
    return named


class Writers(RuleBasedStateMachine):
    """Our own functions and an earlier generation's statements on one file, in any order."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.jobs = 0
        self.now = NOW
        self.db = open_database(self.folder / f"{time.monotonic_ns()}.db", create=True).db
        with self.db.writing():
            self.profile = vectors.profile_id(self.db, PROFILE)

    @initialize()
    def document(self) -> None:
        add_document(self.db.database.conn)

    def some(self, data: st.DataObject, where: str = "true") -> list[int]:
        found = ids(self.db, where)
        return data.draw(st.lists(st.sampled_from(found), unique=True)) if found else []

    def a_job(self, data: st.DataObject) -> str | None:
        found = [str(row[0]) for row in sql(self.db, "SELECT id FROM batch_jobs ORDER BY id")]
        return data.draw(st.sampled_from(found)) if found else None

    def travelling(self, data: st.DataObject, job: str) -> list[int]:
        found = requests.open_page(self.db, submission_of(self.db, job), 0, 100)
        return data.draw(st.lists(st.sampled_from(found), unique=True)) if found else []

    @rule(contents=st.lists(st.text("abc\u0416\U0001f600", max_size=4), min_size=1, max_size=4))
    def ours_inserts(self, contents: list[str]) -> None:
        rows.document(self.db, contents, source=None)

    @rule(status=st.sampled_from(["PENDING", "READY", "FAILED"]))
    def an_older_writer_inserts(self, status: str) -> None:
        place = sql(self.db, "SELECT coalesce(max(chunk_index), -1) + 1 FROM chunks WHERE document_id = 1")[0][0]
        assert isinstance(place, int)
        insert_5(self.db.database.conn, place, status, text=f"text {place % 3}")

    @rule()
    def ours_names(self) -> None:
        named = name_waiting(self.db)
        assert not queue.counts(self.db).unnamed
        for chunk, text in named.items():
            assert texts_of(self.db, [chunk]) == texts.ids_of(self.db, [text_hash(text)])

    @rule(size=st.builds(JobSize, st.integers(1, 5), st.integers(1, 30), rule=st.just(BY_LETTERS)))
    def ours_claims(self, size: JobSize) -> None:
        name_waiting(self.db)
        with self.db.writing():
            queue.wake(self.db, self.now)
        waiting = truth(self.db).waiting
        self.jobs += 1
        job = f"job-{self.jobs}"
        cut = claim(self.db, job, size)
        taken = requests.open_page(self.db, submission_of(self.db, job), 0, 100)
        assert taken == sorted(waiting)[: cut.texts]
        assert cut.characters == sum(waiting[text][1] for text in taken)
        assert cut.chunks == sum(waiting[text][0] for text in taken) == queue.count_travelling(self.db, job)
        assert len(taken) <= 1 or (len(taken) <= size.texts and cut.characters <= size.tokens)
        assert truth(self.db).waiting == {text: both for text, both in waiting.items() if text not in taken}

    @rule(data=st.data(), active=st.booleans())
    def ours_settles(self, data: st.DataObject, *, active: bool) -> None:
        if (job := self.a_job(data)) is None:
            return
        chosen = self.travelling(data, job)
        unready = "embedding_status <> 'READY'" + ("" if active else f" AND batch_job_id = '{job}'")
        wanted = {text: len(ids(self.db, f"text_id = {text} AND {unready}")) for text in chosen}
        with self.db.writing():
            paid = [Paid(text=text, vector=VECTOR, tokens=3) for text in chosen]
            vectors.store(self.db, self.profile, paid, submission=submission_of(self.db, job))
            answers = [Answer(text=text, outcome=Outcome.USEFUL, tokens=3) for text in chosen]
            requests.answer(self.db, submission_of(self.db, job), answers)
            filled = queue.fill(self.db, chosen, job=job, active=active)
        assert filled == {text: count for text, count in wanted.items() if count}

    @rule(data=st.data(), cause=CAUSES)
    def ours_fails(self, data: st.DataObject, cause: Cause) -> None:
        if job := self.a_job(data):
            chosen = self.travelling(data, job)
            done = fail(self.db, job, cause, *chosen)
            assert done.failed + done.returned + done.nobody == len(chosen)

    @rule(data=st.data(), cause=st.none() | CAUSES, permanent=st.booleans(), named=st.booleans())
    def ours_retries(self, data: st.DataObject, cause: Cause | None, *, permanent: bool, named: bool) -> None:
        chosen = self.some(data) if named else None
        before = ids(self.db, "embedding_status = 'FAILED'")
        with self.db.writing():
            retried, skipped = queue.retry(self.db, cause=cause, ids=chosen, permanent=permanent)
        left = ids(self.db, "embedding_status = 'FAILED'")
        assert retried == len(before) - len(left)
        assert skipped <= len(left)
        assert not (permanent and skipped)

    @rule(data=st.data(), cause=CAUSES)
    def ours_discards(self, data: st.DataObject, cause: Cause) -> None:
        before = len(ids(self.db))
        with self.db.writing():
            gone = queue.discard(self.db, cause=cause, ids=self.some(data) or None)
        assert gone == before - len(ids(self.db))

    @rule(data=st.data(), after=st.integers(0, 3))
    def ours_puts_back(self, data: st.DataObject, after: int) -> None:
        if job := self.a_job(data):
            behind = f"embedding_status = 'PENDING' AND batch_job_id = '{job}'"
            if after:
                behind += f" AND text_id > {after}"
            expected = len(ids(self.db, behind))
            with self.db.writing():
                assert queue.put_back(self.db, job, after) == expected

    @rule(data=st.data())
    def ours_lets_wait_for_a_job(self, data: st.DataObject) -> None:
        if job := self.a_job(data):
            chosen = sorted(set(texts_of(self.db, self.some(data, WAITS))))
            waiting = sum(len(ids(self.db, f"{WAITS} AND text_id = {text}")) for text in chosen)
            with self.db.writing():
                assert queue.join(self.db, job, chosen) == waiting

    @rule(data=st.data(), hours=st.integers(1, 3))
    def ours_lets_rest(self, data: st.DataObject, hours: int) -> None:
        chosen = sorted(set(texts_of(self.db, self.some(data, WAITS))))
        with self.db.writing():
            queue.rest(self.db, chosen, self.now + timedelta(hours=hours))

    @rule(data=st.data(), text=st.text("abc", max_size=9), status=st.sampled_from(["PENDING", "READY", "FAILED"]))
    def an_older_writer_updates(self, data: st.DataObject, text: str, status: str) -> None:
        for each in self.some(data):
            sql(
                self.db,
                "UPDATE chunks SET content = ?, embedding_status = ?, batch_job_id = NULL WHERE id = ?",
                text,
                status,
                each,
            )

    @rule(data=st.data())
    def an_older_writer_deletes(self, data: st.DataObject) -> None:
        for each in self.some(data):
            sql(self.db, "DELETE FROM chunks WHERE id = ?", each)

    @rule(data=st.data())
    def somebody_removes_a_job(self, data: st.DataObject) -> None:
        if job := self.a_job(data):
            sql(self.db, "DELETE FROM batch_jobs WHERE id = ?", job)

    @rule()
    def the_first_document_goes_and_another_comes(self) -> None:
        sql(self.db, "DELETE FROM documents WHERE id = 1")
        sql(
            self.db,
            "INSERT INTO documents (id, content, metadata, media_type, created_at) VALUES (1, '', '{}', '', '')",
        )

    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def the_counters_are_true(self) -> None:
        counted = truth(self.db)
        assert kept(self.db) == counted
        assert counters.recount(self.db) == []
        counts = queue.counts(self.db)
        assert counts.total == len(ids(self.db))
        assert sum(cause.chunks for cause in failures.failure_causes(self.db)) == counts.failed
        total = WaitingTexts(self.db, self.now).total
        due = len(ids(self.db, f"{WAITS} AND next_attempt_at <= '{self.now:%Y-%m-%dT%H:%M:%S.%fZ}'"))
        assert total.texts - len(counted.waiting) == counts.unnamed + due

    def teardown(self) -> None:
        self.db.close()


def test_the_counters_follow_every_writer(tmp_path: Path) -> None:
    Writers.folder = tmp_path
    profile = settings(
        max_examples=40,
        stateful_step_count=25,
        deadline=None,
        phases=[Phase.generate],  # to make a failure small takes longer than a test may
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Writers, settings=profile)


def test_a_change_that_fills_a_counter_for_the_first_time_is_counted_once(db: SqliteDb) -> None:
    """Triggers fire within triggers, in an order of SQLite's own: a counter may go down before it goes up."""
    rows.document(db, ["a", "bb"])
    sql(db, "UPDATE chunks SET content = 'cccc', embedding_status = 'FAILED'")
    assert kept(db) == truth(db)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (JobSize(2, 100, rule=BY_LETTERS), (2, 4, 20)),
        (JobSize(10, 25, rule=BY_LETTERS), (2, 4, 20)),
        (JobSize(10, 5, rule=BY_LETTERS), (1, 2, 10)),
        (JobSize(1, 1000, rule=BY_LETTERS), (1, 2, 10)),
        (JobSize(10, 30, rule=BY_LETTERS), (3, 6, 30)),
        (JobSize(0, 0, rule=BY_LETTERS), (1, 2, 10)),
    ],
)
def test_a_job_is_never_larger_than_told_but_for_a_single_larger_text(
    db: SqliteDb, size: JobSize, expected: tuple[int, int, int]
) -> None:
    """What is counted is texts; all chunks that wait for one of them go with it."""
    rows.document(db, [letter * 10 for letter in "xyzxyz"])
    cut = claim(db, "job", size)
    assert (cut.texts, cut.chunks, cut.characters) == expected


@pytest.mark.parametrize("texts_of_job", [1, 1_000, 1_024, 1_500, 2_048, 3_000])
def test_a_cut_ends_in_the_middle_of_a_block_as_at_its_edge(db: SqliteDb, texts_of_job: int) -> None:
    rows.document(db, [f"text {place:04}" for place in range(2_500)])
    waiting = WaitingTexts(db, NOW)
    seen: list[Cut] = []
    after = 0
    while (cut := waiting.cut(after, JobSize(texts_of_job, 10**9))).texts and len(seen) < 10:
        seen.append(cut)
        after = cut.last
    whole = min(2_500, texts_of_job * 10)
    assert sum(cut.texts for cut in seen) == sum(cut.chunks for cut in seen) == whole
    assert sum(cut.characters for cut in seen) == 9 * whole
    assert [cut.last for cut in seen[:-1]] == [texts_of_job * place for place in range(1, len(seen))]


def test_the_oldest_texts_leave_first(db: SqliteDb) -> None:
    ids = texts_of(db, rows.document(db, "abcdea"))
    assert claim(db, "one", JobSize(2, 100)).chunks == 3
    assert requests.open_page(db, submission_of(db, "one"), 0, 10) == ids[:2]
    assert claim(db, "two", JobSize(2, 100)).chunks == 2
    assert requests.open_page(db, submission_of(db, "two"), 0, 10) == ids[2:4]
    assert requests.open_page(db, submission_of(db, "two"), ids[2], 10) == [ids[3]]


def test_texts_that_back_off_are_passed_over_until_their_time(db: SqliteDb) -> None:
    named = texts_of(db, rows.document(db, ["a", "b"]))
    claim(db, "one")
    assert fail(db, "one", Cause.RATE_LIMITED, *named) == Blamed(failed=0, returned=2, nobody=0)
    waiting = WaitingTexts(db, NOW)
    assert (waiting.resting, waiting.total.texts) == (2, 0)
    later = NOW + timedelta(seconds=31)
    assert WaitingTexts(db, later).resting == 0
    assert WaitingTexts(db, later).total.texts == WaitingTexts(db, later).cut(0, EVERYTHING).texts == 2
    with db.writing():
        assert queue.wake(db, NOW) == 0
        assert queue.wake(db, later) == 2
    assert WaitingTexts(db, NOW).total.chunks == 2


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ('{"_vector_source": "Title\\n\\ntext"}', "Title\n\ntext"),
        ('{"_vector_source": 7}', "text"),
        ('{"_vector_source": ', "text"),
        ('["_vector_source"]', "text"),
        ("[" * 100_000 + '"_vector_source"', "text"),
        ("", "text"),
    ],
)
def test_what_an_older_writer_left_to_embed_is_found(db: SqliteDb, metadata: str, expected: str) -> None:
    [chunk] = rows.document(db, ["text"], metadata=metadata, named=False)
    assert name_waiting(db) == {chunk: expected}
    assert queue.counts(db).unnamed == 0
    claim(db, "job")
    [held] = requests.texts_of(db, submission_of(db, "job"))
    assert (held.chunk_id, stored_text(held.content or b"", held.context, held.metadata or b"")) == (chunk, expected)


def test_texts_of_a_job_come_beyond_one_page(db: SqliteDb) -> None:
    rows.document(db, [f"text {place}" for place in range(2_500)], named=False)
    with db.writing():
        page = queue.unnamed_page(db, 0, limit=3_000)
        named = texts.name(db, [chunk.content.decode() for chunk in page])
        queue.point(db, [(chunk.id, text, len(chunk.content)) for chunk, text in zip(page, named, strict=True)])
    assert claim(db, "job").texts == 2_500
    assert [held.text_id for held in requests.texts_of(db, submission_of(db, "job"), page=1_000)] == named


def test_how_texts_stand(db: SqliteDb) -> None:
    here = rows.vector(db, "here")
    sent, asked, waits = texts_of(db, rows.document(db, ["sent", "asked", "waits"]))
    rows.job(db, "job")
    rows.travel(db, submission_of(db, "job"), ["sent"])
    rows.direct(db, ["asked"])
    profile = vectors.find_profile(db, PROFILE) or 0
    nothing = TextState(ready=False, job=None)
    assert queue.states(db, profile, [here, sent, asked, waits, 10**9]) == {
        here: TextState(ready=True, job=None),
        sent: TextState(ready=False, job="job"),
        asked: nothing,
        waits: nothing,
        10**9: nothing,
    }
    assert queue.travelling_among(db, profile, [here, sent, asked, waits]) == {sent, asked}
    assert queue.travelling_page(db, [profile], 0, 10**9) == [(sent, "job"), (asked, None)]
    assert queue.travelling_page(db, [profile], sent, 10**9) == [(asked, None)]
    assert queue.travelling_page(db, [profile], 0, 10**9, submission=submission_of(db, "job")) == [(asked, None)]
    assert queue.travelling_page(db, [profile + 1], 0, 10**9) == []
    assert queue.found_page(db, profile, 0, 10**9) == []
    again = rows.document(db, ["here"], source="again.txt")
    assert queue.found_page(db, profile, 0, 10**9) == texts_of(db, again) == [here]
    assert queue.waiting_page(db, 0, 10**9) == [here, sent, asked, waits]
    assert queue.waiting_page(db, here, asked, limit=5) == [sent, asked]


@pytest.mark.parametrize(("active", "filled"), [(True, 3), (False, 1)])
def test_a_vector_fills_the_chunks_of_its_text(db: SqliteDb, active: bool, filled: int) -> None:  # noqa: FBT001
    """Under the active profile whichever they wait for; under another one those that wait for this job."""
    rows.job(db, "job")
    rows.job(db, "other")
    [mine] = rows.document(db, ["text"], source="1", job="job")
    rows.document(db, ["text"], source="2", job="other")
    rows.document(db, ["text"], source="3", status="FAILED", cause=Cause.MISSING, error="no row")
    [text] = texts_of(db, [mine])
    with db.writing():
        assert queue.fill(db, [text, 10**9], job="job", active=active) == {text: filled}
        assert queue.fill(db, [text], job="job", active=active) == {}
    assert queue.counts(db).ready == filled
    cleared = "embedding_status = 'READY' AND batch_job_id = 'job' AND failure_cause IS NULL AND error_message IS NULL"
    assert len(ids(db, cleared)) == filled


def test_what_is_put_back_waits_again(db: SqliteDb) -> None:
    named = texts_of(db, rows.document(db, ["a", "b", "c", "c"]))
    claim(db, "job")
    with db.writing():
        assert queue.put_back(db, "job", named[1]) == 2
        assert queue.count_travelling(db, "job") == 2
        assert queue.put_back(db, "job") == 2
    assert queue.waiting_page(db, 0, 10**9) == named[:3]


def test_chunks_of_an_ended_or_unknown_job_are_stranded(db: SqliteDb) -> None:
    rows.job(db, "live")
    rows.job(db, "ended", JobStatus.COMPLETED)
    rows.document(db, ["a"], source="1", job="live")
    rows.document(db, ["b", "c"], source="2", job="ended")
    assert queue.stranded(db) == 2


def test_a_text_is_taken_from_chunks_that_do_not_hold_it(db: SqliteDb) -> None:
    rows.job(db, "job")
    [travels] = rows.document(db, ["text"], source="1", job="job")
    [waits] = rows.document(db, ["text"], source="2")
    [ready] = rows.document(db, ["text"], source="3", status="READY")
    with db.writing():
        queue.unname(db, texts_of(db, [travels])[0], "job")
    assert ids(db, f"text_id IS NULL AND {WAITS}") == [travels, waits]
    assert texts_of(db, [ready]) != []


def test_a_waiting_text_or_chunk_fails_alone(db: SqliteDb) -> None:
    first, second, other = rows.document(db, ["a", "a", "b"])
    [text] = texts_of(db, [first])
    with db.writing():
        queue.fail_chunk(db, other, Cause.NOT_TEXT, "no text", NOW)
        assert queue.fail_waiting(db, text, Cause.EMPTY, "empty", NOW) == 2
        assert queue.fail_waiting(db, text, Cause.EMPTY, "empty", NOW) == 0
    stored = {row["id"]: (row["failure_cause"], row["error_message"], row["attempts"]) for row in rows.chunks(db)}
    assert stored == {
        first: (Cause.EMPTY, "empty", 1),
        second: (Cause.EMPTY, "empty", 1),
        other: (Cause.NOT_TEXT, "no text", 0),
    }


def test_when_the_oldest_waiting_chunk_came_in(db: SqliteDb) -> None:
    assert queue.oldest_waiting(db, NOW) is None
    rows.document(db, ["a"], source="1", at=NOW)
    assert queue.oldest_waiting(db, NOW) == NOW
    rows.document(db, ["b"], source="2", at=NOW - timedelta(hours=1), named=False)
    assert queue.oldest_waiting(db, NOW) == NOW - timedelta(hours=1)


def test_a_chunk_whose_rest_is_over_has_waited_since_it_came_in(db: SqliteDb) -> None:
    came = NOW - timedelta(days=1)
    younger = texts_of(db, rows.document(db, ["b"], source="1", at=NOW))
    older = texts_of(db, rows.document(db, ["a"], source="2", at=came))
    with db.writing():
        queue.rest(db, younger, NOW + timedelta(minutes=1))
        queue.rest(db, older, NOW + timedelta(minutes=2))
    assert queue.oldest_waiting(db, NOW) is None
    assert queue.oldest_waiting(db, NOW + timedelta(minutes=1)) == NOW
    assert queue.oldest_waiting(db, NOW + timedelta(minutes=2)) == came


def test_retry_tells_what_it_did(db: SqliteDb) -> None:
    chunks = rows.document(db, "abcdef")
    named = texts_of(db, chunks)
    claim(db, "job")
    assert fail(db, "job", Cause.TOO_LONG, *named[:2]) == Blamed(failed=2)
    assert fail(db, "job", Cause.TOO_LONG, named[0], 10**9) == Blamed(nobody=2)
    for _ in range(2):
        sql(db, "UPDATE chunks SET batch_job_id = 'job' WHERE id = ?", chunks[2])
        fail(db, "job", Cause.MISSING, named[2])
    failed = {cause.cause: cause for cause in failures.failure_causes(db)}
    assert {cause: each.chunks for cause, each in failed.items()} == {Cause.TOO_LONG: 2, Cause.MISSING: 1}
    assert failed[Cause.TOO_LONG].failure_class is FailureClass.PERMANENT
    with db.writing():
        assert queue.retry(db, ids=[chunks[0], chunks[0], chunks[2], chunks[3], 10**9]) == (1, 1)
        assert queue.retry(db) == (0, 2)
        assert queue.retry(db, job="another", permanent=True) == (0, 0)
        assert queue.retry(db, cause=Cause.TOO_LONG, job="job", permanent=True) == (2, 0)
    [attempts] = sql(db, "SELECT max(attempts), count(failure_cause), count(failed_at) FROM chunks")
    assert attempts == (0, 0, 0)


def test_what_is_discarded_must_be_named(db: SqliteDb) -> None:
    [empty, other] = rows.document(db, ["a", "b"], status="FAILED", cause=Cause.EMPTY)
    rows.put(db, other, "FAILED", cause=None)
    with pytest.raises(ValueError, match="name a cause"):
        queue.discard(db)
    with db.writing():
        assert queue.discard(db, ids=[10**9]) == 0
        assert queue.discard(db, cause=Cause.OTHER, ids=[empty]) == 0
        assert queue.discard(db, cause=Cause.OTHER) == 1
        assert queue.discard(db, ids=[empty, other]) == 1
    assert queue.counts(db).total == 0


def plans(db: SqliteDb, work: Callable[[], object]) -> list[str]:
    """How SQLite goes about every statement of some work."""
    statements: list[str] = []
    db.database.conn.set_trace_callback(statements.append)
    work()
    db.database.conn.set_trace_callback(None)
    found = []
    for statement in statements:
        if statement.startswith(("SELECT", "UPDATE", "WITH")):
            found += [row[3] for row in db.database.conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
    return found


@pytest.mark.parametrize("analysed", [False, True])
def test_nothing_that_runs_each_second_walks_through_the_chunks(db: SqliteDb, analysed: bool) -> None:  # noqa: FBT001
    rows.document(db, [f"text {place}" for place in range(300)], source="1", status="READY")
    rows.document(db, [f"text {place}" for place in range(300)], source="2", status="FAILED")
    if analysed:
        db.database.conn.execute("ANALYZE")
    found = plans(db, lambda: overview(db, Settings(), NOW))
    large = ("SCAN chunks", "SCAN texts", "SCAN vectors", "SCAN requests")
    walked = {plan for plan in found if plan.startswith(large)}
    assert walked <= {"SCAN chunks USING INDEX ix_chunks_unnamed"}  # its first entry


def fill(path: Path, chunks: int) -> SqliteDb:
    """READY, waiting and FAILED chunks, the last in two causes."""
    db = open_database(path, create=True).db
    add_document(db.database.conn)
    with db.writing():
        sql(
            db,
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)"
            " INSERT INTO texts (id, hash, characters) SELECT i + 1, randomblob(16), 4 FROM n",
            chunks,
        )
        sql(
            db,
            "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, created_at,"
            " embedding_status, failure_cause, failed_at, text_id) SELECT 1, id, 'text', 'text', '{}', '2026-11-24',"
            " CASE id % 4 WHEN 0 THEN 'PENDING' WHEN 1 THEN 'FAILED' ELSE 'READY' END,"
            " CASE id % 8 WHEN 1 THEN 'other error' WHEN 5 THEN '400 text too long' END,"
            " CASE id % 4 WHEN 1 THEN '2026-11-24T12:00:00.000000Z' END, id FROM texts",
        )
    return db


def test_an_overview_costs_the_same_whatever_the_number_of_chunks(tmp_path: Path) -> None:
    """But for a row a thousand texts that wait, and the block in which a job ends."""
    costs = []
    for chunks in (8_000, 80_000):
        with closing(fill(tmp_path / f"{chunks}.db", chunks)) as db:
            steps = 0

            def count() -> int:
                nonlocal steps
                steps += 1
                return 0

            db.database.conn.set_progress_handler(count, 10)
            overview(db, Settings(), NOW)
            db.database.conn.set_progress_handler(None, 0)
            costs.append(steps)
    assert costs[1] <= 1.2 * costs[0] + 5 + 80 * 10


def test_the_parts_of_the_queue_come_to_the_whole_where_some_have_rested(db: SqliteDb) -> None:
    rested = texts_of(db, rows.document(db, [f"text {number} that has rested" for number in range(12)]))
    claim(db, "one")
    fail(db, "one", Cause.RATE_LIMITED, *rested)
    rows.document(db, [f"text {number} that waits" for number in range(7)], source="b.txt")
    waiting = WaitingTexts(db, NOW + timedelta(minutes=1))
    after, parts, characters = 0, 0, 0
    while (part := waiting.cut(after, JobSize(5, 10**9))).texts:
        after, parts, characters = part.last, parts + part.texts, characters + part.characters
    assert (parts, characters) == (19, waiting.total.characters)
