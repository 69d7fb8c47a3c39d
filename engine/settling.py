"""Settle: a finished job's result file becomes vectors, statuses, token counts and one ledger entry.

Each slice is one transaction that also moves the cursor, so that a kill anywhere resumes at the next unread line. Rows
are matched by key only, and a vector is stored only for a chunk that still travels with this job and this text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlite_utils import Database

from engine.domain.batches import BatchJob, JobStatus
from engine.domain.documents import parse_request_key
from engine.domain.ledger import LedgerEntry
from engine.domain.pricing import Mode
from engine.domain.retry import Cause
from engine.errors import HalfrateError
from engine.gemini.jsonl import ResultSlice, RowFailure, read_results
from engine.operation import Operation
from engine.store import batches, ledger, queue, vectors
from engine.store.queue import RowFault

MISSING_PAGE = 1_000
RESUBMITTED_BY_NOBODY = frozenset({JobStatus.CANCELLED, JobStatus.EXPIRED})
"""Ends for which no chunk is blamed."""


@dataclass(slots=True)
class Tally:
    """What a slice brought."""

    ready: int = 0
    failed: int = 0
    returned: int = 0
    superseded: int = 0
    tokens: int = 0
    waste_tokens: int = 0
    repeated: int = 0
    """Rows under keys that were answered before."""
    truncated: int = 0


class _SomeUnmatched(Exception):
    """Rolls a slice's quick attempt back."""


def settle(op: Operation, job: BatchJob) -> BatchJob:
    """Applies the fetched results from the cursor on, then ends the job; returns it as it stands."""
    path = op.file(job.id, "results")
    slices = read_results(path, job.cursor, job.profile.dimension, slice_rows=op.settings.settle_slice)
    for rows in _ahead(slices):
        job = _settle_slice(op, job, rows)
        op.tell(f"settle {job.short}", job.cursor, job.output_bytes, "bytes")
        if op.stopped:
            return job
    job = _end(op, job)
    op.remove_files(job.id)
    _tidy_remote(op, job)
    return job


def _ahead(slices: Iterator[ResultSlice]) -> Iterator[ResultSlice]:
    """The same slices, each parsed in another thread while the one before is written."""
    with ThreadPoolExecutor(1, "halfrate-parse") as parsing:
        coming = parsing.submit(next, slices, None)
        while (rows := coming.result()) is not None:
            coming = parsing.submit(next, slices, None)
            yield rows


def _settle_slice(op: Operation, job: BatchJob, rows: ResultSlice) -> BatchJob:
    with op.writing() as db:
        tally = _store_good(db, job, rows)
        _store_failures(op, db, job, rows.failures, tally)
        tally.tokens += tally.waste_tokens
        if tally.repeated:
            note = f"{tally.repeated:,} result rows have keys that were answered before"
            batches.add_event(db, job.id, op.now, job.status, note)
        if tally.truncated:
            note = f"{tally.truncated:,} texts reached the model's input limit and may have been cut by Google"
            batches.add_event(db, job.id, op.now, job.status, note)
        return batches.update(
            db,
            job,
            op.now,
            settle_cursor=rows.end,
            ready_count=job.ready + tally.ready,
            failed_count=job.failed + tally.failed,
            returned_count=job.returned + tally.returned,
            superseded_count=job.superseded + tally.superseded,
            tokens=job.tokens + tally.tokens,
            waste_tokens=job.waste_tokens + tally.waste_tokens,
        )


def _store_good(db: Database, job: BatchJob, rows: ResultSlice) -> Tally:
    """Stores the vectors; when every row matches, as it nearly always does, without looking at any of them twice."""
    profile = vectors.profile_id(db, job.profile)
    try:
        with db.atomic():
            marked = queue.mark_ready(db, job.id, list(zip(rows.tokens, rows.chunk_ids, rows.hashes, strict=True)))
            if marked != len(rows.chunk_ids):
                raise _SomeUnmatched
            vectors.bulk_update_vectors(db, profile, list(zip(rows.chunk_ids, rows.vectors, strict=True)))
            tally = Tally(ready=marked, tokens=sum(rows.tokens))
    except _SomeUnmatched:
        tally = _store_matching(db, job, rows, profile)
    limit = job.profile.facts.input_tokens
    tally.truncated = sum(1 for tokens in rows.tokens if tokens >= limit)
    return tally


def _store_matching(db: Database, job: BatchJob, rows: ResultSlice, profile: int) -> Tally:
    """The same row by row: what does not match is superseded or repeated."""
    open_keys = queue.matching(db, job.id, zip(rows.chunk_ids, rows.hashes, strict=True))
    good: list[tuple[int, int, str]] = []
    found: list[tuple[int, bytes]] = []
    others: list[tuple[tuple[int, str], int]] = []
    for key, vector, tokens in zip(
        zip(rows.chunk_ids, rows.hashes, strict=True), rows.vectors, rows.tokens, strict=True
    ):
        if key in open_keys:
            open_keys.discard(key)
            good.append((tokens, *key))
            found.append((key[0], vector))
        else:
            others.append((key, tokens))
    queue.mark_ready(db, job.id, good)
    vectors.bulk_update_vectors(db, profile, found)
    tally = Tally(ready=len(good), tokens=sum(tokens for tokens, _, _ in good))
    for key, tokens in others:
        _book_other(db, job, key, tokens, tally)
    return tally


