"""The chunks that are tied to one batch job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from engine.store import pages
from engine.store.db import Db
from engine.store.pages import JobChunk
from tui.figures import count
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.safe_text import cell, fit_middle, plain

STATUSES = {
    "READY": ("●", "READY", "ready"),
    "FAILED": ("✕", "FAILED", "failed"),
    "PENDING": ("◐", "IN BATCH", "travelling"),
}
"""Glyph, word and colour of `embedding_status`; what is PENDING and tied to a job is in batch."""


class JobChunks(ListOf[JobChunk]):
    """In the order of their ids."""

    COLUMNS = (
        Column("id", "chunk", 9, right=True),
        Column("status", "status", 10),
        Column("source", "document", 24, from_width=96),
        Column("characters", "chars", 7, right=True, from_width=50),
        Column("tokens", "tokens", 7, right=True, from_width=60),
        Column("text", "text", 0),
    )
    FIELDS = ("id", "source", "chunk_index", "status", "characters", "tokens", "error")

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id

    def page(self, db: Db, ask: Ask, limit: int) -> list[JobChunk]:
        return pages.job_chunks(db, self.job_id, words=ask.words, after_id=ask.after or 0, limit=limit)

    def count(self, db: Db, ask: Ask) -> int:
        return pages.count_job_chunks(db, self.job_id, words=ask.words)

    def key(self, item: JobChunk) -> str:
        return str(item.id)

    def cells(self, item: JobChunk, look: Look) -> Mapping[str, Text]:
        colours = look.colours
        glyph, word, meaning = STATUSES.get(item.status, ("·", plain(item.status, 8), "faint"))
        return {
            "id": cell(str(item.id), right=True),
            "status": cell(f"{glyph} {word}", colours[meaning]),
            "source": cell(fit_middle(plain(item.source or ""), 24), colours["faint"]),
            "characters": cell(count(item.characters), colours["faint"], right=True),
            "tokens": cell("" if item.tokens is None else count(item.tokens), colours["faint"], right=True),
            "text": cell(plain(item.error or item.start), colours["failed"] if item.error else ""),
        }

    def record(self, item: JobChunk) -> Sequence[object]:
        return (
            item.id, item.source, item.chunk_index, item.status, item.characters, item.tokens,
            item.error,
        )  # fmt: skip

    def name(self, ask: Ask) -> str:
        return f"job-{plain(self.job_id, 8)}-chunks".replace("/", "-")
