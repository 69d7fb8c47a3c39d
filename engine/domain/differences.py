"""What stands between Google's invoice and the ledger: places, causes, and the amounts that explain a difference.

All amounts are whole picodollars; a difference is positive where Google charges more than is booked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.invoice import ExportLine, Sku, fingerprint


class Cause(StrEnum):
    """Why a place differs: the closed list."""

    NOT_BILLED = "booked here, not billed"
    UNKNOWN = "billed, unknown here"
    DOUBLED = "doubled line"
    NOT_EXPORTED = "not exported yet"
    MIDNIGHT = "around midnight"
    DOUBT_BILLED = "uncertain, billed"
    DOUBT_FREE = "uncertain, not billed"
    ESTIMATED = "booked at an estimate"
    TAKEN_BACK = "adjustment taken back"
    PRICE = "another price"
    CURRENCY = "another currency"
    ROUNDING = "rounding"
    CREDIT = "credit"
    TAX = "tax"
    CORRECTION = "correction by Google"
    INVOICE_ROUNDING = "rounding of the invoice"
    UNEXPLAINED = "unexplained"

    @property
    def moves_money(self) -> bool:
        """Whether it is adjusted on request; a doubled line, a lag and midnight are of the file, not of the money."""
        return self not in _OF_THE_FILE


_OF_THE_FILE = frozenset({Cause.DOUBLED, Cause.NOT_EXPORTED, Cause.MIDNIGHT, Cause.UNEXPLAINED})


class Standing(StrEnum):
    """How sure an amount of the ledger is."""

    PAID = "paid"
    UNCERTAIN = "uncertain"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What the ledger holds of one job, direct request or earlier adjustment."""

    id: str
    """What the ledger finds its rows by."""
    used_at: datetime
    day: date
    """Google's billing day."""
    project: str | None
    """None where nobody said which project a key belongs to: all projects are then compared together."""
    sku: Sku | None
    """None for adjustments of tax and the like."""
    tokens: int
    pico: int
    standing: Standing = Standing.PAID
    guessed: bool = False
    """Nobody counted some of the tokens."""
    cause: Cause | None = None
    """What an adjustment was for."""
    name: str = ""
    """What people call it: a job's id."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is compared: one of Google's days, one project, one thing sold."""

    day: date
    project: str | None
    sku: Sku | None

    @property
    def order(self) -> tuple[date, str, str]:
        """By day, then by name."""
        return (self.day, self.project or "", str(self.sku or ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A part of a place's difference, with its cause and what it is seen in."""

    cause: Cause
    pico: int
    tokens: int = 0
    booked: tuple[Booked, ...] = ()
    lines: tuple[ExportLine, ...] = ()
    billed_price: Decimal | None = None
    """USD per million tokens, computed from the lines."""
    booked_price: Decimal | None = None
    """USD per million tokens, as booked here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place: both sides, and explanations whose amounts add up to what is between them."""

    place: Place
    lines: tuple[ExportLine, ...]
    booked: tuple[Booked, ...]
    explanations: tuple[Explanation, ...]

    @property
    def billed_tokens(self) -> int:
        """Tokens on the lines of the export."""
        return sum(line.tokens for line in self.lines)

    @property
    def billed(self) -> int:
        """What Google charges, credits taken off."""
        return sum(line.net for line in self.lines)

    @property
    def booked_tokens(self) -> int:
        """Tokens in the ledger, uncertain ones and adjustments included."""
        return sum(each.tokens for each in self.booked)

    @property
    def held(self) -> int:
        """What the ledger holds, uncertain money and adjustments included."""
        return sum(each.pico for each in self.booked)

    @property
    def pico(self) -> int:
        """What Google charges more than is booked."""
        return self.billed - self.held

    @property
    def is_explained(self) -> bool:
        """Nothing is left without a cause."""
        return all(each.cause is not Cause.UNEXPLAINED for each in self.explanations)

    def identity(self, explanation: Explanation) -> str:
        """Names an explanation by its place, amounts, lines and rows: what is posted under a name is posted once."""
        lines = sorted(fingerprint((*line.same, line.cost_type)) for line in self.lines)
        rows = sorted(each.id for each in self.booked)
        amounts = (explanation.cause.value, explanation.pico, explanation.tokens)
        return fingerprint((*self.place.order, *amounts, *lines, *rows))
