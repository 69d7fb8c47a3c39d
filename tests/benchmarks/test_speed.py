"""How fast the work is against references of the same run; run with `pytest -m benchmark -s`.

HALFRATE_BENCHMARK_ROWS sets the rows (20,000); HALFRATE_BENCHMARK_MILLION=1 adds the long ones.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import orjson
import pytest
from sqlite_utils import Database

from engine.domain.batches import BatchJob
from engine.domain.documents import content_hash, request_key
from engine.domain.keyring import GoogleKeyring
from engine.domain.pricing import PRICES
from engine.domain.vectors import Profile
from engine.flushing import _write_requests
from engine.gemini.jsonl import ResultSlice, read_results
from engine.operation import Operation
from engine.settings import Settings
from engine.settling import _ahead, _settle_slice
from engine.store import batches, leases, queue, vectors
from engine.store.connection import open_database, writing
from engine.store.overview import read_overview
from tests.store import field
from tests.store.conftest import NOW
from tests.store.test_queue import fill

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

ROWS = int(os.environ.get("HALFRATE_BENCHMARK_ROWS", "20000"))
PROFILE = Profile()
SLICE = 4000
JOB = "00000000-0000-4000-8000-000000000000"


def text_of(place: int) -> str:
    return f"This is text number {place} of the benchmark. " * 8


def make_job(path: Path, rows: int) -> Database:
    """A database whose chunks all wait."""
    db = open_database(path)
    field.add_document(db.conn)
    with writing(db):
        db.conn.executemany(
            "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, embedding_status,"
            " created_at, content_hash, embed_chars) VALUES (1, ?, ?, 'text', '{}', 'PENDING', ?, ?, ?)",
            (
                (place, text, field.AT, content_hash(text), len(text))
                for place, text in ((place, text_of(place)) for place in range(rows))
            ),
        )
    return db


def claim_all(db: Database) -> int:
    with writing(db, durable=True):
        price = PRICES[PROFILE.model]
        new = batches.NewJob(
            JOB, f"halfrate-{JOB}", PROFILE, "batch", "2222", price.batch, price.synchronous, price.label
        )
        batches.insert(db, new, NOW)
        return queue.claim(db, JOB, NOW, queue.measure(db, NOW, queue.JobSize(10**9, 10**13)))


def write_results(path: Path, rows: int) -> None:
    """A result file as Google writes it: vectors that are not of unit length."""
    chance = np.random.default_rng(1)
    with path.open("wb") as file:
        for place in range(rows):
            response = {
                "embedding": {"values": chance.standard_normal(PROFILE.dimension).astype(np.float32)},
                "usageMetadata": {"promptTokenCount": 70},
            }
            row = {"key": request_key(place + 1, content_hash(text_of(place))), "response": response}
            file.write(orjson.dumps(row, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n")


def operation(db: Database) -> Operation:
    """What settling is given, without a server to talk to."""
    with writing(db):
        epoch = leases.take(
            db, leases.ENGINE, holder="benchmark", operation="sync", pid=os.getpid(), host="here", now=NOW
        )
    return Operation(
        db=db,
        gemini=None,  # type: ignore[arg-type]
        settings=Settings(),
        keyring=lambda: GoogleKeyring("a-default-key", "a-batch-key"),
        clock=lambda: NOW,
        jitter=lambda: 0.0,
        actor="benchmark",
        name="sync",
        epoch=epoch,
    )


def settle(db: Database, results: Path) -> None:
    """Every slice as `halfrate queue sync` settles it."""
    op = operation(db)
    job: BatchJob = batches.get(db, JOB)
    for rows in _ahead(read_results(results, 0, PROFILE.dimension, slice_rows=SLICE)):
        job = _settle_slice(op, job, rows)
    assert job.ready == ROWS


def naive(db: Database, results: Path) -> None:
    """json + struct, a list in memory, insert_many by 1,000, then UPDATE ... WHERE id IN (...)."""
    found = []
    for line in results.read_text().splitlines():
        row = json.loads(line)
        values = row["response"]["embedding"]["values"]
        length = math.sqrt(sum(value * value for value in values))
        unit = struct.pack(f"<{len(values)}f", *[value / length for value in values])
        found.append({"chunk_id": int(row["key"].split("-")[0]), "profile_id": 1, "embedding": unit})
    db.table("vectors").insert_all(found, pk="chunk_id", batch_size=1000)
    ids = [row["chunk_id"] for row in found]
    for start in range(0, len(ids), 900):
        part = ids[start : start + 900]
        marks = ", ".join("?" * len(part))
        with writing(db):
            db.conn.execute(f"UPDATE chunks SET embedding_status = 'READY' WHERE id IN ({marks})", part)


def seconds(work: Callable[[], object], repeat: int = 1, clock: Callable[[], float] = time.perf_counter) -> float:
    """The shortest time some work took, by the wall unless told otherwise."""
    best = math.inf
    for _ in range(repeat):
        start = clock()
        work()
        best = min(best, clock() - start)
    return best


def table(title: str, rows: Iterable[tuple[str, str]]) -> None:
    print(f"\n{title}")
    for name, value in rows:
        print(f"  {name:44} {value:>18}")


@contextlib.contextmanager
def copy_of(path: Path) -> Iterator[Database]:
    """A fresh copy each time: nothing is settled twice."""
    target = path.with_name("copy.db")
    shutil.copy(path, target)
    with contextlib.closing(open_database(target)) as db:
        yield db
    for each in path.parent.glob("copy.db*"):
        each.unlink()


def test_settle(tmp_path: Path) -> None:
    source, results = tmp_path / "job.db", tmp_path / "results.jsonl"
    with contextlib.closing(make_job(source, ROWS)) as db:
        claim_all(db)
        with writing(db):
            vectors.profile_id(db, PROFILE)
    write_results(results, ROWS)
    taken: dict[str, list[float]] = {"settle": [], "parse only": [], "write only": [], "naive": []}
    slices: list[ResultSlice] = []
    for _ in range(3):
        with copy_of(source) as db:
            taken["settle"].append(seconds(partial(settle, db, results)))
        slices.clear()
        taken["parse only"].append(
            seconds(lambda: slices.extend(read_results(results, 0, PROFILE.dimension, slice_rows=SLICE)))
        )
        with copy_of(source) as db:
            taken["write only"].append(seconds(partial(write_slices, db, slices)))
        with copy_of(source) as db:
            taken["naive"].append(seconds(partial(naive, db, results)))
    best = {name: min(each) for name, each in taken.items()}
    slower = max(best["parse only"], best["write only"])
    table(
        f"settle {ROWS:,} vectors of {PROFILE.dimension} numbers",
        [(name, f"{ROWS / each:,.0f} vectors/s") for name, each in best.items()]
        + [
            ("settle against naive (at least 4)", f"{best['naive'] / best['settle']:.2f}"),
            ("settle against the slower of both (0.7)", f"{slower / best['settle']:.2f}"),
        ],
    )


def write_slices(db: Database, slices: Sequence[ResultSlice]) -> None:
    for rows in slices:
        with writing(db, durable=True):
            good = zip(rows.tokens, rows.chunk_ids, rows.hashes, strict=True)
            queue.mark_ready(db, JOB, list(good))
            pairs = zip(rows.chunk_ids, rows.vectors, strict=True)
            vectors.bulk_update_vectors(db, 1, list(pairs))


def test_flush_before_the_network(tmp_path: Path) -> None:
    with contextlib.closing(make_job(tmp_path / "job.db", ROWS)) as db:
        claimed = seconds(lambda: claim_all(db))
        op = operation(db)
        job = batches.get(db, JOB)
        spooled = seconds(lambda: _write_requests(op, job, tmp_path / "input.part"))
    table(
        f"flush {ROWS:,} chunks",
        [
            ("claim", f"{ROWS / claimed:,.0f} chunks/s"),
            ("spool", f"{ROWS / spooled:,.0f} chunks/s"),
            ("together (at least 100,000)", f"{ROWS / (claimed + spooled):,.0f} chunks/s"),
        ],
    )


def test_the_cost_of_the_counters(tmp_path: Path) -> None:
    source = tmp_path / "job.db"
    make_job(source, ROWS).conn.close()
    rows = []
    for name, statements in (("with", ()), ("without", ("DROP TRIGGER halfrate_chunk_moved",))):
        with copy_of(source) as db:
            for statement in statements:
                db.conn.execute(statement)
            claimed = seconds(partial(claim_all, db))
            marks = [(70, place + 1, content_hash(text_of(place))[:16]) for place in range(ROWS)]
            with writing(db):
                marked = seconds(partial(queue.mark_ready, db, JOB, marks))
        rows += [(f"claim {name} the trigger", f"{ROWS / claimed:,.0f} chunks/s")]
        rows += [(f"mark {name} the trigger", f"{ROWS / marked:,.0f} chunks/s")]
    table("counters kept by triggers", rows)


def test_the_growth_of_an_overview(tmp_path: Path) -> None:
    sizes = (10_000, 1_000_000)
    taken = []
    for size in sizes:
        with contextlib.closing(fill(tmp_path / f"{size}.db", size)) as db:
            taken.append(seconds(partial(read_overview, db, PROFILE, PRICES[PROFILE.model], NOW), 50))
    table(
        "an overview",
        [(f"{size:,} chunks", f"{each * 1e6:,.0f} us") for size, each in zip(sizes, taken, strict=True)]
        + [("ratio (at most 1.5)", f"{taken[1] / taken[0]:.2f}")],
    )


def test_the_upgrade_of_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    field.make_generation_5(path, chunks=200_000)
    took = seconds(lambda: open_database(path).conn.close())
    table("an upgrade with its backup", [("200,000 chunks", f"{took:.2f} s")])


def test_queue_status_as_a_process(tmp_path: Path) -> None:
    fill(tmp_path / "halfrate.db", 10_000).conn.close()
    command = [str(Path(sys.executable).with_name("halfrate")), "--db", str(tmp_path / "halfrate.db")]
    if not Path(command[0]).exists():
        command = [sys.executable, "-m", "tui", *command[1:]]
    run = [*command, "queue", "status", "--json"]
    took = seconds(lambda: subprocess.run(run, check=True, capture_output=True), 5)
    table("halfrate queue status --json", [("whole process (under 0.4 s)", f"{took:.2f} s")])


PEAK = """
import sys
from functools import partial
from pathlib import Path
import tests.benchmarks.test_speed as speed
speed.ROWS = int(sys.argv[3])
with speed.contextlib.closing(speed.open_database(Path(sys.argv[1]))) as db:
    speed.settle(db, Path(sys.argv[2]))
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
def test_the_peak_of_memory(tmp_path: Path) -> None:
    sizes = (20_000, 100_000, *((1_000_000,) if os.environ.get("HALFRATE_BENCHMARK_MILLION") else ()))
    rows = []
    for size in sizes:
        with contextlib.closing(make_job(tmp_path / f"{size}.db", size)) as db:
            claim_all(db)
        write_results(tmp_path / "results.jsonl", size)
        command = [sys.executable, "-c", PEAK, str(tmp_path / f"{size}.db"), str(tmp_path / "results.jsonl"), str(size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append((f"{size:,} vectors (under 200 MB)", f"{done.stdout.strip()} MB"))
        for each in tmp_path.iterdir():
            each.unlink()
    table("peak memory of settling", rows)
