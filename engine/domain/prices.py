"""Prices as data: which model and mode cost how much, from when on, who says so and when that was looked up.

List prices, before tax, credits and the free tier. Amounts are kept in whole picodollars, so a price per million tokens
has six decimals at most: a token of a finer price would be a fraction of a picodollar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.domain.models import MODELS, Mode, Price

OLD = timedelta(days=90)
"""A price that was looked up longer ago is said to be old wherever money is about to be spent."""
MOST_DECIMALS = 6
HIGHEST = Decimal(1_000_000)
"""Dollars per million tokens: a dollar a token is no price but a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """USD per million tokens of one model in one mode."""

    model: str
    mode: Mode
    per_million: Decimal
    valid_from: date | None
    """None where nobody knows since when."""
    source: str
    checked: date | None
    """When it was looked up; None for never."""


def rows_of(price: Price) -> tuple[PriceRow, PriceRow]:
    """A price as rows: direct, then batch."""
    direct, batch = (
        PriceRow(
            model=price.model,
            mode=mode,
            per_million=price.per_million(mode),
            valid_from=price.valid_from,
            source=price.source,
            checked=price.checked,
        )
        for mode in (Mode.SYNCHRONOUS, Mode.BATCH)
    )
    return direct, batch


PUBLISHED = tuple(row for model in MODELS.values() for row in rows_of(model.price))
"""What Google publishes, as far as this version knows."""


def _compared(source: str, model: str, mode: Mode, per_million: str, checked: date | None = None) -> PriceRow:
    return PriceRow(
        model=model, mode=mode, per_million=Decimal(per_million), valid_from=None, source=source, checked=checked
    )


FOR_COMPARISON = (
    _compared("the library that halfrate grew out of", "gemini-embedding-001", Mode.SYNCHRONOUS, "0.02"),
    _compared("the library that halfrate grew out of", "gemini-embedding-001", Mode.BATCH, "0.01"),
    _compared("Vertex AI's pricing page", "gemini-embedding-001", Mode.BATCH, "0.12", date(2026, 11, 1)),
)
"""Figures that others state; never in use."""


def in_force(prices: Iterable[Price], day: date) -> Price | None:
    """The price that is valid on a day: the newest of those that have begun; one without a beginning always was."""
    begun = [price for price in prices if price.valid_from is None or price.valid_from <= day]
    return max(begun, key=lambda price: price.valid_from or date.min, default=None)


def stale(price: Price | PriceRow, today: date) -> bool:
    """Nobody has looked this price up lately."""
    return price.checked is None or today - price.checked > OLD


def flaw(per_million: Decimal) -> str:
    """Why this cannot be a price, in words that follow its name; empty for one that can. Zero can."""
    if not per_million.is_finite():
        return "which is no number"
    if per_million < 0:
        return "which is below zero"
    if per_million > HIGHEST:
        return "which is more than a dollar a token"
    if round(per_million, MOST_DECIMALS) != per_million:
        return f"which has more than {MOST_DECIMALS} decimals: amounts are kept in whole picodollars"
    return ""
