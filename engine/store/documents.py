"""Documents and their chunks: stored, and replaced chunk by chunk, by their texts.

    new document       its chunks come
    changed document   a chunk whose text is still there stays what it is; of the others, old ones get new texts in
                       their order, surplus ones go, further ones come

A chunk that gets a text is READY at once when the text has its vector, goes with the job that the text travels in, and
waits otherwise. Nothing is looked up a chunk at a time: texts are named, and asked about, for all documents together.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from engine.domain.documents import Chunk, Document
from engine.domain.times import local_text
from engine.store import mirror, queue, texts
from engine.store.db import Db, Query, SqlValue
from engine.store.matching import SLICE, Match, match_chunks, one_by_one

_KNOWN = Query(
    "documents by their sources",
    "SELECT d.source, d.id, d.content_hash AS fingerprint FROM json_each(:sources) j"
    " CROSS JOIN documents d ON d.source = j.value",
)
_NEXT_DOCUMENT = Query("the next document's id", "SELECT coalesce(max(id), 0) + 1 FROM documents")
_INSERT_DOCUMENT = Query(
    "insert a document",
    "INSERT INTO documents (id, content, metadata, media_type, created_at, source, title, content_hash)"
    " VALUES (:id, :content, :metadata, :media_type, :at, :source, :title, :fingerprint)",
)
_UPDATE_DOCUMENT = Query(
    "replace a document",
    "UPDATE documents SET content = :content, metadata = :metadata, media_type = :media_type, title = :title,"
    " content_hash = :fingerprint WHERE id = :id",
)
_INSERT_CHUNK = Query(
    "insert a chunk",
    "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, language, metadata, embedding_status,"
    " batch_job_id, created_at, context, embed_chars, start_offset, end_offset, text_id) VALUES (:document, :place,"
    " :content, :kind, :language, :metadata, :status, :job, :at, :context, :characters, :start, :end, :text)",
)
_MOVE = Query(
    "move a chunk within its document",
    "UPDATE chunks SET chunk_index = :place, start_offset = :start, end_offset = :end, chunk_type = :kind,"
    " language = :language WHERE id = :id",
)
_CHANGE = Query(
    "give a chunk another text",
    "UPDATE chunks SET content = :content, chunk_type = :kind, language = :language, metadata = :metadata,"
    " context = :context, text_id = :text, embed_chars = :characters, start_offset = :start, end_offset = :end,"
    " embedding_status = :status, batch_job_id = :job, error_message = NULL, token_count = NULL, attempts = 0,"
    " next_attempt_at = NULL, failure_cause = NULL, failed_at = NULL WHERE id = :id",
)
_SPLIT = Query(
    "split a chunk's text otherwise into context and content",
    "UPDATE chunks SET content = :content, context = :context, text_id = NULL,"
    " metadata = CASE WHEN instr(metadata, '\"_vector_source\"') THEN '{}' ELSE metadata END WHERE id = :id",
)
_POINT_AGAIN = Query("point a chunk to its text again", "UPDATE chunks SET text_id = :text WHERE id = :id")
_REMOVE = Query("remove a chunk", "DELETE FROM chunks WHERE id = :id")
_WAITING = Query(
    "which texts wait", "SELECT w.text_id FROM json_each(:texts) j CROSS JOIN waiting w ON w.text_id = j.value"
)
_WAITING_IN = Query(
    "texts that chunks of some documents wait for",
    "SELECT DISTINCT c.text_id FROM json_each(:documents) j CROSS JOIN chunks c ON c.document_id = j.value"
    " WHERE c.embedding_status = 'PENDING' AND c.batch_job_id IS NULL AND c.text_id IS NOT NULL ORDER BY c.text_id",
)


class Incoming(NamedTuple):
    """A document on its way in; the fingerprint tells whether it has to be looked at again."""

    document: Document
    fingerprint: str


@dataclass(slots=True, kw_only=True)
class Stored:
    """What storing did."""

    documents_added: int = 0
    documents_changed: int = 0
    documents_unchanged: int = 0
    chunks_added: int = 0
    chunks_changed: int = 0
    """Given another text."""
    chunks_kept: int = 0
    """Of changed documents: their text is the same, so are their id and status."""
    chunks_removed: int = 0
    reused: Counter[int] = field(default_factory=Counter)
    """How many of the added and changed chunks were READY at once, by text id: the vector was here."""
    shared: int = 0
    """Of the added and changed: their text waits for another chunk or travels already, nothing more is sent for it."""

    def add(self, other: Stored) -> None:
        """Adds what another step did."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


