"""Values as JSON documents: the names that scripts rely on."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.cli.output import iso
from engine.cli.trouble import remedy
from engine.domain import money
from engine.domain.budgets import Budget
from engine.domain.estimates import Estimate
from engine.domain.governor import Granted
from engine.domain.jobs import BatchJob
from engine.domain.kinds import NAMES
from engine.domain.ledger import Spend
from engine.domain.models import Mode, Profile
from engine.domain.money import plain
from engine.domain.plan import Held, Plan, WholeQueue
from engine.domain.receipts import receipt_of
from engine.domain.reports import FlushReport, Preflight, Requeue, RetryReport, Reuse, SyncReport
from engine.domain.room import Reason
from engine.wording import reason

if TYPE_CHECKING:
    from engine.store.overview import Overview

Document = dict[str, Any]
CURRENCY = "USD"
"""Of every amount."""


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
        "currency": CURRENCY,
        "allowance": allowance_document(overview.granted),
        "would_send": plan_document(overview.would_send),
        "whole": whole_document(overview.whole),
        "unnamed": overview.unnamed,
        "budgets": [budget_document(each) for each in overview.budgets],
        "reused": reuse_document(overview.reused),
        **money_document(overview),
        "trouble": [trouble_document(job) for job in overview.in_trouble],
    }


def allowance_document(granted: Granted) -> Document:
    """What Google grants, as far as is known; tokens of the whole project."""
    known = granted.known
    return {
        "tokens": known.tokens,
        "source": known.source,
        "since": iso(known.since),
        "share": granted.share,
        "refused": known.refused,
        "refused_at": iso(known.refused_at),
        "spend_limit": granted.spend_limit,
        "spend_refused_at": iso(known.spend_refused_at),
    }


def money_document(overview: Overview) -> Document:
    """What was paid so far, what was wasted of it, what may be charged, and what is promised."""
    total, held = overview.total, overview.reserved
    return {
        "paid": {"tokens": total.tokens, "amount": plain(total.amount), **guessed(total.guessed_tokens)},
        "saved": plain(total.saved),
        "waste": {"tokens": total.waste_tokens, "amount": plain(total.waste)},
        "uncertain": doubtful_document(total.uncertain_tokens, total.uncertain),
        "adjustment": plain(total.adjustment),
        "reserved": doubtful_document(held.tokens, held.amount),
    }


def plan_document(plan: Plan) -> Document:
    """What a flush would send now, and what it would leave and why."""
    return {
        "jobs": len(plan.jobs),
        "texts": plan.texts,
        "chunks": plan.chunks,
        "tokens": plan.tokens,
        "batch": plain(plan.batch),
        "estimated": True,
        "held": held_documents(plan.held),
    }


def whole_document(whole: WholeQueue) -> Document:
    """What sending all that waits would take."""
    return {
        "texts": whole.texts,
        "chunks": whole.chunks,
        "tokens": whole.tokens,
        "batch": plain(whole.batch),
        "direct": plain(whole.direct),
        "estimated": True,
        "rounds": whole.rounds,
        "seconds": whole.seconds,
    }


def reuse_document(reused: Reuse) -> Document:
    """What was not paid, because a vector of the text was here: the amount is what it would have cost in a batch."""
    return {
        "chunks": reused.chunks,
        "tokens": reused.tokens,
        "amount": plain(reused.amount),
        **guessed(reused.guessed_tokens),
    }


def trouble_document(job: BatchJob) -> Document:
    """A job of which Google's answers contradict our record."""
    return {
        "id": job.id,
        "google_job_id": job.google_job_id,
        "trouble": job.trouble,
        "since": iso(job.trouble_since),
        "chunks": job.chunks,
        "error": job.error,
        "remedy": remedy(job),
    }


