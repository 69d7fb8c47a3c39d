"""Texts by their hash: the identity of what is paid for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter

from engine.domain.kinds import KNOWN, Kinds, kinds_of
from engine.domain.texts import HASH_BYTES, text_hash
from engine.store.db import Db, Query, value

_counts = attrgetter(*KNOWN)
_NAME = Query(
    "name texts",
    f"INSERT INTO texts (hash, characters, {', '.join(KNOWN)})"
    f" VALUES (:hash, :characters, {', '.join(f':{kind}' for kind in KNOWN)}) ON CONFLICT (hash) DO UPDATE SET"
    f" characters = excluded.characters, {', '.join(f'{kind} = excluded.{kind}' for kind in KNOWN)}"
    " WHERE texts.characters IS NULL",
)
_KNOW = Query(
    "name texts of which only the hash is known",
    "INSERT INTO texts (hash) SELECT substr(:hashes, j.key * 16 + 1, 16) FROM json_each(:places) j WHERE true"
    " ON CONFLICT (hash) DO NOTHING",
)
_BY_HASH = (
    "SELECT json_group_array(t.id) FROM json_each(:places) j"
    " LEFT JOIN texts t ON t.hash = substr(:hashes, j.key * 16 + 1, 16)"
)
_IDS = Query("find texts by their hashes", _BY_HASH)
_NAMED_IDS = Query(
    "find texts by their hashes of which more than that is known", f"{_BY_HASH} AND t.characters IS NOT NULL"
)
_OF_CHUNKS = Query(
    "hashes of the texts of chunks",
    "SELECT c.id, t.hash FROM json_each(:chunks) j CROSS JOIN chunks c ON c.id = j.value JOIN texts t"
    " ON t.id = c.text_id",
)
_KINDS = Query(
    "characters of texts by kind",
    f"SELECT t.id, {', '.join(f'coalesce(t.{kind}, 0) AS {kind}' for kind in KNOWN)},"
    " CASE WHEN t.latin IS NULL THEN coalesce(t.characters, 0) ELSE 0 END AS unknown"
    " FROM json_each(:texts) j CROSS JOIN texts t ON t.id = j.value",
)
_COUNT = Query(
    "count the kinds of a text",
    f"UPDATE texts SET {', '.join(f'{kind} = :{kind}' for kind in KNOWN)} WHERE id = :id AND latin IS NULL",
)


def ids_of(db: Db, hashes: Sequence[bytes]) -> list[int | None]:
    """The id of each text, in their order; None for one that is not known here."""
    return _found(db, _IDS, hashes)


def _found(db: Db, query: Query, hashes: Sequence[bytes]) -> list[int | None]:
    row = db.one(query, **_packed(hashes))
    found: list[int | None] = json.loads(row[0]) if row else []
    return found


def name(db: Db, texts: Sequence[str]) -> list[int]:
    """The id of each text, in their order; texts that are new are named. Call it inside `writing`."""
    named = [text_hash(text) for text in texts]
    by_hash = dict(zip(named, texts, strict=True))
    hashes = list(by_hash)
    known = dict(zip(hashes, _found(db, _NAMED_IDS, hashes), strict=True))
    db.bulk(_NAME, (_values(each, by_hash[each]) for each, found in known.items() if found is None))
    if None in known.values():
        known = dict(zip(hashes, ids_of(db, hashes), strict=True))
    return [known[each] or 0 for each in named]


def know(db: Db, hashes: Sequence[bytes]) -> list[int]:
    """The id of each text by its hash alone, named when it is new: a result may come of a text that is not here."""
    db.run(_KNOW, **_packed(hashes))
    return [found or 0 for found in ids_of(db, hashes)]


def hashes_of_chunks(db: Db, keys: Sequence[tuple[int, bytes]]) -> dict[bytes, bytes | None]:
    """Of first-version keys, chunk id and the first 8 bytes of a hash: the hash, where the chunk has it still."""
    prefixes = dict(keys)
    rows = db.rows(_OF_CHUNKS, chunks=json.dumps(list(prefixes)))
    return {row["hash"][:8]: row["hash"] for row in rows if row["hash"][:8] == prefixes[row["id"]]}


def kinds(db: Db, text_ids: Sequence[int]) -> dict[int, Kinds]:
    """The characters of each text by kind; none at all where only the hash is known."""
    return {row["id"]: value(Kinds, row) for row in db.rows(_KINDS, texts=json.dumps(list(text_ids)))}


def count(db: Db, counted: Mapping[int, Kinds]) -> None:
    """Writes down the kinds of texts that an earlier version named without counting them."""
    db.bulk(_COUNT, ({"id": text, **_columns(found)} for text, found in counted.items()))


def _values(text_hash: bytes, text: str) -> dict[str, int | bytes]:
    return {"hash": text_hash, "characters": len(text), **_columns(kinds_of(text))}


def _columns(kinds: Kinds) -> dict[str, int]:
    return dict(zip(KNOWN, _counts(kinds), strict=True))


def _packed(hashes: Sequence[bytes]) -> dict[str, str | bytes]:
    """Hashes as one value and their places as another: no query grows with their number."""
    assert all(len(each) == HASH_BYTES for each in hashes[:1])  # noqa: S101 - a wrong one would shift all others
    return {"hashes": b"".join(hashes), "places": json.dumps([0] * len(hashes))}
