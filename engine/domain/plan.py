"""The plan: what a flush sends now, and what stays and why. One rule for flush, preflight, worker and every screen.

    waiting + room  ->  planned jobs + held chunks, each part with a reason

The plan is greedy: the oldest texts first, each job as large as its limits and the room allow. Carrying out its first
job and planning again gives the rest of it, so flush plans job by job and does what the preflight showed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Protocol

from engine.domain import money
from engine.domain.budgets import Budget
from engine.domain.estimates import Basis
from engine.domain.kinds import Kinds
from engine.domain.models import BYTES_PER_NUMBER, ROW_BYTES, Price, Profile
from engine.domain.room import Limit, Reason, Room
from engine.domain.rule import MILLION, Rule

BYTES_PER_CHARACTER = 6
"""The most that a character takes in a request line, where JSON escapes it: no job turns out too large when spooled."""


@dataclass(frozen=True, slots=True)
class JobSize:
    """The most that one job may hold."""

    texts: int
    tokens: int
    input_bytes: int = 2**63 - 1
    rule: Rule = field(default_factory=Rule)
    """What the texts weigh by."""

    def holds(self, texts: int, characters: int, weight: int) -> bool:
        """So many texts of together so many characters fit, of that weight in millionths of a token."""
        size = texts * ROW_BYTES + characters * BYTES_PER_CHARACTER
        return texts <= self.texts and weight <= self.tokens * MILLION and size <= self.input_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The oldest waiting texts behind some text that fit into a job."""

    texts: int
    chunks: int
    """That wait for these texts."""
    kinds: Kinds
    """The characters of the texts."""
    last: int
    """Id of the last text: the next cut begins behind it."""

    @property
    def characters(self) -> int:
        """Of the texts."""
        return self.kinds.characters


class Waiting(Protocol):
    """The queue, as the plan sees it: sums, and the place where a job of some size ends."""

    @property
    def total(self) -> Cut:
        """Everything that could be sent now."""

    @property
    def resting(self) -> int:
        """Chunks that failed lately and wait for their next attempt."""

    def cut(self, after: int, size: JobSize) -> Cut:
        """The texts behind `after` that fit; a single larger text always does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """What one job may hold at most, by the settings."""

    requests: int
    input_bytes: int
    output_bytes: int

    def size(self, profile: Profile, basis: Basis, tokens: int) -> JobSize:
        """The same in texts, for a job of so many tokens."""
        rows = max(min(self.requests, self.output_bytes // (profile.dimension * BYTES_PER_NUMBER + ROW_BYTES)), 1)
        return JobSize(rows, tokens, self.input_bytes, basis.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a plan is made under."""

    profile: Profile
    price: Price
    basis: Basis
    limits: JobLimits
    minimum: int = 1
    """Chunks below which nothing is sent."""
    blocked: Held | None = None
    """Nothing new is sent now, for this reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJob:
    """One job as a flush would submit it."""

    cut: Cut
    tokens: int
    most_tokens: int
    """The upper end of the estimate's band: what is reserved."""
    batch: Decimal
    """Estimated dollars."""
    most: Decimal
    """Dollars of the most tokens."""
    pot: str = ""
    """The collection with a budget that pays for all its texts."""

    @property
    def chunks(self) -> int:
        """Chunks that it would carry."""
        return self.cut.chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Waiting chunks that stay where they are, and why."""

    kind: Reason
    chunks: int
    most: Decimal | None = None
    """The limit that holds them: tokens, jobs, dollars or chunks."""
    until: datetime | None = None
    """When it may be otherwise, where that is known."""
    budget: Budget | None = None
    """The budget that holds them, as it stands when all has left that can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What leaves now, and what stays."""

    jobs: tuple[PlannedJob, ...]
    held: tuple[Held, ...]

    @property
    def chunks(self) -> int:
        """Chunks that leave."""
        return sum(job.chunks for job in self.jobs)

    @property
    def texts(self) -> int:
        """Distinct texts that leave."""
        return sum(job.cut.texts for job in self.jobs)

    @property
    def characters(self) -> int:
        """Characters that leave."""
        return self.kinds.characters

    @property
    def kinds(self) -> Kinds:
        """The same by kind."""
        return sum((job.cut.kinds for job in self.jobs), Kinds())

    @property
    def tokens(self) -> int:
        """Estimated tokens that leave."""
        return sum(job.tokens for job in self.jobs)

    @property
    def most_tokens(self) -> int:
        """The upper ends of the jobs' estimates."""
        return sum(job.most_tokens for job in self.jobs)

    @property
    def batch(self) -> Decimal:
        """Estimated dollars."""
        return sum((job.batch for job in self.jobs), Decimal(0))


