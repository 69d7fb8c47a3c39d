"""The calls of files: upload, get, list, delete, download."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from starlette.responses import Response, StreamingResponse

from .calls import Call, answer, hang_up, page
from .files import StoredFile
from .scenario import JobRule
from .wire import ApiError, compact, invalid

PIECE = 256 * 1024
GRANULARITY = 256 * 1024


async def start_upload(call: Call) -> Response:
    """Open a resumable upload and say where its bytes go."""
    headers = call.request.headers
    if headers.get("x-goog-upload-protocol", "").lower() != "resumable":
        raise invalid("Only X-Goog-Upload-Protocol: resumable is served here.")
    if headers.get("x-goog-upload-command", "").lower() != "start":
        raise invalid("An upload begins with X-Goog-Upload-Command: start.")
    upload = call.service.files.start(
        call.project,
        await call.json(),
        _number(headers.get("x-goog-upload-header-content-length"), "X-Goog-Upload-Header-Content-Length", -1),
        headers.get("x-goog-upload-header-content-type", ""),
    )
    version = call.request.scope.get("api_version") or "v1beta"
    url = f"{call.base_url()}/upload/{version}/files?upload_id={upload.id}&upload_protocol=resumable"
    return answer(
        headers={
            "X-Goog-Upload-URL": url,
            "X-Goog-Upload-Control-URL": url,
            "X-Goog-Upload-Status": "active",
            "X-Goog-Upload-Chunk-Granularity": str(GRANULARITY),
        }
    )


def _number(value: str | None, name: str, default: int) -> int:
    try:
        return default if value is None else int(value)
    except ValueError:
        raise invalid(f"{name} is not a number.") from None


async def upload_data(call: Call) -> Response:
    """Take one chunk; the one with `finalize` answers the File."""
    headers = call.request.headers
    files = call.service.files
    upload = files.upload(call.request.query_params["upload_id"])
    commands = {command.strip() for command in headers.get("x-goog-upload-command", "").lower().split(",")}
    if commands == {"cancel"}:
        files.cancel(upload)
        return answer(headers={"X-Goog-Upload-Status": "cancelled"})
    if "upload" in commands and upload.finished is None:
        offset = _number(headers.get("x-goog-upload-offset"), "X-Goog-Upload-Offset", 0)
        await upload.take(offset, call.request.stream())
    if "finalize" in commands:
        scenario = call.service.scenario
        file = files.finish(upload, scenario.file_processing, scenario.refused_types)
        return answer({"file": _message(call, file)}, headers={"X-Goog-Upload-Status": "final"})
    if not commands <= {"upload", "query"}:
        raise invalid(f"X-Goog-Upload-Command {', '.join(sorted(commands))!r} is not known.")
    status = "active" if upload.finished is None else "final"
    received = str(upload.received)
    return answer(headers={"X-Goog-Upload-Status": status, "X-Goog-Upload-Size-Received": received})


def _message(call: Call, file: StoredFile) -> dict[str, object]:
    return file.to_json(call.service.clock.now(), call.base_url())


async def get_file(call: Call) -> Response:
    """The File message."""
    return answer(_message(call, call.service.files.get(call.project, call.path("file"))))


async def delete_file(call: Call) -> Response:
    """Forget a file and its bytes."""
    call.service.files.delete(call.project, call.path("file"))
    return answer()


async def list_files(call: Call) -> Response:
    """A page of files, newest first."""
    shown, token = page(call, call.service.files.listing(call.project), default=10, most=100)
    return answer(compact({"files": [_message(call, file) for file in shown], "nextPageToken": token}))


async def download(call: Call) -> Response:
    """The bytes of a result file, streamed from disk."""
    if call.request.query_params.get("alt") != "media":
        raise invalid("A download needs alt=media.")
    file = call.service.files.find(call.project, call.path("file"))
    if not file.generated:
        raise ApiError(400, "Only generated files can be downloaded.", "FAILED_PRECONDITION")
    job = call.service.batches.results_of(file)
    rules = job.rules if job is not None else {}
    size = file.size // 2 if "short_file" in rules else file.size
    headers = {"Content-Type": file.mime_type, "Content-Length": str(size)}
    return StreamingResponse(_content(call, file, size, rules), headers=headers)


async def _content(call: Call, file: StoredFile, size: int, rules: dict[str, JobRule]) -> AsyncIterator[bytes]:
    cut = "cut_download" in rules
    slow = rules.get("slow_download")
    with file.path.open("rb") as content:
        async for piece in _pieces(content, size // 2 if cut else size, slow):
            yield piece
    if cut:
        await hang_up(call.request, abort=False)


async def _pieces(content: BinaryIO, size: int, slow: JobRule | None) -> AsyncIterator[bytes]:
    piece_size = max(1, slow.bytes_per_second // 10) if slow else PIECE
    while size:
        piece = content.read(min(piece_size, size))
        size -= len(piece)
        yield piece
        if slow:
            await asyncio.sleep(len(piece) / slow.bytes_per_second)
