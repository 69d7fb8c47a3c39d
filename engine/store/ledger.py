"""The ledger: append-only transfers between accounts, and sums of what the accounts hold, by day, key, model and so on.

Sums come from totals that a trigger keeps; `audit` compares them with the transfers. A posting is a transfer as one of
its two accounts sees it: the rows behind every sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from engine.domain.billing import billing_day
from engine.domain.ledger import UNCERTAIN, Lot, Posting, Quantity, Spend, Transfer, chained
from engine.domain.models import Mode
from engine.domain.money import halves, whole
from engine.store.db import Db, Query, Row, SqlValue, plain, value
from engine.store.search import containing, joined, patterns

By = Literal["day", "key", "model", "mode", "job", "month", "project", "collection", "kind"]

_SCANS = {"ledger_totals": "a row a day, account, key and model", "postings": "a row a job or direct request"}
"""Why sums may read a whole table."""
_PAID = "account IN ('paid:useful', 'paid:waste')"


def _sum(columns: Sequence[str], when: str, name: str) -> str:
    return ", ".join(f"coalesce(sum(CASE WHEN {when} THEN {each} END), 0) AS {name}{each}" for each in columns)


_SUMS = ", ".join(
    (
        _sum(("requests", "tokens", "guessed_tokens", "micro", "pico"), _PAID, ""),
        _sum(("direct_micro", "direct_pico"), "account = 'paid:useful'", ""),
        _sum(("tokens", "micro", "pico"), "account = 'paid:waste'", "waste_"),
        _sum(("tokens", "micro", "pico"), "account = 'uncertain'", "uncertain_"),
        _sum(("micro", "pico"), "account = 'adjustment'", "adjustment_"),
    )
)
_SPENT = "account IN ('paid:useful', 'paid:waste', 'uncertain', 'adjustment')"
"""What counts as spent; of these accounts lines are made."""
_KIND = (
    "CASE account WHEN 'paid:useful' THEN 'useful' WHEN 'paid:waste' THEN 'waste: ' || kind"
    " WHEN 'uncertain' THEN 'uncertain: ' || kind ELSE 'adjustment' END"
)
_HOLDS = "HAVING sum(tokens) <> 0 OR sum(requests) <> 0 OR sum(micro) <> 0 OR sum(pico) <> 0"
"""Lines of what was taken back as a whole are left out."""
_GROUPS: dict[By, tuple[str, str]] = {
    "day": ("ledger_totals", "day"),
    "month": ("ledger_totals", "substr(day, 1, 7)"),
    "key": ("ledger_totals", "key_label"),
    "project": ("ledger_totals", "project"),
    "model": ("ledger_totals", "model"),
    "mode": ("ledger_totals", "mode"),
    "job": ("postings", "job_id"),
    "collection": ("ledger_totals", "collection"),
    "kind": ("ledger_totals", _KIND),
}
"""Table and column of each way to group."""

NAMELESS: dict[By, str] = {
    "job": "(synchronous requests)",
    "project": "(no project named)",
    "collection": "(no collection)",
}
"""How a line is called whose key is empty."""

CHAINED = (
    "at", "used_at", "day", "debit", "credit", "kind", "requests", "tokens", "guessed_tokens", "estimated_tokens",
    "micro", "pico", "direct_micro", "direct_pico", "price_per_million", "sync_price_per_million", "price_label",
    "mode", "model", "key_label", "key_tail", "key_fingerprint", "project", "collection", "submission_id", "job_id",
    "note", "until", "reference", "carried",
)  # fmt: skip
"""The columns of a transfer, in the order in which they are chained."""
_POST = Query(
    "append a transfer",
    f"INSERT INTO transfers ({', '.join(CHAINED)}, hash) VALUES ({', '.join(f':{name}' for name in CHAINED)}, :hash)"
    " RETURNING id",
)
_LAST = Query(
    "the hash of the last transfer",
    "SELECT hash FROM transfers ORDER BY id DESC LIMIT 1",
    scans="reads the last row alone",
)
_SPEND = Query(
    "what was spent",
    f"SELECT {_SUMS} FROM ledger_totals WHERE day >= :since AND day <= :until AND (:mode IS NULL OR mode = :mode)",
)
_HELD = Query(
    "what an account holds of a submission",
    "SELECT coalesce(sum(micro), 0) AS micro, coalesce(sum(pico), 0) AS pico, coalesce(sum(tokens), 0) AS tokens"
    " FROM postings WHERE submission_id = :submission AND account = :account",
)
_LOTS = Query(
    "what accounts hold of a submission's work, the latest first",
    "SELECT account, kind, used_at, sum(requests) AS requests, sum(tokens) AS tokens,"
    " sum(guessed_tokens) AS guessed_tokens, sum(estimated_tokens) AS estimated_tokens FROM postings"
    " WHERE submission_id = :submission AND account IN ('paid:useful', 'paid:waste', 'uncertain')"
    " GROUP BY account, kind, used_at HAVING sum(tokens) <> 0 OR sum(requests) <> 0"
    " ORDER BY used_at DESC, account, kind",
)
_BALANCE = Query(
    "what an account holds",
    "SELECT coalesce(sum(micro), 0) AS micro, coalesce(sum(pico), 0) AS pico, coalesce(sum(tokens), 0) AS tokens"
    " FROM ledger_totals WHERE account = :account AND day >= :since",
)
_REPORTS = {
    by: Query(
        f"a cost report by {by}",
        f"SELECT {column} AS name, mode AS way, {_SUMS} FROM {table} WHERE {_SPENT} AND day >= :since"
        f" AND day <= :until GROUP BY {column}, mode {_HOLDS} ORDER BY {'max(id)' if by == 'job' else '1, 2'}",
    )
    for by, (table, column) in _GROUPS.items()
}
_COLUMNS = (
    "id, transfer, account, at, day, kind, requests, tokens, guessed_tokens, estimated_tokens, micro, pico,"
    " direct_micro, direct_pico, price_per_million, sync_price_per_million, price_label, mode, model, key_label,"
    " key_tail, project, collection, submission_id AS submission, job_id, note, carried"
)
_ORDERS: dict[By, str] = {"day": "1 DESC, 2", "month": "1 DESC, 2", "job": "job_id IS NULL, max(id) DESC"}
_LINE = f"mode AS way, {_SUMS}, {_sum(('estimated_tokens',), _PAID, '')}"
_LINES = {
    by: Query(
        f"cost lines by {by}",
        f"SELECT {column} AS name, {_LINE} FROM {table} WHERE {_SPENT} AND {containing(joined(column, 'mode'))}"
        f" GROUP BY {column}, mode {_HOLDS} ORDER BY {_ORDERS.get(by, '1, 2')} LIMIT :limit OFFSET :offset",
        scans=_SCANS[table],
    )
    for by, (table, column) in _GROUPS.items()
}
_ONE_LINE = {
    by: Query(
        f"one cost line by {by}",
        f"SELECT {column} AS name, {_LINE} FROM {table} WHERE {_SPENT} AND {column} IS :key AND mode = :mode"
        f" GROUP BY {column}, mode",
        scans="" if by in ("day", "job") else _SCANS[table],
    )
    for by, (table, column) in _GROUPS.items()
}
_COUNT_LINES = {
    by: Query(
        f"count cost lines by {by}",
        f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {_SPENT} AND {containing(joined(column, 'mode'))}"
        f" GROUP BY {column}, mode {_HOLDS})",
        scans=_SCANS[table],
    )
    for by, (table, column) in _GROUPS.items()
}
_FOUND = containing(joined("id", "at", "account", "kind", "mode", "key_label", "model", "job_id", "note"))
_BEHIND = {by: f"{_SPENT} AND {column} IS :key AND mode = :mode AND {_FOUND}" for by, (_, column) in _GROUPS.items()}
_SUMMED = (
    "account IN (SELECT value FROM json_each(:accounts)) AND day >= :since AND day <= :until"
    " AND (:mode IS NULL OR mode = :mode)"
)
_ROWS = Query(
    "postings behind a sum",
    f"SELECT {_COLUMNS} FROM postings WHERE {_SUMMED} ORDER BY id",
)
"""All postings of some accounts, days and modes."""
_ROWS_BY = {
    by: Query(
        f"postings behind a sum by {by}",
        f"SELECT {_COLUMNS} FROM postings WHERE {_SUMMED} AND {column} IS :key ORDER BY id",
    )
    for by, (_, column) in _GROUPS.items()
}
"""Those of them with one key."""
ENTRY = Query("what a transfer credits", f"SELECT {_COLUMNS} FROM postings WHERE transfer = :transfer AND id % 2 = 0")
_POSTINGS_BEHIND = {
    by: Query(
        f"postings behind a cost line by {by}",
        f"SELECT {_COLUMNS} FROM postings WHERE {behind} AND id < coalesce(:before, 9223372036854775807)"
        " ORDER BY id DESC LIMIT :limit",
        scans="" if by in ("day", "job") else _SCANS["postings"],
    )
    for by, behind in _BEHIND.items()
}
_POSTINGS = Query(
    "newest postings of what was spent",
    f"SELECT {_COLUMNS} FROM postings WHERE {_SPENT} AND day >= :since"
    " AND id < coalesce(:before, 9223372036854775807) ORDER BY id DESC LIMIT :limit",
)
_COUNT_BEHIND = {
    by: Query(
        f"count postings behind a cost line by {by}",
        f"SELECT count(*) FROM postings WHERE {behind}",
        scans="" if by in ("day", "job") else _SCANS["postings"],
    )
    for by, behind in _BEHIND.items()
}
_DAILY = Query(
    "what each day cost",
    f"SELECT day, {_SUMS} FROM ledger_totals WHERE {_SPENT} GROUP BY day ORDER BY day",
    scans=_SCANS["ledger_totals"],
)
_LANDED = Query(
    "estimated and actual tokens of what was settled lately",
    "SELECT coalesce(sum(estimated_tokens), 0), coalesce(sum(tokens), 0) FROM ledger_totals"
    " WHERE day >= :since AND mode = 'batch' AND account = 'paid:useful'",
)


_BOOKED = Query(
    "what is booked for each submission and by each adjustment",
    "SELECT coalesce('submission ' || submission_id, 'transfer ' || transfer) AS id, min(used_at) AS used_at,"
    " min(day) AS day, CASE account WHEN 'paid:waste' THEN 'paid:useful' ELSE account END AS holder, max(kind) AS kind,"
    " mode, model, key_label, key_tail, key_fingerprint, submission_id AS submission, job_id, price_per_million,"
    " sum(tokens) AS tokens, sum(guessed_tokens) AS guessed_tokens, sum(micro) AS micro, sum(pico) AS pico"
    f" FROM postings WHERE {_SPENT} GROUP BY 1, holder, mode, model, CASE account WHEN 'adjustment' THEN transfer END"
    " HAVING min(day) >= :since AND min(day) <= :until AND (sum(tokens) <> 0 OR sum(micro) <> 0 OR sum(pico) <> 0)"
    " ORDER BY min(transfer)",
    scans=_SCANS["postings"],
)
_REFERRED = Query("whether a reference was posted", "SELECT 1 FROM transfers WHERE reference = :reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is booked for a submission, or by an adjustment, in one account; both accounts of what was paid are one."""

    id: str
    holder: str
    used_at: datetime
    day: str
    kind: str
    mode: Mode
    model: str
    key_label: str
    key_tail: str
    key_fingerprint: str
    submission: int | None
    job_id: str | None
    price_per_million: Decimal
    tokens: int
    guessed_tokens: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a cost report."""

    name: str
    mode: Mode | None
    """None when the line sums both."""
    spend: Spend
    key: str | None = None
    """By which its rows are found again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """A sum of postings with the key by which they are found again."""

    key: str | None
    """A day, key label, model, mode or job id; None for the postings without a job."""
    mode: Mode
    spend: Spend
    estimated_tokens: int


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What one day cost, and what its useful tokens would have cost synchronously."""

    day: date
    amount: Decimal
    at_sync_price: Decimal


def post(db: Db, transfer: Transfer) -> int:
    """Appends a transfer and returns its id; call it inside `writing`. One of nothing is refused by the caller."""
    last = db.one(_LAST)
    values = _values(transfer)
    row = db.one(_POST, **values, hash=chained(last["hash"] if last else "", [values[name] for name in CHAINED]))
    return row["id"] if row else 0


def _values(transfer: Transfer) -> dict[str, str | int | None]:
    columns = plain(transfer, without=("amount", "direct", "submission"))
    micro, pico = halves(transfer.amount)
    direct_micro, direct_pico = halves(transfer.direct)
    columns |= {"micro": micro, "pico": pico, "direct_micro": direct_micro, "direct_pico": direct_pico}
    columns["submission_id"] = transfer.submission
    return columns  # type: ignore[return-value]  # of the values of a transfer none is a float or bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What an account holds of a submission: exact dollars, and tokens."""

    amount: Decimal
    tokens: int


