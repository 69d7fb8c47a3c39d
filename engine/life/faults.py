"""A step of one job that failed in a way nobody foresaw: it is named, keeps the job in sight and stops no other."""

from __future__ import annotations

from engine.domain.jobs import BatchJob, Trouble
from engine.errors import HalfrateError
from engine.life.context import Operation
from engine.store import jobs


def fault(op: Operation, job: BatchJob, error: Exception) -> HalfrateError:
    """Notes the kind of the error with its job, never what it holds: that may be a document or a key."""
    kind = type(error.__cause__ or error).__name__
    words = f"a step failed in a way that nobody foresaw ({kind})"
    with op.writing() as db:
        stands = jobs.get(db, job.id)
        since = stands.trouble_since or op.now
        jobs.update(db, stands, op.now, error=words, trouble=Trouble.FAULT, trouble_since=since)
    found = HalfrateError(f"Job {job.short}: {words}.", hint="The others went on; please report it.")
    found.__cause__ = error
    return found
