"""`halfrate demo`: the whole journey, with real failures on the way, in seconds; and the workspace the console gets."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from engine.demo import BATCH_KEY, DEFAULT_KEY, demo_workspace
from tests.cli.conftest import Shell
from tests.cli.test_root import HOOK, in_terminal


def test_the_headless_journey_ends_with_every_chunk_settled_and_the_bill_equal(offline: Shell) -> None:
    done = offline.process("demo", "--headless")
    for step in (
        "halfrate ingest",
        "halfrate queue flush",
        "halfrate queue sync",
        "PROCESSING",
        "UNCERTAIN",
        "found at Google and adopted",
        "COMPLETED_WITH_ERRORS",
        "halfrate queue failures",
        "halfrate queue retry",
        "halfrate cost report",
        "equal to the ledger",
    ):
        assert step in done.stdout, f"{step!r} is not in\n{done.stdout}"
    assert " 0 pending, 0 in batch" in done.stdout
    assert "NOT EQUAL" not in done.stdout
    assert done.stderr == ""
    assert not offline.db.exists()


def test_with_json_the_journey_is_told_on_standard_error_and_summed_up_in_a_document(offline: Shell) -> None:
    done = offline.process("demo", "--json", "--seed", 5)
    document = json.loads(done.stdout)
    chunks = document["chunks"]
    assert chunks["pending"] == chunks["in_batch"] == 0
    assert chunks["ready"] + chunks["failed"] == chunks["total"] > 300
    assert chunks["failed"] > 0
    assert document["equal"] is True
    assert document["bill"]["batch"] == document["cost"]["batch"]["tokens"] > 0
    assert document["bill"]["synchronous"] == document["cost"]["sync"]["tokens"] > 0
    assert document["seconds"] < 60
    assert "halfrate queue flush" in done.stderr


def test_the_demo_never_touches_what_the_user_has(offline: Shell) -> None:
    for option, value in (("--db", offline.db), ("--config", offline.environ["HALFRATE_CONFIG"])):
        offline.call("demo", option, value, code=2)
    assert not offline.db.exists()


def test_in_a_terminal_the_console_is_opened_on_the_demo(offline: Shell) -> None:
    code, screen = in_terminal(offline, f"{HOOK}\ncli(['demo'])")
    assert (code, screen) == (7, "console of halfrate.db False True\r\n")


def test_the_workspace_of_the_demo_waits_to_be_flushed_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with demo_workspace(latency=0.0, directory=tmp_path) as workspace:
        assert workspace.demo
        assert DEFAULT_KEY not in repr(workspace)
        with contextlib.closing(workspace.read()) as db:
            counts = workspace.overview(db).chunks
        assert counts.pending == counts.total > 300
        with workspace.manager("test") as manager:
            report = manager.flush_queue(force=True)
        assert report.jobs
        assert workspace.keyring().batch.reveal() == BATCH_KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_corpus_and_the_same_troubles(tmp_path: Path, seed: int) -> None:
    outcomes = []
    for _ in range(2):
        with demo_workspace(latency=0.0, seed=seed, directory=tmp_path) as workspace:
            with workspace.manager("test") as manager:
                manager.flush_queue(force=True)
                report = manager.sync_status()
            outcomes.append([(job.chunks, job.ready, job.failed, job.returned, job.tokens) for job in report.jobs])
    assert outcomes[0] == outcomes[1]
