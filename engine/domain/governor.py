"""The allowance governor: how many tokens may be enqueued at Google at once, by what Google has said and done so far.

    published ──► quota value      a refusal names the figure: it is believed
        │   ╲          │
        │    ▼         ▼
        └──► learned ◄─┘           a refusal without one: less; accepted above the figure: more

Nobody publishes what one project is granted. The tier's figure is where it begins; a refusal that carries a figure is
believed to the token, one that does not makes the figure smaller; what is accepted makes it larger, step by step and
beyond the tier's where Google allows it. Nothing is forgotten because time passes: the figure is tried anew instead, a
while after the last refusal, and a little of it stays free in between, so that refusals are an hour apart.

Totals are what a project would hold if each database on it held as much as this one does for its share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BETWEEN_TRIES = timedelta(hours=2)
"""From a refusal that bore the figure out to the next try beyond it."""
BETWEEN_STEPS = timedelta(minutes=10)
"""From one rise of the figure to the next try beyond it."""
LEAST = 10_000
"""No refusal without a figure makes it smaller than this: then it was about something else."""
STEP = 40
"""A try goes beyond the figure by its fortieth part, then by two, four and eight of them while it goes well."""
MOST_DOUBLINGS = 3


class Source(StrEnum):
    """Where a figure is from."""

    PUBLISHED = "published"
    QUOTA_VALUE = "quota value"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the tokens that may be enqueued at once for one model in one project."""

    tokens: int
    source: Source = Source.PUBLISHED
    since: datetime | None = None
    """When the figure became what it is; None for the published one."""
    proven: int = 0
    """The most that was accepted since it was refused as too much for the last time."""
    steps: int = 0
    """Rises in a row; a refusal takes half of them."""
    try_at: datetime | None = None
    """Not before this is more than the figure tried; None: at once."""
    accepted: int = 0
    """Creates since the last refusal."""
    refused: int = 0
    """Creates in all that were refused as too much."""
    refused_at: datetime | None = None
    begun_at: datetime | None = None
    """When the first create was answered."""
    spend_refused_at: datetime | None = None
    """When Google said for the last time that too much was spent in ten minutes."""

    @property
    def solid(self) -> bool:
        """Nearly as much as the figure says was accepted."""
        return self.proven * 10 >= self.tokens * 9

    @property
    def named(self) -> bool:
        """The figure is Google's own word for this project."""
        return self.source is Source.QUOTA_VALUE

    def reach(self, now: datetime) -> int:
        """The tokens that may be enqueued now: a step beyond the figure when it is time to try, else a little less.

        What is enqueued is known by estimate; the twentieth part that stays free keeps its error from being refused.
        """
        if not self.solid:
            return self.tokens * 95 // 100 if self.named else self.tokens
        if self.try_at is not None and now < self.try_at:
            return self.tokens * 95 // 100
        return self.tokens + max((self.tokens // STEP) << min(self.steps, MOST_DOUBLINGS), 1)

    def pause(self, total: int, now: datetime, asked: timedelta) -> datetime | None:
        """Until when nothing is sent after a refusal of so many tokens; None when the part that fits may go at once.

        Where the figure is a guess, a wait of what Google asked for, and of an hour from the second day on, unless so
        much less than the figure was refused that it must have been for another reason.
        """
        if (self.named or self.solid) and self.tokens * 95 // 100 < total:
            return None
        return now + (asked if self._young(now) or total * 2 <= self.tokens else max(asked, HOUR))

    def patience(self, now: datetime) -> timedelta:
        """From a refusal that told something new to the next try."""
        return BETWEEN_STEPS if self._young(now) else HOUR

    def _young(self, now: datetime) -> bool:
        """In the first day, which is for learning, more may be refused than one create an hour."""
        return self.begun_at is None or now - self.begun_at < DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What is granted, as it is shown: the project's allowance, this database's part, and the limit of spending."""

    known: Known
    share: float
    spend_limit: int | None
    """Dollars in any ten minutes, as published for the tier; None without one."""


def accepted(known: Known, total: int, now: datetime) -> Known:
    """Google took a job, and holds so many tokens with it."""
    known = replace(
        known,
        proven=max(known.proven, total),
        accepted=known.accepted + 1,
        begun_at=known.begun_at or now,
    )
    if total <= known.tokens:
        return known
    return replace(
        known, tokens=total, source=Source.LEARNED, since=now, steps=known.steps + 1, try_at=now + BETWEEN_STEPS
    )


def refused(known: Known, total: int, quota: int | None, now: datetime) -> Known:
    """Google refused a job with which it would hold so many tokens; `quota` is the figure that it named."""
    tokens, source, proven = _after_refusal(known, total, quota)
    changed = (tokens, source) != (known.tokens, known.source)
    known = replace(known, begun_at=known.begun_at or now)
    return replace(
        known,
        tokens=tokens,
        source=source,
        since=now if changed else known.since,
        proven=proven,
        steps=known.steps // 2,
        try_at=now + (known.patience(now) if changed or known.steps else BETWEEN_TRIES),
        accepted=0,
        refused=known.refused + 1,
        refused_at=now,
    )


def _after_refusal(known: Known, total: int, quota: int | None) -> tuple[int, Source, int]:
    """Tokens, source, and what stands proven.

    A named figure above what was asked for says that others share the project, or that we count too little: a fifth
    less is tried then. A refusal without a figure may mean anything: the first one takes half of the figure, or a tenth
    where as much was accepted before; only another one behind it halves what was asked for.
    """
    if quota is not None and quota < total:
        return quota, Source.QUOTA_VALUE, min(known.proven, quota)
    if known.solid and known.tokens < total:
        return known.tokens, known.source, known.proven  # a try beyond the figure: it stands
    again = known.refused > 0 and not known.accepted
    if total <= known.proven:
        tokens, proven = (total // 2 if again else known.tokens * 9 // 10), 0
    else:
        less = total * 4 // 5 if quota is not None else (total if again else known.tokens) // 2
        tokens, proven = max(known.proven, less), known.proven
    return max(min(max(tokens, LEAST), known.tokens), 1), Source.LEARNED, proven


def spend_refused(known: Known, now: datetime) -> Known:
    """Too much was spent in a short time: the remedy is to wait, and says nothing about enqueued tokens."""
    return replace(known, spend_refused_at=now)
