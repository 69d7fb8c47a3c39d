"""The log: a line is not repeated, and is found by words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.store import about, events
from engine.store.db import Db
from tests.rows import NOW

LINES = [
    ("flush", "sent 10 % of job_1", "info"),
    ("sync", "Google is late", "warning"),
    ("operator", "cancelled job_1", "error"),
]


@pytest.fixture
def lines(db: Db) -> Db:
    """A log of three lines, a second apart."""
    with db.writing():
        for place, (actor, message, level) in enumerate(LINES):
            events.log(db, NOW + timedelta(seconds=place), actor, message, level)
    return db


def test_lines_come_newest_first_in_pages(lines: Db) -> None:
    found = events.find(lines)
    assert [(event.actor, event.message, event.level) for event in found] == LINES[::-1]
    assert [event.at for event in found] == [NOW + timedelta(seconds=place) for place in (2, 1, 0)]
    first = events.find(lines, limit=2)
    assert first == found[:2]
    assert events.find(lines, limit=2, before_id=first[-1].id) == found[2:]


def test_a_line_that_says_what_the_one_before_says_is_left_out(lines: Db) -> None:
    with lines.writing():
        events.log(lines, NOW + timedelta(hours=1), "operator", "cancelled job_1")
        assert events.count(lines) == 3
        events.log(lines, NOW + timedelta(hours=1), "sync", "cancelled job_1")
        events.log(lines, NOW + timedelta(hours=1), "operator", "cancelled job_1")
    assert events.count(lines) == 5


@pytest.mark.parametrize(
    ("words", "found"),
    [("", 3), ("JOB_1", 2), ("job_1 error", 1), ("google", 1), ("sync warning", 1), ("%", 1), ("job1", 0), ("_", 2)],
)
def test_lines_are_found_by_words_in_level_actor_and_message(lines: Db, words: str, found: int) -> None:
    assert len(events.find(lines, words)) == events.count(lines, words) == found


def test_the_database_knows_a_few_facts_of_itself(db: Db) -> None:
    assert about.listed_at(db) is None
    assert not about.sweep_wanted(db)
    assert about.look_first_wanted(db, "one")
    with db.writing():
        about.want_sweep(db, "a lost answer")
        about.want_sweep(db, "another one")
        assert about.sweep_wanted(db)
        about.note_listing(db, NOW)
        about.note_looked_first(db, "one")
    assert about.listed_at(db) == NOW
    assert not about.sweep_wanted(db)
    assert not about.look_first_wanted(db, "one")
    assert about.look_first_wanted(db, "another")
