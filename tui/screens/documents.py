"""Documents: what is ingested, how far each is, and the chunks of one."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Container
from textual.content import Content
from textual.widget import Widget

from engine.store.overview import Overview
from engine.store.pages import ChunkRow, DocumentRow
from tui.lists.documents import DocumentChunks, Documents, name_of
from tui.panels.drawing import LinesPanel
from tui.safe_text import block, fit_middle, plain
from tui.screens.list_screen import ListScreen


class DocumentsScreen(ListScreen[DocumentRow, None]):
    """The newest first; enter lists a document's chunks."""

    PAGE, TITLE = "Documents", "Documents"
    CSS_PATH = "../styles/documents.tcss"
    EMPTY = "No document yet. `halfrate ingest --mode async PATH…` puts texts into the queue; F then flushes them."

    def __init__(self) -> None:
        super().__init__(Documents())

    def open(self, item: DocumentRow) -> None:
        self.open_detail("document", item)


class TextPanel(LinesPanel):
    """The highlighted chunk in full."""

    NUMBER, TITLE = 2, "Text"

    def __init__(self) -> None:
        super().__init__(id="text")

    def show(self, chunk: ChunkRow) -> None:
        """Its context in front, as it is embedded; its error, if it has one."""
        parts = []
        if chunk.error:
            parts += [Content.styled(plain(chunk.error), "$failed"), Content("")]
        if chunk.context:
            parts += [Content.styled(block(chunk.context), "$faint"), Content("")]
        self.show_lines(Content("\n").join([*parts, Content(block(chunk.content))]))


class DocumentScreen(ListScreen[ChunkRow, None]):
    """A document's chunks in their order."""

    PAGE, TITLE = "Document", "Chunks"
    CSS_PATH = "../styles/documents.tcss"
    EMPTY = "This document has no chunks: nothing in it could be embedded."

    def __init__(self, document: DocumentRow) -> None:
        super().__init__(DocumentChunks(document))
        self._document = document

    def compose_body(self) -> Iterable[Widget]:
        """The chunks, and the highlighted one in full."""
        yield self.filter_field()
        yield Container(self.list_panel(), TextPanel(), id="body")

    def frame_title(self, overview: Overview) -> str:
        return f"Chunks of {fit_middle(name_of(self._document), 60)}"

    def highlighted(self, item: ChunkRow) -> None:
        self.query_one(TextPanel).show(item)

    def open(self, item: ChunkRow) -> None:
        """The whole text, scrolled by keys."""
        self.go_to_panel(TextPanel.NUMBER)
