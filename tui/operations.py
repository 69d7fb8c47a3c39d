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
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.message import Message

from engine.domain.keyring import mask_keys
from engine.domain.operations import Progress
from engine.errors import HalfrateError
from engine.store import events
from engine.store.connection import writing

if TYPE_CHECKING:  # what they import takes a third of the time until the first frame
    from engine.batch_manager import BatchManager
    from engine.workspace import Workspace

ACTOR = "console"
REPORT_SECONDS = 0.1

Call = Callable[["BatchManager"], Any]


@dataclass(frozen=True, slots=True)
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


@dataclass
class Advanced(Message):
    """The operation in hand got further."""

    running: Running


@dataclass
class Ended(Message):
    """The operation ended; `error` tells how when it was not to its end."""

    running: Running
    result: Any = None
    error: BaseException | None = None


@dataclass
class Told(Message):
    """An answer to `Operations.ask`."""

    then: Callable[[Any], None]
    result: Any = None
    error: BaseException | None = None


@dataclass
class Operations:
    """Starts, watches and stops; lives on the event loop, its threads only post messages to the app."""

    app: App[Any]
    workspace: Workspace
    running: Running | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self, name: str, title: str, call: Call, *, quiet: bool = False) -> bool:
        """Runs `call` on a manager of its own thread; False when an operation runs already."""
        if self.running is not None:
            return False
        now = time.monotonic()
        self.running = Running(name, title, now, now, quiet=quiet)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(self.running, call, self._stop), name=f"halfrate-{name}", daemon=True
        )
        self._thread.start()
        return True

    def stop(self) -> None:
        """Asks the operation to end after the step in hand."""
        self._stop.set()
        if self.running is not None:
            self.running = replace(self.running, stopping=True)

    def ended(self) -> None:
        """Clears the busy flag; called when `Ended` has arrived."""
        self.running = None
        self._thread = None

    def advanced(self, running: Running) -> None:
        """Takes over what `Advanced` brought, unless another operation runs by now."""
        if self.running is not None and running.started == self.running.started:
            self.running = replace(running, stopping=self.running.stopping)

    @property
    def thread(self) -> threading.Thread | None:
        """The thread of the operation in hand, for whoever waits for it once the screen is gone."""
        return self._thread

    def ask(self, call: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Runs something short off the event loop and gives its result to `then` on it; errors become toasts."""

        def run() -> None:
            try:
                told = Told(then, call())
            except Exception as error:
                told = Told(then, error=error)
            self._post(told)

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
                self._post(Advanced(running))

        try:
            with self.workspace.manager(ACTOR, watch=watch, stop=stop.is_set) as manager:
                ended = Ended(running, call(manager))
        except Exception as error:
            self._log(f"{running.title}: {told(error)}")
            ended = Ended(running, error=error)
        self._post(ended)

    def _post(self, message: Message) -> None:
        """The screen may have left, and the event loop with it: the engine does not mind."""
        with contextlib.suppress(RuntimeError):
            self.app.post_message(message)

    def _log(self, message: str) -> None:
        """An error line in the event log; a database that cannot be written is no reason to fail again."""
        with contextlib.suppress(Exception), contextlib.closing(self.workspace.connect()) as db, writing(db):
            events.log(db, self.workspace.clock(), ACTOR, self.mask(message), "error")

    def mask(self, text: str) -> str:
        """The text without keys, ours and whatever has the form of one."""
        try:
            return self.workspace.keyring().mask(text)
        except HalfrateError:
            return mask_keys(text)


def told(error: BaseException) -> str:
    """An error as a sentence: ours as they are, others with the name of their class."""
    if isinstance(error, HalfrateError):
        return error.message
    return f"{type(error).__name__}: {error}"


def way_out(error: BaseException) -> str:
    """What can be done about an error."""
    return error.hint if isinstance(error, HalfrateError) else "This is a fault of halfrate; nothing stored is lost."
