"""Words for numbers: the one home of plurals, durations and reasons, for commands, console and log alike."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from engine.domain.budgets import Budget, Scope, Window
from engine.domain.governor import Granted, Source
from engine.domain.models import Price
from engine.domain.money import plain
from engine.domain.plan import Held
from engine.domain.prices import stale
from engine.domain.room import Reason

_PLURALS = {"entry": "entries", "batch": "batches"}


def plural(number: int, noun: str) -> str:
    """`1 chunk`, `2 chunks`, `1,000 entries`."""
    words = noun if number == 1 else _PLURALS.get(noun, f"{noun}s")
    return f"{number:,} {words}"


def moment(at: datetime) -> str:
    """The local time of a moment: `14:05:09`."""
    return f"{at.astimezone():%H:%M:%S}"


def checked(day: date | None, today: date, *, old: bool) -> str:
    """When a price was looked up: `checked 2026-11-01`, `checked 120 days ago`, `not checked`."""
    if day is None:
        return "not checked"
    return f"checked {plural((today - day).days, 'day')} ago" if old else f"checked {day.isoformat()}"


def old_price(price: Price, today: date) -> str:
    """What is said where money is about to be spent at a price that nobody has looked up lately; else nothing."""
    if not stale(price, today):
        return ""
    return f"the price of {price.model} was {looked_up(price.checked, today)}: compare it with Google's"


def looked_up(day: date | None, today: date) -> str:
    """How long ago somebody looked: `looked up 120 days ago`, `never looked up`."""
    return "never looked up" if day is None else f"looked up {plural((today - day).days, 'day')} ago"


def usd(amount: Decimal) -> str:
    """An exact amount with its sign: `$1.4475`."""
    return f"-${plain(-amount)}" if amount < 0 else f"${plain(amount)}"


def budget_name(budget: Budget) -> str:
    """`the day's budget`, `the month's budget of the batch key`."""
    return f"the {budget.window}'s budget" + (f" of {_whose(budget)}" if budget.name else "")


def still_left(budget: Budget) -> str:
    """Of what an amount is left: `left today`, `left this month for the batch key`."""
    when = "today" if budget.window is Window.DAY else "this month"
    return f"left {when}" + (f" for {_whose(budget)}" if budget.name else "")


def _whose(budget: Budget) -> str:
    return f"the {budget.name} key" if budget.scope is Scope.KEY else budget.name


def renews(budget: Budget) -> str:
    """The local time at which a budget begins anew: `2026-12-01 09:00`."""
    return f"{budget.renews_at.astimezone():%Y-%m-%d %H:%M}" if budget.renews_at else "later"


def used_up(budget: Budget) -> str:
    """That nothing more leaves under a budget, with its figures."""
    name = f"{budget_name(budget)} of {usd(budget.most)}"
    return f"{name} is used up, {usd(budget.left)} left; it renews {renews(budget)}"


def alarm(budget: Budget) -> str:
    """How far a budget is used."""
    used = f"{usd(budget.used)} of {usd(budget.most)}"
    return f"{budget_name(budget)} is used to {budget.share:.0%}: {used}"


def reason(held: Held) -> str:
    """Why chunks are held, with the figure that holds them."""
    if held.budget is not None:
        return used_up(held.budget)
    most = held.most if held.most is not None else Decimal(0)
    return _REASONS[held.kind].format(most=most, until=moment(held.until) if held.until else "later")


def allowance(granted: Granted, unit: str = " tokens") -> str:
    """The tokens that may be enqueued at once, and how that is known."""
    known = granted.known
    source = "" if known.source is Source.PUBLISHED else f" {known.since.astimezone():%-d %b}" if known.since else ""
    words = f"{known.tokens:,}{unit}, {_SOURCES[known.source]}{source}"
    return words if granted.share == 1 else f"{words}; {granted.share:.0%} of them here"


_SOURCES = {
    Source.PUBLISHED: "as published",
    Source.QUOTA_VALUE: "named by Google",
    Source.LEARNED: "learned",
}


def spend_limit(granted: Granted) -> str:
    """The limit of spending in a short time, and when it was met."""
    limit = f"${granted.spend_limit} in 10 minutes" if granted.spend_limit else "none published"
    met = granted.known.spend_refused_at
    return f"{limit}, never met" if met is None else f"{limit}, met {met.astimezone():%-d %b %H:%M}"


_REASONS = {
    Reason.BELOW_MINIMUM: "fewer than the smallest flush of {most:,}",
    Reason.RESTING: "resting until their next attempt",
    Reason.ALLOWANCE: "the allowance of {most:,} enqueued tokens is used up",
    Reason.REFUSED_LATELY: "Google refused a larger job lately: {most:,} tokens at a time",
    Reason.LIVE_JOBS: "{most:,} jobs are live, the most Google takes",
    Reason.BUDGET: "a budget of ${most} is used up",
    Reason.COOLING_DOWN: "Google asked to wait until {until}",
    Reason.ORPHAN: "a batch of this database is under way of which nobody knows the texts: its results come first",
    Reason.STOPPED: "the flush was stopped",
    Reason.PROBLEM: "the flush stopped early",
}
