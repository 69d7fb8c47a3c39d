"""Settings: a TOML file and the environment, read once into one frozen value.

    profile.model = "gemini-embedding-001"
    [keys]
    default = "env:GEMINI_API_KEY"            # or "file:/run/secrets/gemini", "keychain:halfrate/default"
    batch = "env:GEMINI_BATCH_API_KEY"
    [limits]
    tier = 1
    [budget]
    month = "100"
    [budget.keys.default]
    day = "2"

API keys are references; they are resolved by `load_keyring`, which is called again for every step of a worker, so
that a key can be rotated in its file or keychain without a restart.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import msgspec
import platformdirs

from engine.domain.billing import billing_day
from engine.domain.budgets import Cap, Scope, Window
from engine.domain.invoice import named_skus
from engine.domain.keys import GoogleKeyring, KeyLabel
from engine.domain.models import ENQUEUED_TOKENS, INPUT_FILE_BYTES, LIVE_JOBS, MODELS, TASK_TYPES, Mode, Price, Profile
from engine.domain.prices import flaw, in_force
from engine.domain.retry import RetryPolicy
from engine.errors import KeyringError, SettingsError

Positive = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]

LONGEST_SECONDS = 10 * 365 * 86400.0


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the API keys are found; never the keys themselves."""

    default: str = "env:GEMINI_API_KEY"
    batch: str = "env:GEMINI_BATCH_API_KEY"


class ProfileTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the vectors mean."""

    model: str = "gemini-embedding-001"
    dimension: Annotated[int, msgspec.Meta(ge=1, le=3072)] = 768
    task_type: str = "RETRIEVAL_DOCUMENT"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large a job may be and how much may wait at Google; the defaults are Google's published values."""

    tier: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    enqueued_tokens: Positive | None = None
    """The most that is enqueued at once, in place of the tier's figure, which is where it begins."""
    share: float = 1.0
    """Of the allowance: what this database takes of it, where several work on one project."""
    requests_per_job: Positive = 50_000
    input_bytes_per_job: Positive = INPUT_FILE_BYTES
    output_bytes_per_job: Positive = 1_000_000_000
    """Of the predicted result file, which Google keeps for weeks and does not let anybody delete."""
    live_jobs: Positive = LIVE_JOBS
    sync_requests_per_minute: Positive = 3_000
    """Texts a minute: each input of a synchronous request counts as one."""

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ValueError(f"share is {self.share:g}, but a part of the allowance was expected, above 0 and up to 1")

    @property
    def allowance(self) -> int:
        """Tokens that may be enqueued at once."""
        return self.enqueued_tokens or ENQUEUED_TOKENS[self.tier]


class Retry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Attempts of a chunk whose row failed for a passing reason."""

    attempts: Positive = 4
    base_seconds: Seconds = 60.0
    cap_seconds: Seconds = 3600.0

    @property
    def policy(self) -> RetryPolicy:
        """The rule these numbers make."""
        return RetryPolicy(self.attempts, self.base_seconds, self.cap_seconds)


class Uncertain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a job whose creation was never answered may be submitted again."""

    absent_listings: Positive = 3
    """Healthy listings in a row without it."""
    settle_window_seconds: Seconds = 1800.0
    """Over at least this time since it was sent."""


class Polling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often the worker asks, and what calls may take."""

    first_seconds: Seconds = 30.0
    cap_seconds: Seconds = 900.0
    timeout_seconds: Seconds = 120.0
    cooldown_seconds: Seconds = 900.0
    """After a 429 on create without a time from Google."""


class Amounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one key or collection may spend, in USD."""

    month: Decimal | None = None
    day: Decimal | None = None


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be spent, in USD; nothing is sent beyond it."""

    month: Decimal | None = None
    """In one of Google's months (US Pacific)."""
    day: Decimal | None = None
    """In one of Google's days."""
    keys: dict[KeyLabel, Amounts] = msgspec.field(default_factory=dict)
    """By the label of a key, besides."""
    collections: dict[str, Amounts] = msgspec.field(default_factory=dict)
    """By a folder of documents, as their sources begin, or `tag:NAME` by a tag in their metadata."""

    @property
    def pots(self) -> dict[str, Amounts]:
        """What is set for collections, by their names: of folders without a slash at the end."""
        return {name.rstrip("/"): each for name, each in self.collections.items()}

    @property
    def caps(self) -> tuple[Cap, ...]:
        """Every budget that is set: for all first, the shorter before the longer."""
        tables = [(Scope.ALL, "", self.day, self.month)]
        tables += [(Scope.KEY, label, each.day, each.month) for label, each in sorted(self.keys.items())]
        tables += [(Scope.COLLECTION, name, each.day, each.month) for name, each in sorted(self.pots.items())]
        return tuple(
            Cap(window=window, scope=scope, name=name, amount=amount)
            for scope, name, day, month in tables
            for window, amount in ((Window.DAY, day), (Window.MONTH, month))
            if amount is not None
        )


