"""Find: uncertain jobs in Google's listing, and batches of ours that no row follows.

A batch names the database and the job that asked for it. One whose row is uncertain is adopted; one whose row was given
up is followed again; one that no row knows (the file was restored from a backup) gets a row; a second batch of one
submission is followed to its end and cancelled. Batches of other databases are named and otherwise left alone.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from engine.domain.jobs import UNSENT, WITHOUT_RESULTS, BatchJob, JobStatus, RemoteState
from engine.domain.models import MODELS, TASK_TYPES, Mode, Profile
from engine.domain.texts import RequestKey, parse_request_key, profile_hash
from engine.domain.times import parse_time
from engine.errors import UnknownJob, WrongState
from engine.gemini.protocol import RemoteBatch
from engine.gemini.survey import row_key
from engine.life import booking
from engine.life.claim import batch_payer, display_name
from engine.life.context import Operation, made_with_another_key
from engine.life.counting import Counter
from engine.life.submit import submitted
from engine.store import about, jobs, learned, queue, requests, texts, vectors
from engine.store.db import Db
from engine.store.requests import Payer

SWEEP_EVERY = timedelta(days=1)
_NAME = re.compile(r"halfrate-(?:([0-9a-f]{16})-)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_JOB = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ALIVE = frozenset({RemoteState.PENDING, RemoteState.RUNNING})


@dataclass(slots=True)
class Sweep:
    """What a listing showed beside the jobs that were asked about."""

    found: list[tuple[BatchJob, RemoteBatch]] = field(default_factory=list)
    """Jobs that follow a batch from now on."""
    strangers: list[str] = field(default_factory=list)


def sweep_due(op: Operation) -> bool:
    """The listing has not been read for a day, or something happened after which it may show what no row knows."""
    listed = about.listed_at(op.db)
    return listed is None or op.now - listed >= SWEEP_EVERY or about.sweep_wanted(op.db)


def sweep(op: Operation, listing: Sequence[RemoteBatch]) -> Sweep:
    """Looks through a whole listing for batches of this database that no live row follows."""
    seen = Sweep()
    named = [(remote, found) for remote in reversed(listing) if (found := _NAME.fullmatch(remote.display_name))]
    known = jobs.known_batches(op.db, [remote.name for remote, _ in named])
    given_up = {job.google_job_id: job for job in jobs.given_up(op.db, known)}
    for remote, name in named:
        if remote.name in given_up:
            _follow_again(op, given_up[remote.name], remote, seen)
        elif remote.name not in known:
            _unknown(op, remote, name[1], name[2], seen)
    _remember(op)
    with op.writing() as db:
        about.note_listing(db, op.now)
    return seen


def _remember(op: Operation) -> None:
    """Requests on disk of jobs that no row knows: the database is a copy from before they were written.

    They may have been sent, and their batch need not show in a listing yet: such a job is uncertain, like one whose
    answer was lost, and its texts are not sent meanwhile.
    """
    for job_id in sorted(op.files.job_ids()):
        if not _JOB.fullmatch(job_id) or not op.files.input(job_id).exists() or _owner(op.db, job_id) is not None:
            continue
        payer = batch_payer(op)
        job = BatchJob(
            id=job_id,
            google_job_id=None,
            status=JobStatus.UNCERTAIN,
            display_name=display_name(op.db, job_id),
            found="orphan",
            profile=op.profile,
            key_label=payer.key_label,
            key_tail=payer.key_tail,
            key_fingerprint=payer.key_fingerprint,
            price_per_million=payer.price_per_million,
            sync_price_per_million=payer.sync_price_per_million,
            price_label=payer.price_label,
            created_at=op.now,
            updated_at=op.now,
            submitted_at=op.now,
        )
        hashes, profile = _spooled_texts(op, job)
        if not hashes:
            continue
        with op.writing() as db:
            job = _written(
                op, db, replace(job, profile=profile or job.profile), "its requests lie here, nobody knows it"
            )
            job = _asking_for(op, db, job, hashes)
            booking.reserve(db, op.now, job.submission, job.estimated_tokens)
        op.log(f"Job {job.short} is not known here, but its requests are: it may have been sent.", "warning")


def _unknown(op: Operation, remote: RemoteBatch, database: str | None, job_id: str, seen: Sweep) -> None:
    """A batch that no row stands for: whose it is decides what is done."""
    owner = _owner(op.db, job_id)
    if owner is not None and database in (None, op.db.identity):
        if owner.status is JobStatus.UNCERTAIN:
            return
        seen.found.append((_owned(op, owner, remote), remote))
    elif database == op.db.identity:
        seen.found.append((_orphan(op, remote, job_id), remote))
    else:
        seen.strangers.append(remote.name)


def _owner(db: Db, job_id: str) -> BatchJob | None:
    try:
        return jobs.get(db, job_id)
    except UnknownJob:
        return None


def _owned(op: Operation, owner: BatchJob, remote: RemoteBatch) -> BatchJob:
    if owner.status in UNSENT:
        with op.writing() as db:
            owner = _to_uploaded(op, db, owner)
            owner = jobs.transition(db, owner, JobStatus.SUBMITTING, op.now, "it had been created after all")
            return _adopted(op, db, owner, remote)
    if owner.status in WITHOUT_RESULTS and owner.google_job_id is None and not owner.tokens:
        return _reopened(op, owner, remote)
    return _duplicate(op, owner, remote)


def _to_uploaded(op: Operation, db: Db, job: BatchJob) -> BatchJob:
    """A job that was taken back to before its upload, by the steps that lead there."""
    for status in (JobStatus.SPOOLED, JobStatus.UPLOADED):
        if job.status in UNSENT - {status, JobStatus.UPLOADED}:
            job = jobs.transition(db, job, status, op.now, "its batch is at Google already")
    return job


def _follow_again(op: Operation, job: BatchJob, remote: RemoteBatch, seen: Sweep) -> None:
    """A row that was given up, and whose batch is alive or has results after all.

    Not where somebody gave it up because these results could not be had: that must be a way out.
    """
    if remote.state in _ALIVE or (remote.output_file is not None and job.output_file is None):
        seen.found.append((_reopened(op, job, remote), remote))


def follow_again(op: Operation, job: BatchJob) -> BatchJob:
    """The operator takes back that a job was given up."""
    return _reopened(op, job, op.gemini.get_batch(job.google_job_id or ""))


def _reopened(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """Its requests travel again, and what waits for their texts waits for it."""
    if job.tokens:
        return _continued(op, job, remote)
    with op.writing() as db:
        promised = job.estimated_tokens or _guess(op, db, job, remote.requests)
        known = booking.follow_again(db, op.now, job.submission, promised)
        job = submitted(op, db, job, remote, f"Google has {remote.name} after all")
        _attach(op, db, job)
        job = jobs.update(
            db,
            job,
            op.now,
            chunks=queue.count_travelling(db, job.id),
            requests=known,
            estimated_tokens=promised,
            ready=0,
            unused=0,
            failed=0,
            returned=0,
            missing=0,
            output_file=None,
            # What was taken back before it was sent, and was sent all the same, shows in its results alone.
            found=job.found or (None if known else "orphan"),
        )
    op.log(f"Job {job.short} is not lost: Google has {remote.name} after all.", "warning")
    return job


def _continued(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """A job of its own follows the rest of one that was given up half settled: what that one brought is booked.

    It goes on behind the rows that are settled, so that none of them is booked twice.
    """
    rest = replace(
        _beside(op, job, remote),
        found=job.found,
        duplicate_of=job.duplicate_of,
        input_file=job.input_file,
        cursor=job.cursor,
    )
    with op.writing() as db:
        profile = vectors.profile_id(db, job.profile)
        submission = requests.open_submission(db, _payer(op, op.db, job), profile, op.now, rest.id)
        job = jobs.update(db, job, op.now, google_job_id=None)
        rest = jobs.insert(
            db, replace(rest, submission=submission), f"follows {remote.name} for what job {job.short} left"
        )
        jobs.note_answer(db, rest.id, remote.raw)
        unread = _guess(op, db, job, remote.requests - job.requests)
        lost = booking.hand_over(db, op.now, job.submission, submission, unread)
        jobs.update(db, job, op.now, requests=job.requests - lost, missing=max(job.missing - lost, 0))
        jobs.add_event(db, job.id, op.now, job.status, f"job {rest.short} follows {remote.name} for the rest")
        _attach(op, db, rest)
        weighed = learned.weigh(db, job.profile.model, submission)
        rest = jobs.update(
            db,
            rest,
            op.now,
            requests=lost,
            chunks=queue.count_travelling(db, rest.id),
            characters=weighed.characters,
            estimated_tokens=weighed.tokens if lost else unread,
            most_tokens=weighed.most_tokens,
        )
    op.log(f"Job {job.short} is not lost: Google has {remote.name} after all, job {rest.short} follows it.", "warning")
    return rest


def _guess(op: Operation, db: Db, job: BatchJob, rows: int) -> int:
    """Tokens of so many rows of a batch of which nobody knows the texts: taken for such of average length."""
    return max(rows, 0) * Counter(db, op.gemini, job.profile).guess().tokens


def _attach(op: Operation, db: Db, job: BatchJob) -> None:
    after = 0
    while page := requests.open_page(db, job.submission, after, 4_000):
        queue.join(db, job.id, page)
        after = page[-1]


def look_for(op: Operation, job: BatchJob, listing: Sequence[RemoteBatch]) -> BatchJob:
    """Finds an uncertain job by its display name; the oldest batch of that name is adopted.

    Absence counts only in a listing that shows some batch we know to exist, and only when such listings are spaced over
    the settle window; then the job may be submitted again, by the next flush.
    """
    found = sorted((r for r in listing if r.display_name == job.display_name), key=lambda r: (r.create_time, r.name))
    if found:
        return adopt(op, job, found[0])
    if (doubt := _doubt(op, job, listing)) is not None:
        with op.writing() as db:
            return jobs.update(db, job, op.now, error=f"not found, but {doubt}: absence proves nothing")
    return _absent(op, job)


def _doubt(op: Operation, job: BatchJob, listing: Sequence[RemoteBatch]) -> str | None:
    """Why a listing may not show a batch that exists; None when it can be believed."""
    if made_with_another_key(job, op.keyring()):
        return f"it was sent with the key …{job.key_tail}, and Google may show it to that key alone"
    if not jobs.known_batches(op.db, [remote.name for remote in listing]):
        return "the listing shows no batch known to exist"
    return None


def _absent(op: Operation, job: BatchJob) -> BatchJob:
    policy = op.settings.uncertain
    if job.next_attempt_at is not None and job.next_attempt_at > op.now:
        return job
    absent = job.absent_listings + 1
    again = op.now + timedelta(seconds=policy.settle_window_seconds / policy.absent_listings)
    since = (op.now - (job.submitted_at or op.now)).total_seconds()
    with op.writing() as db:
        if absent >= policy.absent_listings and since >= policy.settle_window_seconds:
            note = f"absent from {absent} healthy listings: it was not created and may be submitted again"
            return jobs.transition(
                db, job, JobStatus.UPLOADED, op.now, note, error=None, next_attempt_at=None, submit_attempts=0
            )
        error = f"absent from {absent} of {policy.absent_listings} healthy listings"
        return jobs.update(db, job, op.now, absent_listings=absent, next_attempt_at=again, error=error)


def adopt(op: Operation, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    """The remote batch is this job's."""
    with op.writing() as db:
        return _adopted(op, db, job, remote)


