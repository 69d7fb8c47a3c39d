"""Numbers and codes as they travel in JSON: an int64 as a string of digits, a code as number or name."""

from __future__ import annotations

TOKENS_MAX = 2**31 - 1
"""Google's counts of tokens have 32 bits."""

GRPC_CODES = {
    "CANCELLED": 1, "UNKNOWN": 2, "INVALID_ARGUMENT": 3, "DEADLINE_EXCEEDED": 4, "NOT_FOUND": 5, "ALREADY_EXISTS": 6,
    "PERMISSION_DENIED": 7, "RESOURCE_EXHAUSTED": 8, "FAILED_PRECONDITION": 9, "ABORTED": 10, "OUT_OF_RANGE": 11,
    "UNIMPLEMENTED": 12, "INTERNAL": 13, "UNAVAILABLE": 14, "DATA_LOSS": 15, "UNAUTHENTICATED": 16,
}  # fmt: skip


def count(value: object) -> int:
    """A count from a number or, as int64 travels, a string of digits; 0 for anything else, and below 0."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    return 0


def token_count(value: object) -> int | None:
    """A count of tokens, which is never zero; None for whatever is none: no count is not zero."""
    found = count(value)
    return found if 0 < found <= TOKENS_MAX else None


def grpc_code(value: object) -> int:
    """A gRPC code from its number or its name; 2 (UNKNOWN) for a name nobody knows, 0 without one."""
    if isinstance(value, str) and not value.isdigit():
        return GRPC_CODES.get(value.upper(), 2 if value else 0)
    return count(value)
