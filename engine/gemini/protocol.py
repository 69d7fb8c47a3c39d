"""What the engine needs of a Gemini server, in frozen values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.domain.jobs import RemoteState
from engine.domain.models import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file at Google."""

    name: str
    state: str
    size: int
    sha256: str
    """Hexadecimal; empty when Google does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteBatch:
    """A batch as Google's answer describes it, API keys masked."""

    name: str
    display_name: str
    state: RemoteState
    raw_state: str
    create_time: str
    """RFC 3339 as it stands on the wire: it orders batches of one project."""
    end_time: str
    """Likewise; empty before the end."""
    input_file: str | None
    output_file: str | None
    requests: int
    succeeded: int
    failed: int
    pending: int
    error_code: int
    """gRPC code of the operation's error; 0 without one."""
    error_message: str
    raw: str
    """The JSON as it came, but for API keys."""

    @property
    def done_rows(self) -> int:
        """Rows Google counts as finished."""
        return self.succeeded + self.failed


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """What Google says of a model."""

    name: str
    input_tokens: int
    methods: tuple[str, ...]

    @property
    def batch_embedding(self) -> bool:
        """Batch jobs of this model exist."""
        return "asyncBatchEmbedContent" in self.methods


@dataclass(frozen=True, slots=True)
class Embedded:
    """The answer to one direct request: one vector per text, in order, as unit-length float32 bytes."""

    vectors: tuple[bytes, ...]
    tokens: int | None
    """Of the request as a whole, as Google does not split them by text; None when Google gives no count."""


class GeminiServer(Protocol):
    """The calls the engine makes; each raises a `GeminiError` with a sentence.

    A call that must not be repeated says so; the others are repeated on transient errors by the implementation.
    """

    def upload(self, path: Path, display_name: str) -> RemoteFile:
        """Uploads a JSONL file and waits until it is ACTIVE; checks its SHA-256 when Google tells it."""

    def create_batch(self, model: str, input_file: str, display_name: str) -> RemoteBatch:
        """Creates an embedding batch: exactly one POST, never repeated at any layer.

        AccountError, RateLimited, InvalidRequest and Unreachable mean that nothing was created; OutcomeUnknown that
        it may have been (a time-out, a 5xx, a cut connection, an answer that is not the API's or not to this call).
        A key that is missing or unusable is a KeyringError, and nothing was sent.
        """

    def get_batch(self, name: str) -> RemoteBatch:
        """Reads one batch; NotFound when it does not exist, BadAnswer when another one is described."""

    def list_batches(self) -> list[RemoteBatch]:
        """Reads all pages of the listing, newest first, with an explicit page size."""

    def cancel_batch(self, name: str) -> None:
        """Asks for a cancellation, which happens later or never."""

    def download(self, file_name: str, destination: Path, progress: Callable[[int], None] | None = None) -> int:
        """Streams a result file to disk and returns its bytes; BadAnswer when it was cut short.

        `destination` is fsynced; a partial file may stay behind after an error. `progress` is told how many bytes have
        arrived so far, from 0 again when the download starts over; what it raises ends the download and comes out.
        """

    def delete_file(self, name: str) -> bool:
        """Deletes a remote file, True too when it is gone; False when Google cannot (names of results are too long)."""

    def embed(self, profile: Profile, texts: Sequence[str]) -> Embedded:
        """Embeds up to 100 texts directly with the default key; OutcomeUnknown when it may have been charged."""

    def count_tokens(self, model: str, texts: Sequence[str]) -> int:
        """Counts tokens, free of charge; BadAnswer when Google gives no count."""

    def model(self, name: str) -> RemoteModel:
        """Reads what Google says of a model; NotFound for an unknown one."""

    def close(self) -> None:
        """Closes the connections."""
