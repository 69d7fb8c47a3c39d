"""Vectors in `chunks_vec`: the real sqlite-vec, asked by the older library's own query, in processes of its own.

A process never has two SQLite libraries on one file: what the older library does here is done by another process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.domain.models import Profile
from engine.domain.texts import text_of
from engine.errors import AnotherDatabase, InputError
from engine.life import mirror
from engine.life.mirror import mirror_new, mirror_state, mirror_vectors, take_in
from engine.settings import ProfileTable
from engine.store import events
from engine.store import mirror as stored
from engine.store.sqlite.vec import can_load, open_with_vec
from tests import forked, rows
from tests.conftest import World, Worlds
from tests.field import generations

ROOT = Path(__file__).parents[2]
TABLE = "CREATE VIRTUAL TABLE chunks_vec USING vec0(id INTEGER PRIMARY KEY, embedding FLOAT[768])"
SEARCH = (
    "SELECT cv.id, vec_distance_cosine(cv.embedding, unhex(?)) FROM chunks_vec cv JOIN chunks c ON c.id = cv.id"
    " ORDER BY 2"
)


def older(path: Path, *statements: tuple[str, list[Any]]) -> list[tuple[Any, ...]]:
    """What the older library does with the module, in a process of its own; the rows of the last statement."""
    found: list[tuple[Any, ...]] = forked.result(_older, path, statements)
    return found


def _older(path: Path, statements: Sequence[tuple[str, list[Any]]]) -> list[tuple[Any, ...]]:
    import apsw
    import sqlite_vec  # type: ignore[import-untyped]

    db = apsw.Connection(str(path))
    db.set_busy_timeout(30_000)
    db.enable_load_extension(True)
    db.load_extension(sqlite_vec.loadable_path())
    return [db.execute(sql, values).fetchall() for sql, values in statements][-1]


@pytest.fixture
def legacy(tmp_path: Path, make_world: Worlds) -> Callable[..., World]:
    """A world on a file of generation 5 with the real `chunks_vec`."""

    def make(dimension: int = 768) -> World:
        path = tmp_path / "world-0" / "halfrate.db"
        path.parent.mkdir()
        generations.generation_5(path, chunks=14, vec=False)
        older(path, (TABLE, []))
        return make_world(settings={"profile": ProfileTable(dimension=dimension)})

    return make


def embed(world: World) -> None:
    """All that waits, by way of a job."""
    world.manager.flush_queue(force=True)
    world.manager.sync_status()


def embed_directly(world: World, text: str) -> None:
    """A text by way of a direct request, after which nobody mirrors."""
    file = world.workspace.path.with_name("direct.txt")
    file.write_text(text, "utf-8")
    world.workspace.ingest([file], mode="sync")


def mirrored(world: World, *, compare: bool = False) -> mirror.Mirrored:
    with world.manager._operation("mirror") as op:
        return mirror_vectors(op, compare=compare)


def new(world: World) -> int:
    with world.manager._operation("sync") as op:
        return mirror_new(op)


def ours(world: World) -> dict[int, str]:
    """The chunks that have a vector of ours, with their texts."""
    found = world.sql(
        "SELECT c.id, c.content, c.context, c.metadata FROM chunks c JOIN vectors v ON v.text_id = c.text_id"
        " WHERE c.embedding_status = 'READY' ORDER BY c.id"
    )
    return {chunk: text_of(content, context, metadata) for chunk, content, context, metadata in found}


def found_by_the_older_search(world: World, text: str) -> list[int]:
    """The chunks at no distance from a text's vector."""
    rows_ = older(world.db.path, (SEARCH, [world.expected_vector(text).tobytes().hex()]))
    return sorted(chunk for chunk, distance in rows_ if distance < 1e-6)


def in_chunks_vec(world: World) -> set[int]:
    with closing(generations.connect(world.db.path)) as other:  # takes no lock that a writer would wait for
        return {row[0] for row in other.execute("SELECT rowid FROM chunks_vec_rowids")}


def said(world: World) -> list[str]:
    return [event.message for event in events.find(world.db, "chunks_vec")]


def test_the_older_search_finds_every_chunk_that_was_embedded_here(legacy: Callable[..., World]) -> None:
    world = legacy()
    world.fill(["Steep for three minutes.", "Rinse the pot."], context="Tea")
    embed(world)
    new(world)
    texts = ours(world)
    assert len(texts) == 4
    assert in_chunks_vec(world) == texts.keys()
    for chunk, text in texts.items():
        assert chunk in found_by_the_older_search(world, text)


