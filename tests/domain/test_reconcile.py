"""The invoice against the ledger, by rule: every difference has a cause, and the amounts add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.billing import billing_day, billing_month
from engine.domain.differences import Booked, Cause, Difference, Explanation, Standing
from engine.domain.invoice import CostType, Credit, ExportLine, Sku
from engine.domain.models import Mode
from engine.domain.posting import Adjustment, Resolution, post, postings
from engine.domain.reconcile import Span, reconcile

SKU = Sku("gemini-embedding-001", Mode.BATCH)
DAY = date(2026, 11, 10)
NOON = datetime(2026, 11, 10, 20, 0, tzinfo=UTC)
MONTHS_LATER = datetime(2027, 2, 1, tzinfo=UTC)
START = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def job(name: str, tokens: int, *, at: datetime = NOON, price: int = 75_000, **others: Any) -> Booked:
    """What is booked of a job; the price is picodollars a token."""
    booked = Booked(
        id=name, name=name, used_at=at, day=billing_day(at), project="p", sku=SKU, tokens=tokens, pico=tokens * price
    )
    return replace(booked, **others)


def line(tokens: int, cost: str | None = None, *, days: int = 0, number: int = 2, **others: Any) -> ExportLine:
    """A line of the export as Google rounds it."""
    made = ExportLine(
        number=number,
        service="Gemini API",
        sku_id="ABCD-1234",
        sku_name="Gemini Embedding 001, Batch",
        sku=SKU,
        start=START + days * ONE_DAY,
        end=START + (days + 1) * ONE_DAY,
        project="p",
        cost=Decimal(cost) if cost is not None else round(Decimal(tokens) * Decimal("0.075") / 1_000_000, 6),
        currency="USD",
        rate=Decimal(1),
        usage=Decimal(tokens),
        unit="count",
        credits=(),
        cost_type=CostType.REGULAR,
        invoice_month="2026-11",
    )
    return replace(made, **others)


def compared(
    lines: list[ExportLine], booked: list[Booked], *, now: datetime = MONTHS_LATER, complete: bool = True
) -> list[Difference]:
    since, until = min((one.start for one in lines), default=now), max((one.end for one in lines), default=now)
    found = reconcile(lines, booked, Span(since=since, until=until, complete=complete), now)
    for each in found:
        assert sum(one.pico for one in each.explanations) == each.pico
    return found


def causes(found: list[Difference]) -> list[Cause]:
    return [each.cause for difference in found for each in difference.explanations]


def only(found: list[Difference], cause: Cause) -> Explanation:
    (explanation,) = (each for one in found for each in one.explanations if each.cause is cause)
    return explanation


class Ledger:
    """A ledger in memory that takes postings, as the one on disk has to."""

    def __init__(self, booked: list[Booked]) -> None:
        self.booked = list(booked)
        self.names: set[str] = set()

    def knows(self, identity: str) -> bool:
        return identity in self.names

    def adjust(self, adjustment: Adjustment) -> None:
        self.names.add(adjustment.identity)
        place = adjustment.place
        self.booked.append(
            Booked(
                id=adjustment.identity,
                used_at=datetime(place.day.year, place.day.month, place.day.day, 20, tzinfo=UTC),
                day=place.day,
                project=place.project,
                sku=place.sku,
                tokens=adjustment.tokens,
                pico=adjustment.pico,
                standing=Standing.ADJUSTED,
                cause=adjustment.cause,
            )
        )

    def resolve(self, resolution: Resolution) -> None:
        self.names.add(resolution.identity)
        self.booked.remove(resolution.booked)
        if resolution.billed:
            self.booked.append(replace(resolution.booked, standing=Standing.PAID))


@pytest.mark.parametrize(
    ("moment", "day", "month"),
    [
        (datetime(2026, 11, 1, 6, 59, tzinfo=UTC), date(2026, 10, 31), "2026-10"),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), date(2026, 11, 1), "2026-11"),
        (datetime(2026, 11, 2, 7, 59, tzinfo=UTC), date(2026, 11, 1), "2026-11"),
        (datetime(2026, 11, 2, 8, 0, tzinfo=UTC), date(2026, 11, 2), "2026-11"),
    ],
)
def test_a_billing_day_is_pacific_on_both_sides_of_the_change_of_clocks(
    moment: datetime, day: date, month: str
) -> None:
    assert (billing_day(moment), billing_month(moment)) == (day, month)


def test_two_sides_that_are_equal_need_no_explanation() -> None:
    (found,) = compared([line(300_000)], [job("a", 100_000), job("b", 200_000)])
    assert (found.pico, found.explanations) == (0, ())
    assert (found.billed_tokens, found.booked_tokens) == (300_000, 300_000)


def test_a_job_that_google_did_not_bill_is_named() -> None:
    explained = only(compared([line(300_000)], [job("a", 100_000), job("b", 200_000), job("c", 777)]), Cause.NOT_BILLED)
    assert [each.name for each in explained.booked] == ["c"]
    assert (explained.tokens, explained.pico) == (-777, -777 * 75_000)


def test_several_jobs_that_google_did_not_bill_are_found_among_many() -> None:
    jobs = [job(f"job {number}", 1_000 + 37 * number**2) for number in range(12)]
    billed = sum(each.tokens for each in jobs if each.name not in ("job 3", "job 7", "job 8"))
    found = compared([line(billed)], jobs)
    missing = [each.booked[0].name for each in found[0].explanations if each.cause is Cause.NOT_BILLED]
    assert sorted(missing) == ["job 3", "job 7", "job 8"]


def test_a_day_without_a_line_is_a_day_that_google_did_not_bill() -> None:
    assert causes(compared([line(5_000_000, days=1)], [job("a", 10), job("b", 20)])) == [
        Cause.NOT_BILLED,
        Cause.NOT_BILLED,
        Cause.UNKNOWN,
    ]


def test_usage_that_nobody_here_knows_is_named_with_its_price() -> None:
    explained = only(compared([line(2_000_000)], [job("a", 500_000)]), Cause.UNKNOWN)
    assert (explained.tokens, explained.pico) == (1_500_000, 1_500_000 * 75_000)


def test_too_few_tokens_that_are_no_job_stay_unexplained() -> None:
    (found,) = compared([line(99_000)], [job("a", 100_000)])
    assert not found.is_explained
    assert only([found], Cause.UNEXPLAINED).tokens == -1_000


def test_a_line_that_stands_twice_is_told_by_both_and_not_posted() -> None:
    found = compared([line(400_000), line(400_000, number=3)], [job("a", 400_000)])
    explained = only(found, Cause.DOUBLED)
    assert [each.number for each in explained.lines] == [3]
    assert postings(found) == []


def test_two_equal_lines_that_the_ledger_knows_are_no_doubled_line() -> None:
    assert causes(compared([line(400), line(400, number=3)], [job("a", 400), job("b", 400)])) == []


@pytest.mark.parametrize(("price", "cost"), [("0.08", "0.024"), ("0.06", "0.018"), ("0", "0")])
def test_another_price_is_computed_per_million(price: str, cost: str) -> None:
    explained = only(compared([line(300_000, cost)], [job("a", 300_000)]), Cause.PRICE)
    assert (explained.billed_price, explained.booked_price) == (Decimal(price), Decimal("0.075"))
    assert explained.pico == Decimal(cost) * 10**12 - 300_000 * 75_000


def test_another_price_on_one_line_of_two_names_that_line() -> None:
    lines = [line(300_000), line(200_000, "0.02", number=3)]
    explained = only(compared(lines, [job("a", 500_000)]), Cause.PRICE)
    assert [each.number for each in explained.lines] == [3]
    assert explained.billed_price == Decimal("0.1")


def test_a_cost_that_no_price_makes_stays_unexplained() -> None:
    found = compared([line(3_000_000_000, "225.123457")], [job("a", 3_000_000_000)])
    assert causes(found) == [Cause.UNEXPLAINED]


def test_what_rounding_to_six_decimals_leaves_is_rounding() -> None:
    explained = only(compared([line(7)], [job("a", 7)]), Cause.ROUNDING)
    assert explained.pico == 1_000_000 - 7 * 75_000


def test_credits_tax_and_corrections_are_told_apart() -> None:
    taxed: dict[str, Any] = {"service": "Invoice", "sku": None, "usage": Decimal(0)}
    lines = [
        line(1_000_000, credits=(Credit("free tier", Decimal("-0.01")),)),
        line(0, "0.0142", cost_type=CostType.TAX, **taxed),
        line(0, "-0.002", cost_type=CostType.ADJUSTMENT, **taxed),
        line(0, "0.0004", cost_type=CostType.ROUNDING, **taxed),
    ]
    found = compared(lines, [job("a", 1_000_000)])
    amounts = {each.cause: Decimal(each.pico) / 10**12 for one in found for each in one.explanations}
    assert amounts == {
        Cause.CREDIT: Decimal("-0.01"),
        Cause.TAX: Decimal("0.0142"),
        Cause.CORRECTION: Decimal("-0.002"),
        Cause.INVOICE_ROUNDING: Decimal("0.0004"),
    }


def test_another_currency_is_converted_and_named_although_nothing_differs() -> None:
    euros: dict[str, Any] = {"currency": "EUR", "rate": Decimal("0.92")}
    explained = only(compared([line(1_000_000, "0.069", **euros)], [job("a", 1_000_000)]), Cause.CURRENCY)
    assert (explained.pico, explained.lines[0].rate) == (0, Decimal("0.92"))
    explained = only(compared([line(1_000_001, "0.069", **euros)], [job("a", 1_000_001)]), Cause.CURRENCY)
    assert explained.pico == -75_000


def test_uncertain_money_turns_out_not_to_be_billed() -> None:
    doubt = job("lost", 50_000, standing=Standing.UNCERTAIN)
    found = compared([line(100_000)], [job("a", 100_000), doubt])
    assert only(found, Cause.DOUBT_FREE).booked == (doubt,)
    (posting,) = postings(found)
    assert isinstance(posting, Resolution)
    assert (posting.booked, posting.billed) == (doubt, False)


@pytest.mark.parametrize("billed", [50_000, 48_000, 61_000])
def test_uncertain_money_turns_out_to_be_billed_at_whatever_google_counted(billed: int) -> None:
    doubt = job("lost", 50_000, standing=Standing.UNCERTAIN)
    found = compared([line(100_000 + billed)], [job("a", 100_000), doubt])
    explained = only(found, Cause.DOUBT_BILLED)
    assert (explained.booked, explained.tokens) == ((doubt,), billed - 50_000)
    resolution, *adjustments = postings(found)
    assert isinstance(resolution, Resolution)
    assert resolution.billed
    assert len(adjustments) == (billed != 50_000)


def test_a_job_that_nobody_counted_may_be_off_by_its_estimate() -> None:
    found = compared([line(98_000)], [job("a", 100_000, guessed=True)])
    assert only(found, Cause.ESTIMATED).tokens == -2_000


def test_a_day_that_google_has_not_exported_yet_is_waited_for_and_not_posted() -> None:
    tomorrow = NOON + ONE_DAY
    booked = [job("a", 100_000), job("b", 5_000, at=tomorrow)]
    found = compared([line(100_000)], booked, now=tomorrow + ONE_DAY)
    assert causes(found) == [Cause.NOT_EXPORTED]
    assert postings(found) == []
    assert causes(compared([line(100_000)], booked, now=tomorrow + 6 * ONE_DAY)) == [Cause.NOT_BILLED]


@pytest.mark.parametrize("days", [-3, 3])
def test_what_lies_outside_of_a_part_of_a_month_is_not_taken_for_free(days: int) -> None:
    booked = [job("a", 100_000), job("b", 5_000, at=NOON + days * ONE_DAY)]
    found = compared([line(100_000)], booked, complete=False)
    assert causes(found) == [Cause.NOT_EXPORTED]
    assert postings(found) == []


def test_a_job_around_midnight_is_on_another_day_at_google() -> None:
    late = START + ONE_DAY + timedelta(minutes=20)
    booked = [job("a", 100_000), job("b", 5_000, at=late), job("c", 70_000, at=NOON + ONE_DAY)]
    found = compared([line(105_000), line(70_000, days=1)], booked)
    assert causes(found) == [Cause.MIDNIGHT, Cause.MIDNIGHT]
    assert [each.pico for each in found] == [5_000 * 75_000, -5_000 * 75_000]
    assert postings(found) == []


def test_projects_are_compared_apart_where_the_ledger_knows_them() -> None:
    lines = [line(100_000), line(40_000, project="another", number=3)]
    apart = compared(lines, [job("a", 100_000), job("b", 40_000, project="another")])
    assert [(each.place.project, each.explanations) for each in apart] == [("another", ()), ("p", ())]
    together = compared(lines, [job("a", 100_000, project=None), job("b", 40_000, project=None)])
    assert [(each.place.project, each.explanations) for each in together] == [(None, ())]


def test_a_later_export_takes_back_what_was_adjusted_for_a_job_that_came_late() -> None:
    ledger = Ledger([job("a", 100_000), job("b", 5_000)])
    post(compared([line(100_000)], ledger.booked), ledger)
    found = compared([line(105_000)], ledger.booked)
    assert causes(found) == [Cause.TAKEN_BACK]
    post(found, ledger)
    assert sum(each.pico for each in ledger.booked) == 105_000 * 75_000


TOKENS = st.integers(1, 5_000_000)
BOOKED = st.lists(st.tuples(TOKENS, st.sampled_from((0, 1)), st.sampled_from(("paid", "doubt", "guessed"))), max_size=6)
PLANTED = st.fixed_dictionaries(
    {
        "missing": st.integers(0, 2),
        "doubled": st.booleans(),
        "price": st.sampled_from(("0.075", "0.08", "0.1", "0.0123456789")),
        "credit": st.sampled_from(("0", "-0.013")),
        "tax": st.sampled_from(("0", "0.0191")),
        "rate": st.sampled_from(("1", "0.92", "151.3")),
        "unknown": st.integers(0, 1_000_000),
    }
)


@given(booked=BOOKED, planted=PLANTED)
def test_any_combination_adds_up_and_posting_it_twice_changes_nothing(
    booked: list[tuple[int, int, str]], planted: dict[str, object]
) -> None:
    jobs = [
        job(
            f"job {number}",
            tokens,
            at=NOON + day * ONE_DAY,
            standing=Standing.UNCERTAIN if kind == "doubt" else Standing.PAID,
            guessed=kind == "guessed",
        )
        for number, (tokens, day, kind) in enumerate(booked)
    ]
    lines = planted_lines(jobs[int(str(planted["missing"])) :], planted)
    ledger = Ledger(jobs)
    first = compared(lines, ledger.booked)
    left = sum(one.pico for one in first) - sum(
        each.pico for one in first for each in one.explanations if each.cause.moves_money
    )
    post(first, ledger)
    second = compared(lines, ledger.booked)
    assert sum(one.pico for one in second) == left
    before = len(ledger.booked)
    assert post(second, ledger) == []
    assert len(ledger.booked) == before


def planted_lines(jobs: list[Booked], planted: dict[str, object]) -> list[ExportLine]:
    lines: list[ExportLine] = []
    rate = Decimal(str(planted["rate"]))
    for days in (0, 1):
        tokens = sum(each.tokens for each in jobs if each.day == DAY + days * ONE_DAY) + int(str(planted["unknown"]))
        cost = round(tokens * Decimal(str(planted["price"])) / 1_000_000 * rate, 6)
        credits_ = (Credit("credit", Decimal(str(planted["credit"]))),)
        if tokens:
            more: dict[str, Any] = {"currency": "USD" if rate == 1 else "XXX", "rate": rate, "credits": credits_}
            lines.append(line(tokens, str(cost), days=days, number=len(lines) + 2, **more))
    if planted["doubled"]:
        lines += [replace(each, number=9) for each in lines[:1]]
    if planted["tax"] != "0":
        lines.append(line(0, str(planted["tax"]), cost_type=CostType.TAX, sku=None, usage=Decimal(0)))
    return lines
