"""The base of every screen that shows a long list: pages, words to filter by, orders, export.

class LogScreen(ListScreen[Event, None]):
    PAGE, TITLE, EMPTY = "Log", "Event log", "..."

    def __init__(self):
        super().__init__(Events())             # what the list is made of: `tui.lists`

    def look(self, db): ...                    # what else is read, in the reader's thread
    def show_extra(self, overview, listing)    # and how it is drawn
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Generic, TypeVar, cast

from textual.content import Content
from textual.css.query import NoMatches
from textual.widget import Widget
from textual.widgets import DataTable

from engine.store.db import Db
from engine.store.overview import Overview
from engine.wording import plural
from tui.lists.csv_file import write_csv
from tui.lists.listing import PAGE_ROWS, Ask, Listing, ListOf, Look
from tui.panels.drawing import no_match
from tui.panels.paged import ListPanel, PagedTable, position
from tui.safe_text import plain
from tui.screens.filtered import FilteredScreen

Item = TypeVar("Item")
Extra = TypeVar("Extra")


class ListScreen(FilteredScreen[Listing[Item, Extra]], Generic[Item, Extra]):
    """A page of a list under an optional line of words."""

    NUMBER: ClassVar[int] = 1
    TITLE: ClassVar[str] = ""
    EMPTY: ClassVar[str] = ""
    """What would be there, and which key fills it."""

    def __init__(self, rows: ListOf[Item]) -> None:
        super().__init__()
        self.list = rows
        self.ask = Ask()
        self._items: dict[str, Item] = {}
        self._land_at_end = False

    def look(self, db: Db) -> Extra:
        """What else the screen shows; called in the reader's thread."""
        return cast("Extra", None)

    def show_extra(self, overview: Overview, listing: Listing[Item, Extra]) -> None:
        """Draws what else was read: by itself, what follows the highlighted row."""
        if (item := self.current) is not None:
            self.highlighted(item)

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
        """What stands in place of the rows."""
        return self.EMPTY

    def compose_body(self) -> Iterable[Widget]:
        """The words, then the list."""
        yield self.filter_field()
        yield self.list_panel()

    def list_panel(self) -> ListPanel:
        """The page in its frame."""
        return ListPanel(self.NUMBER, self.TITLE, self.list.COLUMNS)

    @property
    def table(self) -> PagedTable:
        """The table of the page that is shown."""
        return self.query_one("#list PagedTable", PagedTable)

    @property
    def current(self) -> Item | None:
        """The highlighted row."""
        try:
            return self._items.get(self.table.selected_key or "")
        except NoMatches:
            return None

    def read(self, db: Db) -> Listing[Item, Extra]:
        """A page and the number of rows in one transaction."""
        ask = self.ask
        with db.reading():
            found = self.list.page(db, ask, PAGE_ROWS + 1)
            total = self.list.count(db, ask)
            extra = self.look(db)
        return Listing(ask, tuple(found[:PAGE_ROWS]), len(found) > PAGE_ROWS, total, extra)

    def show(self, overview: Overview, value: Listing[Item, Extra]) -> None:
        """Draws the page, unless another one has been asked for by now."""
        if value.ask != self.ask:
            return
        if not value.items and value.ask.starts:
            self.turn(-1)
            return
        self._items = {self.list.key(item): item for item in value.items}
        self.draw(overview, value)
        self.show_extra(overview, value)

    def draw(self, overview: Overview, value: Listing[Item, Extra]) -> None:
        """The rows, the frame's title and the number of rows."""
        panel, table = self.query_one("#list", ListPanel), self.table
        look = Look(overview.at, self.colours, value.ask, table.widths)
        table.show_rows([self.list.row(item, look) for item in value.items])
        if self._land_at_end and value.items:
            table.move_cursor(row=len(value.items) - 1, animate=False)
        self._land_at_end = False
        words = plain(value.ask.words, 40)
        panel.show_empty("" if value.items else no_match(words) if words else self.empty(overview))
        if value.items and self.focused is None:
            table.focus()  # it could not take the keyboard while there was nothing in it
        panel.retitle(self.frame_title(overview))
        shown = position(value.ask.offset + 1, len(value.items), value.total)
        parts = (shown, self.note(), f"/ {words}" if words else "")
        panel.border_subtitle = Content("  ".join(part for part in parts if part))

    def asked(self, ask: Ask) -> None:
        """Asks this from now on."""
        self.ask = ask
        self.ask_again()

    def turn(self, step: int) -> None:
        """To the next page, the one before, or the first."""
        ask, value = self.ask, self.value
        if step > 0:
            if value is not None and value.ask == ask and value.more:
                self.asked(replace(ask, starts=(*ask.starts, self.list.key(value.items[-1]))))
        elif ask.starts:
            self._land_at_end = step < 0
            self.asked(replace(ask, starts=ask.starts[:step] if step else ()))

    def on_paged_table_turn(self, event: PagedTable.Turn) -> None:
        """The cursor left the page."""
        event.stop()
        self.turn(event.step)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """What else is on screen follows the cursor."""
        item = self._items.get(event.row_key.value or "")
        if event.data_table is self.table and item is not None:
            event.stop()
            self.highlighted(item)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click leads into the row."""
        item = self._items.get(event.row_key.value or "")
        if event.data_table is self.table and item is not None:
            event.stop()
            self.open(item)

    @property
    def words(self) -> str:
        """They are part of the question."""
        return self.ask.words

    def filter_by(self, words: str) -> None:
        """From the first page on, in the same order."""
        self.asked(Ask(words, self.ask.order))

    def focus_rows(self) -> None:
        """They are in the table."""
        self.table.focus()

    def do_copy(self) -> None:
        """Something of the highlighted row."""
        if (item := self.current) is not None:
            text = self.list.copied(item)
            self.app.copy_to_clipboard(text)
            self.console.remark(f"Copied {plain(text, 60)}.")

    def do_export(self) -> None:
        """The whole list as CSV, under the words and in the order that are set, into the folder we were started in."""
        rows, ask, console = self.list, self.ask, self.console
        stamp = console.workspace.clock().astimezone().strftime("%Y%m%d-%H%M%S")
        path = Path(f"halfrate-{rows.name(ask)}-{stamp}.csv")

        def write() -> int:
            with contextlib.closing(console.workspace.read()) as db:
                return write_csv(path, rows.fields(ask), (rows.record(item) for item in rows.everything(db, ask)))

        def written(number: int) -> None:
            console.toast(f"{plural(number, 'row')} in {path}", title="Export")
            console.remark(f"{plural(number, 'row')} in {path}")

        console.runner.ask(write, written)


class SortedScreen(ListScreen[Item, Extra]):
    """A list that can be put into other orders."""

    ORDERS: ClassVar[Sequence[str]] = ()
    """What each is called."""

    def note(self) -> str:
        """The order in force."""
        return self.ORDERS[self.ask.order]

    def do_sort(self) -> None:
        """The next order, from the first page on."""
        self.asked(Ask(self.ask.words, (self.ask.order + 1) % len(self.ORDERS)))
