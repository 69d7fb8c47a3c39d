"""The shapes every answer shares: error bodies, field names, numbers, timestamps.

Google's front end parses requests as proto JSON: it takes `fileName` and `file_name` alike and refuses a name it
does not know. It answers in lowerCamelCase only, writes int64 as strings and leaves out fields that hold their
default value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

Json = dict[str, Any]

RPC_CODES = {
    "OK": 0,
    "CANCELLED": 1,
    "UNKNOWN": 2,
    "INVALID_ARGUMENT": 3,
    "DEADLINE_EXCEEDED": 4,
    "NOT_FOUND": 5,
    "ALREADY_EXISTS": 6,
    "PERMISSION_DENIED": 7,
    "RESOURCE_EXHAUSTED": 8,
    "FAILED_PRECONDITION": 9,
    "ABORTED": 10,
    "OUT_OF_RANGE": 11,
    "UNIMPLEMENTED": 12,
    "INTERNAL": 13,
    "UNAVAILABLE": 14,
    "DATA_LOSS": 15,
    "UNAUTHENTICATED": 16,
}

STATUS_OF_HTTP = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}

ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"
QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"
LOCALIZED_MESSAGE = "type.googleapis.com/google.rpc.LocalizedMessage"


class ApiError(Exception):
    """An answer other than 200: an HTTP status, a google.rpc.Code name, a sentence, typed details."""

    def __init__(
        self, http_status: int, message: str, status: str | None = None, details: Collection[Json] = ()
    ) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.message = message
        self.status = status or STATUS_OF_HTTP.get(http_status, "UNKNOWN")
        self.details = list(details)

    def body(self) -> Json:
        """`{"error": {...}}` as Google sends it; `details` only when there are any."""
        error: Json = {"code": self.http_status, "message": self.message, "status": self.status}
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def row(self) -> Json:
        """The same refusal inside a result line, where the code is the gRPC number."""
        return {"code": RPC_CODES.get(self.status, 2), "message": self.message}


def invalid(message: str) -> ApiError:
    """400 INVALID_ARGUMENT with this sentence."""
    return ApiError(400, message)


def error_info(reason: str, metadata: Mapping[str, str] | None = None) -> Json:
    """A google.rpc.ErrorInfo detail of this service."""
    service = {"service": "generativelanguage.googleapis.com"}
    return {"@type": ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata or service}


def retry_info(seconds: float) -> Json:
    """A google.rpc.RetryInfo detail: `{"retryDelay": "26s"}`."""
    return {"@type": RETRY_INFO, "retryDelay": f"{seconds:g}s"}


def dumps(value: object) -> bytes:
    """Compact JSON; numpy arrays become lists of numbers."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def loads(data: bytes) -> Any:
    """Any JSON value; ApiError 400 when the bytes are not JSON."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise invalid(f"Invalid JSON payload received. {error}") from None


_SNAKE = re.compile(r"_([a-z0-9])")


def camel(name: str) -> str:
    """`file_name` -> `fileName`; a name already in that form is unchanged."""
    return _SNAKE.sub(lambda match: match[1].upper(), name) if "_" in name else name


def fields(value: object, known: frozenset[str], where: str) -> Json:
    """The object's members under their lowerCamelCase names; ApiError 400 for a member nobody knows."""
    if not isinstance(value, dict):
        raise invalid(f"Invalid value at '{where}': an object was expected.")
    if value.keys() <= known and None not in value.values():
        return value
    found: Json = {}
    for name, member in value.items():
        field = name if name in known else camel(name)
        if field not in known:
            at = f" at '{where}'" if where else ""
            raise invalid(f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.')
        if member is not None:
            found[field] = member
    return found


def text_field(value: Json, name: str, where: str) -> str:
    """The string under that name, "" when absent; ApiError 400 for any other type."""
    member = value.get(name, "")
    if not isinstance(member, str):
        raise invalid(f"Invalid value at '{where}.{name}' (TYPE_STRING), {member!r}")
    return member


def int_field(value: Json, name: str, where: str) -> int:
    """The integer under that name, 0 when absent; a string of digits is taken too, as proto JSON does."""
    member = value.get(name, 0)
    if isinstance(member, bool) or not isinstance(member, int | str | float):
        raise invalid(f"Invalid value at '{where}.{name}' (TYPE_INT64), {member!r}")
    try:
        number = int(member)
    except (ValueError, OverflowError):
        raise invalid(f"Invalid value at '{where}.{name}' (TYPE_INT64), {member!r}") from None
    if number != float(member):
        raise invalid(f"Invalid value at '{where}.{name}' (TYPE_INT64), {member!r}")
    return number


def compact(message: Json) -> Json:
    """The message without members that hold their default value."""
    return {
        name: member
        for name, member in message.items()
        if member is not None and member is not False and member != "" and member != 0 and member != []
    }


def int64(number: int) -> str | None:
    """An int64 as proto JSON writes it: a string, and nothing for 0."""
    return str(number) if number else None


def timestamp(nanoseconds: int) -> str:
    """RFC 3339 with nine fractional digits and Z: `2025-08-30T00:46:33.378015678Z`."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"
