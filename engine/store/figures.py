"""Every sum that is shown about money, as a figure: the same queries that make the sums, and beside each its rows.

month.paid          a scope and a measure; `key=batch.waste` is the waste of a key, `day=2026-11-24:sync.tokens`
reserved.amount     what is promised
reused.amount       what was not paid
in_flight.amount    what Google holds, by our estimate
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import get_args

from engine.domain.billing import billing_day
from engine.domain.figures import Figure, Unit
from engine.domain.jobs import ENQUEUED
from engine.domain.ledger import ADJUSTMENT, PAID, RESERVED, SPENT, UNCERTAIN, USEFUL, WASTE, Posting, Spend
from engine.domain.models import Mode
from engine.domain.money import cost
from engine.domain.reports import Reuse
from engine.store import jobs, ledger, reuse
from engine.store.db import Db, Query, Row, SqlValue, value
from engine.store.jobs import Reserved
from engine.store.ledger import By
from engine.store.reuse import Reused
from engine.wording import plural

MODES = {"batch": Mode.BATCH, "sync": Mode.SYNCHRONOUS}
Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Measure:
    """One sum of a spend, and what each posting adds to it."""

    unit: Unit
    accounts: tuple[str, ...]
    of: Callable[[Spend], Number]
    each: Callable[[Posting], Number]


def _saved(posting: Posting) -> Decimal:
    return (posting.direct if posting.account == USEFUL else Decimal(0)) - posting.amount


def _spent(spend: Spend) -> Decimal:
    return spend.amount + spend.uncertain + spend.adjustment


MEASURES = {
    "spent": Measure(Unit.USD, SPENT, _spent, lambda p: p.amount),
    "paid": Measure(Unit.USD, PAID, lambda s: s.amount, lambda p: p.amount),
    "tokens": Measure(Unit.TOKENS, PAID, lambda s: s.tokens, lambda p: p.tokens),
    "guessed": Measure(Unit.TOKENS, PAID, lambda s: s.guessed_tokens, lambda p: p.guessed_tokens),
    "requests": Measure(Unit.REQUESTS, PAID, lambda s: s.requests, lambda p: p.requests),
    "direct": Measure(Unit.USD, (USEFUL,), lambda s: s.at_sync_price, lambda p: p.direct),
    "saved": Measure(Unit.USD, SPENT, lambda s: s.saved, _saved),
    "waste": Measure(Unit.USD, (WASTE,), lambda s: s.waste, lambda p: p.amount),
    "waste_tokens": Measure(Unit.TOKENS, (WASTE,), lambda s: s.waste_tokens, lambda p: p.tokens),
    "uncertain": Measure(Unit.USD, (UNCERTAIN,), lambda s: s.uncertain, lambda p: p.amount),
    "uncertain_tokens": Measure(Unit.TOKENS, (UNCERTAIN,), lambda s: s.uncertain_tokens, lambda p: p.tokens),
    "adjustment": Measure(Unit.USD, (ADJUSTMENT,), lambda s: s.adjustment, lambda p: p.amount),
}
"""What of a spend is shown, by its name in a figure's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Of which postings a spend is the sum."""

    name: str
    by: By | None = None
    key: str | None = None
    mode: Mode | None = None
    since: date | None = None
    until: date | None = None


def of_spend(scope: Scope, spend: Spend) -> list[Figure]:
    """The figures of a spend."""
    return [_of(scope, spend, name) for name in MEASURES]


def _of(scope: Scope, spend: Spend, name: str) -> Figure:
    measure = MEASURES[name]
    values: dict[str, str | int | None] = {
        "accounts": json.dumps(measure.accounts),
        "since": scope.since.isoformat() if scope.since else "",
        "until": scope.until.isoformat() if scope.until else "9999",
        "mode": scope.mode.value if scope.mode else None,
    }
    if scope.by:
        values["key"] = scope.key
    return Figure(
        name=f"{scope.name}.{name}",
        amount=Decimal(measure.of(spend)),
        unit=measure.unit,
        rows=ledger.rows_of(scope.by).name,
        values=values,
        measure=name,
        basis=_basis(spend, measure),
    )


