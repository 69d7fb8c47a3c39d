"""What is said when the console itself fails: where the report is and how to go on; never local variables or keys."""

from __future__ import annotations

import contextlib
import os
import traceback
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from engine.domain.keys import mask_keys
from engine.errors import HalfrateError

if TYPE_CHECKING:
    from engine.workspace import Workspace


def report(error: BaseException, workspace: Workspace) -> str:
    """Writes the traceback to a file, readable by its owner alone, and returns what to tell the operator."""
    trace = _masked("".join(traceback.format_exception(error)), workspace)
    where = _write(trace)
    last = _masked(f"{type(error).__name__}: {error}", workspace).splitlines()[0]
    found = f"The report is in {where}." if where else "The report could not be written."
    again = "halfrate demo" if workspace.demo else f"halfrate --db {workspace.path}"
    return (
        f"The console failed: {last}\n{found}\n"
        f"Nothing that was stored is lost; a running operation goes on from where it stands. Start again: {again}\n"
    )


def _masked(text: str, workspace: Workspace) -> str:
    try:
        return workspace.keyring().mask(text)
    except HalfrateError:
        return mask_keys(text)


def _write(trace: str) -> Path | None:
    folder = Path(platformdirs.user_log_dir("halfrate", appauthor=False))
    path = folder / f"console-{datetime.now().astimezone():%Y%m%d-%H%M%S}-{os.getpid()}.log"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(trace, encoding="utf-8")
        return path
    return None
