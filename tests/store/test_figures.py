"""Every sum that is shown can be added up from its rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.domain.jobs import JobStatus
from engine.domain.ledger import ADJUSTMENT, UNCERTAIN, Spend
from engine.domain.models import Mode
from engine.domain.requests import Judgement, Outcome
from engine.life import booking
from engine.store import by_text, figures, ledger, requests, reuse
from engine.store.audit import violations
from engine.store.db import Db
from engine.store.reuse import Way
from tests import rows
from tests.rows import BATCH_PRICE, DIRECT_PRICE, NOW

EARLIER = NOW - timedelta(days=40)


Answers = dict[str, tuple[Outcome, int | None]]


def submission(db: Db, number: int, answers: Answers, doubt: int, **fields: object) -> int:
    """A job that ended with these answers, with so many doubtful tokens for each text that told none."""
    opened = rows.job(db, f"job-{number}", JobStatus.COMPLETED, **fields).submission
    rows.travel(db, opened, list(answers))
    with db.writing():
        booking.reserve(db, EARLIER, opened, 500)
    rows.answer(db, opened, answers)
    with db.writing():
        lost = requests.doubtful_page(db, opened, 0, 100)
        requests.doubt(db, opened, dict.fromkeys(lost, doubt))
        booking.settle(db, NOW, opened, used_at=EARLIER + timedelta(days=number), estimated_tokens=90)
        requests.close(db, opened, NOW)
    return opened


@pytest.fixture
def past(db: Db) -> Db:
    """Jobs with waste of each kind, uncertain and judged money, a direct request, carried rows, adjustments, reuse."""
    bad = (Outcome.UNUSED, Outcome.SPOILED, Outcome.REFUSED, Outcome.MISSING, Outcome.UNREADABLE, Outcome.LOST)
    for number, outcome in enumerate(bad):
        tokens = 30 + number if outcome in (Outcome.UNUSED, Outcome.SPOILED) else None
        useful = f"useful {number}"
        opened = submission(db, number, {useful: (Outcome.USEFUL, 11), f"bad {number}": (outcome, tokens)}, 17)
        if outcome in (Outcome.MISSING, Outcome.LOST):
            judged = Judgement.BILLED if outcome is Outcome.LOST else Judgement.FREE
            with db.writing():
                booking.judge(db, NOW, opened, judged, "the invoice")
    submission(db, 20, {"again": (Outcome.UNUSED, 23)}, 0, duplicate_of="job-0")
    direct = rows.direct(db, ["direct"])
    rows.answer(db, direct, {"direct": (Outcome.USEFUL, 9)})
    with db.writing():
        booking.settle(db, NOW, direct, used_at=NOW)
        requests.close(db, direct, NOW)
    terms = {"mode": "batch", "model": "m", "price_per_million": BATCH_PRICE, "sync_price_per_million": DIRECT_PRICE}
    rows.post(db, rows.entry(EARLIER, "carried-job", 777, waste_tokens=77, carried=True, guessed_tokens=5))
    more = rows.transfer(ADJUSTMENT, at=NOW, tokens=0, amount=Decimal("0.0125"), **terms)
    rows.post(db, [more])
    live = rows.job(db, "live", JobStatus.SUBMITTED, estimated_tokens=1_000).submission
    with db.writing():
        booking.reserve(db, NOW, live, 1_200)
        reuse.book(db, NOW, Way.INGEST, "m", 3, 33, 0, BATCH_PRICE)
        reuse.book(db, EARLIER, Way.LOOK, "m", 2, 20, 0, BATCH_PRICE)
    return db


def test_every_figure_is_the_sum_of_its_rows(past: Db) -> None:
    assert violations(past) == []
    found = list(figures.every(past, NOW))
    assert len({figure.name for figure in found}) == len(found)
    for figure in found:
        assert figures.add_up(past, figure) == figure.amount, figure.name
    nonzero = {figure.name for figure in found if figure.amount}
    assert {f"total.{name}" for name in figures.MEASURES} < nonzero
    assert {"sync.paid", "reserved.amount", "in_flight.amount"} < nonzero
    assert {"reused.chunks", "kind=waste: second batch:batch.waste", "month=2026-10:batch.paid"} < nonzero


def test_a_figure_is_found_by_its_name(past: Db) -> None:
    for figure in figures.every(past, NOW):
        found = figures.find(past, figure.name, NOW)
        assert found == figure, figure.name
    assert figures.find(past, "key=batch.paid", NOW) is not None
    for name in ("", "month", "month.nothing", "nothing.paid", "key=nobody.paid", "=.paid"):
        assert figures.find(past, name, NOW) is None


@pytest.mark.parametrize("by", ["day", "month", "key", "project", "model", "mode", "job", "collection", "kind"])
def test_the_lines_of_every_grouping_add_up_to_the_total(past: Db, by: ledger.By) -> None:
    total = ledger.spend(past)
    assert sum((row.spend for row in ledger.report(past, by)), Spend()) == total
    assert total.saved == total.at_sync_price - total.amount - total.uncertain - total.adjustment


def test_what_is_estimated_says_on_what_it_rests(past: Db) -> None:
    found = {figure.name: figure for figure in figures.every(past, NOW)}
    assert "17" not in found["sync.paid"].basis
    assert found["sync.paid"].estimated is False
    assert "may be charged" in found["total.uncertain"].basis
    assert "may be charged" in found["total.saved"].basis
    assert found["total.uncertain"].amount == Decimal(17 * 2) * BATCH_PRICE / 10**6
    assert "nobody counted" in found["total.paid"].basis
    assert ledger.holding(past, UNCERTAIN).tokens == 17 * 2


@pytest.mark.parametrize("by", ["document", "folder"])
def test_documents_and_folders_share_the_total_to_the_picodollar(past: Db, by: by_text.ByText) -> None:
    rows.document(past, ["useful 0", "bad 0"], source="notes/tea/green.txt")
    rows.document(past, ["useful 0", "useful 1"], source="notes/tea/black.txt")
    rows.document(past, ["useful 2"], source="notes/coffee.txt")
    found = by_text.report(past, by)
    assert sum((row.spend for row in found), Spend()) == ledger.spend(past)
    tokens = {row.name: row.spend.tokens for row in found if row.mode is Mode.BATCH}
    assert tokens.pop(by_text.GONE) > 0
    assert tokens.pop(by_text.UNKNOWN) == 777
    if by == "document":
        assert tokens == {"notes/coffee.txt": 11, "notes/tea/black.txt": 11, "notes/tea/green.txt": 41}
    else:
        assert tokens == {"notes/": 11, "notes/tea/": 52}


def test_a_report_by_document_keeps_to_its_days(past: Db) -> None:
    last = max(row.name for row in ledger.report(past, "day"))
    day = date.fromisoformat(last)
    found = by_text.report(past, "document", since=day, until=day)
    assert sum((row.spend for row in found), Spend()) == ledger.spend(past, since=day, until=day)
