"""All batch jobs, live ones first."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Container
from textual.widget import Widget

from engine.domain.jobs import BatchJob, JobEvent
from engine.store import jobs
from engine.store.db import Db
from engine.store.overview import Overview
from tui.lists.jobs import Jobs, no_jobs
from tui.lists.listing import Listing
from tui.panels.detail import DetailPanel, JobDetail
from tui.screens.list_screen import SortedScreen

History = tuple[JobEvent, ...]


class JobsScreen(SortedScreen[BatchJob, History]):
    """Reads the history of the highlighted job too."""

    PAGE, TITLE = "Jobs", "Batch jobs"
    CSS_PATH = "../styles/jobs.tcss"
    ORDERS = ("live first", "newest first", "oldest first", "largest first", "dearest first", "by state")

    def __init__(self) -> None:
        super().__init__(Jobs())
        self._watched = ""

    def compose_body(self) -> Iterable[Widget]:
        """The list, and beside it the highlighted job where there is room."""
        yield self.filter_field()
        yield Container(self.list_panel(), DetailPanel(), id="body")

    def look(self, db: Db) -> History:
        return tuple(jobs.history(db, self._watched)) if self._watched else ()

    def empty(self, overview: Overview) -> str:
        return no_jobs(read_only=self.console.read_only)

    def show_extra(self, overview: Overview, listing: Listing[BatchJob, History]) -> None:
        job = self.current
        if job is not None:
            self.query_one(DetailPanel).show(
                JobDetail(job, listing.extra if job.id == self._watched else ()), overview.at, self.console.keys_shown
            )

    def highlighted(self, item: BatchJob) -> None:
        if item.id != self._watched:
            self._watched = item.id
            self.ask_again()

    def open(self, item: BatchJob) -> None:
        self.open_detail("job", item.id)

    def selected_job(self) -> BatchJob | None:
        """The highlighted one, if a row is."""
        return self.current
