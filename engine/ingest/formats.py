"""What a file is: its media type and title, its metadata, the documents in its lines, the Markdown in its HTML."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, NoReturn

from engine.domain.documents import fingerprint
from engine.ingest.decode import SAMPLE, Unreadable, decoded, replacements, storable
from engine.ingest.outline import RESTRUCTURED, markdown_title

_SUFFIXES = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mdx"), "text/markdown"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "text/html"),
    ".rst": RESTRUCTURED,
}
JSON_LINES = frozenset({".jsonl", ".ndjson"})
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
BINARY = frozenset({
    ".7z", ".a", ".avi", ".bin", ".bmp", ".bz2", ".class", ".db", ".dll", ".doc", ".docx", ".dylib", ".eot",
    ".epub", ".exe", ".gif", ".gz", ".ico", ".jar", ".jpeg", ".jpg", ".lz4", ".mkv", ".mov", ".mp3", ".mp4", ".npy",
    ".npz", ".o", ".odt", ".ogg", ".otf", ".parquet", ".pdf", ".png", ".ppt", ".pptx", ".pyc", ".so", ".sqlite",
    ".sqlite3", ".tar", ".tgz", ".tif", ".tiff", ".ttf", ".wasm", ".wav", ".webm", ".webp", ".whl", ".woff",
    ".woff2", ".xls", ".xlsx", ".xz", ".zip", ".zst",
})  # fmt: skip


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


def text_file(data: bytes, shown: str, stem: str, suffix: str, max_bytes: int) -> tuple[Source, Remark | None]:
    """The one document of a text file, and what was odd about its encoding."""
    if len(data) > max_bytes:
        raise Unreadable("it is larger than chunking.max_file_bytes.")
    text, how = decoded(data)
    if not text or text.isspace():
        raise Unreadable("it is empty.")
    language = _LANGUAGES.get(suffix)
    media_type = f"text/x-{language}" if language else _SUFFIXES.get(suffix, "text/plain")
    source = Source(shown, stem + suffix if language else stem, text, media_type, language)
    return source, Remark(shown, how, skipped=False) if how else None


def json_lines(file: BinaryIO, shown: str, stem: str, max_bytes: int) -> Iterator[Source | Remark]:
    """A document for each line. Lines without an id are named by their text, wherever in the file they stand."""
    seen: set[int] = set()
    number = 0
    while line := file.readline(max_bytes + 1):
        number += 1
        try:
            if len(line) > max_bytes:
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
                yield Remark(shown, replacements(record.replaced), number, skipped=False)
            yield record.source(shown, stem)
        except Unreadable as reason:
            yield Remark(shown, str(reason), number)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_no_constant)  # json.loads would make another one for each line
_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Record:
    id: str
    text: str
    metadata: str
    title: str
    replaced: int

    def source(self, shown: str, stem: str) -> Source:
        name = self.id or fingerprint(self.text)[:16]
        title = self.title or self.id or stem
        return Source(f"{shown}#{name}", title, self.text, "text/plain", None, self.metadata, bool(self.title))


def _record(line: bytes) -> _Record:
    try:
        value = _DECODER.decode(line.decode(json.detect_encoding(line), "surrogatepass"))
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
    kept, more = storable(_ENCODER.encode(metadata)) if metadata else ("{}", 0)
    return _Record(
        id="" if key is None else storable(str(key))[0],
        text=text,
        metadata=kept,
        title=storable(title)[0] if isinstance(title, str) else "",
        replaced=replaced + more,
    )


def _skip_line(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(1 << 20)


def title_and_text(source: Source) -> tuple[str, str]:
    """The title and the content to store; HTML becomes Markdown. Unreadable when it is nested too deeply."""
    if source.media_type == "text/html":
        title, text = _from_html(source.text)
        return title or source.name, text
    if source.media_type == "text/markdown":
        return markdown_title(source.text[:SAMPLE]) or source.name, source.text
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
