"""Where a document's headings are, and so which sections any place of it stands in.

Both come from the text alone: headings of Markdown and reStructuredText, Markdown's fenced code, no front matter.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt

CONTEXT_BYTES = 240
PART_CHARACTERS = 80
MARKDOWN = frozenset({"text/markdown", "text/html"})
"""Media types whose content is Markdown; HTML is turned into it on the way in."""
RESTRUCTURED = "text/x-rst"

_NEWLINE = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
_ATX_TITLE = re.compile(r"\A\s*#[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*(?:\r?\n|\Z)")
_STRUCTURE = re.compile(r"^ {0,3}(?:#{1,6}(?:\s|$)|=+\s*$|-+\s*$|```|~~~)", re.MULTILINE)
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*\r?\Z")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its line or lines from `start` to `end`, in characters."""

    start: int
    end: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Fenced code from `start` to `end`, fences included."""

    start: int
    end: int
    language: str | None


class Outline:
    """Which sections a place stands in."""

    def __init__(self, title: str, headings: Sequence[Heading]) -> None:
        self.headings = headings
        self._title = one_line(title)
        self._ends = [heading.end for heading in headings]
        self._paths: list[tuple[str, ...]] = []
        stack: list[Heading] = []
        for heading in headings:
            while stack and stack[-1].level >= heading.level:
                stack.pop()
            stack.append(heading)
            self._paths.append(tuple(one_line(h.text) for h in stack))

    def context(self, start: int, content: str) -> str:
        """Title and sections around a chunk; a heading that the chunk itself begins with is not repeated."""
        before = bisect.bisect_right(self._ends, start)
        path = self._paths[before - 1] if before else ()
        if before < len(self.headings) and self.headings[before].start <= start:
            path = self._paths[before][:-1]
        if not path and self._title and first_line(content) == self._title:
            return ""
        parts = [self._title, *path] if self._title else list(path)
        return joined([part for at, part in enumerate(parts) if part and (at == 0 or part != parts[at - 1])])


def first_line(content: str) -> str:
    """The line a chunk begins with, without the marks of a heading."""
    return one_line(content.partition("\n")[0].strip().lstrip("#"))


def one_line(text: str) -> str:
    """The text with all white space as single spaces."""
    return " ".join(text.split())


def joined(parts: list[str]) -> str:
    """`Title > Section > Subsection` in at most CONTEXT_BYTES; the middle goes first."""
    joined = " > ".join(parts)
    if len(joined.encode()) <= CONTEXT_BYTES:
        return joined
    parts = [part if len(part) <= PART_CHARACTERS else part[: PART_CHARACTERS - 1].rstrip() + "…" for part in parts]
    while len(parts) > 2 and len(" > ".join(parts).encode()) > CONTEXT_BYTES:
        middle = len(parts) // 2
        parts = [*parts[:1], "…", *parts[middle + 1 :]] if len(parts) > 3 else [parts[0], parts[-1]]
    return " > ".join(parts).encode()[:CONTEXT_BYTES].decode("utf-8", "ignore").rstrip()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    """CommonMark's blocks alone: what is inside of them decides nothing here."""
    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def markdown_structure(text: str) -> tuple[list[Heading], list[CodeBlock]]:
    """Headings and code blocks at the top level of a Markdown text, front matter left out."""
    if not _STRUCTURE.search(text):  # most of the time goes into parsing
        return [], []
    front = _FRONT_MATTER.match(text)
    line_at = _line_starts(text)
    offset = front.end() if front else 0
    first_line = bisect.bisect_left(line_at, offset)
    headings: list[Heading] = []
    blocks: list[CodeBlock] = []
    tokens = _parser().parse(text[offset:])
    for at, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        start, end = (line_at[min(first_line + line, len(line_at) - 1)] for line in token.map)
        if token.type == "heading_open":
            headings.append(Heading(start, end, int(token.tag[1:]), tokens[at + 1].content))
        elif token.type == "fence":
            blocks.append(CodeBlock(start, end, next(iter(token.info.split()), None)))
    return headings, blocks


def _line_starts(text: str) -> list[int]:
    """The offset of each line, and that of the end."""
    starts = [0, *(found.end() for found in _NEWLINE.finditer(text))]
    return starts if starts[-1] == len(text) else [*starts, len(text)]


def restructured_headings(text: str) -> list[Heading]:
    """Section titles of a reStructuredText: a line over (and under) a row of one punctuation mark, as long at least."""
    levels: list[str] = []
    found: list[Heading] = []
    line_at = _line_starts(text)
    lines = [text[low:high].rstrip() for low, high in pairwise(line_at)]
    for at in range(1, len(lines)):
        title = lines[at - 1].strip()
        under = _ADORNMENT.match(lines[at])
        if not under or not title or _ADORNMENT.match(lines[at - 1]) or len(lines[at]) < len(title):
            continue
        over = at > 1 and lines[at - 2] == lines[at]
        if lines[at - 1][0].isspace() and not over:
            continue
        style = under[1] * (2 if over else 1)
        if style not in levels:
            levels.append(style)
        found.append(Heading(line_at[at - 2 if over else at - 1], line_at[at + 1], levels.index(style) + 1, title))
    return found


def markdown_title(text: str) -> str:
    """The title a Markdown text gives itself, in its front matter or its first line; empty without one."""
    front = _FRONT_MATTER.match(text)
    if front:
        named = _FRONT_TITLE.search(front[1])
        if named:
            return one_line(named[1].strip("\"'"))
    found = _ATX_TITLE.match(text, 0) if not front else _ATX_TITLE.match(text[front.end() :])
    return one_line(found[1]) if found else ""
