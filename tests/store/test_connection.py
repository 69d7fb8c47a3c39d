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
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.errors import DatabaseLocked, DatabaseReadOnly, DiskFull, InputError, NotADatabase, StoreError
from engine.store import events, queue
from engine.store.connection import explained, open_database, open_read_only, path_of, reopen, writing
from tests.store.conftest import NOW


def pragma(db: Database, name: str) -> object:
    return db.conn.execute(f"PRAGMA {name}").fetchone()[0]


def messages(db: Database) -> list[str]:
    return [event.message for event in events.recent(db)]


def write(db: Database, message: str) -> None:
    with writing(db):
        events.log(db, NOW, "test", message)


def test_the_pragmas_are_set(db: Database) -> None:
    expected = {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 1, "page_size": 16384, "cache_size": -65536}
    assert {name: pragma(db, name) for name in expected} == expected
    assert pragma(reopen(path_of(db)), "foreign_keys") == 1


def test_what_records_money_waits_for_the_disk(db: Database) -> None:
    with writing(db, durable=True):
        assert pragma(db, "synchronous") == 2
    with writing(db):
        assert pragma(db, "synchronous") == 1


def test_writing_takes_the_lock_before_anything_is_read(db: Database, tmp_path: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(tmp_path / "halfrate.db", timeout=0)) as other,
        writing(db),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_a_nested_block_joins_the_outer_one(db: Database) -> None:
    with contextlib.suppress(KeyError), writing(db):
        write(db, "inner")
        raise KeyError
    assert messages(db) == []
    with writing(db):
        write(db, "inner")
        assert db.conn.in_transaction
    assert messages(db) == ["inner"]


def test_a_writer_in_between_is_waited_for(db: Database, tmp_path: Path) -> None:
    """Read, then write, while another connection writes: never "database is locked" at once."""
    done: list[int] = []

    def add(count: int) -> None:
        with contextlib.closing(reopen(tmp_path / "halfrate.db")) as mine:
            for _ in range(count):
                with writing(mine):
                    found = mine.conn.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0]
                    mine.conn.execute(
                        "INSERT INTO events (id, at, actor, level, message) VALUES (?, '', '', '', '')", (found + 1,)
                    )
            done.append(count)

    threads = [threading.Thread(target=add, args=(200,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [200] * 4
    assert db.conn.execute("SELECT count(*), max(id) FROM events").fetchone() == (800, 800)


def test_a_file_that_is_not_sqlite_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are notes, not a database. " * 100)
    before = path.read_bytes()
    for opening in (open_database, open_read_only):
        with pytest.raises(NotADatabase, match=r"notes\.db is not an SQLite database"):
            opening(path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_named(db: Database, tmp_path: Path) -> None:
    write(db, "kept")
    db.conn.close()
    path = tmp_path / "halfrate.db"
    pages = bytearray(path.read_bytes())
    path.write_bytes(pages[: len(pages) // 2])
    with pytest.raises(NotADatabase, match="damaged"):
        open_database(path).conn.execute("INSERT INTO events VALUES (1, '', '', '', '')")
    pages[100:16384] = b"\xff" * (16384 - 100)
    path.write_bytes(pages)
    with pytest.raises(NotADatabase, match="damaged"):
        open_database(path)


def test_a_damaged_page_is_named_when_it_is_read(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "halfrate.db"
    page = db.conn.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()[0]
    db.conn.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 16384)
        file.write(b"\xff" * 4096)
    again = open_database(path)
    with contextlib.closing(again), pytest.raises(NotADatabase, match="damaged"), explained(path):
        events.recent(again)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        open_database(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        open_database(tmp_path / "file" / "halfrate.db")


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    open_database(tmp_path / "a" / "b" / "halfrate.db").conn.close()
    assert (tmp_path / "a" / "b" / "halfrate.db").exists()


def test_writing_through_a_read_only_connection_is_explained(db: Database, tmp_path: Path) -> None:
    with contextlib.closing(open_read_only(tmp_path / "halfrate.db")) as reader, pytest.raises(DatabaseReadOnly):
        write(reader, "no")
    assert messages(db) == []


def test_a_file_locked_by_another_process_is_explained(db: Database, tmp_path: Path) -> None:
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
        with contextlib.closing(reopen(path, busy_seconds=0.2)) as mine, pytest.raises(DatabaseLocked):
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
            open_database(path, busy_seconds=0.2)
        assert time.monotonic() - start < 5
    open_database(path).conn.close()


def test_a_full_disk_loses_nothing_that_was_stored(db: Database) -> None:
    write(db, "kept")
    pages = db.conn.execute("PRAGMA page_count").fetchone()[0]
    db.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskFull, match="disk is full"):
        write(db, "too much " * 100_000)
    assert not db.conn.in_transaction
    assert messages(db) == ["kept"]
    db.conn.execute("PRAGMA max_page_count = 100000")
    write(db, "more")
    assert messages(db) == ["more", "kept"]


@pytest.mark.parametrize("by", ["removed", "replaced"])
def test_a_file_that_is_gone_is_not_written_to(db: Database, tmp_path: Path, by: str) -> None:
    path = tmp_path / "halfrate.db"
    path.rename(tmp_path / "moved.db")
    if by == "replaced":
        path.write_bytes(b"")
    with pytest.raises(StoreError, match=f"{by} .*while it was open"):
        write(db, "lost")
    path.unlink(missing_ok=True)
    (tmp_path / "moved.db").rename(path)
    write(db, "back")
    assert messages(db) == ["back"]


def test_reading_a_file_that_is_missing_or_empty(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no database"):
        open_read_only(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreError, match="earlier generation"):
        open_read_only(tmp_path / "empty.db")
    assert (tmp_path / "empty.db").stat().st_size == 0


READER = """
import os, sys
from pathlib import Path
from engine.errors import HalfrateError
from engine.store import events, queue
from engine.store.connection import open_database, open_read_only
path = Path(sys.argv[1])
if os.geteuid() == 0:  # whom permissions do not hold back
    os.setgid(65534)
    os.setuid(65534)
try:
    open_database(path).conn.execute("BEGIN IMMEDIATE")
except Exception as error:
    print(type(error).__name__)
print([event.message for event in events.recent(open_read_only(path))])
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
    with contextlib.closing(open_database(path)) as db:
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
        "import os, sys; from pathlib import Path; from engine.store.connection import open_database, writing;"
        " from engine.store import events; from datetime import datetime, UTC; db = open_database(Path(sys.argv[1]));\n"
        "with writing(db, durable=True): events.log(db, datetime.now(UTC), 'test', 'kept')\n"
        "os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", crashing, str(path)], check=False)
    assert path.with_name("halfrate.db-wal").stat().st_size > 0
    path.with_name("halfrate.db-shm").unlink()
    with contextlib.closing(open_read_only(path)) as db:
        assert messages(db) == ["kept"]
        assert queue.counts(db).total == 0
