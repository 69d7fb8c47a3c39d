"""No API key that Google echoes gets beyond the client."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec


def without_keys(body: bytes, mask: Callable[[str], str]) -> bytes:
    """The body of an answer with the keys masked, however JSON writes their characters (an "A" may be `\\u0041`).

    A body without any comes out as it is.
    """
    text = body.decode("utf-8", "replace")
    plain = mask(text)
    if plain == text and "\\" not in text:
        return body
    try:
        value = msgspec.json.decode(body)
        masked = _masked(value, mask)
    except (msgspec.DecodeError, RecursionError):
        return body if plain == text else plain.encode()
    return body if masked == value else json.dumps(masked).encode()


def _masked(value: object, mask: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(member, mask) for member in value]
    if isinstance(value, dict):
        return {mask(name): _masked(member, mask) for name, member in value.items()}
    return value
