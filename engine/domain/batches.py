"""A batch job and its life.

PLANNED -> SPOOLED -> UPLOADED -> SUBMITTING -> SUBMITTED -> PROCESSING -> FETCHED -> COMPLETED
                                       |             |            |            \\---> COMPLETED_WITH_ERRORS
                                       v             v            v
                                   UNCERTAIN      FAILED   CANCELLED   EXPIRED
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from engine.domain.times import parse_time
from engine.domain.vectors import Profile

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
        ),
        JobStatus.COMPLETED: (),
        JobStatus.COMPLETED_WITH_ERRORS: (),
        JobStatus.FAILED: (),
        JobStatus.CANCELLED: (),
        JobStatus.EXPIRED: (),
    }.items()
}

ENDED = frozenset(status for status, targets in TRANSITIONS.items() if not targets)
LIVE = frozenset(JobStatus) - ENDED
REMOTE = frozenset({JobStatus.SUBMITTED, JobStatus.PROCESSING})
"""States in which Google holds the job and is asked about it."""
OCCUPYING = REMOTE | {JobStatus.SUBMITTING, JobStatus.UNCERTAIN}
"""States whose tokens count against the enqueued-token allowance."""


EXPIRY = timedelta(hours=48)
"""Pending or running for longer, a batch becomes EXPIRED and has no results."""
ALARMS = (timedelta(hours=6), timedelta(hours=24), timedelta(hours=40))
"""Ages at which the operator is told that a batch is late."""


class RemoteState(StrEnum):
    """Google's state of a batch, whatever its spelling on the wire."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class BatchJob:
    """The local record of a remote batch; times are aware, in UTC."""

    id: str
    google_job_id: str | None
    status: JobStatus
    inherited: bool
    """Made by an earlier generation: its results cannot be matched by key, it is never settled."""
    display_name: str
    profile: Profile
    key_label: str
    key_tail: str
    price_per_million: Decimal
    sync_price_per_million: Decimal
    price_label: str
    chunks: int
    """Rows sent."""
    characters: int
    """Of the texts to embed."""
    estimated_tokens: int
    ready: int
    failed: int
    missing: int
    superseded: int
    returned: int
    """Rows put back to the queue for another attempt after a transient error."""
    tokens: int
    """Tokens that came back, superseded rows included; 0 before the job has been settled."""
    waste_tokens: int
    input_file: str | None
    input_sha256: str | None
    input_bytes: int
    output_file: str | None
    output_bytes: int
    short_bytes: int | None
    """Size of a result file that seemed incomplete when it was fetched last."""
    short_since: datetime | None
    """Since when it has had that size."""
    cursor: int
    """Bytes of the result file that are settled."""
    remote_state: str
    """Google's own word, as it stands on the wire."""
    remote_done: int
    """Rows Google says it has finished (may be stale)."""
    error: str | None
    submit_attempts: int
    next_attempt_at: datetime | None
    """Not submitted or polled before this."""
    absent_listings: int
    """Healthy listings in a row in which an uncertain job did not appear."""
    created_at: datetime
    updated_at: datetime
    uploaded_at: datetime | None
    submitted_at: datetime | None
    """When the one POST was about to be sent."""
    ended_at: datetime | None

    @property
    def live(self) -> bool:
        """Not ended: its chunks are in batch."""
        return self.status not in ENDED

    @property
    def duplicate(self) -> bool:
        """A second remote batch of the same submission: whatever it brings was paid for nothing."""
        return not self.inherited and self.chunks == 0 and self.google_job_id is not None

    @property
    def accounted(self) -> int:
        """Rows sent whose fate is known."""
        return self.ready + self.failed + self.returned + self.missing + self.superseded

    @property
    def expires_at(self) -> datetime | None:
        """When Google gives up on it, if it is still there then."""
        return self.submitted_at + EXPIRY if self.submitted_at and self.status in REMOTE else None

    def late(self, now: datetime) -> timedelta | None:
        """The longest of the alarm ages that a job at Google has passed."""
        if self.submitted_at is None or self.status not in REMOTE:
            return None
        age = now - self.submitted_at
        return max((alarm for alarm in ALARMS if age >= alarm), default=None)

    @property
    def short(self) -> str:
        """The first seven characters of the id, as lists show it."""
        return self.id[:7]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> BatchJob:
        """The value of a `batch_jobs` row, inherited rows included."""
        inherited = row["display_name"] is None
        stats = _stats(row["stats"]) if inherited else {}
        created = parse_time(row["created_at"]) or EPOCH
        return cls(
            id=row["id"],
            google_job_id=row["google_job_id"],
            status=status_of(row["status"]),
            inherited=inherited,
            display_name=row["display_name"] or "",
            profile=Profile(row["model"] or "", row["dimension"] or 0, row["task_type"] or ""),
            key_label=row["key_label"] or "",
            key_tail=row["key_tail"] or "",
            price_per_million=Decimal(row["price_per_million"] or 0),
            sync_price_per_million=Decimal(row["sync_price_per_million"] or 0),
            price_label=row["price_label"] or "",
            chunks=stats.get("submitted", 0) if inherited else row["chunk_count"],
            characters=row["characters"],
            estimated_tokens=row["estimated_tokens"],
            ready=stats.get("succeeded", 0) if inherited else row["ready_count"],
            failed=stats.get("failed", 0) if inherited else row["failed_count"],
            missing=row["missing_count"],
            superseded=row["superseded_count"],
            returned=row["returned_count"],
            tokens=row["tokens"],
            waste_tokens=row["waste_tokens"],
            input_file=row["input_file"],
            input_sha256=row["input_sha256"],
            input_bytes=row["input_bytes"],
            output_file=row["output_file"],
            output_bytes=row["output_bytes"],
            short_bytes=row["short_bytes"],
            short_since=parse_time(row["short_since"]),
            cursor=row["settle_cursor"],
            remote_state=row["remote_state"] or "",
            remote_done=row["remote_done"],
            error=row["error"],
            submit_attempts=row["submit_attempts"],
            next_attempt_at=parse_time(row["next_attempt_at"]),
            absent_listings=row["absent_listings"],
            created_at=created,
            updated_at=parse_time(row["updated_at"]) or created,
            uploaded_at=parse_time(row["uploaded_at"]),
            submitted_at=parse_time(row["submitted_at"]),
            ended_at=parse_time(row["ended_at"]),
        )


def status_of(text: str) -> JobStatus:
    """A word that no generation is known to write counts as CREATED: live, inherited, never settled."""
    return JobStatus(text) if text in JobStatus.__members__ else JobStatus.CREATED


def _stats(text: str) -> dict[str, int]:
    """The counts of an earlier generation's `stats`; empty when they cannot be read."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return {k: v for k, v in value.items() if isinstance(v, int)} if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One line of a job's history."""

    at: datetime
    status: str
    note: str
