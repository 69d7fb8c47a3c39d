"""`halfrate mirror`: with the real module, and by an interpreter that has none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Shell
from tests.life.test_mirror import older

TABLE = "CREATE VIRTUAL TABLE chunks_vec USING vec0(id INTEGER PRIMARY KEY, embedding FLOAT[16])"


@pytest.fixture
def mirrored(shell: Shell) -> Shell:
    """Five READY chunks in a file that the older library searches, in vectors of 16 numbers."""
    shell.embed()
    older(shell.db, (TABLE, []))
    return shell


def without_module(shell: Shell, folder: Path, *leave_out: str, interpreter: str = "") -> list[str]:
    """Starts the command by an interpreter that sees all packages of this one but those."""
    seen = folder / "packages"
    seen.mkdir()
    for home in (Path(entry) for entry in sys.path if entry.endswith("site-packages")):
        for each in home.iterdir():
            if each.name not in leave_out and not (seen / each.name).exists():
                (seen / each.name).symlink_to(each)
    shell.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(seen)])
    return [interpreter or getattr(sys, "_base_executable", sys.executable), "-S", "-m", "engine.cli"]


def loads_extensions() -> str | None:
    """An interpreter of this version whose own SQLite loads extensions, if the machine has one."""
    asks = "import sqlite3; sqlite3.Connection.enable_load_extension"
    places = (getattr(sys, "_base_executable", sys.executable), f"/usr/bin/python3.{sys.version_info[1]}")
    found = (place for place in places if Path(place).exists())
    return next(
        (each for each in found if not subprocess.run([each, "-c", asks], capture_output=True).returncode), None
    )


def test_it_copies_what_is_missing_and_says_so(mirrored: Shell) -> None:
    assert mirrored.json("mirror") == {"written": 5, "removed": 0, "complete": True}
    again = mirrored.call("mirror").stdout
    assert "0 vectors copied into chunks_vec, 0 rows taken out of it." in again
    search = "SELECT cv.id FROM chunks_vec cv JOIN chunks c ON c.id = cv.id"
    assert len(older(mirrored.db, (search, []))) == 5
    assert mirrored.json("mirror", "--compare") == {"written": 0, "removed": 0, "complete": True}


@pytest.mark.parametrize(
    ("leave_out", "words"),
    [
        (("sqlite_vec",), "The package sqlite-vec is not installed."),
        (("apsw",), "loads no extensions, and the package apsw is not installed."),
    ],
)
def test_without_the_module_it_says_what_to_install_and_changes_nothing(
    mirrored: Shell, tmp_path: Path, leave_out: tuple[str, ...], words: str
) -> None:
    if leave_out == ("apsw",) and hasattr(sqlite3.Connection, "enable_load_extension"):
        pytest.skip("this interpreter needs no other SQLite")
    command = without_module(mirrored, tmp_path, *leave_out)
    done = mirrored.process_of([*command, "mirror"], code=1)
    assert words in done.stderr
    assert "pip install 'halfrate[sqlite-vec]'" in done.stderr
    with closing(sqlite3.connect(mirrored.db)) as other:
        assert other.execute("SELECT count(*) FROM chunks_vec_rowids").fetchone() == (0,)


def test_an_interpreter_that_loads_extensions_needs_no_other_sqlite(mirrored: Shell, tmp_path: Path) -> None:
    interpreter = loads_extensions()
    if interpreter is None:
        pytest.skip("no such interpreter is here")
    command = without_module(mirrored, tmp_path, "apsw", interpreter=interpreter)
    done = mirrored.process_of([*command, "mirror"])
    assert "5 vectors copied into chunks_vec" in done.stdout


def test_a_file_that_no_older_library_searches_is_told_so(shell: Shell) -> None:
    shell.embed(1)
    assert "no table chunks_vec" in shell.call("mirror", code=1).stderr


def test_vectors_are_taken_in_under_the_profile_that_is_named(mirrored: Shell) -> None:
    mirrored.call("mirror")
    mirrored.sql("UPDATE chunks SET text_id = NULL, content = content || '!' WHERE id <= 2")
    named = ("--take-in", "--model", "gemini-embedding-001", "--task-type", "CLUSTERING", "--dimension")
    assert "768" in mirrored.call("mirror", *named, "768", code=1).stderr
    assert mirrored.json("mirror", *named, "16") == {"taken_in": 2, "had_a_vector": 0, "left_out": 0}
    assert mirrored.sql(
        "SELECT count(*) FROM vectors v JOIN profiles p ON p.id = v.profile_id WHERE p.task_type = 'CLUSTERING'"
    ) == [(2,)]


@pytest.mark.parametrize("words", [("--take-in",), ("--take-in", "--model", "m"), ("--model", "m")])
def test_a_profile_is_named_whole_or_not_at_all(mirrored: Shell, words: tuple[str, ...]) -> None:
    mirrored.call("mirror", *words, code=2)
