"""`halfrate export`: READY vectors to a file."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, note, plural, progress


@click.command()
@common
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--vectors-only", is_flag=True, help="Ids and vectors, without texts and metadata.")
@pass_invocation
def export(invocation: Invocation, path: Path, vectors_only: bool) -> int:  # noqa: FBT001 - a flag
    """Write READY vectors with their ids, texts and metadata to PATH: .npz, .parquet or .jsonl."""
    from engine.export import export_vectors

    profile = invocation.workspace.settings.vector_profile
    with invocation.reading() as db, progress(invocation) as watch:
        done = export_vectors(db, profile, path, texts=not vectors_only, watch=watch)
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
        "bytes": done.bytes,
        "without_vector": done.without_vector,
        "other_profiles": sum(done.other_profiles.values()),
    }
    emit(invocation, document, [f"{plural(done.vectors, 'vector')} of {profile} in {done.path} ({done.bytes:,} bytes)"])
    return DONE
