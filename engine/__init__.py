"""Embed text through the Gemini Batch API at half price: the engine under the console, for use from Python.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from engine import BatchManager, Workspace, ingest_paths
    >>> from engine.emulator import EmulatorServer

    >>> with TemporaryDirectory() as folder, EmulatorServer() as google:
    ...     keys = {"GEMINI_API_KEY": "a-default-key", "GEMINI_BATCH_API_KEY": "a-batch-key"}
    ...     workspace = Workspace.open(
    ...         Path(folder, "halfrate.db"), environ={**keys, "GOOGLE_GEMINI_BASE_URL": google.base_url}
    ...     )
    ...     _ = Path(folder, "note.md").write_text("# Tea\\n\\nSteep the leaves for three minutes.", "utf-8")
    ...     _ = workspace.ingest([Path(folder, "note.md")])
    ...     with workspace.manager("example") as manager:
    ...         flushed = manager.flush_queue(min_size=1)
    ...         synced = manager.sync_status()
    ...         stats = manager.get_queue_stats()
    >>> stats.chunks.ready, str(synced.jobs[0].status)
    (1, 'COMPLETED')

The names below are the public ones; everything else may change.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.domain.keys import GoogleKeyring
    from engine.domain.models import Profile
    from engine.errors import HalfrateError
    from engine.ingest import ingest_paths
    from engine.life.manager import BatchManager
    from engine.settings import Settings
    from engine.store.sqlite.connection import open_database
    from engine.store.vectors import bulk_update_vectors
    from engine.workspace import Workspace

_HOMES = {
    "BatchManager": "engine.life.manager",
    "GoogleKeyring": "engine.domain.keys",
    "HalfrateError": "engine.errors",
    "Profile": "engine.domain.models",
    "Settings": "engine.settings",
    "Workspace": "engine.workspace",
    "bulk_update_vectors": "engine.store.vectors",
    "ingest_paths": "engine.ingest",
    "open_database": "engine.store.sqlite.connection",
}

__all__ = [
    "BatchManager",
    "GoogleKeyring",
    "HalfrateError",
    "Profile",
    "Settings",
    "Workspace",
    "bulk_update_vectors",
    "ingest_paths",
    "open_database",
]


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used: `halfrate --help` needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
