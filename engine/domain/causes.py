"""Why a row failed: the one list that panels, commands and the database share. A row a cause."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureClass(StrEnum):
    """What may be done about a failure."""

    TRANSIENT = "transient"  # another attempt may succeed
    PERMANENT = "permanent"  # the text has to change first


class Cause(StrEnum):
    """The name of a cause, as it stands in the database."""

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
    NOT_TEXT = "stored text cannot be read"

    @property
    def failure_class(self) -> FailureClass:
        """Whether another attempt may help."""
        return _KNOWN[self].failure_class

    @property
    def remedy(self) -> str:
        """What the operator can do about it, in a few words."""
        return _KNOWN[self].remedy


@dataclass(frozen=True, slots=True)
class _Row:
    failure_class: FailureClass
    remedy: str


_PASSING, _LASTING = FailureClass.TRANSIENT, FailureClass.PERMANENT
_KNOWN = {
    Cause.RATE_LIMITED: _Row(_PASSING, "retry later"),
    Cause.INTERNAL: _Row(_PASSING, "retry"),
    Cause.UNAVAILABLE: _Row(_PASSING, "retry"),
    Cause.DEADLINE: _Row(_PASSING, "retry"),
    Cause.OTHER: _Row(_PASSING, "retry"),
    Cause.MISSING: _Row(_PASSING, "retry"),
    Cause.JOB_FAILED: _Row(_PASSING, "retry"),
    Cause.BAD_VECTOR: _Row(_PASSING, "retry"),
    Cause.WRONG_DIMENSION: _Row(_LASTING, "check the profile's dimension, then retry --all"),
    Cause.TOO_LONG: _Row(_LASTING, "ingest again with smaller chunks"),
    Cause.EMPTY: _Row(_LASTING, "discard: there is nothing to embed"),
    Cause.INVALID: _Row(_LASTING, "look at the error, correct the text"),
    Cause.REFUSED: _Row(_LASTING, "correct the text or discard"),
    Cause.NOT_TEXT: _Row(_LASTING, "correct the text in the database, or discard"),
}


def cause_of(name: str) -> Cause:
    """The cause of that name; what we did not write is `OTHER`."""
    return Cause(name) if name in Cause._value2member_map_ else Cause.OTHER


LASTING = tuple(cause.value for cause in Cause if cause.failure_class is FailureClass.PERMANENT)
"""Names of the causes that another attempt does not help."""
