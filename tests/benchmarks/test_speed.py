"""How fast the work is, beside references that are not our own code; `pytest -m benchmark -s tests/benchmarks`.

Runs alternate, medians are compared, and the load stands beside them; CPU time says more than the clock on a machine
that others use too. HALFRATE_BENCHMARK_ROWS sets the rows (20,000), HALFRATE_BENCHMARK_MANY the large size (100,000;
1,000,000 takes an hour and 15 GB).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import msgspec
import pytest

from engine.domain.jobs import BatchJob
from engine.ingest import ingest_paths
from engine.life.claim import claim_next
from engine.life.overview import overview
from engine.life.planning import look_ahead
from engine.life.spool import spool
from engine.settings import Limits, Settings
from engine.store import failures, jobs, pages
from engine.store.db import Db
from engine.store.sqlite.connection import open_database
from tests.benchmarks import references, settling
from tests.benchmarks.references import text_of
from tests.benchmarks.settling import NOW, SETTINGS, UNLIMITED
from tests.field.million import first_version_file

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(4 * 3600)]

ROWS = int(os.environ.get("HALFRATE_BENCHMARK_ROWS", "20000"))
MANY = int(os.environ.get("HALFRATE_BENCHMARK_MANY", "100000"))
FEW = 10_000
TURNS = 3
ORIGIN = "the origin's way"
LONG_TEXT = 100_000
"""Chunks of the document that is replaced."""

Ready = Callable[[], Callable[[], object]]
"""Makes something ready and returns what is then timed."""
FINDINGS: list[tuple[str, str, str]] = []
"""What was measured, what it should be, what it is."""


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    """Prints everything at the end."""
    yield
    print(f"\n{'':62}{'aim':>16}{'result':>16}   load {os.getloadavg()[0]:.1f}")
    for name, aim, result in FINDINGS:
        print(f"{name:62}{aim:>16}{result:>16}")


def note(name: str, result: str, aim: str = "") -> None:
    """Takes a line of the table."""
    FINDINGS.append((name, aim, result))


def medians(work: Mapping[str, Ready], repeat: int = TURNS) -> dict[str, tuple[float, float]]:
    """Seconds by the clock and by the processor that each kind of work takes; the outer call makes it ready."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in work}
    for _ in range(repeat):
        for name, ready in work.items():
            run = ready()
            os.sync()
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            taken[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {name: (median(wall for wall, _ in each), median(cpu for _, cpu in each)) for name, each in taken.items()}


def copied(folder: Path) -> Path:
    """A fresh copy of a folder: nothing is settled twice."""
    target = folder.with_name("copy")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return target


def speeds(title: str, rows: int, took: dict[str, tuple[float, float]]) -> None:
    """A line for each kind of work."""
    for name, (wall, cpu) in took.items():
        note(f"{title}: {name}", f"{rows / wall:,.0f}/s", f"cpu {1e6 * cpu / rows:,.0f} us")


@pytest.mark.parametrize("rows", sorted({ROWS, MANY}))
def test_settle(tmp_path: Path, rows: int) -> None:
    ordered, shuffled, plain = tmp_path / "ordered", tmp_path / "shuffled", tmp_path / "plain"
    for folder in (ordered, shuffled, plain):
        folder.mkdir()
    order = random.Random(3).sample(range(rows), rows)  # noqa: S311 - the same order each time
    settling.fetched(ordered / "h.db", rows)
    settling.fetched(shuffled / "h.db", rows, order)
    references.fill(plain / "h.db", rows)
    results = next((ordered / "h.db.jobs").glob("*.results.jsonl"))
    vector = bytes(4 * references.DIMENSION)
    work: dict[str, Ready] = {
        "in order": lambda: partial(settling.settle_once, copied(ordered) / "h.db"),
        "parse only": lambda: partial(references.parse_only, results),
        "write only": lambda: partial(references.write_only, copied(plain) / "h.db", range(1, rows + 1), vector),
        "in another order": lambda: partial(settling.settle_once, copied(shuffled) / "h.db"),
    }
    if rows <= ROWS:
        work[ORIGIN] = lambda: partial(references.origins_way, copied(plain) / "h.db", results)
    took = medians(work, TURNS if rows <= ROWS else 1)
    title = f"settle {rows:,}"
    speeds(title, rows, took)
    wall = {name: seconds for name, (seconds, _) in took.items()}
    slower = max(wall["parse only"], wall["write only"])
    note(f"{title}: of the slower of parse only and write only", f"{slower / wall['in order']:.2f}", ">= 0.7")
    note(f"{title}: in another order, of that in order", f"{wall['in order'] / wall['in another order']:.2f}", ">= 0.7")
    if ORIGIN in wall:
        note(
            f"{title}: against the origin's way",
            f"{wall[ORIGIN] / wall['in order']:.1f}",
            ">= 5",
        )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_the_peak_of_memory(tmp_path: Path) -> None:
    peaks = {}
    for rows in (ROWS, MANY):
        settling.fetched(tmp_path / f"{rows}.db", rows)
        command = [sys.executable, "-m", "tests.benchmarks.settling", str(tmp_path / f"{rows}.db")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks[rows] = int(done.stdout)
        note(f"settle {rows:,}: peak memory", f"{peaks[rows]} MB", "< 200 MB")
    note(f"peak memory, {MANY:,} against {ROWS:,}", f"{peaks[MANY] / peaks[ROWS]:.2f}", "<= 1.2")


def test_claim_and_spool(tmp_path: Path) -> None:
    (tmp_path / "waiting").mkdir()
    settling.waiting(tmp_path / "waiting" / "h.db", MANY)
    taken: dict[str, list[float]] = {"claim": [], "spool": []}
    for _ in range(TURNS):
        with closing(open_database(copied(tmp_path / "waiting") / "h.db").db) as db:
            op = settling.operation(db)
            start = time.perf_counter()
            job = claim_next(op, 1)
            taken["claim"].append(time.perf_counter() - start)
            assert isinstance(job, BatchJob)
            start = time.perf_counter()
            spool(op, job)
            taken["spool"].append(time.perf_counter() - start)
    claim, spooled = median(taken["claim"]), median(taken["spool"])
    note(f"claim {MANY:,}", f"{MANY / claim:,.0f}/s")
    note(f"spool {MANY:,}", f"{MANY / spooled:,.0f}/s")
    note("claim and spool, before the network", f"{MANY / (claim + spooled):,.0f}/s", ">= 100,000/s")


def queue_of(path: Path, texts: int) -> None:
    """A database in which so many texts wait, written as rows; the triggers count them."""
    with closing(open_database(path, create=True).db) as db, db.writing():
        connection = db.database.conn
        connection.execute(
            "INSERT INTO documents (content, metadata, media_type, created_at, source, title)"
            " WITH RECURSIVE n (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < ?)"
            f" SELECT '', '{{}}', 'text/plain', '{references.AT}', 'notes/' || x || '.md', 'Note ' || x FROM n",
            (max(texts // 100, 1),),
        )
        connection.execute(
            "INSERT INTO texts (id, hash, characters, latin, cyrillic, han, kana, digits, punctuation, spaces, others,"
            " words) WITH RECURSIVE n (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < ?)"
            " SELECT x, randomblob(16), 400 + x % 1000, 300 + x % 1000, 0, 0, 0, 5, 20, 75, 0, 80 FROM n",
            (texts,),
        )
        connection.execute(
            "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, embedding_status, created_at,"
            " embed_chars, text_id, failure_cause, failed_at) SELECT 1 + (id - 1) / 100 % ?, id, 'The text ' || id,"
            f" 'text', '{{}}', CASE WHEN id % 50 THEN 'PENDING' ELSE 'FAILED' END, '{references.AT}', characters, id,"
            " CASE WHEN id % 50 = 0 THEN 'missing' END, CASE WHEN id % 50 = 0 THEN '2026-11-24T10:00:00.000000Z' END"
            " FROM texts",
            (max(texts // 100, 1),),
        )


@contextmanager
def queues(tmp_path: Path) -> Iterator[tuple[Db, Db]]:
    """A short queue and one of a million texts, or of MANY where that is more."""
    for name, size in (("few", FEW), ("many", max(MANY, 1_000_000))):
        queue_of(tmp_path / f"{name}.db", size)
    with closing(open_database(tmp_path / "few.db").db) as few, closing(open_database(tmp_path / "many.db").db) as many:
        yield few, many


def milliseconds(work: Callable[[], object], repeat: int = 15) -> float:
    """The median of processor time: pages that are read are in the cache by then."""
    taken = []
    for _ in range(repeat):
        start = time.thread_time()
        work()
        taken.append(time.thread_time() - start)
    return 1000 * median(taken)


def test_a_queue_of_a_million(tmp_path: Path) -> None:
    allowances = {"tier 1": Limits(), "tier 3": Limits(tier=3), "without a limit": Limits(enqueued_tokens=UNLIMITED)}
    with queues(tmp_path) as (few, many):
        for name, limits in allowances.items():
            settings = Settings(limits=limits)
            took = milliseconds(partial(look_ahead, many, settings, NOW))
            note(f"plan at a million, {name}", f"{took:.1f} ms", "<= 10 ms")
        took, short = (milliseconds(partial(overview, db, Settings(), NOW)) for db in (many, few))
        note("overview at a million", f"{took:.2f} ms")
        note(f"overview at a million against {FEW:,}", f"{took / short:.2f}", "<= 1.5")
        screens: dict[str, Callable[[], object]] = {
            "documents": lambda: pages.list_documents(many, limit=100),
            "documents, a filter": lambda: pages.list_documents(many, limit=100, filter="Note 99"),
            "documents, nothing found": lambda: pages.list_documents(many, limit=100, filter="absent"),
            "documents counted": lambda: pages.count_documents(many),
            "chunks of a document": lambda: list(pages.read_chunks(many, 1)),
            "failed chunks": lambda: failures.failed_page(many),
            "failed chunks of a cause": lambda: failures.failed_page(many, cause="missing"),
            "failed chunks, nothing found": lambda: failures.failed_page(many, words="absent"),
            "failed chunks that contain a word, counted": lambda: failures.count_failed(many, "missing", words="text"),
            "causes": lambda: list(failures.failure_causes(many)),
            "jobs": lambda: jobs.page(many),
        }
        for name, screen in screens.items():
            note(f"page at a million: {name}", f"{milliseconds(screen, 5):.1f} ms", "<= 100 ms")


UPGRADE = """
import sys, time
from pathlib import Path
from engine.store.sqlite.connection import open_database
start = time.perf_counter()
open_database(Path(sys.argv[1])).db.close()
took = time.perf_counter() - start
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(took, int(status["VmHWM"].split()[0]) // 1024, time.process_time())
"""


def test_the_upgrade_of_a_file_of_the_first_version(tmp_path: Path) -> None:
    peaks = {}
    for chunks in (MANY // 5, MANY):
        path = tmp_path / f"{chunks}.db"
        first_version_file(path, chunks)
        done = subprocess.run([sys.executable, "-c", UPGRADE, str(path)], capture_output=True, text=True, check=True)
        took, peaks[chunks], cpu = done.stdout.split()
        note(f"upgrade of {chunks:,} chunks with backup", f"{float(took):.1f} s", f"cpu {float(cpu):.1f} s")
        note(f"upgrade of {chunks:,} chunks: peak memory", f"{peaks[chunks]} MB", "flat")
        for each in tmp_path.iterdir():
            each.unlink()


def test_ingest(tmp_path: Path) -> None:
    documents = [(f"notes/{n}", text_of(n)) for n in range(ROWS)]
    lines, folder = tmp_path / "x.jsonl", tmp_path / "files"
    lines.write_text("".join(json.dumps({"id": source, "text": text}) + "\n" for source, text in documents))
    for n, (_, text) in enumerate(documents):
        place = folder / f"{n // 500:03}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{n}.txt").write_text(text)
    took = medians(
        {
            "bare rows": lambda: partial(references.insert_documents, fresh(tmp_path), documents),
            "JSON lines": lambda: partial(ingest, fresh(tmp_path), lines),
            "small files": lambda: partial(ingest, fresh(tmp_path), folder),
        }
    )
    speeds(f"ingest {ROWS:,}", ROWS, took)
    for name in ("JSON lines", "small files"):
        note(f"ingest of {name} against bare rows", f"{took['bare rows'][0] / took[name][0]:.2f}", ">= 0.5")


def fresh(folder: Path) -> Path:
    """No database yet."""
    for each in folder.glob("fresh.db*"):
        each.unlink()
    return folder / "fresh.db"


def ingest(path: Path, source: Path) -> None:
    """Into a new database."""
    with closing(open_database(path, create=True).db) as db:
        report = ingest_paths(db, [source], settings=Settings(), clock=lambda: NOW)
        assert report.stored.chunks_added == ROWS


def test_replacing_a_large_document(tmp_path: Path) -> None:
    source = tmp_path / "large.txt"
    settings = msgspec.structs.replace(
        SETTINGS, chunking=msgspec.structs.replace(SETTINGS.chunking, max_characters=100)
    )
    with closing(open_database(tmp_path / "h.db", create=True).db) as db:
        for name, changed in (("stored", 0), ("replaced, one paragraph added at the top", 1)):
            paragraphs = [
                f"Paragraph {n} says that tea is steeped in hot water for three minutes." for n in range(LONG_TEXT)
            ]
            source.write_text("\n\n".join(["A new beginning."] * changed + paragraphs))
            start, cpu = time.perf_counter(), time.process_time()
            ingest_paths(db, [source], settings=settings, clock=lambda: NOW)
            took, cpu = time.perf_counter() - start, time.process_time() - cpu
            note(f"document of {LONG_TEXT:,} chunks {name}", f"{took:.1f} s, cpu {cpu:.1f}", "2 s" if changed else "")


def test_queue_status_as_a_process(tmp_path: Path) -> None:
    queue_of(tmp_path / "h.db", FEW)
    command = [
        str(Path(sys.executable).with_name("halfrate")),
        "--db",
        str(tmp_path / "h.db"),
        "queue",
        "status",
        "--json",
    ]
    took = []
    for _ in range(5):
        before = os.times()
        subprocess.run(command, check=True, capture_output=True)
        after = os.times()
        took.append(after.children_user + after.children_system - before.children_user - before.children_system)
    note("halfrate queue status --json, processor time", f"{median(took):.2f} s", "0.25 s")
