"""Makes the dumps in `first_version/` by running the first version itself. It is kept to say how they came to be.

It needs that version's `engine` and `tests` packages, which later commits have changed beyond recognition:

    git worktree add /tmp/first ca0d142
    cd /tmp/first && PYTHONPATH=. TZ=UTC PYTHONHASHSEED=0 python .../tests/field/make_first_version.py [NAME ...]

Each state of `first_version_states.py` and `first_version_histories.py` is a world of its own: the first version's
Workspace and BatchManager on a real file, its emulator behind real HTTP, one settable clock, dimension 16. Where a
process has to die, a child is killed with SIGKILL. What is written down is the file as it then stands, at noon of
2026-11-24, when the clock of tests starts; its `.jobs` folder; and what its Google holds: every upload and batch, and
of batches that are not settled the results they have or will have.

Three things are replaced, because they are of the machine and the minute that made them: the process, host and times of
leases, the times at which schema steps were applied, and the randomness of job ids, which is seeded. No other row is
written or changed by hand. Two runs differ at most in the words for a broken connection.
"""

# mypy: ignore-errors
# It is checked against the engine of another commit.

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

import engine
from engine.emulator import EmulatorServer
from engine.life.manager import BatchManager
from engine.settings import Chunking, Flush, Polling, ProfileTable, Retry, Settings
from engine.workspace import Workspace
from tests.conftest import KEYS, Clock, World  # the first version's

COMMIT = "ca0d142"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HERE = Path(__file__).resolve().parent
TARGET = HERE / "first_version"
FOLDER = Path("/tmp/first-version")  # noqa: S108
"""Where every world is made: it stands in the sources of ingested files."""
SEED = 20261124
"""Of names at Google: an emulator with its usual seed gives none of them again."""
DAY = 86_400
SETTLED = ("COMPLETED", "COMPLETED_WITH_ERRORS")


