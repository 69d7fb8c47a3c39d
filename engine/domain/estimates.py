"""Estimates: what waiting text will weigh and cost, within which limits, and what both rest on.

The band is what the rule has missed by on texts of the same mix of kinds. The first job of a mix teaches the rule, the
following ones try it; when five have ended, their misses are the band. Before that it is that of a sample counted by
Google, and before that a stated assumption.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import ceil, exp, sqrt
from operator import mul, sub

from engine.domain import money
from engine.domain.kinds import Kinds, counts
from engine.domain.models import Mode, Price
from engine.domain.rule import MILLION, NOISE, Rule

ASSUMED_LESS, ASSUMED_MORE = 0.25, 0.45
"""How far the weights at the start may be off in a language or with a tokenizer that nobody has tried."""
ENOUGH = 4
"""Misses of the same mix, beside the first: five jobs have ended."""
_SAME_MIX = 0.15
"""Mixes further apart say nothing of each other: half the sum of the differences of their parts, 0 to 1."""
_NEAR = 0.04
_MISS_BY_DISTANCE = 0.5
"""How much of the distance between two mixes the rule may miss by."""
_LEAST = 0.01
_SAMPLE = 0.015
"""What a sample misses even if its texts agree with each other."""


def error_percent(estimated: int, actual: int) -> float | None:
    """How far an estimate was off, signed; None before there is something to compare."""
    return 100 * (estimated - actual) / actual if estimated and actual > 0 else None


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came back of a submission."""

    estimated: int
    """Tokens that were estimated of just these texts."""
    tokens: int
    """What they took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """What the rule said of texts before it had learned from them, and what they turned out to be."""

    kinds: Kinds
    predicted: int
    tokens: int
    spread: float | None = None
    """Of a sample: how far its mean may be off, as a part of it."""

    @property
    def error(self) -> float:
        """How far it was off, as a part of what was said; negative when there were fewer tokens."""
        return self.tokens / self.predicted - 1 if self.predicted else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Within which limits an estimate holds in 95 of 100 cases, as parts of it, and why."""

    less: float
    more: float
    jobs: int = 0
    """Whose misses it is; 0 without."""
    sampled: bool = False

    def __str__(self) -> str:
        if self.jobs:
            return f"±{100 * self.more:.1f} %, by what {self.jobs} jobs of such text missed by"
        if self.sampled:
            return f"±{100 * self.more:.1f} %, by a sample that Google counted"
        return f"assumed to hold within -{100 * self.less:.0f} and +{100 * self.more:.0f} %"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What estimates of a model rest on: the rule, and what it missed by."""

    rule: Rule = field(default_factory=Rule)
    misses: tuple[Miss, ...] = ()
    """The last ones, oldest first."""

    @property
    def learned(self) -> bool:
        """There is something to go by."""
        return self.rule.tokens > 0

    def tokens_of(self, kinds: Kinds) -> int:
        """Estimated tokens of so many characters, rounded up."""
        return -(-self.rule.weight(kinds) // MILLION)

    def most_tokens(self, kinds: Kinds) -> int:
        """The upper end of the band: what is reserved."""
        return ceil(self.tokens_of(kinds) * (1 + self.band(kinds).more))

    def least_tokens(self, kinds: Kinds) -> int:
        """The lower end of the band."""
        return int(self.tokens_of(kinds) * (1 - self.band(kinds).less))

    def band(self, kinds: Kinds) -> Band:
        """By the jobs of this mix, by a sample of it, or as assumed; wider for a few short texts."""
        weight = self.rule.weight(kinds) / MILLION
        chance = NOISE * kinds.characters / weight**2 if weight else 0.0
        near = [(distance, miss) for distance, miss in self._by_distance(kinds) if distance < _SAME_MIX]
        tried = [(distance, miss) for distance, miss in near if miss.spread is None][1:]
        nearness = [exp(-((distance / _NEAR) ** 2) / 2) for distance, _ in tried]
        if len(tried) >= ENOUGH:
            squares = (miss.error**2 + (_MISS_BY_DISTANCE * distance) ** 2 for distance, miss in tried)
            variance = sum(map(mul, nearness, squares)) / sum(nearness)
            # Of few misses, or of few that are near, the range is wider, as Student's t has it.
            number = sum(nearness) ** 2 / sum(map(mul, nearness, nearness))
            half = 1.96 * (1 + 1.6 / number) * sqrt(variance + chance)
            return _either_way(half, jobs=len(tried) + 1)
        for distance, miss in reversed(near):
            if miss.spread is not None:
                return _either_way(
                    1.96 * sqrt(miss.spread**2 + _SAMPLE**2 + (_MISS_BY_DISTANCE * distance) ** 2 + chance),
                    sampled=True,
                )
        less, more = (sqrt(assumed**2 + 4 * chance) for assumed in (ASSUMED_LESS, ASSUMED_MORE))
        return Band(less=min(less, 1.0), more=more)

    def _by_distance(self, kinds: Kinds) -> Iterator[tuple[float, Miss]]:
        mix = self._mix(kinds)
        for other, miss in zip(self._mixes, self.misses, strict=True):
            yield sum(map(abs, map(sub, mix, other))) / 2, miss

    @cached_property
    def _mixes(self) -> list[list[float]]:
        return [self._mix(miss.kinds) for miss in self.misses]

    def _mix(self, kinds: Kinds) -> list[float]:
        """Which part of the tokens each kind is."""
        weights = list(map(mul, self.rule.millionths, counts(kinds)))
        whole = sum(weights) or 1
        return [weight / whole for weight in weights]

    def __str__(self) -> str:
        if not self.learned:
            return "by kinds of characters; nothing has come back yet"
        return f"by kinds of characters, learned from {self.rule.tokens:,} tokens"


def _either_way(half: float, *, jobs: int = 0, sampled: bool = False) -> Band:
    half = max(half, _LEAST)
    return Band(less=min(half, 1.0), more=half, jobs=jobs, sampled=sampled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What chunks will cost; an estimate, never an actual figure."""

    chunks: int
    kinds: Kinds
    tokens: int
    least_tokens: int
    most_tokens: int
    batch: Decimal
    synchronous: Decimal
    basis: Basis
    band: Band

    @property
    def characters(self) -> int:
        """Of the texts."""
        return self.kinds.characters

    @property
    def grounds(self) -> str:
        """What it rests on and within which limits it holds, in words."""
        return f"{self.basis}; {self.band}"


def estimate(chunks: int, kinds: Kinds, price: Price, basis: Basis) -> Estimate:
    """What that many chunks of together that many characters will cost either way."""
    tokens = basis.tokens_of(kinds)
    batch, synchronous = (money.cost(tokens, price.per_million(mode)) for mode in (Mode.BATCH, Mode.SYNCHRONOUS))
    return Estimate(
        chunks=chunks,
        kinds=kinds,
        tokens=tokens,
        least_tokens=basis.least_tokens(kinds),
        most_tokens=basis.most_tokens(kinds),
        batch=batch,
        synchronous=synchronous,
        basis=basis,
        band=basis.band(kinds),
    )
