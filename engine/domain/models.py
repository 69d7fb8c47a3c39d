"""What Google publishes of its embedding models and of its limits: a row a model, a constant a limit.

Collected in November 2026 from Google's documentation, the SDK, and what users report; nothing here was measured
against the service. A new model is a new row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum


class Mode(StrEnum):
    """How a text was embedded."""

    BATCH = "batch"  # queued, at half price
    SYNCHRONOUS = "synchronous"  # directly, at full price


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """USD per million input tokens of one model, with where and when it was read."""

    model: str
    synchronous: Decimal
    batch: Decimal
    source: str
    checked: date | None
    """When it was looked up; None for never."""
    valid_from: date | None = None
    """None where nobody knows since when."""

    def per_million(self, mode: Mode) -> Decimal:
        """The price of a million tokens in this mode."""
        return self.batch if mode is Mode.BATCH else self.synchronous

    @property
    def label(self) -> str:
        """How job and ledger rows name the price they used."""
        return f"{self.source} {self.checked.isoformat()}" if self.checked else f"{self.source}, not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One embedding model as Google describes it."""

    name: str
    input_tokens: int
    """Of one text; a returned token count that reaches it may mean that Google cut the text."""
    max_dimension: int
    task_in_text: bool
    """The task is written into the text, not sent as a field."""
    price: Price


_PRICING_PAGE = "Google's pricing page"


def _row(
    name: str, input_tokens: int, synchronous: str, batch: str, *, task_in_text: bool = False, dimension: int = 3072
) -> Model:
    price = Price(
        model=name,
        synchronous=Decimal(synchronous),
        batch=Decimal(batch),
        source=_PRICING_PAGE,
        checked=date(2026, 11, 1),
    )
    return Model(name=name, input_tokens=input_tokens, max_dimension=dimension, task_in_text=task_in_text, price=price)


MODELS = {
    model.name: model
    for model in (
        _row("gemini-embedding-001", 2_048, "0.15", "0.075"),
        _row("gemini-embedding-2", 8_192, "0.20", "0.10", task_in_text=True),
    )
}

TASK_TYPES = (
    "RETRIEVAL_DOCUMENT",
    "RETRIEVAL_QUERY",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
)

ENQUEUED_TOKENS = {1: 500_000, 2: 5_000_000, 3: 10_000_000}
"""Embedding tokens that may be enqueued at once in a project, over all its jobs, by usage tier."""
SPEND_LIMITS = {1: 10, 2: 50}
"""Dollars that may be spent in any ten minutes, by usage tier; none is published for the third."""
LIVE_JOBS = 100
INPUT_FILE_BYTES = 2_000_000_000
TEXTS_PER_CALL = 100
"""Texts in one direct request; each counts as a request of the quota per minute."""
DISPLAY_NAME_CHARACTERS = 512

BYTES_PER_NUMBER = 15
"""Of a vector in a result line: 11.3 kB at 768 dimensions."""
ROW_BYTES = 300
"""Of a request or result line beyond its text or vector."""

UPLOAD_LIFE = timedelta(hours=40)
"""Google keeps an upload for 48 hours; after this it is sent anew rather than trusted."""
RESULTS_KEPT = timedelta(weeks=6)
EXPIRY = timedelta(hours=48)
"""Pending or running for longer, a batch becomes EXPIRED and has no results."""
LATE = (timedelta(hours=6), timedelta(hours=24), timedelta(hours=40))
"""Ages at which the operator is told that a batch is late."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a vector means; vectors of different profiles cannot be compared."""

    model: str = "gemini-embedding-001"
    dimension: int = 768
    task_type: str = "RETRIEVAL_DOCUMENT"

    @property
    def facts(self) -> Model:
        """The published facts of the model; those of the smallest known one for an unknown model."""
        return MODELS.get(self.model, MODELS["gemini-embedding-001"])

    def derivable_from(self, other: Profile) -> bool:
        """Vectors of the other profile are vectors of this one after cutting and normalising."""
        return (self.model, self.task_type) == (other.model, other.task_type) and self.dimension < other.dimension

    def __str__(self) -> str:
        return f"{self.model}/{self.dimension}"
