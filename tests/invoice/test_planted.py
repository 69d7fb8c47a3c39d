"""The emulator's bill as Google exports it, with differences planted: each is found, named, and adds up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.billing import billing_day
from engine.domain.differences import Booked, Cause, Difference
from engine.domain.invoice import Sku, named_skus
from engine.domain.models import MODELS, Mode
from engine.domain.money import amount_pico
from engine.domain.reconcile import Span, reconcile
from engine.emulator.bill import Bill, BillEntry
from engine.emulator.export import PRICES, export_csv, sku_id
from engine.invoice.export import read_export
from tests.planting import Planted

SKUS = named_skus({sku_id(model, mode.value): f"{model}/{mode.value}" for model in MODELS for mode in Mode})
NOW = datetime(2027, 1, 1, tzinfo=UTC)
JOBS = (400_000, 1_300_000, 77_777)
MODEL = "gemini-embedding-001"


def bill(*tokens: int, mode: str = "batch", model: str = MODEL, project: str = "p") -> Bill:
    entries = [
        BillEntry(
            at=f"2026-11-{10 + number % 3:02d}T20:00:00.000000000Z",
            key="2222",
            project=project,
            model=model,
            mode=mode,
            job=f"batches/{number}",
            display_name=None,
            requests=1,
            tokens=count,
        )
        for number, count in enumerate(tokens)
    ]
    return Bill(entries=entries, totals={mode: sum(tokens)})


def booked(bill: Bill) -> list[Booked]:
    """A ledger that agrees with the emulator to the token."""
    return [
        Booked(
            id=str(number),
            name=entry["job"] or "",
            used_at=(at := datetime.fromisoformat(entry["at"])),
            day=billing_day(at),
            project=entry["project"],
            sku=Sku(entry["model"], Mode(entry["mode"])),
            tokens=entry["tokens"],
            pico=amount_pico(entry["tokens"], PRICES[entry["model"]][entry["mode"]]),
        )
        for number, entry in enumerate(bill["entries"])
    ]


def exported(bill: Bill, currency: str = "USD", rate: str = "1") -> Planted:
    return Planted(export_csv(bill, currency, rate, NOW.timestamp()))


def found_in(planted: Planted, ledger: list[Booked], folder: Path) -> list[Difference]:
    export = read_export(planted.write(folder), SKUS)
    assert export.bad == []
    span = Span(since=export.since or NOW, until=export.until or NOW, complete=True)
    found = reconcile(export.lines, ledger, span, NOW)
    assert all(sum(each.pico for each in one.explanations) == one.pico for one in found)
    return found


def causes(found: list[Difference]) -> set[Cause]:
    return {each.cause for one in found for each in one.explanations} - {Cause.ROUNDING}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("mode", Mode)
def test_the_bill_as_it_is_equals_the_ledger(tmp_path: Path, model: str, mode: Mode) -> None:
    whole = bill(*JOBS, 7, mode=mode.value, model=model)
    found = found_in(exported(whole), booked(whole), tmp_path)
    assert causes(found) == set()
    assert sum(each.billed_tokens for each in found) == sum(each.booked_tokens for each in found)


def test_two_models_and_modes_and_projects_do_not_mix(tmp_path: Path) -> None:
    bills = [bill(5_000, 6_000, mode=mode.value, model=model, project=project)
             for mode in Mode for model in MODELS for project in ("p", "q")]  # fmt: skip
    whole = Bill(entries=[entry for each in bills for entry in each["entries"]], totals={})
    found = found_in(exported(whole), booked(whole), tmp_path)
    assert causes(found) == set()
    assert len(found) == 16


@pytest.mark.parametrize(
    ("plant", "cause"),
    [
        (lambda planted: planted.missing(JOBS[0]), Cause.NOT_BILLED),
        (lambda planted: planted.missing(1_000), Cause.UNEXPLAINED),
        (lambda planted: planted.missing(-1_000), Cause.UNKNOWN),
        (lambda planted: planted.doubled(), Cause.DOUBLED),
        (lambda planted: planted.priced("0.08"), Cause.PRICE),
        (lambda planted: planted.credited("-0.0123"), Cause.CREDIT),
        (lambda planted: planted.taxed("0.0211"), Cause.TAX),
        (lambda planted: planted.in_currency("EUR", "0.9234"), Cause.CURRENCY),
        (lambda planted: planted.in_currency("JPY", "151.3"), Cause.CURRENCY),
    ],
)
def test_a_planted_difference_is_found_and_named(
    tmp_path: Path, plant: Callable[[Planted], None], cause: Cause
) -> None:
    whole = bill(*JOBS, 300_000)
    planted = exported(whole)
    plant(planted)
    assert causes(found_in(planted, booked(whole), tmp_path)) == {cause}


def test_the_export_in_another_currency_comes_to_the_same_dollars(tmp_path: Path) -> None:
    whole = bill(*JOBS)
    found = found_in(exported(whole, "EUR", "0.92"), booked(whole), tmp_path)
    assert causes(found) == {Cause.CURRENCY}
    assert all(abs(each.pico) <= 550_000 for each in found)


@given(
    missing=st.booleans(),
    doubled=st.booleans(),
    price=st.sampled_from((None, "0.08", "0.1", "0.005")),
    credit=st.sampled_from((None, "-0.0123", "-0.5")),
    tax=st.sampled_from((None, "0.0211")),
    currency=st.sampled_from((None, ("EUR", "0.9234"), ("IDR", "16250.5"))),
)
def test_any_combination_is_found_and_adds_up(
    *,
    missing: bool,
    doubled: bool,
    price: str | None,
    credit: str | None,
    tax: str | None,
    currency: tuple[str, str] | None,
) -> None:
    whole = bill(*JOBS, 300_000, 44_444)
    planted = exported(whole)
    expected = set()
    plants: tuple[tuple[object, Cause, Callable[[], None]], ...] = (
        (missing, Cause.NOT_BILLED, lambda: planted.missing(300_000)),
        (price, Cause.PRICE, lambda: planted.priced(price or "")),
        (credit, Cause.CREDIT, lambda: planted.credited(credit or "", row=1)),
        (doubled, Cause.DOUBLED, lambda: planted.doubled(row=1)),
        (tax, Cause.TAX, lambda: planted.taxed(tax or "")),
        (currency, Cause.CURRENCY, lambda: planted.in_currency(*(currency or ("", "")))),
    )
    for wanted, cause, plant in plants:
        if wanted:
            plant()
            expected.add(cause)
    with tempfile.TemporaryDirectory() as folder:
        found = found_in(planted, booked(whole), Path(folder))
    assert causes(found) == expected
    billed = sum(Decimal(row["cost"]) / Decimal(row["currency_conversion_rate"]) for row in planted.rows)
    credits_ = Decimal(credit or 0) * (1 + doubled) / Decimal(currency[1] if currency else 1)
    assert abs(sum(each.billed for each in found) - (billed + credits_) * 10**12) < 10
