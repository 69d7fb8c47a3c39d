"""What is known of the highlighted row, beside the tables where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.content import Content

from engine.domain.batches import BatchJob, JobEvent
from engine.store.queue import FailureCause
from tui.figures import count, plural, since, size, usd, when
from tui.lists.jobs import GLYPHS, actual_cost, estimated_cost, expires_in
from tui.panels.drawing import LinesPanel
from tui.safe_text import plain


@dataclass(frozen=True, slots=True)
class JobDetail:
    """A job with its history."""

    job: BatchJob
    history: tuple[JobEvent, ...]


def job_lines(detail: JobDetail, now: datetime) -> Content:
    """A job's record, a fact a line, and its history."""
    job = detail.job
    glyph, meaning = GLYPHS[job.status]
    actual = actual_cost(job)
    local = now.astimezone()
    facts = [
        ("state", f"{glyph} {job.status}", f"bold ${meaning}"),
        ("id", job.id, ""),
        ("at Google", plain(job.google_job_id or "not there"), ""),
        ("Google says", plain(job.remote_state), ""),
        ("profile", plain(str(job.profile)), ""),
        ("key", f"{plain(job.key_label)} …{plain(job.key_tail)}" if job.key_label else "", ""),
        ("made", f"{when(job.created_at, local)}, {since(job.created_at, now)} ago", ""),
        ("sent", f"{when(job.submitted_at, local)}" if job.submitted_at else "", ""),
        ("expires in", expires_in(job, now), "$failed" if job.late(now) else ""),
        ("ended", f"{when(job.ended_at, local)}" if job.ended_at else "", ""),
        ("chunks", count(job.chunks), "bold"),
        ("ready", count(job.ready) if job.accounted else "", "$ready"),
        ("failed", count(job.failed) if job.failed else "", "$failed"),
        ("returned", f"{count(job.returned)} wait for another attempt" if job.returned else "", ""),
        ("missing", count(job.missing) if job.missing else "", "$failed"),
        ("superseded", count(job.superseded) if job.superseded else "", ""),
        ("estimated", f"{usd(estimated_cost(job))}  {count(job.estimated_tokens)} tokens", "$money"),
        ("actual", f"{usd(actual)}  {count(job.tokens)} tokens" if actual is not None else "", "bold $money"),
        ("input", size(job.input_bytes) if job.input_bytes else "", ""),
        ("results", size(job.output_bytes) if job.output_bytes else "", ""),
        ("error", plain(job.error or ""), "$failed"),
    ]
    drawn = [Content.assemble((f"{name:<12}", "$faint"), (text, style)) for name, text, style in facts if text]
    if detail.history:
        drawn += [Content(""), Content.styled("History", "bold")]
        drawn += history_lines(detail.history[-30:])
    return Content("\n").join(drawn)


def history_lines(history: Sequence[JobEvent]) -> list[Content]:
    """When, which state, and what happened; a line an event."""
    return [
        Content.assemble(
            (f"{event.at.astimezone():%d %b %H:%M:%S}  ", "$faint"),
            f"{plain(event.status):<12} ",
            (plain(event.note), "$faint"),
        )
        for event in history
    ]


def cause_lines(cause: FailureCause, now: datetime) -> Content:
    """A cause, what it means and what to do."""
    local = now.astimezone()
    span = (
        "" if cause.first is None or cause.last is None else f"{when(cause.first, local)} to {when(cause.last, local)}"
    )
    facts = [
        ("cause", plain(cause.cause), "bold $failed"),
        ("chunks", plural(cause.chunks, "chunk"), "bold"),
        ("class", cause.failure_class.value, ""),
        ("when", span, ""),
        ("remedy", plain(cause.remedy), ""),
    ]
    drawn = [Content.assemble((f"{name:<12}", "$faint"), (text, style)) for name, text, style in facts if text]
    return Content("\n").join(
        [*drawn, Content(""), Content.styled("enter shows the chunks and their errors", "$faint")]
    )


class DetailPanel(LinesPanel):
    """Follows the cursor of the tables."""

    TITLE = "Detail"

    def __init__(self) -> None:
        super().__init__(id="detail")
        self._shown: Content | None = None

    def show(self, value: JobDetail | FailureCause, now: datetime) -> None:
        """Draws a job or a cause."""
        drawn = job_lines(value, now) if isinstance(value, JobDetail) else cause_lines(value, now)
        if drawn != self._shown:
            self._shown = drawn
            self.show_lines(drawn)
