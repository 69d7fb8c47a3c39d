from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from engine.domain.keys import GoogleKeyring
from engine.domain.models import Profile
from engine.domain.texts import RequestKey, profile_hash, text_hash
from engine.emulator import EmulatorServer
from engine.gemini.client import GeminiClient
from engine.gemini.request_lines import request_line

DEFAULT_KEY = "the-default-key-1111"
BATCH_KEY = "the-batch-key-2222"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine takes part."""
    for name in os.environ:
        if name.startswith(("GOOGLE_", "GEMINI_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture
def profile() -> Profile:
    return Profile(dimension=8)


@pytest.fixture
def emulator() -> Iterator[EmulatorServer]:
    """An emulator whose jobs are done as soon as somebody asks."""
    with EmulatorServer() as running:
        yield running


@pytest.fixture
def keyring() -> GoogleKeyring:
    return GoogleKeyring(DEFAULT_KEY, BATCH_KEY)


@pytest.fixture
def waits() -> list[float]:
    """Seconds the client would have waited."""
    return []


Connect = Callable[..., GeminiClient]


@pytest.fixture
def connect(emulator: EmulatorServer, keyring: GoogleKeyring, waits: list[float]) -> Iterator[Connect]:
    """Makes clients of the emulator that wait by moving its clock, and closes them."""

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        emulator.advance(seconds)

    with ExitStack() as clients:

        def client(
            keys: GoogleKeyring | Callable[[], GoogleKeyring] = keyring,
            base_url: str = emulator.base_url,
            timeout_seconds: float = 10.0,
        ) -> GeminiClient:
            made = GeminiClient(keys, base_url=base_url, timeout_seconds=timeout_seconds, sleep=sleep)
            return clients.enter_context(made)

        yield client


@pytest.fixture
def client(connect: Connect) -> GeminiClient:
    return connect()


def write_requests(path: Path, texts: Sequence[str], profile: Profile) -> None:
    """An input file with a row for each text."""
    keys = (RequestKey(text_hash(text), profile_hash(profile)) for text in texts)
    path.write_bytes(b"".join(request_line(key, text, profile) for key, text in zip(keys, texts, strict=True)))


TEXTS = [f"text {row}" for row in range(30)]


@pytest.fixture
def spool(tmp_path: Path, profile: Profile) -> Path:
    """An input file of 30 rows."""
    path = tmp_path / "requests ü.jsonl"
    write_requests(path, TEXTS, profile)
    return path
