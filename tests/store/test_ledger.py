"""The ledger is append-only, exact, and its day totals are the sums of its rows."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from engine.domain.ledger import LedgerEntry
from engine.domain.pricing import PRICES, Mode
from engine.domain.vectors import Profile
from engine.store import ledger
from engine.store.connection import open_database, writing
from engine.store.ledger import By
from engine.store.overview import read_overview
from tests.store.conftest import NOW

PRICE = st.decimals(0, 100, places=6)


def entry(at: datetime = NOW, job_id: str | None = None, tokens: int = 1000, **other: object) -> LedgerEntry:
    values: dict[str, object] = {
        "at": at,
        "mode": Mode.BATCH if job_id else Mode.SYNCHRONOUS,
        "key_label": "batch" if job_id else "default",
        "key_tail": "1111",
        "model": "gemini-embedding-001",
        "requests": 10,
        "tokens": tokens,
        "waste_tokens": 0,
        "price_per_million": Decimal("0.075"),
        "sync_price_per_million": Decimal("0.15"),
        "price_label": "a price",
        "estimated_tokens": 900,
        "job_id": job_id,
        **other,
    }
    return LedgerEntry(**values)  # type: ignore[arg-type]


def post(db: Database, *entries: LedgerEntry) -> None:
    with writing(db, durable=True):
        for each in entries:
            ledger.post(db, each)


@pytest.mark.parametrize("statement", ["UPDATE ledger SET tokens = 0", "DELETE FROM ledger"])
def test_an_entry_is_never_changed(db: Database, statement: str) -> None:
    post(db, entry(job_id="one"))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.conn.execute(statement)
    assert ledger.spend(db).tokens == 1000


def test_a_job_is_booked_once(db: Database) -> None:
    post(db, entry(job_id="one"), entry(), entry())
    with pytest.raises(Exception, match="UNIQUE"):
        post(db, entry(job_id="one"))
    assert ledger.spend(db).requests == 30


ENTRIES = st.lists(
    st.builds(
        LedgerEntry,
        at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        mode=st.sampled_from(Mode),
        key_label=st.sampled_from(["default", "batch"]),
        key_tail=st.just("1111"),
        model=st.sampled_from(["one", "two"]),
        requests=st.integers(0, 10**6),
        tokens=st.integers(0, 10**9),
        waste_tokens=st.integers(0, 10**6),
        price_per_million=PRICE,
        sync_price_per_million=PRICE,
        price_label=st.just("a price"),
        estimated_tokens=st.integers(0, 10**9),
    ),
    max_size=8,
)


@given(ENTRIES)
@settings(max_examples=40, deadline=None)
def test_every_sum_is_that_of_its_rows(entries: list[LedgerEntry]) -> None:
    with TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "halfrate.db")
        post(db, *entries)
        exact = sum((each.tokens * each.price_per_million / 10**6 for each in entries), Decimal(0))
        assert ledger.spend(db).amount == exact
        assert ledger.spend(db).tokens == sum(each.tokens for each in entries)
        rows = [each for _, each in ledger.entries(db)]
        assert rows == entries[::-1]
        for by in ("day", "key", "model", "mode", "job"):
            lines = ledger.report(db, by)
            assert sum((line.spend.amount for line in lines), Decimal(0)) == exact
        days = db.conn.execute("SELECT sum(requests), sum(tokens), sum(amount_pico) FROM ledger_days").fetchone()
        assert days == db.conn.execute("SELECT sum(requests), sum(tokens), sum(amount_pico) FROM ledger").fetchone()
        db.conn.close()


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("day", ["2026-11-23", "2026-11-24", "2026-11-24"]),
        ("key", ["batch", "default"]),
        ("model", ["gemini-embedding-001", "gemini-embedding-001"]),
        ("mode", ["batch", "synchronous"]),
        ("job", ["one", "(synchronous requests)", "two"]),
    ],
)
def test_a_report_has_a_line_for_each_group_and_mode(db: Database, by: By, names: list[str]) -> None:
    post(db, entry(NOW - timedelta(days=1), "one"), entry(), entry(job_id="two"))
    assert [line.name for line in ledger.report(db, by)] == names
    assert sum(line.spend.tokens for line in ledger.report(db, by, since=NOW.date())) == 2000


def test_entries_come_in_pages_newest_first(db: Database) -> None:
    post(db, *[entry(NOW + timedelta(minutes=place), tokens=place) for place in range(7)])
    seen: list[int] = []
    before = None
    while page := list(ledger.entries(db, before_id=before, limit=3)):
        before = page[-1][0]
        seen += [each.tokens for _, each in page]
    assert seen == [6, 5, 4, 3, 2, 1, 0]
    assert [each.tokens for _, each in ledger.entries(db, since=date(2026, 11, 25))] == []


def test_months_and_days_end_at_midnight_utc(db: Database) -> None:
    last = datetime(2026, 10, 31, 23, 59, 59, 999999, tzinfo=UTC)
    post(db, entry(last, "one", tokens=1), entry(last + timedelta(microseconds=1), "two", tokens=10))
    east = timezone(timedelta(hours=9))
    for zone in (UTC, east):
        assert ledger.month_spend(db, last.astimezone(zone)).tokens == 11
        assert ledger.month_spend(db, (last + timedelta(seconds=1)).astimezone(zone)).tokens == 10
        overview = read_overview(
            db, Profile(), PRICES["gemini-embedding-001"], (last + timedelta(seconds=1)).astimezone(zone)
        )
        assert overview.landed_today.actual_tokens == 10
        assert overview.month.tokens == 10


def test_what_landed_leaves_waste_and_synchronous_requests_out(db: Database) -> None:
    post(db, entry(job_id="one", waste_tokens=100), entry(), entry(NOW - timedelta(days=1), "two"))
    assert ledger.landed(db, NOW.date()) == (900, 900)
    overview = read_overview(db, Profile(), PRICES["gemini-embedding-001"], NOW)
    assert overview.landed_today.error_percent == 0.0
    assert overview.landed_today.amount == Decimal("0.000075")
    assert overview.saved == Decimal("0.00015")
