"""Failures by cause: never a flat list of ten thousand equal lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from engine.domain.causes import FailureClass
from engine.store import failures
from engine.store.db import Db
from engine.store.failures import FailureCause
from tui.figures import count, when
from tui.lists.listing import Ask, Column, ListOf, Look, contains
from tui.safe_text import cell, plain


class Causes(ListOf[FailureCause]):
    """The most frequent one first."""

    NAME = "failures"
    COLUMNS = (
        Column("chunks", "chunks", 7, right=True),
        Column("cause", "cause", 30),
        Column("first", "first", 9, from_width=104),
        Column("last", "last", 9, from_width=92),
        Column("class", "class", 9, from_width=74),
        Column("remedy", "remedy", 0),
    )
    FIELDS = ("cause", "class", "chunks", "first", "last", "remedy")

    def page(self, db: Db, ask: Ask, limit: int) -> list[FailureCause]:
        """There are hardly more causes than fit on a page."""
        found = [cause for cause in failures.failure_causes(db) if matches(cause, ask.words)]
        return found[ask.offset : ask.offset + limit]

    def count(self, db: Db, ask: Ask) -> int:
        """By cause, class or remedy."""
        return sum(matches(cause, ask.words) for cause in failures.failure_causes(db))

    def key(self, item: FailureCause) -> str:
        """The cause itself."""
        return item.cause

    def cells(self, item: FailureCause, look: Look) -> Mapping[str, Text]:
        """Red is what another attempt does not help."""
        lasting = item.failure_class is FailureClass.PERMANENT
        local = look.now.astimezone()
        return {
            "chunks": cell(count(item.chunks), f"bold {look.colours['failed']}", right=True),
            "cause": cell(plain(item.cause, 60)),
            "first": cell("" if item.first is None else when(item.first, local), look.colours["faint"]),
            "last": cell("" if item.last is None else when(item.last, local), look.colours["faint"]),
            "class": cell(item.failure_class.value, look.colours["failed"] if lasting else look.colours["waiting"]),
            "remedy": cell(plain(item.remedy), look.colours["faint"]),
        }

    def record(self, item: FailureCause) -> Sequence[object]:
        """Times are those of the first and the last chunk that failed by it."""
        return (item.cause, item.failure_class.value, item.chunks, item.first, item.last, item.remedy)


def matches(cause: FailureCause, words: str) -> bool:
    """The words stand in what the list shows of it."""
    return contains(f"{cause.cause} {cause.remedy} {cause.failure_class}", words)
