"""How fast chunks become READY, as this console saw it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

WINDOW = timedelta(seconds=15)
KEPT = timedelta(minutes=31)


@dataclass
class Throughput:
    """Readings of the READY count; rates are made of their differences."""

    _readings: deque[tuple[datetime, int]] = field(default_factory=deque)

    def add(self, at: datetime, ready: int) -> None:
        """A reading; one that went back (chunks were replaced) starts over."""
        if self._readings and (at <= self._readings[-1][0] or ready < self._readings[-1][1]):
            if at <= self._readings[-1][0]:
                return
            self._readings.clear()
        self._readings.append((at, ready))
        while self._readings[0][0] < at - KEPT:
            self._readings.popleft()

    @property
    def watched(self) -> timedelta:
        """From the first reading that is kept to the last."""
        return self._readings[-1][0] - self._readings[0][0] if self._readings else timedelta()

    def now(self) -> float:
        """Chunks a second over the last few seconds."""
        if len(self._readings) < 2:
            return 0.0
        last_at, last = self._readings[-1]
        first_at, first = next(reading for reading in self._readings if reading[0] >= last_at - WINDOW)
        seconds = (last_at - first_at).total_seconds()
        return (last - first) / seconds if seconds > 0 else 0.0

    def series(self, buckets: int, bucket: timedelta) -> tuple[float, ...]:
        """Chunks a second in each of the last `buckets` spans of time, the newest last."""
        if not self._readings or buckets <= 0:
            return ()
        end = self._readings[-1][0]
        start = end - bucket * buckets
        sums = [0.0] * buckets
        readings = list(self._readings)
        for (_, before), (after_at, after) in pairwise(readings):
            if after > before and after_at > start:
                place = min(buckets - 1, int((after_at - start) / bucket - 1e-9))
                sums[place] += after - before
        return tuple(each / bucket.total_seconds() for each in sums)
