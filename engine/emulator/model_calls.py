"""The calls of models: get, list, count tokens, embed at once."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from .calls import Call, answer
from .embedding import count_tokens
from .models import MODELS, Model, find_model
from .rows import Answer, answer_requests, content_text, parse_request, too_long
from .wire import Json, compact, fields, int_field, invalid

MOST_REQUESTS = 100


def _usage(call: Call, tokens: int) -> Json:
    """`usageMetadata`, or nothing where the scenario leaves it out; the bill counts either way."""
    if not call.service.script.answer_counted():
        return {}
    details = [{"modality": "TEXT", "tokenCount": tokens}]
    return {"usageMetadata": {"promptTokenCount": tokens, "promptTokenDetails": details}}


async def get_model(call: Call) -> Response:
    """The Model message."""
    return answer(find_model(call.path("model")).to_json())


async def list_models(call: Call) -> Response:
    """A page of models; the token is the number of models shown before."""
    query = dict(call.request.query_params)
    start, size = int_field(query, "pageToken", ""), int_field(query, "pageSize", "") or 50
    models = [model.to_json() for model in MODELS.values()]
    if start < 0 or size < 0 or start >= len(models):
        raise invalid("The page size or page token is not valid.")
    end = start + min(size, 1000)
    return answer(compact({"models": models[start:end], "nextPageToken": str(end) if end < len(models) else ""}))


async def count(call: Call) -> Response:
    """CountTokensResponse over all contents; free of charge."""
    find_model(call.path("model"))
    body = fields(await call.json(), frozenset(("model", "contents", "generateContentRequest")), "")
    contents = body.get("contents", [])
    if not isinstance(contents, list) or "generateContentRequest" in body:
        raise invalid("* CountTokensRequest.contents: a list of contents was expected\n")
    if not contents:
        raise invalid("* CountTokensRequest.contents: contents is not specified\n")
    total = sum(count_tokens([content_text(content, "contents") for content in contents]))
    return answer({"totalTokens": total, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": total}]})


async def embed_one(call: Call) -> Response:
    """EmbedContentResponse of one request, billed."""
    model = find_model(call.path("model"))
    (vector,) = _embed(call, model, [await call.json()])
    return answer({"embedding": {"values": vector.values}, **_usage(call, vector.tokens)})


async def embed_many(call: Call) -> Response:
    """BatchEmbedContentsResponse of up to 100 requests, billed together."""
    model = find_model(call.path("model"))
    requests = fields(await call.json(), frozenset(("model", "requests")), "").get("requests", [])
    if not isinstance(requests, list) or not requests:
        raise invalid("* BatchEmbedContentsRequest.requests: requests is not specified\n")
    if len(requests) > MOST_REQUESTS:
        raise invalid("* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch\n")
    vectors = _embed(call, model, requests)
    embeddings = [{"values": vector.values} for vector in vectors]
    return answer({"embeddings": embeddings, **_usage(call, sum(vector.tokens for vector in vectors))})


def _embed(call: Call, model: Model, values: list[Any]) -> list[Answer]:
    requests = [parse_request(value, model, f"requests[{place}]") for place, value in enumerate(values)]
    answers = answer_requests(requests, model, truncate=call.service.scenario.too_long == "truncate")
    for request, made in zip(requests, answers, strict=True):
        if made.error is not None:
            raise too_long(count_tokens([request.text])[0], model)
    tokens = sum(made.tokens for made in answers)
    call.service.ledger.book(
        call.service.clock.now(),
        key=call.key,
        project=call.project,
        model=model.id,
        mode="synchronous",
        requests=len(answers),
        tokens=tokens,
    )
    return answers
