"""Failures: causes, and behind each its chunks with text and error, to be retried or discarded."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from sqlite_utils import Database
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.domain.retry import FailureClass, failure_class_of, remedy_of
from engine.store import queue
from engine.store.overview import Overview
from engine.store.queue import FailedChunk, FailureCause
from tui.dialogs.confirm import Confirm, Question
from tui.operations import Call
from tui.panels.drawing import Panel
from tui.panels.failures import COLUMNS, cause_row
from tui.panels.table import Column, Row
from tui.screens.listing import Ask, Listing, ListScreen
from tui.text import block, cell, count, fit_middle, plain, plural, since, when

EXAMPLES = 8


class ExamplesPanel(Panel):
    """A few chunks of the highlighted cause: what Google said of them and how their texts begin."""

    NUMBER, TITLE = 2, "Examples"

    def __init__(self) -> None:
        super().__init__(id="examples")

    def compose(self) -> ComposeResult:
        """Lines that scroll."""
        with VerticalScroll():
            yield Static("", classes="lines", markup=False)

    def show(self, cause: FailureCause | None, chunks: Sequence[FailedChunk]) -> None:
        """Draws the first few."""
        if cause is None:
            self.query_one(".lines", Static).update(Content())
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
                Content.assemble((f"{chunk.id}  ", "bold"), (plain(_name(chunk), 60), "$faint")),
                Content.styled(plain(chunk.error, 300) or "no words came with it", "$failed"),
                Content(plain(chunk.content, 200)),
            ]
        drawn += [Content(""), Content.styled("enter lists all of them", "$faint")]
        self.query_one(".lines", Static).update(Content("\n").join(drawn))


class FailuresScreen(ListScreen[FailureCause, tuple[FailedChunk, ...]]):
    """One line a cause."""

    PAGE, TITLE, COLUMNS = "Failures", "Failures by cause", COLUMNS
    CSS_PATH = "../styles/failures.tcss"
    EMPTY = (
        "Nothing failed. Chunks that Google refuses are counted here by cause; R puts back what another try may help."
    )
    FIELDS: ClassVar[Sequence[str]] = ("cause", "class", "chunks", "first", "last", "remedy")

    def __init__(self) -> None:
        super().__init__()
        self._watched = ""

    def compose_body(self) -> Iterable[Widget]:
        """Causes, and examples of the highlighted one."""
        yield self.filter_field()
        yield Container(self.list_panel(), ExamplesPanel(), id="body")

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[FailureCause]:
        """There are hardly more causes than fit on a page."""
        found = [cause for cause in queue.failure_causes(db) if _contains(cause, ask.words)]
        return found[ask.offset : ask.offset + limit]

    def count(self, db: Database, ask: Ask) -> int:
        return sum(_contains(cause, ask.words) for cause in queue.failure_causes(db))

    def look(self, db: Database) -> tuple[FailedChunk, ...]:
        return tuple(queue.failed_page(db, cause=self._watched, limit=EXAMPLES)) if self._watched else ()

    def key(self, item: FailureCause) -> str:
        return item.cause

    def row(self, item: FailureCause, now: datetime) -> Row:
        return cause_row(item, now, self.colours)

    def record(self, item: FailureCause) -> Sequence[object]:
        return (item.cause, item.failure_class.value, item.chunks, item.first, item.last, item.remedy)

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
        self.console.open_detail("cause", item.cause)


class ChunkPanel(Panel):
    """The highlighted chunk: where it comes from, what Google said, its text."""

    NUMBER, TITLE = 2, "Chunk"

    def __init__(self) -> None:
        super().__init__(id="chunk")
        self._shown: FailedChunk | None = None

    def compose(self) -> ComposeResult:
        """Lines that scroll."""
        with VerticalScroll():
            yield Static("", classes="lines", markup=False)

    def show(self, chunk: FailedChunk | None, now: datetime) -> None:
        """Draws it."""
        if chunk is not None and chunk == self._shown:
            return
        self._shown = chunk
        self.border_title = Content(f"{self.NUMBER} Chunk {chunk.id}" if chunk else f"{self.NUMBER} {self.TITLE}")
        self.query_one(".lines", Static).update(Content("\n").join(_chunk_lines(chunk, now)) if chunk else Content())
        self.query_one(VerticalScroll).scroll_home(animate=False)


class CauseScreen(ListScreen[FailedChunk, FailureCause]):
    """The chunks of one cause. Retry and discard mean the marked ones or, when none is, all that contain the words."""

    PAGE, TITLE = "Failures", "Failed chunks"
    CSS_PATH = "../styles/failures.tcss"
    COLUMNS = (
        Column("mark", "", 1),
        Column("id", "chunk", 9, right=True),
        Column("source", "document", 24),
        Column("attempts", "tries", 5, right=True),
        Column("failed", "failed", 9, from_width=100),
        Column("error", "error", 0),
    )
    FIELDS: ClassVar[Sequence[str]] = (
        "id", "document_id", "source", "chunk_index", "cause", "attempts", "failed_at", "error", "text",
    )  # fmt: skip

    def __init__(self, cause: str) -> None:
        super().__init__()
        self._cause = cause
        self._marks: set[int] = set()

    def compose_body(self) -> Iterable[Widget]:
        """The chunks, and the highlighted one in full."""
        yield self.filter_field()
        yield Container(self.list_panel(), ChunkPanel(), id="body")

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[FailedChunk]:
        return queue.failed_page(db, cause=self._cause, words=ask.words, after_id=ask.after or 0, limit=limit)

    def count(self, db: Database, ask: Ask) -> int:
        return queue.count_failed(db, self._cause, words=ask.words)

    def look(self, db: Database) -> FailureCause:
        found = (each for each in queue.failure_causes(db) if each.cause == self._cause)
        return next(found, FailureCause(self._cause, 0, None, None))

    def key(self, item: FailedChunk) -> str:
        return str(item.id)

    def row(self, item: FailedChunk, now: datetime) -> Row:
        colours = self.colours
        marked = item.id in self._marks
        return Row(
            self.key(item),
            {
                "mark": cell("◆" if marked else "", colours["money"]),
                "id": cell(str(item.id), "bold" if marked else "", right=True),
                "source": cell(fit_middle(plain(_name(item)), 24), colours["faint"]),
                "attempts": cell(count(item.attempts), right=True),
                "failed": cell(
                    "" if item.failed_at is None else when(item.failed_at, now.astimezone()), colours["faint"]
                ),
                "error": cell(plain(item.error) or "no words came with it"),
            },
        )

    def record(self, item: FailedChunk) -> Sequence[object]:
        return (
            item.id, item.document_id, item.source, item.chunk_index, item.cause, item.attempts, item.failed_at,
            item.error, item.content,
        )  # fmt: skip

    def copied(self, item: FailedChunk) -> str:
        return item.content

    def frame_title(self, overview: Overview) -> str:
        return f"Failed chunks: {self._cause}; {remedy_of(self._cause)}"

    def note(self) -> str:
        return f"◆ {count(len(self._marks))} marked" if self._marks else ""

    def empty(self, overview: Overview) -> str:
        return "No chunk fails by this cause any more. esc leads back to the causes."

    def export_name(self) -> str:
        return "failed-chunks"

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
        if self._marks:
            return len(self._marks)
        return self.value.total if self.value is not None and self.value.ask == self.ask else 0

    def do_mark(self) -> None:
        """The highlighted chunk, and on to the next."""
        item = self.current
        if item is None:
            return
        self._marks ^= {item.id}
        self.drawn_again()
        self.table.action_cursor_down()

    def do_retry(self) -> None:
        """Asks first when the failures are permanent: another attempt costs and brings the same answer."""
        lasting = failure_class_of(self._cause) is FailureClass.PERMANENT
        what = plural(self.chosen(), "chunk")
        said = f"{self._meaning()} They go back to the queue with a fresh budget of attempts."
        if lasting:
            said += f" This failure is permanent: unless something changed ({remedy_of(self._cause)}), it comes back."
        self._ask(
            Question(
                f"Retry {what}?",
                said,
                f"Retry {what}",
            ),
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
        if self._marks:
            return "The marked ones."
        words = plain(self.ask.words, 30)
        return f"All of this cause that contain {words}." if words else "All of this cause."

    def _ask(self, question: Question, name: str, title: str, call: Call) -> None:
        def decided(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's result
            if yes and self.console.run_operation(name, title, call):
                self._marks = set()
                self.drawn_again()

        self.app.push_screen(Confirm(question), decided)

    def _retry(self) -> Call:
        cause, ids = self._cause, self._ids()
        return lambda manager: manager.retry_failed(cause=cause, ids=ids(), permanent=True)

    def _discard(self) -> Call:
        cause, ids = self._cause, self._ids()
        return lambda manager: manager.discard_failed(cause=cause, ids=ids())

    def _ids(self) -> Callable[[], list[int] | None]:
        """What the operation will be given: the marked ids, those that contain the words, or None for all."""
        marks, words, cause, workspace = sorted(self._marks), self.ask.words, self._cause, self.console.workspace

        def ids() -> list[int] | None:
            if marks or not words.strip():
                return marks or None
            with contextlib.closing(workspace.read()) as db:
                return queue.failed_ids(db, cause, words=words)

        return ids


def _contains(cause: FailureCause, words: str) -> bool:
    shown = f"{cause.cause} {cause.remedy} {cause.failure_class}".casefold()
    return all(word in shown for word in words.casefold().split())


def _name(chunk: FailedChunk) -> str:
    return f"{chunk.source or chunk.title or f'document {chunk.document_id}'} #{chunk.chunk_index}"


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
