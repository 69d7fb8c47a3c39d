"""The states in which the first version left files, and how each came about; run by `make_first_version.py` only."""

# mypy: ignore-errors
# It is checked against the engine of another commit.

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.emulator import CallRule, JobRule, RowRule, Scenario
from engine.errors import HalfrateError
from engine.ingest import ingest_paths
from engine.settings import Retry

TEXTS = [f"Text number {number}, which waits to be embedded" for number in range(12)]
EQUAL = ["A notice that stands on every page", "Another notice of the kind"]
LOST_ANSWER = CallRule(on="create", do="cut", effect=True)
LOST_REQUEST = CallRule(on="create", do="cut", effect=False)
HOUR = 3600.0


@dataclass
class State:
    """What a fixture holds, how it is built, and with what its world is made."""

    sentence: str
    build: Callable
    options: dict = field(default_factory=dict)


STATES: dict[str, State] = {}


def state(sentence: str, **options):
    """Names a state after the function that builds it."""

    def named(build):
        STATES[build.__name__] = State(sentence, build, options)
        return build

    return named


def known_batch(making) -> None:
    """A batch that is settled: listings that show it are healthy."""
    making.fill(["a text that was embedded before"])
    making.flush()
    making.sync()


def vector_source(making, document: int, place: int, text: str, source: str, status: str = "PENDING") -> None:
    """A chunk as a generation 5 writer inserts it: no hash, the text to embed in the metadata."""
    making.older_writer(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, embedding_status,"
        " batch_job_id, error_message, created_at) VALUES (?, ?, ?, 'text', NULL, ?, ?, NULL, ?,"
        " '2026-11-24 11:30:00.000000')",
        document,
        place,
        text,
        json.dumps({"_vector_source": source} if status == "PENDING" else {}),
        status,
        "400 the older writer's words" if status == "FAILED" else None,
    )


@state("A file just made, nothing in it.")
def empty(making) -> None:
    making.at_noon()


@state("Chunks that wait, equal texts and an older writer's among them, that back off, and that FAILED of many causes.")
def waiting(making) -> None:
    failures = {
        "too long": RowRule(do="error", contains="too long", code=3, message="The text is too long: 9000 tokens."),
        "empty": RowRule(do="error", contains="empty", code=3, message="* content: the text is empty"),
        "invalid": RowRule(do="error", contains="invalid", code=3, message="Request contains an invalid argument."),
        "policy": RowRule(do="error", contains="policy", code=9, message="Blocked by safety policy."),
        "short": RowRule(do="wrong_dimension", contains="short"),
        "exhausted": RowRule(do="error", contains="exhausted", code=8, message="Resource has been exhausted."),
        "internal": RowRule(do="error", contains="internal", code=13),
        "unavailable": RowRule(do="error", contains="unavailable", code=14, message="Unavailable."),
        "deadline": RowRule(do="error", contains="deadline", code=4, message="Deadline exceeded."),
        "zeros": RowRule(do="zero", contains="zeros"),
        "dropped": RowRule(do="drop", contains="dropped"),
    }
    making.misbehave(Scenario(rows=tuple(failures.values())))
    making.configure(retry=Retry(attempts=1))
    making.fill([f"a text that is {word}" for word in failures] + ["a good text", EQUAL[0]])
    making.flush()
    making.sync()
    making.configure(retry=Retry(attempts=3, base_seconds=3600.0))
    making.at_noon(600)
    making.fill(["internal: it backs off", "unavailable: it backs off", "dropped, and looked for again", "good again"])
    making.flush()
    making.sync()
    making.misbehave()
    making.at_noon()
    making.fill([*EQUAL, TEXTS[0], TEXTS[1], *EQUAL, EQUAL[0]])
    making.fill([EQUAL[0], TEXTS[0], TEXTS[2]], context="A title > A section")
    document = 4
    vector_source(making, document, 10, TEXTS[3], f"A title\n\n{TEXTS[3]}")
    vector_source(making, document, 11, EQUAL[0], EQUAL[0])
    vector_source(making, document, 12, "never embedded", "", "FAILED")
    vector_source(making, document, 13, "embedded by the older writer", "", "READY")


