"""The worker: sync, then flush what is due; once, or in a loop, one per database."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import FrameType

from engine.domain.progress import Watch
from engine.domain.reports import CycleReport, FlushReport
from engine.errors import HalfrateError, OperationBusy
from engine.life.context import held_lease
from engine.store import leases
from engine.store.db import Db
from engine.workspace import Workspace

Report = Callable[[CycleReport | HalfrateError], None]


def run_once(
    workspace: Workspace, *, watch: Watch | None = None, stop: Callable[[], bool] | None = None
) -> CycleReport:
    """One turn: asks about the jobs that are due, settles, then flushes when enough waits or has waited long enough."""
    rules = workspace.settings.flush
    with workspace.manager("worker", watch, stop) as manager:
        synced = manager.sync_status(due_only=True)
        due = manager.due_flush(rules.min_size, timedelta(seconds=rules.max_wait_seconds))
        if due is None or (stop is not None and stop()):
            held = manager.held_by_budget(rules.min_size) if due is None else ()
            return CycleReport(sync=synced, flush=FlushReport(held=held))
        return CycleReport(sync=synced, flush=manager.flush_queue(due))


def run(workspace: Workspace, *, interval: float, report: Report, stop: threading.Event) -> None:
    """Turns until `stop` is set, `interval` seconds apart; OperationBusy when this database has a worker already.

    LeaseLost when another one took over while this one was held up.
    An error of one turn is reported and the loop goes on: the next turn finds everything where it was. Key files and
    the keychain are read anew every turn.
    """
    with contextlib.closing(workspace.connect()) as db, _held(workspace, db) as epoch:
        while not stop.is_set():
            leases.prove(db, leases.WORKER, epoch)
            try:
                report(run_once(workspace, stop=stop.is_set))
            except OperationBusy as busy:
                report(busy)
            except HalfrateError as error:
                report(error)
            stop.wait(interval)


def _held(workspace: Workspace, db: Db) -> contextlib.AbstractContextManager[int]:
    return held_lease(db, workspace.connect, leases.WORKER, "worker", "the worker")


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
