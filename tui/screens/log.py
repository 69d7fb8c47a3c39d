"""The event log, paged backwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlite_utils import Database
from textual.content import Content
from textual.widgets import Static

from engine.store import events
from engine.store.events import Event
from engine.store.overview import Overview
from tui.panels.table import Column, Row
from tui.screens.listing import Ask, Listing, ListScreen
from tui.text import block, cell, plain

LEVELS = {"info": ("·", "info", "faint"), "warning": ("!", "warning", "waiting"), "error": ("✕", "error", "failed")}


class LogScreen(ListScreen[Event, None]):
    """The newest line first; the highlighted one in full below."""

    PAGE, TITLE = "Log", "Event log"
    CSS_PATH = "../styles/log.tcss"
    COLUMNS = (
        Column("time", "time", 12, to_width=100),
        Column("moment", "time", 16, from_width=100),
        Column("level", "level", 9),
        Column("actor", "who", 8, from_width=60),
        Column("message", "what", 0),
    )
    EMPTY = "Nothing has happened yet. What the engine and you do is written down here: F flushes, S syncs."
    FIELDS: ClassVar[Sequence[str]] = ("id", "at", "level", "actor", "message")

    def compose_body(self):  # type: ignore[no-untyped-def]
        yield from super().compose_body()
        yield Static("", id="line", markup=False)

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[Event]:
        return events.find(db, ask.words, limit=limit, before_id=ask.after)

    def count(self, db: Database, ask: Ask) -> int:
        return events.count(db, ask.words)

    def key(self, item: Event) -> str:
        return str(item.id)

    def row(self, item: Event, now: datetime) -> Row:
        glyph, word, meaning = LEVELS.get(item.level, ("·", plain(item.level, 7), "faint"))
        colours = self.colours
        local = item.at.astimezone()
        today = local.date() == now.astimezone().date()
        return Row(
            self.key(item),
            {
                "time": cell(
                    f"{local:%H:%M:%S}" if today else f"{local.day:>2} {local:%b} {local:%H:%M}", colours["faint"]
                ),
                "moment": cell(f"{local.day:>2} {local:%b}  {local:%H:%M:%S}", colours["faint"]),
                "level": cell(f"{glyph} {word}", colours[meaning]),
                "actor": cell(plain(item.actor, 8), colours["faint"]),
                "message": cell(plain(item.message), colours["failed"] if item.level == "error" else ""),
            },
        )

    def record(self, item: Event) -> Sequence[object]:
        return (item.id, item.at, item.level, item.actor, item.message)

    def copied(self, item: Event) -> str:
        return item.message

    def highlighted(self, item: Event) -> None:
        """A line that is cut off stands below in full."""
        self.query_one("#line", Static).update(Content(block(item.message, 2_000)))

    def show_extra(self, overview: Overview, listing: Listing[Event, None]) -> None:
        if (item := self.current) is not None:
            self.highlighted(item)
