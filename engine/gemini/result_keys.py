"""Whose a row of a result file is: told by its key alone, as its order means nothing."""

from __future__ import annotations

from collections.abc import Callable

from engine.domain.models import Profile
from engine.domain.texts import HASH_BYTES, profile_hash

KeyOf = Callable[[str], bytes | None]
"""The 16 bytes of a text's hash from the key of a row; None for a key of nobody's."""


def keys_of(profile: Profile) -> KeyOf:
    """Knows the request keys of one profile; those of another profile or program are nobody's.

    It is asked once a row, and therefore slices where `parse_request_key` looks for a pattern.
    """
    digits = 2 * HASH_BYTES
    tail = f"-{profile_hash(profile)}"

    def key_of(key: str) -> bytes | None:
        if key[digits:] != tail:
            return None
        head = key[:digits]
        try:
            text = bytes.fromhex(head)
        except ValueError:
            return None
        return text if text.hex() == head else None  # fromhex takes capitals and spaces

    return key_of
