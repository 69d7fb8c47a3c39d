"""Batch jobs: their life by the clock, and the work of computing their results."""

from __future__ import annotations

import os
import random
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .bill import Ledger
from .clock import HOUR, Clock
from .faults import RowFaults
from .files import FileStore, StoredFile, random_id
from .models import Model
from .results import StoppedError, Tally, shuffle_lines, write_results
from .scenario import JobRule, Scenario
from .wire import QUOTA_FAILURE, ApiError, retry_info

LIFETIME = 48 * HOUR
PENDING_SHARE = 0.25
SPEND_SECONDS = 600.0
EXHAUSTED = "Resource has been exhausted (e.g. check quota)."
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")


@dataclass(slots=True, eq=False)
class Job:
    r"""One embedding job.

        PENDING -> RUNNING -> SUCCEEDED
           |          |-----> FAILED        a rule says so
           |----------|-----> CANCELLED     :cancel, `cancel_lag` seconds later
           \----------\-----> EXPIRED       48 hours old and not done

    The state is read off the clock; results are computed when somebody first asks for a job that is due: that has
    ended in a state in which the scenario bills its rows or hands them out.
    """

    id: str
    ordinal: int
    project: str
    key: str
    model: Model
    source: Path
    input_file: str | None
    display_name: str
    priority: int
    created: float
    latency: float
    requests: int
    tokens: int
    scenario: Scenario
    rules: dict[str, JobRule]
    row_faults: RowFaults
    cancelled_at: float | None = None
    deleted: bool = False
    tally: Tally | None = None
    results: StoredFile | None = None
    computing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        """`batches/ID`."""
        return f"batches/{self.id}"

    def ending(self) -> tuple[float, str]:
        """When the job ends by itself or was told to, and in which state."""
        expired = (self.created + LIFETIME, "EXPIRED")
        if "expire" in self.rules:
            expired = (self.created + self.latency, "EXPIRED")
        endings = [expired]
        if not self.rules.keys() & {"pending", "running", "expire"}:
            endings.insert(0, (self.created + self.latency, "FAILED" if "fail" in self.rules else "SUCCEEDED"))
        if self.cancelled_at is not None:
            endings.append((self.cancelled_at, "CANCELLED"))
        return min(endings, key=lambda ending: ending[0])

    def state(self, now: float) -> str:
        """The state by the clock, without its prefix; a due job whose results are not there yet is RUNNING."""
        ended, state = self.ending()
        if now >= ended and not self.is_due(now):
            return state
        if now < self.created + self.latency * PENDING_SHARE or "pending" in self.rules:
            return "PENDING"
        return "RUNNING"

    def is_due(self, now: float) -> bool:
        """Whether the results ought to be there and are not."""
        ended, state = self.ending()
        wanted = self.scenario.bills(state) or self.keeps_results(state)
        return now >= ended and wanted and self.tally is None

    def keeps_results(self, state: str) -> bool:
        """Whether a job that ends so hands out the rows it has done."""
        return state == "SUCCEEDED" or (state == "CANCELLED" and self.scenario.partial_results)

    def rows_done(self, at: float) -> int:
        """How many rows are computed by then: none while it is PENDING, all at the end of its latency."""
        if "pending" in self.rules:
            return 0
        lived = 1.0 if at >= self.created + self.latency else (at - self.created) / self.latency
        return round(self.requests * max(lived - PENDING_SHARE, 0.0) / (1 - PENDING_SHARE))

    def is_live(self, now: float) -> bool:
        """Whether the job counts against the allowances."""
        return not self.deleted and now < self.ending()[0]

    def listed(self, now: float) -> bool:
        """Whether the listing shows the job."""
        late = self.rules.get("late_listing")
        return not self.deleted and (late is None or now >= self.created + late.seconds)


