"""Batch jobs: their rows, their guarded transitions, their history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlite_utils import Database

from engine.domain.batches import ENDED, EPOCH, LIVE, OCCUPYING, TRANSITIONS, BatchJob, JobEvent, JobStatus, status_of
from engine.domain.times import local_text, parse_time, utc_text
from engine.domain.vectors import Profile
from engine.errors import UnknownJob, WrongState
from engine.store.search import containing, joined

Field = str | int | None
DISPLAY_PREFIX = "halfrate-"
"""Before a job's id in the name its remote batch bears."""

_COLUMNS = (
    "id, google_job_id, status, stats, created_at, updated_at, display_name, model, dimension, task_type, key_label,"
    " key_tail, price_per_million, sync_price_per_million, price_label, chunk_count, characters, estimated_tokens,"
    " ready_count, failed_count, missing_count, superseded_count, returned_count, tokens, waste_tokens, input_file,"
    " input_sha256, input_bytes, output_file, output_bytes, short_bytes, short_since,"
    " settle_cursor, remote_state, remote_done, error,"
    " submit_attempts, next_attempt_at, absent_listings, uploaded_at, submitted_at, ended_at"
)


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is pinned when a job is planned."""

    id: str
    display_name: str
    profile: Profile
    key_label: str
    key_tail: str
    price_per_million: Decimal
    sync_price_per_million: Decimal
    price_label: str


def insert(db: Database, job: NewJob, now: datetime) -> None:
    """Writes a PLANNED job without chunks."""
    db.conn.execute(
        "INSERT INTO batch_jobs (id, status, stats, created_at, updated_at, display_name, model, dimension, task_type,"
        " key_label, key_tail, price_per_million, sync_price_per_million, price_label)"
        " VALUES (?, 'PLANNED', '{}', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job.id,
            local_text(now),
            local_text(now),
            job.display_name,
            job.profile.model,
            job.profile.dimension,
            job.profile.task_type,
            job.key_label,
            job.key_tail,
            str(job.price_per_million),
            str(job.sync_price_per_million),
            job.price_label,
        ),
    )
    add_event(db, job.id, now, JobStatus.PLANNED, "planned")


def get(db: Database, job_id: str) -> BatchJob:
    """One job by its id, or by its first characters when only one has them; UnknownJob otherwise."""
    rows = _query(db, "WHERE id = ? OR google_job_id = ?", (job_id, job_id))
    if not rows and len(job_id) >= 4:
        pattern = job_id.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = _query(db, "WHERE id LIKE ? ESCAPE '\\' LIMIT 2", (pattern,))
    if len(rows) != 1:
        raise UnknownJob(f"No job is called {job_id!r}." if not rows else f"Several jobs begin with {job_id!r}.")
    return rows[0]


def in_states(db: Database, states: Iterable[JobStatus], *, ours: bool = True) -> list[BatchJob]:
    """Jobs in these states, oldest first; inherited ones only when `ours` is False."""
    names = sorted(states)
    marks = ", ".join("?" * len(names))
    own = " AND display_name IS NOT NULL" if ours else ""
    return _query(db, f"WHERE status IN ({marks}){own} ORDER BY created_at, rowid", names)


def dashboard(db: Database, limit: int) -> list[BatchJob]:
    """Live jobs oldest first, then the newest ended ones, as many as asked; reads no further than that."""
    names = ", ".join(f"'{status}'" for status in sorted(LIVE))
    live = _query(db, f"WHERE status IN ({names}) ORDER BY created_at, rowid LIMIT ?", (limit,))
    ended = _query(
        db, f"WHERE status NOT IN ({names}) ORDER BY created_at DESC, rowid DESC LIMIT ?", (max(limit - len(live), 0),)
    )
    return live + ended


_ENDED_NAMES = ", ".join(f"'{status}'" for status in sorted(ENDED))
_SEARCHED = joined("id", "google_job_id", "status", "model", "key_label", "remote_state", "error")
Order = Literal["live", "newest", "oldest", "chunks", "cost", "state"]
ORDERS: dict[Order, str] = {
    "live": f"status IN ({_ENDED_NAMES}), CASE WHEN status IN ({_ENDED_NAMES}) THEN '' ELSE created_at END,"
    " created_at DESC",
    "newest": "created_at DESC",
    "oldest": "created_at",
    "chunks": "chunk_count DESC",
    "cost": "coalesce(nullif(tokens, 0), estimated_tokens) * price_per_million DESC",
    "state": "status, created_at DESC",
}
"""How jobs can be listed; `live`: live ones first, oldest first, then the ended ones, newest first."""


def page(db: Database, *, words: str = "", order: Order = "live", limit: int = 100, offset: int = 0) -> list[BatchJob]:
    """Jobs that contain the words in id, state, model, key label or error, as many as asked for."""
    where, values = containing(_SEARCHED, words)
    return _query(db, f"WHERE {where} ORDER BY {ORDERS[order]}, rowid LIMIT ? OFFSET ?", (*values, limit, offset))


def count(db: Database, *, words: str = "") -> int:
    """How many jobs contain the words."""
    where, values = containing(_SEARCHED, words)
    found: int = db.conn.execute(f"SELECT count(*) FROM batch_jobs WHERE {where}", values).fetchone()[0]
    return found


def status_counts(db: Database) -> dict[JobStatus, int]:
    """How many jobs are in each state."""
    rows = db.conn.execute("SELECT status, count(*) FROM batch_jobs GROUP BY status")
    found = Counter[JobStatus]()
    for status, n in rows:
        found[status_of(status)] += n
    return dict(found)


def occupied_tokens(db: Database, model: str) -> int:
    """Estimated tokens of the jobs that Google holds or may hold: they count against the allowance."""
    names = ", ".join(f"'{status}'" for status in sorted(OCCUPYING))
    query = f"SELECT coalesce(sum(estimated_tokens), 0) FROM batch_jobs WHERE status IN ({names}) AND model = ?"
    found: int = db.conn.execute(query, (model,)).fetchone()[0]
    return found


def transition(db: Database, job: BatchJob, target: JobStatus, now: datetime, note: str, **fields: Field) -> BatchJob:
    """Moves a job on, naming the state it leaves; WrongState when it is no longer there. Returns the new value."""
    if target not in TRANSITIONS[job.status]:
        raise WrongState(f"Job {job.short} is {job.status} and cannot become {target}.")
    values = {"status": target, "updated_at": local_text(now), **fields}
    if target in ENDED:
        values.setdefault("ended_at", utc_text(now))
    if not _update(db, job.id, values, " AND status = ?", (job.status,)):
        raise WrongState(f"Job {job.short} is no longer {job.status}: somebody else moved it.")
    add_event(db, job.id, now, target, note)
    return get(db, job.id)


def update(db: Database, job: BatchJob, now: datetime, **fields: Field) -> BatchJob:
    """Changes columns of a job without moving it."""
    _update(db, job.id, {"updated_at": local_text(now), **fields})
    return get(db, job.id)


def _update(
    db: Database, job_id: str, values: dict[str, Field], guard: str = "", arguments: tuple[str, ...] = ()
) -> int:
    assignments = ", ".join(f"{name} = ?" for name in values)
    return db.conn.execute(
        f"UPDATE batch_jobs SET {assignments} WHERE id = ?{guard}", (*values.values(), job_id, *arguments)
    ).rowcount


def add_event(db: Database, job_id: str, now: datetime, status: JobStatus, note: str) -> None:
    """Appends a line to a job's history."""
    db.conn.execute(
        "INSERT INTO job_events (job_id, at, status, note) VALUES (?, ?, ?, ?)", (job_id, utc_text(now), status, note)
    )


