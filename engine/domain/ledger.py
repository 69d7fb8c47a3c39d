"""The ledger's transfers, the accounts they go between, and the sums made of them.

    budget:<month> ──reserve──► reserved ──settle──► paid:useful   bought a vector that some chunk wanted
         ▲                      │   │  └──────────► paid:waste    bought nothing, or nothing that is wanted now
         └────────rest──────────┘   └─────────────► uncertain     may be charged, and nobody can read how much

A transfer is never changed. What turns out otherwise is another transfer: waste whose text is wanted later goes to
`paid:useful`, uncertain money to `paid:waste` or back, what Google's invoice says more or less to `adjustment`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Literal

from engine.domain.models import Mode

RESERVED, USEFUL, WASTE, UNCERTAIN, ADJUSTMENT = "reserved", "paid:useful", "paid:waste", "uncertain", "adjustment"
OVERRIDE = "override"
"""Where money comes from that an operator allows on top of the budgets for a time."""
PAID = (USEFUL, WASTE)
"""What was spent for certain."""
SPENT = (*PAID, UNCERTAIN, ADJUSTMENT)
"""What was or may be spent: of these accounts the lines of reports are made."""


def budget(month: str) -> str:
    """The account from which a billing month's money comes."""
    return f"budget:{month}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """How much of a submission's work stands somewhere, or moves."""

    requests: int = 0
    tokens: int = 0
    guessed_tokens: int = 0
    """Of the tokens: those that nobody counted."""
    estimated_tokens: int = 0
    """What had been estimated for these requests before they were sent."""

    def __add__(self, other: Quantity) -> Quantity:
        return self._with(other, int.__add__)

    def over(self, other: Quantity) -> Quantity:
        """What there is more of here, member by member."""
        return self._with(other, lambda mine, theirs: max(mine - theirs, 0))

    def upto(self, other: Quantity) -> Quantity:
        """As much as both have, member by member."""
        return self._with(other, min)

    def _with(self, other: Quantity, made: Callable[[int, int], int]) -> Quantity:
        return Quantity(
            **{each.name: made(getattr(self, each.name), getattr(other, each.name)) for each in fields(self)}
        )


@dataclass(frozen=True, slots=True)
class Lot:
    """What an account holds of a submission under one kind, of work that Google ended at one time."""

    account: str
    kind: str
    used_at: datetime
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """An amount that goes from one account to another, with all that it is told by; times are aware, in UTC."""

    at: datetime
    """When it was written down."""
    used_at: datetime
    """When Google ended the work: its billing day is what decides."""
    day: str
    """The billing day (US Pacific) on whose account it goes, as `"2026-11-24"`."""
    debit: str
    credit: str
    kind: str = ""
    """Why: of waste and of uncertain money how the requests ended, else what the transfer does."""
    requests: int = 0
    tokens: int = 0
    guessed_tokens: int = 0
    """Of the tokens: those that nobody counted, they are our estimate."""
    estimated_tokens: int = 0
    """What had been estimated for these requests before they were sent."""
    amount: Decimal
    """Exact dollars, never negative."""
    direct: Decimal = Decimal(0)
    """What the same tokens would have cost directly."""
    price_per_million: Decimal = Decimal(0)
    sync_price_per_million: Decimal = Decimal(0)
    price_label: str = ""
    mode: Mode | Literal[""]
    """Empty, as the model, where it pays for no request."""
    model: str
    key_label: str = ""
    key_tail: str = ""
    key_fingerprint: str = ""
    project: str = ""
    collection: str = ""
    submission: int | None = None
    """What the requests are found by of which this is the sum."""
    job_id: str | None = None
    note: str = ""
    until: datetime | None = None
    """When it ends to count, of what is allowed for a time."""
    reference: str | None = None
    """Names what it stands for, once: a second transfer of one reference is refused."""
    carried: bool = False
    """Carried over from a ledger of the first version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One side of a transfer, as an account sees it: what it got is positive, what it gave is negative."""

    id: int
    transfer: int
    account: str
    at: datetime
    day: str
    kind: str
    requests: int
    tokens: int
    guessed_tokens: int
    estimated_tokens: int
    amount: Decimal
    direct: Decimal
    price_per_million: Decimal
    sync_price_per_million: Decimal
    price_label: str
    mode: Mode
    model: str
    key_label: str
    key_tail: str
    project: str
    collection: str
    submission: int | None
    job_id: str | None
    note: str
    carried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """A sum over postings; amounts are exact dollars."""

    requests: int = 0
    tokens: int = 0
    """Paid, waste included."""
    amount: Decimal = Decimal(0)
    at_sync_price: Decimal = Decimal(0)
    """What the useful tokens would have cost directly."""
    waste_tokens: int = 0
    waste: Decimal = Decimal(0)
    guessed_tokens: int = 0
    """Of the tokens: those that nobody counted."""
    uncertain_tokens: int = 0
    uncertain: Decimal = Decimal(0)
    """May have been charged, and nobody can read how much."""
    adjustment: Decimal = Decimal(0)
    """What Google's invoice said more (or, negative, less)."""

    def __add__(self, other: Spend) -> Spend:
        return Spend(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    def __sub__(self, other: Spend) -> Spend:
        return Spend(**{each.name: getattr(self, each.name) - getattr(other, each.name) for each in fields(self)})

    @property
    def saved(self) -> Decimal:
        """The useful tokens at the direct price, less all that was or may be paid; it may be negative."""
        return self.at_sync_price - self.amount - self.uncertain - self.adjustment


def chained(previous: str, row: Sequence[str | int | None]) -> str:
    """The hash of a transfer's row behind the one before: who changes a row by other means breaks the chain there."""
    return hashlib.sha256(json.dumps([previous, *row], ensure_ascii=True).encode()).hexdigest()
