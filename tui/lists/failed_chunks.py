"""The chunks of one cause, each with what Google said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from engine.store import failures
from engine.store.db import Db
from engine.store.failures import FailedChunk
from tui.figures import count, when
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.safe_text import cell, fit_middle, plain


class FailedChunks(ListOf[FailedChunk]):
    """In the order of their ids; some may be marked."""

    NAME = "failed-chunks"
    COLUMNS = (
        Column("mark", "", 1),
        Column("id", "chunk", 9, right=True),
        Column("source", "document", 24),
        Column("attempts", "tries", 5, right=True),
        Column("failed", "failed", 9, from_width=100),
        Column("error", "error", 0),
    )
    FIELDS = (
        "id", "document_id", "source", "chunk_index", "cause", "attempts", "failed_at", "error", "text",
    )  # fmt: skip

    def __init__(self, cause: str) -> None:
        self.cause = cause
        self.marks: set[int] = set()
        """Ids of the marked chunks, on this page or another."""

    def page(self, db: Db, ask: Ask, limit: int) -> list[FailedChunk]:
        return failures.failed_page(db, cause=self.cause, words=ask.words, after_id=ask.after or 0, limit=limit)

    def count(self, db: Db, ask: Ask) -> int:
        return failures.count_failed(db, self.cause, words=ask.words)

    def key(self, item: FailedChunk) -> str:
        return str(item.id)

    def cells(self, item: FailedChunk, look: Look) -> Mapping[str, Text]:
        colours = look.colours
        marked = item.id in self.marks
        return {
            "mark": cell("◆" if marked else "", colours["money"]),
            "id": cell(str(item.id), "bold" if marked else "", right=True),
            "source": cell(fit_middle(plain(name_of(item)), 24), colours["faint"]),
            "attempts": cell(count(item.attempts), right=True),
            "failed": cell(
                "" if item.failed_at is None else when(item.failed_at, look.now.astimezone()), colours["faint"]
            ),
            "error": cell(plain(item.error) or "no words came with it"),
        }

    def record(self, item: FailedChunk) -> Sequence[object]:
        return (
            item.id, item.document_id, item.source, item.chunk_index, item.cause, item.attempts, item.failed_at,
            item.error, item.content,
        )  # fmt: skip

    def copied(self, item: FailedChunk) -> str:
        return item.content


def name_of(chunk: FailedChunk) -> str:
    """Its document and its place there."""
    return f"{chunk.source or chunk.title or f'document {chunk.document_id}'} #{chunk.chunk_index}"
