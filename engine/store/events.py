"""The event log: what the engine and the operator did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from engine.domain.batches import EPOCH
from engine.domain.times import parse_time, utc_text
from engine.store.search import containing, joined


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log; `level` is info, warning or error."""

    id: int
    at: datetime
    actor: str
    level: str
    message: str


def log(db: Database, now: datetime, actor: str, message: str, level: str = "info") -> None:
    """Appends a line, unless it says what the line before it says; the caller has masked keys."""
    db.conn.execute(
        "INSERT INTO events (at, actor, level, message) SELECT ?, ?, ?, ? WHERE NOT EXISTS"
        " (SELECT 1 FROM events WHERE id = (SELECT max(id) FROM events) AND actor = ? AND message = ?)",
        (utc_text(now), actor, level, message, actor, message),
    )


def recent(db: Database, *, limit: int = 100, before_id: int | None = None) -> list[Event]:
    """The newest lines first, paged by id."""
    rows = db.conn.execute(
        "SELECT id, at, actor, level, message FROM events WHERE id < coalesce(?, 9223372036854775807)"
        " ORDER BY id DESC LIMIT ?",
        (before_id, limit),
    )
    return [Event(row[0], parse_time(row[1]) or EPOCH, *row[2:]) for row in rows]


_SEARCHED = joined("level", "actor", "message")


def find(db: Database, words: str, *, limit: int = 100, before_id: int | None = None) -> list[Event]:
    """The newest lines that contain the words in level, actor or message, newest first, paged by id."""
    where, values = containing(_SEARCHED, words)
    rows = db.conn.execute(
        f"SELECT id, at, actor, level, message FROM events WHERE {where} AND (? IS NULL OR id < ?)"
        " ORDER BY id DESC LIMIT ?",
        (*values, before_id, before_id, limit),
    )
    return [Event(row[0], parse_time(row[1]) or EPOCH, *row[2:]) for row in rows]


def count(db: Database, words: str = "") -> int:
    """How many lines contain the words."""
    where, values = containing(_SEARCHED, words)
    found: int = db.conn.execute(f"SELECT count(*) FROM events WHERE {where}", values).fetchone()[0]
    return found
