"""`halfrate demo`: the console, or the whole journey printed, on the emulator; no key, no cost."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from engine.cli.documents import Document, status_document
from engine.cli.invocation import Invocation, common, console, pass_invocation
from engine.cli.outcome import DONE, ERROR
from engine.cli.output import emit, note, usd
from engine.cli.queue import reused_lines
from engine.domain.causes import FailureClass
from engine.domain.jobs import UNSENT, BatchJob, JobStatus
from engine.domain.models import Mode
from engine.domain.money import plain
from engine.domain.reports import FlushReport, SyncReport
from engine.domain.room import Reason
from engine.errors import HalfrateError
from engine.wording import plural

if TYPE_CHECKING:
    from engine.demo import Demonstration
    from engine.life.manager import BatchManager
    from engine.store.db import Db
    from engine.store.overview import Overview

CONSOLE_LATENCY = 8.0
HEADLESS_LATENCY = 1.0
PAUSE = 0.25
LONGEST = 55.0
SYNCHRONOUS = ("truth", "lambda", "pass")
"""Topics that are embedded at once, at full price, so that both prices are seen."""


@click.command()
@common
@click.option("--headless", is_flag=True, help="Print the journey instead of opening the console.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of everything that is left to chance.")
@pass_invocation
def demo(invocation: Invocation, headless: bool, seed: int) -> int:  # noqa: FBT001 - a flag
    """Show everything on an emulator of the Gemini API: no key, no cost."""
    if invocation.db or invocation.config:
        raise click.UsageError("The demo has a database and settings of its own: it takes neither --db nor --config.")
    from engine.demo import demo_workspace, demonstration

    opened = None if headless or invocation.json else console()
    if opened is not None:
        with demo_workspace(latency=CONSOLE_LATENCY, seed=seed) as workspace:
            invocation.use(workspace)
            return opened(workspace)
    with demonstration(latency=HEADLESS_LATENCY, seed=seed) as shown:
        invocation.use(shown.workspace)
        return Journey(invocation, shown).run()


@dataclass
class Journey:
    """The demo without a screen: each step is named by the command that does it, and tells what came of it."""

    invocation: Invocation
    demo: Demonstration
    started: float = field(default_factory=time.monotonic)
    _seen: dict[str, str] = field(default_factory=dict)

    def run(self) -> int:
        """From files to vectors; 0 when every chunk has come to an end and the ledger agrees with the bill."""
        workspace = self.demo.workspace
        self._tell(f"The emulator of the Gemini API listens on {self.demo.emulator.base_url}; no key, no cost.")
        self._ingest()
        with workspace.manager("demo") as manager:
            self._until_settled(manager)
            overview = manager.get_queue_stats()
            retried = self._retry(manager, overview)
            if retried:
                self._until_settled(manager)
            overview = manager.get_queue_stats()
        return self._summary(overview)

    def _ingest(self) -> None:
        workspace = self.demo.workspace
        few = [self.demo.corpus / f"{name}.rst" for name in SYNCHRONOUS]
        self._step(f"halfrate ingest --mode sync {' '.join(path.name for path in few)}")
        workspace.ingest(few, mode="sync")
        self._step(f"halfrate ingest {self.demo.corpus.name}/")
        workspace.ingest([self.demo.corpus])
        self._look(lambda overview: self._counts(overview))

    def _until_settled(self, manager: BatchManager) -> None:
        """Flush and sync until nothing waits and nothing travels."""
        while True:
            overview = manager.get_queue_stats()
            if self._can_flush(overview):
                self._flush(manager)
            self._sync(manager)
            overview = manager.get_queue_stats()
            if not overview.chunks.pending and not overview.job_counts.live:
                return
            if time.monotonic() - self.started > LONGEST:
                raise HalfrateError(
                    f"The demo has not come to its end within {LONGEST:.0f} s.", hint="Is this machine very busy?"
                )
            time.sleep(PAUSE)

    @staticmethod
    def _can_flush(overview: Overview) -> bool:
        """Something waits, and Google has not asked to wait before it is sent."""
        would_send = overview.would_send
        if any(part.kind is Reason.COOLING_DOWN for part in would_send.held):
            return False
        return bool(would_send.jobs) or any(job.status in UNSENT for job in overview.jobs)

    def _flush(self, manager: BatchManager) -> None:
        self._report("halfrate queue flush", manager.flush_queue(1, force=True))

    def _sync(self, manager: BatchManager) -> None:
        self._report("halfrate queue sync", manager.sync_status())

    def _report(self, command: str, report: FlushReport | SyncReport) -> None:
        """The jobs that changed since they were last shown, and what stopped the operation; nothing otherwise."""
        fresh = [job for job in report.jobs if self._news(job)]
        if not fresh and not report.problem and not report.reused.chunks:
            return
        self._step(command)
        for line in reused_lines(report.reused):
            self._tell(f"  {line}")
        for job in fresh:
            self._job(job)
        if report.problem:
            self._tell(f"  {report.problem}")
            self._tell(f"  {report.hint}")

    def _retry(self, manager: BatchManager, overview: Overview) -> int:
        self._step("halfrate queue failures")
        for cause in overview.causes:
            self._tell(f"  {cause.cause}: {plural(cause.chunks, 'chunk')}, {cause.failure_class}; {cause.remedy}")
        if not any(cause.failure_class is FailureClass.TRANSIENT for cause in overview.causes):
            return 0
        self._step("halfrate queue retry")
        report = manager.retry_failed()
        self._tell(f"  back in the queue: {report.retried:,}; failed for good: {report.skipped_permanent:,}")
        for line in reused_lines(report.reused):
            self._tell(f"  {line}")
        return report.retried

    def _summary(self, overview: Overview) -> int:
        self._step("halfrate queue status")
        self._tell(f"  {self._counts(overview)}")
        self._step("halfrate cost report")
        sync, batch = overview.sync_total, overview.batch_total
        self._tell(f"  sync   {sync.tokens:>9,} tokens  {usd(sync.amount)}")
        self._tell(f"  batch  {batch.tokens:>9,} tokens  {usd(batch.amount)}, {usd(batch.saved)} saved")
        for line in reused_lines(overview.reused):
            self._tell(f"  {line}")
        bill = self.demo.emulator.bill()["totals"]
        equal = bill == {Mode.BATCH.value: batch.tokens, Mode.SYNCHRONOUS.value: sync.tokens}
        self._tell(
            f"  the emulator's bill: sync {bill['synchronous']:,} tokens, batch {bill['batch']:,} tokens:"
            f" {'equal' if equal else 'NOT EQUAL'} to the ledger"
        )
        seconds = time.monotonic() - self.started
        self._tell(f"Every chunk is READY or FAILED for good, after {seconds:.1f} s.")
        emit(self.invocation, self._document(overview, equal=equal), ())
        return DONE if equal else ERROR

    def _document(self, overview: Overview, *, equal: bool) -> Document:
        sync, batch = overview.sync_total, overview.batch_total
        return {
            **status_document(overview),
            "cost": {
                "sync": {"tokens": sync.tokens, "amount": plain(sync.amount)},
                "batch": {"tokens": batch.tokens, "amount": plain(batch.amount)},
                "saved": plain(batch.saved),
                "waste": plain(sync.waste + batch.waste),
                "total": plain(sync.amount + batch.amount),
            },
            "bill": dict(self.demo.emulator.bill()["totals"]),
            "equal": equal,
            "seconds": round(time.monotonic() - self.started, 1),
        }

    def _look(self, text: Callable[[Overview], str]) -> None:
        with self._reading() as db:
            self._tell(f"  {text(self.demo.workspace.overview(db, jobs=0, log_lines=0))}")

    def _reading(self) -> contextlib.AbstractContextManager[Db]:
        return contextlib.closing(self.demo.workspace.read())

    @staticmethod
    def _counts(overview: Overview) -> str:
        chunks = overview.chunks
        return (
            f"{chunks.total:,} chunks: {chunks.pending:,} pending, {chunks.in_batch:,} in batch,"
            f" {chunks.ready:,} ready, {chunks.failed:,} failed"
        )

    def _news(self, job: BatchJob) -> bool:
        return self._seen.get(job.id) != job.status

    def _job(self, job: BatchJob) -> None:
        what = f"  job {job.short} {job.status}"
        if not job.live:
            parts = (("ready", job.ready), ("failed", job.failed), ("returned", job.returned), ("missing", job.missing))
            what += ": " + ", ".join(f"{number:,} {name}" for name, number in parts if number)
            what += f"; {job.tokens:,} tokens"
        else:
            what += f": {plural(job.chunks, 'chunk')}"
            what += ", found at Google and adopted" if self._seen.get(job.id) == JobStatus.UNCERTAIN else ""
        self._seen[job.id] = job.status
        self._tell(what)

    def _step(self, command: str) -> None:
        self._tell(f"$ {command}")

    def _tell(self, line: str) -> None:
        if self.invocation.json:
            note(self.invocation, line)
        else:
            click.echo(self.invocation.mask(line))