def test_what_is_there_already_is_not_written_again(legacy: Callable[..., World]) -> None:
    world = legacy()
    embed(world)
    assert len(in_chunks_vec(world)) == 2
    assert new(world) == 0
    assert mirrored(world, compare=True) == mirror.Mirrored()
    embed_directly(world, "one more")
    assert mirrored(world).written == 1


def test_the_state_is_told_without_the_module_and_counts_what_came(legacy: Callable[..., World]) -> None:
    world = legacy()
    profile = world.settings.vector_profile
    embed(world)
    state = mirror_state(world.db, profile)
    assert state is not None
    assert state.sentence == ""
    embed_directly(world, "a third")
    state = mirror_state(world.db, profile)
    assert state is not None
    assert state.sentence == (
        "1 vector is not in chunks_vec: the older search does not find it. `halfrate mirror` copies what is missing."
    )
    assert state.missing == 1
    mirrored(world)
    state = mirror_state(world.db, profile)
    assert state is not None
    assert (state.missing, state.sentence) == (0, "")


def test_a_file_without_the_table_has_no_mirror(world: World) -> None:
    embed(world)
    assert mirror_state(world.db, world.settings.vector_profile) is None
    assert new(world) == 0
    with pytest.raises(InputError, match="no table chunks_vec"):
        mirrored(world)


def test_an_edit_takes_the_row_of_the_text_before_it_along(legacy: Callable[..., World]) -> None:
    world = legacy()
    (chunk,) = world.fill(["the first words"])
    embed(world)
    mirrored(world)
    assert found_by_the_older_search(world, "the first words") == [chunk]
    rows.set_content(world.db, chunk, "other words")
    world.sql("UPDATE chunks SET embedding_status = 'PENDING', batch_job_id = NULL WHERE id = ?", chunk)
    embed(world)
    mirrored(world)
    assert found_by_the_older_search(world, "the first words") == []
    assert found_by_the_older_search(world, "other words") == [chunk]


def test_rows_that_are_noted_as_old_go_with_the_next_sync(legacy: Callable[..., World]) -> None:
    world = legacy()
    kept, gone = world.fill(["the first words", "the second words"])
    embed(world)
    mirrored(world)
    assert {kept, gone} <= in_chunks_vec(world)
    with world.db.writing() as db:
        world.sql("DELETE FROM chunks WHERE id = ?", gone)
        world.sql(
            "UPDATE chunks SET text_id = (SELECT text_id FROM chunks WHERE id <> ? AND text_id IS NOT NULL"
            " AND embedding_status = 'READY' LIMIT 1) WHERE id = ?",
            kept,
            kept,
        )
        stored.note_old(db, [kept, gone])
    assert new(world) == 1
    assert gone not in in_chunks_vec(world)
    assert kept in in_chunks_vec(world)
    assert found_by_the_older_search(world, "the first words") == []
    assert new(world) == 0


def test_rows_of_chunks_that_another_program_deleted_go_when_ids_are_compared(legacy: Callable[..., World]) -> None:
    world = legacy()
    (chunk,) = world.fill(["the first words"])
    embed(world)
    mirrored(world)
    with closing(generations.connect(world.db.path)) as writer:  # it has no module: it cannot touch chunks_vec
        writer.execute("DELETE FROM chunks WHERE id = ?", (chunk,))
        generations.insert_5(writer, 900)
    assert mirrored(world).removed == 0
    assert mirrored(world, compare=True).removed == 1
    assert chunk not in in_chunks_vec(world)


def test_a_row_that_holds_another_vector_is_found_by_comparing(legacy: Callable[..., World]) -> None:
    world = legacy()
    embed(world)
    mirrored(world)
    chunk, text = next(iter(ours(world).items()))
    zero = "UPDATE chunks_vec SET embedding = zeroblob(3072) WHERE id = ?"
    older(world.db.path, (zero, [chunk]))
    assert mirrored(world, compare=True).written == 1
    assert chunk in found_by_the_older_search(world, text)


