"""The vendor's asynchronous client, over each of the HTTP libraries it can use."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64decode
from collections.abc import AsyncIterator

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from engine.emulator import CallRule, EmulatorServer, Scenario
from tests.emulator.wire_client import KEY, row

# Said by aiohttp of the way the vendor's client uses it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Inheritance class:DeprecationWarning",
    "ignore:Sending a large body:ResourceWarning",
    "ignore::google.genai.errors.ExperimentalWarning",
)

LARGE = 8 * 1024 * 1024 + 7


@pytest.fixture(params=["aiohttp", "httpx2"])
async def client(request: pytest.FixtureRequest, server: EmulatorServer) -> AsyncIterator[genai.Client]:
    """The client takes aiohttp where it is installed, unless it is handed a transport of httpx2."""
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
    transport = None if request.param == "aiohttp" else {"transport": httpx2.AsyncHTTPTransport()}
    made = genai.Client(
        api_key=KEY, http_options=types.HttpOptions(base_url=server.base_url, async_client_args=transport)
    )
    yield made
    await made.aio.aclose()
    made.close()


@pytest.mark.parametrize("size", [0, 1, LARGE])
async def test_an_asynchronous_upload_arrives_whole(client: genai.Client, size: int) -> None:
    data = b"x" * size
    config = types.UploadFileConfig(mime_type="application/jsonl", display_name="async")
    file = await client.aio.files.upload(file=io.BytesIO(data), config=config)
    assert (file.display_name, file.size_bytes or 0) == ("async", size)
    assert b64decode(file.sha256_hash or "").decode() == hashlib.sha256(data).hexdigest()
    assert (await client.aio.files.get(name=file.name or "")).name == file.name


async def test_a_refused_chunk_ends_an_asynchronous_upload(client: genai.Client, server: EmulatorServer) -> None:
    server.set_scenario(Scenario(calls=(CallRule(on="upload_data", do="error", status=400, message="No room"),)))
    config = types.UploadFileConfig(mime_type="application/jsonl")
    with pytest.raises(errors.ClientError, match="No room"):
        await client.aio.files.upload(file=io.BytesIO(b"x"), config=config)


async def test_a_job_runs_from_upload_to_vectors(client: genai.Client) -> None:
    data = io.BytesIO(json.dumps(row("a", "a cat", 8)).encode() + b"\n")
    config = types.UploadFileConfig(mime_type="application/jsonl")
    file = await client.aio.files.upload(file=data, config=config)
    source = types.EmbeddingsBatchJobSource(file_name=file.name)
    created = await client.aio.batches.create_embeddings(model="gemini-embedding-001", src=source)
    job = await client.aio.batches.get(name=created.name or "")
    assert job.dest is not None
    line = json.loads(await client.aio.files.download(file=job.dest.file_name or ""))
    assert (line["key"], len(line["response"]["embedding"]["values"])) == ("a", 8)
