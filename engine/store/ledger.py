"""The ledger: append-only rows of what was paid, and sums of them by day, key, model and mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from engine.domain.estimates import error_percent
from engine.domain.ledger import LedgerEntry, Spend
from engine.domain.models import Mode
from engine.domain.money import amount_pico, dollars
from engine.store.db import Db, Query, Row, SqlValue, plain, value
from engine.store.search import containing, joined, patterns

By = Literal["day", "key", "model", "mode", "job"]

_SCANS = {"ledger_days": "a row a day, key and model", "ledger": "a row a job or direct request"}
"""Why sums may read a whole table."""
_SUMS = (
    "coalesce(sum(requests), 0) AS requests, coalesce(sum(tokens), 0) AS tokens,"
    " coalesce(sum(amount_pico), 0) AS amount_pico, coalesce(sum(sync_amount_pico), 0) AS sync_amount_pico,"
    " coalesce(sum(waste_tokens), 0) AS waste_tokens, coalesce(sum(waste_pico), 0) AS waste_pico,"
    " coalesce(sum(guessed_tokens), 0) AS guessed_tokens"
)
_GROUPS: dict[By, tuple[str, str]] = {
    "day": ("ledger_days", "day"),
    "key": ("ledger_days", "key_label"),
    "model": ("ledger_days", "model"),
    "mode": ("ledger_days", "mode"),
    "job": ("ledger", "job_id"),
}
"""Table and column of each way to group."""

_POST = Query(
    "append to the ledger",
    "INSERT INTO ledger (at, mode, key_label, key_tail, model, requests, tokens, waste_tokens, price_per_million,"
    " sync_price_per_million, price_label, amount_pico, sync_amount_pico, waste_pico, estimated_tokens,"
    " guessed_tokens, submission_id, job_id, note) VALUES (:at, :mode, :key_label, :key_tail, :model, :requests,"
    " :tokens, :waste_tokens, :price_per_million, :sync_price_per_million, :price_label, :amount_pico,"
    " :sync_amount_pico, :waste_pico, :estimated_tokens, :guessed_tokens, :submission, :job_id, :note)",
)
_SPEND = Query(
    "what was spent",
    f"SELECT {_SUMS} FROM ledger_days WHERE day >= :since AND (:mode IS NULL OR mode = :mode)",
)
_REPORTS = {
    by: Query(
        f"a cost report by {by}",
        f"SELECT {column} AS name, mode AS way, {_SUMS} FROM {table}"
        f" WHERE {'at' if by == 'job' else 'day'} >= :since GROUP BY {column}, mode"
        f" ORDER BY {'max(id)' if by == 'job' else '1, 2'}",
    )
    for by, (table, column) in _GROUPS.items()
}
_COLUMNS = (
    "id, at, mode, key_label, key_tail, model, requests, tokens, waste_tokens, price_per_million,"
    " sync_price_per_million, price_label, estimated_tokens, guessed_tokens, submission_id AS submission, job_id, note"
)
_ENTRIES = Query(
    "newest entries of the ledger",
    f"SELECT {_COLUMNS} FROM ledger WHERE at >= :since AND id < coalesce(:before, 9223372036854775807)"
    " ORDER BY id DESC LIMIT :limit",
)
_ORDERS: dict[By, str] = {"day": "1 DESC, 2", "job": "job_id IS NULL, max(id) DESC"}
_LINE = f"mode AS way, {_SUMS}, coalesce(sum(estimated_tokens), 0) AS estimated_tokens"
_LINES = {
    by: Query(
        f"cost lines by {by}",
        f"SELECT {column} AS name, {_LINE} FROM {table} WHERE {containing(joined(column, 'mode'))}"
        f" GROUP BY {column}, mode ORDER BY {_ORDERS.get(by, '1, 2')} LIMIT :limit OFFSET :offset",
        scans=_SCANS[table],
    )
    for by, (table, column) in _GROUPS.items()
}
_ONE_LINE = {
    by: Query(
        f"one cost line by {by}",
        f"SELECT {column} AS name, {_LINE} FROM {table} WHERE {column} IS :key AND mode = :mode"
        f" GROUP BY {column}, mode",
        scans="" if by == "day" else _SCANS[table],
    )
    for by, (table, column) in _GROUPS.items()
}
_COUNT_LINES = {
    by: Query(
        f"count cost lines by {by}",
        f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {containing(joined(column, 'mode'))}"
        f" GROUP BY {column}, mode)",
        scans=_SCANS[table],
    )
    for by, (table, column) in _GROUPS.items()
}
_FOUND = containing(joined("id", "at", "mode", "key_label", "model", "job_id", "note"))
# The end of the day by text: every time of the day is below its date with the letter behind T.
_OF_DAY = "at >= :key AND at < :key || 'U'"
_BEHIND = {
    by: f"{_OF_DAY if by == 'day' else f'{column} IS :key'} AND mode = :mode AND {_FOUND}"
    for by, (_, column) in _GROUPS.items()
}
_ENTRIES_BEHIND = {
    by: Query(
        f"ledger entries behind a cost line by {by}",
        f"SELECT {_COLUMNS} FROM ledger WHERE {behind} AND id < coalesce(:before, 9223372036854775807)"
        " ORDER BY id DESC LIMIT :limit",
    )
    for by, behind in _BEHIND.items()
}
_COUNT_BEHIND = {
    by: Query(
        f"count ledger entries behind a cost line by {by}",
        f"SELECT count(*) FROM ledger WHERE {behind}",
        scans="" if by == "day" else _SCANS["ledger"],
    )
    for by, behind in _BEHIND.items()
}
_DAILY = Query(
    "what each day cost",
    "SELECT day, sum(amount_pico) AS amount, sum(sync_amount_pico) AS at_sync FROM ledger_days"
    " GROUP BY day ORDER BY day",
    scans=_SCANS["ledger_days"],
)
_LANDED = Query(
    "estimated and actual tokens of what was settled lately",
    "SELECT coalesce(sum(estimated_tokens), 0), coalesce(sum(tokens - waste_tokens), 0) FROM ledger_days"
    " WHERE day >= :since AND mode = 'batch'",
)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a cost report."""

    name: str
    mode: Mode | None
    """None when the line sums both."""
    spend: Spend


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A sum of ledger entries with the key by which they are found again."""

    key: str | None
    """A day, key label, model, mode or job id; None for the entries without a job."""
    mode: Mode
    spend: Spend
    estimated_tokens: int

    @property
    def error_percent(self) -> float | None:
        """How far the estimate was off from the tokens that were not wasted, signed; None without an estimate."""
        return error_percent(self.estimated_tokens, self.spend.tokens - self.spend.waste_tokens)


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What one day cost, and would have cost synchronously."""

    day: date
    amount: Decimal
    at_sync_price: Decimal


