"""The base of every screen that shows a long list: pages, words to filter by, orders, export.

    class LogScreen(ListScreen[Event, None]):
        PAGE, TITLE, COLUMNS, EMPTY = "Log", "Event log", (...), "..."

        def fetch(self, db, ask, limit): ...       # a page, in the reader's thread
        def count(self, db, ask): ...              # how many there are in all
        def key(self, item): ...                   # of the row; a number where the next page begins behind it
        def row(self, item, now): ...              # how it is drawn

A page is read by a question (`Ask`) that is replaced as a whole, so that the reader's thread never sees half of one.
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, cast

from sqlite_utils import Database
from textual.content import Content
from textual.css.query import NoMatches
from textual.widget import Widget
from textual.widgets import DataTable, Input

from engine.errors import InputError
from engine.store.overview import Overview
from tui.engine_screen import EngineScreen
from tui.panels.drawing import no_match
from tui.panels.paged import ListPanel, PagedTable, position
from tui.panels.table import Column, Row
from tui.text import plain, plural

Item = TypeVar("Item")
Extra = TypeVar("Extra")
PAGE_ROWS = 100
EXPORT_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for: words, the place of the order, and where the pages up to the one shown begin."""

    words: str = ""
    order: int = 0
    starts: tuple[str, ...] = ()

    @property
    def start(self) -> str | None:
        """The key behind which the page begins; None for the first."""
        return self.starts[-1] if self.starts else None

    @property
    def after(self) -> int | None:
        """The same for lists whose keys are numbers."""
        return int(self.starts[-1]) if self.starts else None

    @property
    def offset(self) -> int:
        """How many rows lie before the page."""
        return len(self.starts) * PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item, Extra]):
    """A page as it was read, the question it answers, and what else the screen wanted to know."""

    ask: Ask
    items: tuple[Item, ...]
    more: bool
    total: int
    extra: Extra


