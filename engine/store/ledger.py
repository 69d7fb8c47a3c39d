"""The ledger: append-only rows of what was paid, and sums of them by day, key, model and mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlite_utils import Database

from engine.domain.estimates import error_percent
from engine.domain.ledger import LedgerEntry, Spend
from engine.domain.pricing import Mode, amount_pico, dollars
from engine.domain.times import parse_time, utc_text
from engine.store.search import containing, joined

By = Literal["day", "key", "model", "mode", "job"]

_SUMS = (
    "coalesce(sum(requests), 0), coalesce(sum(tokens), 0), coalesce(sum(amount_pico), 0),"
    " coalesce(sum(sync_amount_pico), 0), coalesce(sum(waste_tokens), 0), coalesce(sum(waste_pico), 0)"
)
_GROUPS: dict[By, str] = {
    "day": "day",
    "key": "key_label",
    "model": "model",
    "mode": "mode",
}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a cost report."""

    name: str
    mode: Mode | None
    """None when the line sums both."""
    spend: Spend


def post(db: Database, entry: LedgerEntry) -> None:
    """Appends an entry; a second one for the same job is refused by the database. Call it inside `writing`."""
    db.conn.execute(
        "INSERT INTO ledger (at, mode, key_label, key_tail, model, requests, tokens, waste_tokens, price_per_million,"
        " sync_price_per_million, price_label, amount_pico, sync_amount_pico, waste_pico, estimated_tokens, job_id,"
        " note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            utc_text(entry.at),
            entry.mode,
            entry.key_label,
            entry.key_tail,
            entry.model,
            entry.requests,
            entry.tokens,
            entry.waste_tokens,
            str(entry.price_per_million),
            str(entry.sync_price_per_million),
            entry.price_label,
            amount_pico(entry.tokens, entry.price_per_million),
            amount_pico(entry.tokens, entry.sync_price_per_million),
            amount_pico(entry.waste_tokens, entry.price_per_million),
            entry.estimated_tokens,
            entry.job_id,
            entry.note,
        ),
    )


def spend(db: Database, *, since: date | None = None, mode: Mode | None = None) -> Spend:
    """The sum over whole days (UTC) from `since` on; reads the day totals, whose number does not grow with chunks."""
    row = db.conn.execute(
        f"SELECT {_SUMS} FROM ledger_days WHERE day >= ? AND (? IS NULL OR mode = ?)",
        (since.isoformat() if since else "", mode, mode),
    ).fetchone()
    return _spend(row)


def month_spend(db: Database, now: datetime) -> Spend:
    """What was spent in the calendar month (UTC) of `now`."""
    return spend(db, since=now.astimezone(UTC).date().replace(day=1))


def report(db: Database, by: By, *, since: date | None = None) -> list[ReportRow]:
    """The sums grouped as asked, each mode on its own line; by job, one line a ledger entry of a job."""
    start = since.isoformat() if since else ""
    if by == "job":
        rows = db.conn.execute(
            f"SELECT job_id, mode, {_SUMS} FROM ledger WHERE at >= ? GROUP BY job_id, mode ORDER BY max(id)", (start,)
        )
    else:
        column = _GROUPS[by]
        rows = db.conn.execute(
            f"SELECT {column}, mode, {_SUMS} FROM ledger_days WHERE day >= ? GROUP BY {column}, mode ORDER BY 1, 2",
            (start,),
        )
    return [ReportRow(row[0] or "(synchronous requests)", Mode(row[1]), _spend(row[2:])) for row in rows]


def entries(
    db: Database, *, since: date | None = None, before_id: int | None = None, limit: int = 200
) -> Iterator[tuple[int, LedgerEntry]]:
    """Ledger rows with their ids, newest first, paged by id."""
    rows = db.conn.execute(
        f"SELECT {_ENTRY_COLUMNS} FROM ledger WHERE at >= ? AND id < coalesce(?, 9223372036854775807)"
        " ORDER BY id DESC LIMIT ?",
        (since.isoformat() if since else "", before_id, limit),
    )
    for row in rows:
        yield row[0], _entry(row)


_ENTRY_COLUMNS = (
    "id, at, mode, key_label, key_tail, model, requests, tokens, waste_tokens, price_per_million,"
    " sync_price_per_million, price_label, estimated_tokens, job_id, note"
)


def _entry(row: tuple[Any, ...]) -> LedgerEntry:
    at = parse_time(row[1])
    assert at is not None  # noqa: S101 - written by `post` alone
    return LedgerEntry(
        at=at,
        mode=Mode(row[2]),
        key_label=row[3],
        key_tail=row[4],
        model=row[5],
        requests=row[6],
        tokens=row[7],
        waste_tokens=row[8],
        price_per_million=Decimal(row[9]),
        sync_price_per_million=Decimal(row[10]),
        price_label=row[11],
        estimated_tokens=row[12],
        job_id=row[13],
        note=row[14],
    )


