"""The schema step of the allowance governor: what each model and key was granted. Literal text that never changes.

The figures of `lowered_allowance` carry over, as of an unknown key; the table stays for earlier writers.
"""

from __future__ import annotations

ALLOWANCE: tuple[str, ...] = (
    """
    CREATE TABLE allowances (model TEXT NOT NULL, key_fingerprint TEXT NOT NULL, tokens INTEGER NOT NULL,
    source TEXT NOT NULL, since TEXT, proven INTEGER NOT NULL, steps INTEGER NOT NULL, try_at TEXT,
    accepted INTEGER NOT NULL, refused INTEGER NOT NULL, refused_at TEXT, begun_at TEXT, spend_refused_at TEXT,
    at TEXT NOT NULL, PRIMARY KEY (model, key_fingerprint)) WITHOUT ROWID
    """,
    """
    INSERT INTO allowances SELECT model, '', tokens, 'learned', at, 0, 0, NULL, 0, 1, at, at, NULL, at
    FROM lowered_allowance
    """,
)
