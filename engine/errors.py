"""Every error a user can meet: a class, a sentence, a hint.

    HalfrateError
    ├── SettingsError
    ├── KeyringError
    │   ├── MissingDefaultKey
    │   └── MissingBatchKey
    ├── StoreError
    │   ├── DatabaseGone
    │   ├── AnotherDatabase
    │   ├── NotADatabase
    │   ├── DatabaseReadOnly
    │   ├── DatabaseLocked
    │   ├── DiskFull
    │   ├── NeedsUpgrade
    │   └── NewerSchema
    ├── OperationBusy            another process holds the operation
    ├── LeaseLost                another process took the operation over
    ├── UnknownJob
    ├── WrongState
    ├── BudgetUsedUp             a budget leaves nothing for what was asked
    ├── InputError               text that cannot be taken in, a path that cannot be written
    └── GeminiError
        ├── AccountError         key, quota or billing: nobody's chunk is to blame
        ├── RateLimited          back-pressure: wait
        ├── InvalidRequest       a definite 4xx: nothing happened there
        │   └── NotFound
        ├── ServerFault          a 5xx
        ├── Unreachable          no connection was made: nothing happened there
        ├── OutcomeUnknown       sent, no answer understood: it may have happened
        └── BadAnswer            an answer that is not the API's
            └── ResultsEndEarly  a result file that stops in the middle of a line

The docstring of a class is its sentence when it is raised without one.
"""

from __future__ import annotations

from typing import Literal

LimitKind = Literal["enqueued tokens", "spending", "rate", "unnamed"]


class HalfrateError(Exception):
    """Something went wrong."""

    hint = ""
    exit_code = 1

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().split("\n")[0]
        self.hint = type(self).hint if hint is None else hint
        super().__init__(self.message)


class SettingsError(HalfrateError):
    """The settings cannot be used."""

    hint = "Correct the settings file, or name another one with --config."


class KeyringError(HalfrateError):
    """An API key cannot be used."""

    exit_code = 5


class MissingDefaultKey(KeyringError):
    """No API key is set for synchronous calls."""

    hint = "Set GEMINI_API_KEY, or use --mode async and a batch key; `halfrate demo` needs no key."


class MissingBatchKey(KeyringError):
    """No API key is set for batch jobs."""

    hint = (
        "Set GEMINI_BATCH_API_KEY, or `ingest --mode sync` new documents at full price; `halfrate demo` needs no key."
    )


class StoreError(HalfrateError):
    """The database cannot be used."""


class DatabaseGone(StoreError):
    """There is no database here."""

    hint = "Put the file back, or name another one with --db; `halfrate ingest` makes a new one."


class AnotherDatabase(StoreError):
    """Another database lies where the one that was opened did."""

    hint = "Nothing was written to it. Put the right file back, or start again to work on what is there now."


class NotADatabase(StoreError):
    """The file is not an SQLite database, or it is damaged."""

    hint = "Name another file with --db, or restore this one from a backup; nothing was changed."


class DatabaseReadOnly(StoreError):
    """The database cannot be written."""

    hint = "Check the permissions of the file and its folder, or open it with --read-only."


class DatabaseLocked(StoreError):
    """Another process has kept the database locked for too long."""

    hint = "Try again; if it lasts, close the other program: `lsof` or `fuser` with the file's path names it."


class DiskFull(StoreError):
    """The disk is full."""

    hint = "Free some space and run the same command again; nothing that was stored is lost."


class NeedsUpgrade(StoreError):
    """The database is of an earlier generation and is opened read-only."""

    hint = "Open it once without --read-only: it is upgraded in place, after a backup."


class NewerSchema(StoreError):
    """The database was written by a newer halfrate than this one."""

    hint = "Upgrade halfrate; this version leaves the file as it is."


class OperationBusy(HalfrateError):
    """Another process holds the operation."""

    hint = "Wait until it has finished; `halfrate queue status` shows who it is."
    exit_code = 4


class LeaseLost(HalfrateError):
    """Another process took this operation over; this one stopped before writing anything more."""

    hint = "Look at `halfrate jobs list`, then run the command again."
    exit_code = 4


class UnknownJob(HalfrateError):
    """There is no such job."""

    hint = "`halfrate jobs list` names them; the first characters of an id are enough when only one job has them."


class WrongState(HalfrateError):
    """The job is not in a state in which this can be done."""


class BudgetUsedUp(HalfrateError):
    """A budget is used up."""

    hint = (
        "`halfrate cost budget` shows how all of them stand; raise one in the settings file, or allow more for a time"
        " with `halfrate cost budget --allow USD --until TIME --because WORDS`."
    )
    exit_code = 6


class InputError(HalfrateError):
    """The input cannot be used."""


class GeminiError(HalfrateError):
    """The Gemini API answered with an error.

    `http` is the HTTP status or None, `status` Google's name for it (RESOURCE_EXHAUSTED), `retry_after` seconds
    the server asked for, if it did.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        hint: str | None = None,
        http: int | None = None,
        status: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.http = http
        self.status = status
        self.retry_after = retry_after


class AccountError(GeminiError):
    """Google refuses the key, the quota or the billing account."""

    hint = "Check the key and the billing of its project, then run the command again; no chunk was blamed."
    exit_code = 5


class RateLimited(GeminiError):
    """Google asks to wait."""

    hint = "Run the command again later; waiting jobs are kept."
    quota: int | None = None
    """The quota of enqueued tokens that Google names as exceeded."""
    limit: LimitKind = "unnamed"
    """Which limit it is: only some of them say anything about enqueued tokens."""


class InvalidRequest(GeminiError):
    """Google refused the request."""


class NotFound(InvalidRequest):
    """Google does not know this resource."""


class ServerFault(GeminiError):
    """Google had an internal problem."""

    hint = "Run the command again later."


class Unreachable(GeminiError):
    """The Gemini API cannot be reached."""

    hint = "Check the network, and GOOGLE_GEMINI_BASE_URL if it is set; nothing was sent."


class OutcomeUnknown(GeminiError):
    """The request was sent and no answer came back: it may have been carried out."""

    hint = "`halfrate queue sync` looks for it; it is never sent again blindly."


class BadAnswer(GeminiError):
    """The answer is not one of the Gemini API."""

    hint = "Check GOOGLE_GEMINI_BASE_URL: another server seems to answer there."


class ResultsEndEarly(BadAnswer):
    """The result file came as it is at Google, and is empty or ends in the middle of a line."""

    hint = "The next sync fetches it again."
