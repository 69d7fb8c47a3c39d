"""A table that shows one page of a long list: leaving it at its ends turns the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.figures import count
from tui.lists.listing import Column
from tui.panels.drawing import Panel
from tui.panels.table import Table
from tui.safe_text import plain


class PagedTable(Table):
    """Asks for another page when the cursor would leave this one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "first_page", "First page", show=False),
        Binding("end", "scroll_bottom", "Last row", show=False),
    ]

    class Turn(Message):
        """Another page is wanted: 1 the next, -1 the one before, 0 the first."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Sideways(Message):
        """What lies left (-1) or right (1) of this list is wanted."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    @property
    def widths(self) -> dict[str, int]:
        """The cells of each column that is shown, for texts that are cut in the middle."""
        return dict(self._layout())

    def action_cursor_down(self) -> None:
        """Beyond the last row lies the next page."""
        if self.cursor_row >= self.row_count - 1:
            self.post_message(self.Turn(1))
        else:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Above the first row lies the page before."""
        if self.cursor_row <= 0:
            self.post_message(self.Turn(-1))
        else:
            super().action_cursor_up()

    def action_page_down(self) -> None:
        """By a screen, then by a page."""
        if self.cursor_row >= self.row_count - 1:
            self.post_message(self.Turn(1))
        else:
            super().action_page_down()

    def action_page_up(self) -> None:
        """By a screen, then by a page."""
        if self.cursor_row <= 0:
            self.post_message(self.Turn(-1))
        else:
            super().action_page_up()

    def action_first_page(self) -> None:
        """Back to where the list begins."""
        self.move_cursor(row=0, animate=False)
        self.post_message(self.Turn(0))

    def action_cursor_left(self) -> None:
        """A row cursor goes nowhere sideways."""
        self.post_message(self.Sideways(-1))

    def action_cursor_right(self) -> None:
        """A row cursor goes nowhere sideways."""
        self.post_message(self.Sideways(1))


class ListPanel(Panel):
    """The frame around a page: its title, or what would be there while it is empty."""

    def __init__(self, number: int, title: str, columns: Sequence[Column], *, id: str = "list") -> None:
        super().__init__(id=id)
        self.NUMBER, self.TITLE = number, title
        self._columns = columns

    def compose(self) -> ComposeResult:
        """The table and the words that stand in its place."""
        yield Static("", classes="empty", markup=False)
        yield PagedTable(self._columns)

    def retitle(self, title: str) -> None:
        """Another title, beside the number."""
        self.border_title = Content(f"{self.NUMBER} {plain(title, 100)}")

    def show_empty(self, text: str) -> None:
        """Says what would be there; no text: there is something."""
        self.set_class(bool(text), "-empty")
        if text:
            self.query_one(".empty", Static).update(Content(text))


def position(first: int, shown: int, total: int) -> str:
    """`101 to 200 of 4,302`; only the number when the page is the whole."""
    if not shown:
        return ""
    if shown >= total:
        return count(total)
    return f"{count(first)} to {count(first + shown - 1)} of {count(total)}"
