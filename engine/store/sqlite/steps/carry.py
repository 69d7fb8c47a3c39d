"""What the second version makes of the rows of the first: texts, vectors by text, and requests of jobs in any state.

A chunk of the first version carries the hash of its text and the vector that was paid for it. The hash is computed
again before it is believed: an older writer may have changed the content since. Vectors stay where they lie, 3 kB each;
only a small row by profile and text is added. All of it is one pass over the chunks, in slices, with flat memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from engine.domain.texts import text_hash, text_of
from engine.domain.times import parse_time, utc_text

Tell = Callable[[int, int], None]
SLICE = 5_000

_CHUNKS = (
    "SELECT id, CAST(content AS BLOB), CAST(context AS BLOB), CAST(metadata AS BLOB), content_hash, embedding_status"
    " FROM chunks WHERE id > ? ORDER BY id LIMIT ?"
)
_NAME = "INSERT OR IGNORE INTO texts (hash, characters) VALUES (?, ?)"
_POINT = "UPDATE chunks SET text_id = (SELECT id FROM texts WHERE hash = ?), content_hash = NULL WHERE id = ?"
_VECTORS = """
    INSERT OR IGNORE INTO vectors (profile_id, text_id, embedding_id, tokens, basis, submission_id)
    SELECT e.profile_id, coalesce(c.text_id, t.id), e.id, coalesce(c.token_count, (t.characters + 3) / 4, 0),
      CASE WHEN c.token_count IS NULL THEN 'estimated' END, s.id
    FROM embeddings e JOIN chunks c ON c.id = e.id
    LEFT JOIN texts t ON t.id = c.text_id OR (c.text_id IS NULL AND t.hash = halfrate_unhex(c.content_hash))
    LEFT JOIN submissions s ON s.job_id = c.batch_job_id
    WHERE e.id > ? AND e.id <= ? AND c.embedding_status = 'READY' AND t.id IS NOT NULL
"""
_REQUESTS = """
    INSERT OR IGNORE INTO requests (submission_id, text_id, outcome, tokens)
    SELECT s.id, c.text_id, CASE c.embedding_status WHEN 'READY' THEN 'useful' WHEN 'FAILED' THEN 'refused'
      ELSE CASE WHEN s.ended_at IS NOT NULL THEN 'missing' END END, c.token_count
    FROM chunks c JOIN submissions s ON s.job_id = c.batch_job_id
    WHERE c.id > ? AND c.id <= ? AND c.text_id IS NOT NULL
"""
_RETURNED = """
    INSERT OR IGNORE INTO requests (submission_id, text_id, outcome)
    SELECT s.id, c.text_id, 'refused' FROM superseded m JOIN submissions s ON s.job_id = m.job_id
    JOIN chunks c ON c.id = m.chunk_id JOIN texts t ON t.id = c.text_id
    WHERE m.hash_prefix LIKE '%!' AND lower(hex(substr(t.hash, 1, 8))) = substr(m.hash_prefix, 1, 16)
