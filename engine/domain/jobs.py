"""A batch job and its life; every arrow there is stands here.

PLANNED -> SPOOLED -> UPLOADED -> SUBMITTING -> SUBMITTED -> PROCESSING -> FETCHED -> COMPLETED, COMPLETED_WITH_ERRORS

SUBMITTING -> UNCERTAIN -> SUBMITTED                            the answer was lost; found in Google's listing
SUBMITTING, UNCERTAIN -> UPLOADED                               it was not created
UPLOADED -> SPOOLED -> PLANNED                                  an upload too old; a spooled file that is damaged
PLANNED, SPOOLED, UPLOADED, UNCERTAIN -> CANCELLED              taken back before it was sent, or released
SUBMITTED -> FETCHED                                            done before anybody asked
SUBMITTED, PROCESSING, FETCHED -> FAILED, CANCELLED, EXPIRED    as it ended at Google, or released
FETCHED -> PROCESSING                                           the result file is gone from our disk
FAILED, CANCELLED, EXPIRED -> SUBMITTED                         given up, and Google has its batch after all
CREATED, UPLOADED -> FAILED                                     of an earlier generation, released
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from engine.domain.models import EXPIRY, LATE, Profile

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class JobStatus(StrEnum):
    """The state of a job's local record."""

    CREATED = "CREATED"  # written by earlier generations only
    PLANNED = "PLANNED"  # chunks claimed
    SPOOLED = "SPOOLED"  # requests on disk
    UPLOADED = "UPLOADED"  # input file at Google
    SUBMITTING = "SUBMITTING"  # the one POST is under way
    UNCERTAIN = "UNCERTAIN"  # the POST's outcome is unknown
    SUBMITTED = "SUBMITTED"  # Google has the job
    PROCESSING = "PROCESSING"  # Google works on it
    FETCHED = "FETCHED"  # result bytes on disk
    COMPLETED = "COMPLETED"
    COMPLETED_WITH_ERRORS = "COMPLETED_WITH_ERRORS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


TRANSITIONS: dict[JobStatus, frozenset[JobStatus]] = {
    source: frozenset(targets)
    for source, targets in {
        JobStatus.CREATED: (JobStatus.FAILED,),
        JobStatus.PLANNED: (JobStatus.SPOOLED, JobStatus.CANCELLED),
        JobStatus.SPOOLED: (JobStatus.UPLOADED, JobStatus.PLANNED, JobStatus.CANCELLED),
        JobStatus.UPLOADED: (JobStatus.SUBMITTING, JobStatus.SPOOLED, JobStatus.CANCELLED, JobStatus.FAILED),
        JobStatus.SUBMITTING: (JobStatus.SUBMITTED, JobStatus.UPLOADED, JobStatus.UNCERTAIN),
        JobStatus.UNCERTAIN: (JobStatus.SUBMITTED, JobStatus.UPLOADED, JobStatus.CANCELLED),
        JobStatus.SUBMITTED: (
            JobStatus.PROCESSING,
            JobStatus.FETCHED,
            JobStatus.FAILED,
            JobStatus.CANCELLED,
            JobStatus.EXPIRED,
        ),
        JobStatus.PROCESSING: (JobStatus.FETCHED, JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.EXPIRED),
        JobStatus.FETCHED: (
            JobStatus.COMPLETED,
            JobStatus.COMPLETED_WITH_ERRORS,
            JobStatus.FAILED,
            JobStatus.CANCELLED,
            JobStatus.EXPIRED,
            JobStatus.PROCESSING,  # the result file is gone from our disk: it is fetched again
        ),
        JobStatus.COMPLETED: (),
        JobStatus.COMPLETED_WITH_ERRORS: (),
        JobStatus.FAILED: (JobStatus.SUBMITTED,),
        JobStatus.CANCELLED: (JobStatus.SUBMITTED,),
        JobStatus.EXPIRED: (JobStatus.SUBMITTED,),
    }.items()
}

WITH_RESULTS = frozenset({JobStatus.COMPLETED, JobStatus.COMPLETED_WITH_ERRORS})
WITHOUT_RESULTS = frozenset({JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.EXPIRED})
ENDED = WITH_RESULTS | WITHOUT_RESULTS
LIVE = frozenset(JobStatus) - ENDED
UNSENT = frozenset({JobStatus.PLANNED, JobStatus.SPOOLED, JobStatus.UPLOADED})
"""Before the one POST: nothing has been paid, a flush goes on with them."""
AT_GOOGLE = frozenset({JobStatus.SUBMITTED, JobStatus.PROCESSING})
"""Google holds the job and is asked about it."""
ENQUEUED = AT_GOOGLE | {JobStatus.SUBMITTING, JobStatus.UNCERTAIN}
"""Google holds the job or may hold it: its tokens count against the allowance."""