def _adopted(op: Operation, db: Db, job: BatchJob, remote: RemoteBatch) -> BatchJob:
    job = submitted(op, db, job, remote, f"adopted {remote.name}")
    op.log(f"Job {job.short} was found at Google as {remote.name} and adopted.")
    return job


def _duplicate(op: Operation, owner: BatchJob, remote: RemoteBatch) -> BatchJob:
    """A job of its own follows the second batch to its end, so that whatever it costs is booked, and traced."""
    job = _follow(op, remote, replace(_beside(op, owner, remote), duplicate_of=owner.id))
    op.log(f"Google has a second batch of job {owner.short}: {remote.name} is cancelled.", "warning")
    return job


def _orphan(op: Operation, remote: RemoteBatch, job_id: str) -> BatchJob:
    """A batch that this database made and has no record of: its file was restored from a copy made before."""
    job = _follow(op, remote, replace(_blank(op, remote, job_id), found="orphan"))
    op.log(
        f"Google has {remote.name}, which this database made and has no record of; its results are taken.", "warning"
    )
    return job


def adopt_stranger(op: Operation, remote: RemoteBatch) -> BatchJob:
    """A batch of another database, because the operator says so: it books the cost, we take the vectors."""
    if jobs.known_batches(op.db, [remote.name]):
        raise WrongState(f"{remote.name} belongs to a job already.", hint="`halfrate jobs list` names it.")
    if not _NAME.fullmatch(remote.display_name):
        raise WrongState(
            f"{remote.name} was not made by halfrate.", hint="Its rows bear no keys that say what they are."
        )
    job = _follow(op, remote, replace(_blank(op, remote, str(uuid.uuid4())), found="stranger"))
    op.log(f"Job {job.short} follows {remote.name}, which another database made.")
    return job


