"""Random histories of money: whatever Google bills, and however, what is paid and uncertain covers it."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from engine.domain.jobs import ENDED
from engine.emulator import CallRule, JobRule, RowRule, Scenario
from engine.errors import HalfrateError
from engine.settings import PriceTable
from engine.store import ledger
from tests.conftest import HOUR, MINUTE, Worlds
from tests.test_job_histories import FEW, History, run_histories

CALLS = st.builds(
    CallRule,
    on=st.sampled_from(["create", "list", "get", "download", "embed"]),
    do=st.sampled_from(["cut", "html", "empty"]),
    effect=st.booleans(),
    after=FEW,
)
ROWS = st.builds(
    RowRule, do=st.sampled_from(["error", "drop", "repeat", "no_vector", "nan", "zero"]), fraction=st.just(0.3)
)
JOBS = st.builds(
    JobRule, do=st.sampled_from(["shuffle", "fail", "expire", "running", "latency"]), seconds=st.just(HOUR)
)
BILLS = st.builds(
    Scenario,
    calls=st.lists(CALLS, max_size=1).map(tuple),
    rows=st.lists(ROWS, max_size=2).map(tuple),
    jobs=st.lists(JOBS, max_size=1).map(tuple),
    row_counts=st.sampled_from([0.0, 0.5, 1.0]),
    bill_failed_rows=st.booleans(),
    bill_failed_jobs=st.booleans(),
    bill_expired_jobs=st.booleans(),
    bill_cancelled_jobs=st.booleans(),
)


class MoneyHistory(History):
    """The same queue under every way to bill, with direct requests, other prices and a clock that goes back."""

    @rule(scenario=BILLS)
    def bill_otherwise(self, scenario: Scenario) -> None:
        self.world.misbehave(scenario)

    @rule(batch=st.sampled_from(["0.075", "0.1", "0"]))
    def another_price(self, batch: str) -> None:
        price = PriceTable(synchronous=Decimal("0.15"), batch=Decimal(batch))
        settings = msgspec.structs.replace(self.world.settings, prices={"gemini-embedding-001": price})
        object.__setattr__(self.world.workspace, "settings", settings)

    @rule(count=st.integers(1, 3))
    def embed_directly(self, count: int) -> None:
        self.number += 1
        folder = self.world.workspace.path.with_name(f"direct {self.number}")
        folder.mkdir()
        for place in range(count):
            Path(folder, f"{place}.txt").write_text(f"directly {self.number} embedded text {place}", "utf-8")
        with suppress(HalfrateError):
            self.world.workspace.ingest([folder], mode="sync")

    @rule(seconds=st.sampled_from([MINUTE, HOUR]))
    def the_clock_goes_back(self, seconds: float) -> None:
        self.world.clock.advance(-seconds)

    @invariant()
    def the_ledger_is_the_bill(self) -> None:
        """Job by job, once it has ended: what was paid and what is uncertain cover the bill, to the token."""
        ended = {job.google_job_id: job.id for job in self.world.jobs if job.status in ENDED}
        held = dict(
            self.world.sql(
                "SELECT job_id, sum(tokens) FROM postings WHERE job_id IS NOT NULL"
                " AND account IN ('paid:useful', 'paid:waste', 'uncertain') GROUP BY 1"
            )
        )
        for entry in self.world.emulator.bill()["entries"]:
            if entry["job"] is not None and entry["job"] in ended:
                covered = held.get(ended[entry["job"]], 0)
                assert covered >= entry["tokens"], f"{entry['job']}: {entry['tokens']} billed, {covered} known of"

    @invariant()
    def direct_requests_are_covered(self) -> None:
        spent = ledger.spend(self.world.db)
        assert spent.uncertain >= 0
        assert spent.waste <= spent.amount


def test_what_is_paid_and_uncertain_covers_the_bill(make_world: Worlds) -> None:
    run_histories(make_world, examples=10, steps=20, machine=MoneyHistory)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_what_is_paid_and_uncertain_covers_the_bill_in_many_long_histories(make_world: Worlds) -> None:
    run_histories(make_world, examples=200, steps=50, machine=MoneyHistory)
