"""A file whose growth is told, and a way to stop it from growing."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO


class StoppedError(Exception):
    """`progress` raised: not the call went wrong, its caller gave up."""

    def __init__(self, reason: Exception) -> None:
        self.reason = reason


class CountedFile:
    """A file that counts what is written to it."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], None] | None) -> None:
        self._file = file
        self._progress = progress
        self.written = 0

    def write(self, data: bytes) -> int:
        """Writes all of it."""
        self._file.write(data)
        self.written += len(data)
        if self._progress is not None:
            try:
                self._progress(self.written)
            except Exception as error:
                raise StoppedError(error) from None
        return len(data)
