"""What an operator decides about one job, or about failed chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.domain.estimates import estimate
from engine.domain.jobs import AT_GOOGLE, UNSENT, BatchJob, JobStatus
from engine.domain.kinds import Kinds
from engine.domain.reports import Requeue, RetryReport
from engine.domain.requests import Outcome
from engine.errors import NotFound, WrongState
from engine.gemini.protocol import GeminiServer, RemoteBatch
from engine.life import find
from engine.life.context import Operation, made_with_another_key
from engine.life.end import end
from engine.life.look import derive, fill_reused
from engine.settings import Settings
from engine.store import jobs, learned, queue, vectors
from engine.store import requeue as requeued
from engine.store.db import Db
from engine.store.reuse import Way
from engine.wording import plural


def cancel(op: Operation, name: str) -> BatchJob:
    """Takes a job back before its submission, or asks Google to cancel it, which happens later or never."""
    job = jobs.get(op.db, name)
    if not job.inherited and job.status in UNSENT:
        return end(op, job, JobStatus.CANCELLED, "cancelled before it was sent", unanswered=Outcome.LOST)
    if job.inherited or job.status not in AT_GOOGLE:
        raise WrongState(f"Job {job.short} is {job.status}: there is nothing to cancel.", hint=way_out(job))
    op.gemini.cancel_batch(job.google_job_id or "")
    with op.writing() as db:
        jobs.add_event(db, job.id, op.now, job.status, "cancellation asked for")
    op.log(f"Job {job.short}: Google was asked to cancel it.")
    return jobs.get(op.db, job.id)


def adopt(op: Operation, name: str, google_job_id: str | None) -> BatchJob:
    """Ties an uncertain job to its remote batch; a batch of another database becomes a job of its own.

    A job that was given up is followed again.
    """
    if google_job_id is None and name.startswith("batches/") and not jobs.known_batches(op.db, [name]):
        return find.adopt_stranger(op, op.gemini.get_batch(name))
    job = jobs.get(op.db, name)
    if google_job_id is None and jobs.given_up(op.db, filter(None, [job.google_job_id])):
        return find.follow_again(op, job)
    if job.status is not JobStatus.UNCERTAIN:
        raise WrongState(f"Job {job.short} is {job.status}, not UNCERTAIN.", hint=way_out(job))
    if google_job_id is not None:
        remote = op.gemini.get_batch(google_job_id)
        if jobs.known_batches(op.db, [remote.name]):
            raise WrongState(f"{remote.name} belongs to another job.", hint="`halfrate jobs list` names it.")
        return find.adopt(op, job, remote)
    found = find.look_for(op, job, op.gemini.list_batches())
    if found.status is JobStatus.UNCERTAIN:
        raise WrongState(
            f"No batch at Google is called {job.display_name}.",
            hint="Name one with `halfrate jobs adopt ID batches/...`, or wait: `queue sync` keeps looking.",
        )
    return found


def release(op: Operation, name: str) -> int:
    """Puts the chunks of a job that will never be settled back to the queue; returns how many.

    For inherited jobs, for uncertain ones, and for jobs in trouble. What Google bills for them all the same, the chunks
    are billed for again; should Google turn out to have results that it did not refuse before, the next sync takes
    them, and `adopt` tries those it refused.
    """
    job = jobs.get(op.db, name)
    if not job.live:
        return _release_stranded(op, job)
    if job.status in AT_GOOGLE and not (job.inherited or job.trouble or _unknown_at_google(op, job)):
        raise WrongState(f"Job {job.short} is alive at Google: its chunks would be paid twice.", hint=way_out(job))
    if job.status is JobStatus.FETCHED and not job.trouble:
        raise WrongState(f"The results of job {job.short} are on disk.", hint="`halfrate queue sync` settles them.")
    travelling = queue.count_travelling(op.db, job.id)
    if (kept := op.files.set_aside(job.id)) is not None:
        op.log(f"Job {job.short}: its results are kept as {kept.name} in {kept.parent}.", "warning")
    status = JobStatus.FAILED if job.inherited else JobStatus.CANCELLED
    end(op, job, status, f"released by the operator; {plural(travelling, 'chunk')} wait again", unanswered=Outcome.LOST)
    return travelling


def _unknown_at_google(op: Operation, job: BatchJob) -> bool:
    """Google does not know the batch: asked now, in case no sync has yet."""
    try:
        op.gemini.get_batch(job.google_job_id or "")
    except NotFound:
        if made_with_another_key(job, op.keyring()):
            raise WrongState(
                f"Google does not show job {job.short} to the key …{op.keyring().batch.tail}: it was made with"
                f" …{job.key_tail}, and may be alive.",
                hint="Put that key back, or run `halfrate queue sync` first: then release gives it up all the same.",
            ) from None
        return True
    return False


def _release_stranded(op: Operation, job: BatchJob) -> int:
    """Chunks that an earlier generation left with a job that ended without an answer for them."""
    with op.writing() as db:
        back = queue.put_back(db, job.id)
        if not back:
            raise WrongState(f"Job {job.short} is {job.status}: it holds no chunks.")
        jobs.add_event(db, job.id, op.now, job.status, f"{back:,} chunks without an answer wait again")
    op.log(f"Job {job.short}: {back:,} chunks without an answer wait again.", "warning")
    return back


def retry(
    op: Operation, cause: str | None, name: str | None, ids: Sequence[int] | None, *, permanent: bool
) -> RetryReport:
    """Puts FAILED chunks back to PENDING; those are READY at $0 whose text has its vector by now."""
    with op.writing() as db:
        job = jobs.get(db, name).id if name else None
        paid = queue.paid_failed(db, vectors.serving(db, op.profile), cause=cause, job=job, ids=ids)
        if paid:
            vectors.derive(db, op.profile, paid)
            fill_reused(op, db, paid, Way.RETRY)
        retried, skipped = queue.retry(db, cause=cause, job=job, ids=ids, permanent=permanent)
    if retried:
        op.log(f"Retry: {plural(retried, 'failed chunk')} wait again.")
    if op.reused.chunks:
        op.log(f"Retry: {plural(op.reused.chunks, 'chunk')} READY at $0, their vectors were here already.")
    return RetryReport(retried=retried, skipped_permanent=skipped, reused=op.reused)


def requeue_ahead(db: Db, settings: Settings) -> Requeue:
    """What would be put back to wait because its vector is not of the active profile; changes nothing."""
    profile = settings.vector_profile
    with db.reading():
        own = vectors.find_profile(db, profile)
        without = requeued.of_others(db, [] if own is None else [own])
        found = requeued.of_others(db, vectors.serving(db, profile))
        price, basis = settings.price(profile.model), learned.basis(db, profile.model)
    return Requeue(
        texts=found.texts,
        estimate=estimate(found.chunks, Kinds(unknown=found.characters), price, basis),
        derived=without.chunks - found.chunks,
    )


def requeue(op: Operation) -> Requeue:
    """Puts READY chunks back to wait whose vector is not of the active profile; smaller dimensions are cut first."""
    ahead = requeue_ahead(op.db, op.settings)
    derive(op)
    after = done = 0
    while not op.stopped:
        with op.writing() as db:
            page = requeued.page(db, vectors.serving(db, op.profile), after)
            done += requeued.put_back(db, page)
        if not page:
            break
        after = page[-1]
        op.tell("requeue", done, ahead.estimate.chunks, "chunks")
    if done:
        op.log(f"Requeue: {plural(done, 'chunk')} with vectors of another profile wait again.")
    return replace(ahead, requeued=done)


def discard(op: Operation, cause: str | None, ids: Sequence[int] | None) -> int:
    """Deletes FAILED chunks, all of a cause or those named by id; returns how many."""
    with op.writing() as db:
        gone = queue.discard(db, cause=cause, ids=ids)
    if gone:
        op.log(f"Discard: {plural(gone, 'failed chunk')} deleted.", "warning")
    return gone


def remote(db: Db, gemini: GeminiServer, name: str) -> RemoteBatch | None:
    """Google's answer about a job now; None when Google has none."""
    job = jobs.get(db, name)
    if job.google_job_id is None:
        return None
    try:
        return gemini.get_batch(job.google_job_id)
    except NotFound:
        return None


def way_out(job: BatchJob) -> str:
    """What can be done with a job in its state."""
    if job.inherited and job.live:
        return "It is inherited: `halfrate jobs release` puts its chunks back to the queue."
    if job.status is JobStatus.UNCERTAIN:
        return "`halfrate queue sync` looks for it; `jobs adopt` or `jobs release` decide."
    if job.status in AT_GOOGLE:
        return "`halfrate jobs cancel` asks Google to end it."
    return "`halfrate jobs show` tells its history."
