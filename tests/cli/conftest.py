"""The command as people call it: real files, the real emulator, and every word it says searched for keys."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.cli import cli
from engine.emulator import EmulatorServer, Scenario
from engine.store.sqlite.connection import open_database
from tests import forked, rows

DEFAULT_KEY = "AIzaSyDefaultKeyOfTheTests-0123456789-d1f7"
BATCH_KEY = "batch-key-of-the-tests-that-nobody-may-see-b2c8"
ROOT = Path(__file__).parents[2]

SETTINGS = """\
[profile]
dimension = 16
[polling]
timeout_seconds = 5.0
cooldown_seconds = 0.0
[retry]
attempts = 1
base_seconds = 0.0
[flush]
min_size = 1
"""


@dataclass
class Shell:
    """Calls `halfrate` in a folder, with an environment of its own; nothing it prints may hold a key."""

    folder: Path
    environ: dict[str, str]
    said: list[str] = field(default_factory=list)

    @property
    def db(self) -> Path:
        """The database of the environment."""
        return Path(self.environ["HALFRATE_DB"])

    def call(self, *arguments: object, code: int = 0, input: str | None = None) -> Result:
        """The outcome of a call in this process; fails the test on another exit code."""
        words = [str(word) for word in arguments]
        result = CliRunner(env=self._clean()).invoke(cli, words, prog_name="halfrate", input=input)
        self.heard(result.stdout, result.stderr)
        if not isinstance(result.exception, SystemExit | None):
            raise result.exception
        assert result.exit_code == code, f"{words}: {result.exit_code}\n{result.stdout}\n{result.stderr}"
        return result

    def json(self, *arguments: object, code: int = 0, input: str | None = None) -> Any:
        """The one JSON document that a call with --json prints."""
        return json.loads(self.call(*arguments, "--json", code=code, input=input).stdout)

    def process(self, *arguments: object, code: int | None = 0, **options: Any) -> subprocess.CompletedProcess[str]:
        """The outcome of a call in a process of its own; one that is given streams is started, others are forked."""
        if options:
            return self.process_of(self.command(*arguments), code=code, **options)
        return self._judged(forked.command(*map(str, arguments), environ=self.environment), code)

    def process_of(
        self, words: Sequence[str], *, code: int | None = 0, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """The outcome of a process in the environment of this shell."""
        common: dict[str, Any] = {"stdin": subprocess.DEVNULL, "cwd": ROOT, "env": self.environment, **options}
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, **common)
        return self._judged(done, code)

    def _judged(self, done: subprocess.CompletedProcess[str], code: int | None) -> subprocess.CompletedProcess[str]:
        self.heard(done.stdout, done.stderr)
        assert code is None or done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def command(self, *arguments: object) -> list[str]:
        """The words that start a process of the command."""
        return [sys.executable, "-m", "engine.cli", *(str(word) for word in arguments)]

    @property
    def environment(self) -> dict[str, str]:
        """Of a process: ours without what a developer may have set."""
        kept = {name: value for name, value in os.environ.items() if name not in _HARMFUL}
        return {**kept, "PYTHONPATH": str(ROOT), **self.environ}

    def _clean(self) -> Mapping[str, str | None]:
        return {**dict.fromkeys(_HARMFUL), **self.environ}

    def heard(self, *texts: str) -> None:
        """Neither key is in what was said, nor a traceback."""
        for text in texts:
            self.said.append(text)
            assert DEFAULT_KEY not in text
            assert BATCH_KEY not in text
            assert "Traceback" not in text

    def fill(self, texts: Sequence[str], source: str = "notes.txt") -> list[int]:
        """A document whose chunks wait, one for each text; returns their ids. Makes the database."""
        with contextlib.closing(open_database(self.db, create=True).db) as db:
            chunks = rows.document(db, texts, source=source, title="Notes", at=datetime.now(UTC), metadata='{"n": 1}')
        self.sql('UPDATE documents SET metadata = \'{"of": "document"}\' WHERE source = ?', source)
        return chunks

    def sql(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a statement finds or does in the file, by another hand than the program's."""
        with contextlib.closing(sqlite3.connect(self.db)) as other, other:
            return other.execute(text, values).fetchall()

    def embed(self, number: int = 5) -> None:
        """So many READY chunks, by way of a batch job."""
        self.fill([f"Text number {place} about tea." for place in range(number)])
        self.call("queue", "flush")
        self.call("queue", "sync")


_HARMFUL = (
    "GEMINI_API_KEY",
    "GEMINI_BATCH_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_GEMINI_BASE_URL",
    "HALFRATE_DB",
    "HALFRATE_CONFIG",
    "FORCE_COLOR",
)


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[EmulatorServer]:
    """Google's stand-in; jobs are done as soon as somebody asks."""
    with EmulatorServer(directory=tmp_path) as server:
        yield server


@pytest.fixture
def offline(tmp_path: Path) -> Shell:
    """A shell with keys and settings whose server is a port where nobody listens."""
    config = tmp_path / "halfrate.toml"
    config.write_text(SETTINGS, "utf-8")
    return Shell(
        tmp_path,
        {
            "HOME": str(tmp_path),
            "HALFRATE_DB": str(tmp_path / "halfrate.db"),
            "HALFRATE_CONFIG": str(config),
            "GEMINI_API_KEY": DEFAULT_KEY,
            "GEMINI_BATCH_API_KEY": BATCH_KEY,
            "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9",
        },
    )


@pytest.fixture
def shell(offline: Shell, emulator: EmulatorServer) -> Shell:
    """A shell whose commands talk to the emulator."""
    offline.environ["GOOGLE_GEMINI_BASE_URL"] = emulator.base_url
    return offline


Misbehave = Callable[..., None]


@pytest.fixture
def misbehave(emulator: EmulatorServer) -> Misbehave:
    """Tells the emulator what to do wrong, as the keyword arguments of a Scenario."""
    return lambda **rules: emulator.set_scenario(Scenario(**rules))
