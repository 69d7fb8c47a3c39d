"""`chunks_vec`: the table in which the older library searches, a copy of our vectors by chunk, and never the truth.

    vectors, embeddings  --mirror-->  chunks_vec      every READY chunk whose text has its vector
    chunks_vec           --take in->  vectors         chunks that the older writer embedded, which only it holds

It is a virtual table of the module sqlite-vec (`vec0`): a statement that names it needs a connection with the module
(`engine.store.sqlite.vec`). Which rows it has can be read without, from the ordinary table that it keeps beside it.
Queries that begin with "mirror: " name one of the two; a file without `chunks_vec` cannot explain them.

How far the copy is stands in `about`: what was there when it was complete, where a copy that is under way has come to,
and a fact for each chunk whose row is known to be old. Only our own changes are noted; what other programs did is found
by comparing ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

from engine.store.db import Db, Query, value

_DEFINITION = Query(
    "how chunks_vec was made",
    "SELECT sql FROM sqlite_master WHERE name = 'chunks_vec' AND sql IS NOT NULL",
)
_NEWEST = Query("the newest embedding", "SELECT coalesce(max(id), 0) FROM embeddings")
_READY = Query("how many chunks are READY", "SELECT coalesce(sum(chunks), 0) FROM chunk_counts WHERE bucket = 'ready'")
_FACT = Query("read a fact of the mirror", "SELECT value FROM about WHERE name = :name")
_KEEP = Query(
    "keep a fact of the mirror",
    "INSERT INTO about (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE value <> excluded.value",
)
_DROP = Query("drop a fact of the mirror", "DELETE FROM about WHERE name = :name")
_NOTE = Query(
    "note that rows of chunks_vec are old",
    "INSERT INTO about (name, value) SELECT 'mirror old ' || j.value, j.value FROM json_each(:chunks) j"
    " WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'chunks_vec') ON CONFLICT (name) DO NOTHING",
)
_NOTED = Query(
    "rows of chunks_vec that are known to be old",
    "SELECT CAST(value AS INTEGER) FROM about WHERE name >= 'mirror old ' AND name < 'mirror old!' LIMIT :limit",
)
_FORGET = Query(
    "rows of chunks_vec that are old no more",
    "DELETE FROM about WHERE name IN (SELECT 'mirror old ' || value FROM json_each(:chunks))",
)
_GONE = Query(
    "mirror: rows whose chunk is gone or has no vector, a page",
    "SELECT r.rowid FROM chunks_vec_rowids r WHERE r.rowid > :after AND NOT EXISTS"
    " (SELECT 1 FROM chunks c WHERE c.id = r.rowid AND c.embedding_status = 'READY') ORDER BY r.rowid LIMIT :limit",
    scans="compares the ids of all rows: when an operator asks for it",
)
_PAGE = Query(
    "mirror: chunks that are not there, a page",
    "SELECT v.text_id AS text, c.id AS chunk FROM vectors v JOIN chunks c ON c.text_id = v.text_id"
    " WHERE v.profile_id = :profile AND v.text_id >= :text AND (v.text_id > :text OR c.id > :chunk)"
    # CASE asks one after the other: the chunk's own row is read only where it matters.
    " AND CASE WHEN v.embedding_id > :mirrored OR NOT EXISTS (SELECT 1 FROM chunks_vec_rowids r WHERE r.rowid = c.id)"
    " THEN c.embedding_status = 'READY' END ORDER BY v.text_id, c.id LIMIT :limit",
    scans="a row a text: once after something was settled",
)
_DIFFERENT = Query(
    "mirror: chunks whose row holds another vector, a page",
    "SELECT c.id FROM json_each(:chunks) j CROSS JOIN chunks c ON c.id = j.value AND c.embedding_status = 'READY'"
    " CROSS JOIN vectors v ON v.profile_id = :profile AND v.text_id = c.text_id CROSS JOIN embeddings e"
    " ON e.id = v.embedding_id CROSS JOIN chunks_vec cv ON cv.id = c.id WHERE cv.embedding IS NOT e.embedding",
)
_ROWS = Query(
    "mirror: ids of rows, a page", "SELECT rowid FROM chunks_vec_rowids WHERE rowid > :after ORDER BY 1 LIMIT :limit"
)
# The module knows no OR REPLACE, so a row that is there goes first; not one that the older writer paid for.
_REMOVE = Query(
    "mirror: take rows away",
    "DELETE FROM chunks_vec WHERE id IN (SELECT j.value FROM json_each(:chunks) j WHERE NOT EXISTS (SELECT 1"
    " FROM chunks c WHERE c.id = j.value AND c.text_id IS NULL AND c.embedding_status = 'READY'))",
)
_PUT = Query(
    "mirror: put rows",
    "INSERT INTO chunks_vec (id, embedding) SELECT c.id, e.embedding FROM json_each(:chunks) j"
    " CROSS JOIN chunks c ON c.id = j.value AND c.embedding_status = 'READY' CROSS JOIN vectors v"
    " ON v.profile_id = :profile AND v.text_id = c.text_id JOIN embeddings e ON e.id = v.embedding_id",
)
_PRESENT = Query(
    "mirror: which rows are there",
    "SELECT r.rowid FROM json_each(:chunks) j CROSS JOIN chunks_vec_rowids r ON r.rowid = j.value",
)
_THEIRS = Query(
    "mirror: READY chunks of the older writer with their vectors, a page",
    "SELECT c.id, CAST(c.content AS BLOB) AS content, CAST(c.context AS BLOB) AS context,"
    " CAST(c.metadata AS BLOB) AS metadata, cv.embedding FROM (SELECT r.rowid AS id FROM chunks_vec_rowids r"
    " JOIN chunks c ON c.id = r.rowid WHERE r.rowid > :after AND c.text_id IS NULL AND c.embedding_status = 'READY'"
    " ORDER BY r.rowid LIMIT :limit) j CROSS JOIN chunks c ON c.id = j.id CROSS JOIN chunks_vec cv ON cv.id = j.id",
    scans="reads every row of the older writer: when an operator asks for it",
)
_FORM = re.compile(
    r"using\s+vec0\s*\(\s*id\s+integer\s+primary\s+key\s*,\s*embedding\s+float(?:32)?\s*\[\s*(\d+)\s*\]\s*\)",
    re.IGNORECASE,
)

_COMPLETE, _UNDER_WAY, _SAID = "mirrored", "mirroring", "mirror said"


@dataclass(frozen=True, slots=True)
class Form:
    """What `chunks_vec` holds."""

    dimension: int
    """Of its vectors; 0 when the table is not of the form that is known here."""


def form(db: Db) -> Form | None:
    """What the table holds; None in a file without it. Needs no module."""
    row = db.one(_DEFINITION)
    if row is None:
        return None
    found = _FORM.search(row[0])
    return Form(int(found[1]) if found else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was there at a moment: by it is seen, without looking at any row, that something came."""

    profile: int
    newest: int
    """The highest id of an embedding."""
    ready: int
    """How many chunks were READY."""
    text: int = 0
    chunk: int = 0
    """How far a copy that is under way has come."""


