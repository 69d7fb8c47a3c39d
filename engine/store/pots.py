"""Pots: the texts that a collection with a budget pays for, and what of them waits.

A text has one payer, the collection of the first chunk that asked for it. Only settings with budgets for collections
fill `text_pots`; without them nothing here is asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from engine.domain.plan import Cut, JobSize
from engine.store import about
from engine.store.db import Db, Query, value
from engine.store.queue import WaitingTexts

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
_SUMS = Query(
    "what waits, by pot",
    "SELECT coalesce(p.pot, '') AS pot, count(*) AS texts, sum(w.chunks) AS chunks, sum(w.characters) AS characters,"
    f" max(w.text_id) AS last{_WAITS} GROUP BY 1",
    scans="where collections have budgets, a plan looks at every text that waits",
)
_TEXTS = Query(
    "waiting texts of a pot",
    f"SELECT w.text_id AS last, w.chunks, w.characters{_OF_POT} ORDER BY w.text_id",
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


def waiting(db: Db) -> dict[str, Cut]:
    """What waits of each pot, and of none (`""`); one walk over all that waits."""
    return {row["pot"]: value(Cut, row) for row in db.rows(_SUMS)}


class PotTexts(WaitingTexts):
    """What waits of one pot, or of none (`""`), text by text; what nobody has looked at yet is of none.

    `named` is the sum of it.
    """

    def __init__(self, db: Db, now: datetime, pot: str, named: Cut | None) -> None:
        super().__init__(db, now)
        self._pot = pot
        self._named = named or Cut(texts=0, chunks=0, characters=0, last=0)
        if pot:
            self.resting = self.unnamed = self._others = self._other_characters = 0

    def cut(self, after: int, size: JobSize) -> Cut:
        """The texts behind `after` that fit; a single larger text always does."""
        texts, chunks, characters, last = 0, 0, 0, after
        for row in self._db.rows(_TEXTS, pot=self._pot, after=after):
            if texts and not size.holds(texts + 1, characters + row[2]):
                return Cut(texts=texts, chunks=chunks, characters=characters, last=last)
            texts, chunks, characters, last = texts + 1, chunks + row[1], characters + row[2], row[0]
        return self._with_others(Cut(texts=texts, chunks=chunks, characters=characters, last=last), size)
