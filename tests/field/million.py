"""A file of the first version with as many chunks as asked for, made with plain SQL on its frozen schema.

    first_version_file(tmp_path / "halfrate.db", 1_000_000)

A million chunks of 600 to 2,000 characters, half of them with vectors of 768 numbers, are some 3 GB.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from tests.field import PAGE_SIZE, schema

AT = "2026-11-24 10:00:00.000000"
AT_UTC = "2026-11-24T10:00:00.000000Z"
MODEL, TASK_TYPE = "gemini-embedding-001", "RETRIEVAL_DOCUMENT"
PRICE, SYNC_PRICE = "0.075", "0.15"
PICO = 75_000
"""Of a dollar for a token at PRICE."""
EQUAL_EVERY = 5
"""Each so-many-th chunk has the text of an earlier one."""
CHUNKS_PER_DOCUMENT = 20
LIVE_JOB = "ffffffff-0000-4000-8000-000000000000"
_VECTORS = 997
"""Different vectors there are; equal texts have equal ones."""

_CHUNK = (
    "INSERT INTO chunks (id, document_id, chunk_index, content, chunk_type, language, metadata, embedding_status,"
    " batch_job_id, created_at, content_hash, context, embed_chars, start_offset, end_offset, token_count, attempts,"
    " failure_cause, failed_at, error_message)"
    f" VALUES (?, ?, ?, ?, 'text', NULL, ?, ?, ?, '{AT}', ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)"
)
_JOB = (
    "INSERT INTO batch_jobs (id, google_job_id, status, stats, created_at, updated_at, display_name, model, dimension,"
    " task_type, key_label, key_tail, price_per_million, sync_price_per_million, price_label, chunk_count, characters,"
    " estimated_tokens, ready_count, failed_count, tokens, input_file, input_bytes, end_status, submit_attempts,"
    " remote_state, uploaded_at, submitted_at, ended_at)"
    f" VALUES (:id, 'batches/' || :id, :status, :stats, '{AT}', '{AT}', 'halfrate-' || :id, '{MODEL}', :dimension,"
    f" '{TASK_TYPE}', 'batch', '2222', '{PRICE}', '{SYNC_PRICE}', 'a price', :chunks, :characters, :tokens, :ready,"
    " :failed, :settled, 'files/' || :id, :characters, :end_status, 1, :remote_state,"
    f" '{AT_UTC}', '{AT_UTC}', :ended_at)"
)
_LEDGER = (
    "INSERT INTO ledger (at, mode, key_label, key_tail, model, requests, tokens, waste_tokens, price_per_million,"
    " sync_price_per_million, price_label, amount_pico, sync_amount_pico, waste_pico, estimated_tokens, job_id, note)"
    f" VALUES ('{AT_UTC}', 'batch', 'batch', '2222', '{MODEL}', :ready, :settled, 0, '{PRICE}', '{SYNC_PRICE}',"
    f" 'a price', :settled * {PICO}, :settled * {2 * PICO}, 0, :settled, :id, '')"
)


@dataclass(slots=True)
class _JobSums:
    """What the chunks of a job add up to."""

    chunks: int = 0
    characters: int = 0
    tokens: int = 0
    ready: int = 0
    failed: int = 0
    settled: int = 0


@dataclass(frozen=True, kw_only=True)
class _Filling:
    """The rows of a file, by the number of the chunk from 0."""

    chunks: int
    ready: float
    travelling: int
    older: float
    characters: tuple[int, int]
    dimension: int
    job_size: int
    jobs: dict[str, _JobSums] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    sizes: Counter[tuple[str, str]] = field(default_factory=Counter)

    @cached_property
    def words(self) -> str:
        """What every text is cut from."""
        draw = np.random.default_rng(7).integers(0, 26, (120_000, 7)) + ord("a")
        text = "".join(chr(letter) for letter in draw.ravel())
        return " ".join(text[place : place + 2 + place % 11] for place in range(0, len(text) - 13, 7))

    def text_number(self, number: int) -> int:
        """The chunk whose text this one has: itself, or an earlier one."""
        if number % EQUAL_EVERY != EQUAL_EVERY - 1:
            return number
        earlier = number * 7_919 // 10_007 % number
        return earlier - (earlier % EQUAL_EVERY == EQUAL_EVERY - 1)

    def text(self, number: int) -> tuple[str, str]:
        """Content and context, different for every number."""
        low, high = self.characters
        length = low + number * 7_907 % max(high - low, 1)
        start = number * 104_729 % (len(self.words) - length)
        return f"{number} {self.words[start : start + length]}"[: max(length, 10)], f"Document > Part {number % 50}"

    def state(self, number: int) -> tuple[str, str | None]:
        """Status and job: the settled ones first, then those that travel, then those that wait."""
        settled = int(self.chunks * self.ready)
        if number < settled:
            return (
                "FAILED" if number % 101 == 100 else "READY"
            ), f"{number // self.job_size:08x}-0000-4000-8000-000000000000"
        return "PENDING", LIVE_JOB if number < settled + self.travelling else None

    def chunk_rows(self) -> Iterator[tuple[object, ...]]:
        """Rows for _CHUNK; what they add up to is noted on the way."""
        for number in range(self.chunks):
            content, context = self.text(self.text_number(number))
            status, job = self.state(number)
            whole, metadata, hashed = f"{context}\n\n{content}", "{}", True
            if job is None and number % 1_000 < 1_000 * self.older:
                metadata, hashed = json.dumps({"_vector_source": whole}), False
            tokens = len(whole) // 4
            self._note(status, job, len(whole) if hashed else len(content), tokens)
            failed = status == "FAILED"
            yield (
                number + 1,
                number // CHUNKS_PER_DOCUMENT + 1,
                number % CHUNKS_PER_DOCUMENT,
                content,
                metadata,
                status,
                job,
                hashlib.blake2b(whole.encode(), digest_size=16).hexdigest() if hashed else None,
                context if hashed else None,
                len(whole) if hashed else None,
                len(content),
                tokens if status == "READY" else None,
                int(failed),
                "400 INVALID_ARGUMENT" if failed else None,
                AT_UTC if failed else None,
                "Request contains an invalid argument." if failed else None,
            )

    def _note(self, status: str, job: str | None, size: int, tokens: int) -> None:
        waiting = ("in_batch" if job else "pending", "")
        bucket = {"READY": ("ready", ""), "FAILED": ("failed", "400 INVALID_ARGUMENT")}.get(status, waiting)
        self.counts[bucket] += 1
        self.sizes[bucket] += size
        if job is not None:
            sums = self.jobs.setdefault(job, _JobSums())
            sums.chunks, sums.characters, sums.tokens = sums.chunks + 1, sums.characters + size, sums.tokens + tokens
            sums.ready += status == "READY"
            sums.failed += status == "FAILED"
            sums.settled += tokens if status == "READY" else 0

    def vector_rows(self) -> Iterator[tuple[int, bytes]]:
        """Chunk id and vector of every READY chunk."""
        numbers = np.random.default_rng(11).standard_normal((_VECTORS, self.dimension)).astype("<f4")
        numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
        vectors = [row.tobytes() for row in numbers]
        for number in range(int(self.chunks * self.ready)):
            if self.state(number)[0] == "READY":
                yield number + 1, vectors[self.text_number(number) % _VECTORS]

    def job_rows(self) -> Iterator[dict[str, object]]:
        """Parameters of _JOB and _LEDGER."""
        for job, sums in self.jobs.items():
            live = job == LIVE_JOB
            stats = {"submitted": sums.chunks, "succeeded": sums.ready, "failed": sums.failed}
            status = "SUBMITTED" if live else "COMPLETED_WITH_ERRORS" if sums.failed else "COMPLETED"
            yield {
                "id": job,
                "status": status,
                "stats": "{}" if live else json.dumps(stats),
                "dimension": self.dimension,
                "chunks": sums.chunks,
                "characters": sums.characters,
                "tokens": sums.tokens,
                "ready": sums.ready,
                "failed": sums.failed,
                "settled": sums.settled,
                "end_status": None if live else "COMPLETED",
                "remote_state": "BATCH_STATE_PENDING" if live else "BATCH_STATE_SUCCEEDED",
                "ended_at": None if live else AT_UTC,
            }


def first_version_file(
    path: Path,
    chunks: int,
    *,
    ready: float = 0.5,
    travelling: int = 20_000,
    older: float = 0.02,
    characters: tuple[int, int] = (600, 2_000),
    dimension: int = 768,
    job_size: int = 50_000,
) -> None:
    """Makes a file of the first version at a path where there is none.

    `ready` is the share of the chunks that ended jobs of `job_size` settled: 1 in 101 FAILED, the others READY with a
    vector of `dimension` float32. Behind them `travelling` chunks are in batch with one live job, whose files are not
    made; the rest waits, of it the share `older` as a writer of generation 5 leaves chunks: no hash, no context, the
    text in `_vector_source`. Every fifth chunk has the text of an earlier one. Texts have between `characters`.
    """
    filling = _Filling(
        chunks=chunks,
        ready=ready,
        travelling=min(travelling, chunks - int(chunks * ready)),
        older=older,
        characters=characters,
        dimension=dimension,
        job_size=job_size,
    )
    tables, rest = schema()
    statements = [statement + ";" for statement in rest.split(";\n") if statement]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in (f"page_size = {PAGE_SIZE}", "journal_mode = OFF", "synchronous = OFF", "cache_size = -65536"):
            db.execute(f"PRAGMA {pragma}")
        db.executescript(tables)
        db.execute("BEGIN")
        for index in (each for each in statements if not each.startswith("CREATE TRIGGER")):
            db.execute(index)
        _fill(db, filling)
        for trigger in (each for each in statements if each.startswith("CREATE TRIGGER")):
            db.execute(trigger)
        db.executemany(_LEDGER, [job for job in filling.job_rows() if job["ended_at"]])
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")


def _fill(db: sqlite3.Connection, filling: _Filling) -> None:
    """All rows but the ledger's, whose trigger sums them."""
    documents = range(1, -(-filling.chunks // CHUNKS_PER_DOCUMENT) + 1)
    db.executemany(
        "INSERT INTO documents (id, content, metadata, media_type, created_at, source, title, content_hash)"
        f" VALUES (?, 'a document', '{{}}', 'text/plain', '{AT}', 'documents/' || ? || '.md', 'Document', ?)",
        ((number, number, f"{number:032x}") for number in documents),
    )
    db.executemany(_CHUNK, filling.chunk_rows())
    db.execute("INSERT INTO profiles VALUES (1, ?, ?, ?)", (MODEL, filling.dimension, TASK_TYPE))
    db.executemany("INSERT INTO vectors VALUES (?, 1, ?)", filling.vector_rows())
    db.executemany(_JOB, filling.job_rows())
    buckets = sorted(filling.counts)
    db.executemany(
        "INSERT INTO chunk_counts VALUES (?, ?, ?, ?)",
        [(*bucket, filling.counts[bucket], filling.sizes[bucket]) for bucket in buckets],
    )
    sums = filling.jobs.values()
    db.execute(
        "INSERT INTO token_ratio VALUES (?, ?, ?)",
        (MODEL, sum(each.characters for each in sums), sum(each.tokens for each in sums)),
    )
    for job, note in itertools.product(filling.jobs, ("planned", "created as batches/...")):
        event = (job, AT_UTC, note)
        db.execute("INSERT INTO job_events (job_id, at, status, note) VALUES (?, ?, 'SUBMITTED', ?)", event)
