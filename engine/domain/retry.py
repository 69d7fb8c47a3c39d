"""When a text whose row failed in passing is sent again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter and a budget of attempts."""

    attempts: int = 4
    """Attempts in all before its chunks are FAILED."""
    base_seconds: float = 60.0
    cap_seconds: float = 3600.0

    def delay(self, attempt: int, jitter: float) -> float:
        """Seconds to wait after the attempt-th failure (from 1); `jitter` in [0, 1) spreads over half the delay."""
        full = min(self.cap_seconds, self.base_seconds * 2.0 ** min(attempt - 1, 32))
        return full * (0.5 + jitter / 2)

    def exhausted(self, attempt: int) -> bool:
        """The attempt-th failure was the last one the budget allows."""
        return attempt >= self.attempts
