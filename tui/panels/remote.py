"""A job's record here beside Google's answer, a line a fact, what differs marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from textual.content import Content

from engine.domain.jobs import AT_GOOGLE, BatchJob, JobStatus, RemoteState, Trouble
from engine.errors import BadAnswer
from engine.gemini.protocol import RemoteBatch
from engine.gemini.states import parse_batch
from engine.wording import moment
from tui.figures import count, size, when
from tui.panels.drawing import LinesPanel
from tui.safe_text import block, fit, fit_middle, plain

AGREEING = {
    RemoteState.PENDING: AT_GOOGLE,
    RemoteState.RUNNING: AT_GOOGLE,
    RemoteState.SUCCEEDED: {JobStatus.FETCHED, JobStatus.COMPLETED, JobStatus.COMPLETED_WITH_ERRORS},
    RemoteState.FAILED: {JobStatus.FAILED},
    RemoteState.CANCELLED: {JobStatus.CANCELLED, JobStatus.COMPLETED, JobStatus.COMPLETED_WITH_ERRORS},
    RemoteState.EXPIRED: {JobStatus.EXPIRED, JobStatus.COMPLETED, JobStatus.COMPLETED_WITH_ERRORS},
}
"""The states of ours that fit a state of Google's."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Google's answer: the one that was stored when we last asked, or one that was asked for just now."""

    raw: str | None
    at: datetime | None = None
    """When it was asked for from here; None for the stored one."""
    absent: bool = False
    """Google was asked and does not know the batch."""

    @property
    def batch(self) -> RemoteBatch | None:
        """The answer as a value; None when there is none that can be read."""
        try:
            return parse_batch(self.raw) if self.raw else None
        except BadAnswer:
            return None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: its name, our side, Google's side, and whether they contradict each other."""

    name: str
    here: str
    there: str
    differs: bool = False


def facts(job: BatchJob, heard: Heard) -> list[Fact]:
    """What is known of a job on both sides; a difference is marked only where both sides should agree."""
    found = heard.batch
    settled = not job.live and job.status is not JobStatus.CANCELLED
    if found is None:
        return [
            Fact("name", job.google_job_id or "-", "-"),
            Fact("state", job.status, job.remote_state or "-"),
            Fact("rows", count(job.requests), "-"),
        ]
    known = found.state in AGREEING
    return [
        Fact("name", job.google_job_id or "-", found.name, differs=job.google_job_id != found.name),
        _same("display", job.display_name, found.display_name),
        Fact("state", job.status, found.raw_state, differs=not known or job.status not in AGREEING[found.state]),
        Fact("rows", count(job.requests), count(found.requests), differs=_differ(job.requests, found.requests)),
        Fact("ready", count(job.ready), count(found.succeeded), differs=settled and job.ready > found.succeeded),
        Fact("failed", count(job.failed + job.returned), count(found.failed)),
        Fact("done so far", count(job.remote_done), count(found.done_rows), differs=job.remote_done != found.done_rows),
        Fact("pending", "", count(found.pending)),
        _file("input", job.input_bytes, job.input_file, found.input_file),
        _file("results", job.output_bytes, job.output_file, found.output_file),
        Fact("error", job.error or "-", found.error_message or "-"),
    ]  # fmt: skip


def _same(name: str, here: str, there: str) -> Fact:
    return Fact(name, here or "-", there or "-", differs=here != there)


def _differ(here: int, there: int) -> bool:
    """Google counts nothing while a batch is young."""
    return bool(here and there) and here != there


def _file(name: str, size_here: int, here: str | None, there: str | None) -> Fact:
    """Google's name for it, which we keep too."""
    return Fact(
        name, size(size_here) if size_here else "-", there or "-", differs=bool(here and there) and here != there
    )


def draw_facts(lines: list[Fact], width: int) -> Content:
    """Three columns; `≠` before a line whose sides contradict each other."""
    each = max(8, (width - 16) // 2)
    head = Content.styled(f"{'':14}{'here':<{each}}  at Google", "$faint")
    drawn = [head]
    for line in lines:
        here, there = fit_middle(plain(line.here), each), fit_middle(plain(line.there), each)
        style = "bold $failed" if line.differs else ""
        drawn.append(
            Content.assemble(
                ("≠ " if line.differs else "  ", style),
                (f"{line.name:<12}", "$faint"),
                (here + " " * max(0, each - Content(here).cell_length), style),
                "  ",
                (there, style),
            )
        )
    return Content("\n").join(drawn)


def pretty(raw: str) -> str:
    """JSON with a line for each member; what is none stays as it came."""
    try:
        return msgspec.json.format(raw, indent=2)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return raw


class RemotePanel(LinesPanel):
    """A job's record beside Google's word of it."""

    NUMBER, TITLE = 2, "Here and at Google"

    def __init__(self) -> None:
        super().__init__(id="remote")
        self._shown: tuple[BatchJob, Heard] | None = None

    def show(self, job: BatchJob, heard: Heard, now: datetime) -> None:
        """Draws both sides."""
        self._shown = (job, heard)
        lines = facts(job, heard)
        said = self._origin(job, heard, now)
        different = sum(line.differs for line in lines)
        self.border_subtitle = Content(f"≠ {different}" if different else "")
        drawn = draw_facts(lines, max(30, self.content_size.width - 3))
        self.show_lines(Content.assemble(drawn, "\n", (said, "$faint")))

    def on_resize(self) -> None:
        """The columns share what room there is."""
        if self._shown is not None:
            drawn = draw_facts(facts(*self._shown), max(30, self.content_size.width - 3))
            said = self._origin(*self._shown, None)
            self.show_lines(Content.assemble(drawn, "\n", (said, "$faint")))

    def _origin(self, job: BatchJob, heard: Heard, now: datetime | None) -> str:
        if heard.absent:
            return "Google was asked just now and does not know this batch."
        if heard.at is not None:
            return f"Asked at {moment(heard.at)}. g asks again."
        if heard.raw and job.trouble in (Trouble.GONE, Trouble.HIDDEN):
            since = when(job.trouble_since or job.updated_at, (now or job.updated_at).astimezone())
            return f"Google does not know the batch since {since}; before, it said this."
        if heard.raw:
            stamp = when(job.updated_at, now.astimezone()) if now else f"{job.updated_at.astimezone():%H:%M}"
            return f"Google's word of {stamp}. g asks it now; that is free."
        if job.google_job_id is None:
            return "It has no name at Google: there is nobody to ask about."
        return "Google has said nothing yet. g asks it now; that is free."


class AnswerPanel(LinesPanel):
    """Google's answer as it came, a line for each member."""

    NUMBER, TITLE = 3, "Google's answer"

    def __init__(self) -> None:
        super().__init__(id="answer")
        self._raw: str | None = None

    def show(self, heard: Heard) -> None:
        """Draws the JSON."""
        if heard.raw == self._raw and self._raw is not None:
            return
        self._raw = heard.raw
        text = Content(block(pretty(heard.raw))) if heard.raw else Content.styled("There is none yet.", "$faint")
        self.show_lines(text)


def one_line(text: str, width: int) -> str:
    """The text in one line of that many cells."""
    return fit(plain(text), width)
