"""The real Gemini API behind `protocol.GeminiServer`, over the official SDK, which is imported on first use."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, Self, TypeVar

import tenacity

from engine.domain.keyring import ApiKey, GoogleKeyring, KeyLabel
from engine.domain.vectors import Profile
from engine.errors import (
    BadAnswer,
    DiskFull,
    GeminiError,
    InvalidRequest,
    KeyringError,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ResultsEndEarly,
    ServerFault,
    Unreachable,
)
from engine.gemini.answers import read_embedded, read_file, read_model, read_page, read_total_tokens
from engine.gemini.failures import Answer, broken_off, refusal, unanswered, uncertain
from engine.gemini.jsonl import ends_whole
from engine.gemini.prompts import prompt_for, sendable, task_field
from engine.gemini.protocol import Embedded, RemoteBatch, RemoteFile, RemoteModel
from engine.gemini.states import parse_batch
from engine.gemini.wire import NO_CERTIFICATES, TakenOverError, Wire

if TYPE_CHECKING:
    from google import genai

T = TypeVar("T")
SdkCall = Callable[["genai.Client"], object]

GOOGLE = "https://generativelanguage.googleapis.com"
API_VERSION = "v1beta"
"""The version whose batch answers have been seen and written about; the SDK's own default is v1."""
PAGE_SIZE = 100
MOST_PAGES = 1000
MOST_TEXTS = 100
"""Texts in one synchronous request."""
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
        self._ask_keyring = keyring if callable(keyring) else lambda: keyring
        self._base_url = base_url or GOOGLE
        self._timeout = timeout_seconds
        self._api_version = api_version
        self._attempts = attempts
        self._sleep = sleep
        self._clients: dict[KeyLabel, tuple[ApiKey, genai.Client]] = {}
        self._lock = threading.Lock()
        self._wire = Wire()

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
        config: Any = {"display_name": sendable(display_name)[:512], "mime_type": mime_type}
        # An open file, not its path: the SDK puts a path's name into a header, which fails unless it is ASCII.
        with path.open("rb") as file:
            return read_file(self._transfer(lambda client: client.files.upload(file=file, config=config)))

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
        return read_file(self._send("batch", lambda client: client.files.get(name=name)))

    def create_batch(self, model: str, input_file: str, display_name: str) -> RemoteBatch:
        """Creates an embedding batch: exactly one POST, whatever happens."""
        config: Any = {"display_name": display_name, "http_options": {"retry_options": {"attempts": 1}}}

        def create(client: genai.Client) -> object:
            from google.genai.errors import ExperimentalWarning

            with warnings.catch_warnings():
                warnings.simplefilter("ignore", category=ExperimentalWarning)
                return client.batches.create_embeddings(model=model, src={"file_name": input_file}, config=config)

        try:
            return parse_batch(self._send("batch", create).body)
        except GeminiError as error:
            raise uncertain(error) from None

    def get_batch(self, name: str) -> RemoteBatch:
        """Reads one batch; NotFound when it does not exist."""
        return self._repeated(
            lambda: parse_batch(self._send("batch", lambda client: client.batches.get(name=name)).body)
        )

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
        return read_page(self._send("batch", lambda client: client.batches.list(config=config)))

    def cancel_batch(self, name: str) -> None:
        """Asks for a cancellation, which happens later or never."""
        self._repeated(lambda: self._send("batch", lambda client: client.batches.cancel(name=name)))

    def download(self, file_name: str, destination: Path, progress: Callable[[int], None] | None = None) -> int:
        """Streams a result file to disk and returns its bytes; `progress` is told how many have arrived so far.

        BadAnswer when it was cut short or is empty. `destination` is fsynced; a partial file may stay behind.
        """
        return self._repeated(partial(self._download, file_name, destination, progress))

    def _download(self, name: str, destination: Path, progress: Callable[[int], None] | None) -> int:
        with destination.open("wb") as file:
            target: Any = _Counted(file, progress)
            try:
                answer = self._transfer(lambda client: client.files.download(file=name, destination=target))
            except GeminiError as error:
                if target.failure is not None:
                    raise target.failure from None
                if self._wire.answer is None or not isinstance(error, OutcomeUnknown):
                    raise
                raise _cut_short(name, f"{target.written:,} bytes came. {error.message}") from None
            file.flush()
            os.fsync(file.fileno())
        announced = answer.headers.get("content-length", "")
        encoded = answer.headers.get("content-encoding", "identity") != "identity"
        if announced.isdigit() and not encoded and int(announced) != target.written:
            raise _cut_short(name, f"{target.written:,} of {int(announced):,} bytes came.")
        if "html" in answer.headers.get("content-type", ""):
            raise BadAnswer(f"A web page came instead of the file {name}.")
        if not ends_whole(destination):
            how = "It ends in the middle of a line." if target.written else "It is empty."
            raise ResultsEndEarly(f"The download of {name} was cut short: {how}")
        return int(target.written)

    def delete_file(self, name: str) -> bool:
        """Deletes a remote file, True too when it is already gone; False when Google cannot."""
        if len(name.removeprefix("files/")) > LONGEST_FILE_ID:
            return False
        try:
            self._repeated(lambda: self._send("batch", lambda client: client.files.delete(name=name)))
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
        if len(texts) > MOST_TEXTS:
            raise InvalidRequest(
                f"{len(texts)} texts are too many for one request.", hint=f"Send {MOST_TEXTS} at most."
            )
        # One Content per text: of a list of strings, newer models make a single vector.
        contents: Any = [{"parts": [{"text": prompt_for(profile, text)}]} for text in texts]
        config: Any = {
            "task_type": task_field(profile),
            "output_dimensionality": profile.dimension,
            "http_options": {"retry_options": {"attempts": 1}},
        }

        def embed(client: genai.Client) -> object:
            from google.genai.types import Content

            made: Any = [Content.model_validate(content) for content in contents]
            return client.models.embed_content(model=profile.model, contents=made, config=config)

        answer = self._retrying(_not_charged)(partial(self._send_paid, embed))
        return read_embedded(answer, profile.dimension, len(texts))

    def _send_paid(self, call: SdkCall) -> Answer:
        try:
            return self._send("default", call)
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
                self._send(
                    self._free_label(), lambda client: client.models.count_tokens(model=model, contents=contents)
                )
            )
        )

    def model(self, name: str) -> RemoteModel:
        """Reads what Google says of a model; NotFound for an unknown one."""
        return self._repeated(
            lambda: read_model(self._send(self._free_label(), lambda client: client.models.get(model=name)))
        )

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        with self._lock:
            clients = [client for _, client in self._clients.values()]
            self._clients.clear()
        for client in clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _free_label(self) -> KeyLabel:
        """The key of calls that cost nothing."""
        keyring = self._ask_keyring()
        return "batch" if keyring.has_batch and not keyring.has_default else "default"

    def _send(self, label: KeyLabel, call: SdkCall) -> Answer:
        """Makes one call of the SDK and returns the answer as it came.

        The answer is taken over by a response hook, which is public configuration of the SDK's HTTP client, before the
        SDK interprets it: its models drop batchStats, error and inputConfig, warn of states they do not know and refuse
        details they do not expect.

        OutcomeUnknown means here that the request left and no answer came back.
        """
        answer = self._attempt(label, call, take_over=True)
        if answer.is_page:
            raise BadAnswer("A web page came instead of an answer.")
        return answer

    def _transfer(self, call: SdkCall) -> Answer:
        """Makes a call in which the SDK needs its answers, to read headers and to stream; returns the last of them."""
        return self._attempt("batch", call, take_over=False)

    def _attempt(self, label: KeyLabel, call: SdkCall, *, take_over: bool) -> Answer:
        keyring = self._ask_keyring()
        client = self._client(label, keyring.default if label == "default" else keyring.batch)
        self._wire.begin(take_over=take_over)
        try:
            call(client)
        except TakenOverError:
            pass
        except OSError as error:
            # Of the file that is sent or written: the network's errors are of other classes.
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull from error
            raise
        except Exception as error:
            if self._wire.answer is None or self._wire.answer.status == 200:
                self._explain(error, keyring)
        answer = self._wire.answer
        if answer is None:
            raise OutcomeUnknown("The SDK came back without an answer.")
        if answer.status != 200:
            raise refusal(answer, keyring.mask)
        return answer

    def _explain(self, error: Exception, keyring: GoogleKeyring) -> NoReturn:
        """What an SDK call means that failed without a refusal."""
        if not self._wire.sent:
            words = keyring.mask(f"{type(error).__name__}: {error}")
            raise InvalidRequest(f"The request was not sent: {words}") from None
        if self._wire.answer is not None and isinstance(error, ValueError | LookupError | TypeError):
            raise BadAnswer(f"The answer is not what the API sends: {type(error).__name__}.") from None
        raise broken_off(error, self._timeout, keyring.mask) from None

    def _client(self, label: KeyLabel, key: ApiKey) -> genai.Client:
        """The SDK client of this key; a new one when the key has changed since the last call."""
        with self._lock:
            held = self._clients.get(label)
            if held is None or held[0] != key:
                # The former client is not closed, another thread may be using it: it closes when nobody does.
                held = (key, self._connect(key))
                self._clients[label] = held
            return held[1]

    def _connect(self, key: ApiKey) -> genai.Client:
        if not re.fullmatch(r"[!-~]+", key.reveal()):
            raise KeyringError(f"The {key.label} key holds characters that no API key has.", hint="Set it again.")
        try:
            from google import genai
            from google.genai import types

            # It warns of keys in the environment, which play no part here: key, address and version are given.
            logging.getLogger("google_genai._api_client").addFilter(_not_about_environment)
            return genai.Client(
                vertexai=False,
                api_key=key.reveal(),
                http_options=types.HttpOptions(
                    base_url=self._base_url,
                    api_version=self._api_version,
                    timeout=max(1, int(self._timeout * 1000)),
                    client_args=self._wire.client_args(self._base_url, self._timeout),
                    async_client_args={"ssl": NO_CERTIFICATES, "verify": NO_CERTIFICATES},
                ),
            )
        except (ImportError, ValueError, OSError) as error:
            words = f"{type(error).__name__}: {error}"
            raise Unreachable(f"The Gemini SDK cannot be set up: {words}", hint="Install halfrate again.") from None

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


class _Counted:
    """A file that counts what is written to it."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], None] | None) -> None:
        self._file = file
        self._progress = progress
        self.written = 0
        self.failure: Exception | None = None
        """What `progress` raised: the download ends with it."""

    def write(self, data: bytes) -> int:
        """Writes all of it."""
        self._file.write(data)
        self.written += len(data)
        if self._progress is not None:
            try:
                self._progress(self.written)
            except Exception as error:
                self.failure = error
                raise
        return len(data)


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


def _not_about_environment(record: logging.LogRecord) -> bool:
    return "GOOGLE_API_KEY" not in record.getMessage()
