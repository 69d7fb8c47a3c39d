"""How much may leave now: every limit gives what it leaves, and the tightest is named.

A limit is a row of a tuple: the allowance of enqueued tokens, the number of live jobs, each budget. Nothing else in the
program knows how these are compared; screens draw the tuple.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain import money
from engine.domain.budgets import Budget


class Reason(StrEnum):
    """Why waiting chunks stay where they are."""

    BELOW_MINIMUM = "below_minimum"  # fewer wait than the smallest flush
    RESTING = "resting"  # they failed lately and wait for their next attempt
    ALLOWANCE = "allowance"  # the project's enqueued tokens are used up
    REFUSED_LATELY = "refused_lately"  # Google refused a larger job: less is sent at a time
    LIVE_JOBS = "live_jobs"  # as many jobs are live as Google takes
    BUDGET = "budget"  # a budget is used up
    COOLING_DOWN = "cooling_down"  # Google asked to wait
    ORPHAN = "orphan"  # a batch is under way of which nobody knows which texts it holds
    STOPPED = "stopped"  # the operator stopped the flush
    PROBLEM = "problem"  # the flush ended early; its report says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one limit leaves."""

    reason: Reason
    most: Decimal
    """Tokens, jobs or dollars in all."""
    tokens: int
    """Tokens that may still leave under it."""
    until: datetime | None = None
    """When it may be more, where that is known."""
    budget: Budget | None = None
    """The budget that it is."""

    @classmethod
    def of_budget(cls, budget: Budget, price: Decimal) -> Limit:
        """What a budget leaves at a price (USD per million tokens, above 0)."""
        tokens = money.affordable(budget.left, price)
        return cls(reason=Reason.BUDGET, most=budget.most, tokens=tokens, until=budget.renews_at, budget=budget)

    def without(self, tokens: int, most_tokens: int, price: Decimal) -> Limit:
        """What it leaves when so many tokens more have left; of a budget the most that they may be is promised."""
        if self.budget is not None:
            return Limit.of_budget(self.budget.promising(money.cost(most_tokens, price)), price)
        return replace(self, tokens=max(self.tokens - tokens, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What may leave: jobs, tokens, and what each limit leaves of them."""

    jobs: int
    most_jobs: int
    tokens: int
    limits: tuple[Limit, ...]
    price: Decimal = Decimal(0)
    """USD per million tokens."""
    alone: bool = False
    """Nothing of ours is enqueued: a single text passes, however large it is estimated to be."""

    @property
    def tightest(self) -> Limit | None:
        """The limit that ends a flush: the number of jobs when it is reached, else the one that leaves the fewest
        tokens; None when there is none at all."""
        if not self.jobs:
            return Limit(reason=Reason.LIVE_JOBS, most=Decimal(self.most_jobs), tokens=0)
        return min(self.limits, key=lambda limit: limit.tokens, default=None)

    @property
    def affordable(self) -> int | None:
        """Tokens that the budgets leave; None without one."""
        return min((limit.tokens for limit in self.limits if limit.reason is Reason.BUDGET), default=None)

    def without(self, tokens: int, most_tokens: int) -> Room:
        """The room that is left when one more job of so many tokens, or at most so many, has left."""
        limits = tuple(each.without(tokens, most_tokens, self.price) for each in self.limits)
        jobs = max(self.jobs - 1, 0)
        left = min((each.tokens for each in limits), default=max(self.tokens - tokens, 0))
        return Room(jobs=jobs, most_jobs=self.most_jobs, tokens=left, limits=limits, price=self.price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Tokens that may be enqueued at once for a model, and how many are."""

    published: int
    """By the tier or the settings."""
    learned: int | None
    """What Google grants, or is about to be asked for, where that is another figure."""
    enqueued: int


def room_of(allowance: Allowance, budgets: Iterable[Budget], *, price: Decimal, live_jobs: int, most_jobs: int) -> Room:
    """The room that the limits leave at a price (USD per million tokens)."""
    most, reason = allowance.published, Reason.ALLOWANCE
    if allowance.learned is not None:
        most = allowance.learned
        reason = Reason.REFUSED_LATELY if most < allowance.published else reason
    limits = [Limit(reason=reason, most=Decimal(most), tokens=max(most - allowance.enqueued, 0))]
    if price > 0:
        limits += [Limit.of_budget(each, price) for each in budgets]
    jobs = max(most_jobs - live_jobs, 0)
    tokens = min(limit.tokens for limit in limits)
    alone = not allowance.enqueued and bool(jobs)
    return Room(jobs=jobs, most_jobs=most_jobs, tokens=tokens, limits=tuple(limits), price=price, alone=alone)
