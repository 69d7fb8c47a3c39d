"""Vectors: little-endian float32, unit length, one row a chunk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from sqlite_utils import Database

from engine.domain.vectors import Profile

AT_ONCE = 4_000
"""Vectors that one statement stores: while it runs, another thread can parse the next ones."""


@dataclass(frozen=True, slots=True)
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


def profile_id(db: Database, profile: Profile) -> int:
    """The row id of a profile, made when it is new; call it inside `writing`."""
    values = (profile.model, profile.dimension, profile.task_type)
    db.conn.execute("INSERT OR IGNORE INTO profiles (model, dimension, task_type) VALUES (?, ?, ?)", values)
    query = "SELECT id FROM profiles WHERE model = ? AND dimension = ? AND task_type = ?"
    found: int = db.conn.execute(query, values).fetchone()[0]
    return found


def bulk_update_vectors(db: Database, profile: int, rows: Sequence[tuple[int, bytes]]) -> int:
    """Stores `(chunk id, vector)` pairs of one profile, replacing earlier ones; returns how many.

    ValueError when they are not all of one length. Neither a row count nor SQLite's variable limit matters. The caller
    owns the transaction and marks the chunks READY in it.
    """
    sizes = {len(vector) for _, vector in rows}
    if len(sizes) > 1:
        raise ValueError(f"vectors of one profile have one length, not {len(sizes)}")
    for start in range(0, len(rows), AT_ONCE):
        part = rows[start : start + AT_ONCE]
        db.conn.execute(
            "INSERT INTO vectors (chunk_id, profile_id, embedding)"
            " SELECT value, :profile, substr(:vectors, key * :size + 1, :size) FROM json_each(:ids) WHERE true"
            " ON CONFLICT (chunk_id) DO UPDATE SET profile_id = excluded.profile_id, embedding = excluded.embedding",
            {
                "profile": profile,
                "vectors": b"".join(vector for _, vector in part),
                "size": sizes.copy().pop(),
                "ids": json.dumps([chunk_id for chunk_id, _ in part]),
            },
        )
    return len(rows)


def count_vectors(db: Database) -> dict[Profile, int]:
    """How many vectors there are of each profile; grows with the database, for exports and the doctor."""
    query = (
        "SELECT p.model, p.dimension, p.task_type, count(v.chunk_id) FROM profiles p"
        " LEFT JOIN vectors v ON v.profile_id = p.id GROUP BY p.id"
    )
    return {Profile(model, dimension, task): n for model, dimension, task, n in db.conn.execute(query)}


def stream_vectors(db: Database, profile: Profile) -> Iterator[ExportRow]:
    """READY chunks of a profile in id order, streaming."""
    query = (
        "SELECT c.id, c.document_id, d.source, d.title, c.chunk_index, c.content, c.context, c.metadata, d.metadata,"
        " v.embedding FROM vectors v JOIN chunks c ON c.id = v.chunk_id JOIN documents d ON d.id = c.document_id"
        " WHERE v.profile_id = (SELECT id FROM profiles WHERE model = ? AND dimension = ? AND task_type = ?)"
        " AND c.embedding_status = 'READY' ORDER BY v.chunk_id"
    )
    names = [field.name for field in fields(ExportRow)]
    for row in db.conn.execute(query, (profile.model, profile.dimension, profile.task_type)):
        yield ExportRow(**dict(zip(names, row, strict=True)))
