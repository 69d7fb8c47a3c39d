"""In which order a result file is settled: as its rows lie, or by their texts when Google answers in another order.

Chunks and requests lie in the database in the order of their texts: rows in any other touch a page each. An index of
the file, some 50 bytes a row, is then read first, and the rows are looked up in the file instead.

The job's cursor counts the bytes that are settled: from the beginning of the file, or, negative, in the order of the
texts. The order of the texts never changes: those that a job has sent have their ids, any other row is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.domain.jobs import BatchJob
from engine.gemini.result_keys import KeyOf
from engine.gemini.result_lines import lines, read_results, read_results_at
from engine.gemini.result_rows import ResultSlice
from engine.gemini.survey import row_key, survey
from engine.life.context import Operation
from engine.store import texts
from engine.store.db import Db

SAMPLE = 1_000
"""Rows at the beginning of a file that show its order."""
UNKNOWN = 2**63 - 1
LOOKED_UP = 10_000
"""Hashes that are looked up at once."""


def result_slices(op: Operation, job: BatchJob, key_of: KeyOf) -> Iterator[ResultSlice]:
    """The rows behind the job's cursor; the `end` of each slice is the cursor behind it."""
    path, rows = op.files.results(job.id), op.settings.settle_slice
    if job.cursor < 0 or (job.cursor == 0 and _by_text(op.db, job, path, key_of, rows)):
        return _text_order(op, job, path, key_of)
    return read_results(path, job.cursor, job.profile.dimension, key_of, slice_rows=rows, mask=op.mask)


def _by_text(db: Db, job: BatchJob, path: Path, key_of: KeyOf, slice_rows: int) -> bool:
    """Whether the rows lie apart: a row in eight has a text that comes before that of the row in front of it.

    What a job sent that was found at Google is not known, and one slice is as good as another.
    """
    if job.found or job.duplicate_of or job.requests <= slice_rows:
        return False
    with path.open("rb", buffering=1 << 20) as file:
        keys = [row_key(line) for _, line, _ in islice(lines(file, 0), SAMPLE)]
    hashes = [text for key in keys if key is not None and (text := key_of(key)) is not None]
    ids = [text for text in texts.ids_of(db, hashes) if text is not None]
    return 8 * sum(text < before for before, text in pairwise(ids)) > len(ids)


def _text_order(op: Operation, job: BatchJob, path: Path, key_of: KeyOf) -> Iterator[ResultSlice]:
    found = survey(path, key_of)
    order = np.argsort(_text_ids(op.db, found.hashes), kind="stable")
    offsets, lengths = found.offsets[order], found.lengths[order]
    ends = np.cumsum(lengths)
    start = int(np.searchsorted(ends, -job.cursor, side="right"))
    slices = read_results_at(
        path,
        offsets,
        lengths,
        job.profile.dimension,
        key_of,
        slice_rows=op.settings.settle_slice,
        start=start,
        mask=op.mask,
    )
    return (replace(rows, end=-int(ends[rows.end - 1])) for rows in slices)


def _text_ids(db: Db, hashes: npt.NDArray[np.void]) -> npt.NDArray[np.int64]:
    """The id of the text of each row; those of nobody's come last."""
    ids = np.full(len(hashes), UNKNOWN, dtype=np.int64)
    for start in range(0, len(hashes), LOOKED_UP):
        part = texts.ids_of(db, [text.tobytes() for text in hashes[start : start + LOOKED_UP]])
        ids[start : start + len(part)] = [UNKNOWN if text is None else text for text in part]
    return ids