def standing(db: Db, profile: int) -> Standing:
    """What is there now."""
    return Standing(profile=profile, newest=_number(db, _NEWEST), ready=_number(db, _READY))


def complete(db: Db, profile: int) -> Standing | None:
    """What was there when the copy of a profile was complete last; None when it never was."""
    return _standing(db, _COMPLETE, profile)


def under_way(db: Db, profile: int) -> Standing | None:
    """A copy that was begun and has not ended."""
    return _standing(db, _UNDER_WAY, profile)


def note_under_way(db: Db, at: Standing) -> None:
    """The copy has come so far; call it in the transaction that wrote it."""
    db.run(_KEEP, name=_UNDER_WAY, value=json.dumps(astuple(at)))


def note_complete(db: Db, at: Standing) -> None:
    """The copy has all that was there at that moment."""
    db.run(_KEEP, name=_COMPLETE, value=json.dumps(astuple(at)))
    db.run(_DROP, name=_UNDER_WAY)


def missing(db: Db, profile: int) -> int:
    """How many vectors came since the copy was complete, at most as many as chunks are READY; a few look-ups.

    A chunk that took over a vector that was here counts when it made the READY ones more.
    """
    now, then = standing(db, profile), complete(db, profile)
    if then is None:
        return min(now.ready, now.newest)
    return max(0, now.ready - then.ready, min(now.ready, now.newest - then.newest))


