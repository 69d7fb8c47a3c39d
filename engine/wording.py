"""Words for numbers: the one home of plurals, durations and reasons, for commands, console and log alike."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from engine.domain.governor import Granted, Source
from engine.domain.plan import Held
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


def reason(held: Held) -> str:
    """Why chunks are held, with the figure that holds them."""
    most = held.most if held.most is not None else Decimal(0)
    return _REASONS[held.kind].format(most=most, until=moment(held.until) if held.until else "later")


def allowance(granted: Granted) -> str:
    """The tokens that may be enqueued at once, and how that is known."""
    known = granted.known
    source = "" if known.source is Source.PUBLISHED else f" {known.since.astimezone():%-d %b}" if known.since else ""
    words = f"{known.tokens:,} tokens, {_SOURCES[known.source]}{source}"
    return words if granted.share == 1 else f"{words}; {granted.share:.0%} of them here"


_SOURCES = {
    Source.PUBLISHED: "as published",
    Source.QUOTA_VALUE: "named by Google",
    Source.LEARNED: "learned",
}


def spend_limit(granted: Granted) -> str:
    """The limit of spending in a short time, and when it was met."""
    limit = f"${granted.spend_limit} in 10 minutes" if granted.spend_limit else "none is published for the tier"
    met = granted.known.spend_refused_at
    return f"{limit}, never met" if met is None else f"{limit}, met {met.astimezone():%-d %b %H:%M}"


_REASONS = {
    Reason.BELOW_MINIMUM: "fewer than the smallest flush of {most:,}",
    Reason.RESTING: "resting until their next attempt",
    Reason.ALLOWANCE: "the allowance of {most:,} enqueued tokens is used up",
    Reason.REFUSED_LATELY: "Google refused a larger job lately: {most:,} tokens at a time",
    Reason.LIVE_JOBS: "{most:,} jobs are live, the most Google takes",
    Reason.BUDGET: "the month's budget of ${most} is used up",
    Reason.COOLING_DOWN: "Google asked to wait until {until}",
    Reason.ORPHAN: "a batch of this database is under way of which nobody knows the texts: its results come first",
    Reason.STOPPED: "the flush was stopped",
    Reason.PROBLEM: "the flush stopped early",
}
