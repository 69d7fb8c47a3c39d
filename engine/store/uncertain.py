"""What may have been charged and nobody can read: submission by submission, until it is reconciled or judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.domain.models import Mode
from engine.domain.requests import Judgement, Outcome
from engine.store.db import Db, Query, Row, value
from engine.store.ledger import amount_of

_LIST = Query(
    "submissions with uncertain money",
    "SELECT p.submission_id AS submission, max(p.job_id) AS job_id, max(p.mode) AS mode,"
    " max(s.judged) AS judged, sum(p.tokens) AS tokens, sum(p.micro) AS micro, sum(p.pico) AS pico,"
    " max(p.used_at) AS since, (SELECT count(*) FROM requests r WHERE r.submission_id = p.submission_id"
    " AND r.doubt IS NOT NULL) AS requests, (SELECT json_group_array(DISTINCT r.outcome) FROM requests r"
    " WHERE r.submission_id = p.submission_id AND r.doubt IS NOT NULL) AS kinds, s.carried_doubt > 0 AS unknown"
    " FROM postings p JOIN submissions s ON s.id = p.submission_id WHERE p.account = 'uncertain'"
    " AND (:submission IS NULL OR p.submission_id = :submission)"
    " GROUP BY p.submission_id HAVING sum(p.tokens) <> 0 ORDER BY p.submission_id",
    scans="an operator looks at every transfer that is uncertain",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """A submission of which nobody can read what it was charged."""

    submission: int
    job_id: str | None
    mode: Mode
    judged: Judgement | None
    kinds: tuple[Outcome, ...]
    """How its requests ended."""
    requests: int
    tokens: int
    amount: Decimal
    """At what its texts are counted or estimated."""
    since: datetime
    unknown: bool
    """Some of its texts are not known: they cannot be counted again."""

    @property
    def name(self) -> str:
        """As `halfrate cost judge` takes it."""
        return self.job_id or f"direct-{self.submission}"


def found(db: Db, submission: int | None = None) -> list[Uncertain]:
    """All submissions with uncertain money, or one of them."""
    return [_uncertain(row) for row in db.rows(_LIST, submission=submission)]


def _uncertain(row: Row) -> Uncertain:
    kinds = tuple(sorted(map(Outcome, json.loads(row["kinds"])))) or (Outcome.LOST,)
    return value(Uncertain, row, kinds=kinds, amount=amount_of(row), unknown=bool(row["unknown"]))
