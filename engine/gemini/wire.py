"""What the SDK's HTTP client puts on the wire and hears, call by call."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from engine.gemini.failures import Answer

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody; for connections that are never made. The SDK else reads all certificates for each of its clients,
the asynchronous ones included, which takes 0.1 seconds."""


class TakenOverError(Exception):
    """The answer is recorded; the SDK need not look at it."""


@dataclass(slots=True)
class _Call:
    take_over: bool = True
    sent: bool = False
    answer: Answer | None = None


class Wire(threading.local):
    """The current call of each thread, watched through the hooks of the HTTP client."""

    def __init__(self) -> None:
        self._call = _Call()

    def begin(self, *, take_over: bool) -> None:
        """A new call; `take_over` ends it with `TakenOverError` as soon as an answer is there."""
        self._call = _Call(take_over)

    @property
    def sent(self) -> bool:
        """A request was handed to the connection."""
        return self._call.sent

    @property
    def answer(self) -> Answer | None:
        """The last answer of the call."""
        return self._call.answer

    def client_args(self, base_url: str, timeout_seconds: float) -> dict[str, Any]:
        """How the SDK is to set up its HTTP client."""
        args: dict[str, Any] = {
            "timeout": timeout_seconds,
            # A redirect would take the key to another host.
            "follow_redirects": False,
            # A proxy of the environment has no business between this machine and itself.
            "trust_env": not is_loopback(base_url),
            "event_hooks": {"request": [self._on_request], "response": [self._on_response]},
        }
        return args | ({"verify": NO_CERTIFICATES} if base_url.startswith("http://") else {})

    def _on_request(self, request: Any) -> None:
        self._call.sent = True

    def _on_response(self, response: Any) -> None:
        """Called before the body is read; a download's body is left to be streamed."""
        streamed = not self._call.take_over and response.request.url.path.endswith(":download")
        body = b"" if streamed and response.status_code == 200 else response.read()
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._call.answer = Answer(response.status_code, headers, body)
        if self._call.take_over:
            raise TakenOverError


def is_loopback(url: str) -> bool:
    """The address is this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
