"""From paths to documents: folders, files, patterns, standard input. What cannot be read is told and passed over.

Everything streams: one file, or one line of a JSONL file, is in memory at a time.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from engine.domain.documents import fingerprint
from engine.ingest.decode import Unreadable
from engine.ingest.formats import BINARY, JSON_LINES, Remark, Source, json_lines, text_file

STANDARD_INPUT = "-"
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "CVS"})
"""Beside hidden ones, `.git` and its like."""


class Reader:
    """Iterates over the documents of some paths, in the same order every time, with remarks in between."""

    def __init__(
        self,
        paths: Sequence[str | os.PathLike[str]],
        *,
        glob: str | None = None,
        max_bytes: int,
        stdin: BinaryIO | None = None,
    ) -> None:
        self.files = 0
        """Files opened so far."""
        self._paths = paths
        self._glob = glob
        self._max_bytes = max_bytes
        self._stdin = stdin
        self._folders: set[tuple[int, int]] = set()

    def __iter__(self) -> Iterator[Source | Remark]:
        for path in self._paths:
            if os.fspath(path) == STANDARD_INPUT:
                yield from self._standard_input()
            else:
                yield from self._path(os.path.realpath(path))

    def _path(self, path: str) -> Iterator[Source | Remark]:
        try:
            found = os.stat(path)  # noqa: PTH116
        except OSError as error:
            yield Remark(_shown(path), _reason(error))
            return
        if stat.S_ISDIR(found.st_mode):
            yield from self._folder(path, path, found)
        else:
            yield from self._file(path, found.st_mode)

    def _folder(self, root: str, path: str, found: os.stat_result) -> Iterator[Source | Remark]:
        """Sorted by name. Links are followed under their target's name, so that nothing is taken in twice."""
        if (found.st_dev, found.st_ino) in self._folders:
            return
        self._folders.add((found.st_dev, found.st_ino))
        try:
            with os.scandir(path) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Remark(_shown(path), _reason(error))
            return
        for entry in listed:
            if not entry.name.startswith("."):
                yield from self._entry(root, entry)

    def _entry(self, root: str, entry: os.DirEntry[str]) -> Iterator[Source | Remark]:
        wanted = self._glob is None or _matches(entry.path, root, self._glob)
        if entry.is_file(follow_symlinks=False):  # known without asking the file system
            if wanted:
                yield from self._file(entry.path, stat.S_IFREG)
            return
        try:
            found = entry.stat()
        except OSError as error:
            yield Remark(_shown(entry.path), _reason(error))
            return
        target = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
        if not stat.S_ISDIR(found.st_mode):
            if wanted:
                yield from self._file(target, found.st_mode)
        elif entry.name not in SKIPPED_FOLDERS:
            yield from self._folder(root, target, found)

    def _file(self, path: str, mode: int) -> Iterator[Source | Remark]:
        self.files += 1
        shown = _shown(path)
        stem, suffix = _name_of(path)
        try:
            if not stat.S_ISREG(mode):
                raise Unreadable("it is not a regular file.")
            if suffix in JSON_LINES:
                with open(path, "rb") as lines:  # noqa: PTH123
                    yield from json_lines(lines, shown, stem, self._max_bytes)
                return
            if suffix in BINARY:
                raise Unreadable("it is a binary file.")
            source, remark = text_file(self._read(path), shown, _shown(stem), suffix, self._max_bytes)
            if remark is not None:
                yield remark
            yield source
        except Unreadable as reason:
            yield Remark(shown, str(reason))
        except OSError as error:
            yield Remark(shown, _reason(error))

    def _read(self, path: str) -> bytes:
        """The whole file; bare system calls, since there may be very many small ones."""
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            size = os.fstat(file).st_size
            if size > self._max_bytes:
                raise Unreadable(f"it has {size:,} bytes, more than chunking.max_file_bytes.")
            data = os.read(file, size + 1)
            while size < len(data) <= self._max_bytes and (more := os.read(file, 1 << 20)):
                data += more  # it grows while it is read
        finally:
            os.close(file)
        return data

    def _standard_input(self) -> Iterator[Source | Remark]:
        """One text; its source names its content, since nothing else tells two inputs apart."""
        if self._stdin is None:
            yield Remark(STANDARD_INPUT, "there is no standard input.")
            return
        self.files += 1
        try:
            data = self._stdin.read(self._max_bytes + 1)
            source, remark = text_file(data, STANDARD_INPUT, "standard input", "", self._max_bytes)
        except Unreadable as reason:
            yield Remark(STANDARD_INPUT, str(reason))
            return
        if remark is not None:
            yield remark
        yield source._replace(source=f"{STANDARD_INPUT}#{fingerprint(source.text)[:16]}", titled=False)


def _name_of(path: str) -> tuple[str, str]:
    """Name and suffix in lower case, `("notes", ".md")`; a leading dot begins no suffix."""
    stem, dot, suffix = path[path.rfind(os.sep) + 1 :].rpartition(".")
    return (stem, dot + suffix.lower()) if stem else (dot + suffix, "")


def _matches(path: str, root: str, glob: str) -> bool:
    """A pattern with a slash is held against the path below the folder, one without against the name."""
    if "/" not in glob:
        return fnmatchcase(os.path.basename(path), glob)  # noqa: PTH119
    below = Path(path).relative_to(root).as_posix() if path.startswith(root) else path
    return fnmatchcase(below, glob) or (glob.startswith("**/") and fnmatchcase(below, glob[3:]))


def _shown(path: str) -> str:
    """A path as text that can be stored: bytes that are no UTF-8 are written out."""
    if path.isascii():
        return path
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.ENOENT:
            return "it does not exist."
        case errno.EACCES | errno.EPERM:
            return "it cannot be read: permission denied."
        case errno.ELOOP:
            return "it is a link that leads to itself."
    return f"it cannot be read: {error.strerror or type(error).__name__}."
