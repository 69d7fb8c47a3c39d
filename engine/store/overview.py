"""Everything the dashboard and `queue status` show, in one value; its cost does not grow with the chunks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engine.domain import money
from engine.domain.billing import billing_day
from engine.domain.budgets import Budget, Scope, Window
from engine.domain.estimates import Estimate, error_percent, estimate
from engine.domain.governor import Granted
from engine.domain.jobs import ENDED, ENQUEUED, UNSENT, WITH_RESULTS, BatchJob, JobStatus
from engine.domain.ledger import RESERVED, Spend
from engine.domain.models import Mode, Price, Profile
from engine.domain.plan import Plan, WholeQueue
from engine.domain.reports import Reuse
from engine.domain.room import Room
from engine.store import events, failures, jobs, learned, leases, ledger, queue, reuse
from engine.store.db import Db

Planner = Callable[[Db], tuple[Plan, WholeQueue, Room]]
"""What a flush would send now, what all that waits would take, and the room there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """Jobs by how they stand; `live` includes `uncertain`."""

    live: int = 0
    uncertain: int = 0
    completed: int = 0
    failed: int = 0
    """FAILED, CANCELLED and EXPIRED."""


@dataclass(frozen=True, slots=True)
class Landed:
    """Batch jobs that ended in this billing day: what was estimated, what it was; tokens and exact dollars."""

    estimated_tokens: int
    actual_tokens: int
    amount: Decimal
    guessed_tokens: int
    """Of the tokens: those that nobody counted."""

    @property
    def error_percent(self) -> float | None:
        """How far the estimate was off, signed; None before anything landed."""
        return error_percent(self.estimated_tokens, self.actual_tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One consistent look at the database."""

    at: datetime
    profile: Profile
    price: Price
    chunks: queue.ChunkCounts
    oldest_waiting_at: datetime | None
    job_counts: JobCounts
    jobs: tuple[BatchJob, ...]
    """Live ones first, then the newest ended ones."""
    unsent: tuple[BatchJob, ...]
    """All jobs that were planned and not submitted yet: a flush sends them first."""
    in_trouble: tuple[BatchJob, ...]
    """Jobs of which Google's answers contradict our record, the longest first."""
    causes: tuple[failures.FailureCause, ...]
    would_send: Plan
    """What a flush would send now, and what it would leave and why."""
    whole: WholeQueue
    """What sending all that waits would take."""
    room: Room
    """What each limit leaves."""
    granted: Granted
    """What Google grants, as far as is known."""
    waiting: Estimate
    """What sending everything that waits would cost."""
    in_flight_jobs: int
    in_flight_tokens: int
    in_flight_amount: Decimal
    """Estimated, of the jobs that Google holds or may hold, each at its own price."""
    landed_today: Landed
    month: Spend
    batch_total: Spend
    sync_total: Spend
    reserved: ledger.Held
    """What is promised to all that is under way."""
    reused: Reuse
    """What was not paid so far, because a vector of the text was here."""
    budgets: tuple[Budget, ...]
    """All that are set, as they stand."""
    engine: leases.Holder | None
    worker: leases.Holder | None
    events: tuple[events.Event, ...]
    mirror: str = ""
    """What an operator should know of the older library's copy of the vectors; empty when there is nothing."""

    @property
    def budget_month(self) -> Decimal | None:
        """What may be spent this month in all; None without such a budget."""
        found = (each.most for each in self.budgets if (each.scope, each.window) == (Scope.ALL, Window.MONTH))
        return next(found, None)

    @property
    def alarms(self) -> tuple[Budget, ...]:
        """Budgets that are nearly used up."""
        return tuple(each for each in self.budgets if each.alarm)

    @property
    def total(self) -> Spend:
        """All that was or may be spent so far, in both modes."""
        return self.batch_total + self.sync_total

    @property
    def saved(self) -> Decimal:
        """What batch spared so far against synchronous; waste and what may be charged count as paid."""
        return self.total.saved

    @property
    def unnamed(self) -> int:
        """Waiting chunks of older writers whose texts nobody has looked at yet."""
        return self.chunks.unnamed


def read_overview(
    db: Db,
    planner: Planner,
    profile: Profile,
    price: Price,
    now: datetime,
    *,
    granted: Granted,
    budgets: tuple[Budget, ...] = (),
    most_jobs: int = 50,
    log_lines: int = 50,
    mirror: str = "",
) -> Overview:
    """Reads everything in one transaction, so that the numbers fit each other."""
    with db.reading():
        would_send, whole, room = planner(db)
        flying = [each for each in jobs.reserved(db) if each.status in ENQUEUED and not each.gone]
        return Overview(
            at=now,
            profile=profile,
            price=price,
            chunks=queue.counts(db),
            oldest_waiting_at=queue.oldest_waiting(db, now),
            job_counts=_job_counts(db),
            jobs=tuple(jobs.dashboard(db, most_jobs)),
            unsent=tuple(jobs.in_states(db, UNSENT)),
            in_trouble=tuple(jobs.in_trouble(db)),
            causes=tuple(failures.failure_causes(db)),
            would_send=would_send,
            whole=whole,
            room=room,
            granted=granted,
            waiting=estimate(whole.chunks, whole.kinds, price, learned.basis(db, profile.model)),
            in_flight_jobs=len(flying),
            in_flight_tokens=sum(each.tokens for each in flying),
            in_flight_amount=sum((money.cost(each.tokens, each.price) for each in flying), Decimal(0)),
            landed_today=_landed(db, billing_day(now)),
            month=ledger.month_spend(db, now),
            batch_total=ledger.spend(db, mode=Mode.BATCH),
            sync_total=ledger.spend(db, mode=Mode.SYNCHRONOUS),
            reserved=ledger.holding(db, RESERVED),
            reused=reuse.total(db),
            budgets=budgets,
            engine=leases.current(db, leases.ENGINE),
            worker=leases.current(db, leases.WORKER),
            events=tuple(events.find(db, limit=log_lines)),
            mirror=mirror,
        )


def _job_counts(db: Db) -> JobCounts:
    found = jobs.status_counts(db)
    ended = sum(found.get(status, 0) for status in ENDED)
    completed = sum(found.get(status, 0) for status in WITH_RESULTS)
    return JobCounts(
        live=sum(found.values()) - ended,
        uncertain=found.get(JobStatus.UNCERTAIN, 0),
        completed=completed,
        failed=ended - completed,
    )


def _landed(db: Db, today: date) -> Landed:
    spend = ledger.spend(db, since=today, mode=Mode.BATCH)
    return Landed(*ledger.landed(db, today), spend.amount, spend.guessed_tokens)
