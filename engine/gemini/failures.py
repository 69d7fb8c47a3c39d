"""What an error means, told in one place: errors of single rows, HTTP errors, and calls that broke off.

A row's error carries a gRPC code, an HTTP answer a status and Google's name for it; the message tells the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from engine.domain.causes import Cause
from engine.errors import (
    AccountError,
    BadAnswer,
    GeminiError,
    InvalidRequest,
    LimitKind,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ServerFault,
    Unreachable,
)
from engine.gemini.numbers import count

MESSAGE_LIMIT = 400
"""Characters of Google's words that are kept."""

_ROW_CAUSES = {
    3: Cause.INVALID,
    4: Cause.DEADLINE,
    8: Cause.RATE_LIMITED,
    11: Cause.INVALID,
    12: Cause.INVALID,
    13: Cause.INTERNAL,
    14: Cause.UNAVAILABLE,
    # HTTP numbers, should a row ever carry one
    400: Cause.INVALID,
    429: Cause.RATE_LIMITED,
    500: Cause.INTERNAL,
    503: Cause.UNAVAILABLE,
    504: Cause.DEADLINE,
}

_TOO_LONG = re.compile(
    r"too (long|large|many tokens)|token (limit|count)|input tokens?\b.*\b(exceed|limit|at most|maximum)"
    r"|(exceed|longer)\w*\b.*\b(limit|maximum|length|tokens|size)",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\bempty\b|blank|(no|without|missing|requires?|must (have|contain)|at least one) (\w+ )?(content|text|parts?)\b"
    r"|content (is )?(required|missing)",
    re.IGNORECASE,
)
_POLICY = re.compile(r"safety|prohibited|policy|blocked", re.IGNORECASE)


def row_cause(code: int, message: str) -> Cause:
    """Why a row failed, from its gRPC code and its message; an unknown code is Cause.OTHER, which is transient."""
    cause = _ROW_CAUSES.get(code, Cause.OTHER)
    if cause is Cause.INVALID:
        if _TOO_LONG.search(message):
            return Cause.TOO_LONG
        if _EMPTY.search(message):
            return Cause.EMPTY
    if cause in (Cause.INVALID, Cause.OTHER) and _POLICY.search(message):
        return Cause.REFUSED
    return cause


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """A web page: a proxy, a portal or a wrong address answered, not the API."""
        return "html" in self.headers.get("content-type", "") or self.body.lstrip()[:1] == b"<"


# Google says "please check your plan and billing details" in every plain 429, so the word billing alone tells nothing.
_MONEY = re.compile(
    r"prepa(y|id)|credits? (are|is|have been|has been|balance)|spend(ing)?[ -](cap|limit)|monthly spend"
    r"|billing (account|is (disabled|not|closed)|not enabled|disabled|has been disabled|must be enabled)"
    r"|(enable|without) billing|payment|\blimit: 0\b",
    re.IGNORECASE,
)
_SPENT_TOO_FAST = re.compile(r"spend\w*[- ]based|spend\w* rate|\bspend(?!.*month).*minute", re.IGNORECASE)
_KEY = re.compile(
    r"api[ _]?key (not valid|not found|expired|invalid|was reported)|key.{0,30}leaked|valid API key", re.IGNORECASE
)
_ACCOUNT_REASONS = frozenset({
    "API_KEY_INVALID", "API_KEY_EXPIRED", "API_KEY_SERVICE_BLOCKED", "API_KEY_IP_ADDRESS_BLOCKED",
    "API_KEY_HTTP_REFERRER_BLOCKED", "CONSUMER_SUSPENDED", "CONSUMER_INVALID", "SERVICE_DISABLED", "BILLING_DISABLED",
    "USER_PROJECT_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
})  # fmt: skip
_PLACE = re.compile(r"location is not supported", re.IGNORECASE)
_NO_SUCH_FILE = re.compile(r"may not exist|not exist|not found", re.IGNORECASE)

BILLING_HINT = "Look at the project's billing and spend cap in AI Studio, then run the command again."


def refusal(answer: Answer) -> GeminiError:
    """The error that an answer other than 200 means, in the words of the answer."""
    error = _error_of(answer)
    words = _words(answer, error)
    limit = _limit(error, words)
    kind, sentence, hint = _meaning(answer, words, _reasons(error), limit)
    found = kind(
        f"{sentence} ({answer.status}): {words}",
        hint=hint,
        http=answer.status,
        status=str(error.get("status") or ""),
        retry_after=retry_after(answer, error),
    )
    if isinstance(found, RateLimited):
        found.quota, found.limit = _quota_of_tokens(error), limit
    return found


_Meaning = tuple[type[GeminiError], str, str | None]


def _meaning(answer: Answer, words: str, reasons: frozenset[str], limit: LimitKind) -> _Meaning:
    """Class, beginning of the sentence, and a hint other than that of the class."""
    http = answer.status
    if http >= 500:
        return ServerFault, "Google had an internal problem", None
    if http < 400:
        return BadAnswer, "The answer has an unexpected HTTP status", None
    if http == 429 and limit == "spending":
        return RateLimited, "Google asks to wait, too much was spent in a short time", None
    if http in (400, 402, 403, 429) and (http == 402 or _MONEY.search(words)):
        return AccountError, "Google refuses for lack of money", BILLING_HINT
    if http == 429:
        return RateLimited, "Google asks to wait", None
    if answer.is_page:
        return InvalidRequest, "The request was refused, and not by the API", BadAnswer.hint
    return _client_fault(http, words, reasons)


