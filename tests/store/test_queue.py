"""The counters say what the rows say, whoever changed them, and every count told is what was done."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlite_utils import Database

from engine.domain.documents import content_hash
from engine.domain.pricing import PRICES
from engine.domain.retry import Cause, FailureClass, RetryPolicy
from engine.domain.vectors import Profile
from engine.store import queue, vectors
from engine.store.connection import open_database, writing
from engine.store.overview import read_overview
from engine.store.queue import JobSize, RowFault
from tests.store import field
from tests.store.conftest import NOW, new_job
from tests.store.counting import stored_counts, true_counts

POLICY = RetryPolicy(attempts=2, base_seconds=60)
EVERYTHING = JobSize(10**6, 10**9)
CAUSES = st.sampled_from([Cause.TOO_LONG, Cause.RATE_LIMITED, Cause.MISSING])


def add(db: Database, *texts: str, **columns: Any) -> list[int]:
    """Waiting chunks as ours are stored; `columns` replaces or adds some."""
    ids = []
    for text in texts:
        place = db.conn.execute("SELECT coalesce(max(chunk_index), -1) + 1 FROM chunks").fetchone()[0]
        row = {
            "document_id": 1,
            "chunk_index": place,
            "content": text,
            "chunk_type": "text",
            "metadata": "{}",
            "embedding_status": "PENDING",
            "created_at": f"2026-11-24 12:00:{place % 60:02}.000000",
            "content_hash": content_hash(text),
            "embed_chars": len(text),
            **columns,
        }
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        values = tuple(row.values())
        ids.append(db.conn.execute(f"INSERT INTO chunks ({names}) VALUES ({marks}) RETURNING id", values).fetchone()[0])
    return ids


def claim(db: Database, job_id: str, size: JobSize = EVERYTHING) -> int:
    with writing(db):
        new_job(db, job_id)
        return queue.claim(db, job_id, NOW, queue.measure(db, NOW, size))


def fail(db: Database, job_id: str, cause: str, *ids: int) -> tuple[int, int]:
    with writing(db):
        faults = [RowFault(each, cause, f"because: {cause}") for each in ids]
        return queue.mark_failed(db, job_id, faults, POLICY, NOW, 0.0)


class Writers(RuleBasedStateMachine):
    """Our own functions and an earlier generation's statements on one file, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs = 0
        self.now = NOW
        self.db = open_database(Path(self.folder.name) / f"{id(self)}-{time.monotonic_ns()}.db")

    folder: Any

    @initialize()
    def document(self) -> None:
        field.add_document(self.db.conn)

    def ids(self, where: str = "true") -> list[int]:
        return [row[0] for row in self.db.conn.execute(f"SELECT id FROM chunks WHERE {where} ORDER BY id")]

    def some(self, data: st.DataObject, where: str = "true") -> list[int]:
        found = self.ids(where)
        return data.draw(st.lists(st.sampled_from(found), unique=True)) if found else []

    @rule(texts=st.lists(st.text(max_size=8), min_size=1, max_size=4))
    def ours_inserts(self, texts: list[str]) -> None:
        add(self.db, *[text.encode("utf-8", "replace").decode() for text in texts])

    @rule(status=st.sampled_from(["PENDING", "READY", "FAILED"]))
    def an_older_writer_inserts(self, status: str) -> None:
        place = self.db.conn.execute("SELECT coalesce(max(chunk_index), -1) + 1 FROM chunks").fetchone()[0]
        field.insert_5(self.db.conn, place, status)

    @rule(size=st.builds(JobSize, st.integers(1, 5), st.integers(1, 30)))
    def ours_claims(self, size: JobSize) -> None:
        self.jobs += 1
        waiting = self.ids("embedding_status = 'PENDING' AND batch_job_id IS NULL")
        lengths = dict(self.db.conn.execute("SELECT id, coalesce(embed_chars, length(content)) FROM chunks").fetchall())
        with writing(self.db):
            new_job(self.db, f"job-{self.jobs}")
            wanted = queue.measure(self.db, self.now, size)
            claimed = queue.claim(self.db, f"job-{self.jobs}", self.now, wanted)
        taken = self.ids(f"batch_job_id = 'job-{self.jobs}'")
        assert claimed == wanted.chunks == len(taken)
        assert set(taken) <= set(waiting)
        assert sum(lengths[each] for each in taken) == wanted.characters
        assert len(taken) <= 1 or (len(taken) <= size.chunks and wanted.characters <= size.characters)

    @rule(data=st.data())
    def ours_settles(self, data: st.DataObject) -> None:
        chosen = self.some(data, "embedding_status = 'PENDING' AND batch_job_id LIKE 'job-%'")
        with writing(self.db):
            profile = vectors.profile_id(self.db, Profile())
            for each in chosen:
                job, name = self.db.conn.execute(
                    "SELECT batch_job_id, content_hash FROM chunks WHERE id = ?", (each,)
                ).fetchone()
                assert queue.mark_ready(self.db, job, [(3, each, (name or "")[:16])]) == bool(name)
                if name:
                    vectors.bulk_update_vectors(self.db, profile, [(each, b"\0" * 8)])

    @rule(data=st.data(), cause=CAUSES)
    def ours_fails(self, data: st.DataObject, cause: Cause) -> None:
        for each in self.some(data, "embedding_status = 'PENDING' AND batch_job_id LIKE 'job-%'"):
            job = self.db.conn.execute("SELECT batch_job_id FROM chunks WHERE id = ?", (each,)).fetchone()[0]
            fail(self.db, job, cause, each)

    @rule(data=st.data(), cause=st.none() | CAUSES, permanent=st.booleans(), named=st.booleans())
    def ours_retries(self, data: st.DataObject, cause: Cause | None, permanent: bool, named: bool) -> None:  # noqa: FBT001
        chosen = self.some(data) if named else None
        before = self.ids("embedding_status = 'FAILED'")
        with writing(self.db):
            retried, skipped = queue.retry(self.db, cause=cause, ids=chosen, permanent=permanent)
        left = self.ids("embedding_status = 'FAILED'")
        assert retried == len(before) - len(left)
        assert skipped <= len(left)
        assert not (permanent and skipped)

    @rule(data=st.data(), cause=CAUSES)
    def ours_discards(self, data: st.DataObject, cause: Cause) -> None:
        before = len(self.ids())
        with writing(self.db):
            gone = queue.discard(self.db, cause=cause, ids=self.some(data) or None)
        assert gone == before - len(self.ids())

    @rule(data=st.data())
    def ours_puts_back(self, data: st.DataObject) -> None:
        if self.jobs:
            with writing(self.db):
                queue.put_back(self.db, f"job-{data.draw(st.integers(1, self.jobs))}")

    @rule(data=st.data(), text=st.text("abc", max_size=9), status=st.sampled_from(["PENDING", "READY", "FAILED"]))
    def an_older_writer_updates(self, data: st.DataObject, text: str, status: str) -> None:
        for each in self.some(data):
            self.db.conn.execute(
                "UPDATE chunks SET content = ?, embedding_status = ?, batch_job_id = NULL WHERE id = ?",
                (text, status, each),
            )

    @rule(data=st.data())
    def an_older_writer_deletes(self, data: st.DataObject) -> None:
        for each in self.some(data):
            self.db.conn.execute("DELETE FROM chunks WHERE id = ?", (each,))

    @rule(data=st.data())
    def somebody_removes_a_job(self, data: st.DataObject) -> None:
        if self.jobs:
            self.db.conn.execute(
                "DELETE FROM batch_jobs WHERE id = ?", (f"job-{data.draw(st.integers(1, self.jobs))}",)
            )

    @rule()
    def the_document_goes_and_another_comes(self) -> None:
        self.db.conn.execute("DELETE FROM documents")
        self.db.conn.execute(
            "INSERT INTO documents (id, content, metadata, media_type, created_at) VALUES (1, '', '{}', '', '')"
        )

    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def the_counters_are_true(self) -> None:
        assert stored_counts(self.db) == {key: both for key, both in true_counts(self.db).items() if any(both)}
        counts = queue.counts(self.db)
        assert counts.total == len(self.ids())
        assert sum(cause.chunks for cause in queue.failure_causes(self.db)) == counts.failed

    @invariant()
    def no_vector_outlives_its_chunk(self) -> None:
        orphans = "SELECT count(*) FROM vectors WHERE chunk_id NOT IN (SELECT id FROM chunks)"
        assert self.db.conn.execute(orphans).fetchone() == (0,)

    def teardown(self) -> None:
        self.db.conn.close()


