"""What the counters must say: the same counts, taken row by row in Python, apart from the program's own recount."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from engine.domain.kinds import KNOWN
from engine.store.sqlite.database import SqliteDb

BLOCK = 1_024


@dataclass
class Counted:
    """Chunks and characters by bucket and cause; chunks and characters of each text that waits; sums of blocks."""

    chunks: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    waiting: dict[int, tuple[int, int]] = field(default_factory=dict)
    blocks: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    kinds: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Characters of each kind by block, as far as they are known."""


def truth(db: SqliteDb) -> Counted:
    """Counted from the chunks themselves."""
    chunks, characters, waiting = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[int]()
    conn = db.database.conn
    for status, job, cause, until, text, length in conn.execute(
        "SELECT embedding_status, batch_job_id, failure_cause, next_attempt_at, text_id,"
        " coalesce(embed_chars, length(content)) FROM chunks"
    ):
        match status:
            case "READY":
                key = ("ready", "")
            case "FAILED":
                key = ("failed", cause or "other error")
            case _ if job:
                key = ("in_batch", "")
            case _:
                key = ("pending", "unnamed" if text is None else "resting" if until else "")
        chunks[key] += 1
        characters[key] += length
        if key == ("pending", "") and until is None:
            waiting[text] += 1
    lengths = dict(conn.execute("SELECT id, characters FROM texts").fetchall())
    found = Counted(chunks={key: (count, characters[key]) for key, count in chunks.items()})
    found.waiting = {text: (count, lengths[text]) for text, count in waiting.items()}
    for text, (count, size) in found.waiting.items():
        texts, of_chunks, of_characters = found.blocks.get(text // BLOCK, (0, 0, 0))
        found.blocks[text // BLOCK] = (texts + 1, of_chunks + count, of_characters + size)
        kinds = conn.execute(f"SELECT {', '.join(KNOWN)} FROM texts WHERE id = ?", (text,)).fetchone()
        before = found.kinds.get(text // BLOCK, (0,) * len(KNOWN))
        found.kinds[text // BLOCK] = tuple(have + (more or 0) for have, more in zip(before, kinds, strict=True))
    found.kinds = {block: kinds for block, kinds in found.kinds.items() if any(kinds)}
    return found


def kept(db: SqliteDb) -> Counted:
    """The same from the counters; those that are zero are left out."""
    conn = db.database.conn
    counts = conn.execute("SELECT bucket, cause, chunks, characters FROM chunk_counts").fetchall()
    waiting = conn.execute("SELECT text_id, chunks, characters FROM waiting").fetchall()
    blocks = conn.execute("SELECT block, texts, chunks, characters FROM waiting_blocks").fetchall()
    kinds = conn.execute(f"SELECT block, {', '.join(KNOWN)} FROM waiting_blocks").fetchall()
    return Counted(
        kinds={block: tuple(each) for block, *each in kinds if any(each)},
        chunks={(bucket, cause): (chunks, size) for bucket, cause, chunks, size in counts if chunks or size},
        waiting={text: (chunks, size) for text, chunks, size in waiting},
        blocks={block: (texts, chunks, size) for block, texts, chunks, size in blocks if texts or chunks or size},
    )
