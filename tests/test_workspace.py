"""A workspace: settings, keys and a database, opened when they are needed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from engine.errors import AnotherDatabase, DatabaseGone, MissingBatchKey, SettingsError, StoreError
from engine.workspace import Workspace
from tests.auditing import audit, creates
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
            db.database.conn.execute("DELETE FROM chunks")
        assert world.workspace.overview(db).chunks.total == 0
    finally:
        db.close()


def test_a_manager_opens_and_closes_what_it_needs(world: World) -> None:
    world.fill(["one", "two"])
    with world.workspace.manager("test") as manager:
        assert manager.flush_queue(1).chunks == 2
        manager.sync_status()
    with pytest.raises(StoreError, match="closed"):
        manager.get_queue_stats()
    assert world.counts.ready == 2
    assert world.sql("SELECT DISTINCT actor FROM events") == [("test",)]


def test_nothing_but_what_may_make_a_database_makes_one(tmp_path: Path, world: World) -> None:
    workspace = Workspace(tmp_path / "none" / "halfrate.db", world.settings, environ=world.environ)
    for attempt in (workspace.prepare, workspace.connect, workspace.read, lambda: _sync(workspace)):
        with pytest.raises(DatabaseGone):
            attempt()
    assert not workspace.path.parent.exists()
    workspace.prepare(create=True).db.close()
    _sync(workspace)


def _sync(workspace: Workspace) -> None:
    with workspace.manager("test") as manager:
        manager.sync_status()


def test_a_file_that_is_moved_away_is_missed_and_found_again_with_its_jobs(world: World) -> None:
    world.fill(["one", "two"])
    with world.workspace.manager("test") as manager:
        manager.flush_queue(1)
    world.db.close()
    aside = world.workspace.path.rename(world.workspace.path.with_name("aside.db"))
    with pytest.raises(DatabaseGone):
        _sync(world.workspace)
    assert not world.workspace.path.exists()
    aside.rename(world.workspace.path)
    _sync(world.workspace)
    world.db = world.workspace.connect()
    assert world.counts.ready == 2
    audit(world)


def test_an_open_connection_does_not_write_to_a_file_that_was_moved_away(world: World) -> None:
    world.fill(["one", "two"])
    manager = world.manager
    aside = world.workspace.path.rename(world.workspace.path.with_name("aside.db"))
    with pytest.raises(DatabaseGone):
        manager.flush_queue(1)
    assert not world.workspace.path.exists()
    assert creates(world) == 0
    aside.rename(world.workspace.path)
    assert manager.flush_queue(1).chunks == 2


def test_another_file_in_its_place_is_refused_by_everything(world: World, tmp_path: Path) -> None:
    other = Workspace(tmp_path / "other.db", world.settings, environ=world.environ)
    other.prepare(create=True).db.close()
    manager = world.manager
    folder = tmp_path / "aside"
    folder.mkdir()
    for path in world.workspace.path.parent.glob("halfrate.db*"):
        path.rename(folder / path.name)
    other.path.rename(world.workspace.path)
    kept = world.workspace.path.read_bytes()
    attempts = (world.workspace.prepare, world.workspace.read, lambda: _sync(world.workspace), manager.sync_status)
    for attempt in attempts:
        with pytest.raises(AnotherDatabase):
            attempt()
    with pytest.raises(AnotherDatabase):
        world.workspace.prepare(create=True)
    assert world.workspace.path.read_bytes() == kept
