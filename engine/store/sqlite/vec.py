"""A connection that knows the tables of sqlite-vec, for the one table of the older library that needs the module.

    interpreter that loads extensions      its own sqlite3, in this process
    any other                              the SQLite that the package apsw brings, in a process of its own

Two SQLite libraries must never have one file open in one process: locks of POSIX belong to the process, so that neither
sees the other's, and the first that closes the file drops both. Run as a program, this module is that other process: it
reads statements from its standard input, one message each, and ends with its input; what was not committed is undone.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote

import msgspec

from engine.errors import AnotherDatabase, DatabaseGone, StoreError
from engine.store.db import SqlValue
from engine.store.sqlite.database import SqliteDb, explained

BUSY_SECONDS = 30.0
MODULE, DRIVER = "sqlite_vec", "apsw"
WAY_OUT = "Install it with: pip install 'halfrate[sqlite-vec]'"


class NoModule(StoreError):
    """The module sqlite-vec cannot be loaded."""

    hint = WAY_OUT


def can_load() -> str | None:
    """Why the module cannot be loaded, with the way out; None when it can, as far as looking tells."""
    absent = _absent()
    return f"{absent} {WAY_OUT}" if absent else None


def _absent() -> str | None:
    if importlib.util.find_spec(MODULE) is None:
        return "The package sqlite-vec is not installed."
    if not _loads_extensions() and importlib.util.find_spec(DRIVER) is None:
        return "This Python's sqlite3 loads no extensions, and the package apsw is not installed."
    return None


def open_with_vec(path: Path, identity: str) -> SqliteDb:
    """A writing connection to an existing, current file that can use its vec0 tables; the caller closes it.

    NoModule when the module cannot be loaded, AnotherDatabase when the file is not the one that `identity` names.
    """
    absent = _absent()
    if absent:
        raise NoModule(absent)
    if not path.exists():
        raise DatabaseGone(f"There is no database at {path}.")
    with explained(path):
        connection = _own(path) if _loads_extensions() else cast(sqlite3.Connection, _Elsewhere(path))
        try:
            db = SqliteDb(connection, path)
            db.settle_identity()
            if db.identity != identity:
                raise AnotherDatabase(f"{path} is another database than the one that was opened here.")
        except BaseException:
            connection.close()
            raise
    return db


def _loads_extensions() -> bool:
    return hasattr(sqlite3.Connection, "enable_load_extension")


def _uri(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=rw"


def _own(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(_uri(path), uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.enable_load_extension(True)
        connection.load_extension(_module())
        connection.enable_load_extension(False)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError):
            raise NoModule(f"The module sqlite-vec cannot be loaded: {error}.") from error
        raise
    return connection


def _module() -> str:
    import sqlite_vec  # type: ignore[import-untyped]

    return str(sqlite_vec.loadable_path())


class _Message(msgspec.Struct, array_like=True):
    """A statement with its values; the answer to one is a `_Answer`."""

    sql: str
    values: dict[str, Any]


class _Answer(msgspec.Struct, array_like=True):
    columns: list[str]
    rows: list[list[Any]]
    changes: int
    in_transaction: bool
    error: str = ""
    code: int = 0
    """SQLite's; 0 for none."""


class _Row(tuple[Any, ...]):
    """Values by place and by name, as sqlite3.Row gives them."""

    columns: list[str]

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.columns.index(key) if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        """The names of the columns."""
        return self.columns


class _Result:
    """What a cursor has after a statement: its rows, all of them, and how many it wrote."""

    def __init__(self, answer: _Answer) -> None:
        self.rowcount = answer.changes
        self._rows = iter([_row(answer.columns, values) for values in answer.rows])

    def __iter__(self) -> Iterator[_Row]:
        return self._rows

    def fetchone(self) -> _Row | None:
        """The next row."""
        return next(self._rows, None)


def _row(columns: list[str], values: list[SqlValue]) -> _Row:
    row = _Row(values)
    row.columns = columns
    return row


