"""A panel over the few rows of a list that every overview brings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Static

from tui.lists.listing import ListOf, Look
from tui.panels.drawing import Panel
from tui.panels.table import Table

Item = TypeVar("Item")


class TablePanel(Panel, Generic[Item]):
    """A table, or the words that stand in its place while it is empty."""

    class Selected(Message):
        """The highlighted row is another one, or enter was pressed on it."""

        def __init__(self, item: object, *, opened: bool) -> None:
            super().__init__()
            self.item = item
            self.opened = opened

    def __init__(self, rows: ListOf[Item], *, id: str) -> None:
        super().__init__(id=id)
        self._list = rows
        self._items: dict[str, Item] = {}

    def compose(self) -> ComposeResult:
        """The table, or what would be there."""
        yield Static("", classes="empty", markup=False)
        yield Table(self._list.COLUMNS, id=f"{self.id}-table")

    def show_items(self, items: Iterable[Item], look: Look, empty: str) -> None:
        """Draws these rows; `empty` says what would be there."""
        self._items = {self._list.key(item): item for item in items}
        self.set_class(not self._items, "-empty")
        self.query_one(".empty", Static).update(Content(empty))
        self.query_one(Table).show_rows([self._list.row(item, look) for item in self._items.values()])

    @property
    def current(self) -> Item | None:
        """What is highlighted."""
        return self._items.get(self.query_one(Table).selected_key or "")

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """What else is on screen follows the cursor."""
        event.stop()
        self._tell(event.row_key.value, opened=False)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click leads into the row."""
        event.stop()
        self._tell(event.row_key.value, opened=True)

    def _tell(self, key: str | None, *, opened: bool) -> None:
        item = self._items.get(key or "")
        if item is not None:
            self.post_message(self.Selected(item, opened=opened))
