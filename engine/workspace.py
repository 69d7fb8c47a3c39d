"""A workspace: one database with its settings and keys; what a command, the worker or the console works on.

What only operations need is imported when one is begun, so that `halfrate queue status` answers at once.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from engine.domain.keys import GoogleKeyring
from engine.domain.progress import Stop, Watch
from engine.settings import Settings, default_database_path, load_keyring, load_settings
from engine.store.db import Db
from engine.store.sqlite.connection import Opened, open_database, open_read_only
from engine.store.sqlite.database import SqliteDb

if TYPE_CHECKING:
    from engine.gemini.client import GeminiClient
    from engine.ingest import IngestMode, IngestReport
    from engine.life.manager import BatchManager
    from engine.store.overview import Overview


def wall_clock() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Identity:
    """Which database this workspace works on, once it has seen it: another file in its place is refused."""

    name: str | None = None


@dataclass(frozen=True)
class Workspace:
    """Opens what is needed when it is needed; holds no connection itself, so that every thread gets its own.

    Nothing here makes a database but `prepare(create=True)` and `ingest`; everything else opens the one that exists,
    and the same one every time, or says that it is gone.
    """

    path: Path
    settings: Settings
    settings_path: Path | None = None
    demo: bool = False
    """The embedded emulator stands in for Google."""
    clock: Callable[[], datetime] = wall_clock
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    identity: Identity = field(default_factory=Identity, repr=False, compare=False)

    @classmethod
    def open(
        cls, path: Path | None = None, config: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> Self:
        """Reads the settings and decides on the database; touches no file of it yet. SettingsError when unusable."""
        environ = os.environ if environ is None else environ
        loaded = load_settings(config, environ)
        named = path or (Path(loaded.settings.database).expanduser() if loaded.settings.database else None)
        return cls(named or default_database_path(), loaded.settings, loaded.path, environ=environ)

    def prepare(self, *, create: bool = False, tell: Callable[[int, int], None] | None = None) -> Opened:
        """Opens the database, upgrading one of an earlier generation; the caller closes `.db`.

        `tell` hears how many chunks an upgrade has carried over, of how many. DatabaseGone without a file, unless it
        may be created.
        """
        opened = open_database(
            self.path, identity=self.identity.name, create=create, now=datetime.now().astimezone(), tell=tell
        )
        self.identity.name = opened.db.identity
        return opened

    def connect(self) -> SqliteDb:
        """A writing connection of the calling thread, which closes it."""
        return self.prepare().db

    def read(self) -> SqliteDb:
        """A read-only connection of the calling thread, which closes it."""
        db = open_read_only(self.path, identity=self.identity.name)
        self.identity.name = db.identity
        return db

    def keyring(self) -> GoogleKeyring:
        """Both keys, resolved now."""
        return load_keyring(self.settings, self.environ)

    def gemini(self) -> GeminiClient:
        """A client that asks for the keys anew with each call."""
        from engine.gemini.client import GeminiClient

        return GeminiClient(
            self.keyring, base_url=self.settings.base_url, timeout_seconds=self.settings.polling.timeout_seconds
        )

    def overview(self, db: Db, *, jobs: int = 50, log_lines: int = 50) -> Overview:
        """Everything the dashboard shows."""
        from engine.life.overview import overview

        return overview(db, self.settings, self.clock(), most_jobs=jobs, log_lines=log_lines)

    def ingest(
        self,
        paths: Sequence[str | os.PathLike[str]],
        *,
        mode: IngestMode = "async",
        glob: str | None = None,
        watch: Watch | None = None,
        stop: Stop | None = None,
        stdin: BinaryIO | None = None,
    ) -> IngestReport:
        """Takes in files and folders: `async` leaves the chunks waiting, `sync` embeds them at once at full price.

        Makes the database when there is none.
        """
        from engine.ingest import ingest_paths

        with contextlib.ExitStack() as stack:
            db = stack.enter_context(contextlib.closing(self.prepare(create=True).db))
            gemini = stack.enter_context(contextlib.closing(self.gemini())) if mode == "sync" else None
            return ingest_paths(
                db,
                paths,
                mode=mode,
                settings=self.settings,
                clock=self.clock,
                gemini=gemini,
                keyring=self.keyring() if mode == "sync" else None,
                glob=glob,
                watch=watch,
                stop=stop,
                stdin=stdin,
            )

    @contextlib.contextmanager
    def manager(self, actor: str, watch: Watch | None = None, stop: Stop | None = None) -> Iterator[BatchManager]:
        """A BatchManager with a connection and a client of its own, both closed at the end."""
        from engine.life.manager import BatchManager

        with contextlib.closing(self.connect()) as db, contextlib.closing(self.gemini()) as gemini:
            yield BatchManager(
                db,
                gemini,
                self.settings,
                self.keyring,
                connect=self.connect,
                clock=self.clock,
                actor=actor,
                watch=watch,
                stop=stop,
            )