def post(db: Db, entry: LedgerEntry) -> None:
    """Appends an entry; a second one for the same job is refused by the database. Call it inside `writing`."""
    db.run(
        _POST,
        amount_pico=amount_pico(entry.tokens, entry.price_per_million),
        sync_amount_pico=amount_pico(entry.tokens, entry.sync_price_per_million),
        waste_pico=amount_pico(entry.waste_tokens, entry.price_per_million),
        **plain(entry),
    )


def spend(db: Db, *, since: date | None = None, mode: Mode | None = None) -> Spend:
    """The sum over whole days (UTC) from `since` on; reads the day totals, whose number does not grow with chunks."""
    row = db.one(_SPEND, since=_day(since), mode=mode.value if mode else None)
    return _spend(row) if row else Spend()


def month_spend(db: Db, now: datetime) -> Spend:
    """What was spent in the calendar month (UTC) of `now`."""
    return spend(db, since=now.astimezone(UTC).date().replace(day=1))


def report(db: Db, by: By, *, since: date | None = None) -> list[ReportRow]:
    """The sums grouped as asked, each mode on its own line; by job, one line a ledger entry of a job."""
    rows = db.rows(_REPORTS[by], since=_day(since))
    return [ReportRow(row["name"] or "(synchronous requests)", Mode(row["way"]), _spend(row)) for row in rows]


def entries(
    db: Db, *, since: date | None = None, before_id: int | None = None, limit: int = 200
) -> Iterator[tuple[int, LedgerEntry]]:
    """Ledger rows with their ids, newest first, paged by id."""
    rows = db.rows(_ENTRIES, since=_day(since), before=before_id, limit=limit)
    return ((row["id"], value(LedgerEntry, row)) for row in rows)


def lines(db: Db, by: By, *, words: str = "", limit: int = 100, offset: int = 0) -> list[CostLine]:
    """The sums grouped as asked whose key or mode contains the words; the newest day or job first, paged."""
    return [_line(row) for row in db.rows(_LINES[by], words=patterns(words), limit=limit, offset=offset)]


def line(db: Db, by: By, stale: CostLine) -> CostLine | None:
    """A line as it stands now; None when nothing is left of it."""
    row = db.one(_ONE_LINE[by], key=stale.key, mode=stale.mode.value)
    return _line(row) if row else None


def count_lines(db: Db, by: By, *, words: str = "") -> int:
    """How many lines there are."""
    row = db.one(_COUNT_LINES[by], words=patterns(words))
    return row[0] if row else 0


def entries_behind(
    db: Db, by: By, summed: CostLine, *, words: str = "", before_id: int | None = None, limit: int = 100
) -> list[tuple[int, LedgerEntry]]:
    """The ledger rows that a line sums with their ids, newest first, paged by id."""
    rows = db.rows(_ENTRIES_BEHIND[by], before=before_id, limit=limit, **_behind(summed, words))
    return [(row["id"], value(LedgerEntry, row)) for row in rows]


def count_behind(db: Db, by: By, summed: CostLine, *, words: str = "") -> int:
    """How many ledger rows a line sums."""
    row = db.one(_COUNT_BEHIND[by], **_behind(summed, words))
    return row[0] if row else 0


def daily(db: Db) -> list[DayTotal]:
    """Each day (UTC) on which something was paid, oldest first."""
    return [
        DayTotal(date.fromisoformat(row["day"]), dollars(row["amount"]), dollars(row["at_sync"]))
        for row in db.rows(_DAILY)
    ]


def landed(db: Db, since: date) -> tuple[int, int]:
    """Estimated and actual tokens of the batch jobs that ended on that day (UTC) or later, waste excluded."""
    row = db.one(_LANDED, since=_day(since))
    return (row[0], row[1]) if row else (0, 0)


def _day(since: date | None) -> str:
    return since.isoformat() if since else ""


def _behind(summed: CostLine, words: str) -> dict[str, SqlValue]:
    return {"key": summed.key, "mode": summed.mode.value, "words": patterns(words)}


def _line(row: Row) -> CostLine:
    return CostLine(key=row["name"], mode=Mode(row["way"]), spend=_spend(row), estimated_tokens=row["estimated_tokens"])


def _spend(row: Row) -> Spend:
    amounts = {"amount": "amount_pico", "at_sync_price": "sync_amount_pico", "waste": "waste_pico"}
    return value(Spend, row, **{field: dollars(row[column]) for field, column in amounts.items()})
