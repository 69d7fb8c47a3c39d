"""The vendor's own client over real HTTP."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google import genai
from google.genai import errors, types

from engine.emulator import EmulatorServer
from tests.emulator.wire_client import KEY, row

pytestmark = pytest.mark.filterwarnings("ignore::google.genai.errors.ExperimentalWarning", "ignore::UserWarning")


@pytest.fixture
def client(server: EmulatorServer) -> Iterator[genai.Client]:
    with genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=server.base_url)) as made:
        yield made


def submit(client: genai.Client, rows: list[dict[str, Any]], name: str = "job") -> types.BatchJob:
    data = io.BytesIO("".join(json.dumps(line) + "\n" for line in rows).encode())
    file = client.files.upload(file=data, config=types.UploadFileConfig(mime_type="application/jsonl"))
    return client.batches.create_embeddings(
        model="gemini-embedding-001",
        src=types.EmbeddingsBatchJobSource(file_name=file.name),
        config=types.CreateEmbeddingsBatchJobConfig(display_name=name),
    )


@pytest.mark.parametrize("size", [0, 1, 8 * 1024 * 1024, 20 * 1024 * 1024 + 7])
def test_a_file_of_any_size_arrives_whole(client: genai.Client, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    config = types.UploadFileConfig(mime_type="application/jsonl", display_name="many")
    file = client.files.upload(file=io.BytesIO(data), config=config)
    assert (file.display_name, file.state) == ("many", types.FileState.ACTIVE)
    assert (file.size_bytes or 0) == size
    assert b64decode(file.sha256_hash or "").decode() == hashlib.sha256(data).hexdigest()
    assert client.files.get(name=file.name or "").name == file.name
    client.files.delete(name=file.name or "")
    with pytest.raises(errors.ClientError) as gone:
        client.files.get(name=file.name or "")
    assert gone.value.code == 403


def test_a_file_of_another_type_is_refused(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match="Unsupported MIME type: application/x-sh") as refused:
        client.files.upload(file=io.BytesIO(b"x"), config=types.UploadFileConfig(mime_type="application/x-sh"))
    assert refused.value.code == 400


def test_a_job_runs_from_upload_to_vectors(client: genai.Client, tmp_path: Path) -> None:
    created = submit(client, [row(f"k{number}", f"text {number}", 768) for number in range(5)])
    assert created.state is types.JobState.JOB_STATE_PENDING
    job = client.batches.get(name=created.name or "")
    assert job.done
    assert job.dest is not None
    target = tmp_path / "results.jsonl"
    client.files.download(file=job.dest.file_name or "", destination=str(target))
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["key"] for line in lines] == [f"k{number}" for number in range(5)]
    assert {len(line["response"]["embedding"]["values"]) for line in lines} == {768}
    assert client.files.download(file=job.dest.file_name or "") == target.read_bytes()


def test_the_results_file_can_be_downloaded_and_nothing_else(client: genai.Client) -> None:
    job = client.batches.get(name=submit(client, [row("a", "b")]).name or "")
    assert job.dest is not None
    name = job.dest.file_name or ""
    for call in (client.files.get, client.files.delete):
        with pytest.raises(errors.ClientError, match="more than 40 characters"):
            call(name=name)


def test_inline_requests_come_back_in_order(client: genai.Client) -> None:
    contents: Any = ["one", "two", "one"]
    source = types.EmbeddingsBatchJobSource(
        inlined_requests=types.EmbedContentBatch(
            contents=contents, config=types.EmbedContentConfig(output_dimensionality=8)
        )
    )
    created = client.batches.create_embeddings(model="gemini-embedding-001", src=source)
    job = client.batches.get(name=created.name or "")
    assert job.dest is not None
    vectors = [
        made.response.embedding.values
        for made in job.dest.inlined_embed_content_responses or []
        if made.response and made.response.embedding
    ]
    assert len(vectors) == 3
    assert vectors[0] == vectors[2] != vectors[1]


def test_the_same_creation_twice_makes_two_jobs(client: genai.Client, server: EmulatorServer) -> None:
    first, second = submit(client, [row("a", "b")]), submit(client, [row("a", "b")])
    assert first.name != second.name
    assert server.bill()["totals"]["batch"] == 2


def test_listings_are_paged_newest_first_and_end_without_an_empty_page(client: genai.Client) -> None:
    names = [submit(client, [row("a", "b")], f"job {number}").name for number in range(6)]
    states = {client.batches.get(name=name or "").state for name in names}
    assert states == {types.JobState.JOB_STATE_SUCCEEDED}
    config = types.ListBatchJobsConfig(page_size=2)
    assert [job.name for job in client.batches.list(config=config)] == names[::-1]
    files = list(client.files.list(config=types.ListFilesConfig(page_size=3)))
    assert len(files) == 12
    assert len({file.name for file in files}) == 12
    models = client.models.list(config=types.ListModelsConfig(page_size=1))
    assert [model.name for model in models][:2] == ["models/gemini-embedding-001", "models/gemini-embedding-2"]


def test_a_job_is_cancelled_and_deleted(client: genai.Client) -> None:
    with EmulatorServer(latency=100) as slow:
        other = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=slow.base_url))
        name = submit(other, [row("a", "b")]).name or ""
        other.batches.cancel(name=name)
        assert other.batches.get(name=name).state is types.JobState.JOB_STATE_CANCELLED
        other.batches.delete(name=name)
        with pytest.raises(errors.ClientError) as gone:
            other.batches.get(name=name)
        assert gone.value.code == 404
        assert list(other.batches.list(config=types.ListBatchJobsConfig(page_size=5))) == []
        other.close()


def test_synchronous_and_batch_vectors_are_the_same_numbers(client: genai.Client, tmp_path: Path) -> None:
    job = client.batches.get(name=submit(client, [row("a", "a cat sat on a mat", 16)]).name or "")
    assert job.dest is not None
    line = json.loads(client.files.download(file=job.dest.file_name or ""))
    answer = client.models.embed_content(
        model="gemini-embedding-001",
        contents=[types.Content(parts=[types.Part(text=text)]) for text in ("something else", "a cat sat on a mat")],
        config=types.EmbedContentConfig(output_dimensionality=16, task_type="RETRIEVAL_DOCUMENT", title="t"),
    )
    assert answer.embeddings is not None
    assert answer.embeddings[1].values == line["response"]["embedding"]["values"]
    counted = client.models.count_tokens(model="gemini-embedding-001", contents="a cat sat on a mat")
    assert counted.total_tokens == line["response"]["usageMetadata"]["promptTokenCount"]


def test_a_list_for_the_second_model_is_one_content(client: genai.Client) -> None:
    contents: Any = ["a", "b"]
    answer = client.models.embed_content(model="gemini-embedding-2", contents=contents)
    assert len(answer.embeddings or []) == 1


def test_a_model_says_what_it_can_do(client: genai.Client) -> None:
    model = client.models.get(model="gemini-embedding-001")
    assert "asyncBatchEmbedContent" in (model.supported_actions or [])
    assert model.input_token_limit == 2048
    with pytest.raises(errors.ClientError) as unknown:
        client.models.get(model="gemini-embedding-999")
    assert unknown.value.code == 404


def test_more_than_a_hundred_inputs_are_refused(client: genai.Client) -> None:
    contents: Any = ["x"] * 101
    with pytest.raises(errors.ClientError, match="at most 100 requests"):
        client.models.embed_content(model="gemini-embedding-001", contents=contents)
