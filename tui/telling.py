"""What was done, or what went wrong, in words."""

from __future__ import annotations

from engine.domain.jobs import BatchJob
from engine.domain.reports import FlushReport, RetryReport, Reuse, SyncReport
from engine.domain.room import Reason
from engine.errors import HalfrateError
from engine.wording import plural, reason
from tui.application import Level
from tui.figures import about, count, usd
from tui.lists.troubles import name_of

MOST_NAMED = 3
TOLD_BY_PROBLEM = frozenset({Reason.COOLING_DOWN, Reason.STOPPED, Reason.PROBLEM})
"""Reasons that the problem of a flush tells better."""
Said = tuple[str, Level]
"""A sentence, and how serious it is."""


def told(error: BaseException) -> str:
    """An error as a sentence: ours as they are, others with the name of their class."""
    if isinstance(error, HalfrateError):
        return error.message
    return f"{type(error).__name__}: {error}"


def way_out(error: BaseException) -> str:
    """What can be done about an error."""
    return error.hint if isinstance(error, HalfrateError) else "This is a fault of halfrate; nothing stored is lost."


def outcome(title: str, result: object) -> Said:
    """What an operation did."""
    match result:
        case FlushReport():
            return _flushed(result)
        case SyncReport():
            return _synced(result)
        case RetryReport():
            skipped = f"; {count(result.skipped_permanent)} are permanent" if result.skipped_permanent else ""
            said = f"{plural(result.retried, 'chunk')} wait again{skipped}. {_reused(result.reused)}"
            return said.strip(), "information"
        case int():
            return f"{title}: {plural(result, 'chunk')}.", "information"
    return f"{title}: done.", "information"


def _flushed(result: FlushReport) -> Said:
    held = sum(each.chunks for each in result.held)
    said = f"{plural(result.chunks, 'chunk')} in {plural(len(result.jobs), 'job')}." if result.jobs else ""
    if held:
        why = "" if result.problem and result.held[0].kind in TOLD_BY_PROBLEM else f": {reason(result.held[0])}"
        said += f" {plural(held, 'chunk')} held{why}."
    said = f"{said} {_reused(result.reused)}".strip()
    if result.problem:
        return _stopped(said, result)
    return said or "Nothing to flush.", "information"


def _synced(result: SyncReport) -> Said:
    settled = result.settled
    ready, failed = sum(job.ready for job in settled), sum(job.failed for job in settled)
    troubled = [job for job in result.jobs if job.live and job.trouble]
    live = len(result.jobs) - len(settled) - len(troubled)
    parts = []
    if settled:
        parts.append(f"{plural(len(settled), 'job')} settled: {count(ready)} ready, {count(failed)} failed")
    if live:
        parts.append(f"{plural(live, 'job')} still under way")
    parts += [f"{job.short} is in trouble: {name_of(job)}" for job in troubled]
    parts += _met(result)
    said = "; ".join(parts) + "." if parts else "Nothing to ask about."
    said = f"{said} {_reused(result.reused)}".strip()
    if result.problem:
        return _stopped(said, result)
    return said, "warning" if failed or troubled or result.strangers else "information"


def _met(result: SyncReport) -> list[str]:
    """Batches at Google that no job stood for until now."""
    met = []
    if result.found:
        met.append(f"{plural(len(result.found), 'batch')} found at Google: {_named(result.found)}")
    if result.strangers:
        names = ", ".join(result.strangers[:MOST_NAMED]) + (", …" if len(result.strangers) > MOST_NAMED else "")
        met.append(f"{plural(len(result.strangers), 'batch')} of other databases left alone: {names}")
    return met


def _named(jobs: tuple[BatchJob, ...]) -> str:
    """Their ids, those of second batches with what they are."""
    names = [
        f"{job.short}, a second batch of {job.duplicate_of[:7]}" if job.duplicate_of else job.short for job in jobs
    ]
    return "; ".join(names[:MOST_NAMED]) + ("; …" if len(names) > MOST_NAMED else "")


def _reused(reused: Reuse) -> str:
    """What became READY at $0, and what that spared."""
    if not reused.chunks:
        return ""
    return (
        f"{plural(reused.chunks, 'chunk')} reused at $0, {about(usd(reused.amount), reused.guessed_tokens)} not paid."
    )


def _stopped(said: str, result: FlushReport | SyncReport) -> Said:
    """What was done, and why no more."""
    return f"{said} {result.problem} {result.hint}".strip(), "error" if result.account else "warning"
