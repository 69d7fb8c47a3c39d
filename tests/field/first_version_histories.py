"""More states for `first_version_states.py`: second batches, odd answers, refusals, the ledger, much in one file."""

# mypy: ignore-errors
# It is checked against the engine of another commit.

from __future__ import annotations

from pathlib import Path

from first_version_states import (
    EQUAL,
    HOUR,
    LOST_ANSWER,
    LOST_REQUEST,
    TEXTS,
    half_settle,
    ingest,
    known_batch,
    state,
    vector_source,
)

from engine.domain.retry import Cause
from engine.emulator import CallRule, JobRule, RowRule, Scenario
from engine.settings import Limits, Uncertain
from tests.store import field as generations  # the first version's


def send_twice(making) -> None:
    """A job that was given up as never created and submitted again; ten minutes later both batches are listed."""
    known_batch(making)
    making.configure(uncertain=Uncertain(absent_listings=1, settle_window_seconds=0))
    late = JobRule(do="late_listing", seconds=600)
    slow = JobRule(do="latency", seconds=HOUR, times=2)
    making.misbehave(Scenario(calls=(LOST_ANSWER,), jobs=(late, slow), cancel_lag=10 * HOUR))
    making.fill(TEXTS)
    making.flush()
    making.sync()
    making.pass_time(seconds=1)
    making.flush()
    making.pass_time(minutes=10)
    making.sync()
    making.configure(uncertain=Uncertain())


@state("A job with a second batch at Google, which a job without chunks follows; both are live.")
def duplicate(making) -> None:
    making.at_noon(601)
    send_twice(making)


@state("A job with a second batch that was billed: its duplicate ended with a ledger entry of waste.", hours=3.0)
def duplicate_billed(making) -> None:
    send_twice(making)
    making.pass_time(hours=2)
    making.sync()
    making.at_noon()


