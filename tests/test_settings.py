"""Settings: everything has a default, the file is checked to the letter, the environment wins, keys are references."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from pathlib import Path

import keyring as keychain
import keyring.backend
import keyring.errors
import pytest

from engine.domain.prices import stale
from engine.errors import HalfrateError, KeyringError, SettingsError
from engine.settings import (
    Limits,
    Settings,
    default_config_path,
    default_database_path,
    load_keyring,
    load_settings,
)

SECRET = "AIzaSySecretOfTheSettings-0123456789-5e7t"


def written(folder: Path, text: str) -> Path:
    path = folder / "halfrate.toml"
    path.write_text(text, "utf-8")
    return path


def loaded(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    return load_settings(written(folder, text), environ or {}).settings


def test_without_a_file_everything_has_its_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    found = load_settings(None, {})
    assert found.path is None
    assert found.settings == Settings()
    assert found.settings.limits.allowance == 500_000
    assert str(found.settings.vector_profile) == "gemini-embedding-001/768"


def test_the_users_own_file_is_read_when_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    path = default_config_path()
    path.parent.mkdir(parents=True)
    path.write_text("settle_slice = 7\n", "utf-8")
    found = load_settings(None, {})
    assert (found.path, found.settings.settle_slice) == (path, 7)


def test_the_file_is_named_by_argument_before_environment(tmp_path: Path) -> None:
    named, other = tmp_path / "named.toml", tmp_path / "other.toml"
    named.write_text("settle_slice = 1\n", "utf-8")
    other.write_text("settle_slice = 2\n", "utf-8")
    assert load_settings(named, {"HALFRATE_CONFIG": str(other)}).settings.settle_slice == 1
    assert load_settings(None, {"HALFRATE_CONFIG": str(other)}).settings.settle_slice == 2


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = "database = '/file.db'\nbase_url = 'http://file'\n"
    assert loaded(tmp_path, text).database == "/file.db"
    won = loaded(tmp_path, text, {"HALFRATE_DB": "/env.db", "GOOGLE_GEMINI_BASE_URL": "http://env"})
    assert (won.database, won.base_url) == ("/env.db", "http://env")


def test_default_places_are_the_users_own() -> None:
    assert default_config_path().name == "halfrate.toml"
    assert default_database_path().name == "halfrate.db"


def test_settings_are_frozen() -> None:
    with pytest.raises((AttributeError, FrozenInstanceError)):
        Settings().settle_slice = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("written_as", "amount"), [("100", "100"), ("0.1", "0.1"), ("'99.99'", "99.99"), ("1e2", "100.0")]
)
def test_money_is_an_exact_decimal_however_it_is_written(tmp_path: Path, written_as: str, amount: str) -> None:
    month = loaded(tmp_path, f"[budget]\nmonth = {written_as}\n").budget.month
    assert month == Decimal(amount)
    assert isinstance(month, Decimal)


def test_prices_of_the_file_win_over_the_published_ones(tmp_path: Path) -> None:
    lines = ("synchronous = 0.2", "batch = 0.1", 'source = "our contract"', "checked = 2026-10-01")
    price = loaded(tmp_path, "\n".join(['[prices."gemini-embedding-001"]', *lines])).price("gemini-embedding-001")
    assert (price.synchronous, price.batch) == (Decimal("0.2"), Decimal("0.1"))
    assert (price.source, price.checked) == ("our contract", date(2026, 10, 1))
    assert price.label == "our contract 2026-10-01"


def test_a_price_that_nobody_looked_up_says_so(tmp_path: Path) -> None:
    price = loaded(tmp_path, '[prices."m"]\nsynchronous = 0.2\nbatch = 0.1\n').price("m")
    assert price.label == "settings, not checked"
    assert stale(price, date(2026, 11, 24))


@pytest.mark.parametrize(
    ("day", "batch"),
    [(date(2026, 10, 31), "0.075"), (date(2026, 11, 1), "0.08"), (date(2026, 12, 31), "0.08"), (date(2027, 1, 1), "0")],
)
def test_a_price_counts_from_its_day_on(tmp_path: Path, day: date, batch: str) -> None:
    history = """
