"""Everything the emulator holds: clock, keys, files, jobs, bill and the fault script at work."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypedDict

from .batches import BatchStore, Job
from .bill import Bill, Ledger
from .clock import Clock, nanoseconds
from .export import export_csv
from .faults import FaultScript
from .files import FileStore
from .keys import Keys
from .scenario import Scenario
from .wire import timestamp

WORKERS = 2


class JobSummary(TypedDict):
    """One job as `GET /emulator/jobs` shows it; deleted ones stay visible here."""

    name: str
    display_name: str
    model: str
    state: str
    key: str
    input_file: str | None
    requests: int
    succeeded: int
    failed: int
    tokens: int
    created: str
    deleted: bool


class Service:
    """The state behind the routes; every method may be called from any thread."""

    def __init__(
        self,
        directory: Path,
        *,
        latency: float = 0.0,
        scenario: Scenario | None = None,
        seed: int = 0,
        clock: Callable[[], float] | None = None,
        api_keys: Mapping[str, str] | Collection[str] | None = None,
        enqueued_token_allowance: int | None = None,
    ) -> None:
        source = random.Random(seed)  # noqa: S311
        self.clock = Clock(clock)
        self.keys = Keys(api_keys)
        self.files = FileStore(directory, self.clock, source)
        self.ledger = Ledger()
        self.batches = BatchStore(directory, self.clock, self.files, self.ledger, source)
        self.latency = latency
        self.seed = seed
        self._allowance = enqueued_token_allowance
        self.script = FaultScript(scenario or Scenario(), seed)
        self._executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="emulator-job")
        self._work: dict[str, Future[None]] = {}

    @property
    def scenario(self) -> Scenario:
        """The fault script's text."""
        return self.script.scenario

    @property
    def allowance(self) -> int | None:
        """Tokens that may be enqueued at once now, by the scenario or as the emulator was made; None: any number."""
        said = self.scenario.allowance(self.clock.now())
        return self._allowance if said is None else said

    @allowance.setter
    def allowance(self, tokens: int | None) -> None:
        self._allowance = tokens

    def set_scenario(self, scenario: Scenario | None) -> None:
        """Replace the fault script; jobs that exist keep the one they were created under."""
        self.script = FaultScript(scenario or Scenario(), self.seed)

    def work_on(self, jobs: Sequence[Job]) -> list[Future[None]]:
        """Start, or join, the computation of every due job among these."""
        started = []
        for job in self.batches.due(jobs):
            future = self._work.get(job.id)
            if future is None or future.done():
                future = self._work[job.id] = self._executor.submit(self.batches.compute, job)
            started.append(future)
        return started

    def settle(self) -> None:
        """Compute every job that is due, and wait for it."""
        for future in self.work_on(self.batches.all()):
            future.result()

    def bill(self) -> Bill:
        """What Google would charge for up to now."""
        self.settle()
        return self.ledger.bill()

    def export_csv(self, currency: str = "USD", rate: str = "1") -> str:
        """The bill up to now as Google exports it; ValueError for a rate that is none."""
        return export_csv(self.bill(), currency, rate, self.clock.now())

    def jobs(self) -> list[JobSummary]:
        """All jobs, oldest first."""
        self.settle()
        now = self.clock.now()
        return [_summary(job, now) for job in self.batches.all()]

    def close(self) -> None:
        """Stop computing; what is unfinished stays so."""
        self.batches.stopping.set()
        self._executor.shutdown(wait=True, cancel_futures=True)


def _summary(job: Job, now: float) -> JobSummary:
    tally = job.tally
    return JobSummary(
        name=job.name,
        display_name=job.display_name,
        model=job.model.name,
        state=job.state(now),
        key=job.key[-4:],
        input_file=job.input_file,
        requests=job.requests,
        succeeded=tally.succeeded if tally else 0,
        failed=tally.failed if tally else 0,
        tokens=tally.tokens if tally else 0,
        created=timestamp(nanoseconds(job.created)),
        deleted=job.deleted,
    )
