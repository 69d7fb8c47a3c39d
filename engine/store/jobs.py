"""Batch jobs: their rows, their guarded transitions, their history."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from engine.domain.jobs import ENDED, ENQUEUED, EPOCH, TRANSITIONS, BatchJob, JobEvent, JobStatus, status_of
from engine.domain.models import Profile
from engine.domain.times import local_text, parse_time, utc_text
from engine.errors import UnknownJob, WrongState
from engine.store.db import Db, Query, Row, SqlValue, sql, value
from engine.store.search import containing, joined, patterns

DISPLAY_PREFIX = "halfrate-"
"""Before the ids of database and job in the name that a remote batch bears."""

_NAMES = {
    "submission": "submission_id",
    "requests": "request_count",
    "chunks": "chunk_count",
    "ready": "ready_count",
    "unused": "superseded_count",
    "failed": "failed_count",
    "returned": "returned_count",
    "missing": "missing_count",
    "cursor": "settle_cursor",
}
"""Fields whose column has another name, for the sake of files in the field."""
_LOCAL = ("created_at", "updated_at")
"""Columns that earlier generations read and write, in their form of a time."""
_PROFILE = ("model", "dimension", "task_type")
_OWN = [each.name for each in fields(BatchJob) if each.name not in ("id", "inherited", "profile")]
_COLUMNS = "id, stats, " + ", ".join((*_PROFILE, *(f"{_NAMES.get(name, name)} AS {name}" for name in _OWN)))
_SET = ", ".join(f"{_NAMES.get(name, name)} = :{name}" for name in _OWN)


def _states(states: Iterable[JobStatus]) -> str:
    return "(" + ", ".join(f"'{status}'" for status in sorted(states)) + ")"


_ENDED = _states(ENDED)
_KNOWN_STATES = _states(JobStatus)
_A_ROW_A_JOB = "a row a job, of which there are thousands at most; a state that nobody knows is a live one"
_SEARCHED = joined("id", "google_job_id", "status", "model", "key_label", "remote_state", "error", "trouble")
_INSERT = Query(
    "insert a job",
    f"INSERT INTO batch_jobs (id, stats, {', '.join(_PROFILE)}, {', '.join(_NAMES.get(n, n) for n in _OWN)})"
    f" VALUES (:id, '{{}}', :model, :dimension, :task_type, {', '.join(f':{name}' for name in _OWN)})",
)
_SAVE = Query(
    "save a job that is in some state",
    f"UPDATE batch_jobs SET {_SET}, stats = CASE WHEN display_name IS NULL THEN stats ELSE :stats END"
    f" WHERE id = :id AND (status = :leaves OR (:leaves = 'CREATED' AND status NOT IN {_KNOWN_STATES}))",
)
_GET = Query(
    "find a job by its id or its name at Google",
    f"SELECT {_COLUMNS} FROM batch_jobs WHERE id = :id OR google_job_id = :id",
)
_GET_BY_START = Query(
    "find jobs by the start of their id",
    f"SELECT {_COLUMNS} FROM batch_jobs WHERE id >= :id AND id < :end LIMIT 2",
)
_IN_STATES = Query(
    "jobs in some states, oldest first",
    f"SELECT {_COLUMNS} FROM batch_jobs WHERE status IN (SELECT value FROM json_each(:states))"
    " AND display_name IS NOT NULL ORDER BY created_at, rowid",
)
_LIVE_FIRST = Query(
    "live jobs, oldest first",
    f"SELECT {_COLUMNS} FROM batch_jobs WHERE status NOT IN {_ENDED} ORDER BY created_at, rowid LIMIT :limit",
    scans=_A_ROW_A_JOB,
)
_NEWEST_ENDED = Query(
    "the newest ended jobs",
    f"SELECT {_COLUMNS} FROM batch_jobs WHERE status IN {_ENDED} ORDER BY created_at DESC, rowid DESC LIMIT :limit",
)
Order = Literal["live", "newest", "oldest", "chunks", "cost", "state"]
ORDERS: dict[Order, str] = {
    "live": f"status IN {_ENDED}, CASE WHEN status IN {_ENDED} THEN '' ELSE created_at END, created_at DESC",
    "newest": "created_at DESC",
    "oldest": "created_at",
    "chunks": "chunk_count DESC",
    "cost": "coalesce(nullif(tokens, 0), estimated_tokens) * price_per_million DESC",
    "state": "status, created_at DESC",
}
"""How jobs can be listed; `live`: live ones first, oldest first, then the ended ones, newest first."""
_PAGES = {
    order: Query(
        f"a page of jobs by {order}",
        f"SELECT {_COLUMNS} FROM batch_jobs WHERE {containing(_SEARCHED)} ORDER BY {by}, rowid"
        " LIMIT :limit OFFSET :offset",
        scans=_A_ROW_A_JOB,
    )
    for order, by in ORDERS.items()
}
_COUNT = Query(
    "count jobs", f"SELECT count(*) FROM batch_jobs WHERE {containing(_SEARCHED)}", scans="counts what a filter leaves"
)
_STATUSES = Query("count jobs by state", "SELECT status, count(*) FROM batch_jobs GROUP BY status", scans=_A_ROW_A_JOB)
RESERVED = Query(
    "what live jobs are estimated at",
    "SELECT coalesce(model, '') AS model, estimated_tokens AS tokens, coalesce(price_per_million, '0') AS price,"
    " status, trouble IS 'gone' AS gone FROM batch_jobs"
    f" WHERE status NOT IN {_ENDED} AND display_name IS NOT NULL",
    scans=_A_ROW_A_JOB,
)
_KNOWN = Query(
    "which batches of Google a row stands for",
    "SELECT google_job_id FROM batch_jobs WHERE google_job_id IN (SELECT value FROM json_each(:names))",
)
_ADD_EVENT = Query(
    "append to a job's history",
    "INSERT INTO job_events (job_id, at, status, note) VALUES (:job, :at, :status, :note)",
)
_HISTORY = Query("a job's history", "SELECT at, status, note FROM job_events WHERE job_id = :job ORDER BY id")
_NOTE_ANSWER = Query("note Google's answer", "UPDATE batch_jobs SET remote_json = :answer WHERE id = :job")
_ANSWER = Query("Google's last answer about a job", "SELECT remote_json FROM batch_jobs WHERE id = :job")
_CHUNKS_BY_STATUS = Query(
    "the chunks tied to a job by status",
    "SELECT embedding_status, count(*) FROM chunks WHERE batch_job_id = :job GROUP BY embedding_status",
)
_GIVEN_UP = Query(
    "jobs that were given up, of these batches",
    f"SELECT {_COLUMNS} FROM batch_jobs WHERE google_job_id IN (SELECT value FROM json_each(:names))"
    " AND status IN ('FAILED', 'CANCELLED', 'EXPIRED') AND display_name IS NOT NULL AND (tokens = 0"
    " OR found IS NOT NULL OR duplicate_of IS NOT NULL OR EXISTS"
    " (SELECT 1 FROM requests r WHERE r.submission_id = batch_jobs.submission_id AND r.outcome = 'lost'))",
)
_TURN = Query(
    "waste of a job that has ended turns out to be wanted",
    "UPDATE batch_jobs SET waste_tokens = max(waste_tokens - :tokens, 0) WHERE id = :job AND ended_at IS NOT NULL",
)
_ENDED_AMONG = Query(
    "which of these jobs have ended",
    f"SELECT id FROM batch_jobs WHERE id IN (SELECT value FROM json_each(:ids)) AND status IN {_ENDED}",
)
_SET_PROFILE = Query(
    "set the profile of a job",
    "UPDATE batch_jobs SET model = :model, dimension = :dimension, task_type = :task_type WHERE id = :id",
)
_IN_TROUBLE = Query(
    "jobs in trouble", f"SELECT {_COLUMNS} FROM batch_jobs WHERE trouble IS NOT NULL ORDER BY trouble_since"
)


def insert(db: Db, job: BatchJob, note: str) -> BatchJob:
    """Writes a new job in whatever state it begins, with the first line of its history."""
    db.run(_INSERT, id=job.id, **_profile(job), **_values(job))
    add_event(db, job.id, job.created_at, job.status, note)
    return get(db, job.id)


def get(db: Db, job_id: str) -> BatchJob:
    """One job by its id, or by its first characters when only one has them; UnknownJob otherwise."""
    found = _jobs(db, _GET, id=job_id)
    if not found and len(job_id) >= 4:
        found = _jobs(db, _GET_BY_START, id=job_id, end=job_id + "\U0010ffff")
    if len(found) != 1:
        raise UnknownJob(f"No job is called {job_id!r}." if not found else f"Several jobs begin with {job_id!r}.")
    return found[0]


def in_states(db: Db, states: Iterable[JobStatus]) -> list[BatchJob]:
    """Jobs of ours in these states, all of them, oldest first."""
    return _jobs(db, _IN_STATES, states=json.dumps(sorted(states)))


def in_trouble(db: Db) -> list[BatchJob]:
    """Jobs of which Google's answers contradict our record, the longest first."""
    return _jobs(db, _IN_TROUBLE)


