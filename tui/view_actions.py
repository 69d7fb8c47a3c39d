"""The actions on what is seen: pages, refresh, theme, help, a picture of the screen, and the ways out."""

from __future__ import annotations

from pathlib import Path

from textual.app import App

from tui.console import Console
from tui.dialogs.confirm import Confirm, Question
from tui.theme import CYCLE

DEMO = "demo"
"""What the app returns when the operator asked for the demonstration."""


class ViewActions:
    """On every page; a page with a list exports that instead of a picture."""

    def __init__(self, app: App[str], console: Console) -> None:
        self._app = app
        self._console = console

    def do_go(self, page: str) -> None:
        """Closes what is open over the page that is left, and turns to another."""
        while len(self._app.screen_stack) > 1:
            self._app.pop_screen()
        self._app.switch_mode(page)

    def do_pause(self) -> None:
        """Holds the screen still, or goes on."""
        reader = self._console.reader
        reader.paused = not reader.paused
        self._console.remark(
            "The refresh is paused; p goes on, r reads once." if reader.paused else "The refresh goes on."
        )

    def do_refresh(self) -> None:
        """Reads now, paused or not."""
        self._console.refresh()

    def do_export(self) -> None:
        """A picture of the screen as SVG, into the folder we were started in."""
        console = self._console
        path = Path.cwd() / f"halfrate-{console.workspace.clock().astimezone():%Y%m%d-%H%M%S}.svg"
        picture = console.mask(self._app.export_screenshot(title="halfrate"))

        def write() -> Path:
            path.write_text(picture, encoding="utf-8")
            return path

        console.runner.ask(write, lambda written: console.toast(f"{written} was written.", title="Export"))

    def do_theme(self) -> None:
        """The next of our cycle; from any other theme, its first."""
        place = CYCLE.index(self._app.theme) if self._app.theme in CYCLE else -1
        self._app.theme = CYCLE[(place + 1) % len(CYCLE)]
        self._console.remark(f"Theme: {self._app.theme}")

    def do_help(self) -> None:
        """Every key that does something here."""
        from tui.dialogs.help import HelpDialog

        console = self._console
        self._app.push_screen(HelpDialog(console.available(), console.situation, console.keys_shown))

    def do_demo(self) -> None:
        """Leaves for the demonstration, unless that would leave an operation behind."""
        if self._console.runner.running is None:
            self._app.exit(DEMO)

    def do_quit(self) -> None:
        """Asks first while an operation runs; the question ends with the operation."""
        running = self._console.runner.running
        if running is None:
            self._app.exit()
            return
        leaving = Confirm(
            Question(
                f"{running.title} is running.",
                "Leaving is safe: it finishes the step in hand, what is left goes on with the next flush or sync,"
                " and jobs that are at Google go on there.",
                "Leave",
                "Stay",
            )
        )

        def decided(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's result
            self._console.when_idle = None
            if yes:
                self._console.runner.stop()
                self._app.exit()

        def over() -> None:
            if leaving is self._app.screen:
                leaving.dismiss(False)

        self._console.when_idle = over
        self._app.push_screen(leaving, decided)
