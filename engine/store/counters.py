"""The counters that triggers keep, counted anew; and what else only an examination counts.

    chunk_counts     the chunks by where they stand
    waiting          a row a text that some chunk waits for
    waiting_blocks   the sums of `waiting` over 1,024 ids each

A program that switches triggers off, or a damaged file, can make them wrong; the chunks themselves are what is true.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain.jobs import ENDED
from engine.domain.kinds import KNOWN
from engine.domain.models import Profile
from engine.store import vectors
from engine.store.db import Db, Query, Row

_EVERY_CHUNK = "looks at every chunk: for the doctor and exports"
_WAITS = "embedding_status = 'PENDING' AND batch_job_id IS NULL AND next_attempt_at IS NULL AND text_id IS NOT NULL"
_BUCKETS = (
    "SELECT bucket, cause, count(*) AS chunks, sum(characters) AS characters FROM (SELECT"
    " CASE WHEN embedding_status = 'READY' THEN 'ready' WHEN embedding_status = 'FAILED' THEN 'failed'"
    " WHEN batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END AS bucket,"
    " CASE WHEN embedding_status = 'FAILED' THEN coalesce(failure_cause, 'other error')"
    " WHEN embedding_status <> 'PENDING' OR batch_job_id IS NOT NULL THEN ''"
    " WHEN text_id IS NULL THEN 'unnamed' WHEN next_attempt_at IS NOT NULL THEN 'resting' ELSE '' END AS cause,"
    " coalesce(embed_chars, length(content)) AS characters FROM chunks) GROUP BY bucket, cause"
)
_TEXTS = f"SELECT text_id, count(*) AS chunks, max(length(content)) AS longest FROM chunks WHERE {_WAITS} GROUP BY 1"
_SUMS = ("texts", "chunks", "characters", *KNOWN)
_BLOCKS = (
    "SELECT w.text_id / 1024 AS block, count(*) AS texts, sum(w.chunks) AS chunks, sum(w.characters) AS characters,"
    f" {', '.join(f'coalesce(sum(t.{kind}), 0) AS {kind}' for kind in KNOWN)}"
    " FROM waiting w LEFT JOIN texts t ON t.id = w.text_id GROUP BY 1"
)

_COUNTED = Query("count the chunks by where they stand", _BUCKETS, scans=_EVERY_CHUNK)
_SAID = Query(
    "what the counters of chunks say",
    "SELECT bucket, cause, chunks, characters FROM chunk_counts WHERE chunks <> 0 OR characters <> 0",
    scans="a few rows",
)
_WRONG_TEXTS = Query(
    "waiting texts that are missing in the queue or counted wrongly",
    f"SELECT count(*) FROM ({_TEXTS}) c LEFT JOIN waiting w ON w.text_id = c.text_id"
    " LEFT JOIN texts t ON t.id = c.text_id WHERE w.text_id IS NULL OR w.chunks <> c.chunks"
    " OR w.characters <> coalesce(t.characters, w.characters)",
    scans=_EVERY_CHUNK,
)
_SURPLUS_TEXTS = Query(
    "texts in the queue that no chunk waits for",
    "SELECT count(*) FROM waiting w WHERE NOT EXISTS"
    f" (SELECT 1 FROM chunks c WHERE c.text_id = w.text_id AND {_WAITS.replace('text_id IS', 'c.text_id IS')})",
    scans=_EVERY_CHUNK,
)
_WRONG_BLOCKS = Query(
    "blocks of the queue whose sums are wrong",
    f"WITH counted AS ({_BLOCKS}), said AS (SELECT block, {', '.join(_SUMS)} FROM waiting_blocks"
    f" WHERE {' OR '.join(f'{each} <> 0' for each in _SUMS)}) SELECT count(*) FROM ("
    "SELECT block FROM (SELECT * FROM counted EXCEPT SELECT * FROM said)"
    " UNION SELECT block FROM (SELECT * FROM said EXCEPT SELECT * FROM counted))",
    scans=_EVERY_CHUNK,
)
_CLEAR_COUNTS = Query("forget the counters of chunks", "DELETE FROM chunk_counts", scans="a few rows")
_FILL_COUNTS = Query(
    "write the counters of chunks anew",
    f"INSERT INTO chunk_counts (bucket, cause, chunks, characters) {_BUCKETS}",
    scans=_EVERY_CHUNK,
)
_CLEAR_TEXTS = Query("forget the queue", "DELETE FROM waiting", scans=_EVERY_CHUNK)
_FILL_TEXTS = Query(
    "write the queue anew",
    "INSERT INTO waiting (text_id, chunks, characters) SELECT c.text_id, c.chunks, coalesce(t.characters, c.longest)"
    f" FROM ({_TEXTS}) c LEFT JOIN texts t ON t.id = c.text_id",
    scans=_EVERY_CHUNK,
)
_CLEAR_BLOCKS = Query("forget the blocks of the queue", "DELETE FROM waiting_blocks", scans=_EVERY_CHUNK)
_FILL_BLOCKS = Query(
    "write the blocks of the queue anew",
    f"INSERT INTO waiting_blocks (block, {', '.join(_SUMS)}) {_BLOCKS}",
    scans=_EVERY_CHUNK,
)
_READY_UNDER = Query(
    "count ready chunks that have a vector of a profile",
    "SELECT count(*) FROM chunks c CROSS JOIN vectors v ON v.profile_id = :profile AND v.text_id = c.text_id"
    " WHERE c.embedding_status = 'READY'",
    scans=_EVERY_CHUNK,
)
_READY_WITHOUT = Query(
    "count ready chunks that have no vector at all",
    "SELECT count(*) FROM chunks c WHERE c.embedding_status = 'READY' AND NOT EXISTS (SELECT 1 FROM profiles p"
    " CROSS JOIN vectors v ON v.profile_id = p.id AND v.text_id = c.text_id)",
    scans=_EVERY_CHUNK,
)
_INHERITED = Query(
    "live jobs of an earlier generation",
    "SELECT id FROM batch_jobs WHERE display_name IS NULL"
    f" AND status NOT IN ({', '.join(repr(status.value) for status in sorted(ENDED))}) ORDER BY created_at, id",
    scans="a row a job",
)


def recount(db: Db) -> list[str]:
    """Compares every counter with the chunks: the differences, in words. It grows with the chunks: for the doctor."""
    with db.reading():
        return [*_wrong_counts(db), *_wrong_queue(db)]


def _wrong_counts(db: Db) -> Iterator[str]:
    said = {(row["bucket"], row["cause"]): _sums(row) for row in db.rows(_SAID)}
    counted = {(row["bucket"], row["cause"]): _sums(row) for row in db.rows(_COUNTED)}
    for key in sorted(said.keys() | counted.keys()):
        says, holds = said.get(key, (0, 0)), counted.get(key, (0, 0))
        name = " ".join(filter(None, key)).replace("_", " ")
        if says != holds:
            yield f"{name}: {says[0]:,} chunks of {says[1]:,} characters, counted {holds[0]:,} of {holds[1]:,}"


def _sums(row: Row) -> tuple[int, int]:
    return row["chunks"], row["characters"] or 0


def _wrong_queue(db: Db) -> Iterator[str]:
    checks = (
        (_WRONG_TEXTS, "waiting texts are missing in the queue or counted wrongly"),
        (_SURPLUS_TEXTS, "texts are in the queue that no chunk waits for"),
        (_WRONG_BLOCKS, "blocks of the queue have wrong sums"),
    )
    for query, words in checks:
        if wrong := _number(db, query):
            yield f"{wrong:,} {words}"


def repair(db: Db) -> None:
    """Writes every counter anew from the chunks. Call it inside `writing`."""
    for query in (_CLEAR_COUNTS, _FILL_COUNTS, _CLEAR_TEXTS, _FILL_TEXTS):
        db.run(query)
    # The triggers of the queue have kept the blocks, from wherever they stood.
    for query in (_CLEAR_BLOCKS, _FILL_BLOCKS):
        db.run(query)


def ready_under(db: Db, profile: Profile) -> int:
    """How many READY chunks have a vector of the profile; grows with the chunks."""
    row = db.one(_READY_UNDER, profile=vectors.find_profile(db, profile))
    return row[0] if row else 0


def ready_without(db: Db) -> int:
    """How many READY chunks have no vector at all: an earlier generation keeps theirs elsewhere; grows with them."""
    return _number(db, _READY_WITHOUT)


def inherited_live(db: Db) -> list[str]:
    """Ids of the live jobs of an earlier generation, the oldest first."""
    return [row[0] for row in db.rows(_INHERITED)]


def _number(db: Db, query: Query) -> int:
    row = db.one(query)
    return row[0] if row else 0
