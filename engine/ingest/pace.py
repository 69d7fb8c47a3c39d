"""The pace of direct requests: Google counts texts by the minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

_MINUTE = 60.0


class Pace:
    """At most so many texts in any sixty seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._sleep = sleep
        self._sent: deque[tuple[float, int]] = deque()
        self._texts = 0

    def wait_for(self, texts: int) -> None:
        """Waits until so many more are allowed, and counts them."""
        now = self._clock().timestamp()
        self._forget(now)
        while self._sent and self._texts + texts > self._per_minute:
            pause = min(max(self._sent[0][0] + _MINUTE - now, 0.0), _MINUTE)
            self._sleep(pause)
            # A clock that was set back, or stands still, must not keep anybody waiting: what was slept counts.
            now = max(self._clock().timestamp(), now + pause)
            self._forget(now)
        self._sent.append((now, texts))
        self._texts += texts

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0][0] + _MINUTE <= now:
            self._texts -= self._sent.popleft()[1]
