"""`halfrate cost`: sums of ledger rows, exact, and equal to the bill."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from engine.cli.report import BY
from engine.emulator import CallRule, EmulatorServer, RowRule
from tests.cli.conftest import Misbehave, Shell


def test_the_estimate_states_both_prices_and_its_basis(shell: Shell) -> None:
    shell.fill(["7" * 1_000_000])
    document = shell.json("cost", "estimate")
    assert (document["chunks"], document["tokens"]) == (1, 1_670_001)
    assert (document["least_tokens"], document["most_tokens"]) == (1_252_499, 2_421_503)
    assert (document["batch"], document["synchronous"]) == ("0.125250075", "0.25050015")
    assert document["saved"] == "0.125250075"
    assert document["basis"]["learned"] is False
    assert document["price"]["source"]
    words = shell.call("cost", "estimate").stdout
    assert document["allowance"]["source"] == "published"
    assert "allowance    500,000 tokens, as published" in words
    assert "spending     $10 in 10 minutes, never met" in words
    assert "nothing has come back yet; assumed to hold within -25 and +45 %" in words
    assert "between      1,252,499 and 2,421,503 tokens" in words


def test_an_estimate_may_rest_on_a_sample_that_google_counts(shell: Shell) -> None:
    shell.fill([f"Чай номер {n} заваривают в горячей воде" for n in range(40)])
    assert "Google counted 40 texts" in shell.call("cost", "estimate", "--sample", "40").stderr
    document = shell.json("cost", "estimate")
    assert document["basis"]["sampled"] is True
    assert document["most_tokens"] < 1.2 * document["tokens"]


def test_an_estimate_learns_from_what_came_back(shell: Shell) -> None:
    shell.embed(3)
    basis = shell.json("cost", "estimate")["basis"]
    assert basis["learned"] is True
    assert basis["tokens"] > 0


def test_the_report_equals_the_bill_and_has_the_promised_names(shell: Shell, emulator: EmulatorServer) -> None:
    shell.embed(7)
    document = shell.json("cost", "report")
    promised = {"currency", "sync", "batch", "saved", "waste", "total", "reused", "uncertain", "reserved", "rows"}
    assert set(document) == promised | {"days", "since", "until", "waste_kinds", "adjustment"}
    assert document["currency"] == "USD"
    assert document["batch"]["tokens"] == emulator.bill()["totals"]["batch"]
    assert Decimal(document["batch"]["amount"]) == document["batch"]["tokens"] * Decimal("0.075") / 1_000_000
    assert document["total"] == document["batch"]["amount"] == document["saved"]
    assert document["sync"] == {"tokens": 0, "amount": "0.00"}
    assert document["waste"] == "0.00"


@pytest.mark.parametrize("by", BY)
def test_the_rows_of_every_grouping_add_up_to_the_total(shell: Shell, by: str) -> None:
    shell.embed(4)
    document = shell.json("cost", "report", "--by", by)
    (row,) = document["rows"]
    assert row["mode"] == "batch"
    assert by in row
    assert sum(Decimal(each["amount"]) for each in document["rows"]) == Decimal(document["total"])
    assert row["requests"] == 4
    assert row[by][:4] in shell.call("cost", "report", "--by", by).stdout


def test_since_leaves_earlier_days_out(shell: Shell) -> None:
    shell.embed(1)
    assert shell.json("cost", "report", "--since", "2000-01-01")["batch"]["tokens"] > 0
    later = shell.json("cost", "report", "--since", "2999-01-01")
    assert later["batch"] == {"tokens": 0, "amount": "0.00"}
    assert later["rows"] == []


def test_csv_has_a_heading_and_the_rows(shell: Shell) -> None:
    shell.embed(2)
    lines = list(csv.DictReader(io.StringIO(shell.call("cost", "report", "--by", "job", "--csv").stdout)))
    (line,) = lines
    assert line["job"] == shell.json("jobs", "list")["jobs"][0]["id"]
    assert Decimal(line["amount"]) > 0


def test_csv_and_json_exclude_each_other(shell: Shell) -> None:
    shell.call("cost", "report", "--csv", "--json", code=2)


def test_a_day_that_is_none_is_wrong_usage(shell: Shell) -> None:
    assert "yesterday" in shell.call("cost", "report", "--since", "yesterday", code=2).stderr


def test_amounts_with_tokens_that_nobody_counted_are_marked_as_estimated(shell: Shell, misbehave: Misbehave) -> None:
    misbehave(
        rows=(RowRule(do="no_count", contains="uncounted"),),
        calls=(CallRule(on="count_tokens", do="error", status=503, times=0),),
    )
    shell.fill(["a text that is uncounted by Google", "another"])
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    (job,) = shell.json("jobs", "list")["jobs"]
    assert job["estimated"] is True
    assert 0 < job["guessed_tokens"] < job["tokens"]
    report = shell.json("cost", "report")
    assert report["batch"]["estimated"] is report["rows"][0]["estimated"] is True
    assert "estimated" not in report["sync"]
    assert "nobody counted them" in shell.call("cost", "report").stdout
