"""The worker on a database until it is told to stop: `worker_process.py DATABASE CONFIG`."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.life.worker import run, stopping_on_signals
from engine.workspace import Workspace

with stopping_on_signals() as stop:
    workspace = Workspace.open(Path(sys.argv[1]), config=Path(sys.argv[2]))
    run(workspace, interval=0.05, report=lambda turn: print(type(turn).__name__, flush=True), stop=stop)
