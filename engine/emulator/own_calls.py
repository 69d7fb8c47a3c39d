"""The emulator's own paths under /emulator/, which no client of Google's sends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from .calls import Call, answer, refusal
from .clock import nanoseconds
from .scenario import Scenario
from .wire import ApiError, dumps, fields, invalid, timestamp

OwnHandler = Callable[[Call], Awaitable[Response]]


def own(handler: OwnHandler) -> Callable[[Request], Awaitable[Response]]:
    """The handler without key check and fault script."""

    async def serve(request: Request) -> Response:
        try:
            return await handler(Call(request, request.app.state.service, key=""))
        except ApiError as error:
            return refusal(error, upload=False)

    return serve


async def show_bill(call: Call) -> Response:
    """What Google would charge for."""
    return answer(dumps(await asyncio.to_thread(call.service.bill)))


async def show_export(call: Call) -> Response:
    """The bill as Google exports it, CSV; `?currency=EUR&rate=0.92` in another currency, at so many for a dollar."""
    query = call.request.query_params
    try:
        text = await asyncio.to_thread(call.service.export_csv, query.get("currency", "USD"), query.get("rate", "1"))
    except ValueError as error:
        raise invalid(str(error)) from None
    return Response(text, media_type="text/csv; charset=UTF-8")


async def show_jobs(call: Call) -> Response:
    """All jobs with their states and counts."""
    return answer({"jobs": await asyncio.to_thread(call.service.jobs)})


async def replace_scenario(call: Call) -> Response:
    """A new fault script; `{}` ends all misbehaviour."""
    try:
        call.service.set_scenario(Scenario.from_dict(await call.json()))
    except ValueError as error:
        raise invalid(str(error)) from None
    return answer()


async def move_clock(call: Call) -> Response:
    """`{"advance": seconds}`; answers the new time."""
    step = fields(await call.json(), frozenset(("advance",)), "").get("advance")
    if isinstance(step, bool) or not isinstance(step, int | float):
        raise invalid(f"advance is {step!r}, but a number of seconds was expected.")
    try:
        now = call.service.clock.advance(step)
    except ValueError as error:
        raise invalid(str(error)) from None
    return answer({"now": timestamp(nanoseconds(now))})
