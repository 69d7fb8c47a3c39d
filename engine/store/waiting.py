"""The queue as a plan sees it: how much waits, and where a job of some size ends.

`waiting` has a row for each text that waits, kept by triggers whoever writes, and is summed in blocks of 1,024 ids: the
answers cost the same at a thousand and at ten million chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import add
from typing import NamedTuple

from engine.domain.kinds import KNOWN, NAMES, Kinds, kinds_from
from engine.domain.models import ROW_BYTES
from engine.domain.plan import BYTES_PER_CHARACTER, Cut, JobSize
from engine.domain.rule import MILLION, Rule
from engine.domain.times import utc_text
from engine.store.db import Db, Query
from engine.store.queue import WAITS, counts

BLOCK = 1_024
"""Ids of a block, as the triggers have it."""

_WEIGHT = "characters * :unknown + " + " + ".join(f"{kind} * :{kind}" for kind in KNOWN)
"""What a block weighs, in millionths of a token: all as if of unknown kind, and what each kind weighs beyond that."""
WEIGHT_OF_TEXT = (
    "w.characters * :unknown"
    f" + CASE WHEN t.latin IS NULL THEN 0 ELSE {' + '.join(f't.{kind} * :{kind}' for kind in KNOWN)} END"
)
_SUMS = ", ".join(f"coalesce(sum({each}), 0)" for each in (*KNOWN, "w.characters"))
_PART = "FROM waiting w LEFT JOIN texts t ON t.id = w.text_id WHERE w.text_id > :after AND w.text_id < :end"
_ALL = Query(
    "what waits",
    f"SELECT coalesce(sum(texts), 0), coalesce(sum(chunks), 0), {_SUMS}, coalesce(max(block), 0) + 1"
    " FROM waiting_blocks w WHERE texts > 0",
    scans="a row a thousand texts that wait",
)
_KINDS_OF_BLOCKS = Query(
    "what waits in some blocks by kinds",
    f"SELECT {_SUMS} FROM waiting_blocks w WHERE block >= :block AND block < :end AND texts > 0",
)
_KINDS_OF_TEXTS = Query("what waits in a part of a block by kinds", f"SELECT {_SUMS} {_PART}")
_BLOCKS = Query(
    "blocks of what waits",
    f"SELECT texts, chunks, characters, {_WEIGHT} AS weight, block * 1024 + 1023 AS last FROM waiting_blocks"
    " WHERE texts > 0 AND block >= :block ORDER BY block",
)
_REST_OF_BLOCK = Query(
    "what waits of a block behind a text", f"SELECT count(*), coalesce(sum(w.chunks), 0), {_SUMS} {_PART}"
)
_IN_BLOCK = Query(
    "waiting texts of a block",
    f"SELECT w.chunks, w.characters, {WEIGHT_OF_TEXT} AS weight, w.text_id {_PART} ORDER BY w.text_id",
)
_DUE = Query(
    "how many chunks have rested long enough",
    f"SELECT count(*) FROM chunks WHERE {WAITS} AND text_id IS NOT NULL AND next_attempt_at IS NOT NULL"
    " AND next_attempt_at <= :now",
)


_ENDS = Query(
    "the first and the last text that wait",
    "SELECT (SELECT min(text_id) FROM waiting), (SELECT max(text_id) FROM waiting)",
)
_BEHIND = Query(
    "waiting texts behind a place", "SELECT text_id FROM waiting WHERE text_id > :after ORDER BY text_id LIMIT :limit"
)


def spread(db: Db, places: int, each: int) -> Iterator[list[int]]:
    """At so many places all over the queue some waiting texts each, none of them twice; fewer when fewer wait."""
    row = db.one(_ENDS)
    first, last = (row[0] or 0, row[1] or -1) if row else (0, -1)
    after = 0
    for place in range(places if first <= last else 0):
        after = max(after, first - 1 + (last - first + 1) * place // places)
        found = [row[0] for row in db.rows(_BEHIND, after=after, limit=each)]
        if found:
            after = found[-1]
            yield found


class Taken(NamedTuple):
    """A part of the queue: its sums, and the id of its last text."""

    texts: int
    chunks: int
    characters: int
    weight: int
    last: int

    def with_(self, more: Taken) -> Taken:
        """Both, one behind the other."""
        texts, chunks, characters, weight = map(add, self[:4], more[:4])
        return Taken(texts, chunks, characters, weight, more.last)


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
        self._texts: int
        self._chunks: int
        self._texts, self._chunks, *sums, blocks = db.one(_ALL) or (*_NONE, 1)
        self._named = kinds_of(sums)
        self._end = blocks * BLOCK
        """Behind the last text that is named."""
        self._others = found.unnamed + due
        self._other_characters = found.unnamed_characters
        if due:
            self._other_characters += found.resting_characters * due // found.resting

    @property
    def total(self) -> Cut:
        """Everything that could be sent now."""
        last = self._end - 1 + self._others
        return Cut(
            texts=self._texts + self._others,
            chunks=self._chunks + self._others,
            kinds=self._named + Kinds(unknown=self._other_characters),
            last=last,
        )

    def cut(self, after: int, size: JobSize) -> Cut:
        """The texts behind `after` that fit; a single larger text always does."""
        # No text has the id 0: what lies behind it is the first block as a whole.
        end = -(-(after + 1) // BLOCK) * BLOCK if after else 0
        texts, chunks, *sums = self._db.one(_REST_OF_BLOCK, after=after, end=end) or _NONE
        kinds, weights = kinds_of(sums), beyond_unknown(size.rule)
        taken = Taken(0, 0, 0, 0, after)
        rest = Taken(texts, chunks, kinds.characters, size.rule.weight(kinds), end - 1)
        if texts and not size.holds(texts, rest.characters, rest.weight):
            taken = self._part(taken, end - 1, size, weights)
            kinds = self._sum(_KINDS_OF_TEXTS, after=after, end=taken.last + 1)
        else:
            taken = self._blocks(rest if texts else taken, end, size, weights)
            kinds += self._kinds(end, taken.last)
            kinds += Kinds(unknown=self._characters_of_others(max(after + 1, self._end), taken.last + 1))
        return Cut(texts=taken.texts, chunks=taken.chunks, kinds=kinds, last=taken.last)

    def _blocks(self, taken: Taken, start: int, size: JobSize, weights: dict[str, int]) -> Taken:
        """What is taken with what fits behind it, from a block's first id on."""
        for row in self._db.rows(_BLOCKS, block=start // BLOCK, **weights):
            both = taken.with_(Taken(*row))
            if not size.holds(both.texts, both.characters, both.weight):
                return self._part(taken, both.last, size, weights)
            taken = both
        return self._with_others(taken, size)

    def _part(self, taken: Taken, last: int, size: JobSize, weights: dict[str, int]) -> Taken:
        """As much of a piece that ends with `last` as fits, one text at least when nothing is taken yet."""
        texts, chunks, characters, weight, upto = taken
        for more, length, tokens, text in self._db.rows(_IN_BLOCK, after=upto, end=last + 1, **weights):
            if texts and not size.holds(texts + 1, characters + length, weight + tokens):
                break
            texts, chunks, characters = texts + 1, chunks + more, characters + length
            weight, upto = weight + tokens, text
        return Taken(texts, chunks, characters, weight, upto)

    def _with_others(self, taken: Taken, size: JobSize) -> Taken:
        """What nobody has looked at yet, at its average size, behind everything that is named."""
        behind = max(taken.last, self._end - 1)
        left = self._end - 1 + self._others - behind
        if left <= 0:
            return taken
        average = max(self._other_characters / self._others, 1)
        weight = max(average * size.rule.millionths[-1], 1)
        used = taken.texts * ROW_BYTES + taken.characters * BYTES_PER_CHARACTER
        room = min(
            left,
            size.texts - taken.texts,
            int((size.tokens * MILLION - taken.weight) / weight),
            int((size.input_bytes - used) / (ROW_BYTES + average * BYTES_PER_CHARACTER)),
        )
        if room < 1 and not taken.texts:
            room = 1
        if room < 1:
            return taken
        return taken.with_(Taken(room, room, int(average * room), int(weight * room), behind + room))

    def _kinds(self, start: int, last: int) -> Kinds:
        """The named texts from a block's first id on, by kinds: whole blocks by their sums, the rest text by text."""
        end = min(last + 1, self._end)
        behind = end // BLOCK
        kinds = Kinds()
        if start < end:
            kinds += self._sum(_KINDS_OF_BLOCKS, block=start // BLOCK, end=behind)
        if behind * BLOCK < end:
            kinds += self._sum(_KINDS_OF_TEXTS, after=behind * BLOCK - 1, end=end)
        return kinds

    def _sum(self, query: Query, **places: int | str) -> Kinds:
        row = self._db.one(query, **places)
        return kinds_of(list(row)) if row else Kinds()

    def _characters_of_others(self, first: int, end: int) -> int:
        if end <= first:
            return 0
        # As differences of sums from the beginning, so that the parts come to the whole.
        upto = (self._other_characters * (place - self._end) // self._others for place in (end, first))
        return next(upto) - next(upto)


_NONE = (0,) * (len(KNOWN) + 3)


def kinds_of(sums: Sequence[int]) -> Kinds:
    """From the sums of each known kind and of all characters."""
    *known, characters = sums
    return kinds_from((*known, characters - sum(known) + known[-1]))


def beyond_unknown(rule: Rule) -> dict[str, int]:
    """What a character weighs whose kind is not known, and how much more one of each kind; a word is no character."""
    *scripts, words, unknown = rule.millionths
    return dict(zip(NAMES, (*(weight - unknown for weight in scripts), words, unknown), strict=True))