def held(db: Db, submission: int, account: str) -> Held:
    """What an account holds of a submission."""
    row = db.one(_HELD, submission=submission, account=account)
    return Held(amount_of(row), row["tokens"]) if row else Held(Decimal(0), 0)


def lots(db: Db, submission: int) -> list[Lot]:
    """What was or may be paid for a submission, by account, kind and time, the latest first."""
    rows = db.rows(_LOTS, submission=submission)
    return [value(Lot, row, quantity=value(Quantity, row)) for row in rows]


def spend(db: Db, *, since: date | None = None, until: date | None = None, mode: Mode | None = None) -> Spend:
    """The sum over whole billing days from `since` to `until`, both included; does not grow with the chunks."""
    row = db.one(_SPEND, since=_day(since), until=_last(until), mode=mode.value if mode else None)
    return _spend(row) if row else Spend()


def month_spend(db: Db, now: datetime) -> Spend:
    """What was spent in the billing month of `now`."""
    return spend(db, since=billing_day(now).replace(day=1))


def report(db: Db, by: By, *, since: date | None = None, until: date | None = None) -> list[ReportRow]:
    """The sums grouped as asked, each mode on its own line."""
    rows = db.rows(_REPORTS[by], since=_day(since), until=_last(until))
    return [ReportRow(row["name"] or NAMELESS.get(by, ""), Mode(row["way"]), _spend(row), row["name"]) for row in rows]


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