@dataclass(frozen=True, slots=True)
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


_LINE_KEYS: dict[By, str] = {**_GROUPS, "job": "job_id"}
_LINE_ORDERS: dict[By, str] = {"day": "1 DESC, 2", "job": "job_id IS NULL, max(id) DESC"}


def lines(db: Database, by: By, *, words: str = "", limit: int = 100, offset: int = 0) -> list[CostLine]:
    """The sums grouped as asked whose key or mode contains the words; the newest day or job first, paged."""
    key = _LINE_KEYS[by]
    where, values = containing(joined(key, "mode"), words)
    return _lines(
        db, by, f"{where} GROUP BY {key}, mode ORDER BY {_LINE_ORDERS.get(by, '1, 2')}", (*values, limit, offset)
    )


def line(db: Database, by: By, stale: CostLine) -> CostLine | None:
    """A line as it stands now; None when nothing is left of it."""
    found = _lines(
        db, by, f"{_LINE_KEYS[by]} IS ? AND mode = ? GROUP BY {_LINE_KEYS[by]}, mode", (stale.key, stale.mode, 1, 0)
    )
    return found[0] if found else None


def _lines(db: Database, by: By, tail: str, values: tuple[str | int | None, ...]) -> list[CostLine]:
    rows = db.conn.execute(
        f"SELECT {_LINE_KEYS[by]}, mode, {_SUMS}, coalesce(sum(estimated_tokens), 0)"
        f" FROM {'ledger' if by == 'job' else 'ledger_days'} WHERE {tail} LIMIT ? OFFSET ?",
        values,
    )
    return [CostLine(row[0], Mode(row[1]), _spend(row[2:8]), row[8]) for row in rows]


def count_lines(db: Database, by: By, *, words: str = "") -> int:
    """How many lines there are."""
    key, table = _LINE_KEYS[by], "ledger" if by == "job" else "ledger_days"
    where, values = containing(joined(key, "mode"), words)
    query = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {where} GROUP BY {key}, mode)"
    found: int = db.conn.execute(query, values).fetchone()[0]
    return found


def entries_behind(
    db: Database, by: By, summed: CostLine, *, words: str = "", before_id: int | None = None, limit: int = 100
) -> list[tuple[int, LedgerEntry]]:
    """The ledger rows that a line sums with their ids, newest first, paged by id."""
    where, values = _behind(by, summed, words)
    rows = db.conn.execute(
        f"SELECT {_ENTRY_COLUMNS} FROM ledger WHERE {where} AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?",
        (*values, before_id, before_id, limit),
    )
    return [(row[0], _entry(row)) for row in rows]


def count_behind(db: Database, by: By, summed: CostLine, *, words: str = "") -> int:
    """How many ledger rows a line sums."""
    where, values = _behind(by, summed, words)
    found: int = db.conn.execute(f"SELECT count(*) FROM ledger WHERE {where}", values).fetchone()[0]
    return found


_ENTRY_TEXT = joined("id", "at", "mode", "key_label", "model", "job_id", "note")


def _behind(by: By, summed: CostLine, words: str) -> tuple[str, list[str | None]]:
    found, patterns = containing(_ENTRY_TEXT, words)
    if by == "day" and summed.key is not None:
        # The end of the day by text: every time of the day is below its date with the letter behind T.
        return f"at >= ? AND at < ? AND mode = ? AND {found}", [summed.key, summed.key + "U", summed.mode, *patterns]
    return f"{_LINE_KEYS[by]} IS ? AND mode = ? AND {found}", [summed.key, summed.mode, *patterns]


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What one day cost, and would have cost synchronously."""

    day: date
    amount: Decimal
    at_sync_price: Decimal


def daily(db: Database) -> list[DayTotal]:
    """Each day (UTC) on which something was paid, oldest first."""
    rows = db.conn.execute(
        "SELECT day, sum(amount_pico), sum(sync_amount_pico) FROM ledger_days GROUP BY day ORDER BY day"
    )
    return [DayTotal(date.fromisoformat(day), dollars(amount), dollars(at_sync)) for day, amount, at_sync in rows]


def landed(db: Database, since: date) -> tuple[int, int]:
    """Estimated and actual tokens of the batch jobs that ended on that day (UTC) or later, waste excluded."""
    row = db.conn.execute(
        "SELECT coalesce(sum(estimated_tokens), 0), coalesce(sum(tokens - waste_tokens), 0) FROM ledger_days"
        " WHERE day >= ? AND mode = 'batch'",
        (since.isoformat(),),
    ).fetchone()
    return row[0], row[1]


def _spend(row: tuple[int, ...]) -> Spend:
    requests, tokens, amount, at_sync, waste_tokens, waste = row
    return Spend(requests, tokens, dollars(amount), dollars(at_sync), waste_tokens, dollars(waste))