class Making:
    """A world in the making; it begins `hours` before noon and has to be left no later than at noon."""

    def __init__(self, name: str, folder: Path, *, hours: float = 2.0, older=None, **options) -> None:
        self._seeds = iter(range(1_000))
        self.name = name
        self.clock = Clock(NOON - timedelta(hours=hours))
        self.emulator = EmulatorServer(clock=self.clock.seconds, directory=folder, seed=SEED, **options).start()
        self.path = folder / "halfrate.db"
        if older is not None:
            older(self.path)
        self.tables = Settings(
            base_url=self.emulator.base_url,
            profile=ProfileTable(dimension=16),
            polling=Polling(timeout_seconds=5.0),
            retry=Retry(attempts=3, base_seconds=3600.0),
            flush=Flush(min_size=1),
            chunking=Chunking(max_characters=200),
        )
        self.inputs: dict[str, bytes] = {}
        self._seed()
        self.world = World(
            Workspace(self.path, self.tables, clock=self.clock, environ=KEYS), self.emulator, self.clock, KEYS
        )

    def close(self) -> None:
        """Ends the emulator and the connection."""
        self.world.close()
        self.emulator.stop()

    def _seed(self) -> int:
        seed = next(self._seeds)
        seeded(f"{self.name}/{seed}")
        return seed

    def configure(self, **tables) -> None:
        """Other settings from now on, in children too."""
        self.world.configure(**tables)
        self.tables = self.world.settings

    def fill(self, texts, context=None) -> list[int]:
        """A document whose chunks wait."""
        return self.world.fill(texts, context)

    def older_writer(self, statement: str, *values) -> None:
        """What a writer of an earlier generation does: a connection without foreign keys, its own columns only."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute(statement, values)

    def flush(self, *, force: bool = False):
        """Flushes here."""
        self._seed()
        report = self.world.manager.flush_queue(1, force)
        self.keep_inputs()
        return report

    def sync(self):
        """Syncs here."""
        self._seed()
        return self.world.manager.sync_status()

    def misbehave(self, scenario=None) -> None:
        """What the emulator does wrong from now on."""
        self.world.misbehave(scenario)

    def pass_time(self, **duration: float) -> None:
        """Moves the clock of engine and emulator."""
        self.clock.advance(timedelta(**duration).total_seconds())

    def at_noon(self, minus_seconds: float = 0.0) -> None:
        """Moves the clock to noon, or shortly before."""
        self.clock.now = NOON - timedelta(seconds=minus_seconds)

    def killed(self, action: str, kind: str, where: str, count: int) -> None:
        """A child flushes or syncs and kills itself with SIGKILL at a step or before a statement."""
        with self._child(action, kind, where, count) as process:
            assert process.wait(60) == -signal.SIGKILL, process.returncode
        self.keep_inputs()

    def killed_in_the_post(self, *, carried_out: bool) -> None:
        """A child flushes and is killed while its one POST is unanswered."""
        before = len(self.emulator.jobs())
        with self._child("flush", "never", "", 0) as process:
            while self.world.jobs[-1].status != "SUBMITTING" or len(self.emulator.jobs()) < before + carried_out:
                time.sleep(0.01)
            time.sleep(0.3)
            process.kill()
            process.wait()
        self.keep_inputs()
        time.sleep(1.5)  # the emulator answers, or gives up, a sender that is gone

    def _child(self, action: str, kind: str, where: str, count: int) -> subprocess.Popen:
        order = {
            "database": str(self.path),
            "settings": msgspec.json.encode(self.tables).decode(),
            "now": self.clock.now.isoformat(),
            "seed": f"{self.name}/{self._seed()}",
            "action": action,
            "kind": kind,
            "where": where,
            "count": count,
        }
        return subprocess.Popen([sys.executable, __file__, "--child", json.dumps(order)])

    def keep_inputs(self) -> None:
        """Google's uploads so far: a settled job's is deleted, and a new emulator may need it all the same."""
        for file in self.emulator.service.files.listing("emulator"):
            if not file.generated and file.name not in self.inputs:
                self.inputs[file.name] = file.path.read_bytes()


def seeded(seed: str) -> None:
    """Job ids come from a seed from now on."""
    source = random.Random(seed)  # noqa: S311
    uuid.uuid4 = lambda: uuid.UUID(int=source.getrandbits(128), version=4)


def child(order: dict) -> None:
    """One flush or sync that dies where it is told to; the engine is watched, nothing of it is replaced."""
    seeded(order["seed"])
    seen = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def watch(progress) -> None:
        reached = progress.step.startswith(order["where"]) and progress.done >= order["count"]
        if order["kind"] == "step" and reached:
            die()

    def statement(text: str) -> None:
        nonlocal seen
        seen += text.startswith(order["where"])
        if seen == order["count"]:
            die()

    now = datetime.fromisoformat(order["now"])
    settings = msgspec.json.decode(order["settings"], type=Settings)
    workspace = Workspace(Path(order["database"]), settings, clock=lambda: now, environ=KEYS)
    db, gemini = workspace.connect(), workspace.gemini()
    if order["kind"] == "sql":
        db.conn.set_trace_callback(statement)
    manager = BatchManager(
        db, gemini, settings, workspace.keyring, clock=lambda: now, jitter=lambda: 0.0, watch=watch, actor="worker"
    )
    manager.flush_queue(1) if order["action"] == "flush" else manager.sync_status()


def write(making: Making, sentence: str) -> dict:
    """Writes dump, job files and Google's files of a world; returns its entry in the index."""
    assert making.clock.now <= NOON, f"{making.name} ends at {making.clock.now}"
    tables, rows, rest = parts(making.path)
    if making.name == "empty":
        (TARGET / "tables.sql").write_text(tables)
        (TARGET / "indexes_and_triggers.sql").write_text(rest)
    same = (TARGET / "tables.sql").read_text() == tables and (TARGET / "indexes_and_triggers.sql").read_text() == rest
    (TARGET / f"{making.name}.sql").write_text(rows if same else tables + rows + rest, encoding="utf-8")
    jobs, google = TARGET / f"{making.name}.jobs", TARGET / f"{making.name}.google"
    if (source := Path(f"{making.path}.jobs")).is_dir() and any(source.iterdir()):
        shutil.copytree(source, jobs)
    making.keep_inputs()
    making.emulator.advance(DAY)
    making.emulator.service.settle()
    now = making.emulator.now()
    facts = {"sentence": sentence, "uploads": [], "batches": []}
    settled = {job.google_job_id for job in making.world.jobs if job.status in SETTLED}
    for name, data in making.inputs.items():
        google.mkdir(exist_ok=True)
        (google / f"{name.removeprefix('files/')}.jsonl").write_bytes(data)
        facts["uploads"].append(name)
    for job in making.emulator.service.batches.all():
        if job.results is not None and job.name not in settled:
            shutil.copyfile(job.results.path, google / f"{job.id}.results.jsonl")
        ending = "DELETED" if job.deleted else job.state(now)
        facts["batches"].append(
            {
                "name": job.name,
                "display_name": job.display_name,
                "upload": job.input_file,
                "state": ending,
                "settled": job.name in settled,
            }
        )
    return facts


