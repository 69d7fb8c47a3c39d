"""A job's value goes through one door into its row and comes back the same; a move names the state it leaves."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain.jobs import AT_GOOGLE, ENDED, TRANSITIONS, BatchJob, JobEvent, JobStatus, Trouble
from engine.domain.models import Profile
from engine.errors import UnknownJob, WrongState
from engine.store import jobs
from engine.store.db import Db, Query
from engine.store.sqlite.connection import open_database
from tests import rows
from tests.rows import NOW

_STATUS = Query("test: a job's status by whoever", "UPDATE batch_jobs SET status = :status WHERE id = :id")
LATER = NOW + timedelta(minutes=5)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
COUNTS = st.integers(0, 2**62)
PRICES = st.decimals(0, 1000, places=6)


BY_TYPE: dict[str, st.SearchStrategy[object]] = {
    "str": WORDS,
    "int": COUNTS,
    "datetime": TIMES,
    "Decimal": PRICES,
    "bool": st.just(False),  # of another generation: such a job is not written by us
    "Profile": st.builds(Profile, WORDS, st.integers(1, 10_000), WORDS),
    "JobStatus": st.sampled_from(JobStatus),
    "Trouble": st.sampled_from(Trouble),
}


def drawn(annotation: str) -> st.SearchStrategy[object]:
    """Values of a field by what it is said to be; KeyError for a type that nobody has thought of."""
    kind = BY_TYPE[annotation.removesuffix(" | None")]
    return st.none() | kind if annotation.endswith(" | None") else kind


JOBS = st.builds(BatchJob, **{each.name: drawn(str(each.type)) for each in fields(BatchJob)})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(job=JOBS, other=JOBS)
def test_every_field_of_a_job_comes_back_as_it_went(db: Db, job: BatchJob, other: BatchJob) -> None:
    job = replace(job, id=str(uuid4()), google_job_id=f"batches/{uuid4()}")
    other = replace(other, google_job_id=f"batches/{uuid4()}")
    with db.writing():
        assert jobs.insert(db, job, "made") == job
        assert jobs.get(db, job.id) == job
        kept = {"id": job.id, "profile": job.profile, "status": job.status, "updated_at": LATER}
        names = [each.name for each in fields(BatchJob) if each.name not in kept]
        changes = {name: getattr(other, name) for name in names}
        wanted = replace(other, **kept)  # type: ignore[arg-type]
        assert jobs.update(db, job, LATER, **changes) == wanted
        assert jobs.get(db, job.id) == wanted


def test_the_row_outlives_the_connection(tmp_path: Path) -> None:
    path = tmp_path / "halfrate.db"
    with closing(open_database(path, create=True).db) as db:
        made = rows.job(db, "a-job", JobStatus.PROCESSING, trouble=Trouble.GONE, trouble_since=NOW, requests=7)
    with closing(open_database(path).db) as db:
        assert jobs.get(db, "a-job") == made


@pytest.mark.parametrize("target", list(JobStatus))
@pytest.mark.parametrize("source", list(JobStatus))
def test_a_job_moves_along_the_arrows_alone(db: Db, source: JobStatus, target: JobStatus) -> None:
    job = rows.job(db, "a-job", source, trouble=Trouble.FAULT, trouble_since=NOW)
    with db.writing():
        if target in TRANSITIONS[source]:
            moved = jobs.transition(db, job, target, LATER, "moved", requests=3)
            ended = LATER if target in ENDED else None
            wanted = replace(job, status=target, updated_at=LATER, requests=3, trouble=None, trouble_since=None)
            assert moved == jobs.get(db, "a-job") == replace(wanted, ended_at=ended)
            assert jobs.history(db, "a-job")[1:] == [JobEvent(LATER, target.value, "moved")]
        else:
            with pytest.raises(WrongState, match=f"is {source} and cannot become {target}"):
                jobs.transition(db, job, target, LATER, "moved")
            assert jobs.get(db, "a-job") == job
            assert len(jobs.history(db, "a-job")) == 1


def test_a_job_that_somebody_else_moved_is_not_moved_again(db: Db) -> None:
    job = rows.job(db, "a-job", JobStatus.SUBMITTED)
    with db.writing():
        db.run(_STATUS, id="a-job", status="CANCELLED")
        with pytest.raises(WrongState, match="is no longer SUBMITTED"):
            jobs.transition(db, job, JobStatus.PROCESSING, LATER, "moved")
        with pytest.raises(WrongState, match="is no longer SUBMITTED"):
            jobs.update(db, job, LATER, requests=3)
    assert jobs.get(db, "a-job") == replace(job, status=JobStatus.CANCELLED)


def test_a_job_is_found_by_its_id_its_beginning_or_its_name_at_google(db: Db) -> None:
    one = rows.job(db, "abcd-1", google_job_id="batches/one")
    rows.job(db, "abcd-2", google_job_id="batches/two")
    assert jobs.get(db, "abcd-1") == jobs.get(db, "batches/one") == one
    with pytest.raises(UnknownJob, match="Several jobs begin with 'abcd'"):
        jobs.get(db, "abcd")
    for unknown in ("abc", "xyz-", "abcd-3", ""):
        with pytest.raises(UnknownJob, match="No job is called"):
            jobs.get(db, unknown)


def test_jobs_are_listed_by_state_and_trouble(db: Db) -> None:
    for place, status in enumerate(JobStatus):
        rows.job(db, f"job-{status}", status, created_at=NOW - timedelta(minutes=place), estimated_tokens=10)
    troubled = rows.job(
        db, "troubled", JobStatus.SUBMITTED, trouble=Trouble.GONE, trouble_since=NOW, estimated_tokens=5
    )
    assert [job.id for job in jobs.in_states(db, AT_GOOGLE)] == ["job-PROCESSING", "job-SUBMITTED", "troubled"]
    assert jobs.in_trouble(db) == [troubled]
    assert jobs.status_counts(db) == {**dict.fromkeys(JobStatus, 1), JobStatus.SUBMITTED: 2}
    live = [job for job in jobs.page(db, order="live") if job.live]
    assert [job.id for job in jobs.dashboard(db, 100)][: len(live)] == [job.id for job in live]
    assert [job.created_at for job in live] == sorted(job.created_at for job in live)
    assert len(jobs.dashboard(db, len(live) + 2)) == len(live) + 2
    reserved = jobs.reserved(db)
    assert len(reserved) == len(live)
    assert [each.gone for each in reserved].count(True) == 1
    assert {each.price for each in reserved} == {Decimal("0.075")}
    assert jobs.enqueued_tokens(db, rows.PROFILE.model) == 4 * 10
    assert jobs.enqueued_tokens(db, "another") == 0


@pytest.mark.parametrize("order", list(jobs.ORDERS))
def test_every_order_lists_every_job_once(db: Db, order: jobs.Order) -> None:
    for place, status in enumerate(JobStatus):
        rows.job(db, f"job-{place}", status, chunks=place, tokens=place)
    pages = [job.id for offset in range(0, 20, 5) for job in jobs.page(db, order=order, limit=5, offset=offset)]
    assert sorted(pages) == sorted(f"job-{place}" for place in range(len(JobStatus)))


def test_jobs_are_found_by_words(db: Db) -> None:
    rows.job(db, "one", error="Quota of TIER 1")
    rows.job(db, "two", JobStatus.COMPLETED)
    assert [job.id for job in jobs.page(db, words="tier quota")] == ["one"]
    assert (jobs.count(db, words="tier quota"), jobs.count(db, words="none of it"), jobs.count(db)) == (1, 0, 2)


def test_what_google_answered_and_whom_it_knows(db: Db) -> None:
    rows.job(db, "one", JobStatus.CANCELLED, google_job_id="batches/one")
    rows.job(db, "two", JobStatus.CANCELLED, google_job_id="batches/two", tokens=5)
    rows.job(db, "three", google_job_id="batches/three")
    names = ["batches/one", "batches/two", "batches/three", "batches/four"]
    assert jobs.known_batches(db, names) == set(names[:3])
    assert [job.id for job in jobs.given_up(db, names)] == ["one"]
    assert jobs.remote_json(db, "one") is None
    with db.writing():
        jobs.note_answer(db, "one", '{"state": 1}')
        found = jobs.set_profile(db, jobs.get(db, "one"), Profile(dimension=9))
    assert jobs.remote_json(db, "one") == '{"state": 1}'
    assert jobs.get(db, "one") == found
    assert found.profile.dimension == 9


def test_the_chunks_of_a_job_by_status(db: Db) -> None:
    rows.job(db, "job")
    rows.document(db, ["a", "b"], source="1", job="job")
    rows.document(db, ["c"], source="2", job="job", status="READY")
    assert jobs.chunks_by_status(db, "job") == {"PENDING": 2, "READY": 1}
    assert jobs.chunks_by_status(db, "none") == {}
