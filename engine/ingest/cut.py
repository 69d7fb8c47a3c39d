"""Cutting documents into chunks: along headings, then where the splitter finds structure, never above the limit.

Three rules decide where the cuts are:

- A section that fits is one chunk, whatever stands around it; one that does not is its own text and its subsections.
- Long text without headings is cut first at paragraphs that its own content picks out, then by the splitter in between.
- Nothing depends on how far from the top something stands.

So an edit changes the chunks around it and leaves the others as they are: they need not be embedded, and paid, again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from engine.domain.documents import Chunk
from engine.ingest.outline import (
    MARKDOWN,
    CodeBlocks,
    Heading,
    Outline,
    first_line,
    joined,
    one_line,
    structure,
)
from engine.ingest.size import Kind, Size, size_of

RULES = "1"
"""Changes with the rules of this module: documents cut by other rules are cut again."""

_ANCHOR_CHUNKS = 4  # on average so many chunks between two cuts that the content itself picks
_PARAGRAPH_CHUNKS = 16  # the most between two cuts, where there are lines at all
_WINDOW_CHUNKS = 8  # the splitter is quadratic in text without line breaks: it never sees more than this at once
_PARAGRAPH = re.compile(r"\n(?:[ \t\r]*\n)+")


def chunk_document(
    text: str,
    title: str,
    media_type: str,
    *,
    max_characters: int = 2_000,
    overlap: int = 0,
    input_tokens: int = 2_048,
    language: str | None = None,
) -> list[Chunk]:
    """The chunks of a document in order; none when there is only white space.

    `text[chunk.start:chunk.end] == chunk.content`. No chunk has more than `max_characters`, and with its context no
    more bytes in UTF-8 than the model takes tokens: a tokenizer that falls back to bytes makes no more tokens than
    that, whatever the script. A `language` makes it source code. The text holds no unpaired surrogates.
    """
    size = size_of(max_characters, input_tokens)
    kind: Kind = "code" if language else "markdown" if media_type in MARKDOWN else "text"
    if size.fits(text):
        return _one_chunk(text, title, kind, language)
    headings, fenced = ((), ()) if language else structure(text, media_type)
    outline, blocks = Outline(title, headings), CodeBlocks(fenced)
    chunks = []
    for start, content in _pieces(text, size, kind, min(overlap, max_characters // 2), outline, blocks):
        end = start + len(content)
        block = blocks.around(start, end)
        chunks.append(
            Chunk(
                content=content,
                start=start,
                end=end,
                context=outline.context(start, content),
                chunk_type="code" if language or block else "text",
                language=block.language if block else language,
            )
        )
    return chunks


def _one_chunk(text: str, title: str, kind: Kind, language: str | None) -> list[Chunk]:
    """What fits needs no cutting."""
    bounds = _trimmed(text, 0, len(text), keep_indent=kind == "code")
    if bounds is None:
        return []
    start, end = bounds
    content = text[start:end]
    name = one_line(title)
    begins = content.startswith(("#", name)) and first_line(content) == name
    context = "" if begins else joined([name])
    chunk_type = "code" if language else "text"
    return [Chunk(content=content, start=start, end=end, context=context, chunk_type=chunk_type, language=language)]


def _pieces(
    text: str, size: Size, kind: Kind, overlap: int, outline: Outline, blocks: CodeBlocks
) -> Iterator[tuple[int, str]]:
    """Where each chunk starts, and its content."""
    for start, end in _sections(text, size, outline.headings):
        whole = _trimmed(text, start, end, keep_indent=kind == "code")
        if whole is None:
            continue
        start, end = whole
        if size.fits(text[start:end]):
            yield start, text[start:end]
            continue
        parts = (
            piece
            for low, high in _segments(text, start, end, size, blocks)
            for piece in _split(text, low, high, size, kind, overlap)
        )
        yield from _folded(text, parts, size)


def _folded(text: str, pieces: Iterator[tuple[int, str]], size: Size) -> Iterator[tuple[int, str]]:
    """The pieces, very small ones together with the next."""
    small: tuple[int, str] | None = None
    for start, content in pieces:
        whole = (start, content)
        if small is not None:
            together = text[small[0] : start + len(content)]
            if size.fits(together):
                whole = (small[0], together)
            else:
                yield small
        small = whole if len(whole[1]) < size.small else None
        if small is None:
            yield whole
    if small is not None:
        yield small


def _trimmed(text: str, start: int, end: int, *, keep_indent: bool) -> tuple[int, int] | None:
    """The bounds without white space around; code keeps the indentation of its first line. None for nothing."""
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    if left == len(part):
        return None
    if keep_indent:
        left = max(part.rfind("\n", 0, left), part.rfind("\r", 0, left)) + 1
    return start + left, start + len(part.rstrip())


def _sections(text: str, size: Size, headings: Sequence[Heading]) -> Iterator[tuple[int, int]]:
    """Parts of the text that are cut on their own: sections that fit, and the own text of those that do not."""
    # The stack holds what is still to be cut, what comes next on top:
    #
    #     # Tea          too long: its own text is a part; Water and Cups go on the stack
    #     ## Water       fits: a part, with Hot and Cold in it
    #     ### Hot
    #     ### Cold
    #     ## Cups        too long, and has no text before Glass: goes with all of Glass;
    #     ### Glass      or, is that too long, with its own text, and Big and Small go on the stack
    #     #### Big
    #     #### Small
    stack = [(0, len(text), 0, len(headings))]
    while stack:
        start, end, first, last = stack.pop()
        if first == last or size.fits(text[start:end].strip()):
            yield start, end
            continue
        inner = first + 1 if headings[first].start == start else first
        if inner == last:
            yield start, end
            continue
        own_text = headings[first].end if inner > first else start
        parts = list(_subsections(headings, inner, last, end))
        if text[own_text : headings[inner].start].strip():
            yield start, headings[inner].start
        else:
            _, high, begin, stop = parts[0]
            own = list(_subsections(headings, begin + 1, stop, high))
            whole = size.fits(text[start:high].strip())
            if whole or not own:
                yield start, high
                parts = parts[1:]
            else:
                yield start, own[0][0]
                parts = [*own, *parts[1:]]
        stack.extend(reversed(parts))


def _subsections(headings: Sequence[Heading], first: int, last: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Each heading up to the next one that is not below it: bounds in characters, bounds in `headings`."""
    at = first
    while at < last:
        stop = at + 1
        while stop < last and headings[stop].level > headings[at].level:
            stop += 1
        yield headings[at].start, headings[stop].start if stop < last else end, at, stop
        at = stop