def held_documents(held: Iterable[Held]) -> list[Document]:
    """What stays in the queue, and why."""
    return [
        {
            "kind": each.kind,
            "chunks": each.chunks,
            "reason": reason(each),
            "most": None if each.most is None else _limit(each.kind, each.most),
            "until": iso(each.until),
            **({"budget": budget_document(each.budget)} if each.budget else {}),
        }
        for each in held
    ]


def _limit(kind: Reason, most: Decimal) -> str:
    """Dollars with their cents; tokens, jobs and chunks as whole numbers."""
    return plain(most) if kind is Reason.BUDGET else f"{most:f}"


def budget_document(budget: Budget) -> Document:
    """A budget and how it stands, in exact dollars; what was spent counts by Google's day or month."""
    return {
        "window": budget.window,
        "scope": budget.scope,
        "name": budget.name or None,
        "amount": plain(budget.amount),
        "allowed": plain(budget.allowed),
        "limit": plain(budget.most),
        "paid": plain(budget.paid),
        "reserved": plain(budget.reserved),
        "uncertain": plain(budget.uncertain),
        "adjustment": plain(budget.adjustment),
        "used": plain(budget.used),
        "left": plain(budget.left),
        "percent": round(float(100 * budget.share), 1),
        "alarm": budget.alarm,
        "renews_at": iso(budget.renews_at),
    }


def flush_document(report: FlushReport) -> Document:
    """`queue flush`."""
    return {
        "jobs": [
            {
                "id": job.id,
                "google_job_id": job.google_job_id,
                "status": job.status,
                "requests": job.requests,
                "chunks": job.chunks,
                "estimated_tokens": job.estimated_tokens,
                "estimated_cost": estimated_cost(job),
            }
            for job in report.jobs
        ],
        "held": held_documents(report.held),
        "reused": reuse_document(report.reused),
        "currency": CURRENCY,
        "warnings": list(report.warnings),
    }


def estimated_cost(job: BatchJob) -> str:
    """Exact dollars of a job's estimated tokens at its own price."""
    return plain(money.cost(job.estimated_tokens, job.price_per_million))


def preflight_document(preflight: Preflight) -> Document:
    """`queue flush --dry-run`."""
    return {
        "dry_run": True,
        "jobs": [
            {
                "texts": job.cut.texts,
                "chunks": job.chunks,
                "estimated_tokens": job.tokens,
                "estimated_cost": plain(job.batch),
            }
            for job in preflight.jobs
        ],
        "resumed": len(preflight.resumed),
        "texts": preflight.plan.texts + sum(job.requests for job in preflight.resumed),
        "held": held_documents(preflight.held),
        "estimate": estimate_document(preflight.estimate),
        "whole": whole_document(preflight.whole),
        "unnamed": preflight.unnamed,
        "budget_left": plain(preflight.budget.left) if preflight.budget else None,
        "budgets": [budget_document(each) for each in preflight.budgets],
        "expected_seconds": preflight.expected_seconds,
        "currency": CURRENCY,
        "warnings": list(preflight.warnings),
    }


def retry_document(report: RetryReport) -> Document:
    """`queue retry`."""
    return {
        "retried": report.retried,
        "skipped_permanent": report.skipped_permanent,
        "reused": reuse_document(report.reused),
    }


def requeue_document(found: Requeue) -> Document:
    """`queue requeue`."""
    return {
        "requeued": found.requeued,
        "texts": found.texts,
        "derived": found.derived,
        "estimate": estimate_document(found.estimate),
        "currency": CURRENCY,
    }


def sync_document(report: SyncReport) -> Document:
    """`queue sync`."""
    return {
        "jobs": [_fate(job) for job in report.jobs],
        "found": [
            {**_fate(job), "found": job.found, "duplicate_of": job.duplicate_of, "chunks": job.chunks}
            for job in report.found
        ],
        "strangers": list(report.strangers),
        "reused": reuse_document(report.reused),
        "currency": CURRENCY,
    }


