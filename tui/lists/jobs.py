"""Batch jobs, and how a job is drawn wherever one is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import get_args

from rich.text import Text

from engine.domain.jobs import BatchJob, JobStatus, Trouble
from engine.domain.money import cost
from engine.store import jobs
from engine.store.db import Db
from engine.store.jobs import Order
from engine.wording import plural
from tui.figures import about, count, narrow_usd, since, span, track
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.lists.troubles import GLYPH, meaning_of, name_of, short_name_of, since_when
from tui.safe_text import cell, fit, plain

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

STATE_WIDTH = 23
BAR_WIDTH = 10
FOUND = {"orphan": "found at Google", "stranger": "another database's"}
"""How a job came here that this database did not plan."""
ORDERS: tuple[Order, ...] = get_args(Order)


class Jobs(ListOf[BatchJob]):
    """All jobs, in one of six orders."""

    NAME = "jobs"
    COLUMNS = (
        Column("job", "job", 7),
        Column("short_state", "state", 12, to_width=106),
        Column("state", "state", STATE_WIDTH, from_width=106),
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
        "id", "google_job_id", "status", "chunks", "ready", "failed", "missing", "returned", "unused",
        "estimated_tokens", "estimated_cost", "tokens", "guessed_tokens", "cost", "price_per_million", "model",
        "key_label", "created_at", "submitted_at", "ended_at", "trouble", "trouble_since", "found", "duplicate_of",
        "error",
    )  # fmt: skip

    def page(self, db: Db, ask: Ask, limit: int) -> list[BatchJob]:
        """The live ones first, unless another order is asked for."""
        return jobs.page(db, words=ask.words, order=ORDERS[ask.order], limit=limit, offset=ask.offset)

    def count(self, db: Db, ask: Ask) -> int:
        """By id, state, error or Google's name."""
        return jobs.count(db, words=ask.words)

    def key(self, item: BatchJob) -> str:
        """The id; the next page begins by its offset."""
        return item.id

    def cells(self, item: BatchJob, look: Look) -> Mapping[str, Text]:
        """Google's word of how far it is while it is there, ours once its results are here."""
        glyph, word, meaning = state_of(item)
        colour, faint = look.colours[meaning], look.colours["faint"]
        share = done_share(item)
        full, rest = track(share, BAR_WIDTH)
        actual = actual_cost(item)
        ended, late = not item.live, item.late(look.now)
        return {
            "job": cell(plain(item.short), "" if item.live else faint),
            "short_state": cell(f"{glyph} {short_name_of(item) or SHORT_STATES.get(item.status, word)}", colour),
            "state": cell(fit(f"{glyph} {word}", STATE_WIDTH), colour),
            "bar": Text.assemble((full, colour), (rest, look.colours["rule"])),
            "done": cell(f"{int(share * 100)}%" if item.requests else "", faint if ended else "", right=True),
            "chunks": cell(count(item.chunks), right=True),
            "failed": cell(count(item.failed) if item.failed else "", look.colours["failed"], right=True),
            "age": cell(since(item.submitted_at or item.created_at, look.now), faint, right=True),
            "expires": cell(expires_in(item, look.now), look.colours["failed"] if late else "", right=True),
            "estimated": cell(narrow_usd(estimated_cost(item)), faint, right=True),
            "actual": cell(
                "" if actual is None else about(narrow_usd(actual), item.guessed_tokens),
                look.colours["money"],
                right=True,
            ),
            "note": cell(job_note(item, look.now), faint),
        }

    def record(self, item: BatchJob) -> Sequence[object]:
        """Costs at the job's own price."""
        return (
            item.id, item.google_job_id, item.status.value, item.chunks, item.ready, item.failed, item.missing,
            item.returned, item.unused, item.estimated_tokens, estimated_cost(item), item.tokens, item.guessed_tokens,
            actual_cost(item), item.price_per_million, item.profile.model, item.key_label, item.created_at,
            item.submitted_at, item.ended_at, item.trouble and item.trouble.value, item.trouble_since, item.found,
            item.duplicate_of, item.error,
        )  # fmt: skip


def done_share(job: BatchJob) -> float:
    """How much of a job is done, 0 to 1: by Google's word while it is there, by ours once its results are here."""
    if not job.live:
        return 1.0 if job.accounted >= job.requests else job.accounted / max(1, job.requests)
    if job.status is JobStatus.FETCHED:
        return job.settled_bytes / job.output_bytes if job.output_bytes else 0.0
    return min(1.0, job.remote_done / job.requests) if job.requests else 0.0


def estimated_cost(job: BatchJob) -> Decimal:
    """At the job's own price."""
    return cost(job.estimated_tokens, job.price_per_million)


def actual_cost(job: BatchJob) -> Decimal | None:
    """What came back, at the job's own price; None before anything did."""
    return cost(job.tokens, job.price_per_million) if job.tokens else None


def state_of(job: BatchJob) -> tuple[str, str, str]:
    """Glyph, word and the name of the colour: of its trouble, if it is in one."""
    glyph, meaning = GLYPHS[job.status]
    return (GLYPH, name_of(job), "failed") if job.trouble else (glyph, job.status.value, meaning)


def origin_of(job: BatchJob) -> str:
    """How a job came here that no flush of this database planned; empty for the others."""
    if job.duplicate_of:
        return f"second batch of {plain(job.duplicate_of[:7])}"
    return FOUND.get(job.found, plain(job.found)) if job.found else ""


def job_note(job: BatchJob, now: datetime) -> str:
    """What there is to say about a job in a few words."""
    if job.trouble:
        return f"{since_when(job, now)}: {meaning_of(job)}".removeprefix(": ")
    if job.error:
        return plain(job.error)
    if job.inherited and job.live:
        return "inherited: release puts its chunks back"
    if job.status is JobStatus.UNCERTAIN:
        absent = f", absent {plural(job.absent_listings, 'time')} so far" if job.absent_listings else ""
        return f"looked for at Google{absent}"
    if origin_of(job):
        return origin_of(job)
    if job.unused:
        return f"{count(job.unused)} unused"
    return plain(job.remote_state.removeprefix("BATCH_STATE_").removeprefix("JOB_STATE_")) if job.live else ""


def expires_in(job: BatchJob, now: datetime) -> str:
    """Until Google gives up on it; empty when it is not there."""
    end = None if job.trouble is Trouble.GONE else job.expires_at
    return "" if end is None else span((end - now).total_seconds())


def no_jobs(*, read_only: bool) -> str:
    """In place of the jobs, before there is one; a key that is hidden is not named."""
    return "No batch jobs yet." + ("" if read_only else " Press F to flush the waiting chunks: you see the cost first.")
