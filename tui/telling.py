"""What was done, or what went wrong, in words."""

from __future__ import annotations

from engine.domain.operations import FlushReport, RetryReport, SyncReport
from engine.errors import HalfrateError
from tui.application import Level
from tui.figures import count, plural

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
            return f"{plural(result.retried, 'chunk')} wait again{skipped}.", "information"
        case int():
            return f"{title}: {plural(result, 'chunk')}.", "information"
    return f"{title}: done.", "information"


def _flushed(result: FlushReport) -> Said:
    held = sum(each.chunks for each in result.held)
    said = f"{plural(result.chunks, 'chunk')} in {plural(len(result.jobs), 'job')}." if result.jobs else ""
    if held:
        reason = result.held[0].reason.rstrip(".")
        why = "" if result.problem and reason in result.problem else f": {reason}"
        said += f" {plural(held, 'chunk')} held{why}."
    if result.problem:
        return _stopped(said, result)
    return said.strip() or "Nothing to flush.", "information"


def _synced(result: SyncReport) -> Said:
    settled = result.settled
    ready, failed = sum(job.ready for job in settled), sum(job.failed for job in settled)
    live = len(result.jobs) - len(settled)
    parts = []
    if settled:
        parts.append(f"{plural(len(settled), 'job')} settled: {count(ready)} ready, {count(failed)} failed")
    if live:
        parts.append(f"{plural(live, 'job')} still under way")
    said = "; ".join(parts) + "." if parts else "Nothing to ask about."
    if result.problem:
        return _stopped(said, result)
    return said, "warning" if failed else "information"


def _stopped(said: str, result: FlushReport | SyncReport) -> Said:
    """What was done, and why no more."""
    return f"{said} {result.problem} {result.hint}".strip(), "error" if result.account else "warning"
