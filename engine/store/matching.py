"""Which of a document's stored chunks has the text of which new one, and in what order chunks change places.

Texts are compared by their ids: of a document of 100,000 chunks no content is read, as long as its texts are named.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from engine.domain.documents import Chunk
from engine.domain.texts import text_of
from engine.store import queue, texts
from engine.store.db import Db, Query, Row

SLICE = 10_000
"""Texts that are named in one statement."""

_UNNAMED = Query(
    "chunks of a document that nobody has looked at",
    "SELECT id, CAST(content AS BLOB) AS content, CAST(context AS BLOB) AS context, CAST(metadata AS BLOB) AS metadata"
    " FROM chunks WHERE document_id = :document AND text_id IS NULL",
)
_STORED = Query(
    "chunks of a document without their texts",
    "SELECT id, chunk_index AS place, text_id AS text, coalesce(context, '') AS context, start_offset AS start,"
    " end_offset AS stop, chunk_type AS kind, language, instr(metadata, '\"_vector_source\"') > 0 AS other_text"
    " FROM chunks WHERE document_id = :document ORDER BY chunk_index",
)


@dataclass(slots=True, kw_only=True)
class Match:
    """The stored chunks of a document beside the new ones: chunk ids, and places in the new document."""

    document: int
    chunks: Sequence[Chunk]
    """The new ones, by place."""
    texts: Sequence[int]
    """Of the new ones, by place."""
    kept: int = 0
    shifted: list[tuple[int, int]] = field(default_factory=list)
    """Kept chunks by id and place that stand there already, and lie elsewhere in the document's text."""
    moved: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Chunks by the place that they leave: id and new place."""
    split: list[tuple[int, int]] = field(default_factory=list)
    """Kept chunks by id and place whose text is divided into context and content in another way."""
    changed: list[tuple[int, int]] = field(default_factory=list)
    """Chunks by id and place that get another text."""
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)
    """Places of chunks to insert."""

    @property
    def wanted(self) -> Iterator[int]:
        """Texts that chunks are about to get."""
        yield from (self.texts[place] for _, place in self.changed)
        yield from (self.texts[place] for place in self.added)


def match_chunks(db: Db, document: int, chunks: Sequence[Chunk], named: Sequence[int]) -> Match:
    """Which of the stored chunks has the text of which new one; equal texts are paired in their order."""
    _name_stored(db, document)
    match = Match(document=document, chunks=chunks, texts=named)
    following = array("q", bytes(8 * len(named)))
    first: dict[int, int] = {}
    for place in reversed(range(len(named))):  # `first` and `following` chain the places of equal texts
        following[place] = first.get(named[place], -1)
        first[named[place]] = place
    taken = bytearray(len(named))
    left: list[tuple[int, int]] = []
    for row in db.rows(_STORED, document=document):
        place = first.get(row["text"], -1)
        if place < 0:
            left.append((row["id"], row["place"]))
            continue
        first[row["text"]] = following[place]
        taken[place] = 1
        match.kept += 1
        if row["place"] != place:
            match.moved[row["place"]] = row["id"], place
        elif (row["start"], row["stop"], row["kind"], row["language"]) != _where(chunks[place]):
            match.shifted.append((row["id"], place))
        if row["other_text"] or row["context"] != chunks[place].context:
            match.split.append((row["id"], place))
    new = [place for place, found in enumerate(taken) if not found]
    match.changed = [(chunk, place) for (chunk, _), place in zip(left, new, strict=False)]
    match.moved.update((was, (chunk, place)) for (chunk, was), place in zip(left, new, strict=False) if was != place)
    match.removed = [chunk for chunk, _ in left[len(new) :]]
    match.added = new[len(left) :]
    return match


def _where(chunk: Chunk) -> tuple[int, int, str, str | None]:
    return chunk.start, chunk.end, chunk.chunk_type, chunk.language


def one_by_one(moved: dict[int, tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Chunks and places in an order in which no two chunks ever have the same place: what stands there goes first.

    Where each waits for the next one in a circle, one of them steps aside, below zero. Empties `moved`.
    """
    for start in list(moved):
        waiting, place = list[tuple[int, int]](), start
        while place in moved:
            waiting.append(moved.pop(place))
            place = waiting[-1][1]
        if waiting and place == start:
            yield waiting[0][0], -1 - waiting[0][1]
        yield from reversed(waiting)


def _name_stored(db: Db, document: int) -> None:
    """Points chunks of older writers to their texts; one that is no text keeps none and is like no other."""
    rows = db.rows(_UNNAMED, document=document)
    while part := list(islice(rows, SLICE)):
        found = [(row["id"], text) for row in part if (text := _text(row)) is not None]
        ids = texts.name(db, [text for _, text in found])
        queue.point(db, [(chunk, named, len(text)) for (chunk, text), named in zip(found, ids, strict=True)])


def _text(row: Row) -> str | None:
    try:
        context = row["context"].decode() if row["context"] is not None else None
        return text_of(row["content"].decode(), context, row["metadata"].decode())
    except UnicodeDecodeError:
        return None
