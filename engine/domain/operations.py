"""What operations report: while they run, and when they are done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.batches import BatchJob
from engine.domain.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is: `done` of `total` units of its present step; `total` is 0 when it is not known."""

    operation: str
    """flush, sync, retry, ingest."""
    step: str
    """What is being done, in two or three words: `spool abc09f2`."""
    done: int
    total: int
    unit: str
    """chunks, bytes, rows, jobs."""


Watch = Callable[[Progress], None]
"""Is told about progress; called from the operation's thread, at most some ten times a second a step."""
Stop = Callable[[], bool]
"""Asked between steps: True ends the operation after the step in hand; what is left goes on next time."""


@dataclass(frozen=True, slots=True)
class Held:
    """Waiting chunks that a flush leaves where they are, and why."""

    chunks: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job as a flush would submit it."""

    chunks: int
    tokens: int
    batch: Decimal


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a flush would do and cost; nothing has been changed."""

    jobs: tuple[PlannedJob, ...]
    resumed: int
    """Jobs planned earlier that would be submitted as well."""
    estimate: Estimate
    """Of all chunks that would leave, resumed jobs included."""
    held: tuple[Held, ...]
    budget_left: Decimal | None
    """Of this month's budget before the flush; None without a budget."""
    expected_seconds: float | None
    """Median from submission to the end of this database's own settled jobs; None before the first."""
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlushReport:
    """What a flush did."""

    jobs: tuple[BatchJob, ...]
    """Jobs it submitted or tried to, as they stand now."""
    held: tuple[Held, ...]
    problem: str | None = None
    """A sentence when it stopped early; what is left goes on next time."""
    hint: str = ""
    account: bool = False
    """The problem is one of key, quota or billing."""

    @property
    def chunks(self) -> int:
        """Chunks in the jobs."""
        return sum(job.chunks for job in self.jobs)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync found: the jobs it asked about or settled, as they stand now."""

    jobs: tuple[BatchJob, ...]
    problem: str | None = None
    hint: str = ""
    account: bool = False

    @property
    def settled(self) -> tuple[BatchJob, ...]:
        """Those that have ended."""
        return tuple(job for job in self.jobs if not job.live)


@dataclass(frozen=True, slots=True)
class RetryReport:
    """What a retry put back."""

    retried: int
    skipped_permanent: int


@dataclass(frozen=True, slots=True)
class CycleReport:
    """One turn of the worker."""

    sync: SyncReport
    flush: FlushReport
