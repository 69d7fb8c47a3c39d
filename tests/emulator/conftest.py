from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.emulator import EmulatorServer
from tests.emulator.wire_client import Wire


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """An emulator whose jobs are done as soon as somebody asks."""
    with EmulatorServer() as running:
        yield running


@pytest.fixture
def wire(server: EmulatorServer) -> Wire:
    return Wire(server)
