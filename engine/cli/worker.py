"""`halfrate worker`: sync, then flush what is due, once or for ever."""

from __future__ import annotations

from collections.abc import Iterator

import click

from engine.cli.documents import flush_document, sync_document
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE, tell_problem
from engine.cli.output import emit, local, note, progress
from engine.cli.queue import at_google, flush_lines, report_outcome, sync_lines
from engine.domain.jobs import BatchJob
from engine.domain.reports import CycleReport
from engine.errors import HalfrateError
from engine.wording import plural

INTERVAL = 60.0


@click.group()
@common
def worker() -> None:
    """The worker: run-once, start."""


@worker.command("run-once")
@common
@pass_invocation
def once(invocation: Invocation) -> int:
    """Sync, then flush what is due."""
    from engine.life.worker import run_once, stopping_on_signals

    invocation.prepare()
    with progress(invocation) as watch, stopping_on_signals() as stop:
        report = run_once(invocation.workspace, watch=watch, stop=stop.is_set)
    emit(invocation, _document(report), _lines(report, at_google(invocation)))
    outcomes = [report_outcome(invocation, report.sync), report_outcome(invocation, report.flush)]
    return max(outcomes, key=_gravity)


def _gravity(code: int) -> int:
    """An account problem first, then an error, a budget that is used up, failed chunks."""
    return (0, 3, 6, 1, 5).index(code)


def _document(report: CycleReport) -> dict[str, object]:
    return {"sync": sync_document(report.sync), "flush": flush_document(report.flush)}


def _lines(report: CycleReport, held: list[BatchJob]) -> Iterator[str]:
    yield from sync_lines(report.sync, held)
    yield from flush_lines(report.flush)


@worker.command()
@common
@click.option(
    "--interval",
    type=click.FloatRange(min=0, min_open=True),
    default=INTERVAL,
    show_default=True,
    metavar="S",
    help="Seconds between two turns.",
)
@pass_invocation
def start(invocation: Invocation, interval: float) -> int:
    """Sync and flush for ever; SIGTERM and Ctrl-C finish the step in hand."""
    from engine.life.worker import run, stopping_on_signals

    invocation.prepare()
    turns = 0

    def report(turn: CycleReport | HalfrateError) -> None:
        nonlocal turns
        turns += 1
        if isinstance(turn, HalfrateError):
            tell_problem(invocation, turn.message, turn.hint)
        else:
            _tell(invocation, turn)

    note(invocation, f"The worker runs on {invocation.workspace.path} every {interval:g} s; Ctrl-C ends it.")
    with stopping_on_signals() as stop:
        run(invocation.workspace, interval=interval, report=report, stop=stop)
    emit(invocation, {"turns": turns}, [f"the worker has ended after {plural(turns, 'turn')}"])
    return DONE


def _tell(invocation: Invocation, turn: CycleReport) -> None:
    """A line for a turn that did something, one more for what stopped it."""
    ended, sent = turn.sync.settled, turn.flush.jobs
    if ended or sent:
        moment = local(invocation.workspace.clock())
        ready, failed = sum(job.ready for job in ended), sum(job.failed for job in ended)
        note(
            invocation,
            f"{moment}  {plural(len(ended), 'job')} ended ({ready:,} ready, {failed:,} failed),"
            f" {plural(len(sent), 'job')} submitted ({turn.flush.chunks:,} chunks)",
        )
    for job in turn.sync.found:
        note(invocation, f"{job.google_job_id} was found at Google; job {job.short} follows it")
    for report in (turn.sync, turn.flush):
        if report.problem:
            tell_problem(invocation, report.problem, report.hint)