@state("An UNCERTAIN job that was released although its batch exists: an orphan at Google, its chunks wait again.")
def released(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.misbehave(Scenario(calls=(LOST_ANSWER,)))
    making.flush()
    making.world.manager.release(making.world.jobs[-1].id)
    making.at_noon()


@state("A job whose result file ends early, SUBMITTED still: the short part lies on the disk.")
def short(making) -> None:
    making.misbehave(Scenario(jobs=(JobRule(do="short_file"),)))
    making.fill(TEXTS)
    making.at_noon()
    making.flush()
    making.sync()


@state("A job that Google does not know any more.", latency=HOUR)
def unknown_to_google(making) -> None:
    making.fill(TEXTS)
    making.at_noon()
    making.flush()
    name = making.world.jobs[-1].google_job_id.removeprefix("batches/")
    making.emulator.service.batches.delete(making.emulator.service.batches.find("emulator", name))
    making.sync()


@state("A job in a state that nobody knows.")
def unknown_state(making) -> None:
    making.misbehave(Scenario(jobs=(JobRule(do="unknown_state"),)))
    making.fill(TEXTS)
    making.at_noon()
    making.flush()
    making.sync()


@state("A job that SUCCEEDED at Google without naming a result file.")
def no_results(making) -> None:
    making.misbehave(Scenario(jobs=(JobRule(do="no_responses_file"),)))
    making.fill(TEXTS)
    making.at_noon()
    making.flush()
    making.sync()


def refuse_twice(making) -> None:
    """Google takes fewer tokens than wait: the second refusal halves the allowance."""
    making.emulator.service.allowance = 60
    making.flush()
    making.pass_time(minutes=20)
    making.flush()
    making.emulator.service.allowance = None


@state("A job refused twice as too large: CANCELLED, its spool file left on the disk, a lowered allowance in force.")
def refused(making) -> None:
    making.fill(TEXTS)
    making.at_noon(1200)
    refuse_twice(making)


def documents(count: int, parts: int = 6) -> list[str]:
    """Files in the working folder, with a notice that all share."""
    Path("docs").mkdir(exist_ok=True)
    for number in range(count):
        sections = "".join(
            f"## Section {part}\n\nDocument {number} has its own in part {part}.\n\n" for part in range(parts)
        )
        Path(f"docs/{number}.md").write_text(f"# Document {number}\n\n{EQUAL[0]}.\n\n{sections}")
    return ["docs"]


def settle_some(making) -> None:
    """A month of the ledger: files embedded at once, one of them partly, one refused, and batches on two days."""
    paths = documents(3)
    ingest(making, paths, "sync")
    parts = "".join(f"## Part {number}\n\nPart {number} of it.\n\n" for number in range(8))
    Path("docs/partial.md").write_text(f"# Partial\n\n{parts}")
    making.misbehave(Scenario(calls=(CallRule(on="embed", do="cut", effect=True, after=1, times=1),)))
    ingest(making, ["docs/partial.md"], "sync", limits=Limits(sync_requests_per_minute=3))
    making.misbehave()
    making.fill([*TEXTS, *EQUAL])
    making.flush()
    making.pass_time(minutes=7)
    making.sync()
    making.pass_time(hours=20)
    making.fill([f"Text {number} of the second day" for number in range(20)])
    making.misbehave(Scenario(rows=(RowRule(do="zero", every=7),)))
    making.flush()
    making.pass_time(minutes=11)
    making.sync()
    making.misbehave()


@state(
    "A ledger of two days: files embedded at once, one only in part, batches with waste.",
    hours=30.0,
)
def ledger(making) -> None:
    settle_some(making)
    making.at_noon()


@state("A file of generation 4, opened by the first version.", older=generations.make_generation_4)
def from_generation_4(making) -> None:
    making.at_noon()


@state(
    "A file of generation 5 with live inherited jobs, opened by the first version, with a job of its own SUBMITTED.",
    latency=HOUR,
    older=lambda path: generations.make_generation_5(path, 36),
)
def inherited(making) -> None:
    making.fill(TEXTS[:4])
    making.at_noon()
    making.flush()
    making.fill(EQUAL)
    with_error = making.world.db.conn.execute("SELECT count(*) FROM chunks WHERE failure_cause = ?", (Cause.OTHER,))
    assert with_error.fetchone() == (0,)


@state("Much of it in one file, as months leave it; the last process died while its POST was under way.", hours=60.0)
def everything(making) -> None:
    making.fill(TEXTS)
    refuse_twice(making)
    making.pass_time(hours=25)
    making.flush()
    making.pass_time(minutes=3)
    making.sync()
    settle_some(making)
    making.misbehave(Scenario(jobs=(JobRule(do="expire"),)))
    making.fill(["a text whose job expires", EQUAL[1]])
    making.flush()
    making.sync()
    making.misbehave(Scenario(jobs=(JobRule(do="latency", seconds=HOUR, times=0),)))
    making.flush()
    making.world.manager.cancel(making.world.jobs[-1].id)
    making.sync()
    making.misbehave()
    making.flush()
    making.pass_time(minutes=5)
    making.sync()
    send_twice(making)
    making.pass_time(hours=2)
    making.sync()
    making.at_noon(1800)
    making.misbehave(Scenario(jobs=(JobRule(do="fail", code=13),)))
    making.fill([f"a text of a job that fails, number {number}" for number in range(3)])
    making.flush()
    making.sync()
    making.misbehave(Scenario(jobs=(JobRule(do="running"),)))
    making.fill([f"a text that is worked on, number {number}" for number in range(6)])
    making.flush()
    making.misbehave(Scenario(jobs=(JobRule(do="pending"),)))
    ids = making.fill([f"a text that has been sent, number {number}" for number in range(6)])
    making.flush()
    making.older_writer("UPDATE chunks SET content = 'changed on the way' WHERE id = ?", ids[0])
    making.configure(settle_slice=6)
    making.at_noon(300)
    half_settle(making)
    making.misbehave(Scenario(calls=(LOST_ANSWER,)))
    making.fill([f"a text that was lost sight of, number {number}" for number in range(5)])
    making.flush()
    making.misbehave(Scenario(calls=(LOST_REQUEST,)))
    making.fill([f"a text that was never sent, number {number}" for number in range(5)])
    making.flush()
    making.at_noon()
    making.fill([*EQUAL, *EQUAL])
    vector_source(making, 1, 900, "the older writer's text", "A title\n\nthe older writer's text")
    making.misbehave(Scenario(calls=(CallRule(on="create", do="delay", effect=True, seconds=1.5),)))
    making.killed_in_the_post(carried_out=True)
    making.fill([*TEXTS[:3], EQUAL[0]])
