from __future__ import annotations

import json

import pytest

from engine.domain.keys import GoogleKeyring
from engine.gemini.masking import without_keys

KEYS = GoogleKeyring("a-secret-default-key", 'a-"secret"-batch-key')
LEAKED = "AIzaSyA1234567890123456789012345678901"


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"error": {"message": f"key {LEAKED} is wrong"}}),
        json.dumps({"a": [{LEAKED: 1}, ['of a-"secret"-batch-key']]}),
        json.dumps({"a": "a-secret-default-key"}),
        f'{{"a":"{escaped(LEAKED)}"}}',
        f'{{"a":"{escaped("a-secret-default-key")}"}}',
        f"<html>{LEAKED}",
        f'{{"half":"{LEAKED}',
        "[" * 5000 + LEAKED,
    ],
)
def test_no_key_stays_in_a_body(body: str) -> None:
    masked = without_keys(body.encode(), KEYS.mask).decode()
    for text in (masked, json.dumps(json.loads(masked), ensure_ascii=False) if masked.endswith("}") else ""):
        assert "AIza" not in text
        assert "secret" not in text
    assert escaped(LEAKED) not in masked
    assert escaped("a-secret-default-key") not in masked


@pytest.mark.parametrize(
    "body", [b"", b'{"a": 1.50, "b": "\\u0041\\n"}', b"\xff\xfe", b"[" * 5000, b'{"a":12345678901234567890123}']
)
def test_a_body_without_a_key_stays_as_it_is(body: bytes) -> None:
    assert without_keys(body, KEYS.mask) is body
