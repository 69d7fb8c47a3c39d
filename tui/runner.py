"""What runs in the background: one operation at a time, on a thread and a connection of its own.

The busy flag is set before the thread starts, so that three presses of a key are one operation; the engine's lease does
the same across processes. Threads of our own rather than of Textual's pool: leaving the app must not wait for them, and
whoever opened the console joins the one that is left.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from engine.domain.progress import Progress
from engine.store import events
from tui.telling import told

if TYPE_CHECKING:  # what they import takes a third of the time until the first frame
    from engine.life.manager import BatchManager
    from engine.workspace import Workspace

ACTOR = "console"
REPORT_SECONDS = 0.1

Call = Callable[["BatchManager"], object]
"""An operation, given the manager it works with; what it returns is told by `telling.outcome`."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The operation in hand, as screens draw it."""

    name: str
    title: str
    started: float
    """On the monotonic clock, as the next one."""
    step_started: float
    progress: Progress | None = None
    stopping: bool = False
    quiet: bool = False
    """Nobody asked for it: its success is told only when it brought something."""

    @property
    def eta(self) -> float | None:
        """Seconds until the present step is done at its pace so far; None while that is a guess."""
        done = self.progress
        elapsed = time.monotonic() - self.step_started
        if done is None or not done.total or done.done <= 0 or elapsed < 1:
            return None
        return max(0.0, elapsed * (done.total - done.done) / done.done)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an operation ended: its result, or the error that ended it."""

    running: Running
    result: object = None
    error: Exception | None = None


class Listener(Protocol):
    """Whoever is told, always on the event loop."""

    def advanced(self) -> None:
        """`Runner.running` has changed."""

    def ended(self, end: Ended) -> None:
        """The operation is over, and another one may start."""

    def unanswered(self, error: Exception) -> None:
        """Something short failed."""

    def mask(self, text: str) -> str:
        """The text without keys; in any thread."""


class Runner:
    """Starts, watches and stops; lives on the event loop, to which its threads hand over what they have to say."""

    def __init__(
        self,
        workspace: Workspace,
        hand_over: Callable[[Callable[[], None]], None],
        listener: Listener,
    ) -> None:
        self.running: Running | None = None
        self.thread: threading.Thread | None = None
        """Of the operation in hand, for whoever waits for it once the screen is gone."""
        self._workspace = workspace
        self._hand_over = hand_over
        self._listener = listener
        self._stop = threading.Event()

    def start(self, name: str, title: str, call: Call, *, quiet: bool = False) -> bool:
        """Runs `call` on a thread and a manager of its own; False when an operation runs already."""
        if self.running is not None:
            return False
        now = time.monotonic()
        self.running = Running(name=name, title=title, started=now, step_started=now, quiet=quiet)
        self._stop = threading.Event()
        arguments = (self.running, call, self._stop)
        self.thread = threading.Thread(target=self._run, args=arguments, name=f"halfrate-{name}", daemon=True)
        self.thread.start()
        return True

    def stop(self) -> None:
        """Asks the operation to end after the step in hand."""
        self._stop.set()
        if self.running is not None:
            self.running = replace(self.running, stopping=True)

    def ask(self, call: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Runs something short off the event loop and gives its result to `then` on it."""

        def run() -> None:
            try:
                result = call()
            except Exception as error:
                self._hand_over(partial(self._listener.unanswered, error))
            else:
                self._hand_over(partial(then, result))

        threading.Thread(target=run, name="halfrate-ask", daemon=True).start()

    def _run(self, running: Running, call: Call, stop: threading.Event) -> None:
        reported = 0.0

        def watch(progress: Progress) -> None:
            nonlocal running, reported
            now = time.monotonic()
            before = running.progress
            if before is None or before.step != progress.step:
                running = replace(running, step_started=now)
                reported = 0.0
            running = replace(running, progress=progress)
            if now - reported >= REPORT_SECONDS or progress.done == progress.total:
                reported = now
                self._hand_over(partial(self._advanced, running))

        try:
            with self._workspace.manager(ACTOR, watch=watch, stop=stop.is_set) as manager:
                end = Ended(running, call(manager))
        except Exception as error:
            self._log(f"{running.title}: {told(error)}")
            end = Ended(running, error=error)
        self._hand_over(partial(self._ended, end))

    def _advanced(self, running: Running) -> None:
        """Takes over how far it is, unless another operation runs by now."""
        if self.running is not None and running.started == self.running.started:
            self.running = replace(running, stopping=self.running.stopping)
            self._listener.advanced()

    def _ended(self, end: Ended) -> None:
        self.running = self.thread = None
        self._listener.ended(end)

    def _log(self, message: str) -> None:
        """An error line in the event log; a database that cannot be written is no reason to fail again."""
        with contextlib.suppress(Exception), contextlib.closing(self._workspace.connect()) as db, db.writing():
            events.log(db, self._workspace.clock(), ACTOR, self._listener.mask(message), "error")
