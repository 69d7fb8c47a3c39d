"""What the work is measured against: the same done with bare libraries, none of it our own code.

parse only        bare simdjson into numpy: key, numbers, tokens
write only        a plain executemany of vectors and statuses, by slices, on the tables of generation 5
the origin's way  json + struct + insert_many of 1,000 + UPDATE ... WHERE id IN (...), not normalised
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import simdjson
from sqlite_utils import Database

DIMENSION = 768
SLICE = 4_000
PAGE_SIZE = 16_384
TOKENS = 70
AT = "2026-11-24 10:00:00.000000"

_TABLES = (
    "CREATE TABLE chunks (id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, chunk_index INTEGER NOT NULL,"
    " content TEXT NOT NULL, chunk_type TEXT NOT NULL, language TEXT, metadata TEXT NOT NULL,"
    " embedding_status TEXT NOT NULL, batch_job_id TEXT, error_message TEXT, created_at DATETIME NOT NULL,"
    " token_count INTEGER)",
    "CREATE UNIQUE INDEX ix_chunks_document ON chunks (document_id, chunk_index)",
    "CREATE INDEX ix_chunks_status ON chunks (embedding_status)",
    "CREATE TABLE vectors (chunk_id INTEGER PRIMARY KEY, embedding BLOB NOT NULL)",
    "CREATE TABLE documents (id INTEGER PRIMARY KEY, content TEXT NOT NULL, metadata TEXT NOT NULL,"
    " media_type TEXT NOT NULL, created_at DATETIME NOT NULL, source TEXT)",
    "CREATE UNIQUE INDEX ix_documents_source ON documents (source)",
)


def text_of(place: int) -> str:
    """A text of some 400 characters."""
    return f"This is text number {place} of the benchmark. " * 9


def write_results(path: Path, keys: Sequence[str]) -> None:
    """A result file as Google writes it: vectors that are not of unit length."""
    chance = np.random.default_rng(1)
    with path.open("wb", buffering=1 << 20) as file:
        for key in keys:
            values = chance.standard_normal(DIMENSION).astype(np.float32)
            response = {"embedding": {"values": values}, "usageMetadata": {"promptTokenCount": TOKENS}}
            file.write(orjson.dumps({"key": key, "response": response}, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n")


def parse_only(path: Path) -> int:
    """Every row as key, float32 array and tokens, nothing kept; returns how many rows."""
    parser, rows = simdjson.Parser(), 0
    with path.open("rb", buffering=1 << 20) as file:
        for line in file:
            rows += _parse(parser, line)
    return rows


def _parse(parser: simdjson.Parser, line: bytes) -> bool:
    """simdjson reads no line while a value of the last one lives."""
    row: Any = parser.parse(line)
    response = row["response"]
    numbers = np.frombuffer(response["embedding"]["values"].as_buffer(of_type="d")).astype(np.float32)
    return bool(row["key"] and response["usageMetadata"]["promptTokenCount"] and len(numbers))


def connect(path: Path) -> sqlite3.Connection:
    """Plain SQLite on the tables of generation 5; as durable as a settle."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in (f"page_size = {PAGE_SIZE}", "journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        db.execute(f"PRAGMA {pragma}")
    if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        for statement in _TABLES:
            db.execute(statement)
    return db


def fill(path: Path, rows: int) -> None:
    """A database of chunks that wait."""
    with closing(connect(path)) as db:
        db.execute("BEGIN")
        insert_chunks(db, ((1, place, text_of(place)) for place in range(rows)))
        db.execute("COMMIT")


def insert_chunks(db: sqlite3.Connection, rows: Iterator[tuple[int, int, str]]) -> None:
    """Document, place and content of each chunk."""
    db.executemany(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, embedding_status, created_at)"
        f" VALUES (?, ?, ?, 'text', '{{}}', 'PENDING', '{AT}')",
        rows,
    )


def write_only(path: Path, chunks: Sequence[int], vector: bytes) -> None:
    """Vectors and statuses of chunks, in this order."""
    with closing(connect(path)) as db:
        for start in range(0, len(chunks), SLICE):
            part = chunks[start : start + SLICE]
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO vectors VALUES (?, ?)", ((chunk, vector) for chunk in part))
            db.executemany(
                "UPDATE chunks SET embedding_status = 'READY', token_count = ? WHERE id = ?",
                ((TOKENS, chunk) for chunk in part),
            )
            db.execute("COMMIT")


def origins_way(path: Path, results: Path) -> None:
    """All of it in memory, the vectors as they came."""
    found: list[dict[str, int | bytes]] = []
    for line in results.read_text().splitlines():
        row = json.loads(line)
        values = row["response"]["embedding"]["values"]
        found.append({"chunk_id": len(found) + 1, "embedding": struct.pack(f"<{len(values)}f", *values)})
    with closing(connect(path)) as db:
        Database(db, execute_plugins=False).table("vectors").insert_all(found, pk="chunk_id", batch_size=1000)
        ids = [row["chunk_id"] for row in found]
        for start in range(0, len(ids), 900):
            part = ids[start : start + 900]
            marks = ", ".join("?" * len(part))
            db.execute("BEGIN IMMEDIATE")
            db.execute(f"UPDATE chunks SET embedding_status = 'READY' WHERE id IN ({marks})", part)
            db.execute("COMMIT")


def insert_documents(path: Path, documents: Sequence[tuple[str, str]]) -> None:
    """Source and content of each, a chunk a document."""
    with closing(connect(path)) as db:
        for start in range(0, len(documents), 1_000):
            part = documents[start : start + 1_000]
            db.execute("BEGIN IMMEDIATE")
            db.executemany(
                "INSERT INTO documents (id, content, metadata, media_type, created_at, source)"
                f" VALUES (?, ?, '{{}}', 'text/plain', '{AT}', ?)",
                ((start + n, content, source) for n, (source, content) in enumerate(part)),
            )
            insert_chunks(db, ((start + n, 0, content) for n, (_, content) in enumerate(part)))
            db.execute("COMMIT")