def test_the_counters_follow_every_writer(tmp_path_factory: pytest.TempPathFactory) -> None:
    from types import SimpleNamespace

    from hypothesis.stateful import run_state_machine_as_test

    Writers.folder = SimpleNamespace(name=str(tmp_path_factory.mktemp("writers")))
    profile = settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Writers, settings=profile)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (JobSize(2, 100), (2, 20)),
        (JobSize(10, 25), (2, 20)),
        (JobSize(10, 5), (1, 10)),
        (JobSize(1, 1000), (1, 10)),
        (JobSize(10, 30), (3, 30)),
        (JobSize(0, 0), (1, 10)),
    ],
)
def test_a_job_is_never_larger_than_told_but_for_a_single_larger_chunk(
    db: Database, size: JobSize, expected: tuple[int, int]
) -> None:
    add(db, *["x" * 10] * 3)
    wanted = queue.measure(db, NOW, size)
    assert (wanted.chunks, wanted.characters) == expected


def test_the_oldest_leave_first(db: Database) -> None:
    ids = add(db, *"abcde")
    assert claim(db, "one", JobSize(2, 100)) == 2
    assert queue.travelling_page(db, "one", 0, 10) == ids[:2]
    assert claim(db, "two", JobSize(2, 100)) == 2
    assert queue.travelling_page(db, "two", ids[2], 10) == [ids[3]]


