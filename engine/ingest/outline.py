"""Where a document's headings are, and so which sections any place of it stands in.

Both come from the text alone: headings of Markdown and reStructuredText, Markdown's fenced code, no front matter.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pyromark import events_with_range

if TYPE_CHECKING:
    from pyromark.event import Event  # its typing_extensions take longer to import than the parser

CONTEXT_BYTES = 240
"""The most that stands in front of a chunk."""
PART_CHARACTERS = 80
"""The most of a heading in a context that would be longer."""
MARKDOWN = frozenset({"text/markdown", "text/html"})
"""Media types whose content is Markdown; HTML is turned into it on the way in."""
RESTRUCTURED = "text/x-rst"

_LONGEST_NAME = CONTEXT_BYTES + 1  # a heading may be as long as the document, and is never shown so
_NEWLINE = re.compile(r"\r\n?|\n")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*(\S.*)$", re.MULTILINE)
_ATX_TITLE = re.compile(r"\s*(#[ \t]+\S[^\r\n]*)")
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


class CodeBlocks:
    """The code blocks of a text, in its order."""

    def __init__(self, blocks: Sequence[CodeBlock]) -> None:
        self._blocks = blocks
        self._starts = [block.start for block in blocks]

    def around(self, start: int, end: int) -> CodeBlock | None:
        """The one that a part of the text stands in; of blocks side by side only the last that starts before can be."""
        before = bisect.bisect_right(self._starts, start)
        if before and end <= self._blocks[before - 1].end:
            return self._blocks[before - 1]
        return None


class Outline:
    """Which sections a place stands in."""

    def __init__(self, title: str, headings: Sequence[Heading]) -> None:
        self.headings = headings
        self._title = one_line(title)
        self._ends = [heading.end for heading in headings]
        self._paths: list[tuple[str, ...]] = []
        # A heading ends the sections of its level and of those below, and stands in what is left open; the title ends
        # never:
        #              Title
        #     # A      Title > A
        #     ## B     Title > A > B
        #     ### C    Title > A > B > C
        #     ## D     Title > A > D
        #     # E      Title > E
        open_sections = [(0, self._title[:_LONGEST_NAME])] if title else []
        self._top = tuple(name for _, name in open_sections)
        for heading in headings:
            while open_sections and open_sections[-1][0] >= heading.level:
                open_sections.pop()
            open_sections.append((heading.level, one_line(heading.text)[:_LONGEST_NAME]))
            self._paths.append(tuple(name for _, name in open_sections))

    def context(self, start: int, content: str) -> str:
        """Title and sections around a chunk; a heading that the chunk itself begins with is not repeated."""
        before = bisect.bisect_right(self._ends, start)
        path = self._paths[before - 1] if before else self._top
        if before < len(self.headings) and self.headings[before].start <= start:
            path = self._paths[before][:-1]
        if path == self._top and self._title and first_line(content) == self._title:
            return ""
        return joined([name for name, above in zip(path, ("", *path), strict=False) if name and name != above])


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


def structure(text: str, media_type: str) -> tuple[Sequence[Heading], Sequence[CodeBlock]]:
    """The headings and code blocks that a text of some media type has, in its order."""
    if media_type in MARKDOWN:
        return markdown_structure(text)
    return (restructured_headings(text) if media_type == RESTRUCTURED else ()), ()


def markdown_structure(text: str) -> tuple[list[Heading], list[CodeBlock]]:
    """Headings and code blocks at the top level of a Markdown text, front matter left out."""
    text = _LONE_RETURN.sub("\n", text)  # as long as before, and all lines end alike
    front = _FRONT_MATTER.match(text)
    offset = front.end() if front else 0
    markdown = text[offset:]
    place_of = _Places(markdown)
    headings: list[Heading] = []
    blocks: list[CodeBlock] = []
    for event, low, high in _top_level(markdown):
        match event:
            case {"Start": {"Heading": {"level": level}}}:
                start, end = _whole_lines(text, offset + place_of(low), offset + place_of(high))
                headings.append(Heading(start, end, int(level[1:]), _heading_text(text[start:end])))
            case {"Start": {"CodeBlock": {"Fenced": _}}}:
                start, end = _whole_lines(text, offset + place_of(low), offset + place_of(high))
                blocks.append(CodeBlock(start, end, _language(text[start : _line_end(text, start)])))
    return headings, blocks


def _top_level(markdown: str) -> Iterator[tuple[Event, int, int]]:
    """The blocks that stand in no other, with their bounds in bytes: what begins before the last one ends is inside."""
    done = 0
    for event, where in events_with_range(markdown):
        start = where["start"]
        if start >= done:
            done = where["end"]
            yield event, start, done


class _Places:
    """Places in a text, in characters, for places in its UTF-8 that are asked for in their order."""

    def __init__(self, text: str) -> None:
        self._octets = None if text.isascii() else text.encode()
        self._octet = self._place = 0

    def __call__(self, octet: int) -> int:
        if self._octets is None:
            return octet
        self._place += len(self._octets[self._octet : octet].decode())
        self._octet = octet
        return self._place


def _whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The parser leaves out spaces in front of a block and, now and then, the end of its last line."""
    while start and text[start - 1] == " ":
        start -= 1
    return start, end if text[end - 1] == "\n" else _line_end(text, end)


def _line_end(text: str, place: int) -> int:
    """Where the next line begins, or the text ends."""
    return text.find("\n", place) + 1 or len(text)


def _heading_text(lines: str) -> str:
    """Without its marks: `## Text ##`, or lines above a row of `=` or `-`."""
    above, _, last = lines.strip(" \t\r\n").rpartition("\n")
    if above:
        return above
    text = last.lstrip("#")
    closed = text.rstrip("#")
    return (closed if closed[-1:] in ("", " ", "\t") else text).strip()


def _language(opening: str) -> str | None:
    """The first word of an opening fence."""
    return next(iter(opening.lstrip(" `~").split()), None)


def _line_starts(text: str) -> list[int]:
    """The offset of each line, and that of the end."""
    starts = [0, *(found.end() for found in _NEWLINE.finditer(text))]
    return starts if starts[-1] == len(text) else [*starts, len(text)]


def restructured_headings(text: str) -> list[Heading]:
    """Section titles of a reStructuredText: a line over (and under) a row of one punctuation mark, as long at least.

    Levels are numbered as their styles, mark and rows, are met: no style means a level by itself.

        =====
        Title    1: "=" over and under
        =====

        Part     2: "-" under
        ----
    """
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
    named = _FRONT_TITLE.search(front[1]) if front else None
    if named:
        return one_line(named[1].rstrip().strip("\"'"))
    found = _ATX_TITLE.match(text, front.end() if front else 0)
    return one_line(_heading_text(found[1])) if found else ""
