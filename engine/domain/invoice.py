"""Lines of Google's standard usage cost export, and what they come to in whole picodollars.

Google states a cost "to a precision of up to six decimal places" in the currency of the billing account, and how many
units of that currency a dollar was: `cost / conversion rate` is dollars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from engine.domain.billing import billing_day
from engine.domain.models import Mode
from engine.domain.money import PICO

ROUNDED_TO = Decimal("0.000001")
"""A cost may be off by half of it, in dollars before and in the billing account's currency after conversion."""
OTHER = "other"
"""What an operator calls a SKU that is not about embeddings."""
UNITS = {
    "count": 1,
    "token": 1,
    "tokens": 1,
    "thousand tokens": 1_000,
    "1k tokens": 1_000,
    "million tokens": 1_000_000,
    "1m tokens": 1_000_000,
}
"""Tokens in a unit of usage, by Google's names of units in lower case."""
_MODES = {"batch": Mode.BATCH, "direct": Mode.SYNCHRONOUS, "sync": Mode.SYNCHRONOUS, "synchronous": Mode.SYNCHRONOUS}


class CostType(StrEnum):
    """What a line charges for."""

    REGULAR = "regular"
    TAX = "tax"
    ADJUSTMENT = "adjustment"
    ROUNDING = "rounding_error"


@dataclass(frozen=True, slots=True, order=True)
class Sku:
    """What is sold: tokens of one model in one mode."""

    model: str
    mode: Mode

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `MODEL/batch` or `MODEL/direct`; ValueError for anything else."""
        model, _, mode = text.rpartition("/")
        if not model or mode not in _MODES:
            raise ValueError(f"{text!r} is not MODEL/batch or MODEL/direct")
        return cls(model, _MODES[mode])

    def __str__(self) -> str:
        return f"{self.model}/{'batch' if self.mode is Mode.BATCH else 'direct'}"


def named_skus(names: Mapping[str, str]) -> dict[str, Sku | None]:
    """What an operator named, SKU by SKU, None for `other`; ValueError for what is neither that nor MODEL/MODE."""
    return {sku: None if name == OTHER else Sku.parse(name) for sku, name in names.items()}


@dataclass(frozen=True, slots=True)
class Credit:
    """What Google takes off a line; its amount is negative, in the currency of the line."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """One line of an export; `number` is its line in the file, times are aware."""

    number: int
    service: str
    sku_id: str
    sku_name: str
    sku: Sku | None
    """What the operator named it; None for tax and the like, which concern an invoice as a whole."""
    start: datetime
    end: datetime
    project: str
    cost: Decimal
    currency: str
    rate: Decimal
    """Units of the currency that a dollar was."""
    usage: Decimal
    unit: str
    credits: tuple[Credit, ...]
    cost_type: CostType
    invoice_month: str

    @property
    def day(self) -> date:
        """Google's billing day of the usage."""
        return billing_day(self.start)

    @property
    def tokens(self) -> int:
        """Tokens used; 0 for tax and the like."""
        return int(self.usage * UNITS[self.unit.lower()]) if self.cost_type is CostType.REGULAR else 0

    @property
    def gross(self) -> int:
        """The cost before credits, in picodollars."""
        return self._pico(self.cost)

    @property
    def credit(self) -> int:
        """All credits together, in picodollars, not above zero as a rule."""
        return sum(self._pico(each.amount) for each in self.credits)

    @property
    def net(self) -> int:
        """What is charged, in picodollars."""
        return self.gross + self.credit

    @property
    def rounding(self) -> int:
        """By how many picodollars rounding may move the cost: of dollars, then of the currency, and our own."""
        half = ROUNDED_TO / 2
        return int(half * PICO) + (self._pico(half) if self.currency != "USD" else 0) + 1

    @property
    def same(self) -> tuple[object, ...]:
        """Equal for two lines that are one line twice."""
        return (self.sku_id, self.start, self.end, self.project, self.cost, self.currency, self.usage, self.credits)

    def _pico(self, amount: Decimal) -> int:
        return int((amount * PICO / self.rate).to_integral_value())


def fingerprint(facts: Iterable[object]) -> str:
    """24 hexadecimal digits that name these facts: the same facts, the same name."""
    text = "\n".join(map(str, facts))
    return hashlib.blake2b(text.encode(), digest_size=12, person=b"halfrate-bill").hexdigest()
