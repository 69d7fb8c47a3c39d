"""Documents: stored many at a time by their texts, replaced chunk by chunk, nothing asked for twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain.documents import Chunk, Document, fingerprint
from engine.domain.models import Profile
from engine.domain.texts import embed_text, text_hash
from engine.domain.times import local_text
from engine.errors import StoreError
from engine.store import queue, texts, vectors
from engine.store.db import Db, Query, Row
from engine.store.documents import Incoming, Stored, fingerprints, store_documents, waiting_texts
from engine.store.sqlite.connection import open_database
from engine.store.waiting import WaitingTexts
from tests import rows
from tests.rows import NOW, PROFILE

JOB = "0af51d6e-0000-4000-8000-000000000001"
REFUSE = Query(
    "test: refuse a chunk",
    "CREATE TRIGGER refuse BEFORE INSERT ON chunks WHEN NEW.content = 'bad' BEGIN SELECT raise(ABORT, 'no'); END",
)
SPOIL = Query("test: a text that is none", "UPDATE chunks SET content = CAST(x'ff' AS TEXT) WHERE id = :id")


def document(contents: Sequence[str], source: str = "a.txt", context: str = "Title") -> Incoming:
    chunks, at = [], 0
    for content in contents:
        chunks.append(Chunk(content=content, start=at, end=at + len(content), context=context))
        at += len(content)
    whole = "".join(contents)
    made = Document(source=source, title="Title", content=whole, media_type="text/markdown", chunks=tuple(chunks))
    return Incoming(made, fingerprint(json.dumps([contents, context])))


def store(db: Db, *items: Incoming) -> Stored:
    with db.writing():
        return store_documents(db, items, vectors.profile_id(db, PROFILE), NOW)


def named(db: Db, *whole: str) -> list[int]:
    return [found or 0 for found in texts.ids_of(db, [text_hash(each) for each in whole])]


def contents(db: Db) -> list[str]:
    return [row["content"] for row in rows.chunks(db)]


def states(db: Db) -> list[tuple[str, str | None]]:
    return [(row["embedding_status"], row["batch_job_id"]) for row in rows.chunks(db)]


def check(db: Db) -> list[Row]:
    """Each chunk points to its own text, in its own place; the queue says what its rows say."""
    found = rows.chunks(db)
    assert [row["chunk_index"] for row in found] == list(range(len(found)))
    wholes = [embed_text(row["content"], row["context"]) for row in found]
    assert named(db, *wholes) == [row["text_id"] for row in found]
    assert [row["embed_chars"] for row in found] == [len(whole) for whole in wholes]
    waits = sum(row["embedding_status"] == "PENDING" and row["batch_job_id"] is None for row in found)
    counts = queue.counts(db)
    assert (counts.pending, counts.total, counts.unnamed) == (waits, len(found), 0)
    assert WaitingTexts(db, NOW).total.chunks == waits - counts.resting
    return found


def test_every_column_that_the_queue_and_the_auditor_need_is_set(db: Db) -> None:
    assert store(db, document(["one ", "two"])) == Stored(documents_added=1, chunks_added=2)
    first, second = check(db)
    assert (first["content"], first["context"], first["chunk_type"], first["metadata"]) == (
        "one ",
        "Title",
        "text",
        "{}",
    )
    assert (second["start_offset"], second["end_offset"], second["content_hash"]) == (4, 7, None)
    assert (second["embedding_status"], second["batch_job_id"], second["attempts"]) == ("PENDING", None, 0)
    assert second["created_at"] == local_text(NOW)


def test_the_same_document_is_left_alone(db: Db) -> None:
    store(db, document(["one"]))
    before = [[row[name] for name in row.keys()] for row in rows.chunks(db)]  # noqa: SIM118
    assert store(db, document(["one"])) == Stored(documents_unchanged=1)
    assert [[row[name] for name in row.keys()] for row in rows.chunks(db)] == before  # noqa: SIM118


def test_a_text_that_has_its_vector_is_ready_at_once(db: Db) -> None:
    text = rows.vector(db, "Title\n\nb")
    done = store(db, document(["a", "b", "b"]), document(["b"], "b.txt"))
    assert done == Stored(documents_added=2, chunks_added=4, reused=Counter({text: 3}))
    assert states(db) == [("PENDING", None), ("READY", None), ("READY", None)]
    check_all = queue.counts(db)
    assert (check_all.ready, check_all.pending) == (3, 1)


def test_a_vector_of_another_profile_is_no_vector(db: Db) -> None:
    rows.vector(db, "Title\n\na", profile=Profile(dimension=2), embedding=b"\0" * 8)
    assert store(db, document(["a"])).reused == {}
    assert states(db) == [("PENDING", None)]


def test_a_text_that_travels_is_waited_for(db: Db) -> None:
    job = rows.job(db, JOB)
    rows.travel(db, job.submission, ["Title\n\na"])
    rows.direct(db, ["Title\n\nb"])
    assert store(db, document(["a", "b", "c"])).shared == 2
    assert states(db) == [("PENDING", JOB), ("PENDING", None), ("PENDING", None)]


def test_a_text_that_waits_already_is_shared(db: Db) -> None:
    assert store(db, document(["a", "a", "b"])).shared == 1
    assert store(db, document(["b", "c", "c"], "b.txt")).shared == 2
    waiting = WaitingTexts(db, NOW).total
    assert (waiting.texts, waiting.chunks) == (3, 6)


def test_an_insertion_moves_the_others_and_keeps_what_they_are(db: Db) -> None:
    store(db, document(["a", "b", "c"]))
    ids = [row["id"] for row in rows.chunks(db)]
    for chunk in ids:
        rows.put(db, chunk, "READY")
    assert store(db, document(["new", "a", "b", "c"])) == Stored(documents_changed=1, chunks_added=1, chunks_kept=3)
    found = check(db)
    assert [row["id"] for row in found[1:]] == ids
    assert [row["embedding_status"] for row in found] == ["PENDING", "READY", "READY", "READY"]
    assert [row["start_offset"] for row in found] == [0, 3, 4, 5]


def test_chunks_that_change_places_keep_what_they_are(db: Db) -> None:
    store(db, document(["a", "b", "c", "d", "e", "f"]))
    ids = {row["content"]: row["id"] for row in rows.chunks(db)}
    after = ["c", "a", "b", "e", "d", "new", "f"]
    assert store(db, document(after)) == Stored(documents_changed=1, chunks_added=1, chunks_kept=6)
    assert [row["id"] for row in check(db) if row["content"] != "new"] == [ids[each] for each in after if each != "new"]


@pytest.mark.parametrize("order", ["reversed", "the first one goes", "by halves"])
def test_a_large_document_is_put_in_another_order(db: Db, order: str) -> None:
    before = [f"text {number} " for number in range(3_000)]
    orders = {"reversed": before[::-1], "the first one goes": before[1:], "by halves": before[1_500:] + before[:1_500]}
    store(db, document(before))
    ids = {row["content"]: row["id"] for row in rows.chunks(db)}
    store(db, document(orders[order]))
    assert [row["id"] for row in check(db)] == [ids[content] for content in orders[order]]


def test_a_changed_chunk_waits_anew_without_its_job_and_its_errors(db: Db) -> None:
    store(db, document(["a", "b", "c"]))
    first, second, third = (row["id"] for row in rows.chunks(db))
    rows.job(db, JOB)
    rows.put(db, first, "READY", job=JOB)
    rows.put(db, second, "READY", job=JOB)
    rows.put(db, third, "FAILED", job=JOB, cause="x", error="z", attempts=3, failed_at=NOW, next_attempt_at=NOW)
    assert store(db, document(["a", "B", "C"])).chunks_changed == 2
    found = check(db)
    assert [row["id"] for row in found] == [first, second, third]
    for row in found[1:]:
        assert (row["embedding_status"], row["batch_job_id"], row["attempts"]) == ("PENDING", None, 0)
        assert all(row[name] is None for name in ("failure_cause", "failed_at", "error_message", "next_attempt_at"))
    assert found[0]["batch_job_id"] == JOB


def test_an_edit_taken_back_finds_its_vector(db: Db) -> None:
    store(db, document(["a", "b"]))
    text = rows.vector(db, "Title\n\nb")
    rows.put(db, rows.chunks(db)[1]["id"], "READY")
    assert store(db, document(["a", "B"])).reused == {}
    assert states(db)[1] == ("PENDING", None)
    assert store(db, document(["a", "b"])).reused == {text: 1}
    assert states(db)[1] == ("READY", None)


def test_a_failed_chunk_that_is_kept_stays_failed(db: Db) -> None:
    store(db, document(["a", "b"]))
    rows.put(db, rows.chunks(db)[1]["id"], "FAILED", cause="x", error="z", attempts=2, failed_at=NOW)
    store(db, document(["new", "b"]))
    row = check(db)[1]
    assert (row["embedding_status"], row["failure_cause"], row["attempts"]) == ("FAILED", "x", 2)


@pytest.mark.parametrize("after", [["a", "B"], ["a"]], ids=["changed", "removed"])
def test_what_travels_and_is_wanted_no_more_leaves_the_job_and_keeps_its_request(db: Db, after: list[str]) -> None:
    store(db, document(["a", "b"]))
    job = rows.job(db, JOB)
    for row in rows.chunks(db):
        rows.put(db, row["id"], "PENDING", job=JOB)
    travelling = rows.travel(db, job.submission, ["Title\n\na", "Title\n\nb"])
    store(db, document(after))
    assert states(db) == [("PENDING", JOB), ("PENDING", None)][: len(after)]
    with db.reading():
        assert queue.travelling_among(db, vectors.find_profile(db, PROFILE) or 0, travelling) == set(travelling)
    check(db)


def test_a_text_that_is_divided_otherwise_stays_what_it_is(db: Db) -> None:
    store(db, document(["B\n\nc", "x"], context="A"), document(["d"], "b.txt", context=""))
    rows.job(db, JOB)
    first, second = (row["id"] for row in rows.chunks(db))
    rows.put(db, first, "PENDING", job=JOB)
    whole = document(["c"], context="A\n\nB")
    both = whole.document.chunks + document(["x"], context="A").document.chunks
    done = store(db, Incoming(Document(
        source="a.txt", title="T", content="cx", media_type="text/plain", chunks=both), "another"))  # fmt: skip
    assert (done.chunks_kept, done.chunks_changed) == (2, 0)
    found = rows.chunks(db)
    assert (found[0]["id"], found[0]["content"], found[0]["context"]) == (first, "c", "A\n\nB")
    assert (found[0]["batch_job_id"], found[0]["text_id"]) == (JOB, *named(db, "A\n\nB\n\nc"))
    assert found[1]["id"] == second
    assert queue.counts(db).unnamed == 0


def test_chunks_of_older_writers_are_matched_by_the_text_they_have(db: Db) -> None:
    kept = {"_vector_source": "Title\n\na"}
    [first] = rows.document(db, ["a"], named=False, metadata=json.dumps(kept))
    done = store(db, document(["a", "b"]))
    assert (done.chunks_kept, done.chunks_added) == (1, 1)
    found = check(db)
    assert (found[0]["id"], found[0]["context"], found[0]["metadata"]) == (first, "Title", "{}")


def test_a_chunk_for_which_an_earlier_writer_keeps_another_text_is_changed(db: Db) -> None:
    store(db, document(["a", "b"]))
    first, second = (row["id"] for row in rows.chunks(db))
    rows.set_metadata(db, first, '{"_vector_source": "other"}')
    rows.set_metadata(db, second, "not json")
    done = store(db, document(["a", "b", "c"]))
    assert (done.chunks_kept, done.chunks_changed, done.chunks_added) == (1, 1, 1)
    assert [row["metadata"] for row in check(db)] == ["{}", "not json", "{}"]


def test_a_chunk_whose_content_is_no_text_is_given_one(db: Db) -> None:
    store(db, document(["a", "b"]))
    with db.writing():
        db.run(SPOIL, id=rows.chunks(db)[1]["id"])
    done = store(db, document(["a", "b", "c"]))
    assert (done.chunks_kept, done.chunks_changed, done.chunks_added) == (1, 1, 1)
    check(db)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8), min_size=2, max_size=5),
    st.data(),
)
def test_any_history_of_versions_ends_with_the_last_and_nothing_that_is_here_waits(
    tmp_path_factory: pytest.TempPathFactory, versions: list[list[str]], data: st.DataObject
) -> None:
    db = open_database(tmp_path_factory.mktemp("history") / "halfrate.db", create=True).db
    embedded: set[str] = set()
    for version in versions:
        store(db, document(version))
        assert contents(db) == version
        for row in check(db):
            assert (row["embedding_status"] == "READY") == (row["content"] in embedded)
        for content in sorted(set(version) - embedded):
            if data.draw(st.booleans()):
                text = rows.vector(db, f"Title\n\n{content}")
                embedded.add(content)
                with db.writing():
                    queue.fill(db, [text], job=None, active=True)
    db.close()


def test_the_texts_that_documents_wait_for_are_named(db: Db) -> None:
    rows.job(db, JOB)
    store(db, document(["a", "b", "c", "a"]), document(["a", "d"], "b.txt"), document(["e"], "c.txt"))
    chunks = rows.chunks(db)
    rows.put(db, chunks[1]["id"], "READY")
    rows.put(db, chunks[2]["id"], "PENDING", job=JOB)
    found = fingerprints(db, ["a.txt", "b.txt"])
    assert waiting_texts(db, [number for number, _ in found.values()]) == named(db, "Title\n\na", "Title\n\nd")


def test_sums_of_steps_add_up() -> None:
    total = Stored(chunks_added=1, reused=Counter({7: 1}))
    total.add(Stored(chunks_added=2, shared=3, reused=Counter({7: 2, 8: 1})))
    assert total == Stored(chunks_added=3, shared=3, reused=Counter({7: 3, 8: 1}))


def test_nothing_is_stored_when_the_database_refuses(db: Db) -> None:
    with db.writing():
        db.run(REFUSE)
    with pytest.raises(StoreError):
        store(db, document(["good"], "1.txt"), document(["bad"], "2.txt"))
    assert fingerprints(db, ["1.txt", "2.txt"]) == {}
