"""The embedding models on offer and what each can do."""

from __future__ import annotations

from dataclasses import dataclass

from .wire import ApiError, Json

FULL_DIMENSION = 3072
SYNCHRONOUS = ("embedContent", "countTextTokens", "countTokens")


@dataclass(frozen=True, slots=True)
class Model:
    """One model; `always_unit` says that vectors cut below the full dimension are normalised again."""

    id: str
    version: str
    display_name: str
    description: str
    input_limit: int
    dimension: int = FULL_DIMENSION
    batch: bool = True
    always_unit: bool = False

    @property
    def name(self) -> str:
        """`models/ID`."""
        return f"models/{self.id}"

    def to_json(self) -> Json:
        """The Model message."""
        return {
            "name": self.name,
            "version": self.version,
            "displayName": self.display_name,
            "description": self.description,
            "inputTokenLimit": self.input_limit,
            "outputTokenLimit": 1,
            "supportedGenerationMethods": [*SYNCHRONOUS, *(["asyncBatchEmbedContent"] if self.batch else [])],
        }


MODELS = {
    model.id: model
    for model in (
        Model(
            "gemini-embedding-001",
            "001",
            "Gemini Embedding 001",
            "Obtain a distributed representation of a text.",
            input_limit=2048,
        ),
        Model(
            "gemini-embedding-2",
            "2",
            "Gemini Embedding 2",
            "Obtain a distributed representation of a text, an image or a sound.",
            input_limit=8192,
            always_unit=True,
        ),
        Model(
            "text-embedding-004",
            "004",
            "Text Embedding 004",
            "Obtain a distributed representation of a text.",
            input_limit=2048,
            dimension=768,
            batch=False,
        ),
    )
}


def find_model(name: str) -> Model:
    """The model called `ID` or `models/ID`; ApiError 404 when there is none."""
    model = MODELS.get(name.removeprefix("models/"))
    if model is None:
        raise ApiError(
            404,
            f"models/{name.removeprefix('models/')} is not found for API version v1, or is not supported for "
            "embedContent. Call ListModels to see the list of available models and their supported methods.",
        )
    return model
