"""`halfrate queue`."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.emulator import CallRule, EmulatorServer, JobRule, RowRule
from tests.cli.conftest import Misbehave, Shell

NOTHING = {"chunks": 0, "tokens": 0, "amount": "0.00"}
"""What was reused where nothing was."""


def test_status_adds_up_to_the_total(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(rows=(RowRule(do="error", contains="poison", code=3),))
    shell.fill(["one", "two", "poison"])
    shell.call("queue", "flush")
    shell.fill(["three"], "more.txt")
    chunks = shell.json("queue", "status")["chunks"]
    assert chunks == {"total": 4, "pending": 1, "in_batch": 3, "ready": 0, "failed": 0}
    shell.call("queue", "sync", code=3)
    chunks = shell.json("queue", "status")["chunks"]
    assert chunks == {"total": 4, "pending": 1, "in_batch": 0, "ready": 2, "failed": 1}


def test_status_has_exactly_the_promised_names(shell: Shell) -> None:
    shell.fill(["one"])
    document = shell.json("queue", "status")
    assert set(document) == {
        "chunks",
        "jobs",
        "oldest_pending_seconds",
        "profile",
        "currency",
        "would_send",
        "whole",
        "unnamed",
        "reused",
        "paid",
        "saved",
        "waste",
        "uncertain",
        "adjustment",
        "reserved",
        "trouble",
        "budgets",
        "allowance",
    }
    assert document["allowance"] == {
        "tokens": 500_000,
        "source": "published",
        "since": None,
        "share": 1.0,
        "refused": 0,
        "refused_at": None,
        "spend_limit": 10,
        "spend_refused_at": None,
    }
    assert set(document["chunks"]) == {"total", "pending", "in_batch", "ready", "failed"}
    assert document["jobs"] == {"live": 0, "uncertain": 0, "completed": 0, "failed": 0}
    assert 0 <= document["oldest_pending_seconds"] < 60
    assert document["profile"] == {
        "model": "gemini-embedding-001",
        "dimension": 16,
        "task_type": "RETRIEVAL_DOCUMENT",
    }


def test_status_of_an_empty_queue_has_no_oldest(shell: Shell) -> None:
    shell.embed(1)
    assert shell.json("queue", "status")["oldest_pending_seconds"] is None


def test_status_in_words_names_the_four_counts(shell: Shell) -> None:
    shell.fill(["one", "two"])
    words = shell.call("queue", "status").stdout
    for name in ("pending", "in batch", "ready", "failed", "oldest", "waiting"):
        assert name in words


def test_flush_answers_with_its_jobs(shell: Shell) -> None:
    shell.fill(["four byte words", "again"])
    document = shell.json("queue", "flush")
    assert set(document) == {"jobs", "held", "reused", "currency", "warnings"}
    (job,) = document["jobs"]
    assert set(job) == {"id", "google_job_id", "status", "requests", "chunks", "estimated_tokens", "estimated_cost"}
    assert job["google_job_id"].startswith("batches/")
    assert (job["status"], job["chunks"], job["estimated_tokens"]) == ("SUBMITTED", 2, 5)
    assert job["estimated_cost"] == "0.000000375"


def test_flush_below_the_minimum_holds_the_chunks_and_says_why(shell: Shell) -> None:
    shell.fill(["one"])
    document = shell.json("queue", "flush", "--min-size", 10)
    assert document["jobs"] == []
    (held,) = document["held"]
    assert (held["kind"], held["chunks"], held["most"], held["until"]) == ("below_minimum", 1, "10", None)
    assert "10" in held["reason"]
    assert shell.json("queue", "flush", "--min-size", 10, "--force")["jobs"][0]["chunks"] == 1


def test_flush_of_an_empty_queue_is_done(shell: Shell) -> None:
    shell.embed(1)
    document = shell.json("queue", "flush")
    assert (document["jobs"], document["held"], document["reused"]) == ([], [], NOTHING)
    assert "nothing was submitted" in shell.call("queue", "flush").stdout


def test_a_dry_run_prints_the_preflight_and_changes_nothing(shell: Shell, emulator: EmulatorServer) -> None:
    shell.fill(["one", "two"])
    ahead = shell.json("queue", "flush", "--dry-run")
    assert ahead["jobs"] == [{"texts": 2, "chunks": 2, "estimated_tokens": 2, "estimated_cost": "0.00000015"}]
    assert ahead["estimate"]["synchronous"] == "0.0000003"
    assert emulator.jobs() == []
    assert shell.json("queue", "status")["chunks"]["pending"] == 2
    words = shell.call("queue", "flush", "--dry-run").stdout
    assert "2 chunks" in words
    assert "$0.00000015" in words


def test_a_dry_run_needs_no_network(offline: Shell) -> None:
    offline.fill(["one"])
    assert offline.json("queue", "flush", "--dry-run")["jobs"][0]["chunks"] == 1


def test_sync_answers_with_the_fate_of_every_row(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(rows=(RowRule(do="error", contains="poison", code=3),))
    shell.fill(["one", "two", "poison"])
    shell.call("queue", "flush")
    document = shell.json("queue", "sync", code=3)
    assert set(document) == {"jobs", "found", "strangers", "reused", "currency"}
    (job,) = document["jobs"]
    assert set(job) == {"id", "google_job_id", "status", "ready", "failed", "missing", "trouble"}
    assert (job["status"], job["ready"], job["failed"], job["missing"]) == ("COMPLETED_WITH_ERRORS", 2, 1, 0)


def test_sync_without_live_jobs_is_done(shell: Shell) -> None:
    shell.fill(["one"])
    document = shell.json("queue", "sync")
    assert (document["jobs"], document["found"], document["strangers"]) == ([], [], [])
    assert "no job is live" in shell.call("queue", "sync").stdout


def test_retry_leaves_permanent_failures_unless_told(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(
        rows=(
            RowRule(do="error", contains="poison", code=3, message="Request contains an invalid argument."),
            RowRule(do="error", contains="unlucky", code=14),
        )
    )
    shell.fill(["one", "poison", "unlucky"])
    shell.call("queue", "flush")
    shell.call("queue", "sync", code=3)
    assert shell.json("queue", "retry") == {"retried": 1, "skipped_permanent": 1, "reused": NOTHING}
    assert shell.json("queue", "retry", "--all") == {"retried": 1, "skipped_permanent": 0, "reused": NOTHING}
    assert shell.json("queue", "status")["chunks"]["pending"] == 2


def test_requeue_says_what_it_costs_before_it_puts_anything_back(shell: Shell) -> None:
    shell.embed(2)
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text(config.read_text("utf-8").replace("dimension = 16", "dimension = 32"), "utf-8")
    ahead = shell.json("queue", "requeue", "--dry-run")
    assert (ahead["requeued"], ahead["texts"], ahead["estimate"]["chunks"]) == (0, 2, 2)
    assert shell.json("queue", "status")["chunks"]["ready"] == 2
    assert "back in the queue: 2 chunks of 2 texts" in shell.call("queue", "requeue", "--yes").stdout
    assert shell.json("queue", "status")["chunks"]["pending"] == 2
    assert "no READY chunk lacks a vector" in shell.call("queue", "requeue").stdout


def test_retry_takes_a_cause_and_a_job(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(rows=(RowRule(do="error", contains="unlucky", code=14), RowRule(do="error", contains="slow", code=4)))
    shell.fill(["unlucky", "slow"])
    job = shell.json("queue", "flush")["jobs"][0]["id"]
    shell.call("queue", "sync", code=3)
    assert shell.json("queue", "retry", "--cause", "503 UNAVAILABLE")["retried"] == 1
    assert shell.json("queue", "retry", "--job", job[:7])["retried"] == 1


def test_failures_name_cause_remedy_and_examples(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(rows=(RowRule(do="error", contains="unlucky", code=14, message="The model is overloaded."),))
    shell.fill(["unlucky one", "unlucky two"])
    shell.call("queue", "flush")
    shell.call("queue", "sync", code=3)
    document = shell.json("queue", "failures", "--examples", 1)
    assert document["failed"] == 2
    (cause,) = document["causes"]
    assert (cause["cause"], cause["class"], cause["chunks"]) == ("503 UNAVAILABLE", "transient", 2)
    assert cause["remedy"]
    (example,) = cause["examples"]
    assert example["source"] == "notes.txt"
    assert example["text"] == "unlucky one"
    assert "overloaded" in example["error"]
    words = shell.call("queue", "failures").stdout
    assert "503 UNAVAILABLE: 2 chunks" in words
    assert "overloaded" in words


def test_no_failures_are_said_to_be_none(shell: Shell) -> None:
    shell.fill(["one"])
    assert shell.json("queue", "failures") == {"failed": 0, "causes": []}
    assert "no chunk has failed" in shell.call("queue", "failures").stdout


def test_a_refused_key_is_an_account_problem_and_blames_no_chunk(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(calls=(CallRule(on="*", do="revoke", times=0),))
    shell.fill(["one"])
    result = shell.call("queue", "flush", "--json", code=5)
    assert "hint" in result.stderr
    assert shell.json("queue", "status")["chunks"]["failed"] == 0


def test_back_pressure_is_one_sentence_and_loses_nothing(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(calls=(CallRule(on="create", do="error", status=429, message="Resource has been exhausted."),))
    shell.fill(["one"])
    result = shell.call("queue", "flush", code=1)
    assert "error: " in result.stderr
    assert "hint: " in result.stderr
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    assert shell.json("queue", "status")["chunks"]["ready"] == 1


def test_a_lost_answer_is_found_again_and_paid_once(
    shell: Shell, misbehave: Misbehave, emulator: EmulatorServer
) -> None:
    misbehave(calls=(CallRule(on="create", do="cut", effect=True),))
    shell.fill(["one"])
    shell.call("queue", "flush", code=1)
    assert shell.json("queue", "status")["jobs"]["uncertain"] == 1
    shell.call("queue", "sync")
    shell.call("queue", "sync")
    assert shell.json("queue", "status")["chunks"]["ready"] == 1
    assert len(emulator.jobs()) == 1


@pytest.mark.parametrize("fault", ["expire", "fail"])
def test_a_job_that_comes_to_nothing_gives_its_chunks_back_or_fails_them(
    shell: Shell, misbehave: Misbehave, fault: str
) -> None:
    misbehave(jobs=(JobRule(do=fault),))
    shell.fill(["one"])
    shell.call("queue", "flush")
    shell.call("queue", "sync", code=3 if fault == "fail" else 0)
    status = shell.json("queue", "status")
    assert status["jobs"]["failed"] == 1
    assert status["chunks"]["failed" if fault == "fail" else "pending"] == 1


def test_a_flush_of_nothing_says_that_nothing_waits(shell: Shell) -> None:
    shell.embed(1)
    assert "nothing waits" in shell.call("queue", "flush").stdout


def test_equal_texts_are_sent_once_and_what_was_embedded_before_is_reused(shell: Shell) -> None:
    shell.fill(["the same", "the same", "another"])
    ahead = shell.json("queue", "flush", "--dry-run")
    assert (ahead["texts"], ahead["estimate"]["chunks"], ahead["unnamed"]) == (2, 3, 0)
    assert (ahead["whole"]["texts"], ahead["whole"]["chunks"], ahead["whole"]["rounds"]) == (2, 3, 1)
    assert shell.json("queue", "flush")["jobs"][0]["requests"] == 2
    synced = shell.json("queue", "sync")
    assert (synced["jobs"][0]["ready"], synced["reused"]["chunks"]) == (2, 1)
    assert shell.json("queue", "status")["reused"] == synced["reused"]
    assert shell.json("cost", "report")["reused"] == {
        "tokens": synced["reused"]["tokens"],
        "amount": synced["reused"]["amount"],
        "chunks": 1,
    }
    assert "reused   1 chunk at $0" in shell.call("queue", "status").stdout
    assert "not paid again" in shell.call("cost", "report").stdout
    shell.fill(["another"], "more.txt")
    flushed = shell.call("queue", "flush").stdout
    assert "nothing was submitted" in flushed
    assert "reused: 1 chunk at $0" in flushed
    assert len(shell.json("jobs", "list")["jobs"]) == 1


def test_status_says_what_a_flush_would_send_and_what_it_would_hold(shell: Shell) -> None:
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text(config.read_text("utf-8") + "[limits]\nenqueued_tokens = 3\n", "utf-8")
    shell.fill(["one word more", "and again some", "a third text"])
    document = shell.json("queue", "status")
    would = document["would_send"]
    (held,) = would["held"]
    assert would["chunks"] + held["chunks"] == 3
    assert (held["kind"], held["most"]) == ("allowance", "3")
    assert document["whole"]["rounds"] > 1
    words = shell.call("queue", "status").stdout
    assert "would send" in words
    assert "the allowance of 3 enqueued tokens is used up" in words
    assert "rounds of the allowance" in words


def test_a_sync_names_what_it_finds_and_what_is_anothers(shell: Shell, emulator: EmulatorServer) -> None:
    shell.fill(["one"])
    shell.call("queue", "flush")
    name = emulator.jobs()[0]["name"]
    shell.environ["HALFRATE_DB"] = str(shell.folder / "another.db")
    shell.fill(["two"])
    document = shell.json("queue", "sync")
    assert (document["strangers"], document["found"]) == ([name], [])
    assert f"stranger: {name}" in shell.call("queue", "sync").stdout


def test_a_batch_that_the_file_has_lost_is_found_and_named(shell: Shell, emulator: EmulatorServer) -> None:
    shell.fill(["one"])
    copy = shell.folder / "before.db"
    shell.sql("VACUUM INTO ?", str(copy))
    shell.call("queue", "flush")
    shell.db.unlink()
    for end in ("-wal", "-shm"):
        shell.db.with_name(shell.db.name + end).unlink(missing_ok=True)
    copy.rename(shell.db)
    said = shell.call("queue", "sync").stdout
    assert f"found: {emulator.jobs()[0]['name']}, made by this database" in said
    assert shell.json("queue", "status")["chunks"]["ready"] == 1
    assert len(emulator.jobs()) == 1
