"""Jobs in trouble, in words: how each trouble is called, since when, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.domain.jobs import BatchJob, Trouble
from tui.figures import when

GLYPH = "!"
_NAMES = {
    Trouble.GONE: ("GONE AT GOOGLE", "GONE"),
    Trouble.HIDDEN: ("ANOTHER KEY'S", "HIDDEN"),
    Trouble.UNKNOWN_STATE: ("UNKNOWN STATE", "UNKNOWN"),
    Trouble.NO_RESULTS: ("NO RESULTS", "NO RESULTS"),
    Trouble.SHORT: ("SHORT RESULTS", "SHORT"),
    Trouble.FAULT: ("FAULT", "FAULT"),
}
"""In full, and in ten cells."""
_MEANINGS = {
    Trouble.GONE: "Google does not know this batch any more",
    Trouble.HIDDEN: "another key made it, and today's key does not see it",
    Trouble.UNKNOWN_STATE: "Google gives a state that nobody knows",
    Trouble.NO_RESULTS: "it has ended, and its results are not named or not given out",
    Trouble.SHORT: "fewer rows came than were sent",
    Trouble.FAULT: "a step of halfrate failed in a way that nobody foresaw",
}
_WAYS_OUT = {
    Trouble.GONE: "{release_job} puts its chunks back: paid for once more",
    Trouble.HIDDEN: "set the batch key …{tail} again and press {sync}; or {release_job} gives it up",
    Trouble.UNKNOWN_STATE: "{sync} asks again, a newer halfrate may know the state; or {release_job} gives it up",
    Trouble.NO_RESULTS: "{sync} asks again; {release_job} gives the results up",
    Trouble.SHORT: "{sync} fetches the rest, and settles what is there once it does not grow any more",
    Trouble.FAULT: "{sync} tries again; {release_job} gives the job up",
}


def name_of(job: BatchJob) -> str:
    """`GONE AT GOOGLE`; empty for a job in no trouble."""
    return _NAMES[job.trouble][0] if job.trouble else ""


def short_name_of(job: BatchJob) -> str:
    """The same in ten cells."""
    return _NAMES[job.trouble][1] if job.trouble else ""


def since_when(job: BatchJob, now: datetime) -> str:
    """`since 19:38`; empty where nobody noted it."""
    return f"since {when(job.trouble_since, now.astimezone())}" if job.trouble and job.trouble_since else ""


def meaning_of(job: BatchJob) -> str:
    """What is wrong, in a few words."""
    return _MEANINGS[job.trouble] if job.trouble else ""


def way_out_of(job: BatchJob, keys: Mapping[str, str]) -> str:
    """What can be done, by the keys that do it."""
    return _WAYS_OUT[job.trouble].format(tail=job.key_tail, **keys) if job.trouble else ""