def _beside(op: Operation, owner: BatchJob, remote: RemoteBatch) -> BatchJob:
    """A row more for what was sent as another job: the same profile, key and price."""
    return replace(
        _blank(op, remote, str(uuid.uuid4())),
        profile=owner.profile,
        key_label=owner.key_label,
        key_tail=owner.key_tail,
        key_fingerprint=owner.key_fingerprint,
        price_per_million=owner.price_per_million,
        sync_price_per_million=owner.sync_price_per_million,
        price_label=owner.price_label,
    )


def _blank(op: Operation, remote: RemoteBatch, job_id: str) -> BatchJob:
    payer = batch_payer(op)
    return BatchJob(
        id=job_id,
        google_job_id=remote.name,
        status=JobStatus.SUBMITTED,
        display_name=remote.display_name,
        profile=op.profile,
        key_label=payer.key_label,
        key_tail=payer.key_tail,
        key_fingerprint=payer.key_fingerprint,
        price_per_million=payer.price_per_million,
        sync_price_per_million=payer.sync_price_per_million,
        price_label=payer.price_label,
        remote_state=remote.raw_state,
        created_at=op.now,
        updated_at=op.now,
        submitted_at=parse_time(remote.create_time) or op.now,
    )


def _follow(op: Operation, remote: RemoteBatch, job: BatchJob) -> BatchJob:
    """Writes the row, with the requests that the spooled file still tells of, if it is there."""
    hashes, profile = _spooled_texts(op, job)
    job = replace(job, profile=profile or job.profile)
    with op.writing() as db:
        job = _written(op, db, job, f"follows {remote.name}")
        jobs.note_answer(db, job.id, remote.raw)
        if not hashes:
            # Which texts it holds shows in its results alone.
            job = jobs.update(db, job, op.now, estimated_tokens=_guess(op, db, job, remote.requests))
        else:
            job = _asking_for(op, db, job, hashes)
        booking.reserve(db, op.now, job.submission, job.estimated_tokens)
    return job


