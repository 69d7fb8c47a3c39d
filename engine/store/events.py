"""The event log: what the engine and the operator did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.domain.jobs import EPOCH
from engine.domain.times import parse_time, utc_text
from engine.store.db import Db, Query, Row
from engine.store.search import containing, joined, patterns

_SEARCHED = joined("level", "actor", "message")

_LOG = Query(
    "append to the log unless it repeats the line before",
    "INSERT INTO events (at, actor, level, message) SELECT :at, :actor, :level, :message WHERE NOT EXISTS"
    " (SELECT 1 FROM events WHERE id = (SELECT max(id) FROM events) AND actor = :actor AND message = :message)",
)
_FIND = Query(
    "newest lines of the log",
    "SELECT id, at, actor, level, message FROM events WHERE id < coalesce(:before, 9223372036854775807)"
    f" AND {containing(_SEARCHED)} ORDER BY id DESC LIMIT :limit",
)
_COUNT = Query(
    "count lines of the log",
    f"SELECT count(*) FROM events WHERE {containing(_SEARCHED)}",
    scans="counts what a filter leaves of the log",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the log; `level` is info, warning or error."""

    id: int
    at: datetime
    actor: str
    level: str
    message: str


def log(db: Db, now: datetime, actor: str, message: str, level: str = "info") -> None:
    """Appends a line, unless it says what the line before it says; the caller has masked keys."""
    db.run(_LOG, at=utc_text(now), actor=actor, level=level, message=message)


def find(db: Db, words: str = "", *, limit: int = 100, before_id: int | None = None) -> list[Event]:
    """The newest lines that contain the words in level, actor or message, newest first, paged by id."""
    return [_event(row) for row in db.rows(_FIND, words=patterns(words), limit=limit, before=before_id)]


def count(db: Db, words: str = "") -> int:
    """How many lines contain the words."""
    row = db.one(_COUNT, words=patterns(words))
    return row[0] if row else 0


def _event(row: Row) -> Event:
    return Event(
        id=row["id"],
        at=parse_time(row["at"]) or EPOCH,
        actor=row["actor"],
        level=row["level"],
        message=row["message"],
    )
