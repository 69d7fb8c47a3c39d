"""The schema step of budgets: what is allowed for a time is found by when it ends."""

from __future__ import annotations

BUDGETS: tuple[str, ...] = ("CREATE INDEX ix_transfers_until ON transfers (until) WHERE until IS NOT NULL",)
