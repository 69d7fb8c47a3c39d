"""Every fault of a row, and which rows a rule hits."""

from __future__ import annotations

import json

import pytest

from engine.emulator import RowRule, Scenario
from tests.emulator.wire_client import Wire, row

ROWS = [row(f"k{number}", f"text {number}") for number in range(1, 7)]


def lines(wire: Wire, rule: RowRule) -> list[bytes]:
    """The raw result lines of six rows under one rule."""
    wire.server.set_scenario(Scenario(rows=(rule,)))
    return wire.download(wire.create(ROWS)["name"]).split(b"\n")[:-1]


def hit(wire: Wire, rule: RowRule) -> list[str]:
    """The keys of the rows that a rule turns into errors."""
    return [made["key"] for made in map(json.loads, lines(wire, rule)) if "error" in made]


def test_an_error_has_a_code_and_a_message(wire: Wire) -> None:
    made = json.loads(lines(wire, RowRule(do="error", contains="text 2", code=8, message="Exhausted."))[1])
    assert made == {"key": "k2", "error": {"code": 8, "message": "Exhausted."}}


def test_a_row_is_dropped(wire: Wire) -> None:
    made = lines(wire, RowRule(do="drop", contains="text 3"))
    assert [json.loads(line)["key"] for line in made] == ["k1", "k2", "k4", "k5", "k6"]
    assert wire.server.bill()["entries"][0]["requests"] == 5


def test_a_row_is_repeated_and_billed_once(wire: Wire) -> None:
    made = lines(wire, RowRule(do="repeat", contains="text 3"))
    assert [json.loads(line)["key"] for line in made] == ["k1", "k2", "k3", "k3", "k4", "k5", "k6"]
    assert wire.server.bill()["entries"][0]["requests"] == 6


def test_a_row_comes_back_under_a_key_nobody_sent(wire: Wire) -> None:
    made = lines(wire, RowRule(do="unknown_key", contains="text 3"))
    assert json.loads(made[2])["key"] == "unknown-k3"


def test_a_vector_is_one_number_short(wire: Wire) -> None:
    made = lines(wire, RowRule(do="wrong_dimension", contains="text 3"))
    assert len(json.loads(made[2])["response"]["embedding"]["values"]) == 3


@pytest.mark.parametrize(("do", "value"), [("nan", '"NaN"'), ("bare_nan", "NaN")])
def test_a_vector_holds_something_that_is_no_number(wire: Wire, do: str, value: str) -> None:
    made = lines(wire, RowRule(do=do, contains="text 3"))[2].decode()
    assert f'"values":[{value},' in made
    assert len(json.loads(made)["response"]["embedding"]["values"]) == 4


def test_a_vector_is_zero(wire: Wire) -> None:
    made = json.loads(lines(wire, RowRule(do="zero", contains="text 3"))[2])
    assert set(made["response"]["embedding"]["values"]) == {0.0}


@pytest.mark.parametrize("do", ["not_json", "half_line"])
def test_a_line_is_not_json(wire: Wire, do: str) -> None:
    made = lines(wire, RowRule(do=do, contains="text 3"))
    assert len(made) == 6
    with pytest.raises(json.JSONDecodeError):
        json.loads(made[2])
    assert json.loads(made[3])["key"] == "k4"


def test_a_line_is_ten_megabytes_long(wire: Wire) -> None:
    made = lines(wire, RowRule(do="huge_line", contains="text 3"))
    assert len(made[2]) > 10_000_000
    assert json.loads(made[2])["key"] == "k3"


def test_a_rule_hits_by_text_by_pattern_by_count_or_all(wire: Wire) -> None:
    assert hit(wire, RowRule(do="error", contains="t 4")) == ["k4"]
    assert hit(wire, RowRule(do="error", regex=r"[25]$")) == ["k2", "k5"]
    assert hit(wire, RowRule(do="error", every=3)) == ["k3", "k6"]
    assert hit(wire, RowRule(do="error", every=3, contains="6")) == ["k6"]
    assert len(hit(wire, RowRule(do="error"))) == 6


def test_a_fraction_is_drawn_anew_for_every_job(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(rows=(RowRule(do="error", fraction=0.5),)))
    rows = [row(f"k{number}", "same text") for number in range(200)]
    runs = [[("error" in line) for line in wire.run(rows)] for _ in range(2)]
    assert all(60 < sum(run) < 140 for run in runs)
    assert runs[0] != runs[1]


def test_a_retry_heals_what_happens_once(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(rows=(RowRule(do="error", contains="text 3", once=True),)))
    assert sum("error" in line for line in wire.run(ROWS)) == 1
    assert sum("error" in line for line in wire.run(ROWS)) == 0


def test_only_the_first_jobs_are_hit(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(rows=(RowRule(do="error", jobs=2),)))
    assert [sum("error" in line for line in wire.run(ROWS)) for _ in range(3)] == [6, 6, 0]


def test_statistics_and_state_tell_the_failures(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(rows=(RowRule(do="error"),)))
    operation = wire.operation(wire.create(ROWS)["name"])
    assert operation["metadata"]["state"] == "BATCH_STATE_SUCCEEDED"
    assert operation["metadata"]["batchStats"] == {"requestCount": "6", "failedRequestCount": "6"}
    assert wire.server.bill()["entries"] == []


def test_a_text_above_the_limit_is_refused_or_cut(wire: Wire) -> None:
    long = [row("long", "word " * 3000), row("short", "word")]
    refused = wire.run(long)
    assert refused[0]["error"]["code"] == 3
    assert "maximum number of tokens allowed (2048)" in refused[0]["error"]["message"]
    wire.server.set_scenario(Scenario(too_long="truncate"))
    assert wire.run(long)[0]["response"]["usageMetadata"]["promptTokenCount"] == 2048
    wire.server.set_scenario(None)
    long[0]["request"]["embedContentConfig"] = {"autoTruncate": True}
    assert wire.run(long)[0]["response"]["usageMetadata"]["promptTokenCount"] == 2048
