"""The real Gemini API behind `protocol.GeminiServer`: what is called, what is repeated, and what is believed."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import tenacity

from engine.domain.keys import GoogleKeyring
from engine.domain.models import DISPLAY_NAME_CHARACTERS, TEXTS_PER_CALL, Profile
from engine.errors import (
    BadAnswer,
    GeminiError,
    InvalidRequest,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ResultsEndEarly,
    ServerFault,
    Unreachable,
)
from engine.gemini.answers import read_embedded, read_file, read_model, read_page, read_total_tokens
from engine.gemini.counted import CountedFile, StoppedError
from engine.gemini.failures import Answer, unanswered, uncertain
from engine.gemini.prompts import prompt_for, sendable
from engine.gemini.protocol import Embedded, RemoteBatch, RemoteFile, RemoteModel
from engine.gemini.sdk import Sdk, SdkCall, create_embeddings, embed_texts
from engine.gemini.states import parse_batch
from engine.gemini.survey import ends_whole

T = TypeVar("T")

GOOGLE = "https://generativelanguage.googleapis.com"
API_VERSION = "v1beta"
"""The version whose batch answers have been seen and written about; the SDK's own default is v1."""
PAGE_SIZE = 100
MOST_PAGES = 1000
LONGEST_FILE_ID = 40
"""Characters of a file id that get and delete accept; ids of result files are longer, only download takes those."""
MIME_TYPES = ("application/jsonl", "application/json", "text/plain")
"""In this order: Google has refused the first at times."""
LONGEST_WAIT = 30.0
"""Seconds Google may ask for before a call is repeated here; beyond that the caller decides."""

_MIME_REFUSED = re.compile(r"mime|(content|file|media)[ -]?type|unsupported", re.IGNORECASE)


