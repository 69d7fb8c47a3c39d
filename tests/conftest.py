"""What tests of the engine stand on: a settable clock, the emulator on it, and a workspace with keys on a file."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import numpy as np
import pytest

from engine.domain.jobs import BatchJob
from engine.emulator import EmulatorServer, Scenario
from engine.emulator.embedding import embed
from engine.emulator.models import find_model
from engine.gemini.client import GeminiClient
from engine.life.manager import BatchManager
from engine.settings import Flush, Polling, ProfileTable, Retry, Settings
from engine.store import jobs, queue
from engine.store.queue import ChunkCounts
from engine.workspace import Workspace
from tests import rows

sys.dont_write_bytecode = False  # the workers and hundreds of processes would each compile everything anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
hypothesis.settings.register_profile("suite", deadline=None, max_examples=40)
hypothesis.settings.load_profile("suite")  # a busy machine proves nothing
gc.set_threshold(100_000, 50, 50)  # collecting a console's many long-lived objects is a fifth of its tests' time

KEYS = {"GEMINI_API_KEY": "default-key-of-the-tests-1111", "GEMINI_BATCH_API_KEY": "batch-key-of-the-tests-2222"}
MINUTE, HOUR = 60.0, 3600.0


class Clock:
    """A time that stands still until it is moved; the engine and the emulator read the same one."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        """Since the epoch, as the emulator counts."""
        return self.now.timestamp()

    def advance(self, seconds: float) -> None:
        """Moves the time forward."""
        self.now += timedelta(seconds=seconds)


class World:
    """One workspace, the emulator it talks to, the clock of both, and a connection to look with."""

    def __init__(self, workspace: Workspace, emulator: EmulatorServer, clock: Clock, environ: dict[str, str]) -> None:
        self.workspace = workspace
        self.emulator = emulator
        self.clock = clock
        self.environ = environ
        self.settings = workspace.settings
        self.db = workspace.prepare(create=True).db
        self.gemini = GeminiClient(
            workspace.keyring, base_url=workspace.settings.base_url, timeout_seconds=5.0, sleep=lambda _: None
        )
        self._documents = 0

    def close(self) -> None:
        """Closes the connection and the client."""
        self.gemini.close()
        self.db.close()

    @property
    def manager(self) -> BatchManager:
        """On this world's connection and its present settings; no pause is waited out."""
        return BatchManager(
            self.db,
            self.gemini,
            self.settings,
            self.workspace.keyring,
            connect=self.workspace.connect,
            clock=self.clock,
            jitter=lambda: 0.0,
        )

    def configure(self, **tables: Any) -> None:
        """Replaces tables of the settings: `configure(limits=Limits(live_jobs=2))`."""
        self.settings = msgspec.structs.replace(self.settings, **tables)

    def sql(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a statement finds or does in the file, by another hand than the program's; rows as tuples."""
        with self.db.writing():
            return [tuple(row) for row in self.db.database.conn.execute(text, values)]

    def fill(self, texts: Sequence[str], context: str | None = None) -> list[int]:
        """A document whose chunks wait, one for each text; returns their ids."""
        self._documents += 1
        source = f"source-{self._documents}.txt"
        return rows.document(self.db, texts, source=source, context=context, at=self.clock.now)

    def misbehave(self, scenario: Scenario | None) -> None:
        """What the emulator does wrong from now on."""
        self.emulator.set_scenario(scenario)

    @property
    def counts(self) -> ChunkCounts:
        """Where the chunks stand, by the counters."""
        return queue.counts(self.db)

    def job(self, job_id: str) -> BatchJob:
        """A job as it stands."""
        return jobs.get(self.db, job_id)

    @property
    def jobs(self) -> list[BatchJob]:
        """All jobs, in the order they were made."""
        return [jobs.get(self.db, row[0]) for row in self.sql("SELECT id FROM batch_jobs ORDER BY rowid")]

    def chunk(self, chunk_id: int) -> dict[str, Any]:
        """A row of the queue."""
        cursor = self.db.database.conn.execute("SELECT * FROM chunks WHERE id = ?", (chunk_id,))
        row = cursor.fetchone()
        return dict(zip([column[0] for column in cursor.description], row, strict=True)) if row else {}

    def vector(self, chunk_id: int) -> np.ndarray[Any, np.dtype[np.float32]] | None:
        """The stored vector of a chunk under the active profile."""
        profile = self.settings.vector_profile
        found = self.sql(
            "SELECT e.embedding FROM chunks c JOIN vectors v ON v.text_id = c.text_id JOIN profiles p"
            " ON p.id = v.profile_id JOIN embeddings e ON e.id = v.embedding_id WHERE c.id = ? AND p.model = ?"
            " AND p.dimension = ? AND p.task_type = ?",
            chunk_id,
            profile.model,
            profile.dimension,
            profile.task_type,
        )
        return np.frombuffer(found[0][0], "<f4") if found else None

    def expected_vector(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """What the emulator gives for a text, at unit length."""
        profile = self.settings.vector_profile
        raw = embed([text], find_model(profile.model), profile.dimension)[0]
        return np.asarray(raw / np.linalg.norm(raw), dtype=np.float32)


Worlds = Callable[..., World]


@pytest.fixture
def clock() -> Clock:
    """Noon, until it is moved."""
    return Clock()


@pytest.fixture
def make_world(tmp_path: Path, clock: Clock) -> Iterator[Worlds]:
    """Makes worlds; keyword arguments are those of EmulatorServer, `settings` replaces tables of the settings."""
    opened: list[World] = []
    servers: list[EmulatorServer] = []

    def make(*, settings: dict[str, Any] | None = None, **options: Any) -> World:
        server = EmulatorServer(clock=clock.seconds, directory=tmp_path, **options).start()
        servers.append(server)
        environ = dict(KEYS)
        tables = Settings(
            base_url=server.base_url,
            profile=ProfileTable(dimension=16),
            polling=Polling(timeout_seconds=5.0),
            retry=Retry(attempts=3, base_seconds=60.0),
            flush=Flush(min_size=1),
        )
        tables = msgspec.structs.replace(tables, **(settings or {}))
        path = tmp_path / f"world-{len(opened)}" / "halfrate.db"
        world = World(Workspace(path, tables, clock=clock, environ=environ), server, clock, environ)
        opened.append(world)
        return world

    yield make
    for world in opened:
        world.close()
    for server in servers:
        server.stop()


@pytest.fixture
def world(make_world: Worlds) -> World:
    """A world whose jobs are done as soon as somebody asks."""
    return make_world()
