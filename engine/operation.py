"""What an operation works with, and the lease that makes it the only one on its database."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from engine.domain.keyring import GoogleKeyring, mask_keys
from engine.domain.operations import Progress, Stop, Watch
from engine.errors import HalfrateError, OperationBusy
from engine.gemini.protocol import GeminiServer
from engine.settings import Settings
from engine.store import events, leases
from engine.store.connection import path_of, reopen, writing

Clock = Callable[[], datetime]
BEAT_SECONDS = leases.LIFE.total_seconds() / 4


@dataclass(slots=True)
class Operation:
    """One flush, sync, retry or intervention under its lease; every write proves that the lease is still ours."""

    db: Database
    gemini: GeminiServer
    settings: Settings
    keyring: Callable[[], GoogleKeyring]
    clock: Clock
    jitter: Callable[[], float]
    actor: str
    name: str
    epoch: int
    watch: Watch | None = None
    stop: Stop | None = None

    @property
    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self.clock()

    @property
    def stopped(self) -> bool:
        """The operation was asked to end after the step in hand."""
        return self.stop is not None and self.stop()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Database]:
        """A durable transaction that fails with LeaseLost when somebody took over."""
        with writing(self.db, durable=True):
            leases.prove(self.db, leases.ENGINE, self.epoch)
            yield self.db

    def mask(self, text: str) -> str:
        """The text without keys; those of Google's form at least, while ours cannot be read."""
        try:
            return self.keyring().mask(text)
        except HalfrateError:
            return mask_keys(text)

    def log(self, message: str, level: str = "info") -> None:
        """A line in the event log, keys masked; inside or outside of a transaction."""
        with writing(self.db):
            leases.prove(self.db, leases.ENGINE, self.epoch)
            events.log(self.db, self.now, self.actor, self.mask(message), level)

    def tell(self, step: str, done: int, total: int, unit: str) -> None:
        """Reports progress to whoever watches."""
        if self.watch is not None:
            self.watch(Progress(self.name, step, done, total, unit))

    def file(self, job_id: str, kind: str) -> Path:
        """Where a job's `input` or `results` lie, beside the database."""
        return job_directory(path_of(self.db)) / f"{job_id}.{kind}.jsonl"

    def part(self, path: Path) -> Path:
        """Where a file is written before it is renamed; no other holder of the lease writes to the same one."""
        return path.with_name(f"{path.name}.{self.epoch}.part")

    def remove_files(self, job_id: str) -> None:
        """Deletes what a job has on disk, parts of interrupted writes included."""
        for path in job_directory(path_of(self.db)).glob(f"{job_id}.*"):
            path.unlink(missing_ok=True)


def job_directory(database: Path) -> Path:
    """The folder of the files that jobs send and receive."""
    return database.with_name(database.name + ".jobs")


@contextlib.contextmanager
def held_lease(db: Database, name: str, actor: str, operation: str) -> Iterator[int]:
    """Holds a lease, beating in the background, and yields its epoch; OperationBusy says who holds it."""
    now = _wall_clock()
    with writing(db):
        holder = leases.current(db, name)
        if holder is not None and leases.alive(holder, now):
            raise OperationBusy(
                f"{holder.holder} (process {holder.pid} on {holder.host}) has been running"
                f" {holder.operation} since {holder.acquired_at.astimezone():%H:%M:%S}."
            )
        epoch = leases.take(
            db, name, holder=actor, operation=operation, pid=os.getpid(), host=socket.gethostname(), now=now
        )
    ended = threading.Event()
    beating = threading.Thread(target=_beat, args=(path_of(db), name, epoch, ended), daemon=True, name="halfrate-lease")
    beating.start()
    try:
        yield epoch
    finally:
        ended.set()
        beating.join()
        with writing(db):
            leases.give_back(db, name, epoch)


def _beat(path: Path, name: str, epoch: int, ended: threading.Event) -> None:
    """Prolongs the lease until told to end; a lost lease is found by the operation's own next write."""
    while not ended.wait(BEAT_SECONDS):
        with contextlib.suppress(HalfrateError), contextlib.closing(reopen(path)) as db, writing(db):
            leases.beat(db, name, epoch, _wall_clock())


def _wall_clock() -> datetime:
    """Leases live in real time, whatever clock the operation was given."""
    return datetime.now(UTC)
