"""One batch job: its record, its history, its chunks, and what Google says of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from engine.domain.jobs import BatchJob, JobEvent, JobStatus
from engine.errors import UnknownJob
from engine.gemini.protocol import RemoteBatch
from engine.life.interventions import remote
from engine.store import jobs
from engine.store.db import Db
from engine.store.overview import Overview
from engine.store.pages import JobChunk
from engine.wording import plural
from tui.figures import count, since
from tui.lists.job_chunks import STATUSES, JobChunks
from tui.lists.listing import Listing
from tui.lists.troubles import meaning_of, name_of
from tui.panels.detail import JobDetail, history_lines, job_lines
from tui.panels.drawing import LinesPanel
from tui.panels.remote import AnswerPanel, Heard, RemotePanel
from tui.safe_text import plain
from tui.screens.list_screen import ListScreen
from tui.telling import told, way_out


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read of a job beside its chunks; no job: it is gone."""

    job: BatchJob | None
    history: tuple[JobEvent, ...] = ()
    statuses: tuple[tuple[str, int], ...] = ()
    raw: str | None = None


def explanation(job: BatchJob, now: datetime) -> str:
    """What an unusual job means and what can be done, in a sentence or two; empty for an ordinary one."""
    if job.trouble:
        return f"{name_of(job)}: {meaning_of(job)}."
    if job.inherited and job.live:
        return (
            "Inherited: an earlier program made it, its results cannot be matched to chunks by key, so it is never"
            " settled. X puts its chunks back to the queue."
        )
    if job.inherited:
        return "Inherited: an earlier program made it and settled it."
    if job.status is JobStatus.UNCERTAIN:
        return (
            "UNCERTAIN: the answer to its creation was lost, so Google may have it or not. It is never sent again"
            f" blindly: every sync looks for it (absent {plural(job.absent_listings, 'time')} so far), A looks now, and"
            " X puts the chunks back if you know that Google has no such batch."
        )
    if job.duplicate_of:
        return (
            f"A second batch of {plain(job.duplicate_of[:7])}: whatever it brings was paid without need and is booked"
            " as waste."
        )
    if job.found:
        return _FOUND.get(job.found, "")
    late = job.late(now)
    if late is not None and job.submitted_at is not None:
        return f"Late: it has been at Google for {since(job.submitted_at, now)}; after 48 hours Google gives up on it."
    if job.status is JobStatus.EXPIRED:
        return "Google gave up on it after 48 hours; its chunks wait again, their attempts are not counted."
    if job.unused and not job.live:
        return (
            f"{plural(job.unused, 'vector')} came that no chunk wants any more, or that was here already: paid, and"
            " kept for the day that the text comes back."
        )
    return ""


_FOUND = {
    "orphan": (
        "Found at Google: this database made it and had lost its record, as after a restore from a backup. Its results"
        " fill what waits, at no further cost."
    ),
    "stranger": (
        "Another database's: its results were taken because you asked for them. What they cost is booked there, not"
        " here."
    ),
}


class FactsPanel(LinesPanel):
    """The job's record."""

    NUMBER, TITLE = 1, "Job"

    def __init__(self) -> None:
        super().__init__(id="facts")
        self._drawn: Content | None = None

    def show(self, facts: Facts, now: datetime, keys: Mapping[str, str]) -> None:
        """Draws the record, or says that it is gone; `keys` are those of the actions."""
        if facts.job is not None:
            self.border_title = Content(f"{self.NUMBER} Job {plain(facts.job.short)}")
        if facts.job is None:
            drawn = Content.styled("This job is no longer in the database.", "$faint")
        else:
            said = explanation(facts.job, now)
            head = [Content.styled(said, "$waiting"), Content("")] if said else []
            drawn = Content("\n").join([*head, job_lines(JobDetail(facts.job, ()), now, keys)])
        if self._drawn is None or drawn != self._drawn:
            self._drawn = drawn
            self.show_lines(drawn)


