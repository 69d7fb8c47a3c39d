"""Flushes and syncs, and kills itself where it is told to: `victim.py DATABASE CONFIG TIME PLACE`.

PLACE is `step NAME COUNT` (when an operation reports that far), `sql WORDS COUNT` (before the so-many-th statement that
holds these words, values included), or `never`. Nothing of the engine is replaced: it is watched, and so is its
connection.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from engine.domain.progress import Progress
from engine.life.manager import BatchManager
from engine.workspace import Workspace

KIND, WHERE, COUNT = [*sys.argv[4:], "", "0"][:3]
SYNCS = 3


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def watch(progress: Progress) -> None:
    if KIND == "step" and progress.step.startswith(WHERE) and progress.done >= int(COUNT):
        die()


class Statements:
    """Counts the statements of a connection."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, statement: str) -> None:
        if WHERE in statement:
            self.seen += 1
            if self.seen == int(COUNT):
                die()


def main() -> None:
    workspace = Workspace.open(Path(sys.argv[1]), config=Path(sys.argv[2]))
    now = datetime.fromisoformat(sys.argv[3])
    db, gemini = workspace.connect(), workspace.gemini()
    statements = Statements()
    if KIND == "sql":
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
    print(statements.seen)


main()