def test_chunks_that_back_off_are_passed_over_until_their_time(db: Database) -> None:
    first, second = add(db, "a", "b")
    claim(db, "one")
    assert fail(db, "one", Cause.RATE_LIMITED, first, second) == (0, 2)
    assert queue.backing_off(db, NOW) == 2
    assert queue.measure(db, NOW, EVERYTHING).chunks == 0
    assert queue.measure(db, NOW + timedelta(seconds=31), EVERYTHING).chunks == 2
    assert queue.backing_off(db, NOW + timedelta(seconds=31)) == 0


def noted(db: Database) -> list[tuple[int, str]]:
    return db.conn.execute("SELECT chunk_id, hash_prefix FROM superseded ORDER BY 1, 2").fetchall()


@pytest.mark.parametrize(
    "change",
    ["content = 'other'", 'metadata = \'{"_vector_source": "other"}\'', "context = 'Title'"],
)
def test_a_text_changed_while_it_travels_is_noted_and_loses_its_hash(db: Database, change: str) -> None:
    chunk, other = add(db, "text", "waits")
    claim(db, "job", JobSize(1, 100))
    db.conn.execute(f"UPDATE chunks SET {change}")
    assert noted(db) == [(chunk, content_hash("text")[:16])]
    hashes = dict(db.conn.execute("SELECT id, content_hash FROM chunks").fetchall())
    assert hashes == {chunk: None, other: content_hash("waits")}


def test_a_writer_that_names_the_new_hash_keeps_it(db: Database) -> None:
    (chunk,) = add(db, "text")
    claim(db, "job")
    db.conn.execute("UPDATE chunks SET content = 'new', content_hash = ?", (content_hash("new"),))
    assert noted(db) == [(chunk, content_hash("text")[:16])]
    assert db.conn.execute("SELECT content_hash FROM chunks").fetchone() == (content_hash("new"),)


@pytest.mark.parametrize("change", ["content = content", "token_count = 3", "metadata = '{}'"])
def test_a_change_of_nothing_supersedes_nothing(db: Database, change: str) -> None:
    add(db, "text")
    claim(db, "job")
    db.conn.execute(f"UPDATE chunks SET {change}")
    assert noted(db) == []


