"""Random histories: whatever goes wrong in whatever order, the counts add up and every dollar is accounted for."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from engine.emulator import CallRule, JobRule, RowRule, Scenario
from engine.errors import HalfrateError
from engine.settings import Limits, Uncertain
from engine.store import texts
from tests.auditing import (
    counters_are_true,
    creates,
    ledger_is_sound,
    ledger_is_the_bill,
    vectors_are_those_of_the_texts,
)
from tests.conftest import HOUR, MINUTE, World, Worlds

FEW = st.integers(0, 2)
ON = st.sampled_from(["create", "list", "get", "download", "upload_start", "upload_data", "file_get", "cancel", "*"])
CALL_FAULTS = st.one_of(
    st.builds(
        CallRule,
        on=ON,
        do=st.just("error"),
        status=st.sampled_from([400, 403, 404, 408, 409, 429, 500, 503, 504]),
        after=FEW,
        times=st.integers(1, 5),
        effect=st.just(False),
    ),
    st.builds(CallRule, on=ON, do=st.sampled_from(["cut", "html", "empty"]), after=FEW, times=st.integers(1, 3)),
    st.builds(CallRule, on=st.just("create"), do=st.sampled_from(["cut", "html", "empty"]), effect=st.just(True)),
    st.builds(
        CallRule,
        on=st.just("create"),
        do=st.just("error"),
        status=st.sampled_from([500, 503]),
        effect=st.just(True),
        times=st.integers(1, 2),
    ),
    st.builds(CallRule, on=st.just("list"), do=st.just("blank_list"), times=st.integers(1, 3)),
)
ROW_FAULTS = st.builds(
    RowRule,
    do=st.sampled_from(["error", "drop", "repeat", "unknown_key", "wrong_dimension", "nan", "bare_nan", "zero"]),
    fraction=st.sampled_from([0.2, 0.5]),
    code=st.sampled_from([3, 8, 13, 14]),
)
JOB_FAULTS = st.one_of(
    st.builds(JobRule, do=st.sampled_from(["shuffle", "fail", "expire", "pending", "running"]), after=FEW),
    st.builds(JobRule, do=st.just("late_listing"), seconds=st.sampled_from([MINUTE, 2 * HOUR])),
    st.builds(JobRule, do=st.just("latency"), seconds=st.sampled_from([MINUTE, 2 * HOUR]), times=st.just(0)),
)
SCENARIOS = st.builds(
    Scenario,
    calls=st.lists(CALL_FAULTS, max_size=2).map(tuple),
    rows=st.lists(ROW_FAULTS, max_size=2).map(tuple),
    jobs=st.lists(JOB_FAULTS, max_size=2).map(tuple),
    cancel_lag=st.sampled_from([0.0, MINUTE]),
)


class History(RuleBasedStateMachine):
    """A queue under an operator, two writers and a Google that misbehaves."""

    make_world: Worlds
    number = 0

    def __init__(self) -> None:
        super().__init__()
        self.world: World = self.make_world(
            settings={
                "limits": Limits(requests_per_job=5, live_jobs=4),
                "uncertain": Uncertain(absent_listings=2, settle_window_seconds=600),
                "settle_slice": 3,
            }
        )
        self.released = 0

    def teardown(self) -> None:
        self.world.close()
        self.world.emulator.stop()

    @initialize()
    def a_batch_that_is_known_to_exist(self) -> None:
        self.fill(1)
        self.world.manager.flush_queue(1)
        self.world.manager.sync_status()

    @rule(count=st.integers(1, 12))
    def fill(self, count: int) -> None:
        self.number += 1
        self.world.fill([f"document {self.number}, text {place}" for place in range(count)])

    @rule(scenario=SCENARIOS)
    def misbehave(self, scenario: Scenario) -> None:
        self.world.misbehave(scenario)

    @rule()
    def behave(self) -> None:
        self.world.misbehave(None)

    @rule(min_size=st.sampled_from([1, 4]), force=st.booleans())
    def flush(self, min_size: int, force: bool) -> None:  # noqa: FBT001
        report = self.world.manager.flush_queue(min_size, force)
        assert sum(held.chunks for held in report.held) == self.world.counts.pending

    @rule(due_only=st.booleans())
    def sync(self, due_only: bool) -> None:  # noqa: FBT001
        self.world.manager.sync_status(due_only=due_only)

    @rule(permanent=st.booleans())
    def retry(self, permanent: bool) -> None:  # noqa: FBT001
        failed = self.world.counts.failed
        report = self.world.manager.retry_failed(permanent=permanent)
        assert report.retried + report.skipped_permanent == failed

    @rule(seconds=st.sampled_from([1, 10 * MINUTE, HOUR, 49 * HOUR]))
    def advance(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @rule(pick=st.integers(0, 1000), back=st.booleans())
    def an_older_writer_changes_what_has_no_vector(self, pick: int, back: bool) -> None:  # noqa: FBT001
        chunk = self._chunk(pick, "embedding_status <> 'READY'")
        if chunk is not None:
            text = chunk["content"].removesuffix(" changed") if back else chunk["content"] + " changed"
            self._write("UPDATE chunks SET content = ? WHERE id = ?", text, chunk["id"])

    @rule(pick=st.integers(0, 1000))
    def our_writer_changes_any(self, pick: int) -> None:
        chunk = self._chunk(pick)
        if chunk is not None:
            text = chunk["content"] + " again"
            with self.world.db.writing() as db:
                (named,) = texts.name(db, [text])
                self._write(
                    "UPDATE chunks SET content = ?, text_id = ?, embed_chars = ?, embedding_status = 'PENDING',"
                    " batch_job_id = NULL, attempts = 0, next_attempt_at = NULL, failure_cause = NULL WHERE id = ?",
                    text,
                    named,
                    len(text),
                    chunk["id"],
                )

    @rule(pick=st.integers(0, 1000))
    def delete(self, pick: int) -> None:
        chunk = self._chunk(pick)
        if chunk is not None:
            self._write("DELETE FROM chunks WHERE id = ?", chunk["id"])

    @rule(pick=st.integers(0, 1000), what=st.sampled_from(["cancel", "adopt", "release"]))
    def the_operator_decides(self, pick: int, what: str) -> None:
        live = [job for job in self.world.jobs if job.live]
        if live:
            with suppress(HalfrateError):
                getattr(self.world.manager, what)(live[pick % len(live)].id)

    @invariant()
    def counters_are_true(self) -> None:
        counters_are_true(self.world)

    @invariant()
    def no_chunk_travels_with_an_ended_job(self) -> None:
        query = (
            "SELECT count(*) FROM chunks c JOIN batch_jobs j ON j.id = c.batch_job_id WHERE c.embedding_status ="
            " 'PENDING' AND j.status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'EXPIRED')"
        )
        assert self.world.sql(query)[0][0] == 0

    @invariant()
    def no_job_answers_more_than_was_sent(self) -> None:
        assert all(job.duplicate_of or job.found or job.accounted <= job.requests for job in self.world.jobs)

    @invariant()
    def the_ledger_is_sound(self) -> None:
        ledger_is_sound(self.world)

    @invariant()
    def the_ledger_is_the_bill(self) -> None:
        ledger_is_the_bill(self.world)

    @invariant()
    def vectors_are_those_of_the_texts(self) -> None:
        vectors_are_those_of_the_texts(self.world)

    @invariant()
    def nothing_is_created_without_an_intention(self) -> None:
        query = "SELECT count(*) FROM job_events WHERE status = 'SUBMITTING' AND note LIKE 'sending%'"
        assert creates(self.world) <= self.world.sql(query)[0][0]

    def _chunk(self, pick: int, where: str = "1") -> dict[str, Any] | None:
        ids = [row[0] for row in self.world.sql(f"SELECT id FROM chunks WHERE {where} ORDER BY id")]
        return self.world.chunk(ids[pick % len(ids)]) if ids else None

    def _write(self, statement: str, *values: object) -> None:
        self.world.sql(statement, *values)


def run_histories(make_world: Worlds, examples: int, steps: int) -> None:
    machine = type("History", (History,), {"make_world": staticmethod(make_world)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )


def test_random_histories_add_up(make_world: Worlds) -> None:
    run_histories(make_world, examples=12, steps=20)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_long_random_histories_add_up(make_world: Worlds) -> None:
    run_histories(make_world, examples=300, steps=60)
