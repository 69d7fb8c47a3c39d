"""The worker: sync, then flush what is due; once, or in a loop, one per database."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import FrameType

from engine.domain.operations import CycleReport, FlushReport, Watch
from engine.errors import HalfrateError, OperationBusy
from engine.operation import held_lease
from engine.store import leases
from engine.store.overview import Overview
from engine.workspace import Workspace

Report = Callable[[CycleReport | HalfrateError], None]


def run_once(
    workspace: Workspace, *, watch: Watch | None = None, stop: Callable[[], bool] | None = None
) -> CycleReport:
    """One turn: asks about the jobs that are due, settles, then flushes when enough waits or has waited long enough."""
    with workspace.manager("worker", watch, stop) as manager:
        synced = manager.sync_status(due_only=True)
        overview = manager.get_queue_stats()
        overdue = _overdue(workspace, overview)
        if (stop is not None and stop()) or not (overdue or _flush_due(workspace, overview)):
            return CycleReport(synced, FlushReport((), ()))
        return CycleReport(synced, manager.flush_queue(workspace.settings.flush.min_size, force=overdue))


def _flush_due(workspace: Workspace, overview: Overview) -> bool:
    """Enough chunks wait, or a job was left before its submission."""
    enough = overview.chunks.pending >= workspace.settings.flush.min_size
    return enough or any(_left_behind(job.status) for job in overview.jobs)


def _overdue(workspace: Workspace, overview: Overview) -> bool:
    """The oldest waiting chunk has waited too long."""
    rules = workspace.settings.flush
    oldest = overview.oldest_waiting_at
    return oldest is not None and overview.at - oldest >= timedelta(seconds=rules.max_wait_seconds)


def _left_behind(status: str) -> bool:
    return status in ("PLANNED", "SPOOLED", "UPLOADED")


def run(workspace: Workspace, *, interval: float, report: Report, stop: threading.Event) -> None:
    """Turns until `stop` is set, `interval` seconds apart; OperationBusy when this database has a worker already.

    LeaseLost when another one took over while this one was held up.
    An error of one turn is reported and the loop goes on: the next turn finds everything where it was. Key files and
    the keychain are read anew every turn.
    """
    with contextlib.closing(workspace.connect()) as db, held_lease(db, leases.WORKER, "worker", "the worker") as epoch:
        while not stop.is_set():
            leases.prove(db, leases.WORKER, epoch)
            try:
                report(run_once(workspace, stop=stop.is_set))
            except OperationBusy as busy:
                report(busy)
            except HalfrateError as error:
                report(error)
            stop.wait(interval)


@contextlib.contextmanager
def stopping_on_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set, so that the step in hand is finished; a second Ctrl-C interrupts it."""
    stop = threading.Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