def _basis(spend: Spend, measure: Measure) -> str:
    if UNCERTAIN in measure.accounts and spend.uncertain_tokens:
        return f"{plural(spend.uncertain_tokens, 'token')} of it may be charged, and nobody can read how many"
    if spend.guessed_tokens and measure.unit is not Unit.REQUESTS:
        return f"{plural(spend.guessed_tokens, 'token')} of it nobody counted: they are our estimate"
    return ""


def spent(db: Db, scope: Scope) -> Figure:
    """All that was or may be paid within a scope."""
    return _of(scope, _found(db, scope), "spent")


def entry(db: Db, transfer: int) -> Figure | None:
    """A transfer's amount, as the account sees it that it credits."""
    posting = ledger.entry(db, transfer)
    if posting is None:
        return None
    return Figure(
        name=f"transfer {transfer}",
        amount=posting.amount,
        unit=Unit.USD,
        rows=ledger.ENTRY.name,
        values={"transfer": transfer},
        measure="spent",
        basis=_basis(Spend(guessed_tokens=posting.guessed_tokens), MEASURES["paid"]),
    )


def of_reused(name: str, reused: Reuse, since: date | None = None, until: date | None = None) -> list[Figure]:
    """The figures of what was not paid."""
    figure = Figure(
        name=f"{name}.amount",
        amount=reused.amount,
        unit=Unit.USD,
        rows=reuse.ALL.name,
        values=dict(reuse.bounds(since, until)),
        measure="amount",
    )
    return [
        figure,
        replace(figure, name=f"{name}.tokens", amount=Decimal(reused.tokens), unit=Unit.TOKENS, measure="tokens"),
        replace(figure, name=f"{name}.chunks", amount=Decimal(reused.chunks), unit=Unit.CHUNKS, measure="chunks"),
    ]


def of_reserved(db: Db) -> list[Figure]:
    """What is promised to all that is under way."""
    held = ledger.holding(db, RESERVED)
    figure = _of(Scope(name="reserved"), Spend(), "paid")
    figure = replace(
        figure,
        name="reserved.amount",
        amount=held.amount,
        values={**figure.values, "accounts": json.dumps([RESERVED])},
        basis="the upper end of what is estimated for all that is under way",
    )
    tokens = replace(figure, name="reserved.tokens", amount=Decimal(held.tokens), unit=Unit.TOKENS, measure="tokens")
    return [figure, tokens]


def of_flight(db: Db) -> list[Figure]:
    """What Google holds or may hold, each job at its own price."""
    flying = jobs.reserved(db)
    figure = Figure(
        name="in_flight.amount",
        amount=sum((_in_flight(each) for each in flying), Decimal(0)),
        unit=Unit.USD,
        rows=jobs.RESERVED.name,
        measure="amount",
        basis="our estimate of the tokens of jobs that have not come back",
    )
    tokens = Decimal(sum(each.tokens for each in flying if _flies(each)))
    return [figure, replace(figure, name="in_flight.tokens", amount=tokens, unit=Unit.TOKENS, measure="tokens")]


def _flies(job: Reserved) -> bool:
    return job.status in ENQUEUED and not job.gone


def _in_flight(job: Reserved) -> Decimal:
    return cost(job.tokens, job.price) if _flies(job) else Decimal(0)


def rows(db: Db, figure: Figure) -> Iterator[Posting | Reused | Reserved]:
    """The rows behind a figure, streaming."""
    values: dict[str, SqlValue] = dict(figure.values)
    for row in db.rows(Query.all[figure.rows], **values):
        yield _read(figure, row)


def _read(figure: Figure, row: Row) -> Posting | Reused | Reserved:
    if figure.rows == reuse.ALL.name:
        return reuse.reused(row)
    if figure.rows == jobs.RESERVED.name:
        return value(Reserved, row)
    return ledger.posting(row)


