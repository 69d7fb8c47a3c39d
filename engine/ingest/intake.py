"""Ingest: files become documents and chunks that wait; with `sync` they are embedded directly, at full price.

    report = ingest_paths(db, ["docs/"], settings=settings, clock=clock)

A text whose vector is here is READY at once, at no cost; one that travels already is waited for. What waits is then
sent by a flush, or, by a direct ingest, at once: also what waited before of the same files.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import BinaryIO

from engine.domain.billing import billing_day
from engine.domain.documents import Document, fingerprint
from engine.domain.keys import GoogleKeyring
from engine.domain.models import Profile
from engine.domain.progress import Progress, Stop, Watch
from engine.gemini.protocol import GeminiServer
from engine.ingest.cut import RULES, chunk_document
from engine.ingest.decode import Unreadable
from engine.ingest.direct import Direct, direct
from engine.ingest.formats import Remark, Source, title_and_text
from engine.ingest.report import IngestMode, IngestReport
from engine.ingest.walk import Reader
from engine.life import booking
from engine.life.budgets import fill_pots
from engine.settings import Settings
from engine.store import documents, queue, reuse, vectors
from engine.store.db import Db
from engine.store.documents import Incoming
from engine.store.reuse import Way

DOCUMENTS_PER_TRANSACTION = 1_000
CHARACTERS_PER_TRANSACTION = 4_000_000
TELL_FILES = 100


def ingest_paths(
    db: Db,
    paths: Sequence[str | os.PathLike[str]],
    *,
    mode: IngestMode = "async",
    settings: Settings,
    clock: Callable[[], datetime],
    profile: Profile | None = None,
    gemini: GeminiServer | None = None,
    keyring: GoogleKeyring | None = None,
    glob: str | None = None,
    watch: Watch | None = None,
    stop: Stop | None = None,
    stdin: BinaryIO | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> IngestReport:
    """Takes in files, folders and, for `-`, standard input; what is unchanged is passed over, whatever its status.

    `async` stores chunks that wait and talks to nobody. `sync` embeds them through the default key, at full price,
    within `limits.sync_requests_per_minute`; a text that Google refuses for good is FAILED. MissingDefaultKey before
    anything is read; a GeminiError ends the run and leaves what was stored, to wait.
    """
    profile = profile or settings.vector_profile
    report = IngestReport(mode)
    with ExitStack() as stack:
        sender = None
        if mode == "sync":
            sender = stack.enter_context(
                direct(db, report, settings, profile, gemini=gemini, keyring=keyring, clock=clock, sleep=sleep)
            )
        reader = Reader(paths, glob=glob, max_bytes=settings.chunking.max_file_bytes, stdin=stdin)
        _read(reader, _Group(db, report, settings, profile, clock, sender), report, watch, stop)
    report.files = reader.files
    if mode == "sync":
        report.left_waiting = queue.counts(db).pending
    _tell(watch, reader.files, report)
    return report


def _read(reader: Reader, group: _Group, report: IngestReport, watch: Watch | None, stop: Stop | None) -> None:
    told = 0
    for item in reader:
        if isinstance(item, Remark):
            report.remark(item)
        else:
            group.add(item)
        if reader.files - told >= TELL_FILES:
            told = reader.files
            _tell(watch, told, report)
        if stop is not None and stop():
            report.stopped = True
            break
    group.flush()


def _tell(watch: Watch | None, files: int, report: IngestReport) -> None:
    if watch is not None:
        step = "embed directly" if report.mode == "sync" else "read files"
        watch(Progress(operation="ingest", step=step, done=files, total=0, unit="files"))


class _Group:
    """Sources are looked up and stored some hundreds at a time, each group in one transaction."""

    def __init__(
        self,
        db: Db,
        report: IngestReport,
        settings: Settings,
        profile: Profile,
        clock: Callable[[], datetime],
        sender: Direct | None,
    ) -> None:
        self._db = db
        self._report = report
        self._settings = settings
        self._profile = profile
        self._clock = clock
        self._sender = sender
        limits = settings.chunking
        self._rules = f"{RULES} {limits.max_characters} {limits.overlap} {profile.facts.input_tokens}"
        self._sources: dict[str, Source] = {}
        self._characters = 0

    def add(self, source: Source) -> None:
        """Takes a source in; one that is already there is the same, met again."""
        if source.source in self._sources:
            self._report.stored.documents_unchanged += 1
            return
        self._sources[source.source] = source
        self._characters += len(source.text)
        if len(self._sources) >= DOCUMENTS_PER_TRANSACTION or self._characters >= CHARACTERS_PER_TRANSACTION:
            self.flush()

    def flush(self) -> None:
        """Stores what is new or changed; a direct ingest then embeds what waits of these documents."""
        sources, self._sources, self._characters = list(self._sources.values()), {}, 0
        known = documents.fingerprints(self._db, [source.source for source in sources])
        fresh = []
        for source in sources:
            print_ = self._fingerprint(source)
            if known.get(source.source, (0, None))[1] == print_:
                self._report.stored.documents_unchanged += 1
            elif (incoming := self._incoming(source, print_)) is not None:
                fresh.append(incoming)
        if fresh:
            self._store(fresh)
        if self._sender is not None and sources:
            ids = documents.fingerprints(self._db, [source.source for source in sources])
            self._sender.embed(documents.waiting_texts(self._db, [document for document, _ in ids.values()]))

    def _store(self, fresh: Sequence[Incoming]) -> None:
        now = self._clock()
        with self._db.writing() as db:
            profile = vectors.profile_id(db, self._profile)
            done = documents.store_documents(db, fresh, profile, now)
            if done.reused:
                booking.turn_useful(db, now, profile, done.reused)
                tokens, guessed = vectors.took(db, profile, dict(done.reused))
                price = self._settings.price(self._profile.model, billing_day(now)).batch
                self._report.reused += reuse.book(
                    db, now, Way.INGEST, self._profile.model, done.reused.total(), tokens, guessed, price
                )
            fill_pots(self._db, self._settings)
        self._report.stored.add(done)

    def _fingerprint(self, source: Source) -> str:
        """Of everything that decides on the chunks: other limits cut a document anew."""
        about = f"{self._rules}\0{source.media_type}\0{source.language}\0{source.name}\0{source.titled}"
        return fingerprint(f"{about}\0{source.metadata}\0{source.text}")

    def _incoming(self, source: Source, print_: str) -> Incoming | None:
        try:
            title, text = title_and_text(source)
        except Unreadable as reason:
            self._report.remark(Remark(source.source, str(reason)))
            return None
        limits = self._settings.chunking
        chunks = chunk_document(
            text,
            title if source.titled else "",
            source.media_type,
            max_characters=limits.max_characters,
            overlap=limits.overlap,
            input_tokens=self._profile.facts.input_tokens,
            language=source.language,
        )
        if not chunks:
            self._report.remark(Remark(source.source, "there is nothing to embed in it."))
            return None
        document = Document(
            source=source.source,
            title=title,
            content=text,
            media_type=source.media_type,
            chunks=tuple(chunks),
            metadata=source.metadata,
        )
        return Incoming(document, print_)
