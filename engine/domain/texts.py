"""Texts: what is sent to Google and paid for. A text is named by its hash; the key it travels under says all of it.

    chunk "Steep for three minutes." under the heading "Tea"  ->  text "Tea\\n\\nSteep for three minutes."
    text  ->  16 bytes of hash  ->  request key "0f3a...c2-9b1e...07" (text hash, profile hash)

A request key holds no local id: a result line says by itself what it is, whichever database or job asked for it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from engine.domain.models import Profile

HASH_BYTES = 16
LARGEST_ID = 2**63 - 1
"""The largest integer that a database takes."""

_KEY = re.compile(r"([0-9a-f]{32})-([0-9a-f]{16})")
_FIRST_VERSION_KEY = re.compile(r"([0-9]{1,19})-([0-9a-f]{16})")


def text_hash(text: str) -> bytes:
    """The 16 bytes that name a text; of any string, unpaired surrogates included."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


def embed_text(content: str, context: str | None) -> str:
    """The text of a chunk: its heading, an empty line, its content."""
    return f"{context}\n\n{content}" if context else content


def text_of(content: str, context: str | None, metadata: str) -> str:
    """The text of a `chunks` row: what an earlier generation left in `_vector_source`, else ours."""
    if '"_vector_source"' in metadata:
        try:
            source = json.loads(metadata).get("_vector_source")
        except (ValueError, AttributeError, RecursionError):
            source = None
        if isinstance(source, str):
            return source
    return embed_text(content, context)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What a request travels under, and comes back under."""

    text: bytes
    """The hash of the text, 16 bytes."""
    profile: str
    """The hash of the profile, 16 hexadecimal digits."""

    def __str__(self) -> str:
        return f"{self.text.hex()}-{self.profile}"


def profile_hash(profile: Profile) -> str:
    """16 hexadecimal digits that name a profile."""
    named = f"{profile.model}\0{profile.dimension}\0{profile.task_type}"
    return hashlib.blake2b(named.encode(), digest_size=8).hexdigest()


def parse_request_key(key: str) -> RequestKey | None:
    """The two hashes of a request key; None when it is none of ours."""
    found = _KEY.fullmatch(key)
    return RequestKey(bytes.fromhex(found[1]), found[2]) if found else None


def parse_first_version_key(key: str) -> tuple[int, bytes] | None:
    """Chunk id and the first 8 bytes of the text's hash from a key of the first version, `"17-0f3a..."`."""
    found = _FIRST_VERSION_KEY.fullmatch(key)
    if found is None or int(found[1]) > LARGEST_ID:
        return None
    return int(found[1]), bytes.fromhex(found[2])