def postings_behind(
    db: Db, by: By, summed: CostLine, *, words: str = "", before_id: int | None = None, limit: int = 100
) -> list[Posting]:
    """The postings that a line sums, newest first, paged by id."""
    rows = db.rows(_POSTINGS_BEHIND[by], before=before_id, limit=limit, **_behind(summed, words))
    return [posting(row) for row in rows]


def postings(db: Db, *, since: date | None = None, before_id: int | None = None, limit: int = 200) -> list[Posting]:
    """What was spent, posting by posting, newest first, paged by id."""
    return [posting(row) for row in db.rows(_POSTINGS, since=_day(since), before=before_id, limit=limit)]


def count_behind(db: Db, by: By, summed: CostLine, *, words: str = "") -> int:
    """How many postings a line sums."""
    row = db.one(_COUNT_BEHIND[by], **_behind(summed, words))
    return row[0] if row else 0


def holdings(db: Db, since: date, until: date) -> list[Holding]:
    """What is booked in these billing days, both included, as an invoice would show it."""
    rows = db.rows(_BOOKED, since=_day(since), until=_last(until))
    return [value(Holding, row, amount=amount_of(row)) for row in rows]


def is_posted(db: Db, reference: str) -> bool:
    """A transfer was posted under this reference."""
    return db.one(_REFERRED, reference=reference) is not None


