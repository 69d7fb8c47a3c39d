"""What tests of the console stand on: the real app over a real file, driven by keys, at a fixed time."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.widget import Widget

from engine.settings import Budget, Console, Limits, Settings
from engine.workspace import Workspace
from tests.tui import sample
from tui.actions import Action
from tui.app import ConsoleApp
from tui.screens.base import EngineScreen

KEYS = {"GEMINI_API_KEY": "default-key-of-the-tests-1111", "GEMINI_BATCH_API_KEY": "batch-key-of-the-tests-2222"}
SECONDS = 10.0


@pytest.fixture(autouse=True)
def _one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times on screen are local ones."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True, scope="session")
def _styles_parsed_once() -> Iterator[None]:
    """Every app reads the same styles three times; the rules depend on their text, place and variables alone."""
    parse, known = Stylesheet._parse_rules, dict[tuple[object, ...], list[RuleSet]]()

    def remembered(self: Stylesheet, *what: Any, **how: Any) -> list[RuleSet]:
        key = (what, *how.items(), frozenset(self._variables.items()))
        if key not in known:
            known[key] = parse(self, *what, **how)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", remembered)
        yield


@pytest.fixture(autouse=True)
def _own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Crash reports and exports of tests stay with the tests; so does the wish for no colours."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    os.environ.pop("NO_COLOR", None)


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, made once."""
    return sample.write(tmp_path_factory.mktemp("sample") / "prod.db")


@pytest.fixture
def prod(sample_file: Path, tmp_path: Path) -> Workspace:
    """A workspace on a copy of the sample, at the sample's time; nobody answers for Google."""
    path = tmp_path / "prod.db"
    shutil.copy(sample_file, path)
    settings = Settings(
        base_url="http://127.0.0.1:9", budget=Budget(month=Decimal(100)), limits=Limits(tier=3, live_jobs=10)
    )
    return Workspace(path, settings, clock=lambda: sample.NOW, environ=dict(KEYS))


def with_console(workspace: Workspace, **values: Any) -> Workspace:
    """The workspace with other `[console]` settings."""
    settings = msgspec.structs.replace(workspace.settings, console=Console(**values))
    return replace(workspace, settings=settings)


class Driver:
    """An operator: presses keys, waits for what should come, reads the screen."""

    def __init__(self, pilot: Pilot[Any], app: ConsoleApp) -> None:
        self.pilot = pilot
        self.app = app

    async def press(self, *keys: str) -> None:
        """One key after the other."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def press_all(self, actions: Sequence[Action]) -> None:
        """The key of every action but those that leave, and back to the first page where one led away."""
        home = self.app.screen
        for action in actions:
            if action.id not in ("quit", "demo"):
                await self.press(action.key)
                if self.app.screen is not home:
                    await self.press("escape", "h")
                home = self.app.screen

    @property
    def page(self) -> EngineScreen[object]:
        """The screen in front, which is no dialog."""
        screen = self.app.screen
        assert isinstance(screen, EngineScreen)
        return screen

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Waits until it holds."""
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, f"{what or condition} did not come about:\n{self.text}"
            await asyncio.sleep(0.02)
        await self.pilot.pause()

    async def sees(self, *words: str) -> None:
        """Waits until all of this stands on the screen."""
        await self.until(lambda: all(word in self.text for word in words), f"{words} on screen")

    @property
    def text(self) -> str:
        """What stands on the screen, a line each."""
        screen = self.app.screen
        strips = screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    @property
    def toasts(self) -> list[str]:
        """What the toasts say."""
        return [f"{toast.title} {toast.message}" for toast in self.app._notifications]

    def shown(self, selector: str) -> Widget:
        """A widget of the screen in front."""
        return self.app.screen.query_one(selector)


@asynccontextmanager
async def opened(
    workspace: Workspace, *, size: tuple[int, int] = (120, 40), read_only: bool = False, wait: bool = True
) -> AsyncIterator[Driver]:
    """The console, open, with its first figures on screen."""
    app = ConsoleApp(workspace, read_only=read_only)
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(pilot, app)
        if wait:
            await driver.until(lambda: app.overview is not None, "the first figures")
        yield driver
    app.desk.reader.join(SECONDS)
    thread = app.desk.runner.thread
    if thread is not None:
        thread.join(SECONDS)
