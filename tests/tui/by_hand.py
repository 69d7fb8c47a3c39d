"""What happens to a file by another hand than the program's: a statement, run in a transaction of its own."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from engine.store.sqlite.connection import open_database
from engine.workspace import Workspace


def sql(where: Path | Workspace, text: str, *values: Any) -> list[tuple[Any, ...]]:
    """Runs it on a connection that is closed again; rows as tuples."""
    path = where.path if isinstance(where, Workspace) else where
    with contextlib.closing(open_database(path).db) as db, db.writing():
        return [tuple(row) for row in db.database.conn.execute(text, values)]
