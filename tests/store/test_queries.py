"""SQL stands in the store alone, as named queries; each of them is explained, and those that walk a table say why."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

import engine
import engine.store
import tui
from engine.store.db import Query
from engine.store.sqlite.connection import open_database
from engine.store.sqlite.database import SqliteDb

STORE = Path(engine.store.__file__).parent
MODULES: list[ModuleType] = [
    importlib.import_module(each.name) for each in pkgutil.walk_packages(engine.store.__path__, "engine.store.")
]
QUERIES = {
    name: query
    for name, query in Query.all.items()
    if not name.startswith(("rows:", "test:", "test of", "mirror:", "tests:", "benchmark:"))
}
OUTSIDE = sorted(
    path for package in (engine, tui) for path in Path(package.__path__[0]).rglob("*.py") if STORE not in path.parents
)
_STATEMENT = re.compile(
    r"\s*(SELECT\s.*\sFROM|INSERT\s.*INTO|UPDATE\s.*\sSET|DELETE\sFROM|(CREATE|DROP|ALTER)\s(TABLE|INDEX|TRIGGER|VIRTUAL)"
    r"|WITH\s.*\sAS\s*\(|PRAGMA\s|BEGIN\b|COMMIT\b|ROLLBACK\b|EXPLAIN\s|VACUUM\b|ATTACH\s)",
    re.DOTALL,
)

_FROM_THE_FIRST = re.compile(r"SEARCH \w+ USING (?:COVERING )?INDEX \w+ \((\w+)>\?\)")


def strings(tree: ast.Module) -> Iterator[str]:
    """Every text of a module that is not a docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    prose = {id(child.value) for node in ast.walk(tree) if isinstance(node, documented) for child in bodies(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def bodies(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.Expr]:
    return (child for child in node.body if isinstance(child, ast.Expr))


def test_no_sql_stands_outside_the_store() -> None:
    found = []
    for path in OUTSIDE:
        tree = ast.parse(path.read_text("utf-8"))
        found += [(path.name, text) for text in strings(tree) if _STATEMENT.match(text)]
        found += [
            (path.name, f".{node.attr}")
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript")
        ]
    assert found == []


SAY_WHAT_SQLITE_SAYS = {"doctor.py", "outcome.py"}
"""Its version, and an error of it that nobody has put into words yet."""


def test_sqlite_is_known_to_one_package_alone() -> None:
    home = STORE / "sqlite"
    imports = re.compile(r"^\s*(?:import|from)\s+(sqlite3|sqlite_utils)\b", re.MULTILINE)
    inside = [path for path in STORE.rglob("*.py") if home not in path.parents]
    found = {path.name for path in (*OUTSIDE, *inside) if imports.search(path.read_text("utf-8"))}
    assert found == SAY_WHAT_SQLITE_SAYS


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDb]:
    """A new database: nothing keeps the statistics of ANALYZE, so the planner decides on it as on any other."""
    with closing(open_database(tmp_path_factory.mktemp("queries") / "new.db", create=True).db) as db:
        yield db


def plan(db: SqliteDb, query: Query) -> list[str]:
    """How SQLite goes about a query."""
    names = re.findall(r":([a-z_][a-z_0-9]*)", query.sqlite)
    conn = db.database.conn
    return [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {query.sqlite}", dict.fromkeys(names))]


def tables(db: SqliteDb) -> set[str]:
    found = db.database.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {row[0] for row in found}


def partial(db: SqliteDb) -> set[str]:
    """Indexes that hold a few rows of their table: to walk one is to read what was asked for."""
    found = db.database.conn.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'")
    return {row[0] for row in found} - {"ix_chunks_text"}  # all chunks but those of older writers


def walked(db: SqliteDb, query: Query) -> list[str]:
    """The tables that a query reads from one end to the other, by themselves or by an index of all their rows.

    A query that begins at the first key of an index, and is not told to begin elsewhere, reads all that stands in it.
    """
    found = []
    aliases = dict(re.findall(r"\b(?:FROM|JOIN|INTO)\s+(\w+)\s+(?:AS\s+)?(\w+)", query.sqlite))
    by_alias = {alias: table for table, alias in aliases.items()}
    for step in plan(db, query):
        scan = re.fullmatch(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?(?: LEFT-JOIN)?", step)
        if scan and by_alias.get(scan[1], scan[1]) in tables(db) and scan[2] not in partial(db):
            found.append(step)
        first = _FROM_THE_FIRST.fullmatch(step)
        if first and not re.search(rf"\b{first[1]} >=? :", query.sqlite):
            found.append(step)
    emptied = re.fullmatch(r"\s*DELETE FROM (\w+)\s*", query.sqlite)
    return [*found, f"EMPTY {emptied[1]}"] if emptied else found


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_that_reads_a_whole_table_says_why_and_no_other_does(fresh: SqliteDb, name: str) -> None:
    query = QUERIES[name]
    found = walked(fresh, query)
    assert bool(found) == bool(query.scans), f"{name}: {found or 'walks nothing'}, but says {query.scans!r}"


_OPEN_REQUEST = "SEARCH r USING INDEX ix_requests_travelling (text_id=? AND submission_id=?)"


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("mark the chunks of texts READY", "SEARCH chunks USING INDEX ix_chunks_text (text_id=?)"),
        ("let waiting chunks of some texts wait for a job", "SEARCH chunks USING INDEX ix_chunks_text (text_id=?)"),
        ("let waiting chunks of some texts rest", "SEARCH chunks USING INDEX ix_chunks_text (text_id=?)"),
        ("claim the chunks of a submission's texts", "SEARCH chunks USING INDEX ix_chunks_text (text_id=?)"),
        ("fail the chunks of a text in a job", "SEARCH chunks USING INDEX ix_chunks_text (text_id=?)"),
        ("which texts have no outcome yet in a submission", _OPEN_REQUEST),
        ("which texts a submission sent", "SEARCH r USING PRIMARY KEY (submission_id=? AND text_id=?)"),
        ("which texts have a vector", "SEARCH v USING PRIMARY KEY (profile_id=? AND text_id=?)"),
        ("how texts stand under a profile", "SEARCH v USING PRIMARY KEY (profile_id=? AND text_id=?) LEFT-JOIN"),
        ("how texts stand under a profile", "SEARCH r USING INDEX ix_requests_travelling (text_id=?)"),
        ("which texts travel in a direct request", "SEARCH r USING INDEX ix_requests_travelling (text_id=?)"),
        ("find texts by their hashes", "SEARCH t USING COVERING INDEX ix_texts_hash (hash=?) LEFT-JOIN"),
        ("waiting texts that have a vector", "SEARCH w USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"),
        ("waiting texts that have a vector", "SEARCH v USING PRIMARY KEY (profile_id=? AND text_id=?)"),
        ("waiting texts that travel already", "SEARCH w USING INTEGER PRIMARY KEY (rowid=?)"),
        ("waiting texts that travel already", "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)"),
        ("vectors of texts with what they took", "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)"),
        ("texts with a chunk that holds each", "SEARCH chunks USING COVERING INDEX ix_chunks_text (text_id=?)"),
    ],
)
def test_what_runs_for_each_row_of_a_job_finds_it_by_an_index(fresh: SqliteDb, name: str, step: str) -> None:
    found = plan(fresh, QUERIES[name])
    assert step in found, found
    assert not [each for each in found if each.startswith("SCAN") and "VIRTUAL TABLE" not in each]


def test_an_answer_finds_its_request_by_its_key(fresh: SqliteDb) -> None:
    """The conflict of an upsert is found by the primary key; a plan has no step for it."""
    assert plan(fresh, QUERIES["give requests their outcomes"]) == ["SCAN j VIRTUAL TABLE INDEX 1:"]
    rows = fresh.database.conn.execute("PRAGMA index_list(requests)").fetchall()
    assert "pk" in {row["origin"] for row in rows}


def test_an_export_streams_in_the_order_of_the_chunks(fresh: SqliteDb) -> None:
    """Sorting would gather every content and every vector of 3 kB before the first row comes."""
    found = plan(fresh, QUERIES["ready chunks with their vectors"])
    assert found[0] == "SCAN c"
    assert not [step for step in found if "TEMP B-TREE" in step]


def test_two_queries_never_share_a_name() -> None:
    with pytest.raises(ValueError, match="two queries are called 'read a fact'"):
        Query("read a fact", "SELECT 1")


def named(module: ModuleType) -> Iterator[tuple[str, Query]]:
    """The queries of a module by the variables that hold them, alone or in tables."""
    for variable, found in vars(module).items():
        table = found.values() if isinstance(found, dict) else found if isinstance(found, tuple | list) else [found]
        yield from ((variable, query) for query in table if isinstance(query, Query))


def test_every_query_is_used() -> None:
    source = {module.__name__: Path(str(module.__file__)).read_text("utf-8") for module in MODULES}
    held = set[str]()
    unused = []
    for module in MODULES:
        for variable, query in named(module):
            held.add(query.name)
            if len(re.findall(rf"\b{variable}\b", source[module.__name__])) < 2:
                unused.append(query.name)
    assert unused == []
    assert QUERIES.keys() - held == set()
