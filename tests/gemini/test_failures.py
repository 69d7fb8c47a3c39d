from __future__ import annotations

import json
from typing import Any

import pytest

from engine.domain.causes import Cause
from engine.errors import (
    AccountError,
    BadAnswer,
    GeminiError,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ServerFault,
    Unreachable,
)
from engine.gemini.failures import Answer, broken_off, refusal, retry_after, row_cause, unanswered, uncertain


def answer(http: int, message: str = "", status: str = "", *details: dict[str, Any], **headers: str) -> Answer:
    error = {"code": http, "message": message, "status": status, "details": list(details)}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(http, named, json.dumps({"error": error}).encode())


QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
    "head to: https://ai.google.dev/gemini-api/docs/rate-limits."
)


@pytest.mark.parametrize(
    ("code", "message", "cause"),
    [
        (3, "Request contains an invalid argument.", Cause.INVALID),
        (3, "The input is too long.", Cause.TOO_LONG),
        (3, "The input token count (3000) exceeds the maximum number of tokens allowed (2048).", Cause.TOO_LONG),
        (3, "Text exceeds the limit of 2048 tokens", Cause.TOO_LONG),
        (3, "content is empty", Cause.EMPTY),
        (3, "EmbedContentRequest.content: must have at least one part", Cause.EMPTY),
        (3, "The text content is empty.", Cause.EMPTY),
        (3, "Blocked for safety reasons", Cause.REFUSED),
        (4, "Deadline exceeded", Cause.DEADLINE),
        (8, "Resource has been exhausted (e.g. check quota).", Cause.RATE_LIMITED),
        (13, "An internal error has occurred. Please retry or report.", Cause.INTERNAL),
        (14, "The service is currently unavailable.", Cause.UNAVAILABLE),
        (1, "Cancelled", Cause.OTHER),
        (2, "", Cause.OTHER),
        (7, "prohibited content", Cause.REFUSED),
        (99, "?", Cause.OTHER),
        (429, "", Cause.RATE_LIMITED),
        (503, "", Cause.UNAVAILABLE),
    ],
)
def test_a_rows_error_has_one_cause(code: int, message: str, cause: Cause) -> None:
    assert row_cause(code, message) is cause


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT"), AccountError),
        (answer(400, "x", "INVALID_ARGUMENT", {"reason": "API_KEY_INVALID"}), AccountError),
        (answer(400, "API key expired. Please renew the API key.", "INVALID_ARGUMENT"), AccountError),
        (answer(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"), AccountError),
        (answer(400, "Please enable billing on your project.", "FAILED_PRECONDITION"), AccountError),
        (answer(400, "* EmbedContentRequest.content: contents is not specified\n", "INVALID_ARGUMENT"), InvalidRequest),
        (answer(401, "no", "UNAUTHENTICATED"), AccountError),
        (answer(402, "pay", ""), AccountError),
        (answer(403, "Consumer suspended", "PERMISSION_DENIED", {"reason": "CONSUMER_SUSPENDED"}), AccountError),
        (answer(403, "Method doesn't allow unregistered callers", "PERMISSION_DENIED"), AccountError),
        (
            answer(403, "You do not have permission to access the File x or it may not exist.", "PERMISSION_DENIED"),
            NotFound,
        ),
        (answer(404, "models/x is not found", "NOT_FOUND"), NotFound),
        (answer(409, "exists", "ALREADY_EXISTS"), InvalidRequest),
        (answer(413, "large", ""), InvalidRequest),
        (answer(429, QUOTA, "RESOURCE_EXHAUSTED"), RateLimited),
        (answer(429, "Resource has been exhausted (e.g. check quota).", "RESOURCE_EXHAUSTED"), RateLimited),
        (answer(429, "Your prepayment credits are depleted.", "RESOURCE_EXHAUSTED"), AccountError),
        (answer(429, "Your project has exceeded its monthly spending cap.", "RESOURCE_EXHAUSTED"), AccountError),
        (answer(429, f"{QUOTA} * Quota exceeded for metric: x, limit: 0, model: y", ""), AccountError),
        (answer(500, "An internal error has occurred.", "INTERNAL"), ServerFault),
        (answer(503, "The model is overloaded.", "UNAVAILABLE"), ServerFault),
        (answer(504, "late", "DEADLINE_EXCEEDED"), ServerFault),
        (Answer(502, {"content-type": "text/html"}, b"<!DOCTYPE html>"), ServerFault),
        (Answer(403, {"content-type": "text/html"}, b"<html>blocked"), InvalidRequest),
        (Answer(407, {}, b""), InvalidRequest),
        (Answer(302, {"location": "http://elsewhere"}, b""), BadAnswer),
        (Answer(204, {}, b""), BadAnswer),
        (Answer(400, {}, b'[{"error":{"message":"API key not valid"}}]'), AccountError),
        (Answer(500, {}, b'{"error":"text"}'), ServerFault),
        (Answer(500, {}, b"[" * 9999), ServerFault),
        (Answer(429, {}, b"\xff\xfe"), RateLimited),
    ],
)
def test_an_http_error_has_one_class(given: Answer, kind: type[GeminiError]) -> None:
    error = refusal(given)
    assert type(error) is kind
    assert error.http == given.status
    assert error.hint or kind in (InvalidRequest, NotFound)
    assert len(error.message) < 600


def test_an_error_says_what_google_said_in_one_line() -> None:
    error = refusal(answer(400, "* EmbedContentRequest.model: unexpected\n  model name\n", "INVALID_ARGUMENT"))
    assert error.message == "Google refused the request (400): EmbedContentRequest.model: unexpected model name"
    assert error.status == "INVALID_ARGUMENT"


