"""The one thread that reads the database for the console.

SQLite on the event loop would freeze the screen for the whole busy timeout, so a thread of its own holds the only
reading connection. It serves the screen in front: several times a second it asks for the version of the data, which
costs microseconds, and reads again only when another connection committed something, when it is told to, or when the
slow tick is due. The next look is taken after the last one is done, so that looks cannot pile up. A screen that is
covered is not served.

It is no worker of Textual's pool: the pool is small, and leaving the app would wait for it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.errors import NeedsUpgrade, StoreError
from engine.store.db import Db
from engine.store.overview import Overview
from engine.store.sqlite.database import explained

if TYPE_CHECKING:
    from engine.store.sqlite.database import SqliteDb
    from engine.workspace import Workspace

POLL_SECONDS = 0.25
SHORTEST_PAUSE = 0.5
"""Between two readings while the database keeps changing."""
SLOW_SECONDS = 10.0
"""Something may change without a commit: a lease runs out, a day ends."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the overview that every screen needs, and what this screen asked for."""

    overview: Overview
    value: object


class Served(Protocol):
    """A screen as the reader sees it; both are called in the reader's thread."""

    def read(self, db: Db) -> object:
        """What it wants to show beyond the overview."""

    def answer(self, answer: Reading | Exception) -> None:
        """Takes what was read, or the reason why nothing could be."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How far the upgrade of a file of an earlier generation is, in chunks."""

    done: int = 0
    total: int = 0
    over: bool = False
    backup: Path | None = None
    """The copy from before; None when another process was quicker."""


class Reader(threading.Thread):
    """Serves one screen at a time until it is stopped; `tell` hears of an upgrade, in the reader's thread."""

    def __init__(self, workspace: Workspace, tell: Callable[[Upgrade], None], *, read_only: bool) -> None:
        super().__init__(name="halfrate-reader", daemon=True)
        self._workspace = workspace
        self._tell = tell
        self._read_only = read_only
        self._wake = threading.Condition()
        self._screen: Served | None = None
        self._forced = False
        self._stopped = False
        self._paused = False
        self._db: SqliteDb | None = None
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
                reading = self._read(screen, forced=forced)
        except Exception as error:
            self._close()
            screen.answer(error)
        else:
            self.checked_at = self._workspace.clock()
            if reading is not None:
                screen.answer(reading)

    def _read(self, screen: Served, *, forced: bool) -> Reading | None:
        db, fresh = self._connected()
        version = db.version()
        elapsed = time.monotonic() - self._read_at
        changed = version != self._version and elapsed >= SHORTEST_PAUSE
        if not (forced or fresh or changed or elapsed >= SLOW_SECONDS):
            return None
        reading = Reading(self._workspace.overview(db), screen.read(db))
        self._version, self._read_at = version, time.monotonic()
        return reading

    def _connected(self) -> tuple[SqliteDb, bool]:
        """The connection, and whether it was opened now: for the first time, or because the file was put back."""
        if self._db is not None:
            with contextlib.suppress(StoreError):
                self._db.refuse_swapped()
                return self._db, False
        self._close()
        self._db = self._open()
        return self._db, True

    def _open(self) -> SqliteDb:
        try:
            return self._workspace.read()
        except NeedsUpgrade:
            # Upgraded here, off the event loop, unless nothing may be written.
            if self._read_only:
                raise
            self._tell(Upgrade())
            opened = self._workspace.prepare(tell=lambda done, total: self._tell(Upgrade(done, total)))
            opened.db.close()
            self._tell(Upgrade(over=True, backup=opened.backup))
            return self._workspace.read()

    def _close(self) -> None:
        if self._db is not None:
            with contextlib.suppress(Exception):
                self._db.close()
        self._db = None
