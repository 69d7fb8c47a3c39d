"""A workspace: settings, keys and a database, opened when they are needed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import MissingBatchKey, SettingsError, StoreError
from engine.workspace import Workspace
from tests.conftest import KEYS, World


def test_opening_touches_no_file_yet(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path / "deep" / "halfrate.db", environ=KEYS)
    assert workspace.path == tmp_path / "deep" / "halfrate.db"
    assert not workspace.path.parent.exists()


def test_the_database_is_named_by_argument_environment_or_settings_in_this_order(tmp_path: Path) -> None:
    config = tmp_path / "halfrate.toml"
    config.write_text(f'database = "{tmp_path / "settings.db"}"')
    environ = {**KEYS, "HALFRATE_DB": str(tmp_path / "environment.db")}
    assert Workspace.open(tmp_path / "argument.db", config, environ).path.name == "argument.db"
    assert Workspace.open(None, config, environ).path.name == "environment.db"
    assert Workspace.open(None, config, KEYS).path.name == "settings.db"


def test_unusable_settings_are_refused_with_the_place(tmp_path: Path) -> None:
    config = tmp_path / "halfrate.toml"
    config.write_text("[limits]\ntier = 9\n")
    with pytest.raises(SettingsError, match="tier"):
        Workspace.open(None, config, KEYS)


def test_keys_are_resolved_anew_each_time(world: World) -> None:
    assert world.workspace.keyring().batch.tail == "2222"
    world.environ["GEMINI_BATCH_API_KEY"] = "another-batch-key-9999"
    assert world.workspace.keyring().batch.tail == "9999"
    del world.environ["GEMINI_BATCH_API_KEY"]
    with pytest.raises(MissingBatchKey):
        _ = world.workspace.keyring().batch


def test_no_key_is_printed_with_a_workspace(world: World) -> None:
    assert not any(key in repr(world.workspace) for key in KEYS.values())


def test_reading_needs_a_database_and_cannot_write(world: World, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        Workspace(tmp_path / "none.db", world.settings).read()
    db = world.workspace.read()
    try:
        with pytest.raises(sqlite3.OperationalError):
            db.conn.execute("DELETE FROM chunks")
        assert world.workspace.overview(db).chunks.total == 0
    finally:
        db.conn.close()


def test_a_manager_opens_and_closes_what_it_needs(world: World) -> None:
    world.fill(["one", "two"])
    with world.workspace.manager("test") as manager:
        assert manager.flush_queue(1).chunks == 2
        manager.sync_status()
    with pytest.raises(StoreError, match="closed"):
        manager.get_queue_stats()
    assert world.counts.ready == 2
    actors = world.db.conn.execute("SELECT DISTINCT actor FROM events").fetchall()
    assert actors == [("test",)]
