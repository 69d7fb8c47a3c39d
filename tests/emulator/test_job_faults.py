"""Every fault of a batch job."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.client import IncompleteRead

import pytest

from engine.emulator import EmulatorServer, JobRule, Scenario
from tests.emulator.wire_client import Wire, row

HOUR = 3600.0
ROWS = [row(f"k{number}", f"text {number}") for number in range(50)]


@pytest.fixture
def server() -> Iterator[EmulatorServer]:
    """An emulator whose jobs take a hundred seconds of its own clock."""
    with EmulatorServer(latency=100.0) as running:
        yield running


def job(wire: Wire, *rules: JobRule) -> str:
    wire.server.set_scenario(Scenario(jobs=rules))
    return str(wire.create(ROWS)["name"])


def state(wire: Wire, name: str) -> str:
    return str(wire.operation(name)["metadata"]["state"])


def test_a_job_goes_through_its_states_by_the_clock(wire: Wire) -> None:
    name = job(wire)
    seen = []
    for step in (0, 50, 49, 2):
        wire.post("/emulator/clock", {"advance": step})
        seen.append(state(wire, name).removeprefix("BATCH_STATE_"))
    assert seen == ["PENDING", "RUNNING", "RUNNING", "SUCCEEDED"]


def test_rows_are_shuffled_and_none_is_lost(wire: Wire) -> None:
    name = job(wire, JobRule(do="shuffle"))
    wire.server.advance(100)
    keys = [line["key"] for line in wire.results(name)]
    sent = [line["key"] for line in ROWS]
    assert keys != sent
    assert sorted(keys) == sorted(sent)


def test_a_job_expires_without_results(wire: Wire) -> None:
    name = job(wire, JobRule(do="expire"))
    wire.server.advance(100)
    operation = wire.operation(name)
    assert operation["metadata"]["state"] == "BATCH_STATE_EXPIRED"
    assert "output" not in operation["metadata"]
    assert "response" not in operation
    assert wire.server.bill()["entries"] == []


def test_a_job_fails_with_an_error(wire: Wire) -> None:
    name = job(wire, JobRule(do="fail", code=3, message="Broken input."))
    wire.server.advance(100)
    operation = wire.operation(name)
    assert operation["metadata"]["state"] == "BATCH_STATE_FAILED"
    assert operation["error"] == {"code": 3, "message": "Broken input.", "details": []}


@pytest.mark.parametrize(("do", "stuck"), [("pending", "BATCH_STATE_PENDING"), ("running", "BATCH_STATE_RUNNING")])
def test_a_stuck_job_expires_after_48_hours(wire: Wire, do: str, stuck: str) -> None:
    name = job(wire, JobRule(do=do))
    wire.server.advance(47.9 * HOUR)
    assert state(wire, name) == stuck
    wire.server.advance(0.2 * HOUR)
    assert state(wire, name) == "BATCH_STATE_EXPIRED"


def test_a_state_nobody_knows(wire: Wire) -> None:
    name = job(wire, JobRule(do="unknown_state"))
    wire.server.advance(100)
    assert state(wire, name) == "BATCH_STATE_ARCHIVED"


def test_a_job_succeeds_without_naming_its_results(wire: Wire) -> None:
    name = job(wire, JobRule(do="no_responses_file"))
    wire.server.advance(100)
    operation = wire.operation(name)
    assert operation["metadata"]["state"] == "BATCH_STATE_SUCCEEDED"
    assert "output" not in operation["metadata"]
    assert "response" not in operation


def test_a_download_is_cut_in_the_middle(wire: Wire) -> None:
    name = job(wire, JobRule(do="cut_download"))
    wire.server.advance(100)
    with pytest.raises(IncompleteRead) as cut:
        wire.download(name)
    assert cut.value.expected is not None
    assert len(cut.value.partial) > 0


def test_a_download_is_short_without_saying_so(wire: Wire) -> None:
    name = job(wire, JobRule(do="short_file"))
    wire.server.advance(100)
    data = wire.download(name)
    assert not data.endswith(b"\n")
    assert 0 < data.count(b"\n") < len(ROWS)


def test_a_download_comes_slowly(wire: Wire) -> None:
    name = job(wire, JobRule(do="slow_download", bytes_per_second=20000))
    wire.server.advance(100)
    began = time.monotonic()
    data = wire.download(name)
    assert time.monotonic() - began >= 0.7 * len(data) / 20000
    assert data.count(b"\n") == len(ROWS)


def test_a_job_is_listed_late(wire: Wire) -> None:
    name = job(wire, JobRule(do="late_listing", seconds=60))
    assert wire.get("/v1/batches").json == {}
    assert state(wire, name) == "BATCH_STATE_PENDING"
    wire.server.advance(60)
    assert [operation["name"] for operation in wire.get("/v1/batches").json["operations"]] == [name]


def test_a_job_takes_its_own_time(wire: Wire) -> None:
    name = job(wire, JobRule(do="latency", seconds=1000))
    wire.server.advance(999)
    assert state(wire, name) == "BATCH_STATE_RUNNING"
    wire.server.advance(1)
    assert state(wire, name) == "BATCH_STATE_SUCCEEDED"


def test_rules_choose_jobs_by_order_and_by_name(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(jobs=(JobRule(do="fail", after=1, times=1), JobRule(do="expire", name="two"))))
    names = [wire.create(ROWS, label)["name"] for label in ("one", "one", "number two", "one")]
    wire.server.advance(100)
    states = [state(wire, name).removeprefix("BATCH_STATE_") for name in names]
    assert states == ["SUCCEEDED", "FAILED", "EXPIRED", "SUCCEEDED"]


def test_a_job_keeps_the_script_it_was_created_under(wire: Wire) -> None:
    name = job(wire, JobRule(do="fail"))
    wire.post("/emulator/scenario", {})
    wire.server.advance(100)
    assert state(wire, name) == "BATCH_STATE_FAILED"


def test_states_can_be_spelled_the_other_way(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(state_prefix="JOB_STATE_"))
    assert wire.create(ROWS)["metadata"]["state"] == "JOB_STATE_PENDING"


def test_cancelling_takes_effect_later_or_too_late(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(cancel_lag=10))
    soon, late = wire.create(ROWS)["name"], wire.create(ROWS)["name"]
    assert wire.post(f"/v1/{soon}:cancel").json == {}
    assert state(wire, soon) == "BATCH_STATE_PENDING"
    wire.server.advance(95)
    assert state(wire, soon) == "BATCH_STATE_CANCELLED"
    wire.post(f"/v1/{late}:cancel")
    wire.server.advance(10)
    assert state(wire, late) == "BATCH_STATE_SUCCEEDED"
    assert json.loads(json.dumps(wire.operation(soon)["error"]))["code"] == 1
