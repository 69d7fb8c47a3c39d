"""What each document or folder cost: the tokens of its texts' requests at the prices they were sent at.

One document pays for a text: the one of its first chunk. What no text is known of - rows of the first version,
adjustments, fractions of a picodollar - is a line of its own, so that the lines add up to the ledger.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from engine.domain.ledger import Spend
from engine.domain.models import Mode
from engine.domain.money import cost
from engine.store import ledger
from engine.store.db import Db, Query, Row
from engine.store.ledger import ReportRow

ByText = Literal["document", "folder"]

GONE = "(no document any more)"
UNKNOWN = "(no text is known)"
_NAMES: dict[ByText, str] = {
    "document": "coalesce(d.source, d.title, 'document ' || d.id)",
    "folder": "coalesce(rtrim(d.source, replace(d.source, '/', '')), '')",
}
_GROUPS: dict[ByText, str] = {"document": "d.id", "folder": "name"}
_WANTED = "r.outcome IN ('useful', 'turned')"
_DOUBT = "coalesce(r.doubt, 0)"
_REPORTS = {
    by: Query(
        f"a cost report by {by}",
        "WITH booked AS (SELECT submission_id, max(day) AS day FROM postings WHERE submission_id IS NOT NULL"
        " AND account IN ('paid:useful', 'paid:waste', 'uncertain') GROUP BY submission_id)"
        f" SELECT d.id IS NULL AS gone, {name} AS name, s.mode, s.price_per_million AS price,"
        " s.sync_price_per_million AS direct, sum(r.outcome IN ('useful', 'unused', 'turned', 'spoiled')"
        " OR r.tokens > 0 OR (r.doubt IS NOT NULL AND s.judged IS 'billed')) AS requests,"
        " coalesce(sum(r.tokens), 0) AS tokens,"
        f" coalesce(sum(CASE WHEN {_WANTED} THEN r.tokens END), 0) AS useful,"
        " coalesce(sum(CASE WHEN r.basis = 'estimated' THEN r.tokens END), 0) AS guessed,"
        f" sum(CASE WHEN s.judged IS NULL THEN {_DOUBT} ELSE 0 END) AS uncertain,"
        f" sum(CASE WHEN s.judged = 'billed' THEN {_DOUBT} ELSE 0 END) AS judged"
        " FROM booked b JOIN submissions s ON s.id = b.submission_id JOIN requests r ON r.submission_id = s.id"
        " LEFT JOIN chunks c ON c.id = (SELECT min(id) FROM chunks WHERE text_id = r.text_id)"
        " LEFT JOIN documents d ON d.id = c.document_id WHERE s.ended_at IS NOT NULL AND b.day >= :since"
        f" AND b.day <= :until GROUP BY gone, {_GROUPS[by]}, s.mode, price, direct ORDER BY gone, name, s.mode",
        scans="a report by document looks at every request",
    )
    for by, name in _NAMES.items()
}


def report(db: Db, by: ByText, *, since: date | None = None, until: date | None = None) -> list[ReportRow]:
    """The sums by document or folder, each mode on its own line; they add up to the ledger's."""
    found: list[ReportRow] = []
    days = {"since": since.isoformat() if since else "", "until": until.isoformat() if until else "9999"}
    for row in db.rows(_REPORTS[by], **days):
        name, mode, spend = GONE if row["gone"] else row["name"], Mode(row["mode"]), _spend(row)
        if found and (found[-1].name, found[-1].mode) == (name, mode):
            spend += found.pop().spend
        found.append(ReportRow(name, mode, spend))
    return [row for row in [*found, *_rest(db, found, since, until)] if row.spend != Spend()]


def _rest(db: Db, found: list[ReportRow], since: date | None, until: date | None) -> list[ReportRow]:
    rest = []
    for mode in Mode:
        known = sum((row.spend for row in found if row.mode is mode), Spend())
        rest.append(ReportRow(UNKNOWN, mode, ledger.spend(db, since=since, until=until, mode=mode) - known))
    return rest


def _spend(row: Row) -> Spend:
    price, direct = Decimal(row["price"]), Decimal(row["direct"])
    waste = row["tokens"] - row["useful"] + row["judged"]
    return Spend(
        requests=row["requests"],
        tokens=row["useful"] + waste,
        amount=cost(row["useful"] + waste, price),
        at_sync_price=cost(row["useful"], direct),
        waste_tokens=waste,
        waste=cost(waste, price),
        guessed_tokens=row["guessed"] + row["judged"],
        uncertain_tokens=row["uncertain"],
        uncertain=cost(row["uncertain"], price),
    )
