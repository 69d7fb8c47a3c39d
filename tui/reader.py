"""The one thread that reads the database for the console.

SQLite on the event loop would freeze the screen for the whole busy timeout, so a thread of its own holds the only
reading connection. It serves the screen in front: several times a second it asks `PRAGMA data_version`, which costs
microseconds, and reads again only when another connection committed something, when it is told to, or when the slow
tick is due. The next look is taken after the last one is done, so that looks cannot pile up. A screen that is covered
is not served.

It is no worker of Textual's pool: the pool is small, and leaving the app would wait for it.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sqlite_utils import Database

from engine.errors import HalfrateError, NeedsUpgrade, StoreError
from engine.store.connection import explained
from engine.store.overview import Overview

if TYPE_CHECKING:
    from engine.workspace import Workspace

POLL_SECONDS = 0.25
SHORTEST_PAUSE = 0.5
"""Between two readings while the database keeps changing."""
SLOW_SECONDS = 10.0
"""Something may change without a commit: a lease runs out, a day ends."""


class Served(Protocol):
    """A screen as the reader sees it; both are called in the reader's thread."""

    def read(self, db: Database) -> Any: ...

    def answer(self, answer: Answer | HalfrateError | Exception) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read: the overview that every screen needs, and what this screen asked for."""

    overview: Overview
    value: Any
    seconds: float
    """How long it took."""


class Gone(StoreError):
    """The database file is no longer there."""

    hint = "Put it back, or quit: the console opens it again as soon as it appears."


class Reader(threading.Thread):
    """Serves one screen at a time until it is stopped."""

    def __init__(self, workspace: Workspace, *, read_only: bool) -> None:
        super().__init__(name="halfrate-reader", daemon=True)
        self._workspace = workspace
        self._read_only = read_only
        self._wake = threading.Condition()
        self._screen: Served | None = None
        self._forced = False
        self._stopped = False
        self._paused = False
        self._db: Database | None = None
        self._file: tuple[int, int] | None = None
        self._version = -1
        self._read_at = float("-inf")
        self.checked_at: datetime | None = None
        """When the data was last known to be current; written here, read by the top line."""

    def serve(self, screen: Served | None) -> None:
        """Turns to this screen and reads for it at once; None: to nobody."""
        with self._wake:
            self._screen, self._forced = screen, True
            self._wake.notify()

    def leave(self, screen: Served) -> None:
        """Stops serving this screen, if it is still the one."""
        with self._wake:
            if self._screen is screen:
                self._screen = None

    def refresh(self) -> None:
        """Reads now, whether anything changed or not, paused or not."""
        with self._wake:
            self._forced = True
            self._wake.notify()

    @property
    def paused(self) -> bool:
        """Nothing is read unless `refresh` is called."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        with self._wake:
            self._paused = paused
            self._wake.notify()

    def stop(self) -> None:
        """Ends the thread after the look in hand."""
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def run(self) -> None:
        """The loop; errors are answers too."""
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopped or self._due)
                if self._stopped:
                    break
                screen, forced, self._forced = self._screen, self._forced, False
            assert screen is not None  # noqa: S101 - what `_due` waited for
            self._look(screen, forced=forced)
            with self._wake:
                self._wake.wait_for(lambda: self._stopped or self._forced, POLL_SECONDS)
        self._close()

    @property
    def _due(self) -> bool:
        return self._screen is not None and (self._forced or not self._paused)

    def _look(self, screen: Served, *, forced: bool) -> None:
        try:
            with explained(self._workspace.path):
                answer = self._answer(screen, forced=forced)
        except HalfrateError as error:
            self._close()
            screen.answer(error)
        except Exception as error:
            self._close()
            screen.answer(error)
        else:
            self.checked_at = self._workspace.clock()
            if answer is not None:
                screen.answer(answer)

    def _answer(self, screen: Served, *, forced: bool) -> Answer | None:
        fresh = self._connect()
        assert self._db is not None  # noqa: S101 - what `_connect` is for
        version = self._db.conn.execute("PRAGMA data_version").fetchone()[0]
        elapsed = time.monotonic() - self._read_at
        changed = version != self._version and elapsed >= SHORTEST_PAUSE
        if not (forced or fresh or changed or elapsed >= SLOW_SECONDS):
            return None
        started = time.monotonic()
        answer = Answer(self._workspace.overview(self._db), screen.read(self._db), 0.0)
        self._version, self._read_at = version, time.monotonic()
        return Answer(answer.overview, answer.value, self._read_at - started)

    def _connect(self) -> bool:
        """Opens the file when it is not open, or is another one by now; True when it was opened."""
        present = _identity(self._workspace.path)
        if self._db is not None and present == self._file:
            return False
        self._close()
        if present is None and self._file is not None:
            raise Gone(f"{self._workspace.path} was removed.")
        self._db = self._open()
        self._file = _identity(self._workspace.path)
        return True

    def _open(self) -> Database:
        try:
            return self._workspace.read()
        except NeedsUpgrade:
            # Upgraded here, off the event loop, unless nothing may be written.
            if self._read_only:
                raise
            self._workspace.prepare().db.close()
            return self._workspace.read()

    def _close(self) -> None:
        if self._db is not None:
            with contextlib.suppress(Exception):
                self._db.close()
        self._db = None


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of the same name; None when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - four times a second
    except OSError:
        return None
    return found.st_dev, found.st_ino
