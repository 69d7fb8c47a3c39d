"""`halfrate export`: READY vectors to a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, note, progress
from engine.wording import plural


@click.command()
@common
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--vectors-only", is_flag=True, help="Ids and vectors, without texts and metadata.")
@click.option(
    "--dimension", type=click.IntRange(min=1), metavar="N", help="Numbers a vector; larger ones are cut, at $0."
)
@pass_invocation
def export(invocation: Invocation, path: Path, vectors_only: bool, dimension: int | None) -> int:  # noqa: FBT001
    """Write READY vectors with their ids, texts and metadata to PATH: .npz, .parquet or .jsonl."""
    from engine.export import export_vectors

    profile = invocation.workspace.settings.vector_profile
    profile = replace(profile, dimension=dimension) if dimension else profile
    with invocation.reading() as db, progress(invocation) as watch:
        done = export_vectors(db, profile, path, texts=not vectors_only, watch=watch)
    if done.derived_from:
        note(invocation, f"Cut from the vectors of {done.derived_from} and brought to unit length, at $0.")
    if done.without_vector:
        note(
            invocation,
            f"{plural(done.without_vector, 'READY chunk')} left out: the vectors of an earlier generation are not ours"
            " to read.",
        )
    for other, count in done.other_profiles.items():
        note(invocation, f"{plural(count, 'vector')} of {other} ({other.task_type}) left out: another profile.")
    document = {
        "path": str(done.path),
        "format": done.format,
        "vectors": done.vectors,
        "dimension": profile.dimension,
        "derived_from": done.derived_from.dimension if done.derived_from else None,
        "bytes": done.bytes,
        "without_vector": done.without_vector,
        "other_profiles": sum(done.other_profiles.values()),
    }
    emit(invocation, document, [f"{plural(done.vectors, 'vector')} of {profile} in {done.path} ({done.bytes:,} bytes)"])
    return DONE
