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

from sqlite_utils import Database

from engine.domain.keyring import GoogleKeyring
from engine.domain.operations import Stop, Watch
from engine.settings import Settings, default_database_path, load_keyring, load_settings
from engine.store.connection import Opened, open_database, open_read_only, prepare_database
from engine.store.overview import Overview, read_overview

if TYPE_CHECKING:
    from engine.batch_manager import BatchManager
    from engine.gemini.client import GeminiClient
    from engine.ingest import IngestMode, IngestReport


def wall_clock() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workspace:
    """Opens what is needed when it is needed; holds no connection itself, so that every thread gets its own."""

    path: Path
    settings: Settings
    settings_path: Path | None = None
    demo: bool = False
    """The embedded emulator stands in for Google."""
    clock: Callable[[], datetime] = wall_clock
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @classmethod
    def open(
        cls, path: Path | None = None, config: Path | None = None, environ: Mapping[str, str] | None = None
    ) -> Self:
        """Reads the settings and decides on the database; touches no file of it yet. SettingsError when unusable."""
        environ = os.environ if environ is None else environ
        loaded = load_settings(config, environ)
        named = path or (Path(loaded.settings.database).expanduser() if loaded.settings.database else None)
        return cls(named or default_database_path(), loaded.settings, loaded.path, environ=environ)

    def prepare(self) -> Opened:
        """Opens or creates the database, upgrading one of an earlier generation; the caller closes `.db`."""
        return prepare_database(self.path, now=datetime.now().astimezone())

    def connect(self) -> Database:
        """A writing connection of the calling thread, which closes it."""
        return open_database(self.path)

    def read(self) -> Database:
        """A read-only connection of the calling thread, which closes it."""
        return open_read_only(self.path)

    def keyring(self) -> GoogleKeyring:
        """Both keys, resolved now."""
        return load_keyring(self.settings, self.environ)

    def gemini(self) -> GeminiClient:
        """A client that asks for the keys anew with each call."""
        from engine.gemini.client import GeminiClient

        return GeminiClient(
            self.keyring, base_url=self.settings.base_url, timeout_seconds=self.settings.polling.timeout_seconds
        )

    def overview(self, db: Database, *, jobs: int = 50, log_lines: int = 50) -> Overview:
        """Everything the dashboard shows."""
        profile = self.settings.vector_profile
        price = self.settings.price(profile.model)
        month = self.settings.budget.month
        return read_overview(db, profile, price, self.clock(), budget_month=month, jobs=jobs, log_lines=log_lines)

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
        """Takes in files and folders: `async` leaves the chunks waiting, `sync` embeds them at once at full price."""
        from engine.ingest import ingest_paths

        with contextlib.ExitStack() as stack:
            db = stack.enter_context(contextlib.closing(self.connect()))
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
        from engine.batch_manager import BatchManager

        with contextlib.closing(self.connect()) as db, contextlib.closing(self.gemini()) as gemini:
            yield BatchManager(
                db, gemini, self.settings, self.keyring, clock=self.clock, actor=actor, watch=watch, stop=stop
            )
