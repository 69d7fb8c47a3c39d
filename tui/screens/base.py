"""The base of every screen over the engine: top line, body, operation line, action bar.

    class CauseCount(EngineScreen[int]):
        PAGE = "Causes"

        def compose_body(self): ...                        # the widgets
        def read(self, db): return len(causes(db))         # in the reader's thread: no widget is touched here
        def show(self, overview, value): ...               # on the event loop: no database is touched here
        def do_filter(self): ...                           # an action of `tui.actions` that this screen carries out

`ask_again` makes the reader read once more, after the screen has changed what it wants to know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import ClassVar, Generic, Protocol, TypeVar, cast

from textual import events
from textual.app import App, ComposeResult
from textual.message import Message
from textual.screen import ModalScreen
from textual.widget import Widget

from engine.domain.jobs import BatchJob
from engine.errors import HalfrateError
from engine.store.db import Db
from engine.store.overview import Overview
from tui.console import Console
from tui.panels.buttons import ActionBar, ActionButton
from tui.panels.operation import OperationLine
from tui.panels.small import SMALLEST, TooSmall
from tui.panels.table import Table
from tui.panels.topline import TopLine
from tui.reader import Reading
from tui.screens import DETAILS, load
from tui.screens.panelled import PanelledScreen
from tui.theme import colours_of

Value = TypeVar("Value")
TICK_SECONDS = 1.0


class HasConsole(Protocol):
    """The application, as far as screens know it."""

    desk: Console


def console_of(app: App[object]) -> Console:
    """The console behind the app that a screen or the palette runs in."""
    return cast("HasConsole", app).desk


class Answered(Message):
    """The reader's answer, on its way from its thread to the screen."""

    def __init__(self, answer: Reading | Exception) -> None:
        super().__init__()
        self.answer = answer


class EngineScreen(PanelledScreen, Generic[Value]):
    """A screen that is served by the reader while it is in front, or seen behind a dialog."""

    PAGE: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (SMALLEST[0], "-narrow"), (110, "-normal"), (170, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (SMALLEST[1], "-short"), (34, "-tall"), (50, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "Table"
    ALLOW_IN_MAXIMIZED_VIEW = "TopLine, OperationLine, ActionBar"

    overview: Overview | None = None
    value: Value | None = None

    @property
    def console(self) -> Console:
        """What this screen asks whatever is not its own."""
        return console_of(self.app)

    @property
    def colours(self) -> dict[str, str]:
        """The theme's colours by their meaning, for table cells, which take no variables."""
        return colours_of(self.app)

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield TopLine(id="topline")
        yield TooSmall(id="too-small", markup=False)
        yield from self.compose_body()
        yield OperationLine(id="operation")
        yield ActionBar(id="actions")

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between top line and operation line."""
        yield from ()

    def read(self, db: Db) -> Value:
        """What this screen shows beyond the overview; called in the reader's thread."""
        return cast("Value", None)

    def show(self, overview: Overview, value: Value) -> None:
        """Draws what was read; called on the event loop."""

    def trouble(self, error: HalfrateError) -> None:
        """The database could not be read; the top line says so, the last figures stay."""

    def selected_job(self) -> BatchJob | None:
        """The job that the actions on a job mean."""
        return None

    def chosen(self) -> int | None:
        """How many failed chunks retry and discard mean here; None where nothing is chosen."""
        return None

    def ask_again(self) -> None:
        """Makes the reader read now."""
        self.console.reader.refresh()

    def answer(self, answer: Reading | Exception) -> None:
        """Called by the reader in its own thread; the event loop may be gone by then."""
        with contextlib.suppress(RuntimeError):
            self.post_message(Answered(answer))

    def on_mount(self) -> None:
        """The ages on screen move on by themselves, while the screen is in front."""
        self._ticking = self.set_interval(TICK_SECONDS, self.tick, pause=True)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.redraw())

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """In front: served and ticking."""
        self.console.reader.serve(self)
        self._ticking.resume()
        self.tick()

    def on_screen_suspend(self, _: events.ScreenSuspend) -> None:
        """Covered by another page: neither. Behind a dialog it is still seen."""
        if isinstance(self.app.screen, ModalScreen) and self in self.app.screen_stack:
            return
        self.console.reader.leave(self)
        self._ticking.pause()

    def on_unmount(self) -> None:
        """A screen that was closed is not read for."""
        self.console.reader.leave(self)

    def on_answered(self, message: Answered) -> None:
        """New figures, or the reason why there are none."""
        message.stop()
        answer = message.answer
        if isinstance(answer, Reading):
            self.overview, self.value = answer.overview, cast("Value", answer.value)
            self.console.saw(answer.overview)
            self.show(answer.overview, self.value)
        elif isinstance(answer, HalfrateError):
            self.console.could_not_read(answer)
            self.trouble(answer)
        else:
            raise answer
        self.tick()

    def redraw(self) -> None:
        """Everything once more: the theme has changed."""
        for table in self.query(Table):
            table.redraw()
        if self.overview is not None:
            self.show(self.overview, cast("Value", self.value))

    def tick(self) -> None:
        """What moves without news from the database: ages, the operation's ETA, the buttons."""
        if not self.is_mounted:
            return
        console = self.console
        self.query_one(TopLine).show(console.heading(self.PAGE))
        self.query_one(OperationLine).show(console.pulse("back" if self._is_home else "stop"))
        self.query_one(ActionBar).show(console.situation, console.keys_shown, console.offered)
        self.query_one(TooSmall).show(self.overview)

    @property
    def _is_home(self) -> bool:
        """Escape leads nowhere from here, so it stops the operation in hand."""
        return self.app.current_mode == "dashboard" and self is self.app.screen_stack[0]

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        """A click does what the key does."""
        event.stop()
        self.console.perform(event.action_id)

    def open_detail(self, name: str, *arguments: object) -> None:
        """Opens a drill-down of `DETAILS` over the page, given what was entered."""
        self.app.push_screen(load(DETAILS[name])(*arguments))

    def do_back(self) -> None:
        """Out of what is open, one step; on the dashboard: the running operation is asked to stop."""
        if self.maximized is not None:
            self.unmaximise()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        elif not self._is_home:
            self.app.switch_mode("dashboard")
        elif self.console.runner.running is not None:
            self.console.perform("stop")
