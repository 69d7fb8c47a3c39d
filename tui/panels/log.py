"""The event log: what the engine and the operator did, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from engine.store.events import Event
from tui.panels.drawing import LinesPanel
from tui.safe_text import plain

LEVELS = {"info": ("·", "$faint"), "warning": ("!", "$waiting"), "error": ("✕", "$failed")}


def event_line(event: Event, now: datetime) -> Content:
    """Time, level, who, what."""
    glyph, style = LEVELS.get(event.level, LEVELS["info"])
    local = event.at.astimezone()
    same_day = local.date() == now.astimezone().date()
    stamp = f"{local:%H:%M:%S}" if same_day else f"{local:%d %b %H:%M}"
    return Content.assemble(
        (f"{stamp:<8} ", "$faint"),
        (f"{glyph} ", style),
        (f"{plain(event.actor, 8):<8} ", "$faint"),
        (plain(event.message), style if event.level == "error" else ""),
    )


class LogPanel(LinesPanel):
    """As many of the newest lines as every overview brings."""

    NUMBER, TITLE = 5, "Event log"

    def __init__(self) -> None:
        super().__init__(id="log")
        self._events: tuple[Event, ...] | None = None

    def show(self, events: Sequence[Event], now: datetime) -> None:
        """Draws these events, unless they stand there already."""
        if tuple(events) == self._events:
            return
        self._events = tuple(events)
        drawn = [event_line(event, now) for event in events]
        empty = [Content.styled("Nothing has happened yet. What the engine and you do is written down here.", "$faint")]
        self.show_lines(Content("\n").join(drawn or empty))