def _book_other(db: Database, job: BatchJob, key: tuple[int, str], tokens: int, tally: Tally) -> None:
    """A row for no chunk that travels with this job and text: the cost of all but repeated ones is waste."""
    if queue.answered_before(db, job.id, *key):
        tally.repeated += 1
    else:
        queue.release_superseded(db, job.id, *key)
        tally.superseded += 1
        tally.waste_tokens += tokens


def _store_failures(op: Operation, db: Database, job: BatchJob, failures: Sequence[RowFailure], tally: Tally) -> None:
    """Fails or puts back the chunks of rows without a vector; a line without a key leaves its chunk to the missing."""
    faults: list[RowFault] = []
    for failure in failures:
        key = parse_request_key(failure.key) if failure.key else None
        if key is None:
            batches.add_event(db, job.id, op.now, job.status, f"byte {failure.offset:,}: {failure.message}")
            tally.waste_tokens += failure.tokens
        elif queue.matching(db, job.id, [key]):
            if queue.answered_before(db, job.id, *key):
                tally.repeated += 1
                continue
            faults.append(RowFault(key[0], failure.cause, failure.message))
            tally.waste_tokens += failure.tokens
        else:
            _book_other(db, job, key, failure.tokens, tally)
    failed, returned = queue.mark_failed(db, job.id, faults, op.settings.retry.policy, op.now, op.jitter())
    tally.failed += failed
    tally.returned += returned


def _end(op: Operation, job: BatchJob) -> BatchJob:
    """Accounts for every row sent, posts the ledger entry and ends the job, in one transaction."""
    with op.writing() as db:
        status = batches.end_status(db, job.id) or JobStatus.COMPLETED
        missing = _missing(op, db, job, blame=status not in RESUBMITTED_BY_NOBODY)
        job = batches.update(db, job, op.now, missing_count=job.missing + missing)
        if job.accounted != job.chunks and not job.duplicate:
            note = f"{job.chunks - job.accounted:,} rows belong to chunks that were removed while they travelled"
            batches.add_event(db, job.id, op.now, job.status, note)
        if status is JobStatus.COMPLETED and job.ready + job.superseded < job.chunks:
            status = JobStatus.COMPLETED_WITH_ERRORS
        if job.tokens or status in (JobStatus.COMPLETED, JobStatus.COMPLETED_WITH_ERRORS):
            book(op, db, job)
        queue.forget_superseded(db, job.id)
        if job.ready and job.chunks:
            batches.learn_ratio(
                db, job.profile.model, job.characters * job.ready // job.chunks, job.tokens - job.waste_tokens
            )
        note = (
            f"{job.ready:,} ready, {job.failed:,} failed, {job.returned:,} to be tried again, {job.missing:,} missing"
        )
        job = batches.transition(db, job, status, op.now, note, stats=_stats(job))
        level = "info" if status is JobStatus.COMPLETED else "warning"
    op.log(f"Job {job.short} {status}: {note}; {job.tokens:,} tokens.", level)
    return job


def _missing(op: Operation, db: Database, job: BatchJob, *, blame: bool) -> int:
    """Rows without an answer go back to the queue; one that stays away for all its attempts fails."""
    if not blame:
        return queue.put_back(db, job.id)
    total = after = 0
    while page := queue.travelling_page(db, job.id, after, MISSING_PAGE):
        faults = [RowFault(chunk_id, Cause.MISSING, "Google's result has no row for this chunk.") for chunk_id in page]
        queue.mark_failed(db, job.id, faults, op.settings.retry.policy, op.now, op.jitter())
        total, after = total + len(page), page[-1]
    return total


def book(op: Operation, db: Database, job: BatchJob) -> None:
    """Posts what the job brought to the ledger; a second entry for one job is refused by the database."""
    ledger.post(
        db,
        LedgerEntry(
            at=op.now,
            mode=Mode.BATCH,
            key_label=job.key_label,
            key_tail=job.key_tail,
            model=job.profile.model,
            requests=job.ready + job.superseded,
            tokens=job.tokens,
            waste_tokens=job.waste_tokens,
            price_per_million=job.price_per_million,
            sync_price_per_million=job.sync_price_per_million,
            price_label=job.price_label,
            estimated_tokens=job.estimated_tokens * job.ready // job.chunks if job.chunks else 0,
            job_id=job.id,
            note="second batch of one submission" if job.duplicate else "",
        ),
    )


def _stats(job: BatchJob) -> str:
    """What the earlier generation reads."""
    failed = job.failed + job.returned + job.missing
    return f'{{"submitted": {job.chunks}, "succeeded": {job.ready}, "failed": {failed}}}'


def _tidy_remote(op: Operation, job: BatchJob) -> None:
    """Deletes what Google lets anybody delete; both files expire by themselves."""
    left = []
    for name in filter(None, (job.input_file, job.output_file)):
        try:
            if not op.gemini.delete_file(name):
                left.append(name)
        except HalfrateError:
            left.append(name)
    if left:
        with op.writing() as db:
            batches.add_event(db, job.id, op.now, job.status, f"left at Google until they expire: {', '.join(left)}")
