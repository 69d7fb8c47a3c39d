"""Request forms seen in the wild: taken in either casing, refused when a field is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.wire_client import MODEL, Wire, row

TEXT = {"parts": [{"text": "hello"}]}
ACCEPTED: list[dict[str, Any]] = [
    {"key": "a", "request": {"output_dimensionality": 4, "content": TEXT}},
    {"key": "a", "request": {"model": MODEL, "content": TEXT, "outputDimensionality": 4}},
    {"key": "a", "request": {"content": TEXT, "taskType": "CLUSTERING", "title": "t", "outputDimensionality": 4}},
    {"key": "a", "request": {"content": TEXT, "embed_content_config": {"output_dimensionality": 4}}},
    {"key": "a", "request": {"content": TEXT, "embedContentConfig": {"outputDimensionality": 4}, "task_type": 2}},
    {"key": "a", "request": {"content": {"role": "user", "parts": [{"text": "hel"}]}, "outputDimensionality": "4"}},
]
REFUSED: list[Any] = [
    {"key": "a", "request": {"contents": [TEXT]}},
    {"key": "a", "request": {"content": TEXT}, "embed_content_config": {}},
    {"key": "a", "content": TEXT, "task_type": "CLUSTERING"},
    {"custom_id": "a", "request": {"content": TEXT}},
    {"key": "a", "request": {"content": TEXT, "taskType": "SINGING"}},
    {"key": "a", "request": {"content": TEXT, "outputDimensionality": 4000}},
    {"key": "a", "request": {"content": TEXT, "outputDimensionality": 1.5}},
    {"key": "a", "request": {"content": TEXT, "model": "models/gemini-embedding-2"}},
    {"key": "a", "request": {"content": {"parts": [{"text": 5}]}}},
    {"key": "a", "request": {"content": {"parts": []}}},
    {"key": "a", "request": {}},
    {"key": "a"},
    {"key": 5, "request": {"content": TEXT}},
    ["a"],
    b'{"key": "a", "request"',
]


def test_every_known_form_of_a_line_is_taken(wire: Wire) -> None:
    lines = wire.run(ACCEPTED)
    assert [len(line.get("response", {}).get("embedding", {}).get("values", [])) for line in lines] == [4] * 6


def test_a_wrong_line_fails_alone_with_code_3(wire: Wire) -> None:
    lines = wire.run([*REFUSED, row("good", "x")])
    assert [line.get("error", {}).get("code") for line in lines] == [3] * len(REFUSED) + [None]


def test_blank_lines_and_other_line_ends_do_not_count(wire: Wire) -> None:
    request = b'{"key":"%b","request":{"content":{"parts":[{"text":"x\xe2\x80\xa8y"}]}}}'
    operation = wire.create([b"", request % b"a" + b"\r", b"   ", request % b"b"])
    assert operation["metadata"]["batchStats"]["requestCount"] == "2"
    assert [line["key"] for line in wire.results(operation["name"])] == ["a", "b"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"batch": {}},
        {"batch": {"inputConfig": {}}},
        {"batch": {"inputConfig": {"fileName": "files/a", "requests": {"requests": []}}}},
        {"batch": {"inputConfig": {"requests": {"requests": []}}}},
        {"batch": {"inputConfig": {"requests": {"requests": [{"request": {"contents": []}}]}}}},
        {"batch": {"inputConfig": {"file": "files/a"}}},
        {"batch": {"inputConfig": {"fileName": "files/a"}, "model": "models/other"}},
        {"batch": {"inputConfig": {"fileName": 3}}},
        {"batch": {"inputConfig": {"fileName": "files/a"}, "colour": "red"}},
        {"job": {}},
        [],
        b"{",
    ],
)
def test_a_creation_that_makes_no_sense_is_refused(wire: Wire, body: object) -> None:
    reply = wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", body)
    assert (reply.status, reply.json["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert wire.server.jobs() == []


def test_a_missing_input_file_is_not_found(wire: Wire) -> None:
    body = {"batch": {"inputConfig": {"fileName": "files/none"}}}
    assert wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", body).status == 404


def test_counting_refuses_unknown_fields(wire: Wire) -> None:
    reply = wire.post(f"/v1/{MODEL}:countTokens", {"contents": [TEXT], "colour": "red"})
    assert reply.status == 400
    assert 'Unknown name "colour"' in reply.json["error"]["message"]


@pytest.mark.parametrize("version", ["/v1", "/v1beta", "/v1alpha", ""])
def test_every_version_serves_the_same_jobs(wire: Wire, version: str) -> None:
    name = wire.create([row("a", "x")])["name"]
    assert wire.get(f"{version}/{name}").json["name"] == name
    results = wire.operation(name)["response"]["responsesFile"]
    for prefix in (version, f"/download{version}"):
        reply = wire.get(f"{prefix}/{results}:download?alt=media")
        assert int(reply.headers["Content-Length"]) == len(reply.body) > 0


def test_a_job_is_relabelled(wire: Wire) -> None:
    name = wire.create([row("a", "x")], "old")["name"]
    body = {"displayName": "new", "priority": "-3"}
    changed = wire.ask("PATCH", f"/v1/{name}:updateEmbedContentBatch?updateMask=displayName", body).json
    assert changed["displayName"] == "new"
    assert "priority" not in changed
    wire.ask("PATCH", f"/v1/{name}:updateEmbedContentBatch?updateMask=display_name,priority", body)
    assert wire.operation(name)["metadata"]["priority"] == "-3"
