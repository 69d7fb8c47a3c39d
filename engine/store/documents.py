"""Documents and their chunks: storing them, replacing them without losing what was paid, and listing them."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from engine.domain.documents import Chunk, Document, content_hash
from engine.domain.retry import Cause
from engine.domain.times import local_text, parse_time, utc_text
from engine.store.search import containing, joined

PARTIAL = "partial:"
"""In front of the fingerprint of a document of which some chunks are still to be paid for."""

_INSERT_DOCUMENT = (
    "INSERT INTO documents (id, content, metadata, media_type, created_at, source, title, content_hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_CHUNK = (
    "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, embedding_status,"
    " created_at, content_hash, context, embed_chars, start_offset, end_offset)"
    " VALUES (?, ?, ?, ?, ?, '{}', 'PENDING', ?, ?, ?, ?, ?, ?)"
)
_INSERT_SETTLED = (
    "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, embedding_status,"
    " created_at, content_hash, context, embed_chars, start_offset, end_offset, token_count, attempts, failure_cause,"
    " failed_at, error_message) VALUES (?, ?, ?, ?, ?, '{}', ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)"
    " RETURNING id"
)
# A chunk that is in batch stays there: the trigger notes that what travels is superseded. What it was READY or FAILED
# through is another matter: a job that has ended must not hold a waiting chunk.
_CHANGE_CHUNK = (
    "UPDATE chunks SET content = ?, chunk_type = ?, language = ?, metadata = '{}', content_hash = ?, context = ?,"
    " embed_chars = ?, start_offset = ?, end_offset = ?, embedding_status = 'PENDING',"
    " batch_job_id = CASE WHEN embedding_status = 'PENDING' THEN batch_job_id END, error_message = NULL,"
    " token_count = NULL, attempts = 0, next_attempt_at = NULL, failure_cause = NULL, failed_at = NULL WHERE id = ?"
)
_SETTLE_CHUNK = (
    "UPDATE chunks SET embedding_status = ?, batch_job_id = NULL, token_count = ?, attempts = attempts + 1,"
    " next_attempt_at = NULL, failure_cause = ?, failed_at = ?, error_message = ? WHERE id = ?"
)


class Incoming(NamedTuple):
    """A document on its way in; the fingerprint tells whether it has to be looked at again."""

    document: Document
    fingerprint: str


@dataclass(slots=True)
class Stored:
    """What storing did."""

    documents_added: int = 0
    documents_changed: int = 0
    documents_unchanged: int = 0
    chunks_added: int = 0
    chunks_changed: int = 0
    """Given another text."""
    chunks_kept: int = 0
    """Of changed documents: their text is the same, so are their id, status and vector."""
    chunks_removed: int = 0

    def add(self, other: Stored) -> None:
        """Adds what another step did."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Paid:
    """The answer for one chunk: its vector, or why it has none."""

    vector: bytes | None
    cause: Cause | None = None
    message: str = ""
    tokens: int | None = None
    """When Google told them for this text alone."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as the console lists it; the four counts add up to `chunks`."""

    id: int
    source: str | None
    title: str | None
    chunks: int
    ready: int
    pending: int
    in_batch: int
    failed: int
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A chunk as the console shows it."""

    id: int
    chunk_index: int
    content: str
    context: str | None
    embedding_status: str
    batch_job_id: str | None
    cause: str | None
    error: str | None


@dataclass(slots=True)
class _Match:
    """Old chunks beside new ones; `kept` maps an old id to its new place."""

    kept: dict[int, int] = field(default_factory=dict)
    old: list[int] = field(default_factory=list)
    """Ids whose text is in the document no more."""
    new: list[int] = field(default_factory=list)
    """Places of chunks that are not there yet."""
    places: dict[int, int] = field(default_factory=dict)
    """Where each old id stands now."""
    status: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    """Status and job of each old id."""


def fingerprints(db: Database, sources: Iterable[str]) -> dict[str, tuple[int, str | None]]:
    """Document id and fingerprint of those sources that are known."""
    rows = db.conn.execute(
        "SELECT d.source, d.id, d.content_hash FROM json_each(?) j CROSS JOIN documents d ON d.source = j.value",
        (json.dumps(list(sources)),),
    )
    return {source: (document_id, fingerprint) for source, document_id, fingerprint in rows}


def store_documents(db: Database, incoming: Sequence[Incoming], now: datetime) -> Stored:
    """Stores new documents and replaces changed ones; what has to be embedded waits. Call it inside `writing`.

    Sources are unique within `incoming`. A chunk whose text to embed is still there keeps its id, status and vector.
    """
    done = Stored()
    known = fingerprints(db, (item.document.source for item in incoming))
    fresh = []
    for item in incoming:
        document_id, fingerprint = known.get(item.document.source, (0, None))
        if not document_id:
            fresh.append(item)
        elif fingerprint == item.fingerprint:
            done.documents_unchanged += 1
        else:
            done.add(_replace(db, document_id, item, now))
    done.documents_added = len(fresh)
    done.chunks_added += _insert(db, fresh, now)
    return done


def missing_chunks(db: Database, document: Document) -> list[int]:
    """Places of those chunks of a document that the database does not hold yet, in whatever status."""
    known = fingerprints(db, [document.source]).get(document.source)
    return _match(db, known[0], document.chunks).new if known else list(range(len(document.chunks)))


def store_paid(
    db: Database, item: Incoming, answers: Mapping[int, Paid], now: datetime
) -> tuple[Stored, list[tuple[int, bytes]]]:
    """Stores those chunks of a document that `answers` has, by their places; returns `(chunk id, vector)` rows too.

    The caller stores the vectors in the same transaction. Chunks without an answer stay out of the database, where no
    flush finds them; until all are there the fingerprint stays partial, so that the next ingest goes on with them.
    """
    document, chunks = item.document, item.document.chunks
    done = Stored()
    known = fingerprints(db, [document.source]).get(document.source)
    if known is None:
        document_id = _next_id(db, "documents")
        db.conn.execute(_INSERT_DOCUMENT, _document_row(document_id, item, local_text(now)))
        done.documents_added = 1
    else:
        document_id = known[0]
        done.documents_changed = int(known[1] != PARTIAL + item.fingerprint)
    match = _match(db, document_id, chunks)
    done.chunks_removed = _remove(db, match.old)
    _renumber(db, document_id, match, chunks)
    rows: list[tuple[int, bytes]] = []
    place_of = {place: chunk_id for chunk_id, place in match.kept.items()}
    for place, paid in answers.items():
        if place in place_of:
            chunk_id = _settle_known(db, place_of[place], match, paid, now)
        else:
            chunk_id = _insert_settled(db, document_id, place, chunks[place], paid, now)
            done.chunks_added += 1
        if chunk_id and paid.vector is not None:
            rows.append((chunk_id, paid.vector))
    complete = all(place in answers for place in match.new)
    _update_document(db, document_id, item, item.fingerprint if complete else PARTIAL + item.fingerprint)
    return done, rows


def _settle_known(db: Database, chunk_id: int, match: _Match, paid: Paid, now: datetime) -> int:
    """Another process put the chunk in while its text was being embedded: 0 when it travels or has a vector."""
    status, job_id = match.status[chunk_id]
    if status == "READY" or (status == "PENDING" and job_id is not None):
        return 0
    db.conn.execute(_SETTLE_CHUNK, (*_outcome(paid, now), chunk_id))
    return chunk_id


def _outcome(paid: Paid, now: datetime) -> tuple[str, int | None, str | None, str | None, str | None]:
    if paid.cause is None:
        return "READY", paid.tokens, None, None, None
    return "FAILED", None, paid.cause.value, utc_text(now), paid.message


def _insert_settled(db: Database, document_id: int, place: int, chunk: Chunk, paid: Paid, now: datetime) -> int:
    status, tokens, cause, failed_at, message = _outcome(paid, now)
    text = chunk.embed_text
    values = (
        document_id, place, chunk.content, chunk.chunk_type, chunk.language, status, local_text(now),
        content_hash(text), chunk.context, len(text), chunk.start, chunk.end, tokens, cause, failed_at, message,
    )  # fmt: skip
    found: int = db.conn.execute(_INSERT_SETTLED, values).fetchone()[0]
    return found


def _insert(db: Database, incoming: Sequence[Incoming], now: datetime) -> int:
    """New documents with their waiting chunks, each kind in one statement."""
    if not incoming:
        return 0
    at = local_text(now)
    first = _next_id(db, "documents")
    db.conn.executemany(_INSERT_DOCUMENT, (_document_row(first + n, item, at) for n, item in enumerate(incoming)))
    return db.conn.executemany(
        _INSERT_CHUNK,
        (
            _chunk_row(first + n, place, chunk, at)
            for n, item in enumerate(incoming)
            for place, chunk in enumerate(item.document.chunks)
        ),
    ).rowcount


def _next_id(db: Database, table: str) -> int:
    found: int = db.conn.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0]
    return found


def _document_row(document_id: int, item: Incoming, at: str) -> tuple[object, ...]:
    document = item.document
    return (
        document_id, document.content, document.metadata, document.media_type, at, document.source, document.title,
        item.fingerprint,
    )  # fmt: skip


def _chunk_row(document_id: int, place: int, chunk: Chunk, at: str) -> tuple[object, ...]:
    text = chunk.embed_text
    return (
        document_id, place, chunk.content, chunk.chunk_type, chunk.language, at, content_hash(text), chunk.context,
        len(text), chunk.start, chunk.end,
    )  # fmt: skip


def _replace(db: Database, document_id: int, item: Incoming, now: datetime) -> Stored:
    """Chunks with the same text stay, others change in place, surplus ones go, further ones come."""
    chunks = item.document.chunks
    match = _match(db, document_id, chunks)
    changed = list(zip(match.old, match.new, strict=False))
    surplus = match.old[len(changed) :]
    _remove(db, surplus)
    match.kept.update(changed)
    _renumber(db, document_id, match, chunks)
    for old, new in changed:
        _, _, content, kind, language, _, text_hash, context, length, start, end = _chunk_row(0, 0, chunks[new], "")
        db.conn.execute(_CHANGE_CHUNK, (content, kind, language, text_hash, context, length, start, end, old))
    db.conn.executemany("DELETE FROM vectors WHERE chunk_id = ?", [(old,) for old, _ in changed])
    added = match.new[len(changed) :]
    at = local_text(now)
    db.conn.executemany(_INSERT_CHUNK, (_chunk_row(document_id, place, chunks[place], at) for place in added))
    _update_document(db, document_id, item, item.fingerprint)
    return Stored(
        documents_changed=1,
        chunks_added=len(added),
        chunks_changed=len(changed),
        chunks_kept=len(match.kept) - len(changed),
        chunks_removed=len(surplus),
    )


def _match(db: Database, document_id: int, chunks: Sequence[Chunk]) -> _Match:
    """Which of the stored chunks have the text of which new one; equal texts are paired in their order.

    A chunk for which an earlier writer keeps another text to embed has the text of none.
    """
    match = _Match()
    by_text: defaultdict[tuple[str, str], deque[int]] = defaultdict(deque)
    for chunk_id, place, content, context, metadata, status, job_id in db.conn.execute(
        "SELECT id, chunk_index, content, context, metadata, embedding_status, batch_job_id FROM chunks"
        " WHERE document_id = ? ORDER BY chunk_index",
        (document_id,),
    ):
        match.places[chunk_id] = place
        match.status[chunk_id] = (status, job_id)
        if '"_vector_source"' not in metadata:
            by_text[context or "", content].append(chunk_id)
    for place, chunk in enumerate(chunks):
        same = by_text.get((chunk.context, chunk.content))
        if same:
            match.kept[same.popleft()] = place
        else:
            match.new.append(place)
    match.old = [chunk_id for chunk_id in match.places if chunk_id not in match.kept]
    return match


def _remove(db: Database, chunk_ids: Sequence[int]) -> int:
    """Deletes chunks; triggers delete their vectors and note what travels as superseded."""
    db.conn.executemany("DELETE FROM chunks WHERE id = ?", [(chunk_id,) for chunk_id in chunk_ids])
    return len(chunk_ids)


def _renumber(db: Database, document_id: int, match: _Match, chunks: Sequence[Chunk]) -> None:
    """Moves what stays to its place, by way of negative numbers: no two chunks ever have the same."""
    db.conn.executemany(
        "UPDATE chunks SET chunk_index = ? WHERE id = ?",
        [(-1 - place, chunk_id) for chunk_id, place in match.kept.items() if match.places[chunk_id] != place],
    )
    db.conn.execute(
        "UPDATE chunks SET chunk_index = -1 - chunk_index WHERE document_id = ? AND chunk_index < 0", (document_id,)
    )
    db.conn.executemany(
        "UPDATE chunks SET start_offset = ?, end_offset = ?, chunk_type = ?, language = ? WHERE id = ?",
        [
            (chunks[place].start, chunks[place].end, chunks[place].chunk_type, chunks[place].language, chunk_id)
            for chunk_id, place in match.kept.items()
        ],
    )


def _update_document(db: Database, document_id: int, item: Incoming, fingerprint: str) -> None:
    document = item.document
    db.conn.execute(
        "UPDATE documents SET content = ?, metadata = ?, media_type = ?, title = ?, content_hash = ? WHERE id = ?",
        (document.content, document.metadata, document.media_type, document.title, fingerprint, document_id),
    )


_DOCUMENT_TEXT = joined("source", "title")
_STATES = (
    "count(c.id), coalesce(sum(c.embedding_status = 'READY'), 0),"
    " coalesce(sum(c.embedding_status = 'PENDING' AND c.batch_job_id IS NULL), 0),"
    " coalesce(sum(c.embedding_status = 'PENDING' AND c.batch_job_id IS NOT NULL), 0),"
    " coalesce(sum(c.embedding_status = 'FAILED'), 0)"
)


def list_documents(db: Database, after: int | None = None, limit: int = 200, filter: str = "") -> list[DocumentRow]:
    """Documents with their counts, newest first; the next page is `after` the last id of this one.

    `filter` holds words that stand in source or title, upper and lower case alike in ASCII.
    """
    wanted, patterns = containing(_DOCUMENT_TEXT, filter)
    rows = db.conn.execute(
        "WITH page AS MATERIALIZED (SELECT id, source, title, created_at FROM documents"
        f" WHERE (? IS NULL OR id < ?) AND {wanted} ORDER BY id DESC LIMIT ?)"
        f" SELECT page.id, source, title, {_STATES}, page.created_at FROM page"
        " LEFT JOIN chunks c ON c.document_id = page.id GROUP BY page.id ORDER BY page.id DESC",
        (after, after, *patterns, limit),
    )
    return [
        DocumentRow(row_id, source, title, chunks, ready, pending, in_batch, failed, parse_time(at))
        for row_id, source, title, chunks, ready, pending, in_batch, failed, at in rows
    ]


_CHUNK_TEXT = joined("id", "embedding_status", "failure_cause", "error_message", "content")


def read_chunks(
    db: Database, document_id: int, after: int = -1, limit: int = 200, *, words: str = ""
) -> Iterator[ChunkRow]:
    """A document's chunks that contain the words, in their order; the next page is `after` the last `chunk_index`."""
    found, patterns = containing(_CHUNK_TEXT, words)
    rows = db.conn.execute(
        "SELECT id, chunk_index, content, context, embedding_status, batch_job_id, failure_cause, error_message"
        f" FROM chunks WHERE document_id = ? AND chunk_index > ? AND {found} ORDER BY chunk_index LIMIT ?",
        (document_id, after, *patterns, limit),
    )
    return (ChunkRow(*row) for row in rows)


def count_documents(db: Database, *, filter: str = "") -> int:
    """How many documents there are, with `filter` as `list_documents` has it."""
    where, values = containing(_DOCUMENT_TEXT, filter)
    found: int = db.conn.execute(f"SELECT count(*) FROM documents WHERE {where}", values).fetchone()[0]
    return found


def count_chunks(db: Database, document_id: int, *, words: str = "") -> int:
    """How many chunks of a document contain the words."""
    where, values = containing(_CHUNK_TEXT, words)
    query = f"SELECT count(*) FROM chunks WHERE document_id = ? AND {where}"
    found: int = db.conn.execute(query, (document_id, *values)).fetchone()[0]
    return found
