"""Every fault of an HTTP call."""

from __future__ import annotations

import time
from http.client import RemoteDisconnected

import pytest

from engine.emulator import CallRule, EmulatorServer, Scenario
from engine.emulator.scenario import OPERATIONS
from tests.emulator.wire_client import KEY, MODEL, Reply, Wire, row

EMBED = f"/v1/{MODEL}:batchEmbedContents"
INPUT = {"requests": [{"content": {"parts": [{"text": "x"}]}}]}


def script(wire: Wire, *rules: CallRule) -> None:
    wire.server.set_scenario(Scenario(calls=rules))


def try_create(wire: Wire, file: str) -> Reply:
    return wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", {"batch": {"inputConfig": {"fileName": file}}})


@pytest.fixture
def file(wire: Wire) -> str:
    return str(wire.upload(b'{"key":"a","request":{"content":{"parts":[{"text":"x"}]}}}\n')["name"])


def test_an_error_carries_status_message_and_details(wire: Wire) -> None:
    script(
        wire,
        CallRule(
            on="models",
            do="error",
            status=429,
            message="Slow down.",
            reason="RATE_LIMIT_EXCEEDED",
            retry_delay=26,
            details=({"@type": "type.googleapis.com/google.rpc.Help"},),
        ),
    )
    error = wire.get("/v1/models").json["error"]
    assert (error["code"], error["message"], error["status"]) == (429, "Slow down.", "RESOURCE_EXHAUSTED")
    help_, info, retry = error["details"]
    assert help_["@type"].endswith("Help")
    assert info["reason"] == "RATE_LIMIT_EXCEEDED"
    assert retry == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "26s"}
    assert wire.get("/v1/models").status == 200


def test_a_rule_waits_fires_so_often_and_ends(wire: Wire) -> None:
    script(wire, CallRule(on="models", do="error", after=1, times=2), CallRule(on="models", do="error", status=500))
    assert [wire.get("/v1/models").status for _ in range(5)] == [500, 503, 503, 200, 200]
    script(wire, CallRule(on="models", do="error", times=0))
    assert {wire.get("/v1/models").status for _ in range(5)} == {503}


def test_chance_is_drawn_from_the_seed() -> None:
    rule = Scenario(calls=(CallRule(on="models", do="error", times=0, chance=0.5),))
    runs = []
    for seed in (1, 1, 2):
        with EmulatorServer(scenario=rule, seed=seed) as server:
            runs.append([Wire(server).get("/v1/models").status for _ in range(20)])
    assert runs[0] == runs[1] != runs[2]
    assert set(runs[0]) == {200, 503}


def test_an_answer_lost_after_create_leaves_a_job_that_is_billed(wire: Wire, file: str) -> None:
    script(wire, CallRule(on="create", do="cut", effect=True))
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        try_create(wire, file)
    (operation,) = wire.get("/v1/batches").json["operations"]
    assert [entry["job"] for entry in wire.server.bill()["entries"]] == [operation["name"]]


def test_a_connection_cut_before_create_leaves_nothing(wire: Wire, file: str) -> None:
    script(wire, CallRule(on="create", do="cut"))
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        try_create(wire, file)
    assert wire.get("/v1/batches").json == {}
    assert try_create(wire, file).status == 200


@pytest.mark.parametrize(("effect", "jobs"), [(True, 1), (False, 0)])
@pytest.mark.parametrize("do", ["error", "html", "empty"])
def test_an_answer_that_is_no_job_may_hide_one(wire: Wire, file: str, do: str, *, effect: bool, jobs: int) -> None:
    script(wire, CallRule(on="create", do=do, effect=effect, status=503))
    reply = try_create(wire, file)
    assert (reply.status, len(wire.server.jobs())) == (200 if do == "empty" else 503, jobs)
    if do == "html":
        assert reply.body.startswith(b"<!DOCTYPE html>")
        assert reply.headers["Content-Type"].startswith("text/html")
    if do == "empty":
        assert reply.body == b""


