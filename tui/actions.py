"""Everything an operator can do, once: bindings, buttons, palette, footer and help are made from this list.

An action is carried out by the first that can: the page in front, then those who act on every page. They have a method
`do_<id>`; actions that differ in an argument only share one: `go_jobs` is `do_go("jobs")`. The key of an action can be
set by its id in `[console.keys]` of the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from engine.domain.causes import FailureClass
from engine.domain.jobs import WITHOUT_RESULTS, BatchJob, JobStatus
from engine.store.overview import Overview
from tui.figures import count


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether an action can be taken now."""

    overview: Overview | None = None
    read_only: bool = False
    demo: bool = False
    busy: str | None = None
    """Title of the operation in hand."""
    trouble: str | None = None
    """Why the database could not be read when it was last looked at: nothing is written until it can be."""
    has_batch_key: bool = True
    job: BatchJob | None = None
    """The highlighted one."""
    chosen: int | None = None
    """Failed chunks that the screen in front would retry or discard; None: it chooses none."""

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
    """One thing that an operator can do, and when it cannot be done."""

    id: str
    key: str
    label: str
    tooltip: str
    group: str
    writes: bool = False
    """Hidden in a read-only console."""
    engine: bool = False
    """Runs as the one operation."""
    argument: str = ""
    """The end of the id that is given to the method; the rest names it."""
    reason: Reason = _never
    """Why it cannot be taken now, in a few words; None when it can."""
    badge: Badge = _no_badge
    """What stands behind the label: a number."""

    def blocked(self, situation: Situation) -> str | None:
        """Why it cannot be taken now, in a few words; None when it can."""
        if self.writes and situation.read_only:
            return "the console is read-only"
        if self.engine and situation.busy:
            return f"{situation.busy} is running"
        if self.engine and situation.trouble:
            return situation.trouble
        return self.reason(situation)

    def caption(self, situation: Situation) -> str:
        """The label with its number."""
        badge = self.badge(situation)
        return f"{self.label} {badge}" if badge else self.label

    def method(self, actors: Iterable[object]) -> Callable[[], object] | None:
        """What carries it out: the method of the first actor that has one; None when none has."""
        name = f"do_{self.id.removesuffix(f'_{self.argument}')}"
        found: Callable[..., object] | None
        for actor in actors:
            if (found := getattr(actor, name, None)) is not None:
                return partial(found, self.argument) if self.argument else found
        return None


def _flush(now: Situation) -> str | None:
    if now.overview is None:
        return "nothing has been read yet"
    if not now.has_batch_key:
        return "no batch key is set"
    return None if now.overview.chunks.pending or now.overview.unsent else "no chunk waits"


def _sync(now: Situation) -> str | None:
    if now.overview is None:
        return "nothing has been read yet"
    return None if now.overview.job_counts.live or now.has_batch_key else "no batch key is set, and no job is live"


def _retry(now: Situation) -> str | None:
    if now.overview is None:
        return "nothing has been read yet"
    if not now.overview.chunks.failed:
        return "no chunk failed"
    if now.chosen is not None:
        return None if now.chosen else "no chunk is marked or shown"
    return None if now.retriable else "all failures are permanent: look at them first"


def _auto_sync(now: Situation) -> str | None:
    return now.trouble


def _cancel(now: Situation) -> str | None:
    if now.job is None:
        return "no job is selected"
    return None if now.job.live and not now.job.inherited else "the job has ended"


def _adopt(now: Situation) -> str | None:
    if now.job is None:
        return "no job is selected"
    given_up = now.job.status in WITHOUT_RESULTS and now.job.google_job_id and not now.job.tokens
    return None if now.job.status is JobStatus.UNCERTAIN or given_up else "only an uncertain or given up job is adopted"


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


def _chosen(now: Situation) -> str:
    return count(now.chosen) if now.chosen else ""


def _helped(now: Situation) -> str:
    number = now.retriable if now.chosen is None else now.chosen
    return count(number) if number else ""


QUEUE, JOB, LOOK, GO, CONSOLE = "Queue", "Job", "Look", "Go to", "Console"

_operation = partial(Action, writes=True, engine=True)


def _panel(number: int, label: str, place: str) -> Action:
    return Action(f"panel_{number}", str(number), label, f"Go to {place}", GO, argument=str(number))


def _page(name: str, key: str, tooltip: str) -> Action:
    return Action(f"go_{name}", key, name.capitalize(), tooltip, GO, argument=name)


ACTIONS = (
    _operation("flush", "F", "Flush", "Submit the waiting chunks; shows the cost first", QUEUE, reason=_flush),
    _operation("sync", "S", "Sync", "Ask Google about jobs, settle what is done; free", QUEUE, reason=_sync),
    _operation("retry", "R", "Retry", "Put failed chunks back where it may help", QUEUE, reason=_retry, badge=_helped),
    Action(
        "auto_sync",
        "a",
        "Auto sync",
        "Sync by itself every so often; rarer while nothing changes",
        QUEUE,
        True,
        reason=_auto_sync,
    ),
    Action("stop", "ctrl+x", "Stop", "End the running operation after the step in hand", QUEUE, True, reason=_stop),
    _operation("cancel_job", "x", "Cancel job", "Ask Google to end the selected job", JOB, reason=_cancel),
    _operation("adopt_job", "A", "Adopt job", "Tie an uncertain job to its batch at Google", JOB, reason=_adopt),
    _operation("release_job", "X", "Release job", "Put a dead job's chunks back to the queue", JOB, reason=_release),
    Action("ask_google", "g", "Ask Google", "What Google says of this job now; changes nothing, costs nothing", JOB),
    _operation("discard", "D", "Discard", "Delete the selected failed chunks", JOB, reason=_discard, badge=_chosen),
    Action("filter", "slash", "Filter", "Show only the rows that contain some words", LOOK),
    Action("sort", "s", "Sort", "The next order of the rows", LOOK),
    Action("mark", "space", "Mark", "Mark the highlighted row", LOOK),
    Action("pause", "p", "Pause", "Hold the screen still; again to go on", LOOK),
    Action("refresh", "r", "Refresh", "Read the database now", LOOK),
    Action("copy", "y", "Copy", "Copy the highlighted row to the clipboard", LOOK),
    Action("export", "e", "Export", "Write what is shown to a file", LOOK),
    Action("maximise", "M", "Maximise", "Give the focused panel the whole screen; again to go back", LOOK),
    _panel(1, "Batch jobs", "the panel of batch jobs"),
    _panel(2, "Failures", "the panel of failures"),
    _panel(3, "Cost", "the cost panel"),
    _panel(4, "Throughput", "the throughput panel"),
    _panel(5, "Event log", "the event log"),
    _page("dashboard", "h", "The dashboard"),
    _page("jobs", "j", "All batch jobs"),
    _page("failures", "f", "Failed chunks by cause"),
    _page("costs", "c", "What was spent, and what it would have cost"),
    _page("log", "l", "The whole event log"),
    _page("documents", "o", "What was ingested and how far each document is"),
    Action("demo", "d", "Demo", "Try everything on an emulator: no key, no cost", CONSOLE, reason=_demo),
    Action("theme", "t", "Theme", "The next theme", CONSOLE),
    Action("help", "question_mark", "Help", "Every key", CONSOLE),
    Action("back", "escape", "Back", "Out of what is open; on the dashboard: stop the running operation", CONSOLE),
    Action("quit", "q", "Quit", "Leave the console; says so if an operation is running", CONSOLE),
)  # fmt: skip - a table

BY_ID = {action.id: action for action in ACTIONS}
