"""One HTTP call on its way through: key, fault script, handler, answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from .scenario import CallRule
from .service import Service
from .wire import ApiError, Json, dumps, error_info, invalid, loads, retry_info

LARGEST_BODY = 20 * 1024 * 1024
JSON_TYPE = "application/json; charset=UTF-8"
WEB_PAGE = b"<!DOCTYPE html>\n<html lang=en>\n<title>Error 502 (Server Error)!!1</title>\n<p>That's all we know.\n"


class Connection(Protocol):
    """A client's connection as the HTTP server keeps it."""

    client: tuple[str, int] | None
    transport: asyncio.Transport


@dataclass(slots=True)
class Call:
    """A request, the state it acts on, and whose it is."""

    request: Request
    service: Service
    key: str
    project: str = ""

    async def json(self) -> Any:
        """The body; ApiError 400 when it is not JSON or above 20 MB."""
        body = bytearray()
        async for piece in self.request.stream():
            body += piece
            if len(body) > LARGEST_BODY:
                raise invalid(f"Request payload size exceeds the limit: {LARGEST_BODY} bytes.")
        return loads(bytes(body)) if body else {}

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def base_url(self) -> str:
        """This server as the client reached it."""
        return f"{self.request.url.scheme}://{self.request.headers.get('host') or self.request.url.netloc}"


Handler = Callable[[Call], Awaitable[Response]]


def answer(value: Json | bytes = b"{}", status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response."""
    body = value if isinstance(value, bytes) else dumps(value)
    return Response(body, status, {"Content-Type": JSON_TYPE, **(headers or {})})


def refusal(error: ApiError, *, upload: bool) -> Response:
    """An error's response; an upload's says that the upload is over, or the client repeats the chunk."""
    return answer(error.body(), error.http_status, {"X-Goog-Upload-Status": "final"} if upload else None)


def endpoint(operation: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The handler behind the key check and the fault script."""
    upload = operation.startswith("upload")
    has_key = operation != "upload_data"

    async def serve(request: Request) -> Response:
        service: Service = request.app.state.service
        call = Call(request, service, request.headers.get("x-goog-api-key") or request.query_params.get("key", ""))
        rules = service.script.of_call(operation, call.key)
        fault = rules[-1] if rules and rules[-1].do not in ("delay", "revoke") else None
        try:
            await _before(call, rules)
            if has_key:
                call.project = service.keys.project(call.key)
            if fault is not None and not fault.effect:
                return await _misbehave(fault, request, upload=upload)
            response = await handler(call)
            await asyncio.sleep(sum(rule.seconds for rule in rules if rule.do == "delay" and rule.effect))
            return response if fault is None else await _misbehave(fault, request, upload=upload)
        except ApiError as error:
            return refusal(error, upload=upload)
        except ClientDisconnect:
            return Response(status_code=499)

    return serve


async def _before(call: Call, rules: Sequence[CallRule]) -> None:
    for rule in rules:
        if rule.do == "revoke":
            call.service.keys.revoke(call.key)
        elif rule.do == "delay" and not rule.effect:
            await asyncio.sleep(rule.seconds)


async def _misbehave(rule: CallRule, request: Request, *, upload: bool) -> Response:
    if rule.do == "cut":
        await hang_up(request, abort=True)
        return Response()
    if rule.do == "html":
        return Response(WEB_PAGE, rule.status, {"Content-Type": "text/html; charset=UTF-8"})
    if rule.do == "empty":
        return Response(b"", 200, {"Content-Type": JSON_TYPE})
    if rule.do == "blank_list":
        return answer()
    details = [dict(detail) for detail in rule.details]
    if rule.reason:
        details.append(error_info(rule.reason))
    if rule.retry_delay:
        details.append(retry_info(rule.retry_delay))
    error = ApiError(rule.status, rule.message, rule.google_status or None, details)
    return refusal(error, upload=upload and not rule.bare)


async def hang_up(request: Request, *, abort: bool) -> None:
    """Close the client's connection, at once or after what was written; returns when it is gone."""
    connections: set[Connection] = request.app.state.connections
    mine = [one for one in connections if one.client == tuple(request.scope["client"])]
    for connection in mine:
        if abort:
            connection.transport.abort()
        else:
            connection.transport.close()
    while connections.intersection(mine):
        await asyncio.sleep(0.001)


class Numbered(Protocol):
    """Something with a place in the order of creation."""

    @property
    def ordinal(self) -> int:
        """Higher is newer."""


_Item = TypeVar("_Item", bound=Numbered)


def page(call: Call, newest_first: Sequence[_Item], default: int, most: int) -> tuple[list[_Item], str]:
    """The page that pageSize and pageToken ask for, and the next token, "" at the end.

    A token names the last item shown, so that what is created meanwhile does not shift the pages. No token leads to
    an empty page: the client's pager fails on one.
    """
    query = call.request.query_params
    try:
        size = int(query.get("pageSize") or query.get("page_size") or 0)
        token = query.get("pageToken") or query.get("page_token") or ""
        below = int(token.removeprefix("after-")) if token else None
    except ValueError:
        raise invalid("The page size or page token is not valid.") from None
    if size < 0:
        raise invalid("The page size cannot be negative.")
    rest = [item for item in newest_first if below is None or item.ordinal < below]
    if not rest and token:
        raise invalid("The page token is no longer valid.")
    shown = rest[: min(size or default, most)]
    return shown, f"after-{shown[-1].ordinal}" if len(rest) > len(shown) else ""