def dashboard(db: Db, limit: int) -> list[BatchJob]:
    """Live jobs oldest first, then the newest ended ones, as many as asked: for a screen, never for a decision."""
    live = _jobs(db, _LIVE_FIRST, limit=limit)
    return live + _jobs(db, _NEWEST_ENDED, limit=max(limit - len(live), 0))


def page(db: Db, *, words: str = "", order: Order = "live", limit: int = 100, offset: int = 0) -> list[BatchJob]:
    """Jobs that contain the words in id, state, model, key label or error, as many as asked for."""
    return _jobs(db, _PAGES[order], words=patterns(words), limit=limit, offset=offset)


def count(db: Db, *, words: str = "") -> int:
    """How many jobs contain the words."""
    row = db.one(_COUNT, words=patterns(words))
    return row[0] if row else 0


def status_counts(db: Db) -> dict[JobStatus, int]:
    """How many jobs are in each state."""
    found = Counter[JobStatus]()
    for row in db.rows(_STATUSES):
        found[status_of(row[0])] += row[1]
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """What a live job is estimated at."""

    model: str
    tokens: int
    price: Decimal
    """USD per million."""
    status: JobStatus
    gone: bool
    """Google does not know it any more: it takes no place in the allowance there."""


def reserved(db: Db) -> list[Reserved]:
    """What each live job of ours is estimated at."""
    return [value(Reserved, row) for row in db.rows(RESERVED)]


