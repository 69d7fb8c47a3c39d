"""What a reconciliation asks the ledger to move: adjustments, and uncertain money that Google's invoice decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from engine.domain.differences import Booked, Cause, Difference, Explanation, Place, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Money that Google charges more (or, negative, less) than is booked at a place, for one cause."""

    identity: str
    """The same for the same place, cause, amounts, lines of the export and rows of the ledger."""
    place: Place
    cause: Cause
    tokens: int
    pico: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Uncertain money that turned out to be billed, or not to be."""

    identity: str
    booked: Booked
    billed: bool


class Poster(Protocol):
    """Where postings go; the caller owns the transaction, within which the ledger was read too."""

    def knows(self, identity: str) -> bool:
        """Something was posted under this name."""

    def adjust(self, adjustment: Adjustment) -> None:
        """Moves money to `adjustment` from the month's budget, or back when it is negative."""

    def resolve(self, resolution: Resolution) -> None:
        """Moves uncertain money to what was paid, or back to the budget."""


Posting = Adjustment | Resolution


def postings(differences: Iterable[Difference]) -> list[Posting]:
    """All that would have to be moved for the ledger to equal the invoice, as far as it is explained.

    Once it is posted, the same export has nothing left to post: adjustments are part of what is compared.
    """
    return [
        posting
        for difference in differences
        for explanation in difference.explanations
        if explanation.cause.moves_money
        for posting in _of(difference, explanation)
    ]


def _of(difference: Difference, explanation: Explanation) -> Iterable[Posting]:
    identity = difference.identity(explanation)
    decided = explanation.cause in (Cause.DOUBT_BILLED, Cause.DOUBT_FREE)
    for each in explanation.booked if decided else ():
        if each.standing is Standing.UNCERTAIN:
            billed = explanation.cause is Cause.DOUBT_BILLED
            yield Resolution(identity=f"{identity}/{each.id}", booked=each, billed=billed)
    if explanation.cause is not Cause.DOUBT_FREE and (explanation.pico or explanation.tokens):
        yield Adjustment(
            identity=identity,
            place=difference.place,
            cause=explanation.cause,
            tokens=explanation.tokens,
            pico=explanation.pico,
        )


def post(differences: Iterable[Difference], poster: Poster) -> list[Posting]:
    """Posts what is not posted yet; returns what was."""
    posted = []
    for posting in postings(differences):
        if poster.knows(posting.identity):
            continue
        if isinstance(posting, Adjustment):
            poster.adjust(posting)
        else:
            poster.resolve(posting)
        posted.append(posting)
    return posted
