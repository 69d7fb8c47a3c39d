"""Documents and chunks: a source text, and a piece of it as an operator sees it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from engine.domain.texts import embed_text


def fingerprint(text: str) -> str:
    """32 hexadecimal digits that tell whether a document has to be looked at again."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of a document as it is cut: `content == document[start:end]`, offsets in characters."""

    content: str
    start: int
    end: int
    context: str = ""
    """Document title and section path, put in front of the content in the text to embed."""
    chunk_type: str = "text"
    language: str | None = None

    @property
    def embed_text(self) -> str:
        """The text that is embedded."""
        return embed_text(self.content, self.context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A source text, ready to be stored with its chunks."""

    source: str
    """Where it came from and how it is found again: a path, `path.jsonl#id`, `-`."""
    title: str
    content: str
    media_type: str
    chunks: tuple[Chunk, ...]
    metadata: str = "{}"
    """A JSON object."""
