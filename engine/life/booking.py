"""Booking: a submission's money, from what is reserved for it to what its requests came to; nobody else moves it.

Each reservation ends in the transaction that ends its submission: what was paid and what is uncertain leaves it, by
the outcomes of the requests, and the rest goes back. Whatever turns out later is a further transfer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.domain.billing import billing_day, billing_month
from engine.domain.keys import ApiKey
from engine.domain.ledger import RESERVED, UNCERTAIN, USEFUL, WASTE, Transfer, budget
from engine.domain.money import cost
from engine.domain.requests import Outcome
from engine.store import ledger, requests
from engine.store.db import Db
from engine.store.requests import Part, Terms

SECOND_BATCH = "second batch"
"""The kind of waste that a second batch of one submission is."""
_WANTED = frozenset({Outcome.USEFUL, Outcome.TURNED})
_BROUGHT = _WANTED | {Outcome.UNUSED}
"""Outcomes of requests that brought a vector."""
_UNWANTED = (Outcome.UNUSED.value, SECOND_BATCH, "carried")
"""Kinds of waste that may turn out to be wanted."""


def reserve(db: Db, now: datetime, submission: int, tokens: int, kind: str = "reserve") -> None:
    """Promises the money of so many tokens more to a submission."""
    if tokens > 0:
        terms = requests.terms(db, submission)
        _move(db, now, terms, budget(billing_month(terms.at)), RESERVED, kind, tokens=tokens, guessed_tokens=tokens)


def give_back(db: Db, now: datetime, submission: int, kind: str = "not sent") -> None:
    """Gives back all that is promised to a submission: nothing of it was sent."""
    _rest(db, now, requests.terms(db, submission), kind)


def keep(db: Db, now: datetime, submission: int, part: int, whole: int) -> None:
    """Only a part of what was planned is sent: the promise is kept in proportion, the rest goes back."""
    promised = ledger.held(db, submission, RESERVED).tokens
    surplus = promised - -(-promised * part // whole)
    terms = requests.terms(db, submission)
    home = budget(billing_month(terms.at))
    _move(db, now, terms, RESERVED, home, "less is sent", tokens=surplus, guessed_tokens=surplus)


def rekey(db: Db, now: datetime, submission: int, key: ApiKey) -> None:
    """Another key pays than was planned: what is promised moves to it."""
    terms = requests.terms(db, submission)
    if terms.key_fingerprint == key.fingerprint:
        return
    promised = ledger.held(db, submission, RESERVED).tokens
    give_back(db, now, submission, "another key pays")
    requests.rekey(db, submission, key.label, key.tail, key.fingerprint)
    reserve(db, now, submission, promised, "another key pays")


def settle(
    db: Db, now: datetime, submission: int, *, used_at: datetime, estimated_tokens: int = 0, second: bool = False
) -> None:
    """Books what the requests of a submission came to, and gives back the rest of what was reserved.

    `estimated_tokens` is what had been estimated for those that brought a vector; a `second` batch bought nothing that
    was needed, whatever it brought.
    """
    follow_again(db, now, submission)
    terms = requests.terms(db, submission)
    parts = requests.came_to(db, submission)
    lacking = sum(part.tokens for part in parts) - ledger.held(db, submission, RESERVED).tokens
    reserve(db, now, submission, lacking, "more than was reserved")
    brought = sum(part.requests for part in parts if part.outcome in _BROUGHT)
    for part in parts:
        kind = SECOND_BATCH if second and part.outcome is Outcome.UNUSED else part.outcome.value
        account = UNCERTAIN if part.doubtful else USEFUL if part.outcome in _WANTED else WASTE
        _move(
            db,
            now,
            terms,
            RESERVED,
            account,
            "" if account == USEFUL else kind,
            used_at=used_at,
            requests=part.requests,
            tokens=part.tokens,
            guessed_tokens=part.guessed_tokens,
            estimated_tokens=_share(estimated_tokens, part, brought),
        )
    _rest(db, now, terms, "not needed")


def _share(estimated: int, part: Part, brought: int) -> int:
    """The part of an estimate that was made for these requests."""
    return estimated * part.requests // brought if part.outcome in _BROUGHT and brought else 0


def lose(db: Db, now: datetime, submission: int, doubts: Mapping[int, int]) -> int:
    """A request was sent and its answer never came: it may be charged at these tokens; returns how many texts."""
    requests.doubt(db, submission, doubts)
    lost = requests.end_open(db, submission, Outcome.LOST)
    settle(db, now, submission, used_at=now)
    requests.close(db, submission, now)
    return lost


def follow_again(db: Db, now: datetime, submission: int) -> None:
    """What was given up is under way, or has come, after all: its uncertain money is promised again."""
    terms = requests.terms(db, submission)
    for kind, doubted in ledger.by_kind(db, submission, UNCERTAIN).items():
        _move(db, now, terms, UNCERTAIN, RESERVED, kind, tokens=doubted, guessed_tokens=doubted)


def hand_over(db: Db, now: datetime, submission: int, to: int) -> int:
    """What was lost of one submission travels in another: so does its money; returns how many requests."""
    terms = requests.terms(db, submission)
    doubted = ledger.by_kind(db, submission, UNCERTAIN).get(Outcome.LOST.value, 0)
    source = budget(billing_month(terms.at))
    _move(db, now, terms, UNCERTAIN, source, Outcome.LOST.value, tokens=doubted, guessed_tokens=doubted)
    reserve(db, now, to, doubted)
    return requests.hand_over(db, submission, to)


def turn_useful(db: Db, now: datetime, profile: int, texts: Iterable[int]) -> None:
    """Texts are wanted now whose vectors were paid for when nobody wanted them: that was no waste after all.

    What is not booked yet is booked as useful when its submission ends.
    """
    for part in requests.turn_useful(db, profile, list(texts)):
        wasted = ledger.by_kind(db, part.submission, WASTE)
        kind = next((kind for kind in _UNWANTED if wasted.get(kind, 0) >= part.tokens), None)
        if kind is None:
            continue
        _move(
            db,
            now,
            requests.terms(db, part.submission),
            WASTE,
            USEFUL,
            kind,
            requests=part.requests,
            tokens=part.tokens,
            guessed_tokens=part.guessed_tokens,
        )


def _rest(db: Db, now: datetime, terms: Terms, kind: str) -> None:
    left = ledger.held(db, terms.submission, RESERVED).tokens
    _move(db, now, terms, RESERVED, budget(billing_month(terms.at)), kind, tokens=left, guessed_tokens=left)


def _move(
    db: Db,
    now: datetime,
    terms: Terms,
    debit: str,
    credit: str,
    kind: str,
    *,
    tokens: int,
    used_at: datetime | None = None,
    requests: int = 0,
    guessed_tokens: int = 0,
    estimated_tokens: int = 0,
) -> None:
    """One transfer on a submission's terms; of nothing there is none."""
    if not (tokens or requests):
        return
    used = used_at or now
    ledger.post(
        db,
        Transfer(
            at=now,
            used_at=used,
            day=billing_day(used).isoformat(),
            debit=debit,
            credit=credit,
            kind=kind,
            requests=requests,
            tokens=tokens,
            guessed_tokens=guessed_tokens,
            estimated_tokens=estimated_tokens,
            amount=cost(tokens, terms.price_per_million),
            direct=cost(tokens, terms.sync_price_per_million),
            price_per_million=terms.price_per_million,
            sync_price_per_million=terms.sync_price_per_million,
            price_label=terms.price_label,
            mode=terms.mode,
            model=terms.model,
            key_label=terms.key_label,
            key_tail=terms.key_tail,
            key_fingerprint=terms.key_fingerprint,
            collection=terms.collection,
            submission=terms.submission,
            job_id=terms.job_id,
        ),
    )
