"""Opening a database file, making one, and bringing one of an earlier generation up to date, after a backup."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from engine.errors import AnotherDatabase, DatabaseGone, InputError, NeedsUpgrade, NewerSchema, StoreError
from engine.store.sqlite.database import SqliteDb
from engine.store.sqlite.database import explained as explained
from engine.store.sqlite.steps import ORIGIN_COLUMNS, Tell, step_names, steps

BUSY_SECONDS = 30.0
PAGE_SIZE = 16384  # vectors of 3 kB: 110,000 upserts a second against 67,000 at 4096 (measured)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A database that is ready, and what opening it did."""

    db: SqliteDb
    backup: Path | None
    """The copy that was made before a file of an earlier generation was changed."""
    created: bool = False


def open_database(
    path: Path,
    *,
    identity: str | None = None,
    create: bool = False,
    now: datetime | None = None,
    tell: Tell | None = None,
    busy_seconds: float = BUSY_SECONDS,
) -> Opened:
    """Opens an existing file for writing and brings its schema up to date; a StoreError says what is wrong.

    DatabaseGone when there is none, unless `create` is set; AnotherDatabase when it is not the one that `identity`
    names. `now` names the backup of an upgraded file, `tell` hears how far an upgrade is.
    """
    with explained(path):
        created = not path.exists()
        if created:
            _make_room(path, create=create)
        _refuse_folder(path)
        _refuse_foreign_log(path, identity)
        mode = "rwc" if create else "rw"
        connection = sqlite3.connect(_uri(path, mode), uri=True, timeout=busy_seconds, isolation_level=None)
        try:
            db = SqliteDb(connection, path)
            _configure(connection)
            backup = _bring_up_to_date(db, now or datetime.now().astimezone(), tell, create=create)
            db.settle_identity()
            _refuse_another(db, identity)
        except BaseException:
            connection.close()
            raise
        return Opened(db=db, backup=backup, created=created)


def open_read_only(path: Path, *, identity: str | None = None, busy_seconds: float = 2.0) -> SqliteDb:
    """Opens an existing, current file with `mode=ro`; a StoreError when it would have to be made or upgraded first."""
    with explained(path):
        if not path.exists():
            raise DatabaseGone(f"There is no database at {path}.")
        _refuse_folder(path)
        _refuse_foreign_log(path, identity)
        connection = _connected_read_only(path, busy_seconds)
        try:
            db = SqliteDb(connection, path, read_only=True)
            _refuse_newer(db.connection, path)
            if _pending(db.connection):
                _refuse_foreign(db.connection, path)
                raise NeedsUpgrade(f"{path} is of an earlier generation and is opened read-only.")
            db.settle_identity()
            _refuse_another(db, identity)
        except BaseException:
            connection.close()
            raise
        return db


def _make_room(path: Path, *, create: bool) -> None:
    """Only who may make a database makes one, and never over what another one left behind."""
    if not create:
        raise DatabaseGone(f"There is no database at {path}.")
    log = path.with_name(path.name + "-wal")
    if log.exists():
        raise DatabaseGone(
            f"There is no database at {path}, but its log {log.name} is there.",
            hint="Put the file back beside its log; a new one in its place would swallow what the log holds.",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder of {path} cannot be made: {error.strerror}.") from None


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a database.", hint="Name a file with --db.")


def _refuse_another(db: SqliteDb, identity: str | None) -> None:
    if identity and db.identity != identity:
        raise AnotherDatabase(f"{db.path} is another database than the one that was opened here.")


def _refuse_foreign_log(path: Path, identity: str | None) -> None:
    """A file that was put where another one lay beside its log: SQLite would lay that log over it, and destroy it.

    So the file is asked for its name without the log, and again with it, before anything can be written.
    """
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return
    alone = _name_of(f"{_uri(path, 'ro')}&immutable=1")
    expected = identity or _name_of(_uri(path, "ro"))
    if alone and expected and alone != expected:
        raise AnotherDatabase(
            f"{path} is another database than the one whose log {log.name} lies beside it.",
            hint=f"Nothing was written. Put the right file back, or move {log.name} away together with it.",
        )


def _name_of(uri: str) -> str | None:
    """The identity that a file holds; None when it cannot be read, or has none."""
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            row = connection.execute("SELECT value FROM about WHERE name = 'identity'").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def _uri(path: Path, mode: str) -> str:
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def _connected_read_only(path: Path, busy_seconds: float) -> sqlite3.Connection:
    """In a folder that cannot be written there is no place for what readers share; without a log they need none."""
    uri = _uri(path, "ro")
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


def _configure(connection: sqlite3.Connection) -> None:
    """The pragmas, in the one place where they are set."""
    if not connection.execute("PRAGMA page_count").fetchone()[0]:
        connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA synchronous=NORMAL")


def _bring_up_to_date(db: SqliteDb, now: datetime, tell: Tell | None, *, create: bool) -> Path | None:
    path, connection = db.path, db.connection
    _refuse_newer(connection, path)
    if not _pending(connection):
        return None
    if not create and not _tables(connection):
        raise DatabaseGone(f"{path} is empty: it is no database yet.")
    _refuse_foreign(connection, path)
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    _switch_to_wal(connection)
    backup = None
    # The transaction holds the file; without the check of foreign keys a table can be renamed under it.
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _pending(connection):
            if _tables(connection):
                backup = _back_up(path, now, journal)
            steps(tell or _untold).apply(db.database)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return backup


def _untold(done: int, total: int) -> None:
    """Nobody wants to know."""


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


def _tables(db: sqlite3.Connection) -> set[str]:
    """Names only: a table whose module is absent here must not be touched."""
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _applied(db: sqlite3.Connection) -> set[str]:
    if "_sqlite_migrations" not in _tables(db):
        return set()
    rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'halfrate'")
    return {row[0] for row in rows}


def _pending(db: sqlite3.Connection) -> set[str]:
    return _known() - _applied(db)


def _known() -> set[str]:
    return set(step_names())


def _refuse_newer(db: sqlite3.Connection, path: Path) -> None:
    unknown = _applied(db) - _known()
    if unknown:
        raise NewerSchema(f"{path} was written by a newer halfrate (it has {min(unknown)}).")


def _refuse_foreign(db: sqlite3.Connection, path: Path) -> None:
    """A file with tables, none of which an earlier generation made, or one of which is not what it is here."""
    tables = _tables(db)
    if tables and not tables & ORIGIN_COLUMNS.keys() - {"batch_jobs"}:
        raise StoreError(f"{path} is the database of another program.", hint=_ANOTHER_FILE)
    for table, expected in ORIGIN_COLUMNS.items():
        if table in tables and not expected <= {row[1] for row in db.execute(f"PRAGMA table_info({table})")}:
            raise StoreError(
                f"{path} is the database of another program: its table {table!r} is not what it is here.",
                hint=_ANOTHER_FILE,
            )


_ANOTHER_FILE = "Name another file with --db; nothing was changed."


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
