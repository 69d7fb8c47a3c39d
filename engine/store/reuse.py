"""What was not paid: chunks that became READY, or need no request, because a vector of their text is here or comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.billing import day_begins, day_ends
from engine.domain.money import cost, halves, whole
from engine.domain.reports import Reuse
from engine.domain.times import utc_text
from engine.store.db import Db, Query, Row, value


class Way(StrEnum):
    """How it came that a chunk needed no request of its own."""

    INGEST = "ingest"  # its vector was here when the chunk came
    LOOK = "look"  # its vector was found in the queue before a flush
    SHARED = "shared"  # an equal text was paid for another chunk
    DERIVED = "derived"  # its vector was cut from a larger one
    RETRY = "retry"  # its vector was here when it was put back


_COLUMNS = "id, at, way, model, chunks, tokens, guessed_tokens, price_per_million, micro, amount_pico AS pico, job_id"
_BOOK = Query(
    "book what was not paid",
    "INSERT INTO reused (at, way, model, chunks, tokens, guessed_tokens, price_per_million, micro, amount_pico, job_id)"
    " VALUES (:at, :way, :model, :chunks, :tokens, :guessed, :price, :micro, :pico, :job)",
)
_TOTAL = Query(
    "what was not paid in all",
    "SELECT coalesce(sum(chunks), 0) AS chunks, coalesce(sum(tokens), 0) AS tokens,"
    " coalesce(sum(micro), 0) AS micro, coalesce(sum(amount_pico), 0) AS pico,"
    " coalesce(sum(guessed_tokens), 0) AS guessed_tokens FROM reused"
    " WHERE at >= :since AND at < :until",
)
ALL = Query(
    "what was not paid between two times",
    f"SELECT {_COLUMNS} FROM reused WHERE at >= :since AND at < :until ORDER BY id",
)
_PAGE = Query(
    "what was not paid, newest first",
    f"SELECT {_COLUMNS} FROM reused WHERE id < coalesce(:before, 9223372036854775807) ORDER BY id DESC LIMIT :limit",
)
_COUNT = Query("count what was not paid", "SELECT count(*) FROM reused", scans="a row a step that reused something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reused:
    """One booking of what was not paid."""

    id: int
    at: datetime
    way: Way
    model: str
    chunks: int
    tokens: int
    guessed_tokens: int
    """Of the tokens: those that nobody counted when they were paid."""
    price_per_million: Decimal
    amount: Decimal
    """Exact dollars: the tokens at that price."""
    job_id: str | None


def book(
    db: Db,
    now: datetime,
    way: Way,
    model: str,
    chunks: int,
    tokens: int,
    guessed: int,
    price_per_million: Decimal,
    job_id: str | None = None,
) -> Reuse:
    """Books chunks that cost nothing and the tokens they would have cost; no chunks leave no row."""
    if not chunks:
        return Reuse()
    amount = cost(tokens, price_per_million)
    micro, pico = halves(amount)
    db.run(
        _BOOK,
        at=utc_text(now),
        way=way.value,
        model=model,
        chunks=chunks,
        tokens=tokens,
        guessed=guessed,
        price=str(price_per_million),
        micro=micro,
        pico=pico,
        job=job_id,
    )
    return Reuse(chunks=chunks, tokens=tokens, amount=amount, guessed_tokens=guessed)


def total(db: Db, since: date | None = None, until: date | None = None) -> Reuse:
    """The sum of the bookings of whole billing days, both included, or of all."""
    row = db.one(_TOTAL, **bounds(since, until))
    return value(Reuse, row, amount=whole(row["micro"], row["pico"])) if row else Reuse()


def bounds(since: date | None, until: date | None) -> dict[str, str]:
    """Between which times the rows of billing days stand."""
    return {
        "since": utc_text(day_begins(since)) if since else "",
        "until": utc_text(day_ends(until)) if until else "9999",
    }


def between(db: Db, since: str, until: str) -> Iterator[Reused]:
    """The bookings from one time to before another, as `bounds` makes them; streaming."""
    for row in db.rows(ALL, since=since, until=until):
        yield reused(row)


def reused(row: Row) -> Reused:
    """The value of a booking's row."""
    return value(Reused, row, amount=whole(row["micro"], row["pico"]))


def report(db: Db, name: Callable[[Reused], str], since: date | None, until: date | None) -> dict[str, Reuse]:
    """The bookings of whole billing days, summed by a name of each."""
    found: dict[str, Reuse] = {}
    for each in between(db, **bounds(since, until)):
        key = name(each)
        found[key] = found.get(key, Reuse()) + Reuse(chunks=each.chunks, tokens=each.tokens, amount=each.amount)
    return found


def page(db: Db, before_id: int | None = None, limit: int = 100) -> list[Reused]:
    """The bookings, newest first, paged by id."""
    rows = db.rows(_PAGE, before=before_id, limit=limit)
    return [reused(row) for row in rows]


def count(db: Db) -> int:
    """How many bookings there are."""
    row = db.one(_COUNT)
    return row[0] if row else 0
