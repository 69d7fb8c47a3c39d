"""The keyring: which key pays for what, and nothing that shows one."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.keys import ApiKey, GoogleKeyring, mask_keys
from engine.errors import MissingBatchKey, MissingDefaultKey

DEFAULT = "AIzaSyDefault-0123456789abcdefghij-d1f7"
BATCH = "a-batch-key-of-another-form-b2c8"


def test_each_use_has_its_key_and_never_the_other() -> None:
    keyring = GoogleKeyring(DEFAULT, BATCH)
    assert keyring.default.reveal() == DEFAULT
    assert keyring.batch.reveal() == BATCH
    assert (keyring.default.label, keyring.batch.label) == ("default", "batch")
    assert keyring.has_default
    assert keyring.has_batch


def test_without_a_batch_key_batch_calls_are_refused_and_synchronous_ones_work() -> None:
    keyring = GoogleKeyring(DEFAULT)
    assert keyring.default.reveal() == DEFAULT
    assert not keyring.has_batch
    with pytest.raises(MissingBatchKey) as refused:
        _ = keyring.batch
    assert "GEMINI_BATCH_API_KEY" in refused.value.hint
    assert refused.value.exit_code == 5


def test_without_a_default_key_synchronous_calls_are_refused_and_batch_ones_work() -> None:
    keyring = GoogleKeyring(None, BATCH)
    assert keyring.batch.reveal() == BATCH
    with pytest.raises(MissingDefaultKey) as refused:
        _ = keyring.default
    assert "GEMINI_API_KEY" in refused.value.hint


@pytest.mark.parametrize("nothing", [None, "", "   ", "\n"])
def test_an_empty_key_is_no_key(nothing: str | None) -> None:
    keyring = GoogleKeyring(nothing, nothing)
    assert not keyring.has_default
    assert not keyring.has_batch


def test_space_around_a_key_is_not_part_of_it() -> None:
    assert GoogleKeyring(f"  {DEFAULT}\n").default.reveal() == DEFAULT


def test_equal_keys_are_warned_about_because_billing_is_not_separated() -> None:
    assert GoogleKeyring(DEFAULT, BATCH).warning is None
    assert GoogleKeyring(DEFAULT).warning is None
    assert GoogleKeyring(None, None).warning is None
    warning = GoogleKeyring(DEFAULT, f" {DEFAULT} ").warning
    assert warning is not None
    assert "billing" in warning
    assert DEFAULT not in warning


def test_nothing_that_shows_a_key_shows_more_than_four_characters() -> None:
    keyring = GoogleKeyring(DEFAULT, BATCH)
    shown = [
        *(str(key) for key in (keyring.default, keyring.batch)),
        *(repr(key) for key in (keyring.default, keyring.batch)),
        f"{keyring.default}",
        f"{keyring.batch!r:>60}",
        repr(keyring),
        str(keyring),
        repr({"keys": [keyring.default, keyring.batch]}),
        keyring.mask(f"GET /v1?key={DEFAULT}&other={BATCH}"),
    ]
    for text in shown:
        assert DEFAULT not in text
        assert BATCH not in text
        assert DEFAULT[:-4] not in text
        assert BATCH[:-4] not in text
    assert "d1f7" in repr(keyring)
    assert "b2c8" in repr(keyring)


def test_a_crash_that_holds_a_keyring_does_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    keyring = GoogleKeyring(DEFAULT, BATCH)
    try:
        raise RuntimeError(f"with {keyring} and {keyring.batch}")
    except RuntimeError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        logging.getLogger("test").exception("crash: %s %r", keyring, keyring.default)
    for text in (told, caplog.text):
        assert DEFAULT not in text.replace(f"DEFAULT = {DEFAULT!r}", "")
        assert BATCH not in text


@pytest.mark.parametrize("short", ["abcd", "elevenchars"])
def test_a_key_too_short_to_hide_shows_nothing(short: str) -> None:
    key = ApiKey(short, "batch")
    assert key.tail == ""
    assert short[-4:] not in repr(key)
    assert short not in GoogleKeyring(None, short).mask(f"key={short}")


def test_a_key_is_not_pickled_and_a_copy_needs_no_pickle() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(ApiKey(DEFAULT, "default"))
    with pytest.raises(TypeError, match="not pickled"):
        copy.copy(ApiKey(DEFAULT, "default"))


def test_keys_are_equal_by_their_secret_and_to_nothing_else() -> None:
    assert ApiKey(DEFAULT, "default") == ApiKey(DEFAULT, "batch")
    assert ApiKey(DEFAULT, "default") != ApiKey(BATCH, "default")
    assert ApiKey(DEFAULT, "default") != DEFAULT
    assert len({ApiKey(DEFAULT, "default"), ApiKey(DEFAULT, "batch")}) == 1


def test_what_has_the_form_of_a_google_key_is_masked_though_it_is_not_ours() -> None:
    stranger = "AIzaSyStrangersKey-9876543210_zyxwvu-9999"
    newer = "AQ.Ab8RN6Jabcdefghijklmnopqrstuvwxyz0123"
    assert mask_keys(f"a {stranger} b {newer}") == "a …9999 b …0123"
    assert mask_keys("AIza is how they begin") == "AIza is how they begin"


@given(st.text(), st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=12, max_size=60))
def test_a_masked_text_never_holds_the_key(text: str, secret: str) -> None:
    masked = GoogleKeyring(secret).mask(text + secret + text)
    assert secret not in masked
    assert GoogleKeyring(secret).mask("nothing of it") == "nothing of it" or secret in "nothing of it"