def history(db: Database, job_id: str) -> list[JobEvent]:
    """A job's history, oldest first."""
    rows = db.conn.execute("SELECT at, status, note FROM job_events WHERE job_id = ? ORDER BY id", (job_id,))
    return [JobEvent(parse_time(at) or EPOCH, JobStatus(status), note) for at, status, note in rows]


def remote_json(db: Database, job_id: str) -> str | None:
    """Google's last answer about a job, as it came."""
    row = db.conn.execute("SELECT remote_json FROM batch_jobs WHERE id = ?", (job_id,)).fetchone()
    return row[0] if row else None


def token_ratio(db: Database, model: str) -> tuple[int, int]:
    """Characters and tokens that came back so far for a model; `(0, 0)` before the first."""
    row = db.conn.execute("SELECT characters, tokens FROM token_ratio WHERE model = ?", (model,)).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def learn_ratio(db: Database, model: str, characters: int, tokens: int) -> None:
    """Adds what came back to what is known of a model's characters per token."""
    db.conn.execute(
        "INSERT INTO token_ratio VALUES (?, ?, ?) ON CONFLICT (model) DO UPDATE SET"
        " characters = characters + excluded.characters, tokens = tokens + excluded.tokens",
        (model, characters, tokens),
    )


def estimate_errors(db: Database, model: str, jobs: int = 20) -> tuple[int, int]:
    """Sums of |estimated - actual| and of actual tokens over a model's last settled jobs."""
    row = db.conn.execute(
        "SELECT coalesce(sum(abs(estimated_tokens - tokens)), 0), coalesce(sum(tokens), 0) FROM (SELECT"
        " estimated_tokens, tokens FROM batch_jobs WHERE status = 'COMPLETED' AND model = ? AND tokens > 0"
        " ORDER BY created_at DESC LIMIT ?)",
        (model, jobs),
    ).fetchone()
    return row[0], row[1]