class GeminiClient:
    """Implements `protocol.GeminiServer`.

    Batches, files and the listing go with the batch key, embedding with the default key; counting and reading models,
    which are free, with the default key or for want of it the batch key. A keyring that is a callable is asked again
    for every call, so that a rotated key is used without a restart. `sleep` waits between repetitions; `attempts` is
    how often a call is made that costs nothing.
    """

    def __init__(
        self,
        keyring: GoogleKeyring | Callable[[], GoogleKeyring],
        *,
        base_url: str | None = None,
        timeout_seconds: float = 120.0,
        api_version: str = API_VERSION,
        attempts: int = 4,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        ask = keyring if callable(keyring) else lambda: keyring
        self._sdk = Sdk(ask, base_url or GOOGLE, timeout_seconds, api_version)
        self._timeout = timeout_seconds
        self._attempts = attempts
        self._sleep = sleep

    def upload(self, path: Path, display_name: str) -> RemoteFile:
        """Uploads a JSONL file and waits until it is ACTIVE; checks size and SHA-256 against the local file."""
        size, digest = _size_and_sha256(path)
        file = self._until_active(self._sent_file(path, display_name))
        problem = ""
        if file.size and file.size != size:
            problem = f"it has {file.size:,} bytes there and {size:,} here"
        elif file.sha256 and file.sha256 != digest:
            problem = "its SHA-256 differs"
        if problem:
            raise BadAnswer(f"The uploaded file {file.name} arrived damaged: {problem}.", hint="Run the command again.")
        return replace(file, size=size)

    def _sent_file(self, path: Path, display_name: str) -> RemoteFile:
        """The file at Google, under the first MIME type that is accepted."""
        *first, last = MIME_TYPES
        for mime_type in first:
            try:
                return self._repeated(partial(self._upload, path, display_name, mime_type))
            except InvalidRequest as error:
                if not _MIME_REFUSED.search(error.message):
                    raise
        return self._repeated(partial(self._upload, path, display_name, last))

    def _upload(self, path: Path, display_name: str, mime_type: str) -> RemoteFile:
        config: Any = {"display_name": sendable(display_name)[:DISPLAY_NAME_CHARACTERS], "mime_type": mime_type}
        # An open file, not its path: the SDK puts a path's name into a header, which fails unless it is ASCII.
        with path.open("rb") as file:
            return read_file(self._sdk.transfer(lambda client: client.files.upload(file=file, config=config)))

    def _until_active(self, file: RemoteFile) -> RemoteFile:
        """Asks for the file until Google has processed it."""
        waited, pause = 0.0, 0.1
        while file.state not in ("ACTIVE", ""):
            if file.state == "FAILED":
                raise InvalidRequest(f"Google could not process the uploaded file {file.name}.")
            if waited > self._timeout:
                raise ServerFault(f"The uploaded file {file.name} is still {file.state} after {waited:.0f} seconds.")
            self._sleep(pause)
            waited += pause
            pause = min(2 * pause, 5.0)
            file = self._repeated(partial(self._file, file.name))
        return file

    def _file(self, name: str) -> RemoteFile:
        return read_file(self._sdk.send("batch", lambda client: client.files.get(name=name)))

    def create_batch(self, model: str, input_file: str, display_name: str) -> RemoteBatch:
        """Creates an embedding batch: exactly one POST, whatever happens.

        An answer that speaks of another file or name than those sent is not believed: the outcome stays unknown.
        """
        call = partial(create_embeddings, model=model, input_file=input_file, display_name=display_name)
        try:
            batch = parse_batch(self._sdk.send("batch", call).body)
            if batch.display_name not in ("", display_name) or batch.input_file not in (None, input_file):
                raise BadAnswer(f"The answer to a creation describes another one, {batch.name}.")
            return batch
        except GeminiError as error:
            raise uncertain(error) from None

    def get_batch(self, name: str) -> RemoteBatch:
        """Reads one batch; NotFound when it does not exist."""
        return self._repeated(partial(self._batch, name))

    def _batch(self, name: str) -> RemoteBatch:
        batch = parse_batch(self._sdk.send("batch", lambda client: client.batches.get(name=name)).body)
        if batch.name != name:
            raise BadAnswer(f"The answer describes {batch.name}, and {name} was asked for.")
        return batch

    def list_batches(self) -> list[RemoteBatch]:
        """Reads all pages, newest first; BadAnswer rather than a listing of which a part could not be read."""
        batches: list[RemoteBatch] = []
        tokens = {""}
        token = ""
        while True:
            page, token = self._repeated(partial(self._page, token))
            batches += page
            if not token:
                return batches
            if token in tokens or len(tokens) > MOST_PAGES:
                raise BadAnswer("The listing of batches does not end.")
            tokens.add(token)

    def _page(self, token: str) -> tuple[list[RemoteBatch], str]:
        """One page and the token of the next; the SDK's own pager fails on an empty last page."""
        config: Any = {"page_size": PAGE_SIZE} | ({"page_token": token} if token else {})
        return read_page(self._sdk.send("batch", lambda client: client.batches.list(config=config)))

    def cancel_batch(self, name: str) -> None:
        """Asks for a cancellation, which happens later or never."""
        self._repeated(lambda: self._sdk.send("batch", lambda client: client.batches.cancel(name=name)))

    def download(self, file_name: str, destination: Path, progress: Callable[[int], None] | None = None) -> int:
        """Streams a result file to disk and returns its bytes; `progress` is told how many have arrived so far.

        BadAnswer when it was cut short or is empty. `destination` is fsynced; a partial file may stay behind. What
        `progress` raises comes out as itself, whatever it is.
        """
        try:
            return self._repeated(partial(self._download, file_name, destination, progress))
        except StoppedError as stopped:
            raise stopped.reason from None

    def _download(self, name: str, destination: Path, progress: Callable[[int], None] | None) -> int:
        # A new file: whoever else has the former one open does not write into this one.
        destination.unlink(missing_ok=True)
        with destination.open("w+b") as file:
            target = CountedFile(file, progress)
            stream: Any = target
            try:
                answer = self._sdk.transfer(lambda client: client.files.download(file=name, destination=stream))
            except GeminiError as error:
                if not self._sdk.answered or not isinstance(error, OutcomeUnknown):
                    raise
                raise _cut_short(name, f"{target.written:,} bytes came. {error.message}") from None
            file.flush()
            os.fsync(file.fileno())
            whole = ends_whole(file)
        announced = answer.headers.get("content-length", "")
        encoded = answer.headers.get("content-encoding", "identity") != "identity"
        if announced.isdigit() and not encoded and int(announced) != target.written:
            raise _cut_short(name, f"{target.written:,} of {int(announced):,} bytes came.")
        if "html" in answer.headers.get("content-type", ""):
            raise BadAnswer(f"A web page came instead of the file {name}.")
        if not whole:
            how = "It ends in the middle of a line." if target.written else "It is empty."
            raise ResultsEndEarly(f"The download of {name} was cut short: {how}")
        return target.written

    def delete_file(self, name: str) -> bool:
        """Deletes a remote file, True too when it is already gone; False when Google cannot."""
        if len(name.removeprefix("files/")) > LONGEST_FILE_ID:
            return False
        try:
            self._repeated(lambda: self._sdk.send("batch", lambda client: client.files.delete(name=name)))
        except NotFound:
            return True
        except InvalidRequest:
            return False
        return True

    def embed(self, profile: Profile, texts: Sequence[str]) -> Embedded:
        """Embeds up to 100 texts synchronously with the default key.

        Repeated only when Google surely charged nothing; OutcomeUnknown when it may have.
        """
        if not texts:
            return Embedded((), 0)
        if len(texts) > TEXTS_PER_CALL:
            raise InvalidRequest(
                f"{len(texts)} texts are too many for one request.", hint=f"Send {TEXTS_PER_CALL} at most."
            )
        prompts = [prompt_for(profile, text) for text in texts]
        call = partial(embed_texts, profile=profile, prompts=prompts)
        answer = self._retrying(_not_charged)(partial(self._send_paid, call))
        return read_embedded(answer, profile.dimension, len(texts))

    def _send_paid(self, call: SdkCall) -> Answer:
        try:
            return self._sdk.send("default", call)
        except (OutcomeUnknown, ServerFault) as error:
            if isinstance(error, ServerFault) and error.http in _FREE_FAULTS:
                raise
            hint = "The request may have been charged; the same command sends it again."
            raise OutcomeUnknown(error.message, hint=hint, http=error.http, status=error.status) from None

    def count_tokens(self, model: str, texts: Sequence[str]) -> int:
        """Counts tokens, free of charge; with the batch key when there is no other."""
        if not texts:
            return 0
        contents: Any = [{"parts": [{"text": sendable(text)}]} for text in texts]
        return self._repeated(
            lambda: read_total_tokens(
                self._sdk.send_free(lambda client: client.models.count_tokens(model=model, contents=contents))
            )
        )

    def model(self, name: str) -> RemoteModel:
        """Reads what Google says of a model; NotFound for an unknown one."""
        return self._repeated(lambda: read_model(self._sdk.send_free(lambda client: client.models.get(model=name))))

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        self._sdk.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _repeated(self, call: Callable[[], T]) -> T:
        """Makes a call that costs nothing and may be made twice, again after a passing error."""

        def attempt() -> T:
            try:
                return call()
            except OutcomeUnknown as error:
                raise unanswered(error) from None

        return self._retrying(_passing)(attempt)

    def _retrying(self, worth_it: Callable[[BaseException], bool]) -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(worth_it),
            stop=tenacity.stop_after_attempt(self._attempts) | tenacity.stop_after_delay(self._timeout),
            wait=_pause,
            sleep=self._sleep,
            reraise=True,
        )


_FREE_FAULTS = (500, 503)
"""For these Google charges nothing."""


def _passing(error: BaseException) -> bool:
    """Another attempt soon may help."""
    passing = isinstance(error, ServerFault | Unreachable | RateLimited | BadAnswer)
    return passing and (getattr(error, "retry_after", None) or 0.0) <= LONGEST_WAIT


def _not_charged(error: BaseException) -> bool:
    """Another attempt may help, and this one cost nothing: a 429, a 500, a 503, or no connection."""
    return _passing(error) and not isinstance(error, BadAnswer)


def _pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: what Google asks for, or 0.5, 1, 2, ..."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, GeminiError) else None
    return max(asked or 0.0, min(8.0, 0.25 * 2.0**state.attempt_number))


def _cut_short(name: str, how: str) -> BadAnswer:
    return BadAnswer(f"The download of {name} was cut short: {how}", hint="Run the command again; it starts over.")


def _size_and_sha256(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()
