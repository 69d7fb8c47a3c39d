"""What operations report when they are done, and the preflight before a flush."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.budgets import Budget, tightest
from engine.domain.estimates import Estimate
from engine.domain.jobs import BatchJob
from engine.domain.plan import Held, Plan, PlannedJob, WholeQueue
from engine.domain.room import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """Chunks that became READY without a request: a vector of their text was here, bought or derived earlier."""

    chunks: int = 0
    tokens: int = 0
    amount: Decimal = Decimal(0)
    """Dollars that were not paid: the tokens at the batch price of their time."""
    guessed_tokens: int = 0
    """Of the tokens: those that nobody counted when they were paid."""

    def __add__(self, other: Reuse) -> Reuse:
        return Reuse(
            chunks=self.chunks + other.chunks,
            tokens=self.tokens + other.tokens,
            amount=self.amount + other.amount,
            guessed_tokens=self.guessed_tokens + other.guessed_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What a flush would do and cost; nothing has been changed."""

    plan: Plan
    resumed: tuple[BatchJob, ...]
    """Jobs planned earlier that would be submitted as well, at the prices they are pinned to."""
    estimate: Estimate
    """Of all that would leave, resumed jobs included."""
    whole: WholeQueue
    expected_seconds: float | None
    """Median from submission to the end of this database's own settled jobs; None before the first."""
    budgets: tuple[Budget, ...] = ()
    """Those that concern batch jobs, before the flush."""
    unnamed: int = 0
    """Chunks of an older writer among those that wait: nobody has looked at their texts yet, so their number is known
    and which of them are equal is not."""
    overdrawn: tuple[Held, ...] = ()
    """What was planned earlier and stays, because more than a budget is promised."""
    warnings: tuple[str, ...] = ()

    @property
    def budget(self) -> Budget | None:
        """The tightest budget."""
        return tightest(self.budgets)

    @property
    def jobs(self) -> tuple[PlannedJob, ...]:
        """New jobs."""
        return self.plan.jobs

    @property
    def held(self) -> tuple[Held, ...]:
        """What stays."""
        return (*self.plan.held, *self.overdrawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlushReport:
    """What a flush did."""

    jobs: tuple[BatchJob, ...] = ()
    """Jobs it submitted or tried to, as they stand now."""
    held: tuple[Held, ...] = ()
    reused: Reuse = field(default_factory=Reuse)
    problem: str | None = None
    """A sentence when it stopped early; what is left goes on next time."""
    hint: str = ""
    account: bool = False
    """The problem is one of key, quota or billing."""
    warnings: tuple[str, ...] = ()

    @property
    def held_by_budget(self) -> bool:
        """Nothing was sent, and a budget is why."""
        return not self.jobs and any(held.kind is Reason.BUDGET for held in self.held)

    @property
    def chunks(self) -> int:
        """Chunks in the jobs."""
        return sum(job.chunks for job in self.jobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync found: the jobs it asked about or settled, as they stand now."""

    jobs: tuple[BatchJob, ...] = ()
    found: tuple[BatchJob, ...] = ()
    """Batches of this database that no row followed until now."""
    strangers: tuple[str, ...] = ()
    """Names of batches at Google that other databases made."""
    reused: Reuse = field(default_factory=Reuse)
    problem: str | None = None
    hint: str = ""
    account: bool = False

    @property
    def settled(self) -> tuple[BatchJob, ...]:
        """Those that have ended."""
        return tuple(job for job in self.jobs if not job.live)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryReport:
    """What a retry did."""

    retried: int
    """Chunks that wait again."""
    skipped_permanent: int
    reused: Reuse = field(default_factory=Reuse)
    """Chunks that are READY at once, because the vector of their text is here by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requeue:
    """READY chunks whose vector is not of the active profile."""

    texts: int
    """Of the chunks to be sent: equal ones are sent once."""
    estimate: Estimate
    """Of these chunks."""
    derived: int
    """Chunks beside them whose vector is cut from a larger one at $0."""
    requeued: int = 0
    """Chunks that wait now; 0 of what was only asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """One turn of the worker."""

    sync: SyncReport
    flush: FlushReport
