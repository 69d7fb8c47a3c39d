"""Mirror: the vectors that were paid for go into `chunks_vec`, where the older library searches; and the other way.

Each slice is a transaction of its own; one that was interrupted is found again, because what is there already is seen.
The copy is never the truth: what cannot be mirrored is said, and nothing else waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from engine.domain.kinds import kinds_of
from engine.domain.models import Profile
from engine.errors import HalfrateError, InputError, LeaseLost
from engine.life.context import Operation
from engine.life.look import stored_text
from engine.store import learned, leases, mirror, queue, texts, vectors
from engine.store.db import Db
from engine.store.mirror import Standing, Theirs
from engine.store.requests import ESTIMATED
from engine.store.sqlite.database import explained
from engine.store.sqlite.vec import can_load, open_with_vec
from engine.store.vectors import Paid
from engine.wording import plural

SLICE = 500
"""Rows a transaction: a quarter of a second, in which nobody else writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorState:
    """How far the copy is."""

    missing: int
    """Vectors that came since it was complete."""
    obstacle: str
    """Why nothing can be mirrored, with the way out; empty when it can."""

    @property
    def sentence(self) -> str:
        """What an operator should know; empty when nothing is missing."""
        if not self.missing:
            return ""
        are = "is" if self.missing == 1 else "are"
        finds = "it" if self.missing == 1 else "them"
        said = f"{plural(self.missing, 'vector')} {are} not in chunks_vec: the older search does not find {finds}."
        return f"{said} {self.obstacle or '`halfrate mirror` copies what is missing.'}"


@dataclass(slots=True, kw_only=True)
class Mirrored:
    """What mirroring did, in rows of `chunks_vec`."""

    written: int = 0
    removed: int = 0
    """Their chunk is gone, or waits for another vector."""
    complete: bool = True
    """False when it was stopped in between."""

    def add(self, done: tuple[int, int]) -> None:
        """Counts a slice."""
        self.written += done[0]
        self.removed += done[1]


@dataclass(slots=True, kw_only=True)
class TakenIn:
    """What was taken over from `chunks_vec`, in chunks."""

    taken: int = 0
    shared: int = 0
    """Of the taken: their text had a vector of ours, which stays."""
    skipped: int = 0
    """Their text is not UTF-8, or their vector has no direction."""


def mirror_state(db: Db, profile: Profile) -> MirrorState | None:
    """How far the copy of a profile's vectors is; None in a file without `chunks_vec`. A few look-ups, no module."""
    form = mirror.form(db)
    if form is None:
        return None
    return MirrorState(missing=_missing(db, profile), obstacle=_unfit(form, profile) or can_load() or "")


def _missing(db: Db, profile: Profile) -> int:
    number = vectors.find_profile(db, profile)
    return mirror.missing(db, number) if number is not None else 0


def _unfit(form: mirror.Form, profile: Profile) -> str:
    if not form.dimension:
        return "chunks_vec is not of a form that is known here."
    if form.dimension != profile.dimension:
        return (
            f"chunks_vec holds vectors of {form.dimension:,} numbers, the active profile's have {profile.dimension:,}:"
            f" set dimension = {form.dimension} under [profile]."
        )
    return ""


def mirror_new(op: Operation) -> int:
    """After settling: copies what came, and returns how many rows it wrote; never fails a sync.

    What stands in the way is logged once, until it is another obstacle.
    """
    try:
        state = mirror_state(op.db, op.profile)
        if state is None or not (state.missing or mirror.old(op.db, 1)):
            return 0
        if state.obstacle:
            _say(op, state)
            return 0
        return mirror_vectors(op).written
    except LeaseLost:
        raise
    except (HalfrateError, OSError) as error:
        op.log(f"chunks_vec: {error}", "warning")
        return 0


def _say(op: Operation, state: MirrorState) -> None:
    with op.writing() as db:
        if mirror.say_once(db, state.obstacle):
            op.log(state.sentence)


