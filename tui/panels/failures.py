"""The panel of failures: one line a cause."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from engine.store.failures import FailureCause
from engine.store.overview import Overview
from engine.wording import plural
from tui.lists.causes import Causes, matches
from tui.lists.listing import Look
from tui.panels.drawing import no_match
from tui.panels.tabular import TablePanel

NOTHING = "Nothing failed. Rows that Google refuses appear here, counted by cause; R puts them back."


class FailuresPanel(TablePanel[FailureCause]):
    """The causes, and how many chunks failed in all."""

    NUMBER, TITLE = 2, "Failures by cause"

    def __init__(self) -> None:
        super().__init__(Causes(), id="failures")

    def show(self, overview: Overview, colours: Mapping[str, str], words: str = "") -> None:
        """Draws the causes, those that contain the words."""
        causes = [each for each in overview.causes if matches(each, words)]
        self.show_items(causes, Look(overview.at, colours), no_match(words) if overview.causes else NOTHING)
        total = overview.chunks.failed
        self.border_subtitle = Content(plural(total, "chunk") if total else "")
