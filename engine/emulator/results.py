"""A job's result file: a line per row, and the ways a row can go wrong on its way there."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

from .faults import RowFaults
from .models import Model
from .rows import Answer, answer_file
from .scenario import RowRule
from .wire import Json, dumps

HUGE = 10 * 1024 * 1024
_FIRST_VALUE = re.compile(rb'"values":\[[^,\]]+')


class StoppedError(Exception):
    """The job was cancelled or the emulator is going away; what was written so far is void."""


@dataclass(slots=True)
class Tally:
    """Rows with a vector, rows with an error, tokens of the former; what the bill and batchStats are made of."""

    succeeded: int = 0
    failed: int = 0
    tokens: int = 0


def result(answer: Answer) -> Json:
    """The result of one row as inline responses and result lines hold it, key or metadata included."""
    line: Json = {}
    if answer.key is not None:
        line["key"] = answer.key
    if answer.error is not None:
        line["error"] = answer.error
    else:
        line["response"] = {
            "embedding": {"values": answer.values},
            "usageMetadata": {"promptTokenCount": answer.tokens},
        }
    if answer.metadata is not None:
        line["metadata"] = answer.metadata
    return line


def _with_first_value(answer: Answer, value: bytes) -> bytes:
    return _FIRST_VALUE.sub(b'"values":[' + value, dumps(result(answer)), count=1)


def _not_a_number(answer: Answer) -> bytes:
    return _with_first_value(answer, b'"NaN"')


def _bare_not_a_number(answer: Answer) -> bytes:
    return _with_first_value(answer, b"NaN")


def _zero(answer: Answer) -> bytes:
    assert answer.values is not None  # noqa: S101
    answer.values = answer.values * 0
    return dumps(result(answer))


def _wrong_dimension(answer: Answer) -> bytes:
    assert answer.values is not None  # noqa: S101
    answer.values = answer.values[:-1]
    return dumps(result(answer))


def _unknown_key(answer: Answer) -> bytes:
    answer.key = f"unknown-{answer.key or answer.number}"
    return dumps(result(answer))


def _repeat(answer: Answer) -> bytes:
    line = dumps(result(answer))
    return line + b"\n" + line


def _not_json(answer: Answer) -> bytes:
    return b"upstream connect error or disconnect/reset before headers"


def _half_line(answer: Answer) -> bytes:
    line = dumps(result(answer))
    return line[: len(line) // 2]


_SPOILED: dict[str, Callable[[Answer], bytes]] = {
    "repeat": _repeat,
    "unknown_key": _unknown_key,
    "wrong_dimension": _wrong_dimension,
    "nan": _not_a_number,
    "bare_nan": _bare_not_a_number,
    "zero": _zero,
    "not_json": _not_json,
    "half_line": _half_line,
}


def _spoil(answer: Answer, rule: RowRule) -> bytes | None:
    """The line as the rule leaves it, None when it is dropped; the answer becomes an error where it now is one."""
    if rule.do in ("error", "huge_line"):
        message = "x" * HUGE if rule.do == "huge_line" else rule.message
        answer.error = {"code": rule.code, "message": message}
        return dumps(result(answer))
    if rule.do == "drop":
        answer.error = {"code": 0}
        return None
    return _SPOILED[rule.do](answer)


def write_results(
    source: Path, target: Path, model: Model, faults: RowFaults, stopped: Callable[[], bool], *, truncate: bool
) -> Tally:
    """Answer every row of `source` in `target`, block by block; StoppedError when asked to stop on the way."""
    tally = Tally()
    with target.open("wb") as out:
        for block in answer_file(source, model, truncate=truncate):
            if stopped():
                raise StoppedError
            lines = []
            for answer in block:
                rule = faults.of_row(answer.number, answer.text) if faults and answer.error is None else None
                line = dumps(result(answer)) if rule is None else _spoil(answer, rule)
                if line is not None:
                    lines.append(line + b"\n")
                if answer.error is None:
                    tally.succeeded += 1
                    tally.tokens += answer.tokens
                else:
                    tally.failed += 1
            out.write(b"".join(lines))
    return tally


def shuffle_lines(path: Path, source: random.Random) -> None:
    """Put the file's lines in another order, holding only their offsets in memory."""
    shuffled = path.with_suffix(".shuffled")
    with path.open("rb") as lines, shuffled.open("wb") as out:
        offsets = [0, *accumulate(len(line) for line in lines)]
        spans = list(pairwise(offsets))
        source.shuffle(spans)
        for start, end in spans:
            lines.seek(start)
            out.write(lines.read(end - start))
    shuffled.replace(path)
