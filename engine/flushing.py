"""Flush: plan, spool, upload, submit.

A crash before the submission costs nothing and is redone from the last state; the submission itself is one POST whose
intention is on disk before it is sent, and whose outcome is never guessed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

from sqlite_utils import Database

from engine.domain.batches import LIVE, OCCUPYING, BatchJob, JobStatus
from engine.domain.documents import content_hash, request_key
from engine.domain.estimates import Basis, Estimate
from engine.domain.operations import FlushReport, Held, PlannedJob, Preflight
from engine.domain.pricing import Mode, Price, amount_pico, dollars
from engine.domain.times import utc_text
from engine.domain.vectors import Profile
from engine.errors import (
    AccountError,
    DiskFull,
    GeminiError,
    HalfrateError,
    InvalidRequest,
    KeyringError,
    NotFound,
    RateLimited,
    Unreachable,
)
from engine.gemini.jsonl import request_line
from engine.operation import Operation
from engine.settings import Settings
from engine.store import batches, ledger, queue
from engine.store.batches import NewJob
from engine.store.overview import basis as learned_basis
from engine.store.queue import JobSize

BYTES_PER_NUMBER = 15
"""Of a vector in a result line: 11.3 kB at 768 dimensions."""
ROW_BYTES = 300
"""Of a request or result line beyond its text or vector."""
BYTES_PER_CHARACTER = 4
"""The most that UTF-8 needs; what a text weighs exactly is seen when it is spooled."""
UPLOAD_LIFE = timedelta(hours=40)
"""Google keeps an upload for 48 hours."""
LOWERED_FOR = timedelta(hours=24)
"""How long a refused job's half is the most that is sent at once."""
RESUMABLE = frozenset({JobStatus.PLANNED, JobStatus.SPOOLED, JobStatus.UPLOADED})
BELOW_MINIMUM = "fewer than the smallest flush of {:,}"
REFUSALS_BEFORE_HALVING = 2
TELL_ROWS = 2_000
WRITE_BUFFER = 1 << 20


@dataclass(slots=True)
class Spooled:
    """What was written for a job."""

    rows: int = 0
    characters: int = 0
    size: int = 0
    last_id: int = 0
    digest: str = ""
    rehashed: list[tuple[int, str]] = field(default_factory=list)
    """Chunk ids and hashes of texts that are not those the chunks' own hashes name."""

    def add(self, chunk_id: int, characters: int, size: int) -> None:
        """Counts one request."""
        self.rows, self.last_id = self.rows + 1, chunk_id
        self.characters, self.size = self.characters + characters, self.size + size


@dataclass(frozen=True, slots=True)
class Room:
    """What may still be submitted, and which limit comes first."""

    jobs: int
    tokens: int
    reason: str
    budget: Decimal | None


def room(
    db: Database, settings: Settings, profile: Profile, now: datetime, *, planned: int = 0, tokens: int = 0
) -> Room:
    """The room left by the allowance, the live jobs and the budget, `planned` jobs of `tokens` taken off."""
    live = batches.in_states(db, OCCUPYING | RESUMABLE)
    reserved = sum(job.estimated_tokens for job in live if job.profile.model == profile.model) + tokens
    allowance = settings.limits.allowance
    reason = f"the allowance of {allowance:,} enqueued tokens is used up"
    lowered = batches.lowered_allowance(db, profile.model, now - LOWERED_FOR)
    if lowered is not None and lowered < allowance:
        allowance = lowered
        reason = f"Google refused a larger job lately: {allowance:,} tokens at a time"
    left = max(allowance - reserved, 0)
    budget = budget_left(db, settings, now)
    price = settings.price(profile.model).per_million(Mode.BATCH)
    if budget is not None and price > 0:
        affordable = max(int(budget * 1_000_000 / price) - tokens, 0)
        if affordable < left:
            left, reason = affordable, f"the month's budget of ${settings.budget.month} is used up"
    jobs = settings.limits.live_jobs - len(live) - planned
    if jobs <= 0:
        reason = f"{settings.limits.live_jobs} jobs are live, the most Google takes"
    return Room(max(jobs, 0), left, reason, budget)


