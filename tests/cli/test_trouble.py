"""Bad input, and what it gets: one clear sentence, a way out, an exit code, nothing lost."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.emulator import CallRule, EmulatorServer
from tests.cli.conftest import Misbehave, Shell


def one_sentence(shell: Shell, *words: object, code: int = 1, process: bool = False) -> str:
    """What a failing command says on standard error: a line, and a hint."""
    result = shell.process(*words, code=code) if process else shell.call(*words, code=code)
    lines = result.stderr.strip().splitlines()
    assert [line.split(":")[0].strip() for line in lines] == ["error", "hint"], lines
    assert lines[0].endswith((".", ":")), lines
    return " ".join(lines)


def test_a_file_that_is_no_database(offline: Shell) -> None:
    offline.db.write_text("this is a text, not a database; " * 40, "utf-8")
    for words in (("queue", "status"), ("queue", "flush"), ("jobs", "list"), ("cost", "report")):
        assert "not an SQLite database" in one_sentence(offline, *words)
    assert offline.db.read_text("utf-8").startswith("this is a text")


def test_a_damaged_database(shell: Shell) -> None:
    shell.embed(50)
    with contextlib.closing(sqlite3.connect(shell.db)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with shell.db.open("r+b") as file:
        file.seek(size)
        file.write(b"\xff" * (size * 4))
    assert "damaged" in one_sentence(shell, "queue", "status", process=True)


def test_a_missing_database(offline: Shell) -> None:
    for words in (("queue", "status"), ("queue", "flush"), ("queue", "sync"), ("worker", "run-once"), ("jobs", "list")):
        assert "halfrate ingest" in one_sentence(offline, *words)
    assert not offline.db.exists()


def test_a_folder_in_place_of_the_database(offline: Shell) -> None:
    offline.db.mkdir()
    for words in (("queue", "flush"), ("queue", "status")):
        assert "is a folder" in one_sentence(offline, *words)


def test_a_place_that_cannot_be_written(offline: Shell) -> None:
    source = offline.folder / "text.txt"
    source.write_text("a text", "utf-8")
    one_sentence(offline, "ingest", source, "--db", "/proc/halfrate.db")


def obeying_permissions() -> list[str]:
    """What stands before a command so that permissions hold for it: nothing, but root is freed from none of them."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root obeys no permissions, and setpriv is not here to change that")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_read_only_file_can_be_read_and_says_when_it_cannot_be_written(shell: Shell) -> None:
    shell.embed(1)
    shell.fill(["waits"], "more.txt")
    folder = shell.folder / "read-only"
    folder.mkdir()
    shutil.copy(shell.db, folder / "halfrate.db")
    with contextlib.closing(sqlite3.connect(folder / "halfrate.db")) as db:
        db.execute("PRAGMA journal_mode=DELETE")
    before = (folder / "halfrate.db").read_bytes()
    (folder / "halfrate.db").chmod(0o444)
    folder.chmod(0o555)
    shell.environ["HALFRATE_DB"] = str(folder / "halfrate.db")
    try:
        status = shell.process_of([*obeying_permissions(), *shell.command("queue", "status")])
        assert "ready" in status.stdout
        flush = shell.process_of([*obeying_permissions(), *shell.command("queue", "flush")], code=1)
        assert "cannot be" in flush.stderr
        assert "hint: Check the permissions" in flush.stderr
    finally:
        folder.chmod(0o755)
    assert (folder / "halfrate.db").read_bytes() == before


def test_a_database_that_another_process_has_locked(shell: Shell) -> None:
    """An earlier writer without write-ahead logging keeps even readers out."""
    shell.fill(["one"])
    with contextlib.closing(sqlite3.connect(shell.db, isolation_level=None)) as holder:
        holder.execute("PRAGMA journal_mode=DELETE")
        holder.execute("BEGIN EXCLUSIVE")
        assert "locked" in one_sentence(shell, "queue", "status")
    shell.call("queue", "status")


def test_a_database_of_a_newer_version(shell: Shell) -> None:
    shell.embed(1)
    with contextlib.closing(sqlite3.connect(shell.db)) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('halfrate', 'm999_new', '')"
        )
    for words in (("queue", "status"), ("queue", "flush")):
        assert "newer" in one_sentence(shell, *words)


