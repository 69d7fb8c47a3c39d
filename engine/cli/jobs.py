"""`halfrate jobs`: the local records of batch jobs beside Google's answers, and the operator's interventions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from engine.cli.documents import Document, job_document
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, iso, local, note, table, usd
from engine.cli.trouble import trouble_lines
from engine.domain import money
from engine.domain.jobs import BatchJob, JobEvent
from engine.domain.receipts import receipt_of
from engine.errors import HalfrateError
from engine.wording import plural

if TYPE_CHECKING:
    from engine.gemini.protocol import RemoteBatch


@click.group()
@common
def jobs() -> None:
    """Batch jobs: list, show, cancel, adopt, release."""


@jobs.command("list")
@common
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@pass_invocation
def list_jobs(invocation: Invocation, limit: int) -> int:
    """Live jobs first, then the newest."""
    from engine.store import jobs

    with invocation.reading() as db:
        found = jobs.dashboard(db, limit)
    emit(invocation, {"jobs": [job_document(job) for job in found]}, _list_lines(found))
    return DONE


def _list_lines(found: list[BatchJob]) -> Iterator[str]:
    yield from table(
        ("job", "status", "chunks", "ready", "failed", "tokens", "cost", "created", "at Google"),
        (
            (
                job.short,
                "inherited " + job.status if job.inherited else job.status,
                f"{job.chunks:,}",
                f"{job.ready:,}",
                f"{job.failed:,}",
                _tokens(job),
                _cost(job),
                local(job.created_at),
                job.google_job_id or "-",
            )
            for job in found
        ),
        right="chunks ready failed tokens cost",
    )
    if not found:
        yield "there are no jobs"
    yield from trouble_lines(found)


def _tokens(job: BatchJob) -> str:
    """What came back, or the estimate until then; what nobody counted is marked as the estimate it is."""
    return f"{_about(job)}{job.tokens or job.estimated_tokens:,}"


def _cost(job: BatchJob) -> str:
    return f"{_about(job)}{usd(money.cost(job.tokens or job.estimated_tokens, job.price_per_million))}"


def _about(job: BatchJob) -> str:
    return "" if job.tokens and not job.guessed_tokens else "~"


@jobs.command()
@common
@click.argument("job_id", metavar="ID")
@click.option("--offline", is_flag=True, help="Do not ask Google.")
@pass_invocation
def show(invocation: Invocation, job_id: str, offline: bool) -> int:  # noqa: FBT001 - a flag
    """The local record of a job beside Google's answer, and its history."""
    from engine.store import jobs

    with invocation.reading() as db:
        job = jobs.get(db, job_id)
        history = jobs.history(db, job.id)
    remote, problem = (None, None) if offline or job.google_job_id is None else _ask(invocation, job)
    if problem:
        note(invocation, f"Google was not heard: {problem}")
    document = {
        "job": job_document(job),
        "google": _remote_document(remote) if remote else None,
        "google_error": problem,
        "history": [{"at": iso(each.at), "status": each.status, "note": each.note} for each in history],
    }
    emit(invocation, document, _show_lines(job, remote, history))
    return DONE


def _ask(invocation: Invocation, job: BatchJob) -> tuple[RemoteBatch | None, str | None]:
    """Google's answer, or the sentence why there is none: the local record is shown all the same."""
    try:
        with invocation.workspace.manager("command") as manager:
            remote = manager.remote(job.id)
    except HalfrateError as error:
        return None, invocation.mask(error.message)
    return remote, None if remote else "It does not know this batch any more."


def _remote_document(remote: RemoteBatch) -> Document:
    return {
        "name": remote.name,
        "display_name": remote.display_name,
        "state": remote.raw_state,
        "created_at": remote.create_time,
        "requests": remote.requests,
        "succeeded": remote.succeeded,
        "failed": remote.failed,
        "pending": remote.pending,
        "input_file": remote.input_file,
        "output_file": remote.output_file,
        "error": remote.error_message or None,
    }


