"""What a list is: its columns, how a page of it is read, and how a row is told apart, drawn, copied and exported.

A page is read by a question (`Ask`) that is replaced as a whole, so that the reader's thread never sees half of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from rich.text import Text

from engine.store.db import Db

Item = TypeVar("Item")
Extra = TypeVar("Extra")
PAGE_ROWS = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column; shown only when the table is at least `from_width` and less than `to_width` cells wide."""

    key: str
    label: str
    width: int
    """Cells without padding; 0: what the others leave."""
    right: bool = False
    from_width: int = 0
    to_width: int = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its key; columns that are missing are empty."""

    key: str
    cells: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for: words, the place of the order, and where the pages up to the one shown begin."""

    words: str = ""
    order: int = 0
    starts: tuple[str, ...] = ()

    @property
    def after(self) -> int | None:
        """The key behind which the page begins, where keys are numbers; None for the first page."""
        return int(self.starts[-1]) if self.starts else None

    @property
    def offset(self) -> int:
        """How many rows lie before the page."""
        return len(self.starts) * PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item, Extra]):
    """A page as it was read, the question it answers, and what else the screen wanted to know."""

    ask: Ask
    items: tuple[Item, ...]
    more: bool
    total: int
    extra: Extra


@dataclass(frozen=True, slots=True)
class Look:
    """What a row is drawn by beside its item."""

    now: datetime
    colours: Mapping[str, str]
    ask: Ask = Ask()
    widths: Mapping[str, int] = field(default_factory=dict)
    """Cells of each column that is shown, for texts that are cut in the middle."""


class ListOf(Generic[Item]):
    """One list; `page` and `count` are called in threads with a connection of theirs."""

    COLUMNS: ClassVar[Sequence[Column]] = ()
    FIELDS: ClassVar[Sequence[str]] = ()
    NAME: ClassVar[str] = ""
    """In the name of the exported file."""

    def page(self, db: Db, ask: Ask, limit: int) -> list[Item]:
        """At most so many rows of the page that is asked for."""
        raise NotImplementedError

    def count(self, db: Db, ask: Ask) -> int:
        """How many rows contain the words."""
        raise NotImplementedError

    def key(self, item: Item) -> str:
        """What tells a row from all others; a number where the next page begins behind it."""
        raise NotImplementedError

    def cells(self, item: Item, look: Look) -> Mapping[str, Text]:
        """A row as it is drawn, by the keys of COLUMNS."""
        raise NotImplementedError

    def record(self, item: Item) -> Sequence[object]:
        """A row of the exported file, as `fields` names it."""
        raise NotImplementedError

    def fields(self, ask: Ask) -> Sequence[str]:
        """The columns of the exported file."""
        return self.FIELDS

    def name(self, ask: Ask) -> str:
        """What the exported file is called."""
        return self.NAME

    def copied(self, item: Item) -> str:
        """What the clipboard gets of a row."""
        return self.key(item)

    def row(self, item: Item, look: Look) -> Row:
        """A row as a table takes it."""
        return Row(self.key(item), self.cells(item, look))

    def everything(self, db: Db, ask: Ask) -> Iterator[Item]:
        """All rows that contain the words, in the order that is asked for, read a page at a time."""
        ask = replace(ask, starts=())
        while True:
            found = self.page(db, ask, PAGE_ROWS)
            yield from found
            if len(found) < PAGE_ROWS:
                return
            ask = replace(ask, starts=(*ask.starts, self.key(found[-1])))


def contains(text: str, words: str) -> bool:
    """Every word stands in the text, whatever the case."""
    shown = text.casefold()
    return all(word in shown for word in words.casefold().split())
