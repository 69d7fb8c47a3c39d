"""From paths to texts: folders, files, JSON lines, standard input. What cannot be read is told and passed over.

Everything streams: one file, or one line of a JSONL file, is in memory at a time.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from engine.chunking import RESTRUCTURED, markdown_title
from engine.domain.documents import content_hash

STANDARD_INPUT = "-"
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "CVS"})
"""Beside hidden ones, `.git` and its like."""

_SUFFIXES = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mdx"), "text/markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "text/html"),
    ".rst": RESTRUCTURED,
}
_JSON_LINES = frozenset({".jsonl", ".ndjson"})
_LANGUAGES = {
    ".sh": "bash", ".bash": "bash", ".zsh": "bash", ".c": "c", ".h": "c", ".clj": "clojure", ".cljs": "clojure",
    ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".hh": "cpp", ".hpp": "cpp", ".hxx": "cpp", ".cs": "csharp",
    ".css": "css", ".scss": "css", ".less": "css", ".dart": "dart", ".ex": "elixir", ".exs": "elixir",
    ".erl": "erlang", ".fs": "fsharp", ".go": "go", ".groovy": "groovy", ".gradle": "groovy", ".hs": "haskell",
    ".java": "java", ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript",
    ".json": "json", ".jl": "julia", ".kt": "kotlin", ".kts": "kotlin", ".lisp": "lisp", ".el": "lisp",
    ".lua": "lua", ".ml": "ocaml", ".mli": "ocaml", ".pl": "perl", ".pm": "perl", ".php": "php",
    ".ps1": "powershell", ".proto": "protobuf", ".py": "python", ".pyi": "python", ".r": "r", ".rb": "ruby",
    ".rs": "rust", ".scala": "scala", ".sql": "sql", ".swift": "swift", ".toml": "toml", ".ts": "typescript",
    ".tsx": "typescript", ".vue": "vue", ".xml": "xml", ".yaml": "yaml", ".yml": "yaml", ".zig": "zig",
}  # fmt: skip
_BINARY = frozenset({
    ".7z", ".a", ".avi", ".bin", ".bmp", ".bz2", ".class", ".db", ".dll", ".doc", ".docx", ".dylib", ".eot",
    ".epub", ".exe", ".gif", ".gz", ".ico", ".jar", ".jpeg", ".jpg", ".lz4", ".mkv", ".mov", ".mp3", ".mp4", ".npy",
    ".npz", ".o", ".odt", ".ogg", ".otf", ".parquet", ".pdf", ".png", ".ppt", ".pptx", ".pyc", ".so", ".sqlite",
    ".sqlite3", ".tar", ".tgz", ".tif", ".tiff", ".ttf", ".wasm", ".wav", ".webm", ".webp", ".whl", ".woff",
    ".woff2", ".xls", ".xlsx", ".xz", ".zip", ".zst",
})  # fmt: skip
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MARKED = frozenset(mark[:1] for mark, _ in _BYTE_ORDER_MARKS)
_WESTERN = 5
"""Western text has fewer than one letter beyond ASCII in so many."""
_SAMPLE = 1 << 16
_UNSTORABLE = re.compile("[\ud800-\udfff\0]")
_PDF = b"%PDF-"


class Source(NamedTuple):
    """One document's text as it was read; HTML is still HTML."""

    source: str
    name: str
    """Its title, unless the text has one of its own."""
    text: str
    media_type: str
    language: str | None = None
    metadata: str = "{}"
    titled: bool = True
    """The name stands in front of the text to embed; an id does not."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a file or a line of it; never what stands in it."""

    source: str
    text: str
    line: int | None = None
    skipped: bool = True
    """It was not taken in."""

    def __str__(self) -> str:
        return f"{self.source}: {self.text}" if self.line is None else f"{self.source}, line {self.line:,}: {self.text}"


class Unreadable(Exception):
    """Why a file or line is passed over."""


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
            if suffix in _JSON_LINES:
                with open(path, "rb") as lines:  # noqa: PTH123
                    yield from self._json_lines(shown, stem, lines)
                return
            if suffix in _BINARY:
                raise Unreadable("it is a binary file.")
            source, remark = self._text(self._read(path), shown, _shown(stem), suffix)
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
            source, remark = self._text(data, STANDARD_INPUT, "standard input", "")
        except Unreadable as reason:
            yield Remark(STANDARD_INPUT, str(reason))
            return
        if remark is not None:
            yield remark
        yield source._replace(source=f"{STANDARD_INPUT}#{content_hash(source.text)[:16]}", titled=False)

    def _text(self, data: bytes, shown: str, stem: str, suffix: str) -> tuple[Source, Remark | None]:
        if len(data) > self._max_bytes:
            raise Unreadable("it is larger than chunking.max_file_bytes.")
        text, how = decoded(data)
        if not text or text.isspace():
            raise Unreadable("it is empty.")
        language = _LANGUAGES.get(suffix)
        media_type = f"text/x-{language}" if language else _SUFFIXES.get(suffix, "text/plain")
        source = Source(shown, stem + suffix if language else stem, text, media_type, language)
        return source, Remark(shown, how, skipped=False) if how else None

    def _json_lines(self, shown: str, stem: str, file: BinaryIO) -> Iterator[Source | Remark]:
        """A document for each line. Lines without an id are named by their text, wherever in the file they stand."""
        seen: set[int] = set()
        number = 0
        while line := file.readline(self._max_bytes + 1):
            number += 1
            try:
                if len(line) > self._max_bytes:
                    _skip_line(file, line)
                    raise Unreadable("it is longer than chunking.max_file_bytes.")
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if not line.strip():
                    continue
                record = _record(line)
                name = hash(record.id or record.text)
                if name in seen and record.id:
                    raise Unreadable("an earlier line has the same id.")
                seen.add(name)
                if record.replaced:
                    yield Remark(shown, _replaced(record.replaced), number, skipped=False)
                yield record.source(shown, stem)
            except Unreadable as reason:
                yield Remark(shown, str(reason), number)


