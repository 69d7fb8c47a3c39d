"""What the counters must say: the same counts, taken row by row."""

from __future__ import annotations

from sqlite_utils import Database

Counts = dict[tuple[str, str], tuple[int, int]]


def true_counts(db: Database) -> Counts:
    """Chunks and characters by bucket and cause."""
    found: Counts = {}
    for status, job, cause, length in db.conn.execute(
        "SELECT embedding_status, batch_job_id, failure_cause, coalesce(embed_chars, length(content)) FROM chunks"
    ):
        match status:
            case "READY":
                key = ("ready", "")
            case "FAILED":
                key = ("failed", cause or "other error")
            case _:
                key = ("in_batch" if job else "pending", "")
        chunks, characters = found.get(key, (0, 0))
        found[key] = (chunks + 1, characters + length)
    return found


def stored_counts(db: Database) -> Counts:
    """The same from the counters; those that are zero in both columns are left out."""
    rows = db.conn.execute("SELECT bucket, cause, chunks, characters FROM chunk_counts")
    return {(bucket, cause): (n, size) for bucket, cause, n, size in rows if n or size}