class _Texts:
    """How texts stand that some chunks are about to get, and what comes of it."""

    def __init__(self, db: Db, profile: int, wanted: Iterable[int]) -> None:
        self._ready: set[int] = set()
        self._jobs: dict[int, str] = {}
        self._coming: set[int] = set()
        self.reused = Counter[int]()
        self.shared = 0
        self.older = mirror.form(db) is not None
        """The older library searches this file and may flush it: it finds the text to embed where it looks for it."""
        left = iter(sorted(set(wanted)))
        while part := list(islice(left, SLICE)):
            self._look_up(db, profile, part)

    def _look_up(self, db: Db, profile: int, part: list[int]) -> None:
        for text, state in queue.states(db, profile, part).items():
            if state.ready:
                self._ready.add(text)
            elif state.job is not None:
                self._jobs[text] = state.job
        self._coming |= queue.travelling_among(db, profile, part)
        self._coming.update(row[0] for row in db.rows(_WAITING, texts=json.dumps(part)))

    def status(self, text: int) -> tuple[str, str | None]:
        """Status and job of a chunk that gets the text now."""
        if text in self._ready:
            self.reused[text] += 1
            return "READY", None
        self.shared += text in self._coming
        self._coming.add(text)
        return "PENDING", self._jobs.get(text)


def fingerprints(db: Db, sources: Iterable[str]) -> dict[str, tuple[int, str | None]]:
    """Document id and fingerprint of those sources that are known."""
    rows = db.rows(_KNOWN, sources=json.dumps(list(sources)))
    return {row["source"]: (row["id"], row["fingerprint"]) for row in rows}


def waiting_texts(db: Db, document_ids: Sequence[int]) -> list[int]:
    """The texts that chunks of these documents wait for and no job carries, in order."""
    return [row[0] for row in db.rows(_WAITING_IN, documents=json.dumps(list(document_ids)))]


def store_documents(db: Db, incoming: Sequence[Incoming], profile_id: int, now: datetime) -> Stored:
    """Stores new documents and replaces changed ones; what has to be embedded waits. Call it inside `writing`.

    Sources are unique within `incoming`. Vectors of texts that go stay: an edit taken back finds them.
    """
    done = Stored()
    known = fingerprints(db, (item.document.source for item in incoming))
    fresh, changed = list[Incoming](), list[tuple[int, Incoming]]()
    for item in incoming:
        document, fingerprint = known.get(item.document.source, (0, None))
        if not document:
            fresh.append(item)
        elif fingerprint == item.fingerprint:
            done.documents_unchanged += 1
        else:
            changed.append((document, item))
    named = _name(db, [*fresh, *(item for _, item in changed)])
    fresh_texts = [next(named) for _ in fresh]
    matches = [match_chunks(db, document, item.document.chunks, next(named)) for document, item in changed]
    wanted = [text for part in (*fresh_texts, *(match.wanted for match in matches)) for text in part]
    standing = _Texts(db, profile_id, wanted)
    at = local_text(now)
    done.chunks_added = _insert(db, fresh, fresh_texts, standing, at)
    done.documents_added = len(fresh)
    for match, (_, item) in zip(matches, changed, strict=True):
        done.add(_replace(db, match, item, standing, at))
    done.reused, done.shared = standing.reused, standing.shared
    return done