def say_once(db: Db, words: str) -> bool:
    """Whether something is to be said that was not the last thing said."""
    return bool(db.run(_KEEP, name=_SAID, value=words))


def note_old(db: Db, chunks: Sequence[int]) -> None:
    """Notes that chunks went or got another text, so that their rows are old; nothing in a file without the table.

    Call it in the transaction that changes them.
    """
    if chunks:
        db.run(_NOTE, chunks=json.dumps(list(chunks)))


def old(db: Db, limit: int) -> list[int]:
    """Chunks of noted rows."""
    return [row[0] for row in db.rows(_NOTED, limit=limit)]


def gone(db: Db, after: int, limit: int) -> list[int]:
    """Rows behind `after` whose chunk is not there or is not READY: nobody shall find them."""
    return [row[0] for row in db.rows(_GONE, after=after, limit=limit)]


def ids(db: Db, after: int, limit: int) -> list[int]:
    """The next ids that the table has."""
    return [row[0] for row in db.rows(_ROWS, after=after, limit=limit)]


def different(db: Db, profile: int, chunks: Sequence[int]) -> list[int]:
    """Those of the chunks whose row holds another vector than ours; needs the module, a millisecond a row."""
    return [row[0] for row in db.rows(_DIFFERENT, profile=profile, chunks=json.dumps(list(chunks)))]


@dataclass(frozen=True, slots=True)
class At:
    """A place in the walk over texts and their chunks."""

    text: int = 0
    chunk: int = 0


def absent(db: Db, at: Standing, mirrored: int, limit: int) -> list[At]:
    """The next chunks that have no row, or one from before a vector above `mirrored` came."""
    rows = db.rows(_PAGE, profile=at.profile, mirrored=mirrored, limit=limit, text=at.text, chunk=at.chunk)
    return [value(At, row) for row in rows]


def write(db: Db, profile: int, chunks: Sequence[int]) -> tuple[int, int]:
    """Makes the rows of chunks what they should be, and returns how many it `(wrote, removed)`. Needs the module.

    A chunk without a vector of ours that is gone or waits loses its row. Call it inside `writing`.
    """
    named = json.dumps(list(chunks))
    before = _present(db, named)
    if before:
        db.run(_REMOVE, chunks=json.dumps(before))
    db.run(_PUT, profile=profile, chunks=named)
    db.run(_FORGET, chunks=named)
    after = _present(db, named)
    return len(after), len(set(before) - set(after))


def _present(db: Db, chunks: str) -> list[int]:
    return [row[0] for row in db.rows(_PRESENT, chunks=chunks)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """A READY chunk of which only `chunks_vec` holds a vector; bytes, because what is stored need not be text."""

    id: int
    content: bytes
    context: bytes | None
    metadata: bytes
    embedding: bytes


def theirs(db: Db, after: int, limit: int) -> list[Theirs]:
    """The next READY chunks without a text of ours and with a row. Needs the module."""
    return [value(Theirs, row) for row in db.rows(_THEIRS, after=after, limit=limit)]


def at_unit_length(embeddings: Sequence[bytes]) -> list[bytes | None]:
    """Little-endian float32 vectors at unit length; None for one that has no direction or is not finite."""
    numbers = np.frombuffer(b"".join(embeddings), "<f4").reshape(len(embeddings), -1).astype(np.float64)
    lengths = np.linalg.norm(numbers, axis=1)
    good = np.isfinite(lengths) & (lengths > 0)
    unit = (numbers / np.where(good, lengths, 1)[:, None]).astype("<f4")
    return [row.tobytes() if fine else None for row, fine in zip(unit, good, strict=True)]


def _number(db: Db, query: Query) -> int:
    row = db.one(query)
    return row[0] if row else 0


def _standing(db: Db, name: str, profile: int) -> Standing | None:
    row = db.one(_FACT, name=name)
    found = Standing(**dict(zip(_FIELDS, json.loads(row[0]), strict=True))) if row else None
    return found if found is not None and found.profile == profile else None


_FIELDS = [each.name for each in fields(Standing)]
