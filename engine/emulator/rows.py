"""Request lines of a batch job, and the answer each deserves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .embedding import Floats, count_tokens, embed
from .models import Model
from .wire import ApiError, Json, fields, int_field, invalid, loads, text_field

TASK_TYPES = (
    "TASK_TYPE_UNSPECIFIED",
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
)
BLOCK_ROWS = 256
BLOCK_BYTES = 1 << 20

_REQUEST = frozenset(("model", "content", "embedContentConfig", "taskType", "title", "outputDimensionality"))
_CONFIG = frozenset(
    ("taskType", "title", "outputDimensionality", "autoTruncate", "documentOcr", "audioTrackExtraction")
)
_CONTENT = frozenset(("role", "parts"))
_PART = frozenset(("text", "inlineData", "fileData", "thought", "thoughtSignature", "videoMetadata"))
_ROW = frozenset(("key", "request", "metadata"))


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """What counts in an EmbedContentRequest: the text, how many numbers, whether a long text may be cut."""

    text: str
    dimension: int
    truncate: bool = False


def content_text(value: object, where: str) -> str:
    """The texts of a Content's parts, a line each; ApiError 400 for a message that is not one."""
    content = fields(value, _CONTENT, where)
    parts = content.get("parts", [])
    if not isinstance(parts, list):
        parts = [parts]
    texts = [text_field(fields(part, _PART, f"{where}.parts"), "text", f"{where}.parts") for part in parts]
    return "\n".join(text for text in texts if text)


def parse_request(value: object, model: Model, where: str = "request") -> EmbedRequest:
    """An EmbedContentRequest in either casing, options in either place; ApiError 400 for anything else."""
    request = fields(value, _REQUEST, where)
    named = text_field(request, "model", where)
    if named and named.removeprefix("models/") != model.id:
        raise invalid(f"* EmbedContentRequest.model: {named} is not the model of this call, {model.name}\n")
    if "content" not in request:
        raise invalid("* EmbedContentRequest.content: contents is not specified\n")
    config = fields(request.get("embedContentConfig", {}), _CONFIG, f"{where}.embed_content_config")
    options = {**request, **config}
    task = options.get("taskType", TASK_TYPES[0])
    if task not in TASK_TYPES and task not in range(len(TASK_TYPES)):
        raise invalid(f"Invalid value at '{where}.task_type' (TaskType), {task!r}")
    text_field(options, "title", where)
    dimension = int_field(options, "outputDimensionality", where) or model.dimension
    if not 1 <= dimension <= model.dimension:
        raise invalid(
            f"* EmbedContentRequest.output_dimensionality: must be between 1 and {model.dimension}, not {dimension}\n"
        )
    text = content_text(request["content"], f"{where}.content")
    if not text:
        raise invalid("* EmbedContentRequest.content: empty content\n")
    return EmbedRequest(text, dimension, options.get("autoTruncate") is True)


@dataclass(slots=True)
class Answer:
    """One row's answer: a vector and its tokens, or an error; with the key or metadata that came with it.

    `counted` says whether the answer tells its tokens.
    """

    number: int
    key: str | None = None
    metadata: Any = None
    text: str = ""
    values: Floats | None = None
    tokens: int = 0
    counted: bool = True
    error: Json | None = None


def answer_requests(requests: Sequence[EmbedRequest], model: Model, *, truncate: bool) -> list[Answer]:
    """Vectors and token counts in order; a text above the input limit is an error unless it may be cut."""
    answers = []
    for request, tokens in zip(requests, count_tokens([request.text for request in requests]), strict=True):
        answer = Answer(0, text=request.text, tokens=min(tokens, model.input_limit))
        if tokens > model.input_limit:
            if truncate or request.truncate:
                answer.text = request.text[: model.input_limit * 4]
            else:
                answer.tokens, answer.error = 0, too_long(tokens, model).row()
        answers.append(answer)
    for dimension in {request.dimension for request in requests}:
        good = [
            answer
            for request, answer in zip(requests, answers, strict=True)
            if request.dimension == dimension and answer.error is None
        ]
        for answer, vector in zip(good, embed([answer.text for answer in good], model, dimension), strict=True):
            answer.values = vector
    return answers


def too_long(tokens: int, model: Model) -> ApiError:
    """The refusal of a text above the model's input limit."""
    return invalid(
        f"The input token count ({tokens}) exceeds the maximum number of tokens allowed ({model.input_limit})."
    )


def parse_line(line: bytes, number: int, model: Model) -> tuple[Answer, EmbedRequest | None]:
    """A JSONL line as an answer still to be filled in and its request, or as the error it earns."""
    answer = Answer(number)
    try:
        row = fields(loads(line), _ROW, "")
        answer.metadata = row.get("metadata")
        answer.key = text_field(row, "key", "") if "key" in row else None
        if "request" not in row:
            raise invalid("* InlinedEmbedContentRequest.request: request is not specified\n")
        request = parse_request(row["request"], model)
    except ApiError as refusal:
        answer.error = refusal.row()
        return answer, None
    answer.text = request.text
    return answer, request


def _blocks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    block: list[bytes] = []
    size = 0
    for line in lines:
        block.append(line)
        size += len(line)
        if len(block) >= BLOCK_ROWS or size >= BLOCK_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def answer_file(path: Path, model: Model, rows: int, *, truncate: bool) -> Iterator[list[Answer]]:
    """Blocks of answers to the first `rows` lines of a JSONL file, in order; only one block is held in memory."""
    number = 0
    with path.open("rb") as lines:
        for block in _blocks(islice((line for line in lines if line.strip()), rows)):
            parsed = [parse_line(line, number + place, model) for place, line in enumerate(block, 1)]
            number += len(block)
            wanted = [request for _, request in parsed if request is not None]
            done = iter(answer_requests(wanted, model, truncate=truncate))
            for answer, request in parsed:
                if request is not None:
                    made = next(done)
                    answer.values, answer.tokens, answer.error = made.values, made.tokens, made.error
            yield [answer for answer, _ in parsed]


def count_rows(path: Path) -> int:
    """Lines that are not blank."""
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def count_file_tokens(path: Path, model: Model) -> int:
    """Tokens of all rows that can be read, for the enqueued-token allowance."""
    total = 0
    with path.open("rb") as lines:
        while block := list(islice(lines, BLOCK_ROWS)):
            parsed = (parse_line(line, 0, model)[1] for line in block if line.strip())
            total += sum(count_tokens([request.text for request in parsed if request is not None]))
    return total
