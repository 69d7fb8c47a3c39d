"""Keys of any characters, and keys within keys, stay hidden."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.keys import GoogleKeyring

DEFAULT = "default-secret-of-a-test-1111"
SECRETS = st.text("abcXYZ09-_.", min_size=12, max_size=40)


def test_comparing_keys_of_any_characters_raises_nothing() -> None:
    odd = "key-\udcff-of-broken-bytes"
    assert GoogleKeyring(odd, odd).warning is not None
    assert GoogleKeyring(odd, DEFAULT).warning is None


@given(SECRETS, SECRETS, st.text(max_size=20), st.text(max_size=20))
def test_masking_leaves_no_key_in_a_text(default: str, batch: str, before: str, after: str) -> None:
    keys = GoogleKeyring(default, batch)
    masked = keys.mask(f"{before}{default}{after}{batch}")
    assert default not in masked.replace("…", "\n") or default in before + after
    assert batch not in masked


def test_a_key_within_the_other_does_not_uncover_its_rest() -> None:
    keys = GoogleKeyring("short-key-1234", "short-key-1234-and-a-long-tail-5678")
    assert keys.mask("key=short-key-1234-and-a-long-tail-5678 or short-key-1234") == "key=…5678 or …1234"
