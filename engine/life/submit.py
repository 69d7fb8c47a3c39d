"""Upload and submit: the one POST is sent once, its intention is on disk before it, its outcome is never guessed."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from math import ceil

from engine.domain import governor
from engine.domain.jobs import UNSENT, BatchJob, JobStatus
from engine.domain.keys import ApiKey
from engine.domain.models import UPLOAD_LIFE
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
from engine.life.lessen import lessened
from engine.life.planning import allowance, known_allowance
from engine.life.spool import is_intact, spool
from engine.store import allowances, jobs, queue, requests
from engine.store.db import Db

SPEND_WINDOW = timedelta(minutes=10)
"""In which Google adds up what is spent, for a limit of its own."""


def submit(op: Operation, job: BatchJob) -> BatchJob:
    """Takes a job from wherever it stands before its submission to SUBMITTED.

    It is split first where only a part of it fits, and again when Google grants less than was thought; without room it
    stays where it is.
    """
    job = _revalidated(op, job)
    while job.status in UNSENT and (fitting := _fitting(op, job)) is not None:
        job = _sent(op, fitting)
    return job


def _sent(op: Operation, job: BatchJob) -> BatchJob:
    """All steps up to the one POST; UPLOADED again when Google takes a part of it only."""
    if job.status is JobStatus.PLANNED:
        job = spool(op, job)
    if job.status is JobStatus.SPOOLED:
        job = _upload(op, job)
    if job.status is JobStatus.UPLOADED:
        job = _create(op, job)
    return job


def _fitting(op: Operation, job: BatchJob) -> BatchJob | None:
    """The job, or the part of it for which there is room beside what Google holds; None when there is none.

    A text that is alone always fits while Google holds nothing.
    """
    held = jobs.enqueued_tokens(op.db, job.profile.model)
    room = allowance(op.db, op.settings, op.now, job.profile.model) - held
    if job.estimated_tokens <= max(room, 0) or (job.requests == 1 and not held):
        return job
    last = requests.last_within(op.db, job.submission, job.characters * max(room, 0) // job.estimated_tokens)
    if last is None and not held:
        last = requests.open_page(op.db, job.submission, 0, 1)[0]
    return None if last is None else _shrink(op, job, last)


def _shrink(op: Operation, job: BatchJob, last: int) -> BatchJob:
    """Splits a job that was not sent: its texts up to `last` stay claimed, to be spooled anew, the others wait again.

    What was uploaded is not what will be sent any more: it is deleted, or expires.
    """
    upload = job.input_file
    with op.writing() as db:
        back = requests.forget(db, job.submission, after=last)
        queue.put_back(db, job.id, last)
        note = f"split: there is room for {job.requests - back:,} of {job.requests:,} requests, the others wait again"
        job = lessened(op, db, job, back, note)
    if upload is not None:
        with contextlib.suppress(GeminiError):
            op.gemini.delete_file(upload)
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
    except RateLimited as error:
        until = _told_to_wait(op, job, error)
        job = _not_created(op, job, error, until)
        if until is None:
            return job
        raise
    except (AccountError, InvalidRequest, KeyringError, Unreachable) as error:
        _not_created(op, job, error, op.now + _asked(op, error) if isinstance(error, InvalidRequest) else None)
        raise
    except BaseException as error:
        uncertain(op, job, error.message if isinstance(error, HalfrateError) else type(error).__name__)
        raise
    with op.writing() as db:
        job = submitted(op, db, job, remote, f"created as {remote.name}")
        known = known_allowance(db, op.settings, job.profile.model, key.fingerprint)
        _note(op, db, job, governor.accepted(known, _total(op, db, job), op.now))
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


def _not_created(op: Operation, job: BatchJob, error: GeminiError | KeyringError, until: datetime | None) -> BatchJob:
    """Google said no, or was not reached: the job waits with its upload, and the chunks stay where they are.

    What Google does not know may be the upload: it is sent anew the next time.
    """
    message = op.mask(error.message)
    with op.writing() as db:
        return jobs.transition(
            db,
            job,
            JobStatus.UPLOADED,
            op.now,
            f"not created: {message}",
            error=message,
            next_attempt_at=until,
            submitted_at=None,
            submit_attempts=job.submit_attempts if isinstance(error, RateLimited) else 0,
            uploaded_at=None if isinstance(error, NotFound) else job.uploaded_at,
        )


def _asked(op: Operation, error: GeminiError) -> timedelta:
    """How long Google asks to wait, or a while where it does not say."""
    return timedelta(seconds=error.retry_after or op.settings.polling.cooldown_seconds)


def _told_to_wait(op: Operation, job: BatchJob, error: RateLimited) -> datetime | None:
    """Learns from a 429; until when nothing is sent, None when the part that fits may go at once.

    A limit of spending or of requests says nothing about enqueued tokens. One that is not named is taken for theirs.
    """
    known = known_allowance(op.db, op.settings, job.profile.model, job.key_fingerprint)
    if error.limit == "spending":
        with op.writing() as db:
            _note(op, db, job, governor.spend_refused(known, op.now))
        return op.now + (timedelta(seconds=error.retry_after) if error.retry_after else SPEND_WINDOW)
    if error.limit == "rate":
        return op.now + _asked(op, error)
    with op.writing() as db:
        total = _total(op, db, job)
        then = governor.refused(known, total, error.quota, op.now)
        _note(op, db, job, then)
    op.log(f"Google refused {total:,} enqueued tokens: {then.tokens:,} at once from now on ({then.source}).")
    alone = job.requests == 1 and jobs.enqueued_tokens(op.db, job.profile.model) <= job.estimated_tokens
    return op.now + _asked(op, error) if alone else then.pause(total, op.now, _asked(op, error))


def _total(op: Operation, db: Db, job: BatchJob) -> int:
    """What the project holds with this job, if each database on it holds as much for its share as this one."""
    return ceil(jobs.enqueued_tokens(db, job.profile.model) / op.settings.limits.share)


def _note(op: Operation, db: Db, job: BatchJob, known: governor.Known) -> None:
    allowances.note(db, job.profile.model, job.key_fingerprint, known, op.now)
