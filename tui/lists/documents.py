"""Documents: how far each is; and the chunks of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from engine.store import pages
from engine.store.db import Db
from engine.store.pages import ChunkRow, DocumentRow
from tui.figures import count, since, track
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.safe_text import cell, fit_middle, plain

BAR = 12
STATES = {
    "READY": ("●", "READY", "ready"),
    "FAILED": ("✕", "FAILED", "failed"),
    "PENDING": ("○", "PENDING", "waiting"),
    "IN BATCH": ("◐", "IN BATCH", "travelling"),
}


class Documents(ListOf[DocumentRow]):
    """The newest first."""

    NAME = "documents"
    COLUMNS = (
        Column("name", "document", 0),
        Column("title", "title", 34, from_width=150),
        Column("state", "state", 10),
        Column("bar", "", BAR, from_width=110),
        Column("chunks", "chunks", 8, right=True),
        Column("ready", "ready", 8, right=True),
        Column("pending", "waiting", 8, right=True, from_width=96),
        Column("in_batch", "in batch", 8, right=True, from_width=96),
        Column("failed", "failed", 7, right=True),
        Column("age", "age", 6, right=True, from_width=84),
    )
    FIELDS = (
        "id", "source", "title", "chunks", "ready", "pending", "in_batch", "failed", "created_at",
    )  # fmt: skip

    def page(self, db: Db, ask: Ask, limit: int) -> list[DocumentRow]:
        return pages.list_documents(db, after=ask.after, limit=limit, filter=ask.words)

    def count(self, db: Db, ask: Ask) -> int:
        return pages.count_documents(db, filter=ask.words)

    def key(self, item: DocumentRow) -> str:
        return str(item.id)

    def cells(self, item: DocumentRow, look: Look) -> Mapping[str, Text]:
        colours = look.colours
        glyph, word, meaning = STATES[state_of(item)] if item.chunks else ("·", "empty", "faint")
        full, rest = track(item.ready / item.chunks if item.chunks else 0.0, BAR)

        def number(value: int, meaning: str) -> Text:
            return cell(count(value) if value else "", colours[meaning], right=True)

        return {
            "name": cell(fit_middle(name_of(item), look.widths.get("name", 40))),
            "title": cell(plain(item.title or "", 34), colours["faint"]),
            "state": cell(f"{glyph} {word}", colours[meaning]),
            "bar": Text.assemble((full, colours["ready"]), (rest, colours["rule"])),
            "chunks": cell(count(item.chunks), right=True),
            "ready": number(item.ready, "ready"),
            "pending": number(item.pending, "waiting"),
            "in_batch": number(item.in_batch, "travelling"),
            "failed": number(item.failed, "failed"),
            "age": cell(
                "" if item.created_at is None else since(item.created_at, look.now), colours["faint"], right=True
            ),
        }

    def record(self, item: DocumentRow) -> Sequence[object]:
        return (
            item.id, item.source, item.title, item.chunks, item.ready, item.pending, item.in_batch, item.failed,
            item.created_at,
        )  # fmt: skip

    def copied(self, item: DocumentRow) -> str:
        return item.source or str(item.id)


class DocumentChunks(ListOf[ChunkRow]):
    """As they stand in the document."""

    COLUMNS = (
        Column("place", "#", 6, right=True),
        Column("state", "state", 10),
        Column("id", "chunk", 9, right=True, from_width=80),
        Column("job", "job", 7, from_width=90),
        Column("text", "text", 0),
    )
    FIELDS = ("id", "chunk_index", "status", "job_id", "cause", "error", "text")

    def __init__(self, document: DocumentRow) -> None:
        self.document = document

    def page(self, db: Db, ask: Ask, limit: int) -> list[ChunkRow]:
        after = ask.after if ask.after is not None else -1
        return list(pages.read_chunks(db, self.document.id, after=after, limit=limit, words=ask.words))

    def count(self, db: Db, ask: Ask) -> int:
        return pages.count_chunks(db, self.document.id, words=ask.words)

    def key(self, item: ChunkRow) -> str:
        return str(item.chunk_index)

    def cells(self, item: ChunkRow, look: Look) -> Mapping[str, Text]:
        colours = look.colours
        travels = item.embedding_status == "PENDING" and item.batch_job_id is not None
        state = "IN BATCH" if travels else item.embedding_status
        glyph, word, meaning = STATES.get(state, ("·", plain(state, 8), "faint"))
        return {
            "place": cell(count(item.chunk_index), colours["faint"], right=True),
            "state": cell(f"{glyph} {word}", colours[meaning]),
            "id": cell(str(item.id), right=True),
            "job": cell(plain((item.batch_job_id or "")[:7]), colours["faint"]),
            "text": cell(plain(item.error or item.content), colours["failed"] if item.error else ""),
        }

    def record(self, item: ChunkRow) -> Sequence[object]:
        return (
            item.id, item.chunk_index, item.embedding_status, item.batch_job_id, item.cause, item.error, item.content,
        )  # fmt: skip

    def copied(self, item: ChunkRow) -> str:
        return item.content

    def name(self, ask: Ask) -> str:
        return f"document-{self.document.id}"


def name_of(item: DocumentRow) -> str:
    """Where it came from, or whatever else there is to call it."""
    if item.source == "-":
        return "- (standard input)"
    return plain(item.source or item.title or f"document {item.id}")


def state_of(item: DocumentRow) -> str:
    """The one word for a document: what is wrong first, then what is under way."""
    if item.failed:
        return "FAILED"
    if item.in_batch:
        return "IN BATCH"
    return "PENDING" if item.pending else "READY"