def mirror_vectors(op: Operation, *, compare: bool = False) -> Mirrored:
    """Copies what is missing, slice by slice, and takes away the rows that are known to be old.

    With `compare` also those that other programs left behind, found by comparing every row with what should be there: a
    millisecond a row. InputError in a file without `chunks_vec` or with one that does not fit, NoModule without module.
    """
    _refuse_unfit(op.db, op.profile)
    done = Mirrored()
    with op.writing() as db:
        profile = vectors.profile_id(db, op.profile)
    with explained(op.db.path), closing(open_with_vec(op.db.path, op.db.identity)) as db:
        at = begun = mirror.under_way(db, profile) or mirror.standing(db, profile)
        for chunks, at in _to_write(db, begun, compare=compare):
            if op.stopped:
                done.complete = False
                return done
            with _writing(op, db):
                done.add(mirror.write(db, profile, chunks))
                mirror.note_under_way(db, at)
            op.tell("mirror", done.written, 0, "vectors")
        with _writing(op, db):
            mirror.note_complete(db, at)
            mirror.say_once(db, "")
    return done


def _refuse_unfit(db: Db, profile: Profile) -> None:
    form = mirror.form(db)
    if form is None:
        raise InputError("There is no table chunks_vec here: no older library searches in this file.", hint="")
    unfit = _unfit(form, profile)
    if unfit:
        raise InputError(unfit, hint="Nothing was changed.")


def _to_write(db: Db, at: Standing, *, compare: bool) -> Iterator[tuple[list[int], Standing]]:
    """Chunks whose row is to be made anew, in slices, each with where that leads to; it is written before the next."""
    while noted := mirror.old(db, SLICE):
        yield noted, at
    if compare:
        yield from ((chunks, at) for chunks in _compared(db, at.profile))
    then = mirror.complete(db, at.profile)
    while page := mirror.absent(db, at, then.newest if then else 0, SLICE):
        at = replace(at, text=page[-1].text, chunk=page[-1].chunk)
        yield [each.chunk for each in page], at


def _compared(db: Db, profile: int) -> Iterator[list[int]]:
    after = 0
    while page := mirror.gone(db, after, SLICE):
        yield page
        after = page[-1]
    after = 0
    while page := mirror.ids(db, after, SLICE):
        if found := mirror.different(db, profile, page):
            yield found
        after = page[-1]


@contextmanager
def _writing(op: Operation, db: Db) -> Iterator[None]:
    """A transaction of the connection with the module, under the operation's lease."""
    with db.writing():
        leases.prove(db, leases.ENGINE, op.epoch)
        yield


def take_in(op: Operation, profile: Profile) -> TakenIn:
    """Takes in the vectors that only `chunks_vec` holds, at $0, as those of the profile that the operator names.

    They become vectors of what is stored of their chunks. The older library embeds a chunk with its titles in front and
    does not keep that text: a vector that it paid for stands for the content. Tokens are estimated. Chunks that are
    done are not asked for again, so it can be repeated.
    """
    _refuse_unfit(op.db, profile)
    done, after = TakenIn(), 0
    with explained(op.db.path), closing(open_with_vec(op.db.path, op.db.identity)) as db:
        while page := mirror.theirs(db, after, SLICE):
            with _writing(op, db):
                _take_page(db, profile, page, done)
            after = page[-1].id
            op.tell("take in", done.taken, 0, "vectors")
            if op.stopped:
                break
    return done


def _take_page(db: Db, profile: Profile, page: list[Theirs], done: TakenIn) -> None:
    good: list[tuple[int, str, bytes]] = []
    for each, vector in zip(page, mirror.at_unit_length([each.embedding for each in page]), strict=True):
        text = stored_text(each.content, each.context, each.metadata)
        if text is None or vector is None:
            done.skipped += 1
        else:
            good.append((each.id, text, vector))
    named = texts.name(db, [text for _, text, _ in good])
    number = vectors.profile_id(db, profile)
    here = vectors.have(db, number, named)
    basis = learned.basis(db, profile.model)
    new = {
        text_id: Paid(text=text_id, vector=vector, tokens=basis.tokens_of(kinds_of(text)), basis=ESTIMATED)
        for text_id, (_, text, vector) in zip(named, good, strict=True)
        if text_id not in here
    }
    vectors.store(db, number, list(new.values()))
    queue.point(db, [(chunk, text_id, len(text)) for text_id, (chunk, text, _) in zip(named, good, strict=True)])
    done.taken += len(good)
    done.shared += len(good) - len(new)
