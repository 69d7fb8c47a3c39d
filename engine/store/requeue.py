"""READY chunks whose vector is of another profile than the active one: how many, and their way back to wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from engine.store.db import Db, Query, value
from engine.store.queue import AGAIN

_OF_OTHERS = (
    "c.embedding_status = 'READY' AND EXISTS (SELECT 1 FROM profiles p CROSS JOIN vectors o ON o.profile_id = p.id"
    " AND o.text_id = c.text_id) AND NOT EXISTS (SELECT 1 FROM vectors v"
    " WHERE v.profile_id IN (SELECT value FROM json_each(:profiles)) AND v.text_id = c.text_id)"
)
_COUNT = Query(
    "ready chunks with vectors of other profiles alone",
    "SELECT count(*) AS texts, coalesce(sum(chunks), 0) AS chunks, coalesce(sum(characters), 0) AS characters FROM"
    " (SELECT count(*) AS chunks, max(coalesce(c.embed_chars, length(c.content))) AS characters FROM chunks c"
    f" WHERE {_OF_OTHERS} GROUP BY c.text_id)",
    scans="looks at every chunk, when the operator asks what a change of the profile costs",
)
_PAGE = Query(
    "ready chunks with vectors of other profiles alone, a page",
    f"SELECT c.id FROM chunks c WHERE c.id > :after AND {_OF_OTHERS} ORDER BY c.id LIMIT :limit",
    scans="a row a profile",
)
_PUT_BACK = Query(
    "put ready chunks back to wait",
    f"{AGAIN} WHERE id IN (SELECT value FROM json_each(:ids)) AND embedding_status = 'READY'",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOthers:
    """What such chunks come to: equal texts are sent once."""

    texts: int
    chunks: int
    characters: int
    """Of the texts."""


def of_others(db: Db, profiles: Sequence[int]) -> OfOthers:
    """READY chunks that have a vector, and none of these profiles; grows with the chunks."""
    row = db.one(_COUNT, profiles=json.dumps(list(profiles)))
    return value(OfOthers, row) if row else OfOthers(texts=0, chunks=0, characters=0)


def page(db: Db, profiles: Sequence[int], after: int, limit: int = 4_000) -> list[int]:
    """Their ids behind `after`, in order, a page at a time."""
    return [row[0] for row in db.rows(_PAGE, profiles=json.dumps(list(profiles)), after=after, limit=limit)]


def put_back(db: Db, chunks: Sequence[int]) -> int:
    """Lets READY chunks wait again, with a fresh budget of attempts; their vectors stay. Returns how many."""
    return db.run(_PUT_BACK, ids=json.dumps(list(chunks)))
