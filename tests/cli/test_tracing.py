"""`halfrate cost trace`, `audit`, `uncertain` and `judge`: every amount has its rows, and a changed row is found."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.emulator import CallRule
from tests.cli.conftest import Misbehave, Shell


@pytest.mark.parametrize("what", ["JOB", "DAY", "month.paid", "total.spent", "batch.tokens", "key=batch.paid"])
def test_the_rows_of_a_trace_add_up_to_its_head(shell: Shell, what: str) -> None:
    shell.embed(5)
    job = shell.json("jobs", "list")["jobs"][0]["id"]
    day = shell.json("cost", "report")["rows"][0]["day"]
    named = {"JOB": job, "DAY": day}.get(what, what)
    found = shell.json("cost", "trace", named)
    member = "tokens" if what.endswith("tokens") else "amount"
    assert sum(Decimal(row[member]) for row in found["rows"]) == Decimal(found["amount"]) > 0
    assert len(found["requests"]) == 5
    assert sum(Decimal(each["amount"]) for each in found["requests"]) == Decimal(found["requests_amount"])
    assert found["requests"][0]["words"].startswith("Text number")
    assert found["requests"][0]["basis"] == "google"
    words = shell.call("cost", "trace", named).stdout
    assert "Text number 0 about tea." in words
    assert "paid:useful" in words


def test_a_trace_of_a_transfer_names_its_account(shell: Shell) -> None:
    shell.embed(2)
    behind = shell.json("cost", "trace", "total.paid")["rows"][0]
    found = shell.json("cost", "trace", behind["transfer"])
    assert found["amount"] == behind["amount"]
    assert [row["account"] for row in found["rows"]] == ["paid:useful"]
    assert len(found["requests"]) == 2


def test_a_trace_is_bounded_and_says_what_it_leaves_out(shell: Shell) -> None:
    shell.embed(3)
    shell.fill(["another text"], source="b.txt")
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    found = shell.json("cost", "trace", "total.paid", "--limit", 1)
    assert (len(found["rows"]), len(found["requests"]), found["more_requests"]) == (1, 1, 3)
    assert found["more"]["rows"] == 1
    assert Decimal(found["rows"][0]["amount"]) + Decimal(found["more"]["amount"]) == Decimal(found["amount"])
    words = shell.call("cost", "trace", "total.paid", "--limit", 1).stdout
    assert "1 row more" in words
    assert "3 requests more" in words


@pytest.mark.parametrize("what", ["reused.amount", "reserved.amount", "in_flight.tokens", "total.adjustment"])
def test_a_figure_of_nothing_has_no_rows(shell: Shell, what: str) -> None:
    shell.embed(1)
    assert Decimal(shell.json("cost", "trace", what)["amount"]) == 0


@pytest.mark.parametrize("what", ["nothing", "total.", "2026-99-99", "99999", "key=nobody.paid"])
def test_what_cannot_be_traced_is_said_with_a_hint(shell: Shell, what: str) -> None:
    shell.embed(1)
    assert "month.paid" in shell.call("cost", "trace", what, code=1).stderr


def test_a_text_of_foreign_origin_reaches_no_terminal_with_its_control_characters(shell: Shell) -> None:
    shell.fill(["an escape \x1b[2J of somebody"])
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    assert "\x1b" not in shell.call("cost", "trace", "total.paid").stdout


def test_an_audit_names_every_rule(shell: Shell) -> None:
    shell.embed(2)
    found = shell.json("cost", "audit")
    assert found["ok"] is True
    assert len(found["rules"]) == 7
    assert shell.call("cost", "audit").stdout.count("ok  ") == 7


def test_a_transfer_that_was_changed_by_other_means_is_found_and_named(shell: Shell) -> None:
    shell.embed(2)
    [(trigger,)] = shell.sql("SELECT sql FROM sqlite_master WHERE name = 'halfrate_transfers_kept'")
    [(number,)] = shell.sql("SELECT max(id) FROM transfers WHERE credit = 'paid:useful'")
    shell.sql("DROP TRIGGER halfrate_transfers_kept")
    shell.sql("UPDATE transfers SET note = 'nothing happened' WHERE id = ?", number)
    shell.sql(trigger)
    found = shell.json("cost", "audit", code=1)
    [broken] = [each for each in found["rules"] if each["violations"]]
    assert broken["rule"] == "no transfer was changed after it was written"
    assert f"transfer {number}" in broken["violations"]
    assert f"transfer {number}" in shell.call("cost", "audit", code=1).stdout
    assert "halfrate cost audit" in shell.call("doctor", code=1).stdout


def lost(shell: Shell, misbehave: Misbehave) -> str:
    """A job that may be at Google or not, and that was released; its id."""
    misbehave(calls=(CallRule(on="create", do="cut", effect=False),))
    shell.fill(["a text that is lost", "和另一段丢失的文字 1 2 3 4 5"])
    shell.call("queue", "flush", code=1)
    (job,) = shell.json("jobs", "list")["jobs"]
    shell.call("jobs", "release", job["id"])
    misbehave()
    return str(job["id"])


@pytest.mark.parametrize("decision", ["--billed", "--free"])
def test_uncertain_money_is_listed_and_judged_with_a_reason(shell: Shell, misbehave: Misbehave, decision: str) -> None:
    job = lost(shell, misbehave)
    (entry,) = shell.json("cost", "uncertain")["uncertain"]
    assert (entry["name"], entry["kinds"], entry["requests"], entry["estimated"]) == (job, ["lost"], 2, True)
    report = shell.json("cost", "report")
    assert report["uncertain"] == {"tokens": entry["tokens"], "amount": entry["amount"], "estimated": True}
    assert Decimal(report["saved"]) == -Decimal(entry["amount"])
    status = shell.json("queue", "status")
    assert status["uncertain"]["amount"] == entry["amount"]
    assert f"judge {job} --count" in entry["remedies"][1]
    assert f"~${entry['amount']}" in shell.call("cost", "uncertain").stdout
    assert shell.json("cost", "judge", job, decision, "--because", "the invoice says so")["uncertain"] == []
    report = shell.json("cost", "report")
    assert report["waste"] == (entry["amount"] if decision == "--billed" else "0.00")
    assert report["uncertain"]["tokens"] == 0
    assert "the invoice says so" in shell.call("cost", "trace", job).stdout or decision == "--free"
    assert shell.json("cost", "audit")["ok"] is True


def test_lost_texts_are_counted_again_for_free(shell: Shell, misbehave: Misbehave) -> None:
    job = lost(shell, misbehave)
    (before,) = shell.json("cost", "uncertain")["uncertain"]
    (after,) = shell.json("cost", "judge", job, "--count", "--because", "the estimate is a guess")["uncertain"]
    assert 0 < after["tokens"] != before["tokens"]
    assert shell.json("cost", "audit")["ok"] is True


def test_what_is_certain_is_not_judged(shell: Shell) -> None:
    shell.embed(1)
    job = shell.json("jobs", "list")["jobs"][0]["id"]
    for decision in ("--billed", "--free", "--count"):
        assert "uncertain" in shell.call("cost", "judge", job, decision, "--because", "x", code=1).stderr
    assert shell.call("cost", "uncertain").stdout == "Nothing is uncertain.\n"
    shell.call("cost", "judge", job, "--because", "x", code=2)
    shell.call("cost", "judge", job, "--free", "--because", " ", code=2)
    shell.call("cost", "judge", "direct-77", "--free", "--because", "x", code=1)
