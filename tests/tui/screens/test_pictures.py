"""Each screen as it looks at the three sizes: pictures that are compared."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.workspace import Workspace
from tests.tui.conftest import Driver
from tests.tui.screens.conftest import drawn, press
from tui.app import ConsoleApp
from tui.screens.list_screen import ListScreen

STEADY_SECONDS = 0.6
WAYS = {
    "jobs": ("j",),
    "job": ("j", "home", "down", "enter"),
    "failures": ("f",),
    "cause": ("f", "home", "enter", "space"),
    "costs": ("c",),
    "entries": ("c", "right", "enter"),
    "log": ("l",),
    "documents": ("o",),
    "document": ("o", "home", "down", "down", "enter"),
}


WIDE = pytest.param((200, 60), id="200x60", marks=pytest.mark.slow)
"""Two columns more of what the middle size shows; the dashboard's pictures and the jobs' show the wide layout."""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("screen", WAYS)
def test_a_screen_looks_as_it_did(
    full: Workspace, screen: str, size: tuple[int, int], snap_compare: Callable[..., bool]
) -> None:
    app = ConsoleApp(full)
    app.animation_level = "none"

    async def walk(pilot: Pilot[Any]) -> None:
        console = Driver(pilot, app)
        await console.until(lambda: app.overview is not None, "the first figures")
        await press(console, *WAYS[screen])
        await settled(console)

    assert snap_compare(app, terminal_size=size, run_before=walk)


async def settled(console: Driver) -> None:
    """Waits until what follows the highlighted row has arrived, and nothing more comes."""
    await drawn(console)
    before, since = "", time.monotonic()
    while time.monotonic() - since < STEADY_SECONDS:
        await console.pilot.pause(0.05)
        if console.text != before:
            before, since = console.text, time.monotonic()
    assert isinstance(console.app.screen, ListScreen)
