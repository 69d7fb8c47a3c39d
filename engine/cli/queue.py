"""`halfrate queue`: the chunks that wait, travel, arrived or failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from engine.cli.documents import (
    flush_document,
    preflight_document,
    requeue_document,
    retry_document,
    status_document,
    sync_document,
)
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import ACCOUNT, BUDGET, DONE, ERROR, FAILED_CHUNKS, tell_problem
from engine.cli.output import duration, emit, iso, local, note, progress, table, usd
from engine.cli.trouble import trouble_lines
from engine.domain import money
from engine.domain.budgets import tightest
from engine.domain.jobs import ENQUEUED, BatchJob, JobStatus
from engine.domain.plan import Held, Plan, WholeQueue
from engine.domain.reports import FlushReport, Preflight, Requeue, Reuse, SyncReport
from engine.wording import alarm, budget_name, plural, reason

if TYPE_CHECKING:
    from engine.store.leases import Holder
    from engine.store.overview import Overview

EXAMPLES = 3


@click.group()
@common
def queue() -> None:
    """The queue: status, flush, sync, retry, failures."""


@queue.command()
@common
@pass_invocation
def status(invocation: Invocation) -> int:
    """Where the chunks and the jobs stand."""
    return show_status(invocation)


def show_status(invocation: Invocation) -> int:
    """Prints what `queue status` prints."""
    with invocation.reading() as db:
        overview = invocation.workspace.overview(db, jobs=0, log_lines=0)
    emit(invocation, status_document(overview), _status_lines(overview, str(invocation.workspace.path)))
    return DONE


def _status_lines(overview: Overview, path: str) -> Iterator[str]:
    chunks, jobs = overview.chunks, overview.job_counts
    yield f"{path}  {overview.profile}  {overview.profile.task_type}"
    yield f"chunks   {chunks.total:,}"
    for name, number in (
        ("pending", chunks.pending),
        ("in batch", chunks.in_batch),
        ("ready", chunks.ready),
        ("failed", chunks.failed),
    ):
        yield f"  {name:<9} {number:>12,}"
    live = f"{jobs.live:,} live ({jobs.uncertain:,} uncertain)"
    yield f"jobs     {live}, {jobs.completed:,} completed, {jobs.failed:,} failed"
    if overview.oldest_waiting_at is not None:
        age = (overview.at - overview.oldest_waiting_at).total_seconds()
        yield f"oldest   has waited {duration(age)}"
    if chunks.pending:
        waiting = overview.waiting
        yield f"waiting  about {waiting.tokens:,} tokens, {usd(waiting.batch)} as batch jobs ({waiting.grounds})"
        yield from _outlook_lines(overview.would_send, overview.whole)
    if overview.unnamed:
        yield f"older    {plural(overview.unnamed, 'chunk')} of an older writer, looked at by the next flush"
    if overview.reused.chunks:
        yield f"reused   {_reused(overview.reused)}"
    if budget := tightest(overview.budgets):
        yield f"budget   {usd(budget.left)} left of {budget_name(budget)} of {usd(budget.most)}"
    for each in overview.alarms:
        yield f"warning  {alarm(each)}"
    yield from _money_lines(overview)
    yield from _holders(overview)
    yield from trouble_lines(overview.in_trouble)


def _money_lines(overview: Overview) -> Iterator[str]:
    """What was wasted, what may be charged, what is promised: each where there is some."""
    total, held = overview.total, overview.reserved
    if total.waste_tokens:
        yield f"waste    {usd(total.waste)} so far: `halfrate cost report --by kind`"
    if total.uncertain_tokens:
        yield f"unclear  ~{usd(total.uncertain)} may be charged: `halfrate cost uncertain`"
    if held.tokens:
        yield f"reserved ~{usd(held.amount)} for what is under way"


def _outlook_lines(plan: Plan, whole: WholeQueue) -> Iterator[str]:
    """What a flush would send now, what it would leave, and what the whole queue would take."""
    yield f"flush    would send {plural(plan.chunks, 'chunk')} in {plural(len(plan.jobs), 'job')} now"
    yield from held_lines(plan.held)
    if whole.rounds > 1:
        yield f"all      {_rounds(whole)}"


def _rounds(whole: WholeQueue) -> str:
    text = f"{plural(whole.texts, 'text')}, {usd(whole.batch)}, in {plural(whole.rounds, 'round')} of the allowance"
    return text if whole.seconds is None else f"{text}, about {duration(whole.seconds)}"


def reused_lines(reused: Reuse) -> Iterator[str]:
    """What became READY without being paid, for people; nothing when there was none."""
    if reused.chunks:
        yield f"reused: {_reused(reused)}"


def _reused(reused: Reuse) -> str:
    mark = "~" if reused.guessed_tokens else ""
    amount = f"{mark}{reused.tokens:,} tokens, {mark}{usd(reused.amount)}"
    return f"{plural(reused.chunks, 'chunk')} at $0, {amount} not paid again"


def _holders(overview: Overview) -> Iterator[str]:
    """Who works on the database, and when it last gave a sign of life."""
    from engine.store.leases import alive

    for name, holder in (("running", overview.engine), ("worker", overview.worker)):
        if holder is not None and alive(holder, overview.at):
            yield f"{name:<8} {_holder(holder)}"


def _holder(holder: Holder) -> str:
    return (
        f"{holder.operation} ({holder.holder}, process {holder.pid} on {holder.host})"
        f" since {local(holder.acquired_at)}, last sign of life {local(holder.beat_at)}"
    )


@queue.command()
@common
@click.option("--min-size", type=click.IntRange(min=1), metavar="N", help="Do nothing when fewer chunks wait.")
@click.option("--force", is_flag=True, help="Whatever the number of chunks that wait.")
@click.option("--dry-run", is_flag=True, help="Print what would be submitted and what it would cost.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_invocation
def flush(invocation: Invocation, min_size: int | None, force: bool, dry_run: bool, yes: bool) -> int:  # noqa: FBT001
    """Submit waiting chunks as batch jobs, at half price."""
    invocation.prepare()
    workspace = invocation.workspace
    size = min_size or workspace.settings.flush.min_size
    with progress(invocation) as watch, workspace.manager("command", watch) as manager:
        if dry_run:
            ahead = manager.preflight(size, force=force)
            emit(invocation, preflight_document(ahead), preflight_lines(ahead))
            return DONE
    if not yes and sys.stdin.isatty() and not _agreed(invocation, size, force=force):
        note(invocation, "Nothing was submitted.")
        return DONE
    with progress(invocation) as watch, workspace.manager("command", watch) as manager:
        report = manager.flush_queue(size, force=force)
    _warn(invocation)
    for warning in report.warnings:
        note(invocation, f"warning: {warning}")
    emit(invocation, flush_document(report), flush_lines(report))
    return report_outcome(invocation, report)


def _agreed(invocation: Invocation, size: int, *, force: bool) -> bool:
    """Shows what it will cost and asks; with nothing to submit there is nothing to ask."""
    with invocation.workspace.manager("command") as manager:
        manager.sample()
        ahead = manager.preflight(size, force=force)
    if not ahead.jobs and not ahead.resumed:
        return True
    for line in preflight_lines(ahead):
        note(invocation, line)
    return click.confirm("Submit?", err=True)


def _warn(invocation: Invocation) -> None:
    warning = invocation.workspace.keyring().warning
    if warning:
        note(invocation, f"warning: {warning}")


def preflight_lines(ahead: Preflight) -> Iterator[str]:
    """What a flush would do, for people."""
    for number, job in enumerate(ahead.jobs, 1):
        yield f"job {number}: {plural(job.chunks, 'chunk')}, about {job.tokens:,} tokens, {usd(job.batch)}"
    if ahead.resumed:
        yield f"{plural(len(ahead.resumed), 'job')} planned earlier would be submitted as well"
    estimate = ahead.estimate
    if estimate.chunks:
        texts = plural(ahead.plan.texts + sum(job.requests for job in ahead.resumed), "text")
        yield (
            f"in all: {plural(estimate.chunks, 'chunk')} of {texts}, about {estimate.tokens:,} tokens,"
            f" {usd(estimate.batch)} ({usd(estimate.synchronous)} synchronously; {estimate.grounds})"
        )
    else:
        yield "nothing would be submitted"
    yield from held_lines(ahead.held)
    if ahead.unnamed:
        yield f"{plural(ahead.unnamed, 'chunk')} of an older writer: which of them are equal is seen when they are sent"
    if ahead.whole.rounds > 1:
        yield f"the whole queue: {_rounds(ahead.whole)}"
    if ahead.budget is not None:
        yield f"left of {budget_name(ahead.budget)}: {usd(ahead.budget.left)}"
    if ahead.expected_seconds is not None:
        yield f"earlier jobs took {duration(ahead.expected_seconds)}"
    for warning in ahead.warnings:
        yield f"warning: {warning}"


def held_lines(held: tuple[Held, ...]) -> Iterator[str]:
    """What stays in the queue, for people."""
    for each in held:
        yield f"held: {plural(each.chunks, 'chunk')}: {reason(each)}"


def flush_lines(report: FlushReport) -> Iterator[str]:
    """What a flush did, for people."""
    yield from table(
        ("job", "status", "chunks", "tokens", "cost", "at Google"),
        (
            (job.short, job.status, f"{job.chunks:,}", f"~{job.estimated_tokens:,}", f"~{_cost(job)}", _remote(job))
            for job in report.jobs
        ),
        right="chunks tokens cost",
    )
    if not report.jobs:
        yield "nothing was submitted" if report.held or report.problem else "nothing was submitted: nothing waits"
    yield from reused_lines(report.reused)
    yield from held_lines(report.held)


def _cost(job: BatchJob) -> str:
    return usd(money.cost(job.estimated_tokens, job.price_per_million))


def _remote(job: BatchJob) -> str:
    return job.google_job_id or "-"


def report_outcome(invocation: Invocation, report: FlushReport | SyncReport) -> int:
    """Says what stopped an operation early; its exit code."""
    if report.problem:
        tell_problem(invocation, report.problem, report.hint)
        return ACCOUNT if report.account else ERROR
    if isinstance(report, FlushReport) and report.held_by_budget:
        return BUDGET
    if isinstance(report, SyncReport) and any(job.failed for job in report.settled):
        return FAILED_CHUNKS
    return DONE


@queue.command()
@common
@pass_invocation
def sync(invocation: Invocation) -> int:
    """Ask Google about live jobs and settle the finished ones."""
    invocation.prepare()
    with progress(invocation) as watch, invocation.workspace.manager("command", watch) as manager:
        report = manager.sync_status()
    emit(invocation, sync_document(report), sync_lines(report, at_google(invocation)))
    return report_outcome(invocation, report)


def at_google(invocation: Invocation) -> list[BatchJob]:
    """The jobs that Google holds or may hold."""
    from engine.store import jobs

    with invocation.reading() as db:
        return jobs.in_states(db, ENQUEUED)


def sync_lines(report: SyncReport, held: list[BatchJob]) -> Iterator[str]:
    """What a sync found, for people."""
    yield from table(
        ("job", "status", "chunks", "ready", "failed", "returned", "missing", "Google says"),
        (
            (
                job.short,
                job.status,
                f"{job.chunks:,}",
                f"{job.ready:,}",
                f"{job.failed:,}",
                f"{job.returned:,}",
                f"{job.missing:,}",
                job.error or job.remote_state or "-",
            )
            for job in report.jobs
        ),
        right="chunks ready failed returned missing",
    )
    if not report.jobs and not report.problem:
        yield _nothing_due(held) if held else "no job is live"
    yield from reused_lines(report.reused)
    for job in report.found:
        yield f"found: {job.google_job_id}, {_found(job)}; job {job.short} follows it"
    for name in report.strangers:
        yield f"stranger: {name} was made by another database; `halfrate jobs adopt {name}` takes its results at $0"
    yield from trouble_lines(report.jobs)


def _found(job: BatchJob) -> str:
    if job.duplicate_of:
        return f"a second batch of job {job.duplicate_of[:7]}, which is cancelled"
    return "made by this database, which had no record of it" if job.found else "which had been given up"


def _nothing_due(held: list[BatchJob]) -> str:
    """Jobs are at Google, or may be, but none is to be asked about by now."""
    uncertain = sum(job.status is JobStatus.UNCERTAIN for job in held)
    again = min((job.next_attempt_at for job in held if job.next_attempt_at), default=None)
    when = f"; looked for again at {local(again)}" if again else ""
    return f"nothing is due yet: {len(held):,} live ({uncertain:,} uncertain){when}"


@queue.command()
@common
@click.option("--cause", metavar="C", help="Only chunks that failed for this reason, as `queue failures` names it.")
@click.option("--job", metavar="ID", help="Only chunks of this job.")
@click.option("--all", "everything", is_flag=True, help="Permanent failures too.")
@pass_invocation
def retry(invocation: Invocation, cause: str | None, job: str | None, everything: bool) -> int:  # noqa: FBT001
    """Put failed chunks back to wait."""
    invocation.prepare()
    with invocation.workspace.manager("command") as manager:
        report = manager.retry_failed(cause, job, permanent=everything)
    lines = [f"back in the queue: {plural(report.retried, 'chunk')}", *reused_lines(report.reused)]
    if report.skipped_permanent:
        lines.append(
            f"failed for good, left as they are: {plural(report.skipped_permanent, 'chunk')};"
            " ingest corrected texts, or retry with --all"
        )
    emit(invocation, retry_document(report), lines)
    return DONE


@queue.command()
@common
@click.option("--dry-run", is_flag=True, help="Print what would wait again and what it would cost.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_invocation
def requeue(invocation: Invocation, dry_run: bool, yes: bool) -> int:  # noqa: FBT001
    """Put READY chunks back to wait whose vector is not of the active profile."""
    invocation.prepare()
    with invocation.workspace.manager("command") as manager:
        ahead = manager.requeue_ahead()
    if dry_run:
        emit(invocation, requeue_document(ahead), requeue_lines(ahead))
        return DONE
    if ahead.estimate.chunks and not yes and sys.stdin.isatty():
        for line in requeue_lines(ahead):
            note(invocation, line)
        if not click.confirm("Put them back?", err=True):
            note(invocation, "Nothing was put back.")
            return DONE
    with progress(invocation) as watch, invocation.workspace.manager("command", watch) as manager:
        report = manager.requeue()
    emit(invocation, requeue_document(report), requeue_lines(report))
    return DONE


def requeue_lines(found: Requeue) -> Iterator[str]:
    """What waits again, or would, and what it will cost, for people."""
    guess = found.estimate
    if guess.chunks:
        said = "back in the queue" if found.requeued else "would wait again"
        yield (
            f"{said}: {plural(found.requeued or guess.chunks, 'chunk')} of {plural(found.texts, 'text')},"
            f" about {guess.tokens:,} tokens, {usd(guess.batch)} as batch jobs ({guess.basis})"
        )
    else:
        yield "no READY chunk lacks a vector of the active profile"
    if found.derived:
        yield f"cut from larger vectors at $0: {plural(found.derived, 'chunk')}"


@queue.command()
@common
@click.option("--cause", metavar="C", help="Only this cause.")
@click.option("--examples", type=click.IntRange(0, 1000), default=EXAMPLES, show_default=True, help="Per cause.")
@pass_invocation
def failures(invocation: Invocation, cause: str | None, examples: int) -> int:
    """Why chunks failed, how many, and what helps."""
    from engine.store import failures as store

    with invocation.reading() as db:
        causes = [each for each in store.failure_causes(db) if cause in (None, each.cause)]
        shown = {each.cause: store.failed_page(db, cause=each.cause, limit=examples) for each in causes}
    document = {
        "failed": sum(each.chunks for each in causes),
        "causes": [
            {
                "cause": each.cause,
                "class": each.failure_class,
                "chunks": each.chunks,
                "remedy": each.remedy,
                "first": iso(each.first),
                "last": iso(each.last),
                "examples": [
                    {
                        "chunk": chunk.id,
                        "document": chunk.document_id,
                        "source": chunk.source,
                        "index": chunk.chunk_index,
                        "error": chunk.error,
                        "attempts": chunk.attempts,
                        "failed_at": iso(chunk.failed_at),
                        "job": chunk.job_id,
                        "text": chunk.content[:200],
                    }
                    for chunk in shown[each.cause]
                ],
            }
            for each in causes
        ],
    }

    def lines() -> Iterator[str]:
        for each in causes:
            yield f"{each.cause}: {plural(each.chunks, 'chunk')}, {each.failure_class}; {each.remedy}"
            for chunk in shown[each.cause]:
                error = " ".join(chunk.error.split())[:160]
                yield f"  chunk {chunk.id} of {chunk.source or chunk.document_id}: {error}"
        if not causes:
            yield "no chunk has failed"

    emit(invocation, document, lines())
    return DONE
