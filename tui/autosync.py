"""Automatic sync: asks Google by itself every so often, and rarer while nothing changes."""

from __future__ import annotations

from collections.abc import Callable

from engine.domain.reports import SyncReport

LONGEST_SECONDS = 900.0
SHORTEST_SECONDS = 0.5
LONGEST_FACTOR = 16

After = Callable[[float, Callable[[], None]], Callable[[], None]]
"""Calls something once, so many seconds later; what it returns cancels that."""


class AutoSync:
    """One shot at a time: the next sync is planned when the last one is done."""

    def __init__(self, first: float, after: After, sync: Callable[[], bool], *, on: bool) -> None:
        self.on = on
        self.wait = first
        """Seconds until the next sync."""
        self._first = first
        self._after = after
        self._sync = sync
        self._cancel: Callable[[], None] | None = None
        self._last = ""

    @property
    def planned(self) -> bool:
        """A sync will come by itself."""
        return self._cancel is not None

    def switch(self) -> None:
        """On or off; begins with the shortest wait."""
        self.on = not self.on
        self.wait = self._first
        self.plan()

    def plan(self) -> None:
        """Plans the next sync anew, if it is on."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if self.on:
            self._cancel = self._after(max(SHORTEST_SECONDS, self.wait), self._due)

    def _due(self) -> None:
        self._cancel = None
        if not self._sync():
            self.plan()

    def judge(self, result: object) -> None:
        """Takes its pace from what an operation brought: quick after news, slower after a sync without any."""
        if not isinstance(result, SyncReport):
            self.wait = self._first
            return
        state = " ".join(f"{job.id}:{job.status}:{job.remote_done}" for job in result.jobs)
        if state and state != self._last:
            self.wait = self._first
        else:
            self.back_off()
        self._last = state or self._last

    def back_off(self) -> None:
        """Twice as long until the next, within limits."""
        self.wait = max(self._first, min(self.wait * 2, LONGEST_SECONDS, LONGEST_FACTOR * self._first))
