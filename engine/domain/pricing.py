"""Prices and amounts: exact decimals, and whole picodollars where sums are made in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

PICO = Decimal(10) ** 12


class Mode(StrEnum):
    """How a text was embedded."""

    BATCH = "batch"  # queued, at half price
    SYNCHRONOUS = "synchronous"  # at once, at full price


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million input tokens of one model, with where and when it was read."""

    model: str
    synchronous: Decimal
    batch: Decimal
    source: str
    checked: date

    def per_million(self, mode: Mode) -> Decimal:
        """The price of a million tokens in this mode."""
        return self.batch if mode is Mode.BATCH else self.synchronous

    @property
    def label(self) -> str:
        """How job and ledger rows name the price they used."""
        return f"{self.source} {self.checked.isoformat()}"


GOOGLE_PRICING = "Google's pricing page"

PRICES = {
    price.model: price
    for price in (
        Price("gemini-embedding-001", Decimal("0.15"), Decimal("0.075"), GOOGLE_PRICING, date(2026, 11, 1)),
        Price("gemini-embedding-2", Decimal("0.20"), Decimal("0.10"), GOOGLE_PRICING, date(2026, 11, 1)),
    )
}


def amount_pico(tokens: int, per_million: Decimal) -> int:
    """What tokens cost, in picodollars (10**-12 USD); exact for prices of up to six decimals.

    A finer price is rounded half to even at the picodollar.
    """
    return int((tokens * per_million * 10**6).to_integral_value())


def dollars(pico: int) -> Decimal:
    """Picodollars as an exact decimal of dollars."""
    return Decimal(pico) / PICO


def plain(amount: Decimal) -> str:
    """An exact decimal without exponent or trailing zeros, at least two places: `"1.4475"`, `"3.00"`."""
    text = f"{amount:f}"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
