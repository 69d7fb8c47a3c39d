"""Batch jobs, and how a job is drawn wherever one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import get_args

from rich.text import Text
from sqlite_utils import Database

from engine.domain.batches import BatchJob, JobStatus
from engine.domain.pricing import amount_pico, dollars
from engine.store import batches
from engine.store.batches import Order
from tui.figures import count, narrow_usd, plural, since, span, track
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.safe_text import cell, plain

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
ORDERS: tuple[Order, ...] = get_args(Order)


class Jobs(ListOf[BatchJob]):
    """All jobs, in one of six orders."""

    NAME = "jobs"
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
    FIELDS = (
        "id", "google_job_id", "status", "chunks", "ready", "failed", "missing", "returned", "superseded",
        "estimated_tokens", "estimated_cost", "tokens", "cost", "price_per_million", "model", "key_label",
        "created_at", "submitted_at", "ended_at", "error",
    )  # fmt: skip

    def page(self, db: Database, ask: Ask, limit: int) -> list[BatchJob]:
        """The live ones first, unless another order is asked for."""
        return batches.page(db, words=ask.words, order=ORDERS[ask.order], limit=limit, offset=ask.offset)

    def count(self, db: Database, ask: Ask) -> int:
        """By id, state, error or Google's name."""
        return batches.count(db, words=ask.words)

    def key(self, item: BatchJob) -> str:
        """The id; the next page begins by its offset."""
        return item.id

    def cells(self, item: BatchJob, look: Look) -> Mapping[str, Text]:
        """Google's word of how far it is while it is there, ours once its results are here."""
        glyph, meaning = GLYPHS[item.status]
        colour, faint = look.colours[meaning], look.colours["faint"]
        share = done_share(item)
        full, rest = track(share, BAR_WIDTH)
        actual = actual_cost(item)
        ended, late = not item.live, item.late(look.now)
        return {
            "job": cell(plain(item.short), "" if item.live else faint),
            "short_state": cell(f"{glyph} {SHORT_STATES.get(item.status, item.status.value)}", colour),
            "state": cell(f"{glyph} {item.status.value}", colour),
            "bar": Text.assemble((full, colour), (rest, look.colours["rule"])),
            "done": cell(f"{int(share * 100)}%" if item.chunks else "", faint if ended else "", right=True),
            "chunks": cell(count(item.chunks), right=True),
            "failed": cell(count(item.failed) if item.failed else "", look.colours["failed"], right=True),
            "age": cell(since(item.submitted_at or item.created_at, look.now), faint, right=True),
            "expires": cell(expires_in(item, look.now), look.colours["failed"] if late else "", right=True),
            "estimated": cell(narrow_usd(estimated_cost(item)), faint, right=True),
            "actual": cell("" if actual is None else narrow_usd(actual), look.colours["money"], right=True),
            "note": cell(job_note(item), faint),
        }

    def record(self, item: BatchJob) -> Sequence[object]:
        """Costs at the job's own price."""
        return (
            item.id, item.google_job_id, item.status.value, item.chunks, item.ready, item.failed, item.missing,
            item.returned, item.superseded, item.estimated_tokens, estimated_cost(item), item.tokens, actual_cost(item),
            item.price_per_million, item.profile.model, item.key_label, item.created_at, item.submitted_at,
            item.ended_at, item.error,
        )  # fmt: skip


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


def no_jobs(*, read_only: bool) -> str:
    """In place of the jobs, before there is one; a key that is hidden is not named."""
    return "No batch jobs yet." + ("" if read_only else " Press F to flush the waiting chunks: you see the cost first.")
