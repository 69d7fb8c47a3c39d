"""What Google holds of the first version's jobs, and how an emulator that knows nothing of them is made to hold it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.emulator import EmulatorServer
from tests.emulator.wire_client import MODEL, Wire
from tests.field import FIRST_VERSION

BATCH_KEY = "batch-key-of-the-tests-2222"
"""The key that created every batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBatch:
    """A batch at Google."""

    name: str
    """`batches/...`: the job's `google_job_id`, unless its creation was never answered."""
    display_name: str
    upload: str
    """`files/...`: the input it was created with."""
    state: str
    """How it ends: SUCCEEDED, FAILED, CANCELLED, EXPIRED; RUNNING or PENDING if it does not, DELETED if it is gone."""
    settled: bool
    """Its results are in the file already."""
    results: bytes | None
    """The result file, with keys of the first version, when it ends with one and is not settled."""


@dataclass(frozen=True, slots=True)
class Held:
    """Uploads by name, and batches in the order in which they were created."""

    uploads: dict[str, bytes]
    batches: tuple[HeldBatch, ...]


def held(name: str) -> Held:
    """What Google holds of a fixture."""
    folder = FIRST_VERSION / f"{name}.google"
    entry = json.loads((FIRST_VERSION / "index.json").read_text("utf-8"))[name]
    uploads = {file: (folder / f"{file.removeprefix('files/')}.jsonl").read_bytes() for file in entry["uploads"]}
    batches = (HeldBatch(**batch, results=_results(folder, batch["name"])) for batch in entry["batches"])
    return Held(uploads, tuple(batches))


def _results(folder: Path, batch: str) -> bytes | None:
    path = folder / f"{batch.removeprefix('batches/')}.results.jsonl"
    return path.read_bytes() if path.exists() else None


def recreate(name: str, database: Path, server: EmulatorServer, key: str = BATCH_KEY) -> dict[str, str]:
    """Uploads a fixture's inputs and creates its batches over HTTP, and writes their new names into the restored file.

    Returns the new name of each upload and batch. Batches that failed, expired, were cancelled or are gone are left
    out; settled ones are there, so that listings show what the file knows. Whatever else went wrong with one (`short`,
    `unknown_state`, `no_results`, RUNNING for ever, spoiled rows) is a rule of the scenario that the server runs under
    while this is called.
    """
    wire, there = Wire(server, key), held(name)
    renamed = {
        old: str(wire.upload(data, displayName=old, mimeType="application/jsonl")["name"])
        for old, data in there.uploads.items()
    }
    for batch in there.batches:
        if batch.state in ("SUCCEEDED", "RUNNING", "PENDING"):
            body = {"displayName": batch.display_name, "inputConfig": {"fileName": renamed[batch.upload]}}
            reply = wire.post(f"/v1beta/{MODEL}:asyncBatchEmbedContent", {"batch": body})
            assert reply.status == 200, reply.body
            renamed[batch.name] = str(reply.json["name"])
    _rename(database, renamed)
    return renamed


def _rename(database: Path, renamed: dict[str, str]) -> None:
    """Everywhere that the first version writes such names."""
    with closing(sqlite3.connect(database)) as db, db:
        for pair in renamed.items():
            for column in ("google_job_id", "input_file", "output_file", "remote_json"):
                db.execute(f"UPDATE batch_jobs SET {column} = replace({column}, ?, ?)", pair)
            db.execute("UPDATE job_events SET note = replace(note, ?, ?)", pair)