class RemoteState(StrEnum):
    """Google's state of a batch, whatever its spelling on the wire."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"


class Trouble(StrEnum):
    """How an answer of Google contradicts the record of a live job: it is said until it is over or decided on."""

    GONE = "gone"  # Google does not know the batch (404)
    HIDDEN = "hidden"  # it does not know it under today's key, which is not the one that made it
    UNKNOWN_STATE = "unknown state"  # a state that nobody knows
    NO_RESULTS = "no results"  # it has ended, and its results are not named or not given out
    SHORT = "short"  # fewer rows came than were sent, and they are waited for
    FAULT = "fault"  # a step of ours failed in a way that nobody foresaw


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchJob:
    """The local record of a remote batch; times are aware, in UTC. Rows are requests: one text sent once each."""

    id: str
    google_job_id: str | None
    status: JobStatus
    inherited: bool = False
    """Made by an earlier generation: its results cannot be matched by key, it is never settled."""
    display_name: str = ""
    submission: int = 0
    """What its requests are found by; 0 for inherited jobs."""
    duplicate_of: str | None = None
    """The job whose second remote batch this one follows: whatever it brings was paid without need."""
    found: str | None = None
    """How a job came here that this database did not plan: "orphan" (it made the batch, and lost its record) or
    "stranger" (another database made it and books its cost)."""
    profile: Profile
    key_label: str = ""
    key_tail: str = ""
    key_fingerprint: str = ""
    price_per_million: Decimal = Decimal(0)
    sync_price_per_million: Decimal = Decimal(0)
    price_label: str = ""
    requests: int = 0
    """Rows sent: distinct texts."""
    chunks: int = 0
    """Chunks that waited for these texts when the job was planned."""
    characters: int = 0
    """Of the texts."""
    estimated_tokens: int = 0
    most_tokens: int = 0
    """The upper end of the estimate's band."""
    promised_tokens: int = 0
    """What the estimate says of the rows that came back; 0 before the job has ended."""
    answered_tokens: int = 0
    """What these rows took."""
    ready: int = 0
    """Rows that brought a vector some chunk wanted."""
    unused: int = 0
    """Rows that brought a vector nobody wanted any more, or that was here already."""
    failed: int = 0
    """Rows whose chunks are FAILED now."""
    returned: int = 0
    """Rows put back to the queue for another attempt after a passing error."""
    missing: int = 0
    """Rows without an answer when the job ended."""
    tokens: int = 0
    """Tokens that came back, waste included; 0 before the job has been settled."""
    waste_tokens: int = 0
    guessed_tokens: int = 0
    """Those of the tokens that Google did not count: they are an estimate."""
    input_file: str | None = None
    input_sha256: str | None = None
    input_bytes: int = 0
    output_file: str | None = None
    output_bytes: int = 0
    short_bytes: int | None = None
    """Size of a result file that seemed incomplete when it was fetched last."""
    short_since: datetime | None = None
    """Since when it has had that size."""
    cursor: int = 0
    """Bytes of the result file that are settled: from its beginning, or, negative, in the order of its texts."""
    end_status: JobStatus | None = None
    """How a fetched job ends once it is settled."""
    remote_state: str = ""
    """Google's own word, as it stands on the wire."""
    remote_done: int = 0
    """Rows Google says it has finished (may be stale)."""
    trouble: Trouble | None = None
    trouble_since: datetime | None = None
    error: str | None = None
    """The last thing that went wrong, in words; keys masked."""
    submit_attempts: int = 0
    next_attempt_at: datetime | None = None
    """Not submitted or polled before this."""
    absent_listings: int = 0
    """Healthy listings in a row in which an uncertain job did not appear."""
    created_at: datetime = EPOCH
    updated_at: datetime = EPOCH
    uploaded_at: datetime | None = None
    submitted_at: datetime | None = None
    """When the one POST was about to be sent."""
    remote_ended_at: datetime | None = None
    """When Google ended its work, by its own clock."""
    ended_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Not ended: its chunks are in batch."""
        return self.status not in ENDED

    @property
    def settled_bytes(self) -> int:
        """How much of the result file is settled, in whichever order."""
        return abs(self.cursor)

    @property
    def accounted(self) -> int:
        """Rows sent whose fate is known."""
        return self.ready + self.unused + self.failed + self.returned + self.missing

    @property
    def expires_at(self) -> datetime | None:
        """When Google gives up on it, if it is still there then."""
        return self.submitted_at + EXPIRY if self.submitted_at and self.status in AT_GOOGLE else None

    def late(self, now: datetime) -> timedelta | None:
        """The longest of the alarm ages that a job at Google has passed."""
        if self.submitted_at is None or self.status not in AT_GOOGLE:
            return None
        age = now - self.submitted_at
        return max((alarm for alarm in LATE if age >= alarm), default=None)

    @property
    def short(self) -> str:
        """The first seven characters of the id, as lists show it."""
        return self.id[:7]


def status_of(text: str) -> JobStatus:
    """A word that no generation is known to write counts as CREATED: live, inherited, never settled."""
    return JobStatus(text) if text in JobStatus.__members__ else JobStatus.CREATED


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One line of a job's history."""

    at: datetime
    status: str
    note: str
