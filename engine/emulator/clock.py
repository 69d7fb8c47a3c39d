"""Time as the emulator sees it: a source of seconds, and an offset that tests and the operator move."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

NANOSECONDS = 1_000_000_000
HOUR = 3600.0


class Clock:
    """Seconds since the epoch from `source` (the wall clock), plus what `advance` has added so far."""

    def __init__(self, source: Callable[[], float] | None = None) -> None:
        self._source = source or time.time
        self._offset = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._source() + self._offset

    def advance(self, seconds: float) -> float:
        """Move time forward and return the new now; ValueError for a step back."""
        if not seconds >= 0 or seconds == float("inf"):
            raise ValueError(f"The clock can be moved forward only, not by {seconds!r} seconds.")
        with self._lock:
            self._offset += seconds
        return self.now()


def nanoseconds(seconds: float) -> int:
    """The instant as an integer, for timestamps."""
    return int(seconds * NANOSECONDS)
