"""Creating a batch: one POST, whatever happens, and no doubt about what is known of it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from engine.domain.models import Profile
from engine.emulator import CallRule, EmulatorServer, Scenario
from engine.errors import AccountError, GeminiError, InvalidRequest, OutcomeUnknown, RateLimited, Unreachable
from engine.gemini.client import GeminiClient
from tests.contract.canned import CannedServer, Reply
from tests.contract.conftest import Connect


@pytest.fixture
def file(client: GeminiClient, spool: Path) -> str:
    return client.upload(spool, "job").name


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"do": "error", "status": 400, "message": "bad"}, InvalidRequest),
        ({"do": "error", "status": 403, "reason": "CONSUMER_SUSPENDED"}, AccountError),
        ({"do": "error", "status": 404, "message": "not found"}, InvalidRequest),
        ({"do": "error", "status": 429, "message": "Resource has been exhausted", "retry_delay": 26.0}, RateLimited),
        ({"do": "error", "status": 429, "message": "Your prepayment credits are depleted."}, AccountError),
        ({"do": "error", "status": 408}, OutcomeUnknown),
        ({"do": "error", "status": 500}, OutcomeUnknown),
        ({"do": "error", "status": 503}, OutcomeUnknown),
        ({"do": "error", "status": 504}, OutcomeUnknown),
        ({"do": "html", "status": 502}, OutcomeUnknown),
        ({"do": "html", "status": 200}, OutcomeUnknown),
        ({"do": "empty"}, OutcomeUnknown),
        ({"do": "cut"}, OutcomeUnknown),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_a_creation_that_goes_wrong_is_sent_once(
    client: GeminiClient,
    emulator: EmulatorServer,
    profile: Profile,
    file: str,
    waits: list[float],
    rule: dict[str, object],
    kind: type[GeminiError],
) -> None:
    # The rule fires once: a second POST would find an emulator that behaves, and make a job.
    emulator.set_scenario(Scenario(calls=(CallRule(on="create", **rule),)))  # type: ignore[arg-type]
    with pytest.raises(kind) as caught:
        client.create_batch(profile.model, file, "job")
    assert emulator.jobs() == []
    assert waits == []
    assert caught.value.retry_after == rule.get("retry_delay")


@pytest.mark.parametrize(
    "rule",
    [{"do": "error"}, {"do": "html", "status": 200}, {"do": "empty"}, {"do": "cut"}, {"do": "delay", "seconds": 1.0}],
    ids=lambda rule: rule["do"],
)
def test_a_creation_whose_answer_is_lost_made_one_job_that_the_listing_shows(
    connect: Connect, emulator: EmulatorServer, profile: Profile, file: str, rule: dict[str, object]
) -> None:
    client = connect(timeout_seconds=0.4)
    emulator.set_scenario(Scenario(calls=(CallRule(on="create", effect=True, **rule),)))  # type: ignore[arg-type]
    with pytest.raises(OutcomeUnknown):
        client.create_batch(profile.model, file, "job")
    assert [job["display_name"] for job in emulator.jobs()] == ["job"]
    (found,) = client.list_batches()
    assert (found.display_name, found.input_file) == ("job", file)


def test_a_creation_that_reaches_nobody_is_known_not_to_have_happened(connect: Connect, profile: Profile) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unreachable, match="No connection"):
            connect(base_url=closed).create_batch(profile.model, "files/x", "job")


def test_a_creation_the_sdk_refuses_to_send_is_known_not_to_have_happened(
    client: GeminiClient, emulator: EmulatorServer
) -> None:
    with pytest.raises(InvalidRequest, match="not sent"):
        client.create_batch("", "files/x", "job")
    assert emulator.jobs() == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"{}"),
        Reply(b"null"),
        Reply(b"[]"),
        Reply(b"\xff"),
        Reply(b'{"name":"operations/x"}'),
        Reply(b'{"error":{"code":429,"message":"inside"}}'),
        Reply(b"{}", 201),
        Reply(b"", 204),
        Reply(b"", 307, {"Location": "{url}/elsewhere"}),
        Reply(b"", 302, {"Location": "{url}/elsewhere"}),
        Reply(b'{"name":"batches/x"', 200, {"Content-Length": "1000", "Connection": "close"}),
    ],
    ids=lambda reply: f"{reply.status}-{reply.body.decode('latin-1')}",
)
def test_an_answer_that_names_no_batch_leaves_the_outcome_open(
    connect: Connect, profile: Profile, reply: Reply
) -> None:
    with CannedServer(lambda _: reply) as server:
        client = connect(base_url=server.base_url, timeout_seconds=2.0)
        with pytest.raises(OutcomeUnknown):
            client.create_batch(profile.model, "files/x", "job")
        client.close()
    assert [request.path for request in server.requests] == [f"/v1beta/models/{profile.model}:asyncBatchEmbedContent"]


def test_a_job_that_was_created_is_not_doubted_for_the_sake_of_a_detail(connect: Connect, profile: Profile) -> None:
    odd = (
        b'{"name":"batches/x","metadata":{"state":"BATCH_STATE_NEW","createTime":"soon"},"error":{"details":[{"a":1}]}}'
    )
    with CannedServer(lambda _: Reply(odd)) as server:
        client = connect(base_url=server.base_url)
        assert client.create_batch(profile.model, "files/x", "job").name == "batches/x"
        client.close()


@pytest.mark.parametrize(
    "metadata", [b'{"displayName":"another"}', b'{"displayName":"job","inputConfig":{"fileName":"files/y"}}']
)
def test_an_answer_about_another_creation_leaves_the_outcome_open(
    connect: Connect, profile: Profile, metadata: bytes
) -> None:
    with CannedServer(lambda _: Reply(b'{"name":"batches/x","metadata":' + metadata + b"}")) as server:
        client = connect(base_url=server.base_url)
        with pytest.raises(OutcomeUnknown, match="another one, batches/x"):
            client.create_batch(profile.model, "files/x", "job")
        client.close()
    assert len(server.requests) == 1
