"""The routes: Google's paths under /v1, /v1beta, /v1alpha or no version, and our own under /emulator."""

from __future__ import annotations

import re
from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import batch_calls, file_calls, model_calls, own_calls
from .calls import Connection, answer, endpoint
from .own_calls import own
from .service import Service
from .wire import ApiError

_VERSION = re.compile(r"^(/upload|/download)?/(v1|v1beta|v1alpha)(?=/)")


def _spelled(name: bytes) -> bytes:
    """The header's name as Google spells it; Starlette lower-cases it, clients look it up as it is written.

    `Content-Type`, but `X-Goog-Upload-URL`: the client library's asynchronous upload knows no other form of it.
    """
    return re.sub(rb"Url$", b"URL", name.title())


class Front:
    """Takes the version out of the path, and spells header names the way Google does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_capitalised(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(_spelled(name), value) for name, value in message["headers"]]
            await send(message)

        if scope["type"] == "http" and (found := _VERSION.match(scope["path"])):
            path = (found[1] or "") + scope["path"][found.end() :]
            scope = {**scope, "path": path, "api_version": found[2]}
        await self._app(scope, receive, send_capitalised)


async def _upload(request: Request) -> Response:
    data = "upload_id" in request.query_params
    return await (_upload_data if data else _upload_start)(request)


_upload_start = endpoint("upload_start", file_calls.start_upload)
_upload_data = endpoint("upload_data", file_calls.upload_data)


def _unknown(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    unknown = ApiError(status, f"{request.method} {request.url.path} is not served here.", "NOT_FOUND")
    return answer(unknown.body(), status)


def _routes() -> list[Route]:
    download = endpoint("download", file_calls.download)
    embed_one, embed_many = endpoint("embed", model_calls.embed_one), endpoint("embed", model_calls.embed_many)
    return [
        Route("/upload/files", _upload, methods=["POST", "PUT"]),
        Route("/files/{file}:download", download, methods=["GET"]),
        Route("/download/files/{file}:download", download, methods=["GET"]),
        Route("/files", endpoint("file_list", file_calls.list_files), methods=["GET"]),
        Route("/files/{file}", endpoint("file_get", file_calls.get_file), methods=["GET"]),
        Route("/files/{file}", endpoint("file_delete", file_calls.delete_file), methods=["DELETE"]),
        Route("/models", endpoint("models", model_calls.list_models), methods=["GET"]),
        Route("/models/{model}:countTokens", endpoint("count_tokens", model_calls.count), methods=["POST"]),
        Route("/models/{model}:embedContent", embed_one, methods=["POST"]),
        Route("/models/{model}:batchEmbedContents", embed_many, methods=["POST"]),
        Route("/models/{model}:asyncBatchEmbedContent", endpoint("create", batch_calls.create), methods=["POST"]),
        Route("/models/{model}", endpoint("models", model_calls.get_model), methods=["GET"]),
        Route("/batches", endpoint("list", batch_calls.list_batches), methods=["GET"]),
        Route("/batches/{batch}:cancel", endpoint("cancel", batch_calls.cancel), methods=["POST"]),
        Route("/batches/{batch}:updateEmbedContentBatch", endpoint("update", batch_calls.update), methods=["PATCH"]),
        Route("/batches/{batch}", endpoint("get", batch_calls.get), methods=["GET"]),
        Route("/batches/{batch}", endpoint("delete", batch_calls.delete), methods=["DELETE"]),
        Route("/emulator/bill", own(own_calls.show_bill), methods=["GET"]),
        Route("/emulator/bill.csv", own(own_calls.show_export), methods=["GET"]),
        Route("/emulator/jobs", own(own_calls.show_jobs), methods=["GET"]),
        Route("/emulator/scenario", own(own_calls.replace_scenario), methods=["POST"]),
        Route("/emulator/clock", own(own_calls.move_clock), methods=["POST"]),
    ]


def build_app(service: Service, connections: Collection[Connection]) -> ASGIApp:
    """The ASGI application over this state; `connections` are those of the server, for faults that cut one."""
    app = Starlette(routes=_routes(), exception_handlers={404: _unknown, 405: _unknown})
    app.router.redirect_slashes = False
    app.state.service = service
    app.state.connections = connections
    return Front(app)
