"""The path of a batch job over HTTP: files, creation, listing, results."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.domain.causes import Cause
from engine.domain.jobs import RemoteState
from engine.domain.models import Profile
from engine.domain.requests import Outcome
from engine.domain.texts import text_hash
from engine.emulator import CallRule, EmulatorServer, JobRule, RowRule, Scenario
from engine.errors import (
    AccountError,
    BadAnswer,
    DatabaseLocked,
    InvalidRequest,
    LeaseLost,
    NotFound,
    RateLimited,
    ResultsEndEarly,
    ServerFault,
    Unreachable,
)
from engine.gemini.client import GeminiClient
from engine.gemini.protocol import RemoteBatch
from engine.gemini.result_keys import keys_of
from engine.gemini.result_lines import read_results
from engine.gemini.result_rows import ResultSlice
from engine.gemini.survey import survey
from tests.contract.canned import CannedServer, Reply
from tests.contract.conftest import BATCH_KEY, TEXTS, Connect, write_requests


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
    (found,) = read_results(target, 0, profile.dimension, keys_of(profile), slice_rows=1000)
    return found


@pytest.mark.parametrize("model", ["gemini-embedding-001", "gemini-embedding-2"])
@pytest.mark.parametrize("dimension", [8, 3072])
def test_a_batch_gives_the_vectors_that_synchronous_calls_give(
    client: GeminiClient, tmp_path: Path, model: str, dimension: int
) -> None:
    profile = Profile(model, dimension)
    texts = ["plain", "with \u2028 and \x00", "a lone \ud800 surrogate", "an emoji \U0001f600"]
    path = tmp_path / "requests.jsonl"
    write_requests(path, texts, profile)
    batch = results(client, profile, path)
    synchronous = client.embed(profile, texts)
    assert batch.failures == []
    vectors = dict(zip(batch.hashes, batch.vectors, strict=True))
    assert [vectors[text_hash(text)] for text in texts] == list(synchronous.vectors)
    assert sum(tokens or 0 for tokens in batch.tokens) == synchronous.tokens


def test_a_finished_batch_tells_what_the_sdk_drops(client: GeminiClient, profile: Profile, spool: Path) -> None:
    done = run(client, profile, spool)
    assert (done.state, done.raw_state) == (RemoteState.SUCCEEDED, "BATCH_STATE_SUCCEEDED")
    assert (done.requests, done.succeeded, done.failed, done.pending) == (30, 30, 0, 0)
    assert done.input_file
    assert done.raw.startswith("{")
    assert done.end_time >= done.create_time > ""


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


def test_an_answer_about_another_batch_is_not_believed(connect: Connect, waits: list[float]) -> None:
    with CannedServer(lambda _: Reply(b'{"name":"batches/y","metadata":{"state":"BATCH_STATE_SUCCEEDED"}}')) as server:
        client = connect(base_url=server.base_url)
        with pytest.raises(BadAnswer, match=r"batches/y.*batches/x was asked for"):
            client.get_batch("batches/x")
        client.close()


def test_the_quota_of_tokens_that_google_names_is_told(connect: Connect, profile: Profile, spool: Path) -> None:
    with EmulatorServer(enqueued_token_allowance=10) as emulator:
        client = connect(base_url=emulator.base_url)
        file = client.upload(spool, "job").name
        with pytest.raises(RateLimited) as caught:
            client.create_batch(profile.model, file, "job")
        client.close()
    assert caught.value.quota == 10


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


@pytest.mark.parametrize(
    "raised",
    [
        KeyError(1),
        LeaseLost(),
        DatabaseLocked(),
        RateLimited(),
        BadAnswer(),
        OSError(errno.ENOSPC, "no room"),
        OSError(),
    ],
    ids=repr,
)
def test_what_progress_raises_ends_the_download_and_comes_out_as_itself(
    client: GeminiClient, profile: Profile, spool: Path, tmp_path: Path, waits: list[float], raised: Exception
) -> None:
    done = run(client, profile, spool)
    assert done.output_file

    def give_up(_: int) -> None:
        raise raised

    with pytest.raises(type(raised)) as caught:
        client.download(done.output_file, tmp_path / "results", give_up)
    assert caught.value is raised
    assert waits == []


def test_a_file_that_somebody_else_has_open_is_not_written_into(
    client: GeminiClient, profile: Profile, spool: Path, tmp_path: Path
) -> None:
    done = run(client, profile, spool)
    assert done.output_file
    target = tmp_path / "results"
    with target.open("wb") as former:
        size = client.download(done.output_file, target)
        former.write(b"too late")
    assert target.stat().st_size == size
    assert b"too late" not in target.read_bytes()
    assert client.download(done.output_file, target, lambda _: target.unlink(missing_ok=True)) == size


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
    ("fault", "cause", "outcome"),
    [
        ("error", Cause.INTERNAL, Outcome.REFUSED),
        ("wrong_dimension", Cause.WRONG_DIMENSION, Outcome.SPOILED),
        ("nan", Cause.BAD_VECTOR, Outcome.SPOILED),
        ("bare_nan", Cause.BAD_VECTOR, Outcome.SPOILED),
        ("zero", Cause.BAD_VECTOR, Outcome.SPOILED),
        ("huge_line", Cause.INTERNAL, Outcome.REFUSED),
        ("unknown_key", Cause.OTHER, Outcome.UNREADABLE),
        ("not_json", Cause.OTHER, Outcome.UNREADABLE),
        ("half_line", Cause.OTHER, Outcome.UNREADABLE),
    ],
)
def test_a_row_that_went_wrong_is_a_failure_and_the_others_are_not(
    client: GeminiClient,
    emulator: EmulatorServer,
    profile: Profile,
    spool: Path,
    fault: str,
    cause: Cause,
    outcome: Outcome,
) -> None:
    emulator.set_scenario(Scenario(rows=(RowRule(do=fault, regex=r"\b7$"),)))
    found = results(client, profile, spool)
    assert sorted(found.hashes) == sorted(text_hash(text) for text in TEXTS if text != "text 7")
    (failure,) = found.failures
    assert (failure.cause, failure.outcome) == (cause, outcome)
    assert failure.text == (None if outcome is Outcome.UNREADABLE else text_hash("text 7"))


def test_shuffled_dropped_and_repeated_rows_are_read_as_they_come(
    client: GeminiClient, emulator: EmulatorServer, profile: Profile, spool: Path
) -> None:
    rows = (RowRule(do="drop", regex=r"\b7$"), RowRule(do="repeat", regex=r"\b9$"))
    emulator.set_scenario(Scenario(rows=rows, jobs=(JobRule(do="shuffle"),)))
    found = results(client, profile, spool)
    expected = [text_hash(text) for text in TEXTS if text != "text 7"] + [text_hash("text 9")]
    assert [text for text in found.hashes if text in expected[:-1]] != expected
    assert sorted(found.hashes) == sorted(expected)
    seen = survey(spool.with_suffix(".results"), keys_of(profile))
    assert (seen.lines, seen.texts) == (30, 29)
