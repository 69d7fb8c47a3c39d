"""The one builder of rows for tests: documents with chunks in any status, jobs, requests, vectors, ledger entries.

What the program writes through a function is written through that function; the rest are named queries, as in the
program, so that a test takes any `Db`. Each function opens its own transaction unless one is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.domain.billing import billing_day, billing_month
from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.ledger import USEFUL, WASTE, Transfer, budget
from engine.domain.models import Mode, Profile
from engine.domain.money import cost
from engine.domain.requests import Outcome
from engine.domain.rule import Rule
from engine.domain.texts import embed_text
from engine.domain.times import local_text, utc_text
from engine.store import jobs, ledger, requests, texts, vectors
from engine.store.db import Db, Query, Row, SqlValue
from engine.store.requests import Answer, Payer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PROFILE = Profile(dimension=1)
VECTOR = b"\0\0\x80\x3f"
"""Of one number."""
BY_LETTERS = Rule(weights=(1.0,) * 8 + (0.0,), unknown=1.0)
"""A token a character: what a test can count by itself."""
BATCH_PRICE, DIRECT_PRICE = Decimal("0.075"), Decimal("0.15")

_DOCUMENT = Query(
    "rows: a document",
    "INSERT INTO documents (content, metadata, media_type, created_at, source, title, content_hash)"
    " VALUES (:content, '{}', 'text/plain', :at, :source, :title, 'seen') RETURNING id",
)
_CHUNK = Query(
    "rows: a chunk",
    "INSERT INTO chunks (document_id, chunk_index, content, context, chunk_type, metadata, embedding_status,"
    " batch_job_id, error_message, created_at, embed_chars, attempts, next_attempt_at, failure_cause, failed_at,"
    " text_id) VALUES (:document, :place, :content, :context, 'text', :metadata, :status, :job, :error, :at,"
    " :characters, :attempts, :next_attempt_at, :cause, :failed_at, :text) RETURNING id",
)
_CHUNKS = Query(
    "rows: chunks of a document by its source",
    "SELECT c.* FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.source = :source ORDER BY chunk_index",
    scans="a test's",
)
_SET = Query(
    "rows: put a chunk into some state",
    "UPDATE chunks SET embedding_status = :status, batch_job_id = :job, failure_cause = :cause, error_message = :error,"
    " failed_at = :failed_at, attempts = :attempts, next_attempt_at = :next_attempt_at WHERE id = :id",
)
_METADATA = Query("rows: what an earlier writer keeps", "UPDATE chunks SET metadata = :metadata WHERE id = :id")
_CONTENT = Query("rows: what an earlier writer changes", "UPDATE chunks SET content = :content WHERE id = :id")


def document(
    db: Db,
    contents: Sequence[str],
    *,
    source: str | None = "a.txt",
    title: str | None = "A title",
    context: str | None = None,
    status: str = "PENDING",
    job: str | None = None,
    cause: str | None = None,
    error: str | None = None,
    attempts: int = 0,
    at: datetime = NOW,
    failed_at: datetime | None = None,
    next_attempt_at: datetime | None = None,
    metadata: str = "{}",
    named: bool = True,
) -> list[int]:
    """A document with a chunk of each content, all in one state; returns the chunk ids.

    `named=False` leaves the texts unnamed, as an older writer does.
    """
    with db.writing():
        row = db.one(_DOCUMENT, content="".join(contents), at=local_text(at), source=source, title=title)
        assert row is not None
        wholes = [embed_text(content, context) for content in contents]
        ids = texts.name(db, wholes) if named else [None] * len(wholes)
        return [
            _id(
                db.one(
                    _CHUNK,
                    document=row[0],
                    place=place,
                    content=content,
                    context=context,
                    metadata=metadata,
                    job=job,
                    at=local_text(at),
                    characters=len(whole) if named else None,
                    text=text,
                    **_state(status, cause, error, attempts, failed_at, next_attempt_at),
                )
            )
            for place, (content, whole, text) in enumerate(zip(contents, wholes, ids, strict=True))
        ]


def put(
    db: Db,
    chunk: int,
    status: str,
    *,
    job: str | None = None,
    cause: str | None = None,
    error: str | None = None,
    attempts: int = 0,
    failed_at: datetime | None = None,
    next_attempt_at: datetime | None = None,
) -> None:
    """Puts a chunk into some state, whatever it was in."""
    with db.writing():
        db.run(_SET, id=chunk, job=job, **_state(status, cause, error, attempts, failed_at, next_attempt_at))


def set_metadata(db: Db, chunk: int, metadata: str) -> None:
    """Writes a chunk's metadata as an earlier writer does."""
    with db.writing():
        db.run(_METADATA, id=chunk, metadata=metadata)


def set_content(db: Db, chunk: int, content: str) -> None:
    """Writes a chunk's content as an earlier writer does."""
    with db.writing():
        db.run(_CONTENT, id=chunk, content=content)


def chunks(db: Db, source: str = "a.txt") -> list[Row]:
    """The stored chunks of a document in their order, all columns."""
    return list(db.rows(_CHUNKS, source=source))


