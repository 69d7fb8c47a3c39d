"""The real Gemini API behind `protocol.GeminiServer`, over the official SDK, which is imported on first use."""

from __future__ import annotations

import base64
import errno
import hashlib
import ipaddress
import logging
import os
import re
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
import numpy as np
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
    ServerFault,
    Unreachable,
)
from engine.gemini.failures import Answer, broken_off, refusal, unanswered, uncertain
from engine.gemini.jsonl import ends_whole
from engine.gemini.prompts import prompt_for, sendable, task_field
from engine.gemini.protocol import Embedded, RemoteBatch, RemoteFile, RemoteModel
from engine.gemini.states import count, parse_batch
from engine.gemini.vectors import unit_vectors

if TYPE_CHECKING:
    from google import genai

T = TypeVar("T")

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

_EXACTLY_ONE_POST = {"attempts": 1}
_MIME_REFUSED = re.compile(r"mime|(content|file|media)[ -]?type|unsupported", re.IGNORECASE)


class GeminiClient:
    """Implements `protocol.GeminiServer`.

    A keyring that is a callable is asked again for every call, so that a rotated key is used without a restart. `sleep`
    waits between repetitions; `attempts` is how often a call is made that costs nothing.
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
        self._wire = _Wire()

    def upload(self, path: Path, display_name: str) -> RemoteFile:
        """Uploads a JSONL file and waits until it is ACTIVE; checks size and SHA-256 against the local file."""
        size, digest = _size_and_sha256(path)
        for place, mime_type in enumerate(MIME_TYPES, 1):
            try:
                return self._repeated(partial(self._upload, path, display_name, mime_type, size, digest))
            except InvalidRequest as error:
                if place == len(MIME_TYPES) or not _MIME_REFUSED.search(error.message):
                    raise
        raise AssertionError("unreachable")

    def _upload(self, path: Path, display_name: str, mime_type: str, size: int, digest: str) -> RemoteFile:
        name = display_name.encode("ascii", "replace").decode()[:512]
        config: Any = {"display_name": name, "mime_type": mime_type}
        # An open file, not its path: the SDK puts a path's name into a header, which fails unless it is ASCII.
        with path.open("rb") as file:
            answer = self._send("batch", lambda client: client.files.upload(file=file, config=config), interpret=True)
        found = self._until_active(_remote_file(_member(_decoded(answer), "file")))
        problem = ""
        if found.size and found.size != size:
            problem = f"it has {found.size:,} bytes there and {size:,} here"
        elif found.sha256 and found.sha256 != digest:
            problem = "its SHA-256 differs"
        if problem:
            raise BadAnswer(
                f"The uploaded file {found.name} arrived damaged: {problem}.", hint="Run the command again."
            )
        return replace(found, size=size)

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
        return _remote_file(_decoded(self._send("batch", lambda client: client.files.get(name=name))))

    def create_batch(self, model: str, input_file: str, display_name: str) -> RemoteBatch:
        """Creates an embedding batch: exactly one POST, whatever happens."""
        config: Any = {"display_name": display_name, "http_options": {"retry_options": _EXACTLY_ONE_POST}}

        def create(client: genai.Client) -> object:
            from google.genai.errors import ExperimentalWarning

            with warnings.catch_warnings():
                warnings.simplefilter("ignore", category=ExperimentalWarning)
                return client.batches.create_embeddings(model=model, src={"file_name": input_file}, config=config)

        try:
            answer = self._send("batch", create)
            return parse_batch(answer.body)
        except GeminiError as error:
            raise uncertain(error) from error.__cause__

    def get_batch(self, name: str) -> RemoteBatch:
        """Reads one batch; NotFound when it does not exist."""
        return self._repeated(
            lambda: parse_batch(self._send("batch", lambda client: client.batches.get(name=name)).body)
        )

    def list_batches(self) -> list[RemoteBatch]:
        """Reads all pages, newest first; BadAnswer rather than a listing of which a part could not be read."""
        batches: list[RemoteBatch] = []
        seen: set[str] = set()
        token = ""
        while True:
            operations, token = self._repeated(partial(self._page, token))
            batches += operations
            if not token:
                return batches
            if token in seen or len(seen) > MOST_PAGES:
                raise BadAnswer("The listing of batches does not end.")
            seen.add(token)

    def _page(self, token: str) -> tuple[list[RemoteBatch], str]:
        """One page and the token of the next. The SDK's pager is left alone: an empty last page makes it fail."""
        config: Any = {"page_size": PAGE_SIZE} | ({"page_token": token} if token else {})
        answer = self._send("batch", lambda client: client.batches.list(config=config))
        try:
            page = msgspec.json.decode(answer.body, type=_Page)
        except (msgspec.DecodeError, RecursionError):
            raise BadAnswer("The listing of batches cannot be read.") from None
        if page.error is not None:
            raise BadAnswer("The listing of batches came with an error.")
        return [parse_batch(bytes(operation)) for operation in page.operations], page.nextPageToken

    def cancel_batch(self, name: str) -> None:
        """Asks for a cancellation, which happens later or never."""
        self._repeated(lambda: self._send("batch", lambda client: client.batches.cancel(name=name)))

    def download(self, file_name: str, destination: Path, progress: Callable[[int], None] | None = None) -> int:
        """Streams a result file to disk and returns its bytes; `progress` is told how many have arrived so far.

        BadAnswer when it was cut short or is empty. `destination` is fsynced; a partial file may stay behind.
        """
        return self._repeated(lambda: self._download(file_name, destination, progress))

    def _download(self, file_name: str, destination: Path, progress: Callable[[int], None] | None) -> int:
        name = file_name if file_name.startswith("files/") else f"files/{file_name}"
        with destination.open("wb") as file:
            target = _Counted(file, progress)
            answer = self._send(
                "batch",
                lambda client: client.files.download(file=name, destination=target),  # type: ignore[call-overload]
                interpret=True,
            )
            file.flush()
            os.fsync(file.fileno())
        announced = answer.headers.get("content-length", "")
        encoded = answer.headers.get("content-encoding", "identity") != "identity"
        if announced.isdigit() and not encoded and int(announced) != target.written:
            raise _cut_short(name, f"{target.written:,} of {int(announced):,} bytes came")
        if "html" in answer.headers.get("content-type", ""):
            raise BadAnswer(f"A web page came instead of the file {name}.")
        if not ends_whole(destination):
            raise _cut_short(name, "it is empty" if not target.written else "it ends in the middle of a line")
        return target.written

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
        prompts = [prompt_for(profile, text) for text in texts]

        def embed(client: genai.Client) -> object:
            from google.genai import types

            # One Content per text: of a list of strings, newer models make a single vector.
            contents = [types.Content(parts=[types.Part(text=prompt)]) for prompt in prompts]
            config = types.EmbedContentConfig(
                task_type=task_field(profile),
                output_dimensionality=profile.dimension,
                http_options=types.HttpOptions(retry_options=types.HttpRetryOptions(attempts=1)),
            )
            return client.models.embed_content(model=profile.model, contents=contents, config=config)

        answer = self._retrying(_not_charged)(lambda: self._send_paid(embed))
        return _embedded(answer, profile.dimension, len(texts))

    def _send_paid(self, call: Callable[[genai.Client], object]) -> Answer:
        try:
            return self._send("default", call)
        except OutcomeUnknown as error:
            raise OutcomeUnknown(
                error.message,
                hint="The request may have been charged; the same command sends it again.",
                http=error.http,
            ) from error.__cause__

    def count_tokens(self, model: str, texts: Sequence[str]) -> int:
        """Counts tokens, free of charge; with the batch key when there is no other."""
        contents = [{"parts": [{"text": sendable(text)}]} for text in texts]
        if not contents:
            return 0

        def total() -> int:
            answer = self._send(
                self._free_label(),
                lambda client: client.models.count_tokens(model=model, contents=contents),
            )
            return count(_decoded(answer).get("totalTokens"))

        return self._repeated(total)

    def model(self, name: str) -> RemoteModel:
        """Reads what Google says of a model; NotFound for an unknown one."""

        def read() -> RemoteModel:
            found = _decoded(self._send(self._free_label(), lambda client: client.models.get(model=name)))
            methods = found.get("supportedGenerationMethods")
            return RemoteModel(
                name=_text(found, "name"),
                input_tokens=count(found.get("inputTokenLimit")),
                methods=tuple(str(method) for method in methods) if isinstance(methods, list) else (),
            )

        return self._repeated(read)

    def close(self) -> None:
        """Closes the connections; the client can still be used, and opens new ones."""
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

    def _send(self, label: KeyLabel, call: Callable[[genai.Client], object], *, interpret: bool = False) -> Answer:
        """Makes one call of the SDK and returns the answer as it came.

        The answer is taken over by a response hook, which is public configuration of the SDK's HTTP client, before the
        SDK interprets it: its models drop batchStats, error and inputConfig, warn of states they do not know and refuse
        details they do not expect. Uploads and downloads (`interpret`) need the SDK to read headers and to stream.

        OutcomeUnknown means here that the request left and no answer came back.
        """
        keyring = self._ask_keyring()
        key = keyring.default if label == "default" else keyring.batch
        client = self._client(label, key)
        wire = self._wire
        wire.begin(take_over=not interpret)
        try:
            call(client)
        except _TakenOverError:
            pass
        except OSError as error:
            raise _local(error) from error
        except Exception as error:
            self._explain(error, keyring)
        answer = wire.answer
        if answer is None:
            raise OutcomeUnknown("The SDK came back without an answer.")
        if answer.status != 200:
            raise refusal(answer, keyring.mask)
        if not interpret and (answer.is_page or not answer.body.strip()):
            raise BadAnswer("A web page came instead of an answer." if answer.body.strip() else "The answer is empty.")
        return answer

    def _explain(self, error: Exception, keyring: GoogleKeyring) -> None:
        """Raises what a failed SDK call means; returns when the recorded answer tells it better."""
        answer = self._wire.answer
        if answer is not None and answer.status != 200:
            return
        if not self._wire.sent:
            message = keyring.mask(f"{type(error).__name__}: {error}")
            raise InvalidRequest(f"The request was not sent: {message}") from None
        if answer is not None and isinstance(error, ValueError | LookupError | TypeError):
            raise BadAnswer(f"The answer is not what the API sends: {type(error).__name__}.") from None
        raise broken_off(error, self._timeout, keyring.mask) from None

    def _client(self, label: KeyLabel, key: ApiKey) -> genai.Client:
        """The SDK client of this key; a new one when the key has changed since the last call."""
        with self._lock:
            held = self._clients.get(label)
            if held is None or held[0] != key:
                held = (key, self._connect(key))
                self._clients[label] = held
            return held[1]

    def _connect(self, key: ApiKey) -> genai.Client:
        if not (key.reveal().isascii() and key.reveal().isprintable()) or " " in key.reveal():
            raise KeyringError(f"The {key.label} key holds characters that no API key has.")
        from google import genai
        from google.genai import types

        # It warns of environment variables that play no part here: key, address and version are all given.
        logging.getLogger("google_genai._api_client").addFilter(_about_environment)
        return genai.Client(
            vertexai=False,
            api_key=key.reveal(),
            http_options=types.HttpOptions(
                base_url=self._base_url,
                api_version=self._api_version,
                timeout=max(1, int(self._timeout * 1000)),
                client_args={
                    "timeout": self._timeout,
                    # A redirect would take the key to another host.
                    "follow_redirects": False,
                    # A proxy of the environment has no business between this machine and itself.
                    "trust_env": not _is_loopback(self._base_url),
                    "event_hooks": {"request": [self._wire.on_request], "response": [self._wire.on_response]},
                },
            ),
        )

    def _repeated(self, call: Callable[[], T]) -> T:
        """Makes a call that costs nothing and may be made twice, again after a passing error."""

        def attempt() -> T:
            try:
                return call()
            except OutcomeUnknown as error:
                raise unanswered(error) from error.__cause__

        return self._retrying(_passing)(attempt)

    def _retrying(self, worth_it: Callable[[BaseException], bool]) -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(worth_it),
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=_pause,
            sleep=self._sleep,
            reraise=True,
        )


