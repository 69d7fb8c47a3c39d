"""What stands there alone when the terminal has no room for the console."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from engine.store.overview import Overview
from tui.figures import count
from tui.panels.tiles import KINDS, numbers

SMALLEST = (60, 16)
"""Columns and rows that the console needs."""


class TooSmall(Static):
    """The four counts, and the room that is missing."""

    _overview: Overview | None = None
    _said = ""

    def show(self, overview: Overview | None) -> None:
        """Draws these counts from now on."""
        self._overview = overview
        self.on_resize()

    def on_resize(self) -> None:
        """Says the size there is."""
        counts = ""
        if self._overview is not None:
            pairs = zip(KINDS, numbers(self._overview.chunks), strict=True)
            counts = "  ".join(f"{kind.glyph} {count(number)}" for kind, number in pairs) + "\n"
        size, (width, height) = self.app.size, SMALLEST
        said = f"{counts}needs {width}x{height}, has {size.width}x{size.height}"
        if said != self._said:
            self._said = said
            self.update(Content(said))