def enqueued_tokens(db: Db, model: str) -> int:
    """Estimated tokens of the jobs that Google holds or may hold."""
    held = (each for each in reserved(db) if each.status in ENQUEUED and not each.gone)
    return sum(each.tokens for each in held if each.model == model)


def known_batches(db: Db, names: Iterable[str]) -> set[str]:
    """Those of Google's batches that a row stands for."""
    return {row[0] for row in db.rows(_KNOWN, names=json.dumps(list(names)))}


def given_up(db: Db, names: Iterable[str]) -> list[BatchJob]:
    """Jobs that ended without results and without cost, or half settled, of those of Google's batches.

    Of one that was found at Google, what it lacks shows in its results alone: no row needs to be lost.
    """
    return _jobs(db, _GIVEN_UP, names=json.dumps(list(names)))


def turn_useful(db: Db, job_id: str, tokens: int) -> None:
    """So many of a job's tokens were no waste after all; what is not booked yet is counted when it ends."""
    db.run(_TURN, job=job_id, tokens=tokens)


def ended_among(db: Db, ids: Iterable[str]) -> list[str]:
    """Those of the jobs that have ended; one that no row knows has not."""
    return [row[0] for row in db.rows(_ENDED_AMONG, ids=json.dumps(sorted(ids)))]


def set_profile(db: Db, job: BatchJob, profile: Profile) -> BatchJob:
    """The results of a job that was found at Google turn out to be of this profile."""
    found = replace(job, profile=profile)
    db.run(_SET_PROFILE, id=job.id, **_profile(found))
    return found


def transition(db: Db, job: BatchJob, target: JobStatus, now: datetime, note: str, **changes: object) -> BatchJob:
    """Moves a job on, naming the state it leaves; WrongState when it is no longer there. Returns the new value.

    What was in trouble is not any more, and what has ended has an end: each unless `changes` says otherwise.
    """
    if target not in TRANSITIONS[job.status]:
        raise WrongState(f"Job {job.short} is {job.status} and cannot become {target}.")
    settled: dict[str, object] = {"trouble": None, "trouble_since": None, "ended_at": now if target in ENDED else None}
    moved = replace(job, status=target, updated_at=now, **{**settled, **changes})  # type: ignore[arg-type]
    if not _save(db, moved, job.status):
        raise WrongState(f"Job {job.short} is no longer {job.status}: somebody else moved it.")
    add_event(db, job.id, now, target, note)
    return moved


