"""The calls of batch jobs: create, get, list, cancel, delete, update."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from starlette.responses import Response

from .batches import Job, link_or_copy
from .calls import Call, answer, page
from .models import Model, find_model
from .operation import operation
from .rows import count_file_tokens, count_rows, parse_request
from .wire import ApiError, Json, compact, dumps, fields, int_field, invalid, text_field

PATIENCE = 5.0
_BATCH = frozenset(
    (
        *("name", "model", "displayName", "inputConfig", "output", "createTime", "endTime", "updateTime"),
        *("batchStats", "state", "priority"),
    )
)
_INLINE = frozenset(("request", "metadata"))


async def create(call: Call) -> Response:
    """Make a job; the same request again makes another one."""
    model = find_model(call.path("model"))
    if not model.batch:
        raise invalid(f"{model.name} does not support asyncBatchEmbedContent.")
    batch = fields(fields(await call.json(), frozenset(("batch",)), "").get("batch", {}), _BATCH, "batch")
    named = text_field(batch, "model", "batch")
    if named and named.removeprefix("models/") != model.id:
        raise invalid(f"* EmbedContentBatch.model: {named} is not the model of this call, {model.name}\n")
    config = fields(batch.get("inputConfig", {}), frozenset(("requests", "fileName")), "batch.input_config")
    if len(config) != 1:
        raise invalid("* EmbedContentBatch.input_config: exactly one of requests and file_name must be set\n")
    display_name, priority = text_field(batch, "displayName", "batch"), int_field(batch, "priority", "batch")
    job_id, ordinal = call.service.batches.new_id()
    source = call.service.batches.input_path(job_id)
    file_name = text_field(config, "fileName", "batch.input_config") or None
    if file_name is not None:
        _take_file(call, file_name, source)
    else:
        _write_inline(config["requests"], model, source)
    scenario, allowance = call.service.scenario, call.service.allowance
    counted = allowance is not None or scenario.spend_tokens is not None
    requests, tokens = await asyncio.to_thread(_measure, source, model, tokens=counted)
    if not requests:
        source.unlink()
        raise invalid("* EmbedContentBatch.input_config: the input holds no requests\n")
    try:
        call.service.batches.admit(call.project, model, tokens, allowance, scenario)
    except ApiError:
        source.unlink()
        raise
    rules, row_faults = call.service.script.of_job(display_name)
    own = {rule.do: rule for rule in rules}
    job = Job(
        id=job_id,
        ordinal=ordinal,
        project=call.project,
        key=call.key,
        model=model,
        source=source,
        input_file=file_name,
        display_name=display_name,
        priority=priority,
        created=call.service.clock.now(),
        latency=own["latency"].seconds if "latency" in own else call.service.latency,
        requests=requests,
        tokens=tokens,
        scenario=scenario,
        rules=own,
        row_faults=row_faults,
    )
    call.service.batches.add(job)
    return answer(operation(job, job.created, fresh=True))


def _take_file(call: Call, file_name: str, source: Path) -> None:
    try:
        file = call.service.files.find(call.project, file_name.removeprefix("files/"))
    except ApiError:
        raise ApiError(404, "Requested entity was not found.") from None
    if not file.is_active(call.service.clock.now()):
        raise ApiError(400, f"The File {file.id} is not in an ACTIVE state.", "FAILED_PRECONDITION")
    link_or_copy(file.path, source)


def _write_inline(value: object, model: Model, source: Path) -> None:
    where = "batch.input_config.requests"
    requests = fields(value, frozenset(("requests",)), where).get("requests", [])
    if not isinstance(requests, list):
        raise invalid(f"Invalid value at '{where}.requests': a list was expected.")
    rows = [fields(request, _INLINE, f"{where}.requests") for request in requests]
    for row in rows:
        _check_form(row.get("request"), model)
    source.write_bytes(b"".join(dumps(row) + b"\n" for row in rows))


def _check_form(request: object, model: Model) -> None:
    """Refuse what is no EmbedContentRequest; a value that is merely wrong ("* Message.field: ...") fails its row."""
    try:
        parse_request(request, model, "batch.input_config.requests.requests.request")
    except ApiError as error:
        if not error.message.startswith("* "):
            raise


def _measure(source: Path, model: Model, *, tokens: bool) -> tuple[int, int]:
    return count_rows(source), count_file_tokens(source, model) if tokens else 0


async def _settled(call: Call, jobs: Sequence[Job]) -> None:
    """Give due jobs a few seconds to be computed; what takes longer is still RUNNING in this answer."""
    started: list[Future[None]] = call.service.work_on(jobs)
    if started:
        done, _ = await asyncio.wait([asyncio.wrap_future(future) for future in started], timeout=PATIENCE)
        for future in done:
            future.result()


def _sees(call: Call, job: Job) -> bool:
    return call.service.scenario.jobs_seen_by == "project" or job.key == call.key


def _job(call: Call) -> Job:
    """The job of the call's path; ApiError 404 when there is none that the key may see."""
    job = call.service.batches.find(call.project, call.path("batch"))
    if not _sees(call, job):
        raise ApiError(404, "Requested entity was not found.")
    return job


async def get(call: Call) -> Response:
    """The Operation, inline results included."""
    job = _job(call)
    await _settled(call, [job])
    return answer(operation(job, call.service.clock.now()))


async def list_batches(call: Call) -> Response:
    """A page of Operations, newest first."""
    visible = [job for job in call.service.batches.listing(call.project) if _sees(call, job)]
    shown, token = page(call, visible, default=10, most=100)
    await _settled(call, shown)
    now = call.service.clock.now()
    operations = [operation(job, now, listing=True) for job in shown]
    return answer(compact({"operations": operations, "nextPageToken": token}))


async def cancel(call: Call) -> Response:
    """Ask a job to stop; it does so in its own time, or ends first."""
    call.service.batches.cancel(_job(call), call.service.scenario.cancel_lag)
    return answer()


async def delete(call: Call) -> Response:
    """Take a job out of the listing."""
    call.service.batches.delete(_job(call))
    return answer()


async def update(call: Call) -> Response:
    """Change a job's label or priority, as updateMask says."""
    job = _job(call)
    batch = fields(await call.json(), _BATCH, "embed_content_batch")
    mask = call.request.query_params.get("updateMask", "displayName,priority")
    changes: dict[str, Any] = {
        "displayName": text_field(batch, "displayName", "embed_content_batch"),
        "priority": int_field(batch, "priority", "embed_content_batch"),
    }
    wanted = fields(dict.fromkeys(mask.split(","), True), frozenset(changes), "update_mask")
    job.display_name = changes["displayName"] if "displayName" in wanted else job.display_name
    job.priority = changes["priority"] if "priority" in wanted else job.priority
    metadata: Json = operation(job, call.service.clock.now())["metadata"]
    return answer({name: member for name, member in metadata.items() if name != "@type"})
