"""The panel of batch jobs: live ones first, then the recent ones."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from engine.domain.jobs import BatchJob
from engine.store.overview import Overview
from tui.figures import count
from tui.lists.jobs import Jobs, no_jobs
from tui.lists.listing import Look, contains
from tui.panels.drawing import no_match
from tui.panels.tabular import TablePanel
from tui.safe_text import plain


class JobsPanel(TablePanel[BatchJob]):
    """A line a job, and how many there are of each kind."""

    NUMBER, TITLE = 1, "Batch jobs"

    def __init__(self) -> None:
        super().__init__(Jobs(), id="jobs")

    def show(self, overview: Overview, colours: Mapping[str, str], words: str = "", *, read_only: bool) -> None:
        """Draws the jobs, those that contain the words."""
        jobs = [job for job in overview.jobs if _matches(job, words)]
        said = no_match(words) if overview.jobs else no_jobs(read_only=read_only)
        self.show_items(jobs, Look(overview.at, colours), said)
        counts = overview.job_counts
        told = [f"{count(counts.live)} live"]
        if counts.uncertain:
            told.append(f"{count(counts.uncertain)} uncertain")
        told.append(f"{count(counts.completed)} completed")
        if counts.failed:
            told.append(f"{count(counts.failed)} failed")
        self.border_subtitle = Content(", ".join(told) + (f"  / {plain(words, 20)}" if words else ""))


def _matches(job: BatchJob, words: str) -> bool:
    return contains(f"{job.id} {job.status} {job.error or ''} {job.google_job_id or ''}", words)
