"""The event log: what the engine and the operators did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from engine.store import events
from engine.store.db import Db
from engine.store.events import Event
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.safe_text import cell, plain

LEVELS = {"info": ("·", "info", "faint"), "warning": ("!", "warning", "waiting"), "error": ("✕", "error", "failed")}


class Events(ListOf[Event]):
    """The newest line first."""

    NAME = "log"
    COLUMNS = (
        Column("time", "time", 12, to_width=100),
        Column("moment", "time", 16, from_width=100),
        Column("level", "level", 9),
        Column("actor", "who", 8, from_width=60),
        Column("message", "what", 0),
    )
    FIELDS = ("id", "at", "level", "actor", "message")

    def page(self, db: Db, ask: Ask, limit: int) -> list[Event]:
        return events.find(db, ask.words, limit=limit, before_id=ask.after)

    def count(self, db: Db, ask: Ask) -> int:
        return events.count(db, ask.words)

    def key(self, item: Event) -> str:
        return str(item.id)

    def cells(self, item: Event, look: Look) -> Mapping[str, Text]:
        glyph, word, meaning = LEVELS.get(item.level, ("·", plain(item.level, 7), "faint"))
        colours = look.colours
        local = item.at.astimezone()
        today = local.date() == look.now.astimezone().date()
        return {
            "time": cell(
                f"{local:%H:%M:%S}" if today else f"{local.day:>2} {local:%b} {local:%H:%M}", colours["faint"]
            ),
            "moment": cell(f"{local.day:>2} {local:%b}  {local:%H:%M:%S}", colours["faint"]),
            "level": cell(f"{glyph} {word}", colours[meaning]),
            "actor": cell(plain(item.actor, 8), colours["faint"]),
            "message": cell(plain(item.message), colours["failed"] if item.level == "error" else ""),
        }

    def record(self, item: Event) -> Sequence[object]:
        return (item.id, item.at, item.level, item.actor, item.message)

    def copied(self, item: Event) -> str:
        return item.message