def _segments(text: str, start: int, end: int, size: Size, blocks: CodeBlocks) -> Iterator[tuple[int, int]]:
    """Long text in parts that begin where the content says so: about one paragraph in so many characters is picked."""
    reach, longest = _ANCHOR_CHUNKS * size.capacity, _PARAGRAPH_CHUNKS * size.capacity
    low = start
    for unit, stop in _units(text, start, end, longest):
        if unit == low:
            continue
        picked = unit - low >= longest or _draw(text[unit : min(stop, unit + 1_000)]) * reach < (stop - unit) << 32
        if picked and not blocks.around(unit - 1, unit + 1):
            yield low, unit
            low = unit
    yield low, end


def _draw(text: str) -> int:
    """A number below 2**32 that only the text decides on; a checksum would favour neighbours in regular text."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")


def _units(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Paragraphs; the lines of those that are very long."""
    low = start
    for found in [*_PARAGRAPH.finditer(text, start, end), None]:
        high = found.end() if found else end
        if high - low <= longest:
            yield low, high
        else:
            at = low
            while at < high:
                stop = text.find("\n", at, high) + 1 or high
                yield at, stop
                at = stop
        low = high


def _split(text: str, start: int, end: int, size: Size, kind: Kind, overlap: int) -> Iterator[tuple[int, str]]:
    """What the splitter makes of a part, window by window: a window's last chunk is cut again with what follows."""
    while start < end:
        stop = min(start + _WINDOW_CHUNKS * size.capacity, end)
        part = text[start:stop]
        found = size.splitter(kind, overlap, ascii_only=part.isascii()).chunk_indices(part)
        if stop < end and len(found) > 1:
            stop = start + found.pop()[0]
        for at, content in found:
            bounds = _trimmed(text, start + at, start + at + len(content), keep_indent=kind == "code")
            if bounds is not None:
                yield bounds[0], text[bounds[0] : bounds[1]]
        start = stop
