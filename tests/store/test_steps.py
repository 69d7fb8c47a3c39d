"""Released schema steps never change; an upgrade is all or nothing; earlier writers go on working afterwards."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.store import counters, queue
from engine.store.sqlite.connection import open_database
from engine.store.sqlite.database import SqliteDb
from engine.store.sqlite.steps import ORIGIN_COLUMNS, RELEASED, carry, money, step_names
from tests.field import damage, generation_4, generation_5, restore
from tests.field.generations import SENT, add_document, add_job, connect, insert_4, insert_5
from tests.store.snapshot import contents

DIGESTS = {
    "m001_origin_tables": "d7d0a2f75b5f9f86913d834c05e377cea7263661124818e3123b1dcade828bef",
    "m002_queue_for_generation_4": "348578849ccc77f5cc378de8ea27992f0d63ab8a9e57bd263a523abb54af8bca",
    "m003_added_columns": "79306ec92eb3249fa85de479c7d78945ad9160db7aca9677c97ec5d03797710d",
    "m004_own_tables": "d0a40ed14b533c71070c3dfada57b102bce13de7d1ad9a8099c472f9cea1cfc1",
    "m005_indexes": "29ce882d9b6b5bcb85105f75bece1d9109f270c4e7ccfbb0745d308c6cf63133",
    "m006_triggers": "6657904019686bd978b43ebea30544b41d0a9064bf5e09788ac8e3936b34b9b2",
    "m007_texts": "39b1e2431fee83819b62fb1bf69dff99f37ab196dd2c2f9a7b73f76d4a38bb69",
    "m009_counters": "5dc406205ee0d9c9880e56080f427f5f3350782e76d51b14747c1e0ddab19efc",
    "m013_kinds": "51359e0d153523b8f4f017839fa9edbed34cd81d6af1b80df4ef22fdc12c5ea5",
    "m014_allowance": "5c72fc20cfe975605e634cdcf7cfac76573aa4c64f074af39fd14447774e8803",
    "_CHUNKS": "e740452616052f09adcadb47cb85cc39defa009b3485e87c5c880136e3bea5fa",
    "_NAME": "5d626cca98bafa594c3ee0111c7327e97f3b43d7d973ed80fee228a8649ddb8e",
    "_POINT": "60b2ce474af68f5ee383f9af307fdd3857190e0e90568c926b21bfb2cf4d5ee7",
    "_VECTORS": "733de1b09de3b9f0e5348da150b9fecea3b418573e1d04b1594cdbe02c283266",
    "_REQUESTS": "2f9d9e6501ebbecfbdd070f86d600aa9fb26e374692fe4fc9d78ee67fafa1dc4",
    "_RETURNED": "999ce956c2c1d3268bdd465aad4c252e031a4ec6ba61a59ee2c09b6cd28e7f51",
    "_CARRIED_KEYS": "3322785ad53eb6f72c45f2b89fe2df32ee3fe6354f35361948fab70d85f88545",
    "_JOBS": "5ca53d96345ef8ed3d78a395f0c60362b2dcc8e002a641515f5b8d02f5909a28",
    "m010_transfers": "2c27a7fe2a5d01f5fe097ab6f6f1c2edea0f82c2ad831d782f3cc8cd221ddce1",
    "m012_guards": "f319ca118fbd65e653ed62055374d24c63763b48559e735337664646c414cd1f",
    "m015_budgets": "146e3c233e88156ca42536109333069bd89c607d1c682b1d2ad7cf2be4049050",
    "m016_collections": "356b0243755d860f016ada88b53bb7a83114788cf61766a0462dacacd2464205",
    "_INSERT": "2ca93eb68617049aba6d19c36cf7ddc0d3b450598ca8cbbf7a3e8ce36ee6fcf2",
    "_ENTRIES": "527d26931a3c57621bf63d74bcd5b8c098ac6ee39fe7c667c8d5e0ecb1625743",
    "_LIVE": "8cb5349b7a09a648c81a35bbbbe3089e6635f867ca5a31ab62988ab542e7d934",
}
"""SHA-256 of the statements of each step, as they were released."""
CARRIED = {
    "_CHUNKS": carry._CHUNKS,
    "_NAME": carry._NAME,
    "_POINT": carry._POINT,
    "_VECTORS": carry._VECTORS,
    "_REQUESTS": carry._REQUESTS,
    "_RETURNED": carry._RETURNED,
    "_CARRIED_KEYS": "\0".join(carry._CARRIED_KEYS),
    "_JOBS": "\0".join(carry._JOBS),
    "_INSERT": money._INSERT,
    "_ENTRIES": money._ENTRIES,
    "_LIVE": money._LIVE,
}
"""The statements of m008 and m011, which are functions."""
STEPS = {**{name: "\0".join(statements) for name, statements in RELEASED.items()}, **CARRIED}


@pytest.mark.parametrize("name", STEPS)
def test_a_released_step_is_frozen(name: str) -> None:
    digest = hashlib.sha256(STEPS[name].encode()).hexdigest()
    assert DIGESTS.get(name) == digest, (
        f"{name} is in files in the field as it was: leave it, and add a new step behind the last one"
        f' (a new one is recorded here as "{name}": "{digest}")'
    )


def test_no_released_step_is_missing() -> None:
    assert DIGESTS.keys() == STEPS.keys()
    assert {*RELEASED, "m008_carry_over", "m011_carry_money"} == set(step_names())
    assert step_names() == sorted(step_names())


def normal(sql: str) -> str:
    """A statement without its white space, quotes and the marks of its first making."""
    return re.sub(r"\s+|\"|IF NOT EXISTS|(?<=CREATE TABLE )'", "", sql)


def columns(db: SqliteDb, table: str) -> list[tuple[object, ...]]:
    """Name, type, whether it may be NULL, default and key: in a grown file they stand in another order."""
    found = [tuple(row)[1:] for row in db.database.conn.execute(f"PRAGMA table_info({table})")]
    # Generation 5 gave its chunks no default status; ours is only there where the column was added.
    return sorted(row[:3] + row[4:] if row[0] == "embedding_status" else row for row in found)


def schema(path: Path) -> dict[str, object]:
    """What is ours in a file: tables by their columns, and the SQL of everything else."""
    with closing(open_database(path, create=True).db) as db:
        found: dict[str, object] = {}
        rows = db.database.conn.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        for kind, name, table, sql in rows.fetchall():
            if table.startswith(("documents_fts", "media_tasks", "chunks_vec")) or name.startswith("documents_fts"):
                continue
            if kind == "table":
                found[name] = columns(db, name)
                keys = db.database.conn.execute(f"PRAGMA foreign_key_list({name})")
                found[f"{name} refers to"] = {tuple(row)[2:] for row in keys}
            elif name not in ("chunk_document_id_chunk_index", "batchjob_google_job_id"):
                found[name] = normal(sql)
        return found


def make(name: str, folder: Path) -> Path:
    """A file of an earlier generation, or of the first version."""
    path = folder / "halfrate.db"
    if name == "generation 4":
        generation_4(path)
    elif name == "generation 5":
        generation_5(path)
    else:
        return restore(name, folder)
    return path


EARLIER = ("generation 4", "generation 5", "from_generation_4", "inherited", "everything", "empty")


@pytest.mark.parametrize("name", EARLIER)
def test_an_upgraded_file_has_the_schema_of_a_new_one(tmp_path: Path, name: str) -> None:
    assert schema(make(name, tmp_path)) == schema(tmp_path / "new.db")


def test_a_new_file_and_one_of_the_first_version_have_the_same_statements(tmp_path: Path) -> None:
    def statements(path: Path) -> list[str]:
        with closing(open_database(path, create=True).db) as db:
            rows = db.database.conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
            return sorted(normal(row[0]) for row in rows)

    assert statements(restore("everything", tmp_path)) == statements(tmp_path / "new.db")


def number(db: SqliteDb, counted: str) -> int:
    found: int = db.database.conn.execute(f"SELECT count(*) FROM {counted}").fetchone()[0]
    return found


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.before-halfrate-*"))


@pytest.mark.parametrize("table", ["vectors", "chunks", "batch_jobs", "superseded"])
def test_a_damaged_table_stops_the_upgrade_and_nothing_has_changed(tmp_path: Path, table: str) -> None:
    path = restore("everything", tmp_path)
    damage(path, table)
    before = path.read_bytes()
    with pytest.raises(StoreError) as refused:
        open_database(path)
    assert "damaged" in refused.value.message
    assert refused.value.message.count(".") - str(path).count(".") == 1
    assert refused.value.hint
    assert path.read_bytes() == before
    assert not path.with_name("halfrate.db-wal").exists() or not path.with_name("halfrate.db-wal").stat().st_size
    assert not list(tmp_path.glob("*.part"))
    for backup in backups(path):
        assert backup.stat().st_size == len(before)


def test_an_upgrade_that_fails_in_the_middle_leaves_every_table_as_it_was(tmp_path: Path) -> None:
    """The last step fails, on a file that nothing was wrong with: a name of ours is taken."""
    path = restore("everything", tmp_path)
    with closing(connect(path)) as db:
        db.execute("CREATE TABLE halfrate_waits (note TEXT)")
        db.execute("CREATE INDEX ix_chunks_unnamed ON halfrate_waits (note)")
    before = contents(path)
    with pytest.raises(StoreError, match="ix_chunks_unnamed") as refused:
        open_database(path)
    assert refused.value.hint
    assert contents(path) == before
    [backup] = backups(path)
    assert contents(backup) == before
    with closing(connect(path)) as db:
        db.execute("DROP INDEX ix_chunks_unnamed")
    with closing(open_database(path).db) as opened:
        assert counters.recount(opened) == []


def test_whoever_stops_an_upgrade_has_the_file_as_it_was(tmp_path: Path) -> None:
    path = restore("everything", tmp_path)
    before = contents(path)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_database(path, tell=stop)
    assert contents(path) == before
    open_database(path).db.close()


def test_a_writer_of_generation_5_goes_on_after_the_upgrade(tmp_path: Path) -> None:
    path = make("generation 5", tmp_path)
    with closing(open_database(path).db) as db, closing(connect(path)) as writer:
        before = queue.counts(db)
        document = add_document(writer, "gamma")
        add_job(writer, "66666666-0000-4000-8000-000000000006", "batches/new", "SUBMITTED")
        first = insert_5(writer, 0, document=document)
        insert_5(writer, 1, "FAILED", None, "no", document=document)
        insert_5(writer, 2, "READY", document=document)
        after = queue.counts(db)
        assert (after.pending, after.failed, after.ready) == (before.pending + 1, before.failed + 1, before.ready + 1)
        assert after.unnamed == before.unnamed + 1
        assert first in {each.id for each in queue.unnamed_page(db, 0)}
        writer.execute("UPDATE chunks SET embedding_status = 'READY', metadata = '{}' WHERE batch_job_id = ?", (SENT,))
        writer.execute("DELETE FROM chunks WHERE id = ?", (first,))
        writer.execute("DELETE FROM documents WHERE id = ?", (document,))
        assert queue.counts(db).unnamed == before.unnamed
        assert counters.recount(db) == []


def test_a_writer_of_generation_4_goes_on_after_the_upgrade(tmp_path: Path) -> None:
    path = make("generation 4", tmp_path)
    with closing(open_database(path).db) as db, closing(connect(path)) as writer:
        insert_4(writer, 6)
        writer.execute("DELETE FROM chunks WHERE id = 1")
        assert queue.counts(db) == queue.ChunkCounts(ready=6)
        assert counters.recount(db) == []


@pytest.mark.parametrize(
    "change",
    ["content = 'other'", 'metadata = \'{"_vector_source": "other"}\'', "context = 'A heading'"],
)
def test_a_change_by_an_older_writer_takes_the_chunk_s_text_from_it(tmp_path: Path, change: str) -> None:
    path = restore("everything", tmp_path)
    with closing(open_database(path).db) as db, closing(connect(path)) as writer:
        named = number(db, "chunks WHERE text_id IS NOT NULL")
        assert named
        writer.execute(f"UPDATE chunks SET {change}")
        assert number(db, "chunks WHERE text_id IS NOT NULL") == 0
        assert number(db, "chunks WHERE embedding_status = 'PENDING' AND batch_job_id IS NOT NULL AND text_id > 0") == 0
        assert number(db, "waiting") == 0
        assert queue.counts(db).unnamed == queue.counts(db).pending - queue.counts(db).resting
        assert counters.recount(db) == []


@pytest.mark.parametrize("change", ["content = content", "token_count = 3", "metadata = '{\"tag\": 1}'"])
def test_a_change_of_nothing_that_is_sent_leaves_the_text(tmp_path: Path, change: str) -> None:
    path = restore("completed", tmp_path)
    with closing(open_database(path).db) as db, closing(connect(path)) as writer:
        named = number(db, "chunks WHERE text_id IS NOT NULL")
        assert named
        writer.execute(f"UPDATE chunks SET {change}")
        assert number(db, "chunks WHERE text_id IS NOT NULL") == named


def test_what_is_added_to_an_earlier_table_may_be_left_out(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "new.db", create=True).db) as db:
        for table, origin in ORIGIN_COLUMNS.items():
            for row in db.database.conn.execute(f"PRAGMA table_info({table})"):
                known = origin | {"embedding_status", "batch_job_id", "error_message"}
                assert row["name"] in known or not row["notnull"] or row["dflt_value"] is not None, row["name"]


def test_old_files_are_read_by_sqlite_alone(tmp_path: Path) -> None:
    """A trigger that needed a function of ours would break every earlier writer."""
    with closing(open_database(tmp_path / "new.db", create=True).db) as db:
        triggers = [row[0] for row in db.database.conn.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    assert triggers
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as plain:
        add_document(plain)
        chunk = insert_5(plain, 0)
        plain.execute("UPDATE chunks SET embedding_status = 'READY' WHERE id = ?", (chunk,))
        plain.execute("DELETE FROM chunks")
        assert plain.execute("SELECT sum(chunks) FROM chunk_counts").fetchone() == (0,)
