"""What is known of the highlighted row, beside the tables where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from engine.domain.jobs import BatchJob, JobEvent
from engine.domain.receipts import receipt_of
from engine.store.failures import FailureCause
from engine.wording import plural
from tui.figures import about, count, since, size, usd, when
from tui.lists.jobs import actual_cost, estimated_cost, expires_in, origin_of, state_of
from tui.lists.troubles import since_when, way_out_of
from tui.panels.drawing import LinesPanel
from tui.safe_text import plain


@dataclass(frozen=True, slots=True)
class JobDetail:
    """A job with its history."""

    job: BatchJob
    history: tuple[JobEvent, ...]


def job_lines(detail: JobDetail, now: datetime, keys: Mapping[str, str]) -> Content:
    """A job's record, a fact a line, and its history; `keys` are those of the actions."""
    job = detail.job
    glyph, word, meaning = state_of(job)
    actual = actual_cost(job)
    local = now.astimezone()
    facts = [
        ("state", f"{glyph} {word} {since_when(job, now)}".rstrip(), f"bold ${meaning}"),
        ("way out", way_out_of(job, keys), "$waiting"),
        ("last known", job.status.value if job.trouble else "", ""),
        ("origin", origin_of(job), "$waiting"),
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
        ("texts", f"{count(job.requests)} sent" if job.requests != job.chunks else "", ""),
        ("ready", count(job.ready) if job.accounted else "", "$ready"),
        ("failed", count(job.failed) if job.failed else "", "$failed"),
        ("returned", f"{count(job.returned)} wait for another attempt" if job.returned else "", ""),
        ("missing", count(job.missing) if job.missing else "", "$failed"),
        ("unused", f"{count(job.unused)} that nobody wants any more" if job.unused else "", ""),
        ("estimated", f"{usd(estimated_cost(job))}  {count(job.estimated_tokens)} tokens", "$money"),
        ("hangs on it", f"~{usd(estimated_cost(job))}, paid or not" if job.trouble else "", "$money"),
        ("actual", _actual(job, actual), "bold $money"),
        ("receipt", str(receipt_of(job) or ""), ""),
        ("not counted", f"{count(job.guessed_tokens)} tokens are an estimate" if job.guessed_tokens else "", ""),
        ("input", size(job.input_bytes) if job.input_bytes else "", ""),
        ("results", size(job.output_bytes) if job.output_bytes else "", ""),
        ("error", plain(job.error or ""), "$failed"),
    ]
    drawn = [Content.assemble((f"{name:<12}", "$faint"), (text, style)) for name, text, style in facts if text]
    if detail.history:
        drawn += [Content(""), Content.styled("History", "bold")]
        drawn += history_lines(detail.history[-30:])
    return Content("\n").join(drawn)


def _actual(job: BatchJob, amount: Decimal | None) -> str:
    if amount is None:
        return ""
    return about(f"{usd(amount)}  {count(job.tokens)} tokens", job.guessed_tokens)


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

    def show(self, value: JobDetail | FailureCause, now: datetime, keys: Mapping[str, str]) -> None:
        """Draws a job or a cause; `keys` are those of the actions."""
        drawn = job_lines(value, now, keys) if isinstance(value, JobDetail) else cause_lines(value, now)
        if drawn != self._shown:
            self._shown = drawn
            self.show_lines(drawn)
