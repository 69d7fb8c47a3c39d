"""Ledger entries and the sums made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.domain.models import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What was paid: one job, or one synchronous request; never changed once written."""

    at: datetime
    mode: Mode
    key_label: str
    key_tail: str
    model: str
    requests: int
    tokens: int
    """Tokens billed, waste included."""
    waste_tokens: int
    """Tokens of those that bought nothing: superseded or duplicated rows."""
    price_per_million: Decimal
    sync_price_per_million: Decimal
    price_label: str
    estimated_tokens: int
    guessed_tokens: int = 0
    """Tokens of those billed that nobody counted: they are our estimate."""
    submission: int | None = None
    """What the requests are found by of which this is the sum; None in rows of the first version."""
    job_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """A sum over ledger entries; amounts are exact dollars."""

    requests: int = 0
    tokens: int = 0
    amount: Decimal = Decimal(0)
    at_sync_price: Decimal = Decimal(0)
    """What the same tokens would have cost synchronously."""
    waste_tokens: int = 0
    waste: Decimal = Decimal(0)
    guessed_tokens: int = 0
    """Of the tokens: those that nobody counted."""

    @property
    def saved(self) -> Decimal:
        """What batch spared against synchronous, waste included in what was paid."""
        return self.at_sync_price - self.amount
