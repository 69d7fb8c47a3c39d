"""Sync: look for uncertain jobs, ask about live ones, fetch what is finished, settle it; and look for what was lost.

Google's listing is read also when no job is live: batches of this database may be there that no row follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.domain.jobs import AT_GOOGLE, BatchJob, JobStatus
from engine.domain.reports import SyncReport
from engine.errors import AccountError, DiskFull, GeminiError, HalfrateError, KeyringError, LeaseLost, StoreError
from engine.gemini.protocol import RemoteBatch
from engine.life.context import Operation
from engine.life.faults import fault
from engine.life.fetch import refetch
from engine.life.find import Sweep, abandoned, look_for, sweep, sweep_due
from engine.life.look import look_first
from engine.life.mirror import mirror_new
from engine.life.poll import poll
from engine.life.settle import settle
from engine.life.submit import interrupted
from engine.store import jobs


@dataclass(slots=True)
class Round:
    """What a sync touches and what goes wrong in it."""

    touched: dict[str, BatchJob] = field(default_factory=dict)
    problems: list[HalfrateError] = field(default_factory=list)
    swept: Sweep = field(default_factory=Sweep)


def sync(op: Operation, *, due_only: bool) -> SyncReport:
    """Takes every live job as far as it goes now; a problem with one leaves the others alone."""
    done = Round()
    interrupted(op)
    abandoned(op)
    look_first(op)
    for job in jobs.in_states(op.db, {JobStatus.FETCHED}):
        if op.stopped:
            break
        _step(op, job, done, lambda job: settle(op, job))
    waiting = jobs.in_states(op.db, AT_GOOGLE | {JobStatus.UNCERTAIN})
    asked = [job for job in waiting if not due_only or job.next_attempt_at is None or job.next_attempt_at <= op.now]
    if not op.stopped and (asked or _looks(op, due_only=due_only)):
        _ask(op, asked, done)
    mirror_new(op)
    return _report(op, done)


def _looks(op: Operation, *, due_only: bool) -> bool:
    """Whether Google is asked with no job to ask about: by hand always, by the worker when it is time."""
    return _can_ask(op) and (not due_only or sweep_due(op))


def _can_ask(op: Operation) -> bool:
    try:
        return op.keyring().has_batch
    except HalfrateError:
        return False


def _ask(op: Operation, asked: list[BatchJob], done: Round) -> None:
    op.tell("ask Google", 0, len(asked), "jobs")
    try:
        listing = op.gemini.list_batches()
    except (GeminiError, KeyringError) as error:
        done.problems.append(error)
        return
    by_name = {remote.name: remote for remote in listing}
    for number, job in enumerate(asked):
        if op.stopped:
            return
        op.tell("ask Google", number, len(asked), "jobs")
        _step(op, job, done, lambda job: _follow(op, job, listing, by_name.get(job.google_job_id or "")))
    done.swept = sweep(op, listing)
    for job, remote in done.swept.found:
        _step(op, job, done, lambda job, remote=remote: _follow(op, job, listing, remote))  # type: ignore[misc]
    op.tell("ask Google", len(asked), len(asked), "jobs")


def _follow(op: Operation, job: BatchJob, listing: list[RemoteBatch], remote: RemoteBatch | None) -> BatchJob:
    if job.status is JobStatus.UNCERTAIN:
        return look_for(op, job, listing)
    job = poll(op, job, remote)
    return settle(op, job) if job.status is JobStatus.FETCHED else job


def _step(op: Operation, job: BatchJob, done: Round, step: Callable[[BatchJob], BatchJob]) -> None:
    """One job's step: whatever goes wrong in it is named, keeps the job in sight and leaves the others alone."""
    done.touched[job.id] = job
    try:
        step(job)
    except (DiskFull, LeaseLost):
        raise
    except StoreError as error:
        if type(error) is not StoreError:
            raise  # the file as a whole, not this job's rows
        done.problems.append(fault(op, job, error))
    except HalfrateError as error:
        done.problems.append(error)
        _note(op, job, op.mask(error.message))
    except FileNotFoundError:
        done.problems.append(refetch(op, jobs.get(op.db, job.id)))
    except Exception as error:
        done.problems.append(fault(op, job, error))


def _note(op: Operation, job: BatchJob, words: str) -> None:
    with op.writing() as db:
        jobs.update(db, jobs.get(db, job.id), op.now, error=words)


def _report(op: Operation, done: Round) -> SyncReport:
    account = next((error for error in done.problems if isinstance(error, AccountError | KeyringError)), None)
    first = account or next(iter(done.problems), None)
    for error in done.problems:
        op.log(f"Sync: {error.message}", "error" if error is account else "warning")
    return SyncReport(
        jobs=tuple(jobs.get(op.db, job_id) for job_id in done.touched),
        found=tuple(jobs.get(op.db, job.id) for job, _ in done.swept.found),
        strangers=tuple(done.swept.strangers),
        reused=op.reused,
        problem=first.message if first else None,
        hint=first.hint if first else "",
        account=account is not None,
    )
