"""Flushes and syncs, and kills itself where it is told to: `live` is called in a process of its own.

The place is `step NAME COUNT` (when an operation reports that far), `sql WORDS COUNT` (before the so-many-th statement
that holds these words, values included), or `never`. Nothing of the engine is replaced: it is watched, and so is its
connection.
"""

from __future__ import annotations

import os
import signal
from datetime import datetime
from pathlib import Path

from engine.domain.progress import Progress
from engine.life.manager import BatchManager
from engine.workspace import Workspace

SYNCS = 3


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Statements:
    """Counts the statements of a connection that hold the words."""

    def __init__(self, words: str, last: int) -> None:
        self.words = words
        self.last = last
        self.seen = 0

    def __call__(self, statement: str) -> None:
        if self.words in statement:
            self.seen += 1
            if self.seen == self.last:
                die()


def live(database: Path, config: Path, now: datetime, kind: str, where: str = "", count: int = 0) -> int:
    """Returns how many statements were seen, if it comes to that."""

    def watch(progress: Progress) -> None:
        if kind == "step" and progress.step.startswith(where) and progress.done >= count:
            die()

    workspace = Workspace.open(database, config=config)
    db, gemini = workspace.connect(), workspace.gemini()
    statements = Statements(where, count)
    if kind == "sql":
        db.database.conn.set_trace_callback(statements)
    manager = BatchManager(
        db,
        gemini,
        workspace.settings,
        workspace.keyring,
        connect=workspace.connect,
        clock=lambda: now,
        watch=watch,
    )
    manager.flush_queue(1)
    for _ in range(SYNCS):
        manager.sync_status()
    return statements.seen
