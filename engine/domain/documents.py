"""Documents, chunks and the text that is embedded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

KEY_HASH_LENGTH = 16
LARGEST_ID = 2**63 - 1
"""The largest integer that SQLite takes."""


def content_hash(text: str) -> str:
    """32 hexadecimal digits that name a text to embed; any string, unpaired surrogates included."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def request_key(chunk_id: int, text_hash: str) -> str:
    """The key a request travels under: chunk id and content-hash prefix, `"17-0f3a..."`."""
    return f"{chunk_id}-{text_hash[:KEY_HASH_LENGTH]}"


def parse_request_key(key: str) -> tuple[int, str] | None:
    """Chunk id and hash prefix of a `request_key`; None when it is none of ours."""
    head, dash, tail = key.partition("-")
    if not dash or not key.isascii() or not head.isdigit() or len(head) > 19 or len(tail) != KEY_HASH_LENGTH:
        return None
    chunk_id = int(head)
    return (chunk_id, tail) if chunk_id <= LARGEST_ID else None


@dataclass(frozen=True, slots=True)
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


def embed_text(content: str, context: str | None) -> str:
    """The text to embed: the context, an empty line, the content."""
    return f"{context}\n\n{content}" if context else content


@dataclass(frozen=True, slots=True)
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


def text_to_embed(content: str, context: str | None, metadata: str) -> str:
    """The text to embed of a `chunks` row: what an earlier generation left in `_vector_source`, else ours."""
    if '"_vector_source"' in metadata:
        try:
            source = json.loads(metadata).get("_vector_source")
        except (ValueError, AttributeError, RecursionError):
            source = None
        if isinstance(source, str):
            return source
    return embed_text(content, context)
