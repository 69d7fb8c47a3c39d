"""Google's Operation, read from its raw JSON: states under any spelling, statistics, the error, both file names."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.domain.batches import RemoteState
from engine.errors import BadAnswer
from engine.gemini.failures import GRPC_CODES
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


def count(value: object) -> int:
    """A count from a number or, as int64 travels, a string of digits; 0 for anything else, and below 0."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    return 0


def grpc_code(value: object) -> int:
    """A gRPC code from its number or its name; 2 (UNKNOWN) for a name nobody knows, 0 without one."""
    if isinstance(value, str) and not value.isdigit():
        return GRPC_CODES.get(value.upper(), 2 if value else 0)
    return count(value)


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    member = value.get(name)
    return member if isinstance(member, dict) else {}


def _text(value: dict[str, Any], name: str) -> str:
    member = value.get(name)
    return member if isinstance(member, str) else ""


def _responses_file(output: dict[str, Any]) -> str:
    return _text(output, "responsesFile") or _text(output, "fileName")
