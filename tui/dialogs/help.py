"""Every key, from the registry that makes the bindings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.actions import Action, Situation
from tui.safe_text import plain


class HelpDialog(ModalScreen[None]):
    """Closed by almost any key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,enter", "dismiss", "Close", show=False)]

    def __init__(self, actions: Sequence[Action], situation: Situation, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._actions = actions
        self._situation = situation
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Longer than most screens, so it scrolls."""
        with VerticalScroll(classes="dialog -wide") as frame:
            frame.border_title = Content("Keys")
            frame.border_subtitle = Content("esc closes")
            yield Static(Content("\n").join(self._lines()), classes="said")

    def on_mount(self) -> None:
        """The arrows scroll it."""
        self.query_one(VerticalScroll).focus()

    def _lines(self) -> list[Content]:
        drawn: list[Content] = []
        for group, actions in groupby(self._actions, key=lambda action: action.group):
            drawn.append(Content.styled(group, "bold"))
            for action in actions:
                reason = action.blocked(self._situation)
                drawn.append(
                    Content.assemble(
                        (f"  {plain(self._keys.get(action.id, '')):<7} ", "bold $accent"),
                        (action.tooltip, "$faint" if reason else ""),
                        (f" ({reason})" if reason else "", "$waiting"),
                    )
                )
            drawn.append(Content(""))
        for key, what in (
            ("enter", "Into the highlighted job or cause"),
            ("tab", "The next panel"),
            ("ctrl+p", "The palette: every action by its name"),
        ):
            drawn.append(Content.assemble((f"  {key:<7} ", "bold $accent"), what))
        return drawn