def daily(db: Db) -> list[DayTotal]:
    """Each billing day on which something was paid, oldest first."""
    totals = ((row["day"], _spend(row)) for row in db.rows(_DAILY))
    return [DayTotal(date.fromisoformat(day), spent.amount, spent.at_sync_price) for day, spent in totals]


def landed(db: Db, since: date) -> tuple[int, int]:
    """Estimated and actual tokens of the batch jobs that ended on that billing day or later, waste excluded."""
    row = db.one(_LANDED, since=_day(since))
    return (row[0], row[1]) if row else (0, 0)


def _day(since: date | None) -> str:
    return since.isoformat() if since else ""


def _last(until: date | None) -> str:
    return until.isoformat() if until else "9999"


def _behind(summed: CostLine, words: str) -> dict[str, SqlValue]:
    return {"key": summed.key, "mode": summed.mode.value, "words": patterns(words)}


def _line(row: Row) -> CostLine:
    return CostLine(key=row["name"], mode=Mode(row["way"]), spend=_spend(row), estimated_tokens=row["estimated_tokens"])


def amount_of(row: Row, prefix: str = "") -> Decimal:
    """The exact dollars of a row with `micro` and `pico`."""
    return whole(row[f"{prefix}micro"], row[f"{prefix}pico"])


def rows_of(by: By | None) -> Query:
    """The query of the postings behind a sum: of all, or of one key of a grouping."""
    return _ROWS_BY[by] if by else _ROWS


def entry(db: Db, transfer: int) -> Posting | None:
    """A transfer as the account sees it that it credits."""
    row = db.one(ENTRY, transfer=transfer)
    return posting(row) if row else None


def holding(db: Db, account: str) -> Held:
    """What an account holds in all."""
    row = db.one(_BALANCE, account=account, since="")
    return Held(amount_of(row), row["tokens"]) if row else Held(Decimal(0), 0)


def posting(row: Row) -> Posting:
    """The value of a row of postings."""
    return value(Posting, row, amount=amount_of(row), direct=amount_of(row, "direct_"))


def _spend(row: Row) -> Spend:
    return value(
        Spend,
        row,
        amount=amount_of(row),
        at_sync_price=amount_of(row, "direct_"),
        waste=amount_of(row, "waste_"),
        uncertain=amount_of(row, UNCERTAIN + "_"),
        adjustment=amount_of(row, "adjustment_"),
    )
