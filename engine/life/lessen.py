"""Lessen: a job that was not sent yet loses texts; its size, its estimate and its promise are those of the rest."""

from __future__ import annotations

from engine.domain.jobs import BatchJob, JobStatus
from engine.life import booking
from engine.life.context import Operation
from engine.store import jobs, learned, queue
from engine.store.db import Db


def lessened(op: Operation, db: Db, job: BatchJob, gone: int, note: str) -> BatchJob:
    """The job without so many requests, which are gone already; PLANNED, to be spooled anew.

    What is promised beyond the most that the rest may take goes back.
    """
    while job.status is not JobStatus.PLANNED:
        target = JobStatus.SPOOLED if job.status is JobStatus.UPLOADED else JobStatus.PLANNED
        job = jobs.transition(db, job, target, op.now, note, error=job.error, input_file=None)
    rest = learned.weigh(db, job.profile.model, job.submission)
    booking.keep(db, op.now, job.submission, rest.most_tokens)
    return jobs.update(
        db,
        job,
        op.now,
        requests=job.requests - gone,
        chunks=queue.count_travelling(db, job.id),
        characters=rest.characters,
        estimated_tokens=rest.tokens,
        most_tokens=rest.most_tokens,
    )
