"""Leases: one process at a time does what must not interleave.

A lease row has an epoch that grows with every change of hands. Each writing transaction of an operation proves that its
epoch is still the current one, so that a process that was stopped for too long cannot write after it was replaced.
Taking, proving, prolonging and giving back are one statement each.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.jobs import EPOCH
from engine.domain.times import parse_time, utc_text
from engine.errors import LeaseLost
from engine.store.db import Db, Query

ENGINE = "engine"
WORKER = "worker"
DIRECT = "direct"
LIFE = timedelta(seconds=90)

_CURRENT = Query(
    "who holds a lease",
    "SELECT name, epoch, holder, operation, pid, host, acquired_at, beat_at, expires_at FROM leases"
    " WHERE name = :name AND holder IS NOT NULL",
)
_TAKE = Query(
    "take a lease that is free, was given back or has run out, or whose holder is known to be dead",
    "INSERT INTO leases (name, epoch, holder, operation, pid, host, acquired_at, beat_at, expires_at)"
    " VALUES (:name, 1, :holder, :operation, :pid, :host, :now, :now, :expires) ON CONFLICT (name) DO UPDATE SET"
    " epoch = leases.epoch + 1, holder = excluded.holder, operation = excluded.operation, pid = excluded.pid,"
    " host = excluded.host, acquired_at = excluded.acquired_at, beat_at = excluded.beat_at,"
    " expires_at = excluded.expires_at"
    " WHERE leases.holder IS NULL OR leases.expires_at <= :now OR leases.epoch = :dead RETURNING epoch",
)
_BEAT = Query(
    "prolong a lease",
    "UPDATE leases SET beat_at = :now, expires_at = :expires"
    " WHERE name = :name AND epoch = :epoch AND holder IS NOT NULL",
)
_PROVE = Query(
    "prove that a lease is still held",
    "SELECT 1 FROM leases WHERE name = :name AND epoch = :epoch AND holder IS NOT NULL",
)
_GIVE_BACK = Query(
    "give a lease back", "UPDATE leases SET holder = NULL, operation = NULL WHERE name = :name AND epoch = :epoch"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a lease and what for."""

    name: str
    epoch: int
    holder: str
    operation: str
    pid: int
    host: str
    acquired_at: datetime
    beat_at: datetime
    expires_at: datetime


def current(db: Db, name: str) -> Holder | None:
    """Who holds a lease, expired or not; None when it was given back."""
    row = db.one(_CURRENT, name=name)
    if row is None:
        return None
    acquired, beat, expires = (parse_time(row[at]) or EPOCH for at in ("acquired_at", "beat_at", "expires_at"))
    return Holder(
        name=row["name"],
        epoch=row["epoch"],
        holder=row["holder"],
        operation=row["operation"] or "",
        pid=row["pid"] or 0,
        host=row["host"] or "",
        acquired_at=acquired,
        beat_at=beat,
        expires_at=expires,
    )


def alive(holder: Holder, now: datetime) -> bool:
    """A holder on this machine is asked for; one elsewhere is believed until its lease runs out."""
    if holder.expires_at <= now:
        return False
    import psutil  # only when somebody holds a lease

    return holder.host != socket.gethostname() or psutil.pid_exists(holder.pid)


def take(db: Db, name: str, *, holder: str, operation: str, now: datetime, life: timedelta = LIFE) -> int | None:
    """Makes us the holder and returns the new epoch; None when somebody who lives holds it."""
    found = current(db, name)
    row = db.one(
        _TAKE,
        name=name,
        holder=holder,
        operation=operation,
        pid=os.getpid(),
        host=socket.gethostname(),
        now=utc_text(now),
        expires=utc_text(now + life),
        dead=found.epoch if found is not None and not alive(found, now) else None,
    )
    return row["epoch"] if row else None


def beat(db: Db, name: str, epoch: int, now: datetime, life: timedelta = LIFE) -> None:
    """Prolongs our lease; LeaseLost when the epoch is no longer ours."""
    if not db.run(_BEAT, name=name, epoch=epoch, now=utc_text(now), expires=utc_text(now + life)):
        raise LeaseLost


def prove(db: Db, name: str, epoch: int) -> None:
    """LeaseLost when the epoch is no longer ours; call it inside `writing`, before anything is written."""
    if db.one(_PROVE, name=name, epoch=epoch) is None:
        raise LeaseLost


def give_back(db: Db, name: str, epoch: int) -> None:
    """Ends our lease; one that was taken over is left alone."""
    db.run(_GIVE_BACK, name=name, epoch=epoch)
