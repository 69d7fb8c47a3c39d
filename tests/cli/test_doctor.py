"""`halfrate doctor`: each line ok, warn or fail, with what to do."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from engine.emulator import CallRule, JobRule, RowRule
from tests.cli.conftest import BATCH_KEY, Misbehave, Shell


def checks(document: Any) -> dict[str, Any]:
    """The last check of each name."""
    return {each["name"]: each for each in document["checks"]}


def test_a_healthy_installation_is_ok_throughout(shell: Shell) -> None:
    shell.embed(1)
    document = shell.json("doctor")
    assert document["ok"] is True
    assert {each["verdict"] for each in document["checks"]} == {"ok"}, document
    assert {"database", "schema", "keys", "network", "batch", "prices", "limits", "model"} <= set(checks(document))
    words = shell.call("doctor").stdout
    assert "…d1f7" in words
    assert "…b2c8" in words


def test_before_the_first_ingest_the_database_is_a_warning(shell: Shell) -> None:
    found = checks(shell.json("doctor"))
    assert found["database"]["verdict"] == "warn"
    assert "halfrate ingest" in found["database"]["remedy"]
    assert not shell.db.exists()


def test_a_missing_batch_key_fails_as_an_account_problem(shell: Shell) -> None:
    del shell.environ["GEMINI_BATCH_API_KEY"]
    found = checks(shell.json("doctor", code=5))
    assert found["keys"]["verdict"] == "fail"
    assert "GEMINI_BATCH_API_KEY" in found["keys"]["remedy"]


def test_equal_keys_are_a_warning(shell: Shell) -> None:
    shell.environ["GEMINI_API_KEY"] = BATCH_KEY
    assert checks(shell.json("doctor"))["keys"]["verdict"] == "warn"


def test_an_unreachable_server_fails(offline: Shell) -> None:
    found = checks(offline.json("doctor", code=1))
    assert found["network"]["verdict"] == "fail"
    assert found["network"]["remedy"]
    offline.call("doctor", "--offline")


def test_a_server_that_answers_html_is_not_the_api(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(calls=(CallRule(on="*", do="html", status=200, times=0),))
    found = checks(shell.json("doctor", code=1))
    assert found["network"]["verdict"] == "fail"
    assert "GOOGLE_GEMINI_BASE_URL" in found["network"]["remedy"]


def test_a_refused_key_is_an_account_problem(shell: Shell) -> None:
    shell.environ["GEMINI_API_KEY"] = "an-invalid-key-for-the-tests-0000"
    assert checks(shell.json("doctor", code=5))["network"]["verdict"] == "fail"


def test_failed_chunks_and_uncertain_jobs_are_warnings(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(rows=(RowRule(do="error", contains="poison", code=3),))
    shell.fill(["poison"])
    shell.call("queue", "flush")
    shell.call("queue", "sync", code=3)
    misbehave(calls=(CallRule(on="create", do="cut"),))
    shell.fill(["one"], "more.txt")
    shell.call("queue", "flush", code=1)
    found = checks(shell.json("doctor"))
    assert found["failures"]["verdict"] == "warn"
    assert "uncertain" in found["jobs"]["finding"]


def test_a_damaged_database_fails(shell: Shell) -> None:
    shell.db.write_bytes(b"this is not a database, it is a text of some length" * 100)
    found = checks(shell.json("doctor", code=1))
    assert found["database"]["verdict"] == "fail"
    assert "not an SQLite database" in found["database"]["finding"]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('[prices."gemini-embedding-001"]\nsynchronous = 0.15\nbatch = 0.075\nchecked = 2020-01-01\n', "prices"),
        ("[limits]\nenqueued_tokens = 1\n", "limits"),
    ],
)
def test_old_prices_and_used_up_limits_are_warnings(shell: Shell, line: str, name: str) -> None:
    shell.fill(["a text of some words"])
    shell.call("queue", "flush")
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text(config.read_text("utf-8") + line, "utf-8")
    assert checks(shell.json("doctor"))[name]["verdict"] == "warn"


def test_a_dimension_the_model_does_not_give_fails(shell: Shell) -> None:
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text("[profile]\nmodel = 'gemini-embedding-9'\n", "utf-8")
    found = checks(shell.json("doctor", "--offline", code=1))
    assert found["model"]["verdict"] == "warn"
    assert found["prices"]["verdict"] == "fail"


def test_unusable_settings_fail_and_end_the_examination(shell: Shell) -> None:
    Path(shell.environ["HALFRATE_CONFIG"]).write_text("[profile\n", "utf-8")
    found = checks(shell.json("doctor", code=1))
    assert found["settings"]["verdict"] == "fail"
    assert set(found) == {"versions", "settings"}


def test_chunks_that_an_earlier_writer_left_with_an_ended_job_are_named_and_can_be_released(shell: Shell) -> None:
    shell.embed(1)
    with contextlib.closing(sqlite3.connect(shell.db)) as db, db:
        db.execute(
            "INSERT INTO batch_jobs (id, google_job_id, status, stats, created_at, updated_at)"
            " VALUES ('old-job', 'batches/old', 'COMPLETED', '{}', '2025-01-01 00:00:00', '2025-01-01 00:00:00')"
        )
        db.execute("UPDATE chunks SET embedding_status = 'PENDING' WHERE id = 1")
        db.execute("UPDATE chunks SET batch_job_id = 'old-job' WHERE id = 1")
    assert checks(shell.json("doctor"))["stranded"]["verdict"] == "warn"
    shell.call("jobs", "release", "old-job", "--yes")
    assert "stranded" not in checks(shell.json("doctor"))


def test_counters_that_are_wrong_fail_and_are_repaired(shell: Shell) -> None:
    shell.embed(1)
    shell.fill(["waits", "waits", "and another"], "more.txt")
    shell.sql("UPDATE chunk_counts SET chunks = chunks + 5 WHERE bucket = 'pending'")
    shell.sql("DELETE FROM waiting WHERE chunks = 2")
    shell.sql("INSERT INTO waiting VALUES (4711, 3, 9)")
    shell.sql("UPDATE waiting_blocks SET texts = texts + 7")
    found = checks(shell.json("doctor", code=1))["counters"]
    assert found["verdict"] == "fail"
    assert "pending: 8 chunks" in found["finding"]
    repaired = shell.call("doctor", "--repair")
    for words in ("missing in the queue", "that no chunk waits for", "wrong sums"):
        assert words in repaired.stderr
    assert checks(shell.json("doctor"))["counters"]["verdict"] == "ok"
    assert shell.json("queue", "status")["chunks"]["pending"] == 3
    assert shell.json("queue", "flush", "--dry-run")["texts"] == 2


def test_a_healthy_file_is_repaired_without_a_word(shell: Shell) -> None:
    shell.embed(2)
    assert shell.call("doctor", "--repair").stderr == ""


def test_jobs_before_their_submission_and_in_trouble_are_warnings(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(jobs=(JobRule(do="running"),))
    shell.fill(["one"])
    job = shell.json("queue", "flush")["jobs"][0]["id"]
    shell.fill(["two"], "more.txt")
    misbehave(
        calls=(
            CallRule(on="create", do="error", status=429, times=0),
            CallRule(on="get", do="error", status=404, times=0),
            CallRule(on="list", do="blank_list", times=0),
        )
    )
    shell.call("queue", "flush", code=1)
    shell.call("queue", "sync")
    found = checks(shell.json("doctor", "--offline"))
    assert "1 job before submission" in found["unsent"]["finding"]
    assert "queue flush" in found["unsent"]["remedy"]
    assert job[:7] in found["trouble"]["finding"]
    assert "jobs release" in found["trouble"]["remedy"]


def test_vectors_of_another_profile_and_chunks_of_older_writers_are_warnings(shell: Shell) -> None:
    shell.embed(2)
    shell.sql(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, embedding_status, created_at)"
        " VALUES (1, 77, 'an older writer', 'text', '{}', 'PENDING', '2026-01-01 00:00:00.000000')"
    )
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text(config.read_text("utf-8").replace("dimension = 16", "dimension = 32"), "utf-8")
    document = shell.json("doctor", "--offline")
    found = [each["finding"] for each in document["checks"] if each["name"] == "vectors"]
    assert found[0] == "2 of gemini-embedding-001/16 RETRIEVAL_DOCUMENT"
    assert "2 READY chunks with a vector of another profile" in found[1]
    remedies = [each["remedy"] for each in document["checks"] if each["name"] == "vectors"]
    assert "`halfrate queue requeue`" in remedies[1]
    assert "1 waiting chunk of an older writer" in checks(document)["older"]["finding"]


def test_a_page_that_cannot_be_read_is_a_finding_and_the_rest_is_examined(shell: Shell) -> None:
    shell.embed(50)
    shell.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ((size,),), ((root,),) = (
        shell.sql("PRAGMA page_size"),
        shell.sql("SELECT rootpage FROM sqlite_master WHERE name = 'chunk_counts'"),
    )
    with shell.db.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    found = checks(shell.json("doctor", code=1))
    assert found["database"]["verdict"] == "fail"
    assert found["network"]["verdict"] == "ok"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_looked_into_is_a_finding(shell: Shell) -> None:
    shell.embed(1)
    folder = shell.folder / "closed"
    folder.mkdir(mode=0o000)
    try:
        found = checks(shell.json("doctor", "--offline", "--db", folder / "halfrate.db", code=1))
    finally:
        folder.chmod(0o755)
    assert found["database"]["verdict"] == "fail"
