from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.causes import Cause
from engine.domain.keys import GoogleKeyring
from engine.domain.models import Profile
from engine.domain.requests import Outcome
from engine.domain.texts import RequestKey, profile_hash, text_hash
from engine.gemini import result_lines
from engine.gemini.result_keys import keys_of
from engine.gemini.result_lines import read_results
from engine.gemini.result_rows import ResultSlice, RowFailure

PROFILE = Profile(dimension=2)
HASH = text_hash("a text")
KEY = str(RequestKey(HASH, profile_hash(PROFILE)))


def line(values: object, key: object = KEY, tokens: object = 7) -> bytes:
    response = {"embedding": {"values": values}, "usageMetadata": {"promptTokenCount": tokens}}
    return json.dumps({"key": key, "response": response}).encode()


def raw(values: str) -> bytes:
    return f'{{"key":"{KEY}","response":{{"embedding":{{"values":{values}}}}}}}'.encode()


def read(data: bytes, dimension: int = 2, slice_rows: int = 1000, offset: int = 0) -> list[ResultSlice]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.jsonl"
        path.write_bytes(data)
        return list(read_results(path, offset, dimension, keys_of(PROFILE), slice_rows=slice_rows))


def floats(vector: bytes) -> npt.NDArray[np.float32]:
    return np.frombuffer(vector, dtype="<f4")


def only_failure(data: bytes, dimension: int = 2) -> RowFailure:
    (found,) = read(data, dimension)
    assert not found.hashes
    (failure,) = found.failures
    return failure


def rows_of(slices: Sequence[ResultSlice]) -> list[tuple[object, ...]]:
    """Everything but where the slices were cut."""
    rows: list[tuple[object, ...]] = []
    for found in slices:
        rows += zip(found.hashes, found.vectors, found.tokens, strict=True)
    rows += [(failure,) for found in slices for failure in found.failures]
    return rows


def test_a_good_row_becomes_a_unit_vector_with_its_tokens() -> None:
    (found,) = read(line([3, 4.0]) + b"\n")
    assert (found.hashes, found.tokens, found.failures) == ([HASH], [7], [])
    assert floats(found.vectors[0]).tolist() == pytest.approx([0.6, 0.8])
    assert (found.start, found.end, found.rows) == (0, len(line([3, 4.0])) + 1, 1)


NUMBERS = st.floats(-1024, 1024, width=32, allow_subnormal=False).filter(
    lambda number: number == 0 or abs(number) > 1e-9
)


@given(st.lists(st.lists(NUMBERS, min_size=3, max_size=3).filter(any), min_size=1, max_size=20))
def test_vectors_survive_the_file(vectors: list[list[float]]) -> None:
    hashes = [text_hash(str(row)) for row in range(len(vectors))]
    keys = [str(RequestKey(text, profile_hash(PROFILE))) for text in hashes]
    data = b"\n".join(line(values, keys[row], row + 1) for row, values in enumerate(vectors))
    (found,) = read(data, dimension=3)
    assert found.hashes == hashes
    assert found.tokens == list(range(1, len(vectors) + 1))
    for stored, values in zip(found.vectors, vectors, strict=True):
        expected = np.array(values) / math.hypot(*values)
        assert floats(stored) == pytest.approx(expected, abs=1e-6)
        assert float(np.linalg.norm(floats(stored))) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"response":{{"tokenCount":"7","embedding":{{"values":[3,4]}}}},"key":"{KEY}"}}',
        f'{{"key":"{KEY}","status":"","response":{{"tokenCount":"7","embedding":{{"values":[3,4]}}}}}}',
        f' {{"key" : "{KEY}", "response": {{"tokenCount": "7", "embedding": {{"values": [3, 4]}}}}}} \r',
        line([3, 4]).decode(),
        f'\ufeff{{"key":"{KEY}","response":{{"tokenCount":7,"embedding":{{"values":[3,4],"shape":[2]}}}}}}',
        f'{{"key":"{KEY}","error":null,"response":{{"tokenCount":"7","embedding":{{"values":[3,4]}}}}}}',
        f'{{"key":"{KEY}","metadata":"\u2028\u0085","response":{{"tokenCount":"7","embedding":{{"values":[3e0,40e-1]}}}}}}',
        f'{{"key":"{KEY}","response":{{"tokenCount":7.0,"embedding":{{"values":[3000000000000000000000,4E21]}}}}}}',
    ],
)
def test_other_spellings_of_a_good_row_are_good(text: str) -> None:
    (found,) = read(text.encode())
    assert (found.hashes, found.tokens, found.failures) == ([HASH], [7], [])
    assert floats(found.vectors[0]).tolist() == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(
    "tokens", [None, "x", -1, 0, "0", 2**31, 2**63 - 1, 2**63, 2**64, 2**70, "9" * 30, [], {}, True, 1.5, 1e300]
)
def test_a_token_count_that_is_none_is_no_count_and_not_zero(tokens: object) -> None:
    (good, spoilt) = (read(line(values, tokens=tokens))[0] for values in ([3, 4], [0, 0]))
    assert good.tokens == [None]
    assert spoilt.failures[0].tokens is None


