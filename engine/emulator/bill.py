"""What Google would charge for: one entry per synchronous call and per batch job with something to charge.

Rows that failed and rows that never came back are free, and so are jobs that failed, expired or were cancelled, unless
the scenario bills them; counting tokens and refused calls always are. What was computed is charged whatever comes of
it: a vector twice in the results, under another key, on a broken line, of zeros, of the wrong length or missing, and
tokens that the answer does not tell.
"""

from __future__ import annotations

import threading
from typing import TypedDict

from .clock import nanoseconds
from .wire import timestamp


class BillEntry(TypedDict):
    """Requests and tokens of one call or job; `key` is the last four characters of the key that paid."""

    at: str
    key: str
    project: str
    model: str
    mode: str
    job: str | None
    display_name: str | None
    requests: int
    tokens: int


class Bill(TypedDict):
    """All entries in the order they were booked, and tokens per mode."""

    entries: list[BillEntry]
    totals: dict[str, int]


class Ledger:
    """The entries so far; safe to use from any thread."""

    def __init__(self) -> None:
        self._entries: list[BillEntry] = []
        self._lock = threading.Lock()

    def book(
        self,
        at: float,
        *,
        key: str,
        project: str,
        model: str,
        mode: str,
        job: str | None = None,
        display_name: str | None = None,
        requests: int,
        tokens: int,
    ) -> None:
        """Book one direct call or one ended job; without a single row to charge it costs nothing and is not booked."""
        entry = BillEntry(
            at=timestamp(nanoseconds(at)),
            key=key[-4:],
            project=project,
            model=model,
            mode=mode,
            job=job,
            display_name=display_name,
            requests=requests,
            tokens=tokens,
        )
        if requests:
            with self._lock:
                self._entries.append(entry)

    def bill(self) -> Bill:
        """A copy that no later call changes."""
        with self._lock:
            entries = [entry.copy() for entry in self._entries]
        totals = {"batch": 0, "synchronous": 0}
        for entry in entries:
            totals[entry["mode"]] += entry["tokens"]
        return Bill(entries=entries, totals=totals)
