"""A question with two answers; the harmless one is the default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui.safe_text import plain

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, what it means, and the two answers."""

    title: str
    text: str
    yes: str
    no: str = "Cancel"


class Choice(Horizontal):
    """Two buttons between which the arrows move; the harmless one comes first and has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "app.focus_previous", show=False),
        Binding("right,down", "app.focus_next", show=False),
    ]

    def __init__(self, no: str, yes: str) -> None:
        super().__init__(classes="choice")
        self._no, self._yes = no, yes

    def compose(self) -> ComposeResult:
        """No, then yes."""
        yield Button(Content(plain(self._no)), id="no", compact=True)
        yield Button(Content(plain(self._yes)), id="yes", compact=True)


class Confirm(ModalScreen[bool]):
    """True when the operator agreed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No", show=False),
        Binding("y", "answer(True)", "Yes", show=False),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The harmless answer comes first."""
        asked = self._question
        with Vertical(classes="dialog") as frame:
            frame.border_title = Content(plain(asked.title, 60))
            yield Static(Content(plain(asked.text)), classes="said")
            yield Choice(asked.no, asked.yes)

    def on_mount(self) -> None:
        """The harmless answer is one key away."""
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click, or enter on the button that has the focus."""
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - a binding's parameter
        """By one of the keys above."""
        self.dismiss(yes)


def ask_first(app: App[Result], question: Question, agreed: Callable[[], object]) -> None:
    """Asks, and calls `agreed` when the answer was yes."""

    def decided(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's result
        if yes:
            agreed()

    app.push_screen(Confirm(question), decided)
