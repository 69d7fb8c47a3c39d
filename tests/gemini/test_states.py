from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.jobs import RemoteState
from engine.errors import BadAnswer
from engine.gemini.numbers import count, grpc_code, token_count
from engine.gemini.states import parse_batch, remote_state

NAME = "batches/507oatd242het8ox60pwsmn7tcmtkrj8itff"


@pytest.mark.parametrize("state", [state for state in RemoteState if state is not RemoteState.UNKNOWN])
@pytest.mark.parametrize("prefix", ["BATCH_STATE_", "JOB_STATE_", ""])
def test_a_state_is_known_under_every_spelling(prefix: str, state: RemoteState) -> None:
    assert remote_state(prefix + state) is state
    assert remote_state((prefix + state).lower()) is state


@pytest.mark.parametrize("spelling", ["", "BATCH_STATE_UNSPECIFIED", "JOB_STATE_PAUSED", "DONE", "BATCH_STATE_", "ST"])
def test_any_other_state_is_unknown(spelling: str) -> None:
    assert remote_state(spelling) is RemoteState.UNKNOWN


def test_a_finished_operation_gives_everything_the_sdk_drops() -> None:
    raw = json.dumps(
        {
            "name": NAME,
            "metadata": {
                "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch",
                "displayName": "job",
                "inputConfig": {"fileName": "files/7t2beg32d5er"},
                "output": {"responsesFile": "files/batch-507"},
                "createTime": "2025-08-30T00:46:33.378015678Z",
                "endTime": "2025-08-30T00:47:10.100000000Z",
                "batchStats": {
                    "requestCount": "5",
                    "successfulRequestCount": "3",
                    "failedRequestCount": "1",
                    "pendingRequestCount": 1,
                },
                "state": "BATCH_STATE_SUCCEEDED",
            },
            "done": True,
        }
    )
    batch = parse_batch(raw)
    assert (batch.name, batch.display_name, batch.state) == (NAME, "job", RemoteState.SUCCEEDED)
    assert (batch.input_file, batch.output_file) == ("files/7t2beg32d5er", "files/batch-507")
    assert (batch.requests, batch.succeeded, batch.failed, batch.pending, batch.done_rows) == (5, 3, 1, 1, 4)
    assert (batch.raw_state, batch.raw, batch.error_code) == ("BATCH_STATE_SUCCEEDED", raw, 0)
    assert batch.create_time == "2025-08-30T00:46:33.378015678Z"
    assert batch.end_time == "2025-08-30T00:47:10.100000000Z"


def test_results_that_stand_only_in_the_response_are_found() -> None:
    assert parse_batch(json.dumps({"name": NAME, "response": {"responsesFile": "files/r"}})).output_file == "files/r"


def test_a_state_at_the_top_level_is_found() -> None:
    assert parse_batch(json.dumps({"name": NAME, "state": "JOB_STATE_RUNNING"})).state is RemoteState.RUNNING
    assert parse_batch(json.dumps({"name": NAME, "metadata": {}, "state": "RUNNING"})).state is RemoteState.RUNNING


def test_the_error_of_a_failed_operation_is_kept() -> None:
    batch = parse_batch(
        json.dumps({"name": NAME, "done": True, "error": {"code": 3, "message": "bad", "details": [{}]}})
    )
    assert (batch.error_code, batch.error_message) == (3, "bad")


@pytest.mark.parametrize(
    "raw", [b"", b"  ", b"<html>", b"[]", b"{}", b'{"name":""}', b'{"error":{"code":500}}', b"[" * 9999, b"\xff"]
)
def test_what_names_no_batch_is_a_bad_answer(raw: bytes) -> None:
    with pytest.raises(BadAnswer):
        parse_batch(raw)


MEMBERS = ["metadata", "state", "error", "batchStats", "output", "code", "requestCount", "inputConfig", "fileName"]


@given(
    st.dictionaries(
        st.sampled_from(MEMBERS),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=3),
            max_leaves=10,
        ),
    )
)
def test_members_of_any_type_are_survived(operation: dict[str, object]) -> None:
    batch = parse_batch(json.dumps({**operation, "name": NAME}))
    assert batch.name == NAME
    assert batch.done_rows >= 0


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", 12),
        (12, 12),
        (12.0, 12),
        ("", 0),
        (None, 0),
        (-1, 0),
        ("-1", 0),
        (True, 0),
        (1.5, 0),
        ("1" * 40, 0),
        ("\u0663", 0),
        ([], 0),
    ],
)
def test_a_count_travels_as_text_or_number(value: object, number: int) -> None:
    assert count(value) == number


@pytest.mark.parametrize(("value", "code"), [(3, 3), ("3", 3), ("INTERNAL", 13), ("NOBODY", 2), (None, 0), ("", 0)])
def test_a_grpc_code_travels_as_number_or_name(value: object, code: int) -> None:
    assert grpc_code(value) == code


@pytest.mark.parametrize(
    ("value", "tokens"),
    [(7, 7), ("7", 7), (7.0, 7), (2**31 - 1, 2**31 - 1), (2**31, None), (2**63 - 1, None), (0, None), (None, None)],
)
def test_a_count_of_tokens_is_never_zero_and_fits_an_int32(value: object, tokens: int | None) -> None:
    assert token_count(value) == tokens