class HistoryPanel(LinesPanel):
    """What happened to the job, the newest last."""

    NUMBER, TITLE = 5, "History"

    def __init__(self) -> None:
        super().__init__(id="history")
        self._shown: tuple[JobEvent, ...] | None = None

    def show(self, history: Sequence[JobEvent]) -> None:
        """Draws it, scrolled to its end."""
        if tuple(history) == self._shown:
            return
        self._shown = tuple(history)
        drawn = history_lines(history[-200:])
        empty = Content.styled("An earlier program kept no history.", "$faint")
        self.show_lines(Content("\n").join(drawn) if drawn else empty)
        self.query_one(VerticalScroll).scroll_end(animate=False)


class JobScreen(ListScreen[JobChunk, Facts]):
    """The list holds the job's chunks."""

    NUMBER, PAGE, TITLE = 4, "Job", "Chunks"
    CSS_PATH = "../styles/job.tcss"
    EMPTY = "No chunk is tied to this job any more: what it did not settle waits again in the queue."

    def __init__(self, job_id: str) -> None:
        super().__init__(JobChunks(job_id))
        self._job_id = job_id
        self._heard: Heard | None = None
        self._asking = False
        self._counted: tuple[object, tuple[tuple[str, int], ...]] | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The stylesheet decides what stands where."""
        yield self.filter_field()
        yield Container(
            Container(FactsPanel(), HistoryPanel(), id="left"),
            Container(Container(RemotePanel(), AnswerPanel(), id="google"), self.list_panel(), id="right"),
            id="body",
        )

    def look(self, db: Db) -> Facts:
        try:
            job = jobs.get(db, self._job_id)
        except UnknownJob:
            return Facts(None)
        history = tuple(jobs.history(db, job.id))
        return Facts(job, history, self._statuses(db, job, len(history)), jobs.remote_json(db, job.id))

    def _statuses(self, db: Db, job: BatchJob, events: int) -> tuple[tuple[str, int], ...]:
        """Counted again only when the job has changed: this grows with the job."""
        state = (job, events)
        if self._counted is None or self._counted[0] != state:
            self._counted = state, tuple(sorted(jobs.chunks_by_status(db, job.id).items()))
        return self._counted[1]

    def frame_title(self, overview: Overview) -> str:
        told = []
        for name, number in self.value.extra.statuses if self.value else ():
            glyph, word, _ = STATUSES.get(name, ("·", plain(name, 12), ""))
            told.append(f"{glyph} {count(number)} {word}")
        return f"Chunks  {'  '.join(told)}" if told else "Chunks"

    def show_extra(self, overview: Overview, listing: Listing[JobChunk, Facts]) -> None:
        facts = listing.extra
        self.query_one(FactsPanel).show(facts, overview.at, self.console.keys_shown)
        self.query_one(HistoryPanel).show(facts.history)
        if facts.job is not None:
            heard = self._heard or Heard(facts.raw)
            self.query_one(RemotePanel).show(facts.job, heard, overview.at)
            self.query_one(AnswerPanel).show(heard)

    def selected_job(self) -> BatchJob | None:
        """The one whose page this is."""
        return self.value.extra.job if self.value else None

    def do_ask_google(self) -> None:
        """What Google says now, beside our record; reads only."""
        if self._asking:
            return
        self._asking = True
        self.console.remark(f"Asking Google about job {plain(self._job_id[:7])}…")
        self.console.runner.ask(self._ask, self._answered)

    def _ask(self) -> tuple[RemoteBatch | None, Exception | None]:
        """In a thread of its own, on connections of its own that write nothing."""
        workspace = self.console.workspace
        try:
            with contextlib.closing(workspace.read()) as db, contextlib.closing(workspace.gemini()) as gemini:
                return remote(db, gemini, self._job_id), None
        except Exception as error:
            return None, error

    def _answered(self, answer: tuple[RemoteBatch | None, Exception | None]) -> None:
        self._asking = False
        heard, error = answer
        if error is not None:
            self.console.toast(f"{told(error)} {way_out(error)}", title="Ask Google", level="error")
            self.console.remark(f"Google was not heard: {told(error)}", "error")
            return
        self._heard = Heard(heard.raw if heard else None, self.console.workspace.clock(), absent=heard is None)
        self.console.remark("Google has answered." if heard else "Google does not know this batch.")
        if self.is_mounted and self.overview is not None and self.value is not None:
            self.show_extra(self.overview, self.value)
