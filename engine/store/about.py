"""What the database knows of itself: a few named facts."""

from __future__ import annotations

from datetime import datetime

from engine.domain.times import parse_time, utc_text
from engine.store.db import Db, Query

_READ = Query("read a fact", "SELECT value FROM about WHERE name = :name")
_WRITE = Query(
    "write a fact",
    "INSERT INTO about (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
)
_FORGET = Query("forget a fact", "DELETE FROM about WHERE name = :name")

_LISTED = "listed_at"
_SWEEP = "sweep"
_LOOK = "look_first"
_PROFILE = "profile"


def _read(db: Db, name: str) -> str | None:
    row = db.one(_READ, name=name)
    return row["value"] if row else None


def listed_at(db: Db) -> datetime | None:
    """When Google's listing of batches was read last."""
    return parse_time(_read(db, _LISTED))


def note_listing(db: Db, now: datetime) -> None:
    """The listing was read, and what it showed was looked at."""
    db.run(_WRITE, name=_LISTED, value=utc_text(now))
    db.run(_FORGET, name=_SWEEP)


def want_sweep(db: Db, why: str) -> None:
    """Something happened after which Google may hold what no row knows: the next sync reads the listing."""
    db.run(_WRITE, name=_SWEEP, value=why)


def sweep_wanted(db: Db) -> bool:
    """Somebody asked for the listing to be read."""
    return _read(db, _SWEEP) is not None


def first_time(db: Db, what: str, when: str) -> bool:
    """Whether this was not noted for `when` yet; from now on it is."""
    if _read(db, what) == when:
        return False
    db.run(_WRITE, name=what, value=when)
    return True


def seen(db: Db, what: str) -> int:
    """Up to which row something was looked at."""
    return int(_read(db, what) or 0)


def note_seen(db: Db, what: str, last: int) -> None:
    """Up to that row."""
    db.run(_WRITE, name=what, value=str(last))


def look_first_wanted(db: Db, profile: str) -> bool:
    """The whole queue has to be compared with the vectors that are here: the profile has changed, or rows came in by
    an upgrade."""
    return _read(db, _LOOK) is not None or _read(db, _PROFILE) != profile


def note_looked_first(db: Db, profile: str) -> None:
    """It was."""
    db.run(_FORGET, name=_LOOK)
    db.run(_WRITE, name=_PROFILE, value=profile)