def update(db: Db, job: BatchJob, now: datetime, **changes: object) -> BatchJob:
    """Changes fields of a job without moving it; WrongState when it is no longer where it was."""
    changed = replace(job, updated_at=now, **changes)  # type: ignore[arg-type]
    if not _save(db, changed, job.status):
        raise WrongState(f"Job {job.short} is no longer {job.status}: somebody else moved it.")
    return changed


def note_answer(db: Db, job_id: str, answer: str) -> None:
    """Keeps Google's answer about a job, keys masked, for whoever wants to read it as it came."""
    db.run(_NOTE_ANSWER, job=job_id, answer=answer)


def add_event(db: Db, job_id: str, now: datetime, status: JobStatus, note: str) -> None:
    """Appends a line to a job's history."""
    db.run(_ADD_EVENT, job=job_id, at=utc_text(now), status=status.value, note=note)


def history(db: Db, job_id: str) -> list[JobEvent]:
    """A job's history, oldest first."""
    return [JobEvent(parse_time(row[0]) or EPOCH, row[1], row[2]) for row in db.rows(_HISTORY, job=job_id)]


def remote_json(db: Db, job_id: str) -> str | None:
    """Google's last answer about a job, as it came."""
    row = db.one(_ANSWER, job=job_id)
    return row[0] if row else None


def chunks_by_status(db: Db, job_id: str) -> dict[str, int]:
    """The chunks tied to a job by `embedding_status`; grows with the job."""
    return {row[0]: row[1] for row in db.rows(_CHUNKS_BY_STATUS, job=job_id)}


def _save(db: Db, job: BatchJob, leaves: JobStatus) -> int:
    return db.run(_SAVE, id=job.id, leaves=leaves.value, stats=_stats_of(job), **_values(job))


def _values(job: BatchJob) -> dict[str, SqlValue]:
    values = {name: sql(getattr(job, name)) for name in _OWN}
    if job.inherited:
        values["display_name"] = None
    return values | {name: local_text(getattr(job, name)) for name in _LOCAL}


def _profile(job: BatchJob) -> dict[str, SqlValue]:
    return {name: getattr(job.profile, name) for name in _PROFILE}


def _stats_of(job: BatchJob) -> str:
    """What the earlier generation reads."""
    failed = job.failed + job.returned + job.missing
    return json.dumps({"submitted": job.chunks, "succeeded": job.ready, "failed": failed})


def _jobs(db: Db, query: Query, **values: SqlValue) -> list[BatchJob]:
    return [_job(row) for row in db.rows(query, **values)]


def _job(row: Row) -> BatchJob:
    """The value of a row; of an inherited one, which has few of our columns, as far as it goes."""
    profile = Profile(row["model"] or "", row["dimension"] or 0, row["task_type"] or "")
    created = parse_time(row["created_at"]) or EPOCH
    common = {
        "profile": profile,
        "status": status_of(row["status"]),
        "created_at": created,
        "updated_at": parse_time(row["updated_at"]) or created,
        "key_label": row["key_label"] or "",
        "key_tail": row["key_tail"] or "",
        "key_fingerprint": row["key_fingerprint"] or "",
        "price_label": row["price_label"] or "",
        "price_per_million": Decimal(row["price_per_million"] or 0),
        "sync_price_per_million": Decimal(row["sync_price_per_million"] or 0),
        "remote_state": row["remote_state"] or "",
        "submission": row["submission"] or 0,
    }
    if row["display_name"] is not None:
        return value(BatchJob, row, inherited=False, **common)
    stats = _stats(row["stats"])
    return value(
        BatchJob,
        row,
        inherited=True,
        display_name="",
        chunks=stats.get("submitted", 0),
        requests=stats.get("submitted", 0),
        ready=stats.get("succeeded", 0),
        failed=stats.get("failed", 0),
        **common,
    )


def _stats(text: str) -> dict[str, int]:
    """The counts of an earlier generation's `stats`; empty when they cannot be read."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {k: v for k, v in found.items() if isinstance(v, int)} if isinstance(found, dict) else {}