def test_a_removed_chunk_is_noted_and_its_id_may_be_used_again(db: Database) -> None:
    (chunk,) = add(db, "text")
    claim(db, "job")
    db.conn.execute("DELETE FROM chunks")
    (again,) = add(db, "text")
    assert again == chunk
    assert noted(db) == [(chunk, content_hash("text")[:16])]
    with writing(db):
        assert queue.mark_ready(db, "job", [(3, chunk, content_hash("text")[:16])]) == 0
        assert queue.matching(db, "job", [(chunk, content_hash("text")[:16])]) == set()
    assert queue.counts(db).pending == 1


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
def test_what_an_older_writer_left_to_embed_is_found(db: Database, metadata: str, expected: str) -> None:
    (chunk,) = add(db, "text", metadata=metadata, content_hash=None, embed_chars=None)
    assert claim(db, "job") == 1
    assert list(queue.travelling_texts(db, "job")) == [(chunk, expected, content_hash(expected))]


def test_hashes_are_filled_beyond_one_page(db: Database) -> None:
    with writing(db):
        add(db, *[f"text {place}" for place in range(2500)], content_hash=None)
    assert claim(db, "job") == 2500
    assert all(content_hash(text) == stored for _, text, stored in queue.travelling_texts(db, "job"))


def test_retry_tells_what_it_did(db: Database) -> None:
    ids = add(db, *"abcdef")
    claim(db, "job")
    fail(db, "job", Cause.TOO_LONG, *ids[:2])
    for _ in range(2):
        db.conn.execute("UPDATE chunks SET batch_job_id = 'job' WHERE id = ?", (ids[2],))
        fail(db, "job", Cause.MISSING, ids[2])
    failed = {cause.cause: cause for cause in queue.failure_causes(db)}
    assert {cause: each.chunks for cause, each in failed.items()} == {Cause.TOO_LONG: 2, Cause.MISSING: 1}
    assert failed[Cause.TOO_LONG].failure_class is FailureClass.PERMANENT
    with writing(db):
        assert queue.retry(db, ids=[ids[0], ids[0], ids[2], ids[3], 10**9]) == (1, 1)
        assert queue.retry(db) == (0, 2)
        assert queue.retry(db, job_id="another", permanent=True) == (0, 0)
        assert queue.retry(db, cause=Cause.TOO_LONG, job_id="job", permanent=True) == (2, 0)
    attempts = db.conn.execute("SELECT max(attempts), count(failure_cause), count(failed_at) FROM chunks").fetchone()
    assert attempts == (0, 0, 0)


def test_causes_tell_the_first_and_the_last_time(db: Database) -> None:
    ids = add(db, *"abc")
    claim(db, "job")
    for place, each in enumerate(ids):
        faults = [RowFault(each, Cause.EMPTY, "empty")]
        queue.mark_failed(db, "job", faults, POLICY, NOW + timedelta(minutes=place), 0.0)
    field.insert_5(db.conn, 50, "FAILED", None, "an older writer's words")
    empty, other = queue.failure_causes(db)
    assert (empty.cause, empty.chunks) == (Cause.EMPTY, 3)
    assert (empty.first, empty.last) == (NOW, NOW + timedelta(minutes=2))
    assert (other.cause, other.chunks, other.first, other.last) == ("other error", 1, None, None)
    page = queue.failed_page(db, cause="other error")
    assert [(row.cause, row.error) for row in page] == [("other error", "an older writer's words")]


def test_failed_chunks_come_in_pages(db: Database) -> None:
    ids = add(db, *"abcdefg")
    claim(db, "job")
    fail(db, "job", Cause.EMPTY, *ids)
    seen: list[int] = []
    while page := queue.failed_page(db, after_id=seen[-1] if seen else 0, limit=3):
        seen += [row.id for row in page]
    assert seen == ids


