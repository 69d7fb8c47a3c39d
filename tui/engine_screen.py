"""The base of every screen over the engine: top line, body, operation line, action bar.

    class LogScreen(EngineScreen[list[Event]]):
        PAGE = "Log"

        def compose_body(self): ...                        # the widgets
        def read(self, db): return events.recent(db)       # in the reader's thread: no widget is touched here
        def show(self, overview, value): ...               # on the event loop: no database is touched here
        def do_filter(self): ...                           # an action of `tui.actions` that this screen carries out

`ask_again` makes the reader read once more, after the screen has changed what it wants to know.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from sqlite_utils import Database
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from engine.domain.batches import BatchJob
from engine.errors import HalfrateError
from engine.store.overview import Overview
from tui.panels.buttons import ActionBar, ActionButton
from tui.panels.drawing import Panel
from tui.panels.operation import OperationLine
from tui.panels.table import Table
from tui.panels.tiles import KINDS, numbers
from tui.panels.topline import TopLine
from tui.reader import Answer
from tui.text import count, span

if TYPE_CHECKING:
    from tui.app import ConsoleApp

Value = TypeVar("Value")
SMALLEST = (60, 16)
TICK_SECONDS = 1.0


class Answered(Message):
    """The reader's answer, on its way from its thread to the screen."""

    def __init__(self, answer: Answer | Exception) -> None:
        super().__init__()
        self.answer = answer


class EngineScreen(Screen[None], Generic[Value]):
    """A screen that is served by the reader while it is in front, or seen behind a dialog."""

    PAGE: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (SMALLEST[0], "-narrow"), (110, "-normal"), (170, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (SMALLEST[1], "-short"), (34, "-tall"), (50, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "Table"
    ESCAPE_TO_MINIMIZE = False  # ours also hides what was called for want of room
    ALLOW_IN_MAXIMIZED_VIEW = "TopLine, OperationLine, ActionBar"

    overview: Overview | None = None
    value: Value | None = None

    @property
    def console(self) -> ConsoleApp:
        """The app, as what it is."""
        return cast("ConsoleApp", self.app)

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        yield TopLine(id="topline")
        yield Static("", id="too-small", markup=False)
        yield from self.compose_body()
        yield OperationLine(id="operation")
        yield ActionBar(id="actions")

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between top line and operation line."""
        yield from ()

    def read(self, db: Database) -> Value:
        """What this screen shows beyond the overview; called in the reader's thread."""
        return cast("Value", None)

    def show(self, overview: Overview, value: Value) -> None:
        """Draws what was read."""

    def trouble(self, error: HalfrateError) -> None:
        """The database could not be read; the top line says so, the last figures stay."""

    def selected_job(self) -> BatchJob | None:
        """The job that the actions on a job mean."""
        return None

    def chosen(self) -> int | None:
        """How many failed chunks retry and discard mean here; None where nothing is chosen."""
        return None

    def ask_again(self) -> None:
        """Reads now."""
        self.console.reader.refresh()

    def answer(self, answer: Any) -> None:
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
        """Gone."""
        self.console.reader.leave(self)

    def on_answered(self, message: Answered) -> None:
        """New figures, or the reason why there are none."""
        message.stop()
        answer = message.answer
        if isinstance(answer, Answer):
            self.overview, self.value = answer.overview, answer.value
            self.console.saw(answer.overview)
            self.show(answer.overview, answer.value)
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
        self.query_one(TopLine).show(self.console.heading(self.PAGE))
        self.show_pulse()
        self.show_actions()
        self._show_too_small()

    def show_pulse(self) -> None:
        """The operation line."""
        self.query_one(OperationLine).show(self.console.pulse)

    def show_actions(self) -> None:
        """Buttons and hints."""
        console = self.console
        self.query_one(ActionBar).show(console.situation, console.keys_shown, console.offered)

    def _show_too_small(self) -> None:
        width, height = SMALLEST
        counts = ""
        if self.overview is not None:
            pairs = zip(KINDS, numbers(self.overview.chunks), strict=True)
            counts = "  ".join(f"{kind.glyph} {count(number)}" for kind, number in pairs)
        size = self.app.size
        said = f"{counts}\n" if counts else ""
        text = f"{said}needs {width}x{height}, has {size.width}x{size.height}"
        widget = self.query_one("#too-small", Static)
        if text != getattr(self, "_small", None):
            self._small = text
            widget.update(Content(text))

    def on_resize(self, _: events.Resize) -> None:
        """The line that stands there when there is no room for more."""
        self._show_too_small()

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        """A click is the key."""
        event.stop()
        self.console.action_do(event.action_id)

    def panel(self, number: int) -> Panel | None:
        """The panel with that number, shown or not."""
        return next((panel for panel in self.query(Panel) if number == panel.NUMBER), None)

    def go_to_panel(self, number: int) -> None:
        """Focuses a panel; one for which there is no room gets the whole screen."""
        panel = self.panel(number)
        if panel is None:
            return
        if self.maximized is not None:
            self.minimize()
        if not panel.display or not panel.region.area:
            panel.add_class("-called")
            self.maximize(panel, container=False)
        panel.focus_inside()

    def do_panel_1(self) -> None:
        self.go_to_panel(1)

    def do_panel_2(self) -> None:
        self.go_to_panel(2)

    def do_panel_3(self) -> None:
        self.go_to_panel(3)

    def do_panel_4(self) -> None:
        self.go_to_panel(4)

    def do_panel_5(self) -> None:
        self.go_to_panel(5)

    def do_maximise(self) -> None:
        """The focused panel over everything, or back."""
        if self.maximized is not None:
            self.unmaximise()
            return
        focused = self.focused
        panel = (
            next((node for node in focused.ancestors_with_self if isinstance(node, Panel)), None) if focused else None
        )
        panel = panel or self.panel(1)
        if panel is not None:
            self.maximize(panel, container=False)

    def unmaximise(self) -> None:
        """Back to all panels."""
        self.minimize()
        for panel in self.query(Panel):
            panel.remove_class("-called")

    @property
    def colours(self) -> dict[str, str]:
        """The theme's colours by their meaning, for table cells, which take no variables."""
        return self.console.colours

    @staticmethod
    def age(seconds: float) -> str:
        """`data <1s old`."""
        return "data <1s old" if seconds < 1 else f"data {span(seconds)} old"
