"""`Db` on a SQLite file: the verbs, transactions, and SQLite's errors in words."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import (
    AnotherDatabase,
    DatabaseGone,
    DatabaseLocked,
    DatabaseReadOnly,
    DiskFull,
    HalfrateError,
    NotADatabase,
    StoreError,
)
from engine.store.db import Db, Query, Row, SqlValue

if TYPE_CHECKING:
    from sqlite_utils import Database

TOGETHER = 50
"""Rows that one statement inserts; of the values of a row there may be hundreds."""
_INSERT = re.compile(r"(INSERT INTO [^:]* VALUES )(\([^()]*\))([^:]*)", re.DOTALL)
_NAMED = re.compile(r":(\w+)")


class SqliteDb:
    """One connection to one file; not shared between threads. `read_only` connections never write."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, read_only: bool = False) -> None:
        # A text that is not UTF-8 must not stop what only passes by it; who needs the truth reads the bytes.
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        connection.row_factory = sqlite3.Row
        self.path = path.absolute()
        self.identity = ""
        self._connection = connection
        self._read_only = read_only
        self._file: tuple[int, int] | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection itself, for pragmas and schema steps."""
        return self._connection

    @cached_property
    def database(self) -> Database:
        """The same connection for sqlite-utils, which takes longer to import than a page takes to read."""
        from sqlite_utils import Database

        return Database(self._connection, recursive_triggers=False, execute_plugins=False)

    def settle_identity(self) -> None:
        """Reads what the database is called, and notes which file it lies in."""
        row = self._connection.execute("SELECT value FROM about WHERE name = 'identity'").fetchone()
        self.identity = row[0] if row else ""
        with contextlib.suppress(OSError):
            found = self.path.stat()
            self._file = found.st_dev, found.st_ino

    def run(self, query: Query, /, **values: SqlValue) -> int:
        """Runs a statement and returns how many rows it wrote."""
        return self._connection.execute(query.sqlite, values).rowcount

    def one(self, query: Query, /, **values: SqlValue) -> Row | None:
        """The first row."""
        row: Row | None = self._connection.execute(query.sqlite, values).fetchone()
        return row

    def rows(self, query: Query, /, **values: SqlValue) -> Iterator[Row]:
        """All rows, streaming."""
        return iter(self._connection.execute(query.sqlite, values))

    def bulk(self, query: Query, rows: Iterable[Mapping[str, SqlValue]], /) -> int:
        """Runs a statement once for each mapping of values and returns how many rows all of them wrote.

        Rows to insert go in some dozens at a time: before each statement that fires triggers SQLite copies every page
        that it touches, which takes four times as long as the rows themselves.
        """
        insert, left, written = _INSERT.fullmatch(query.sqlite), iter(rows), 0
        if insert is not None:
            head, row, tail = insert.groups()
            names = _NAMED.findall(row)
            together = head + ", ".join([_NAMED.sub("?", row)] * TOGETHER) + tail
            while len(part := list(islice(left, TOGETHER))) == TOGETHER:
                values = [each[name] for each in part for name in names]
                written += self._connection.execute(together, values).rowcount
            left = iter(part)
        return written + max(self._connection.executemany(query.sqlite, left).rowcount, 0)

    @contextlib.contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Db]:
        """One immediate transaction: the lock is taken before anything is read. A nested block joins the outer one.

        `durable` waits for the disk (`synchronous=FULL`): for what records or books money.
        """
        with explained(self.path):
            if self._connection.in_transaction:
                yield self
                return
            self.refuse_swapped()
            self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Db]:
        """One consistent look: what is read in the block fits together."""
        with explained(self.path):
            if self._connection.in_transaction:
                yield self
                return
            self._connection.execute("BEGIN")
            try:
                yield self
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("COMMIT")

    def version(self) -> int:
        """A number that changes when another connection has written."""
        found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return found

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def refuse_swapped(self) -> None:
        """SQLite would go on writing to a file that was moved away, or that nobody can open again."""
        if self._file is None:
            return
        try:
            found = self.path.stat()
        except OSError:
            raise DatabaseGone(f"{self.path} was moved or removed while it was open.") from None
        if (found.st_dev, found.st_ino) != self._file:
            raise AnotherDatabase(f"{self.path} was replaced by another file while it was open.")


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
        case sqlite3.SQLITE_CONSTRAINT:
            return StoreError(
                "The database refused a row that contradicts another one.",
                hint="`halfrate doctor` checks it; nothing of this step was stored.",
            )
    return StoreError(f"The database refused: {error}.", hint="`halfrate doctor` checks it; nothing was stored.")
