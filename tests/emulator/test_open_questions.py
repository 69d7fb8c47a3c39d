"""What Google leaves open: every answer that the emulator can be told to give, and what it charges under each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.emulator import EmulatorServer, JobRule, RowRule, Scenario
from engine.emulator.embedding import count_tokens
from tests.emulator.wire_client import MODEL, Wire, row

TEXTS = [f"text number {number} {'x' * number}" for number in range(40)]
ROWS = [row(f"k{number}", text) for number, text in enumerate(TEXTS)]
INPUT = {"requests": [{"content": {"parts": [{"text": text}]}} for text in TEXTS]}
HALF = 20


@pytest.fixture
def slow() -> Iterator[Wire]:
    """An emulator whose jobs run from the 25th to the 100th second of its clock."""
    with EmulatorServer(latency=100) as running:
        yield Wire(running)


def billed(wire: Wire) -> list[tuple[int, int]]:
    """Requests and tokens of each entry."""
    return [(entry["requests"], entry["tokens"]) for entry in wire.server.bill()["entries"]]


def cost(texts: list[str]) -> tuple[int, int]:
    return len(texts), sum(count_tokens(texts))


def counts(lines: list[dict[str, Any]]) -> list[bool]:
    return ["usageMetadata" in line["response"] for line in lines]


def test_rows_may_come_without_counts_and_are_charged(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(row_counts=0))
    lines = wire.run(ROWS)
    assert not any(counts(lines))
    assert all(line["response"]["embedding"]["values"] for line in lines)
    assert billed(wire) == [cost(TEXTS)]


def test_some_rows_come_without_counts_as_the_seed_has_it() -> None:
    seen = []
    for seed in (1, 1, 2):
        with EmulatorServer(scenario=Scenario(row_counts=0.5), seed=seed) as server:
            seen.append(counts(Wire(server).run(ROWS)))
            assert billed(Wire(server)) == [cost(TEXTS)]
    assert seen[0] == seen[1] != seen[2]
    assert 5 < sum(seen[0]) < 35


def test_inline_rows_may_come_without_counts_too(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(row_counts=0))
    batch = {"inputConfig": {"requests": {"requests": [{"request": INPUT["requests"][0]}]}}}
    name = wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", {"batch": batch}).json["name"]
    (line,) = wire.operation(name)["response"]["inlinedResponses"]["inlinedResponses"]
    assert counts([line]) == [False]


@pytest.mark.parametrize("method", ["embedContent", "batchEmbedContents"])
def test_direct_answers_may_come_without_counts_and_are_charged(wire: Wire, method: str) -> None:
    body = INPUT if method == "batchEmbedContents" else INPUT["requests"][0]
    wire.server.set_scenario(Scenario(answer_counts=0))
    assert "usageMetadata" not in wire.post(f"/v1/{MODEL}:{method}", body).json
    wire.server.set_scenario(None)
    told = wire.post(f"/v1/{MODEL}:{method}", body).json["usageMetadata"]["promptTokenCount"]
    assert [tokens for _, tokens in billed(wire)] == [told, told]
    assert wire.server.bill()["totals"]["synchronous"] == 2 * told


def test_some_direct_answers_come_without_counts(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(answer_counts=0.5))
    body = INPUT["requests"][0]
    told = ["usageMetadata" in wire.post(f"/v1/{MODEL}:embedContent", body).json for _ in range(30)]
    assert 3 < sum(told) < 27
    assert len(billed(wire)) == 30


@pytest.mark.parametrize("do", ["error", "drop", "huge_line"])
@pytest.mark.parametrize("bill", [False, True])
def test_failed_rows_are_charged_or_not(wire: Wire, do: str, *, bill: bool) -> None:
    wire.server.set_scenario(Scenario(bill_failed_rows=bill, rows=(RowRule(do=do, contains="number 7 "),)))
    wire.run(ROWS)
    assert billed(wire) == [cost(TEXTS if bill else TEXTS[:7] + TEXTS[8:])]


def test_a_job_of_failed_rows_is_charged_or_not(wire: Wire) -> None:
    for bill in (False, True):
        wire.server.set_scenario(Scenario(bill_failed_rows=bill, rows=(RowRule(do="error"),)))
        wire.run(ROWS)
    assert billed(wire) == [cost(TEXTS)]


def test_a_row_that_was_never_computed_is_not_charged(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(bill_failed_rows=True))
    lines = wire.run([row("empty", ""), b"not json", row("long", "word " * 3000), row("good", "x")])
    assert ["error" in line for line in lines] == [True, True, True, False]
    assert billed(wire) == [(1, 1)]


@pytest.mark.parametrize("do", ["zero", "wrong_dimension", "nan", "bare_nan", "no_vector", "no_count", "half_line"])
def test_a_row_with_tokens_is_charged_whatever_its_vector(wire: Wire, do: str) -> None:
    wire.server.set_scenario(Scenario(rows=(RowRule(do=do),)))
    name = wire.create(ROWS)["name"]
    assert wire.operation(name)["metadata"]["batchStats"]["successfulRequestCount"] == str(len(ROWS))
    assert billed(wire) == [cost(TEXTS)]


@pytest.mark.parametrize("bill", [False, True])
@pytest.mark.parametrize(("do", "state"), [("fail", "FAILED"), ("expire", "EXPIRED")])
def test_a_job_without_results_is_charged_or_not(slow: Wire, do: str, state: str, *, bill: bool) -> None:
    setting = {f"bill_{state.lower()}_jobs": bill}
    slow.server.set_scenario(Scenario.from_dict({"jobs": [{"do": do}], **setting}))
    name = slow.create(ROWS)["name"]
    assert billed(slow) == []
    slow.server.advance(100)
    operation = slow.operation(name)
    assert operation["metadata"]["state"] == f"BATCH_STATE_{state}"
    assert "output" not in operation["metadata"]
    assert operation["metadata"]["batchStats"] == {"requestCount": str(len(ROWS))}
    assert slow.get("/v1/files").json["files"][0]["source"] == "UPLOADED"
    assert billed(slow) == ([cost(TEXTS)] if bill else [])


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("bill", [False, True])
@pytest.mark.parametrize("call", ["cancel", "delete"])
def test_a_stopped_job_is_charged_for_the_rows_it_had_done_or_not(
    slow: Wire, call: str, *, bill: bool, partial: bool
) -> None:
    slow.server.set_scenario(Scenario(bill_cancelled_jobs=bill, partial_results=partial))
    name = slow.create(ROWS)["name"]
    slow.server.advance(62.5)
    slow.ask(*(("DELETE", f"/v1/{name}") if call == "delete" else ("POST", f"/v1/{name}:cancel")))
    assert slow.server.jobs()[0]["state"] == "CANCELLED"
    assert billed(slow) == ([cost(TEXTS[:HALF])] if bill else [])


def test_a_job_that_never_ran_costs_nothing_and_gives_nothing(slow: Wire) -> None:
    slow.server.set_scenario(
        Scenario(
            bill_cancelled_jobs=True,
            bill_expired_jobs=True,
            partial_results=True,
            jobs=(JobRule(do="pending", after=1),),
        )
    )
    waiting, stuck = slow.create(ROWS)["name"], slow.create(ROWS)["name"]
    slow.server.advance(24)
    slow.post(f"/v1/{waiting}:cancel")
    slow.server.advance(49 * 3600)
    assert [job["state"] for job in slow.server.jobs()] == ["CANCELLED", "EXPIRED"]
    assert billed(slow) == []
    for name in (waiting, stuck):
        assert "output" not in slow.operation(name)["metadata"]


def test_a_cancelled_job_may_give_the_rows_it_had_done(slow: Wire) -> None:
    slow.server.set_scenario(Scenario(partial_results=True))
    name = slow.create(ROWS)["name"]
    slow.server.advance(62.5)
    slow.post(f"/v1/{name}:cancel")
    operation = slow.operation(name)
    assert operation["metadata"]["state"] == "BATCH_STATE_CANCELLED"
    assert operation["metadata"]["batchStats"] == {"requestCount": "40", "successfulRequestCount": str(HALF)}
    assert operation["error"]["code"] == 1
    assert "response" not in operation
    assert [line["key"] for line in slow.results(name)] == [f"k{number}" for number in range(HALF)]
    assert slow.get("/v1/batches").json["operations"][0]["metadata"]["output"] == operation["metadata"]["output"]


def test_a_cancelled_job_gives_nothing_otherwise(slow: Wire) -> None:
    name = slow.create(ROWS)["name"]
    slow.server.advance(62.5)
    slow.post(f"/v1/{name}:cancel")
    assert "output" not in slow.operation(name)["metadata"]


def test_a_job_may_be_seen_by_its_own_key_only(wire: Wire) -> None:
    other = Wire(wire.server, "other-key-5678")
    mine, theirs = wire.create(ROWS)["name"], other.create(ROWS)["name"]
    listed = [operation["name"] for operation in wire.get("/v1/batches").json["operations"]]
    assert listed == [theirs, mine]
    wire.server.set_scenario(Scenario(jobs_seen_by="key"))
    assert [operation["name"] for operation in wire.get("/v1/batches").json["operations"]] == [mine]
    assert wire.operation(mine)["name"] == mine
    for method, path in (
        ("GET", f"/v1/{theirs}"),
        ("POST", f"/v1/{theirs}:cancel"),
        ("DELETE", f"/v1/{theirs}"),
        ("PATCH", f"/v1/{theirs}:updateEmbedContentBatch"),
    ):
        refused = wire.ask(method, path, {} if method == "PATCH" else None)
        assert (refused.status, refused.json["error"]["status"]) == (404, "NOT_FOUND"), method
    assert other.operation(theirs)["metadata"]["state"] == "BATCH_STATE_SUCCEEDED"
