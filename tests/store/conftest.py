from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.domain.vectors import Profile
from engine.store import batches
from engine.store.connection import open_database

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A new database with one document."""
    opened = open_database(tmp_path / "halfrate.db")
    opened.conn.execute(
        "INSERT INTO documents (id, content, metadata, media_type, created_at, source, title)"
        " VALUES (1, 'a text', '{}', 'text/plain', '2026-11-24 12:00:00.000000', 'a.txt', 'A')"
    )
    yield opened
    opened.conn.close()


def new_job(db: Database, job_id: str) -> str:
    """A PLANNED job without chunks."""
    prices = (Decimal("0.075"), Decimal("0.15"))
    batches.insert(
        db, batches.NewJob(job_id, f"halfrate-{job_id}", Profile(), "batch", "2222", *prices, "a price"), NOW
    )
    return job_id
