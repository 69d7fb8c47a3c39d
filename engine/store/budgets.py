"""What budgets are measured by: sums of the ledger's totals by key, and the overrides that are in force."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from engine.domain.budgets import Override, Sum
from engine.domain.money import dollars
from engine.domain.times import utc_text
from engine.store.db import Db, Query, Row, value

_SUMS = Query(
    "what was spent in a billing month, and today, and all that is reserved, by key and collection",
    "SELECT account, key_label, collection, day >= :today AS today, sum(micro) AS micro, sum(pico) AS pico"
    " FROM ledger_totals WHERE day >= :month"
    " AND account IN ('paid:useful', 'paid:waste', 'uncertain', 'adjustment')"
    " GROUP BY 1, 2, 3, 4"
    " UNION ALL SELECT account, key_label, collection, 0, sum(micro), sum(pico) FROM ledger_totals"
    " WHERE account = 'reserved' GROUP BY 1, 2, 3",
    scans="a row a day, account, key and model",
)
_OVERRIDES = Query(
    "overrides in force",
    "SELECT at, until, note AS because, micro, pico FROM transfers WHERE until > :now AND debit = 'override'"
    " ORDER BY until",
)


def sums(db: Db, today: date) -> list[Sum]:
    """What each key spent in the billing month of `today`, and what is reserved; does not grow with the chunks."""
    rows = db.rows(_SUMS, today=today.isoformat(), month=today.replace(day=1).isoformat())
    return [
        Sum(
            account=row["account"],
            key=row["key_label"],
            collection=row["collection"],
            today=bool(row["today"]),
            amount=_amount(row),
        )
        for row in rows
    ]


def overrides(db: Db, now: datetime) -> list[Override]:
    """What is allowed on top now, in the order in which it ends."""
    return [value(Override, row, amount=_amount(row)) for row in db.rows(_OVERRIDES, now=utc_text(now))]


def _amount(row: Row) -> Decimal:
    return dollars(row["micro"] * 10**6 + row["pico"])