def test_vectors_of_another_dimension_stay_out_and_that_is_said_once(legacy: Callable[..., World]) -> None:
    world = legacy(dimension=16)
    embed(world)
    assert new(world) == 0
    assert new(world) == 0
    assert said(world) == [
        "2 vectors are not in chunks_vec: the older search does not find them. chunks_vec holds vectors of 768 numbers,"
        " the active profile's have 16: set dimension = 768 under [profile]."
    ]
    with pytest.raises(InputError, match="768 numbers"):
        mirrored(world)
    assert in_chunks_vec(world) == set()


def test_a_table_that_is_damaged_is_named_and_fails_no_sync(legacy: Callable[..., World]) -> None:
    world = legacy()
    world.sql("DROP TABLE chunks_vec_vector_chunks00")
    embed(world)
    assert world.counts.pending == 0
    assert "chunks_vec: The database refused" in said(world)[0]


def test_vectors_that_only_the_older_writer_paid_for_are_taken_in(legacy: Callable[..., World]) -> None:
    world = legacy()
    theirs = world.sql("SELECT id, content FROM chunks WHERE embedding_status = 'READY' ORDER BY id")
    put = "INSERT INTO chunks_vec (id, embedding) VALUES (?, unhex(?))"
    longer = [(put, [chunk, (3 * world.expected_vector(text)).tobytes().hex()]) for chunk, text in theirs]
    older(world.db.path, *longer)
    profile = world.settings.vector_profile
    with world.manager._operation("mirror") as op:
        done = take_in(op, profile)
    assert (done.taken, done.skipped) == (len(theirs), 0)
    for chunk, text in theirs:
        vector = world.vector(chunk)
        assert vector is not None
        assert abs(vector - world.expected_vector(text)).max() < 1e-6
    assert ours(world).keys() == {chunk for chunk, _ in theirs}
    with world.manager._operation("mirror") as op:
        assert take_in(op, profile).taken == 0
    again = world.fill([theirs[0][1]])
    world.manager.flush_queue(force=True)
    assert world.chunk(again[0])["embedding_status"] == "READY", "the same text is paid once"


def test_a_row_that_only_the_older_writer_paid_for_is_never_taken_away(legacy: Callable[..., World]) -> None:
    world = legacy()
    chunk, text = world.sql("SELECT id, content FROM chunks WHERE embedding_status = 'READY'")[0]
    put = "INSERT INTO chunks_vec (id, embedding) VALUES (?, unhex(?))"
    older(world.db.path, (put, [chunk, world.expected_vector(text).tobytes().hex()]))
    with world.db.writing() as db:
        stored.note_old(db, [chunk])
    mirrored(world, compare=True)
    assert chunk in in_chunks_vec(world)


def test_a_dimension_that_is_not_the_tables_is_refused(legacy: Callable[..., World]) -> None:
    world = legacy()
    with world.manager._operation("mirror") as op, pytest.raises(InputError, match="768 numbers"):
        take_in(op, Profile(dimension=16))


def test_a_connection_with_the_module_refuses_another_database(legacy: Callable[..., World]) -> None:
    world = legacy()
    with pytest.raises(AnotherDatabase):
        open_with_vec(world.db.path, "0000000000000000")


def test_this_interpreter_can_load_the_module() -> None:
    assert can_load() is None


@pytest.fixture
def large(legacy: Callable[..., World]) -> World:
    """Chunks enough that copying their vectors takes several transactions."""
    world = legacy()
    texts = [f"text {number} of many" for number in range(4_000)]
    same = world.expected_vector("all the same").tobytes()
    with world.db.writing():
        for text in texts:
            rows.vector(world.db, text, profile=world.settings.vector_profile, embedding=same)
        rows.document(world.db, texts, source="many.txt", status="READY")
    return world


def test_a_kill_in_the_middle_is_taken_up_where_it_was(large: World, tmp_path: Path) -> None:
    settings = tmp_path / "halfrate.toml"
    settings.write_text("[profile]\ndimension = 768\n", "utf-8")
    words = [sys.executable, "-m", "engine.cli", "--db", str(large.db.path), "--config", str(settings), "mirror"]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    victim = subprocess.Popen(words, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
    while not in_chunks_vec(large) and victim.poll() is None:
        time.sleep(0.01)
    victim.kill()
    assert victim.communicate()[1] == ""
    halfway = len(in_chunks_vec(large))
    assert 0 < halfway < 4_000
    done = mirrored(large)
    assert done.complete
    assert in_chunks_vec(large) == ours(large).keys()
    assert 4_000 - halfway >= done.written > 0
