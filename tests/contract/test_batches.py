"""The path of a batch job over HTTP: files, creation, listing, results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.domain.batches import RemoteState
from engine.domain.retry import Cause
from engine.domain.vectors import Profile
from engine.emulator import CallRule, EmulatorServer, JobRule, RowRule, Scenario
from engine.errors import (
    AccountError,
    BadAnswer,
    InvalidRequest,
    NotFound,
    RateLimited,
    ResultsEndEarly,
    ServerFault,
    Unreachable,
)
from engine.gemini.client import GeminiClient
from engine.gemini.jsonl import ResultSlice, read_results, request_line
from engine.gemini.protocol import RemoteBatch
from tests.contract.conftest import BATCH_KEY, Connect


def finished(client: GeminiClient, batch: RemoteBatch) -> RemoteBatch:
    for _ in range(500):
        batch = client.get_batch(batch.name)
        if batch.state not in (RemoteState.PENDING, RemoteState.RUNNING):
            return batch
    raise AssertionError(f"still {batch.state}")


def run(client: GeminiClient, profile: Profile, spool: Path) -> RemoteBatch:
    return finished(client, client.create_batch(profile.model, client.upload(spool, "job").name, "job"))


def results(client: GeminiClient, profile: Profile, spool: Path) -> ResultSlice:
    done = run(client, profile, spool)
    assert done.output_file
    target = spool.with_suffix(".results")
    client.download(done.output_file, target)
    (found,) = read_results(target, 0, profile.dimension, slice_rows=1000)
    return found


@pytest.mark.parametrize("model", ["gemini-embedding-001", "gemini-embedding-2"])
@pytest.mark.parametrize("dimension", [8, 3072])
def test_a_batch_gives_the_vectors_that_synchronous_calls_give(
    client: GeminiClient, tmp_path: Path, model: str, dimension: int
) -> None:
    profile = Profile(model, dimension)
    texts = ["plain", "with \u2028 and \x00", "a lone \ud800 surrogate", "an emoji \U0001f600"]
    path = tmp_path / "requests.jsonl"
    path.write_bytes(b"".join(request_line(f"{row}-0123456789abcdef", text, profile) for row, text in enumerate(texts)))
    batch = results(client, profile, path)
    synchronous = client.embed(profile, texts)
    assert batch.failures == []
    assert dict(zip(batch.chunk_ids, batch.vectors, strict=True)) == dict(enumerate(synchronous.vectors))
    assert sum(batch.tokens) == synchronous.tokens


def test_a_finished_batch_tells_what_the_sdk_drops(client: GeminiClient, profile: Profile, spool: Path) -> None:
    done = run(client, profile, spool)
    assert (done.state, done.raw_state) == (RemoteState.SUCCEEDED, "BATCH_STATE_SUCCEEDED")
    assert (done.requests, done.succeeded, done.failed, done.pending) == (30, 30, 0, 0)
    assert done.input_file
    assert done.raw.startswith("{")


def test_the_guides_spelling_of_states_is_understood(
    client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path
) -> None:
    emulator.set_scenario(Scenario(state_prefix="JOB_STATE_"))
    assert run(client, profile, spool).state is RemoteState.SUCCEEDED


def test_a_failed_batch_says_why(client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path) -> None:
    emulator.set_scenario(Scenario(jobs=(JobRule(do="fail", code=3, message="cannot"),)))
    done = run(client, profile, spool)
    assert (done.state, done.error_code, done.error_message) == (RemoteState.FAILED, 3, "cannot")


def test_an_unknown_state_is_unknown_and_no_warning(
    client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path
) -> None:
    emulator.set_scenario(Scenario(jobs=(JobRule(do="unknown_state"),)))
    done = run(client, profile, spool)
    assert done.state is RemoteState.UNKNOWN
    assert done.raw_state
    assert [batch.state for batch in client.list_batches()] == [RemoteState.UNKNOWN]


def test_every_page_of_the_listing_is_read_newest_first(client: GeminiClient, profile: Profile, spool: Path) -> None:
    assert client.list_batches() == []
    file = client.upload(spool, "job")
    names = [client.create_batch(profile.model, file.name, f"job {number}").name for number in range(205)]
    assert [batch.name for batch in client.list_batches()] == names[::-1]


def test_a_cancelled_batch_ends(client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path) -> None:
    emulator.set_scenario(Scenario(jobs=(JobRule(do="running"),)))
    batch = client.create_batch(profile.model, client.upload(spool, "job").name, "job")
    client.cancel_batch(batch.name)
    assert finished(client, batch).state is RemoteState.CANCELLED


def test_a_model_without_batches_and_a_missing_file_are_refused(
    client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path
) -> None:
    with pytest.raises(InvalidRequest):
        client.create_batch("text-embedding-004", client.upload(spool, "job").name, "job")
    with pytest.raises(InvalidRequest):
        client.create_batch(profile.model, "files/nothing", "job")
    assert emulator.jobs() == []


def test_a_large_upload_goes_in_chunks_and_arrives_whole(client: GeminiClient, tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    path.write_bytes((b'{"key":"' + b"x" * 1000 + b'"}\n') * 20_000)
    file = client.upload(path, "größe 測試")
    assert (file.size, file.state) == (path.stat().st_size, "ACTIVE")


def test_an_upload_waits_until_google_has_processed_the_file(
    client: GeminiClient, emulator: EmulatorServer, spool: Path, waits: list[float]
) -> None:
    emulator.set_scenario(Scenario(file_processing=5))
    assert client.upload(spool, "job").state == "ACTIVE"
    assert waits


@pytest.mark.parametrize("operation", ["upload_start", "upload_data", "file_get"])
@pytest.mark.parametrize(
    "rule",
    [{"do": "error"}, {"do": "cut"}, {"do": "cut", "effect": True}, {"do": "html", "status": 200}, {"do": "empty"}],
    ids=lambda rule: "-".join(map(str, rule.values())),
)
def test_an_upload_is_repeated_after_a_passing_fault(
    client: GeminiClient, emulator: EmulatorServer, spool: Path, operation: str, rule: dict[str, object]
) -> None:
    fault = CallRule(on=operation, **rule)  # type: ignore[arg-type]
    emulator.set_scenario(Scenario(calls=(fault,), file_processing=1))
    assert client.upload(spool, "job").state == "ACTIVE"


def test_an_upload_refused_for_its_type_is_sent_under_another(
    client: GeminiClient, emulator: EmulatorServer, spool: Path
) -> None:
    refusal = CallRule(on="upload_start", do="error", status=400, message="Unsupported MIME type.", times=2)
    emulator.set_scenario(Scenario(calls=(refusal,)))
    assert client.upload(spool, "job").state == "ACTIVE"
    emulator.set_scenario(Scenario(calls=(CallRule(on="upload_start", do="error", status=400, message="Odd."),)))
    with pytest.raises(InvalidRequest, match="Odd"):
        client.upload(spool, "job")


FREE_CALLS = ["get", "list", "cancel", "file_delete", "count_tokens", "models"]


def call(client: GeminiClient, operation: str, batch: str, file: str) -> None:
    calls: dict[str, Callable[[], object]] = {
        "get": lambda: client.get_batch(batch),
        "list": client.list_batches,
        "cancel": lambda: client.cancel_batch(batch),
        "file_delete": lambda: client.delete_file(file),
        "count_tokens": lambda: client.count_tokens("gemini-embedding-001", ["text"]),
        "models": lambda: client.model("gemini-embedding-001"),
    }
    calls[operation]()


@pytest.mark.parametrize("operation", FREE_CALLS)
@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"do": "error", "status": 503}, ServerFault),
        ({"do": "error", "status": 500}, ServerFault),
        ({"do": "error", "status": 429, "retry_delay": 7.0}, RateLimited),
        ({"do": "html", "status": 200}, BadAnswer),
        ({"do": "html", "status": 502}, ServerFault),
        ({"do": "cut"}, Unreachable),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_a_call_that_costs_nothing_is_repeated_and_at_last_says_what_is_wrong(
    client: GeminiClient,
    emulator: EmulatorServer,
    profile: Profile,
    spool: Path,
    waits: list[float],
    operation: str,
    rule: dict[str, object],
    kind: type[Exception],
) -> None:
    file = client.upload(spool, "job").name
    batch = client.create_batch(profile.model, file, "job").name
    fault = CallRule(on=operation, times=3, **rule)  # type: ignore[arg-type]
    emulator.set_scenario(Scenario(calls=(fault,)))
    call(client, operation, batch, file)
    assert waits == ([7.0] * 3 if "retry_delay" in rule else [0.5, 1, 2])
    emulator.set_scenario(Scenario(calls=(CallRule(on=operation, times=0, **rule),)))  # type: ignore[arg-type]
    with pytest.raises(kind) as caught:
        call(client, operation, batch, file)
    assert caught.value.hint  # type: ignore[attr-defined]


def test_a_long_wait_is_left_to_the_caller(client: GeminiClient, emulator: EmulatorServer, waits: list[float]) -> None:
    emulator.set_scenario(Scenario(calls=(CallRule(on="list", do="error", status=429, retry_delay=600),)))
    with pytest.raises(RateLimited) as caught:
        client.list_batches()
    assert caught.value.retry_after == 600
    assert waits == []


def test_an_empty_answer_is_no_empty_listing(client: GeminiClient, emulator: EmulatorServer) -> None:
    emulator.set_scenario(Scenario(calls=(CallRule(on="list", do="empty", times=0),)))
    with pytest.raises(BadAnswer, match="cannot be read"):
        client.list_batches()


def test_a_revoked_key_is_an_account_error_and_named_by_its_end_only(
    client: GeminiClient, emulator: EmulatorServer
) -> None:
    emulator.set_scenario(Scenario(calls=(CallRule(on="list", do="revoke"),)))
    with pytest.raises(AccountError) as caught:
        client.list_batches()
    assert BATCH_KEY not in caught.value.message


def test_a_call_that_is_never_answered_ends(connect: Connect, emulator: EmulatorServer) -> None:
    emulator.set_scenario(Scenario(calls=(CallRule(on="list", do="delay", seconds=5, times=0),)))
    with pytest.raises(Unreachable, match=r"within 0\.3 seconds"):
        connect(timeout_seconds=0.3).list_batches()


def test_a_download_reports_its_progress_and_its_length(
    client: GeminiClient, profile: Profile, spool: Path, tmp_path: Path
) -> None:
    done = run(client, profile, spool)
    assert done.output_file
    told: list[int] = []
    size = client.download(done.output_file, tmp_path / "results", told.append)
    assert size == (tmp_path / "results").stat().st_size == told[-1]


@pytest.mark.parametrize("fault", ["cut_download", "short_file"])
def test_a_download_cut_short_is_noticed(
    client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path, tmp_path: Path, fault: str
) -> None:
    emulator.set_scenario(Scenario(jobs=(JobRule(do=fault),)))
    done = run(client, profile, spool)
    assert done.output_file
    with pytest.raises(BadAnswer, match="cut short") as caught:
        client.download(done.output_file, tmp_path / "results")
    assert isinstance(caught.value, ResultsEndEarly) == (fault == "short_file")


@pytest.mark.parametrize(
    "rule",
    [{"do": "error"}, {"do": "cut"}, {"do": "html", "status": 200}, {"do": "empty"}],
    ids=lambda rule: "-".join(map(str, rule.values())),
)
def test_a_download_starts_over_after_a_passing_fault(
    client: GeminiClient,
    emulator: EmulatorServer,
    profile: Profile,
    spool: Path,
    tmp_path: Path,
    rule: dict[str, object],
) -> None:
    done = run(client, profile, spool)
    assert done.output_file
    emulator.set_scenario(Scenario(calls=(CallRule(on="download", **rule),)))  # type: ignore[arg-type]
    size = client.download(done.output_file, tmp_path / "results")
    assert size == (tmp_path / "results").stat().st_size > 0


def test_what_progress_raises_ends_the_download(
    client: GeminiClient, profile: Profile, spool: Path, tmp_path: Path
) -> None:
    done = run(client, profile, spool)
    assert done.output_file

    def give_up(size: int) -> None:
        raise KeyError(size)

    with pytest.raises(KeyError):
        client.download(done.output_file, tmp_path / "results", give_up)


def test_what_is_gone_counts_as_deleted_and_a_result_file_cannot_be(
    client: GeminiClient, profile: Profile, spool: Path
) -> None:
    file = client.upload(spool, "job")
    assert client.delete_file(file.name)
    assert client.delete_file(file.name)
    assert not client.delete_file("files/batch-507oatd242het8ox60pwsmn7tcmtkrj8itff")
    with pytest.raises(NotFound):
        client.get_batch("batches/none")


@pytest.mark.parametrize(
    ("fault", "cause", "named"),
    [
        ("error", Cause.INTERNAL, True),
        ("wrong_dimension", Cause.WRONG_DIMENSION, True),
        ("nan", Cause.BAD_VECTOR, True),
        ("bare_nan", Cause.BAD_VECTOR, True),
        ("zero", Cause.BAD_VECTOR, True),
        ("huge_line", Cause.INTERNAL, True),
        ("unknown_key", Cause.OTHER, True),
        ("not_json", Cause.OTHER, False),
        ("half_line", Cause.OTHER, False),
    ],
)
def test_a_row_that_went_wrong_is_a_failure_and_the_others_are_not(
    client: GeminiClient,
    emulator: EmulatorServer,
    profile: Profile,
    spool: Path,
    fault: str,
    cause: Cause,
    *,
    named: bool,
) -> None:
    emulator.set_scenario(Scenario(rows=(RowRule(do=fault, regex=r"\b7$"),)))
    found = results(client, profile, spool)
    assert sorted(found.chunk_ids) == [row for row in range(30) if row != 7]
    (failure,) = found.failures
    assert failure.cause is cause
    assert (failure.key is not None) is named


def test_shuffled_dropped_and_repeated_rows_are_read_as_they_come(
    client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path
) -> None:
    rows = (RowRule(do="drop", regex=r"\b7$"), RowRule(do="repeat", regex=r"\b9$"))
    emulator.set_scenario(Scenario(rows=rows, jobs=(JobRule(do="shuffle"),)))
    found = results(client, profile, spool)
    assert found.chunk_ids != sorted(found.chunk_ids)
    assert sorted(found.chunk_ids) == sorted([row for row in range(30) if row != 7] + [9])
