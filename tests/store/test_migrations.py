"""Files of every generation come up to date in place, lose nothing, and stay usable by their earlier writers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.jobs import JobStatus
from engine.domain.plan import JobSize
from engine.errors import NewerSchema, StoreError
from engine.life.look import stored_text
from engine.store import counters, jobs, queue, requests, texts
from engine.store.db import Db
from engine.store.queue import ChunkCounts
from engine.store.sqlite.connection import open_database, open_read_only
from engine.store.waiting import WaitingTexts
from tests import rows
from tests.field import generation_4, generation_5, restore
from tests.field.generations import BUSY, CREATED, DONE, SENT, add_document, add_job, connect, insert_4, insert_5
from tests.store.snapshot import Contents, contents

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Make = Callable[[Path], None]
OURS = ("documents", "chunks", "batch_jobs")


def first_version(path: Path) -> None:
    """A file of the first version, in every state at once."""
    restore("everything", path.parent).rename(path)


@pytest.fixture(params=[generation_4, generation_5], ids=["generation 4", "generation 5"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of an earlier generation."""
    path = tmp_path / "old.db"
    request.param(path)
    return path


def test_an_upgrade_keeps_every_row_index_and_foreign_table(old: Path) -> None:
    before = contents(old)
    open_database(old).db.close()
    after = contents(old)
    kept = set(after["sqlite_master"])
    for row in before["sqlite_master"]:
        if row[1] not in OURS:
            assert row in kept
    for table in set(before) - {"sqlite_master", *OURS}:
        assert after[table] == before[table]
    with closing(sqlite3.connect(old)) as db:
        for table, columns in _columns_before(before).items():
            assert db.execute(f"SELECT {columns} FROM {table}").fetchall() == before[table]
        assert db.execute("SELECT rowid FROM documents_fts WHERE documents_fts MATCH 'beta'").fetchall() == [(1,)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def _columns_before(before: Contents) -> dict[str, str]:
    found = {}
    with closing(sqlite3.connect(":memory:")) as db:
        for _, name, _, sql in before["sqlite_master"]:
            if name in OURS:
                db.execute(str(sql))
                found[str(name)] = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({name})"))
    return found


def test_generation_4_is_all_ready_and_so_is_what_its_writer_inserts_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    generation_4(path)
    with closing(open_database(path).db) as db:
        assert queue.counts(db) == ChunkCounts(ready=6)
        with closing(connect(path)) as writer:
            insert_4(writer, 6)
            writer.execute("DELETE FROM chunks WHERE id = 1")
        assert queue.counts(db) == ChunkCounts(ready=6)
        assert counters.recount(db) == []


def name_waiting(db: Db) -> dict[int, str]:
    """Gives every chunk of an older writer its text; the texts by their chunks."""
    named: dict[int, str] = {}
    with db.writing():
        for chunk in queue.unnamed_page(db, 0):
            text = stored_text(chunk.content, chunk.context, chunk.metadata)
            assert text is not None
            [named_text] = texts.name(db, [text])
            queue.point(db, [(chunk.id, named_text, len(text))])
            named[chunk.id] = text
    return named


def test_generation_5_means_what_it_meant_and_its_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    generation_5(path)
    with closing(open_database(path).db) as db:
        assert queue.counts(db) == ChunkCounts(
            pending=10, in_batch=30, ready=20, failed=10, unnamed=10, unnamed_characters=_waiting_characters(path)
        )
        assert counters.recount(db) == []
        with closing(connect(path)) as writer:
            waiting = insert_5(writer, 100)
            again = insert_5(writer, 101, text="text 100")
            insert_5(writer, 102, "FAILED", None, "no")
            add_document(writer)
            add_job(writer, "66666666-0000-4000-8000-000000000006", "batches/new", "SUBMITTED")
            writer.execute(
                "UPDATE chunks SET embedding_status = 'READY', metadata = '{}' WHERE batch_job_id = ?", (SENT,)
            )
        counts = queue.counts(db)
        assert (counts.pending, counts.in_batch, counts.ready, counts.failed) == (12, 20, 30, 11)
        assert counters.recount(db) == []
        total = WaitingTexts(db, NOW).total
        assert total.chunks == total.texts == 12
        named = name_waiting(db)
        assert (named[waiting], named[again]) == ("Title\n\ntext 100", "Title\n\ntext 100")
        rows.job(db, "a-job", JobStatus.PLANNED)
        submission = jobs.get(db, "a-job").submission
        with db.writing():
            last = WaitingTexts(db, NOW).cut(0, JobSize(1000, 10**9)).last
            assert requests.claim(db, submission, last) == len(set(named.values())) < 12
            assert queue.claim(db, submission, "a-job") == 12
        held = {
            each.chunk_id: stored_text(each.content or b"", each.context, each.metadata or b"{}")
            for each in requests.texts_of(db, submission)
        }
        assert held.items() <= named.items()
        assert counters.recount(db) == []


def _waiting_characters(path: Path) -> int:
    with closing(connect(path)) as db:
        found: int = db.execute(
            "SELECT sum(length(content)) FROM chunks WHERE embedding_status = 'PENDING' AND batch_job_id IS NULL"
        ).fetchone()[0]
    return found


def test_live_inherited_jobs_are_shown_as_inherited(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    generation_5(path)
    with closing(open_database(path).db) as db:
        found = {job.id: job for job in jobs.page(db)}
        assert all(job.inherited for job in found.values())
        assert (
            {job.id for job in found.values() if job.live} == {SENT, BUSY, CREATED} == set(counters.inherited_live(db))
        )
        assert not found[DONE].live
        assert (found[SENT].chunks, found[SENT].ready, found[SENT].failed) == (10, 9, 1)
        assert jobs.in_states(db, {JobStatus.SUBMITTED, JobStatus.PROCESSING}) == []
        assert jobs.reserved(db) == []


def test_opening_twice_changes_nothing(old: Path) -> None:
    open_database(old).db.close()
    once = contents(old)
    second = open_database(old, now=NOW)
    second.db.close()
    assert (second.backup, second.created) == (None, False)
    assert contents(old) == once


@pytest.mark.parametrize("journal", ["delete", "wal", "truncate"])
def test_the_backup_equals_the_original(old: Path, journal: str) -> None:
    with closing(sqlite3.connect(old)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
    before = contents(old)
    opened = open_database(old, now=NOW)
    opened.db.close()
    assert opened.backup is not None
    assert opened.backup.name == f"old.db.before-halfrate-{NOW:%Y%m%d-%H%M%S}"
    assert contents(opened.backup) == before
    with closing(sqlite3.connect(opened.backup)) as copy:
        assert copy.execute("PRAGMA integrity_check(1)").fetchone()[0] in ("ok", "no such module: vec0")
        assert copy.execute("PRAGMA journal_mode").fetchone()[0] == ("wal" if journal == "wal" else "delete")


def test_only_a_file_of_an_earlier_generation_is_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    for _ in range(2):
        opened = open_database(path, create=True, now=NOW)
        opened.db.close()
        assert opened.backup is None
    assert {each.name for each in tmp_path.iterdir()} == {"new.db"}


@pytest.mark.parametrize("taken", ["ledger", "texts", "waiting"])
def test_a_failed_upgrade_leaves_every_table_as_it_was(old: Path, taken: str) -> None:
    with closing(sqlite3.connect(old)) as db:
        db.execute(f"CREATE TABLE {taken} (note TEXT)")
    before = contents(old)
    with pytest.raises(StoreError, match=taken) as refused:
        open_database(old)
    assert refused.value.hint
    assert contents(old) == before


@pytest.mark.parametrize("opening", [open_database, open_read_only])
def test_a_newer_file_is_refused_and_untouched(tmp_path: Path, opening: Callable[[Path], object]) -> None:
    path = tmp_path / "newer.db"
    with closing(open_database(path, create=True).db) as db:
        db.database.conn.execute("INSERT INTO _sqlite_migrations VALUES (99, 'halfrate', 'm099_later', '2030-01-01')")
    before = path.read_bytes()
    with pytest.raises(NewerSchema, match="m099_later"):
        opening(path)
    assert path.read_bytes() == before


OPENER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from engine.store import events
from engine.store.sqlite.connection import open_database
start, rounds = float(sys.argv[1]), sys.argv[2:]
for place, name in enumerate(rounds):
    time.sleep(max(0.0, start + 0.25 * place - time.time()))
    opened = open_database(Path(name), create=True)
    with opened.db.writing() as db:
        events.log(db, datetime.now(UTC), "test", sys.argv[0] + str(time.time_ns()))
    opened.db.close()
    if opened.backup:
        print(name)
"""
ROUNDS, PROCESSES = 10, 6


@pytest.mark.parametrize("make", [None, generation_5, first_version], ids=["new", "generation 5", "first version"])
def test_six_processes_open_one_file_at_once(tmp_path: Path, make: Make | None) -> None:
    paths = [tmp_path / str(place) / "one.db" for place in range(ROUNDS)]
    events_before = 0
    for path in paths:
        path.parent.mkdir()
        if make:
            make(path)
            events_before = len(contents(path).get("events", []))
    command = [sys.executable, "-c", OPENER, str(time.time() + 2), *map(str, paths)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    results = [(process.communicate(timeout=60), process.returncode) for process in running]
    assert [(error, code) for (_, error), code in results] == [("", 0)] * PROCESSES
    backed_up = sorted(name for (output, _), _ in results for name in output.split())
    assert backed_up == (sorted(map(str, paths)) if make else [])
    for path in paths:
        with closing(open_database(path).db) as db:
            assert db.database.conn.execute("SELECT count(*) FROM events").fetchone()[0] == PROCESSES + events_before
            assert counters.recount(db) == []


UPGRADER = """
import sys
from pathlib import Path
print("begin", flush=True)
from engine.store.sqlite.connection import open_database
print("ready", flush=True)
open_database(Path(sys.argv[1]))
print("done", flush=True)
"""


def test_a_kill_amid_an_upgrade_leaves_the_file_as_it_was_or_done(tmp_path: Path) -> None:
    original = tmp_path / "original.db"
    generation_5(original, chunks=30_000)
    before = contents(original)
    killed = 0
    for attempt, delay in enumerate((0.01, 0.04, 0.08, 0.15, 0.25, 0.4)):
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
        after = contents(path)
        if "_sqlite_migrations" not in after:
            killed += 1
            assert after == before
        with closing(open_database(path).db) as db:
            assert queue.counts(db).total == 30_000
            assert counters.recount(db) == []
        backups = [each for each in tmp_path.glob(f"{attempt}.db.before-*") if ".part" not in each.name]
        assert backups
        assert all(contents(each) == before for each in backups)
    assert killed
