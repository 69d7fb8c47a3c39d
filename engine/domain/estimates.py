"""Estimates: what waiting text will weigh and cost, with the basis they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.domain import money
from engine.domain.models import Mode, Price

ASSUMED_CHARACTERS_PER_TOKEN = 4


def error_percent(estimated: int, actual: int) -> float | None:
    """How far an estimate was off, signed; None before there is something to compare."""
    return 100 * (estimated - actual) / actual if estimated and actual > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What is known of a model's characters per token, from token counts that came back."""

    characters: int = 0
    tokens: int = 0
    error_tokens: int = 0
    """Sum of |estimated - actual| over the last settled jobs."""
    compared_tokens: int = 0
    """Actual tokens of those jobs."""

    @property
    def learned(self) -> bool:
        """There is something to go by."""
        return self.characters > 0 and self.tokens > 0

    @property
    def error_percent(self) -> float | None:
        """Mean error of the last jobs' estimates in percent; None before there is something to compare with."""
        return 100 * self.error_tokens / self.compared_tokens if self.compared_tokens else None

    def tokens_of(self, characters: int) -> int:
        """Estimated tokens of that many characters, rounded up."""
        if self.learned:
            return -(-characters * self.tokens // self.characters)
        return -(-characters // ASSUMED_CHARACTERS_PER_TOKEN)

    def characters_of(self, tokens: int) -> int:
        """How many characters fit into that many tokens, rounded down."""
        if self.learned:
            return tokens * self.characters // self.tokens
        return tokens * ASSUMED_CHARACTERS_PER_TOKEN

    def __str__(self) -> str:
        if not self.learned:
            return f"assumed {ASSUMED_CHARACTERS_PER_TOKEN} characters per token; nothing has come back yet"
        ratio = f"{self.characters / self.tokens:.2f} characters per token, learned from {self.tokens:,} tokens"
        error = self.error_percent
        return ratio if error is None else f"{ratio}; the last estimates were off by {error:.1f} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What chunks will cost; an estimate, never an actual figure."""

    chunks: int
    characters: int
    tokens: int
    batch: Decimal
    synchronous: Decimal
    basis: Basis


def estimate(chunks: int, characters: int, price: Price, basis: Basis) -> Estimate:
    """What that many chunks of together that many characters will cost either way."""
    tokens = basis.tokens_of(characters)
    batch, synchronous = (money.cost(tokens, price.per_million(mode)) for mode in (Mode.BATCH, Mode.SYNCHRONOUS))
    return Estimate(
        chunks=chunks, characters=characters, tokens=tokens, batch=batch, synchronous=synchronous, basis=basis
    )
