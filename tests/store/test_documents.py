"""Documents: stored many at a time, replaced chunk by chunk, listed with what has become of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from engine.domain.documents import Chunk, Document, content_hash
from engine.domain.retry import Cause
from engine.domain.times import local_text
from engine.domain.vectors import Profile
from engine.errors import StoreError
from engine.store import queue
from engine.store.connection import open_database, writing
from engine.store.documents import (
    PARTIAL,
    Incoming,
    Paid,
    Stored,
    count_documents,
    fingerprints,
    list_documents,
    missing_chunks,
    read_chunks,
    store_documents,
    store_paid,
)
from engine.store.vectors import bulk_update_vectors, profile_id
from tests.store.conftest import NOW, new_job

JOB = "0af51d6e-0000-4000-8000-000000000001"


def document(texts: Sequence[str], source: str = "/docs/a.md", context: str = "Title") -> Incoming:
    content = "".join(texts)
    chunks, at = [], 0
    for text in texts:
        chunks.append(Chunk(text, at, at + len(text), context))
        at += len(text)
    return Incoming(Document(source, "Title", content, "text/markdown", tuple(chunks)), content_hash(content))


def store(db: Database, *items: Incoming) -> Stored:
    with writing(db):
        return store_documents(db, items, NOW)


def stored(db: Database, source: str = "/docs/a.md") -> list[dict[str, Any]]:
    cursor = db.conn.execute(
        "SELECT c.* FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.source = ? ORDER BY chunk_index",
        (source,),
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def texts(db: Database) -> list[str]:
    return [row["content"] for row in stored(db)]


def embed(db: Database, chunk_id: int, vector: bytes = b"\0\0\x80\x3f", job: str | None = None) -> None:
    bulk_update_vectors(db, profile_id(db, Profile(dimension=1)), [(chunk_id, vector)])
    db.conn.execute("UPDATE chunks SET embedding_status = 'READY', batch_job_id = ? WHERE id = ?", (job, chunk_id))


def vectors(db: Database) -> set[int]:
    return {row[0] for row in db.conn.execute("SELECT chunk_id FROM vectors")}


def test_every_column_that_the_queue_and_the_auditor_need_is_set(db: Database) -> None:
    assert store(db, document(["one ", "two"])) == Stored(documents_added=1, chunks_added=2)
    first, second = stored(db)
    assert (first["content"], first["context"], first["chunk_type"], first["metadata"]) == (
        "one ",
        "Title",
        "text",
        "{}",
    )
    assert first["content_hash"] == content_hash("Title\n\none ")
    assert first["embed_chars"] == len("Title\n\none ")
    assert (second["start_offset"], second["end_offset"], second["chunk_index"]) == (4, 7, 1)
    assert (second["embedding_status"], second["batch_job_id"], second["attempts"]) == ("PENDING", None, 0)
    assert second["created_at"] == local_text(NOW)
    assert queue.counts(db).pending == 2
    assert queue.counts(db).pending_characters == first["embed_chars"] + second["embed_chars"]


def test_the_same_document_is_left_alone(db: Database) -> None:
    store(db, document(["one"]))
    before = stored(db)
    assert store(db, document(["one"])) == Stored(documents_unchanged=1)
    assert stored(db) == before


def test_an_insertion_moves_the_others_and_keeps_what_they_are(db: Database) -> None:
    store(db, document(["a", "b", "c"]))
    ids = [row["id"] for row in stored(db)]
    for chunk_id in ids:
        embed(db, chunk_id)
    assert store(db, document(["new", "a", "b", "c"])) == Stored(documents_changed=1, chunks_added=1, chunks_kept=3)
    rows = stored(db)
    assert [row["id"] for row in rows[1:]] == ids
    assert [row["embedding_status"] for row in rows] == ["PENDING", "READY", "READY", "READY"]
    assert [(row["chunk_index"], row["start_offset"]) for row in rows] == [(0, 0), (1, 3), (2, 4), (3, 5)]
    assert vectors(db) == set(ids)


def test_a_changed_chunk_waits_anew_without_its_vector_its_job_and_its_errors(db: Database) -> None:
    store(db, document(["a", "b", "c"]))
    first, second, third = (row["id"] for row in stored(db))
    new_job(db, JOB)
    for chunk_id in (first, second):
        embed(db, chunk_id, job=JOB)
    db.conn.execute(
        "UPDATE chunks SET embedding_status = 'FAILED', failure_cause = 'x', failed_at = 'y', error_message = 'z',"
        " attempts = 3, next_attempt_at = 'w', token_count = 5, batch_job_id = ? WHERE id = ?",
        (JOB, third),
    )
    assert store(db, document(["a", "B", "C"])).chunks_changed == 2
    for row in stored(db)[1:]:
        assert row["id"] in (second, third)
        assert (row["embedding_status"], row["batch_job_id"], row["attempts"]) == ("PENDING", None, 0)
        assert all(row[name] is None for name in ("failure_cause", "failed_at", "error_message", "next_attempt_at"))
        assert row["token_count"] is None
        assert row["content_hash"] == content_hash(f"Title\n\n{row['content']}")
    assert stored(db)[0]["batch_job_id"] == JOB
    assert vectors(db) == {first}
    assert (queue.counts(db).pending, queue.counts(db).ready) == (2, 1)


@pytest.mark.parametrize("after", [["a", "B"], ["a"]], ids=["changed", "removed"])
def test_a_chunk_in_batch_stays_there_and_what_travels_is_noted_as_superseded(db: Database, after: list[str]) -> None:
    store(db, document(["a", "b"]))
    first, second = (row["id"] for row in stored(db))
    new_job(db, JOB)
    db.conn.execute("UPDATE chunks SET batch_job_id = ?", (JOB,))
    store(db, document(after))
    sent = content_hash("Title\n\nb")[:16]
    assert db.conn.execute("SELECT * FROM superseded").fetchall() == [(JOB, second, sent)]
    rows = stored(db)
    assert [row["batch_job_id"] for row in rows] == [JOB] * len(after)
    assert rows[0]["id"] == first
    assert all(row["content_hash"] for row in rows)


def test_a_chunk_for_which_an_earlier_writer_keeps_another_text_is_changed(db: Database) -> None:
    store(db, document(["a", "b"]))
    first, second = (row["id"] for row in stored(db))
    db.conn.execute('UPDATE chunks SET metadata = \'{"_vector_source": "other"}\' WHERE id = ?', (first,))
    db.conn.execute("UPDATE chunks SET metadata = 'not json' WHERE id = ?", (second,))
    done = store(db, document(["a", "b", "c"]))
    assert (done.chunks_kept, done.chunks_changed, done.chunks_added) == (1, 1, 1)
    assert stored(db)[0]["metadata"] == "{}"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8), min_size=2, max_size=5),
    st.data(),
)
def test_any_history_of_versions_ends_with_the_last_and_no_vector_of_another_text(
    tmp_path_factory: pytest.TempPathFactory, versions: list[list[str]], data: st.DataObject
) -> None:
    db = open_database(tmp_path_factory.mktemp("history") / "halfrate.db")
    for version in versions:
        store(db, document(version))
        assert texts(db) == version
        assert [row["chunk_index"] for row in stored(db)] == list(range(len(version)))
        for row in stored(db):
            if data.draw(st.booleans()):
                embed(db, row["id"], row["content"].encode())
    for chunk_id, vector in db.conn.execute("SELECT chunk_id, embedding FROM vectors").fetchall():
        (row,) = (row for row in stored(db) if row["id"] == chunk_id)
        assert (row["embedding_status"], row["content"].encode()) == ("READY", vector)
    counts = queue.counts(db)
    assert counts.total == len(versions[-1])
    assert counts.ready == len(vectors(db))
    db.conn.close()


def paid(db: Database, item: Incoming, places: dict[int, Paid]) -> Stored:
    with writing(db, durable=True):
        done, rows = store_paid(db, item, places, NOW)
        bulk_update_vectors(db, profile_id(db, Profile(dimension=1)), rows)
    return done


def test_what_is_not_paid_yet_stays_out_until_it_is(db: Database) -> None:
    item = document(["a", "b", "c"])
    assert missing_chunks(db, item.document) == [0, 1, 2]
    assert paid(db, item, {0: Paid(b"A"), 1: Paid(None, Cause.TOO_LONG, "too long")}).documents_added == 1
    assert fingerprints(db, ["/docs/a.md", "x"])["/docs/a.md"][1] == PARTIAL + item.fingerprint
    assert missing_chunks(db, item.document) == [2]
    done = paid(db, item, {2: Paid(b"C", tokens=4)})
    assert (done.documents_added, done.documents_changed, done.chunks_added) == (0, 0, 1)
    rows = stored(db)
    assert [row["embedding_status"] for row in rows] == ["READY", "FAILED", "READY"]
    assert [row["token_count"] for row in rows] == [None, None, 4]
    assert (rows[1]["failure_cause"], rows[1]["error_message"]) == ("400 text too long", "too long")
    assert vectors(db) == {rows[0]["id"], rows[2]["id"]}
    assert fingerprints(db, ["/docs/a.md"])["/docs/a.md"][1] == item.fingerprint


def test_a_changed_document_keeps_what_was_paid_and_loses_what_is_gone(db: Database) -> None:
    paid(db, document(["a", "b", "c"]), {n: Paid(b"x") for n in range(3)})
    kept = stored(db)[2]["id"]
    after = document(["c", "d", "e"])
    assert missing_chunks(db, after.document) == [1, 2]
    done = paid(db, after, {1: Paid(b"d")})
    assert (done.documents_changed, done.chunks_removed) == (1, 2)
    assert texts(db) == ["c", "d"]
    paid(db, after, {2: Paid(b"e")})
    assert texts(db) == ["c", "d", "e"]
    assert stored(db)[0]["id"] == kept


def test_a_chunk_that_somebody_queued_meanwhile_becomes_ready_unless_it_travels(db: Database) -> None:
    item = document(["a", "b"])
    store(db, item)
    new_job(db, JOB)
    first, second = (row["id"] for row in stored(db))
    db.conn.execute("UPDATE chunks SET batch_job_id = ? WHERE id = ?", (JOB, second))
    paid(db, item, {0: Paid(b"A"), 1: Paid(b"B")})
    assert [(row["embedding_status"], row["batch_job_id"]) for row in stored(db)] == [("READY", None), ("PENDING", JOB)]
    assert vectors(db) == {first}


def test_documents_are_listed_newest_first_in_pages_with_counts_that_add_up(db: Database) -> None:
    store(db, *(document(["a", "b", "c", "d"], f"/docs/{n}_x.md") for n in range(5)))
    new_job(db, JOB)
    ids = [row["id"] for row in stored(db, "/docs/4_x.md")]
    embed(db, ids[0])
    db.conn.execute("UPDATE chunks SET batch_job_id = ? WHERE id = ?", (JOB, ids[1]))
    db.conn.execute("UPDATE chunks SET embedding_status = 'FAILED' WHERE id = ?", (ids[2],))
    page = list_documents(db, limit=2)
    assert [row.source for row in page] == ["/docs/4_x.md", "/docs/3_x.md"]
    first = page[0]
    assert (first.chunks, first.ready, first.in_batch, first.failed, first.pending) == (4, 1, 1, 1, 1)
    assert first.created_at is not None
    assert abs(first.created_at - NOW) < timedelta(seconds=1)
    assert [row.source for row in list_documents(db, page[-1].id, 2)] == ["/docs/2_x.md", "/docs/1_x.md"]
    assert [row.source for row in list_documents(db, filter="DOCS/3_")] == ["/docs/3_x.md"]
    assert list_documents(db, filter="3%x") == []
    assert [row.title for row in list_documents(db, filter="3_X.MD")] == ["Title"]
    assert count_documents(db) == 6


def test_documents_of_earlier_writers_are_listed_without_a_source(db: Database) -> None:
    db.conn.execute(
        "INSERT INTO documents (content, metadata, media_type, created_at) VALUES ('x', '{}', 'text/plain', 'never')"
    )
    (row,) = list_documents(db, limit=1)
    assert (row.source, row.title, row.chunks, row.created_at) == (None, None, 0, None)


def test_chunks_are_read_in_their_order_in_pages(db: Database) -> None:
    store(db, document([f"{n} " for n in range(5)]))
    document_id = fingerprints(db, ["/docs/a.md"])["/docs/a.md"][0]
    page = list(read_chunks(db, document_id, limit=3))
    assert [row.content for row in page] == ["0 ", "1 ", "2 "]
    assert [row.chunk_index for row in read_chunks(db, document_id, page[-1].chunk_index)] == [3, 4]
    assert page[0].context == "Title"


def test_nothing_is_stored_when_the_database_refuses(db: Database) -> None:
    db.conn.execute("CREATE TRIGGER refuse BEFORE INSERT ON chunks WHEN NEW.content = 'bad' BEGIN"
                    " SELECT raise(ABORT, 'no'); END")  # fmt: skip
    with pytest.raises(StoreError):
        store(db, document(["good"], "/docs/1"), document(["bad"], "/docs/2"))
    assert fingerprints(db, ["/docs/1", "/docs/2"]) == {}
