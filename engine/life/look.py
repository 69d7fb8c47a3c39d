"""Look first: what waits and has been paid for already is READY at once, or waits for what is under way.

Before anything is sent, chunks of older writers get their texts, chunks that have rested long enough wait again, and
each waiting text is looked up: its vector may be here, may be cut from a larger one, or may travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from engine.domain.billing import billing_day
from engine.domain.causes import Cause
from engine.domain.jobs import BatchJob
from engine.domain.texts import text_of
from engine.life import booking
from engine.life.context import Operation
from engine.life.lessen import lessened
from engine.store import about, queue, requests, reuse, texts, vectors
from engine.store.db import Db
from engine.store.queue import Unnamed
from engine.store.reuse import Way

LARGEST = 2**63 - 1
DIRECT_PATIENCE = timedelta(minutes=5)
"""How long chunks are kept from a flush whose texts are in a direct request of another process."""


def look_first(op: Operation) -> None:
    """Brings the queue up to what is known; in slices, each a transaction, so that a kill loses nothing."""
    _name_waiting(op)
    if about.look_first_wanted(op.db, _name(op)):
        _look_at_everything(op)


def bring_up_to_date(op: Operation, db: Db) -> None:
    """Leaves nothing in the queue that no plan can count text by text; what came since `look_first` is little."""
    queue.wake(db, op.now)
    while page := queue.unnamed_page(db, 0):
        _name_page(op, db, page)


def _name(op: Operation) -> str:
    return f"{op.profile} {op.profile.task_type}"


def _look_at_everything(op: Operation) -> None:
    """Compares the whole queue with the vectors that are here, and cuts larger ones to a smaller profile."""
    derive(op)
    after = 0
    while page := queue.waiting_page(op.db, after, LARGEST):
        with op.writing() as db:
            look_at(op, db, page[-1], after=after)
        after = page[-1]
    with op.writing() as db:
        about.note_looked_first(db, _name(op))


def derive(op: Operation) -> None:
    """Cuts every larger vector that is here to the active profile, at no cost."""
    after = 0
    while (last := _derive_page(op, after)) is not None:
        after = last
        op.tell("derive vectors", after, 0, "texts")


def _derive_page(op: Operation, after: int) -> int | None:
    with op.writing() as db:
        return vectors.derive_page(db, op.profile, after)


def look_at(op: Operation, db: Db, last: int, *, after: int = 0) -> bool:
    """Takes those waiting texts up to `last` out of the queue that need no request; True when there were any."""
    profile = vectors.profile_id(db, op.profile)
    moved = False
    behind = after
    while page := queue.found_page(db, profile, behind, last):
        fill_reused(op, db, page, Way.LOOK)
        moved, behind = True, page[-1]
    behind = after
    while travelling := queue.travelling_page(db, vectors.serving(db, op.profile), behind, last):
        _wait_for(op, db, travelling)
        moved, behind = True, travelling[-1][0]
    return moved


def look_again(op: Operation, job: BatchJob) -> BatchJob | None:
    """Takes out of a job that was not sent yet what needs no request any more; None when it is not to be sent at all.

    Its vectors may have come another way since it was planned, its texts may turn out to travel already, and the
    profile may be another one now.
    """
    if job.profile != op.profile:
        return None
    with op.writing() as db:
        profile = vectors.profile_id(db, job.profile)
        taken = requests.taken_elsewhere(db, job.submission, profile)
        if not taken:
            return job
        for text in taken:
            requests.forget_one(db, job.submission, text)
        queue.put_back_texts(db, job.id, taken)
        look_at(op, db, max(taken), after=min(taken) - 1)
        return lessened(op, db, job, len(taken), f"{len(taken):,} texts need no request any more")


def _wait_for(op: Operation, db: Db, travelling: Sequence[tuple[int, str | None]]) -> None:
    by_job: dict[str | None, list[int]] = {}
    for text, job in travelling:
        by_job.setdefault(job, []).append(text)
    for job, waiting in by_job.items():
        if job is None:
            queue.rest(db, waiting, op.now + DIRECT_PATIENCE)
        else:
            queue.join(db, job, waiting)


def fill_reused(op: Operation, db: Db, page: Sequence[int], way: Way) -> None:
    """Marks the chunks of texts READY that have their vector, and books what was not paid for them."""
    filled = queue.fill(db, page, job=None, active=True)
    profile = vectors.profile_id(db, op.profile)
    booking.turn_useful(db, op.now, profile, filled)
    tokens, guessed = vectors.took(db, profile, dict(filled))
    price = op.settings.price(op.profile.model, billing_day(op.now)).batch
    op.reused += reuse.book(db, op.now, way, op.profile.model, filled.total(), tokens, guessed, price)


def _name_waiting(op: Operation) -> None:
    """Gives the waiting chunks of older writers their texts; what is not text fails alone, with its cause."""
    after, done = 0, 0
    while page := queue.unnamed_page(op.db, after):
        with op.writing() as db:
            _name_page(op, db, page)
        after, done = page[-1].id, done + len(page)
        op.tell("look at older chunks", done, 0, "chunks")


def _name_page(op: Operation, db: Db, page: Sequence[Unnamed]) -> None:
    found: list[tuple[int, str]] = []
    for chunk in page:
        text = stored_text(chunk.content, chunk.context, chunk.metadata)
        if text is None:
            queue.fail_chunk(db, chunk.id, Cause.NOT_TEXT, "The stored text is not UTF-8.", op.now)
        else:
            found.append((chunk.id, text))
    named = texts.name(db, [text for _, text in found])
    queue.point(db, [(chunk, text_id, len(text)) for (chunk, text), text_id in zip(found, named, strict=True)])
    if named:
        look_at(op, db, max(named), after=min(named) - 1)


def stored_text(content: bytes, context: bytes | None, metadata: bytes) -> str | None:
    """The text of a chunk from the bytes that are stored; None when they are not text."""
    try:
        return text_of(content.decode(), context.decode() if context is not None else None, metadata.decode())
    except UnicodeDecodeError:
        return None
