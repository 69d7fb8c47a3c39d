from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain.models import Profile
from engine.domain.texts import RequestKey, profile_hash, text_hash
from engine.gemini.result_keys import keys_of
from engine.gemini.result_lines import read_results, read_results_at
from engine.gemini.result_rows import ResultSlice
from engine.gemini.survey import Survey, ends_whole, row_key, survey

PROFILE = Profile(dimension=2)
OURS = keys_of(PROFILE)


def key_of(number: int, profile: Profile = PROFILE) -> str:
    return str(RequestKey(text_hash(str(number)), profile_hash(profile)))


def row(number: int, profile: Profile = PROFILE) -> bytes:
    response = {"embedding": {"values": [3, 4]}, "usageMetadata": {"promptTokenCount": number + 1}}
    return json.dumps({"key": key_of(number, profile), "response": response}, separators=(",", ":")).encode()


def surveyed(path: Path, *lines: bytes, end: bytes = b"\n") -> Survey:
    path.write_bytes(b"\n".join(lines) + end)
    return survey(path, OURS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results"


def test_lines_and_texts_are_counted_so_that_a_repeated_row_hides_no_missing_one(path: Path) -> None:
    found = surveyed(path, row(1), row(2), row(1), row(1))
    assert (found.lines, found.texts, found.whole) == (4, 2, True)
    assert [text.tobytes() for text in found.hashes] == [text_hash(str(number)) for number in (1, 2, 1, 1)]


def test_lines_of_nobodys_count_as_lines_only(path: Path) -> None:
    junk = (b"junk", row(3, Profile(dimension=3)), row(4)[:50], b'{"key":"unknown"}', b"", b" \r")
    found = surveyed(path, row(1), *junk, row(2))
    assert (found.lines, found.texts) == (6, 2)
    assert [bool(text.tobytes().strip(b"\0")) for text in found.hashes] == [True, False, False, False, False, True]


def test_an_empty_file_holds_nothing_and_is_not_whole(path: Path) -> None:
    found = surveyed(path, end=b"")
    assert (found.lines, found.texts, found.whole, len(found.hashes)) == (0, 0, False, 0)


def test_a_file_cut_in_a_line_is_not_whole_and_its_last_row_is_nobodys(path: Path) -> None:
    found = surveyed(path, row(1), row(2)[:-9], end=b"")
    assert (found.lines, found.texts, found.whole) == (2, 1, False)


@pytest.mark.parametrize(
    "line",
    [
        '{"key":"K","response":{"embedding":{"values":[1,2]}}}',
        '{"key":"K","error":{"code":13,"message":"m"}}\r\n',
        ' { "key" : "K" , "response" : {} } \n',
        '{"response":{"embedding":{"values":[1,2]}},"key":"K"}\n',
        '{"response":{"embedding":{"values":[1,2]}},"metadata":[] , "key" : "K" }\n',
        '{"status":"","key":"K","response":{"embedding":{"values":[1,2]}}}',
        '{"key":"K","response":{"embedding":{"values":[NaN,2]}}}',
        '{"metadata":{"key":"x"},"key":"K","response":{}}',
        '{"key":"K","metadata":{"a":{},"key":"x"}}',
        '{"error":{"message":"{},\\"key\\":\\"x\\"}"},"key":"K"}',
        '\ufeff{"key":"K","response":{}}',
        '{"key":"\\u004b","response":{}}',
    ],
)
def test_the_key_of_a_row_is_found_wherever_it_stands(line: str) -> None:
    assert row_key(line.encode()) == "K"


@pytest.mark.parametrize(
    "line",
    [
        '{"key":"K","response":{"embedding":{"values":[1,2',
        '{"response":{"a":{},"key":"K"}}',
        '{"key":5}',
        '["key"]',
        "}",
        "",
    ],
)
def test_a_key_that_is_not_the_rows_is_none(line: str) -> None:
    assert row_key(line.encode()) is None


def rows_of(slices: list[ResultSlice]) -> list[tuple[object, ...]]:
    return [good for found in slices for good in zip(found.hashes, found.vectors, found.tokens, strict=True)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 40), st.integers(1, 7), st.randoms(use_true_random=False))
def test_a_file_read_in_any_order_gives_the_same_rows_in_that_order(
    path: Path, count: int, slice_rows: int, chance: random.Random
) -> None:
    numbers = list(range(count))
    chance.shuffle(numbers)
    found = surveyed(path, *(row(number) for number in numbers), b"junk", b"")
    order = np.array(sorted(range(found.lines), key=lambda place: found.hashes[place].tobytes()), dtype=np.int64)
    offsets, lengths = found.offsets[order], found.lengths[order]
    slices = list(read_results_at(path, offsets, lengths, 2, OURS, slice_rows=slice_rows))
    assert [text for part in slices for text in part.hashes] == sorted(text_hash(str(number)) for number in numbers)
    assert sorted(rows_of(slices), key=str) == sorted(
        rows_of(list(read_results(path, 0, 2, OURS, slice_rows=1000))), key=str
    )
    assert [failure.offset for part in slices for failure in part.failures] == [int(found.offsets[-1])]
    assert [part.start for part in slices] == [0, *(part.end for part in slices[:-1])]
    for number, part in enumerate(slices):
        rest = read_results_at(path, offsets, lengths, 2, OURS, slice_rows=slice_rows, start=part.end)
        assert rows_of([*slices[: number + 1], *rest]) == rows_of(slices)


@pytest.mark.parametrize(
    ("data", "whole"),
    [(b"{}\n", True), (b"{}\n{}", True), (b'{}\n{"a', False), (b"", False), (b"\n", True), (b"{}\nhalf\n", True)],
)
def test_a_file_cut_in_a_line_is_told_from_a_whole_one(path: Path, data: bytes, *, whole: bool) -> None:
    path.write_bytes(data)
    with path.open("rb") as file:
        assert ends_whole(file) is whole
