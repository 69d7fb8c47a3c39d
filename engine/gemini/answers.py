"""Answers of the API, read from their raw JSON; BadAnswer for whatever is not one."""

from __future__ import annotations

import base64
import re
from typing import Any

import msgspec
import numpy as np

from engine.errors import BadAnswer
from engine.gemini.failures import Answer
from engine.gemini.numbers import count, token_count
from engine.gemini.protocol import Embedded, RemoteBatch, RemoteFile, RemoteModel
from engine.gemini.states import parse_batch
from engine.gemini.vectors import unit_vectors


class _Page(msgspec.Struct):
    """A page of the listing; its operations as they came."""

    operations: list[msgspec.Raw] = []
    nextPageToken: str = ""  # noqa: N815
    unreachable: list[str] = []
    error: Any = None


def read_page(answer: Answer) -> tuple[list[RemoteBatch], str]:
    """The batches of a page and the token of the next, "" at the end.

    A page of which a part is missing or cannot be read is none: absence from a listing decides whether money is spent.
    """
    try:
        page = msgspec.json.decode(answer.body, type=_Page)
    except (msgspec.DecodeError, RecursionError):
        raise BadAnswer("The listing of batches cannot be read.") from None
    if page.error is not None or page.unreachable:
        raise BadAnswer("The listing of batches is not complete.", hint="Run the command again later.")
    return [parse_batch(bytes(operation)) for operation in page.operations], page.nextPageToken


def read_file(answer: Answer) -> RemoteFile:
    """A File, bare or as the answer to an upload."""
    value = _decoded(answer)
    file = value.get("file")
    value = file if isinstance(file, dict) else value
    name = _text(value, "name")
    if not name.startswith("files/"):
        raise BadAnswer("The answer does not name a file.")
    size = count(value.get("sizeBytes"))
    digest = _hex_digest(_text(value, "sha256Hash"))
    return RemoteFile(name=name, state=_text(value, "state"), size=size, sha256=digest)


def read_model(answer: Answer) -> RemoteModel:
    """A Model."""
    value = _decoded(answer)
    if not _text(value, "name"):
        raise BadAnswer("The answer does not name a model.")
    methods = value.get("supportedGenerationMethods")
    return RemoteModel(
        name=_text(value, "name"),
        input_tokens=count(value.get("inputTokenLimit")),
        methods=tuple(str(method) for method in methods) if isinstance(methods, list) else (),
    )


def read_total_tokens(answer: Answer) -> int:
    """The count of a CountTokensResponse; BadAnswer when there is none above zero."""
    tokens = token_count(_decoded(answer).get("totalTokens"))
    if tokens is None:
        raise BadAnswer("The answer gives no count of tokens.")
    return tokens


def read_embedded(answer: Answer, dimension: int, expected: int) -> Embedded:
    """Unit vectors in the order of the texts; BadAnswer unless there is a usable one for each."""
    value = _decoded(answer)
    embeddings = value.get("embeddings")
    found = len(embeddings) if isinstance(embeddings, list) else 0
    if not isinstance(embeddings, list) or found != expected:
        raise _unusable(f"{found} came for {expected} texts")
    rows = [_doubles(embedding, dimension) for embedding in embeddings]
    vectors = [vector for vector in unit_vectors(rows, dimension) if vector is not None]
    if len(vectors) != expected:
        raise _unusable("one is all zeros or not numbers")
    usage = value.get("usageMetadata")
    return Embedded(tuple(vectors), token_count(usage.get("promptTokenCount")) if isinstance(usage, dict) else None)


def _doubles(embedding: object, dimension: int) -> bytes:
    values = embedding.get("values") if isinstance(embedding, dict) else None
    if not isinstance(values, list) or not all(type(number) in (int, float) for number in values):
        raise _unusable("one holds something that is not a number")
    if len(values) != dimension:
        raise _unusable(f"one has {len(values):,} numbers instead of {dimension:,}")
    try:
        return np.array(values, dtype=np.float64).tobytes()
    except OverflowError:
        raise _unusable("one holds a number beyond all bounds") from None


def _unusable(problem: str) -> BadAnswer:
    return BadAnswer(f"The vectors cannot be used: {problem}.", hint="Check the profile's model and dimension.")


def _decoded(answer: Answer) -> dict[str, Any]:
    """The JSON object; an error that comes as a success is none."""
    try:
        value = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError):
        raise BadAnswer("The answer is not JSON." if answer.body.strip() else "The answer is empty.") from None
    if not isinstance(value, dict) or ("error" in value and "name" not in value):
        raise BadAnswer("The answer is not what the API sends.")
    return value


def _text(value: dict[str, Any], name: str) -> str:
    member = value.get(name)
    return member if isinstance(member, str) else ""


def _hex_digest(text: str) -> str:
    """Google sends the base64 of the hexadecimal digest; the base64 of the digest itself is understood too."""
    try:
        plain = base64.b64decode(text, validate=True)
    except ValueError:
        return ""
    if len(plain) == 32:
        return plain.hex()
    return plain.decode("ascii").lower() if re.fullmatch(rb"[0-9a-fA-F]{64}", plain) else ""
