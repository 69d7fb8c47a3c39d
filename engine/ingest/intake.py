"""Ingest: files become documents and chunks; the chunks wait for a batch, or are embedded at once.

    report = ingest_paths(db, ["docs/"], settings=settings, clock=clock)

What is paid synchronously is stored in the transaction that follows the answer, together with its ledger entry. Chunks
that are not paid yet are not in the database, so that no flush can claim them. A process that dies between an answer
and its transaction loses that one request, of 100 texts at most; the next run sends only what is missing.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Literal

from sqlite_utils import Database

from engine.domain.documents import Document, content_hash
from engine.domain.keyring import GoogleKeyring
from engine.domain.ledger import LedgerEntry
from engine.domain.operations import Progress, Stop, Watch
from engine.domain.pricing import Mode
from engine.domain.retry import Cause
from engine.domain.vectors import Profile
from engine.errors import BadAnswer, InvalidRequest, MissingDefaultKey, NotFound, OutcomeUnknown
from engine.gemini.failures import row_cause
from engine.gemini.protocol import GeminiServer
from engine.ingest.cut import RULES, chunk_document
from engine.ingest.decode import Unreadable
from engine.ingest.formats import Remark, Source, title_and_text
from engine.ingest.walk import Reader
from engine.settings import Settings, load_keyring
from engine.store import batches, documents, events, ledger
from engine.store.connection import writing
from engine.store.documents import Incoming, Paid, Stored
from engine.store.overview import basis
from engine.store.vectors import bulk_update_vectors, profile_id

IngestMode = Literal["async", "sync"]

DOCUMENTS_PER_TRANSACTION = 1_000
CHARACTERS_PER_TRANSACTION = 4_000_000
TEXTS_PER_REQUEST = 100
REMARKS_KEPT = 1_000
TELL_FILES = 100
_MINUTE = 60.0
_INVALID_ARGUMENT = 3


@dataclass(slots=True)
class IngestReport:
    """What an ingest did."""

    mode: IngestMode
    files: int = 0
    stored: Stored = field(default_factory=Stored)
    chunks_waiting: int = 0
    """Put into the queue by this run."""
    chunks_ready: int = 0
    """Embedded by this run."""
    chunks_failed: int = 0
    """Refused by Google for good; they are FAILED, with the cause."""
    requests: int = 0
    tokens: int = 0
    skipped: int = 0
    """Files and lines that were not taken in."""
    remarks: list[Remark] = field(default_factory=list)
    """Why, and what was odd about others; the first REMARKS_KEPT."""
    stopped: bool = False
    """Asked to end before it was through."""

    @property
    def documents(self) -> int:
        """Documents seen, unchanged ones included."""
        return self.stored.documents_added + self.stored.documents_changed + self.stored.documents_unchanged

    def remark(self, remark: Remark) -> None:
        """Keeps a remark, if there are not too many yet."""
        self.skipped += remark.skipped
        if len(self.remarks) < REMARKS_KEPT:
            self.remarks.append(remark)


def ingest_paths(
    db: Database,
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

    `async` stores chunks that wait and talks to nobody. `sync` embeds through the default key, at full price, within
    `limits.sync_requests_per_minute`, and stores them READY; a text that Google refuses for good is stored FAILED.
    MissingDefaultKey before anything is read; a GeminiError ends the run and leaves what was stored.
    """
    profile = profile or settings.vector_profile
    report = IngestReport(mode)
    reader = Reader(paths, glob=glob, max_bytes=settings.chunking.max_file_bytes, stdin=stdin)
    intake: _Queued | _AtOnce
    if mode == "sync":
        keyring = keyring or load_keyring(settings)
        tail = keyring.default.tail
        if gemini is None:
            raise MissingDefaultKey("No Gemini server was given for synchronous calls.")
        intake = _AtOnce(db, report, settings, profile, gemini, tail, clock, sleep)
    else:
        intake = _Queued(db, report, clock)
    group = _Group(db, report, intake, settings, profile)
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
    intake.finish()
    report.files = reader.files
    _tell(watch, reader.files, report)
    return report


def _tell(watch: Watch | None, files: int, report: IngestReport) -> None:
    if watch is not None:
        step = "embed at once" if report.mode == "sync" else "read files"
        watch(Progress("ingest", step, files, 0, "files"))