@pytest.mark.parametrize(("effect", "jobs"), [(True, 1), (False, 0)])
def test_a_client_that_gives_up_waiting_may_have_made_a_job(wire: Wire, file: str, *, effect: bool, jobs: int) -> None:
    script(wire, CallRule(on="create", do="delay", seconds=30, effect=effect))
    body = {"batch": {"inputConfig": {"fileName": file}}}
    with pytest.raises(TimeoutError):
        wire.ask("POST", f"/v1/{MODEL}:asyncBatchEmbedContent", body, timeout=0.2)
    assert len(wire.server.jobs()) == jobs


def test_a_delay_only_delays(wire: Wire) -> None:
    script(wire, CallRule(on="models", do="delay", seconds=0.1), CallRule(on="models", do="error", status=500))
    began = time.monotonic()
    assert wire.get("/v1/models").status == 500
    assert time.monotonic() - began >= 0.1


def test_a_listing_can_be_blank_although_there_are_jobs(wire: Wire) -> None:
    wire.create([row("a", "x")])
    script(wire, CallRule(on="list", do="blank_list"))
    assert wire.get("/v1/batches?pageSize=5").json == {}
    assert len(wire.get("/v1/batches?pageSize=5").json["operations"]) == 1


def test_a_key_is_revoked_in_the_middle(wire: Wire) -> None:
    script(wire, CallRule(on="embed", do="revoke", after=1, key=KEY[-4:]))
    assert [wire.post(EMBED, INPUT).status for _ in range(3)] == [200, 400, 400]
    assert Wire(wire.server, "another-key").post(EMBED, INPUT).status == 200


def test_a_rule_may_concern_one_key_only(wire: Wire) -> None:
    script(wire, CallRule(on="embed", do="error", times=0, key="zzzz"))
    assert wire.post(EMBED, INPUT).status == 200
    assert Wire(wire.server, "key-zzzz").post(EMBED, INPUT).status == 503


def test_an_upload_error_says_whether_the_upload_is_over(wire: Wire) -> None:
    script(
        wire,
        CallRule(on="upload_start", do="error"),
        CallRule(on="upload_data", do="error"),
        CallRule(on="upload_data", do="error", bare=True),
    )
    assert wire.start_upload(3).headers["X-Goog-Upload-Status"] == "final"
    url = wire.start_upload(3).headers["X-Goog-Upload-URL"]
    assert wire.send(url, b"abc").headers["X-Goog-Upload-Status"] == "final"
    assert wire.send(url, b"abc").headers["X-Goog-Upload-Status"] is None
    assert wire.send(url, b"abc").json["file"]["sizeBytes"] == "3"


def test_every_operation_can_be_hit(wire: Wire) -> None:
    job = wire.create([row("a", "x")])
    name, file = job["name"], job["metadata"]["inputConfig"]["fileName"]
    url = wire.start_upload(0).headers["X-Goog-Upload-URL"].removeprefix(wire.server.base_url)
    results = wire.operation(name)["metadata"]["output"]["responsesFile"]
    calls = {
        "upload_start": ("POST", "/upload/v1/files"),
        "upload_data": ("POST", url),
        "file_get": ("GET", f"/v1/{file}"),
        "file_list": ("GET", "/v1/files"),
        "file_delete": ("DELETE", f"/v1/{file}"),
        "download": ("GET", f"/v1/{results}:download?alt=media"),
        "create": ("POST", f"/v1/{MODEL}:asyncBatchEmbedContent"),
        "get": ("GET", f"/v1/{name}"),
        "list": ("GET", "/v1/batches"),
        "cancel": ("POST", f"/v1/{name}:cancel"),
        "delete": ("DELETE", f"/v1/{name}"),
        "update": ("PATCH", f"/v1/{name}:updateEmbedContentBatch"),
        "embed": ("POST", EMBED),
        "count_tokens": ("POST", f"/v1/{MODEL}:countTokens"),
        "models": ("GET", "/v1/models"),
    }
    assert calls.keys() == set(OPERATIONS)
    for operation, (method, path) in calls.items():
        script(wire, CallRule(on=operation, do="error", status=504))
        assert wire.ask(method, path).status == 504, operation
    script(wire, CallRule(on="*", do="error", status=504, times=0))
    assert {wire.ask(method, path).status for method, path in calls.values()} == {504}
