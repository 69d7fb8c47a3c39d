"""The schema step of collections: which texts a collection with a budget pays for, and which one pays for a submission.

text_pots   a row a text that the settings' collections asked for first; empty where none of them has a budget
"""

from __future__ import annotations

COLLECTIONS: tuple[str, ...] = (
    "CREATE TABLE text_pots (text_id INTEGER PRIMARY KEY, pot TEXT NOT NULL)",
    "CREATE INDEX ix_text_pots_pot ON text_pots (pot)",
    "ALTER TABLE submissions ADD COLUMN collection TEXT NOT NULL DEFAULT ''",
)
