"""The ledger is append-only, exact, and its day totals are the sums of its rows; so are cost lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.ledger import USEFUL, Spend, Transfer
from engine.domain.models import Mode
from engine.errors import StoreError
from engine.store import ledger, reuse
from engine.store.audit import violations
from engine.store.db import Db, Query
from engine.store.ledger import By
from engine.store.reuse import Way
from engine.store.sqlite.connection import open_database
from tests.rows import NOW, entry, post

PRICE = st.decimals(0, 100, places=6)
BYS: tuple[By, ...] = get_args(By)
CHANGE = Query("test: change the ledger", "UPDATE transfers SET tokens = 0", scans="a test's")
DELETE = Query("test: empty the ledger", "DELETE FROM transfers", scans="a test's")
REPLACE = Query(
    "test: replace in the ledger",
    "INSERT OR REPLACE INTO transfers SELECT id, at, used_at, day, debit, credit, kind, requests, 0, guessed_tokens,"
    " estimated_tokens, micro, pico, direct_micro, direct_pico, price_per_million, sync_price_per_million, price_label,"
    " mode, model, key_label, key_tail, key_fingerprint, project, collection, submission_id, job_id, note, until,"
    " reference, carried, hash FROM transfers",
    scans="a test's",
)


@pytest.mark.parametrize("statement", [CHANGE, DELETE, REPLACE], ids=["change", "delete", "replace"])
def test_an_entry_is_never_changed(db: Db, statement: Query) -> None:
    post(db, entry(job_id="one"))
    with pytest.raises(StoreError), db.writing():
        db.run(statement)
    assert ledger.spend(db).tokens == 1000


def test_what_stands_for_something_is_posted_once(db: Db) -> None:
    once = replace(entry()[0], reference="invoice 2026-11 line 3")
    post(db, [once])
    with pytest.raises(StoreError):
        post(db, [once])
    assert ledger.spend(db).requests == 10


def test_sums_beyond_63_bits_fail_nothing(db: Db) -> None:
    price = Decimal("2400.123456")
    for _ in range(3):
        post(db, entry(job_id="one", tokens=4 * 10**9, price_per_million=price, sync_price_per_million=price))
    assert ledger.spend(db).amount == 12 * 10**9 * price / 10**6
    with db.writing():
        for _ in range(3):
            reuse.book(db, NOW, Way.LOOK, "one", 1, 4 * 10**9, 0, price)
    assert reuse.total(db).amount == 12 * 10**9 * price / 10**6
    assert violations(db) == []


ENTRIES = st.lists(
    st.builds(
        entry,
        at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        mode=st.sampled_from(Mode),
        key_label=st.sampled_from(["default", "batch"]),
        key_tail=st.just("1111"),
        model=st.sampled_from(["one", "two"]),
        requests=st.integers(0, 10**6),
        tokens=st.integers(10**6, 10**9),
        waste_tokens=st.integers(0, 10**6),
        guessed_tokens=st.integers(0, 10**6),
        price_per_million=PRICE,
        sync_price_per_million=PRICE,
        price_label=st.just("a price"),
        estimated_tokens=st.integers(0, 10**9),
    ),
    max_size=8,
)


@given(ENTRIES)
@settings(max_examples=40, deadline=None)
def test_every_sum_is_that_of_its_rows(entries: list[list[Transfer]]) -> None:
    with TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "halfrate.db", create=True).db
        post(db, *entries)
        rows = [part for each in entries for part in each]
        exact = sum((each.tokens * each.price_per_million / 10**6 for each in rows), Decimal(0))
        direct = sum(
            (each.tokens * each.sync_price_per_million / 10**6 for each in rows if each.credit == USEFUL), Decimal(0)
        )
        total = ledger.spend(db)
        assert (total.amount, total.tokens) == (exact, sum(each.tokens for each in rows))
        assert (total.at_sync_price, total.saved) == (direct, direct - exact)
        assert total.guessed_tokens == sum(each.guessed_tokens for each in rows)
        assert [each.tokens for each in ledger.postings(db)] == [each.tokens for each in rows][::-1]
        for by in BYS:
            lines = ledger.report(db, by)
            assert sum((line.spend.amount for line in lines), Decimal(0)) == exact
            assert sum(line.spend.guessed_tokens for line in lines) == total.guessed_tokens
        assert violations(db) == []
        db.close()


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
def test_a_report_has_a_line_for_each_group_and_mode(db: Db, by: By, names: list[str]) -> None:
    post(db, entry(NOW - timedelta(days=1), "one"), entry(), entry(job_id="two"))
    assert [line.name for line in ledger.report(db, by)] == names
    assert sum(line.spend.tokens for line in ledger.report(db, by, since=NOW.date())) == 2000


def test_entries_come_in_pages_newest_first(db: Db) -> None:
    post(db, *[entry(NOW + timedelta(minutes=place), tokens=place) for place in range(7)])
    seen: list[int] = []
    before = None
    while page := ledger.postings(db, before_id=before, limit=3):
        before = page[-1].id
        seen += [each.tokens for each in page]
    assert seen == [6, 5, 4, 3, 2, 1, 0]
    assert ledger.postings(db, since=date(2026, 11, 25)) == []


def test_months_and_days_are_those_of_the_invoice(db: Db) -> None:
    last = datetime(2026, 11, 1, 6, 59, 59, 999999, tzinfo=UTC)  # a moment before midnight in Los Angeles
    post(db, entry(last, "one", tokens=1), entry(last + timedelta(microseconds=1), "two", tokens=10))
    for zone in (UTC, timezone(timedelta(hours=9))):
        assert ledger.month_spend(db, last.astimezone(zone)).tokens == 11
        assert ledger.month_spend(db, (last + timedelta(seconds=1)).astimezone(zone)).tokens == 10
    assert [line.name for line in ledger.report(db, "day")] == ["2026-10-31", "2026-11-01"]


def test_what_landed_leaves_waste_and_synchronous_requests_out(db: Db) -> None:
    post(db, entry(job_id="one", waste_tokens=100), entry(), entry(NOW - timedelta(days=1), "two"))
    assert ledger.landed(db, NOW.date()) == (900, 900)
    assert ledger.spend(db, since=NOW.date(), mode=Mode.BATCH).amount == Decimal("0.000075")


def booked(db: Db, days: int = 3) -> None:
    """Batch jobs and synchronous requests on several days, of three models and two keys."""
    post(
        db,
        *[
            entry(
                NOW - timedelta(days=number // 4),
                f"job-{number}" if number % 2 == 0 else None,
                1000 + number,
                model=f"model-{number % 3}",
                waste_tokens=number,
                estimated_tokens=900 if number % 2 == 0 else 0,
            )
            for number in range(days * 4)
        ],
    )


@pytest.mark.parametrize("by", BYS)
def test_every_cost_line_is_the_sum_of_the_postings_behind_it(db: Db, by: By) -> None:
    booked(db)
    lines = ledger.lines(db, by)
    assert len(lines) == ledger.count_lines(db, by)
    seen: set[int] = set()
    for line in lines:
        postings = ledger.postings_behind(db, by, line)
        assert len(postings) == ledger.count_behind(db, by, line)
        assert sum(each.tokens for each in postings) == line.spend.tokens
        assert sum((each.amount for each in postings), Decimal(0)) == line.spend.amount
        assert sum(each.estimated_tokens for each in postings) == line.estimated_tokens
        assert seen.isdisjoint(each.id for each in postings)
        seen.update(each.id for each in postings)
    assert seen == {each.id for each in ledger.postings(db)}


def test_a_line_is_read_again_by_its_key(db: Db) -> None:
    booked(db, days=2)
    for by in BYS:
        for each in ledger.lines(db, by):
            assert ledger.line(db, by, each) == each
    [first, *_] = ledger.lines(db, "day")
    post(db, entry(NOW, "one more"))
    again = ledger.line(db, "day", first)
    assert again is not None
    assert again.spend.requests == first.spend.requests + 10


def test_lines_and_postings_are_found_by_words(db: Db) -> None:
    booked(db)
    assert {line.key for line in ledger.lines(db, "key", words="BAT")} == {"batch"}
    assert ledger.count_lines(db, "job", words="job-1") == 1
    [batch] = ledger.lines(db, "mode", words="batch")
    found = ledger.postings_behind(db, "mode", batch, words="job-10")
    assert [(each.job_id, each.account) for each in found] == [("job-10", "paid:waste"), ("job-10", "paid:useful")]
    assert ledger.count_behind(db, "mode", batch, words="job-10 waste") == 1


def test_lines_and_postings_are_paged(db: Db) -> None:
    booked(db, days=5)
    days = ledger.lines(db, "day")
    assert [line.key for line in days] == sorted((str(line.key) for line in days), reverse=True)
    assert [*ledger.lines(db, "day", limit=4), *ledger.lines(db, "day", limit=100, offset=4)] == days
    assert ledger.lines(db, "job", limit=1)[0].key == "job-18"
    batch = ledger.lines(db, "mode")[0]
    whole = ledger.postings_behind(db, "mode", batch)
    assert ledger.postings_behind(db, "mode", batch, before_id=whole[2].id, limit=2) == whole[3:5]


def test_the_days_add_up_to_the_whole(db: Db) -> None:
    booked(db)
    days = ledger.daily(db)
    assert [day.day for day in days] == sorted(day.day for day in days)
    assert sum(day.amount for day in days) == ledger.spend(db).amount
    assert sum(day.at_sync_price for day in days) == ledger.spend(db).at_sync_price


def test_an_empty_ledger_sums_to_nothing(db: Db) -> None:
    assert ledger.spend(db) == Spend()
    assert not ledger.daily(db)
    assert not ledger.lines(db, "day")


def test_what_was_not_paid_is_the_sum_of_its_rows(db: Db) -> None:
    price = Decimal("0.075")
    with db.writing():
        nothing = reuse.book(db, NOW, Way.RETRY, "one", 0, 0, 0, price)
        first = reuse.book(db, NOW - timedelta(days=1), Way.INGEST, "one", 2, 1_000_000, 10, price)
        second = reuse.book(db, NOW, Way.SHARED, "one", 3, 7, 0, price, "job")
    assert (nothing.chunks, first.amount) == (0, price)
    assert reuse.total(db) == first + second
    assert reuse.total(db, NOW.date()) == second
    newest, oldest = reuse.page(db)
    assert reuse.page(db, before_id=newest.id) == [oldest]
    assert reuse.count(db) == 2
    assert (newest.way, newest.job_id, newest.at, newest.amount) == (Way.SHARED, "job", NOW, second.amount)
    assert (oldest.guessed_tokens, oldest.price_per_million) == (10, price)