class _Group:
    """Sources are looked up and stored some hundreds at a time."""

    def __init__(
        self, db: Database, report: IngestReport, intake: _Queued | _AtOnce, settings: Settings, profile: Profile
    ) -> None:
        self._db = db
        self._report = report
        self._intake = intake
        self._limits = settings.chunking
        self._input_tokens = profile.facts.input_tokens
        self._rules = f"{RULES} {self._limits.max_characters} {self._limits.overlap} {self._input_tokens}"
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
        """Hands on what is new or changed."""
        known = documents.fingerprints(self._db, self._sources)
        fresh = []
        for source in self._sources.values():
            fingerprint = self._fingerprint(source)
            if known.get(source.source, (0, None))[1] == fingerprint:
                self._report.stored.documents_unchanged += 1
                continue
            incoming = self._incoming(source, fingerprint)
            if incoming is not None:
                fresh.append(incoming)
        self._sources.clear()
        self._characters = 0
        if fresh:
            self._intake.take(fresh)

    def _fingerprint(self, source: Source) -> str:
        """Of everything that decides on the chunks: other limits cut a document anew."""
        about = f"{self._rules}\0{source.media_type}\0{source.language}\0{source.name}\0{source.titled}"
        return content_hash(f"{about}\0{source.metadata}\0{source.text}")

    def _incoming(self, source: Source, fingerprint: str) -> Incoming | None:
        try:
            title, text = title_and_text(source)
        except Unreadable as reason:
            self._report.remark(Remark(source.source, str(reason)))
            return None
        chunks = chunk_document(
            text,
            title if source.titled else "",
            source.media_type,
            max_characters=self._limits.max_characters,
            overlap=self._limits.overlap,
            input_tokens=self._input_tokens,
            language=source.language,
        )
        if not chunks:
            self._report.remark(Remark(source.source, "there is nothing to embed in it."))
            return None
        document = Document(source.source, title, text, source.media_type, tuple(chunks), source.metadata)
        return Incoming(document, fingerprint)


