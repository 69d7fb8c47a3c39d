"""The demonstration: a real corpus, the emulator misbehaving as Google does, a database that nobody misses.

    with demonstration() as demo:
        with demo.workspace.manager("demo") as manager:
            manager.flush_queue(force=True)

The corpus is the language reference that every Python carries (`pydoc_data.topics`).
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.emulator import CallRule, EmulatorServer, JobRule, RowRule, Scenario
from engine.workspace import Workspace

if TYPE_CHECKING:
    from engine.domain.progress import Watch

DEFAULT_KEY = "demo-default-key-not-a-real-one-d3f4"
BATCH_KEY = "demo-batch-key-not-a-real-one-b47c"

SETTINGS = """\
# A demonstration in small: many small jobs, and short pauses where Google's are long.
[limits]
requests_per_job = 100

[chunking]
max_characters = 1200

[flush]
min_size = 1

[polling]
first_seconds = 0.2
cap_seconds = 2.0
cooldown_seconds = 1.0
timeout_seconds = 10.0

[retry]
attempts = 2
base_seconds = 0.5
cap_seconds = 1.0

[uncertain]
absent_listings = 2
settle_window_seconds = 2.0

[console]
auto_sync_seconds = 2.0
"""

TROUBLE = Scenario(
    calls=(
        CallRule(on="create", do="cut", effect=True, after=2),
        CallRule(
            on="create",
            do="error",
            status=429,
            message="Resource has been exhausted (e.g. check quota).",
            retry_delay=1.0,
            after=4,
        ),
    ),
    rows=(
        RowRule(do="error", regex=r"printf|infinit|mangle", code=3, message="Request contains an invalid argument."),
        RowRule(do="error", fraction=0.3, jobs=3, code=14, message="The model is overloaded. Please try again later."),
        RowRule(do="error", fraction=0.04, jobs=7, code=13),
        RowRule(do="drop", fraction=0.02, jobs=7),
    ),
    jobs=(JobRule(do="shuffle", times=0),),
)
"""A lost answer, back-pressure, rows that fail in passing and for good, rows that are missing, results out of order."""


@dataclass(frozen=True)
class Demonstration:
    """The workspace, the emulator it talks to, and the folder of the corpus."""

    workspace: Workspace
    emulator: EmulatorServer
    corpus: Path


@contextlib.contextmanager
def demonstration(
    *,
    latency: float = 8.0,
    seed: int = 1,
    scenario: Scenario | None = TROUBLE,
    directory: Path | None = None,
    clock: Callable[[], float] | None = None,
) -> Iterator[Demonstration]:
    """An emulator whose jobs run `latency` seconds, an empty database and the corpus as files, in a temporary folder.

    The folder is made in `directory` and goes with the end of the context; None as `scenario`: nothing goes wrong.
    A `clock` in seconds since the epoch is the time of both engine and emulator.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="halfrate-demo-", dir=directory)))
        server = stack.enter_context(
            EmulatorServer(latency=latency, seed=seed, scenario=scenario, directory=folder, clock=clock)
        )
        config = folder / "halfrate.toml"
        config.write_text(SETTINGS, "utf-8")
        environ = {
            "GEMINI_API_KEY": DEFAULT_KEY,
            "GEMINI_BATCH_API_KEY": BATCH_KEY,
            "GOOGLE_GEMINI_BASE_URL": server.base_url,
        }
        workspace = Workspace.open(folder / "halfrate.db", config, environ)
        workspace = replace(workspace, demo=True)
        if clock is not None:
            workspace = replace(workspace, clock=lambda: datetime.fromtimestamp(clock(), UTC))
        yield Demonstration(workspace, server, _corpus(folder))


@contextlib.contextmanager
def demo_workspace(
    *,
    latency: float = 8.0,
    seed: int = 1,
    scenario: Scenario | None = TROUBLE,
    directory: Path | None = None,
    watch: Watch | None = None,
) -> Iterator[Workspace]:
    """The demonstration with its corpus waiting in the queue: what the console is opened on."""
    with demonstration(latency=latency, seed=seed, scenario=scenario, directory=directory) as demo:
        demo.workspace.ingest([demo.corpus], watch=watch)
        yield demo.workspace


def _corpus(folder: Path) -> Path:
    """A file for each topic of the language reference."""
    from pydoc_data.topics import topics

    corpus = folder / "language-reference"
    corpus.mkdir()
    for name, text in topics.items():
        (corpus / f"{name}.rst").write_text(text, "utf-8")
    return corpus
