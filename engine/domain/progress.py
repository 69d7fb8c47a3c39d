"""What an operation tells while it runs, and how it is asked to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an operation is: `done` of `total` units of its present step; `total` is 0 when it is not known."""

    operation: str
    """flush, sync, retry, ingest."""
    step: str
    """What is being done, in two or three words: `spool abc09f2`."""
    done: int
    total: int
    unit: str
    """chunks, bytes, rows, jobs."""


Watch = Callable[[Progress], None]
"""Is told about progress; called from the operation's thread, at most some ten times a second a step."""
Stop = Callable[[], bool]
"""Asked between steps: True ends the operation after the step in hand; what is left goes on next time."""