class ListScreen(EngineScreen[Listing[Item, Extra]], Generic[Item, Extra]):
    """A page of a list under an optional line of words."""

    NUMBER: ClassVar[int] = 1
    TITLE: ClassVar[str] = ""
    COLUMNS: ClassVar[Sequence[Column]] = ()
    EMPTY: ClassVar[str] = ""
    FIELDS: ClassVar[Sequence[str]] = ()
    """Columns of the exported file, as `record` fills them."""

    def __init__(self) -> None:
        super().__init__()
        self.ask = Ask()
        self._items: dict[str, Item] = {}
        self._land_at_end = False

    # What a screen says of its list

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[Item]:
        """At most so many rows of the page; called in the reader's thread."""
        raise NotImplementedError

    def count(self, db: Database, ask: Ask) -> int:
        """How many rows the list has; called in the reader's thread."""
        raise NotImplementedError

    def key(self, item: Item) -> str:
        """What tells a row from all others."""
        raise NotImplementedError

    def row(self, item: Item, now: datetime) -> Row:
        """How a row is drawn; its key is `key(item)`."""
        raise NotImplementedError

    def look(self, db: Database) -> Extra:
        """What else the screen shows; called in the reader's thread."""
        return cast("Extra", None)

    def show_extra(self, overview: Overview, listing: Listing[Item, Extra]) -> None:
        """Draws what else was read."""

    def record(self, item: Item) -> Sequence[object]:
        """A row of the exported file, as FIELDS name it."""
        raise NotImplementedError

    def copied(self, item: Item) -> str:
        """What the clipboard gets of a row."""
        return self.key(item)

    def open(self, item: Item) -> None:
        """Enter on a row."""

    def highlighted(self, item: Item) -> None:
        """The cursor is on another row."""

    def frame_title(self, overview: Overview) -> str:
        """What the frame says."""
        return self.TITLE

    def note(self) -> str:
        """What the frame adds to the number of rows."""
        return ""

    def empty(self, overview: Overview) -> str:
        """What would be there, and which key fills it."""
        return self.EMPTY

    # The frame

    def compose_body(self) -> Iterable[Widget]:
        """The words, then the list."""
        yield self.filter_field()
        yield self.list_panel()

    def filter_field(self) -> Input:
        """Where words are typed."""
        return Input(placeholder="words that the rows contain", id="filter", compact=True, max_length=200)

    def list_panel(self) -> ListPanel:
        """The page in its frame."""
        return ListPanel(self.NUMBER, self.TITLE, self.COLUMNS)

    def on_mount(self) -> None:
        """The table has the keyboard."""
        self.table.focus()

    @property
    def table(self) -> PagedTable:
        """The page."""
        return self.query_one("#list PagedTable", PagedTable)

    @property
    def current(self) -> Item | None:
        """The highlighted row."""
        try:
            return self._items.get(self.table.selected_key or "")
        except NoMatches:
            return None

    # Reading and drawing

    def read(self, db: Database) -> Listing[Item, Extra]:
        """A page and the number of rows in one transaction."""
        ask = self.ask
        db.conn.execute("BEGIN")
        try:
            found = self.fetch(db, ask, PAGE_ROWS + 1)
            total = self.count(db, ask)
            extra = self.look(db)
        finally:
            db.conn.execute("COMMIT")
        return Listing(ask, tuple(found[:PAGE_ROWS]), len(found) > PAGE_ROWS, total, extra)

    def show(self, overview: Overview, value: Listing[Item, Extra]) -> None:
        """Draws the page, unless another one has been asked for by now."""
        if value.ask != self.ask:
            return
        if not value.items and value.ask.starts:
            self.turn(-1)
            return
        self._items = {self.key(item): item for item in value.items}
        self.draw(overview, value)
        self.show_extra(overview, value)

    def draw(self, overview: Overview, value: Listing[Item, Extra]) -> None:
        """The rows, the frame's title and the number of rows."""
        panel, table = self.query_one("#list", ListPanel), self.table
        table.show_rows([self.row(item, overview.at) for item in value.items])
        if self._land_at_end and value.items:
            table.move_cursor(row=len(value.items) - 1, animate=False)
        self._land_at_end = False
        words = plain(value.ask.words, 40)
        panel.show_empty("" if value.items else no_match(words) if words else self.empty(overview))
        if value.items and self.focused is None:
            table.focus()  # it could not take the keyboard while there was nothing in it
        panel.retitle(self.frame_title(overview))
        parts = [
            position(value.ask.offset + 1, len(value.items), value.total),
            self.note(),
            f"/ {words}" if words else "",
        ]
        panel.border_subtitle = Content("  ".join(part for part in parts if part))

    def drawn_again(self) -> None:
        """The page as it was read, drawn anew: a mark was set."""
        if self.overview is not None and self.value is not None and self.value.ask == self.ask:
            self.draw(self.overview, self.value)

    def asked(self, ask: Ask) -> None:
        """Asks this from now on."""
        self.ask = ask
        self.ask_again()

    def turn(self, step: int) -> None:
        """To the next page, the one before, or the first."""
        ask, value = self.ask, self.value
        if step > 0:
            if value is not None and value.ask == ask and value.more:
                self.asked(replace(ask, starts=(*ask.starts, self.key(value.items[-1]))))
        elif ask.starts:
            self._land_at_end = step < 0
            self.asked(replace(ask, starts=ask.starts[:step] if step else ()))

    # Events

    def on_paged_table_turn(self, event: PagedTable.Turn) -> None:
        """The cursor left the page."""
        event.stop()
        self.turn(event.step)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The cursor moved."""
        item = self._items.get(event.row_key.value or "")
        if event.data_table is self.table and item is not None:
            event.stop()
            self.highlighted(item)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click."""
        item = self._items.get(event.row_key.value or "")
        if event.data_table is self.table and item is not None:
            event.stop()
            self.open(item)

    def on_input_changed(self, event: Input.Changed) -> None:
        """As it is typed."""
        if event.value != self.ask.words:
            self.asked(Ask(event.value, self.ask.order))

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """The words stay, the table has the keyboard."""
        self.query_one("#filter", Input).set_class(bool(self.ask.words), "-open")
        self.table.focus()

    # Actions

    def do_filter(self) -> None:
        """Words that the rows have to contain."""
        field = self.query_one("#filter", Input)
        field.add_class("-open")
        field.focus()

    def do_copy(self) -> None:
        """Something of the highlighted row."""
        if (item := self.current) is not None:
            text = self.copied(item)
            self.app.copy_to_clipboard(text)
            self.console.remark(f"Copied {plain(text, 60)}.")

    def do_export(self) -> None:
        """The whole list as CSV, under the words and in the order that are set, into the folder we were started in."""
        ask, workspace = self.ask, self.console.workspace
        stamp = workspace.clock().astimezone().strftime("%Y%m%d-%H%M%S")
        path = Path(f"halfrate-{self.export_name()}-{stamp}.csv")

        def write() -> int:
            with contextlib.closing(workspace.read()) as db:
                return write_csv(path, self.FIELDS, (self.record(item) for item in self.everything(db, ask)))

        def written(rows: int) -> None:
            self.console.toast(f"{plural(rows, 'row')} in {path}", title="Export")
            self.console.remark(f"{plural(rows, 'row')} in {path}")

        self.console.operations.ask(write, written)

    def export_name(self) -> str:
        """In the name of the exported file."""
        return self.PAGE.lower().replace(" ", "-")

    def everything(self, db: Database, ask: Ask) -> Iterator[Item]:
        """All rows, a page at a time."""
        ask = replace(ask, starts=())
        while True:
            found = self.fetch(db, ask, PAGE_ROWS)
            yield from found
            if len(found) < PAGE_ROWS:
                return
            ask = replace(ask, starts=(*ask.starts, self.key(found[-1])))

    def do_back(self) -> None:
        """An open filter is closed first, then what was opened; a page leads to the dashboard."""
        field = self.query_one("#filter", Input)
        if field.has_class("-open") and self.maximized is None:
            field.remove_class("-open")
            field.value = ""
            self.table.focus()
        elif self.maximized is None and len(self.console.screen_stack) == 1:
            self.console.do_go_dashboard()
        else:
            self.console.do_back()


class SortedScreen(ListScreen[Item, Extra]):
    """A list that can be put into other orders."""

    ORDERS: ClassVar[Sequence[str]] = ()
    """What each is called."""

    def do_sort(self) -> None:
        """The next order."""
        self.asked(Ask(self.ask.words, (self.ask.order + 1) % len(self.ORDERS)))

    def note(self) -> str:
        """The order in force."""
        return self.ORDERS[self.ask.order]


def write_csv(path: Path, fields: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes the rows and returns how many; a text that a spreadsheet would compute is kept a text."""
    number = 0
    try:
        with path.open("x", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(fields)
            for number, row in enumerate(rows, start=1):  # noqa: B007 - counted
                writer.writerow([_harmless(value) for value in row])
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}.", hint="Start halfrate in another folder."
        ) from None
    return number


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        text = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
    return "" if value is None else value
