"""What a row of a result file says: a vector with its tokens, or why there is none.

a good row    {"key":"0f3a...","response":{"embedding":{"values":[...]},"usageMetadata":{"promptTokenCount":7}}}
a failed row  {"key":"0f3a...","error":{"code":3,"message":"..."}}
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simdjson

from engine.domain.causes import Cause
from engine.domain.requests import Outcome
from engine.gemini.failures import MESSAGE_LIMIT, row_cause
from engine.gemini.numbers import TOKENS_MAX, grpc_code, token_count
from engine.gemini.prompts import sendable
from engine.gemini.result_keys import KeyOf
from engine.gemini.vectors import unit_vectors

_BLOCK = 64
"""Rows that are normalised at once, few enough for the processor's cache."""
_PARSER_KEEPS = 1024 * 1024
"""Bytes of the longest line after which a parser, which never gives memory back, is used again."""
_FLOAT32_MAX = 3.4028235677973366e38


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFailure:
    """A line of the result file that gave no vector of ours."""

    text: bytes | None
    """The hash of the text; None when the key cannot be read or is nobody's."""
    key: str | None
    """The key as it may be shown: masked and cut; None when the line has none."""
    outcome: Outcome
    """`spoiled`, `refused`, or `unreadable` for all that cannot be put down to a text of ours."""
    cause: Cause
    message: str
    offset: int
    """Where the line begins, in bytes."""
    tokens: int | None
    """What the line reports all the same: it may be billed."""
    code: int
    """gRPC code of the row's error; 0 without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSlice:
    """Some lines of a result file, in the order they were read; the columns of the good rows have equal lengths."""

    start: int
    end: int
    """Where reading resumes: a byte in file order, a place in any other."""
    hashes: list[bytes] = field(default_factory=list)
    """Of the texts, 16 bytes each."""
    vectors: list[bytes] = field(default_factory=list)
    """Unit length, little-endian float32."""
    tokens: list[int | None] = field(default_factory=list)
    """None when Google gives no count: no count is not zero."""
    failures: list[RowFailure] = field(default_factory=list)
    """By their offsets."""

    @property
    def rows(self) -> int:
        """Lines that are not blank."""
        return len(self.hashes) + len(self.failures)


class _OddRowError(Exception):
    """A row that the quick way does not understand."""


class RowReader:
    """Gathers the rows of a slice.

    Nearly every row is a good one and goes the quick way, which looks at nothing twice. It may refuse whatever it
    likes: the careful way, thirty times slower, has the last word on each line.
    """

    def __init__(self, dimension: int, key_of: KeyOf, mask: Callable[[str], str]) -> None:
        self._dimension = dimension
        self._key_of = key_of
        self._mask = mask
        self._parser = simdjson.Parser()
        self._clear()

    def _clear(self) -> None:
        self._keys: list[str] = []
        self._hashes: list[bytes] = []
        self._buffers: list[Any] = []
        self._tokens: list[int | None] = []
        self._offsets: list[int] = []
        self._units: list[bytes | None] = []
        self._failures: list[RowFailure] = []

    @property
    def rows(self) -> int:
        """Gathered so far."""
        return len(self._hashes) + len(self._failures)

    def read(self, offset: int, line: bytes) -> None:
        """Takes one line in."""
        try:
            key, values, tokens = self._quick(line)
        except (_OddRowError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
            # simdjson reads no document while an earlier one is alive, and keeps the memory of the largest.
            self._parser = simdjson.Parser()
            self._careful(offset, line)
            return
        if len(line) > _PARSER_KEEPS:
            self._parser = simdjson.Parser()
        self._add(offset, key, values, tokens)

    def _quick(self, line: bytes) -> tuple[object, Any, int | None]:
        """Key, native doubles and tokens of a good row; raises for every other line.

        The simdjson objects die with this frame: its parser refuses the next line while one of them lives.
        """
        row: Any = self._parser.parse(line)
        if len(row) != 2:
            raise _OddRowError
        response = row["response"]
        values = response["embedding"]["values"]
        if len(values) != self._dimension:
            raise _OddRowError
        try:
            tokens = response["usageMetadata"]["promptTokenCount"]
        except LookupError:
            tokens = response.get("tokenCount")
        if type(tokens) is not int or not 0 < tokens <= TOKENS_MAX:
            tokens = token_count(tokens)
        # as_buffer flattens lists within the list; find is many times faster than count.
        opening = line.find(b"[", line.find(b'"values"'))
        if opening < 0 or line.find(b"[", opening + 1, line.find(b"]", opening)) >= 0:
            raise _OddRowError
        return row["key"], values.as_buffer(of_type="d"), tokens

    def _careful(self, offset: int, line: bytes) -> None:
        """Finds out what a line is that the quick way refused; it may still be a good row."""
        if not line.strip():
            return
        try:
            row = decode_row(line)
        except ValueError as error:
            self.fail(offset, None, Cause.OTHER, str(error))
            return
        key, response = row.get("key"), row.get("response")
        response = response if isinstance(response, dict) else {}
        if row.get("error"):
            self._refused(offset, key, row["error"], _tokens(response))
        elif response:
            self._answered(offset, key, response)
        else:
            self.fail(offset, key, Cause.OTHER, "The row has neither a vector nor an error.")

    def _refused(self, offset: int, key: object, error: object, tokens: int | None) -> None:
        status: dict[str, Any] = error if isinstance(error, dict) else {"message": str(error)}
        code = grpc_code(status.get("code"))
        message = self._shown(status.get("message") or "")
        cause = row_cause(code, message)
        message = message or f"Google gives code {code} and no reason."
        self.fail(offset, key, cause, message, tokens, outcome=Outcome.REFUSED, code=code)

    def _answered(self, offset: int, key: object, response: dict[str, Any]) -> None:
        tokens = _tokens(response)
        embedding = response.get("embedding")
        values = embedding.get("values") if isinstance(embedding, dict) else None
        cause = Cause.BAD_VECTOR
        if not isinstance(values, list) or not values:
            message = "The row has no vector."
        elif not all(type(value) in (int, float) and abs(value) <= _FLOAT32_MAX for value in values):
            message = "The vector holds something that is not a number."
        elif len(values) != self._dimension:
            cause = Cause.WRONG_DIMENSION
            message = f"The vector has {len(values):,} numbers instead of {self._dimension:,}."
        else:
            self._add(offset, key, np.array(values, dtype=np.float64).tobytes(), tokens)
            return
        self.fail(offset, key, cause, message, tokens, outcome=Outcome.SPOILED)

    def _add(self, offset: int, key: object, values: Any, tokens: int | None) -> None:
        text = self._key_of(key) if isinstance(key, str) else None
        if text is None:
            message = "The row has a vector and no key." if key is None else "The key of the row is none of ours."
            self.fail(offset, key, Cause.OTHER, message, tokens)
            return
        self._keys.append(str(key))
        self._hashes.append(text)
        self._buffers.append(values)
        self._tokens.append(tokens)
        self._offsets.append(offset)
        if len(self._buffers) == _BLOCK:
            self._normalise()

    def _normalise(self) -> None:
        if self._buffers:
            self._units += unit_vectors(self._buffers, self._dimension)
            self._buffers = []

    def fail(
        self,
        offset: int,
        key: object,
        cause: Cause,
        message: str,
        tokens: int | None = None,
        *,
        outcome: Outcome = Outcome.UNREADABLE,
        code: int = 0,
    ) -> None:
        """Takes a line in that gave no vector; under a key of nobody's it is unreadable, whatever it says."""
        text = self._key_of(key) if isinstance(key, str) else None
        self._failures.append(
            RowFailure(
                text=text,
                key=None if key is None else self._shown(key),
                outcome=Outcome.UNREADABLE if text is None else outcome,
                cause=cause,
                message=message,
                offset=offset,
                tokens=tokens,
                code=code,
            )
        )

    def _shown(self, words: object) -> str:
        """Masked before it is cut: half a key is no longer known as one."""
        return self._mask(sendable(str(words)))[:MESSAGE_LIMIT]

    def take(self, start: int, end: int) -> ResultSlice:
        """The slice gathered so far; the next one begins empty."""
        self._normalise()
        slice_ = ResultSlice(start=start, end=end, failures=self._failures)
        for row, unit in enumerate(self._units):
            if unit is None:
                message = "The vector is all zeros, or its length cannot be told."
                self.fail(
                    self._offsets[row],
                    self._keys[row],
                    Cause.BAD_VECTOR,
                    message,
                    self._tokens[row],
                    outcome=Outcome.SPOILED,
                )
                continue
            slice_.hashes.append(self._hashes[row])
            slice_.vectors.append(unit)
            slice_.tokens.append(self._tokens[row])
        slice_.failures.sort(key=lambda failure: failure.offset)
        self._clear()
        return slice_


def decode_row(line: bytes) -> dict[str, Any]:
    """The JSON object of a line, numbers that are none included; ValueError with a sentence when it is none."""
    try:
        row = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The line cannot be read: {_reason(error)}.") from None
    if not isinstance(row, dict):
        raise ValueError("The line is no JSON object.")
    return row


def _tokens(response: dict[str, Any]) -> int | None:
    """`usageMetadata.promptTokenCount`, or `tokenCount` as Google wrote it in 2025."""
    usage = response.get("usageMetadata")
    if isinstance(usage, dict) and "promptTokenCount" in usage:
        return token_count(usage["promptTokenCount"])
    return token_count(response.get("tokenCount"))


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose members have different names."""
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("it names a member twice")
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON at character {error.pos + 1}"
    return str(error) if "member twice" in str(error) else "it holds a number that is too long"
