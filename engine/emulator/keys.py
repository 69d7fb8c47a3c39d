"""API keys: which are accepted, and whose project they belong to."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping

from .wire import LOCALIZED_MESSAGE, ApiError, error_info

DEFAULT_PROJECT = "emulator"


def _not_valid() -> ApiError:
    message = "API key not valid. Please pass a valid API key."
    localized = {"@type": LOCALIZED_MESSAGE, "locale": "en-US", "message": message}
    return ApiError(400, message, details=[error_info("API_KEY_INVALID"), localized])


class Keys:
    """Any plausible key, or only those given; a mapping says which project each belongs to."""

    def __init__(self, allowed: Mapping[str, str] | Collection[str] | None = None) -> None:
        self._allowed = None if allowed is None else frozenset(allowed)
        self._projects: dict[str, str] = dict(allowed) if isinstance(allowed, Mapping) else {}
        self._revoked: set[str] = set()
        self._lock = threading.Lock()

    def project(self, key: str) -> str:
        """The key's project; ApiError 403 without a key, 400 for one that is not valid."""
        if not key:
            raise ApiError(
                403,
                "Method doesn't allow unregistered callers (callers without established identity). "
                "Please use API Key or other form of API consumer identity to call this API.",
            )
        known = self._allowed is None or key in self._allowed
        if not known or key in self._revoked or "invalid" in key.lower() or not key.isprintable() or " " in key:
            raise _not_valid()
        return self._projects.get(key, DEFAULT_PROJECT)

    def revoke(self, key: str) -> None:
        """Refuse the key from now on."""
        with self._lock:
            self._revoked.add(key)