@state("A job PLANNED: the process died when its requests were written and not recorded; the part lies on the disk.")
def planned(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.at_noon()
    making.killed("flush", "step", "spool", 1)


@state("A job SPOOLED: the process died before the upload.")
def spooled(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.at_noon()
    making.killed("flush", "step", "upload", 0)


@state("A job UPLOADED: the process died before it noted that it would submit.")
def uploaded(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.at_noon()
    making.killed("flush", "step", "submit", 0)


@state("A job UPLOADED that Google refused with a 429 and that waits for its time; others wait behind it.")
def uploaded_refused(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.at_noon()
    making.misbehave(Scenario(calls=(CallRule(on="create", do="error", status=429, message="Resource exhausted."),)))
    making.flush()
    making.fill(EQUAL)


@state("A job UPLOADED more than 40 hours ago: its upload at Google is about to expire.", hours=44.0)
def uploaded_long_ago(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.killed("flush", "step", "submit", 0)
    making.at_noon()


@state("A job SUBMITTING: the process died while the POST was under way, and Google carried it out.")
def submitting(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.at_noon()
    making.misbehave(Scenario(calls=(CallRule(on="create", do="delay", effect=True, seconds=1.5),)))
    making.killed_in_the_post(carried_out=True)


@state("A job SUBMITTING: the process died while the POST was under way, and Google never carried it out.")
def submitting_in_vain(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.at_noon()
    making.misbehave(Scenario(calls=(CallRule(on="create", do="delay", effect=False, seconds=1.5),)))
    making.killed_in_the_post(carried_out=False)


@state("A job UNCERTAIN whose batch exists at Google.")
def uncertain(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.misbehave(Scenario(calls=(LOST_ANSWER,)))
    making.at_noon()
    making.flush()


@state("A job UNCERTAIN of which Google knows nothing: absent from one healthy listing so far.")
def uncertain_in_vain(making) -> None:
    known_batch(making)
    making.fill(TEXTS)
    making.misbehave(Scenario(calls=(LOST_REQUEST,)))
    making.at_noon(60)
    making.flush()
    making.at_noon()
    making.sync()


@state("A job SUBMITTED.", latency=HOUR)
def submitted(making) -> None:
    making.fill([*TEXTS, *EQUAL, *EQUAL])
    making.at_noon()
    making.flush()


@state("A job PROCESSING, asked about 40 minutes after its submission.", latency=HOUR)
def processing(making) -> None:
    making.fill(TEXTS)
    making.at_noon(40 * 60)
    making.flush()
    making.at_noon()
    making.sync()


def ingest(making, paths, mode: str = "async", **settings):
    """Takes files in as the command does, without waiting for the pace."""
    tables = making.world.settings
    if settings:
        making.configure(**settings)
    try:
        return ingest_paths(
            making.world.db,
            paths,
            mode=mode,
            settings=making.world.settings,
            clock=making.clock,
            gemini=making.world.gemini if mode == "sync" else None,
            keyring=making.world.workspace.keyring(),
            sleep=lambda _: None,
        )
    except HalfrateError as error:
        return error
    finally:
        making.configure(limits=tables.limits, chunking=tables.chunking)


@state("Two jobs whose chunks were edited, deleted, edited back and embedded otherwise on the way.", latency=HOUR)
def edited(making) -> None:
    Path("notes.md").write_text("# Notes\n\n## One\n\nThe first part of the notes.\n\n## Two\n\nThe second part.\n")
    ingest(making, ["notes.md"])
    ids = making.fill([*TEXTS, *EQUAL, *EQUAL])
    vector_source(making, 2, 100, "the older writer's text", "A title\n\nthe older writer's text")
    vector_source(making, 2, 101, "the older writer's second text", "A title\n\nthe older writer's second text")
    making.at_noon(1200)
    making.flush()
    other = making.fill(["a text of the second job", "another text of the second job"])
    making.flush()
    change = "UPDATE chunks SET content = ? WHERE id = ?"
    making.older_writer(change, "Changed by a writer that knows no hashes", ids[0])
    making.older_writer(change, "Changed once", ids[1])
    making.older_writer(change, "Changed twice", ids[1])
    making.older_writer(change, "Changed and changed back", ids[2])
    making.older_writer(change, TEXTS[2], ids[2])
    making.older_writer("DELETE FROM chunks WHERE id = ?", ids[3])
    making.older_writer(change, "Changed, then deleted", ids[4])
    making.older_writer("DELETE FROM chunks WHERE id = ?", ids[4])
    making.older_writer("UPDATE chunks SET metadata = '{\"seen\": true}' WHERE id = ?", ids[5])
    making.older_writer(
        "UPDATE chunks SET embedding_status = 'READY', metadata = '{}', batch_job_id = NULL WHERE id = ?", ids[6]
    )
    source = json.dumps({"_vector_source": "Another title\n\nthe older writer's text"})
    making.older_writer("UPDATE chunks SET metadata = ? WHERE chunk_index = 100", source)
    making.older_writer("DELETE FROM chunks WHERE id = ?", other[0])
    making.at_noon()
    Path("notes.md").write_text("# Notes\n\n## One\n\nThe first part, written anew.\n\n## Two\n\nThe second part.\n")
    ingest(making, ["notes.md"])


@state("A job FETCHED, its results on the disk, nothing settled: the process died in the first slice.")
def fetched(making) -> None:
    making.configure(settle_slice=5)
    making.fill(TEXTS)
    making.at_noon()
    making.flush()
    making.killed("sync", "sql", "UPDATE chunks SET embedding_status = 'READY'", 1)


SPOILED_ROWS = (
    RowRule(do="error", contains="refused", code=3, message="Request contains an invalid argument."),
    RowRule(do="error", contains="passing", code=14, message="Unavailable."),
    RowRule(do="zero", contains="zeros"),
    RowRule(do="repeat", contains="twice"),
    RowRule(do="drop", contains="dropped"),
    RowRule(do="unknown_key", contains="unknown key"),
    RowRule(do="not_json", contains="no JSON"),
)
SPOILED_TEXTS = [
    f"{word}: a text number {number}"
    for number in range(3)
    for word in (
        "good",
        "refused",
        "passing",
        "zeros",
        "twice",
        "good too",
        "dropped",
        "unknown key",
        "no JSON",
        "fine",
    )
]


def half_settle(making, bytes_settled: int = 3_000) -> None:
    """A job of SPOILED_TEXTS whose chunks are changed on the way, settled until its process dies."""
    making.misbehave(Scenario(rows=SPOILED_ROWS))
    ids = making.fill(SPOILED_TEXTS)
    making.flush()
    change = "UPDATE chunks SET content = ? WHERE id = ?"
    making.older_writer(change, "good: changed early in the file", ids[0])
    making.older_writer(change, "twice: changed", ids[4])
    making.older_writer("DELETE FROM chunks WHERE id = ?", ids[9])
    making.older_writer(change, "good: changed late in the file", ids[20])
    making.older_writer(change, "twice: changed late in the file", ids[24])
    making.older_writer("DELETE FROM chunks WHERE id = ?", ids[29])
    making.killed("sync", "step", "settle", bytes_settled)
    making.misbehave()


@state("A job FETCHED and half settled: READY, failed, returned, superseded rows; the process died between slices.")
def half_settled(making) -> None:
    making.configure(settle_slice=6)
    making.at_noon()
    half_settle(making)


@state("A job COMPLETED.")
def completed(making) -> None:
    making.fill([*TEXTS, *EQUAL, *EQUAL])
    making.flush()
    making.pass_time(minutes=10)
    making.sync()
    making.at_noon()


@state("A job COMPLETED_WITH_ERRORS: some rows refused, returned, repeated, missing and unreadable.")
def completed_with_errors(making) -> None:
    making.misbehave(Scenario(rows=SPOILED_ROWS))
    making.fill(SPOILED_TEXTS)
    making.flush()
    making.at_noon()
    making.sync()


@state("A job FAILED at Google; its chunks back off.")
def failed(making) -> None:
    making.misbehave(Scenario(jobs=(JobRule(do="fail", code=13, message="An internal error has occurred."),)))
    making.fill(TEXTS)
    making.flush()
    making.at_noon()
    making.sync()


@state("Two jobs CANCELLED: one taken back before it was sent, one cancelled at Google.", latency=HOUR)
def cancelled(making) -> None:
    making.fill(TEXTS)
    making.killed("flush", "step", "upload", 0)
    making.world.manager.cancel(making.world.jobs[-1].id)
    making.flush()
    making.world.manager.cancel(making.world.jobs[-1].id)
    making.at_noon()
    making.sync()


@state("A job SUBMITTED whose cancellation was asked for; Google has not answered to it.", latency=HOUR)
def cancelling(making) -> None:
    making.misbehave(Scenario(cancel_lag=10 * HOUR))
    making.fill(TEXTS)
    making.at_noon()
    making.flush()
    making.world.manager.cancel(making.world.jobs[-1].id)


@state("A job EXPIRED at Google; its chunks wait again.")
def expired(making) -> None:
    making.misbehave(Scenario(jobs=(JobRule(do="expire"),)))
    making.fill(TEXTS)
    making.flush()
    making.at_noon()
    making.sync()