class Flush(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the worker flushes."""

    min_size: Positive = 100
    max_wait_seconds: Seconds = 6 * 3600.0
    """The worker flushes fewer chunks once the oldest has waited this long."""


class Chunking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How documents are cut."""

    max_characters: Positive = 2_000
    overlap: Annotated[int, msgspec.Meta(ge=0)] = 0
    max_file_bytes: Positive = 50_000_000


class PriceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price that overrides the published one, USD per million tokens."""

    synchronous: Decimal
    batch: Decimal
    source: str = "settings"
    checked: date | None = None
    """When it was looked up; without a date it counts as not checked."""
    valid_from: date | None = None
    """Google's day from which on it counts; a model with several prices is a list of tables."""


class Projects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of Google's projects each key belongs to; `cost reconcile` then compares project by project."""

    default: str | None = None
    batch: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """Those that were named."""
        return frozenset(filter(None, (self.default, self.batch)))


class Billing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How Google's invoice calls what we know by other names."""

    skus: dict[str, str] = msgspec.field(default_factory=dict)
    """MODEL/batch, MODEL/direct or `other` by SKU id: `"ABCD-1234" = "gemini-embedding-001/batch"`."""
    projects: Projects = Projects()


class Console(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the console looks and answers."""

    theme: str | None = None
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    """Key of an action by its id: `flush = "ctrl+f"`."""
    auto_sync_seconds: Seconds = 60.0
    """Between automatic syncs, when they are switched on; it backs off while nothing changes."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that can be set; every table may be left out."""

    database: str | None = None
    base_url: str | None = None
    keys: Keys = Keys()
    profile: ProfileTable = ProfileTable()
    limits: Limits = Limits()
    retry: Retry = Retry()
    uncertain: Uncertain = Uncertain()
    polling: Polling = Polling()
    budget: Budget = Budget()
    flush: Flush = Flush()
    chunking: Chunking = Chunking()
    prices: dict[str, PriceTable | tuple[PriceTable, ...]] = msgspec.field(default_factory=dict)
    billing: Billing = Billing()
    console: Console = Console()
    settle_slice: Positive = 4_000
    """Rows settled per transaction."""

    @property
    def vector_profile(self) -> Profile:
        """The profile as the engine's rules use it."""
        return Profile(self.profile.model, self.profile.dimension, self.profile.task_type)

    def own_prices(self, model: str) -> tuple[Price, ...]:
        """The prices of a model that stand in the settings, in their order there."""
        tables = self.prices.get(model, ())
        return tuple(
            Price(
                model=model,
                synchronous=table.synchronous,
                batch=table.batch,
                source=table.source,
                checked=table.checked,
                valid_from=table.valid_from,
            )
            for table in ((tables,) if isinstance(tables, PriceTable) else tables)
        )

    def price(self, model: str, day: date | None = None) -> Price:
        """The price list's entry for a model on Google's day, today's without one: ours, else the published one.

        SettingsError with the way out for an unknown model.
        """
        own = in_force(self.own_prices(model), day or billing_day(datetime.now(UTC)))
        published = MODELS[model].price if model in MODELS else None
        if price := own or published:
            return price
        raise SettingsError(
            f"No price is known for the model {model}.",
            hint=f'Add [prices."{model}"] with synchronous and batch to the settings file.',
        )


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings with the file they came from, if there was one."""

    settings: Settings
    path: Path | None


def default_config_path() -> Path:
    """Where the settings file is looked for when none is named."""
    return Path(platformdirs.user_config_dir("halfrate", appauthor=False)) / "halfrate.toml"


def default_database_path() -> Path:
    """Where the database lives when none is named."""
    return Path(platformdirs.user_data_dir("halfrate", appauthor=False)) / "halfrate.db"


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Loaded:
    """Reads the named file, else HALFRATE_CONFIG, else the user's file if it exists; SettingsError when unusable."""
    named = path or (Path(environ["HALFRATE_CONFIG"]) if environ.get("HALFRATE_CONFIG") else None)
    file = named or default_config_path()
    if named is None and not file.is_file():
        return Loaded(_with_environment(Settings(), environ), None)
    try:
        table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"The settings file {file} does not exist.") from None
    except OSError as error:
        raise SettingsError(f"The settings file {file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"The settings file {file} is not UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {file} is not TOML: {error}.") from None
    try:
        settings = msgspec.convert(_decimals_as_text(table), Settings, strict=True)
    except msgspec.ValidationError as error:
        raise SettingsError(f"The settings file {file}: {error}.") from None
    return Loaded(_with_environment(_checked(settings, file), environ), file)


def _decimals_as_text(value: Any) -> Any:
    """Numbers of the money tables as text, so that `month = 100` and `batch = 0.075` are exact decimals."""
    if not isinstance(value, dict):
        return value
    result = dict(value)
    prices = result.get("prices")
    tables = [result.get("budget"), *_tables(prices)]
    tables += [table for each in _tables(prices) if isinstance(each, list) for table in each]
    if isinstance(tables[0], dict):
        tables += [*_tables(tables[0].get("keys")), *_tables(tables[0].get("collections"))]
    for table in tables:
        if isinstance(table, dict):
            for name in ("month", "day", "synchronous", "batch"):
                if isinstance(table.get(name), int | float) and not isinstance(table[name], bool):
                    table[name] = str(table[name])
    return result


def _tables(value: Any) -> list[Any]:
    """The tables of a table, if it is one."""
    return [*value.values()] if isinstance(value, dict) else []


def _checked(settings: Settings, file: Path) -> Settings:
    """What types cannot say."""
    if settings.profile.task_type not in TASK_TYPES:
        raise SettingsError(
            f"The settings file {file}: profile.task_type is {settings.profile.task_type!r}.",
            hint="It is one of " + ", ".join(TASK_TYPES) + ".",
        )
    for cap in settings.budget.caps:
        if not (cap.amount.is_finite() and cap.amount >= 0):
            raise SettingsError(f"The settings file {file}: {_path(cap)} is {cap.amount}, which is no amount of money.")
    names = settings.budget.pots
    if len(names) < len(settings.budget.collections) or not names.keys().isdisjoint({"", "tag:"}):
        raise SettingsError(
            f"The settings file {file}: budget.collections has an empty name, or a folder twice.",
            hint='Name each once, as [budget.collections."docs/handbook"] or [budget.collections."tag:law"].',
        )
    _check_prices(settings, file)
    _check_billing(settings, file)
    for table in (settings.retry, settings.uncertain, settings.polling, settings.flush, settings.console):
        for name, value in msgspec.structs.asdict(table).items():
            if isinstance(value, float) and value > LONGEST_SECONDS:
                raise SettingsError(f"The settings file {file}: {name} is {value:g}, which is more than ten years.")
    return settings


def _check_prices(settings: Settings, file: Path) -> None:
    for model in settings.prices:
        for price in settings.own_prices(model):
            for mode in Mode:
                if reason := flaw(price.per_million(mode)):
                    name = f'prices."{model}".{mode.value}'
                    raise SettingsError(f"The settings file {file}: {name} is {price.per_million(mode)}, {reason}.")
        begins = [price.valid_from for price in settings.own_prices(model)]
        if len(set(begins)) < len(begins):
            raise SettingsError(f'The settings file {file}: two entries of prices."{model}" begin on one day.')


def _check_billing(settings: Settings, file: Path) -> None:
    try:
        named_skus(settings.billing.skus)
    except ValueError as error:
        raise SettingsError(f"The settings file {file}: billing.skus: {error}, nor `other`.") from None


def _path(cap: Cap) -> str:
    """Where a budget stands in the file."""
    table = {Scope.ALL: "", Scope.KEY: f".keys.{cap.name}", Scope.COLLECTION: f'.collections."{cap.name}"'}[cap.scope]
    return f"budget{table}.{cap.window}"


def _with_environment(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """The environment wins over the file."""
    changes: dict[str, str] = {}
    if environ.get("GOOGLE_GEMINI_BASE_URL"):
        changes["base_url"] = environ["GOOGLE_GEMINI_BASE_URL"]
    if environ.get("HALFRATE_DB"):
        changes["database"] = environ["HALFRATE_DB"]
    return msgspec.structs.replace(settings, **changes) if changes else settings


def load_keyring(settings: Settings, environ: Mapping[str, str] = os.environ) -> GoogleKeyring:
    """Resolves both references now; a missing environment variable is a missing key, anything else unusable raises."""
    return GoogleKeyring(_resolve(settings.keys.default, environ), _resolve(settings.keys.batch, environ))


def _resolve(reference: str, environ: Mapping[str, str]) -> str | None:
    kind, colon, place = reference.partition(":")
    if kind == "env" and place:
        return environ.get(place)
    if kind == "file" and place:
        return _key_from_file(Path(place).expanduser())
    if kind == "keychain" and "/" in place:
        return _key_from_keychain(place)
    shown = f"{kind}:…" if colon and kind in ("env", "file", "keychain") else "something else"
    raise SettingsError(
        f"A key reference in the settings is {shown}.",
        hint="Use env:NAME, file:PATH or keychain:SERVICE/USER; a key itself does not belong in the settings file.",
    )


def _key_from_file(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise KeyringError(
            f"The key file {path} cannot be read: {reason}.", hint="Check [keys] in the settings file."
        ) from None


def _key_from_keychain(place: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError as KeychainError
    except ImportError:
        raise KeyringError(
            "The OS keychain needs the package keyring.", hint="pip install 'halfrate[keychain]'"
        ) from None
    service, _, user = place.rpartition("/")
    try:
        found: str | None = keyring.get_password(service, user)
    except KeychainError as error:
        raise KeyringError(f"The OS keychain refused: {error}.", hint="Unlock it and try again.") from None
    return found