def _name(db: Db, items: Sequence[Incoming]) -> Iterator[array[int]]:
    """The text ids of each document's chunks by place; all texts are named before the first comes."""
    contents = (chunk.embed_text for item in items for chunk in item.document.chunks)
    ids = array("q")
    while part := list(islice(contents, SLICE)):
        ids.extend(texts.name(db, part))
    start = 0
    for item in items:
        end = start + len(item.document.chunks)
        yield ids[start:end]
        start = end


def _insert(db: Db, fresh: list[Incoming], named: list[array[int]], standing: _Texts, at: str) -> int:
    """New documents with their chunks, each kind in one statement; returns how many chunks."""
    if not fresh:
        return 0
    row = db.one(_NEXT_DOCUMENT)
    first: int = row[0] if row else 1
    db.bulk(_INSERT_DOCUMENT, ({"at": at, **_document(first + n, item)} for n, item in enumerate(fresh)))
    return db.bulk(
        _INSERT_CHUNK,
        (
            _new_chunk(first + n, place, chunk, text, standing, at)
            for n, (item, ids) in enumerate(zip(fresh, named, strict=True))
            for place, (chunk, text) in enumerate(zip(item.document.chunks, ids, strict=True))
        ),
    )


def _replace(db: Db, match: Match, item: Incoming, standing: _Texts, at: str) -> Stored:
    """Carries out a match."""
    chunks, ids = match.chunks, match.texts
    mirror.note_old(db, [*match.removed, *(chunk for chunk, _ in match.changed)])
    db.bulk(_REMOVE, ({"id": chunk} for chunk in match.removed))
    moves = chain(match.shifted, one_by_one(match.moved))
    db.bulk(_MOVE, ({"id": chunk, **_placed(chunks[max(index, -1 - index)], index)} for chunk, index in moves))
    db.bulk(
        _CHANGE,
        (
            {"id": chunk, **_placed(chunks[place], place), **_content(chunks[place], ids[place], standing)}
            for chunk, place in match.changed
        ),
    )
    # A chunk whose content changes loses its text, by a trigger, unless the same statement takes it away.
    db.bulk(
        _SPLIT,
        (
            {"id": chunk, "content": chunks[place].content, "context": chunks[place].context}
            for chunk, place in match.split
        ),
    )
    db.bulk(_POINT_AGAIN, ({"id": chunk, "text": ids[place]} for chunk, place in match.split))
    db.bulk(
        _INSERT_CHUNK,
        (_new_chunk(match.document, place, chunks[place], ids[place], standing, at) for place in match.added),
    )
    db.run(_UPDATE_DOCUMENT, **_document(match.document, item, source=False))
    return Stored(
        documents_changed=1,
        chunks_added=len(match.added),
        chunks_changed=len(match.changed),
        chunks_kept=match.kept,
        chunks_removed=len(match.removed),
    )


def _document(number: int, item: Incoming, *, source: bool = True) -> dict[str, SqlValue]:
    document = item.document
    values: dict[str, SqlValue] = {
        "id": number,
        "content": document.content,
        "metadata": document.metadata,
        "media_type": document.media_type,
        "title": document.title,
        "fingerprint": item.fingerprint,
    }
    return values | {"source": document.source} if source else values


def _new_chunk(document: int, place: int, chunk: Chunk, text: int, standing: _Texts, at: str) -> dict[str, SqlValue]:
    return {"document": document, "at": at, **_placed(chunk, place), **_content(chunk, text, standing)}


def _placed(chunk: Chunk, index: int) -> dict[str, SqlValue]:
    return {
        "place": index,
        "start": chunk.start,
        "end": chunk.end,
        "kind": chunk.chunk_type,
        "language": chunk.language,
    }


def _content(chunk: Chunk, text: int, standing: _Texts) -> dict[str, SqlValue]:
    status, job = standing.status(text)
    told = standing.older and status == "PENDING" and bool(chunk.context)
    return {
        "metadata": json.dumps({"_vector_source": chunk.embed_text}, ensure_ascii=False) if told else "{}",
        "content": chunk.content,
        "context": chunk.context,
        "characters": len(chunk.embed_text),
        "text": text,
        "status": status,
        "job": job,
    }
