"""What tests of the store stand on: an opened database on a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.db import Db
from engine.store.sqlite.connection import open_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Db]:
    """A new database."""
    opened = open_database(tmp_path / "halfrate.db", create=True).db
    yield opened
    opened.close()
