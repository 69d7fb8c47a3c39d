"""How large a chunk may be, and the splitter that keeps to it.

A chunk has two limits. The operator's is in characters. The model's is in tokens, and is kept in bytes of UTF-8: a
tokenizer that falls back to bytes makes no more tokens than there are bytes, whatever the script.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from semantic_text_splitter import MarkdownSplitter, TextSplitter

from engine.ingest.outline import CONTEXT_BYTES

RESERVED_TOKENS = 48
"""Of the model's input, for what is put in front of the text on its way: task prefix, start token."""

_SMALL_PART = 16  # a piece below a 16th of a chunk goes with what follows: lone headings, opening fences

Kind = Literal["markdown", "text", "code"]
"""What a text is to the splitter."""


@dataclass(frozen=True)
class Size:
    """What a chunk's content may measure: characters and, in UTF-8, bytes."""

    characters: int
    octets: int

    def fits(self, text: str) -> bool:
        """Whether it may be one chunk."""
        if len(text) > self.characters:
            return False
        return 4 * len(text) <= self.octets or len(text.encode()) <= self.octets

    @property
    def capacity(self) -> int:
        """In the splitter's measure."""
        return min(self.characters, self.octets)

    @property
    def small(self) -> int:
        """Below this a piece is not worth a chunk of its own; the splitter leaves so much room for it."""
        return self.capacity // _SMALL_PART

    def splitter(self, kind: Kind, overlap: int, *, ascii_only: bool) -> MarkdownSplitter | TextSplitter:
        """A splitter whose chunks fit."""
        if ascii_only or 4 * self.characters <= self.octets:
            return _splitter(kind, self.capacity - self.small, overlap)
        return _weighing_splitter(kind, self, overlap)

    def weigh(self, text: str) -> int:
        """Characters and bytes in one measure, of which a chunk may have `capacity`.

        It never exceeds the bytes: the splitter takes that for granted.
        """
        octets = len(text.encode())
        return octets if self.octets <= self.characters else max(len(text), -(-octets * self.characters // self.octets))


@lru_cache(maxsize=16)
def _splitter(kind: Kind, capacity: int, overlap: int) -> MarkdownSplitter | TextSplitter:
    if kind == "markdown":
        return MarkdownSplitter(capacity, min(overlap, capacity - 1))
    return TextSplitter(capacity, min(overlap, capacity - 1), trim=kind == "text")


@lru_cache(maxsize=16)
def _weighing_splitter(kind: Kind, size: Size, overlap: int) -> MarkdownSplitter | TextSplitter:
    capacity = size.capacity - size.small
    if kind == "markdown":
        return MarkdownSplitter.from_callback(size.weigh, capacity, min(overlap, capacity - 1))
    return TextSplitter.from_callback(size.weigh, capacity, min(overlap, capacity - 1), trim=kind == "text")


@lru_cache(maxsize=16)
def size_of(max_characters: int, input_tokens: int) -> Size:
    """What is left of the model's input for a chunk's content, and the operator's limit."""
    octets = max(input_tokens - RESERVED_TOKENS - CONTEXT_BYTES - 2, 16)
    return Size(max_characters, octets)
