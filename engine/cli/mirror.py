"""`halfrate mirror`: vectors into `chunks_vec`, where the older library searches, and out of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, note, progress
from engine.wording import plural

if TYPE_CHECKING:
    from engine.domain.models import Profile
    from engine.life.context import Operation


@click.command()
@common
@click.option("--compare", is_flag=True, help="Also look at every row that is there: a millisecond a row.")
@click.option("--take-in", is_flag=True, help="The other way: take in vectors that only chunks_vec holds, at $0.")
@click.option("--model", metavar="M", help="With --take-in: the model that made them.")
@click.option("--dimension", type=click.IntRange(min=1), metavar="N", help="With --take-in: numbers a vector.")
@click.option("--task-type", metavar="T", help="With --take-in: the task that they were made for.")
@pass_invocation
def mirror(
    invocation: Invocation,
    compare: bool,  # noqa: FBT001 - a flag
    take_in: bool,  # noqa: FBT001 - a flag
    model: str | None,
    dimension: int | None,
    task_type: str | None,
) -> int:
    """Copy vectors into chunks_vec, so that the older library's own search finds their chunks.

    The older library embeds a chunk with its titles in front and does not keep that text: a vector that is taken in
    stands for the chunk's content.
    """
    if not take_in:
        if model or dimension or task_type:
            raise click.UsageError("--model, --dimension and --task-type belong to --take-in.")
        return _copy(invocation, compare=compare)
    if not (model and dimension and task_type):
        raise click.UsageError("--take-in needs --model, --dimension and --task-type: chunks_vec does not say them.")
    from engine.domain.models import Profile

    return _take_in(invocation, Profile(model, dimension, task_type))


def _copy(invocation: Invocation, *, compare: bool) -> int:
    from engine.life.mirror import mirror_vectors

    with _operation(invocation) as op:
        done = mirror_vectors(op, compare=compare)
    document = {"written": done.written, "removed": done.removed, "complete": done.complete}
    lines = [
        f"{plural(done.written, 'vector')} copied into chunks_vec, {plural(done.removed, 'row')} taken out of it.",
        "The older search finds every chunk that is READY with a vector of ours.",
    ]
    emit(invocation, document, lines if done.complete else lines[:1])
    return DONE


def _take_in(invocation: Invocation, profile: Profile) -> int:
    from engine.life.mirror import take_in

    with _operation(invocation) as op:
        done = take_in(op, profile)
    if done.skipped:
        note(
            invocation, f"{plural(done.skipped, 'chunk')} left out: their text is not UTF-8, or their vector is empty."
        )
    document = {"taken_in": done.taken, "had_a_vector": done.shared, "left_out": done.skipped}
    emit(invocation, document, [f"{plural(done.taken, 'chunk')} taken in from chunks_vec under {profile}, at $0."])
    return DONE


@contextmanager
def _operation(invocation: Invocation) -> Iterator[Operation]:
    """The lease of the database, for what asks nothing of Google."""
    from engine.life.context import Operation, held_lease
    from engine.store.leases import ENGINE

    workspace = invocation.workspace
    with (
        progress(invocation) as watch,
        closing(workspace.connect()) as db,
        closing(workspace.gemini()) as gemini,
        held_lease(db, workspace.connect, ENGINE, "command", "mirror") as epoch,
    ):
        yield Operation(
            db=db,
            gemini=gemini,
            settings=workspace.settings,
            keyring=workspace.keyring,
            clock=workspace.clock,
            jitter=float,
            actor="command",
            name="mirror",
            epoch=epoch,
            watch=watch,
        )