def _written(op: Operation, db: Db, job: BatchJob, note: str) -> BatchJob:
    """The row of a job that others sent, with its submission."""
    number = vectors.profile_id(db, job.profile)
    submission = requests.open_submission(db, _payer(op, db, job), number, op.now, job.id)
    return jobs.insert(db, replace(job, submission=submission), note)


def _asking_for(op: Operation, db: Db, job: BatchJob, hashes: Sequence[bytes]) -> BatchJob:
    """The texts travel in the job, and what waits for them waits for it."""
    sent = texts.know(db, hashes)
    requests.send(db, job.submission, sent)
    _attach(op, db, job)
    weighed = learned.weigh(db, job.profile.model, job.submission)
    return jobs.update(
        db,
        job,
        op.now,
        requests=len(set(sent)),
        chunks=queue.count_travelling(db, job.id),
        characters=weighed.characters,
        estimated_tokens=weighed.tokens,
        most_tokens=weighed.most_tokens,
    )


def _payer(op: Operation, db: Db, job: BatchJob) -> Payer:
    planned = requests.terms(db, job.submission) if job.submission else None
    return Payer(
        mode=Mode.BATCH,
        profile=job.profile,
        key_label=job.key_label,
        key_tail=job.key_tail,
        key_fingerprint=job.key_fingerprint,
        price_per_million=job.price_per_million,
        sync_price_per_million=job.sync_price_per_million,
        price_label=job.price_label,
        collection=planned.collection if planned else "",
        project=(planned.project if planned else op.settings.billing.projects.batch) or "",
    )


def _spooled_texts(op: Operation, job: BatchJob) -> tuple[list[bytes], Profile | None]:
    """What a job's input file says of its texts and profile, if it lies here still."""
    try:
        with op.files.input(job.id).open("rb") as file:
            keys = [key for line in file if (key := _key(row_key(line))) is not None]
    except OSError:
        return [], None
    return [key.text for key in keys], named_profile(op.db, job.profile, keys[0].profile) if keys else None


def _key(text: str | None) -> RequestKey | None:
    return parse_request_key(text) if text else None


def named_profile(db: Db, likely: Profile, name: str) -> Profile | None:
    """The profile whose hash this is: the likely one, one of this database, or any that there can be."""
    tried: Iterable[Profile] = (likely, *vectors.profiles(db).values())
    for profile in tried:
        if profile_hash(profile) == name:
            return profile
    every = (
        Profile(model, dimension, task)
        for model in dict.fromkeys((likely.model, *MODELS))
        for task in TASK_TYPES
        for dimension in range(1, MODELS[model].max_dimension + 1 if model in MODELS else 3073)
    )
    return next((profile for profile in every if profile_hash(profile) == name), None)


def abandoned(op: Operation) -> int:
    """Ends direct requests whose process never came back: what they cost, nobody can read; returns how many texts."""
    lost = 0
    counter = Counter(op.db, op.gemini, op.profile, most=0)
    with op.writing() as db:
        for submission in requests.abandoned(db, op.now - timedelta(minutes=15)):
            lost += booking.lose(db, op.now, submission, counter.doubts(submission))
    if lost:
        op.log(f"A direct request never came back: {lost:,} texts of it may have been charged.", "warning")
    return lost
