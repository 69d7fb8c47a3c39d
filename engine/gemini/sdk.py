"""One call of google-genai, the only module that imports it, and when it is first used.

What is called and how often, `client` decides; here is with which key, over which wire, and what became of it.
"""

from __future__ import annotations

import errno
import logging
import re
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from engine.domain.keys import ApiKey, GoogleKeyring, KeyLabel, mask_keys
from engine.domain.models import Profile
from engine.errors import BadAnswer, DiskFull, InvalidRequest, KeyringError, OutcomeUnknown, Unreachable
from engine.gemini.counted import StoppedError
from engine.gemini.failures import Answer, broken_off, refusal
from engine.gemini.masking import without_keys
from engine.gemini.prompts import task_field
from engine.gemini.wire import NO_CERTIFICATES, TakenOverError, Wire

if TYPE_CHECKING:
    from google import genai

SdkCall = Callable[["genai.Client"], object]
_ONCE = {"retry_options": {"attempts": 1}}
"""Options of a call that may cost money: the SDK must not repeat it."""


class Sdk:
    """Makes calls of the SDK with the right key, and hands out answers in which no key stands.

    The keyring is asked for each call. Safe to use from several threads.
    """

    def __init__(
        self, ask_keyring: Callable[[], GoogleKeyring], base_url: str, timeout_seconds: float, api_version: str
    ) -> None:
        self._ask_keyring = ask_keyring
        self._base_url = base_url
        self._timeout = timeout_seconds
        self._api_version = api_version
        self._clients: dict[KeyLabel, tuple[ApiKey, genai.Client]] = {}
        self._lock = threading.Lock()
        self._wire = Wire()

    @property
    def answered(self) -> bool:
        """An answer to this thread's last call has begun to arrive."""
        return self._wire.answer is not None

    def close(self) -> None:
        """Closes the connections; a later call opens new ones."""
        with self._lock:
            clients = [client for _, client in self._clients.values()]
            self._clients.clear()
        for client in clients:
            client.close()

    def send(self, label: KeyLabel, call: SdkCall) -> Answer:
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

    def send_free(self, call: SdkCall) -> Answer:
        """The same for a call that costs nothing: with the batch key when there is no other."""
        keyring = self._ask_keyring()
        return self.send("batch" if keyring.has_batch and not keyring.has_default else "default", call)

    def transfer(self, call: SdkCall) -> Answer:
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
        except StoppedError:
            raise
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
            raise refusal(replace(answer, body=without_keys(answer.body, keyring.mask)))
        return replace(answer, body=without_keys(answer.body, _mask_of_names(keyring)))

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


def _mask_of_names(keyring: GoogleKeyring) -> Callable[[str], str]:
    """For answers that name things: a key too short to be Google's, such as "batch", may be part of every name."""
    short = (keyring.has_default and not keyring.default.tail) or (keyring.has_batch and not keyring.batch.tail)
    return mask_keys if short else keyring.mask


def create_embeddings(client: genai.Client, *, model: str, input_file: str, display_name: str) -> object:
    """Creates a batch, in a single POST."""
    from google.genai.errors import ExperimentalWarning

    config: Any = {"display_name": display_name, "http_options": _ONCE}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=ExperimentalWarning)
        return client.batches.create_embeddings(model=model, src={"file_name": input_file}, config=config)


def embed_texts(client: genai.Client, *, profile: Profile, prompts: Sequence[str]) -> object:
    """Embeds directly, in a single POST; of a list of strings newer models make one vector, so each is a Content."""
    from google.genai.types import Content

    contents: Any = [Content.model_validate({"parts": [{"text": prompt}]}) for prompt in prompts]
    config: Any = {
        "task_type": task_field(profile),
        "output_dimensionality": profile.dimension,
        "http_options": _ONCE,
    }
    return client.models.embed_content(model=profile.model, contents=contents, config=config)


def _not_about_environment(record: logging.LogRecord) -> bool:
    return "GOOGLE_API_KEY" not in record.getMessage()
