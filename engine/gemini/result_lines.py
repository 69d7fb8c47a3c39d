"""The result file of a batch job: read in slices, in file order or any other, and surveyed before it is believed.

Rows are matched by their key alone; their order means nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from engine.domain.causes import Cause
from engine.domain.keys import mask_keys
from engine.gemini.result_keys import KeyOf
from engine.gemini.result_rows import ResultSlice, RowReader

LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of a result line that are read into memory; a row of 3072 numbers has some 40,000."""
SLICE_BYTES = 64 * 1024 * 1024
"""Bytes after which a slice ends, however few rows it has."""

Places = Sequence[int] | npt.NDArray[np.int64]


def read_results(
    path: Path,
    offset: int,
    dimension: int,
    key_of: KeyOf,
    *,
    slice_rows: int,
    mask: Callable[[str], str] = mask_keys,
) -> Iterator[ResultSlice]:
    r"""The rows from a byte offset on, `slice_rows` at a time; reading resumes at the `end` of any slice.

    Lines end at b"\n" only: the other characters that end a line elsewhere may stand raw inside JSON strings.
    No content of the file raises; what is wrong with a line is a `RowFailure`, in whose words `mask` hides API keys.
    """
    reader = RowReader(dimension, key_of, mask)
    with path.open("rb", buffering=1 << 20) as file:
        file.seek(offset)
        rows = ((at, line, size, at + size) for at, line, size in lines(file, offset))
        yield from _slices(rows, offset, reader, slice_rows)


def read_results_at(
    path: Path,
    offsets: Places,
    lengths: Places,
    dimension: int,
    key_of: KeyOf,
    *,
    slice_rows: int,
    start: int = 0,
    mask: Callable[[str], str] = mask_keys,
) -> Iterator[ResultSlice]:
    """The same rows in the order of these lines, which a `Survey` tells, from place `start` of it on.

    `start` and `end` of the slices are places in this order: reading resumes at the `end` of any slice.
    """
    reader = RowReader(dimension, key_of, mask)
    with path.open("rb", buffering=0) as file:

        def line_at(place: int) -> tuple[int, bytes, int, int]:
            offset, length = int(offsets[place]), int(lengths[place])
            file.seek(offset)
            return offset, file.read(length) if length < LINE_LIMIT else b"", length, place + 1

        yield from _slices(map(line_at, range(start, len(offsets))), start, reader, slice_rows)


def _slices(
    rows: Iterable[tuple[int, bytes, int, int]], start: int, reader: RowReader, slice_rows: int
) -> Iterator[ResultSlice]:
    """Slices of rows, each with its offset, its line, the bytes it has in the file, and what stands behind it."""
    gathered, end = 0, start
    for offset, line, size, end in rows:
        if size < LINE_LIMIT:
            reader.read(offset, line)
        else:
            reader.fail(offset, None, Cause.OTHER, f"The line has {size:,} bytes; no row is that long.")
        gathered += size
        if reader.rows >= slice_rows or gathered >= SLICE_BYTES:
            yield reader.take(start, end)
            start, gathered = end, 0
    if end > start:
        yield reader.take(start, end)


def lines(file: BinaryIO, offset: int) -> Iterator[tuple[int, bytes, int]]:
    """Each line with its offset and its bytes in the file; of one beyond `LINE_LIMIT` only the beginning."""
    while line := file.readline(LINE_LIMIT):
        size = len(line)
        if size == LINE_LIMIT and not line.endswith(b"\n"):
            size += _skip_line(file)
        yield offset, line, size
        offset += size


def _skip_line(file: BinaryIO) -> int:
    """Bytes up to the next line end, which are read and forgotten."""
    skipped = 0
    while piece := file.readline(1 << 20):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped
