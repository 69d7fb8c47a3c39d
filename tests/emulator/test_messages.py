"""Every JSON the emulator sends, against message definitions written down here on their own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.emulator import EmulatorServer, JobRule, RowRule, Scenario
from tests.emulator.wire_client import KEY, Wire, row

RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z"

# field -> type; "!" required, "[]" list, other words are messages of this table
MESSAGES: dict[str, dict[str, str]] = {
    "Operation": {
        "name": "batch!", "metadata": "EmbedContentBatch!", "done": "true", "error": "Status",
        "response": "EmbedContentBatchOutput",
    },
    "EmbedContentBatch": {
        "@type": "string!", "name": "batch!", "model": "model!", "displayName": "string", "inputConfig": "InputConfig",
        "output": "Output", "createTime": "time!", "endTime": "time", "updateTime": "time", "batchStats": "Stats!",
        "state": "state!", "priority": "int64",
    },
    "InputConfig": {"fileName": "file!"},
    "Stats": {
        "requestCount": "int64!", "successfulRequestCount": "int64", "failedRequestCount": "int64",
        "pendingRequestCount": "int64",
    },
    "Output": {"responsesFile": "file", "inlinedResponses": "InlinedResponses"},
    "EmbedContentBatchOutput": {"@type": "string!", "responsesFile": "file", "inlinedResponses": "InlinedResponses"},
    "InlinedResponses": {"inlinedResponses": "InlinedResponse[]!"},
    "InlinedResponse": {"response": "EmbedResponse", "error": "Status", "metadata": "object"},
    "ResultLine": {"key": "string", "response": "EmbedResponse", "error": "Status"},
    "EmbedResponse": {"embedding": "Embedding!", "usageMetadata": "Usage!"},
    "BatchEmbedResponse": {"embeddings": "Embedding[]!", "usageMetadata": "Usage!"},
    "Embedding": {"values": "number[]!"},
    "Usage": {"promptTokenCount": "int32!", "promptTokenDetails": "Modality[]"},
    "Modality": {"modality": "string!", "tokenCount": "int32!"},
    "CountTokens": {"totalTokens": "int32!", "promptTokensDetails": "Modality[]"},
    "Status": {"code": "int32!", "message": "string!", "details": "object[]"},
    "ListOperations": {"operations": "Operation[]", "nextPageToken": "string"},
    "ListFiles": {"files": "File[]", "nextPageToken": "string"},
    "UploadAnswer": {"file": "File!"},
    "File": {
        "name": "file!", "displayName": "string", "mimeType": "string!", "sizeBytes": "int64", "createTime": "time!",
        "updateTime": "time!", "expirationTime": "time!", "sha256Hash": "string", "uri": "string!",
        "downloadUri": "string", "state": "string!", "source": "string!",
    },
    "Model": {
        "name": "model!", "version": "string!", "displayName": "string!", "description": "string!",
        "inputTokenLimit": "int32!", "outputTokenLimit": "int32!", "supportedGenerationMethods": "string[]!",
    },
    "ListModels": {"models": "Model[]!", "nextPageToken": "string"},
    "ErrorBody": {"error": "HttpError!"},
    "HttpError": {"code": "int32!", "message": "string!", "status": "string!", "details": "object[]"},
}  # fmt: skip

PATTERNS = {
    "batch": r"batches/[a-z0-9]{36}",
    "model": r"models/[a-z0-9-]+",
    "file": r"files/[a-z0-9-]+",
    "time": RFC3339,
    "state": r"BATCH_STATE_(PENDING|RUNNING|SUCCEEDED|FAILED|CANCELLED|EXPIRED)",
    "int64": r"-?[1-9]\d*",
}


def check(value: Any, kind: str, at: str = "") -> None:
    """Fail unless the value is such a message, to the last field."""
    if kind.endswith("[]"):
        assert isinstance(value, list), at
        for place, element in enumerate(value):
            check(element, kind[:-2], f"{at}[{place}]")
    elif kind in MESSAGES:
        assert isinstance(value, dict), at
        known = MESSAGES[kind]
        assert value.keys() <= known.keys(), f"{at}: {value.keys() - known.keys()} in {kind}"
        missing = {name for name, declared in known.items() if declared.endswith("!")} - value.keys()
        assert not missing, f"{at}: {missing} not in {kind}"
        for name, member in value.items():
            check(member, known[name].removesuffix("!"), f"{at}.{name}")
    else:
        check_scalar(value, kind, at)


def check_scalar(value: Any, kind: str, at: str) -> None:
    match kind:
        case "string":
            assert isinstance(value, str), at
            assert value, f"{at}: an empty string is left out"
        case "number":
            assert type(value) in (int, float), at
        case "int32":
            assert type(value) is int, at
            assert -(2**31) <= value < 2**31, at
        case "true":
            assert value is True, f"{at}: false is left out"
        case "object":
            assert isinstance(value, dict), at
        case _:
            assert isinstance(value, str), at
            assert re.fullmatch(PATTERNS[kind], value), f"{at}: {value!r} is no {kind}"


ROWS = [row("a", "good"), row("b", ""), row("c", "good too")]


@pytest.mark.parametrize("ending", ["SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"])
def test_an_operation_is_well_formed_in_every_state(ending: str) -> None:
    rules = {"FAILED": (JobRule(do="fail"),), "EXPIRED": (JobRule(do="expire"),)}.get(ending, ())
    with EmulatorServer(latency=100, scenario=Scenario(jobs=rules)) as server:
        wire = Wire(server)
        fresh = wire.create(ROWS)
        name, seen = fresh["name"], [fresh]
        server.advance(50)
        seen.append(wire.operation(name))
        if ending == "CANCELLED":
            wire.post(f"/v1/{name}:cancel")
        server.advance(60)
        seen.append(wire.operation(name))
        for operation in seen:
            check(operation, "Operation")
        states = [operation["metadata"]["state"].removeprefix("BATCH_STATE_") for operation in seen]
        assert states == ["PENDING", "RUNNING", ending]
        assert [operation.get("done") for operation in seen] == [None, None, True]
        check(wire.get("/v1/batches?pageSize=5").json, "ListOperations")


def test_a_fresh_operation_is_the_documented_one() -> None:
    with EmulatorServer(latency=9, clock=lambda: 1756514793.5) as server:
        operation = Wire(server).create(ROWS, "test_batch")
        file = operation["metadata"]["inputConfig"]["fileName"]
        assert operation == {
            "name": operation["name"],
            "metadata": {
                "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatch",
                "model": "models/gemini-embedding-001",
                "displayName": "test_batch",
                "inputConfig": {"fileName": file},
                "createTime": "2025-08-30T00:46:33.500000000Z",
                "updateTime": "2025-08-30T00:46:33.500000000Z",
                "batchStats": {"requestCount": "3", "pendingRequestCount": "3"},
                "state": "BATCH_STATE_PENDING",
                "name": operation["name"],
            },
        }


def test_a_finished_operation_names_its_results_twice_and_counts_its_rows(wire: Wire) -> None:
    operation = wire.operation(wire.create(ROWS)["name"])
    results = f"files/batch-{operation['name'].removeprefix('batches/')}"
    assert operation["metadata"]["output"] == {"responsesFile": results}
    assert operation["response"] == {
        "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.EmbedContentBatchOutput",
        "responsesFile": results,
    }
    stats = {"requestCount": "3", "successfulRequestCount": "2", "failedRequestCount": "1"}
    assert operation["metadata"]["batchStats"] == stats


def test_the_listing_may_tell_old_statistics(wire: Wire) -> None:
    wire.operation(wire.create(ROWS)["name"])
    (listed,) = wire.get("/v1/batches?pageSize=5").json["operations"]
    assert listed["done"] is True
    assert listed["metadata"]["batchStats"] == {"requestCount": "3", "pendingRequestCount": "3"}
    wire.server.set_scenario(Scenario(stale_listing=False))
    wire.operation(wire.create(ROWS)["name"])
    assert wire.get("/v1/batches").json["operations"][0]["metadata"]["batchStats"]["failedRequestCount"] == "1"


def test_result_lines_are_well_formed_whatever_the_row() -> None:
    spoiled = (RowRule(do="error", contains="good too"),)
    with EmulatorServer(scenario=Scenario(rows=spoiled)) as server:
        lines = Wire(server).run([*ROWS, b"not json", {"key": "d", "request": {"contents": []}}])
    for line in lines:
        check(line, "ResultLine")
    assert [line.get("key") for line in lines] == ["a", "b", "c", None, "d"]
    assert [line.get("error", {}).get("code") for line in lines] == [None, 3, 13, 3, 3]


def test_inline_results_are_nested_twice_and_told_twice_but_not_listed(wire: Wire) -> None:
    requests = [
        {"request": {"content": {"parts": [{"text": "one"}]}}, "metadata": {"key": "k1"}},
        {"request": {"content": {"parts": [{"text": ""}]}}, "metadata": {"key": "k2"}},
    ]
    batch = {"inputConfig": {"requests": {"requests": requests}}, "priority": "5"}
    created = wire.post("/v1/models/gemini-embedding-001:asyncBatchEmbedContent", {"batch": batch}).json
    check(created, "Operation")
    operation = wire.operation(created["name"])
    check(operation, "Operation")
    assert operation["metadata"]["priority"] == "5"
    inlined = operation["response"]["inlinedResponses"]["inlinedResponses"]
    assert operation["metadata"]["output"]["inlinedResponses"]["inlinedResponses"] == inlined
    assert len(inlined[0]["response"]["embedding"]["values"]) == 3072
    assert inlined[0]["metadata"] == {"key": "k1"}
    assert inlined[1]["error"]["code"] == 3
    (listed,) = wire.get("/v1/batches").json["operations"]
    assert "output" not in listed["metadata"]


def test_files_are_well_formed(wire: Wire) -> None:
    wire.operation(wire.create(ROWS)["name"])
    empty = wire.upload(b"", display_name="empty")
    check(empty, "File")
    assert "sizeBytes" not in empty
    check(wire.get(f"/v1/{empty['name']}").json, "File")
    listed = wire.get("/v1/files").json
    check(listed, "ListFiles")
    assert {file["source"] for file in listed["files"]} == {"UPLOADED", "GENERATED"}


def test_synchronous_answers_are_well_formed(wire: Wire) -> None:
    content = {"parts": [{"text": "hello"}]}
    check(wire.post("/v1/models/gemini-embedding-001:embedContent", {"content": content}).json, "EmbedResponse")
    many = {"requests": [{"content": content, "model": "models/gemini-embedding-2"}] * 2}
    check(wire.post("/v1beta/models/gemini-embedding-2:batchEmbedContents", many).json, "BatchEmbedResponse")
    check(wire.post("/v1/models/gemini-embedding-2:countTokens", {"contents": [content]}).json, "CountTokens")
    check(wire.get("/v1alpha/models/gemini-embedding-001").json, "Model")
    check(wire.get("/v1/models?pageSize=2").json, "ListModels")


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/v1/files/unknown", 403, "PERMISSION_DENIED"),
        ("GET", f"/v1/files/batch-{'a' * 36}", 400, "INVALID_ARGUMENT"),
        ("DELETE", f"/v1/files/batch-{'a' * 36}", 400, "INVALID_ARGUMENT"),
        ("GET", "/v1/batches/unknown", 404, "NOT_FOUND"),
        ("GET", "/v1/models/unknown", 404, "NOT_FOUND"),
        ("GET", "/v1/nothing", 404, "NOT_FOUND"),
        ("POST", "/v1/models/text-embedding-004:asyncBatchEmbedContent", 400, "INVALID_ARGUMENT"),
        ("POST", "/v1/models/gemini-embedding-001:countTokens", 400, "INVALID_ARGUMENT"),
        ("GET", "/v1/batches?pageToken=rubbish", 400, "INVALID_ARGUMENT"),
    ],
)
def test_errors_are_well_formed(wire: Wire, method: str, path: str, status: int, name: str) -> None:
    reply = wire.ask(method, path, {} if method == "POST" else None)
    check(reply.json, "ErrorBody")
    assert (reply.status, reply.json["error"]["code"], reply.json["error"]["status"]) == (status, status, name)


def test_header_names_are_written_as_google_writes_them(wire: Wire) -> None:
    names = wire.start_upload(3).headers.keys()
    assert {"Content-Type", "X-Goog-Upload-URL", "X-Goog-Upload-Control-URL", "X-Goog-Upload-Status"} <= set(names)


def test_a_key_is_missing_bad_or_good(wire: Wire) -> None:
    missing = wire.ask("GET", "/v1/models", headers={})
    assert (missing.status, missing.json["error"]["status"]) == (403, "PERMISSION_DENIED")
    bad = Wire(wire.server, "an-invalid-key").get("/v1/models")
    assert bad.status == 400
    assert bad.json["error"]["message"] == "API key not valid. Please pass a valid API key."
    reasons = [detail.get("reason") for detail in bad.json["error"]["details"]]
    assert reasons == ["API_KEY_INVALID", None]
    assert wire.get("/v1/models").status == 200


def test_keys_of_other_projects_see_nothing_of_ours() -> None:
    with EmulatorServer(api_keys={KEY: "one", "other-key": "two"}) as server:
        wire, other = Wire(server), Wire(server, "other-key")
        created = wire.create(ROWS)
        assert other.get(f"/v1/{created['name']}").status == 404
        assert other.get(f"/v1/{created['metadata']['inputConfig']['fileName']}").status == 403
        assert other.get("/v1/batches").json == {}
        assert Wire(server, "third-key").get("/v1/batches").status == 400
