"""Rows that are inserted some dozens at a time are the rows that were given, and are counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.store import texts
from engine.store.db import Db, Query, SqlValue
from engine.store.sqlite.database import TOGETHER

_NAME = Query(
    "test of bulk: name a text",
    "INSERT INTO texts (hash, characters) VALUES (:hash, :characters) ON CONFLICT (hash) DO NOTHING",
)


@pytest.mark.parametrize("count", [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER + 7])
def test_every_row_is_inserted_once_in_its_order(db: Db, count: int) -> None:
    hashes = [number.to_bytes(16, "big") for number in range(count)]
    with db.writing():
        given: Iterator[dict[str, SqlValue]] = ({"characters": n, "hash": each} for n, each in enumerate(hashes))
        assert db.bulk(_NAME, given) == count
        assert texts.ids_of(db, hashes) == list(range(1, count + 1))
        assert [kinds.characters for kinds in texts.kinds(db, range(1, count + 1)).values()] == list(range(count))


def test_what_an_insert_does_about_a_conflict_holds_for_each_row(db: Db) -> None:
    same: list[dict[str, SqlValue]] = [{"hash": bytes(16), "characters": 1}] * (TOGETHER + 3)
    with db.writing():
        assert db.bulk(_NAME, same) == 1
