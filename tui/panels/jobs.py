"""The table of batch jobs, and how a job is drawn wherever one is shown."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from rich.text import Text
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Static

from engine.domain.batches import BatchJob, JobStatus
from engine.domain.pricing import amount_pico, dollars
from engine.store.overview import Overview
from tui.panels.drawing import Panel, no_match
from tui.panels.table import Column, Row, Table
from tui.text import cell, count, narrow_usd, plain, plural, since, span, track

GLYPHS = {
    JobStatus.CREATED: ("○", "faint"),
    JobStatus.PLANNED: ("○", "waiting"),
    JobStatus.SPOOLED: ("○", "waiting"),
    JobStatus.UPLOADED: ("◔", "waiting"),
    JobStatus.SUBMITTING: ("◔", "waiting"),
    JobStatus.UNCERTAIN: ("?", "failed"),
    JobStatus.SUBMITTED: ("◔", "travelling"),
    JobStatus.PROCESSING: ("◐", "travelling"),
    JobStatus.FETCHED: ("◕", "travelling"),
    JobStatus.COMPLETED: ("●", "ready"),
    JobStatus.COMPLETED_WITH_ERRORS: ("◑", "failed"),
    JobStatus.FAILED: ("✕", "failed"),
    JobStatus.CANCELLED: ("⊘", "faint"),
    JobStatus.EXPIRED: ("⊘", "failed"),
}
SHORT_STATES = {JobStatus.COMPLETED_WITH_ERRORS: "COMPLETED✕"}
"""Where the word does not fit: the glyph of failed stands for WITH_ERRORS."""

BAR_WIDTH = 10
COLUMNS = (
    Column("job", "job", 7),
    Column("short_state", "state", 12, to_width=106),
    Column("state", "state", 23, from_width=106),
    Column("bar", "", BAR_WIDTH, from_width=90),
    Column("done", "done", 4, right=True),
    Column("chunks", "chunks", 8, right=True),
    Column("failed", "failed", 6, right=True, from_width=116),
    Column("age", "age", 6, right=True),
    Column("expires", "expires", 7, right=True),
    Column("estimated", "est.", 8, right=True),
    Column("actual", "actual", 8, right=True),
    Column("note", "note", 0, from_width=126),
)


def done_share(job: BatchJob) -> float:
    """How much of a job is done, 0 to 1: by Google's word while it is there, by ours once its results are here."""
    if not job.live:
        return 1.0 if job.accounted >= job.chunks else job.accounted / max(1, job.chunks)
    if job.status is JobStatus.FETCHED:
        return job.cursor / job.output_bytes if job.output_bytes else 0.0
    return min(1.0, job.remote_done / job.chunks) if job.chunks else 0.0


def estimated_cost(job: BatchJob) -> Decimal:
    """At the job's own price."""
    return dollars(amount_pico(job.estimated_tokens, job.price_per_million))


def actual_cost(job: BatchJob) -> Decimal | None:
    """What came back, at the job's own price; None before anything did."""
    return dollars(amount_pico(job.tokens, job.price_per_million)) if job.tokens else None


def job_note(job: BatchJob) -> str:
    """What there is to say about a job in a few words."""
    if job.error:
        return plain(job.error)
    if job.inherited and job.live:
        return "inherited: release puts its chunks back"
    if job.status is JobStatus.UNCERTAIN:
        absent = f", absent {plural(job.absent_listings, 'time')} so far" if job.absent_listings else ""
        return f"looked for at Google{absent}"
    if job.superseded:
        return f"{count(job.superseded)} superseded"
    return plain(job.remote_state.removeprefix("BATCH_STATE_").removeprefix("JOB_STATE_")) if job.live else ""


def expires_in(job: BatchJob, now: datetime) -> str:
    """Until Google gives up on it; empty when it is not there."""
    end = job.expires_at
    return "" if end is None else span((end - now).total_seconds())


