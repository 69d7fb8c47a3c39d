"""A screen whose rows can be filtered by words, typed into a line that is shown while it is needed."""

from __future__ import annotations

from typing import TypeVar

from textual.widgets import Input

from tui.screens.base import EngineScreen

Value = TypeVar("Value")


class FilteredScreen(EngineScreen[Value]):
    """`filter_field` belongs into the body."""

    @property
    def words(self) -> str:
        """The words in force."""
        raise NotImplementedError

    def filter_by(self, words: str) -> None:
        """Shows only the rows that contain these words from now on."""
        raise NotImplementedError

    def focus_rows(self) -> None:
        """Gives the keyboard to the rows."""
        raise NotImplementedError

    def filter_field(self) -> Input:
        """Where words are typed."""
        return Input(placeholder="words that the rows contain", id="filter", compact=True, max_length=200)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Rows come and go as it is typed."""
        if event.value != self.words:
            self.filter_by(event.value)

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """The words stay, the rows have the keyboard."""
        self.query_one("#filter", Input).set_class(bool(self.words), "-open")
        self.focus_rows()

    def do_filter(self) -> None:
        """Shows where to type."""
        field = self.query_one("#filter", Input)
        field.add_class("-open")
        field.focus()

    def do_back(self) -> None:
        """An open filter is closed first."""
        field = self.query_one("#filter", Input)
        if field.has_class("-open") and self.maximized is None:
            field.remove_class("-open")
            field.value = ""
            self.focus_rows()
        else:
            super().do_back()