class _Page(msgspec.Struct):
    """A page of the listing; its operations as they came."""

    operations: list[msgspec.Raw] = []
    nextPageToken: str = ""  # noqa: N815
    error: Any = None


@dataclass(slots=True)
class _Call:
    take_over: bool = True
    sent: bool = False
    answer: Answer | None = None


class _TakenOverError(Exception):
    """The answer is recorded; the SDK need not look at it."""


class _Wire(threading.local):
    """What the current call of this thread has put on the wire and heard."""

    def __init__(self) -> None:
        self._call = _Call()

    def begin(self, *, take_over: bool) -> None:
        """A new call."""
        self._call = _Call(take_over)

    @property
    def sent(self) -> bool:
        """A request was handed to the connection."""
        return self._call.sent

    @property
    def answer(self) -> Answer | None:
        """The last answer of this call."""
        return self._call.answer

    def on_request(self, request: Any) -> None:
        """Hook of the HTTP client."""
        self._call.sent = True

    def on_response(self, response: Any) -> None:
        """Hook of the HTTP client, called before the body is read; a download's body is left to be streamed."""
        streamed = not self._call.take_over and response.request.url.path.endswith(":download")
        body = b"" if streamed and response.status_code == 200 else response.read()
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._call.answer = Answer(response.status_code, headers, body)
        if self._call.take_over:
            raise _TakenOverError


