"""The files in the field are what their names say, and Google can be made to hold what it held of them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from engine.emulator import EmulatorServer, JobRule, Scenario
from tests.emulator.wire_client import Wire
from tests.field import FIRST_VERSION, FIXTURES, NOON, damage, generation_4, generation_5, restore
from tests.field.at_google import BATCH_KEY, held, recreate
from tests.field.million import LIVE_JOB, first_version_file

JOBS: dict[str, dict[str, int]] = {
    "empty": {},
    "waiting": {"COMPLETED_WITH_ERRORS": 2},
    "planned": {"COMPLETED": 1, "PLANNED": 1},
    "spooled": {"COMPLETED": 1, "SPOOLED": 1},
    "uploaded": {"COMPLETED": 1, "UPLOADED": 1},
    "uploaded_refused": {"COMPLETED": 1, "UPLOADED": 1},
    "uploaded_long_ago": {"COMPLETED": 1, "UPLOADED": 1},
    "submitting": {"COMPLETED": 1, "SUBMITTING": 1},
    "submitting_in_vain": {"COMPLETED": 1, "SUBMITTING": 1},
    "uncertain": {"COMPLETED": 1, "UNCERTAIN": 1},
    "uncertain_in_vain": {"COMPLETED": 1, "UNCERTAIN": 1},
    "submitted": {"SUBMITTED": 1},
    "processing": {"PROCESSING": 1},
    "edited": {"SUBMITTED": 2},
    "fetched": {"FETCHED": 1},
    "half_settled": {"FETCHED": 1},
    "completed": {"COMPLETED": 1},
    "completed_with_errors": {"COMPLETED_WITH_ERRORS": 1},
    "failed": {"FAILED": 1},
    "cancelled": {"CANCELLED": 2},
    "cancelling": {"SUBMITTED": 1},
    "expired": {"EXPIRED": 1},
    "duplicate": {"COMPLETED": 1, "SUBMITTED": 2},
    "duplicate_billed": {"COMPLETED": 3},
    "released": {"COMPLETED": 1, "CANCELLED": 1},
    "short": {"SUBMITTED": 1},
    "unknown_to_google": {"SUBMITTED": 1},
    "unknown_state": {"SUBMITTED": 1},
    "no_results": {"SUBMITTED": 1},
    "refused": {"CANCELLED": 1},
    "ledger": {"COMPLETED": 1, "COMPLETED_WITH_ERRORS": 1},
    "from_generation_4": {},
    "inherited": {"COMPLETED": 1, "SUBMITTED": 2, "PROCESSING": 1, "CREATED": 1, "FAILED": 1},
    "everything": {
        "COMPLETED": 6,
        "COMPLETED_WITH_ERRORS": 1,
        "FAILED": 1,
        "CANCELLED": 2,
        "EXPIRED": 1,
        "SUBMITTING": 1,
        "UNCERTAIN": 2,
        "SUBMITTED": 1,
        "PROCESSING": 1,
        "FETCHED": 1,
    },
}
"""How many jobs each file has in which state."""
GROWN = ("from_generation_4", "inherited")
COUNTED = (
    "SELECT CASE WHEN embedding_status = 'READY' THEN 'ready' WHEN embedding_status = 'FAILED' THEN 'failed'"
    " WHEN batch_job_id IS NULL THEN 'pending' ELSE 'in_batch' END,"
    " CASE WHEN embedding_status = 'FAILED' THEN coalesce(failure_cause, 'other error') ELSE '' END,"
    " count(*), sum(coalesce(embed_chars, length(content))) FROM chunks GROUP BY 1, 2 ORDER BY 1, 2"
)
KEPT = "SELECT * FROM chunk_counts WHERE chunks <> 0 ORDER BY bucket, cause"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as db:
        yield db


def number(db: sqlite3.Connection, query: str) -> int:
    found: int = db.execute(f"SELECT count(*) FROM {query}").fetchone()[0]
    return found


def test_every_fixture_is_named_with_a_sentence_and_has_its_files() -> None:
    assert JOBS.keys() == FIXTURES.keys()
    assert all(sentence.endswith(".") for sentence in FIXTURES.values())
    files = {path.name.partition(".")[0] for path in FIRST_VERSION.iterdir()}
    assert files == {*FIXTURES, "index", "tables", "indexes_and_triggers"}
    assert sum(path.stat().st_size for path in FIRST_VERSION.rglob("*") if path.is_file()) < 1_000_000


@pytest.mark.parametrize("name", FIXTURES)
def test_a_restored_file_is_sound_and_its_jobs_are_in_the_states_it_is_named_for(tmp_path: Path, name: str) -> None:
    with opened(restore(name, tmp_path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert dict(db.execute("SELECT status, count(*) FROM batch_jobs GROUP BY status")) == JOBS[name]
        assert db.execute(KEPT).fetchall() == db.execute(COUNTED).fetchall()
        steps = [row[0] for row in db.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
        assert [step[:4] for step in steps] == ["m001", "m002", "m003", "m004", "m005", "m006"]
        assert number(db, "sqlite_master WHERE type = 'trigger' AND name LIKE 'halfrate_%'") == 8
        newest = db.execute("SELECT max(at) FROM job_events").fetchone()[0]
        assert (newest or "") <= NOON.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize("name", [name for name in FIXTURES if name not in GROWN])
def test_a_restored_file_has_the_first_versions_schema(tmp_path: Path, name: str) -> None:
    objects = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    with opened(restore(name, tmp_path / "a")) as db, opened(restore("empty", tmp_path / "b")) as empty:
        assert db.execute(objects).fetchall() == empty.execute(objects).fetchall()
        assert db.execute("PRAGMA page_size").fetchone() == (16384,)


def test_a_trigger_of_a_restored_file_works(tmp_path: Path) -> None:
    with opened(restore("submitted", tmp_path)) as db:
        db.execute("DELETE FROM chunks WHERE id = 1")
        assert db.execute(KEPT).fetchall() == db.execute(COUNTED).fetchall()
        assert number(db, "superseded WHERE chunk_id = 1") == 1


@pytest.mark.parametrize(
    ("name", "query", "rows"),
    [
        ("waiting", "chunks WHERE embedding_status = 'PENDING' AND next_attempt_at > '2026-11-24T12'", 3),
        ("waiting", "chunks WHERE embedding_status = 'PENDING' AND metadata LIKE '%_vector_source%'", 2),
        ("waiting", "chunks WHERE content = 'A notice that stands on every page'", 6),
        ("waiting", "chunk_counts WHERE bucket = 'failed' AND chunks > 0", 12),
        ("half_settled", "superseded WHERE hash_prefix LIKE '%!'", 9),
        ("half_settled", "superseded WHERE hash_prefix NOT LIKE '%!'", 6),
        ("half_settled", "batch_jobs WHERE settle_cursor > 0 AND ready_count * failed_count * returned_count > 0", 1),
        ("half_settled", "leases WHERE holder = 'worker' AND operation = 'sync'", 1),
        ("fetched", "batch_jobs WHERE settle_cursor = 0", 1),
        ("edited", "chunks WHERE content_hash IS NULL AND batch_job_id IS NOT NULL", 5),
        ("edited", "superseded", 9),
        ("duplicate", "batch_jobs WHERE chunk_count = 0 AND status = 'SUBMITTED'", 1),
        ("duplicate_billed", "ledger WHERE note <> '' AND waste_tokens = tokens AND tokens > 0", 1),
        ("released", "batch_jobs WHERE status = 'CANCELLED' AND google_job_id IS NULL AND submitted_at IS NOT NULL", 1),
        ("refused", "lowered_allowance", 1),
        ("ledger", "ledger WHERE mode = 'synchronous'", 2),
        ("ledger", "ledger WHERE mode = 'batch' AND waste_tokens > 0", 1),
        ("ledger", "ledger_days", 3),
        ("ledger", "documents WHERE content_hash LIKE 'partial:%'", 1),
        ("ledger", "token_ratio", 1),
        ("ledger", "events WHERE message LIKE '%may have been charged%'", 1),
        ("short", "batch_jobs WHERE short_bytes > 0", 1),
        ("unknown_state", "batch_jobs WHERE remote_state = 'BATCH_STATE_ARCHIVED'", 1),
        ("unknown_to_google", "batch_jobs WHERE remote_state = 'NOT_FOUND'", 1),
        ("uploaded_refused", "batch_jobs WHERE next_attempt_at > '2026-11-24T12'", 1),
        ("inherited", "batch_jobs WHERE display_name IS NULL", 5),
        ("inherited", "documents_fts WHERE documents_fts MATCH 'beta'", 1),
        ("inherited", "sqlite_master WHERE name = 'chunks_vec'", 1),
        ("everything", "documents WHERE content_hash LIKE 'partial:%'", 1),
        ("everything", "superseded WHERE hash_prefix LIKE '%!'", 9),
        ("everything", "leases WHERE holder = 'worker' AND operation = 'flush'", 1),
    ],
)
def test_a_fixture_holds_the_rows_it_is_there_for(tmp_path: Path, name: str, query: str, rows: int) -> None:
    with opened(restore(name, tmp_path)) as db:
        assert number(db, query) == rows


@pytest.mark.parametrize(
    ("name", "endings"),
    [
        ("planned", [".input.jsonl.3.part"]),
        ("spooled", [".input.jsonl"]),
        ("fetched", [".input.jsonl", ".results.jsonl"]),
        ("short", [".input.jsonl", ".results.jsonl.2.part"]),
        ("refused", [".input.jsonl"]),
        ("completed", []),
    ],
)
def test_job_files_lie_where_the_first_version_left_them(tmp_path: Path, name: str, endings: list[str]) -> None:
    path = restore(name, tmp_path)
    folder = Path(f"{path}.jobs")
    found = sorted(file.name for file in folder.iterdir()) if folder.exists() else []
    assert [file[36:] for file in found] == endings
    with opened(path) as db:
        assert {file[:36] for file in found} <= {row[0] for row in db.execute("SELECT id FROM batch_jobs")}


@pytest.mark.parametrize(
    "name", ["submitted", "processing", "uncertain", "submitting", "released", "duplicate", "edited"]
)
def test_google_can_be_made_to_hold_what_it_held(tmp_path: Path, name: str) -> None:
    """A new emulator answers under the new names with the results that were recorded."""
    path = restore(name, tmp_path)
    with EmulatorServer(directory=tmp_path) as server:
        renamed = recreate(name, path, server)
        there = held(name).batches
        jobs = {job["name"]: job for job in server.jobs()}
        assert [jobs[renamed[batch.name]]["display_name"] for batch in there] == [b.display_name for b in there]
        assert {job["key"] for job in jobs.values()} == {BATCH_KEY[-4:]}
        for batch in there:
            lines = [json.loads(line) for line in (batch.results or b"").splitlines()]
            assert batch.settled or lines == Wire(server, BATCH_KEY).results(renamed[batch.name])


@pytest.mark.parametrize("name", ["everything", "submitted", "duplicate", "fetched", "short", "inherited"])
def test_after_that_every_live_job_of_the_file_is_known_to_google(tmp_path: Path, name: str) -> None:
    path = restore(name, tmp_path)
    with EmulatorServer(directory=tmp_path) as server:
        recreate(name, path, server)
        there = {job["name"]: job["input_file"] for job in server.jobs()}
        with opened(path) as db:
            live = "SELECT google_job_id, input_file FROM batch_jobs WHERE ended_at IS NULL AND display_name NOT NULL"
            known = [row for row in db.execute(live) if row[0]]
            assert known
            assert all(there[job] == file or file is None for job, file in known)


def test_a_fault_of_the_scenario_is_that_of_the_recreated_batch(tmp_path: Path) -> None:
    path = restore("no_results", tmp_path)
    scenario = Scenario(jobs=(JobRule(do="no_responses_file"),))
    with EmulatorServer(directory=tmp_path, scenario=scenario) as server:
        (name,) = (new for old, new in recreate("no_results", path, server).items() if old.startswith("batches/"))
        assert "output" not in Wire(server, BATCH_KEY).operation(name)["metadata"]


def test_an_upload_that_waits_for_its_batch_is_there_again(tmp_path: Path) -> None:
    path = restore("uploaded", tmp_path)
    with EmulatorServer(directory=tmp_path) as server:
        renamed = recreate("uploaded", path, server)
        with opened(path) as db:
            (new,) = db.execute("SELECT input_file FROM batch_jobs WHERE status = 'UPLOADED'").fetchone()
        assert new in renamed.values()
        assert Wire(server, BATCH_KEY).get(f"/v1beta/{new}").status == 200


@pytest.mark.parametrize("make", [generation_4, generation_5])
def test_files_of_earlier_generations_are_sound(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "old.db")
    with opened(tmp_path / "old.db") as db:
        assert db.execute("PRAGMA integrity_check(1)").fetchone()[0] in ("ok", "no such module: vec0")
        assert number(db, "documents_fts WHERE documents_fts MATCH 'beta'") == 1
        assert number(db, "chunks") in (6, 70)


def test_a_file_of_generation_5_has_every_status_of_chunks_and_jobs(tmp_path: Path) -> None:
    generation_5(tmp_path / "old.db")
    with opened(tmp_path / "old.db") as db:
        assert Counter(row[0] for row in db.execute("SELECT embedding_status FROM chunks")) == {
            "PENDING": 40,
            "READY": 20,
            "FAILED": 10,
        }
        assert number(db, "(SELECT DISTINCT status FROM batch_jobs)") == 5
        assert number(db, "chunks WHERE metadata LIKE '%_vector_source%'") == 40
        stranded = "chunks c JOIN batch_jobs j ON j.id = c.batch_job_id"
        assert number(db, f"{stranded} WHERE c.embedding_status = 'PENDING' AND j.status = 'FAILED'") == 10


def test_a_large_file_of_the_first_version_has_true_hashes_counters_and_sums(tmp_path: Path) -> None:
    path = tmp_path / "halfrate.db"
    first_version_file(path, 3_000, travelling=300, characters=(60, 200), dimension=16, job_size=400)
    with opened(path) as db, opened(restore("empty", tmp_path / "empty")) as empty:
        objects = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        assert db.execute(objects).fetchall() == empty.execute(objects).fetchall()
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute(KEPT).fetchall() == db.execute(COUNTED).fetchall()
        for content, context, kept in db.execute(
            "SELECT content, context, content_hash FROM chunks WHERE content_hash"
        ):
            whole = f"{context}\n\n{content}"
            assert kept == hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()
        distinct = db.execute("SELECT count(DISTINCT content) FROM chunks").fetchone()[0]
        assert distinct == 2_400
        assert number(db, "batch_jobs WHERE ended_at IS NOT NULL") == number(db, "ledger") == 4
        assert number(db, f"chunks WHERE batch_job_id = '{LIVE_JOB}'") == 300
        assert number(db, "chunks WHERE content_hash IS NULL AND metadata LIKE '%_vector_source%'") > 0
        assert number(db, "vectors WHERE length(embedding) = 64") == number(
            db, "chunks WHERE embedding_status = 'READY'"
        )
        summed = db.execute("SELECT sum(token_count) FROM chunks").fetchone()
        assert db.execute("SELECT sum(tokens) FROM ledger_days").fetchone() == summed


def test_a_damaged_table_leaves_the_others_readable(tmp_path: Path) -> None:
    path = restore("everything", tmp_path)
    damage(path, "vectors")
    with opened(path) as db:
        assert number(db, "chunks") > 0
        assert db.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]
        with pytest.raises(sqlite3.DatabaseError, match="malformed"):
            db.execute("SELECT * FROM vectors").fetchall()
