"""Pictures of the dashboard at its three sizes, dark, light and without colours, compared with looked-at ones."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any, Protocol

import pytest
from textual.app import App
from textual.pilot import Pilot

from engine.domain.jobs import Trouble
from engine.store import jobs
from engine.workspace import Workspace
from tests.tui import sample
from tests.tui.conftest import Driver, with_console
from tui.app import ConsoleApp

SIZES = [(80, 24), (120, 40), (200, 60)]


class Compare(Protocol):
    """pytest-textual-snapshot's fixture."""

    def __call__(self, app: App[Any], *, terminal_size: tuple[int, int], run_before: Any) -> bool: ...


async def settled(pilot: Pilot[Any]) -> None:
    """Waits for the first figures, then stops the clock of the screen."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    driver = Driver(pilot, app)
    await driver.until(lambda: app.overview is not None)
    await driver.sees("abc09f2")
    app.desk.reader.stop()
    app.desk.reader.join(5)
    await pilot.pause()


async def preflight(pilot: Pilot[Any]) -> None:
    """The same with the preflight open."""
    await settled(pilot)
    await pilot.press("F")
    assert isinstance(pilot.app, ConsoleApp)
    await Driver(pilot, pilot.app).sees("Flush 4,821 chunks for", "Cancel")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("look", ["halfrate-dark", "halfrate-light", "no-colour"])
def test_dashboard(
    snap_compare: Compare, prod: Workspace, size: tuple[int, int], look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme = "halfrate-dark" if look == "no-colour" else look
    if look == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    app = ConsoleApp(with_console(prod, theme=theme))
    assert snap_compare(app, terminal_size=size, run_before=settled)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_preflight(snap_compare: Compare, prod: Workspace, size: tuple[int, int]) -> None:
    assert snap_compare(ConsoleApp(prod), terminal_size=size, run_before=preflight)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_job_in_trouble(snap_compare: Compare, prod: Workspace, size: tuple[int, int]) -> None:
    with contextlib.closing(prod.connect()) as db, db.writing():
        job = jobs.get(db, "abc09f21")
        error, since = "Google does not know this batch any more", sample.NOW - timedelta(hours=1)
        jobs.update(db, job, sample.NOW, trouble=Trouble.GONE, trouble_since=since, error=error)
    assert snap_compare(ConsoleApp(prod), terminal_size=size, run_before=settled)


def test_a_gruvbox_screen_has_the_colours_of_our_meanings(snap_compare: Compare, prod: Workspace) -> None:
    app = ConsoleApp(with_console(prod, theme="gruvbox"))
    assert snap_compare(app, terminal_size=(120, 40), run_before=settled)