def plans(db: Database, work: Callable[[], object]) -> list[str]:
    """How SQLite goes about every statement of some work."""
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    work()
    db.conn.set_trace_callback(None)
    found = []
    for statement in statements:
        if statement.startswith(("SELECT", "UPDATE")):
            found += [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
    return found


@pytest.mark.parametrize("analysed", [False, True])
def test_nothing_that_runs_each_second_walks_through_the_chunks(db: Database, analysed: bool) -> None:  # noqa: FBT001
    with writing(db):
        add(db, *["text"] * 300, embedding_status="READY")
        add(db, *["text"] * 300, embedding_status="FAILED")
    if analysed:
        db.conn.execute("ANALYZE")
    found = plans(db, lambda: read_overview(db, Profile(), PRICES["gemini-embedding-001"], NOW))
    through = [plan for plan in found if plan.startswith("SCAN chunks")]
    assert set(through) <= {"SCAN chunks USING INDEX ix_chunks_waiting"}  # its first entry


def fill(path: Path, chunks: int) -> Database:
    """READY, waiting and FAILED chunks, the last in two causes."""
    db = open_database(path)
    field.add_document(db.conn)
    with writing(db):
        db.conn.execute(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)"
            " INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, created_at,"
            " embedding_status, failure_cause, failed_at) SELECT 1, i, 'text', 'text', '{}', '2026-11-24',"
            " CASE i % 4 WHEN 0 THEN 'PENDING' WHEN 1 THEN 'FAILED' ELSE 'READY' END,"
            " CASE i % 8 WHEN 1 THEN 'other error' WHEN 5 THEN '400 text too long' END,"
            " CASE i % 4 WHEN 1 THEN '2026-11-24T12:00:00.000000Z' END FROM n",
            (chunks,),
        )
    return db


def test_an_overview_costs_the_same_whatever_the_number_of_chunks(tmp_path: Path) -> None:
    costs = []
    for chunks in (2_000, 60_000):
        with contextlib.closing(fill(tmp_path / f"{chunks}.db", chunks)) as db:
            steps = 0

            def count() -> int:
                nonlocal steps
                steps += 1
                return 0

            db.conn.set_progress_handler(count, 10)
            read_overview(db, Profile(), PRICES["gemini-embedding-001"], NOW)
            db.conn.set_progress_handler(None, 0)
            costs.append(steps)
    assert costs[1] <= 1.2 * costs[0] + 5


@given(st.integers(0, 2**63 - 1), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_a_key_comes_back_as_it_went(chunk: int, text_hash: str) -> None:
    from engine.domain.documents import parse_request_key, request_key

    assert parse_request_key(request_key(chunk, text_hash)) == (chunk, text_hash[:16])


@pytest.mark.parametrize("analysed", [False, True])
def test_marking_a_slice_takes_one_look_up_for_each_row(db: Database, analysed: bool) -> None:  # noqa: FBT001
    with writing(db):
        ids = add(db, *["text"] * 300)
    claim(db, "job")
    if analysed:
        db.conn.execute("ANALYZE")
    rows = [(3, each, content_hash("text")[:16]) for each in ids]
    found = plans(db, lambda: queue.mark_ready(db, "job", rows))
    assert set(found) == {"SCAN r VIRTUAL TABLE INDEX 1:", "SEARCH chunks USING INTEGER PRIMARY KEY (rowid=?)"}
    assert queue.counts(db).ready == 300


def test_vectors_are_stored_whatever_their_number(db: Database) -> None:
    rows = [(chunk, chunk.to_bytes(4, "little")) for chunk in range(1, vectors.AT_ONCE * 2 + 2)]
    with writing(db):
        profile = vectors.profile_id(db, Profile())
        assert vectors.bulk_update_vectors(db, profile, []) == 0
        for _ in range(2):
            assert vectors.bulk_update_vectors(db, profile, rows[::-1]) == len(rows)
        with pytest.raises(ValueError, match="one length"):
            vectors.bulk_update_vectors(db, profile, [(1, b"1234"), (2, b"12345678")])
    assert db.conn.execute("SELECT chunk_id, embedding FROM vectors ORDER BY chunk_id").fetchall() == rows
