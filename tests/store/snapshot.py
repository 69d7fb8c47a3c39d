"""All that stands in a file, read by SQLite alone: what an upgrade that failed must have left as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

Contents = dict[str, list[tuple[object, ...]]]


def contents(path: Path) -> Contents:
    """Every readable table's rows, and the schema as it stands in sqlite_master."""
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as db:  # rolls back what a killed writer left
        schema = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        found: Contents = {"sqlite_master": schema}
        for kind, name, _, sql in schema:
            if kind == "table" and not sql.startswith("CREATE VIRTUAL"):
                found[name] = db.execute(f'SELECT * FROM "{name}"').fetchall()
        return found
