"""Settle: a finished job's result file becomes vectors, statuses, outcomes and token counts, slice by slice.

Each slice is one transaction that also moves the cursor, so that a kill anywhere resumes at the next unsettled row.
Rows are matched by the text in their key, never by position; a row for a request that has its outcome already is a
repetition and counts for nothing, unless it brings the vector that an earlier row did not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from engine.domain.billing import billing_day
from engine.domain.causes import Cause
from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.requests import Outcome
from engine.domain.texts import parse_first_version_key
from engine.gemini.result_rows import ResultSlice, RowFailure
from engine.life import booking
from engine.life.context import Operation
from engine.life.counting import Count, Counter
from engine.life.end import Blame, end
from engine.life.result_order import result_slices
from engine.life.row_keys import row_keys
from engine.store import jobs, queue, requests, reuse, texts, vectors
from engine.store.db import Db
from engine.store.queue import Fault
from engine.store.requests import ESTIMATED, Answer
from engine.store.reuse import Way
from engine.store.vectors import Paid

MISSING = Blame(Cause.MISSING, "Google's result has no row for this text.")
UNBLAMED = frozenset({JobStatus.CANCELLED, JobStatus.EXPIRED})
"""Ends for which no text is blamed that has no row."""


@dataclass(slots=True)
class Tally:
    """What a slice brought, in requests."""

    ready: int = 0
    unused: int = 0
    failed: int = 0
    returned: int = 0
    tokens: int = 0
    waste_tokens: int = 0
    guessed_tokens: int = 0
    repeated: int = 0
    mended: int = 0
    strange: int = 0
    truncated: int = 0

    def add(self, answers: Sequence[Answer]) -> None:
        """Counts the tokens of some requests."""
        self.tokens += sum([tokens or 0 for _, _, tokens, _ in answers])
        self.waste_tokens += sum([tokens or 0 for _, outcome, tokens, _ in answers if outcome is not Outcome.USEFUL])
        self.guessed_tokens += sum([tokens or 0 for _, _, tokens, basis in answers if basis == ESTIMATED])

    def take_back(self, job: BatchJob, answers: Mapping[int, Answer], fates: Mapping[int, str]) -> None:
        """Uncounts requests that had brought no vector, each where it was counted.

        A chunk may have moved on since: then one of the job's counts of such requests that is not nothing gives way.
        """
        self.tokens -= sum(each.tokens or 0 for each in answers.values())
        self.waste_tokens -= sum(each.tokens or 0 for each in answers.values())
        self.guessed_tokens -= sum(each.tokens or 0 for each in answers.values() if each.basis == ESTIMATED)
        for text in answers:
            for name in (fates.get(text, "unused"), "failed", "returned", "unused"):
                if getattr(job, name) + getattr(self, name) > 0:
                    setattr(self, name, getattr(self, name) - 1)
                    break


def settle(op: Operation, job: BatchJob) -> BatchJob:
    """Applies the fetched results from the cursor on, then ends the job; returns it as it stands."""
    counter = Counter(op.db, op.gemini, job.profile)
    for rows in _ahead(result_slices(op, job, row_keys(op.db, job, op.files.results(job.id)).text_of)):
        job = _settle_slice(op, job, rows, counter)
        op.tell(f"settle {job.short}", job.settled_bytes, job.output_bytes, "bytes")
        if op.stopped:
            return job
    status = job.end_status or JobStatus.COMPLETED
    return end(op, job, status, "", unanswered=Outcome.MISSING, blame=None if status in UNBLAMED else MISSING)


def _ahead(slices: Iterator[ResultSlice]) -> Iterator[ResultSlice]:
    """The same slices, each parsed in another thread while the one before is written."""
    with ThreadPoolExecutor(1, "halfrate-parse") as parsing:
        coming = parsing.submit(next, slices, None)
        while (rows := coming.result()) is not None:
            coming = parsing.submit(next, slices, None)
            yield rows


def _settle_slice(op: Operation, job: BatchJob, rows: ResultSlice, counter: Counter) -> BatchJob:
    counted = _count_missing(op.db, rows, counter)
    with op.writing() as db:
        tally = Tally()
        _store_good(op, db, job, _good(db, job, rows, counted, counter, tally), tally)
        _store_failures(op, db, job, rows.failures, counted, tally)
        _note_oddities(op, db, job, tally)
        return jobs.update(
            db,
            job,
            op.now,
            cursor=rows.end,
            ready=job.ready + tally.ready,
            unused=job.unused + tally.unused,
            failed=job.failed + tally.failed,
            returned=job.returned + tally.returned,
            tokens=job.tokens + tally.tokens,
            waste_tokens=job.waste_tokens + tally.waste_tokens,
            guessed_tokens=job.guessed_tokens + tally.guessed_tokens,
        )


def _count_missing(db: Db, rows: ResultSlice, counter: Counter) -> dict[int, Count]:
    """Counts of those texts for which Google sent none, asked for before the transaction: it may take a while."""
    hashes = [text for text, tokens in zip(rows.hashes, rows.tokens, strict=True) if tokens is None]
    hashes += [each.text for each in rows.failures if each.text and each.tokens is None and _may_be_billed(each)]
    known = [text for text in texts.ids_of(db, hashes) if text is not None] if hashes else []
    return counter.count(known) if known else {}


def _may_be_billed(failure: RowFailure) -> bool:
    return failure.outcome is Outcome.SPOILED


def _good(
    db: Db, job: BatchJob, rows: ResultSlice, counted: dict[int, Count], counter: Counter, tally: Tally
) -> list[Paid]:
    """The rows that answer a request which has no outcome yet, or had none with a vector, each once."""
    ids = texts.know(db, rows.hashes) if job.found or job.duplicate_of else texts.ids_of(db, rows.hashes)
    open_ = _unanswered(db, job, [text for text in ids if text is not None])
    earlier = _taken_back(db, job, [text for text in ids if text is not None and text not in open_], tally)
    open_ |= earlier.keys()
    good: list[Paid] = []
    for text, vector, tokens in zip(ids, rows.vectors, rows.tokens, strict=True):
        if text is None or text not in open_:
            tally.repeated += 1
            continue
        open_.remove(text)
        if tokens is not None:
            good.append(Paid(text, vector, tokens))
        elif text in earlier and (before := earlier[text]).tokens:
            good.append(Paid(text, vector, before.tokens, before.basis))
        else:
            count = counted[text] if text in counted else counter.guess()
            good.append(Paid(text, vector, count.tokens, count.basis))
    return good


def _taken_back(db: Db, job: BatchJob, ids: Sequence[int], tally: Tally) -> dict[int, Answer]:
    """Takes back how requests ended of which an earlier row brought no vector, now that a row brings one."""
    earlier = requests.vectorless(db, job.submission, ids) if ids else {}
    if earlier:
        tally.take_back(job, earlier, queue.blamed(db, job.id, list(earlier)))
        tally.mended += len(earlier)
    return earlier


def _unanswered(db: Db, job: BatchJob, ids: Sequence[int]) -> set[int]:
    """Texts whose request waits for its answer; of a job that was found at Google, texts it is not known to hold too.

    What such a job sent shows only in its results.
    """
    open_ = requests.open_among(db, job.submission, ids)
    if job.found or job.duplicate_of:
        open_ |= set(ids) - requests.known_among(db, job.submission, ids)
    return open_


def _store_good(op: Operation, db: Db, job: BatchJob, rows: list[Paid], tally: Tally) -> None:
    """Stores vectors that are new, fills what waits for them, and gives each request its outcome."""
    if not rows:
        return
    profile = vectors.profile_id(db, job.profile)
    ids = [row.text for row in rows]
    here = vectors.have(db, profile, ids)
    new = [row for row in rows if row.text not in here] if here else rows
    vectors.store(db, profile, new, submission=job.submission)
    if op.profile.derivable_from(job.profile):
        vectors.derive(db, op.profile, ids)
    filled = queue.fill(db, ids, job=job.id, active=job.profile == op.profile)
    useful = filled.keys() - here
    if here:
        booking.turn_useful(db, op.now, vectors.profile_id(db, op.profile), filled.keys() & here)
    answers = [
        Answer(text, Outcome.USEFUL if text in useful else Outcome.UNUSED, tokens, basis)
        for text, _, tokens, basis in rows
    ]
    requests.answer(db, job.submission, answers)
    tally.add(answers)
    tally.ready += len(useful)
    tally.unused += len(rows) - len(useful)
    limit = job.profile.facts.input_tokens
    tally.truncated += len([tokens for _, _, tokens, basis in rows if tokens >= limit and not basis])
    paid = set[int]() if job.found == "stranger" else useful
    _book_shared(op, db, job, profile, {text: n - (text in paid) for text, n in filled.items()})


def _book_shared(op: Operation, db: Db, job: BatchJob, profile: int, times: dict[int, int]) -> None:
    """Chunks that became READY beside the one that a request is booked for: equal texts are paid once."""
    chunks = sum(times.values())
    if chunks:
        tokens, guessed = vectors.took(db, profile, {text: n for text, n in times.items() if n})
        price = (
            op.settings.price(job.profile.model, billing_day(op.now)).batch
            if job.found == "stranger"
            else job.price_per_million
        )
        op.reused += reuse.book(db, op.now, Way.SHARED, job.profile.model, chunks, tokens, guessed, price, job.id)


def _store_failures(
    op: Operation, db: Db, job: BatchJob, failures: Sequence[RowFailure], counted: dict[int, Count], tally: Tally
) -> None:
    """Outcomes of rows that brought no vector; their chunks fail, or wait for another attempt."""
    ids = texts.ids_of(db, [each.text for each in failures if each.text is not None])
    known = iter(ids)
    faults: list[Fault] = []
    answers: list[Answer] = []
    open_ = _unanswered(db, job, [text for text in ids if text is not None])
    for failure in failures:
        if failure.text is None:
            _strange_row(op, db, job, failure, tally)
            continue
        text = next(known)
        if text is None or text not in open_:
            tally.repeated += 1
            continue
        open_.discard(text)
        answers.append(_answer(text, failure, counted))
        faults.append(Fault(text=text, cause=failure.cause, message=failure.message))
    requests.answer(db, job.submission, answers)
    tally.add(answers)
    done = queue.fail(db, job.id, faults, op.settings.retry.policy, op.now, op.jitter())
    tally.failed += done.failed
    tally.returned += done.returned
    tally.unused += done.nobody


def _answer(text: int, failure: RowFailure, counted: dict[int, Count]) -> Answer:
    if failure.tokens is None and _may_be_billed(failure) and text in counted:
        count = counted[text]
        return Answer(text=text, outcome=failure.outcome, tokens=count.tokens, basis=count.basis)
    return Answer(text=text, outcome=failure.outcome, tokens=failure.tokens)


def _strange_row(op: Operation, db: Db, job: BatchJob, failure: RowFailure, tally: Tally) -> None:
    """A line that cannot be put down to a text: a row of the first version that is carried, or nobody's.

    What it says it took is billed all the same.
    """
    old = parse_first_version_key(failure.key) if failure.key else None
    if old and requests.carried_row(db, job.submission, job.id, *old, failure.tokens or 0):
        tally.tokens += failure.tokens or 0
        tally.waste_tokens += failure.tokens or 0
        tally.unused += 1
        return
    tally.strange += 1
    if failure.tokens:
        requests.carry(db, job.submission, failure.tokens)
        tally.tokens += failure.tokens
        tally.waste_tokens += failure.tokens
    if tally.strange <= STRANGE_NAMED:
        jobs.add_event(db, job.id, op.now, job.status, f"byte {failure.offset:,}: {failure.message}")


STRANGE_NAMED = 20
"""Lines of a slice that are nobody's and stand in the job's history one by one."""


def _note_oddities(op: Operation, db: Db, job: BatchJob, tally: Tally) -> None:
    notes = (
        (tally.repeated, "result rows have keys that were answered before, or were never sent"),
        (tally.mended, "result rows bring the vector that an earlier row of theirs did not"),
        (max(tally.strange - STRANGE_NAMED, 0), "further lines are nobody's"),
        (tally.truncated, "texts reached the model's input limit and may have been cut by Google"),
    )
    for number, words in notes:
        if number:
            jobs.add_event(db, job.id, op.now, job.status, f"{number:,} {words}")
