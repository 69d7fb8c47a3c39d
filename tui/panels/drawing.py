"""What panels are made of: a widget that draws a value, and a framed panel."""

from __future__ import annotations

from decimal import Decimal
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.figures import about, bar, usd
from tui.safe_text import plain

Value = TypeVar("Value")


class Drawn(Widget, Generic[Value]):
    """Draws the value it was given into the cells it has; an equal value costs nothing."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.value: Value | None = None

    def show(self, value: Value) -> None:
        """Draws this from now on."""
        if value != self.value:
            self.value = value
            self.refresh()

    def render(self) -> Content:
        """The drawing, nothing before there is a value."""
        width, height = self.content_size
        if self.value is None or width <= 0 or height <= 0:
            return Content()
        return self.draw(self.value, width, height)

    def draw(self, value: Value, width: int, height: int) -> Content:
        """The value in that many cells."""
        raise NotImplementedError


class Panel(Vertical):
    """A frame with a number and a title; its number is the key that leads to it, if it has one."""

    NUMBER = 0
    TITLE = ""

    def on_mount(self) -> None:
        """Writes the title into the frame."""
        self.border_title = Content(f"{self.NUMBER} {self.TITLE}" if self.NUMBER else self.TITLE)

    @property
    def allow_maximize(self) -> bool:
        """It can have the whole screen."""
        return True

    def focus_inside(self) -> None:
        """Takes the keyboard: the first thing inside that can."""
        for widget in self.query("*"):
            if widget.focusable:
                widget.focus()
                return
        self.focus()


class LinesPanel(Panel):
    """A panel of lines that scroll."""

    def compose(self) -> ComposeResult:
        """Empty until lines are shown."""
        with VerticalScroll():
            yield Static("", classes="lines", markup=False)

    def show_lines(self, drawn: Content) -> None:
        """Draws these from now on."""
        self.query_one(".lines", Static).update(drawn)


def spread(left: Content, right: Content, width: int) -> Content:
    """Both in one line, as far apart as it goes; the left one gives way."""
    gap = width - left.cell_length - right.cell_length
    if gap >= 1:
        return Content.assemble(left, " " * gap, right)
    room = width - right.cell_length - 1
    if room < 4:
        return left.truncate(width, ellipsis=True)
    return Content.assemble(left.truncate(room, ellipsis=True, pad=True), " ", right)


def lines(*parts: Content) -> Content:
    """Puts parts below each other."""
    return Content("\n").join(parts)


def no_match(words: str) -> str:
    """In place of the rows, when there are some and none contains the words."""
    return f"No row contains {plain(words, 40)}. esc shows all of them."


def price_bar(name: str, amount: Decimal, most: Decimal, cells: int, style: str, *, guessed: int = 0) -> Content:
    """A price as a bar to scale, its figure in 11 cells behind it: two of them show the saving.

    `guessed` tokens are in it that nobody counted.
    """
    full, rest = bar(float(amount / most) if most else 0.0, max(4, cells))
    return Content.assemble(
        (name, "$faint"), (full, style), " " * len(rest), (f" {about(usd(amount), guessed):>10}", style)
    )
