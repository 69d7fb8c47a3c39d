"""Everything an operator can do, once: bindings, buttons, palette, footer and help are made from this list.

An action is carried out by the screen in front or, when that has none of its own, by the app: the method `do_<id>`.
Its key can be set by its id in `[console.keys]` of the settings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.binding import Binding

from engine.domain.batches import BatchJob, JobStatus
from engine.domain.retry import FailureClass
from engine.store.overview import Overview
from tui.text import count

UNSENT = frozenset({JobStatus.PLANNED, JobStatus.SPOOLED, JobStatus.UPLOADED})


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether an action can be taken now."""

    overview: Overview | None = None
    read_only: bool = False
    demo: bool = False
    busy: str | None = None
    """Title of the operation in hand."""
    has_batch_key: bool = True
    job: BatchJob | None = None
    """The highlighted one."""
    chosen: int | None = None
    """Failed chunks that the screen in front would retry or discard; None: it chooses none."""
    paused: bool = False
    auto_sync: bool = False

    @property
    def retriable(self) -> int:
        """Failed chunks for which another attempt may help."""
        causes = self.overview.causes if self.overview else ()
        return sum(cause.chunks for cause in causes if cause.failure_class is FailureClass.TRANSIENT)


Reason = Callable[[Situation], str | None]
Badge = Callable[[Situation], str]


def _never(_: Situation) -> str | None:
    return None


def _no_badge(_: Situation) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do."""

    id: str
    key: str
    label: str
    tooltip: str
    group: str
    writes: bool = False
    """Hidden in a read-only console."""
    engine: bool = False
    """Runs as the one operation."""
    reason: Reason = _never
    """Why it cannot be taken now, in a few words; None when it can."""
    badge: Badge = _no_badge
    """A number behind the label."""

    def blocked(self, situation: Situation) -> str | None:
        """Why it cannot be taken now, in a few words; None when it can."""
        if self.writes and situation.read_only:
            return "the console is read-only"
        if self.engine and situation.busy:
            return f"{situation.busy} is running"
        return self.reason(situation)

    def caption(self, situation: Situation) -> str:
        """The label with its number."""
        badge = self.badge(situation)
        return f"{self.label} {badge}" if badge else self.label

    @property
    def binding(self) -> Binding:
        """As Textual takes it."""
        return Binding(self.key, f"do({self.id!r})", self.label, id=self.id, tooltip=self.tooltip, show=False)


def _flush(now: Situation) -> str | None:
    if now.overview is None:
        return "nothing has been read yet"
    if not now.has_batch_key:
        return "no batch key is set"
    unsent = any(job.status in UNSENT for job in now.overview.jobs)
    return None if now.overview.chunks.pending or unsent else "no chunk waits"


def _sync(now: Situation) -> str | None:
    if now.overview is None:
        return "nothing has been read yet"
    return None if now.overview.job_counts.live else "no job is live"


def _retry(now: Situation) -> str | None:
    if now.overview is None:
        return "nothing has been read yet"
    if not now.overview.chunks.failed:
        return "no chunk failed"
    if now.chosen is not None:
        return None if now.chosen else "no chunk is marked or shown"
    return None if now.retriable else "all failures are permanent: look at them first"


def _cancel(now: Situation) -> str | None:
    if now.job is None:
        return "no job is selected"
    return None if now.job.live and not now.job.inherited else "the job has ended"


def _adopt(now: Situation) -> str | None:
    if now.job is None:
        return "no job is selected"
    return None if now.job.status is JobStatus.UNCERTAIN else "only an uncertain job is adopted"


def _release(now: Situation) -> str | None:
    if now.job is None:
        return "no job is selected"
    return None if now.job.live else "the job has ended"


def _stop(now: Situation) -> str | None:
    return None if now.busy else "nothing is running"


def _demo(now: Situation) -> str | None:
    return "this is the demo" if now.demo else None


def _discard(now: Situation) -> str | None:
    return None if now.chosen else "no chunk is marked or shown"


def _chosen_badge(now: Situation) -> str:
    return count(now.chosen) if now.chosen else ""


def _retry_badge(now: Situation) -> str:
    number = now.retriable if now.chosen is None else now.chosen
    return count(number) if number else ""


QUEUE, JOB, LOOK, GO, CONSOLE = "Queue", "Job", "Look", "Go to", "Console"

ACTIONS = (
    Action("flush", "F", "Flush", "Submit the waiting chunks; shows the cost first", QUEUE, True, True, _flush),
    Action("sync", "S", "Sync", "Ask Google about live jobs, settle what is done; free", QUEUE, True, True, _sync),
    Action("retry", "R", "Retry", "Put failed chunks back where it may help", QUEUE, True, True, _retry, _retry_badge),
    Action("auto_sync", "a", "Auto sync", "Sync by itself every so often; rarer while nothing changes", QUEUE, True),
    Action("stop", "ctrl+x", "Stop", "End the running operation after the step in hand", QUEUE, True, reason=_stop),
    Action("cancel_job", "x", "Cancel job", "Ask Google to end the selected job", JOB, True, True, _cancel),
    Action("adopt_job", "A", "Adopt job", "Tie the uncertain job to its batch at Google", JOB, True, True, _adopt),
    Action("release_job", "X", "Release job", "Put a dead job's chunks back to the queue", JOB, True, True, _release),
    Action("ask_google", "g", "Ask Google", "What Google says of this job now; changes nothing, costs nothing", JOB),
    Action("discard", "D", "Discard", "Delete the selected failed chunks", JOB, True, True, _discard, _chosen_badge),
    Action("filter", "slash", "Filter", "Show only the rows that contain some words", LOOK),
    Action("sort", "s", "Sort", "The next order of the rows", LOOK),
    Action("mark", "space", "Mark", "Mark the highlighted row", LOOK),
    Action("pause", "p", "Pause", "Hold the screen still; again to go on", LOOK),
    Action("refresh", "r", "Refresh", "Read the database now", LOOK),
    Action("copy", "y", "Copy", "Copy the highlighted row to the clipboard", LOOK),
    Action("export", "e", "Export", "Write what is shown to a file", LOOK),
    Action("maximise", "M", "Maximise", "Give the focused panel the whole screen; again to go back", LOOK),
    Action("panel_1", "1", "Batch jobs", "Go to the panel of batch jobs", GO),
    Action("panel_2", "2", "Failures", "Go to the panel of failures", GO),
    Action("panel_3", "3", "Cost", "Go to the cost panel", GO),
    Action("panel_4", "4", "Throughput", "Go to the throughput panel", GO),
    Action("panel_5", "5", "Event log", "Go to the event log", GO),
    Action("go_dashboard", "h", "Dashboard", "The dashboard", GO),
    Action("go_jobs", "j", "Jobs", "All batch jobs", GO),
    Action("go_failures", "f", "Failures", "Failed chunks by cause", GO),
    Action("go_costs", "c", "Costs", "What was spent, and what it would have cost", GO),
    Action("go_log", "l", "Log", "The whole event log", GO),
    Action("go_documents", "o", "Documents", "What was ingested and how far each document is", GO),
    Action("demo", "d", "Demo", "Try everything on an emulator: no key, no cost", CONSOLE, reason=_demo),
    Action("theme", "t", "Theme", "The next theme", CONSOLE),
    Action("help", "question_mark", "Help", "Every key", CONSOLE),
    Action("back", "escape", "Back", "Out of what is open; on the dashboard: stop the running operation", CONSOLE),
    Action("quit", "q", "Quit", "Leave the console; says so if an operation is running", CONSOLE),
)  # fmt: skip - a table

BY_ID = {action.id: action for action in ACTIONS}