def _query(db: Database, tail: str, values: Iterable[str | int] = ()) -> list[BatchJob]:
    cursor = db.conn.execute(f"SELECT {_COLUMNS} FROM batch_jobs {tail}", tuple(values))
    names = [column[0] for column in cursor.description]
    return [BatchJob.from_row(dict(zip(names, row, strict=True))) for row in cursor]


def in_flight(db: Database, states: Iterable[JobStatus] = OCCUPYING) -> list[tuple[int, Decimal]]:
    """Estimated tokens and price per million of each job of ours that Google holds or may hold, or in these states."""
    names = ", ".join(f"'{status}'" for status in sorted(states))
    rows = db.conn.execute(
        "SELECT estimated_tokens, price_per_million FROM batch_jobs"
        f" WHERE status IN ({names}) AND display_name IS NOT NULL"
    )
    return [(tokens, Decimal(price)) for tokens, price in rows]


def lower_allowance(db: Database, model: str, tokens: int, now: datetime) -> None:
    """Remembers that Google refused a job of twice as many tokens while nothing else of ours was enqueued."""
    db.conn.execute(
        "INSERT INTO lowered_allowance VALUES (?, ?, ?) ON CONFLICT (model)"
        " DO UPDATE SET tokens = excluded.tokens, at = excluded.at",
        (model, max(tokens, 1), utc_text(now)),
    )


def lowered_allowance(db: Database, model: str, since: datetime) -> int | None:
    """The tokens a job may have after such a refusal, if there was one since then."""
    row = db.conn.execute(
        "SELECT tokens FROM lowered_allowance WHERE model = ? AND at >= ?", (model, utc_text(since))
    ).fetchone()
    return row[0] if row else None


def durations(db: Database, model: str, jobs: int = 20) -> list[float]:
    """Seconds from submission to the end of a model's last settled jobs."""
    rows = db.conn.execute(
        "SELECT submitted_at, ended_at FROM batch_jobs WHERE status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS')"
        " AND model = ? AND submitted_at IS NOT NULL ORDER BY created_at DESC LIMIT ?",
        (model, jobs),
    )
    pairs = ((parse_time(start), parse_time(end)) for start, end in rows)
    return [(end - start).total_seconds() for start, end in pairs if start and end]


def known_remote_names(db: Database, since: datetime) -> set[str]:
    """Names of the remote batches this database knows of, of jobs made since then."""
    rows = db.conn.execute(
        "SELECT google_job_id FROM batch_jobs WHERE google_job_id IS NOT NULL AND created_at >= ?", (local_text(since),)
    )
    return {row[0] for row in rows}


def owner_of(db: Database, display_name: str, google_job_id: str) -> BatchJob | None:
    """The job of ours whose display name a remote batch bears that no job stands for; None for any other batch."""
    found = _query(
        db,
        "WHERE id = ? AND display_name = ? AND NOT EXISTS (SELECT 1 FROM batch_jobs WHERE google_job_id = ?)",
        (display_name.removeprefix(DISPLAY_PREFIX), display_name, google_job_id),
    )
    return found[0] if found else None


def end_status(db: Database, job_id: str) -> JobStatus | None:
    """How a fetched job ends once it is settled."""
    row = db.conn.execute("SELECT end_status FROM batch_jobs WHERE id = ?", (job_id,)).fetchone()
    return JobStatus(row[0]) if row and row[0] else None


def insert_duplicate(db: Database, job: NewJob, google_job_id: str, now: datetime, note: str) -> None:
    """Writes a SUBMITTED job without chunks for a second batch of one submission."""
    insert(db, job, now)
    _update(db, job.id, {"status": JobStatus.SUBMITTED, "google_job_id": google_job_id, "submitted_at": utc_text(now)})
    add_event(db, job.id, now, JobStatus.SUBMITTED, note)


def reopen(db: Database, job: BatchJob, now: datetime) -> None:
    """Back from FETCHED to where Google is asked for the results; the cursor stays, the file is the same."""
    _update(
        db, job.id, {"status": JobStatus.PROCESSING, "updated_at": local_text(now)}, " AND status = ?", ("FETCHED",)
    )
    add_event(db, job.id, now, JobStatus.PROCESSING, "the result file is gone from the disk, to be fetched again")
