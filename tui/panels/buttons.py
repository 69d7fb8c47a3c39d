"""The bottom line: the three buttons, and the keys that are needed most."""

from __future__ import annotations

from collections.abc import Mapping

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from tui.actions import BY_ID, Action, Situation
from tui.safe_text import plain

BUTTONS = ("flush", "sync", "retry")
HINTS = ("filter", "go_jobs", "go_failures", "go_costs", "go_log", "pause", "theme", "help", "quit")


class ActionButton(Widget, can_focus=False):
    """A key and a label that can be clicked; one that cannot be taken now says why."""

    class Pressed(Message):
        """A click on it is the key of its action."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id

    def __init__(self, action: Action, *, hint: bool = False) -> None:
        super().__init__(id=f"button-{action.id}", classes="hint" if hint else "button")
        self._action = action
        self._hint = hint
        self._caption = action.label
        self._key = ""
        self._explained = ""

    def show(self, situation: Situation, key: str) -> None:
        """Draws the label with its number, dim when it cannot be taken now."""
        reason = self._action.blocked(situation)
        self.set_class(reason is not None, "-blocked")
        explained = f"{self._action.tooltip}: {reason}" if reason else self._action.tooltip
        if explained != self._explained:
            self._explained = explained
            self.tooltip = Content(explained)
        caption = self._action.label.lower() if self._hint else self._action.caption(situation)
        if (caption, key) != (self._caption, self._key):
            self._caption, self._key = caption, key
            self.refresh(layout=True)

    def render(self) -> Content:
        """The key before the label, so that it is learned."""
        if self._hint:
            return Content.assemble((plain(self._key), "bold $accent"), (f" {self._caption}", "$faint"))
        return Content.assemble((f" {plain(self._key)} ", "bold $accent"), f"{self._caption} ")

    def on_click(self, event: events.Click) -> None:
        """Tells the page, which takes it as the key."""
        event.stop()
        self.post_message(self.Pressed(self._action.id))


class ActionBar(Horizontal):
    """Buttons left, hints right."""

    _shown: tuple[Situation, Mapping[str, str], frozenset[str]] | None = None

    def compose(self) -> ComposeResult:
        """All of them; what the page does not offer is hidden by `show`."""
        for name in BUTTONS:
            yield ActionButton(BY_ID[name])
        yield Static("", classes="gap")
        for name in HINTS:
            yield ActionButton(BY_ID[name], hint=True)

    def show(self, situation: Situation, keys: Mapping[str, str], offered: frozenset[str]) -> None:
        """Draws what can be done; what the screen in front does not offer is not shown."""
        if (situation, keys, offered) == self._shown:
            return
        self._shown = (situation, keys, offered)
        for button in self.query(ActionButton):
            name = (button.id or "").removeprefix("button-")
            button.set_class(name not in offered, "-absent")
            button.show(situation, keys.get(name, ""))
