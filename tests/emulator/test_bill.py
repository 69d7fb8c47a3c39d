"""What Google would charge for."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.emulator import Allowance, CallRule, EmulatorServer, JobRule, RowRule, Scenario
from engine.emulator.embedding import count_tokens
from engine.emulator.export import sku_id
from tests.emulator.wire_client import KEY, MODEL, Reply, Wire, row

TEXTS = ["one two three", "four", "五つ目のテキストと六つ目"]
ROWS = [row(f"k{place}", text) for place, text in enumerate(TEXTS)]
INPUT = {"requests": [{"content": {"parts": [{"text": text}]}} for text in TEXTS]}
TOKENS = sum(count_tokens(TEXTS))


def inline(wire: Wire) -> Reply:
    """A job of the three texts, without a file."""
    requests = [{"request": request} for request in INPUT["requests"]]
    batch = {"batch": {"inputConfig": {"requests": {"requests": requests}}}}
    return wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", batch)


def test_a_job_and_a_call_are_one_entry_each(wire: Wire) -> None:
    name = wire.create(ROWS, "night run")["name"]
    Wire(wire.server, "default-key-9999").post(f"/v1/{MODEL}:batchEmbedContents", INPUT)
    bill = wire.get("/emulator/bill").json
    assert bill == wire.server.bill()
    synchronous, batch = sorted(bill["entries"], key=lambda entry: entry["mode"], reverse=True)
    assert (batch.pop("at") <= synchronous.pop("at")) is True
    assert batch == {
        "key": KEY[-4:],
        "project": "emulator",
        "model": "gemini-embedding-001",
        "mode": "batch",
        "job": name,
        "display_name": "night run",
        "requests": 3,
        "tokens": TOKENS,
    }
    assert synchronous == {
        "key": "9999",
        "project": "emulator",
        "model": "gemini-embedding-001",
        "mode": "synchronous",
        "job": None,
        "display_name": None,
        "requests": 3,
        "tokens": TOKENS,
    }
    assert bill["totals"] == {"batch": TOKENS, "synchronous": TOKENS}


def test_the_bill_is_the_sum_of_the_usage_in_the_results(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(rows=(RowRule(do="error", every=3), RowRule(do="drop", every=5))))
    lines = wire.run([row(f"k{number}", f"text number {number} {'x' * number}") for number in range(40)])
    told = [line["response"]["usageMetadata"]["promptTokenCount"] for line in lines if "response" in line]
    (entry,) = wire.server.bill()["entries"]
    assert (entry["requests"], entry["tokens"]) == (len(told), sum(told))


def test_counting_answers_results_and_the_bill_tell_one_number(wire: Wire) -> None:
    contents = [{"parts": [{"text": text}]} for text in TEXTS]
    assert wire.post(f"/v1/{MODEL}:countTokens", {"contents": contents}).json["totalTokens"] == TOKENS
    direct = wire.post(f"/v1/{MODEL}:batchEmbedContents", INPUT).json["usageMetadata"]["promptTokenCount"]
    results = [line["response"]["usageMetadata"]["promptTokenCount"] for line in wire.run(ROWS)]
    assert direct == sum(results) == TOKENS
    assert wire.server.bill()["totals"] == {"batch": TOKENS, "synchronous": TOKENS}


def test_nothing_is_charged_for_jobs_that_did_not_succeed() -> None:
    rules = (JobRule(do="fail"), JobRule(do="expire", after=1))
    with EmulatorServer(latency=10, scenario=Scenario(jobs=rules)) as server:
        wire = Wire(server)
        names = [wire.create(ROWS)["name"] for _ in range(3)]
        wire.post(f"/v1/{names[2]}:cancel")
        server.advance(10)
        assert wire.get("/emulator/bill").json == {"entries": [], "totals": {"batch": 0, "synchronous": 0}}


def test_a_running_job_is_charged_when_it_ends() -> None:
    with EmulatorServer(latency=10) as server:
        name = Wire(server).create(ROWS)["name"]
        assert server.bill()["entries"] == []
        server.advance(10)
        assert [entry["job"] for entry in server.bill()["entries"]] == [name]
        Wire(server).ask("DELETE", f"/v1/{name}")
        assert server.bill()["totals"]["batch"] == TOKENS


def test_refused_calls_and_counting_are_free(wire: Wire) -> None:
    wire.server.set_scenario(Scenario(calls=(CallRule(on="embed", do="error"),)))
    wire.post(f"/v1/{MODEL}:batchEmbedContents", INPUT)
    wire.post(f"/v1/{MODEL}:countTokens", {"contents": [{"parts": [{"text": "x"}]}]})
    wire.post(f"/v1/{MODEL}:embedContent", {"content": {"parts": [{"text": "x " * 5000}]}})
    assert wire.server.bill()["entries"] == []


def test_jobs_are_listed_with_their_counts(wire: Wire) -> None:
    name = wire.create([*ROWS, row("bad", "")], "mine")["name"]
    (job,) = wire.get("/emulator/jobs").json["jobs"]
    assert job == wire.server.jobs()[0]
    assert (job["name"], job["display_name"], job["state"]) == (name, "mine", "SUCCEEDED")
    assert (job["requests"], job["succeeded"], job["failed"], job["tokens"]) == (4, 3, 1, TOKENS)


def test_tokens_of_live_jobs_are_limited() -> None:
    with EmulatorServer(latency=10, enqueued_token_allowance=TOKENS) as server:
        wire = Wire(server)
        wire.create(ROWS)
        file = wire.upload(b'{"key":"a","request":{"content":{"parts":[{"text":"x"}]}}}\n')["name"]
        batch = {"batch": {"inputConfig": {"fileName": file}}}
        refused = wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", batch)
        assert (refused.status, refused.json["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
        quota, retry = refused.json["error"]["details"]
        assert quota["violations"][0]["quotaValue"] == str(TOKENS)
        assert retry["retryDelay"] == "60s"
        server.advance(10)
        assert wire.post(f"/v1/{MODEL}:asyncBatchEmbedContent", batch).status == 200


def test_an_allowance_may_change_at_a_time_and_its_refusal_need_not_name_it() -> None:
    with EmulatorServer(latency=100, clock=lambda: 1_000.0) as server:
        later = Allowance(tokens=TOKENS - 1, since=datetime.fromtimestamp(1_060, UTC))
        server.set_scenario(Scenario(allowances=(Allowance(tokens=2 * TOKENS), later), quota_values=False))
        assert inline(Wire(server)).status == 200
        server.advance(60)
        refused = inline(Wire(server))
        assert (refused.status, refused.json["error"].get("details")) == (429, None)


def test_tokens_of_new_jobs_are_limited_in_ten_minutes() -> None:
    with EmulatorServer(scenario=Scenario(spend_tokens=TOKENS)) as server:
        assert inline(Wire(server)).status == 200
        refused = inline(Wire(server))
        (quota,) = refused.json["error"]["details"]
        assert (refused.status, "quotaValue" in quota["violations"][0]) == (429, False)
        server.advance(600)
        assert inline(Wire(server)).status == 200


def exported(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_export_sums_by_pacific_day_project_and_sku() -> None:
    evening = datetime(2026, 11, 30, 23, 0, tzinfo=UTC).timestamp()
    keys = {"key-of-one-project": "one", "key-of-another-project": "another"}
    with EmulatorServer(clock=lambda: evening, api_keys=keys) as server:
        one, another = Wire(server, "key-of-one-project"), Wire(server, "key-of-another-project")
        for _ in range(2):
            one.create(ROWS)
        one.post(f"/v1/{MODEL}:batchEmbedContents", INPUT)
        another.create(ROWS)
        server.advance(9 * 3600)
        another.create(ROWS)
        lines = exported(another.get("/emulator/bill.csv").body.decode())
        assert server.bill()["totals"]["batch"] == 4 * TOKENS
    facts = [(line["usage_start_time"], line["project.id"], line["sku.id"], line["usage.amount"]) for line in lines]
    batch, direct = sku_id("gemini-embedding-001", "batch"), sku_id("gemini-embedding-001", "synchronous")
    first, second = "2026-11-30 08:00:00 UTC", "2026-12-01 08:00:00 UTC"
    assert facts == [
        (first, "another", batch, str(TOKENS)),
        (first, "one", batch, str(2 * TOKENS)),
        (first, "one", direct, str(TOKENS)),
        (second, "another", batch, str(TOKENS)),
    ]
    assert [line["invoice.month"] for line in lines] == ["202611", "202611", "202611", "202612"]
    assert {line["service.description"] for line in lines} == {"Gemini API"}


@pytest.mark.parametrize(("query", "currency", "rate"), [("", "USD", "1"), ("?currency=EUR&rate=0.92", "EUR", "0.92")])
def test_a_cost_is_rounded_to_six_decimals_of_its_currency(wire: Wire, query: str, currency: str, rate: str) -> None:
    wire.run(ROWS)
    (line,) = exported(wire.get(f"/emulator/bill.csv{query}").body.decode())
    assert (line["currency"], line["currency_conversion_rate"]) == (currency, rate)
    exact = Decimal("0.075") * TOKENS / 1_000_000 * Decimal(rate)
    assert Decimal(line["cost"]) == round(exact, 6)


def test_a_conversion_rate_that_is_none_is_refused(wire: Wire) -> None:
    assert wire.get("/emulator/bill.csv?currency=EUR&rate=0").status == 400
    with pytest.raises(ValueError, match="above zero"):
        wire.server.export_csv("EUR", "many")