def _fate(job: BatchJob) -> Document:
    return {
        "id": job.id,
        "google_job_id": job.google_job_id,
        "status": job.status,
        "ready": job.ready,
        "failed": job.failed,
        "missing": job.missing,
        "trouble": job.trouble,
    }


def basis_document(estimate: Estimate) -> Document:
    """What an estimate rests on, and how far it may be off."""
    basis, band = estimate.basis, estimate.band
    return {
        "text": estimate.grounds,
        "learned": basis.learned,
        "tokens": basis.rule.tokens,
        "tokens_a_million": dict(zip(NAMES, basis.rule.millionths, strict=True)),
        "jobs": band.jobs,
        "sampled": band.sampled,
        "less_percent": round(100 * band.less, 1),
        "more_percent": round(100 * band.more, 1),
    }


def estimate_document(estimate: Estimate) -> Document:
    """Chunks, characters and tokens, and what they cost either way."""
    return {
        "chunks": estimate.chunks,
        "characters": estimate.characters,
        "tokens": estimate.tokens,
        "least_tokens": estimate.least_tokens,
        "most_tokens": estimate.most_tokens,
        "batch": plain(estimate.batch),
        "synchronous": plain(estimate.synchronous),
        "estimated": True,
        "basis": basis_document(estimate),
    }


def receipt_document(job: BatchJob) -> Document | None:
    """Promised against paid, of the rows that came back; None before a job has ended."""
    receipt = receipt_of(job)
    if receipt is None:
        return None
    return {
        "text": str(receipt),
        "promised_tokens": receipt.promised_tokens,
        "tokens": receipt.tokens,
        "promised": plain(receipt.promised),
        "paid": plain(receipt.paid),
        "difference_percent": round(100 * receipt.difference, 1),
    }


def job_document(job: BatchJob) -> Document:
    """A job's local record."""
    return {
        "id": job.id,
        "google_job_id": job.google_job_id,
        "status": job.status,
        "live": job.live,
        "inherited": job.inherited,
        "found": job.found,
        "duplicate_of": job.duplicate_of,
        "display_name": job.display_name,
        "profile": profile_document(job.profile),
        "key": {"label": job.key_label, "last_four": job.key_tail},
        "requests": job.requests,
        "chunks": job.chunks,
        "ready": job.ready,
        "failed": job.failed,
        "missing": job.missing,
        "returned": job.returned,
        "superseded": job.unused,
        "unused": job.unused,
        "estimated_tokens": job.estimated_tokens,
        "most_tokens": job.most_tokens,
        "estimated_cost": estimated_cost(job),
        "receipt": receipt_document(job),
        "tokens": job.tokens,
        "waste_tokens": job.waste_tokens,
        "guessed_tokens": job.guessed_tokens,
        "cost": plain(money.cost(job.tokens, job.price_per_million)),
        **guessed(job.guessed_tokens),
        "currency": CURRENCY,
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
        "settled_bytes": job.settled_bytes,
        "trouble": job.trouble,
        "trouble_since": iso(job.trouble_since),
        "error": job.error,
        "submit_attempts": job.submit_attempts,
        "created_at": iso(job.created_at),
        "submitted_at": iso(job.submitted_at),
        "next_attempt_at": iso(job.next_attempt_at),
        "ended_at": iso(job.ended_at),
    }


def guessed(tokens: int) -> Document:
    """Stands beside an amount: marks it when nobody counted some of its tokens."""
    return {"estimated": True} if tokens else {}


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
        "uncertain_tokens": spend.uncertain_tokens,
        "uncertain": plain(spend.uncertain),
        "adjustment": plain(spend.adjustment),
    }


def doubtful_document(tokens: int, amount: Decimal) -> Document:
    """Tokens and dollars that are estimated, whatever they are."""
    return {"tokens": tokens, "amount": plain(amount), "estimated": True}


def mode_name(mode: Mode | None) -> str | None:
    """The names of the report's two sums: `sync` and `batch`."""
    return None if mode is None else {"synchronous": "sync", "batch": "batch"}[mode.value]
