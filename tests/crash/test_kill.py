"""A process is killed at a chosen instruction: the next run completes, and nothing is created or billed twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.domain.jobs import JobStatus
from engine.emulator import CallRule, JobRule, RowRule, Scenario
from tests.auditing import audit, creates
from tests.conftest import HOUR, World, Worlds

VICTIM = Path(__file__).with_name("victim.py")
TEXTS = [f"The text of chunk {number}, which is to survive" for number in range(20)]
CONFIG = """
settle_slice = 6
[profile]
dimension = 16
[polling]
timeout_seconds = 20
"""


@pytest.fixture
def world(make_world: Worlds) -> World:
    """A world with a batch that a healthy listing shows, and texts that wait."""
    world = make_world()
    world.workspace.path.with_name("halfrate.toml").write_text(CONFIG)
    world.fill(["a batch that is known to exist"])
    world.manager.flush_queue(1)
    world.manager.sync_status()
    world.fill(TEXTS)
    return world


def start(world: World, *place: str | int) -> subprocess.Popen[str]:
    """A process that flushes, syncs and dies at the place."""
    config = world.workspace.path.with_name("halfrate.toml")
    return subprocess.Popen(
        [
            sys.executable,
            str(VICTIM),
            str(world.workspace.path),
            str(config),
            world.clock.now.isoformat(),
            *map(str, place),
        ],
        env={**os.environ, **world.environ, "GOOGLE_GEMINI_BASE_URL": world.emulator.base_url, "PYTHONPATH": "."},
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(world: World, *place: str | int) -> None:
    with start(world, *place) as process:
        assert process.wait(60) == -signal.SIGKILL


def finish(world: World, batches: int = 1, unbilled: int = 0) -> None:
    """The next runs bring every vector, of so many batches."""
    for _ in range(8):
        world.manager.flush_queue(1, force=True)
        world.manager.sync_status()
        world.clock.advance(20 * 60)
        if world.counts.ready == world.counts.total and not any(job.live for job in world.jobs):
            break
    assert world.counts.ready == world.counts.total
    assert not any(job.live for job in world.jobs)
    assert creates(world) == 1 + batches
    assert not list(Path(f"{world.workspace.path}.jobs").iterdir())
    audit(world, unbilled=unbilled)


STEPS = [
    pytest.param("step", "spool", 1, id="the requests are written, not recorded"),
    pytest.param("step", "upload", 0, id="before the upload"),
    pytest.param("step", "upload", 1, id="after the upload, before it is recorded"),
    pytest.param("step", "submit", 0, id="before the intention"),
    pytest.param("step", "submit", 1, id="after the answer was recorded"),
    pytest.param("step", "download", 1, id="in the download"),
    pytest.param("step", "settle", 1, id="after the first slice"),
    pytest.param("sql", "INSERT INTO embeddings", 1, id="in the first slice"),
    pytest.param("sql", "INSERT INTO vectors", 2, id="in the second slice"),
    pytest.param("sql", "UPDATE chunks SET embedding_status = 'READY'", 4, id="in the last slice"),
    pytest.param("sql", "INSERT INTO transfers ", 3, id="before what was paid is booked"),
    pytest.param("sql", "UPDATE submissions SET ended_at", 1, id="before the job is ended"),
    pytest.param("sql", "left at Google", 1, id="after the job is ended"),
    pytest.param("sql", "INSERT INTO submissions", 1, id="in the claim, before the job"),
    pytest.param("sql", "INSERT INTO requests", 1, id="in the claim, before its requests"),
    pytest.param("sql", "UPDATE chunks SET batch_job_id", 1, id="in the claim, before its chunks"),
]


@pytest.mark.parametrize(("kind", "where", "count"), STEPS)
def test_a_kill_costs_nothing_and_loses_nothing(world: World, kind: str, where: str, count: int) -> None:
    killed(world, kind, where, count)
    finish(world)


@pytest.mark.parametrize("slices", [1, 2, 3])
def test_a_kill_while_rows_in_another_order_are_settled_by_their_texts_loses_nothing(world: World, slices: int) -> None:
    world.misbehave(Scenario(jobs=(JobRule(do="shuffle"),), rows=(RowRule(do="unknown_key", contains="number 1"),)))
    killed(world, "sql", "settle_cursor = -", slices + 1)
    assert world.jobs[-1].ready > 0
    finish(world)


def test_a_kill_in_the_middle_of_the_spool_is_redone(world: World) -> None:
    world.fill([f"one of many texts, number {number}" for number in range(2_100)])
    killed(world, "step", "spool", 2_000)
    assert world.jobs[-1].status is JobStatus.PLANNED
    finish(world)


@pytest.mark.parametrize("effect", [True, False], ids=["carried out", "given up"])
def test_a_kill_after_the_post_was_sent_creates_no_second_batch(world: World, effect: bool) -> None:  # noqa: FBT001
    """The answer is held back, or the request: the emulator gives one up whose sender is gone."""
    world.misbehave(Scenario(calls=(CallRule(on="create", do="delay", effect=effect, seconds=1.5),)))
    with start(world, "never") as process:
        while world.jobs[-1].status is not JobStatus.SUBMITTING or (effect and creates(world) < 2):
            time.sleep(0.01)
        time.sleep(0.3)
        process.kill()
        process.wait()
    world.misbehave(None)
    assert world.jobs[-1].status is JobStatus.SUBMITTING
    finish(world)


def test_a_kill_before_the_post_was_sent_is_submitted_again_when_listings_have_shown_it_absent(world: World) -> None:
    """The statement after the intention is committed is the first that a create without an answer would make."""
    world.misbehave(Scenario(calls=(CallRule(on="create", do="cut"),)))
    killed(world, "sql", "Z', 'UNCERTAIN'", 1)
    (before,) = [job for job in world.jobs if job.live]
    world.misbehave(None)
    world.manager.flush_queue(1, force=True)
    world.manager.sync_status()
    assert [before.status, world.job(before.id).status] == [JobStatus.SUBMITTING, JobStatus.UNCERTAIN]
    finish(world)


def test_a_kill_in_a_slow_download_starts_it_over(world: World) -> None:
    world.misbehave(Scenario(jobs=(JobRule(do="slow_download", bytes_per_second=4_000),)))
    killed(world, "step", "download", 1_500)
    assert list(Path(f"{world.workspace.path}.jobs").glob("*.part"))
    finish(world)


@pytest.mark.slow
def test_kills_one_after_another_end_where_an_undisturbed_run_ends(world: World, make_world: Worlds) -> None:
    for place in (("step", "spool", 1), ("step", "upload", 1), ("step", "submit", 0), ("step", "download", 1)):
        killed(world, *place)
    for _ in range(3):
        killed(world, "step", "settle", 1)
    finish(world)
    undisturbed = make_world()
    undisturbed.fill(["a batch that is known to exist"])
    undisturbed.fill(TEXTS)
    undisturbed.manager.flush_queue(1)
    undisturbed.manager.sync_status()
    query = (
        "SELECT t.hash, e.embedding FROM vectors v JOIN texts t ON t.id = v.text_id"
        " JOIN embeddings e ON e.id = v.embedding_id ORDER BY t.hash"
    )
    assert world.sql(query) == undisturbed.sql(query)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_kill_before_any_statement_costs_nothing_and_loses_nothing(make_world: Worlds) -> None:
    """Every third statement of a whole life, with rows that fail and rows that repeat."""
    rows = (RowRule(do="repeat", every=5), RowRule(do="error", every=7), RowRule(do="zero", every=9))
    total = 0
    place = 1
    while not total or place <= total:
        world = make_world(scenario=Scenario(rows=rows))
        world.workspace.path.with_name("halfrate.toml").write_text(CONFIG)
        world.fill(["a batch that is known to exist"])
        world.manager.flush_queue(1)
        world.manager.sync_status()
        world.fill(TEXTS)
        with start(world, "sql", "", place if total else 1_000_000) as process:
            output, _ = process.communicate(timeout=60)
        total = total or int(output)
        for _ in range(10):
            world.manager.flush_queue(1, force=True)
            world.manager.sync_status()
            audit(world)
            world.clock.advance(HOUR)
            world.misbehave(None)
        assert world.counts.ready == world.counts.total
        place += 3