"""
_CARRIED_KEYS = (
    """
    INSERT OR IGNORE INTO carried_keys SELECT m.job_id, m.chunk_id, halfrate_unhex(m.hash_prefix) FROM superseded m
    JOIN submissions s ON s.job_id = m.job_id WHERE s.ended_at IS NULL AND m.hash_prefix NOT LIKE '%!'
    """,
    # Equal texts of one job travelled under a key each: one of them is the request, the others were paid beside it.
    """
    INSERT OR IGNORE INTO carried_keys SELECT job_id, id, prefix FROM (
      SELECT c.batch_job_id AS job_id, c.id, substr(t.hash, 1, 8) AS prefix,
        row_number() OVER (PARTITION BY c.batch_job_id, c.text_id ORDER BY c.id) AS place
      FROM submissions s JOIN chunks c ON c.batch_job_id = s.job_id JOIN texts t ON t.id = c.text_id
      WHERE s.ended_at IS NULL AND c.embedding_status = 'PENDING') WHERE place > 1
    """,
)
_JOBS = (
    """
    UPDATE submissions SET carried_waste = (SELECT waste_tokens FROM batch_jobs j WHERE j.id = job_id),
      carried_tokens = (SELECT tokens FROM batch_jobs j WHERE j.id = job_id) - coalesce((SELECT sum(r.tokens)
        FROM requests r WHERE r.submission_id = submissions.id AND r.outcome IS NOT NULL), 0)
    """,
    """
    UPDATE batch_jobs SET submission_id = (SELECT id FROM submissions s WHERE s.job_id = batch_jobs.id),
      request_count = chunk_count WHERE display_name IS NOT NULL
    """,
    """
    UPDATE batch_jobs SET duplicate_of = substr(display_name, 10, 36)
    WHERE display_name LIKE 'halfrate-% (duplicate)'
    """,
    # Their requests are written anew, under keys that name the text.
    """
    UPDATE batch_jobs SET status = 'PLANNED', input_file = NULL, input_sha256 = NULL, uploaded_at = NULL
    WHERE display_name IS NOT NULL AND status IN ('SPOOLED', 'UPLOADED')
    """,
    "INSERT INTO about VALUES ('look_first', 'carried over')",
    "DROP TABLE superseded",
)


def carry_over(connection: sqlite3.Connection, tell: Tell) -> None:
    """Fills the tables of the second version from those of the first; inside the transaction of the upgrade."""
    connection.create_function("halfrate_unhex", 1, _unhex, deterministic=True)
    _submissions(connection)
    total = connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
    done = after = 0
    for rows in _slices(connection):
        last = rows[-1][0]
        _name_texts(connection, rows)
        for statement in (_VECTORS, _REQUESTS):
            connection.execute(statement, (after, last))
        done, after = done + len(rows), last
        tell(done, total)
    for statement in (_RETURNED, *_CARRIED_KEYS, *_JOBS):
        connection.execute(statement)


def _unhex(text: str | None) -> bytes | None:
    try:
        return bytes.fromhex(text) if text else None
    except ValueError:
        return None


def _slices(connection: sqlite3.Connection) -> Iterator[list[tuple[int, bytes, bytes | None, bytes, str | None, str]]]:
    after = 0
    while rows := connection.execute(_CHUNKS, (after, SLICE)).fetchall():
        yield rows
        after = rows[-1][0]


def _name_texts(
    connection: sqlite3.Connection, rows: list[tuple[int, bytes, bytes | None, bytes, str | None, str]]
) -> None:
    """Gives texts to the chunks whose hash is that of what they hold; of others that are READY, to their vector."""
    texts: list[tuple[bytes, int | None]] = []
    chunks: list[tuple[bytes, int]] = []
    for chunk_id, content, context, metadata, stored, status in rows:
        named = _unhex(stored)
        if named is None:
            continue
        text = _text(content, context, metadata)
        if text is not None and text_hash(text) == named:
            texts.append((named, len(text)))
            chunks.append((named, chunk_id))
        elif status == "READY" and len(named) == 16:
            texts.append((named, None))
    connection.executemany(_NAME, texts)
    connection.executemany(_POINT, chunks)


def _text(content: bytes, context: bytes | None, metadata: bytes) -> str | None:
    try:
        return text_of(content.decode(), context.decode() if context is not None else None, metadata.decode())
    except UnicodeDecodeError:
        return None


def _submissions(connection: sqlite3.Connection) -> None:
    """A submission for each job that is not inherited."""
    connection.execute(
        "INSERT OR IGNORE INTO profiles (model, dimension, task_type) SELECT DISTINCT model, dimension, task_type"
        " FROM batch_jobs WHERE display_name IS NOT NULL AND model IS NOT NULL"
    )
    jobs = connection.execute(
        "SELECT j.id, p.id, coalesce(j.submitted_at, j.created_at), coalesce(j.key_label, 'batch'),"
        " coalesce(j.key_tail, ''), coalesce(j.price_per_million, '0'), coalesce(j.sync_price_per_million, '0'),"
        " coalesce(j.price_label, ''), CASE WHEN j.status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED',"
        " 'CANCELLED', 'EXPIRED') THEN coalesce(j.ended_at, j.updated_at) END FROM batch_jobs j JOIN profiles p"
        " ON p.model = j.model AND p.dimension = j.dimension AND p.task_type = j.task_type"
        " WHERE j.display_name IS NOT NULL ORDER BY j.rowid"
    ).fetchall()
    connection.executemany(
        "INSERT INTO submissions (mode, job_id, profile_id, at, key_label, key_tail, key_fingerprint,"
        " price_per_million, sync_price_per_million, price_label, ended_at)"
        " VALUES ('batch', ?, ?, ?, ?, ?, '', ?, ?, ?, ?)",
        [(*row[:2], _utc(row[2]), *row[3:8], _utc(row[8])) for row in jobs],
    )


def _utc(text: str | None) -> str | None:
    moment = parse_time(text)
    return utc_text(moment) if moment else text