def adds(figure: Figure, row: Posting | Reused | Reserved) -> Number:
    """What a row adds to a figure."""
    if isinstance(row, Posting):
        return MEASURES[figure.measure].each(row)
    if isinstance(row, Reserved):
        return _in_flight(row) if figure.measure == "amount" else row.tokens * _flies(row)
    numbers: dict[str, Number] = {"amount": row.amount, "tokens": row.tokens, "chunks": row.chunks}
    return numbers[figure.measure]


def add_up(db: Db, figure: Figure) -> Decimal:
    """The sum of a figure's rows."""
    return Decimal(sum(adds(figure, row) for row in rows(db, figure)))


def every(db: Db, now: datetime) -> Iterator[Figure]:
    """Every figure there is: those of the screens and of all lines of all reports."""
    for name, mode in (("total", None), *MODES.items()):
        yield from of_spend(Scope(name=name, mode=mode), ledger.spend(db, mode=mode))
    for scope in _times(now):
        yield from of_spend(scope, ledger.spend(db, since=scope.since, mode=scope.mode))
    for by in get_args(By):
        for row in ledger.report(db, by):
            scope = line_scope(by, row.key, row.mode)
            yield from of_spend(scope, row.spend)
    yield from of_reused("reused", reuse.total(db))
    yield from of_reserved(db)
    yield from of_flight(db)


def _times(now: datetime) -> list[Scope]:
    today = billing_day(now)
    return [
        Scope(name="month", since=today.replace(day=1)),
        Scope(name="today", since=today),
        Scope(name="landed", since=today, mode=Mode.BATCH),
    ]


def line_scope(
    by: By, key: str | None, mode: Mode | None, since: date | None = None, until: date | None = None
) -> Scope:
    """The scope of a line of a report."""
    way = next((f":{name}" for name, each in MODES.items() if each is mode), "")
    return Scope(name=f"{by}={key or ''}{way}", by=by, key=key, mode=mode, since=since, until=until)


def find(db: Db, name: str, now: datetime) -> Figure | None:
    """The figure of a name, without looking at all of them."""
    scope_name, _, measure = name.rpartition(".")
    others = {"reused": lambda: of_reused("reused", reuse.total(db)), "reserved": lambda: of_reserved(db)}
    others["in_flight"] = lambda: of_flight(db)
    if scope_name in others:
        return next((each for each in others[scope_name]() if each.name == name), None)
    scope = _scope(scope_name, now)
    if scope is None or measure not in MEASURES:
        return None
    if scope.by and not _lines(db, scope):
        return None
    return _of(scope, _found(db, scope), measure)


def _found(db: Db, scope: Scope) -> Spend:
    if scope.by is None:
        return ledger.spend(db, since=scope.since, until=scope.until, mode=scope.mode)
    return sum(_lines(db, scope), Spend())


def _lines(db: Db, scope: Scope) -> list[Spend]:
    if scope.by is None:
        return []
    return [
        row.spend
        for row in ledger.report(db, scope.by, since=scope.since, until=scope.until)
        if row.key == scope.key and scope.mode in (None, row.mode)
    ]


def _scope(name: str, now: datetime) -> Scope | None:
    plain = {each.name: each for each in (Scope(name="total"), *_times(now))}
    plain |= {each: Scope(name=each, mode=mode) for each, mode in MODES.items()}
    by, given, rest = name.partition("=")
    if not given or by not in get_args(By):
        return plain.get(name)
    key, way, mode = rest.rpartition(":")
    if way and mode in MODES:
        return line_scope(by, key or _none(by), MODES[mode])  # type: ignore[arg-type]  # it is one of them
    return line_scope(by, rest or _none(by), None)  # type: ignore[arg-type]


def _none(by: str) -> str | None:
    """The key of what has none: a direct request has no job; all else is an empty text."""
    return None if by == "job" else ""
