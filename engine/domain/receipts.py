"""Receipts: what a job was promised to cost beside what it took, of the same rows: those that came back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.domain import money
from engine.domain.jobs import BatchJob


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReceipt:
    """Promised against paid, in tokens and at the price that the job is pinned to."""

    promised_tokens: int
    most_tokens: int
    """The upper end of what was promised."""
    tokens: int
    promised: Decimal
    paid: Decimal
    guessed: bool
    """Some of the tokens nobody counted: they are an estimate themselves."""

    @property
    def difference(self) -> float:
        """How much more was paid than promised, as a part of the promise; negative when it was less."""
        return self.tokens / self.promised_tokens - 1

    def __str__(self) -> str:
        words = f"promised {self.promised_tokens:,} tokens, came to {self.tokens:,}: {self._difference}"
        if self.most_tokens and self.tokens > self.most_tokens:
            words += f", more than the {self.most_tokens:,} that were reserved"
        return f"{words}; some of them nobody counted" if self.guessed else words

    @property
    def _difference(self) -> str:
        percent = abs(100 * self.difference)
        if percent < 0.05:
            return "as promised"
        return f"{percent:.1f} % {'more' if self.difference > 0 else 'less'}"


def receipt_of(job: BatchJob) -> JobReceipt | None:
    """The receipt of a job that has ended; None before that, and when nothing of it came back."""
    if not job.promised_tokens or not job.answered_tokens:
        return None
    most = job.most_tokens * job.promised_tokens // job.estimated_tokens if job.estimated_tokens else 0
    return JobReceipt(
        promised_tokens=job.promised_tokens,
        most_tokens=most,
        tokens=job.answered_tokens,
        promised=money.cost(job.promised_tokens, job.price_per_million),
        paid=money.cost(job.answered_tokens, job.price_per_million),
        guessed=job.guessed_tokens > 0,
    )
