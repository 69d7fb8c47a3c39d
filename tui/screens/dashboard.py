"""The dashboard: how the queue, the jobs, the money and the failures stand."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.domain.jobs import BatchJob, JobEvent
from engine.errors import DatabaseGone, HalfrateError, UnknownJob
from engine.store import jobs
from engine.store.db import Db
from engine.store.failures import FailureCause
from engine.store.overview import Overview
from engine.wording import plural
from tui.figures import count, since
from tui.panels.cost import CostPanel
from tui.panels.detail import DetailPanel, JobDetail
from tui.panels.failures import FailuresPanel
from tui.panels.jobs import JobsPanel
from tui.panels.log import LogPanel
from tui.panels.needs import Needs, NeedsLine
from tui.panels.tabular import TablePanel
from tui.panels.throughput import ThroughputPanel, pace
from tui.panels.tiles import Balance, Tiles
from tui.panels.welcome import Missing, Welcome
from tui.screens.filtered import FilteredScreen

History = tuple[JobEvent, ...]


class DashboardScreen(FilteredScreen[History]):
    """Beyond the overview it reads the history of the highlighted job."""

    def __init__(self) -> None:
        super().__init__()
        self._watched: str | None = None
        self._cause: FailureCause | None = None
        self._words = ""

    def compose_body(self) -> Iterable[Widget]:
        """The stylesheet decides what is shown where."""
        yield Static("", id="guide", markup=False)
        yield NeedsLine(id="needs")
        yield Tiles(id="tiles")
        yield Balance(id="balance")
        yield Welcome(id="welcome")
        yield CostPanel(id="cost")
        yield self.filter_field()
        yield Container(JobsPanel(), FailuresPanel(), DetailPanel(), id="tables")
        yield Container(ThroughputPanel(), LogPanel(), id="below")

    def read(self, db: Db) -> History:
        """What happened to the highlighted job."""
        if self._watched is None:
            return ()
        try:
            return tuple(jobs.history(db, self._watched))
        except UnknownJob:
            return ()

    def show(self, overview: Overview, value: History) -> None:
        """Every panel is given its part."""
        empty = not overview.chunks.total and not overview.jobs
        self.set_class(empty, "-first-run")
        if empty:
            self.query_one(Welcome).show(self._missing(has_database=True))
        self.set_class(bool(overview.in_trouble), "-needy")
        self.query_one(NeedsLine).show(Needs(overview.in_trouble, overview.at, self.console.keys_shown))
        rate = self.console.throughput.now()
        self.query_one(Tiles).show(overview.chunks, tile_notes(overview, rate))
        self.query_one(Balance).show(overview.chunks)
        self.query_one(CostPanel).show(
            overview, "A flush" if self.console.read_only else self.console.keys_shown["flush"]
        )
        self.query_one(JobsPanel).show(overview, self.colours, self._words, read_only=self.console.read_only)
        self.query_one(FailuresPanel).show(overview, self.colours, self._words)
        self.query_one(ThroughputPanel).show(pace(self.console.throughput))
        self.query_one(LogPanel).show(overview.events, overview.at)
        self._show_detail(overview, value)
        self._show_guide(overview)

    def trouble(self, error: HalfrateError) -> None:
        """No database yet is no trouble: it is the first run."""
        if self.overview is None and isinstance(error, DatabaseGone):
            self.add_class("-first-run")
            self.query_one(Welcome).show(self._missing(has_database=False))

    def _missing(self, *, has_database: bool) -> Missing:
        console = self.console
        return Missing(
            str(console.workspace.path),
            has_database,
            console.api_keys.default,
            console.api_keys.batch,
            console.read_only,
        )

    def _show_detail(self, overview: Overview, history: History) -> None:
        panel = self.query_one(DetailPanel)
        job = self.selected_job()
        if self._cause is not None:
            panel.show(self._cause, overview.at, self.console.keys_shown)
        elif job is not None:
            panel.show(JobDetail(job, history if job.id == self._watched else ()), overview.at, self.console.keys_shown)

    def _show_guide(self, overview: Overview) -> None:
        """In the demo: what to do next."""
        guide = self.query_one("#guide", Static)
        self.set_class(self.console.workspace.demo, "-guided")
        if self.console.workspace.demo:
            guide.update(Content.assemble(("Demo  ", "bold $waiting"), hint(overview)))

    def selected_job(self) -> BatchJob | None:
        """The highlighted one; none before the first drawing."""
        return self.query_one(JobsPanel).current if self.is_mounted else None

    def on_table_panel_selected(self, event: TablePanel.Selected) -> None:
        """The detail follows; enter drills down."""
        event.stop()
        match event.item:
            case BatchJob() as job:
                self._select_job(job, opened=event.opened)
            case FailureCause() as cause:
                self._select_cause(cause, opened=event.opened)

    def _select_job(self, job: BatchJob, *, opened: bool) -> None:
        changed = job.id != self._watched or self._cause is not None
        self._watched, self._cause = job.id, None
        if opened:
            self.open_detail("job", job.id)
        elif changed:
            self.ask_again()

    def _select_cause(self, cause: FailureCause, *, opened: bool) -> None:
        if opened:
            self.open_detail("cause", cause.cause)
        elif self.query_one(FailuresPanel).has_focus_within:
            self._cause = cause
            if self.overview is not None:
                self.query_one(DetailPanel).show(cause, self.overview.at, self.console.keys_shown)

    @property
    def words(self) -> str:
        """Those that jobs and causes have to contain."""
        return self._words

    def filter_by(self, words: str) -> None:
        """Both tables at once, without reading again."""
        self._words = words
        if self.overview is not None and self.value is not None:
            self.show(self.overview, self.value)

    def focus_rows(self) -> None:
        """The jobs come first."""
        self.query_one(JobsPanel).focus_inside()

    def do_copy(self) -> None:
        """The id of the highlighted job, or the highlighted cause."""
        text = self._cause.cause if self._cause else (job.id if (job := self.selected_job()) else "")
        if text:
            self.app.copy_to_clipboard(text)
            self.console.remark(f"Copied {text}.")


def tile_notes(overview: Overview, rate: float) -> tuple[str, str, str, str]:
    """What stands beside each of the four numbers."""
    chunks = overview.chunks
    oldest = overview.oldest_waiting_at
    jobs, unsent = overview.job_counts.live, len(overview.unsent)
    if rate >= 0.5:
        ready = f"+{count(round(rate))}/s"
    else:
        ready = f"{100 * chunks.ready // chunks.total}% done" if chunks.total else ""
    return (
        f"oldest {since(oldest, overview.at)}" if oldest is not None and chunks.pending else "",
        f"in {plural(jobs, 'job')}" if jobs > unsent else f"{plural(jobs, 'job')} unsent" if jobs else "",
        ready,
        f"in {plural(len(overview.causes), 'cause')}" if overview.causes else "",
    )


def hint(overview: Overview) -> str:
    """The next step of the demonstration."""
    chunks = overview.chunks
    if chunks.pending and not overview.jobs:
        return "a corpus waits in the queue. Press F, look at the price, and flush it."
    if overview.in_trouble:
        return "a job is in trouble: the line below says what can be done. enter on the job explains it."
    if overview.job_counts.uncertain:
        return "an answer got lost: the job is looked for, and never sent twice."
    sending = overview.engine is not None and overview.engine.operation == "flush"
    if overview.unsent and len(overview.unsent) == overview.job_counts.live and not sending:
        return "Google asked to wait: a prepared job is still here. F sends it."
    if chunks.in_batch:
        return "jobs are under way; auto sync settles them. S asks at once, p pauses."
    if any(cause.failure_class.value == "transient" for cause in overview.causes):
        return "some rows failed in passing. 2 shows the causes, R puts them back."
    if chunks.pending:
        return "chunks wait again. F flushes them."
    if chunks.failed:
        return "what failed is permanent: its cause says why. c shows the costs."
    return "every chunk is READY. c shows what it cost, t changes the theme, q leaves."
