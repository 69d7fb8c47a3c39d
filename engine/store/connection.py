"""Opening a database file, upgrading it, and writing to it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from engine.errors import (
    DatabaseLocked,
    DatabaseReadOnly,
    DiskFull,
    HalfrateError,
    InputError,
    NeedsUpgrade,
    NewerSchema,
    NotADatabase,
    StoreError,
)
from engine.store.migrations import ORIGIN_COLUMNS, migrations

BUSY_SECONDS = 30.0
MOVED = "Nothing was written to it. Put the file back, or run the command again to work on what is there now."
PAGE_SIZE = 16384  # vectors of 3 kB: 110,000 upserts a second against 67,000 at 4096 (measured)


class _Connection(sqlite3.Connection):
    """A connection that knows which file it was opened on."""

    opened_on: tuple[Path, int, int] | None = None
    """Path, device and inode."""

    def note_file(self, path: Path) -> None:
        """To be asked later whether the path still leads to the same file."""
        found = path.stat()
        self.opened_on = (path.absolute(), found.st_dev, found.st_ino)


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that is ready, and what opening it did."""

    db: Database
    path: Path
    backup: Path | None
    """The copy that was made before a file that was not ours was changed."""


def open_database(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Opens or creates the file and brings its schema up to date; a StoreError says what is wrong."""
    return prepare_database(path, busy_seconds=busy_seconds).db


def prepare_database(path: Path, *, now: datetime | None = None, busy_seconds: float = BUSY_SECONDS) -> Opened:
    """`open_database` that also tells where the backup of an upgraded file is; `now` names the backup."""
    with explained(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"The folder of {path} cannot be made: {error.strerror}.") from None
        _refuse_folder(path)
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, factory=_Connection)
        try:
            connection.note_file(path)
            backup = _bring_up_to_date(_configured(connection), path, now or datetime.now().astimezone())
        except BaseException:
            connection.close()
            raise
        return Opened(_database(connection), path, backup)


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a database.", hint="Name a file with --db.")


def open_read_only(path: Path, *, busy_seconds: float = 2.0) -> Database:
    """Opens an existing, current file with `mode=ro`; a StoreError when it would have to be made or upgraded first."""
    with explained(path):
        if not path.exists():
            raise StoreError(f"There is no database at {path}.", hint="`halfrate ingest` makes one.")
        _refuse_folder(path)
        connection = _connected_read_only(path, busy_seconds)
        try:
            db = _database(connection)
            _refuse_newer(db, path)
            if _pending(db):
                raise NeedsUpgrade(f"{path} is of an earlier generation and is opened read-only.")
        except BaseException:
            connection.close()
            raise
        return db


def _connected_read_only(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """In a folder that cannot be written there is no place for what readers share; without a log they need none."""
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
    except sqlite3.OperationalError as error:
        connection.close()
        refused = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not refused or any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal")):
            raise
        connection = sqlite3.connect(f"{uri}&immutable=1", uri=True, timeout=busy_seconds, isolation_level=None)
    except BaseException:
        connection.close()
        raise
    return connection


def reopen(path: Path, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Another connection, for another thread, to a file that this process has prepared."""
    with explained(path):
        uri = f"file:{quote(str(path.absolute()))}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None, factory=_Connection)
        connection.note_file(path)
        return _configured(connection)


def path_of(db: Database) -> Path:
    """The file behind a connection."""
    return Path(db.conn.execute("PRAGMA database_list").fetchone()[2])


@contextlib.contextmanager
def writing(db: Database, *, durable: bool = False) -> Iterator[Database]:
    """One immediate transaction: the lock is taken before anything is read.

    `durable` waits for the disk (`synchronous=FULL`): for what records or books money. A nested block joins the outer.
    """
    if db.conn.in_transaction:
        yield db
        return
    with explained(None):
        _refuse_moved(db.conn)
        db.conn.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.conn.execute("COMMIT")
        except BaseException:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def explained(path: Path | None) -> Iterator[None]:
    """Turns SQLite's errors into ours, each with a way out."""
    try:
        yield
    except HalfrateError:
        raise
    except sqlite3.DatabaseError as error:
        raise _explain(error, path) from error


def _explain(error: sqlite3.DatabaseError, path: Path | None) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    name = f"{path}" if path else "The database"
    match code:
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return NotADatabase(f"{name} is not an SQLite database, or it is damaged.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return DatabaseReadOnly(f"{name} cannot be opened for writing.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseLocked()
        case sqlite3.SQLITE_FULL:
            return DiskFull()
        case sqlite3.SQLITE_IOERR:
            return DiskFull(f"{name} could not be written: {error}.", hint="Check the disk and its free space.")
    return StoreError(f"The database refused: {error}.")


def _refuse_moved(connection: sqlite3.Connection) -> None:
    """SQLite would go on writing to a file that nobody can open again."""
    if not isinstance(connection, _Connection) or connection.opened_on is None:
        return
    path, device, inode = connection.opened_on
    try:
        found = path.stat()
    except OSError:
        raise StoreError(f"{path} was moved or removed while it was open.", hint=MOVED) from None
    if (found.st_dev, found.st_ino) != (device, inode):
        raise StoreError(f"{path} was replaced by another file while it was open.", hint=MOVED)


def _database(connection: sqlite3.Connection) -> Database:
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def _configured(connection: sqlite3.Connection) -> Database:
    """The pragmas, in the one place where they are set."""
    db = _database(connection)
    if not connection.execute("PRAGMA page_count").fetchone()[0]:
        connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA synchronous=NORMAL")
    return db


def _bring_up_to_date(db: Database, path: Path, now: datetime) -> Path | None:
    _refuse_newer(db, path)
    if not _pending(db):
        return None
    _refuse_foreign(db, path)
    journal = db.conn.execute("PRAGMA journal_mode").fetchone()[0]
    _switch_to_wal(db.conn)
    backup = None
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        if _pending(db):
            if not _ours(db) and _tables(db):
                backup = _back_up(path, now, journal)
            migrations.apply(db)
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise
    return backup


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Two that switch at once both hold what the other waits for: SQLite refuses one of them without waiting."""
    deadline = time.monotonic() + connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _tables(db: Database) -> set[str]:
    """Names only: a table whose module is absent here must not be touched."""
    return {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _ours(db: Database) -> bool:
    return bool(_applied(db))


def _applied(db: Database) -> set[str]:
    if "_sqlite_migrations" not in _tables(db):
        return set()
    rows = db.conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'halfrate'")
    return {row[0] for row in rows}


def _pending(db: Database) -> set[str]:
    return _known() - _applied(db)


def _known() -> set[str]:
    return {step.name for step in migrations._migrations}


def _refuse_newer(db: Database, path: Path) -> None:
    unknown = _applied(db) - _known()
    if unknown:
        raise NewerSchema(f"{path} was written by a newer halfrate (it has {min(unknown)}).")


def _refuse_foreign(db: Database, path: Path) -> None:
    for table, expected in ORIGIN_COLUMNS.items():
        if table in _tables(db) and not expected <= {row[1] for row in db.conn.execute(f"PRAGMA table_info({table})")}:
            raise StoreError(
                f"{path} is the database of another program: its table {table!r} is not what it is here.",
                hint="Name another file with --db; nothing was changed.",
            )


def _back_up(path: Path, now: datetime, journal: str) -> Path:
    """A complete copy beside the file, made by SQLite itself while we hold the write lock."""
    target = path.with_name(f"{path.name}.before-halfrate-{now:%Y%m%d-%H%M%S}")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    source = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True)
    copy = sqlite3.connect(part)
    try:
        copy.execute("PRAGMA journal_mode=OFF")
        source.backup(copy)
        copy.execute(f"PRAGMA journal_mode={journal}")  # the original's own: by now it has become WAL
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        copy.close()
        source.close()
    part.replace(target)
    return target