@pytest.mark.parametrize("response", ["", ',"usageMetadata":{}', ',"usageMetadata":null', ',"tokenCount":null'])
def test_a_row_without_any_count_has_none(response: str) -> None:
    (found,) = read(f'{{"key":"{KEY}","response":{{"embedding":{{"values":[3,4]}}{response}}}}}'.encode())
    assert (found.hashes, found.tokens) == ([HASH], [None])


@pytest.mark.parametrize(
    ("data", "cause", "words"),
    [
        (raw('["NaN",1]'), Cause.BAD_VECTOR, "not a number"),
        (raw("[NaN,1]"), Cause.BAD_VECTOR, "not a number"),
        (raw("[Infinity,1]"), Cause.BAD_VECTOR, "not a number"),
        (raw("[1e400,1]"), Cause.BAD_VECTOR, "not a number"),
        (raw("[1e300,1]"), Cause.BAD_VECTOR, "length"),
        (raw("[null,1]"), Cause.BAD_VECTOR, "not a number"),
        (raw("[true,1]"), Cause.BAD_VECTOR, "not a number"),
        (raw("[1,[2]]"), Cause.BAD_VECTOR, "not a number"),
        (raw("[[1,2]]"), Cause.BAD_VECTOR, "not a number"),
        pytest.param(raw("[" + "9" * 400 + ",1]"), Cause.BAD_VECTOR, "not a number", id="long integer"),
        (raw("[0,0.0]"), Cause.BAD_VECTOR, "zeros"),
        (raw("[1e-300,0]"), Cause.BAD_VECTOR, "zeros"),
        (raw("[]"), Cause.BAD_VECTOR, "no vector"),
        (raw("{}"), Cause.BAD_VECTOR, "no vector"),
        (raw("null"), Cause.BAD_VECTOR, "no vector"),
        (raw('"AAAA"'), Cause.BAD_VECTOR, "no vector"),
        (raw("[1]"), Cause.WRONG_DIMENSION, "1 numbers instead of 2"),
        (raw("[1,2,3]"), Cause.WRONG_DIMENSION, "3 numbers instead of 2"),
    ],
)  # fmt: skip
def test_a_row_whose_vector_cannot_be_used_is_spoiled_and_says_why(data: bytes, cause: Cause, words: str) -> None:
    failure = only_failure(data)
    assert (failure.text, failure.key, failure.outcome) == (HASH, KEY, Outcome.SPOILED)
    assert (failure.cause, failure.offset) == (cause, 0)
    assert words in failure.message
    assert len(failure.message) <= 400


def test_tokens_without_a_vector_are_spoiled_as_google_may_bill_them() -> None:
    data = f'{{"key":"{KEY}","response":{{"usageMetadata":{{"promptTokenCount":7}}}}}}'
    failure = only_failure(data.encode())
    assert (failure.text, failure.outcome, failure.tokens) == (HASH, Outcome.SPOILED, 7)


