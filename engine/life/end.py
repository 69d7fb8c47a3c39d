"""The one ending of a job: what is unanswered, what goes back, what is booked, what is told, and what becomes of files.

There is no second one: a settled job, one without results, a cancelled, released or refused one all end here.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.causes import Cause
from engine.domain.jobs import UNSENT, WITH_RESULTS, BatchJob, JobStatus
from engine.domain.requests import Outcome
from engine.errors import HalfrateError
from engine.life import booking
from engine.life.context import Operation
from engine.life.counting import Counter
from engine.store import about, jobs, learned, queue, requests
from engine.store.db import Db
from engine.store.queue import Fault

PAGE = 1_000
COUNTED_AT_MOST = 1_000
"""Texts that Google is asked to count when a job ends; beyond that they are estimated."""


@dataclass(frozen=True, slots=True)
class Blame:
    """Why the texts of unanswered requests count as tried: each is returned, or fails when its attempts are spent."""

    cause: Cause
    message: str


def end(
    op: Operation,
    job: BatchJob,
    status: JobStatus,
    note: str,
    *,
    unanswered: Outcome,
    blame: Blame | None = None,
    error: str | None = None,
) -> BatchJob:
    """Ends a job in one transaction and returns it as it stands; `unanswered` is the outcome of what nobody answered.

    Without `blame` the chunks of what is unanswered go back to the queue as if they had not been sent.
    """
    sent = job.status not in UNSENT
    doubts = _doubts(op, job) if sent else {}
    with op.writing() as db:
        job = _give_up(op, db, job, unanswered, blame) if sent else _never_sent(op, db, job)
        _note_doubts(db, job, doubts, unread=unanswered is Outcome.LOST)
        if status is JobStatus.COMPLETED and job.ready + job.unused < job.requests:
            status = JobStatus.COMPLETED_WITH_ERRORS
        job = _booked(op, db, job)
        if job.submission:
            requests.close(db, job.submission, op.now)
        if sent and status not in WITH_RESULTS:
            about.want_sweep(db, f"job {job.id} ended without results")
        job = jobs.transition(db, job, status, op.now, note or _counts(job), error=error)
    _tell(op, job, note)
    op.files.discard(job.id)
    if sent:
        _tidy_remote(op, job)
    return job


def _never_sent(op: Operation, db: Db, job: BatchJob) -> BatchJob:
    """What was claimed was no request: nothing was sent, nothing is owed."""
    booking.give_back(db, op.now, job.submission)
    requests.forget(db, job.submission)
    back = queue.put_back(db, job.id)
    jobs.add_event(db, job.id, op.now, job.status, f"{back:,} chunks wait again, nothing of them was sent")
    return jobs.update(db, job, op.now, requests=0, chunks=0, estimated_tokens=0)


def _doubts(op: Operation, job: BatchJob) -> dict[int, int]:
    """Tokens of each text whose request may be charged without telling any: counted by Google, or estimated.

    Looked for before the transaction: it may take a while. Google is asked only where it has just answered.
    """
    most = COUNTED_AT_MOST if job.remote_ended_at else 0
    return Counter(op.db, op.gemini, job.profile, most=most).doubts(job.submission)


def _note_doubts(db: Db, job: BatchJob, doubts: dict[int, int], *, unread: bool) -> None:
    """Of a batch that was found at Google and not read to its end nobody knows which texts it held besides."""
    requests.doubt(db, job.submission, doubts)
    told = job.tokens + sum(doubts.values())
    if (job.found or job.duplicate_of) and not job.requests and (unread or not told):
        requests.doubt_more(db, job.submission, max(job.estimated_tokens - told, 0))


def _give_up(op: Operation, db: Db, job: BatchJob, unanswered: Outcome, blame: Blame | None) -> BatchJob:
    """Gives every request an outcome and lets go of every chunk."""
    failed, returned = _blame(op, db, job, blame) if blame is not None else (0, 0)
    missing = requests.end_open(db, job.submission, unanswered)
    queue.put_back(db, job.id)
    if job.inherited:
        return job
    if unanswered is not Outcome.MISSING:
        missing -= failed + returned
        job = jobs.update(db, job, op.now, failed=job.failed + failed, returned=job.returned + returned)
    return jobs.update(db, job, op.now, missing=job.missing + missing)


def _blame(op: Operation, db: Db, job: BatchJob, blame: Blame) -> tuple[int, int]:
    """Fails or returns the chunks of unanswered requests, page by page; `(failed, returned)` requests."""
    failed = returned = after = 0
    while page := requests.open_page(db, job.submission, after, PAGE):
        faults = [Fault(text=text, cause=blame.cause, message=blame.message) for text in page]
        done = queue.fail(db, job.id, faults, op.settings.retry.policy, op.now, op.jitter())
        failed, returned, after = failed + done.failed, returned + done.returned, page[-1]
    return failed, returned


def _booked(op: Operation, db: Db, job: BatchJob) -> BatchJob:
    """Books what the job's requests came to; what another database made, that one books."""
    if job.inherited or not job.submission:
        return job
    sums = requests.sums(db, job.submission)
    found = sum(requests.by_outcome(db, job.submission).values()) if job.found or job.duplicate_of else job.requests
    job = jobs.update(
        db,
        job,
        op.now,
        requests=found,
        tokens=sums.tokens,
        waste_tokens=sums.waste_tokens,
        guessed_tokens=sums.guessed_tokens,
    )
    if job.found == "stranger":
        return job
    came = learned.learn(db, job.profile.model, job.submission, job.estimated_tokens)
    job = jobs.update(db, job, op.now, promised_tokens=came.estimated, answered_tokens=came.tokens)
    booking.settle(
        db,
        op.now,
        job.submission,
        used_at=job.remote_ended_at or op.now,
        estimated_tokens=came.estimated,
    )
    return job


def _counts(job: BatchJob) -> str:
    unused = f", {job.unused:,} unused" if job.unused else ""
    again = f"{job.returned:,} to be tried again"
    return f"{job.ready:,} ready, {job.failed:,} failed, {again}, {job.missing:,} missing{unused}"


def _tell(op: Operation, job: BatchJob, note: str) -> None:
    level = "info" if job.status is JobStatus.COMPLETED else "warning"
    words = f"{note}; {_counts(job)}" if note else _counts(job)
    op.log(f"Job {job.short} {job.status}: {words}; {job.tokens:,} tokens.", level)


def _tidy_remote(op: Operation, job: BatchJob) -> None:
    """Deletes what Google lets anybody delete; both files expire by themselves. Results that were not taken stay."""
    left = []
    results = job.output_file if job.status in WITH_RESULTS else None
    for name in filter(None, (job.input_file, results)):
        try:
            if not op.gemini.delete_file(name):
                left.append(name)
        except HalfrateError:
            left.append(name)
    if left:
        with op.writing() as db:
            jobs.add_event(db, job.id, op.now, job.status, f"left at Google until they expire: {', '.join(left)}")