[[prices."gemini-embedding-001"]]
synchronous = 0
batch = 0
valid_from = 2027-01-01
[[prices."gemini-embedding-001"]]
synchronous = 0.16
batch = 0.08
valid_from = 2026-11-01
"""
    assert loaded(tmp_path, history).price("gemini-embedding-001", day).batch == Decimal(batch)


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        ("0.0750001", "more than 6 decimals: amounts are kept in whole picodollars"),
        ("-0.1", "below zero"),
        ("nan", "no number"),
        ("'Infinity'", "no number"),
        ("1000001", "more than a dollar a token"),
    ],
)
def test_what_cannot_be_a_price_is_refused_with_the_reason(tmp_path: Path, batch: str, words: str) -> None:
    table = f'prices."m"]{{}}\nsynchronous = 0.2\nbatch = {batch}\n'
    for text in ("[" + table.format(""), "[[" + table.format("]")):
        with pytest.raises(SettingsError, match=words) as refused:
            loaded(tmp_path, text)
        assert 'prices."m".batch is' in refused.value.message


def test_a_price_of_zero_is_taken(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[prices."m"]\nsynchronous = 0\nbatch = 0\n').price("m").batch == 0


def test_two_prices_that_begin_on_one_day_are_refused(tmp_path: Path) -> None:
    table = '[[prices."m"]]\nsynchronous = 0.2\nbatch = 0.1\n'
    with pytest.raises(SettingsError, match="begin on one day"):
        loaded(tmp_path, table * 2)


def test_skus_and_projects_of_the_invoice_have_names(tmp_path: Path) -> None:
    text = '[billing.skus]\n"AB-1" = "m/batch"\n"AB-2" = "other"\n[billing.projects]\nbatch = "mine"\n'
    billing = loaded(tmp_path, text).billing
    assert billing.projects.names == {"mine"}
    with pytest.raises(SettingsError, match=r"billing.skus: 'm' is not MODEL/batch or MODEL/direct, nor `other`"):
        loaded(tmp_path, '[billing.skus]\n"AB-1" = "m"\n')
    with pytest.raises(SettingsError, match="billing"):
        loaded(tmp_path, '[billing]\nsku = "m"\n')


def test_a_model_without_a_price_is_refused_with_the_lines_to_add() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings().price("gemini-embedding-9")
    assert "gemini-embedding-9" in refused.value.message
    assert '[prices."gemini-embedding-9"]' in refused.value.hint


@pytest.mark.parametrize("share", ["0", "-0.5", "1.5", "nan", "inf"])
def test_a_share_is_a_part_of_the_allowance(tmp_path: Path, share: str) -> None:
    with pytest.raises(SettingsError, match="a part of the allowance was expected, above 0 and up to 1"):
        loaded(tmp_path, f"limits.share = {share}\n")
    assert loaded(tmp_path, "limits.share = 0.5\n").limits.share == 0.5
    assert loaded(tmp_path, "limits.share = 1\n").limits.share == 1


@pytest.mark.parametrize(("tier", "tokens"), [(1, 500_000), (2, 5_000_000), (3, 10_000_000)])
def test_the_allowance_is_that_of_the_tier_unless_it_is_given(tier: int, tokens: int) -> None:
    assert Limits(tier=tier).allowance == tokens
    assert Limits(tier=tier, enqueued_tokens=7).allowance == 7


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[profile", "not TOML"),
        ("nonesuch = 1", "nonesuch"),
        ("[limits]\nteir = 2", "teir"),
        ("[limits]\ntier = 4", "tier"),
        ("[limits]\ntier = '2'", "tier"),
        ("[limits]\nlive_jobs = 0", "live_jobs"),
        ("[limits]\nlive_jobs = -1", "live_jobs"),
        ("[profile]\ndimension = 4000", "dimension"),
        ("[profile]\ntask_type = 'ESSAY'", "task_type"),
        ("[retry]\nbase_seconds = -1.0", "base_seconds"),
        ("[budget]\nmonth = 'plenty'", "month"),
        ("[budget]\nmonth = true", "month"),
        ("[budget]\nweek = '5'", "week"),
        ("[budget]\nday = 'little'", "day"),
        ("[budget.keys.batch]\nyear = 5", "year"),
        ("[budget.keys.betch]\nday = 5", "betch"),
        ("[budget]\nkeys = 5", "keys"),
        ("[budget.collections.'docs']\nyear = 5", "year"),
        ("[budget.collections.'/']\nday = 5", "budget.collections"),
        ("[budget.collections.'tag:']\nday = 5", "budget.collections"),
        ("[budget.collections]\n'docs' = {day = 5}\n'docs/' = {day = 6}", "budget.collections"),
        ("[budget.collections.'docs/handbook']\nday = '-0.1'", 'budget.collections."docs/handbook".day'),
        ("[budget.keys]\nbatch = 5", "budget.keys"),
        ("[budget.keys.batch]\nday = '-0.1'", "budget.keys.batch.day"),
        ("[chunking]\noverlap = -1", "overlap"),
        ("settle_slice = 0", "settle_slice"),
        ("prices = 3", "prices"),
        ("keys = 'env:X'", "keys"),
        ('[prices."m"]\nbatch = 0.1', "synchronous"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_file(tmp_path: Path, text: str, named: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        load_settings(path, {})
    assert str(path) in refused.value.message
    assert named in refused.value.message
    assert refused.value.hint
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("amount", ["nan", "inf", "-5", "'nan'", "'-0.01'"])
def test_a_budget_that_is_no_amount_is_refused(tmp_path: Path, amount: str) -> None:
    with pytest.raises(SettingsError, match="month"):
        loaded(tmp_path, f"[budget]\nmonth = {amount}\n")


def test_budgets_are_exact_by_day_by_month_and_by_key(tmp_path: Path) -> None:
    text = "[budget]\nday = 0.1\nmonth = 3\n[budget.keys.batch]\nday = '0'\n[budget.keys.default]\nmonth = 0.3\n"
    text += "[budget.collections.'docs/handbook/']\nday = 0.7\n"
    found = [(cap.name, cap.window, cap.amount) for cap in loaded(tmp_path, text).budget.caps]
    assert found == [
        ("", "day", Decimal("0.1")),
        ("", "month", Decimal(3)),
        ("batch", "day", Decimal(0)),
        ("default", "month", Decimal("0.3")),
        ("docs/handbook", "day", Decimal("0.7")),
    ]


@pytest.mark.parametrize("price", ["nan", "-0.1", "'inf'"])
def test_a_price_that_is_no_amount_is_refused(tmp_path: Path, price: str) -> None:
    with pytest.raises(SettingsError, match="batch"):
        loaded(tmp_path, f'[prices."gemini-embedding-001"]\nsynchronous = 0.2\nbatch = {price}\n')


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1.0", "1e300"])
@pytest.mark.parametrize("place", ["polling.first_seconds", "retry.cap_seconds", "flush.max_wait_seconds"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, place: str, seconds: str) -> None:
    with pytest.raises(SettingsError, match=place.split(".")[1]):
        loaded(tmp_path, f"{place} = {seconds}\n")


def test_a_file_that_is_missing_unreadable_or_no_text_is_named(tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "nowhere.toml", "does not exist"),
        (tmp_path, "cannot be read"),
    ):
        with pytest.raises(SettingsError, match=reason):
            load_settings(path, {})
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(binary, {})


def test_keys_come_from_the_environment_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    environ = {"GEMINI_API_KEY": "default-key-000000", "GEMINI_BATCH_API_KEY": "batch-key-000000", "MINE": SECRET}
    both = load_keyring(Settings(), environ)
    assert (both.default.reveal(), both.batch.reveal()) == ("default-key-000000", "batch-key-000000")
    named = load_keyring(loaded(tmp_path, "[keys]\nbatch = 'env:MINE'\n"), environ)
    assert named.batch.reveal() == SECRET


def test_a_variable_that_is_not_set_is_a_missing_key() -> None:
    found = load_keyring(Settings(), {})
    assert not found.has_default
    assert not found.has_batch


def test_a_key_in_a_file_can_be_rotated_while_we_run(tmp_path: Path) -> None:
    place = tmp_path / "key"
    place.write_text(f"{SECRET}\n", "utf-8")
    settings = loaded(tmp_path, f"[keys]\nbatch = 'file:{place}'\n")
    assert load_keyring(settings, {}).batch.reveal() == SECRET
    place.write_text("another-key-9876543210", "utf-8")
    assert load_keyring(settings, {}).batch.reveal() == "another-key-9876543210"
    place.write_text("\n", "utf-8")
    assert not load_keyring(settings, {}).has_batch


def test_a_home_folder_stands_in_the_path_of_a_key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "key").write_text(SECRET, "utf-8")
    assert load_keyring(loaded(tmp_path, "[keys]\nbatch = 'file:~/key'\n"), {}).batch.reveal() == SECRET


def test_a_key_file_that_cannot_be_used_is_named_and_not_shown(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe" + SECRET.encode())
    for place in (tmp_path / "nowhere", tmp_path, binary):
        with pytest.raises(KeyringError) as refused:
            load_keyring(loaded(tmp_path, f"[keys]\nbatch = 'file:{place}'\n"), {})
        assert str(place) in refused.value.message
        assert SECRET not in refused.value.message
        assert refused.value.exit_code == 5


@pytest.mark.parametrize(
    "reference", [SECRET, f"key:{SECRET}", "env:", "file:", "keychain:without-a-slash", f"keychain:{SECRET}", ""]
)
def test_a_key_in_place_of_a_reference_is_refused_and_not_repeated(tmp_path: Path, reference: str) -> None:
    settings = loaded(tmp_path, f"[keys]\nbatch = '{reference}'\n")
    with pytest.raises(HalfrateError) as refused:
        load_keyring(settings, {})
    assert SECRET not in refused.value.message + refused.value.hint
    assert "env:NAME" in refused.value.hint


class Chain(keyring.backend.KeyringBackend):
    """An OS keychain with one entry, in memory."""

    priority = 1.0
    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("the keychain is locked")
        return SECRET if (service, username) == ("halfrate", "batch") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def chain() -> Iterator[Chain]:
    """The keychain that is asked during the test."""
    before = keychain.get_keyring()
    ours = Chain()  # type: ignore[no-untyped-call]
    keychain.set_keyring(ours)
    yield ours
    keychain.set_keyring(before)


def test_keys_come_from_the_os_keychain(tmp_path: Path, chain: Chain) -> None:
    settings = loaded(tmp_path, "[keys]\nbatch = 'keychain:halfrate/batch'\ndefault = 'keychain:halfrate/none'\n")
    found = load_keyring(settings, {})
    assert found.batch.reveal() == SECRET
    assert not found.has_default


def test_a_locked_keychain_is_said_to_be(tmp_path: Path, chain: Chain) -> None:
    chain.locked = True
    settings = loaded(tmp_path, "[keys]\nbatch = 'keychain:halfrate/batch'\n")
    with pytest.raises(KeyringError, match="locked") as refused:
        load_keyring(settings, {})
    assert "Unlock" in refused.value.hint


def test_without_the_package_keyring_the_way_to_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    settings = loaded(tmp_path, "[keys]\nbatch = 'keychain:halfrate/batch'\n")
    with pytest.raises(KeyringError) as refused:
        load_keyring(settings, {})
    assert "halfrate[keychain]" in refused.value.hint