@pytest.mark.parametrize("rest", ["", ',"response":{}', ',"response":null,"error":null', ',"response":[1]'])
def test_a_row_that_says_nothing_is_unreadable_although_its_text_is_known(rest: str) -> None:
    failure = only_failure(f'{{"key":"{KEY}"{rest}}}'.encode())
    assert (failure.text, failure.outcome, failure.cause) == (HASH, Outcome.UNREADABLE, Cause.OTHER)
    assert "neither" in failure.message


@pytest.mark.parametrize(
    ("error", "cause", "code", "words"),
    [
        ('{"code":13,"message":"An internal error has occurred."}', Cause.INTERNAL, 13, "internal"),
        ('{"code":3,"message":"The text is empty."}', Cause.EMPTY, 3, "empty"),
        ('"gone"', Cause.OTHER, 0, "gone"),
        ('{"code":8}', Cause.RATE_LIMITED, 8, "no reason"),
    ],
)
def test_googles_error_for_a_row_is_a_refusal(error: str, cause: Cause, code: int, words: str) -> None:
    failure = only_failure(f'{{"key":"{KEY}","error":{error}}}'.encode())
    assert (failure.text, failure.outcome) == (HASH, Outcome.REFUSED)
    assert (failure.cause, failure.code, failure.tokens) == (cause, code, None)
    assert words in failure.message


def test_an_error_that_comes_with_tokens_keeps_them() -> None:
    data = f'{{"key":"{KEY}","error":{{"code":13}},"response":{{"usageMetadata":{{"promptTokenCount":7}}}}}}'
    failure = only_failure(data.encode())
    assert (failure.outcome, failure.tokens) == (Outcome.REFUSED, 7)


SECRET = "AIzaSyA1234567890123456789012345678901"


def test_api_keys_are_masked_in_all_that_a_failure_says() -> None:
    words = "x" * 380 + " " + SECRET
    refused = only_failure(json.dumps({"key": KEY, "error": {"code": 13, "message": words}}).encode())
    nobodys = only_failure(line([3, 4], key=words))
    for said in (refused.message, nobodys.key):
        assert said is not None
        assert said.endswith("…8901")
        assert "AIza" not in said


