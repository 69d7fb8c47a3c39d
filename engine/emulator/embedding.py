"""Deterministic vectors and token counts for blocks of texts.

A text becomes a signed histogram of its words and byte 4-grams over 256 buckets (feature hashing), and the histogram
a vector through 256 orthogonal rows of +1 and -1. Histograms and rows are small integers, so the product is
exact in float32: a text has the same vector alone and in a block of any size, on any machine, and cosines at
the full dimension are those of the histograms. Texts that share words are near each other; other texts are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from .models import FULL_DIMENSION, Model

BUCKETS = 256
CHARACTERS_PER_TOKEN = 5
HEAVIEST_WORD = 8

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

_BYTE = np.arange(256)
_ASCII_WORD = np.array([chr(value).isalnum() and value < 128 for value in range(256)])
_WORD = _ASCII_WORD | (_BYTE >= 0x80)
_PUNCTUATION = ~_WORD & (_BYTE > 0x20) & (_BYTE != 0x7F)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_LETTERS = (_BYTE.astype(np.uint64) + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
_PLACES = np.cumprod(np.full(32, 0x94D049BB133111EB, dtype=np.uint64), dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class _Block:
    """Texts as one run of lower-case UTF-8, each with a space before and three after."""

    size: int
    data: npt.NDArray[np.uint8]
    row: npt.NDArray[np.int64]
    in_word: npt.NDArray[np.bool_]
    wide: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Words:
    row: npt.NDArray[np.int64]
    length: npt.NDArray[np.int64]
    position: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]


def _block(texts: Sequence[str]) -> _Block:
    encoded = [b" %b   " % text.lower().encode("utf-8", "replace") for text in texts]
    data = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    row = np.repeat(np.arange(len(texts)), [len(piece) for piece in encoded])
    in_word = _WORD[data]
    wide = np.flatnonzero(data >= 0xE0)
    for step in range(3 if wide.size else 0):
        in_word[wide + step] = False
    four = wide[data[wide] >= 0xF0]
    in_word[four + 3] = False
    return _Block(len(texts), data, row, in_word, np.concatenate([wide, four]))


def _words(block: _Block) -> _Words:
    position = np.flatnonzero(block.in_word)
    first = np.ones(position.size, dtype=bool)
    first[1:] = np.diff(position) > 1
    start = np.flatnonzero(first)
    length = np.diff(np.append(start, position.size))
    return _Words(block.row[position[start]], length, position, start)


def _tokens(block: _Block, words: _Words) -> Counts:
    pieces = (words.length + CHARACTERS_PER_TOKEN - 1) // CHARACTERS_PER_TOKEN
    count = np.bincount(words.row, weights=pieces, minlength=block.size)
    count += np.bincount(block.row[_PUNCTUATION[block.data]], minlength=block.size)
    count += np.bincount(block.row[block.wide], minlength=block.size)
    return np.maximum(count.astype(np.int64), 1)


def _histogram(block: _Block, words: _Words) -> Floats:
    data = block.data.astype(np.uint32)
    gram = data[:-3] | data[1:-2] << np.uint32(8) | data[2:-1] << np.uint32(16) | data[3:] << np.uint32(24)
    inside = np.flatnonzero((data[:-3] != 0x20) | (data[1:-2] != 0x20))
    mixed = gram[inside] * np.uint32(0x9E3779B1)
    index = block.row[inside] << 8 | (mixed >> np.uint32(24)).astype(np.int64)
    sign = 1.0 - 2.0 * ((mixed >> np.uint32(23)) & np.uint32(1))
    total = np.bincount(index, weights=sign, minlength=block.size * BUCKETS)
    if words.start.size:
        place = np.arange(words.position.size) - np.repeat(words.start, words.length)
        letters = _LETTERS[block.data[words.position]] * _PLACES[np.minimum(place, 31)]
        hashed = np.add.reduceat(letters, words.start) * _ODD
        index = words.row << 8 | (hashed >> np.uint64(56)).astype(np.int64)
        weight = np.minimum(words.length, HEAVIEST_WORD) * 2.0
        weight *= 1.0 - 2.0 * ((hashed >> np.uint64(55)) & np.uint64(1)).astype(np.float64)
        total += np.bincount(index, weights=weight, minlength=block.size * BUCKETS)
    histogram = total.reshape(block.size, BUCKETS).astype(np.float32)
    histogram[~histogram.any(axis=1), 0] = 1.0
    return histogram


@cache
def _rows(model_id: str) -> Floats:
    """256 orthogonal rows of +1 and -1, 3072 long; every model has its own, so models are not comparable."""
    order = np.random.default_rng([3072, *model_id.encode()])
    numbers = np.arange(1024)
    parity = np.bitwise_count(numbers[:, None] & numbers[None, :]) & 1
    hadamard = (1 - 2 * parity.astype(np.int8)).astype(np.float32)
    thirds = [
        hadamard[order.permutation(1024)[:BUCKETS]][:, order.permutation(1024)] for _ in range(FULL_DIMENSION // 1024)
    ]
    return np.concatenate(thirds, axis=1)


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens of each text: a word counts one per five letters, a sign one, a wide character one or two."""
    if not texts:
        return []
    block = _block(texts)
    return [int(count) for count in _tokens(block, _words(block))]


def embed(texts: Sequence[str], model: Model, dimension: int = FULL_DIMENSION) -> Floats:
    """float32 [texts, dimension]; unit length at 3072, below that cut and left as it is.

    A model that is `always_unit` normalises what is left after the cut.
    """
    if not texts:
        return np.empty((0, dimension), dtype=np.float32)
    block = _block(texts)
    histogram = _histogram(block, _words(block))
    product = histogram @ np.ascontiguousarray(_rows(model.id)[:, :dimension])
    if model.always_unit:
        squares = np.einsum("ij,ij->i", product.astype(np.float64), product.astype(np.float64))
    else:
        squares = np.square(histogram, dtype=np.float64).sum(axis=1) * FULL_DIMENSION
    scale = 1.0 / np.sqrt(np.maximum(squares, 1.0))
    return np.asarray(product * scale.astype(np.float32)[:, None], dtype=np.float32)
