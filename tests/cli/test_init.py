"""Who makes a database, and who does not; and what is said when one is upgraded or gone."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell


def test_init_makes_an_empty_database_once_and_says_so(offline: Shell) -> None:
    document = offline.json("init")
    assert (document["path"], document["created"]) == (str(offline.db), True)
    assert document["settings"] == offline.environ["HALFRATE_CONFIG"]
    again = offline.json("init")
    assert (again["created"], again["identity"]) == (False, document["identity"])
    assert "there already" in offline.call("init").stdout
    assert offline.json("queue", "status")["chunks"]["total"] == 0


def test_init_without_settings_says_where_they_would_be_read(offline: Shell) -> None:
    del offline.environ["HALFRATE_CONFIG"]
    document = offline.json("init")
    assert document["settings"] is None
    assert document["settings_looked_for"].endswith(".toml")
    assert document["settings_looked_for"] in offline.call("init").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("queue", "status"),
        ("queue", "flush"),
        ("queue", "flush", "--dry-run"),
        ("queue", "sync"),
        ("queue", "retry"),
        ("queue", "failures"),
        ("queue", "requeue"),
        ("jobs", "list"),
        ("jobs", "adopt", "batches/one"),
        ("jobs", "release", "abcdefg"),
        ("worker", "run-once"),
        ("worker", "start"),
        ("cost", "report"),
        ("cost", "estimate"),
        ("export", "vectors.npz"),
        ("doctor", "--repair"),
    ],
)
def test_no_other_command_makes_a_database(offline: Shell, words: tuple[str, ...]) -> None:
    result = offline.call(*words, code=1)
    assert f"There is no database at {offline.db}" in result.stderr
    assert "hint: " in result.stderr
    assert list(offline.folder.glob("halfrate.db*")) == []


def test_an_upgrade_tells_how_far_it_is_and_where_the_copy_lies(offline: Shell) -> None:
    offline.sql(
        'CREATE TABLE "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL, "metadata" TEXT NOT'
        ' NULL, "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL)'
    )
    offline.sql(
        'CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL, "chunk_index"'
        ' INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT, "metadata" TEXT'
        ' NOT NULL, "created_at" DATETIME NOT NULL, "embedding_status" TEXT NOT NULL)'
    )
    offline.sql("INSERT INTO documents VALUES (1, 'a', '{}', 'text/plain', '2026-01-01 00:00:00.000000')")
    offline.sql("INSERT INTO chunks VALUES (1, 1, 0, 'a', 'text', NULL, '{}', '2026-01-01 00:00:00.000000', 'PENDING')")
    told = offline.call("queue", "status").stderr.splitlines()
    assert told[0] == f"upgrading {offline.db}: 1 chunk ..."
    assert "a copy from before is" in told[-1]
    assert len(told) == 2