def test_the_callers_own_keys_are_masked_too(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.write_bytes(json.dumps({"key": KEY, "error": {"code": 13, "message": "of the-key-2222"}}).encode())
    mask = GoogleKeyring(None, "the-key-2222").mask
    (found,) = read_results(path, 0, 2, keys_of(PROFILE), slice_rows=9, mask=mask)
    assert found.failures[0].message == "of …2222"


def test_enormous_lines_are_failures_like_others() -> None:
    many = only_failure(raw("[" + "0.5," * 999_999 + "1]"))
    assert (many.cause, many.message) == (Cause.WRONG_DIMENSION, "The vector has 1,000,000 numbers instead of 2.")
    long = only_failure(json.dumps({"key": KEY, "error": {"code": 8, "message": "x" * 10_000_000}}).encode())
    assert (long.cause, long.key, len(long.message)) == (Cause.RATE_LIMITED, KEY, 400)


OTHER_PROFILE = str(RequestKey(HASH, profile_hash(Profile(dimension=3))))
SPACED = f"{KEY[:30]}  {KEY[32:]}"


@pytest.mark.parametrize(
    ("data", "key", "words"),
    [
        (b'{"key":"a', None, "not JSON"),
        (line([1, 2])[:40], None, "not JSON"),
        (b"upstream connect error", None, "not JSON"),
        (b"\xff\xfe", None, "not UTF-8"),
        pytest.param(b"[" * 100_000, None, "nested", id="deep lists"),
        pytest.param(b'{"key":' + b'{"a":' * 100_000, None, "nested", id="deep objects"),
        pytest.param(b"1" * 5000, None, "too long", id="long number"),
        (b"12", None, "no JSON object"),
        (b"null", None, "no JSON object"),
        (b'{"key":"a","key":"b"}', None, "twice"),
        (b'{"response":{"embedding":{"values":[1,2]}}}', None, "no key"),
        (line([1, 2], key=5), None, "none of ours"),
        (line([1, 2], key="unknown-1"), "unknown-1", "none of ours"),
        (line([1, 2], key=""), "", "none of ours"),
        (line([1, 2], key="17-0123456789abcdef"), "17-0123456789abcdef", "none of ours"),
        (line([1, 2], key=OTHER_PROFILE), OTHER_PROFILE, "none of ours"),
        (line([1, 2], key=KEY.upper()), KEY.upper(), "none of ours"),
        (line([1, 2], key=SPACED), SPACED, "none of ours"),
        (line([1, 2], key=KEY + "0"), KEY + "0", "none of ours"),
        (line([0, 0], key="unknown-1"), "unknown-1", "none of ours"),
        (line([1, 2], key="\ud800"), "�", "none of ours"),
    ],
)
def test_a_line_that_names_no_text_of_ours_is_unreadable(data: bytes, key: str | None, words: str) -> None:
    failure = only_failure(data)
    assert (failure.text, failure.outcome, failure.cause) == (None, Outcome.UNREADABLE, Cause.OTHER)
    assert words in failure.message
    assert failure.key == key or (key is None and failure.key == "5")


def test_tokens_of_a_spoilt_row_are_kept_because_they_may_be_billed() -> None:
    (found,) = read(b"\n".join([line([0, 0]), line([1]), line([1, 2], key="?"), line(["NaN", 1])]))
    assert [failure.tokens for failure in found.failures] == [7, 7, 7, 7]


def test_failures_stand_in_file_order_with_their_offsets() -> None:
    lines = [line([0, 0]), b"", b"junk", line([1, 2]), line([1])]
    (found,) = read(b"\n".join(lines))
    starts = [0, len(lines[0]) + 2, sum(map(len, lines[:4])) + 4]
    assert [failure.offset for failure in found.failures] == starts
    assert found.rows == 4


def test_blank_lines_move_the_end_and_are_no_rows() -> None:
    (found,) = read(b"\n  \n\r\n")
    assert (found.rows, found.end) == (0, 6)
    assert read(b"") == []


def test_a_line_beyond_the_limit_is_skipped_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_lines, "LINE_LIMIT", 1000)
    long = line([1, 2], key="x" * 5000)
    (found,) = read(long + b"\n" + line([3, 4]) + b"\n" + long)
    assert found.hashes == [HASH]
    assert [failure.offset for failure in found.failures] == [0, len(long) + 1 + len(line([3, 4])) + 1]
    assert found.end == 2 * len(long) + 2 + len(line([3, 4]))


def test_a_slice_ends_early_when_its_bytes_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_lines, "SLICE_BYTES", 300)
    slices = read(b"\n".join([line([3, 4])] * 10), slice_rows=1000)
    assert len(slices) > 2
    assert sum(found.rows for found in slices) == 10


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
NAMES = st.sampled_from(["key", "response", "error", "embedding", "values", "code"])
ODD_VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=8
)
PIECES = st.one_of(
    st.binary(max_size=40),
    st.just(line([3, 4])),
    st.just(line([0, 0])),
    st.just(line([1, 2, 3])),
    st.just(f'{{"key":"{KEY}","error":{{"code":13,"message":"m"}}}}'.encode()),
    ODD_VALUES.map(lambda value: json.dumps(value).encode()),
    st.integers(0, 80).map(lambda at: line([3, 4])[:at]),
)


@given(st.lists(PIECES, max_size=30), st.integers(1, 7))
def test_any_bytes_are_read_to_the_end_and_resume_at_the_end_of_any_slice(pieces: list[bytes], slice_rows: int) -> None:
    data = b"\n".join(pieces)
    slices = read(data, slice_rows=slice_rows)
    assert [found.start for found in slices] == [0, *(found.end for found in slices[:-1])][: len(slices)]
    assert (slices[-1].end if slices else 0) == len(data)
    whole = read(data, slice_rows=10_000)
    for number, found in enumerate(slices):
        again = read(data, slice_rows=10_000, offset=found.end)
        assert rows_of([*slices[: number + 1], *again]) == rows_of(whole)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_junk_never_raises(data: bytes) -> None:
    for found in read(data):
        assert not found.hashes
        for failure in found.failures:
            failure.message.encode()
