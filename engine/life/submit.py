"""Upload and submit: the one POST is sent once, its intention is on disk before it, its outcome is never guessed."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.keys import ApiKey
from engine.domain.models import UPLOAD_LIFE
from engine.domain.requests import Outcome
from engine.errors import (
    AccountError,
    GeminiError,
    HalfrateError,
    InvalidRequest,
    KeyringError,
    NotFound,
    RateLimited,
    Unreachable,
)
from engine.gemini.protocol import RemoteBatch
from engine.life import booking
from engine.life.context import Operation
from engine.life.end import end
from engine.life.spool import is_intact, spool
from engine.store import jobs, learned
from engine.store.db import Db

REFUSALS_BEFORE_HALVING = 2


def submit(op: Operation, job: BatchJob) -> BatchJob:
    """Takes a job from wherever it stands before its submission to SUBMITTED."""
    job = _revalidated(op, job)
    if job.status is JobStatus.PLANNED:
        job = spool(op, job)
    if job.status is JobStatus.SPOOLED:
        job = _upload(op, job)
    if job.status is JobStatus.UPLOADED:
        job = _create(op, job)
    return job


def _revalidated(op: Operation, job: BatchJob) -> BatchJob:
    """Goes back when the upload is too old or another key's, or the spooled file is no longer what it was."""
    key = op.keyring().batch
    with op.writing() as db:
        if job.status is JobStatus.UPLOADED and not _upload_counts(op, job, key):
            note = "the upload is too old, gone, or made with another key"
            job = jobs.transition(db, job, JobStatus.SPOOLED, op.now, note, input_file=None)
        if job.status is JobStatus.SPOOLED and not is_intact(op, job):
            job = jobs.transition(db, job, JobStatus.PLANNED, op.now, "the spooled file is gone or damaged")
    return job


def _upload_counts(op: Operation, job: BatchJob, key: ApiKey) -> bool:
    fresh = job.uploaded_at is not None and op.now - job.uploaded_at <= UPLOAD_LIFE
    return fresh and job.key_fingerprint in ("", key.fingerprint)


def _upload(op: Operation, job: BatchJob) -> BatchJob:
    """Sends the spooled file; a crash before this is recorded leaves a file at Google that expires by itself."""
    op.tell(f"upload {job.short}", 0, job.input_bytes, "bytes")
    key = op.keyring().batch
    remote = op.gemini.upload(op.files.input(job.id), job.display_name)
    op.tell(f"upload {job.short}", job.input_bytes, job.input_bytes, "bytes")
    with op.writing() as db:
        note = f"uploaded as {remote.name}"
        job = jobs.transition(
            db, job, JobStatus.UPLOADED, op.now, note, input_file=remote.name, uploaded_at=op.now, **_paid_by(key)
        )
        booking.rekey(db, op.now, job.submission, key)
        return job


def _paid_by(key: ApiKey) -> dict[str, str]:
    return {"key_label": key.label, "key_tail": key.tail, "key_fingerprint": key.fingerprint}


def _create(op: Operation, job: BatchJob) -> BatchJob:
    """Sends the one POST: the intention is committed first, and what came of it right after."""
    op.tell(f"submit {job.short}", 0, 1, "jobs")
    key = op.keyring().batch
    with op.writing() as db:
        job = jobs.transition(
            db,
            job,
            JobStatus.SUBMITTING,
            op.now,
            "sending the one request that creates the batch",
            submitted_at=op.now,
            submit_attempts=job.submit_attempts + 1,
            next_attempt_at=None,
            error=None,
            **_paid_by(key),
        )
        booking.rekey(db, op.now, job.submission, key)
    try:
        remote = op.gemini.create_batch(job.profile.model, job.input_file or "", job.display_name)
    except (AccountError, InvalidRequest, KeyringError, RateLimited, Unreachable) as error:
        _not_created(op, job, error)
        raise
    except BaseException as error:
        uncertain(op, job, error.message if isinstance(error, HalfrateError) else type(error).__name__)
        raise
    with op.writing() as db:
        job = submitted(op, db, job, remote, f"created as {remote.name}")
    op.tell(f"submit {job.short}", 1, 1, "jobs")
    return job


def submitted(op: Operation, db: Db, job: BatchJob, remote: RemoteBatch, note: str) -> BatchJob:
    """The remote batch is this job's."""
    job = jobs.transition(
        db,
        job,
        JobStatus.SUBMITTED,
        op.now,
        note,
        google_job_id=remote.name,
        remote_state=remote.raw_state,
        next_attempt_at=None,
        absent_listings=0,
        error=None,
    )
    jobs.note_answer(db, job.id, remote.raw)
    return job


def uncertain(op: Operation, job: BatchJob, why: str) -> BatchJob:
    """A submission whose outcome is unknown: it is looked for from now on, never repeated blindly."""
    why = op.mask(why)
    with op.writing() as db:
        job = jobs.transition(db, job, JobStatus.UNCERTAIN, op.now, why, error=why, absent_listings=0)
    op.log(f"Job {job.short} is uncertain: {why}", "warning")
    return job


def interrupted(op: Operation) -> None:
    """What a process that died left behind: a job in the middle of its submission, files of jobs that have ended."""
    for job in jobs.in_states(op.db, {JobStatus.SUBMITTING}):
        uncertain(op, job, "the process ended while the request was under way")
    for job_id in jobs.ended_among(op.db, op.files.job_ids()):
        op.files.discard(job_id)


def _not_created(op: Operation, job: BatchJob, error: GeminiError | KeyringError) -> None:
    """Google said no, or was not reached: the job waits with its upload, and the chunks stay where they are.

    What Google does not know may be the upload: it is sent anew the next time.
    """
    wait = getattr(error, "retry_after", None) or op.settings.polling.cooldown_seconds
    message = op.mask(error.message)
    waits = isinstance(error, RateLimited | InvalidRequest)
    with op.writing() as db:
        job = jobs.transition(
            db,
            job,
            JobStatus.UPLOADED,
            op.now,
            f"not created: {message}",
            error=message,
            next_attempt_at=op.now + timedelta(seconds=wait) if waits else None,
            submitted_at=None,
            submit_attempts=job.submit_attempts if isinstance(error, RateLimited) else 0,
            uploaded_at=None if isinstance(error, NotFound) else job.uploaded_at,
        )
    if isinstance(error, RateLimited) and not jobs.enqueued_tokens(op.db, job.profile.model):
        _smaller_next_time(op, job)


def _smaller_next_time(op: Operation, job: BatchJob) -> None:
    """A 429 while nothing else of ours is enqueued, twice: the job is too large for what the project is granted."""
    if job.submit_attempts < REFUSALS_BEFORE_HALVING or job.requests < 2:
        return
    half = job.estimated_tokens // 2
    with op.writing() as db:
        learned.lower_allowance(db, job.profile.model, half, op.now)
    note = f"refused as too large; at most {half:,} tokens next"
    end(op, job, JobStatus.CANCELLED, note, unanswered=Outcome.LOST)
