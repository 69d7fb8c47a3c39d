"""What can be done about a job in trouble: a row a trouble."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.cli.output import local
from engine.domain.jobs import BatchJob, Trouble

_REMEDIES = {
    Trouble.GONE: "`halfrate jobs release {id}` puts its chunks back to wait: they are paid for once more",
    Trouble.HIDDEN: "set the batch key …{tail} again and sync; or `halfrate jobs release {id}`",
    Trouble.UNKNOWN_STATE: "`halfrate queue sync` asks again, a newer halfrate may know the state;"
    " or `halfrate jobs release {id}`",
    Trouble.NO_RESULTS: "`halfrate queue sync` asks again; `halfrate jobs release {id}` gives the results up",
    Trouble.SHORT: "`halfrate queue sync` fetches the rest, and settles what is there once it does not grow any more",
    Trouble.FAULT: "`halfrate queue sync` tries again; `halfrate jobs release {id}` gives the job up",
}


def remedy(job: BatchJob) -> str:
    """The way out, naming the job; empty for one that is in no trouble."""
    return _REMEDIES[job.trouble].format(id=job.short, tail=job.key_tail) if job.trouble else ""


def trouble_lines(jobs: Iterable[BatchJob]) -> Iterator[str]:
    """Each job in trouble with what is wrong and what can be done, for people."""
    for job in jobs:
        if job.trouble:
            words = (job.error or "").split("; `halfrate")[0]
            yield f"job {job.short} in trouble since {local(job.trouble_since)}: {job.trouble}" + (
                f": {words}" if words else ""
            )
            yield f"  {remedy(job)}"