class BatchStore:
    """The jobs of all projects, oldest first, and the work of computing their results."""

    def __init__(self, directory: Path, clock: Clock, files: FileStore, ledger: Ledger, source: random.Random) -> None:
        self._directory = directory
        self._clock = clock
        self._files = files
        self._ledger = ledger
        self._random = source
        self._jobs: dict[str, Job] = {}
        self._count = 0
        self._lock = threading.RLock()
        self.stopping = threading.Event()

    def admit(self, project: str, model: Model, tokens: int, allowance: int | None, scenario: Scenario) -> None:
        """ApiError 429 when so many more tokens would exceed the allowance in live jobs, or what may be spent."""
        now = self._clock.now()
        with self._lock:
            ours = [job for job in self._jobs.values() if job.project == project]
        spent = sum(job.tokens for job in ours if now - job.created < SPEND_SECONDS)
        if scenario.spend_tokens is not None and spent + tokens > scenario.spend_tokens:
            raise _spent_too_fast()
        live = sum(job.tokens for job in ours if job.model == model and job.is_live(now))
        if allowance is not None and live + tokens > allowance:
            raise _exhausted(model, allowance) if scenario.quota_values else ApiError(429, EXHAUSTED)

    def live_tokens(self) -> int:
        """Tokens in live jobs of all projects, as far as they were counted."""
        now = self._clock.now()
        return sum(job.tokens for job in self.all() if job.is_live(now))

    def add(self, job: Job) -> None:
        """Take a job in."""
        with self._lock:
            self._jobs[job.id] = job

    def new_id(self) -> tuple[str, int]:
        """36 characters of a-z and 0-9, and the job's place in the order of creation."""
        with self._lock:
            self._count += 1
            return random_id(self._random, 36), self._count

    def input_path(self, job_id: str) -> Path:
        """Where a job keeps its input while it waits."""
        return self._directory / f"input-{job_id}"

    def find(self, project: str, job_id: str) -> Job:
        """The job; ApiError 404 when it is unknown, deleted or another project's."""
        job = self._jobs.get(job_id)
        if job is None or job.deleted or job.project != project:
            raise ApiError(404, "Requested entity was not found.")
        return job

    def listing(self, project: str) -> list[Job]:
        """The project's jobs as the listing shows them, newest first."""
        now = self._clock.now()
        with self._lock:
            return [job for job in reversed(self._jobs.values()) if job.project == project and job.listed(now)]

    def all(self) -> list[Job]:
        """Every job of every project, deleted ones too, oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def cancel(self, job: Job, lag: float) -> None:
        """Ask a live job to stop; one that has ended keeps its state."""
        now = self._clock.now()
        with self._lock:
            if job.is_live(now) and job.cancelled_at is None:
                job.cancelled_at = now + lag

    def delete(self, job: Job) -> None:
        """Take the job out of the listing; a live one stops."""
        with self._lock:
            self.cancel(job, 0.0)
            job.deleted = True

    def compute(self, job: Job) -> None:
        """Write the results of a due job and book it; a second caller waits for the first."""
        with job.computing:
            if not job.is_due(self._clock.now()):
                return
            ended, state = job.ending()
            target = self._directory / f"results-{job.id}"
            try:
                tally = self._answer(job, target, job.rows_done(ended))
            except StoppedError:
                return
            if job.keeps_results(state) and tally.succeeded + tally.failed:
                job.results = self._files.add_results(job.project, f"batch-{job.id}", target, ended)
            else:
                target.unlink()
            if job.scenario.bills(state):
                self._ledger.book(
                    ended,
                    key=job.key,
                    project=job.project,
                    model=job.model.id,
                    mode="batch",
                    job=job.name,
                    display_name=job.display_name,
                    requests=tally.requests,
                    tokens=tally.tokens,
                )
            job.tally = tally
            job.source.unlink(missing_ok=True)

    def _answer(self, job: Job, target: Path, rows: int) -> Tally:
        tally = write_results(
            job.source,
            target,
            job.model,
            rows=rows,
            scenario=job.scenario,
            faults=job.row_faults,
            stopped=self.stopping.is_set,
        )
        if "shuffle" in job.rules:
            shuffle_lines(target, random.Random(job.id))  # noqa: S311
        return tally

    def due(self, jobs: Sequence[Job]) -> list[Job]:
        """Those of the jobs whose results ought to be computed now."""
        now = self._clock.now()
        return [job for job in jobs if job.is_due(now)]

    def results_of(self, file: StoredFile) -> Job | None:
        """The job that made a result file."""
        return self._jobs.get(file.id.removeprefix("batch-")) if file.generated else None


def link_or_copy(source: Path, target: Path) -> None:
    """Keep an input although its file may be deleted or expire while the job waits."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _exhausted(model: Model, allowance: int) -> ApiError:
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/batch_enqueued_tokens",
        "quotaId": "BatchEnqueuedTokensPerProjectPerModel",
        "quotaDimensions": {"location": "global", "model": model.id},
        "quotaValue": str(allowance),
    }
    return ApiError(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        details=[{"@type": QUOTA_FAILURE, "violations": [violation]}, retry_info(60)],
    )


def _spent_too_fast() -> ApiError:
    """The limit of spending in ten minutes; nobody has shown one yet, its names are ours."""
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/spend_based_rate",
        "quotaId": "SpendPerTenMinutesPerProject",
        "quotaDimensions": {"location": "global"},
    }
    return ApiError(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        details=[{"@type": QUOTA_FAILURE, "violations": [violation]}],
    )
