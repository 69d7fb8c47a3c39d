"""The sample with everything that the screens beside the dashboard show."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from engine.workspace import Workspace
from tests.tui.conftest import Driver
from tests.tui.screens import plenty
from tui.screens.list_screen import ListScreen


@pytest.fixture(scope="session")
def plenty_file(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once."""
    path = tmp_path_factory.mktemp("plenty") / "prod.db"
    shutil.copy(sample_file, path)
    return plenty.fill(path)


@pytest.fixture
def full(prod: Workspace, plenty_file: Path, tmp_path: Path) -> Workspace:
    """A workspace on a copy of it."""
    path = tmp_path / "full" / "prod.db"
    path.parent.mkdir()
    shutil.copy(plenty_file, path)
    return replace(prod, path=path)


async def drawn(console: Driver) -> None:
    """Waits until the list in front shows what it was last asked for."""

    def ready() -> bool:
        screen = console.app.screen
        return (
            isinstance(screen, ListScreen)
            and screen.is_mounted
            and screen.value is not None
            and screen.value.ask == screen.ask
            and len(screen.table._keys) == len(screen.value.items)
        )

    await console.until(ready, "the list")


async def press(console: Driver, *keys: str) -> None:
    """Keys, each once the list before it has been drawn."""
    for key in keys:
        await console.press(key)
        await drawn(console)
