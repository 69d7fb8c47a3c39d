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
from .scenario import RowRule, Scenario
from .wire import Json, dumps

HUGE = 10 * 1024 * 1024
_FIRST_VALUE = re.compile(rb'"values":\[[^,\]]+')


class StoppedError(Exception):
    """The job was cancelled or the emulator is going away; what was written so far is void."""


@dataclass(slots=True)
class Tally:
    """Rows with a vector, rows with an error, and what the bill counts of both: requests and tokens."""

    succeeded: int = 0
    failed: int = 0
    requests: int = 0
    tokens: int = 0

    def add(self, answer: Answer, *, bill_failed: bool) -> None:
        """Count one row; a row that was refused before anything was computed has no tokens and is never billed."""
        if answer.error is None:
            self.succeeded += 1
        else:
            self.failed += 1
        if answer.error is None or (bill_failed and answer.tokens):
            self.requests += 1
            self.tokens += answer.tokens


def result(answer: Answer) -> Json:
    """The result of one row as inline responses and result lines hold it, key or metadata included."""
    line: Json = {}
    if answer.key is not None:
        line["key"] = answer.key
    if answer.error is not None:
        line["error"] = answer.error
    else:
        line["response"] = {"embedding": {} if answer.values is None else {"values": answer.values}}
        if answer.counted:
            line["response"]["usageMetadata"] = {"promptTokenCount": answer.tokens}
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


def _no_vector(answer: Answer) -> bytes:
    answer.values = None
    return dumps(result(answer))


def _no_count(answer: Answer) -> bytes:
    answer.counted = False
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
    "no_vector": _no_vector,
    "no_count": _no_count,
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
    source: Path,
    target: Path,
    model: Model,
    *,
    rows: int,
    scenario: Scenario,
    faults: RowFaults,
    stopped: Callable[[], bool],
) -> Tally:
    """Answer the first rows of `source` in `target`, block by block; StoppedError when asked to stop on the way."""
    tally = Tally()
    with target.open("wb") as out:
        for block in answer_file(source, model, rows, truncate=scenario.too_long == "truncate"):
            if stopped():
                raise StoppedError
            lines = []
            for answer in block:
                answer.counted = faults.counted()
                rule = faults.of_row(answer.number, answer.text) if faults and answer.error is None else None
                line = dumps(result(answer)) if rule is None else _spoil(answer, rule)
                if line is not None:
                    lines.append(line + b"\n")
                tally.add(answer, bill_failed=scenario.bill_failed_rows)
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
