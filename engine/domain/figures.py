"""Figures: numbers that know their unit, whether they are estimated, and the rows that add up to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts."""

    USD = "usd"
    TOKENS = "tokens"
    REQUESTS = "requests"
    CHUNKS = "chunks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number, and by which query the rows behind it are found."""

    name: str
    """As `halfrate cost trace` takes it: `"month.paid"`."""
    amount: Decimal
    """Exact; dollars, or a whole number."""
    unit: Unit
    rows: str
    """The name of the query that finds the rows behind it."""
    values: Mapping[str, str | int | None] = field(default_factory=dict)
    """The values of that query."""
    measure: str
    """What is added up of each row."""
    basis: str = ""
    """What an estimated figure rests on, in words; empty when it is counted."""

    @property
    def estimated(self) -> bool:
        """It is marked wherever it appears."""
        return bool(self.basis)
