"""How a request ends: one line of a job, one text sent once."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The end of a request; each request has one."""

    USEFUL = "useful"
    """It brought a vector that a chunk waited for."""
    UNUSED = "unused"
    """It brought a vector that no chunk wants now; it is kept."""
    TURNED = "turned"
    """It brought a vector that no chunk wanted, and a chunk wants now."""
    SPOILED = "spoiled"
    """It was answered, and what came is no vector: it may be billed."""
    REFUSED = "refused"
    """Google's error stands in the place of a vector."""
    MISSING = "missing"
    """The results have no row for it."""
    UNREADABLE = "unreadable"
    """A line of the results says nothing usable of it."""
    LOST = "lost"
    """Nobody can read what became of it: Google gives no results, or the answer never came."""


class Judgement(StrEnum):
    """What an operator decides about requests that may be charged, when nobody can read whether they were."""

    BILLED = "billed"
    """They are charged at what they are taken for, and bought nothing."""
    FREE = "free"
    """They are not charged."""
