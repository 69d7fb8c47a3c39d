"""Leases: one process at a time does what must not interleave.

A lease row has an epoch that grows with every change of hands. Each writing transaction of an operation proves that its
epoch is still the current one, so that a process that was stopped for too long cannot write after it was replaced.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil
from sqlite_utils import Database

from engine.domain.times import parse_time, utc_text
from engine.errors import LeaseLost

ENGINE = "engine"
WORKER = "worker"
LIFE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
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


def current(db: Database, name: str) -> Holder | None:
    """Who holds a lease, expired or not; None when it was given back."""
    row = db.conn.execute(
        "SELECT name, epoch, holder, operation, pid, host, acquired_at, beat_at, expires_at FROM leases"
        " WHERE name = ? AND holder IS NOT NULL",
        (name,),
    ).fetchone()
    if row is None:
        return None
    times = {name: _time(row[at]) for at, name in enumerate(("acquired_at", "beat_at", "expires_at"), start=6)}
    name, epoch, holder, operation, pid, host = row[:6]
    return Holder(name, epoch, holder, operation, pid, host, **times)


def alive(holder: Holder, now: datetime) -> bool:
    """A holder on this machine is asked for; one elsewhere is believed until its lease runs out."""
    if holder.expires_at <= now:
        return False
    return holder.host != socket.gethostname() or psutil.pid_exists(holder.pid)


def take(
    db: Database, name: str, *, holder: str, operation: str, pid: int, host: str, now: datetime, life: timedelta = LIFE
) -> int:
    """Writes us down as the holder and returns the new epoch; whether it may be taken is the caller's question."""
    epoch: int = db.conn.execute(
        "INSERT INTO leases (name, epoch, holder, operation, pid, host, acquired_at, beat_at, expires_at)"
        " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1,"
        " holder = excluded.holder, operation = excluded.operation, pid = excluded.pid, host = excluded.host,"
        " acquired_at = excluded.acquired_at, beat_at = excluded.beat_at, expires_at = excluded.expires_at"
        " RETURNING epoch",
        (name, holder, operation, pid, host, utc_text(now), utc_text(now), utc_text(now + life)),
    ).fetchone()[0]
    return epoch


def beat(db: Database, name: str, epoch: int, now: datetime, life: timedelta = LIFE) -> None:
    """Prolongs our lease; LeaseLost when the epoch is no longer ours."""
    changed = db.conn.execute(
        "UPDATE leases SET beat_at = ?, expires_at = ? WHERE name = ? AND epoch = ? AND holder IS NOT NULL",
        (utc_text(now), utc_text(now + life), name, epoch),
    ).rowcount
    if not changed:
        raise LeaseLost


def prove(db: Database, name: str, epoch: int) -> None:
    """LeaseLost when the epoch is no longer ours; call it inside `writing`, before anything is written."""
    row = db.conn.execute("SELECT 1 FROM leases WHERE name = ? AND epoch = ? AND holder IS NOT NULL", (name, epoch))
    if row.fetchone() is None:
        raise LeaseLost


def give_back(db: Database, name: str, epoch: int) -> None:
    """Ends our lease; one that was taken over is left alone."""
    db.conn.execute("UPDATE leases SET holder = NULL, operation = NULL WHERE name = ? AND epoch = ?", (name, epoch))


def _time(text: str) -> datetime:
    return parse_time(text) or datetime.fromtimestamp(0, UTC)
