"""What any Gemini server does for the engine: the emulator here, the real service with `pytest -m live`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.domain.jobs import RemoteState
from engine.domain.keys import GoogleKeyring
from engine.domain.models import Profile
from engine.emulator import EmulatorServer
from engine.errors import NotFound
from engine.gemini.client import GeminiClient
from engine.gemini.protocol import GeminiServer


@pytest.fixture(params=["emulator", pytest.param("google", marks=pytest.mark.live)])
def gemini(
    request: pytest.FixtureRequest, emulator: EmulatorServer, keyring: GoogleKeyring, live_keys: GoogleKeyring
) -> Iterator[GeminiServer]:
    if request.param == "emulator":
        with GeminiClient(keyring, base_url=emulator.base_url) as client:
            yield client
        return
    if not (live_keys.has_default and live_keys.has_batch):
        pytest.skip("GEMINI_API_KEY and GEMINI_BATCH_API_KEY are not set")
    with GeminiClient(live_keys) as client:
        yield client


_ENVIRONMENT = dict(os.environ)


@pytest.fixture
def live_keys() -> GoogleKeyring:
    return GoogleKeyring(_ENVIRONMENT.get("GEMINI_API_KEY"), _ENVIRONMENT.get("GEMINI_BATCH_API_KEY"))


@pytest.fixture
def profile() -> Profile:
    return Profile(dimension=128)


def test_the_model_offers_batch_embedding(gemini: GeminiServer, profile: Profile) -> None:
    model = gemini.model(profile.model)
    assert model.name == f"models/{profile.model}"
    assert model.input_tokens == profile.facts.input_tokens
    assert model.batch_embedding


def test_an_unknown_model_is_not_found(gemini: GeminiServer) -> None:
    with pytest.raises(NotFound):
        gemini.model("no-such-model")


def test_tokens_are_counted(gemini: GeminiServer, profile: Profile) -> None:
    assert gemini.count_tokens(profile.model, []) == 0
    one = gemini.count_tokens(profile.model, ["A sentence."])
    assert 0 < one < gemini.count_tokens(profile.model, ["A sentence.", "And \ud800 another, longer one."])


def test_each_text_gets_a_unit_vector_of_its_own(gemini: GeminiServer, profile: Profile) -> None:
    found = gemini.embed(profile, ["first", "second", "first"])
    vectors = [np.frombuffer(vector, dtype="<f4") for vector in found.vectors]
    assert [len(vector) for vector in vectors] == [profile.dimension] * 3
    assert [float(np.linalg.norm(vector)) for vector in vectors] == pytest.approx([1, 1, 1], abs=1e-5)
    assert float(vectors[0] @ vectors[2]) == pytest.approx(1, abs=1e-4)
    assert float(vectors[0] @ vectors[1]) < 0.999
    assert found.tokens is None or found.tokens > 0


def test_a_batch_is_created_listed_read_and_cancelled(gemini: GeminiServer, profile: Profile, spool: Path) -> None:
    name = f"halfrate contract {time.time_ns()}"
    file = gemini.upload(spool, name)
    assert (file.state, file.size) == ("ACTIVE", spool.stat().st_size)
    created = gemini.create_batch(profile.model, file.name, name)
    assert (created.display_name, created.input_file) == (name, file.name)
    assert created.state is not RemoteState.UNKNOWN
    assert [batch.name for batch in gemini.list_batches() if batch.display_name == name] == [created.name]
    gemini.cancel_batch(created.name)
    assert gemini.get_batch(created.name).create_time == created.create_time
    assert gemini.delete_file(file.name)


def test_an_unknown_batch_is_not_found(gemini: GeminiServer) -> None:
    with pytest.raises(NotFound):
        gemini.get_batch("batches/000000000000000000000000000000000000")
