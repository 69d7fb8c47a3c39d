"""uvicorn on a socket of ours, told to leave from another thread, without waiting for its clients."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from .calls import Connection

KEEP_ALIVE_SECONDS = 75


class Listener(uvicorn.Server):
    """A uvicorn server whose main loop is an event, so that it ends at once."""

    def __init__(self, build: Callable[[set[Connection]], ASGIApp]) -> None:
        self.ready = threading.Event()
        self._leave = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        config = uvicorn.Config(
            self._serve_call,
            interface="asgi3",
            http="h11",
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            log_level="error",
            access_log=False,
            date_header=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        super().__init__(config)
        connections: set[Connection] = self.server_state.connections  # type: ignore[assignment]
        self._app = build(connections)

    async def _serve_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def main_loop(self) -> None:
        """Serve until `leave`."""
        self._loop = asyncio.get_running_loop()
        self.ready.set()
        await self._leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port, hang up, end the calls under way."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        calls = list(self.server_state.tasks)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def leave(self) -> None:
        """End the main loop; called from another thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._leave.set)
