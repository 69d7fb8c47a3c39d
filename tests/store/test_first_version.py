"""Files of the first version, in every state: they open, are upgraded in place, and go on where they stood."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.store import counters, ledger
from engine.store.audit import violations
from engine.store.sqlite.connection import open_database
from engine.store.sqlite.database import SqliteDb
from tests.conftest import HOUR, World, Worlds
from tests.field import FIXTURES, restore
from tests.field.at_google import recreate


def old_rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


@pytest.mark.parametrize("name", FIXTURES)
def test_a_file_of_the_first_version_is_upgraded_in_place_with_a_backup(tmp_path: Path, name: str) -> None:
    path = restore(name, tmp_path)
    status = "SELECT id, content, embedding_status FROM chunks ORDER BY id"
    booked = "SELECT tokens, waste_tokens, amount_pico, waste_pico, sync_amount_pico, job_id FROM ledger ORDER BY id"
    before = old_rows(path, status), old_rows(path, booked)
    vectors = old_rows(
        path,
        "SELECT embedding FROM vectors v JOIN chunks c ON c.id = v.chunk_id"
        " WHERE c.embedding_status = 'READY' ORDER BY c.id",
    )
    told: list[tuple[int, int]] = []
    opened = open_database(path, tell=lambda done, total: told.append((done, total)))
    with closing(opened.db) as db:
        conn = db.database.conn
        assert opened.backup is not None
        assert old_rows(opened.backup, status) == before[0]
        assert [tuple(row) for row in conn.execute(status)] == before[0]
        assert_carried(db, before[1])
        assert counters.recount(db) == []
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not before[0] or told[-1][0] == told[-1][1] == len(before[0])
        found = conn.execute(
            "SELECT e.embedding FROM chunks c JOIN vectors v ON v.text_id = c.text_id JOIN embeddings e"
            " ON e.id = v.embedding_id WHERE c.embedding_status = 'READY' ORDER BY c.id"
        ).fetchall()
        assert [row[0] for row in found] == [row[0] for row in vectors]


def assert_carried(db: SqliteDb, entries: list[tuple[Any, ...]]) -> None:
    """The ledger of the first version, to the picodollar, and marked as carried."""
    spent = ledger.spend(db)
    assert (spent.tokens, spent.waste_tokens) == (sum(e[0] for e in entries), sum(e[1] for e in entries))
    assert (spent.amount * 10**12, spent.waste * 10**12) == (sum(e[2] for e in entries), sum(e[3] for e in entries))
    postings = ledger.postings(db)
    assert all(each.carried for each in postings)
    assert {each.job_id for each in postings} == {e[5] for e in entries}
    assert violations(db) == []


LIVE_FOR_EVER = {"unknown_to_google", "inherited", "everything", "unknown_state", "no_results"}
"""What only an operator ends."""
ROWS_FAILED = {"waiting", "half_settled", "completed_with_errors"}
"""Some of their rows had failed and were not billed; here they are all computed anew."""


@pytest.mark.parametrize("name", FIXTURES)
def test_work_goes_on_in_a_file_of_the_first_version(make_world: Worlds, tmp_path: Path, name: str) -> None:
    world = make_world()
    path = restore(name, tmp_path / "old")
    recreate(name, path, world.emulator)
    old = World(
        replace(world.workspace, path=path, identity=type(world.workspace.identity)()),
        world.emulator,
        world.clock,
        world.environ,
    )
    try:
        for _ in range(8):
            old.manager.sync_status()
            old.manager.flush_queue(1, force=True)
            old.clock.advance(HOUR)
        assert counters.recount(old.db) == []
        assert violations(old.db) == []
        assert not [job for job in old.jobs if job.live and not job.inherited and name not in LIVE_FOR_EVER]
        assert not old.sql("SELECT id FROM chunks WHERE embedding_status = 'PENDING' AND batch_job_id IS NULL")
        if name not in LIVE_FOR_EVER | ROWS_FAILED:
            ledger_fits(old)
    finally:
        old.close()


def ledger_fits(world: World) -> None:
    """Each job that this Google billed is booked with the tokens that it billed."""
    billed = {entry["job"]: entry["tokens"] for entry in world.emulator.bill()["entries"]}
    booked = dict(
        world.sql(
            "SELECT j.google_job_id, sum(p.tokens) FROM postings p JOIN batch_jobs j ON j.id = p.job_id"
            " WHERE p.account LIKE 'paid:%' GROUP BY 1"
        )
    )
    assert {job: tokens for job, tokens in booked.items() if job in billed} == {
        job: tokens for job, tokens in billed.items() if tokens
    }
