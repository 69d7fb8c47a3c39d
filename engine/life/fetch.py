"""Fetch: the result file is safe on disk, fsynced and complete, before a line of it is parsed.

A file that lacks rows is not believed at once: Google's statistics may be stale, a download can end cleanly too early,
and rows that are missing may be paid for. It is fetched again until it has not grown over the settle window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from engine.domain.jobs import BatchJob, JobStatus, RemoteState, Trouble
from engine.domain.texts import parse_request_key
from engine.errors import (
    AccountError,
    BadAnswer,
    GeminiError,
    InvalidRequest,
    OutcomeUnknown,
    ResultsEndEarly,
    ServerFault,
)
from engine.gemini.protocol import RemoteBatch
from engine.gemini.survey import Survey, row_key, survey
from engine.life.context import Operation
from engine.life.files import unwritable
from engine.life.find import named_profile
from engine.life.row_keys import row_keys
from engine.store import jobs, requests, vectors

END_STATUS = {
    RemoteState.SUCCEEDED: JobStatus.COMPLETED,
    RemoteState.FAILED: JobStatus.FAILED,
    RemoteState.CANCELLED: JobStatus.CANCELLED,
    RemoteState.EXPIRED: JobStatus.EXPIRED,
    RemoteState.UNKNOWN: JobStatus.COMPLETED,
}
"""How a job ends whose results are settled; one in a state nobody knows, whose results are whole, is complete."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A result file as it came."""

    size: int
    found: Survey | None
    early: str
    """How the download says that it was cut short; empty when it does not."""
    lack: str
    """What the file seems to lack, in words; empty when it is whole."""


def fetch(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """Streams the result file beside the database; FETCHED when it is whole, or will not become more."""
    path = op.files.results(job.id)
    try:
        part = op.files.part(path)
        arrived = _download(op, job, remote, part)
        if job.found and arrived.size:
            job = _profiled(op, job, part)
            arrived = _surveyed(op, job, remote, part, arrived.size, arrived.early)
        with op.writing() as db:
            if arrived.lack and not _short_for_good(op, job, arrived, remote):
                return _wait_for_more(op, job, remote, arrived)
            op.files.keep(part, path)
            return jobs.transition(
                db,
                job,
                JobStatus.FETCHED,
                op.now,
                f"{arrived.size:,} bytes of results on disk" + (f", for good: {arrived.lack}" if arrived.lack else ""),
                output_file=remote.output_file,
                output_bytes=arrived.size,
                end_status=END_STATUS[remote.state],
                error=None,
                next_attempt_at=None,
            )
    except InvalidRequest as error:
        return _not_given(op, job, remote, error)
    except (AccountError, ServerFault, OutcomeUnknown, BadAnswer) as error:
        _not_given(op, job, remote, error)
        raise
    except OSError as error:
        raise unwritable(f"The results of job {job.short}", error) from error


def _download(op: Operation, job: BatchJob, remote: RemoteBatch, part: Path) -> Arrived:
    try:
        size = op.gemini.download(
            remote.output_file or "", part, lambda done: op.tell(f"download {job.short}", done, 0, "bytes")
        )
    except ResultsEndEarly as error:
        size, early = part.stat().st_size, error.message
    else:
        early = ""
    return _surveyed(op, job, remote, part, size, early)


def _surveyed(op: Operation, job: BatchJob, remote: RemoteBatch, part: Path, size: int, early: str) -> Arrived:
    found = survey(part, row_keys(op.db, job, part).row_of) if size else None
    return Arrived(size, found, early, early or _lack(job, remote, found))


def _profiled(op: Operation, job: BatchJob, part: Path) -> BatchJob:
    """Nobody wrote down the profile of a batch that was found at Google: the keys of its rows name it."""
    with part.open("rb") as file:
        keys = (parse_request_key(row_key(line) or "") for line in file)
        key = next((key for key in keys if key is not None), None)
    profile = named_profile(op.db, job.profile, key.profile) if key else None
    if profile is None or profile == job.profile:
        return job
    with op.writing() as db:
        requests.set_profile(db, job.submission, vectors.profile_id(db, profile))
        return jobs.set_profile(db, job, profile)


def _lack(job: BatchJob, remote: RemoteBatch, found: Survey | None) -> str:
    """Different rows of ours are compared with what was sent: a repeated row must not hide a missing one."""
    # A line that says nothing of whose it is stands for one of the rows: nothing more is to come for it.
    rows = found.texts + found.nobody if found else 0
    sent = max(job.requests, remote.requests)  # a job may follow the rest of a batch only
    if rows >= sent or _counted_out(remote, sent, rows):
        return ""
    return f"it has {rows:,} of {sent:,} rows"


def _counted_out(remote: RemoteBatch, sent: int, rows: int) -> bool:
    """Google counts every row as done, and gives every one that succeeded: the others it has failed without a line."""
    done = remote.succeeded + remote.failed
    return done >= sent > 0 and remote.failed > 0 and not remote.pending and rows >= remote.succeeded


def _short_for_good(op: Operation, job: BatchJob, arrived: Arrived, remote: RemoteBatch) -> bool:
    """The file has not grown over the settle window, and it is one of ours: what it lacks will not come."""
    if job.short_since is None or job.short_bytes != arrived.size:
        return False
    window = op.settings.uncertain.settle_window_seconds
    ours = bool(arrived.found and arrived.found.texts) if arrived.size else not remote.succeeded
    return ours and (op.now - job.short_since).total_seconds() >= window


def _wait_for_more(op: Operation, job: BatchJob, remote: RemoteBatch, arrived: Arrived) -> BatchJob:
    """Rows that are missing from a file may be paid for: they are not sent again while it may still grow."""
    policy = op.settings.uncertain
    grown = job.short_bytes != arrived.size or job.short_since is None
    if grown:
        op.log(f"Job {job.short}: the result file seems incomplete: {arrived.lack}", "warning")
    return jobs.update(
        op.db,
        job,
        op.now,
        short_bytes=arrived.size,
        short_since=op.now if grown else job.short_since,
        next_attempt_at=op.now + timedelta(seconds=policy.settle_window_seconds / policy.absent_listings),
        trouble=Trouble.SHORT,
        trouble_since=job.trouble_since or op.now,
        error=f"the result file seems incomplete and is fetched again: {arrived.lack}",
        output_file=remote.output_file,
    )


def _not_given(op: Operation, job: BatchJob, remote: RemoteBatch, error: GeminiError) -> BatchJob:
    """The batch has ended, and its results are not given out: nobody waits for them without being told."""
    message = op.mask(error.message)
    if job.trouble is not Trouble.NO_RESULTS:
        op.log(f"Job {job.short}: Google does not give its results: {message}", "error")
    with op.writing() as db:
        return jobs.update(
            db,
            job,
            op.now,
            trouble=Trouble.NO_RESULTS,
            trouble_since=job.trouble_since or op.now,
            error=f"Google does not give the results: {message}",
            output_file=remote.output_file,
        )


def refetch(op: Operation, job: BatchJob) -> BadAnswer:
    """The result file is gone from our disk: what was settled stays, the rest is fetched again."""
    with op.writing() as db:
        note = "the result file is gone from the disk, to be fetched again"
        jobs.transition(db, job, JobStatus.PROCESSING, op.now, note)
    return BadAnswer(
        f"The result file of job {job.short} is gone from the disk.", hint="The next sync fetches it again."
    )
