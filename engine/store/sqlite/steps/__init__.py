"""How the schema came to be: numbered steps, each with a sentence, for a new file and for one of an earlier generation.

A file in the field may be of generation 4 (`documents`, `chunks`: everything embedded), of generation 5 (the queue:
`chunks.embedding_status`, `batch_jobs`), or of an earlier version of ours. What is added to its tables is nullable or
has a default, so that the earlier writer goes on working on the same file. Tables that are not named here are never
touched. A step that was released is frozen: a test compares what it holds with a recorded digest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from engine.store.sqlite.steps.allowance import ALLOWANCE
from engine.store.sqlite.steps.budgets import BUDGETS
from engine.store.sqlite.steps.carry import Tell as Tell
from engine.store.sqlite.steps.carry import carry_over
from engine.store.sqlite.steps.collections import COLLECTIONS
from engine.store.sqlite.steps.first_version import FIRST_VERSION
from engine.store.sqlite.steps.kinds import KINDS
from engine.store.sqlite.steps.money import GUARDS, MONEY, carry_money
from engine.store.sqlite.steps.second_version import COUNTERS, TABLES

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

ORIGIN_COLUMNS = {
    "documents": {"id", "content", "metadata", "media_type", "created_at"},
    "chunks": {
        "id",
        "document_id",
        "chunk_index",
        "content",
        "chunk_type",
        "language",
        "metadata",
        "created_at",
    },
    "batch_jobs": {"id", "google_job_id", "status", "stats", "created_at", "updated_at"},
}
"""What the tables of every earlier generation have."""

RELEASED: dict[str, tuple[str, ...]] = {
    **FIRST_VERSION,
    "m007_texts": TABLES,
    "m009_counters": COUNTERS,
    "m010_transfers": MONEY,
    "m012_guards": GUARDS,
    "m013_kinds": KINDS,
    "m014_allowance": ALLOWANCE,
    "m015_budgets": BUDGETS,
    "m016_collections": COLLECTIONS,
}
"""The statements of the steps that are statements alone."""

_COLUMN = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+)")


def steps(tell: Tell) -> Migrations:
    """All steps in their order; `tell` is told how many chunks have been carried over, of how many."""
    from sqlite_utils import Migrations

    carried: dict[str, Callable[[Database], None]] = {
        "m008_carry_over": lambda db: carry_over(db.conn, tell),
        "m011_carry_money": lambda db: carry_money(db.conn),
    }
    made = Migrations("halfrate")
    for name in step_names():
        made(name=name)(_statements(RELEASED[name]) if name in RELEASED else carried[name])
    return made


def step_names() -> list[str]:
    """The names of all steps, in their order."""
    second = ["m007_texts", "m008_carry_over", "m009_counters"]
    money = ["m010_transfers", "m011_carry_money", "m012_guards"]
    return [*FIRST_VERSION, *second, *money, "m013_kinds", "m014_allowance", "m015_budgets", "m016_collections"]


def _statements(statements: Iterable[str]) -> Callable[[Database], None]:
    def apply(db: Database) -> None:
        for statement in statements:
            column = _COLUMN.match(statement)
            if column is None or not _has_column(db, column[1], column[2]):
                db.conn.execute(statement)

    return apply


def _has_column(db: Database, table: str, column: str) -> bool:
    return any(row[1] == column for row in db.conn.execute(f"PRAGMA table_info({table})"))
