"""A file that the second version left, with a settled job, a live one and a direct request: its money is carried."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.domain.ledger import RESERVED
from engine.store import counters, jobs, ledger
from engine.store.audit import violations
from engine.store.sqlite.connection import open_database
from engine.store.waiting import WaitingTexts

DUMP = Path(__file__).parent.parent / "field" / "second_version.sql"
"""Written by that version's own code, with vectors of 16 numbers."""
NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The file as it was left."""
    path = tmp_path / "halfrate.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(DUMP.read_text("utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    return path


def test_its_ledger_is_carried_over_to_the_picodollar_and_marked(left: Path) -> None:
    opened = open_database(left)
    assert opened.backup is not None
    with closing(opened.db) as db:
        spent = ledger.spend(db)
        assert (spent.tokens, spent.waste_tokens, spent.amount) == (50, 6, Decimal("0.00000435"))
        assert spent.waste == Decimal("0.00000045")
        assert all(each.carried for each in ledger.postings(db))
        assert violations(db) == []
        assert counters.recount(db) == []


def test_the_money_of_what_is_under_way_is_reserved(left: Path) -> None:
    with closing(open_database(left).db) as db:
        [live] = [job for job in jobs.dashboard(db, 10) if job.live]
        held = ledger.held(db, live.submission, RESERVED)
        assert held.tokens == live.estimated_tokens > 0
        assert held.amount == live.estimated_tokens * live.price_per_million / 10**6


def test_what_waits_still_waits(left: Path) -> None:
    with closing(open_database(left).db) as db:
        waiting = WaitingTexts(db, NOW).total
        assert (waiting.texts, waiting.characters) == (1, len("Waits still"))
