"""The resumable upload as no client library sends it, and how long files live."""

from __future__ import annotations

import hashlib
from base64 import b64decode

import pytest

from engine.emulator import Scenario
from tests.emulator.wire_client import MODEL, Wire, row

HOUR = 3600.0


def test_a_chunk_that_is_sent_twice_counts_once(wire: Wire) -> None:
    url = wire.start_upload(8).headers["X-Goog-Upload-URL"]
    assert url.startswith(wire.server.base_url)
    for _ in range(2):
        reply = wire.send(url, b"abcd", 0, "upload")
        assert (reply.status, reply.headers["X-Goog-Upload-Status"]) == (200, "active")
    names = set()
    for _ in range(2):
        reply = wire.send(url, b"efgh", 4)
        assert reply.headers["X-Goog-Upload-Status"] == "final"
        names.add(reply.json["file"]["name"])
    assert len(names) == 1
    assert b64decode(reply.json["file"]["sha256Hash"]).decode() == hashlib.sha256(b"abcdefgh").hexdigest()


@pytest.mark.parametrize(
    ("offset", "data", "command"),
    [
        (5, b"x", "upload"),
        (2, b"abc", "upload"),
        (4, b"x", "upload, finalize"),
        (4, b"", "upload, finalize"),
        (4, b"", "sing"),
    ],
)
def test_a_chunk_that_does_not_fit_ends_the_upload(wire: Wire, offset: int, data: bytes, command: str) -> None:
    url = wire.start_upload(8).headers["X-Goog-Upload-URL"]
    wire.send(url, b"abcd", 0, "upload")
    reply = wire.send(url, data, offset, command)
    assert (reply.status, reply.headers["X-Goog-Upload-Status"]) == (400, "final")


def test_an_upload_tells_what_it_has_and_can_be_given_up(wire: Wire) -> None:
    url = wire.start_upload(8).headers["X-Goog-Upload-URL"]
    wire.send(url, b"abcd", 0, "upload")
    assert wire.send(url, b"", 0, "query").headers["X-Goog-Upload-Size-Received"] == "4"
    assert wire.send(url, b"", 0, "cancel").headers["X-Goog-Upload-Status"] == "cancelled"
    assert wire.send(url, b"efgh", 4).status == 404


def test_a_client_may_name_its_file(wire: Wire) -> None:
    assert wire.upload(b"x", name="files/my-file")["name"] == "files/my-file"
    assert wire.start_upload(1, {"name": "files/my-file"}).status == 409
    for name in ("files/My-file", "files/-a", "files/" + "a" * 41):
        assert wire.start_upload(1, {"name": name}).status == 400
    assert wire.start_upload(1, {"displayName": "x" * 513}).status == 400
    assert wire.start_upload(3 * 1024**3).status == 400


def test_an_upload_expires_after_48_hours_but_a_waiting_job_keeps_its_input(wire: Wire) -> None:
    operation = wire.create([row("a", "x")])
    file = operation["metadata"]["inputConfig"]["fileName"]
    wire.server.advance(47.9 * HOUR)
    assert wire.get(f"/v1/{file}").status == 200
    wire.server.advance(0.2 * HOUR)
    assert wire.get(f"/v1/{file}").status == 403
    assert file not in [other["name"] for other in wire.get("/v1/files").json.get("files", [])]
    assert len(wire.results(operation["name"])) == 1
    wire.server.advance(42 * 24 * HOUR)
    results = wire.operation(operation["name"])["response"]["responsesFile"]
    assert wire.get(f"/v1/{results}:download?alt=media").status == 403


def test_a_file_may_be_processing_at_first(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(file_processing=10))
    file = wire.upload(b'{"key":"a","request":{"content":{"parts":[{"text":"x"}]}}}\n')
    assert file["state"] == "PROCESSING"
    body = {"batch": {"inputConfig": {"fileName": file["name"]}}}
    early = wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", body)
    assert early.json["error"]["status"] == "FAILED_PRECONDITION"
    wire.server.advance(10)
    assert wire.get(f"/v1/{file['name']}").json["state"] == "ACTIVE"
    assert wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", body).status == 200


def test_uploads_cannot_be_downloaded(wire: Wire) -> None:
    assert wire.get(f"/v1/{wire.upload(b'x')['name']}:download?alt=media").status == 400


@pytest.mark.parametrize("mime_type", ["jsonl", "application/jsonl", "application/json", "text/plain"])
def test_an_input_file_may_be_of_any_of_these_types(wire: Wire, mime_type: str) -> None:
    assert wire.upload(b"x", mimeType=mime_type)["mimeType"] == mime_type


@pytest.mark.parametrize("mime_type", ["application/x-sh", "application/octet-stream", "text/plain; charset=utf-8"])
def test_other_types_are_refused_when_all_has_arrived(wire: Wire, mime_type: str) -> None:
    url = wire.start_upload(1, {"mimeType": mime_type}).headers["X-Goog-Upload-URL"]
    reply = wire.send(url, b"x")
    assert (reply.status, reply.headers["X-Goog-Upload-Status"]) == (400, "final")
    assert reply.json["error"]["message"] == f"Unsupported MIME type: {mime_type}"
    assert reply.json["error"]["status"] == "INVALID_ARGUMENT"
    assert wire.get("/v1/files").json == {}
    assert wire.send(url, b"x").status == 404


def test_jsonl_may_be_refused_as_in_2025(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(refused_types=frozenset({"application/jsonl", "jsonl"})))
    for mime_type, status in (("application/jsonl", 400), ("jsonl", 400), ("application/json", 200)):
        url = wire.start_upload(1, {"mimeType": mime_type}).headers["X-Goog-Upload-URL"]
        assert wire.send(url, b"x").status == status, mime_type
