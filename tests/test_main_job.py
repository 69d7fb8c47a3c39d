"""The main job, all through the commands: a folder of text, an emulator in another process, vectors at half price."""

from __future__ import annotations

import json
import os
import pydoc_data.topics
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import forked

KEYS = {"GEMINI_API_KEY": "default-key-of-the-tests-1111", "GEMINI_BATCH_API_KEY": "batch-key-of-the-tests-2222"}
SECONDS = 60.0


@contextmanager
def emulator() -> Iterator[str]:
    """The base URL of an emulator that runs as a process of its own."""
    command = [sys.executable, "-m", "engine.cli", "emulator", "--latency", "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(SECONDS)


class Shell:
    """Runs `halfrate` on one database."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.environ = {
            **os.environ,
            **KEYS,
            "GOOGLE_GEMINI_BASE_URL": base_url,
            "HALFRATE_DB": str(folder / "halfrate.db"),
            "XDG_CONFIG_HOME": str(folder),
        }

    def __call__(self, *words: str) -> Any:
        done = forked.command(*words, "--json", environ=self.environ)
        assert done.returncode in (0, 3), done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation that every Python carries, in different forms."""
    folder = tmp_path_factory.mktemp("corpus")
    for number, (name, text) in enumerate(sorted(pydoc_data.topics.topics.items())):
        (folder / f"{name}.{'md' if number % 2 else 'txt'}").write_text(text, "utf-8")
    (folder / "records.jsonl").write_text('{"id": "1", "text": "One record."}\n', "utf-8")
    return folder


def test_a_folder_becomes_the_vectors_that_the_synchronous_path_gives_at_half_the_price(
    corpus: Path, tmp_path: Path
) -> None:
    with emulator() as base_url:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", base_url)
        (tmp_path / "batch").mkdir()
        (tmp_path / "sync").mkdir()
        batch, sync = Shell(tmp_path / "batch", base_url), Shell(tmp_path / "sync", base_url)

        batch("ingest", str(corpus))
        waiting = batch("queue", "status")["chunks"]["pending"]
        assert waiting > 200
        flushed = batch("queue", "flush")
        assert sum(job["chunks"] for job in flushed["jobs"]) + sum(h["chunks"] for h in flushed["held"]) == waiting
        deadline = time.monotonic() + SECONDS
        while (status := batch("queue", "status"))["chunks"]["ready"] < waiting and time.monotonic() < deadline:
            batch("worker", "run-once")
        assert status["chunks"] == {"total": waiting, "pending": 0, "in_batch": 0, "ready": waiting, "failed": 0}

        sync("ingest", "--mode", "sync", str(corpus))
        assert sync("queue", "status")["chunks"]["ready"] == waiting

        for shell, name in ((batch, "batch"), (sync, "sync")):
            shell("export", str(tmp_path / f"{name}.npz"))
        with np.load(tmp_path / "batch.npz") as ours, np.load(tmp_path / "sync.npz") as theirs:
            assert np.allclose(np.linalg.norm(ours["vectors"], axis=1), 1.0, atol=1e-6)
            assert len(ours["vectors"]) == waiting
            assert np.array_equal(by_text(ours), by_text(theirs))

        costs, full = batch("cost", "report"), sync("cost", "report")
        assert costs["batch"]["tokens"] == full["sync"]["tokens"] > 0
        assert 2 * float(costs["batch"]["amount"]) == pytest.approx(float(full["sync"]["amount"]), rel=1e-12)


def by_text(archive: Any) -> Any:
    """The vectors in the order of document and place, which does not depend on the order of embedding."""
    return archive["vectors"][np.lexsort((archive["chunk_indexes"], archive["sources"]))]
