"""One way to write, and a sentence for everything that can be wrong with a file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import (
    AnotherDatabase,
    DatabaseGone,
    DatabaseLocked,
    DatabaseReadOnly,
    DiskFull,
    InputError,
    NeedsUpgrade,
    NotADatabase,
    StoreError,
)
from engine.settings import Settings
from engine.store import events, queue
from engine.store.db import Db
from engine.store.sqlite.connection import explained, open_database, open_read_only
from engine.store.sqlite.database import SqliteDb
from engine.workspace import Workspace
from tests.rows import NOW


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDb]:
    """A new database, with its connection in reach."""
    with contextlib.closing(open_database(tmp_path / "halfrate.db", create=True).db) as opened:
        yield opened


def reopened(path: Path, busy_seconds: float = 30.0) -> SqliteDb:
    return open_database(path, busy_seconds=busy_seconds).db


def pragma(db: SqliteDb, name: str) -> object:
    return db.database.conn.execute(f"PRAGMA {name}").fetchone()[0]


def messages(db: Db) -> list[str]:
    return [event.message for event in events.find(db)]


def write(db: Db, message: str) -> None:
    with db.writing():
        events.log(db, NOW, "test", message)


def test_the_pragmas_are_set(db: SqliteDb) -> None:
    expected = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 1, "page_size": 16384, "cache_size": -65536}
    assert {name: pragma(db, name) for name in expected} == expected
    with contextlib.closing(reopened(db.path)) as other:
        assert pragma(other, "foreign_keys") == 1


def test_what_records_money_waits_for_the_disk(db: SqliteDb) -> None:
    with db.writing(durable=True):
        assert pragma(db, "synchronous") == 2
    with db.writing():
        assert pragma(db, "synchronous") == 1


def test_writing_takes_the_lock_before_anything_is_read(db: SqliteDb, tmp_path: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(tmp_path / "halfrate.db", timeout=0)) as other,
        db.writing(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_a_nested_block_joins_the_outer_one(db: SqliteDb) -> None:
    with contextlib.suppress(KeyError), db.writing():
        write(db, "inner")
        raise KeyError
    assert messages(db) == []
    with db.writing():
        write(db, "inner")
        assert db.database.conn.in_transaction
    assert messages(db) == ["inner"]


def test_a_writer_in_between_is_waited_for(db: SqliteDb, tmp_path: Path) -> None:
    """Read, then write, while another connection writes: never "database is locked" at once."""
    done: list[int] = []

    def add(count: int) -> None:
        with contextlib.closing(reopened(tmp_path / "halfrate.db")) as mine:
            for _ in range(count):
                with mine.writing():
                    found = mine.database.conn.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0]
                    mine.database.conn.execute(
                        "INSERT INTO events (id, at, actor, level, message) VALUES (?, '', '', '', '')", (found + 1,)
                    )
            done.append(count)

    threads = [threading.Thread(target=add, args=(200,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [200] * 4
    assert db.database.conn.execute("SELECT count(*), max(id) FROM events").fetchone()[:] == (800, 800)


def test_a_file_that_is_not_sqlite_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are notes, not a database. " * 100)
    before = path.read_bytes()
    for opening in (open_database, open_read_only):
        with pytest.raises(NotADatabase, match=r"notes\.db is not an SQLite database"):
            opening(path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_named(db: SqliteDb, tmp_path: Path) -> None:
    write(db, "kept")
    db.close()
    path = tmp_path / "halfrate.db"
    pages = bytearray(path.read_bytes())
    path.write_bytes(pages[: len(pages) // 2])
    with pytest.raises(NotADatabase, match="damaged"):
        open_database(path)
    pages[100:16384] = b"\xff" * (16384 - 100)
    path.write_bytes(pages)
    with pytest.raises(NotADatabase, match="damaged"):
        open_database(path)


def test_a_damaged_page_is_named_when_it_is_read(db: SqliteDb, tmp_path: Path) -> None:
    path = tmp_path / "halfrate.db"
    page = db.database.conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()[0]
    db.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 16384)
        file.write(b"\xff" * 4096)
    with contextlib.closing(reopened(path)) as again:
        with pytest.raises(NotADatabase, match="damaged"), explained(path):
            events.find(again)
        with pytest.raises(NotADatabase, match="damaged"), again.reading():
            events.find(again)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        open_database(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        open_database(tmp_path / "file" / "halfrate.db", create=True)


def test_a_folder_that_is_missing_is_made_with_the_database(tmp_path: Path) -> None:
    opened = open_database(tmp_path / "a" / "b" / "halfrate.db", create=True)
    opened.db.close()
    assert (opened.created, opened.backup) == (True, None)
    assert (tmp_path / "a" / "b" / "halfrate.db").exists()


def test_writing_through_a_read_only_connection_is_explained(db: SqliteDb, tmp_path: Path) -> None:
    with contextlib.closing(open_read_only(tmp_path / "halfrate.db")) as reader, pytest.raises(DatabaseReadOnly):
        write(reader, "no")
    assert messages(db) == []


def test_a_file_locked_by_another_process_is_explained(db: SqliteDb, tmp_path: Path) -> None:
    write(db, "kept")
    path = tmp_path / "halfrate.db"
    holding = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        " db.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with contextlib.closing(reopened(path, busy_seconds=0.2)) as mine, pytest.raises(DatabaseLocked):
            write(mine, "no")
        with contextlib.closing(open_read_only(path)) as reader:
            assert messages(reader) == ["kept"]
        holder.communicate()
    write(db, "afterwards")
    assert messages(db) == ["afterwards", "kept"]


def test_an_upgrade_waits_no_longer_than_told(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        with pytest.raises(DatabaseLocked):
            open_database(path, create=True, busy_seconds=0.2)
        assert time.monotonic() - start < 5
    open_database(path, create=True).db.close()


def test_a_full_disk_loses_nothing_that_was_stored(db: SqliteDb) -> None:
    write(db, "kept")
    pages = db.database.conn.execute("PRAGMA page_count").fetchone()[0]
    db.database.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskFull, match="disk is full"):
        write(db, "too much " * 100_000)
    assert not db.database.conn.in_transaction
    assert messages(db) == ["kept"]
    db.database.conn.execute("PRAGMA max_page_count = 100000")
    write(db, "more")
    assert messages(db) == ["more", "kept"]


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("opening", [open_database, open_read_only])
def test_a_missing_file_is_said_to_be_gone_and_nothing_is_made(
    tmp_path: Path, opening: Callable[[Path], object]
) -> None:
    for path in (tmp_path / "none.db", tmp_path / "no" / "folder" / "none.db"):
        with pytest.raises(DatabaseGone, match=r"There is no database at .*none\.db") as gone:
            opening(path)
        assert "ingest" in gone.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_not_made_over_the_log_of_another(db: SqliteDb, tmp_path: Path) -> None:
    write(db, "in the log alone")
    path = tmp_path / "halfrate.db"
    path.rename(tmp_path / "moved.db")
    before = everything(tmp_path)
    assert before["halfrate.db-wal"]
    with pytest.raises(DatabaseGone, match=r"its log halfrate\.db-wal is there") as gone:
        open_database(path, create=True)
    assert "Put the file back" in gone.value.hint
    workspace = Workspace(path, Settings())
    (tmp_path / "a.txt").write_text("A text to take in.")
    with pytest.raises(DatabaseGone, match=r"its log halfrate\.db-wal is there"):
        workspace.ingest([tmp_path / "a.txt"])
    (tmp_path / "a.txt").unlink()
    assert everything(tmp_path) == before
    (tmp_path / "moved.db").rename(path)
    assert messages(db) == ["in the log alone"]


def test_an_open_file_that_was_moved_away_is_not_written_to_until_it_is_back(db: SqliteDb, tmp_path: Path) -> None:
    write(db, "kept")
    path, moved = tmp_path / "halfrate.db", tmp_path / "moved.db"
    path.rename(moved)
    before = everything(tmp_path)
    with pytest.raises(DatabaseGone, match="was moved or removed while it was open"):
        write(db, "lost")
    assert everything(tmp_path) == before
    moved.rename(path)
    write(db, "back")
    assert messages(db) == ["back", "kept"]


@pytest.mark.parametrize("by", ["another database", "a copy", "an empty file"])
def test_an_open_file_that_was_replaced_is_not_written_to_until_it_is_back(
    db: SqliteDb, tmp_path: Path, by: str
) -> None:
    path, moved = tmp_path / "halfrate.db", tmp_path / "moved.db"
    db.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.rename(moved)
    if by == "another database":
        open_database(tmp_path / "other.db", create=True).db.close()
        (tmp_path / "other.db").rename(path)
    else:
        path.write_bytes(moved.read_bytes() if by == "a copy" else b"")
    before = everything(tmp_path)
    with pytest.raises(AnotherDatabase, match="was replaced by another file while it was open"):
        write(db, "lost")
    assert everything(tmp_path) == before
    moved.replace(path)
    write(db, "back")
    assert messages(db) == ["back"]


def test_a_database_is_known_by_its_identity_wherever_it_lies(db: SqliteDb, tmp_path: Path) -> None:
    assert len(bytes.fromhex(db.identity)) == 8
    db.close()
    (tmp_path / "elsewhere").mkdir()
    moved = (tmp_path / "halfrate.db").rename(tmp_path / "elsewhere" / "moved.db")
    with contextlib.closing(open_database(moved, identity=db.identity).db) as again:
        assert again.identity == db.identity
    for opening in (open_database, open_read_only):
        with pytest.raises(AnotherDatabase, match="is another database than the one that was opened here"):
            opening(moved, identity="0123456789abcdef")


def test_a_workspace_goes_on_with_the_database_it_has_seen_and_no_other(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "halfrate.db", Settings())
    with pytest.raises(DatabaseGone):
        workspace.connect()
    with contextlib.closing(workspace.prepare(create=True).db) as db:
        first = db.identity
    ways = (workspace.read, workspace.connect)
    for _ in range(2):
        for way in ways:
            with contextlib.closing(way()) as db:
                assert db.identity == first
    moved = workspace.path.rename(tmp_path / "moved.db")
    for way in ways:
        with pytest.raises(DatabaseGone):
            way()
    assert {each.name for each in tmp_path.iterdir()} == {"moved.db"}
    open_database(workspace.path, create=True).db.close()
    before = workspace.path.read_bytes()
    for way in ways:
        with pytest.raises(AnotherDatabase):
            way()
    with pytest.raises(AnotherDatabase):
        workspace.ingest([tmp_path])
    assert workspace.path.read_bytes() == before
    moved.replace(workspace.path)
    with contextlib.closing(workspace.connect()) as db:
        assert db.identity == first


HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from engine.errors import StoreError
from engine.store import events
from engine.store.sqlite.connection import open_database
db = open_database(Path(sys.argv[1])).db
print("open", flush=True)
for line in sys.stdin:
    try:
        with db.writing():
            events.log(db, datetime.now(UTC), "test", line.strip())
        print("written", flush=True)
    except StoreError as error:
        print(type(error).__name__, flush=True)
"""


