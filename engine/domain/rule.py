"""The rule of estimates: so many tokens a character of each kind, and a word; learned from the counts that came back.

It is fitted by least squares to texts and sums of texts, each weighed by its length: what is left over is then none in
total. What comes is weighed against what was known, each kind by its own certainty: a year of English takes nothing
from what a few Chinese texts taught, and the newest of a language counts most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import mul

from engine.domain.kinds import KNOWN, Kinds, counts

MILLION = 1_000_000
"""Weights are whole millionths of a token, so that a sum of weights is the weight of the sum, exactly."""
START = (0.18, 0.24, 0.63, 0.40, 1.67, 0.70, 0.12, 1.70, 0.38)
"""Tokens by kind, in the order of `KNOWN`, as measured with the tokenizer of the open sibling models."""
START_UNKNOWN = 0.28
"""Of a character of which the kind is not known."""
NOISE = 0.36
"""How far single texts stray: the mean square of what is left over, in tokens, for each character."""
_DOUBT = 0.4
"""How far the weights of another tokenizer may lie from those at the start, as a part of them."""
_SWEEPS = 60
_SIZE = len(KNOWN)

Matrix = tuple[tuple[float, ...], ...]


def _prior() -> Matrix:
    return tuple(
        tuple(NOISE / (_DOUBT * START[row]) ** 2 if row == column else 0.0 for column in range(_SIZE))
        for row in range(_SIZE)
    )


PRIOR = _prior()


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was counted: a text, or texts together."""

    kinds: Kinds
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a model's texts weigh, and how certain that is."""

    weights: tuple[float, ...] = START
    """Tokens by kind, in the order of `KNOWN`."""
    unknown: float = START_UNKNOWN
    """Tokens of a character of which the kind is not known: those of the mean of all that came back."""
    certainty: Matrix = PRIOR
    """The normal equations: sums of products of kinds over texts, those of earlier jobs fading."""
    characters: float = 0.0
    """That the sums rest on."""
    tokens: int = 0
    """That came back so far."""

    @cached_property
    def millionths(self) -> tuple[int, ...]:
        """Millionths of a token by kind, in the order of `NAMES`."""
        return tuple(round(weight * MILLION) for weight in (*self.weights, self.unknown))

    def weight(self, kinds: Kinds) -> int:
        """Millionths of a token that so many characters weigh."""
        return sum(map(mul, self.millionths, counts(kinds)))

    def learned(self, seen: Sequence[Seen]) -> Rule:
        """The rule as it is when these have been seen; texts without characters of known kinds teach nothing."""
        pairs = [(counts(each.kinds)[:_SIZE], each.tokens, each.kinds.characters) for each in seen]
        pairs = [(kinds, tokens, length) for kinds, tokens, length in pairs if any(kinds) and tokens > 0]
        if not pairs:
            return self
        length = sum(each[2] for each in pairs)
        kept = self.characters / (self.characters + length)
        sums = [
            [kept * one + (1 - kept) * other for one, other in zip(row, prior, strict=True)]
            for row, prior in zip(self.certainty, PRIOR, strict=True)
        ]
        wanted = [sum(map(mul, row, self.weights)) for row in sums]
        for kinds, tokens, characters in pairs:
            for place, number in enumerate(kinds):
                if number:
                    share = number / characters
                    wanted[place] += share * tokens
                    row = sums[place]
                    for other, beside in enumerate(kinds):
                        row[other] += share * beside
        return replace(
            self,
            weights=_solved(sums, wanted, self.weights),
            unknown=(self.characters * kept * self.unknown + sum(each[1] for each in pairs))
            / (self.characters * kept + length),
            certainty=tuple(map(tuple, sums)),
            characters=self.characters * kept + length,
            tokens=self.tokens + sum(each[1] for each in pairs),
        )


def _solved(sums: list[list[float]], wanted: list[float], weights: tuple[float, ...]) -> tuple[float, ...]:
    """The weights, none negative, that fit best: each in turn as the others stand, until they settle."""
    found = list(weights)
    for _ in range(_SWEEPS):
        for place, row in enumerate(sums):
            missing = wanted[place] - sum(map(mul, row, found))
            found[place] = max(found[place] + missing / row[place], 0.0)
    return tuple(found)
