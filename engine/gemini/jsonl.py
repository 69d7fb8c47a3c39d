"""The two files of a batch job: request lines out, result lines in.

A request line:  {"key":"17-0f3a...","request":{"content":{"parts":[{"text":"..."}]},"taskType":"...",...}}
A result line:   {"key":"17-0f3a...","response":{"embedding":{"values":[...]},"usageMetadata":{"promptTokenCount":7}}}
A failed row:    {"key":"17-0f3a...","error":{"code":3,"message":"..."}}

Rows are matched by their key alone; their order means nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import numpy as np
import simdjson

from engine.domain.documents import parse_request_key
from engine.domain.retry import Cause
from engine.domain.vectors import Profile
from engine.gemini.failures import MESSAGE_LIMIT, row_cause
from engine.gemini.prompts import prompt_for, sendable, task_field
from engine.gemini.states import count, grpc_code
from engine.gemini.vectors import unit_vectors

LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of a result line that are read into memory; a row of 3072 numbers has some 40,000."""
LINES_LOOKED_AT = 20
SLICE_BYTES = 64 * 1024 * 1024
"""Bytes after which a slice ends, however few rows it has."""
_BLOCK = 64
"""Rows that are normalised at once, few enough for the processor's cache."""
_PARSER_KEEPS = 1024 * 1024
"""Bytes of the longest line after which a parser, which never gives memory back, is used again."""
_FLOAT32_MAX = 3.4028235677973366e38

_LINE_ENDS = ((b"\xe2\x80\xa8", rb"\u2028"), (b"\xe2\x80\xa9", rb"\u2029"), (b"\xc2\x85", rb"\u0085"))
"""Raw, these characters end a line for some readers; escaped, for none."""

_encode = msgspec.json.Encoder().encode


def request_line(key: str, text: str, profile: Profile) -> bytes:
    r"""One line of the input file, b"\n" at its end; any text.

    Task type and dimension stand in the request itself: Google calls that place deprecated in favour of
    `embedContentConfig`, but its own published example uses it and the SDK sends synchronous requests that way, so both
    paths send the same request. The model is named by the job.
    """
    request: dict[str, Any] = {"content": {"parts": [{"text": prompt_for(profile, text)}]}}
    if task := task_field(profile):
        request["taskType"] = task
    request["outputDimensionality"] = profile.dimension
    line = _encode({"key": key, "request": request}) + b"\n"
    if not line.isascii():
        for raw, escaped in _LINE_ENDS:
            line = line.replace(raw, escaped)
    return line


@dataclass(frozen=True, slots=True)
class RowFailure:
    """A line of the result file that gave no vector."""

    key: str | None
    """The key as it stands in the line, which need not be one of ours; None when the line cannot be read."""
    cause: Cause
    message: str
    offset: int
    """Where the line begins, in bytes."""
    tokens: int = 0
    """Tokens the line reports all the same: they may be billed."""
    code: int = 0
    """gRPC code of the row's error."""


@dataclass(frozen=True, slots=True)
class ResultSlice:
    """Lines [start, end) of a result file; the columns of the good rows have equal lengths."""

    start: int
    end: int
    chunk_ids: list[int] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    """Content-hash prefixes, as they stand in the keys."""
    vectors: list[bytes] = field(default_factory=list)
    """Unit length, little-endian float32."""
    tokens: list[int] = field(default_factory=list)
    failures: list[RowFailure] = field(default_factory=list)
    """In file order."""

    @property
    def rows(self) -> int:
        """Lines that are not blank."""
        return len(self.chunk_ids) + len(self.failures)


def read_results(path: Path, offset: int, dimension: int, *, slice_rows: int) -> Iterator[ResultSlice]:
    r"""The rows from a byte offset on, `slice_rows` at a time; reading resumes at the `end` of any slice.

    Lines end at b"\n" only: the other characters that end a line elsewhere may stand raw inside JSON strings.
    No content of the file raises; what is wrong with a line is a `RowFailure`.
    """
    reader = _Reader(dimension)
    with path.open("rb", buffering=1 << 20) as file:
        file.seek(offset)
        start = end = offset
        while line := file.readline(LINE_LIMIT):
            if len(line) == LINE_LIMIT and not line.endswith(b"\n"):
                size = len(line) + _skip_line(file)
                reader.fail(end, None, Cause.OTHER, f"The line has {size:,} bytes; no row is that long.")
            else:
                size = len(line)
                reader.read(line, end)
            end += size
            if reader.rows >= slice_rows or end - start >= SLICE_BYTES:
                yield reader.take(start, end)
                start = end
        if end > start:
            yield reader.take(start, end)


def ends_whole(path: Path) -> bool:
    """The last line of a result file ends with a line end, or is JSON as it stands: the file was not cut short."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 1))
        if file.read(1) in (b"", b"\n"):
            return size > 0
        file.seek(max(0, size - LINE_LIMIT))
        tail = file.read()
    last = tail[tail.rfind(b"\n") + 1 :]
    try:
        msgspec.json.decode(last)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def count_lines(path: Path) -> int:
    """Lines of a file, streaming; the last one counts without a line end too."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")


def has_our_rows(path: Path) -> bool:
    """Some line near the start of a result file carries a key of ours: it is no other server's page."""
    with path.open("rb") as file:
        return any(_own_key(file.readline(LINE_LIMIT)) for _ in range(LINES_LOOKED_AT))


def _own_key(line: bytes) -> bool:
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return False
    key = row.get("key") if isinstance(row, dict) else None
    return isinstance(key, str) and parse_request_key(key) is not None


def _skip_line(file: BinaryIO) -> int:
    """Bytes up to the next line end, which are read and forgotten."""
    skipped = 0
    while piece := file.readline(1 << 20):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


