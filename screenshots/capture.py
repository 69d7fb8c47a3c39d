"""Makes the pictures of the console, from the demonstration through the real app.

    python screenshots/capture.py [FOLDER]

The emulator and the engine run on one clock that stands still, so that the pictures differ from one making to the next
in the ids of the jobs only.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot

from engine.demo import Demonstration, demonstration
from engine.workspace import Workspace
from tui.app import ConsoleApp

FOLDER = Path(__file__).parent
SIZES = ((80, 24), (120, 40), (200, 60))
MIDDLE = (120, 40)
THEMES = {"dark": "halfrate-dark", "light": "halfrate-light"}
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC).timestamp()
LOADED_SECONDS = 10.0

Look = Callable[[Pilot[str]], Awaitable[None]]


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = MORNING

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def a_morning() -> Iterator[Demonstration]:
    """The demonstration in the middle of its life: jobs settled, under way and uncertain, rows that failed."""
    clock = Clock()
    with demonstration(clock=clock, latency=5400.0) as demo:
        demo.workspace.ingest([demo.corpus])
        for minutes in (12, 3, 40, 50):
            clock.seconds += 60.0 * minutes
            with demo.workspace.manager("console") as manager:
                manager.sync_status()
                manager.flush_queue(min_size=1)
        clock.seconds += 95.0
        yield demo


async def dashboard(pilot: Pilot[str]) -> None:
    """What is there when the console opens."""


def pressed(*keys: str) -> Look:
    """What is there after these keys."""

    async def press(pilot: Pilot[str]) -> None:
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return press


SCREENS: dict[str, Look] = {
    "dashboard": dashboard,
    "preflight": pressed("F"),
    "jobs": pressed("j"),
    "job": pressed("j", "enter"),
    "failures": pressed("f"),
    "failure": pressed("f", "enter"),
    "costs": pressed("c"),
    "documents": pressed("o"),
    "log": pressed("l"),
    "help": pressed("question_mark"),
}


def pictures() -> dict[str, tuple[str, tuple[int, int], str]]:
    """Screen, size and theme by the picture's name: the dashboard at all sizes, the others at the middle one."""
    return {
        f"{name}-{size[0]}x{size[1]}-{theme}": (name, size, theme)
        for name in SCREENS
        for size in (SIZES if name == "dashboard" else (MIDDLE,))
        for theme in THEMES
    }


async def settled(pilot: Pilot[str]) -> None:
    """Waits until the reader has answered and nothing moves any more."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)  # noqa: S101 - run through `picture` alone
    deadline = time.monotonic() + LOADED_SECONDS
    before = ""
    while time.monotonic() < deadline:
        await pilot.pause(0.15)
        now = app.export_screenshot()
        if app.overview is not None and now == before:
            return
        before = now


async def picture(workspace: Workspace, name: str, size: tuple[int, int], theme: str) -> str:
    """The SVG of one screen."""
    app = ConsoleApp(workspace)
    app.auto_sync = False
    async with app.run_test(size=size) as pilot:
        app.theme = THEMES[theme]
        await settled(pilot)
        await SCREENS[name](pilot)
        await settled(pilot)
        return app.export_screenshot(title="halfrate")


async def capture(folder: Path, names: Collection[str]) -> list[Path]:
    """Writes the pictures of these names into a folder and returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with a_morning() as demo:
        for name in names:
            path = folder / f"{name}.svg"
            path.write_text(await picture(demo.workspace, *pictures()[name]), "utf-8")
            made.append(path)
    return made


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for written in asyncio.run(capture(target, pictures())):
        print(written)
