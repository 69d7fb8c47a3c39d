"""`halfrate jobs`."""

from __future__ import annotations

from datetime import datetime

from engine.emulator import CallRule, EmulatorServer, JobRule
from tests.cli.conftest import Misbehave, Shell


def test_list_shows_the_record_of_every_job(shell: Shell) -> None:
    shell.embed(2)
    (job,) = shell.json("jobs", "list")["jobs"]
    assert (job["status"], job["chunks"], job["ready"], job["live"]) == ("COMPLETED", 2, 2, False)
    assert job["key"] == {"label": "batch", "last_four": "b2c8"}
    assert job["price"]["batch"] == "0.075"
    assert datetime.fromisoformat(job["created_at"]).utcoffset() is not None
    assert job["id"][:7] in shell.call("jobs", "list").stdout


def test_list_without_jobs_says_so(shell: Shell) -> None:
    shell.fill(["one"])
    assert shell.json("jobs", "list") == {"jobs": []}
    assert "there are no jobs" in shell.call("jobs", "list").stdout


def test_show_puts_the_record_beside_googles_answer(shell: Shell) -> None:
    shell.fill(["one", "two"])
    job = shell.json("queue", "flush")["jobs"][0]
    document = shell.json("jobs", "show", job["id"][:7])
    assert document["job"]["id"] == job["id"]
    assert document["google"]["name"] == job["google_job_id"]
    assert document["google"]["requests"] == 2
    assert document["google_error"] is None
    assert [event["status"] for event in document["history"]][:2] == ["PLANNED", "SPOOLED"]
    words = shell.call("jobs", "show", job["google_job_id"]).stdout
    assert "at Google" in words
    assert job["google_job_id"] in words


def test_show_without_google_shows_the_record_all_the_same(shell: Shell) -> None:
    shell.embed(1)
    job = shell.json("jobs", "list")["jobs"][0]
    assert shell.json("jobs", "show", job["id"], "--offline")["google"] is None
    shell.environ["GOOGLE_GEMINI_BASE_URL"] = "http://127.0.0.1:9"
    result = shell.call("jobs", "show", job["id"])
    assert job["id"] in result.stdout
    assert "Google was not heard" in result.stderr


def test_an_unknown_job_is_named_with_the_way_to_the_list(shell: Shell) -> None:
    shell.fill(["one"])
    for verb in ("show", "cancel", "adopt", "release"):
        result = shell.call("jobs", verb, "nonesuch", code=1)
        assert result.stdout == ""
        assert "nonesuch" in result.stderr
        assert "halfrate jobs list" in result.stderr


def test_cancel_asks_google_and_the_chunks_come_back(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(jobs=(JobRule(do="running"),))
    shell.fill(["one"])
    job = shell.json("queue", "flush")["jobs"][0]["id"]
    assert shell.json("jobs", "cancel", job)["job"]["id"] == job
    shell.call("queue", "sync")
    assert shell.json("queue", "status")["chunks"]["pending"] == 1
    assert "nothing to cancel" in shell.call("jobs", "cancel", job, code=1).stderr


def test_cancel_before_the_submission_takes_the_job_back(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(calls=(CallRule(on="create", do="error", status=429, times=0),))
    shell.fill(["one"])
    shell.call("queue", "flush", code=1)
    job = shell.json("jobs", "list")["jobs"][0]
    assert job["status"] == "UPLOADED"
    words = shell.call("jobs", "cancel", job["id"]).stdout
    assert "taken back" in words
    assert shell.json("queue", "status")["chunks"]["pending"] == 1


def test_adopt_ties_an_uncertain_job_to_its_batch(shell: Shell, misbehave: Misbehave, emulator: EmulatorServer) -> None:
    misbehave(calls=(CallRule(on="create", do="cut", effect=True),))
    shell.fill(["one"])
    shell.call("queue", "flush", code=1)
    job = shell.json("jobs", "list")["jobs"][0]
    assert job["status"] == "UNCERTAIN"
    adopted = shell.json("jobs", "adopt", job["id"])["job"]
    assert adopted["google_job_id"] == emulator.jobs()[0]["name"]
    assert "not UNCERTAIN" in shell.call("jobs", "adopt", job["id"], code=1).stderr


def test_release_puts_the_chunks_of_an_uncertain_job_back(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(calls=(CallRule(on="create", do="cut"),))
    shell.fill(["one"])
    shell.call("queue", "flush", code=1)
    job = shell.json("jobs", "list")["jobs"][0]["id"]
    assert shell.json("jobs", "release", job) == {"released": 1, "job": job, "trouble": None}
    assert shell.json("queue", "status")["chunks"]["pending"] == 1


def test_release_refuses_a_job_that_google_works_on(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(jobs=(JobRule(do="running"),))
    shell.fill(["one"])
    job = shell.json("queue", "flush")["jobs"][0]["id"]
    assert "paid twice" in shell.call("jobs", "release", job, code=1).stderr


def test_a_job_in_trouble_is_named_with_what_can_be_done(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(jobs=(JobRule(do="running"),))
    shell.fill(["one"])
    job = shell.json("queue", "flush")["jobs"][0]["id"]
    unknown = CallRule(on="get", do="error", status=404, times=0)
    misbehave(calls=(unknown, CallRule(on="list", do="blank_list", times=0)))
    shell.call("queue", "sync")
    (trouble,) = shell.json("queue", "status")["trouble"]
    assert (trouble["id"], trouble["trouble"], trouble["chunks"]) == (job, "gone", 1)
    assert f"jobs release {job[:7]}" in trouble["remedy"]
    assert shell.json("jobs", "list")["jobs"][0]["trouble"] == "gone"
    for words in (("list",), ("show", job, "--offline")):
        said = shell.call("jobs", *words).stdout
        assert f"job {job[:7]} in trouble since" in said
        assert f"jobs release {job[:7]}" in said
    result = shell.call("jobs", "release", job, "--yes", "--json")
    assert "in trouble since" in result.stderr
    assert '"trouble": "gone"' in result.stdout


def test_adopt_takes_the_results_of_another_databases_batch_at_no_cost(shell: Shell, emulator: EmulatorServer) -> None:
    shell.fill(["one"])
    shell.call("queue", "flush")
    name = emulator.jobs()[0]["name"]
    shell.environ["HALFRATE_DB"] = str(shell.folder / "another.db")
    shell.fill(["one"])
    assert "takes its results at $0" in shell.call("jobs", "adopt", name).stdout
    shell.call("queue", "sync")
    assert shell.json("queue", "status")["chunks"]["ready"] == 1
    (job,) = shell.json("jobs", "list")["jobs"]
    assert (job["found"], job["google_job_id"]) == ("stranger", name)
    assert shell.json("cost", "report")["total"] == "0.00"
    assert shell.json("cost", "report")["reused"]["chunks"] == 1
