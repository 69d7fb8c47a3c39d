"""Google's Operation, read from its raw JSON: states under any spelling, statistics, the error, both file names."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.domain.jobs import RemoteState
from engine.errors import BadAnswer
from engine.gemini.numbers import count, grpc_code
from engine.gemini.protocol import RemoteBatch


def remote_state(spelling: str) -> RemoteState:
    """`BATCH_STATE_X`, `JOB_STATE_X` (as Google's guide prints it) and `X`; UNKNOWN for anything else."""
    word = spelling.strip().upper().removeprefix("BATCH_STATE_").removeprefix("JOB_STATE_")
    word = "CANCELLED" if word == "CANCELED" else word
    return RemoteState.__members__.get(word, RemoteState.UNKNOWN)


def parse_batch(raw: bytes | str) -> RemoteBatch:
    """The batch an Operation describes; BadAnswer when it is no JSON object or has no name."""
    try:
        operation = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise BadAnswer("The answer is not JSON." if raw.strip() else "The answer is empty.") from None
    if not isinstance(operation, dict):
        raise BadAnswer("The answer is not an operation of the Gemini API.")
    metadata = _object(operation, "metadata") or operation
    name = _text(operation, "name") or _text(metadata, "name")
    if not name.startswith("batches/"):
        raise BadAnswer("The answer does not name a batch.")
    stats = _object(metadata, "batchStats")
    error = _object(operation, "error") or _object(metadata, "error")
    state = _text(metadata, "state") or _text(operation, "state")
    outputs = (_object(metadata, "output"), _object(operation, "response"), _object(metadata, "dest"))
    return RemoteBatch(
        name=name,
        display_name=_text(metadata, "displayName"),
        state=remote_state(state),
        raw_state=state,
        create_time=_text(metadata, "createTime"),
        end_time=_text(metadata, "endTime"),
        input_file=_text(_object(metadata, "inputConfig"), "fileName") or None,
        output_file=next((found for found in map(_responses_file, outputs) if found), None),
        requests=count(stats.get("requestCount")),
        succeeded=count(stats.get("successfulRequestCount")),
        failed=count(stats.get("failedRequestCount")),
        pending=count(stats.get("pendingRequestCount")),
        error_code=grpc_code(error.get("code")),
        error_message=_text(error, "message"),
        raw=raw if isinstance(raw, str) else raw.decode("utf-8", "replace"),
    )


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    member = value.get(name)
    return member if isinstance(member, dict) else {}


def _text(value: dict[str, Any], name: str) -> str:
    member = value.get(name)
    return member if isinstance(member, str) else ""


def _responses_file(output: dict[str, Any]) -> str:
    return _text(output, "responsesFile") or _text(output, "fileName")
