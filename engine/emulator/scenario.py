"""The fault script: what the emulator is told to do wrong.

A scenario is data, from Python, JSON or TOML: settings, also for what Google leaves open, a list of allowances, and
three lists of rules, each tried in order.

    too_long = "refuse"              # or "truncate": text above the model's input limit
    state_prefix = "BATCH_STATE_"    # or "JOB_STATE_"
    stale_listing = true             # the listing's batchStats lag behind, as production's do
    file_processing = 0.0            # seconds until an uploaded file is ACTIVE
    cancel_lag = 0.0                 # seconds from :cancel to CANCELLED
    refused_types = []               # MIME types that uploads are refused for; in 2025 ["application/jsonl"] at times

    row_counts = 1.0                 # share of result rows that tell usageMetadata, drawn per job and row
    answer_counts = 1.0              # share of direct answers that do
    bill_failed_rows = false         # charge for rows that were computed and came back as an error, or not at all
    bill_failed_jobs = false         # charge for the rows that a job had done when it failed;
    bill_expired_jobs = false        # when it expired;
    bill_cancelled_jobs = false      # when it was cancelled or deleted
    partial_results = false          # a cancelled job gives the rows that it had done
    jobs_seen_by = "project"         # or "key": only the key that made a job sees it, to others it is not found

    quota_values = true              # a refusal of too many enqueued tokens names the allowance; without: no details
    spend_tokens = 1000              # most tokens of new jobs in ten minutes; above, the spend-based 429

    [[allowances]]                   # tokens in live jobs of a project and model; the last that has begun counts
    tokens = 500000
    [[allowances]]
    tokens = 113000
    since = 2026-11-25T12:00:00Z     # by the emulator's clock

    [[calls]]                        # what happens to an HTTP call
    on = "create"                    # an operation of OPERATIONS, or "*"
    do = "cut"                       # a fault of CALL_FAULTS
    effect = true                    # the request has its effect first: the answer is lost, the job exists
    after = 1                        # let so many matching calls pass
    times = 2                        # then fire so often; 0: from then on always
    chance = 1.0                     # drawn from the server's seed
    key = "1234"                     # only calls with a key that ends so

    [[calls]]
    on = "create"
    do = "error"
    status = 429
    message = "Resource has been exhausted (e.g. check quota)."
    retry_delay = 26.0               # adds a RetryInfo; reason = "..." adds an ErrorInfo

    [[rows]]                         # what happens to a row of a batch job
    do = "error"                     # a fault of ROW_FAULTS
    contains = "poison"              # and/or regex, every (nth row), fraction (drawn per job and row)
    once = true                      # the same text passes the next time; jobs = N: in the first N jobs only
    code = 13

    [[jobs]]                         # what happens to a batch job
    do = "expire"                    # a fault of JOB_FAULTS
    after = 0                        # and times, chance, name (part of the display name)

The bill counts what was computed, whatever the answer tells of it. A job has rows done in proportion to the time since
it began to run, all of them at the end of its latency.

For a call the first rule that fires decides, after any delays; for a row the first that hits; a job may be under
several.

What a call fault does: `error` answers status and message; `cut` closes the connection without an answer; `html`
answers a web page; `empty` answers 200 without a body; `delay` waits `seconds` and goes on; `blank_list` answers a
list without entries; `revoke` makes the key invalid from now on. `effect` tells whether the request has its
effect before `error`, `cut`, `html`, `empty` and `delay`. `bare` leaves X-Goog-Upload-Status off an upload's error.

What a row fault does: `error` (code, message), `drop`, `repeat`, `unknown_key`, `wrong_dimension` (one number short),
`nan` ("NaN", as proto JSON writes it), `bare_nan` (the bare word), `zero`, `no_vector` (tokens alone), `no_count` (a
vector alone), `not_json`, `half_line`, `huge_line` (an error of 10 MB).

What a job fault does: `shuffle` (rows in another order), `expire`, `fail` (code, message), `pending` and `running` (for
ever, that is until it expires), `unknown_state`, `no_responses_file`, `cut_download` (the connection ends in the middle
of the results), `short_file` (a clean download of half the results), `slow_download` (bytes a second), `late_listing`
(absent from the listing for `seconds`), `latency` (runs `seconds`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec

OPERATIONS = (
    "upload_start", "upload_data", "file_get", "file_list", "file_delete", "download",
    "create", "get", "list", "cancel", "delete", "update", "embed", "count_tokens", "models",
)  # fmt: skip
CALL_FAULTS = ("error", "cut", "html", "empty", "delay", "blank_list", "revoke")
ROW_FAULTS = (
    "error", "drop", "repeat", "unknown_key", "wrong_dimension", "nan", "bare_nan", "zero",
    "no_vector", "no_count", "not_json", "half_line", "huge_line",
)  # fmt: skip
JOB_FAULTS = (
    "shuffle", "expire", "fail", "pending", "running", "unknown_state", "no_responses_file",
    "cut_download", "short_file", "slow_download", "late_listing", "latency",
)  # fmt: skip


Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


def _one_of(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        raise ValueError(f"{what} is {value!r}, but one of {', '.join(allowed)} was expected")


class CallRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong with HTTP calls."""

    on: str
    do: str
    after: Count = 0
    times: Count = 1
    chance: Share = 1.0
    key: str = ""
    effect: bool = False
    bare: bool = False
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 503
    google_status: str = ""
    message: str = "The service is currently unavailable."
    reason: str = ""
    retry_delay: Seconds = 0.0
    details: tuple[Mapping[str, object], ...] = ()
    seconds: Seconds = 0.0

    def __post_init__(self) -> None:
        _one_of(self.on, (*OPERATIONS, "*"), "on")
        _one_of(self.do, CALL_FAULTS, "do")


class RowRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong with rows of batch jobs; a row must meet every condition that is set."""

    do: str
    contains: str = ""
    regex: str = ""
    every: Count = 0
    fraction: Share = 1.0
    jobs: Count = 0
    once: bool = False
    code: Count = 13
    message: str = "An internal error has occurred. Please retry or report."

    def __post_init__(self) -> None:
        _one_of(self.do, ROW_FAULTS, "do")
        try:
            re.compile(self.regex)
        except re.error as error:
            raise ValueError(f"regex is {self.regex!r}, which is not a regular expression: {error}") from None


class JobRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong with batch jobs, counted in the order they are created."""

    do: str
    after: Count = 0
    times: Count = 1
    chance: Share = 1.0
    name: str = ""
    code: Count = 13
    message: str = "An internal error has occurred."
    seconds: Seconds = 60.0
    bytes_per_second: Annotated[int, msgspec.Meta(ge=1)] = 65536

    def __post_init__(self) -> None:
        _one_of(self.do, JOB_FAULTS, "do")


class Allowance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many tokens may be enqueued at once, from an instant on."""

    tokens: Count
    since: Annotated[datetime, msgspec.Meta(tz=True)] = datetime(1970, 1, 1, tzinfo=UTC)


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole script; without rules the emulator behaves as documented."""

    calls: tuple[CallRule, ...] = ()
    rows: tuple[RowRule, ...] = ()
    jobs: tuple[JobRule, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    quota_values: bool = True
    spend_tokens: Count | None = None
    too_long: str = "refuse"
    state_prefix: str = "BATCH_STATE_"
    stale_listing: bool = True
    file_processing: Seconds = 0.0
    cancel_lag: Seconds = 0.0
    refused_types: frozenset[str] = frozenset()
    row_counts: Share = 1.0
    answer_counts: Share = 1.0
    bill_failed_rows: bool = False
    bill_failed_jobs: bool = False
    bill_expired_jobs: bool = False
    bill_cancelled_jobs: bool = False
    partial_results: bool = False
    jobs_seen_by: str = "project"

    def __post_init__(self) -> None:
        _one_of(self.too_long, ("refuse", "truncate"), "too_long")
        _one_of(self.state_prefix, ("BATCH_STATE_", "JOB_STATE_"), "state_prefix")
        _one_of(self.jobs_seen_by, ("project", "key"), "jobs_seen_by")

    def allowance(self, now: float) -> int | None:
        """Tokens that may be enqueued at an instant; None where the scenario does not say."""
        begun = [each for each in self.allowances if each.since.timestamp() <= now]
        return begun[-1].tokens if begun else None

    def bills(self, state: str) -> bool:
        """Whether a job that ended in this state is charged for the rows it had done."""
        return {
            "SUCCEEDED": True,
            "FAILED": self.bill_failed_jobs,
            "EXPIRED": self.bill_expired_jobs,
            "CANCELLED": self.bill_cancelled_jobs,
        }[state]

    @classmethod
    def from_dict(cls, value: object) -> Scenario:
        """The scenario a JSON or TOML document describes; ValueError names the first thing wrong with it, and where."""
        try:
            return msgspec.convert(value, cls)
        except msgspec.ValidationError as error:
            sentence = re.sub(r" - at `\$\.?(.*)`$", r", at \1", str(error))
            raise ValueError(f"{sentence}.") from None


_READERS = {".json": msgspec.json.decode, ".toml": msgspec.toml.decode}


def load_scenario(path: str | Path) -> Scenario:
    """The scenario in a .toml or .json file; ValueError with a sentence when there is none to be had from it."""
    source = Path(path)
    if source.suffix not in _READERS:
        raise ValueError(f"The scenario {source} must end in .toml or .json.")
    try:
        value = _READERS[source.suffix](source.read_bytes())
    except OSError as error:
        raise ValueError(f"The scenario {source} cannot be read: {error}") from None
    except ValueError as error:
        raise ValueError(f"The scenario {source} is not {source.suffix[1:].upper()}: {error}") from None
    try:
        return Scenario.from_dict(value)
    except ValueError as error:
        raise ValueError(f"The scenario {source} is not usable: {error}") from None
