"""Prices as rows: which is in force, which is old, and what cannot be one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.domain.models import MODELS, Mode, Price
from engine.domain.money import affordable, amount_pico
from engine.domain.prices import FOR_COMPARISON, PUBLISHED, flaw, in_force, stale

TODAY = date(2026, 11, 24)


def price(batch: str, begins: date | None = None, checked: date | None = TODAY) -> Price:
    return Price(
        model="m",
        synchronous=Decimal("0.2"),
        batch=Decimal(batch),
        source="a contract",
        checked=checked,
        valid_from=begins,
    )


def test_every_known_model_has_a_row_a_mode() -> None:
    assert [(row.model, row.mode) for row in PUBLISHED] == [
        (model, mode) for model in MODELS for mode in reversed(Mode)
    ]
    assert all(row.per_million == MODELS[row.model].price.per_million(row.mode) for row in PUBLISHED)


def test_every_row_says_where_it_is_from_and_is_a_price() -> None:
    assert all(row.source and not flaw(row.per_million) for row in (*PUBLISHED, *FOR_COMPARISON))


def test_the_newest_price_that_has_begun_is_in_force() -> None:
    always, later, latest = price("0.1"), price("0.2", TODAY), price("0.3", TODAY + timedelta(days=1))
    assert in_force([latest, always, later], TODAY - timedelta(days=1)) is always
    assert in_force([latest, always, later], TODAY) is later
    assert in_force([latest, always, later], TODAY + timedelta(days=1)) is latest
    assert in_force([latest], TODAY) is None


@pytest.mark.parametrize(("days", "old"), [(0, False), (90, False), (91, True)])
def test_a_price_is_stale_after_ninety_days(days: int, *, old: bool) -> None:
    assert stale(price("0.1", checked=TODAY - timedelta(days=days)), TODAY) is old


def test_a_price_that_was_never_checked_is_stale() -> None:
    assert stale(price("0.1", checked=None), TODAY)


def test_a_price_of_six_decimals_is_whole_picodollars_a_token_and_of_seven_is_not() -> None:
    assert flaw(Decimal("0.000001")) == ""
    assert amount_pico(1, Decimal("0.000001")) == 1
    assert "picodollars" in flaw(Decimal("0.0000001"))


def test_what_costs_nothing_is_always_affordable_unless_there_is_debt() -> None:
    assert flaw(Decimal(0)) == ""
    assert affordable(Decimal(0), Decimal(0)) > 10**18
    assert affordable(Decimal("-0.01"), Decimal(0)) == 0
