"""What stands behind an amount: the transfers that add up to it, and behind them the requests and their texts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from engine.domain.figures import Figure
from engine.domain.ledger import SPENT, Posting
from engine.domain.money import cost
from engine.domain.requests import Judgement, Outcome
from engine.store import figures
from engine.store.db import Db, Query, value
from engine.store.figures import Scope
from engine.store.jobs import Reserved
from engine.store.reuse import Reused

WORDS = 200
"""Characters of a text that are read to show its first words."""
_REQUESTS = Query(
    "requests of some submissions with the first words of their texts",
    "SELECT r.submission_id AS submission, s.job_id, r.text_id AS text, r.outcome, r.tokens, r.basis, r.doubt,"
    " s.judged, s.price_per_million AS price, d.source, CAST(substr(c.content, 1, :words) AS TEXT) AS words"
    " FROM json_each(:submissions) j CROSS JOIN requests r ON r.submission_id = j.value"
    " JOIN submissions s ON s.id = r.submission_id"
    " LEFT JOIN chunks c ON c.id = (SELECT min(id) FROM chunks WHERE text_id = r.text_id)"
    " LEFT JOIN documents d ON d.id = c.document_id"
    " WHERE r.outcome IS NOT NULL ORDER BY r.submission_id, r.text_id LIMIT :limit",
)
_COUNT = Query(
    "count requests of some submissions, and their tokens by price",
    "SELECT s.price_per_million AS price, count(*) AS requests, coalesce(sum(r.tokens), 0)"
    " + coalesce(sum(CASE WHEN s.judged IS NOT 'free' THEN r.doubt END), 0) AS tokens FROM json_each(:submissions) j"
    " CROSS JOIN requests r ON r.submission_id = j.value JOIN submissions s ON s.id = r.submission_id"
    " WHERE r.outcome IS NOT NULL GROUP BY price",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request behind an amount, and what it was for."""

    submission: int
    job_id: str | None
    text: int
    outcome: Outcome
    tokens: int | None
    basis: str | None
    doubt: int | None
    """Tokens at which it may be charged."""
    judged: Judgement | None
    price: Decimal
    source: str | None
    """The document that has the text; None when no chunk has it any more."""
    words: str | None
    """How the text begins."""

    @property
    def charged_tokens(self) -> int:
        """What is booked for it, for certain or not."""
        return (self.tokens or 0) + (0 if self.judged is Judgement.FREE else self.doubt or 0)

    @property
    def amount(self) -> Decimal:
        """Exact dollars."""
        return cost(self.charged_tokens, self.price)


@dataclass(slots=True, kw_only=True)
class Trace:
    """A figure with the first of its rows; what is left out is counted and summed."""

    figure: Figure
    rows: list[Posting | Reused | Reserved] = field(default_factory=list)
    more: int = 0
    more_amount: Decimal = Decimal(0)
    """What the rows that are left out add."""
    requests: list[Asked] = field(default_factory=list)
    more_requests: int = 0
    requests_amount: Decimal = Decimal(0)
    """What all requests come to."""


def of_job(db: Db, job_id: str) -> Figure:
    """All that was or may be paid for a job."""
    scope = Scope(name=f"job={job_id}", by="job", key=job_id)
    return figures.spent(db, scope)


def of_day(db: Db, day: date) -> Figure:
    """All that was or may be paid on a billing day."""
    return figures.spent(db, Scope(name=f"day={day}", since=day, until=day))


def trace(db: Db, figure: Figure, limit: int) -> Trace:
    """The rows behind a figure, and the requests behind these; at most `limit` of each is kept."""
    found = Trace(figure=figure)
    submissions: set[int] = set()
    for row in figures.rows(db, figure):
        if isinstance(row, Posting) and row.submission is not None and row.account in SPENT:
            submissions.add(row.submission)
        if len(found.rows) < limit:
            found.rows.append(row)
        else:
            found.more += 1
            found.more_amount += figures.adds(figure, row)
    _requests(db, found, submissions, limit)
    return found


def _requests(db: Db, found: Trace, submissions: Iterable[int], limit: int) -> None:
    named = json.dumps(sorted(submissions))
    total = 0
    for row in db.rows(_COUNT, submissions=named):
        total += row["requests"]
        found.requests_amount += cost(row["tokens"], Decimal(row["price"]))
    rows = db.rows(_REQUESTS, submissions=named, limit=limit, words=WORDS)
    found.requests = [value(Asked, row) for row in rows]
    found.more_requests = total - len(found.requests)