def violated(value: object, metric: str = "batch_enqueued_tokens", quota_id: object = None) -> dict[str, Any]:
    return {"quotaMetric": metric, "quotaId": quota_id, "quotaValue": value}


@pytest.mark.parametrize(
    ("violations", "quota"),
    [
        ([violated("3000000")], 3_000_000),
        ([violated(3_000_000)], 3_000_000),
        ([violated("5000000"), violated("3000000")], 3_000_000),
        ([violated("100", "embed_content_requests"), violated("3000000")], 3_000_000),
        ([violated("9", "enqueued", "EnqueuedTokensPerProject")], 9),
        ([violated("100", "embed_content_requests")], None),
        ([violated("many")], None),
        ([violated(0)], None),
        ([violated(None), "junk"], None),
        ("junk", None),
        ([], None),
    ],
)
def test_the_quota_of_tokens_that_google_names_is_read(violations: object, quota: int | None) -> None:
    error = refusal(answer(429, QUOTA, "RESOURCE_EXHAUSTED", {"reason": "x"}, {"violations": violations}))
    assert isinstance(error, RateLimited)
    assert error.quota == quota


@pytest.mark.parametrize(
    ("violations", "message", "limit"),
    [
        ([], QUOTA, "unnamed"),
        ([violated("5")], QUOTA, "enqueued tokens"),
        ([violated("9", "requests", "RequestsPerMinute"), violated("5")], QUOTA, "enqueued tokens"),
        ([violated("9", "requests", "BatchRequestsPerMinutePerProject")], QUOTA, "rate"),
        ([violated("9", "input_token_count", "InputTokensPerModelPerMinute")], QUOTA, "rate"),
        ([violated("10", "generativelanguage.googleapis.com/spend", "SpendPerTenMinutes")], QUOTA, "spending"),
        ([], "You exceeded the spend-based rate limit.", "spending"),
        ([], "Your spending limit of $10 in 10 minutes is reached.", "spending"),
    ],
)
def test_a_429_tells_which_limit_it_is_of(violations: object, message: str, limit: str) -> None:
    error = refusal(answer(429, message, "RESOURCE_EXHAUSTED", {"violations": violations}))
    assert isinstance(error, RateLimited)
    assert error.limit == limit
    assert error.quota == (5 if limit == "enqueued tokens" else None)


def test_a_spend_cap_of_the_month_is_no_limit_to_wait_for() -> None:
    violations = [violated("250", "spend", "SpendPerMonth")]
    assert isinstance(refusal(answer(429, "Your monthly spending cap.", "", {"violations": violations})), AccountError)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (answer(429, "", "", {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "26s"}), 26.0),
        (answer(429, "", "", {"reason": "x"}, {"retryDelay": "0.5s"}, retry_after="9"), 0.5),
        (answer(429, "", "", {"retryDelay": "soon"}, retry_after="9"), 9.0),
        (answer(503, retry_after="120"), 120.0),
        (answer(503, retry_after="Tue, 24 Nov 2026 02:00:30 GMT", date="Tue, 24 Nov 2026 02:00:00 GMT"), 30.0),
        (answer(503, retry_after="Tue, 24 Nov 2026 02:00:00 GMT", date="Tue, 24 Nov 2026 02:00:09 GMT"), 0.0),
        (answer(503, retry_after="Tue, 24 Nov 2026 02:00:30 GMT"), None),
        (answer(503, retry_after="-5"), None),
        (answer(503), None),
        (Answer(503, {}, b"junk"), None),
    ],
)
def test_the_wait_google_asks_for_is_read(given: Answer, seconds: float | None) -> None:
    assert retry_after(given) == seconds
    assert refusal(given).retry_after == seconds


@pytest.mark.parametrize(
    ("error", "definite"),
    [
        (refusal(answer(400, "bad")), True),
        (refusal(answer(404, "no")), True),
        (refusal(answer(429, "wait")), True),
        (refusal(answer(403, "key")), True),
        (Unreachable(), True),
        (refusal(answer(408, "late")), False),
        (refusal(answer(499, "left")), False),
        (refusal(answer(409, "busy", "ABORTED")), False),
        (refusal(answer(500, "x")), False),
        (refusal(answer(503, "x")), False),
        (refusal(Answer(302, {}, b"")), False),
        (BadAnswer(), False),
        (OutcomeUnknown(), False),
    ],
)
def test_only_a_definite_refusal_of_a_creation_means_that_nothing_was_created(
    error: GeminiError, *, definite: bool
) -> None:
    found = uncertain(error)
    assert (found is error) if definite else isinstance(found, OutcomeUnknown)
    assert found.message == error.message
    assert found.http == error.http


class HTTPError(Exception):
    pass


class TransportError(HTTPError):
    pass


class TimeoutException(TransportError):
    pass


class ConnectTimeout(TimeoutException):
    pass


class ConnectError(TransportError):
    pass


class ReadTimeout(TimeoutException):
    pass


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ConnectError("refused"), Unreachable, "No connection"),
        (ConnectTimeout("late"), Unreachable, "No connection"),
        (ReadTimeout(""), OutcomeUnknown, "within 9 seconds"),
        (TransportError("peer"), OutcomeUnknown, "broke off"),
        (ValueError("odd"), OutcomeUnknown, "ValueError"),
    ],
)
def test_a_call_without_an_answer_is_told_by_what_was_sent(
    error: Exception, kind: type[GeminiError], words: str
) -> None:
    found = broken_off(error, 9.0)
    assert type(found) is kind
    assert words in found.message
    assert isinstance(unanswered(found), Unreachable)