def test_another_process_sees_its_file_go_be_replaced_and_come_back(db: SqliteDb, tmp_path: Path) -> None:
    path, moved = tmp_path / "halfrate.db", tmp_path / "moved.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None

        def said(line: str) -> str:
            assert holder.stdin is not None
            assert holder.stdout is not None
            holder.stdin.write(line + "\n")
            holder.stdin.flush()
            return holder.stdout.readline().strip()

        assert holder.stdout.readline().strip() == "open"
        assert said("one") == "written"
        path.rename(moved)
        assert said("two") == "DatabaseGone"
        path.write_bytes(b"")
        assert said("three") == "AnotherDatabase"
        assert path.read_bytes() == b""
        moved.replace(path)
        assert said("four") == "written"
        holder.stdin.close()
    assert messages(db) == ["four", "one"]


def test_an_empty_file_is_refused_by_all_but_who_makes_one(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(DatabaseGone, match="is empty"):
        open_database(path)
    with pytest.raises(NeedsUpgrade, match="earlier generation"):
        open_read_only(path)
    assert everything(tmp_path) == {"empty.db": b""}
    opened = open_database(path, create=True)
    opened.db.close()
    assert path.stat().st_size > 0
    assert opened.backup is None


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("table", ["notes (text TEXT)", "chunks (id INTEGER PRIMARY KEY, region TEXT)"])
def test_a_stranger_s_database_is_refused_byte_for_byte(tmp_path: Path, table: str, journal: str) -> None:
    path = tmp_path / "stranger.db"
    with contextlib.closing(sqlite3.connect(path)) as stranger:
        stranger.execute(f"PRAGMA journal_mode = {journal}")
        stranger.execute(f"CREATE TABLE {table}")
    before = path.read_bytes()
    attempts: list[Callable[[], object]] = [
        lambda: open_database(path),
        lambda: open_database(path, create=True),
        lambda: open_read_only(path),
        lambda: Workspace(path, Settings()).ingest([tmp_path]),
    ]
    for attempt in attempts:
        with pytest.raises(StoreError, match="is the database of another program") as refused:
            attempt()
        assert "nothing was changed" in refused.value.hint
        assert path.read_bytes() == before
        beside = {each.name for each in tmp_path.iterdir()} - {"stranger.db-wal", "stranger.db-shm"}
        assert beside == {"stranger.db"}


READER = """
import os, sys
from pathlib import Path
from engine.errors import HalfrateError
from engine.store import events
from engine.store.sqlite.connection import open_database, open_read_only
path = Path(sys.argv[1])
if os.geteuid() == 0:  # whom permissions do not hold back
    os.setgid(65534)
    os.setuid(65534)
try:
    with open_database(path).db.writing():
        pass
except Exception as error:
    print(type(error).__name__)
print([event.message for event in events.find(open_read_only(path))])
"""


@pytest.fixture
def readable_folder() -> Iterator[Path]:
    """A folder that everybody may read, wherever the test's own folders are."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.name != "posix", reason="permissions of the POSIX kind")
def test_a_file_in_a_folder_that_cannot_be_written_is_read_all_the_same(readable_folder: Path) -> None:
    path = readable_folder / "halfrate.db"
    with contextlib.closing(open_database(path, create=True).db) as db:
        write(db, "kept")
    path.chmod(0o444)
    readable_folder.chmod(0o555)
    try:
        done = subprocess.run([sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=False)
    finally:
        readable_folder.chmod(0o755)
    assert done.stdout.split("\n")[:2] == ["DatabaseReadOnly", "['kept']"], done.stderr


def test_opening_again_reads_what_a_crash_left_in_the_log(tmp_path: Path) -> None:
    path = tmp_path / "halfrate.db"
    crashing = (
        "import os, sys; from pathlib import Path; from engine.store.sqlite.connection import open_database;"
        " from engine.store import events; from datetime import datetime, UTC;"
        " db = open_database(Path(sys.argv[1]), create=True).db\n"
        "with db.writing(durable=True): events.log(db, datetime.now(UTC), 'test', 'kept')\n"
        "os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", crashing, str(path)], check=False)
    assert path.with_name("halfrate.db-wal").stat().st_size > 0
    path.with_name("halfrate.db-shm").unlink()
    with contextlib.closing(open_read_only(path)) as db:
        assert messages(db) == ["kept"]
        assert queue.counts(db).total == 0