class _Counted:
    """A file that counts what is written to it."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], None] | None) -> None:
        self._file = file
        self._progress = progress
        self.written = 0

    def write(self, data: bytes) -> int:
        """Writes all of it."""
        self._file.write(data)
        self.written += len(data)
        if self._progress is not None:
            self._progress(self.written)
        return len(data)


def _passing(error: BaseException) -> bool:
    """Another attempt soon may help."""
    passing = isinstance(error, ServerFault | Unreachable | RateLimited | BadAnswer)
    return passing and (getattr(error, "retry_after", None) or 0.0) <= LONGEST_WAIT


def _not_charged(error: BaseException) -> bool:
    """Another attempt may help, and this one cost nothing: Google charges nothing for a 429, a 500 or a 503."""
    if isinstance(error, ServerFault):
        return error.http in (500, 503) and _passing(error)
    return isinstance(error, RateLimited | Unreachable) and _passing(error)


def _pause(state: tenacity.RetryCallState) -> float:
    """Seconds before the next attempt: what Google asks for, else 0.5, 1, 2, ..."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, GeminiError) else None
    return max(asked or 0.0, min(8.0, 0.25 * 2.0**state.attempt_number))


def _decoded(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object; BadAnswer for anything else, and for an error that came as a success."""
    try:
        value = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError):
        raise BadAnswer("The answer is not JSON.") from None
    if not isinstance(value, dict) or ("error" in value and "name" not in value):
        raise BadAnswer("The answer is not what the API sends.")
    return value


def _member(value: dict[str, Any], name: str) -> dict[str, Any]:
    member = value.get(name)
    if not isinstance(member, dict):
        raise BadAnswer(f"The answer has no {name}.")
    return member


def _text(value: dict[str, Any], name: str) -> str:
    member = value.get(name)
    return member if isinstance(member, str) else ""


def _remote_file(value: dict[str, Any]) -> RemoteFile:
    name = _text(value, "name")
    if not name.startswith("files/"):
        raise BadAnswer("The answer does not name a file.")
    return RemoteFile(
        name, _text(value, "state"), count(value.get("sizeBytes")), _hex_digest(_text(value, "sha256Hash"))
    )


def _hex_digest(text: str) -> str:
    """Google sends the base64 of the hexadecimal digest; the base64 of the digest itself is understood too."""
    try:
        plain = base64.b64decode(text, validate=True)
    except ValueError:
        return ""
    if len(plain) == 32:
        return plain.hex()
    found = re.fullmatch(rb"[0-9a-fA-F]{64}", plain)
    return found.group().decode().lower() if found else ""


def _embedded(answer: Answer, dimension: int, expected: int) -> Embedded:
    """Unit vectors in the order of the texts; BadAnswer unless there is a usable one for each."""
    value = _decoded(answer)
    embeddings = value.get("embeddings")
    if not isinstance(embeddings, list) or len(embeddings) != expected:
        found = len(embeddings) if isinstance(embeddings, list) else 0
        raise _unusable(f"{found} vectors came for {expected} texts")
    rows = []
    for embedding in embeddings:
        values = embedding.get("values") if isinstance(embedding, dict) else None
        if not isinstance(values, list) or not all(type(number) in (int, float) for number in values):
            raise _unusable("a vector holds something that is not a number")
        if len(values) != dimension:
            raise _unusable(f"a vector has {len(values):,} numbers instead of {dimension:,}")
        rows.append(np.array(values, dtype=np.float64).tobytes())
    vectors = [vector for vector in unit_vectors(rows, dimension) if vector is not None]
    if len(vectors) != expected:
        raise _unusable("a vector is all zeros or not numbers")
    usage = value.get("usageMetadata")
    return Embedded(tuple(vectors), count(usage.get("promptTokenCount")) if isinstance(usage, dict) else 0)


def _unusable(problem: str) -> BadAnswer:
    return BadAnswer(f"The vectors cannot be used: {problem}.", hint="Check the profile's model and dimension.")


def _cut_short(name: str, how: str) -> BadAnswer:
    return BadAnswer(f"The download of {name} was cut short: {how}.", hint="Run the command again; it starts over.")


def _local(error: OSError) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    return error


def _size_and_sha256(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _about_environment(record: logging.LogRecord) -> bool:
    return "GOOGLE_API_KEY" not in record.getMessage()
