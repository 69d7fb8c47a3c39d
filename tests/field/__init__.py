"""Files as halfrate's first version left them in the field, in every state, and those of the generations before it.

    database = restore("half_settled", tmp_path)
    old_to_new = recreate("half_settled", database, emulator)    # tests.field.at_google
    generation_5(tmp_path / "old.db")

The files of the first version are dumps of what its own code wrote (see `make_first_version.py`).
`first_version/NAME.sql` holds the rows, with `tables.sql` before and `indexes_and_triggers.sql` behind them, or the
whole file where that had grown out of an earlier generation; `NAME.jobs` is the folder of job files, `NAME.google` what
its Google holds. All stand at NOON, have vectors of 16 numbers and jobs of the key …2222; ingested documents were cut
at 200 characters.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.field.generations import generation_4, generation_5

__all__ = ["FIRST_VERSION", "FIXTURES", "NOON", "damage", "generation_4", "generation_5", "restore", "schema"]

FIRST_VERSION = Path(__file__).with_name("first_version")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""The moment at which every file of the first version was left."""
FIXTURES: dict[str, str] = {
    name: entry["sentence"] for name, entry in json.loads((FIRST_VERSION / "index.json").read_text("utf-8")).items()
}
"""The names that `restore` takes, with what each file holds."""
PAGE_SIZE = 16384
"""Of every file that the first version made itself."""


def restore(name: str, folder: Path) -> Path:
    """Makes `halfrate.db` and its folder of job files in a folder, as the first version left them; returns its path.

    KeyError for a name that is not in FIXTURES.
    """
    if name not in FIXTURES:
        raise KeyError(name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "halfrate.db"
    rows = (FIRST_VERSION / f"{name}.sql").read_text("utf-8")
    grown = rows.startswith("CREATE TABLE")
    tables, rest = ("", "") if grown else schema()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        if not grown:
            db.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        db.executescript(f"BEGIN;\n{tables}{rows}{rest}COMMIT;")
        db.execute("PRAGMA journal_mode = WAL")
    if (jobs := FIRST_VERSION / f"{name}.jobs").is_dir():
        shutil.copytree(jobs, folder / "halfrate.db.jobs")
    return path


def schema() -> tuple[str, str]:
    """The first version's schema as SQL text: tables with the record of its steps, then indexes and triggers."""
    tables, rest = ((FIRST_VERSION / f"{part}.sql").read_text("utf-8") for part in ("tables", "indexes_and_triggers"))
    return tables, rest


def damage(path: Path, table: str) -> None:
    """Overwrites the first page of a table in a file that nobody has open; the other tables stay readable."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"damaged " * (size // 8))
