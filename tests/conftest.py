"""What tests of the engine stand on: a settable clock, the emulator on it, and a workspace with keys on a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from sqlite_utils import Database

from engine.batch_manager import BatchManager
from engine.domain.batches import BatchJob
from engine.domain.documents import content_hash, embed_text
from engine.domain.times import local_text
from engine.emulator import EmulatorServer, Scenario
from engine.emulator.embedding import embed
from engine.emulator.models import find_model
from engine.gemini.client import GeminiClient
from engine.settings import Flush, Polling, ProfileTable, Retry, Settings
from engine.store import batches, queue
from engine.store.connection import writing
from engine.store.queue import ChunkCounts
from engine.workspace import Workspace

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
        self.db: Database = workspace.connect()
        self.gemini = GeminiClient(
            workspace.keyring, base_url=workspace.settings.base_url, timeout_seconds=5.0, sleep=lambda _: None
        )
        self._documents = 0

    def close(self) -> None:
        """Closes the connection and the client."""
        self.gemini.close()
        self.db.conn.close()

    @property
    def manager(self) -> BatchManager:
        """On this world's connection and its present settings; no pause is waited out."""
        return BatchManager(
            self.db, self.gemini, self.settings, self.workspace.keyring, clock=self.clock, jitter=lambda: 0.0
        )

    def configure(self, **tables: Any) -> None:
        """Replaces tables of the settings: `configure(limits=Limits(live_jobs=2))`."""
        self.settings = msgspec.structs.replace(self.settings, **tables)

    def fill(self, texts: Sequence[str], context: str | None = None) -> list[int]:
        """A document whose chunks wait, one for each text; returns their ids."""
        now = local_text(self.clock.now)
        self._documents += 1
        with writing(self.db):
            document = self.db.conn.execute(
                "INSERT INTO documents (content, metadata, media_type, created_at, source, title)"
                " VALUES (?, '{}', 'text/plain', ?, ?, 'A title') RETURNING id",
                ("\n".join(texts), now, f"source-{self._documents}.txt"),
            ).fetchone()[0]
            return [
                self.db.conn.execute(
                    "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, embedding_status,"
                    " created_at, content_hash, context, embed_chars)"
                    " VALUES (?, ?, ?, 'text', '{}', 'PENDING', ?, ?, ?, ?) RETURNING id",
                    (document, place, text, now, content_hash(whole), context, len(whole)),
                ).fetchone()[0]
                for place, text in enumerate(texts)
                for whole in [embed_text(text, context)]
            ]

    def misbehave(self, scenario: Scenario | None) -> None:
        """What the emulator does wrong from now on."""
        self.emulator.set_scenario(scenario)

    @property
    def counts(self) -> ChunkCounts:
        """Where the chunks stand, by the counters."""
        return queue.counts(self.db)

    def job(self, job_id: str) -> BatchJob:
        """A job as it stands."""
        return batches.get(self.db, job_id)

    @property
    def jobs(self) -> list[BatchJob]:
        """All jobs, in the order they were made."""
        rows = self.db.conn.execute("SELECT id FROM batch_jobs ORDER BY rowid").fetchall()
        return [batches.get(self.db, row[0]) for row in rows]

    def chunk(self, chunk_id: int) -> dict[str, Any]:
        """A row of the queue."""
        cursor = self.db.conn.execute("SELECT * FROM chunks WHERE id = ?", (chunk_id,))
        row = cursor.fetchone()
        return dict(zip([column[0] for column in cursor.description], row, strict=True)) if row else {}

    def vector(self, chunk_id: int) -> np.ndarray[Any, np.dtype[np.float32]] | None:
        """The stored vector of a chunk."""
        row = self.db.conn.execute("SELECT embedding FROM vectors WHERE chunk_id = ?", (chunk_id,)).fetchone()
        return None if row is None else np.frombuffer(row[0], "<f4")

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
