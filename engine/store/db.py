"""The seam between the rules and SQL: named queries, and the few verbs of a database that runs them.

    READY = Query("count what is ready", "SELECT count(*) FROM chunks WHERE embedding_status = :status")
    db.one(READY, status="READY")[0]

SQL stands in this package alone, always as a `Query`; a test explains every one of them and names those that scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, get_args, get_type_hints

from engine.domain.times import parse_time, utc_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SqlValue = str | int | float | bytes | None
T = TypeVar("T", bound="DataclassInstance")


class Query:
    """A named statement with `:named` parameters; `scans` says why it may read a whole table, where it does.

    `postgres` is the text for that server where it differs.
    """

    all: ClassVar[dict[str, Query]] = {}
    """Every query of the program by its name."""

    __slots__ = ("name", "postgres", "scans", "sqlite")

    def __init__(self, name: str, sqlite: str, *, postgres: str = "", scans: str = "") -> None:
        if name in Query.all:
            raise ValueError(f"two queries are called {name!r}")
        self.name, self.sqlite, self.postgres, self.scans = name, sqlite, postgres or sqlite, scans
        Query.all[name] = self

    def __repr__(self) -> str:
        return f"<Query {self.name}>"


class Row(Protocol):
    """A row of a result: its values by place and by name."""

    def __getitem__(self, key: int | str, /) -> Any: ...  # what a column holds is known to its query alone

    def __iter__(self) -> Iterator[Any]: ...

    def keys(self) -> list[str]:
        """The names of the columns."""


class Db(Protocol):
    """A database of halfrate; one connection, not shared between threads."""

    @property
    def path(self) -> Path:
        """The file it stands in."""

    @property
    def identity(self) -> str:
        """What names this database wherever its file lies: 16 hexadecimal digits that are stored in it."""

    def run(self, query: Query, /, **values: SqlValue) -> int:
        """Runs a statement and returns how many rows it wrote."""

    def one(self, query: Query, /, **values: SqlValue) -> Row | None:
        """The first row."""

    def rows(self, query: Query, /, **values: SqlValue) -> Iterator[Row]:
        """All rows, streaming."""

    def bulk(self, query: Query, rows: Iterable[Mapping[str, SqlValue]], /) -> int:
        """Runs a statement once for each mapping of values and returns how many rows all of them wrote."""

    def writing(self, *, durable: bool = False) -> AbstractContextManager[Db]:
        """One immediate transaction; `durable` waits for the disk. A nested block joins the outer one."""

    def reading(self) -> AbstractContextManager[Db]:
        """One consistent look: what is read in the block fits together."""

    def version(self) -> int:
        """A number that changes when another connection has written."""

    def close(self) -> None:
        """Ends the connection."""


def value(kind: type[T], row: Row, **more: object) -> T:
    """The dataclass value of a row: the one door from columns, named as the fields are, to values.

    Times, decimals and enumerations are read from their text, NULL is None; `more` gives fields that no column has.
    """
    read = {name: convert(row[name]) for name, convert in _converters(kind) if name not in more}
    return kind(**read, **more)


def plain(item: DataclassInstance, *, without: tuple[str, ...] = ()) -> dict[str, SqlValue]:
    """The columns of a dataclass value: the way back through the same door."""
    return {each.name: sql(getattr(item, each.name)) for each in fields(item) if each.name not in without}


def sql(item: object) -> SqlValue:
    """One value as a column holds it."""
    if isinstance(item, datetime):
        return utc_text(item)
    if isinstance(item, StrEnum):
        return item.value
    if isinstance(item, bool):
        return int(item)
    if isinstance(item, Decimal):
        return str(item)
    if item is None or isinstance(item, str | int | float | bytes):
        return item
    raise TypeError(f"no column holds a {type(item).__name__}")


@cache
def _converters(kind: type[DataclassInstance]) -> tuple[tuple[str, Callable[[Any], object]], ...]:
    hints = get_type_hints(kind)
    return tuple((each.name, _converter(hints[each.name])) for each in fields(kind))


def _converter(hint: Any) -> Callable[[Any], object]:
    optional = type(None) in get_args(hint)
    kinds = [each for each in get_args(hint) if each is not type(None)] if optional else [hint]
    kind = kinds[0] if len(kinds) == 1 else object
    if kind is datetime:
        return parse_time
    if isinstance(kind, type) and issubclass(kind, StrEnum | Decimal | bool):
        return lambda found: None if found is None else kind(found)
    return _as_it_is


def _as_it_is(found: object) -> object:
    return found
