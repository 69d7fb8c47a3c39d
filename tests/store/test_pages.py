"""What screens list: documents, the chunks of a document, the chunks of a job; by pages and by words."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.requests import Outcome
from engine.store import pages
from engine.store.db import Db, Query
from tests import rows
from tests.rows import NOW

UNTIMED = Query("test: an unreadable time", "UPDATE documents SET created_at = 'never'", scans="a test's")


def test_documents_are_listed_newest_first_in_pages_with_counts_that_add_up(db: Db) -> None:
    for number in range(5):
        chunks = rows.document(db, ["a", "b", "c", "d"], source=f"/docs/{number}_x.md", title="Title")
    rows.job(db, "one")
    rows.put(db, chunks[0], "READY")
    rows.put(db, chunks[1], "PENDING", job="one")
    rows.put(db, chunks[2], "FAILED")
    page = pages.list_documents(db, limit=2)
    assert [row.source for row in page] == ["/docs/4_x.md", "/docs/3_x.md"]
    first = page[0]
    assert (first.chunks, first.ready, first.in_batch, first.failed, first.pending) == (4, 1, 1, 1, 1)
    assert first.created_at is not None
    assert abs(first.created_at - NOW) < timedelta(seconds=1)
    assert [row.source for row in pages.list_documents(db, page[-1].id, 2)] == ["/docs/2_x.md", "/docs/1_x.md"]
    assert [row.source for row in pages.list_documents(db, filter="DOCS/3_ title")] == ["/docs/3_x.md"]
    assert pages.list_documents(db, filter="3%x") == []
    assert (pages.count_documents(db), pages.count_documents(db, filter="/3_")) == (5, 1)


def test_documents_of_earlier_writers_are_listed_without_a_source(db: Db) -> None:
    rows.document(db, [], source=None, title=None)
    with db.writing():
        db.run(UNTIMED)
    (row,) = pages.list_documents(db, limit=1)
    assert (row.source, row.title, row.chunks, row.created_at) == (None, None, 0, None)


def test_chunks_are_read_in_their_order_in_pages(db: Db) -> None:
    rows.document(db, [f"{number} " for number in range(5)], context="Title")
    [document] = pages.list_documents(db)
    page = list(pages.read_chunks(db, document.id, limit=3))
    assert [row.content for row in page] == ["0 ", "1 ", "2 "]
    assert [row.chunk_index for row in pages.read_chunks(db, document.id, page[-1].chunk_index)] == [3, 4]
    assert page[0].context == "Title"
    assert [row.chunk_index for row in pages.read_chunks(db, document.id, words="pending 4")] == [4]
    assert (pages.count_chunks(db, document.id), pages.count_chunks(db, document.id, words="pending 4")) == (5, 1)


def test_the_chunks_of_a_job_say_what_became_of_their_requests(db: Db) -> None:
    job = rows.job(db, "one")
    other = rows.job(db, "two")
    chunks = rows.document(db, ["good", "good", "bad", "on its way", "of old"], source="s.txt", job="one")
    rows.travel(db, job.submission, ["on its way"])
    rows.answer(db, job.submission, {"good": (Outcome.USEFUL, 7), "bad": (Outcome.REFUSED, None)})
    rows.answer(db, other.submission, {"of old": (Outcome.USEFUL, 9)})
    rows.put(db, chunks[2], "FAILED", job="one", error="no")
    found = pages.job_chunks(db, "one")
    assert [(row.start, row.outcome, row.tokens) for row in found] == [
        ("good", Outcome.USEFUL, 7),
        ("good", Outcome.USEFUL, 7),
        ("bad", Outcome.REFUSED, None),
        ("on its way", None, None),
        ("of old", None, None),
    ]
    assert (found[2].status, found[2].error, found[2].source, found[2].characters) == ("FAILED", "no", "s.txt", 3)


def test_the_chunks_of_a_job_come_in_pages_and_by_words(db: Db) -> None:
    rows.job(db, "one")
    chunks = rows.document(db, ["text 0", "text 1", "text 2"], status="READY", job="one")
    first, *rest = pages.job_chunks(db, "one")
    assert first.id == chunks[0]
    assert pages.job_chunks(db, "one", after_id=first.id) == rest
    assert len(pages.job_chunks(db, "one", limit=2)) == 2
    assert pages.job_chunks(db, "one", words="READY 0") == [first]
    assert pages.count_job_chunks(db, "one", words="ready 0") == 1
    assert pages.count_job_chunks(db, "one", words="nothing") == 0
    assert pages.count_job_chunks(db, "one") == 3


def test_a_job_of_an_earlier_writer_has_chunks_without_requests(db: Db) -> None:
    rows.job(db, "one")
    rows.document(db, ["text"], job="one", named=False)
    [found] = pages.job_chunks(db, "one")
    assert (found.outcome, found.tokens, found.characters) == (None, None, 4)
