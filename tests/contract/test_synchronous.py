"""Embedding at once: charged per call, so repeated only when nothing was charged."""

from __future__ import annotations

import json

import pytest

from engine.domain.models import Profile
from engine.emulator import CallRule, EmulatorServer, Scenario
from engine.errors import AccountError, BadAnswer, GeminiError, InvalidRequest, OutcomeUnknown, RateLimited
from engine.gemini.client import GeminiClient
from tests.contract.canned import CannedServer, Reply
from tests.contract.conftest import Connect


def charges(emulator: EmulatorServer) -> int:
    return len(emulator.bill()["entries"])


@pytest.mark.parametrize(
    "rule",
    [
        {"do": "error", "status": 429, "retry_delay": 3.0},
        {"do": "error", "status": 503},
        {"do": "error", "status": 500},
    ],
    ids=lambda rule: str(rule["status"]),
)
def test_a_fault_that_is_not_charged_is_repeated(
    client: GeminiClient, emulator: EmulatorServer, profile: Profile, waits: list[float], rule: dict[str, object]
) -> None:
    emulator.set_scenario(Scenario(calls=(CallRule(on="embed", times=2, **rule),)))  # type: ignore[arg-type]
    assert len(client.embed(profile, ["a"]).vectors) == 1
    assert charges(emulator) == 1
    assert waits == ([3.0, 3.0] if "retry_delay" in rule else [0.5, 1.0])


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"do": "cut"}, OutcomeUnknown),
        ({"do": "error", "status": 504}, OutcomeUnknown),
        ({"do": "html", "status": 502}, OutcomeUnknown),
        ({"do": "html", "status": 200}, BadAnswer),
        ({"do": "empty"}, BadAnswer),
        ({"do": "delay", "seconds": 1.0}, OutcomeUnknown),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_a_call_that_may_have_been_charged_is_not_repeated(
    connect: Connect, emulator: EmulatorServer, profile: Profile, rule: dict[str, object], kind: type[GeminiError]
) -> None:
    emulator.set_scenario(Scenario(calls=(CallRule(on="embed", effect=True, **rule),)))  # type: ignore[arg-type]
    with pytest.raises(kind) as caught:
        connect(timeout_seconds=0.4).embed(profile, ["a"])
    assert charges(emulator) == 1
    if kind is OutcomeUnknown:
        assert "charged" in caught.value.hint


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"status": 400, "message": "bad"}, InvalidRequest),
        ({"status": 400, "reason": "API_KEY_INVALID"}, AccountError),
        ({"status": 429, "message": "Your project has exceeded its monthly spending cap."}, AccountError),
        ({"status": 429, "retry_delay": 3600.0, "message": "quota"}, RateLimited),
    ],
    ids=["400", "key", "cap", "wait"],
)
def test_a_refusal_is_not_repeated(
    client: GeminiClient,
    emulator: EmulatorServer,
    profile: Profile,
    waits: list[float],
    rule: dict[str, object],
    kind: type[GeminiError],
) -> None:
    emulator.set_scenario(Scenario(calls=(CallRule(on="embed", do="error", **rule),)))  # type: ignore[arg-type]
    with pytest.raises(kind):
        client.embed(profile, ["a"])
    assert waits == []


def test_a_hundred_texts_are_the_most(client: GeminiClient, emulator: EmulatorServer, profile: Profile) -> None:
    assert client.embed(profile, []).vectors == ()
    assert len(client.embed(profile, ["text"] * 100).vectors) == 100
    with pytest.raises(InvalidRequest):
        client.embed(profile, ["text"] * 101)
    assert charges(emulator) == 1


@pytest.mark.parametrize(
    "embeddings",
    [
        None,
        [],
        [{"values": [1, 2]}, {"values": [1, 2]}],
        [{"values": [1]}],
        [{"values": [1, 2, 3]}],
        [{"values": [0, 0]}],
        [{"values": ["NaN", 1]}],
        [{"values": [None, 1]}],
        [{"values": [1e300, 1]}],
        [{"values": [10**400, 1]}],
        [{"values": {}}],
        [{}],
        [None],
        {},
    ],
    ids=lambda value: str(value)[:40],
)
def test_vectors_that_cannot_be_used_are_a_bad_answer(connect: Connect, embeddings: object) -> None:
    body = json.dumps({"embeddings": embeddings}).encode()
    with CannedServer(lambda _: Reply(body)) as server:
        client = connect(base_url=server.base_url)
        with pytest.raises(BadAnswer):
            client.embed(Profile(dimension=2), ["a"])
        client.close()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("profile", "request_"),
    [
        (
            Profile(dimension=2),
            {
                "content": {"parts": [{"text": "a"}]},
                "taskType": "RETRIEVAL_DOCUMENT",
                "outputDimensionality": 2,
                "model": "models/gemini-embedding-001",
            },
        ),
        (
            Profile("gemini-embedding-2", 2, "RETRIEVAL_QUERY"),
            {
                "content": {"parts": [{"text": "task: search result | query: a"}]},
                "outputDimensionality": 2,
                "model": "models/gemini-embedding-2",
            },
        ),
    ],
    ids=["first", "second"],
)
def test_a_synchronous_request_is_that_of_a_batch_line(
    connect: Connect, profile: Profile, request_: dict[str, object]
) -> None:
    body = json.dumps({"embeddings": [{"values": [3, 4]}] * 2, "usageMetadata": {"promptTokenCount": 5}}).encode()
    with CannedServer(lambda _: Reply(body)) as server:
        client = connect(base_url=server.base_url)
        found = client.embed(profile, ["a", "a"])
        client.close()
    assert found.tokens == 5
    assert json.loads(server.requests[0].body) == {"requests": [request_, request_]}


@pytest.mark.parametrize("usage", ["", ',"usageMetadata":{}', ',"usageMetadata":{"promptTokenCount":0}'])
def test_an_answer_without_a_count_of_tokens_has_none_rather_than_zero(connect: Connect, usage: str) -> None:
    body = f'{{"embeddings":[{{"values":[3,4]}}]{usage}}}'.encode()
    with CannedServer(lambda _: Reply(body)) as server:
        client = connect(base_url=server.base_url)
        assert client.embed(Profile(dimension=2), ["a"]).tokens is None
        client.close()


@pytest.mark.parametrize("body", [b"{}", b'{"totalTokens":0}', b'{"totalTokens":"many"}'])
def test_counting_gives_a_count_or_fails(connect: Connect, profile: Profile, body: bytes) -> None:
    with CannedServer(lambda _: Reply(body)) as server:
        client = connect(base_url=server.base_url)
        with pytest.raises(BadAnswer, match="no count"):
            client.count_tokens(profile.model, ["a"])
        client.close()
