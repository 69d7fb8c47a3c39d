"""All batch jobs, live ones first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar, get_args

from sqlite_utils import Database
from textual.containers import Container
from textual.widget import Widget

from engine.domain.batches import BatchJob, JobEvent
from engine.store import batches
from engine.store.batches import Order
from engine.store.overview import Overview
from tui.panels.detail import DetailPanel, JobDetail
from tui.panels.jobs import COLUMNS, actual_cost, estimated_cost, job_row, no_jobs
from tui.panels.table import Row
from tui.screens.listing import Ask, Listing, SortedScreen

History = tuple[JobEvent, ...]
ORDER_IDS: tuple[Order, ...] = get_args(Order)


class JobsScreen(SortedScreen[BatchJob, History]):
    """Reads the history of the highlighted job too."""

    PAGE, TITLE, COLUMNS = "Jobs", "Batch jobs", COLUMNS
    CSS_PATH = "../styles/jobs.tcss"
    ORDERS = ("live first", "newest first", "oldest first", "largest first", "dearest first", "by state")
    FIELDS: ClassVar[Sequence[str]] = (
        "id", "google_job_id", "status", "chunks", "ready", "failed", "missing", "returned", "superseded",
        "estimated_tokens", "estimated_cost", "tokens", "cost", "price_per_million", "model", "key_label",
        "created_at", "submitted_at", "ended_at", "error",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._watched = ""

    def compose_body(self) -> Iterable[Widget]:
        """The list, and beside it the highlighted job where there is room."""
        yield self.filter_field()
        yield Container(self.list_panel(), DetailPanel(), id="body")

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[BatchJob]:
        return batches.page(db, words=ask.words, order=ORDER_IDS[ask.order], limit=limit, offset=ask.offset)

    def count(self, db: Database, ask: Ask) -> int:
        return batches.count(db, words=ask.words)

    def look(self, db: Database) -> History:
        return tuple(batches.history(db, self._watched)) if self._watched else ()

    def key(self, item: BatchJob) -> str:
        return item.id

    def empty(self, overview: Overview) -> str:
        return no_jobs(read_only=self.console.read_only)

    def row(self, item: BatchJob, now: datetime) -> Row:
        return job_row(item, now, self.colours)

    def record(self, item: BatchJob) -> Sequence[object]:
        return (
            item.id, item.google_job_id, item.status.value, item.chunks, item.ready, item.failed, item.missing,
            item.returned, item.superseded, item.estimated_tokens, estimated_cost(item), item.tokens, actual_cost(item),
            item.price_per_million, item.profile.model, item.key_label, item.created_at, item.submitted_at,
            item.ended_at, item.error,
        )  # fmt: skip

    def show_extra(self, overview: Overview, listing: Listing[BatchJob, History]) -> None:
        job = self.current
        if job is not None:
            self.query_one(DetailPanel).show(
                JobDetail(job, listing.extra if job.id == self._watched else ()), overview.at
            )

    def highlighted(self, item: BatchJob) -> None:
        if item.id != self._watched:
            self._watched = item.id
            self.ask_again()

    def open(self, item: BatchJob) -> None:
        self.console.open_detail("job", item.id)

    def selected_job(self) -> BatchJob | None:
        """The highlighted one."""
        return self.current
