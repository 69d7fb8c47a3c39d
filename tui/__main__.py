"""The command `halfrate`: the engine's commands, and the console when none is given in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from engine.cli import cli, set_console

if TYPE_CHECKING:
    from engine.workspace import Workspace

JOIN_SECONDS = 0.2


def main() -> None:
    """Entry point of the distribution; Textual is imported only when the console opens."""
    set_console(open_console)
    cli(prog_name="halfrate")


def open_console(workspace: Workspace, *, read_only: bool = False) -> int:
    """Runs the console until it is left, and what it leaves behind to the end of its step; returns the exit code."""
    from tui.view_actions import DEMO

    code, result = _run(workspace, read_only=read_only)
    if result == DEMO and not workspace.demo:
        from engine.demo import demo_workspace

        with demo_workspace() as demo:
            code, _ = _run(demo, read_only=False)
    return code


def _run(workspace: Workspace, *, read_only: bool) -> tuple[int, str | None]:
    from tui.app import ConsoleApp

    app = ConsoleApp(workspace, read_only=read_only)
    result = app.run()
    left = app.desk.runner.thread
    running = app.desk.runner.running
    if left is not None and running is not None:
        left.join(JOIN_SECONDS)
        if left.is_alive():
            sys.stderr.write(
                f"{running.title} finishes the step in hand. Ctrl-C leaves at once: that is safe too, it goes on from"
                " where it stands with the next flush or sync.\n"
            )
            while left.is_alive():
                left.join(JOIN_SECONDS)
    return app.return_code or 0, result


if __name__ == "__main__":
    main()
