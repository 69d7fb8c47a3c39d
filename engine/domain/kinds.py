"""Kinds of characters: what the tokens of a text are estimated from. Counted once, when the text is named.

An estimate is linear in them, so it is the same for a sum of texts as for the texts: a queue is estimated by its sums.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from operator import add, attrgetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """How many characters of each kind there are, and how many words."""

    latin: int = 0
    cyrillic: int = 0
    han: int = 0
    kana: int = 0
    digits: int = 0
    punctuation: int = 0
    spaces: int = 0
    others: int = 0
    words: int = 0
    unknown: int = 0
    """Characters of texts that an earlier version named: their kinds are counted when somebody reads them."""

    @property
    def characters(self) -> int:
        """All of them, of whatever kind."""
        return sum(counts(self)) - self.words

    def __add__(self, other: Kinds) -> Kinds:
        return kinds_from(map(add, counts(self), counts(other)))


NAMES = tuple(each.name for each in fields(Kinds))
KNOWN = NAMES[:-1]
"""The kinds that a text has columns for."""
counts: Callable[[Kinds], tuple[int, ...]] = attrgetter(*NAMES)
"""The numbers in the order of `NAMES`."""


def kinds_from(numbers: Iterable[int]) -> Kinds:
    """The value of numbers in the order of `NAMES`."""
    return Kinds(**dict(zip(NAMES, numbers, strict=True)))


_CLASSES = (
    bytes(
        ord("d")
        if chr(code).isdigit()
        else ord("l")
        if chr(code).isalpha()
        else ord("s")
        if chr(code).isspace()
        else ord("p")
        for code in range(128)
    )
    + b"p" * 128
)
_CYRILLIC = re.compile("[\u0400-\u052f]+")
_HAN = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]+")
_LATIN = re.compile("[\u00c0-\u024f\u1e00-\u1eff]+")
_WORD = re.compile(r"\w+")


def kinds_of(text: str) -> Kinds:
    """Counts the characters of a text by kind; letters of no script named here, and signs, are `others`."""
    plain = text.encode("ascii", "ignore").translate(_CLASSES)
    latin, digits, spaces = plain.count(b"l"), plain.count(b"d"), plain.count(b"s")
    punctuation = len(plain) - latin - digits - spaces
    if len(plain) == len(text):
        words = len(plain.translate(_WORDS).split())
        return Kinds(latin=latin, digits=digits, spaces=spaces, punctuation=punctuation, words=words)
    cyrillic, han, kana, accented = (_length(kind, text) for kind in (_CYRILLIC, _HAN, _KANA, _LATIN))
    return Kinds(
        latin=latin + accented,
        cyrillic=cyrillic,
        han=han,
        kana=kana,
        digits=digits,
        punctuation=punctuation,
        spaces=spaces,
        others=len(text) - len(plain) - cyrillic - han - kana - accented,
        words=sum(1 for _ in _WORD.finditer(text)),
    )


_WORDS = bytes.maketrans(b"dps", b"l  ")


def _length(kind: re.Pattern[str], text: str) -> int:
    return sum(map(len, kind.findall(text)))