def plan(waiting: Waiting, room: Room, terms: Terms, *, most_jobs: int | None = None) -> Plan:
    """What a flush sends of what waits, in at most `most_jobs` jobs, and what stays."""
    total = waiting.total
    resting = Held(kind=Reason.RESTING, chunks=waiting.resting)
    if terms.blocked is not None or total.chunks < terms.minimum:
        stays = terms.blocked or Held(kind=Reason.BELOW_MINIMUM, chunks=0, most=Decimal(terms.minimum))
        return Plan(jobs=(), held=_held(replace(stays, chunks=total.chunks), resting))
    jobs: list[PlannedJob] = []
    for job, left in _jobs(waiting, room, terms):
        jobs.append(job)
        room = left
        if len(jobs) == most_jobs:
            break
    staying = total.chunks - sum(job.chunks for job in jobs)
    tightest = _holding(waiting, jobs[-1].cut.last if jobs else 0, room, terms)
    stays = Held(
        kind=tightest.reason if tightest else Reason.LIVE_JOBS,
        chunks=staying,
        most=tightest.most if tightest else None,
        until=tightest.until if tightest else None,
        budget=tightest.budget if tightest else None,
    )
    return Plan(jobs=tuple(jobs), held=_held(stays, resting))


def _holding(waiting: Waiting, after: int, room: Room, terms: Terms) -> Limit | None:
    """The limit that holds what stays: a budget also where only the upper end of the next text is beyond it."""
    limit = room.tightest
    if limit is None or limit.reason in (Reason.BUDGET, Reason.LIVE_JOBS) or room.affordable is None:
        return limit
    following = waiting.cut(after, JobSize(1, 0, rule=terms.basis.rule)).kinds
    if terms.basis.tokens_of(following) <= room.tokens and terms.basis.most_tokens(following) > room.affordable:
        budgets = [each for each in room.limits if each.budget is not None]
        return min(budgets, key=lambda each: each.tokens, default=limit)
    return limit


def _held(*parts: Held) -> tuple[Held, ...]:
    return tuple(part for part in parts if part.chunks > 0)


def _jobs(waiting: Waiting, room: Room, terms: Terms) -> Iterator[tuple[PlannedJob, Room]]:
    """Jobs in the order in which they leave, each with the room behind it."""
    after = 0
    while room.jobs and (room.tokens or room.alone):
        job = _next(waiting, after, room, terms)
        if job is None:
            return
        room = room.without(job.tokens, job.most_tokens)
        yield job, room
        after = job.cut.last


def _next(waiting: Waiting, after: int, room: Room, terms: Terms) -> PlannedJob | None:
    """The largest job for which there is room, smaller and smaller while its upper end is beyond a budget."""
    tokens, affordable = room.tokens, room.affordable
    while True:
        job = _planned(waiting.cut(after, terms.limits.size(terms.profile, terms.basis, tokens)), terms)
        texts = job.cut.texts
        if texts < 2 or affordable is None or job.most_tokens <= affordable:
            break
        tokens = tokens * affordable // job.most_tokens
    fits = job.tokens <= room.tokens or (room.alone and texts == 1)
    return job if texts and fits and (affordable is None or job.most_tokens <= affordable) else None


def _planned(cut: Cut, terms: Terms) -> PlannedJob:
    tokens, most, price = terms.basis.tokens_of(cut.kinds), terms.basis.most_tokens(cut.kinds), terms.price.batch
    return PlannedJob(
        cut=cut,
        tokens=tokens,
        most_tokens=most,
        batch=money.cost(tokens, price),
        most=money.cost(most, price),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeQueue:
    """Everything that waits, resting chunks included or not sent yet for whatever reason: what it takes to send it."""

    texts: int
    chunks: int
    kinds: Kinds
    tokens: int
    batch: Decimal
    direct: Decimal
    rounds: int
    """How often the allowance has to be filled."""
    seconds: float | None
    """At this database's own median turnaround; None before a job has ended."""


def whole_queue(waiting: Waiting, terms: Terms, *, allowance: int, turnaround: float | None) -> WholeQueue:
    """What sending all that waits would take, at the allowance of tokens at a time."""
    total = waiting.total
    tokens = terms.basis.tokens_of(total.kinds)
    rounds = ceil(tokens / allowance) if allowance else 0
    return WholeQueue(
        texts=total.texts,
        chunks=total.chunks,
        kinds=total.kinds,
        tokens=tokens,
        batch=money.cost(tokens, terms.price.batch),
        direct=money.cost(tokens, terms.price.synchronous),
        rounds=rounds,
        seconds=rounds * turnaround if turnaround is not None else None,
    )
