"""A table that is refreshed in place: cells by key, the cursor and the scroll position stay with their rows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.widgets import DataTable
from textual.widgets.data_table import RowDoesNotExist

from tui.lists.listing import Column, Row


class Table(DataTable[Text]):
    """Given columns once and rows again and again."""

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:
        super().__init__(id=id, cursor_type="row", zebra_stripes=False, header_height=1)
        self.cursor_foreground_priority = "renderable"
        self._all = tuple(columns)
        self._shown: tuple[tuple[str, int], ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._keys: list[str] = []
        self._drawn: dict[tuple[str, str], tuple[str, str]] = {}

    def on_mount(self) -> None:
        """Reversed, a row of many greys would be hard to read."""
        if self.app.no_color:
            self.cursor_foreground_priority = "css"

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Makes the table show these rows in this order; only what differs is touched."""
        self._rows = tuple(rows)
        if not self.is_mounted or not self.size.width:
            return
        if self._layout() != self._shown:
            self._rebuild()
        elif [row.key for row in rows] != self._keys:
            self._arrange()
        else:
            self._update_cells(self._rows)

    @property
    def selected_key(self) -> str | None:
        """The key of the row under the cursor."""
        return self._keys[self.cursor_row] if 0 <= self.cursor_row < len(self._keys) else None

    def select(self, key: str) -> bool:
        """Puts the cursor on a row; False when it is not there."""
        try:
            self.move_cursor(row=self.get_row_index(key), animate=False)
        except RowDoesNotExist:
            return False
        return True

    def on_resize(self, _: events.Resize) -> None:
        """Columns come and go with the width; a table that was hidden has rows to catch up with."""
        self.show_rows(self._rows)

    def redraw(self) -> None:
        """Draws every cell again: the theme has changed."""
        self._drawn.clear()

    def _layout(self) -> tuple[tuple[str, int], ...]:
        total = self.size.width
        columns = [column for column in self._all if column.from_width <= total < column.to_width]
        padding = 2 * self.cell_padding
        fixed = sum(column.width + padding for column in columns)
        flexible = [column for column in columns if not column.width]
        room = total - 1 - fixed  # the scrollbar's cell stays free
        each = max(4, room // len(flexible)) if flexible else 0
        return tuple((column.key, column.width or each) for column in columns)

    def _rebuild(self) -> None:
        """Lays the columns out anew; the cursor stays on its row."""
        selected, scroll = self.selected_key, self.scroll_y
        self._shown = self._layout()
        by_key = {column.key: column for column in self._all}
        with self.app.batch_update():
            self.clear(columns=True)
            self._drawn.clear()
            for key, width in self._shown:
                column = by_key[key]
                label = Text(column.label, justify="right" if column.right else "left", no_wrap=True)
                self.add_column(label, width=width, key=key)
            self._keys = []
            for row in self._rows:
                self._add(row)
            self._restore(selected, scroll)

    def _arrange(self) -> None:
        """Rows came, went or changed places: at most a page of them, so they are laid out anew and the cursor kept."""
        selected, scroll = self.selected_key, self.scroll_y
        wanted = [row.key for row in self._rows]
        with self.app.batch_update():
            if wanted[: len(self._keys)] == self._keys:
                fresh = self._rows[len(self._keys) :]
                self._update_cells(self._rows[: len(self._keys)])
            else:
                self.clear()
                self._drawn.clear()
                self._keys = []
                fresh = self._rows
            for row in fresh:
                self._add(row)
            self._restore(selected, scroll)

    def _restore(self, selected: str | None, scroll: float) -> None:
        if selected is not None and self.select(selected):
            self.scroll_to(y=scroll, animate=False)

    def _add(self, row: Row) -> None:
        cells = [self._cell(row, key) for key, _ in self._shown]
        self.add_row(*cells, key=row.key)
        self._keys.append(row.key)
        for (key, _), text in zip(self._shown, cells, strict=True):
            self._drawn[row.key, key] = _look(text)

    def _update_cells(self, rows: Sequence[Row]) -> None:
        for row in rows:
            for key, _ in self._shown:
                text = self._cell(row, key)
                if self._drawn.get((row.key, key)) != _look(text):
                    self._drawn[row.key, key] = _look(text)
                    self.update_cell(row.key, key, text)

    def _cell(self, row: Row, key: str) -> Text:
        text = row.cells.get(key)
        if text is None:
            return Text("")
        text.overflow = "ellipsis"
        text.no_wrap = True
        return text


def _look(text: Text) -> tuple[str, str]:
    return text.plain, f"{text.style}{text.spans}"
