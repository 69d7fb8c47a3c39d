"""What an operation works with, and the lease that makes it the only one on its database."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.domain.jobs import BatchJob
from engine.domain.keys import GoogleKeyring, mask_keys
from engine.domain.models import Profile
from engine.domain.progress import Progress, Stop, Watch
from engine.domain.reports import Reuse
from engine.errors import HalfrateError, OperationBusy
from engine.gemini.protocol import GeminiServer
from engine.life.files import JobFiles
from engine.settings import Settings
from engine.store import events, leases
from engine.store.db import Db

Clock = Callable[[], datetime]
Connect = Callable[[], Db]
BEAT_SECONDS = leases.LIFE.total_seconds() / 4


@dataclass(slots=True, kw_only=True)
class Operation:
    """One flush, sync, retry or intervention under its lease; every write proves that the lease is still ours."""

    db: Db
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
    reused: Reuse = field(default_factory=Reuse)
    """What this operation found to be paid for already."""

    @property
    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self.clock()

    @property
    def profile(self) -> Profile:
        """The active profile."""
        return self.settings.vector_profile

    @property
    def stopped(self) -> bool:
        """The operation was asked to end after the step in hand."""
        return self.stop is not None and self.stop()

    @property
    def files(self) -> JobFiles:
        """Where jobs keep what they send and receive."""
        return JobFiles(self.db.path, self.epoch)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Db]:
        """A durable transaction that fails with LeaseLost when somebody took over."""
        with self.db.writing(durable=True) as db:
            leases.prove(db, leases.ENGINE, self.epoch)
            yield db

    def mask(self, text: str) -> str:
        """The text without keys; those of Google's form at least, while ours cannot be read."""
        try:
            return self.keyring().mask(text)
        except HalfrateError:
            return mask_keys(text)

    def log(self, message: str, level: str = "info") -> None:
        """A line in the event log, keys masked; inside or outside of a transaction."""
        with self.writing() as db:
            events.log(db, self.now, self.actor, self.mask(message), level)

    def tell(self, step: str, done: int, total: int, unit: str) -> None:
        """Reports progress to whoever watches."""
        if self.watch is not None:
            self.watch(Progress(operation=self.name, step=step, done=done, total=total, unit=unit))


@contextlib.contextmanager
def held_lease(db: Db, connect: Connect, name: str, actor: str, operation: str) -> Iterator[int]:
    """Holds a lease, beating in the background, and yields its epoch; OperationBusy says who holds it."""
    with db.writing():
        epoch = leases.take(db, name, holder=actor, operation=operation, now=_wall_clock())
        holder = leases.current(db, name)
    if epoch is None:
        raise OperationBusy(_held_by(holder))
    ended = threading.Event()
    beating = threading.Thread(target=_beat, args=(connect, name, epoch, ended), daemon=True, name="halfrate-lease")
    beating.start()
    try:
        yield epoch
    finally:
        ended.set()
        beating.join()
        with db.writing():
            leases.give_back(db, name, epoch)


def _held_by(holder: leases.Holder | None) -> str | None:
    if holder is None:
        return None
    return (
        f"{holder.holder} (process {holder.pid} on {holder.host}) has been running"
        f" {holder.operation} since {holder.acquired_at.astimezone():%H:%M:%S}."
    )


def _beat(connect: Connect, name: str, epoch: int, ended: threading.Event) -> None:
    """Prolongs the lease until told to end; a lost lease is found by the operation's own next write."""
    while not ended.wait(BEAT_SECONDS):
        with contextlib.suppress(HalfrateError), contextlib.closing(connect()) as db, db.writing():
            leases.beat(db, name, epoch, _wall_clock())


def _wall_clock() -> datetime:
    """Leases live in real time, whatever clock the operation was given."""
    return datetime.now(UTC)


def made_with_another_key(job: BatchJob, keyring: GoogleKeyring) -> bool:
    """The batch key of today is not the one that a job was created with; False while either is not known.

    Of jobs of the first version only the end of the key is known.
    """
    if not keyring.has_batch:
        return False
    if job.key_fingerprint:
        return keyring.batch.fingerprint != job.key_fingerprint
    return bool(job.key_tail) and keyring.batch.tail != job.key_tail
