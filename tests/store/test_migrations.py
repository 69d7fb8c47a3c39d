"""Files of every generation come up to date in place, lose nothing, and stay usable by their earlier writers."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.domain.batches import JobStatus
from engine.domain.vectors import Profile
from engine.errors import NewerSchema, StoreError
from engine.store import batches, queue
from engine.store.connection import open_database, open_read_only, prepare_database, writing
from engine.store.queue import ChunkCounts
from tests.store import field
from tests.store.counting import stored_counts, true_counts

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
A_JOB = batches.NewJob("a-job", "halfrate-a-job", Profile(), "batch", "2222", Decimal(1), Decimal(2), "a price")
Make = Callable[[Path], None]


@pytest.fixture(params=[field.make_generation_4, field.make_generation_5], ids=["generation 4", "generation 5"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of an earlier generation."""
    path = tmp_path / "old.db"
    request.param(path)
    return path


def schema(db: Database) -> dict[str, object]:
    """Our tables' columns without order, indexes and triggers."""
    tables = [
        name
        for (name,) in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "documents_fts", "media_tasks", "chunks_vec"))
    ]
    found: dict[str, object] = {
        table: sorted((row[1], row[2], row[5]) for row in db.conn.execute(f"PRAGMA table_info({table})"))
        for table in tables
    }
    for kind in ("index", "trigger"):
        rows = db.conn.execute("SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,))
        found[kind] = {
            name: sql
            for name, sql in rows
            if not name.startswith(("documents_fts", "media_tasks", "chunk_document_id", "batchjob_"))
        }
    return found


def foreign_keys(db: Database, table: str) -> set[tuple[object, ...]]:
    return {row[2:] for row in db.conn.execute(f"PRAGMA foreign_key_list({table})")}


def test_an_upgraded_file_has_the_schema_of_a_new_one(old: Path, tmp_path: Path) -> None:
    with (
        contextlib.closing(open_database(old)) as upgraded,
        contextlib.closing(open_database(tmp_path / "new.db")) as new,
    ):
        assert schema(upgraded) == schema(new)
        for table in ("chunks", "documents", "batch_jobs"):
            assert foreign_keys(upgraded, table) == foreign_keys(new, table)


def test_an_upgrade_keeps_every_row_index_and_foreign_table(old: Path) -> None:
    before = field.contents(old)
    open_database(old).conn.close()
    after = field.contents(old)
    kept = set(after["sqlite_master"])
    for row in before["sqlite_master"]:
        if row[1] not in ("documents", "chunks", "batch_jobs"):
            assert row in kept
    for table in set(before) - {"sqlite_master", "chunks", "documents", "batch_jobs"}:
        assert after[table] == before[table]
    with contextlib.closing(sqlite3.connect(old)) as db:
        for table, columns in _columns_before(before).items():
            assert db.execute(f"SELECT {columns} FROM {table}").fetchall() == before[table]
        assert db.execute("SELECT rowid FROM documents_fts WHERE documents_fts MATCH 'beta'").fetchall() == [(1,)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def _columns_before(before: dict[str, list[tuple[object, ...]]]) -> dict[str, str]:
    found = {}
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        for _, name, _, sql in before["sqlite_master"]:
            if name in ("documents", "chunks", "batch_jobs"):
                db.execute(str(sql))
                found[str(name)] = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({name})"))
    return found


def test_generation_4_is_all_ready_and_so_is_what_its_writer_inserts_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    field.make_generation_4(path)
    with contextlib.closing(open_database(path)) as db:
        assert queue.counts(db) == ChunkCounts(ready=6)
        with contextlib.closing(field.connect(path)) as writer:
            field.insert_4(writer, 6)
            writer.execute("DELETE FROM chunks WHERE id = 1")
        assert queue.counts(db) == ChunkCounts(ready=6)
        assert true_counts(db) == stored_counts(db)


def test_generation_5_means_what_it_meant_and_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    field.make_generation_5(path)
    with contextlib.closing(open_database(path)) as db:
        counts = queue.counts(db)
        assert (counts.pending, counts.in_batch, counts.ready, counts.failed) == (10, 20, 20, 10)
        assert true_counts(db) == stored_counts(db)
        with contextlib.closing(field.connect(path)) as writer:
            field.add_document(writer)
            waiting = field.insert_5(writer, 100)
            field.insert_5(writer, 101, "FAILED", None, "no")
            writer.execute(
                "INSERT INTO batch_jobs (id, google_job_id, status, stats, created_at, updated_at)"
                " VALUES ('66666666-0000-4000-8000-000000000006', 'batches/new', 'SUBMITTED', '{}', ?, ?)",
                (field.AT, field.AT),
            )
            writer.execute(
                "UPDATE chunks SET embedding_status = 'READY', metadata = '{}' WHERE batch_job_id = ?", (field.SENT,)
            )
        counts = queue.counts(db)
        assert (counts.pending, counts.in_batch, counts.ready, counts.failed) == (11, 10, 30, 11)
        assert true_counts(db) == stored_counts(db)
        with writing(db):
            batches.insert(db, A_JOB, NOW)
            claimed = queue.claim(db, A_JOB.id, NOW, queue.measure(db, NOW, queue.JobSize(1000, 10**9)))
        texts = {chunk: text for chunk, text, _ in queue.travelling_texts(db, A_JOB.id)}
        assert (claimed, texts[waiting]) == (11, "Title\n\ntext 100")


def test_live_inherited_jobs_are_shown_as_inherited(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    field.make_generation_5(path)
    with contextlib.closing(open_database(path)) as db:
        jobs = {job.id: job for job in batches.page(db)}
        assert all(job.inherited for job in jobs.values())
        assert {job.id for job in jobs.values() if job.live} == {field.SENT, field.BUSY, list(field.JOBS)[3]}
        assert (jobs[field.SENT].chunks, jobs[field.SENT].ready, jobs[field.SENT].failed) == (10, 9, 1)
        assert batches.in_states(db, {JobStatus.SUBMITTED, JobStatus.PROCESSING}) == []
        assert batches.in_flight(db) == []


def test_opening_twice_changes_nothing(old: Path) -> None:
    open_database(old).conn.close()
    once = field.contents(old)
    second = prepare_database(old, now=NOW)
    second.db.conn.close()
    assert second.backup is None
    assert field.contents(old) == once


@pytest.mark.parametrize("journal", ["delete", "wal", "truncate"])
def test_the_backup_equals_the_original(old: Path, journal: str) -> None:
    with contextlib.closing(sqlite3.connect(old)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
    before = field.contents(old)
    opened = prepare_database(old, now=NOW)
    opened.db.conn.close()
    assert opened.backup is not None
    assert opened.backup.name == f"old.db.before-halfrate-{NOW:%Y%m%d-%H%M%S}"
    assert field.contents(opened.backup) == before
    with contextlib.closing(sqlite3.connect(opened.backup)) as copy:
        assert copy.execute("PRAGMA integrity_check(1)").fetchone()[0] in ("ok", "no such module: vec0")
        assert copy.execute("PRAGMA journal_mode").fetchone()[0] == ("wal" if journal == "wal" else "delete")


def test_only_a_file_that_is_not_ours_is_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    for _ in range(2):
        opened = prepare_database(path, now=NOW)
        opened.db.conn.close()
        assert opened.backup is None
    assert {each.name for each in tmp_path.iterdir()} == {"new.db"}
    other = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE notes (text TEXT)")
    opened = prepare_database(other, now=NOW)
    opened.db.conn.close()
    assert opened.backup is not None


def test_a_foreign_file_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE chunks (id INTEGER PRIMARY KEY, region TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="database of another program"):
        open_database(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_upgrade_leaves_every_table_as_it_was(old: Path) -> None:
    with contextlib.closing(sqlite3.connect(old)) as db:
        db.execute("CREATE TABLE ledger (note TEXT)")
    before = field.contents(old)
    with pytest.raises(StoreError, match="ledger"):
        open_database(old)
    assert field.contents(old) == before


@pytest.mark.parametrize("opening", [open_database, open_read_only])
def test_a_newer_file_is_refused_and_untouched(tmp_path: Path, opening: Callable[[Path], Database]) -> None:
    path = tmp_path / "newer.db"
    with contextlib.closing(open_database(path)) as db:
        db.conn.execute("INSERT INTO _sqlite_migrations VALUES (99, 'halfrate', 'm099_later', '2030-01-01')")
    before = path.read_bytes()
    with pytest.raises(NewerSchema, match="m099_later"):
        opening(path)
    assert path.read_bytes() == before


OPENER = """
import sys, time
from pathlib import Path
from engine.store.connection import prepare_database, writing
start, rounds = float(sys.argv[1]), sys.argv[2:]
for place, name in enumerate(rounds):
    time.sleep(max(0.0, start + 0.25 * place - time.time()))
    opened = prepare_database(Path(name))
    with writing(opened.db) as db:
        db.conn.execute("INSERT INTO events (at, actor, level, message) VALUES ('', '', '', '')")
    db.conn.close()
    if opened.backup:
        print(name)
"""
ROUNDS, PROCESSES = 10, 6


@pytest.mark.parametrize("make", [None, field.make_generation_5], ids=["new", "generation 5"])
def test_six_processes_open_one_file_at_once(tmp_path: Path, make: Make | None) -> None:
    paths = [tmp_path / f"{place}.db" for place in range(ROUNDS)]
    if make:
        for path in paths:
            make(path)
    command = [sys.executable, "-c", OPENER, str(time.time() + 2), *map(str, paths)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    results = [(process.communicate(timeout=60), process.returncode) for process in running]
    assert [(error, code) for (_, error), code in results] == [("", 0)] * PROCESSES
    backed_up = sorted(name for (output, _), _ in results for name in output.split())
    assert backed_up == (sorted(map(str, paths)) if make else [])
    for path in paths:
        with contextlib.closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT count(*) FROM events").fetchone() == (PROCESSES,)


UPGRADER = """
import sys
from pathlib import Path
print("begin", flush=True)
from engine.store.connection import open_database
print("ready", flush=True)
open_database(Path(sys.argv[1]))
"""


def test_a_kill_amid_an_upgrade_leaves_the_file_as_it_was_or_done(tmp_path: Path) -> None:
    original = tmp_path / "original.db"
    field.make_generation_5(original, chunks=30_000)
    before = field.contents(original)
    killed = 0
    for attempt, delay in enumerate((0.01, 0.025, 0.04, 0.055, 0.07, 0.09)):
        path = tmp_path / f"{attempt}.db"
        path.write_bytes(original.read_bytes())
        with subprocess.Popen(
            [sys.executable, "-c", UPGRADER, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.readline()
            time.sleep(delay)
            os.kill(process.pid, signal.SIGKILL)
        after = field.contents(path)
        if "_sqlite_migrations" not in after:
            killed += 1
            assert after == before
        opened = prepare_database(path)
        with contextlib.closing(opened.db) as db:
            assert queue.counts(db).total == 30_000
            assert true_counts(db) == stored_counts(db)
        backups = [each for each in tmp_path.glob(f"{attempt}.db.before-*") if ".part" not in each.name]
        assert backups
        assert all(field.contents(each) == before for each in backups)
    assert killed