def job_row(job: BatchJob, now: datetime, colours: dict[str, str]) -> Row:
    """A job as a row of any jobs table."""
    glyph, meaning = GLYPHS[job.status]
    colour, faint = colours[meaning], colours["faint"]
    share = done_share(job)
    full, rest = track(share, BAR_WIDTH)
    actual = actual_cost(job)
    ended = not job.live
    return Row(
        job.id,
        {
            "job": cell(plain(job.short), "" if job.live else faint),
            "short_state": cell(f"{glyph} {SHORT_STATES.get(job.status, job.status.value)}", colour),
            "state": cell(f"{glyph} {job.status.value}", colour),
            "bar": Text.assemble((full, colour), (rest, colours["rule"])),
            "done": cell(f"{int(share * 100)}%" if job.chunks else "", faint if ended else "", right=True),
            "chunks": cell(count(job.chunks), right=True),
            "failed": cell(count(job.failed) if job.failed else "", colours["failed"], right=True),
            "age": cell(since(job.submitted_at or job.created_at, now), faint, right=True),
            "expires": cell(expires_in(job, now), colours["failed"] if job.late(now) else "", right=True),
            "estimated": cell(narrow_usd(estimated_cost(job)), faint, right=True),
            "actual": cell("" if actual is None else narrow_usd(actual), colours["money"], right=True),
            "note": cell(job_note(job), faint),
        },
    )


def no_jobs(*, read_only: bool) -> str:
    """In place of the jobs, before there is one; a key that is hidden is not named."""
    return "No batch jobs yet." + ("" if read_only else " Press F to flush the waiting chunks: you see the cost first.")


class JobsPanel(Panel):
    """Live jobs first, then the recent ones."""

    NUMBER, TITLE = 1, "Batch jobs"

    class Selected(Message):
        """The highlighted job is another one, or enter was pressed on it."""

        def __init__(self, job: BatchJob, *, opened: bool) -> None:
            super().__init__()
            self.job = job
            self.opened = opened

    def __init__(self) -> None:
        super().__init__(id="jobs")
        self._jobs: dict[str, BatchJob] = {}

    def compose(self) -> ComposeResult:
        """The table, or what would be there."""
        yield Static("", classes="empty", markup=False)
        yield Table(COLUMNS, id="jobs-table")

    def show(self, overview: Overview, colours: dict[str, str], words: str = "", *, read_only: bool) -> None:
        """Draws the jobs, those that contain the words."""
        jobs = [job for job in overview.jobs if _matches(job, words)]
        self._jobs = {job.id: job for job in jobs}
        self.set_class(not jobs, "-empty")
        said = no_match(words) if overview.jobs else no_jobs(read_only=read_only)
        self.query_one(".empty", Static).update(Content(said))
        self.query_one(Table).show_rows([job_row(job, overview.at, colours) for job in jobs])
        counts = overview.job_counts
        told = [f"{count(counts.live)} live"]
        if counts.uncertain:
            told.append(f"{count(counts.uncertain)} uncertain")
        told.append(f"{count(counts.completed)} completed")
        if counts.failed:
            told.append(f"{count(counts.failed)} failed")
        self.border_subtitle = Content(", ".join(told) + (f"  / {plain(words, 20)}" if words else ""))

    @property
    def job(self) -> BatchJob | None:
        """The highlighted one."""
        return self._jobs.get(self.query_one(Table).selected_key or "")

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The detail follows the cursor."""
        self._tell(event.row_key.value, opened=False)
        event.stop()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click leads into the job."""
        self._tell(event.row_key.value, opened=True)
        event.stop()

    def _tell(self, key: str | None, *, opened: bool) -> None:
        job = self._jobs.get(key or "")
        if job is not None:
            self.post_message(self.Selected(job, opened=opened))


def _matches(job: BatchJob, words: str) -> bool:
    shown = f"{job.id} {job.status} {job.error or ''} {job.google_job_id or ''}".casefold()
    return all(word in shown for word in words.casefold().split())
