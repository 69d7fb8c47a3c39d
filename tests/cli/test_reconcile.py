"""`halfrate cost reconcile` and `cost prices`: the emulator's bill in Google's columns against the ledger."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from pathlib import Path

import pytest

from engine.emulator import EmulatorServer
from engine.emulator.export import sku_id
from engine.store.audit import violations
from engine.store.sqlite.connection import open_read_only
from tests.cli.conftest import Shell
from tests.planting import Planted

BATCH = f"{sku_id('gemini-embedding-001', 'batch')}=gemini-embedding-001/batch"


def test_the_ledger_equals_the_bill_of_the_emulator(shell: Shell, emulator: EmulatorServer) -> None:
    shell.embed(7)
    path = Planted(emulator.export_csv()).write(shell.folder)
    document = shell.json("cost", "reconcile", path, "--sku", BATCH)
    assert document["billed"]["tokens"] == document["booked"]["tokens"] == emulator.bill()["totals"]["batch"]
    assert document["unexplained"] == "0.00"
    assert document["bad"] == []
    (place,) = document["places"]
    assert (place["model"], place["mode"]) == ("gemini-embedding-001", "batch")
    assert {each["cause"] for each in place["explanations"]} <= {"rounding"}


def test_differences_are_told_with_what_they_are_seen_in(shell: Shell, emulator: EmulatorServer) -> None:
    shell.embed(2)
    shell.fill(["A text that Google does not charge for."], source="another.txt")
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    planted = Planted(emulator.export_csv())
    planted.missing(emulator.bill()["entries"][1]["tokens"])
    planted.taxed("0.0211")
    planted.in_currency("EUR", "0.92")
    path = planted.write(shell.folder)
    words = shell.call("cost", "reconcile", path, "--sku", BATCH).stdout
    job = shell.json("jobs", "list")["jobs"][0]["id"]
    assert f"booked here, not billed; -{emulator.bill()['entries'][1]['tokens']} tokens; job {job[:7]} of" in words
    assert "another currency; 0.000001 EUR at 0.92 to the dollar; line 2" in words
    assert "tax; line 3" in words
    assert "unexplained  $0.00" in words
    document = shell.json("cost", "reconcile", path, "--sku", BATCH)
    total = sum(Decimal(each["amount"]) for place in document["places"] for each in place["explanations"])
    assert total == Decimal(document["difference"])


def test_what_stays_unexplained_or_unread_is_an_exit_code_of_its_own(shell: Shell, emulator: EmulatorServer) -> None:
    shell.embed(3)
    planted = Planted(emulator.export_csv())
    planted.missing(1)
    path = planted.write(shell.folder)
    assert "unexplained" in shell.call("cost", "reconcile", path, "--sku", BATCH, code=7).stdout
    whole = Planted(emulator.export_csv())
    whole.rows.append({**whole.rows[0], "cost": "much"})
    said = shell.call("cost", "reconcile", whole.write(shell.folder), "--sku", BATCH, code=7).stdout
    assert "line 3 cannot be read: cost is 'much', which is no number" in said


def test_posting_brings_the_ledger_to_the_invoice_and_a_second_time_does_nothing(
    shell: Shell, emulator: EmulatorServer
) -> None:
    shell.embed(2)
    shell.fill(["A text that Google does not charge for."], source="another.txt")
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    planted = Planted(emulator.export_csv())
    planted.missing(emulator.bill()["entries"][1]["tokens"])
    planted.credited("-0.0000003")
    planted.taxed("0.0211")
    path = planted.write(shell.folder)
    before = shell.json("cost", "reconcile", path, "--sku", BATCH)
    assert len(shell.json("cost", "reconcile", path, "--sku", BATCH, "--post")["posted"]) == before["to_post"] >= 3
    transfers = shell.sql("SELECT count(*) FROM transfers")
    again = shell.json("cost", "reconcile", path, "--sku", BATCH, "--post")
    assert (again["posted"], again["difference"]) == ([], "0.00")
    assert again["booked"] == again["billed"]
    assert shell.sql("SELECT count(*) FROM transfers") == transfers
    with contextlib.closing(open_read_only(shell.db)) as db:
        assert violations(db) == []


def test_skus_are_named_once_in_the_settings(shell: Shell, emulator: EmulatorServer) -> None:
    shell.embed(1)
    path = Planted(emulator.export_csv()).write(shell.folder)
    error = shell.call("cost", "reconcile", path, code=1).stderr
    sku, name = BATCH.split("=")
    assert "SKUs of which nobody said what they are" in error
    line = f'"{sku}" = "{name}"'
    assert line in error
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text(f'{config.read_text("utf-8")}[billing.skus]\n{line}\n[billing.projects]\nbatch = "emulator"\n')
    shell.call("cost", "reconcile", path)


@pytest.mark.parametrize(
    ("option", "words"),
    [("--month=November", "is no month"), ("--sku=ABC", "ID=MODEL/batch"), ("--sku=ABC=batch", "ID=MODEL/batch")],
)
def test_options_that_say_nothing_are_wrong_usage(shell: Shell, option: str, words: str) -> None:
    path = shell.folder / "export.csv"
    path.touch()
    assert words in shell.call("cost", "reconcile", path, option, code=2).stderr


def test_another_month_is_refused(shell: Shell, emulator: EmulatorServer) -> None:
    shell.embed(1)
    path = Planted(emulator.export_csv()).write(shell.folder)
    assert (
        "not of 2020-01" in shell.call("cost", "reconcile", path, "--sku", BATCH, "--month", "2020-01", code=1).stderr
    )


def test_prices_say_where_they_are_from_and_which_is_in_use(offline: Shell) -> None:
    config = Path(offline.environ["HALFRATE_CONFIG"])
    own = (
        '[[prices."gemini-embedding-001"]]\nsynchronous = 0.2\nbatch = 0\nchecked = 2020-01-01\n'
        '[[prices."gemini-embedding-001"]]\nsynchronous = 0.3\nbatch = 0.1\nvalid_from = 2999-01-01\n'
    )
    config.write_text(config.read_text("utf-8") + own, "utf-8")
    rows = offline.json("cost", "prices")["prices"]
    batch = [row for row in rows if (row["model"], row["mode"]) == ("gemini-embedding-001", "batch")]
    assert [(row["per_million"], row["status"], row["stale"]) for row in batch] == [
        ("0.075", "replaced", False),
        ("0.00", "in use", True),
        ("0.10", "not yet", True),
        ("0.01", "to compare", True),
        ("0.12", "to compare", False),
    ]
    words = offline.call("cost", "prices").stdout
    assert "free" in words
    assert "days ago" in words
    assert "not checked" in words
    assert "before tax, credits and the free tier" in words