def _client_fault(http: int, words: str, reasons: frozenset[str]) -> _Meaning:
    account = bool(reasons & _ACCOUNT_REASONS or _KEY.search(words))
    if http == 404 or (http == 403 and not account and _NO_SUCH_FILE.search(words)):
        return NotFound, "Google does not know it", None
    if http in (401, 403) or account:
        return AccountError, "Google refuses the API key", None
    if _PLACE.search(words):
        return AccountError, "Google refuses", "The Gemini API is not offered where you are."
    return InvalidRequest, "Google refused the request", None


def retry_after(answer: Answer, error: Mapping[str, Any] | None = None) -> float | None:
    """Seconds the server asks for: RetryInfo in the body, else the Retry-After header; None without either."""
    for detail in _details(_error_of(answer) if error is None else error):
        delay = detail.get("retryDelay")
        if isinstance(delay, str) and re.fullmatch(r"\d{1,9}(\.\d{1,9})?s", delay):
            return float(delay[:-1])
    header = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", header):
        return float(header)
    try:
        until = parsedate_to_datetime(header) - parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, until.total_seconds())


NOT_SENT = frozenset({
    "ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError",
    "UnsupportedProtocol", "InvalidURL", "LocalProtocolError",
})  # fmt: skip
"""httpx errors after which the server has seen nothing."""


def broken_off(error: BaseException, timeout_seconds: float, mask: Callable[[str], str] = str) -> GeminiError:
    """The error that a call without an answer means; httpx errors are told by name, whichever package they are of."""
    names = {kind.__name__ for kind in type(error).__mro__}
    words = mask(str(error))[:MESSAGE_LIMIT] or type(error).__name__
    if names & NOT_SENT:
        return Unreachable(f"No connection to the Gemini API: {words}.")
    if "TimeoutException" in names:
        return OutcomeUnknown(f"The Gemini API did not answer within {timeout_seconds:g} seconds.")
    if "TransportError" in names or "DecodingError" in names:
        return OutcomeUnknown(f"The connection to the Gemini API broke off: {words.rstrip('.')}.")
    return OutcomeUnknown(f"The answer of the Gemini API could not be used: {type(error).__name__}: {words}.")


def unanswered(error: GeminiError) -> GeminiError:
    """A call that may be repeated at will: that its outcome is unknown matters to nobody."""
    if isinstance(error, OutcomeUnknown):
        return Unreachable(error.message, hint="Check the network and run the command again.", http=error.http)
    return error


def uncertain(error: GeminiError) -> GeminiError:
    """A call that must not be repeated: whatever is not a definite refusal leaves its outcome unknown.

    408 and 499 say that the server gave up waiting, 409 ABORTED that something was under way.
    """
    definite = isinstance(error, AccountError | RateLimited | InvalidRequest | Unreachable)
    if definite and not (error.http in (408, 499) or error.status == "ABORTED"):
        return error
    if isinstance(error, OutcomeUnknown):
        return error
    return OutcomeUnknown(error.message, http=error.http, status=error.status, retry_after=error.retry_after)


def _error_of(answer: Answer) -> dict[str, Any]:
    """The `error` object of the body, which some front ends wrap in a list; empty when there is none."""
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError):
        return {}
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _words(answer: Answer, error: Mapping[str, Any]) -> str:
    message = error.get("message")
    if not isinstance(message, str) or not message.strip():
        message = "a web page" if answer.is_page else answer.body[:MESSAGE_LIMIT].decode("utf-8", "replace")
    words = " ".join(message.split()).removeprefix("* ")
    return words[:MESSAGE_LIMIT] or "no reason given."


def _details(error: Mapping[str, Any]) -> list[dict[str, Any]]:
    return _objects(error.get("details"))


def _objects(value: object) -> list[dict[str, Any]]:
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []


def _violations(error: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    """What each violated quota is called, metric and id together in lower case, and its value."""
    return [
        (f"{violation.get('quotaMetric')} {violation.get('quotaId')}".lower(), count(violation.get("quotaValue")))
        for detail in _details(error)
        for violation in _objects(detail.get("violations"))
    ]


def _is_of_enqueued_tokens(name: str) -> bool:
    """Tokens a minute are another quota, whose remedy is to wait."""
    return "token" in name and "minute" not in name and "perday" not in name


def _quota_of_tokens(error: Mapping[str, Any]) -> int | None:
    """The smallest `quotaValue` of the violations that speak of enqueued tokens."""
    values = [value for name, value in _violations(error) if _is_of_enqueued_tokens(name)]
    return min(filter(None, values), default=None)


def _limit(error: Mapping[str, Any], words: str) -> LimitKind:
    """Which limit a 429 speaks of; most name none."""
    names = [name for name, _ in _violations(error)]
    if any(map(_is_of_enqueued_tokens, names)):
        return "enqueued tokens"
    if any("spend" in name and "month" not in name for name in names) or _SPENT_TOO_FAST.search(words):
        return "spending"
    return "rate" if any("quota" in name or "/" in name or "per" in name for name in names) else "unnamed"


def _reasons(error: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(detail["reason"]) for detail in _details(error) if "reason" in detail)
