"""Vectors by profile and text: little-endian float32, unit length, appended and never moved.

The embeddings lie in a table of their own, one behind the other; `vectors` says which of them belongs to a text under a
profile, what it took, and who paid. The id of an embedding only grows: whoever keeps a copy takes what is above the
last one that it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.domain.models import Profile
from engine.store.db import Db, Query, value

AT_ONCE = 4_000
"""Vectors that one statement stores: while it runs, another thread can parse the next ones."""

_MAKE_PROFILE = Query(
    "make a profile",
    "INSERT INTO profiles (model, dimension, task_type) VALUES (:model, :dimension, :task_type)"
    " ON CONFLICT (model, dimension, task_type) DO NOTHING",
)
_PROFILE = Query(
    "find a profile",
    "SELECT id FROM profiles WHERE model = :model AND dimension = :dimension AND task_type = :task_type",
)
_PROFILES = Query("all profiles", "SELECT id, model, dimension, task_type FROM profiles", scans="a row a profile")
_HAVE = Query(
    "which texts have a vector",
    "SELECT json_group_array(v.text_id) FROM json_each(:texts) j CROSS JOIN vectors v"
    " ON v.profile_id = :profile AND v.text_id = j.value",
)
_NEXT = Query("where the next embedding goes", "SELECT coalesce(max(id), 0) + 1 FROM embeddings")
_APPEND = Query(
    "append embeddings",
    "INSERT INTO embeddings (id, profile_id, embedding)"
    " SELECT :first + key, :profile, substr(:vectors, key * :size + 1, :size) FROM json_each(:places) WHERE true",
)
_TIE = Query(
    "tie embeddings to texts",
    "INSERT INTO vectors (profile_id, text_id, embedding_id, tokens, basis, submission_id, derived_from)"
    " SELECT :profile, json_extract(value, '$[0]'), :first + key, json_extract(value, '$[1]'),"
    " json_extract(value, '$[2]'), :submission, :derived_from FROM json_each(:rows) WHERE true"
    " ON CONFLICT (profile_id, text_id) DO UPDATE SET embedding_id = excluded.embedding_id,"
    " tokens = excluded.tokens, basis = excluded.basis, submission_id = excluded.submission_id,"
    " derived_from = excluded.derived_from",
)
_TOKENS = Query(
    "what vectors took",
    "SELECT count(*) AS texts, coalesce(sum(v.tokens * j.times), 0) AS tokens,"
    " coalesce(sum(CASE WHEN v.basis = 'estimated' THEN v.tokens * j.times END), 0) AS guessed FROM"
    " (SELECT json_extract(value, '$[0]') AS text, json_extract(value, '$[1]') AS times FROM json_each(:texts)) j"
    " CROSS JOIN vectors v ON v.profile_id = :profile AND v.text_id = j.text",
)
_TAKE = Query(
    "vectors of texts with what they took",
    "SELECT v.text_id, v.tokens, v.basis, e.embedding FROM json_each(:texts) j CROSS JOIN vectors v"
    " ON v.profile_id = :profile AND v.text_id = j.value JOIN embeddings e ON e.id = v.embedding_id",
)
_COUNT = Query(
    "count vectors by profile",
    "SELECT profile_id, count(*) FROM vectors GROUP BY profile_id",
    scans="counts every vector: for the doctor and exports",
)
_STREAM = Query(
    "ready chunks with their vectors",
    "SELECT c.id AS chunk_id, c.document_id, d.source, d.title, c.chunk_index, c.content, c.context,"
    " CASE WHEN instr(c.metadata, '\"_vector_source\"') AND json_valid(c.metadata)"
    " THEN json_remove(c.metadata, '$._vector_source') ELSE c.metadata END AS metadata,"
    " d.metadata AS document_metadata, e.embedding FROM chunks c CROSS JOIN documents d"
    " ON d.id = c.document_id CROSS JOIN vectors v ON v.profile_id = :profile AND v.text_id = c.text_id"
    " CROSS JOIN embeddings e ON e.id = v.embedding_id WHERE c.embedding_status = 'READY' ORDER BY c.id",
    scans="an export reads every chunk",
)
_READY_TEXTS = Query(
    "texts of ready chunks that have a vector of one profile and none of another, a page",
    "SELECT DISTINCT v.text_id FROM vectors v WHERE v.profile_id = :larger AND v.text_id > :after AND NOT EXISTS"
    " (SELECT 1 FROM vectors s WHERE s.profile_id = :profile AND s.text_id = v.text_id)"
    " ORDER BY v.text_id LIMIT :limit",
)
_TEXT_OF_CHUNKS = Query(
    "texts of chunks",
    "SELECT c.id, c.text_id FROM json_each(:chunks) j CROSS JOIN chunks c ON c.id = j.value"
    " WHERE c.text_id IS NOT NULL",
)


class Paid(NamedTuple):
    """A vector on its way in."""

    text: int
    vector: bytes
    tokens: int
    basis: str | None = None
    """None when Google counted the tokens; else how they were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A READY chunk with its vector (`dimension` little-endian float32, unit length)."""

    chunk_id: int
    document_id: int
    source: str | None
    title: str | None
    chunk_index: int
    content: str
    context: str | None
    metadata: str
    document_metadata: str
    embedding: bytes


def profile_id(db: Db, profile: Profile) -> int:
    """The row id of a profile, made when it is new; call it inside `writing`."""
    found = find_profile(db, profile)
    if found is None:
        db.run(_MAKE_PROFILE, model=profile.model, dimension=profile.dimension, task_type=profile.task_type)
        found = find_profile(db, profile)
    return found or 0


def find_profile(db: Db, profile: Profile) -> int | None:
    """The row id of a profile, if anything of it is here."""
    row = db.one(_PROFILE, model=profile.model, dimension=profile.dimension, task_type=profile.task_type)
    return row["id"] if row else None


def profiles(db: Db) -> dict[int, Profile]:
    """Every profile of which something is here, by its row id."""
    return {row["id"]: Profile(row["model"], row["dimension"], row["task_type"]) for row in db.rows(_PROFILES)}


def have(db: Db, profile: int, texts: Sequence[int]) -> set[int]:
    """Those of the texts that have a vector under the profile."""
    row = db.one(_HAVE, profile=profile, texts=json.dumps(list(texts)))
    return set(json.loads(row[0])) if row else set()


def store(
    db: Db, profile: int, rows: Sequence[Paid], *, submission: int | None = None, derived_from: int | None = None
) -> None:
    """Appends vectors of one length and ties them to their texts, in place of earlier ones.

    ValueError when they are not all of one length. The caller owns the transaction.
    """
    sizes = {len(each.vector) for each in rows}
    if len(sizes) > 1:
        raise ValueError(f"vectors of one profile have one length, not {len(sizes)}")
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        first = _next(db)
        db.run(
            _APPEND,
            first=first,
            profile=profile,
            size=len(part[0].vector),
            vectors=b"".join([each.vector for each in part]),
            places=json.dumps([0] * len(part)),
        )
        db.run(
            _TIE,
            first=first,
            profile=profile,
            submission=submission,
            derived_from=derived_from,
            rows=json.dumps([(each.text, each.tokens, each.basis) for each in part]),
        )


def _next(db: Db) -> int:
    row = db.one(_NEXT)
    return row[0] if row else 1


def took(db: Db, profile: int, times: dict[int, int]) -> tuple[int, int]:
    """Tokens that the vectors of texts took, each as often as `times` says, and how many of these were estimated."""
    row = db.one(_TOKENS, profile=profile, texts=json.dumps(list(times.items())))
    return (row["tokens"], row["guessed"]) if row else (0, 0)


def derive(db: Db, profile: Profile, texts: Sequence[int]) -> set[int]:
    """Cuts larger vectors of the same model and task to the profile's dimension, at no cost; which texts got one.

    A vector of these models is, cut to its first numbers and normalised, the vector of the smaller dimension.
    """
    target = profile_id(db, profile)
    wanted, derived = set(texts) - have(db, target, texts), set[int]()
    for larger in _larger(db, profile):
        rows = list(db.rows(_TAKE, profile=larger, texts=json.dumps(sorted(wanted - derived))))
        if rows:
            cut = cut_vectors([row["embedding"] for row in rows], profile.dimension)
            paid = [
                Paid(text=row["text_id"], vector=vector, tokens=row["tokens"], basis=row["basis"])
                for row, vector in zip(rows, cut, strict=True)
            ]
            store(db, target, paid, derived_from=larger)
            derived |= {row["text_id"] for row in rows}
    return derived


def _larger(db: Db, profile: Profile) -> list[int]:
    """Profiles that it can be derived from, the nearest first."""
    found = [(each.dimension, number) for number, each in profiles(db).items() if profile.derivable_from(each)]
    return [number for _, number in sorted(found)]


def serving(db: Db, profile: Profile) -> list[int]:
    """The profiles here whose vectors serve this one: itself, and larger ones that can be cut."""
    own = find_profile(db, profile)
    return [*([] if own is None else [own]), *_larger(db, profile)]


def derive_page(db: Db, profile: Profile, after: int, limit: int = AT_ONCE) -> int | None:
    """Derives the next texts behind `after` that have a larger vector; the last of them, None when none is left."""
    for larger in _larger(db, profile):
        rows = db.rows(_READY_TEXTS, larger=larger, profile=profile_id(db, profile), after=after, limit=limit)
        texts: list[int] = [row[0] for row in rows]
        if texts:
            derive(db, profile, texts)
            return texts[-1]
    return None


def cut_vectors(embeddings: Sequence[bytes], dimension: int) -> list[bytes]:
    """The first numbers of each vector, at unit length."""
    numbers = np.frombuffer(b"".join(embeddings), "<f4").reshape(len(embeddings), -1)[:, :dimension]
    lengths = np.linalg.norm(numbers.astype(np.float64), axis=1, keepdims=True)
    unit = (numbers / np.where(lengths == 0, 1, lengths)).astype("<f4")
    return [row.tobytes() for row in unit]


def bulk_update_vectors(db: Db, profile: int, rows: Sequence[tuple[int, bytes]]) -> int:
    """Stores `(chunk id, vector)` pairs of one profile under the texts of the chunks; returns how many.

    The name and the form are those of the library that halfrate grew out of; what the vectors took is not known and
    stands as nothing. The caller owns the transaction and marks the chunks READY in it.
    """
    found_rows = db.rows(_TEXT_OF_CHUNKS, chunks=json.dumps([chunk for chunk, _ in rows]))
    texts = {row[0]: row[1] for row in found_rows}
    found = [Paid(text=texts[chunk], vector=vector, tokens=0) for chunk, vector in rows if chunk in texts]
    store(db, profile, found)
    return len(found)


def count_vectors(db: Db) -> dict[Profile, int]:
    """How many vectors there are of each profile; grows with the database, for exports and the doctor."""
    counts = {row[0]: row[1] for row in db.rows(_COUNT)}
    return {profile: counts.get(number, 0) for number, profile in profiles(db).items()}


def stream_vectors(db: Db, profile: Profile) -> Iterator[ExportRow]:
    """READY chunks of a profile in id order, streaming."""
    number = find_profile(db, profile)
    return (value(ExportRow, row) for row in db.rows(_STREAM, profile=number))
