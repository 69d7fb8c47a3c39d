"""Spool: the requests of a job are written as JSONL, streaming, fsynced, with their digest. A crash costs nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.kinds import Kinds, kinds_of
from engine.domain.requests import Outcome
from engine.domain.texts import RequestKey, profile_hash, text_hash
from engine.gemini.request_lines import request_line
from engine.life.context import Operation
from engine.life.end import end
from engine.life.files import unwritable
from engine.life.look import stored_text
from engine.store import jobs, learned, queue, requests, texts
from engine.store.db import Db
from engine.store.requests import Held

TELL_ROWS = 2_000
WRITE_BUFFER = 1 << 20


@dataclass(slots=True)
class Spooled:
    """What was written for a job."""

    rows: int = 0
    characters: int = 0
    size: int = 0
    last: int = 0
    digest: str = ""
    counted: dict[int, Kinds] = field(default_factory=dict)
    """The kinds of texts that an earlier version named without counting them."""
    others: list[Held] = field(default_factory=list)
    """Claimed texts that no chunk holds any more: they are not sent."""

    def add(self, text: int, characters: int, size: int) -> None:
        """Counts one request."""
        self.rows, self.last = self.rows + 1, text
        self.characters, self.size = self.characters + characters, self.size + size


def spool(op: Operation, job: BatchJob) -> BatchJob:
    """Writes the requests; texts beyond the byte limit go back to the queue."""
    path = op.files.input(job.id)
    try:
        part = op.files.part(path)
        spooled = _write(op, job, part)
        with op.writing() as db:
            _give_back(db, job, spooled)
            if spooled.rows:
                op.files.keep(part, path)
                return _spooled(op, db, job, spooled)
    except OSError as error:
        with contextlib.suppress(OSError):
            op.files.discard(job.id)
        raise unwritable(f"The requests of job {job.short}", error) from error
    return end(op, job, JobStatus.CANCELLED, "nothing is left to send", unanswered=Outcome.LOST)


def _give_back(db: Db, job: BatchJob, spooled: Spooled) -> None:
    """What is not in the file is not a request: it waits again, as whatever it is now."""
    for held in spooled.others:
        queue.unname(db, held.text_id, job.id)
        requests.forget_one(db, job.submission, held.text_id)
    requests.forget(db, job.submission, after=spooled.last)
    queue.put_back(db, job.id, spooled.last)


def _spooled(op: Operation, db: Db, job: BatchJob, spooled: Spooled) -> BatchJob:
    texts.count(db, spooled.counted)
    if spooled.counted or spooled.characters != job.characters:
        weighed = learned.weigh(db, job.profile.model, job.submission)
        job = replace(job, estimated_tokens=weighed.tokens, most_tokens=weighed.most_tokens)
    return jobs.transition(
        db,
        job,
        JobStatus.SPOOLED,
        op.now,
        f"{spooled.rows:,} requests, {spooled.size:,} bytes on disk",
        requests=spooled.rows,
        chunks=queue.count_travelling(db, job.id) if spooled.rows != job.requests else job.chunks,
        characters=spooled.characters,
        input_sha256=spooled.digest,
        input_bytes=spooled.size,
    )


def _write(op: Operation, job: BatchJob, part: Path) -> Spooled:
    """Writes and fsyncs the requests, up to the byte limit."""
    digest, spooled = hashlib.sha256(), Spooled()
    limit = op.settings.limits.input_bytes_per_job
    with part.open("wb", buffering=WRITE_BUFFER) as file:
        for text_id, line, characters in _lines(op, job, spooled):
            if spooled.rows and spooled.size + len(line) > limit:
                break
            file.write(line)
            digest.update(line)
            spooled.add(text_id, characters, len(line))
            if not spooled.rows % TELL_ROWS:
                op.tell(f"spool {job.short}", spooled.rows, job.requests, "requests")
        file.flush()
        os.fsync(file.fileno())
    op.tell(f"spool {job.short}", spooled.rows, spooled.rows, "requests")
    spooled.digest = digest.hexdigest()
    return spooled


def _lines(op: Operation, job: BatchJob, spooled: Spooled) -> Iterator[tuple[int, bytes, int]]:
    """Text id, request line and length of each text that its chunk still holds."""
    tag = profile_hash(job.profile)
    for held in requests.texts_of(op.db, job.submission):
        text = stored_text(held.content, held.context, held.metadata or b"{}") if held.content is not None else None
        if text is None or text_hash(text) != held.hash:
            spooled.others.append(held)
            continue
        if not held.counted:
            spooled.counted[held.text_id] = kinds_of(text)
        key = str(RequestKey(held.hash, tag))
        yield held.text_id, request_line(key, text, job.profile), len(text)


def is_intact(op: Operation, job: BatchJob) -> bool:
    """The spooled file is what it was."""
    try:
        with op.files.input(job.id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == job.input_sha256
    except OSError:
        return False