@dataclass(frozen=True, slots=True)
class _Record:
    id: str
    text: str
    metadata: str
    title: str
    replaced: int

    def source(self, shown: str, stem: str) -> Source:
        name = self.id or content_hash(self.text)[:16]
        title = self.title or self.id or stem
        return Source(f"{shown}#{name}", title, self.text, "text/plain", None, self.metadata, bool(self.title))


def _record(line: bytes) -> _Record:
    try:
        value = json.loads(line, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise Unreadable("it is not JSON.") from None
    if not isinstance(value, dict):
        raise Unreadable("it is not a JSON object.")
    text = value.get("text")
    if not isinstance(text, str):
        raise Unreadable("it has no text." if text is None else "its text is not a string.")
    if not text or text.isspace():
        raise Unreadable("its text is empty.")
    key = value.get("id")
    if key is not None and (isinstance(key, bool) or not isinstance(key, str | int)):
        raise Unreadable("its id is neither a string nor a whole number.")
    metadata = value.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise Unreadable("its metadata is not an object.")
    title = (metadata or {}).get("title")
    text, replaced = storable(text)
    kept, more = storable(json.dumps(metadata or {}, ensure_ascii=False))
    return _Record(
        id="" if key is None else storable(str(key))[0],
        text=text,
        metadata=kept,
        title=storable(title)[0] if isinstance(title, str) else "",
        replaced=replaced + more,
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _skip_line(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(1 << 20)


def storable(text: str) -> tuple[str, int]:
    """The text with unpaired surrogates and NUL replaced by U+FFFD, and how many there were."""
    if text.isascii() and "\0" not in text:
        return text, 0
    return _UNSTORABLE.subn("\ufffd", text)


def _replaced(count: int) -> str:
    return f"{count:,} characters that cannot be stored were replaced."


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and a sentence when that took more than reading UTF-8; Unreadable when it is not text."""
    if data[:1] in _MARKED:
        for mark, name in _BYTE_ORDER_MARKS:
            if data.startswith(mark):
                return _unmarked(data, name)
    if b"\0" in data or data.startswith(_PDF):
        raise Unreadable("it is a binary file.")
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        return _guessed(data)


def _unmarked(data: bytes, encoding: str) -> tuple[str, str]:
    text = data.decode(encoding, "replace")
    if "\0" in text:
        raise Unreadable("it is a binary file.")
    broken = text.count("\ufffd")
    how = "" if encoding == "utf-8-sig" else f"it was read as {encoding}."
    return text, f"{how} {_replaced(broken)}".strip() if broken else how


def _guessed(data: bytes) -> tuple[str, str]:
    """Broken UTF-8 with what is broken replaced, or text of another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = sum(character > "\x7f" for character in text[:_SAMPLE]) - text[:_SAMPLE].count("\ufffd")
    if foreign >= 2 * broken or (broken * 1_000 < len(text) and foreign):
        return text, f"it is broken UTF-8: {_replaced(broken)}"
    encoding = None if _garbled(data) else _encoding(data[:_SAMPLE])
    if encoding is None:
        raise Unreadable("it is neither UTF-8 nor text of an encoding that can be told.")
    try:
        return data.decode(encoding), f"it was read as {encoding}."
    except UnicodeDecodeError:
        raise Unreadable("it is neither UTF-8 nor text of an encoding that can be told.") from None


def _encoding(sample: bytes) -> str | None:
    """Mostly ASCII with some other letters is Western text; the rest is guessed, which needs many such letters."""
    other = sum(octet > 127 for octet in sample)
    if other * _WESTERN < len(sample):
        with contextlib.suppress(UnicodeDecodeError):
            sample.decode("cp1252")
            return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else None


def _garbled(data: bytes) -> bool:
    """Control characters that no text has so many of."""
    sample = data[:_SAMPLE]
    control = sum(octet < 32 and octet not in (9, 10, 12, 13, 27) for octet in sample)
    return control * 50 > len(sample)


def title_and_text(source: Source) -> tuple[str, str]:
    """The title and the content to store; HTML becomes Markdown. Unreadable when it is nested too deeply."""
    if source.media_type == "text/html":
        title, text = _from_html(source.text)
        return title or source.name, text
    if source.media_type == "text/markdown":
        return markdown_title(source.text[:_SAMPLE]) or source.name, source.text
    return source.name, source.text


def _from_html(html: str) -> tuple[str, str]:
    from bs4 import BeautifulSoup
    from markdownify import ATX, MarkdownConverter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about text that looks like a path, XML that is read as HTML
        try:
            soup: Any = BeautifulSoup(html, "html.parser")
            title = soup.title.get_text() if soup.title else ""
            for tag in soup(["script", "style", "noscript", "template", "svg", "title"]):
                tag.decompose()
            for image in soup("img"):
                if str(image.get("src", "")).startswith("data:"):
                    del image["src"]
            text = MarkdownConverter(heading_style=ATX).convert_soup(soup)
        except RecursionError:
            raise Unreadable("its HTML is nested too deeply.") from None
    return " ".join(storable(title)[0].split()), storable(text)[0].strip()


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