class _OddRowError(Exception):
    """A row that the quick way does not understand."""


class _Reader:
    """Gathers the rows of a slice."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._parser = simdjson.Parser()
        self._clear()

    def _clear(self) -> None:
        self._keys: list[str] = []
        self._ids: list[tuple[int, str]] = []
        self._buffers: list[Any] = []
        self._tokens: list[int] = []
        self._offsets: list[int] = []
        self._units: list[bytes | None] = []
        self._failures: list[RowFailure] = []

    @property
    def rows(self) -> int:
        return len(self._ids) + len(self._failures)

    def read(self, line: bytes, offset: int) -> None:
        """Takes one line in."""
        try:
            key, values, tokens = self._quick(line)
        except (_OddRowError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
            # simdjson reads no document while an earlier one is alive, and keeps the memory of the largest.
            self._parser = simdjson.Parser()
            self._careful(line, offset)
            return
        if len(line) > _PARSER_KEEPS:
            self._parser = simdjson.Parser()
        self._add(offset, key, values, tokens)

    def _quick(self, line: bytes) -> tuple[str, Any, int]:
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
            tokens = response.get("tokenCount", 0)
        if type(tokens) is not int or tokens < 0:
            tokens = count(tokens)
        # as_buffer flattens lists within the list; find is many times faster than count.
        opening = line.find(b"[", line.find(b'"values"'))
        if opening < 0 or line.find(b"[", opening + 1, line.find(b"]", opening)) >= 0:
            raise _OddRowError
        return row["key"], values.as_buffer(of_type="d"), tokens

    def _careful(self, line: bytes, offset: int) -> None:
        """Finds out what a line is that the quick way refused; it may still be a good row."""
        if not line.strip():
            return
        try:
            row = json.loads(line.decode("utf-8-sig"), object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            self.fail(offset, None, Cause.OTHER, f"The line cannot be read: {_reason(error)}.")
            return
        if not isinstance(row, dict):
            self.fail(offset, None, Cause.OTHER, "The line is no JSON object.")
            return
        key = row.get("key")
        key = sendable(key)[:MESSAGE_LIMIT] if isinstance(key, str) else None
        response = row.get("response")
        if row.get("error"):
            self._refused(offset, key, row["error"])
        elif not isinstance(response, dict) or not response:
            self.fail(offset, key, Cause.OTHER, "The row has neither a vector nor an error.")
        else:
            self._answered(offset, key, response)

    def _refused(self, offset: int, key: str | None, error: object) -> None:
        status: dict[str, Any] = error if isinstance(error, dict) else {"message": str(error)}
        code = grpc_code(status.get("code"))
        message = sendable(str(status.get("message") or ""))[:MESSAGE_LIMIT]
        self.fail(
            offset, key, row_cause(code, message), message or f"Google gives code {code} and no reason.", code=code
        )

    def _answered(self, offset: int, key: str | None, response: dict[str, Any]) -> None:
        usage = response.get("usageMetadata")
        tokens = count(usage.get("promptTokenCount") if isinstance(usage, dict) else response.get("tokenCount"))
        embedding = response.get("embedding")
        values = embedding.get("values") if isinstance(embedding, dict) else None
        if not isinstance(values, list) or not values:
            self.fail(offset, key, Cause.BAD_VECTOR, "The row has no vector.", tokens)
        elif not all(type(value) in (int, float) and abs(value) <= _FLOAT32_MAX for value in values):
            self.fail(offset, key, Cause.BAD_VECTOR, "The vector holds something that is not a number.", tokens)
        elif len(values) != self._dimension:
            message = f"The vector has {len(values):,} numbers instead of {self._dimension:,}."
            self.fail(offset, key, Cause.WRONG_DIMENSION, message, tokens)
        elif key is None:
            self.fail(offset, None, Cause.OTHER, "The row has a vector and no key.", tokens)
        else:
            self._add(offset, key, np.array(values, dtype=np.float64).tobytes(), tokens)

    def _add(self, offset: int, key: object, values: Any, tokens: int) -> None:
        parsed = parse_request_key(key) if isinstance(key, str) else None
        if parsed is None:
            shown = sendable(str(key))[:MESSAGE_LIMIT]
            self.fail(offset, shown, Cause.OTHER, "The key of the row is none of ours.", tokens)
            return
        self._keys.append(str(key))
        self._ids.append(parsed)
        self._buffers.append(values)
        self._tokens.append(tokens)
        self._offsets.append(offset)
        if len(self._buffers) == _BLOCK:
            self._normalise()

    def _normalise(self) -> None:
        if self._buffers:
            self._units += unit_vectors(self._buffers, self._dimension)
            self._buffers = []

    def fail(self, offset: int, key: str | None, cause: Cause, message: str, tokens: int = 0, *, code: int = 0) -> None:
        """Takes a line in that gave no vector."""
        self._failures.append(RowFailure(key, cause, message, offset, tokens, code))

    def take(self, start: int, end: int) -> ResultSlice:
        """The slice gathered so far; the next one begins empty."""
        self._normalise()
        slice_ = ResultSlice(start, end, failures=self._failures)
        for row, unit in enumerate(self._units):
            if unit is None:
                message = "The vector is all zeros, or its length cannot be told."
                self.fail(self._offsets[row], self._keys[row], Cause.BAD_VECTOR, message, self._tokens[row])
                continue
            chunk_id, text_hash = self._ids[row]
            slice_.chunk_ids.append(chunk_id)
            slice_.hashes.append(text_hash)
            slice_.vectors.append(unit)
            slice_.tokens.append(self._tokens[row])
        slice_.failures.sort(key=lambda failure: failure.offset)
        self._clear()
        return slice_


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
