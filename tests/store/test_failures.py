"""FAILED chunks by cause and one by one: pages that add up, in id order, read from an index."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.causes import Cause, FailureClass
from engine.store import failures
from engine.store.db import Db, Query
from engine.store.search import patterns
from tests import rows
from tests.rows import NOW


def fail(
    db: Db, contents: list[str], cause: str | None = Cause.EMPTY, source: str = "a.txt", **more: object
) -> list[int]:
    values: dict[str, object] = {"failed_at": NOW, "error": "Nothing of 5% fits", **more}
    return rows.document(db, contents, source=source, status="FAILED", cause=cause, **values)  # type: ignore[arg-type]


def mixed(db: Db) -> list[int]:
    """Thirty failed chunks of four causes, one of them without a name, all mixed; returns their ids."""
    causes = [Cause.EMPTY, Cause.TOO_LONG, None, Cause.OTHER]
    parts = (fail(db, [f"text {number}"], causes[number % 4], f"{number}.txt") for number in range(30))
    return [chunk for part in parts for chunk in part]


def ids(db: Db, cause: str | None = None, **more: int | str) -> list[int]:
    return [row.id for row in failures.failed_page(db, cause=cause, **more)]  # type: ignore[arg-type]


def test_causes_tell_the_number_the_first_and_the_last_time(db: Db) -> None:
    for minute in range(3):
        fail(db, ["text"], source=f"{minute}.txt", failed_at=NOW + timedelta(minutes=minute))
    fail(db, ["text"], None, "b.txt", failed_at=None, error="an older writer's words")
    empty, other = failures.failure_causes(db)
    assert (empty.cause, empty.chunks, empty.failure_class) == (Cause.EMPTY, 3, FailureClass.PERMANENT)
    assert (empty.first, empty.last) == (NOW, NOW + timedelta(minutes=2))
    assert (other.cause, other.chunks, other.first, other.last) == ("other error", 1, None, None)
    assert other.remedy == "retry"
    page = failures.failed_page(db, cause="other error")
    assert [(row.cause, row.error) for row in page] == [("other error", "an older writer's words")]


def test_a_cause_of_a_later_version_is_listed_under_its_own_name(db: Db) -> None:
    chunks = fail(db, ["text"], "418 TEAPOT")
    [found] = failures.failure_causes(db)
    assert (found.cause, found.failure_class) == ("418 TEAPOT", FailureClass.TRANSIENT)
    assert failures.failed_ids(db, "418 TEAPOT") == chunks


@pytest.mark.parametrize("cause", [None, Cause.EMPTY, "other error"])
def test_pages_add_up_to_the_whole_in_id_order(db: Db, cause: str | None) -> None:
    everything = mixed(db)
    seen: list[int] = []
    while page := ids(db, cause, after_id=seen[-1] if seen else 0, limit=4):
        assert len(page) <= 4
        seen += page
    assert seen == (failures.failed_ids(db, cause) if cause else everything)
    if cause:
        assert failures.count_failed(db, cause) == len(seen) > 4


def test_failed_chunks_are_found_by_text_error_and_source(db: Db) -> None:
    chunks = fail(db, [f"{'even' if number % 2 == 0 else 'odd'} text {number}" for number in range(25)])
    assert ids(db, Cause.EMPTY, words="EVEN") == failures.failed_ids(db, Cause.EMPTY, words="even") == chunks[::2]
    assert failures.count_failed(db, Cause.EMPTY, words="even") == 13
    assert failures.count_failed(db, Cause.EMPTY, words="5% a.txt") == 25
    assert failures.count_failed(db, Cause.EMPTY, words="5%x") == 0


def test_chunks_without_a_cause_are_found_as_other_error(db: Db) -> None:
    chunks = fail(db, ["one", "two"], None, error=None)
    assert ids(db, "other error") == chunks
    assert failures.count_failed(db, "other error") == 2
    assert failures.count_failed(db, "other error", words="two") == 1


def test_failed_chunks_of_a_job_are_listed(db: Db) -> None:
    rows.job(db, "one")
    chunks = fail(db, ["a", "b"], job="one")
    fail(db, ["c"], source="b.txt")
    other = fail(db, ["d"], None, "c.txt", job="one")
    assert ids(db, job_id="one") == [*chunks, *other]
    assert ids(db, "other error", job_id="one") == other
    assert ids(db, job_id="one", after_id=chunks[0], limit=1) == chunks[1:]


@pytest.mark.parametrize("word", ["100% sure", "under_score", "back\\slash", "'; DROP TABLE chunks; --", "[/bold]"])
def test_words_are_taken_as_they_are(db: Db, word: str) -> None:
    [found, _] = fail(db, [f"before {word} behind", "something else"])
    assert failures.failed_ids(db, Cause.EMPTY, words=word) == [found]


def test_a_page_of_a_cause_is_read_from_its_index_without_sorting(db: Db) -> None:
    explain = Query("test: explain a page of failures", f"EXPLAIN QUERY PLAN {failures._IDS.sqlite}")
    plan = [row["detail"] for row in db.rows(explain, cause=Cause.EMPTY, words=patterns(""), after=7, limit=9)]
    assert any("USING INDEX ix_chunks_failed_by_id (failure_cause=? AND rowid>?)" in step for step in plan)
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN c") for step in plan)
