"""Everything the dashboard and `queue status` show, in one value; its cost does not grow with the chunks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlite_utils import Database

from engine.domain.batches import ENDED, BatchJob, JobStatus
from engine.domain.estimates import Basis, Estimate, error_percent, estimate
from engine.domain.ledger import Spend
from engine.domain.pricing import Mode, Price, amount_pico, dollars
from engine.domain.vectors import Profile
from engine.store import batches, events, leases, ledger, queue


@dataclass(frozen=True, slots=True)
class JobCounts:
    """Jobs by how they stand; `live` includes `uncertain`."""

    live: int = 0
    uncertain: int = 0
    completed: int = 0
    failed: int = 0
    """FAILED, CANCELLED and EXPIRED."""


@dataclass(frozen=True, slots=True)
class Landed:
    """Batch jobs that ended today (UTC): what was estimated, what it was; tokens and exact dollars."""

    estimated_tokens: int
    actual_tokens: int
    amount: Decimal

    @property
    def error_percent(self) -> float | None:
        """How far the estimate was off, signed; None before anything landed."""
        return error_percent(self.estimated_tokens, self.actual_tokens)


@dataclass(frozen=True, slots=True)
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
    causes: tuple[queue.FailureCause, ...]
    waiting: Estimate
    """What flushing everything that waits would cost."""
    in_flight_jobs: int
    in_flight_tokens: int
    in_flight_amount: Decimal
    """Estimated, of the jobs that Google holds or may hold, each at its own price."""
    landed_today: Landed
    month: Spend
    batch_total: Spend
    sync_total: Spend
    budget_month: Decimal | None
    engine: leases.Holder | None
    worker: leases.Holder | None
    events: tuple[events.Event, ...]

    @property
    def saved(self) -> Decimal:
        """What batch spared so far against synchronous, waste counted as paid."""
        return self.batch_total.saved


def basis(db: Database, model: str) -> Basis:
    """What estimates of this model rest on."""
    return Basis(*batches.token_ratio(db, model), *batches.estimate_errors(db, model))


def read_overview(
    db: Database,
    profile: Profile,
    price: Price,
    now: datetime,
    *,
    budget_month: Decimal | None = None,
    jobs: int = 50,
    log_lines: int = 50,
) -> Overview:
    """Reads everything in one transaction, so that the numbers fit each other."""
    db.conn.execute("BEGIN")
    try:
        return _read(db, profile, price, now, budget_month, jobs, log_lines)
    finally:
        if db.conn.in_transaction:
            db.conn.execute("COMMIT")


def _read(
    db: Database,
    profile: Profile,
    price: Price,
    now: datetime,
    budget_month: Decimal | None,
    jobs: int,
    log_lines: int,
) -> Overview:
    chunks = queue.counts(db)
    by_status = batches.status_counts(db)
    ended = sum(by_status.get(status, 0) for status in ENDED)
    completed = by_status.get(JobStatus.COMPLETED, 0) + by_status.get(JobStatus.COMPLETED_WITH_ERRORS, 0)
    live = sum(by_status.values()) - ended
    flying = batches.in_flight(db)
    today = now.astimezone(UTC).date()
    return Overview(
        at=now,
        profile=profile,
        price=price,
        chunks=chunks,
        oldest_waiting_at=queue.oldest_waiting(db),
        job_counts=JobCounts(live, by_status.get(JobStatus.UNCERTAIN, 0), completed, ended - completed),
        jobs=tuple(batches.dashboard(db, jobs)),
        causes=tuple(queue.failure_causes(db)),
        waiting=estimate(chunks.pending, chunks.pending_characters, price, basis(db, profile.model)),
        in_flight_jobs=len(flying),
        in_flight_tokens=sum(tokens for tokens, _ in flying),
        in_flight_amount=sum((dollars(amount_pico(tokens, each)) for tokens, each in flying), Decimal(0)),
        landed_today=Landed(*ledger.landed(db, today), ledger.spend(db, since=today, mode=Mode.BATCH).amount),
        month=ledger.month_spend(db, now),
        batch_total=ledger.spend(db, mode=Mode.BATCH),
        sync_total=ledger.spend(db, mode=Mode.SYNCHRONOUS),
        budget_month=budget_month,
        engine=leases.current(db, leases.ENGINE),
        worker=leases.current(db, leases.WORKER),
        events=tuple(events.recent(db, limit=log_lines)),
    )
