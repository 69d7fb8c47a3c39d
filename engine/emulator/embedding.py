"""Deterministic vectors and token counts for blocks of texts.

A text becomes a signed histogram of its words and byte 4-grams over 256 buckets (feature hashing), and the histogram
a vector through 256 orthogonal rows of +1 and -1. Histograms and rows are small integers, so the product is
exact in float32: a text has the same vector alone and in a block of any size, on any machine, and cosines at
the full dimension are those of the histograms. Texts that share words are near each other; other texts are not.

The token count is a function of the text alone and near that of the real tokenizer. It is a sum over the text, in
lower case: a word (letters and digits, ASCII or of two bytes in UTF-8) counts one for every five bytes begun; a run of
Han, kana and Hangul with nothing between one for every 1.4 characters begun; any other character one, those outside
the basic plane two; white space nothing. No text counts less than one. `countTokens`, every usageMetadata and the bill
tell this count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from .models import FULL_DIMENSION, Model

BUCKETS = 256
BYTES_PER_TOKEN = 5
JOINED_TOKENS = (5, 7)
"""Five tokens for seven characters of a run of Han, kana and Hangul."""
HEAVIEST_WORD = 8

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

_BYTE = np.arange(256)
_ASCII_WORD = np.array([chr(value).isalnum() and value < 128 for value in range(256)])
_WORD = _ASCII_WORD | (_BYTE >= 0x80)
_PUNCTUATION = ~_WORD & (_BYTE > 0x20) & (_BYTE != 0x7F)
_JOINED = np.zeros(1 << 16, dtype=np.bool_)
_JOINED[np.r_[0x3005:0x3008, 0x3041:0x3100, 0x3400:0xA000, 0xAC00:0xD7A4, 0xF900:0xFB00, 0xFF66:0xFFA0]] = True
_ODD = np.uint64(0x9E3779B97F4A7C15)
_LETTERS = (_BYTE.astype(np.uint64) + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
_PLACES = np.cumprod(np.full(32, 0x94D049BB133111EB, dtype=np.uint64), dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class _Block:
    """Texts as one run of lower-case UTF-8, each with a space before and three after.

    `wide` and `four` are where characters of three or four bytes, and those of four, begin.
    """

    size: int
    data: npt.NDArray[np.uint8]
    row: Counts
    in_word: npt.NDArray[np.bool_]
    wide: Counts
    four: Counts


@dataclass(frozen=True, slots=True)
class _Words:
    row: Counts
    length: Counts
    position: Counts
    start: Counts


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
    return _Block(len(texts), data, row, in_word, wide, four)


def _words(block: _Block) -> _Words:
    position = np.flatnonzero(block.in_word)
    first = np.ones(position.size, dtype=bool)
    first[1:] = np.diff(position) > 1
    start = np.flatnonzero(first)
    length = np.diff(np.append(start, position.size))
    return _Words(block.row[position[start]], length, position, start)


def _tokens(block: _Block, words: _Words) -> Counts:
    pieces = (words.length + BYTES_PER_TOKEN - 1) // BYTES_PER_TOKEN
    count = np.bincount(words.row, weights=pieces, minlength=block.size)
    count += np.bincount(block.row[_PUNCTUATION[block.data]], minlength=block.size)
    count += _wide_tokens(block)
    return np.maximum(count.astype(np.int64), 1)


def _wide_tokens(block: _Block) -> Counts:
    joined = block.wide[_is_joined(block)]
    alone = np.bincount(block.row[np.concatenate([block.wide, block.four])], minlength=block.size)
    alone -= np.bincount(block.row[joined], minlength=block.size)
    first = np.flatnonzero(np.diff(joined, prepend=-9) > 3)
    length = np.diff(np.append(first, joined.size))
    tokens, characters = JOINED_TOKENS
    pieces = (length * tokens + characters - 1) // characters
    return alone + np.bincount(block.row[joined[first]], weights=pieces, minlength=block.size).astype(np.int64)


def _is_joined(block: _Block) -> npt.NDArray[np.bool_]:
    """Which of the wide characters are Han, kana or Hangul of three bytes."""
    one, two, three = (block.data[block.wide + step].astype(np.int64) for step in range(3))
    code = (one & 0x0F) << 12 | (two & 0x3F) << 6 | three & 0x3F
    return np.asarray(_JOINED[code] & (one < 0xF0), dtype=np.bool_)


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
    """Tokens of each text, by the rule at the head of this module."""
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