class _Queued:
    """Stores chunks that wait for a batch."""

    def __init__(self, db: Database, report: IngestReport, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._report = report
        self._clock = clock

    def take(self, incoming: Sequence[Incoming]) -> None:
        """One transaction."""
        with writing(self._db):
            done = documents.store_documents(self._db, incoming, self._clock())
        self._report.stored.add(done)
        self._report.chunks_waiting += done.chunks_added + done.chunks_changed

    def finish(self) -> None:
        """Nothing is left."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One text to embed: a chunk of a document."""

    item: Incoming
    place: int

    @property
    def text(self) -> str:
        return self.item.document.chunks[self.place].embed_text


class _AtOnce:
    """Embeds in requests of up to 100 texts, and stores each answer before the next request."""

    def __init__(
        self,
        db: Database,
        report: IngestReport,
        settings: Settings,
        profile: Profile,
        gemini: GeminiServer,
        key_tail: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._db = db
        self._report = report
        self._profile = profile
        self._price = settings.price(profile.model)
        self._gemini = gemini
        self._key_tail = key_tail
        self._clock = clock
        self._per_minute = settings.limits.sync_requests_per_minute
        self._size = min(TEXTS_PER_REQUEST, self._per_minute)
        self._pace = Pace(self._per_minute, clock, sleep)
        self._texts: list[_Text] = []

    def take(self, incoming: Sequence[Incoming]) -> None:
        """Sends what fills a request; documents of which everything is there already are stored as they are now."""
        for item in incoming:
            missing = documents.missing_chunks(self._db, item.document)
            if not missing:
                with writing(self._db):
                    done, _ = documents.store_paid(self._db, item, {}, self._clock())
                self._report.stored.add(done)
            for place in missing:
                self._texts.append(_Text(item, place))
                if len(self._texts) >= self._size:
                    self._send()

    def finish(self) -> None:
        """Sends the rest."""
        if self._texts:
            self._send()

    def _send(self) -> None:
        texts, self._texts = self._texts, []
        refused: list[tuple[_Text, InvalidRequest]] = []
        self._embed(texts, refused)
        if not refused:
            return
        answers = [(text, _refusal(error)) for text, error in refused]
        # When no text has ever been taken, the refusal is about the request: the model, the dimension.
        if not self._report.requests and all(paid.cause is Cause.INVALID for _, paid in answers):
            raise refused[0][1]
        self._store(answers, None)

    def _embed(self, texts: Sequence[_Text], refused: list[tuple[_Text, InvalidRequest]]) -> None:
        """One request; when it is refused, each half of it, down to the texts that are to blame."""
        self._pace.wait_for(len(texts))
        try:
            answer = self._gemini.embed(self._profile, [text.text for text in texts])
        except NotFound:
            raise
        except InvalidRequest as error:
            if len(texts) == 1:
                refused.append((texts[0], error))
                return
            middle = len(texts) // 2
            self._embed(texts[:middle], refused)
            self._embed(texts[middle:], refused)
            return
        except (OutcomeUnknown, BadAnswer) as error:
            self._note_possible_charge(len(texts), error)
            raise
        tokens = answer.tokens if len(texts) == 1 else None
        paid = [(text, Paid(vector, tokens=tokens)) for text, vector in zip(texts, answer.vectors, strict=True)]
        self._store(paid, answer.tokens)

    def _store(self, answers: Sequence[tuple[_Text, Paid]], tokens: int | None) -> None:
        """Chunks, vectors and, for an answer that was paid, the ledger entry: one durable transaction."""
        by_document: dict[int, tuple[Incoming, dict[int, Paid]]] = {}
        for text, paid in answers:
            by_document.setdefault(id(text.item), (text.item, {}))[1][text.place] = paid
        now = self._clock()
        stored = Stored()
        with writing(self._db, durable=True):
            rows = []
            for item, of_document in by_document.values():
                done, vectors = documents.store_paid(self._db, item, of_document, now)
                stored.add(done)
                rows.extend(vectors)
            if tokens is not None:
                bulk_update_vectors(self._db, profile_id(self._db, self._profile), rows)
                self._book(answers, tokens, now)
        self._report.stored.add(stored)
        if tokens is None:
            self._report.chunks_failed += len(answers)
        else:
            self._report.chunks_ready += len(rows)
            self._report.requests += 1
            self._report.tokens += tokens

    def _book(self, answers: Sequence[tuple[_Text, Paid]], tokens: int, now: datetime) -> None:
        model = self._profile.model
        characters = sum(len(text.text) for text, _ in answers)
        ledger.post(
            self._db,
            LedgerEntry(
                at=now,
                mode=Mode.SYNCHRONOUS,
                key_label="default",
                key_tail=self._key_tail,
                model=model,
                requests=len(answers),
                tokens=tokens,
                waste_tokens=0,
                price_per_million=self._price.synchronous,
                sync_price_per_million=self._price.synchronous,
                price_label=self._price.label,
                estimated_tokens=basis(self._db, model).tokens_of(characters),
                note="ingest",
            ),
        )
        if tokens:
            batches.learn_ratio(self._db, model, characters, tokens)

    def _note_possible_charge(self, texts: int, error: OutcomeUnknown | BadAnswer) -> None:
        """What the ledger cannot know stands in the event log."""
        message = f"A synchronous request of {texts} texts may have been charged without a usable answer: {error}"
        with writing(self._db, durable=True):
            events.log(self._db, self._clock(), "ingest", message, "warning")


def _refusal(error: InvalidRequest) -> Paid:
    return Paid(None, row_cause(_INVALID_ARGUMENT, error.message), error.message)


class Pace:
    """At most so many texts in any sixty seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._sleep = sleep
        self._sent: deque[tuple[float, int]] = deque()
        self._texts = 0

    def wait_for(self, texts: int) -> None:
        """Waits until so many more are allowed, and counts them."""
        now = self._clock().timestamp()
        self._forget(now)
        while self._sent and self._texts + texts > self._per_minute:
            pause = min(max(self._sent[0][0] + _MINUTE - now, 0.0), _MINUTE)
            self._sleep(pause)
            # A clock that was set back, or stands still, must not keep anybody waiting: what was slept counts.
            now = max(self._clock().timestamp(), now + pause)
            self._forget(now)
        self._sent.append((now, texts))
        self._texts += texts

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0][0] + _MINUTE <= now:
            self._texts -= self._sent.popleft()[1]
