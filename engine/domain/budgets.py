"""Budgets: what may be spent in one of Google's days or months, and what of it is left. One rule for every payer.

    left = amount + what is allowed for a time - paid - uncertain - adjustment - reserved

Paid, uncertain and adjusted money counts in the window of its billing day; what is reserved counts whenever that was
done, because nobody knows the day on which its work will end. Days that lie ahead count too: a clock may go back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.billing import next_day, next_month
from engine.domain.ledger import ADJUSTMENT, PAID, RESERVED, UNCERTAIN

ALARM = Decimal("0.8")
"""The share of a budget from which on the operator is warned."""


class Window(StrEnum):
    """For how long a budget is; both are Google's (US Pacific)."""

    DAY = "day"
    MONTH = "month"


class Scope(StrEnum):
    """Whose spending a budget limits."""

    ALL = "all"
    KEY = "key"  # of one key, by its label
    COLLECTION = "collection"  # of the documents of a folder or tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A budget as the settings state it."""

    window: Window
    scope: Scope = Scope.ALL
    name: str = ""
    """The label of its key, or its collection; empty for all."""
    amount: Decimal

    def concerns(self, key: str, collection: str = "") -> bool:
        """What this key pays for this collection counts here."""
        if self.scope is Scope.ALL:
            return True
        return self.name == (key if self.scope is Scope.KEY else collection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What an account holds by what one key paid for a collection, or for none: of today and later, or else this month.

    Of what is reserved: of all days.
    """

    account: str
    key: str
    collection: str = ""
    today: bool
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Money that the operator allows on top, for a time."""

    amount: Decimal
    at: datetime
    until: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget and how it stands; exact dollars."""

    amount: Decimal
    window: Window = Window.MONTH
    scope: Scope = Scope.ALL
    name: str = ""
    paid: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    uncertain: Decimal = Decimal(0)
    adjustment: Decimal = Decimal(0)
    allowed: Decimal = Decimal(0)
    """On top, by overrides in force."""
    renews_at: datetime | None = None

    @property
    def most(self) -> Decimal:
        """What may be spent at present."""
        return self.amount + self.allowed

    @property
    def used(self) -> Decimal:
        """What was or may be spent, and what is promised."""
        return self.paid + self.uncertain + self.adjustment + self.reserved

    @property
    def left(self) -> Decimal:
        """Negative when more was spent or promised than is meant to be."""
        return self.most - self.used

    @property
    def share(self) -> Decimal:
        """The used part: 1 where all of it is, or where there is nothing to use."""
        return self.used / self.most if self.most else Decimal(1)

    @property
    def alarm(self) -> bool:
        """So much is used that the operator should know."""
        return self.used > 0 and self.used >= ALARM * self.most

    def promising(self, amount: Decimal) -> Budget:
        """The same when so much more is reserved."""
        return replace(self, reserved=self.reserved + amount)


def stand(caps: Iterable[Cap], sums: Iterable[Sum], overrides: Iterable[Override], now: datetime) -> tuple[Budget, ...]:
    """How each budget stands; overrides count for all, not for the budget of a key or collection."""
    held, extra = tuple(sums), sum((each.amount for each in overrides if each.until > now), Decimal(0))

    def total(cap: Cap, *accounts: str) -> Decimal:
        return sum(
            (
                each.amount
                for each in held
                if each.account in accounts
                and cap.concerns(each.key, each.collection)
                and (each.today or cap.window is Window.MONTH or each.account == RESERVED)
            ),
            Decimal(0),
        )

    return tuple(
        Budget(
            amount=cap.amount,
            window=cap.window,
            scope=cap.scope,
            name=cap.name,
            paid=total(cap, *PAID),
            reserved=total(cap, RESERVED),
            uncertain=total(cap, UNCERTAIN),
            adjustment=total(cap, ADJUSTMENT),
            allowed=extra if cap.scope is Scope.ALL else Decimal(0),
            renews_at=next_day(now) if cap.window is Window.DAY else next_month(now),
        )
        for cap in caps
    )


def tightest(budgets: Iterable[Budget]) -> Budget | None:
    """The one that leaves the least; of equal ones the first."""
    return min(budgets, key=lambda each: each.left, default=None)