def _show_lines(job: BatchJob, remote: RemoteBatch | None, history: list[JobEvent]) -> Iterator[str]:
    yield f"job {job.id}{_kind(job)}"
    rows: list[tuple[str, str, str]] = [
        ("name", job.google_job_id or "-", remote.name if remote else "-"),
        ("display name", job.display_name or "-", remote.display_name if remote else "-"),
        ("state", job.status, remote.raw_state if remote else job.remote_state or "-"),
        ("chunks", f"{job.chunks:,}", "-"),
        ("texts", f"{job.requests:,}", f"{remote.requests:,}" if remote else "-"),
        ("ready", f"{job.ready:,}", f"{remote.succeeded:,}" if remote else "-"),
        ("failed", f"{job.failed:,}", f"{remote.failed:,}" if remote else "-"),
        ("returned", f"{job.returned:,}", "-"),
        ("missing", f"{job.missing:,}", f"{remote.pending:,} pending" if remote else "-"),
        ("unused", f"{job.unused:,}", "-"),
        ("tokens", _tokens(job), "-"),
        ("cost", _cost(job), "-"),
        ("receipt", str(receipt_of(job) or "-"), "-"),
        ("key", f"{job.key_label} …{job.key_tail}" if job.key_label else "-", "-"),
        ("profile", f"{job.profile} {job.profile.task_type}", "-"),
        ("price", f"${job.price_per_million} a million tokens, {job.price_label}" if job.price_label else "-", "-"),
        ("input", f"{job.input_bytes:,} bytes", (remote.input_file if remote else job.input_file) or "-"),
        ("results", f"{job.output_bytes:,} bytes", (remote.output_file if remote else job.output_file) or "-"),
        ("created", local(job.created_at), remote.create_time if remote else "-"),
        ("submitted", local(job.submitted_at), "-"),
        ("ended", local(job.ended_at), "-"),
        ("error", job.error or "-", (remote.error_message if remote else "") or "-"),
    ]
    yield from table(("", "here", "at Google"), rows)
    yield from trouble_lines([job])
    for each in history:
        yield f"{local(each.at)}  {each.status:<21} {each.note}"


def _kind(job: BatchJob) -> str:
    if job.inherited:
        return " (inherited: it is never settled, only released)"
    if job.duplicate_of:
        return f" (follows a second batch of job {job.duplicate_of})"
    kinds = {"orphan": " (found at Google without a record here)", "stranger": " (made by another database)"}
    return kinds.get(job.found or "", "")


@jobs.command()
@common
@click.argument("job_id", metavar="ID")
@pass_invocation
def cancel(invocation: Invocation, job_id: str) -> int:
    """Take a job back, or ask Google to cancel it."""
    invocation.prepare()
    with invocation.workspace.manager("command") as manager:
        job = manager.cancel(job_id)
    done = (
        f"Job {job.short}: Google was asked to cancel it; `halfrate queue sync` shows when it has."
        if job.live
        else f"Job {job.short} was taken back before it was sent; its chunks wait again."
    )
    emit(invocation, {"job": job_document(job)}, [done])
    return DONE


@jobs.command()
@common
@click.argument("job_id", metavar="ID|batches/...")
@click.argument("google_job_id", metavar="[batches/...]", required=False)
@pass_invocation
def adopt(invocation: Invocation, job_id: str, google_job_id: str | None) -> int:
    """Tie an uncertain job to its batch at Google: found by its display name, or named.

    A batch of another database (`halfrate queue sync` names them) becomes a job here: its results are taken at $0, the
    other database pays for it.
    """
    invocation.prepare()
    with invocation.workspace.manager("command") as manager:
        job = manager.adopt(job_id, google_job_id)
    taken = "; another database pays for it, `halfrate queue sync` takes its results at $0" if job.found else ""
    emit(invocation, {"job": job_document(job)}, [f"Job {job.short} is {job.google_job_id}, {job.status}{taken}."])
    return DONE


@jobs.command()
@common
@click.argument("job_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_invocation
def release(invocation: Invocation, job_id: str, yes: bool) -> int:  # noqa: FBT001 - a flag
    """Put the chunks of a job that will never be settled back to wait."""
    from engine.store import jobs

    invocation.prepare()
    with invocation.reading() as db:
        job = jobs.get(db, job_id)
    for line in trouble_lines([job]):
        note(invocation, line)
    question = "If Google has this batch after all, its chunks are paid for twice. Release them?"
    if not yes and sys.stdin.isatty() and not click.confirm(question, err=True):
        note(invocation, "Nothing was released.")
        return DONE
    with invocation.workspace.manager("command") as manager:
        chunks = manager.release(job.id)
    document = {"released": chunks, "job": job.id, "trouble": job.trouble}
    emit(invocation, document, [f"back in the queue: {plural(chunks, 'chunk')}"])
    return DONE
