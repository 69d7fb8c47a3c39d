"""The application: what Textual calls. What it is asked for is in `console`, what it does in the `..._actions`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.keys import format_key
from textual.screen import Screen

from engine.store.overview import Overview
from tui import crash
from tui.actions import ACTIONS, BY_ID, Action
from tui.application import Level
from tui.console import Console
from tui.job_actions import JobActions
from tui.palette import ActionCommands
from tui.queue_actions import QueueActions
from tui.screens import PAGES, opened
from tui.screens.base import EngineScreen
from tui.theme import HALFRATE_DARK, HALFRATE_LIGHT, meanings
from tui.view_actions import ViewActions

if TYPE_CHECKING:  # what it imports takes a third of the time until the first frame
    from engine.workspace import Workspace

TOAST_SECONDS = 6.0


def _bound(action: Action) -> Binding:
    return Binding(action.key, f"do({action.id!r})", action.label, id=action.id, tooltip=action.tooltip, show=False)


def _written(key: str) -> str:
    """A key as it stands on screen: the first of several."""
    first = key.split(",")[0].strip()
    return {"escape": "esc", "space": "space"}.get(first, format_key(first))


class ConsoleApp(App[str]):
    """Returns `view_actions.DEMO` when the operator asked for the demonstration."""

    TITLE = "halfrate"
    CSS_PATH = "styles/console.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionCommands}
    BINDINGS: ClassVar[list[BindingType]] = [_bound(action) for action in ACTIONS]
    MODES = {name: partial(opened, place) for name, place in PAGES.items()}  # noqa: RUF012 - typed by Textual
    DEFAULT_MODE = "dashboard"

    def __init__(self, workspace: Workspace, *, read_only: bool = False) -> None:
        super().__init__()
        wishes = workspace.settings.console
        keys_shown = {action.id: _written(wishes.keys.get(action.id, action.key)) for action in ACTIONS}
        # `App.console` is Rich's.
        self.desk = Console(workspace, self, keys_shown, read_only=read_only)
        self._everywhere = (
            QueueActions(self, self.desk),
            JobActions(self, self.desk),
            ViewActions(self, self.desk),
        )
        self.register_theme(HALFRATE_DARK)
        self.register_theme(HALFRATE_LIGHT)
        known = wishes.theme in self.available_themes
        self.theme = wishes.theme if wishes.theme is not None and known else HALFRATE_DARK.name
        if wishes.theme is not None and not known:
            self.desk.remark(f"There is no theme called {wishes.theme}.", "warning")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not name them."""
        return meanings(dark=self.current_theme.dark)

    def on_mount(self) -> None:
        """The reader starts; keys are the operator's own where the settings name some."""
        keys = self.desk.workspace.settings.console.keys
        self.set_keymap({name: key for name, key in keys.items() if name in BY_ID})
        self.desk.reader.start()
        self.desk.auto_sync.plan()

    def on_unmount(self) -> None:
        """The reader ends by itself; nobody waits for it."""
        self.desk.reader.stop()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette offers the registry's actions, none of Textual's."""
        return ()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An action that nobody here carries out is no binding here."""
        if action == "do" and parameters:
            return self.desk.offers(BY_ID[str(parameters[0])])
        return super().check_action(action, parameters)

    def action_do(self, name: str) -> None:
        """What every binding of ours leads to."""
        self.desk.perform(name)

    async def action_quit(self) -> None:
        """Every way out asks the same question."""
        self.desk.perform("quit")

    # What the console asks of its application

    def page(self) -> EngineScreen[object] | None:
        """The uppermost screen that is no dialog: the palette asks while it covers it."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, EngineScreen)), None)

    def actors(self) -> Sequence[object]:
        """The page in front has the first word."""
        page = self.page()
        return self._everywhere if page is None else (page, *self._everywhere)

    def show_toast(self, message: str, title: str, level: Level) -> None:
        """Without markup: it may be foreign text."""
        self.notify(message, title=title, severity=level, timeout=TOAST_SECONDS, markup=False)

    def hand_over(self, call: Callable[[], None]) -> None:
        """The screen may have left, and the event loop with it: the engine does not mind."""
        with contextlib.suppress(RuntimeError):
            self.call_later(call)

    def after(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """The timer ends with the app."""
        return self.set_timer(seconds, call).stop

    # What the pictures of the README are made by

    @property
    def overview(self) -> Overview | None:
        """The figures on screen; None before the first."""
        return self.desk.overview

    @property
    def auto_sync(self) -> bool:
        """Whether it syncs by itself."""
        return self.desk.auto_sync.on

    @auto_sync.setter
    def auto_sync(self, on: bool) -> None:
        self.desk.auto_sync.on = on

    def _fatal_error(self) -> None:
        """Textual would print every local variable, keys among them."""
        error = self._exception or RuntimeError("unknown error")
        self.panic(Text(crash.report(error, self.desk.workspace)))