def test_a_database_of_an_earlier_generation_is_upgraded_after_a_copy(shell: Shell) -> None:
    with contextlib.closing(sqlite3.connect(shell.db)) as db, db:
        db.execute(
            'CREATE TABLE "documents" ("id" INTEGER NOT NULL PRIMARY KEY, "content" TEXT NOT NULL, "metadata" TEXT NOT'
            ' NULL, "media_type" TEXT NOT NULL, "created_at" DATETIME NOT NULL)'
        )
        db.execute(
            'CREATE TABLE "chunks" ("id" INTEGER NOT NULL PRIMARY KEY, "document_id" INTEGER NOT NULL, "chunk_index"'
            ' INTEGER NOT NULL, "content" TEXT NOT NULL, "chunk_type" TEXT NOT NULL, "language" TEXT, "metadata" TEXT'
            ' NOT NULL, "created_at" DATETIME NOT NULL)'
        )
        db.execute("INSERT INTO documents VALUES (1, 'a', '{}', 'text/plain', '2026-01-01 00:00:00.000000')")
        db.execute("INSERT INTO chunks VALUES (1, 1, 0, 'a', 'text', NULL, '{}', '2026-01-01 00:00:00.000000')")
    result = shell.call("queue", "status", "--json")
    assert '"ready": 1' in result.stdout
    assert "a copy from before is" in result.stderr
    assert shell.call("queue", "status").stderr == ""


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[profile\n", "not TOML"),
        ("[profile]\ndimensions = 16\n", "dimensions"),
        ("[profile]\ndimension = 'many'\n", "dimension"),
        ("[profile]\ndimension = 0\n", "dimension"),
        ("[profile]\ntask_type = 'POETRY'\n", "RETRIEVAL_DOCUMENT"),
        ("[limits]\ntier = 9\n", "tier"),
        ("[budget]\nmonth = 'much'\n", "month"),
        ("[keys]\nbatch = 'AIzaSyThisIsAKeyAndNoReference-0123456789'\n", "env:NAME"),
    ],
)
def test_settings_that_cannot_be_used(shell: Shell, text: str, named: str) -> None:
    shell.fill(["one"])
    Path(shell.environ["HALFRATE_CONFIG"]).write_text(text, "utf-8")
    said = one_sentence(shell, "queue", "flush")
    assert named in said
    assert "AIzaSy" not in said


def test_a_settings_file_that_is_missing_or_no_text(offline: Shell) -> None:
    assert "nowhere.toml" in one_sentence(offline, "queue", "status", "--config", offline.folder / "nowhere.toml")
    binary = offline.folder / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in one_sentence(offline, "queue", "status", "--config", binary)
    assert "cannot be read" in one_sentence(offline, "queue", "status", "--config", offline.folder)


def test_a_missing_batch_key_refuses_before_anything_is_claimed(shell: Shell) -> None:
    shell.fill(["one"])
    del shell.environ["GEMINI_BATCH_API_KEY"]
    said = one_sentence(shell, "queue", "flush", code=5)
    assert "GEMINI_BATCH_API_KEY" in said
    assert shell.json("queue", "status")["chunks"]["pending"] == 1


def test_a_wrong_key_is_an_account_problem(shell: Shell) -> None:
    shell.fill(["one"])
    shell.environ["GEMINI_BATCH_API_KEY"] = "an-invalid-key-that-nobody-may-see-9999"
    done = shell.process("queue", "flush", code=5)
    assert "an-invalid-key" not in done.stderr + done.stdout
    assert shell.json("queue", "status")["chunks"]["failed"] == 0


def test_a_key_file_that_is_missing(shell: Shell) -> None:
    shell.fill(["one"])
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text("[keys]\nbatch = 'file:/nowhere/key'\n", "utf-8")
    assert "/nowhere/key" in one_sentence(shell, "queue", "flush", code=5)


def test_no_network_keeps_everything_where_it_was(offline: Shell) -> None:
    offline.fill(["one"])
    done = offline.process("queue", "flush", code=1)
    assert "cannot be reached" in done.stderr or "refused" in done.stderr
    assert "hint: " in done.stderr
    assert offline.json("queue", "status")["jobs"]["uncertain"] == 0


class _Pages(http.server.BaseHTTPRequestHandler):
    """A web server that knows nothing of Gemini."""

    def do_GET(self) -> None:
        page = b"<!doctype html><html><body>Welcome to the router</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def web_server() -> Iterator[str]:
    """The address of a server that answers HTML to everything."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_base_url_that_answers_html(offline: Shell, web_server: str) -> None:
    offline.fill(["one"])
    offline.environ["GOOGLE_GEMINI_BASE_URL"] = web_server
    said = one_sentence(offline, "queue", "flush")
    assert "GOOGLE_GEMINI_BASE_URL" in said
    assert "Welcome" not in said
    assert offline.json("queue", "status")["chunks"]["total"] == 1


def test_a_page_in_place_of_the_creations_answer_leaves_the_job_uncertain(
    shell: Shell, misbehave: Misbehave, emulator: EmulatorServer
) -> None:
    misbehave(calls=(CallRule(on="create", do="html", status=200, effect=True),))
    shell.fill(["one"])
    one_sentence(shell, "queue", "flush")
    assert shell.json("queue", "status")["jobs"]["uncertain"] == 1
    shell.call("queue", "sync")
    shell.call("queue", "sync")
    assert len(emulator.jobs()) == 1
    assert shell.json("queue", "status")["chunks"]["ready"] == 1


def test_a_base_url_that_is_none(shell: Shell) -> None:
    shell.fill(["one"])
    shell.environ["GOOGLE_GEMINI_BASE_URL"] = "not a url"
    one_sentence(shell, "queue", "flush")
