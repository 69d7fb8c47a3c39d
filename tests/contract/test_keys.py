"""Which key a call is made with, and that no key goes astray."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from engine.domain.keys import GoogleKeyring
from engine.domain.models import Profile
from engine.emulator import EmulatorServer
from engine.errors import BadAnswer, HalfrateError, KeyringError, MissingBatchKey, MissingDefaultKey
from engine.gemini.client import GeminiClient
from engine.gemini.wire import NO_CERTIFICATES, Wire, is_loopback
from tests.contract.canned import CannedServer, Reply, Request
from tests.contract.conftest import BATCH_KEY, DEFAULT_KEY, Connect


def every_call(client: GeminiClient, spool: Path, profile: Profile) -> None:
    file = client.upload(spool, "job")
    batch = client.create_batch(profile.model, file.name, "job")
    client.list_batches()
    while not client.get_batch(batch.name).output_file:
        pass
    client.download(client.get_batch(batch.name).output_file or "", spool.with_suffix(".results"))
    client.cancel_batch(batch.name)
    client.delete_file(file.name)


def test_batches_are_billed_to_the_batch_key_and_synchronous_calls_to_the_default_key(
    client: GeminiClient, emulator: EmulatorServer, spool: Path, profile: Profile
) -> None:
    every_call(client, spool, profile)
    client.embed(profile, ["a"])
    assert [(entry["mode"], entry["key"]) for entry in emulator.bill()["entries"]] == [
        ("batch", BATCH_KEY[-4:]),
        ("synchronous", DEFAULT_KEY[-4:]),
    ]


def test_a_key_that_is_a_word_of_every_answer_can_be_used(connect: Connect, spool: Path, profile: Profile) -> None:
    every_call(connect(GoogleKeyring("models", "batch")), spool, profile)


def test_each_call_sends_its_key_and_only_that(connect: Connect, profile: Profile, spool: Path) -> None:
    def script(request: Request) -> Reply:
        return Reply(b'{"name":"batches/x","embeddings":[{"values":[1,1,1,1,1,1,1,1]}],"totalTokens":1}')

    with CannedServer(script) as server:
        client = connect(base_url=server.base_url)
        client.create_batch(profile.model, "files/x", "job")
        client.get_batch("batches/x")
        client.cancel_batch("batches/x")
        client.delete_file("files/x")
        client.embed(profile, ["a"])
        client.count_tokens(profile.model, ["a"])
        client.model(profile.model)
        client.close()
    keys = [request.headers["x-goog-api-key"] for request in server.requests]
    assert keys == [BATCH_KEY] * 4 + [DEFAULT_KEY] * 3
    assert all("key" not in request.path for request in server.requests)


def test_the_environment_takes_no_part(
    connect: Connect, profile: Profile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in {
        "GOOGLE_API_KEY": "another-key-invalid",
        "GEMINI_API_KEY": "yet-another-key-invalid",
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_GENAI_USE_ENTERPRISE": "false",
        "GOOGLE_CLOUD_PROJECT": "project",
        "GOOGLE_CLOUD_LOCATION": "nowhere",
        "GOOGLE_GEMINI_BASE_URL": "http://127.0.0.1:9",
        "GOOGLE_GENAI_API_VERSION": "v7",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    with CannedServer(lambda _: Reply(b'{"name":"batches/x"}')) as server, caplog.at_level(logging.WARNING):
        client = connect(base_url=server.base_url)
        client.create_batch(profile.model, "files/x", "job")
        client.close()
    assert server.requests[0].headers["x-goog-api-key"] == BATCH_KEY
    assert server.requests[0].path.startswith("/v1beta/")
    assert caplog.records == []


def test_a_redirect_does_not_take_the_key_along(connect: Connect) -> None:
    with CannedServer(lambda _: Reply(b'{"operations":[]}')) as elsewhere:
        away = Reply(b"", 307, {"Location": f"{elsewhere.base_url}/v1beta/batches"})
        with CannedServer(lambda _: away) as server:
            client = connect(base_url=server.base_url)
            with pytest.raises(BadAnswer, match="307"):
                client.list_batches()
            client.close()
    assert server.requests
    assert elsewhere.requests == []


def test_without_a_batch_key_batch_calls_refuse_before_anything_is_sent(
    connect: Connect, emulator: EmulatorServer, profile: Profile, spool: Path
) -> None:
    client = connect(GoogleKeyring(DEFAULT_KEY))
    for call in (
        lambda: client.upload(spool, "job"),
        lambda: client.create_batch(profile.model, "files/x", "job"),
        client.list_batches,
        lambda: client.get_batch("batches/x"),
        lambda: client.delete_file("files/x"),
    ):
        with pytest.raises(MissingBatchKey):
            call()
    assert emulator.jobs() == []
    assert client.embed(profile, ["a"]).tokens


def test_without_a_default_key_free_calls_use_the_batch_key_and_paid_ones_refuse(
    connect: Connect, emulator: EmulatorServer, profile: Profile
) -> None:
    client = connect(GoogleKeyring(None, BATCH_KEY))
    assert client.count_tokens(profile.model, ["a"]) > 0
    assert client.model(profile.model).batch_embedding
    with pytest.raises(MissingDefaultKey):
        client.embed(profile, ["a"])
    assert emulator.bill()["entries"] == []
    with pytest.raises(MissingDefaultKey):
        connect(GoogleKeyring(None)).model(profile.model)


def test_a_rotated_key_is_used_from_the_next_call_on(connect: Connect) -> None:
    rings = iter(["the-first-key-3333", "the-first-key-3333", "the-second-key-4444"])
    with CannedServer(lambda _: Reply(b'{"operations":[]}')) as server:
        client = connect(lambda: GoogleKeyring(None, next(rings)), base_url=server.base_url)
        for _ in range(3):
            client.list_batches()
        client.close()
    keys = [request.headers["x-goog-api-key"] for request in server.requests]
    assert keys == ["the-first-key-3333", "the-first-key-3333", "the-second-key-4444"]


@pytest.mark.parametrize("key", ["schlüssel-1234", "two words", "line\nbreak"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(connect: Connect, key: str) -> None:
    with pytest.raises(KeyringError) as caught:
        connect(GoogleKeyring(None, key)).list_batches()
    assert key not in str(caught.value)


LEAKED = "AIzaSyA1234567890123456789012345678901"
ECHOES = f"{BATCH_KEY} {DEFAULT_KEY} {LEAKED}"
ESCAPED = "".join(f"\\u{ord(character):04x}" for character in ECHOES)
"""The same words, as JSON may write them as well."""


def shows_a_key(*said: object) -> bool:
    words = " ".join(map(str, said))
    return any(key in words for key in (BATCH_KEY, DEFAULT_KEY, LEAKED, ESCAPED[:60]))


@pytest.mark.parametrize("echo", [ECHOES, ESCAPED], ids=["plain", "escaped"])
def test_a_key_that_google_echoes_reaches_no_value(connect: Connect, echo: str) -> None:
    operation = (
        f'{{"name":"batches/x","metadata":{{"displayName":"{echo}","state":"{echo}","createTime":"{echo}",'
        f'"endTime":"{echo}","inputConfig":{{"fileName":"{echo}"}},"output":{{"responsesFile":"{echo}"}},"{echo}":1}},'
        f'"error":{{"code":3,"message":"{echo}","details":[{{"a":"{echo}"}}]}}}}'
    )
    model = f'{{"name":"models/{echo}","supportedGenerationMethods":["{echo}"]}}'

    def script(request: Request) -> Reply:
        if "models" in request.path:
            return Reply(model.encode())
        listing = f'{{"operations":[{operation}]}}'
        return Reply((operation if request.path.endswith("/x") else listing).encode())

    with CannedServer(script) as server:
        client = connect(base_url=server.base_url)
        batch, (listed,) = client.get_batch("batches/x"), client.list_batches()
        found = client.model("x")
        client.close()
    assert batch == listed
    assert batch.error_message.endswith("…8901")
    assert json.loads(batch.raw)["error"]["message"] == batch.error_message
    assert not shows_a_key(batch, json.loads(batch.raw), found)


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404, 429, 500, 503])
@pytest.mark.parametrize(
    "body",
    [
        f'{{"error":{{"message":"{ECHOES}","status":"{ECHOES}"}}}}',
        f'{{"error":{{"message":"{ESCAPED}","status":"{ESCAPED}"}}}}',
        ECHOES,
        f"{'x' * 390}{ECHOES}",
        f"<html>{ECHOES}",
        f'{{"name":"batches/{ECHOES}"}}',
    ],
    ids=["json", "escaped", "text", "cut", "page", "name"],
)
def test_a_key_that_google_echoes_reaches_no_error(
    connect: Connect, profile: Profile, spool: Path, body: str, status: int
) -> None:
    with CannedServer(lambda _: Reply(body.encode(), status)) as server:
        client = connect(base_url=server.base_url)
        for call in (
            lambda: client.upload(spool, "job"),
            lambda: client.create_batch(profile.model, "files/x", "job"),
            lambda: client.get_batch("batches/x"),
            client.list_batches,
            lambda: client.download("files/x", spool.with_suffix(".results")),
            lambda: client.embed(profile, ["a"]),
            lambda: client.model("x"),
        ):
            said: object
            try:
                said = call()
            except HalfrateError as error:
                said = (error.message, error.hint, getattr(error, "status", ""))
            assert not shows_a_key(said)
            assert "the-batch" not in str(said)
        client.close()
    assert server.requests


def test_the_sdk_is_loaded_on_first_use_only() -> None:
    program = "import sys, engine.gemini.client; sys.exit('google.genai' in sys.modules or 'httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_google_is_imported_by_one_module_only() -> None:
    importing = re.compile(r"^\s*(from|import) google\b", re.MULTILINE)
    modules = Path(engine.__file__).parent.rglob("*.py")
    assert [module.name for module in modules if importing.search(module.read_text("utf-8"))] == ["sdk.py"]


def test_certificates_are_read_for_google_and_for_no_http_address() -> None:
    wire = Wire()
    assert "verify" not in wire.client_args("https://generativelanguage.googleapis.com", 1.0)
    assert wire.client_args("http://127.0.0.1:1", 1.0)["verify"] is NO_CERTIFICATES
    assert NO_CERTIFICATES.get_ca_certs() == []


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://[::1]:1/", True),
        ("https://generativelanguage.googleapis.com", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example.org", False),
        ("", False),
    ],
)
def test_only_this_machine_is_reached_without_a_proxy(url: str, *, local: bool) -> None:
    assert is_loopback(url) is local
    assert Wire().client_args(url, 1.0)["trust_env"] is not local
