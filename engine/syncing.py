"""Sync: look for uncertain jobs, ask about live ones, fetch what is finished, settle it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import humanize

from engine.domain.batches import REMOTE, BatchJob, JobStatus, RemoteState
from engine.domain.operations import SyncReport
from engine.domain.retry import Cause
from engine.domain.times import utc_text
from engine.errors import AccountError, DiskFull, GeminiError, HalfrateError, KeyringError, NotFound, ResultsEndEarly
from engine.flushing import sync_folder, uncertain
from engine.gemini.jsonl import count_lines, has_our_rows
from engine.gemini.protocol import RemoteBatch
from engine.operation import Operation
from engine.settling import settle
from engine.store import batches, queue
from engine.store.batches import NewJob
from engine.store.queue import RowFault

RESULTS_KEPT = timedelta(weeks=6)
"""How long Google keeps results: a batch of ours younger than this is in a listing that can be trusted."""
END_STATUS = {
    RemoteState.SUCCEEDED: JobStatus.COMPLETED,
    RemoteState.FAILED: JobStatus.FAILED,
    RemoteState.CANCELLED: JobStatus.CANCELLED,
    RemoteState.EXPIRED: JobStatus.EXPIRED,
}


def sync(op: Operation, *, due_only: bool) -> SyncReport:
    """Takes every live job as far as it goes now; a problem with one leaves the others alone."""
    interrupted(op)
    touched: dict[str, BatchJob] = {}
    problems: list[HalfrateError] = []
    for job in batches.in_states(op.db, {JobStatus.FETCHED}):
        if op.stopped:
            break
        _attempt(op, job, touched, problems, remote=None)
    waiting = batches.in_states(op.db, REMOTE | {JobStatus.UNCERTAIN})
    asked = [job for job in waiting if not due_only or job.next_attempt_at is None or job.next_attempt_at <= op.now]
    if asked and not op.stopped:
        op.tell("ask Google", 0, len(asked), "jobs")
        try:
            listing = op.gemini.list_batches()
        except (GeminiError, KeyringError) as error:
            problems.append(error)
        else:
            _follow(op, asked, listing, touched, problems)
    account = next((error for error in problems if isinstance(error, AccountError | KeyringError)), None)
    first = account or next(iter(problems), None)
    if first is not None:
        op.log(f"Sync: {first.message}", "error" if account else "warning")
    return SyncReport(
        tuple(batches.get(op.db, job_id) for job_id in touched),
        first.message if first else None,
        first.hint if first else "",
        account is not None,
    )


def interrupted(op: Operation) -> None:
    """A job that is SUBMITTING while we hold the lease was left so by a process that died."""
    for job in batches.in_states(op.db, {JobStatus.SUBMITTING}):
        uncertain(op, job, "the process ended while the request was under way")


def _follow(
    op: Operation,
    jobs: list[BatchJob],
    listing: list[RemoteBatch],
    touched: dict[str, BatchJob],
    problems: list[HalfrateError],
) -> None:
    by_name = {remote.name: remote for remote in listing}
    known = batches.known_remote_names(op.db, op.now - RESULTS_KEPT)
    healthy = not known.isdisjoint(by_name)
    for done, job in enumerate(jobs):
        if op.stopped:
            return
        op.tell("ask Google", done, len(jobs), "jobs")
        touched[job.id] = job
        if job.status is JobStatus.UNCERTAIN:
            try:
                look_for(op, job, listing, healthy=healthy)
            except (GeminiError, KeyringError) as error:
                problems.append(error)
        else:
            _attempt(op, job, touched, problems, remote=by_name.get(job.google_job_id or ""))
    for job, remote in _found_late(op, listing):
        _attempt(op, job, touched, problems, remote)
    op.tell("ask Google", len(jobs), len(jobs), "jobs")


def _attempt(
    op: Operation,
    job: BatchJob,
    touched: dict[str, BatchJob],
    problems: list[HalfrateError],
    remote: RemoteBatch | None,
) -> None:
    touched[job.id] = job
    try:
        if job.status is not JobStatus.FETCHED:
            job = _poll(op, job, remote)
        if job.status is JobStatus.FETCHED:
            settle(op, job)
    except DiskFull:
        raise
    except (GeminiError, KeyringError) as error:
        problems.append(error)
        message = op.mask(error.message)
        with op.writing() as db:
            batches.update(db, batches.get(db, job.id), op.now, error=message)
    except FileNotFoundError:
        problems.append(_refetch(op, job))


def _refetch(op: Operation, job: BatchJob) -> HalfrateError:
    """The result file is gone from our disk: what was settled stays, the rest is fetched again."""
    with op.writing() as db:
        batches.reopen(db, job, op.now)
    return HalfrateError(
        f"The result file of job {job.short} is gone from the disk.", hint="The next sync fetches it again."
    )


def look_for(op: Operation, job: BatchJob, listing: list[RemoteBatch], *, healthy: bool) -> BatchJob:
    """Finds an uncertain job by its display name; the oldest is adopted, others are cancelled and their cost booked.

    Absence counts only in a listing that shows some batch we know to exist, and only when such listings are spaced over
    the settle window; then the job may be submitted again, by the next flush.
    """
    found = sorted((r for r in listing if r.display_name == job.display_name), key=lambda r: (r.create_time, r.name))
    if found:
        return adopt(op, job, found[0])
    policy = op.settings.uncertain
    with op.writing() as db:
        if not healthy:
            why = "the listing shows no batch known to exist: absence proves nothing"
            return batches.update(db, job, op.now, error=f"not found, but {why}")
        if job.next_attempt_at is not None and job.next_attempt_at > op.now:
            return job
        absent = job.absent_listings + 1
        again = op.now + timedelta(seconds=policy.settle_window_seconds / policy.absent_listings)
        since = op.now - (job.submitted_at or op.now)
        if absent >= policy.absent_listings and since.total_seconds() >= policy.settle_window_seconds:
            note = f"absent from {absent} healthy listings: it was not created and may be submitted again"
            return batches.transition(
                db, job, JobStatus.UPLOADED, op.now, note, error=None, next_attempt_at=None, submit_attempts=0
            )
        error = f"absent from {absent} of {policy.absent_listings} healthy listings"
        return batches.update(db, job, op.now, absent_listings=absent, next_attempt_at=utc_text(again), error=error)


def adopt(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """The remote batch is this job's."""
    with op.writing() as db:
        job = batches.transition(
            db,
            job,
            JobStatus.SUBMITTED,
            op.now,
            f"adopted {remote.name}",
            google_job_id=remote.name,
            remote_state=remote.raw_state,
            remote_json=remote.raw,
            next_attempt_at=None,
            error=None,
        )
    op.log(f"Job {job.short} was found at Google as {remote.name} and adopted.")
    return job