def budget_left(db: Database, settings: Settings, now: datetime) -> Decimal | None:
    """What the month's budget leaves after what was spent and what travels; None without a budget."""
    if settings.budget.month is None:
        return None
    flying = sum((dollars(amount_pico(tokens, price)) for tokens, price in batches.in_flight(db, LIVE)), Decimal(0))
    return settings.budget.month - ledger.month_spend(db, now).amount - flying


def job_size(settings: Settings, profile: Profile, basis: Basis, tokens: int) -> JobSize:
    """The most one job may hold: requests, predicted output bytes, input bytes, tokens."""
    limits = settings.limits
    rows = min(
        limits.requests_per_job, limits.output_bytes_per_job // (profile.dimension * BYTES_PER_NUMBER + ROW_BYTES)
    )
    rows = max(rows, 1)
    text_bytes = max(limits.input_bytes_per_job - rows * ROW_BYTES, limits.input_bytes_per_job // 2)
    return JobSize(rows, min(text_bytes // BYTES_PER_CHARACTER, basis.characters_of(tokens)))


def preflight(
    db: Database, settings: Settings, now: datetime, min_size: int, *, force: bool, warning: str | None
) -> Preflight:
    """What a flush would do now, by the same rules; changes nothing and asks nobody."""
    profile = settings.vector_profile
    price = settings.price(profile.model)
    basis = learned_basis(db, profile.model)
    resumed = batches.in_states(db, RESUMABLE)
    counts = queue.counts(db)
    due = counts.pending - queue.backing_off(db, now)
    jobs: list[PlannedJob] = []
    characters = after = tokens = 0
    left = room(db, settings, profile, now)
    if due >= min_size or force:
        while left.jobs and left.tokens:
            wanted = queue.measure(db, now, job_size(settings, profile, basis, left.tokens), after)
            if not wanted.chunks or basis.tokens_of(wanted.characters) > left.tokens:
                break
            after = wanted.last_id
            each = basis.tokens_of(wanted.characters)
            characters, tokens = characters + wanted.characters, tokens + each
            jobs.append(PlannedJob(wanted.chunks, each, dollars(amount_pico(each, price.batch))))
            left = room(db, settings, profile, now, planned=len(jobs), tokens=tokens)
    leaving = sum(job.chunks for job in jobs)
    took = batches.durations(db, profile.model)
    return Preflight(
        jobs=tuple(jobs),
        resumed=len(resumed),
        estimate=_with_resumed(Estimate(leaving, characters, tokens, *_amounts(tokens, price), basis), resumed),
        held=_held(db, now, min_size, leaving, left.reason, force=force),
        budget_left=budget_left(db, settings, now),
        expected_seconds=median(took) if took else None,
        warnings=(warning,) if warning else (),
    )


def _amounts(tokens: int, price: Price) -> tuple[Decimal, Decimal]:
    """What tokens cost in batch and synchronously: the sum of what the jobs that hold them cost."""
    return dollars(amount_pico(tokens, price.batch)), dollars(amount_pico(tokens, price.synchronous))


def _with_resumed(own: Estimate, resumed: list[BatchJob]) -> Estimate:
    """The estimate with the jobs that were planned earlier, at the prices they are pinned to."""
    tokens = sum(job.estimated_tokens for job in resumed)
    pairs = [(job.estimated_tokens, job.price_per_million, job.sync_price_per_million) for job in resumed]
    return Estimate(
        own.chunks + sum(job.chunks for job in resumed),
        own.characters + sum(job.characters for job in resumed),
        own.tokens + tokens,
        own.batch + sum((dollars(amount_pico(n, batch)) for n, batch, _ in pairs), Decimal(0)),
        own.synchronous + sum((dollars(amount_pico(n, full)) for n, _, full in pairs), Decimal(0)),
        own.basis,
    )


def _held(db: Database, now: datetime, min_size: int, leaving: int, reason: str, *, force: bool) -> tuple[Held, ...]:
    """What stays in the queue when `leaving` of it have left, and why."""
    resting = queue.backing_off(db, now)
    due = queue.counts(db).pending - resting - leaving
    if not leaving and due < min_size and not force:
        reason = BELOW_MINIMUM.format(min_size)
    held = [Held(resting, "failed lately, waiting for the next attempt")] if resting else []
    return (*([Held(due, reason)] if due > 0 else []), *held)


def flush(op: Operation, min_size: int, *, force: bool) -> FlushReport:
    """Submits what was planned earlier, then plans and submits new jobs one by one until a limit or a problem."""
    key = op.keyring().batch
    resumed = {job.id for job in batches.in_states(op.db, RESUMABLE)}
    jobs: list[BatchJob] = []
    problem: HalfrateError | None = None
    reason = "stopped"
    try:
        for job in _in_turn(op, min_size, force=force):
            jobs.append(job)
            _submit_from(op, job)
            if op.stopped:
                break
        else:
            reason = room(op.db, op.settings, op.settings.vector_profile, op.now).reason
    except (GeminiError, KeyringError, DiskFull) as error:
        problem, reason = error, error.message
    planned = any(job.id not in resumed for job in jobs)
    reports = tuple(batches.get(op.db, job.id) for job in jobs)
    if jobs or problem:
        _log_flush(op, reports, problem, key.label)
    return FlushReport(
        reports,
        _held(op.db, op.now, min_size, 0, reason, force=force or planned or problem is not None),
        problem.message if problem else None,
        problem.hint if problem else "",
        isinstance(problem, AccountError | KeyringError),
    )


def _log_flush(op: Operation, jobs: tuple[BatchJob, ...], problem: HalfrateError | None, label: str) -> None:
    sent = [job for job in jobs if job.google_job_id]
    if sent:
        chunks = sum(job.chunks for job in sent)
        jobs_sent = "1 job" if len(sent) == 1 else f"{len(sent)} jobs"
        op.log(f"Flush: {jobs_sent} with {chunks:,} chunks submitted with the {label} key.")
    if problem is not None:
        op.log(
            f"Flush stopped: {problem.message}",
            "error" if isinstance(problem, AccountError | KeyringError) else "warning",
        )


def _in_turn(op: Operation, min_size: int, *, force: bool) -> Iterator[BatchJob]:
    """Jobs to submit: earlier ones whose time has come, then new ones, each planned when the one before is away."""
    for job in batches.in_states(op.db, RESUMABLE):
        if job.next_attempt_at is not None and job.next_attempt_at > op.now:
            raise RateLimited(
                f"Job {job.short} waits until {job.next_attempt_at.astimezone():%H:%M:%S}:"
                f" {job.error or 'Google asked to'}"
            )
        yield job
    due = queue.counts(op.db).pending - queue.backing_off(op.db, op.now)
    if due < min_size and not force:
        return
    while (planned := _plan(op)) is not None:
        yield planned


def _plan(op: Operation) -> BatchJob | None:
    """Claims waiting chunks for a new job, up to the limits, in one transaction; None when nothing fits or waits."""
    settings, now = op.settings, op.now
    profile = settings.vector_profile
    price, key = settings.price(profile.model), op.keyring().batch
    with op.writing() as db:
        basis = learned_basis(db, profile.model)
        left = room(db, settings, profile, now)
        if not left.jobs or not left.tokens:
            return None
        wanted = queue.measure(db, now, job_size(settings, profile, basis, left.tokens))
        tokens = basis.tokens_of(wanted.characters)
        if not wanted.chunks or tokens > left.tokens:
            return None
        job_id = str(uuid.uuid4())
        batches.insert(
            db,
            NewJob(
                job_id,
                f"{batches.DISPLAY_PREFIX}{job_id}",
                profile,
                key.label,
                key.tail,
                price.batch,
                price.synchronous,
                price.label,
            ),
            now,
        )
        claimed = queue.claim(db, job_id, now, wanted)
        job = batches.get(db, job_id)
        return batches.update(db, job, now, chunk_count=claimed, characters=wanted.characters, estimated_tokens=tokens)


def _submit_from(op: Operation, job: BatchJob) -> BatchJob:
    """Takes a job from wherever it stands to SUBMITTED."""
    job = _revalidated(op, job)
    if job.status is JobStatus.PLANNED:
        job = _spool(op, job)
    if job.status is JobStatus.SPOOLED:
        job = _upload(op, job)
    if job.status is JobStatus.UPLOADED:
        job = _submit(op, job)
    return job


def _revalidated(op: Operation, job: BatchJob) -> BatchJob:
    """Goes back when the upload has expired at Google or the spooled file is no longer what it was."""
    with op.writing() as db:
        if job.status is JobStatus.UPLOADED and (job.uploaded_at is None or op.now - job.uploaded_at > UPLOAD_LIFE):
            job = batches.transition(
                db, job, JobStatus.SPOOLED, op.now, "the upload is too old or gone", input_file=None
            )
        if job.status is JobStatus.SPOOLED and _sha256(op.file(job.id, "input")) != job.input_sha256:
            job = batches.transition(db, job, JobStatus.PLANNED, op.now, "the spooled file is gone or damaged")
    return job


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _spool(op: Operation, job: BatchJob) -> BatchJob:
    """Writes the requests as JSONL, streaming; chunks beyond the byte limit go back to the queue."""
    path = op.file(job.id, "input")
    part = op.part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        spooled = _write_requests(op, job, part)
        with op.writing() as db:
            part.replace(path)
            sync_folder(path.parent)
            return _spooled(op, db, job, spooled)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise DiskFull(f"The requests of job {job.short} cannot be written: {error.strerror}.") from error


def _spooled(op: Operation, db: Database, job: BatchJob, spooled: Spooled) -> BatchJob:
    """Notes what stands in the file; what does not goes back to the queue."""
    if not spooled.rows:
        queue.put_back(db, job.id)
        op.remove_files(job.id)
        return batches.transition(db, job, JobStatus.CANCELLED, op.now, "nothing is left to send")
    queue.put_back(db, job.id, after_id=spooled.last_id)
    queue.pin_hashes(db, job.id, spooled.rehashed)
    return batches.transition(
        db,
        job,
        JobStatus.SPOOLED,
        op.now,
        f"{spooled.rows:,} requests, {spooled.size:,} bytes on disk",
        chunk_count=spooled.rows,
        characters=spooled.characters,
        estimated_tokens=learned_basis(db, job.profile.model).tokens_of(spooled.characters),
        input_sha256=spooled.digest,
        input_bytes=spooled.size,
    )


def _write_requests(op: Operation, job: BatchJob, part: Path) -> Spooled:
    """Writes and fsyncs the requests, up to the byte limit."""
    digest = hashlib.sha256()
    spooled = Spooled()
    limit = op.settings.limits.input_bytes_per_job
    with part.open("wb", buffering=WRITE_BUFFER) as file:
        for chunk_id, text, stored_hash in queue.travelling_texts(op.db, job.id):
            text_hash = content_hash(text)
            line = request_line(request_key(chunk_id, text_hash), text, job.profile)
            if spooled.rows and spooled.size + len(line) > limit:
                break
            file.write(line)
            digest.update(line)
            spooled.add(chunk_id, len(text), len(line))
            if text_hash != stored_hash:
                spooled.rehashed.append((chunk_id, text_hash))
            if not spooled.rows % TELL_ROWS:
                op.tell(f"spool {job.short}", spooled.rows, job.chunks, "chunks")
        file.flush()
        os.fsync(file.fileno())
    op.tell(f"spool {job.short}", spooled.rows, spooled.rows, "chunks")
    spooled.digest = digest.hexdigest()
    return spooled


def _upload(op: Operation, job: BatchJob) -> BatchJob:
    """Sends the spooled file; a crash before this is recorded leaves a file at Google that expires by itself."""
    op.tell(f"upload {job.short}", 0, job.input_bytes, "bytes")
    remote = op.gemini.upload(op.file(job.id, "input"), job.display_name)
    op.tell(f"upload {job.short}", job.input_bytes, job.input_bytes, "bytes")
    with op.writing() as db:
        return batches.transition(
            db,
            job,
            JobStatus.UPLOADED,
            op.now,
            f"uploaded as {remote.name}",
            input_file=remote.name,
            uploaded_at=utc_text(op.now),
        )


def _submit(op: Operation, job: BatchJob) -> BatchJob:
    """Sends the one POST: the intention is committed first, and what came of it right after."""
    op.tell(f"submit {job.short}", 0, 1, "jobs")
    with op.writing() as db:
        job = batches.transition(
            db,
            job,
            JobStatus.SUBMITTING,
            op.now,
            "sending the one request that creates the batch",
            submitted_at=utc_text(op.now),
            submit_attempts=job.submit_attempts + 1,
            next_attempt_at=None,
            error=None,
        )
    try:
        remote = op.gemini.create_batch(job.profile.model, job.input_file or "", job.display_name)
    except (AccountError, InvalidRequest, KeyringError, RateLimited, Unreachable) as error:
        _not_created(op, job, error)
        raise
    except BaseException as error:
        uncertain(op, job, error.message if isinstance(error, HalfrateError) else type(error).__name__)
        raise
    with op.writing() as db:
        job = batches.transition(
            db,
            job,
            JobStatus.SUBMITTED,
            op.now,
            f"created as {remote.name}",
            google_job_id=remote.name,
            remote_state=remote.raw_state,
            remote_json=remote.raw,
        )
    op.tell(f"submit {job.short}", 1, 1, "jobs")
    return job


def uncertain(op: Operation, job: BatchJob, why: str) -> BatchJob:
    """A submission whose outcome is unknown: it is looked for from now on, never repeated blindly."""
    with op.writing() as db:
        why = op.mask(why)
        job = batches.transition(db, job, JobStatus.UNCERTAIN, op.now, why, error=why, absent_listings=0)
    op.log(f"Job {job.short} is uncertain: {why}", "warning")
    return job


def _not_created(op: Operation, job: BatchJob, error: GeminiError | KeyringError) -> None:
    """Google said no, or was not reached: the job waits with its upload, and the chunks stay where they are.

    What Google does not know may be the upload: it is sent anew the next time.
    """
    wait = getattr(error, "retry_after", None) or op.settings.polling.cooldown_seconds
    message = op.mask(error.message)
    waits = isinstance(error, RateLimited | InvalidRequest)
    with op.writing() as db:
        job = batches.transition(
            db,
            job,
            JobStatus.UPLOADED,
            op.now,
            f"not created: {message}",
            error=message,
            next_attempt_at=utc_text(op.now + timedelta(seconds=wait)) if waits else None,
            submitted_at=None,
            submit_attempts=job.submit_attempts if isinstance(error, RateLimited) else 0,
            uploaded_at=None if isinstance(error, NotFound) or not job.uploaded_at else utc_text(job.uploaded_at),
        )
        if isinstance(error, RateLimited) and not batches.occupied_tokens(db, job.profile.model):
            _smaller_next_time(op, job)


def _smaller_next_time(op: Operation, job: BatchJob) -> None:
    """A 429 while nothing else of ours is enqueued, twice: the job is too large for what the project is granted."""
    if job.submit_attempts < REFUSALS_BEFORE_HALVING or job.chunks < 2:
        return
    half = job.estimated_tokens // 2
    batches.lower_allowance(op.db, job.profile.model, half, op.now)
    queue.put_back(op.db, job.id)
    batches.transition(op.db, job, JobStatus.CANCELLED, op.now, f"refused as too large; at most {half:,} tokens next")


def sync_folder(folder: Path) -> None:
    """Makes a rename last."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
