"""SIGTERM: the worker finishes the step in hand and leaves in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from engine.domain.jobs import JobStatus
from engine.emulator import JobRule, Scenario
from engine.store import leases
from tests.auditing import audit, creates
from tests.conftest import World

WORKER = Path(__file__).with_name("worker_process.py")
CONFIG = """
settle_slice = 5
[profile]
dimension = 16
[flush]
min_size = 1
[polling]
first_seconds = 0
"""


def test_a_terminated_worker_finishes_the_step_in_hand_and_exits_with_0(world: World) -> None:
    world.clock.now = datetime.now(UTC)
    world.misbehave(Scenario(jobs=(JobRule(do="slow_download", bytes_per_second=6_000),)))
    world.fill([f"text {number} of the worker's" for number in range(20)])
    config = world.workspace.path.with_name("halfrate.toml")
    config.write_text(CONFIG)
    with subprocess.Popen(
        [sys.executable, str(WORKER), str(world.workspace.path), str(config)],
        env={**os.environ, **world.environ, "GOOGLE_GEMINI_BASE_URL": world.emulator.base_url, "PYTHONPATH": "."},
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        folder = Path(f"{world.workspace.path}.jobs")
        while not list(folder.glob("*.results.jsonl.*.part")):
            assert worker.poll() is None
            time.sleep(0.01)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    (job,) = world.jobs
    assert job.status is JobStatus.FETCHED
    assert job.ready == 5
    assert leases.current(world.db, leases.ENGINE) is None
    assert leases.current(world.db, leases.WORKER) is None
    world.manager.sync_status()
    assert world.counts.ready == 20
    assert creates(world) == 1
    audit(world)
