"""Plain HTTP to the emulator, for what no client library would send or show."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any

from engine.emulator import EmulatorServer

KEY = "AIzaSyTest-0000-1234"
MODEL = "models/gemini-embedding-001"


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: HTTPMessage

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def row(key: str, text: str, dimension: int = 4) -> dict[str, Any]:
    """A request line as the cookbook writes it."""
    return {"key": key, "request": {"output_dimensionality": dimension, "content": {"parts": [{"text": text}]}}}


class Wire:
    """One connection per call, so that a cut one spoils nothing."""

    def __init__(self, server: EmulatorServer, key: str = KEY) -> None:
        self.server = server
        self.key = key

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None, timeout: float = 10
    ) -> Reply:
        connection = HTTPConnection(self.server.base_url.removeprefix("http://"), timeout=timeout)
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, data, {"x-goog-api-key": self.key} if headers is None else headers)
            response = connection.getresponse()
            return Reply(response.status, response.read(), response.headers)
        finally:
            connection.close()

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)

    def post(self, path: str, body: object = None) -> Reply:
        return self.ask("POST", path, body)

    def start_upload(self, size: int, file: dict[str, Any] | None = None) -> Reply:
        headers = {
            "x-goog-api-key": self.key,
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(size),
            "X-Goog-Upload-Header-Content-Type": "application/jsonl",
        }
        return self.ask("POST", "/upload/v1/files", {"file": file or {}}, headers)

    def send(self, url: str, data: bytes, offset: int = 0, command: str = "upload, finalize") -> Reply:
        headers = {"X-Goog-Upload-Command": command, "X-Goog-Upload-Offset": str(offset)}
        return self.ask("POST", url.removeprefix(self.server.base_url), data, headers)

    def upload(self, data: bytes, **file: Any) -> dict[str, Any]:
        reply = self.send(self.start_upload(len(data), file).headers["X-Goog-Upload-URL"], data)
        assert reply.status == 200, reply.body
        stored: dict[str, Any] = reply.json["file"]
        return stored

    def create(self, lines: list[Any], display_name: str = "job", model: str = MODEL) -> dict[str, Any]:
        """A job over these rows, bytes taken as they are; returns the Operation."""
        data = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
        batch = {"displayName": display_name, "inputConfig": {"file_name": self.upload(data)["name"]}}
        reply = self.post(f"/v1/{model}:asyncBatchEmbedContent", {"batch": batch})
        assert reply.status == 200, reply.body
        operation: dict[str, Any] = reply.json
        return operation

    def operation(self, name: str) -> dict[str, Any]:
        reply = self.get(f"/v1/{name}")
        assert reply.status == 200, reply.body
        operation: dict[str, Any] = reply.json
        return operation

    def download(self, name: str) -> bytes:
        file = self.operation(name)["metadata"]["output"]["responsesFile"]
        reply = self.get(f"/v1/{file}:download?alt=media")
        assert reply.status == 200, reply.body
        return reply.body

    def results(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.download(name).split(b"\n") if line]

    def run(self, lines: list[Any]) -> list[dict[str, Any]]:
        """Create, get, download: the result lines."""
        return self.results(self.create(lines)["name"])