def job(db: Db, job_id: str, status: JobStatus = JobStatus.SUBMITTED, **fields: object) -> BatchJob:
    """A job with its submission, in any state."""
    with db.writing():
        profile = fields.pop("profile", PROFILE)
        assert isinstance(profile, Profile)
        submission = requests.open_submission(db, terms(profile), vectors.profile_id(db, profile), NOW, job_id)
        values: dict[str, object] = {
            "display_name": f"halfrate-{job_id}",
            "key_label": "batch",
            "key_tail": "2222",
            "price_per_million": BATCH_PRICE,
            "sync_price_per_million": DIRECT_PRICE,
            "price_label": "a price",
            "google_job_id": None,
            "created_at": NOW,
            "updated_at": NOW,
        }
        made = BatchJob(id=job_id, status=status, profile=profile, submission=submission, **{**values, **fields})  # type: ignore[arg-type]
        return jobs.insert(db, made, "made by a test")


def terms(profile: Profile = PROFILE, mode: Mode = Mode.BATCH) -> Payer:
    """What a submission pins."""
    return Payer(
        mode=mode,
        profile=profile,
        key_label="batch" if mode is Mode.BATCH else "default",
        key_tail="2222" if mode is Mode.BATCH else "1111",
        key_fingerprint="",
        price_per_million=BATCH_PRICE if mode is Mode.BATCH else DIRECT_PRICE,
        sync_price_per_million=DIRECT_PRICE,
        price_label="a price",
    )


def direct(db: Db, contents: Sequence[str], profile: Profile = PROFILE) -> int:
    """A direct submission under way with these texts; returns its id."""
    with db.writing():
        number = vectors.profile_id(db, profile)
        submission = requests.open_submission(db, terms(profile, Mode.SYNCHRONOUS), number, NOW)
        requests.send(db, submission, texts.name(db, contents))
        return submission


def travel(db: Db, submission: int, contents: Sequence[str]) -> list[int]:
    """Texts that travel in a submission; returns their ids."""
    with db.writing():
        ids = texts.name(db, contents)
        requests.send(db, submission, ids)
        return ids


def answer(db: Db, submission: int, answers: Mapping[str, tuple[Outcome, int | None]]) -> None:
    """Outcome and tokens of some texts of a submission."""
    with db.writing():
        ids = texts.name(db, list(answers))
        requests.answer(
            db,
            submission,
            [
                Answer(text=text, outcome=outcome, tokens=tokens)
                for text, (outcome, tokens) in zip(ids, answers.values(), strict=True)
            ],
        )


def vector(
    db: Db,
    text: str,
    *,
    profile: Profile = PROFILE,
    tokens: int = 3,
    embedding: bytes = VECTOR,
    basis: str | None = None,
    submission: int | None = None,
) -> int:
    """A text with its vector; returns the text's id."""
    with db.writing():
        [named] = texts.name(db, [text])
        paid = vectors.Paid(text=named, vector=embedding, tokens=tokens, basis=basis)
        vectors.store(db, vectors.profile_id(db, profile), [paid], submission=submission)
        return named


def entry(
    at: datetime = NOW, job_id: str | None = None, tokens: int = 1000, *, waste_tokens: int = 0, **fields: object
) -> list[Transfer]:
    """What a job, or a direct request where no job is named, was paid: what was useful, and what was wasted."""
    values: dict[str, object] = {
        "mode": Mode.BATCH if job_id else Mode.SYNCHRONOUS,
        "key_label": "batch" if job_id else "default",
        "key_tail": "2222" if job_id else "1111",
        "model": "gemini-embedding-001",
        "requests": 10,
        "price_per_million": BATCH_PRICE if job_id else DIRECT_PRICE,
        "sync_price_per_million": DIRECT_PRICE,
        "price_label": "a price",
        "estimated_tokens": 900,
        **fields,
    }
    useful = transfer(USEFUL, at=at, tokens=tokens - waste_tokens, job_id=job_id, **values)
    if not waste_tokens:
        return [useful]
    rest = {**values, "requests": 0, "guessed_tokens": 0, "estimated_tokens": 0}
    return [useful, transfer(WASTE, at=at, tokens=waste_tokens, job_id=job_id, kind="unused", **rest)]


def transfer(credit: str, *, at: datetime = NOW, tokens: int = 1000, **fields: object) -> Transfer:
    """Money of the budget that goes to an account, at the price that the fields name."""
    price, direct = fields["price_per_million"], fields["sync_price_per_million"]
    assert isinstance(price, Decimal)
    assert isinstance(direct, Decimal)
    given: dict[str, Any] = {
        "at": at,
        "used_at": at,
        "day": billing_day(at).isoformat(),
        "debit": budget(billing_month(at)),
        "amount": cost(tokens, price),
        "direct": cost(tokens, direct),
        **fields,
    }
    return Transfer(credit=credit, tokens=tokens, **given)


def post(db: Db, *entries: list[Transfer]) -> None:
    """Books entries."""
    with db.writing(durable=True):
        for each in entries:
            for part in each:
                ledger.post(db, part)


def _state(
    status: str,
    cause: str | None,
    error: str | None,
    attempts: int,
    failed_at: datetime | None,
    next_attempt_at: datetime | None,
) -> dict[str, SqlValue]:
    return {
        "status": status,
        "cause": cause,
        "error": error,
        "attempts": attempts,
        "failed_at": utc_text(failed_at) if failed_at else None,
        "next_attempt_at": utc_text(next_attempt_at) if next_attempt_at else None,
    }


def _id(row: Row | None) -> int:
    assert row is not None
    found: int = row["id"]
    return found