class _Elsewhere:
    """What `SqliteDb` needs of a connection, in a process of its own."""

    def __init__(self, path: Path) -> None:
        self.in_transaction = False
        self.text_factory: object = str
        self.row_factory: object = None
        root = str(Path(__file__).parents[3])
        known = os.environ | {
            "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        }
        self._process = subprocess.Popen(  # noqa: S603 - this module, by this interpreter
            [sys.executable, "-m", __name__, str(path.absolute())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=known,
        )
        try:
            self._answer()
        except BaseException:
            self.close()
            raise

    def execute(self, sql: str, values: Mapping[str, SqlValue] | None = None) -> _Result:
        """Runs a statement there."""
        self._send(_Message(sql, dict(values or {})))
        return _Result(self._answer())

    def executemany(self, sql: str, rows: Iterable[Mapping[str, SqlValue]]) -> _Result:
        """Runs a statement there once for each mapping."""
        changes = sum(self.execute(sql, values).rowcount for values in rows)
        return _Result(_Answer([], [], changes, self.in_transaction))

    def close(self) -> None:
        """Ends the process and waits for it."""
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                with contextlib.suppress(OSError):
                    end.close()
        self._process.wait()

    def _send(self, message: _Message) -> None:
        with contextlib.suppress(BrokenPipeError):  # the answer that does not come says it
            _write(cast(IO[bytes], self._process.stdin), message)

    def _answer(self) -> _Answer:
        body = _read(cast(IO[bytes], self._process.stdout))
        if body is None:
            self.in_transaction = False
            raise StoreError("The process that writes chunks_vec has ended.", hint="Run `halfrate mirror` again.")
        answer = msgspec.msgpack.decode(body, type=_Answer)
        self.in_transaction = answer.in_transaction
        if answer.error and not answer.code:
            raise NoModule(f"The module sqlite-vec cannot be loaded: {answer.error}.")
        if answer.error:
            error = sqlite3.OperationalError(answer.error)
            error.sqlite_errorcode = answer.code
            raise error
        return answer


def _write(end: IO[bytes], message: _Message | _Answer) -> None:
    body = msgspec.msgpack.encode(message)
    end.write(len(body).to_bytes(4, "big") + body)
    end.flush()


def _read(end: IO[bytes]) -> bytes | None:
    """The next message; None when the other side has ended."""
    size = end.read(4)
    body = end.read(int.from_bytes(size, "big"))
    return body if len(size) == 4 else None


def serve(path: Path) -> None:
    """The other process: opens the file with apsw, answers that it is open, then each statement until its input ends.

    A kill of the one who asks closes the input, and SQLite undoes what was open.
    """
    import apsw

    out = sys.stdout.buffer
    try:
        connection = apsw.Connection(_uri(path), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI)
        connection.set_busy_timeout(int(BUSY_SECONDS * 1000))
        connection.enable_load_extension(True)
        connection.load_extension(_module())
        connection.enable_load_extension(False)
    except apsw.ExtensionLoadingError as error:
        return _write(out, _Answer([], [], 0, False, str(error)))
    except apsw.Error as error:
        return _write(out, _failed(error, in_transaction=False))
    _write(out, _Answer([], [], 0, False))
    while (body := _read(sys.stdin.buffer)) is not None:
        message = msgspec.msgpack.decode(body, type=_Message)
        try:
            _write(out, _carry_out(connection, message))
        except apsw.Error as error:
            _write(out, _failed(error, in_transaction=connection.in_transaction))
    connection.close()
    return None


def _carry_out(connection: Any, message: _Message) -> _Answer:
    cursor = connection.execute(message.sql, message.values)
    columns: list[str] = []
    rows: list[list[SqlValue]] = []
    for row in cursor:
        columns = columns or [column[0] for column in cursor.get_description()]
        rows.append(list(row))
    return _Answer(columns, rows, connection.changes(), connection.in_transaction)


def _failed(error: Any, *, in_transaction: bool) -> _Answer:
    return _Answer([], [], 0, in_transaction, str(error) or type(error).__name__, getattr(error, "result", 1) or 1)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
