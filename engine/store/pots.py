"""Pots: the texts that a collection with a budget pays for, and what of them waits.

A text has one payer, the collection of the first chunk that asked for it. Only settings with budgets for collections
fill `text_pots`; without them nothing here is asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain.kinds import KNOWN, Kinds
from engine.domain.plan import Cut, JobSize
from engine.store import about
from engine.store.db import Db, Query
from engine.store.waiting import WEIGHT_OF_TEXT, Taken, WaitingTexts, beyond_unknown, kinds_of

TAG = "tag:"
"""In front of a collection's name: not a folder, but a tag in the metadata of documents."""

_LAST_TEXT = Query("the last text", "SELECT coalesce(max(id), 0) FROM texts")
_FORGET = Query("forget which collection pays for which text", "DELETE FROM text_pots", scans="empties the table")
_ASKED = (
    " FROM texts t JOIN chunks c ON c.id = (SELECT min(id) FROM chunks WHERE text_id = t.id)"
    " JOIN documents d ON d.id = c.document_id WHERE t.id > :after AND t.id <= :last"
)
_INTO = "INSERT INTO text_pots SELECT t.id, :pot"
_KEPT = " ON CONFLICT (text_id) DO NOTHING"
_OF_FOLDER = Query(
    "note the texts that a folder pays for",
    f"{_INTO}{_ASKED} AND instr('/' || replace(d.source, '#', '/') || '/', '/' || :pot || '/') > 0{_KEPT}",
)
_OF_TAG = Query(
    "note the texts that documents of a tag pay for",
    f"{_INTO}{_ASKED} AND json_valid(d.metadata) AND (json_extract(d.metadata, '$.tag') = :tag OR EXISTS"
    f" (SELECT 1 FROM json_each(d.metadata, '$.tags') WHERE value = :tag)){_KEPT}",
)
_WAITS = " FROM waiting w LEFT JOIN text_pots p ON p.text_id = w.text_id"
_OF_POT = f"{_WAITS} WHERE w.text_id > :after AND coalesce(p.pot, '') = :pot"
_KINDS = ", ".join(f"coalesce(sum({each}), 0)" for each in (*KNOWN, "w.characters"))
_SUMS = Query(
    "what waits, by pot",
    f"SELECT coalesce(p.pot, ''), max(w.text_id), count(*), sum(w.chunks), {_KINDS}{_WAITS}"
    " LEFT JOIN texts t ON t.id = w.text_id GROUP BY 1",
    scans="where collections have budgets, a plan looks at every text that waits",
)
_TEXTS = Query(
    "waiting texts of a pot",
    f"SELECT w.chunks, w.characters, {WEIGHT_OF_TEXT} AS weight, w.text_id{_WAITS} LEFT JOIN texts t"
    " ON t.id = w.text_id WHERE w.text_id > :after AND coalesce(p.pot, '') = :pot ORDER BY w.text_id",
)
_PART = Query(
    "what waits of a pot up to a text, by kinds",
    f"SELECT {_KINDS}{_WAITS} LEFT JOIN texts t ON t.id = w.text_id"
    " WHERE w.text_id > :after AND w.text_id <= :last AND coalesce(p.pot, '') = :pot",
)
_CLAIM = Query(
    "claim waiting texts of a pot",
    f"INSERT INTO requests (submission_id, text_id) SELECT :submission, w.text_id{_OF_POT} AND w.text_id <= :last"
    " ORDER BY w.text_id",
)
_AMONG = Query(
    "the pots of some texts",
    "SELECT p.text_id, p.pot FROM json_each(:texts) j CROSS JOIN text_pots p ON p.text_id = j.value",
)


def fill(db: Db, names: Sequence[str], limit: int = 4_000) -> bool:
    """Notes which of the collections pays for the next texts; False when all are known. Call it inside `writing`.

    Other names than last time begin anew. Of folders the innermost pays, and any folder before a tag.
    """
    if about.first_time(db, "collections", json.dumps(sorted(names))):
        db.run(_FORGET)
        about.note_seen(db, "collections seen", 0)
    after, row = about.seen(db, "collections seen"), db.one(_LAST_TEXT)
    last = min(row[0] if row else 0, after + limit)
    if last <= after:
        return False
    for name in sorted(names, key=lambda name: (name.startswith(TAG), -len(name))):
        if name.startswith(TAG):
            db.run(_OF_TAG, pot=name, tag=name.removeprefix(TAG), after=after, last=last)
        else:
            db.run(_OF_FOLDER, pot=name, after=after, last=last)
    about.note_seen(db, "collections seen", last)
    return True


def among(db: Db, texts: Sequence[int]) -> dict[int, str]:
    """The pot of each of the texts that has one."""
    return {row["text_id"]: row["pot"] for row in db.rows(_AMONG, texts=json.dumps(list(texts)))}


def claim(db: Db, submission: int, last: int, pot: str) -> int:
    """Takes the waiting texts of a pot up to `last` into a submission; returns how many."""
    return db.run(_CLAIM, submission=submission, last=last, pot=pot, after=0)


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits of a pot."""

    last: int
    """Id of the last text."""
    texts: int
    chunks: int
    kinds: Kinds


def waiting(db: Db) -> dict[str, Waits]:
    """What waits of each pot, and of none (`""`); one walk over all that waits."""
    return {pot: Waits(last, texts, chunks, kinds_of(sums)) for pot, last, texts, chunks, *sums in db.rows(_SUMS)}


class PotTexts(WaitingTexts):
    """What waits of one pot, or of none (`""`), text by text; what nobody has looked at yet is of none.

    `named` is the sum of it.
    """

    def __init__(self, db: Db, now: datetime, pot: str, named: Waits | None) -> None:
        super().__init__(db, now)
        named = named or Waits(0, 0, 0, Kinds())
        self._pot = pot
        self._texts, self._chunks, self._named, self._end = named.texts, named.chunks, named.kinds, named.last + 1
        if pot:
            self.resting = self.unnamed = self._others = self._other_characters = 0

    def cut(self, after: int, size: JobSize) -> Cut:
        """The texts behind `after` that fit; a single larger text always does."""
        taken = Taken(0, 0, 0, 0, after)
        for row in self._db.rows(_TEXTS, pot=self._pot, after=after, **beyond_unknown(size.rule)):
            both = taken.with_(Taken(1, *row))
            if taken.texts and not size.holds(both.texts, both.characters, both.weight):
                return self._cut(taken, after)
            taken = both
        return self._cut(self._with_others(taken, size), after)

    def _cut(self, taken: Taken, after: int) -> Cut:
        kinds = self._sum(_PART, pot=self._pot, after=after, last=min(taken.last, self._end - 1))
        kinds += Kinds(unknown=self._characters_of_others(max(after + 1, self._end), taken.last + 1))
        return Cut(texts=taken.texts, chunks=taken.chunks, kinds=kinds, last=taken.last)
