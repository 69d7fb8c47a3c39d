"""The Operation message that tells a batch job's life."""

from __future__ import annotations

from .batches import ENDED, PENDING_SHARE, Job
from .clock import nanoseconds
from .wire import Json, compact, int64, loads, timestamp

TYPE = "type.googleapis.com/google.ai.generativelanguage.v1main."


def _state_name(job: Job, state: str) -> str:
    if "unknown_state" in job.rules and state in ENDED:
        return f"{job.scenario.state_prefix}ARCHIVED"
    return job.scenario.state_prefix + state


def _stats(job: Job, state: str, *, stale: bool) -> Json:
    tally = job.tally if job.results is not None and not stale else None
    settled = tally is not None or (state in ENDED and not stale)
    return compact(
        {
            "requestCount": int64(job.requests),
            "successfulRequestCount": int64(tally.succeeded) if tally else None,
            "failedRequestCount": int64(tally.failed) if tally else None,
            "pendingRequestCount": None if settled else int64(job.requests),
        }
    )


def _output(job: Job, *, inline: bool) -> Json | None:
    if job.results is None or "no_responses_file" in job.rules:
        return None
    if job.input_file is not None:
        return {"responsesFile": job.results.name}
    if not inline:
        return None
    with job.results.path.open("rb") as lines:
        return {"inlinedResponses": {"inlinedResponses": [loads(line) for line in lines]}}


def operation(job: Job, now: float, *, listing: bool = False, fresh: bool = False) -> Json:
    """The Operation message; in a listing without inline results and, if the scenario says so, with old statistics."""
    state = "PENDING" if fresh else job.state(now)
    ended = min(job.ending()[0], now)
    output = _output(job, inline=not listing) if state in ENDED else None
    updated = ended if state in ENDED else job.created + (job.latency * PENDING_SHARE if state == "RUNNING" else 0)
    metadata = compact(
        {
            "@type": f"{TYPE}EmbedContentBatch",
            "model": job.model.name,
            "displayName": job.display_name,
            "inputConfig": {"fileName": job.input_file} if job.input_file else None,
            "output": output,
            "createTime": timestamp(nanoseconds(job.created)),
            "endTime": timestamp(nanoseconds(ended)) if state in ENDED else None,
            "updateTime": timestamp(nanoseconds(updated)),
            "batchStats": _stats(job, state, stale=listing and job.scenario.stale_listing),
            "state": _state_name(job, state),
            "name": job.name,
            "priority": int64(job.priority),
        }
    )
    message: Json = {"name": job.name, "metadata": metadata}
    if state in ENDED:
        message["done"] = True
    if state == "SUCCEEDED" and output is not None:
        message["response"] = {"@type": f"{TYPE}EmbedContentBatchOutput", **output}
    error = _error(job, state)
    return message if error is None else {**message, "error": error}


def _error(job: Job, state: str) -> Json | None:
    if state == "FAILED":
        rule = job.rules["fail"]
        return {"code": rule.code, "message": rule.message, "details": []}
    if state == "CANCELLED":
        return {"code": 1, "message": "The operation was cancelled.", "details": []}
    return None
