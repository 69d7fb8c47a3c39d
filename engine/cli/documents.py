"""Values as JSON documents: the names that scripts rely on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.cli.output import iso
from engine.domain.batches import BatchJob
from engine.domain.estimates import Basis, Estimate
from engine.domain.ledger import Spend
from engine.domain.operations import FlushReport, Held, Preflight, SyncReport
from engine.domain.pricing import Mode, amount_pico, dollars, plain
from engine.domain.vectors import Profile

if TYPE_CHECKING:
    from engine.store.overview import Overview

Document = dict[str, Any]


def profile_document(profile: Profile) -> Document:
    """Model, dimension, task type."""
    return {"model": profile.model, "dimension": profile.dimension, "task_type": profile.task_type}


def status_document(overview: Overview) -> Document:
    """`queue status`; the four counts of chunks add up to the total."""
    chunks, jobs, oldest = overview.chunks, overview.job_counts, overview.oldest_waiting_at
    return {
        "chunks": {
            "total": chunks.total,
            "pending": chunks.pending,
            "in_batch": chunks.in_batch,
            "ready": chunks.ready,
            "failed": chunks.failed,
        },
        "jobs": {"live": jobs.live, "uncertain": jobs.uncertain, "completed": jobs.completed, "failed": jobs.failed},
        "oldest_pending_seconds": (overview.at - oldest).total_seconds() if oldest else None,
        "profile": profile_document(overview.profile),
    }


def held_documents(held: Iterable[Held]) -> list[Document]:
    """What stays in the queue, and why."""
    return [{"chunks": each.chunks, "reason": each.reason} for each in held]


def flush_document(report: FlushReport) -> Document:
    """`queue flush`."""
    return {
        "jobs": [
            {
                "id": job.id,
                "google_job_id": job.google_job_id,
                "status": job.status,
                "chunks": job.chunks,
                "estimated_tokens": job.estimated_tokens,
                "estimated_cost": estimated_cost(job),
            }
            for job in report.jobs
        ],
        "held": held_documents(report.held),
    }


def estimated_cost(job: BatchJob) -> str:
    """Exact dollars of a job's estimated tokens at its own price."""
    return plain(dollars(amount_pico(job.estimated_tokens, job.price_per_million)))


def preflight_document(preflight: Preflight) -> Document:
    """`queue flush --dry-run`."""
    return {
        "dry_run": True,
        "jobs": [
            {"chunks": job.chunks, "estimated_tokens": job.tokens, "estimated_cost": plain(job.batch)}
            for job in preflight.jobs
        ],
        "resumed": preflight.resumed,
        "held": held_documents(preflight.held),
        "estimate": estimate_document(preflight.estimate),
        "budget_left": preflight.budget_left,
        "expected_seconds": preflight.expected_seconds,
        "warnings": list(preflight.warnings),
    }


def sync_document(report: SyncReport) -> Document:
    """`queue sync`."""
    return {
        "jobs": [
            {
                "id": job.id,
                "google_job_id": job.google_job_id,
                "status": job.status,
                "ready": job.ready,
                "failed": job.failed,
                "missing": job.missing,
            }
            for job in report.jobs
        ]
    }


def basis_document(basis: Basis) -> Document:
    """What an estimate rests on."""
    return {
        "text": str(basis),
        "learned": basis.learned,
        "characters": basis.characters,
        "tokens": basis.tokens,
        "error_percent": basis.error_percent,
    }


def estimate_document(estimate: Estimate) -> Document:
    """Chunks, characters and tokens, and what they cost either way."""
    return {
        "chunks": estimate.chunks,
        "characters": estimate.characters,
        "tokens": estimate.tokens,
        "batch": plain(estimate.batch),
        "synchronous": plain(estimate.synchronous),
        "basis": basis_document(estimate.basis),
    }


def job_document(job: BatchJob) -> Document:
    """A job's local record."""
    price = dollars(amount_pico(job.tokens, job.price_per_million))
    return {
        "id": job.id,
        "google_job_id": job.google_job_id,
        "status": job.status,
        "live": job.live,
        "inherited": job.inherited,
        "display_name": job.display_name,
        "profile": profile_document(job.profile),
        "key": {"label": job.key_label, "last_four": job.key_tail},
        "chunks": job.chunks,
        "ready": job.ready,
        "failed": job.failed,
        "missing": job.missing,
        "returned": job.returned,
        "superseded": job.superseded,
        "estimated_tokens": job.estimated_tokens,
        "estimated_cost": estimated_cost(job),
        "tokens": job.tokens,
        "waste_tokens": job.waste_tokens,
        "cost": plain(price),
        "price": {
            "batch": plain(job.price_per_million),
            "synchronous": plain(job.sync_price_per_million),
            "source": job.price_label,
        },
        "remote_state": job.remote_state or None,
        "remote_done": job.remote_done,
        "input_bytes": job.input_bytes,
        "input_sha256": job.input_sha256,
        "output_bytes": job.output_bytes,
        "settled_bytes": job.cursor,
        "error": job.error,
        "submit_attempts": job.submit_attempts,
        "created_at": iso(job.created_at),
        "submitted_at": iso(job.submitted_at),
        "next_attempt_at": iso(job.next_attempt_at),
        "ended_at": iso(job.ended_at),
    }


def spend_document(spend: Spend) -> Document:
    """A line of the cost report."""
    return {
        "requests": spend.requests,
        "tokens": spend.tokens,
        "amount": plain(spend.amount),
        "at_sync_price": plain(spend.at_sync_price),
        "saved": plain(spend.saved),
        "waste_tokens": spend.waste_tokens,
        "waste": plain(spend.waste),
    }


def mode_name(mode: Mode | None) -> str | None:
    """The names of the report's two sums: `sync` and `batch`."""
    return None if mode is None else {"synchronous": "sync", "batch": "batch"}[mode.value]
