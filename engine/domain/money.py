"""Amounts: exact decimals of dollars, whole picodollars where SQL makes sums. The one place that multiplies."""

from __future__ import annotations

import sys
from decimal import Decimal

PICO = Decimal(10) ** 12


def amount_pico(tokens: int, per_million: Decimal) -> int:
    """What tokens cost, in picodollars (10**-12 USD); exact for prices of up to six decimals.

    A finer price is rounded half to even at the picodollar.
    """
    return int((tokens * per_million * 10**6).to_integral_value())


def dollars(pico: int) -> Decimal:
    """Picodollars as an exact decimal of dollars."""
    return Decimal(pico) / PICO


def halves(amount: Decimal) -> tuple[int, int]:
    """An amount of dollars as whole microdollars and whole picodollars of the rest, as the ledger keeps it."""
    return divmod(int((amount * PICO).to_integral_value()), 10**6)


def whole(micro: int, pico: int) -> Decimal:
    """The dollars of such halves."""
    return dollars(micro * 10**6 + pico)


def cost(tokens: int, per_million: Decimal) -> Decimal:
    """What tokens cost, in exact dollars."""
    return dollars(amount_pico(tokens, per_million))


def affordable(amount: Decimal, per_million: Decimal) -> int:
    """How many tokens an amount of dollars buys, rounded down; none for a negative amount, any number at no price."""
    if not per_million:
        return sys.maxsize if amount >= 0 else 0
    return max(int(amount * 1_000_000 / per_million), 0)


def plain(amount: Decimal) -> str:
    """An exact decimal without exponent or trailing zeros, at least two places: `"1.4475"`, `"3.00"`."""
    text = f"{amount:f}"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
