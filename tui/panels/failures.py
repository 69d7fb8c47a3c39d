"""Failures by cause: never a flat list of ten thousand equal lines."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Static

from engine.domain.retry import FailureClass
from engine.store.overview import Overview
from engine.store.queue import FailureCause
from tui.panels.drawing import Panel, no_match
from tui.panels.table import Column, Row, Table
from tui.text import cell, count, plain, plural, when

COLUMNS = (
    Column("chunks", "chunks", 7, right=True),
    Column("cause", "cause", 30),
    Column("first", "first", 9, from_width=104),
    Column("last", "last", 9, from_width=92),
    Column("class", "class", 9, from_width=74),
    Column("remedy", "remedy", 0),
)
NOTHING = "Nothing failed. Rows that Google refuses appear here, counted by cause; R puts them back."


def cause_row(cause: FailureCause, now: datetime, colours: dict[str, str]) -> Row:
    """A cause as a row."""
    lasting = cause.failure_class is FailureClass.PERMANENT
    local = now.astimezone()
    return Row(
        cause.cause,
        {
            "chunks": cell(count(cause.chunks), f"bold {colours['failed']}", right=True),
            "cause": cell(plain(cause.cause, 60)),
            "first": cell("" if cause.first is None else when(cause.first, local), colours["faint"]),
            "last": cell("" if cause.last is None else when(cause.last, local), colours["faint"]),
            "class": cell(cause.failure_class.value, colours["failed"] if lasting else colours["waiting"]),
            "remedy": cell(plain(cause.remedy), colours["faint"]),
        },
    )


class FailuresPanel(Panel):
    """One line a cause."""

    NUMBER, TITLE = 2, "Failures by cause"

    class Selected(Message):
        """The highlighted cause is another one, or enter was pressed on it."""

        def __init__(self, cause: FailureCause, *, opened: bool) -> None:
            super().__init__()
            self.cause = cause
            self.opened = opened

    def __init__(self) -> None:
        super().__init__(id="failures")
        self._causes: dict[str, FailureCause] = {}

    def compose(self) -> ComposeResult:
        """The table, or what would be there."""
        yield Static("", classes="empty", markup=False)
        yield Table(COLUMNS, id="failures-table")

    def show(self, overview: Overview, colours: dict[str, str], words: str = "") -> None:
        """Draws the causes, those that contain the words."""
        causes = [each for each in overview.causes if _matches(each, words)]
        self._causes = {each.cause: each for each in causes}
        self.set_class(not causes, "-empty")
        said = no_match(words) if overview.causes else NOTHING
        self.query_one(".empty", Static).update(Content(said))
        self.query_one(Table).show_rows([cause_row(each, overview.at, colours) for each in causes])
        total = overview.chunks.failed
        self.border_subtitle = Content(f"{plural(total, 'chunk')}" if total else "")

    @property
    def cause(self) -> FailureCause | None:
        """The highlighted one."""
        return self._causes.get(self.query_one(Table).selected_key or "")

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The detail follows the cursor."""
        self._tell(event.row_key.value, opened=False)
        event.stop()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click leads to the chunks."""
        self._tell(event.row_key.value, opened=True)
        event.stop()

    def _tell(self, key: str | None, *, opened: bool) -> None:
        cause = self._causes.get(key or "")
        if cause is not None:
            self.post_message(self.Selected(cause, opened=opened))


def _matches(cause: FailureCause, words: str) -> bool:
    shown = f"{cause.cause} {cause.remedy} {cause.failure_class}".casefold()
    return all(word in shown for word in words.casefold().split())
