"""Documents: what is ingested, how far each is, and the chunks of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from sqlite_utils import Database
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.store import documents
from engine.store.documents import ChunkRow, DocumentRow
from engine.store.overview import Overview
from tui.panels.drawing import Panel
from tui.panels.table import Column, Row
from tui.screens.listing import Ask, Listing, ListScreen
from tui.text import block, cell, count, fit_middle, plain, since, track

BAR = 12
STATES = {
    "READY": ("●", "READY", "ready"),
    "FAILED": ("✕", "FAILED", "failed"),
    "PENDING": ("○", "PENDING", "waiting"),
    "IN BATCH": ("◐", "IN BATCH", "travelling"),
}


class DocumentsScreen(ListScreen[DocumentRow, None]):
    """The newest first; enter lists a document's chunks."""

    PAGE, TITLE = "Documents", "Documents"
    CSS_PATH = "../styles/documents.tcss"
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
    EMPTY = "No document yet. `halfrate ingest --mode async PATH…` puts texts into the queue; F then flushes them."
    FIELDS: ClassVar[Sequence[str]] = (
        "id", "source", "title", "chunks", "ready", "pending", "in_batch", "failed", "created_at",
    )  # fmt: skip

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[DocumentRow]:
        return documents.list_documents(db, after=ask.after, limit=limit, filter=ask.words)

    def count(self, db: Database, ask: Ask) -> int:
        return documents.count_documents(db, filter=ask.words)

    def key(self, item: DocumentRow) -> str:
        return str(item.id)

    def row(self, item: DocumentRow, now: datetime) -> Row:
        colours = self.colours
        glyph, word, meaning = STATES[state_of(item)] if item.chunks else ("·", "empty", "faint")
        full, rest = track(item.ready / item.chunks if item.chunks else 0.0, BAR)

        def number(value: int, meaning: str) -> Text:
            return cell(count(value) if value else "", colours[meaning], right=True)

        return Row(
            self.key(item),
            {
                "name": cell(fit_middle(name_of(item), self.table.width_of("name"))),
                "title": cell(plain(item.title or "", 34), colours["faint"]),
                "state": cell(f"{glyph} {word}", colours[meaning]),
                "bar": Text.assemble((full, colours["ready"]), (rest, colours["rule"])),
                "chunks": cell(count(item.chunks), right=True),
                "ready": number(item.ready, "ready"),
                "pending": number(item.pending, "waiting"),
                "in_batch": number(item.in_batch, "travelling"),
                "failed": number(item.failed, "failed"),
                "age": cell(
                    "" if item.created_at is None else since(item.created_at, now), colours["faint"], right=True
                ),
            },
        )

    def record(self, item: DocumentRow) -> Sequence[object]:
        return (
            item.id, item.source, item.title, item.chunks, item.ready, item.pending, item.in_batch, item.failed,
            item.created_at,
        )  # fmt: skip

    def copied(self, item: DocumentRow) -> str:
        return item.source or str(item.id)

    def open(self, item: DocumentRow) -> None:
        self.console.open_detail("document", item)


class TextPanel(Panel):
    """The highlighted chunk in full."""

    NUMBER, TITLE = 2, "Text"

    def __init__(self) -> None:
        super().__init__(id="text")

    def compose(self) -> ComposeResult:
        """Lines that scroll."""
        with VerticalScroll():
            yield Static("", classes="lines", markup=False)

    def show(self, chunk: ChunkRow) -> None:
        """Its context in front, as it is embedded; its error, if it has one."""
        parts = []
        if chunk.error:
            parts += [Content.styled(plain(chunk.error), "$failed"), Content("")]
        if chunk.context:
            parts += [Content.styled(block(chunk.context), "$faint"), Content("")]
        self.query_one(".lines", Static).update(Content("\n").join([*parts, Content(block(chunk.content))]))


class DocumentScreen(ListScreen[ChunkRow, None]):
    """A document's chunks in their order."""

    PAGE, TITLE = "Document", "Chunks"
    CSS_PATH = "../styles/documents.tcss"
    COLUMNS = (
        Column("place", "#", 6, right=True),
        Column("state", "state", 10),
        Column("id", "chunk", 9, right=True, from_width=80),
        Column("job", "job", 7, from_width=90),
        Column("text", "text", 0),
    )
    EMPTY = "This document has no chunks: nothing in it could be embedded."
    FIELDS: ClassVar[Sequence[str]] = ("id", "chunk_index", "status", "job_id", "cause", "error", "text")

    def __init__(self, document: DocumentRow) -> None:
        super().__init__()
        self._document = document

    def compose_body(self) -> Iterable[Widget]:
        """The chunks, and the highlighted one in full."""
        yield self.filter_field()
        yield Container(self.list_panel(), TextPanel(), id="body")

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[ChunkRow]:
        after = ask.after if ask.after is not None else -1
        return list(documents.read_chunks(db, self._document.id, after=after, limit=limit, words=ask.words))

    def count(self, db: Database, ask: Ask) -> int:
        return documents.count_chunks(db, self._document.id, words=ask.words)

    def key(self, item: ChunkRow) -> str:
        return str(item.chunk_index)

    def row(self, item: ChunkRow, now: datetime) -> Row:
        colours = self.colours
        travels = item.embedding_status == "PENDING" and item.batch_job_id is not None
        state = "IN BATCH" if travels else item.embedding_status
        glyph, word, meaning = STATES.get(state, ("·", plain(state, 8), "faint"))
        return Row(
            self.key(item),
            {
                "place": cell(count(item.chunk_index), colours["faint"], right=True),
                "state": cell(f"{glyph} {word}", colours[meaning]),
                "id": cell(str(item.id), right=True),
                "job": cell(plain((item.batch_job_id or "")[:7]), colours["faint"]),
                "text": cell(plain(item.error or item.content), colours["failed"] if item.error else ""),
            },
        )

    def record(self, item: ChunkRow) -> Sequence[object]:
        return (
            item.id, item.chunk_index, item.embedding_status, item.batch_job_id, item.cause, item.error, item.content,
        )  # fmt: skip

    def copied(self, item: ChunkRow) -> str:
        return item.content

    def frame_title(self, overview: Overview) -> str:
        return f"Chunks of {fit_middle(name_of(self._document), 60)}"

    def export_name(self) -> str:
        return f"document-{self._document.id}"

    def highlighted(self, item: ChunkRow) -> None:
        self.query_one(TextPanel).show(item)

    def show_extra(self, overview: Overview, listing: Listing[ChunkRow, None]) -> None:
        if (item := self.current) is not None:
            self.highlighted(item)

    def open(self, item: ChunkRow) -> None:
        """The whole text, scrolled by keys."""
        self.go_to_panel(TextPanel.NUMBER)


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
