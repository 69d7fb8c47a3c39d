"""The event log, paged backwards."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.store.events import Event
from tui.lists.events import Events
from tui.safe_text import block
from tui.screens.list_screen import ListScreen


class LogScreen(ListScreen[Event, None]):
    """The newest line first; the highlighted one in full below."""

    PAGE, TITLE = "Log", "Event log"
    CSS_PATH = "../styles/log.tcss"
    EMPTY = "Nothing has happened yet. What the engine and you do is written down here: F flushes, S syncs."

    def __init__(self) -> None:
        super().__init__(Events())

    def compose_body(self) -> Iterable[Widget]:
        """The list, and below it a line that wraps."""
        yield from super().compose_body()
        yield Static("", id="line", markup=False)

    def highlighted(self, item: Event) -> None:
        """A line that is cut off stands below in full."""
        self.query_one("#line", Static).update(Content(block(item.message, 2_000)))
