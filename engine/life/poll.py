"""Poll: the local record is brought up to what Google says; what contradicts it is told as a trouble of the job."""

from __future__ import annotations

from datetime import datetime, timedelta

import humanize

from engine.domain.causes import Cause
from engine.domain.jobs import BatchJob, JobStatus, RemoteState, Trouble
from engine.domain.requests import Outcome
from engine.domain.times import parse_time
from engine.errors import GeminiError, NotFound
from engine.gemini.protocol import RemoteBatch
from engine.life.context import Operation, made_with_another_key
from engine.life.end import Blame, end
from engine.life.fetch import END_STATUS, fetch
from engine.store import jobs

ENDED_THERE = frozenset({RemoteState.SUCCEEDED, RemoteState.FAILED, RemoteState.CANCELLED, RemoteState.EXPIRED})
CLOCKS_DIFFER = timedelta(days=1)
"""How far our clock and Google's may be apart."""


def poll(op: Operation, job: BatchJob, listed: RemoteBatch | None) -> BatchJob:
    """Follows a job that Google holds, from what the listing says of it; fetches the results of a finished one.

    Where the listing does not say enough, as statistics there may be stale, Google is asked by name.
    """
    remote = listed
    if remote is None or _says_too_little(job, remote):
        try:
            remote = op.gemini.get_batch(job.google_job_id or "")
        except NotFound:
            return _unknown_there(op, job)
        except GeminiError:
            if remote is None or remote.output_file is None:
                raise  # what the listing names is fetched all the same: for some jobs a get never answers
    job = _record(op, job, remote)
    if remote.output_file is not None and _may_give_results(remote):
        return fetch(op, job, remote)
    if remote.state is RemoteState.SUCCEEDED:
        return _in_trouble(op, job, Trouble.NO_RESULTS, "Google says SUCCEEDED and names no result file")
    if remote.state in ENDED_THERE:
        return _end_without_results(op, job, remote)
    if job.duplicate_of:
        op.gemini.cancel_batch(remote.name)
    return job


def _may_give_results(remote: RemoteBatch) -> bool:
    """It has ended, or names results in a state that nobody knows."""
    return remote.state in ENDED_THERE or (remote.state is RemoteState.UNKNOWN and remote.output_file is not None)


def _says_too_little(job: BatchJob, remote: RemoteBatch) -> bool:
    """An ended batch without a result file, or whose numbers do not add up to what was sent."""
    if remote.state not in ENDED_THERE:
        return False
    return remote.output_file is None or remote.done_rows != (job.requests or remote.requests)


def _unknown_there(op: Operation, job: BatchJob) -> BatchJob:
    """404: gone, unless another key asks than the one that made it. It stays in sight until somebody decides."""
    if made_with_another_key(job, op.keyring()):
        words = (
            f"Google does not show this batch to the key …{op.keyring().batch.tail}; it was made with …{job.key_tail}"
        )
        return _in_trouble(op, job, Trouble.HIDDEN, words)
    return _in_trouble(op, job, Trouble.GONE, "Google does not know this batch any more")


def _in_trouble(op: Operation, job: BatchJob, trouble: Trouble, words: str) -> BatchJob:
    """Tells once that Google's answer contradicts our record; the job is asked about again all the same."""
    if job.trouble is not trouble:
        op.log(f"Job {job.short}: {words}.", "error")
    with op.writing() as db:
        return jobs.update(
            db,
            job,
            op.now,
            trouble=trouble,
            trouble_since=job.trouble_since if job.trouble is trouble else op.now,
            # Where it is named one day after all, nobody has refused it: the job is then followed again by itself.
            output_file=None,
            error=f"{words}; `halfrate jobs release {job.short}` puts its chunks back",
            remote_state="NOT_FOUND" if trouble in (Trouble.GONE, Trouble.HIDDEN) else job.remote_state,
            next_attempt_at=op.now + _pause(op, job),
        )


def _record(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """Notes what Google says and when to ask again; an unknown state is said loudly, once."""
    _tell_late(op, job)
    trouble: Trouble | None = None
    error: str | None = None
    if job.trouble in (Trouble.SHORT, Trouble.NO_RESULTS) and _may_give_results(remote):
        trouble, error = job.trouble, job.error
    elif remote.state is RemoteState.UNKNOWN:
        trouble, error = Trouble.UNKNOWN_STATE, f"Google gives a state nobody knows: {remote.raw_state or 'none'}"
        if job.trouble is not trouble:
            op.log(f"Job {job.short}: {error}.", "error")
    with op.writing() as db:
        if job.status is JobStatus.SUBMITTED and remote.state is RemoteState.RUNNING:
            job = jobs.transition(db, job, JobStatus.PROCESSING, op.now, "Google works on it")
        jobs.note_answer(db, job.id, remote.raw)
        return jobs.update(
            db,
            job,
            op.now,
            remote_state=remote.raw_state,
            remote_done=remote.done_rows,
            remote_ended_at=_ended_at(job, remote),
            trouble=trouble,
            trouble_since=(job.trouble_since or op.now) if trouble else None,
            error=error,
            next_attempt_at=op.now + _pause(op, job),
        )


def _ended_at(job: BatchJob, remote: RemoteBatch) -> datetime | None:
    """When Google says that it ended the work; None where that lies before the work, beyond what clocks differ by.

    It would be booked on a day of which no budget knows.
    """
    ended = parse_time(remote.end_time)
    return ended if ended and (job.submitted_at or job.created_at) - ended <= CLOCKS_DIFFER else None


def _tell_late(op: Operation, job: BatchJob) -> None:
    late = job.late(op.now)
    if late is not None and late != job.late(job.updated_at):
        hours = humanize.naturaldelta(late)
        op.log(f"Job {job.short} is late: it has been at Google for more than {hours}.", "warning")


def _pause(op: Operation, job: BatchJob) -> timedelta:
    """A tenth of the job's age, between the first and the longest pause of the settings."""
    polling = op.settings.polling
    age = (op.now - (job.submitted_at or job.created_at)).total_seconds()
    return timedelta(seconds=min(max(age / 10, polling.first_seconds), polling.cap_seconds))


def _end_without_results(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """FAILED, CANCELLED or EXPIRED: the chunks go back; only a failure counts as an attempt."""
    status = END_STATUS[remote.state]
    reason = op.mask(remote.error_message) or f"Google's state is {remote.raw_state}"
    failed = status is JobStatus.FAILED
    return end(
        op,
        job,
        status,
        reason,
        unanswered=Outcome.LOST,
        blame=Blame(Cause.JOB_FAILED, reason) if failed else None,
        error=reason if failed else None,
    )