def _found_late(op: Operation, listing: list[RemoteBatch]) -> Iterator[tuple[BatchJob, RemoteBatch]]:
    """Batches that bear the name of a job of ours and belong to none, each with the job that follows it from now on.

    A job that waits to be submitted again adopts its batch; one that has another batch, or was given up, is followed by
    a duplicate.
    """
    for remote in reversed(listing):
        owner = batches.owner_of(op.db, remote.display_name, remote.name)
        if owner is None or owner.status is JobStatus.UNCERTAIN:
            continue
        if owner.status is JobStatus.UPLOADED:
            with op.writing() as db:
                owner = batches.transition(db, owner, JobStatus.SUBMITTING, op.now, "it had been created after all")
                owner = adopt(op, owner, remote)
            yield owner, remote
        else:
            yield _duplicate(op, owner, remote), remote


def _duplicate(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """A job without chunks follows the second batch to its end, so that whatever it costs is booked as waste."""
    with op.writing() as db:
        copy = NewJob(
            str(uuid.uuid4()),
            f"{job.display_name} (duplicate)",
            job.profile,
            job.key_label,
            job.key_tail,
            job.price_per_million,
            job.sync_price_per_million,
            job.price_label,
        )
        batches.insert_duplicate(db, copy, remote.name, op.now, f"second batch of job {job.short}, to be cancelled")
    op.log(f"Google has a second batch of job {job.short}: {remote.name} is cancelled.", "warning")
    return batches.get(op.db, copy.id)


def _poll(op: Operation, job: BatchJob, remote: RemoteBatch | None) -> BatchJob:
    """Brings the local record up to what Google says; fetches the results of a finished job."""
    if remote is None or (remote.state in END_STATUS and remote.output_file is None):
        try:
            remote = op.gemini.get_batch(job.google_job_id or "")
        except NotFound:
            with op.writing() as db:
                error = "Google does not know this batch any more; `jobs release` puts its chunks back"
                again = utc_text(op.now + _pause(op, job))
                return batches.update(db, job, op.now, error=error, remote_state="NOT_FOUND", next_attempt_at=again)
    job = _record(op, job, remote)
    if remote.output_file is not None and remote.state in END_STATUS:
        return _fetch(op, job, remote)
    if remote.state is RemoteState.SUCCEEDED:
        with op.writing() as db:
            error = "Google says SUCCEEDED and names no result file; `jobs release` gives it up"
            return batches.update(db, job, op.now, error=error)
    if remote.state in END_STATUS:
        return _end_without_results(op, job, remote)
    if job.duplicate:
        op.gemini.cancel_batch(remote.name)
    return job


def _record(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """Notes what Google says and when to ask again; an unknown state is said loudly, once."""
    error = None
    if remote.state is RemoteState.UNKNOWN:
        error = f"Google gives a state nobody knows: {remote.raw_state or 'none'}"
        if job.error != error:
            op.log(f"Job {job.short}: {error}.", "error")
    late = job.late(op.now)
    if late is not None and late != job.late(job.updated_at):
        op.log(
            f"Job {job.short} is late: it has been at Google for more than {humanize.naturaldelta(late)}.", "warning"
        )
    with op.writing() as db:
        if job.status is JobStatus.SUBMITTED and remote.state is RemoteState.RUNNING:
            job = batches.transition(db, job, JobStatus.PROCESSING, op.now, "Google works on it")
        return batches.update(
            db,
            job,
            op.now,
            remote_state=remote.raw_state,
            remote_done=remote.done_rows,
            remote_json=remote.raw,
            error=error,
            next_attempt_at=utc_text(op.now + _pause(op, job)),
        )


def _pause(op: Operation, job: BatchJob) -> timedelta:
    """A tenth of the job's age, between the first and the longest pause of the settings."""
    polling = op.settings.polling
    age = (op.now - (job.submitted_at or job.created_at)).total_seconds()
    return timedelta(seconds=min(max(age / 10, polling.first_seconds), polling.cap_seconds))


def _fetch(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """Streams the result file beside the database, fsynced and renamed, before a line of it is parsed."""
    path = op.file(job.id, "results")
    part = op.part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        size, lack = _download(op, job, remote, part)
        with op.writing() as db:
            if lack and not _short_for_good(op, job, remote, size, part):
                return _wait_for_more(op, job, size, lack)
            part.replace(path)
            sync_folder(path.parent)
            return batches.transition(
                db,
                job,
                JobStatus.FETCHED,
                op.now,
                f"{size:,} bytes of results on disk" + (f", for good: {lack}" if lack else ""),
                output_file=remote.output_file,
                output_bytes=size,
                end_status=END_STATUS[remote.state],
                error=None,
                next_attempt_at=None,
            )
    except OSError as error:
        raise DiskFull(f"The results of job {job.short} cannot be written: {error.strerror}.") from error


def _download(op: Operation, job: BatchJob, remote: RemoteBatch, part: Path) -> tuple[int, str]:
    """Bytes, and what the file seems to lack: the end of a line, or rows that Google counts as succeeded."""
    name = remote.output_file or ""
    try:
        size = op.gemini.download(name, part, lambda done: op.tell(f"download {job.short}", done, 0, "bytes"))
    except ResultsEndEarly as error:
        return part.stat().st_size, error.message
    rows = count_lines(part)
    if rows < remote.succeeded:
        return size, f"it has {rows:,} rows, and Google counts {remote.succeeded:,} that succeeded"
    return size, ""


def _short_for_good(op: Operation, job: BatchJob, remote: RemoteBatch, size: int, part: Path) -> bool:
    """The file has not grown over the settle window, and it is one of ours: what it lacks will not come."""
    if job.short_since is None or job.short_bytes != size:
        return False
    window = op.settings.uncertain.settle_window_seconds
    ours = has_our_rows(part) if size else not remote.succeeded
    return ours and (op.now - job.short_since).total_seconds() >= window


def _wait_for_more(op: Operation, job: BatchJob, size: int, lack: str) -> BatchJob:
    """Rows that are missing from a file may be paid for: they are not sent again while it may still grow."""
    policy = op.settings.uncertain
    since = job.short_since if job.short_bytes == size and job.short_since else op.now
    again = op.now + timedelta(seconds=policy.settle_window_seconds / policy.absent_listings)
    if job.short_bytes != size:
        op.log(f"Job {job.short}: the result file seems incomplete: {lack}", "warning")
    return batches.update(
        op.db,
        job,
        op.now,
        short_bytes=size,
        short_since=utc_text(since),
        next_attempt_at=utc_text(again),
        error=f"the result file seems incomplete and is fetched again: {lack}",
    )


def _end_without_results(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """FAILED, CANCELLED or EXPIRED: the chunks go back; only a failure counts as an attempt."""
    end = END_STATUS[remote.state]
    reason = op.mask(remote.error_message) or f"Google's state is {remote.raw_state}"
    with op.writing() as db:
        if end is JobStatus.FAILED:
            failed = returned = after = 0
            while page := queue.travelling_page(db, job.id, after, 1_000):
                faults = [RowFault(chunk_id, Cause.JOB_FAILED, reason) for chunk_id in page]
                more = queue.mark_failed(db, job.id, faults, op.settings.retry.policy, op.now, op.jitter())
                failed, returned, after = failed + more[0], returned + more[1], page[-1]
            job = batches.update(db, job, op.now, failed_count=failed, returned_count=returned)
        else:
            back = queue.put_back(db, job.id)
            job = batches.update(db, job, op.now, missing_count=back)
        queue.forget_superseded(db, job.id)
        job = batches.transition(db, job, end, op.now, reason, error=reason if end is JobStatus.FAILED else None)
    op.log(f"Job {job.short} {end}: {reason}; its chunks are back in the queue.", "warning")
    op.remove_files(job.id)
    return job
