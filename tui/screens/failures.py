"""Failures: causes, and behind each its chunks with text and error, to be retried or discarded."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from engine.domain.causes import FailureClass, cause_of
from engine.store import failures
from engine.store.db import Db
from engine.store.failures import FailedChunk, FailureCause
from engine.store.overview import Overview
from engine.wording import plural
from tui.dialogs.confirm import Question, ask_first
from tui.figures import count, since
from tui.lists.causes import Causes
from tui.lists.failed_chunks import FailedChunks, name_of
from tui.lists.listing import Listing
from tui.panels.drawing import LinesPanel
from tui.runner import Call
from tui.safe_text import block, plain
from tui.screens.list_screen import ListScreen

EXAMPLES = 8


class ExamplesPanel(LinesPanel):
    """A few chunks of the highlighted cause: what Google said of them and how their texts begin."""

    NUMBER, TITLE = 2, "Examples"

    def __init__(self) -> None:
        super().__init__(id="examples")

    def show(self, cause: FailureCause | None, chunks: Sequence[FailedChunk]) -> None:
        """Draws the first few."""
        if cause is None:
            self.show_lines(Content())
            return
        lasting = cause.failure_class is FailureClass.PERMANENT
        drawn = [
            Content.assemble((plain(cause.cause), "bold"), (f"  {plural(cause.chunks, 'chunk')}", "$faint")),
            Content.assemble(
                (f"{cause.failure_class}: ", "$failed" if lasting else "$waiting"),
                "the text has to change first" if lasting else "another attempt may succeed",
                (f"; {plain(cause.remedy)}", "$faint"),
            ),
        ]
        for chunk in chunks:
            drawn += [
                Content(""),
                Content.assemble((f"{chunk.id}  ", "bold"), (plain(name_of(chunk), 60), "$faint")),
                Content.styled(plain(chunk.error, 300) or "no words came with it", "$failed"),
                Content(plain(chunk.content, 200)),
            ]
        drawn += [Content(""), Content.styled("enter lists all of them", "$faint")]
        self.show_lines(Content("\n").join(drawn))


class FailuresScreen(ListScreen[FailureCause, tuple[FailedChunk, ...]]):
    """One line a cause; enter lists its chunks."""

    PAGE, TITLE = "Failures", "Failures by cause"
    CSS_PATH = "../styles/failures.tcss"
    EMPTY = (
        "Nothing failed. Chunks that Google refuses are counted here by cause; R puts back what another try may help."
    )

    def __init__(self) -> None:
        super().__init__(Causes())
        self._watched = ""

    def compose_body(self) -> Iterable[Widget]:
        """Causes, and examples of the highlighted one."""
        yield self.filter_field()
        yield Container(self.list_panel(), ExamplesPanel(), id="body")

    def look(self, db: Db) -> tuple[FailedChunk, ...]:
        return tuple(failures.failed_page(db, cause=self._watched, limit=EXAMPLES)) if self._watched else ()

    def note(self) -> str:
        failed = self.overview.chunks.failed if self.overview else 0
        return plural(failed, "chunk") if failed else ""

    def show_extra(self, overview: Overview, listing: Listing[FailureCause, tuple[FailedChunk, ...]]) -> None:
        cause = self.current
        self.query_one(ExamplesPanel).show(cause, listing.extra if cause and cause.cause == self._watched else ())

    def highlighted(self, item: FailureCause) -> None:
        if item.cause != self._watched:
            self._watched = item.cause
            self.ask_again()
        elif self.overview is not None and self.value is not None:
            self.show_extra(self.overview, self.value)

    def open(self, item: FailureCause) -> None:
        self.open_detail("cause", item.cause)


class ChunkPanel(LinesPanel):
    """The highlighted chunk: where it comes from, what Google said, its text."""

    NUMBER, TITLE = 2, "Chunk"

    def __init__(self) -> None:
        super().__init__(id="chunk")
        self._shown: FailedChunk | None = None

    def show(self, chunk: FailedChunk | None, now: datetime) -> None:
        """Draws it, from its beginning."""
        if chunk is not None and chunk == self._shown:
            return
        self._shown = chunk
        self.border_title = Content(f"{self.NUMBER} Chunk {chunk.id}" if chunk else f"{self.NUMBER} {self.TITLE}")
        self.show_lines(Content("\n").join(_chunk_lines(chunk, now)) if chunk else Content())
        self.query_one(VerticalScroll).scroll_home(animate=False)


class CauseScreen(ListScreen[FailedChunk, FailureCause]):
    """The chunks of one cause. Retry and discard mean the marked ones or, when none is, all that contain the words."""

    PAGE, TITLE = "Failures", "Failed chunks"
    CSS_PATH = "../styles/failures.tcss"
    EMPTY = "No chunk fails by this cause any more. esc leads back to the causes."

    def __init__(self, cause: str) -> None:
        self._chunks = FailedChunks(cause)
        super().__init__(self._chunks)
        self._cause = cause

    def compose_body(self) -> Iterable[Widget]:
        """The chunks, and the highlighted one in full."""
        yield self.filter_field()
        yield Container(self.list_panel(), ChunkPanel(), id="body")

    def look(self, db: Db) -> FailureCause:
        found = (each for each in failures.failure_causes(db) if each.cause == self._cause)
        return next(found, FailureCause(cause=self._cause, chunks=0, first=None, last=None))

    def frame_title(self, overview: Overview) -> str:
        return f"Failed chunks: {self._cause}; {cause_of(self._cause).remedy}"

    def note(self) -> str:
        return f"◆ {count(len(self._chunks.marks))} marked" if self._chunks.marks else ""

    def show_extra(self, overview: Overview, listing: Listing[FailedChunk, FailureCause]) -> None:
        self.query_one(ChunkPanel).show(self.current, overview.at)

    def highlighted(self, item: FailedChunk) -> None:
        if self.overview is not None:
            self.query_one(ChunkPanel).show(item, self.overview.at)

    def open(self, item: FailedChunk) -> None:
        """The whole text, scrolled by keys."""
        self.go_to_panel(ChunkPanel.NUMBER)

    def chosen(self) -> int:
        """How many chunks retry and discard mean."""
        if self._chunks.marks:
            return len(self._chunks.marks)
        return self.value.total if self.value is not None and self.value.ask == self.ask else 0

    def do_mark(self) -> None:
        """The highlighted chunk, and on to the next."""
        item = self.current
        if item is None:
            return
        self._chunks.marks ^= {item.id}
        self._draw_marks()
        self.table.action_cursor_down()

    def _draw_marks(self) -> None:
        if self.overview is not None and self.value is not None:
            self.show(self.overview, self.value)

    def do_retry(self) -> None:
        """Asks first when the failures are permanent: another attempt costs and brings the same answer."""
        lasting = cause_of(self._cause).failure_class is FailureClass.PERMANENT
        what = plural(self.chosen(), "chunk")
        said = f"{self._meaning()} They go back to the queue with a fresh budget of attempts."
        if lasting:
            said += (
                f" This failure is permanent: unless something changed ({cause_of(self._cause).remedy}), it comes back."
            )
        self._ask(
            Question(f"Retry {what}?", said, f"Retry {what}"),
            "retry",
            f"Retry {what}",
            self._retry(),
        )

    def do_discard(self) -> None:
        """Always asks first: what is deleted is gone."""
        what = plural(self.chosen(), "chunk")
        self._ask(
            Question(
                f"Discard {what}?",
                f"{self._meaning()} They are deleted from the database. Their document stays; ingesting it again brings"
                " them back only after its text has changed.",
                f"Delete {what}",
            ),
            "discard",
            f"Discard {what}",
            self._discard(),
        )

    def _meaning(self) -> str:
        if self._chunks.marks:
            return "The marked ones."
        words = plain(self.ask.words, 30)
        return f"All of this cause that contain {words}." if words else "All of this cause."

    def _ask(self, question: Question, name: str, title: str, call: Call) -> None:
        def agreed() -> None:
            if self.console.run(name, title, call):
                self._chunks.marks.clear()
                self._draw_marks()

        ask_first(self.app, question, agreed)

    def _retry(self) -> Call:
        cause, ids = self._cause, self._ids()
        return lambda manager: manager.retry_failed(cause=cause, ids=ids(), permanent=True)

    def _discard(self) -> Call:
        cause, ids = self._cause, self._ids()
        return lambda manager: manager.discard_failed(cause=cause, ids=ids())

    def _ids(self) -> Callable[[], list[int] | None]:
        """What the operation will be given: the marked ids, those that contain the words, or None for all."""
        marks, words, cause, workspace = sorted(self._chunks.marks), self.ask.words, self._cause, self.console.workspace

        def ids() -> list[int] | None:
            if marks or not words.strip():
                return marks or None
            with contextlib.closing(workspace.read()) as db:
                return failures.failed_ids(db, cause, words=words)

        return ids


def _chunk_lines(chunk: FailedChunk, now: datetime) -> list[Content]:
    failed = "" if chunk.failed_at is None else f", {since(chunk.failed_at, now)} ago"
    facts = [
        ("document", f"{plain(chunk.source or chunk.title or str(chunk.document_id), 120)}, chunk {chunk.chunk_index}"),
        ("failed", f"{plural(chunk.attempts, 'attempt')}{failed}"),
        ("job", plain(chunk.job_id or "none")),
    ]
    drawn = [Content.assemble((f"{name:<10}", "$faint"), text) for name, text in facts]
    drawn.append(
        Content.assemble((f"{'error':<10}", "$faint"), (plain(chunk.error) or "no words came with it", "$failed"))
    )
    drawn.append(Content.assemble((f"{'text':<10}", "$faint"), (plural(len(chunk.content), "character"), "$faint")))
    return [*drawn, Content(""), Content(block(chunk.content))]
