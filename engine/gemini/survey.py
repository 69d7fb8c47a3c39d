"""What a result file holds, before any of it is believed: whose its lines are and where, without their vectors."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from engine.domain.texts import HASH_BYTES
from engine.gemini.result_keys import KeyOf
from engine.gemini.result_lines import LINE_LIMIT, lines
from engine.gemini.result_rows import decode_row

_NOBODY = bytes(HASH_BYTES)
_FIRST = re.compile(rb'\s*\{\s*"key"\s*:\s*"([^"\\]*)"\s*,')
"""A key at the beginning of a line belongs to the row."""
_LAST = re.compile(rb'[}\]]\s*,\s*"key"\s*:\s*"([^"\\]*)"\s*\}\s*$')
"""So does one at its end, where a single brace closes: one within another object has two behind it."""
_TAIL = 200
"""Bytes at the end of a line in which such a key stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The lines of a result file that are not blank, in file order; the columns have equal lengths."""

    lines: int
    """How many there are."""
    texts: int
    """How many different texts of ours have a row: repeated rows hide no missing one."""
    nobody: int
    """How many lines have a key that is nobody's, or none that can be read."""
    whole: bool
    """The file was not cut short."""
    hashes: npt.NDArray[np.void]
    """Of the text of each line, 16 bytes; zeros where the key is nobody's or cannot be read."""
    offsets: npt.NDArray[np.int64]
    """Where each line begins, in bytes."""
    lengths: npt.NDArray[np.int64]
    """Bytes of each, its line end included."""


def survey(path: Path, key_of: KeyOf) -> Survey:
    """Looks through a result file once, streaming; it takes 32 bytes of memory a line."""
    hashes, offsets, lengths = bytearray(), array("q"), array("q")
    ours = 0
    with path.open("rb", buffering=1 << 20) as file:
        for offset, line, size in lines(file, 0):
            if line.isspace():
                continue
            key = row_key(line) if len(line) == size else None
            text = None if key is None else key_of(key)
            ours += text is not None
            hashes += text or _NOBODY
            offsets.append(offset)
            lengths.append(size)
        whole = ends_whole(file)
    column = np.frombuffer(hashes, dtype=f"V{HASH_BYTES}")
    return Survey(
        lines=len(offsets),
        texts=len(np.unique(column)) - (ours < len(offsets)),
        nobody=len(offsets) - ours,
        whole=whole,
        hashes=column,
        offsets=np.frombuffer(offsets, dtype=np.int64),
        lengths=np.frombuffer(lengths, dtype=np.int64),
    )


def row_key(line: bytes) -> str | None:
    """The key of a row; None when the line has none, or is none.

    As Google writes it, it is found without parsing the vector; a line cut in its middle does not end in a brace.
    """
    if b"}" in line[-3:]:
        found = _FIRST.match(line) or _LAST.search(line, max(0, len(line) - _TAIL))
        if found is not None:
            return found[1].decode("utf-8", "replace")
    try:
        key = decode_row(line).get("key")
    except ValueError:
        return None
    return key if isinstance(key, str) else None


def ends_whole(file: BinaryIO) -> bool:
    """The last line of a result file ends with a line end, or is JSON as it stands: the file was not cut short."""
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
