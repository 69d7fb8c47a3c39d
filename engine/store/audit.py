"""What must be true of the ledger at any moment, each a query for the rows that contradict it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.ledger import chained
from engine.domain.money import amount_pico
from engine.store.db import Db, Query, Row
from engine.store.ledger import CHAINED

_A_ROW = "an audit looks at every transfer"
_TOKENS = "coalesce(sum(CASE WHEN account = '{}' THEN tokens END), 0)"

_UNRESOLVED = Query(
    "submissions whose reservation is not what it should be",
    "SELECT s.id, s.job_id, s.ended_at IS NOT NULL AS ended, coalesce(sum(p.tokens), 0) AS tokens FROM submissions s"
    " LEFT JOIN postings p ON p.submission_id = s.id AND p.account = 'reserved' GROUP BY s.id"
    " HAVING (s.ended_at IS NOT NULL AND coalesce(sum(p.tokens), 0) <> 0) OR coalesce(sum(p.tokens), 0) < 0"
    " OR coalesce(sum(p.micro), 0) * 1000000 + coalesce(sum(p.pico), 0) < 0",
    scans=_A_ROW,
)
_NOBODYS = Query(
    "money reserved for no submission",
    "SELECT transfer, tokens FROM postings WHERE account = 'reserved' AND (submission_id IS NULL OR submission_id"
    " NOT IN (SELECT id FROM submissions))",
    scans=_A_ROW,
)
_NOT_ITS_REQUESTS = Query(
    "submissions whose money is not the sum of their requests",
    "WITH each AS (SELECT submission_id, outcome, tokens, doubt FROM requests UNION ALL"
    " SELECT id, 'useful', carried_tokens - carried_waste, carried_doubt FROM submissions UNION ALL"
    " SELECT id, 'spoiled', carried_waste, 0 FROM submissions), asked AS (SELECT e.submission_id,"
    " coalesce(sum(CASE WHEN outcome IN ('useful', 'turned') THEN tokens END), 0) AS wanted,"
    " coalesce(sum(CASE WHEN outcome NOT IN ('useful', 'turned') THEN tokens END), 0)"
    " + coalesce(sum(CASE WHEN s.judged = 'billed' THEN doubt END), 0) AS unwanted,"
    " coalesce(sum(CASE WHEN s.judged IS NULL THEN doubt END), 0) AS doubted"
    " FROM each e JOIN submissions s ON s.id = e.submission_id GROUP BY e.submission_id), booked AS (SELECT"
    f" submission_id, {_TOKENS.format('paid:useful')} AS useful, {_TOKENS.format('paid:waste')} AS waste,"
    f" {_TOKENS.format('uncertain')} AS uncertain, min(carried) AS carried"
    " FROM postings WHERE submission_id IS NOT NULL GROUP BY submission_id)"
    " SELECT s.id, s.job_id, b.useful, b.waste, b.uncertain, a.wanted, a.unwanted, a.doubted FROM submissions s"
    " JOIN asked a ON a.submission_id = s.id JOIN booked b ON b.submission_id = s.id"
    " WHERE s.ended_at IS NOT NULL AND (b.useful + b.waste <> a.wanted + a.unwanted"
    " OR (NOT b.carried AND (b.useful <> a.wanted OR b.waste <> a.unwanted OR b.uncertain <> a.doubted)))",
    scans="an audit looks at every request",
)
_SIDES = ("requests", "tokens", "guessed_tokens", "estimated_tokens", "micro", "pico", "direct_micro", "direct_pico")
_GROUP = "day, account, kind, mode, model, key_label, key_tail, project, collection"
_TOTALS = Query(
    "totals that are not the sums of their postings",
    f"SELECT {_GROUP}, {', '.join(f'sum({each}) AS {each}' for each in _SIDES)} FROM"
    f" (SELECT {_GROUP}, {', '.join(_SIDES)} FROM postings UNION ALL"
    f" SELECT {_GROUP}, {', '.join(f'-{each}' for each in _SIDES)} FROM ledger_totals) GROUP BY {_GROUP}"
    f" HAVING {' OR '.join(f'sum({each}) <> 0' for each in _SIDES)}",
    scans=_A_ROW,
)
_UNBALANCED = Query(
    "whether all accounts together hold nothing",
    "SELECT coalesce(sum(micro), 0) AS micro, coalesce(sum(pico), 0) AS pico FROM ledger_totals",
    scans="a row a day, account, key and model",
)
_ALL = Query(
    "every transfer in its order, as it is chained",
    f"SELECT id, hash, {', '.join(CHAINED)} FROM transfers ORDER BY id",
    scans=_A_ROW,
)


BALANCED = "all accounts together hold nothing"
TOTALLED = "the totals are the sums of the transfers"
RESOLVED = "what has ended holds no reservation, and none is resolved twice"
OWNED = "every reservation is a submission's"
SUMMED = "what is booked for a submission is the sum of its requests"
UNCHANGED = "no transfer was changed after it was written"
PRICED = "an amount is tokens times price"
RULES = (BALANCED, TOTALLED, RESOLVED, OWNED, SUMMED, UNCHANGED, PRICED)
"""All that is looked at, in that order."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of the ledger that does not hold, and where."""

    rule: str
    where: str


def violations(db: Db) -> list[Violation]:
    """Everything in the ledger that contradicts its rules; empty when it is sound."""
    return [*_balances(db), *_reservations(db), *_sums(db), *_chain(db)]


def _balances(db: Db) -> Iterator[Violation]:
    row = db.one(_UNBALANCED)
    if row is not None and row["micro"] * 10**6 + row["pico"]:
        yield Violation(BALANCED, f"{row['micro']} microdollars are left over")
    for row in db.rows(_TOTALS):
        where = json.dumps([value for value in row if value != ""])
        yield Violation(TOTALLED, where)


def _reservations(db: Db) -> Iterator[Violation]:
    for row in db.rows(_UNRESOLVED):
        yield Violation(RESOLVED, f"{_name(row)} has {row['tokens']:,} tokens reserved")
    for row in db.rows(_NOBODYS):
        yield Violation(OWNED, f"transfer {row['transfer']}")


def _sums(db: Db) -> Iterator[Violation]:
    for row in db.rows(_NOT_ITS_REQUESTS):
        booked = f"{row['useful']:,} useful, {row['waste']:,} wasted, {row['uncertain']:,} uncertain tokens"
        asked = f"{row['wanted']:,}, {row['unwanted']:,} and {row['doubted']:,}"
        yield Violation(SUMMED, f"{_name(row)} is booked with {booked}; its requests come to {asked}")


def _chain(db: Db) -> Iterator[Violation]:
    previous = ""
    for row in db.rows(_ALL):
        if chained(previous, [row[name] for name in CHAINED]) != row["hash"]:
            yield Violation(UNCHANGED, f"transfer {row['id']}")
        if row["mode"] and not row["carried"] and row["price_per_million"] != "0" and not _priced(row):
            yield Violation(PRICED, f"transfer {row['id']}")
        previous = row["hash"]


def _priced(row: Row) -> bool:
    if row["credit"] == "adjustment" or row["debit"] == "adjustment":
        return True
    return bool(row["micro"] * 10**6 + row["pico"] == amount_pico(row["tokens"], Decimal(row["price_per_million"])))


def _name(row: Row) -> str:
    return f"job {row['job_id']}" if row["job_id"] else f"direct request {row['id']}"