def parts(path: Path) -> tuple[str, str, str]:
    """The file as SQL, with what is of this machine and minute replaced: tables, rows, indexes and triggers."""
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(":memory:")) as copy:
        live.backup(copy)
        copy.execute(
            "UPDATE leases SET pid = 999999, host = 'first.example', acquired_at = '2026-03-01T10:00:00.000000Z',"
            " beat_at = '2026-03-01T10:00:00.000000Z', expires_at = '2026-03-01T10:01:30.000000Z'"
        )
        copy.execute("UPDATE _sqlite_migrations SET applied_at = '2026-03-01 10:00:00.000000+00:00'")
        copy.commit()
        virtual = [*_take_virtual_tables(copy)]
        found: dict[str, list[str]] = {"tables": [], "rows": [], "rest": []}
        for statement in [*copy.iterdump()][1:-1]:
            schema = statement.startswith(("CREATE TABLE", 'INSERT INTO "_sqlite_migrations"'))
            kind = "tables" if schema else "rows" if statement.startswith("INSERT") else "rest"
            found[kind].append(statement + "\n")
        found["rest"] += virtual
        return "".join(found["tables"]), "".join(found["rows"]), "".join(found["rest"])


def _take_virtual_tables(db: sqlite3.Connection):
    """Removes virtual tables, which `iterdump` cannot write, and yields what makes them anew.

    The full-text index is built from its table again; chunks_vec, whose module is absent, is only named in the schema.
    """
    found = db.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'").fetchall()
    db.execute("PRAGMA writable_schema = ON")
    for name, sql in found:
        db.execute("DELETE FROM sqlite_master WHERE name = ?", (name,))
        if "fts5" in sql:
            db.execute("DELETE FROM sqlite_master WHERE type = 'table' AND name GLOB ?", (f"{name}_*",))
            yield f"{sql};\nINSERT INTO {name} ({name}) VALUES ('rebuild');\n"
        else:
            yield (
                "PRAGMA writable_schema = ON;\n"
                f"INSERT INTO sqlite_master VALUES ('table', '{name}', '{name}', 0, '{sql}');\n"
                "PRAGMA writable_schema = OFF;\n"
            )


def main(names: list[str]) -> None:
    import first_version_histories  # noqa: F401 - it names states too
    from first_version_states import STATES

    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    assert head.startswith(COMMIT), f"run this in a worktree of {COMMIT}, not of {head}"
    assert Path(engine.__file__).is_relative_to(Path.cwd()), engine.__file__
    TARGET.mkdir(exist_ok=True)
    known = TARGET / "index.json"
    facts = json.loads(known.read_text()) if known.exists() else {}
    for name in names or list(STATES):
        for left in TARGET.glob(f"{name}.*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir()
        os.chdir(FOLDER)
        making = Making(name, FOLDER, **STATES[name].options)
        try:
            STATES[name].build(making)
            facts[name] = write(making, STATES[name].sentence)
        finally:
            making.close()
            shutil.rmtree(FOLDER)
        print(name, flush=True)
    ordered = {name: facts[name] for name in STATES if name in facts}
    known.write_text(json.dumps(ordered, indent=1) + "\n")


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = str(Path.cwd())
    if sys.argv[1:2] == ["--child"]:
        child(json.loads(sys.argv[2]))
    else:
        main(sys.argv[1:])
