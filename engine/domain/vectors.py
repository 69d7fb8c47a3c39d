"""What a vector means: its profile."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What Google publishes about an embedding model (checked 2026-11)."""

    input_tokens: int
    max_dimension: int
    task_in_text: bool
    """The task is written into the text (`gemini-embedding-2`), not sent as a field."""


MODELS = {
    "gemini-embedding-001": ModelFacts(input_tokens=2048, max_dimension=3072, task_in_text=False),
    "gemini-embedding-2": ModelFacts(input_tokens=8192, max_dimension=3072, task_in_text=True),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What a vector means; vectors of different profiles cannot be compared."""

    model: str = "gemini-embedding-001"
    dimension: int = 768
    task_type: str = "RETRIEVAL_DOCUMENT"

    @property
    def facts(self) -> ModelFacts:
        """The published facts of the model; those of the smallest known one for an unknown model."""
        return MODELS.get(self.model, MODELS["gemini-embedding-001"])

    def __str__(self) -> str:
        return f"{self.model}/{self.dimension}"
