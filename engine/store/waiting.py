"""The queue as a plan sees it: how much waits, and where a job of some size ends.

`waiting` has a row for each text that waits, kept by triggers whoever writes, and is summed in blocks of 1,024 ids: the
answers cost the same at a thousand and at ten million chunks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.domain.models import ROW_BYTES
from engine.domain.plan import BYTES_PER_CHARACTER, Cut, JobSize
from engine.domain.times import utc_text
from engine.store.db import Db, Query, Row, value
from engine.store.queue import WAITS, counts

BLOCK = 1_024
"""Ids of a block, as the triggers have it."""

_SUM = Query(
    "what waits",
    "SELECT coalesce(sum(texts), 0) AS texts, coalesce(sum(chunks), 0) AS chunks,"
    " coalesce(sum(characters), 0) AS characters, coalesce(max(block), 0) * 1024 + 1023 AS last FROM waiting_blocks"
    " WHERE texts > 0",
    scans="a row a thousand texts that wait",
)
_BLOCKS = Query(
    "blocks of what waits",
    "SELECT texts, chunks, characters, block * 1024 + 1023 AS last FROM waiting_blocks"
    " WHERE texts > 0 AND block >= :block ORDER BY block",
)
_REST_OF_BLOCK = Query(
    "what waits of a block behind a text",
    "SELECT count(*) AS texts, coalesce(sum(chunks), 0) AS chunks, coalesce(sum(characters), 0) AS characters,"
    " max(text_id) AS last FROM waiting WHERE text_id > :after AND text_id < :end",
)
_IN_BLOCK = Query(
    "waiting texts of a block",
    "SELECT text_id AS last, chunks, characters FROM waiting WHERE text_id > :after AND text_id < :end"
    " ORDER BY text_id",
)
_DUE = Query(
    "how many chunks have rested long enough",
    f"SELECT count(*) FROM chunks WHERE {WAITS} AND next_attempt_at IS NOT NULL AND next_attempt_at <= :now",
)


class WaitingTexts:
    """The queue as a plan sees it (`domain.plan.Waiting`), at a moment.

    Chunks of older writers and chunks whose rest is over come last, as if they were so many texts of their average
    size: a flush looks at them before it sends anything, a plan that changes nothing cannot.
    """

    def __init__(self, db: Db, now: datetime) -> None:
        self._db = db
        found = counts(db)
        row = db.one(_DUE, now=utc_text(now))
        due = row[0] if row else 0
        self.resting = found.resting - due
        self.unnamed = found.unnamed
        row = db.one(_SUM)
        self._named = value(Cut, row) if row else Cut(texts=0, chunks=0, characters=0, last=0)
        self._others = found.unnamed + due
        self._other_characters = found.unnamed_characters
        if due:
            self._other_characters += found.resting_characters * due // found.resting

    @property
    def total(self) -> Cut:
        """Everything that could be sent now."""
        return _added(self._named, self._more(self._named.last, self._others))

    def cut(self, after: int, size: JobSize) -> Cut:
        """The texts behind `after` that fit; a single larger text always does."""
        taken = Cut(texts=0, chunks=0, characters=0, last=after)
        for piece in self._pieces(after):
            if not _fits(taken, piece, size):
                return self._part(taken, piece, size)
            taken = _added(taken, piece)
        return self._with_others(taken, size)

    def _pieces(self, after: int) -> Iterator[Cut]:
        """What waits behind a text, block by block, the rest of the text's own block first."""
        block = -(-(after + 1) // BLOCK)
        row = self._db.one(_REST_OF_BLOCK, after=after, end=block * BLOCK)
        if row and row["texts"]:
            yield _cut(row)
        yield from map(_cut, self._db.rows(_BLOCKS, block=block))

    def _part(self, taken: Cut, piece: Cut, size: JobSize) -> Cut:
        """As much of a piece as fits, one text at least when nothing is taken yet."""
        texts, chunks, characters, last = taken.texts, taken.chunks, taken.characters, taken.last
        for row in self._db.rows(_IN_BLOCK, after=last, end=piece.last + 1):
            if texts and not size.holds(texts + 1, characters + row[2]):
                break
            texts, chunks, characters, last = texts + 1, chunks + row[1], characters + row[2], row[0]
        return Cut(texts=texts, chunks=chunks, characters=characters, last=last)

    def _with_others(self, taken: Cut, size: JobSize) -> Cut:
        """What nobody has looked at yet, at its average size, behind everything that is named."""
        behind = max(taken.last, self._named.last)
        left = self._others - (behind - self._named.last)
        if left <= 0:
            return taken
        average = max(self._other_characters / self._others, 1)
        weight = ROW_BYTES + average * BYTES_PER_CHARACTER
        used = taken.texts * ROW_BYTES + taken.characters * BYTES_PER_CHARACTER
        room = min(
            left,
            size.texts - taken.texts,
            int((size.characters - taken.characters) / average),
            int((size.input_bytes - used) / weight),
        )
        if room < 1 and not taken.texts:
            room = 1
        return _added(taken, self._more(behind, room)) if room > 0 else taken

    def _more(self, after: int, texts: int) -> Cut:
        characters = self._other_characters * texts // self._others if self._others else 0
        return Cut(texts=texts, chunks=texts, characters=characters, last=after + texts)


def _cut(row: Row) -> Cut:
    return Cut(texts=row[0], chunks=row[1], characters=row[2], last=row[3])


def _fits(taken: Cut, more: Cut, size: JobSize) -> bool:
    return size.holds(taken.texts + more.texts, taken.characters + more.characters)


def _added(one: Cut, other: Cut) -> Cut:
    return Cut(
        texts=one.texts + other.texts,
        chunks=one.chunks + other.chunks,
        characters=one.characters + other.characters,
        last=other.last,
    )
