"""Why a row failed, whether it is worth another attempt, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureClass(StrEnum):
    """What may be done about a failure."""

    TRANSIENT = "transient"  # another attempt may succeed
    PERMANENT = "permanent"  # the text has to change first


class Cause(StrEnum):
    """Why a chunk failed: the one list that panels, commands and the database share."""

    RATE_LIMITED = "429 RESOURCE_EXHAUSTED"
    INTERNAL = "500 INTERNAL"
    UNAVAILABLE = "503 UNAVAILABLE"
    DEADLINE = "504 DEADLINE_EXCEEDED"
    OTHER = "other error"
    MISSING = "row missing from the result"
    JOB_FAILED = "job failed"
    BAD_VECTOR = "vector of zeros or not numbers"
    WRONG_DIMENSION = "wrong dimension"
    TOO_LONG = "400 text too long"
    EMPTY = "400 text empty"
    INVALID = "400 INVALID_ARGUMENT"
    REFUSED = "refused by policy"

    @property
    def failure_class(self) -> FailureClass:
        """Whether another attempt may help."""
        return FailureClass.PERMANENT if self in _PERMANENT else FailureClass.TRANSIENT

    @property
    def remedy(self) -> str:
        """What the operator can do about it, in a few words."""
        return _REMEDIES.get(self, "retry")


_PERMANENT = frozenset({Cause.TOO_LONG, Cause.EMPTY, Cause.INVALID, Cause.REFUSED, Cause.WRONG_DIMENSION})
_REMEDIES = {
    Cause.RATE_LIMITED: "retry later",
    Cause.TOO_LONG: "ingest again with smaller chunks",
    Cause.EMPTY: "discard: there is nothing to embed",
    Cause.INVALID: "look at the error, correct the text",
    Cause.REFUSED: "correct the text or discard",
    Cause.WRONG_DIMENSION: "check the profile's dimension, then retry --all",
}


def failure_class_of(cause: str) -> FailureClass:
    """The class of a cause as it stands in the database; what we did not write counts as transient."""
    try:
        return Cause(cause).failure_class
    except ValueError:
        return FailureClass.TRANSIENT


def remedy_of(cause: str) -> str:
    """The remedy for a cause as it stands in the database."""
    try:
        return Cause(cause).remedy
    except ValueError:
        return "retry"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter and a budget of attempts."""

    attempts: int = 4
    """Attempts in all before a chunk is FAILED."""
    base_seconds: float = 60.0
    cap_seconds: float = 3600.0

    def delay(self, attempt: int, jitter: float) -> float:
        """Seconds to wait after the attempt-th failure (from 1); `jitter` in [0, 1) spreads over half the delay."""
        full = min(self.cap_seconds, self.base_seconds * 2.0 ** min(attempt - 1, 32))
        return full * (0.5 + jitter / 2)

    def exhausted(self, attempt: int) -> bool:
        """The attempt-th failure was the last one the budget allows."""
        return attempt >= self.attempts
