"""Flush: what was planned earlier is submitted, then job after job of the plan, until a limit or a problem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from engine.domain import money
from engine.domain.billing import billing_day
from engine.domain.estimates import Estimate
from engine.domain.jobs import LIVE, UNSENT, BatchJob, JobStatus
from engine.domain.kinds import Kinds
from engine.domain.plan import Held
from engine.domain.reports import FlushReport, Preflight
from engine.domain.requests import Outcome
from engine.domain.room import Reason
from engine.errors import AccountError, DiskFull, GeminiError, HalfrateError, InputError, KeyringError, StoreError
from engine.life.budgets import fill_pots, standing, warn
from engine.life.claim import claim_next
from engine.life.context import Operation
from engine.life.end import end
from engine.life.faults import fault
from engine.life.find import sweep
from engine.life.look import look_again, look_first
from engine.life.planning import Outlook, held_jobs, holds_unknown_texts, look_ahead, overdrawn
from engine.life.submit import submit
from engine.settings import Settings
from engine.store import jobs
from engine.store.db import Db
from engine.wording import alarm, old_price, plural


def preflight(db: Db, settings: Settings, now: datetime, minimum: int, *, warning: str | None = None) -> Preflight:
    """What a flush of at least `minimum` chunks would do now, by the same rules; changes nothing and asks nobody."""
    with db.reading():
        ahead = look_ahead(db, settings, now, minimum=minimum)
        stay = overdrawn(db, settings, now)
        resumed = tuple(job for job in jobs.in_states(db, UNSENT) if job.id not in stay)
        held = held_jobs(db, stay)
        budgets = standing(db, settings, now, "batch")
    old = old_price(ahead.terms.price, billing_day(now))
    return Preflight(
        plan=ahead.plan,
        resumed=resumed,
        estimate=_estimate(ahead, resumed),
        whole=ahead.whole,
        expected_seconds=ahead.turnaround,
        budgets=budgets,
        overdrawn=held,
        unnamed=ahead.unnamed,
        warnings=tuple(filter(None, (warning, old, *(alarm(each) for each in budgets if each.alarm)))),
    )


def _estimate(ahead: Outlook, resumed: tuple[BatchJob, ...]) -> Estimate:
    """The plan with the jobs that were planned earlier, these at the prices they are pinned to."""
    plan, price, basis = ahead.plan, ahead.terms.price, ahead.terms.basis
    costs = [(job.estimated_tokens, job.price_per_million, job.sync_price_per_million) for job in resumed]
    return Estimate(
        chunks=plan.chunks + sum(job.chunks for job in resumed),
        kinds=sum((Kinds(unknown=job.characters) for job in resumed), plan.kinds),
        tokens=plan.tokens + sum(job.estimated_tokens for job in resumed),
        least_tokens=basis.least_tokens(plan.kinds) + sum(job.estimated_tokens for job in resumed),
        most_tokens=plan.most_tokens + sum(job.most_tokens or job.estimated_tokens for job in resumed),
        batch=plan.batch + sum((money.cost(n, batch) for n, batch, _ in costs), Decimal(0)),
        synchronous=sum((money.cost(n, full) for n, _, full in costs), money.cost(plan.tokens, price.synchronous)),
        basis=basis,
        band=basis.band(plan.kinds if plan.jobs else ahead.whole.kinds),
    )


def flush(op: Operation, minimum: int) -> FlushReport:
    """Submits until nothing more leaves; a problem ends it, and what is left goes on next time."""
    done: list[BatchJob] = []
    held: tuple[Held, ...] = ()
    problem: HalfrateError | None = None
    key = op.keyring().batch
    try:
        look_first(op)
        fill_pots(op.db, op.settings)
        if _something_to_send(op, minimum):
            _sweep(op)
        for job in _in_turn(op, minimum):
            if not isinstance(job, BatchJob):
                held = job
                break
            done.append(job)
            problem = _submit(op, job) or problem
            if op.stopped:
                held = _everything(op, Reason.STOPPED)
                break
    except (GeminiError, KeyringError, DiskFull, InputError) as error:
        problem, held = error, _everything(op, Reason.PROBLEM)
    reports = tuple(jobs.get(op.db, job.id) for job in done)
    _log(op, reports, problem, key.label)
    return FlushReport(
        jobs=reports,
        held=held,
        reused=op.reused,
        problem=problem.message if problem else None,
        hint=problem.hint if problem else "",
        account=isinstance(problem, AccountError | KeyringError),
        warnings=_warn(op),
    )


def _warn(op: Operation) -> tuple[str, ...]:
    """A sentence for each budget that is nearly used up."""
    if not any(each.alarm for each in standing(op.db, op.settings, op.now)):
        return ()
    with op.writing() as db:
        return warn(db, op.settings, op.now, op.actor)


def _submit(op: Operation, job: BatchJob) -> HalfrateError | None:
    """Submits a job; what nobody foresaw is named, stays with this job and leaves the others alone."""
    try:
        submit(op, job)
    except Exception as error:
        if isinstance(error, HalfrateError) and type(error) is not StoreError:
            raise  # it says itself what it means; a row that the database refuses is this job's alone
        return fault(op, job, error)
    return None


def _something_to_send(op: Operation, minimum: int) -> bool:
    """Where nothing would leave, nobody is asked and nothing is changed."""
    return bool(jobs.in_states(op.db, UNSENT) or look_ahead(op.db, op.settings, op.now, minimum=minimum).plan.jobs)


def _sweep(op: Operation) -> None:
    """Before money is spent: what Google holds of ours and no row knows is followed, and so not sent again."""
    op.tell("ask Google", 0, 1, "listings")
    sweep(op, op.gemini.list_batches())


def _in_turn(op: Operation, minimum: int) -> Iterator[BatchJob | tuple[Held, ...]]:
    """Jobs to submit: earlier ones whose time has come, then new ones, each planned when the one before is away.

    Last comes what is held.
    """
    stay = overdrawn(op.db, op.settings, op.now)
    for job in jobs.in_states(op.db, UNSENT):
        if job.id in stay or (job.next_attempt_at is not None and job.next_attempt_at > op.now):
            continue
        if holds_unknown_texts(jobs.in_states(op.db, LIVE)):
            break
        current = look_again(op, job)
        if current is not None:
            yield current
        else:
            note = f"planned for {job.profile}, which is not the active profile any more"
            end(op, job, JobStatus.CANCELLED, note, unanswered=Outcome.LOST)
    while True:
        claimed = claim_next(op, minimum)
        if not isinstance(claimed, BatchJob):
            yield (*claimed, *held_jobs(op.db, stay))
            return
        yield claimed
        minimum = 1  # what is left over of a flush that was large enough is no reason to wait


def _everything(op: Operation, reason: Reason) -> tuple[Held, ...]:
    """All that waits, for one reason, beside what rests."""
    ahead = look_ahead(op.db, op.settings, op.now)
    chunks = ahead.whole.chunks
    resting = tuple(part for part in ahead.plan.held if part.kind is Reason.RESTING)
    return (*((Held(kind=reason, chunks=chunks),) if chunks else ()), *resting)


def _log(op: Operation, done: tuple[BatchJob, ...], problem: HalfrateError | None, label: str) -> None:
    sent = [job for job in done if job.google_job_id]
    if sent:
        chunks = plural(sum(job.chunks for job in sent), "chunk")
        op.log(f"Flush: {plural(len(sent), 'job')} with {chunks} submitted with the {label} key.")
    if op.reused.chunks:
        op.log(f"Flush: {plural(op.reused.chunks, 'chunk')} READY at $0, their vectors were here already.")
    if problem is not None:
        level = "error" if isinstance(problem, AccountError | KeyringError) else "warning"
        op.log(f"Flush stopped: {problem.message}", level)
