"""Booking: a submission's money, from what is reserved for it to what its requests came to; nobody else moves it.

Each reservation ends in the transaction that ends its submission: what was paid and what is uncertain leaves it, by
the outcomes of the requests, and the rest goes back. Whatever turns out later is a further transfer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from engine.domain.billing import billing_day, billing_month
from engine.domain.keys import ApiKey
from engine.domain.ledger import RESERVED, UNCERTAIN, USEFUL, WASTE, Lot, Quantity, Transfer, budget
from engine.domain.money import cost
from engine.domain.requests import Judgement, Outcome
from engine.store import jobs, ledger, requests
from engine.store.db import Db
from engine.store.requests import Part, Terms

Place = tuple[str, str]
"""An account, and a kind in it."""
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
        _move(db, now, terms, budget(billing_month(terms.at)), RESERVED, kind, _promise(tokens))


def give_back(db: Db, now: datetime, submission: int, kind: str = "not sent") -> None:
    """Gives back all that is promised to a submission: nothing of it was sent."""
    _rest(db, now, requests.terms(db, submission), kind)


def keep(db: Db, now: datetime, submission: int, most: int) -> None:
    """Only a part of what was planned is sent: what is promised beyond the most tokens that it may take goes back."""
    surplus = ledger.held(db, submission, RESERVED).tokens - most
    if surplus > 0:
        terms = requests.terms(db, submission)
        _move(db, now, terms, RESERVED, budget(billing_month(terms.at)), "less is sent", _promise(surplus))


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
    db: Db,
    now: datetime,
    submission: int,
    *,
    used_at: datetime | None = None,
    estimated_tokens: int | None = None,
    note: str = "",
) -> None:
    """Brings what is booked for a submission to what its requests come to, and gives back what is reserved beyond it.

    It moves the differences to what stood there before, whatever that was: repeated, it moves nothing. `used_at` is
    when Google ended the work, `estimated_tokens` what had been estimated for the requests that brought a vector;
    None leaves both as they stand.
    """
    terms = requests.terms(db, submission)
    _correct(db, now, terms, used_at, estimated_tokens, note)
    _rest(db, now, terms, "not needed", note)


def _correct(
    db: Db,
    now: datetime,
    terms: Terms,
    used_at: datetime | None = None,
    estimated_tokens: int | None = None,
    note: str = "",
) -> None:
    """What stands too high goes back to what is reserved, on the days on which it stands; what lacks comes from it."""
    standing: dict[Place, list[Lot]] = {}
    for lot in ledger.lots(db, terms.submission):
        standing.setdefault(_place(lot), []).append(lot)
    due = _due(db, terms, estimated_tokens)
    lacking: dict[Place, Quantity] = {}
    for place in sorted(due.keys() | standing.keys()):
        lots = standing.get(place, [])
        stands = sum((lot.quantity for lot in lots), Quantity())
        wanted = due.get(place, Quantity())
        if estimated_tokens is None:
            wanted = replace(wanted, estimated_tokens=stands.estimated_tokens)
        _move_lots(db, now, terms, lots, RESERVED, stands.over(wanted), note)
        lacking[place] = wanted.over(stands)
    needed = sum(each.tokens for each in lacking.values()) - ledger.held(db, terms.submission, RESERVED).tokens
    reserve(db, now, terms.submission, needed, "more than was reserved")
    when = used_at or max((lot.used_at for lots in standing.values() for lot in lots), default=now)
    for (account, kind), quantity in lacking.items():
        _move(db, now, terms, RESERVED, account, kind, quantity, used_at=when, note=note)


def _place(lot: Lot) -> Place:
    """What is useful stands in one place, also what was waste before."""
    return lot.account, "" if lot.account == USEFUL else lot.kind


def _due(db: Db, terms: Terms, estimated_tokens: int | None) -> dict[Place, Quantity]:
    """What the requests of a submission come to, by account and kind."""
    parts = requests.came_to(db, terms.submission)
    brought = sum(part.requests for part in parts if part.outcome in _BROUGHT)
    due: dict[Place, Quantity] = {}
    for part in parts:
        account = _account(part, terms)
        if account is None:
            continue
        kind = SECOND_BATCH if terms.second and part.outcome is Outcome.UNUSED else part.outcome.value
        place = account, "" if account == USEFUL else kind
        due[place] = due.get(place, Quantity()) + Quantity(
            requests=part.requests,
            tokens=part.tokens,
            guessed_tokens=part.guessed_tokens,
            estimated_tokens=_share(estimated_tokens or 0, part, brought),
        )
    return due


def _account(part: Part, terms: Terms) -> str | None:
    """Where money of requests belongs; None when it was judged that they are not charged."""
    if not part.doubtful:
        return USEFUL if part.outcome in _WANTED else WASTE
    return {None: UNCERTAIN, Judgement.BILLED: WASTE, Judgement.FREE: None}[terms.judged]


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


def judge(db: Db, now: datetime, submission: int, judged: Judgement, because: str) -> None:
    """An operator decides about what may be charged of a submission, in words that stay with the transfers."""
    requests.judge(db, submission, judged)
    settle(db, now, submission, note=f"judged {judged}: {because}")


def count_again(db: Db, now: datetime, submission: int, doubts: Mapping[int, int], because: str) -> None:
    """What may be charged is taken for other tokens than before; the difference moves."""
    requests.doubt(db, submission, doubts)
    settle(db, now, submission, note=f"counted again: {because}")


def follow_again(db: Db, now: datetime, submission: int, promised: int) -> int:
    """What was given up is under way, or has come, after all: what was booked for it, judged or not, is taken back.

    So many tokens are promised to it again; returns how many requests travel.
    """
    known = requests.travel_again(db, submission)
    _correct(db, now, requests.terms(db, submission))
    reserve(db, now, submission, promised - ledger.held(db, submission, RESERVED).tokens, "follow again")
    return known


def hand_over(db: Db, now: datetime, submission: int, to: int, unread: int) -> int:
    """What was lost of one submission travels in another: so does its money; returns how many requests.

    Where nobody knows what it was, so many tokens are promised.
    """
    lost = [part for part in requests.came_to(db, submission) if part.outcome is Outcome.LOST and part.doubtful]
    handed = requests.hand_over(db, submission, to)
    requests.doubt_more(db, submission, 0)
    settle(db, now, submission)
    reserve(db, now, to, sum(part.tokens for part in lost) or unread)
    return handed


def turn_useful(db: Db, now: datetime, profile: int, texts: Iterable[int]) -> None:
    """Texts are wanted now whose vectors were paid for when nobody wanted them: that was no waste after all.

    What is not booked yet is booked as useful when its submission ends.
    """
    for part in requests.turn_useful(db, profile, list(texts)):
        turned = Quantity(requests=part.requests, tokens=part.tokens, guessed_tokens=part.guessed_tokens)
        terms = requests.terms(db, part.submission)
        if terms.job_id:
            jobs.turn_useful(db, terms.job_id, part.tokens)
        wasted = [lot for lot in ledger.lots(db, part.submission) if lot.account == WASTE and lot.kind in _UNWANTED]
        if sum(lot.quantity.tokens for lot in wasted) >= turned.tokens:
            _move_lots(db, now, terms, wasted, USEFUL, turned)


def _move_lots(
    db: Db, now: datetime, terms: Terms, lots: Iterable[Lot], credit: str, quantity: Quantity, note: str = ""
) -> None:
    """Moves so much out of where it stands, the latest first, each on the day on which it was booked."""
    for lot in lots:
        part = lot.quantity.upto(quantity)
        quantity = quantity.over(part)
        _move(db, now, terms, lot.account, credit, lot.kind, part, used_at=lot.used_at, note=note)


def _rest(db: Db, now: datetime, terms: Terms, kind: str, note: str = "") -> None:
    left = ledger.held(db, terms.submission, RESERVED).tokens
    _move(db, now, terms, RESERVED, budget(billing_month(terms.at)), kind, _promise(left), note=note)


def _promise(tokens: int) -> Quantity:
    """Tokens that nobody has counted yet."""
    return Quantity(tokens=tokens, guessed_tokens=tokens)


def _move(
    db: Db,
    now: datetime,
    terms: Terms,
    debit: str,
    credit: str,
    kind: str,
    quantity: Quantity,
    *,
    used_at: datetime | None = None,
    note: str = "",
) -> None:
    """One transfer on a submission's terms; of nothing there is none, nor of what another database books."""
    if terms.elsewhere or not (quantity.tokens or quantity.requests):
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
            requests=quantity.requests,
            tokens=quantity.tokens,
            guessed_tokens=quantity.guessed_tokens,
            estimated_tokens=quantity.estimated_tokens,
            amount=cost(quantity.tokens, terms.price_per_million),
            direct=cost(quantity.tokens, terms.sync_price_per_million),
            price_per_million=terms.price_per_million,
            sync_price_per_million=terms.sync_price_per_million,
            price_label=terms.price_label,
            mode=terms.mode,
            model=terms.model,
            key_label=terms.key_label,
            key_tail=terms.key_tail,
            key_fingerprint=terms.key_fingerprint,
            collection=terms.collection,
            project=terms.project,
            submission=terms.submission,
            job_id=terms.job_id,
            note=note,
        ),
    )
