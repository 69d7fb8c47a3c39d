"""Requests: a row a text that was sent, under the submission that sent it, from the claim to its outcome.

A submission is a batch job or a direct request; it pins the profile, the key and the price. A request without an
outcome travels: its text is not sent again under that profile. A ledger entry is the sum of its submission's requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.domain.kinds import KNOWN, Kinds, kinds_from
from engine.domain.models import Mode, Profile
from engine.domain.requests import Judgement, Outcome
from engine.domain.rule import Seen
from engine.domain.times import utc_text
from engine.store.db import Db, Query, plain, value

_BILLED = "('useful', 'unused', 'turned', 'spoiled')"
"""Outcomes that Google bills for certain; of the others, those for which it told tokens."""
COUNTED, ESTIMATED = "counted", "estimated"
"""How a token count came about that Google did not send with the row: by countTokens, or by our estimate."""

_OPEN = Query(
    "open a submission",
    "INSERT INTO submissions (mode, job_id, profile_id, at, key_label, key_tail, key_fingerprint, price_per_million,"
    " sync_price_per_million, price_label, collection, project) VALUES (:mode, :job_id, :profile_id, :at, :key_label,"
    " :key_tail, :key_fingerprint, :price_per_million, :sync_price_per_million, :price_label, :collection,"
    " :project) RETURNING id",
)
_CLOSE = Query("close a submission", "UPDATE submissions SET ended_at = :at WHERE id = :submission")
_REOPEN = Query(
    "reopen a submission",
    "UPDATE submissions SET ended_at = NULL, judged = NULL, carried_doubt = 0 WHERE id = :submission",
)
_REKEY = Query(
    "note the key that sends a submission",
    "UPDATE submissions SET key_label = :label, key_tail = :tail, key_fingerprint = :fingerprint"
    " WHERE id = :submission",
)
_SET_PROFILE = Query(
    "set the profile of a submission", "UPDATE submissions SET profile_id = :profile WHERE id = :submission"
)
_CLAIM = Query(
    "claim waiting texts",
    "INSERT INTO requests (submission_id, text_id) SELECT :submission, text_id FROM waiting WHERE text_id <= :last"
    " ORDER BY text_id",
)
_SEND = Query(
    "note that texts are sent",
    "INSERT INTO requests (submission_id, text_id) SELECT :submission, value FROM json_each(:texts) WHERE true"
    " ON CONFLICT (submission_id, text_id) DO NOTHING",
)
_OPEN_AMONG = Query(
    "which texts have no outcome yet in a submission",
    "SELECT json_group_array(r.text_id) FROM json_each(:texts) j CROSS JOIN requests r"
    " ON r.submission_id = :submission AND r.text_id = j.value WHERE r.outcome IS NULL",
)
_KNOWN_AMONG = Query(
    "which texts a submission sent",
    "SELECT json_group_array(r.text_id) FROM json_each(:texts) j CROSS JOIN requests r"
    " ON r.submission_id = :submission AND r.text_id = j.value",
)
_VECTORLESS = Query(
    "which texts of a submission ended without a vector",
    "SELECT r.text_id, r.outcome, r.tokens, r.basis FROM json_each(:texts) j CROSS JOIN requests r"
    " ON r.submission_id = :submission AND r.text_id = j.value"
    " WHERE r.outcome IN ('spoiled', 'refused', 'unreadable', 'missing')",
)
_ANSWER = Query(
    "give requests their outcomes",
    "INSERT INTO requests (submission_id, text_id, outcome, tokens, basis) SELECT :submission,"
    " json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]'), json_extract(j.value, '$[2]'),"
    " json_extract(j.value, '$[3]') FROM json_each(:rows) j WHERE true ON CONFLICT (submission_id, text_id) DO UPDATE"
    " SET outcome = excluded.outcome, tokens = excluded.tokens, basis = excluded.basis, doubt = NULL"
    " WHERE requests.outcome IS NULL OR requests.outcome = 'lost' OR (excluded.outcome IN ('useful', 'unused')"
    " AND requests.outcome NOT IN ('useful', 'unused', 'turned'))",
)
_END_OPEN = Query(
    "end requests that nobody answered",
    "UPDATE requests SET outcome = :outcome WHERE submission_id = :submission AND outcome IS NULL",
)
_OPEN_PAGE = Query(
    "requests without an outcome, a page",
    "SELECT text_id FROM requests WHERE submission_id = :submission AND outcome IS NULL AND text_id > :after"
    " ORDER BY text_id LIMIT :limit",
)
_TRAVEL_AGAIN = Query(
    "requests that were given up travel again",
    "UPDATE requests SET outcome = NULL, tokens = NULL, basis = NULL, doubt = NULL WHERE submission_id = :submission"
    f" AND outcome NOT IN {_BILLED}",
)
_TAKE_LOST = Query(
    "lost requests of one submission travel in another",
    "INSERT INTO requests (submission_id, text_id) SELECT :to, text_id FROM requests WHERE submission_id = :submission"
    " AND outcome = 'lost'",
)
_LET_GO = Query(
    "let go of lost requests", "DELETE FROM requests WHERE submission_id = :submission AND outcome = 'lost'"
)
_FORGET = Query(
    "forget requests that were never sent",
    "DELETE FROM requests WHERE submission_id = :submission AND text_id > :after AND outcome IS NULL",
)
_FORGET_ONE = Query(
    "forget a request that was never sent",
    "DELETE FROM requests WHERE submission_id = :submission AND text_id = :text AND outcome IS NULL",
)
_LAST_WITHIN = Query(
    "where so many characters of an unsent submission end",
    "SELECT max(text_id) FROM (SELECT r.text_id, sum(coalesce(t.characters, 0)) OVER (ORDER BY r.text_id) AS so_far"
    " FROM requests r JOIN texts t ON t.id = r.text_id WHERE r.submission_id = :submission AND r.outcome IS NULL)"
    " WHERE so_far <= :characters",
)
_SUMS = Query(
    "sums of a submission's requests",
    f"SELECT coalesce(sum(r.outcome IN {_BILLED} OR r.tokens > 0), 0) AS requests,"
    " coalesce(sum(r.tokens), 0) + (SELECT carried_tokens FROM submissions WHERE id = :submission) AS tokens,"
    " coalesce(sum(CASE WHEN r.outcome NOT IN ('useful', 'turned') THEN r.tokens END), 0)"
    " + (SELECT carried_waste FROM submissions WHERE id = :submission) AS waste_tokens,"
    " coalesce(sum(CASE WHEN r.basis = 'estimated' THEN r.tokens END), 0) AS guessed_tokens"
    " FROM requests r WHERE r.submission_id = :submission AND r.outcome IS NOT NULL",
)
_TERMS = Query(
    "what a submission is paid on",
    "SELECT s.id AS submission, s.mode, s.job_id, s.at, p.model, s.key_label, s.key_tail, s.key_fingerprint,"
    " s.price_per_million, s.sync_price_per_million, s.price_label, s.collection, s.project, s.judged,"
    " j.duplicate_of IS NOT NULL AS second, coalesce(j.found = 'stranger', 0) AS elsewhere"
    " FROM submissions s JOIN profiles p ON p.id = s.profile_id LEFT JOIN batch_jobs j ON j.id = s.job_id"
    " WHERE s.id = :submission",
)
_CAME_TO = Query(
    "what a submission's requests came to, by outcome",
    f"SELECT outcome, sum(outcome IN {_BILLED} OR tokens > 0) AS requests, coalesce(sum(tokens), 0) AS tokens,"
    " coalesce(sum(CASE WHEN basis = 'estimated' THEN tokens END), 0) AS guessed_tokens,"
    " sum(doubt IS NOT NULL) AS doubted, coalesce(sum(doubt), 0) AS doubt FROM requests"
    " WHERE submission_id = :submission AND outcome IS NOT NULL GROUP BY outcome",
)
_CARRIED = Query(
    "what a submission came to that no request stands for",
    "SELECT carried_tokens, carried_waste, carried_doubt FROM submissions WHERE id = :submission",
)
_DOUBTFUL_PAGE = Query(
    "requests that may be charged and told no tokens, a page",
    "SELECT text_id FROM requests WHERE submission_id = :submission AND text_id > :after AND tokens IS NULL"
    f" AND coalesce(outcome, '') NOT IN {_BILLED} ORDER BY text_id LIMIT :limit",
)
_DOUBT = Query(
    "note what requests may be charged at",
    "UPDATE requests SET doubt = :tokens WHERE submission_id = :submission AND text_id = :text AND tokens IS NULL",
)
_DOUBT_MORE = Query(
    "note what rows may be charged at that no request stands for",
    "UPDATE submissions SET carried_doubt = :tokens WHERE id = :submission",
)
_JUDGE = Query(
    "judge what may be charged of a submission", "UPDATE submissions SET judged = :judged WHERE id = :submission"
)
_TURN = Query(
    "requests that turn out to be wanted",
    "UPDATE requests SET outcome = 'turned' WHERE outcome = 'unused' AND (submission_id, text_id) IN"
    " (SELECT coalesce(v.submission_id, d.submission_id), v.text_id FROM json_each(:texts) j CROSS JOIN vectors v"
    " ON v.profile_id = :profile AND v.text_id = j.value LEFT JOIN vectors d ON d.profile_id = v.derived_from"
    " AND d.text_id = v.text_id) RETURNING submission_id, tokens, basis",
)
_PARTS = Query(
    "what came back of a submission and what did not, by kinds",
    "SELECT r.outcome IN ('useful', 'unused', 'turned') AS answered, r.basis IS NULL AS counted, count(*) AS texts,"
    f" coalesce(sum(r.tokens), 0) AS tokens, {', '.join(f'coalesce(sum(t.{kind}), 0) AS {kind}' for kind in KNOWN)},"
    " coalesce(sum(CASE WHEN t.latin IS NULL THEN t.characters END), 0) AS unknown FROM requests r"
    " JOIN texts t ON t.id = r.text_id WHERE r.submission_id = :submission GROUP BY 1, 2",
)
_COUNTED_TEXTS = Query(
    "texts of a submission that Google counted one by one, by kinds",
    f"SELECT {', '.join(f't.{kind}' for kind in KNOWN)}, 0 AS unknown, r.tokens FROM requests r"
    " JOIN texts t ON t.id = r.text_id WHERE r.submission_id = :submission AND r.outcome IN ('useful', 'unused',"
    " 'turned') AND r.basis IS NULL AND t.latin IS NOT NULL AND r.text_id % :step = 0",
)
_IS_DIRECT = Query("whether a submission is a direct request", "SELECT job_id IS NULL FROM submissions WHERE id = :id")
_BY_OUTCOME = Query(
    "a submission's requests by outcome",
    "SELECT outcome, count(*) FROM requests WHERE submission_id = :submission AND outcome IS NOT NULL GROUP BY outcome",
)
_CARRY = Query(
    "book a row that no request stands for",
    "UPDATE submissions SET carried_tokens = carried_tokens + :tokens, carried_waste = carried_waste + :tokens"
    " WHERE id = :submission",
)
_CARRIED_KEY = Query(
    "strike a key of the first version that no request stands for",
    "DELETE FROM carried_keys WHERE job_id = :job AND chunk_id = :chunk AND prefix = :prefix",
)
_CARRIED_KEYS = Query("such keys of a job", "SELECT chunk_id, prefix FROM carried_keys WHERE job_id = :job")
_PREFIXES = Query(
    "the beginnings of the hashes of a submission's texts",
    "SELECT substr(t.hash, 1, 8) AS prefix, t.hash FROM requests r JOIN texts t ON t.id = r.text_id"
    " WHERE r.submission_id = :submission",
)
_ABANDONED = Query(
    "direct requests whose process has not come back",
    "SELECT id FROM submissions WHERE job_id IS NULL AND ended_at IS NULL AND at <= :before",
)
_TAKEN_ELSEWHERE = Query(
    "texts of an unsent submission that have their vector or travel in another",
    "SELECT r.text_id FROM requests r WHERE r.submission_id = :submission AND r.outcome IS NULL AND (EXISTS"
    " (SELECT 1 FROM vectors v WHERE v.profile_id = :profile AND v.text_id = r.text_id) OR EXISTS (SELECT 1 FROM"
    " requests o JOIN submissions s ON s.id = o.submission_id WHERE o.text_id = r.text_id AND o.outcome IS NULL"
    " AND o.submission_id <> :submission AND s.profile_id = :profile))",
)
_TEXTS = Query(
    "texts of a submission in their order, each with a chunk that holds it",
    "SELECT r.text_id, t.hash, c.id AS chunk_id, CAST(c.content AS BLOB) AS content,"
    " CAST(c.context AS BLOB) AS context, CAST(c.metadata AS BLOB) AS metadata, t.latin IS NOT NULL AS counted"
    " FROM requests r"
    " JOIN texts t ON t.id = r.text_id"
    " LEFT JOIN chunks c ON c.id = (SELECT min(id) FROM chunks WHERE text_id = r.text_id)"
    " WHERE r.submission_id = :submission AND r.outcome IS NULL AND r.text_id > :after ORDER BY r.text_id LIMIT :limit",
)
_CONTENTS = Query(
    "texts with a chunk that holds each",
    "SELECT t.id AS text_id, t.hash, c.id AS chunk_id, CAST(c.content AS BLOB) AS content,"
    " CAST(c.context AS BLOB) AS context, CAST(c.metadata AS BLOB) AS metadata, t.latin IS NOT NULL AS counted"
    " FROM json_each(:texts) j"
    " CROSS JOIN texts t ON t.id = j.value JOIN chunks c ON c.id = (SELECT min(id) FROM chunks WHERE text_id = t.id)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """What a submission pins when it is opened: who pays, and how much."""

    mode: Mode
    profile: Profile
    key_label: str
    key_tail: str
    key_fingerprint: str
    price_per_million: Decimal
    sync_price_per_million: Decimal
    price_label: str
    collection: str = ""
    """The collection with a budget that pays."""
    project: str = ""
    """Google's project that the key belongs to, where the settings name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a submission is paid on."""

    submission: int
    mode: Mode
    job_id: str | None
    at: datetime
    model: str
    key_label: str
    key_tail: str
    key_fingerprint: str
    price_per_million: Decimal
    sync_price_per_million: Decimal
    price_label: str
    collection: str
    project: str
    judged: Judgement | None
    """What an operator decided about what may be charged."""
    second: bool
    """It is a second batch: it bought nothing that was needed, whatever it brought."""
    elsewhere: bool
    """Another database made it, and books it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the requests of one outcome came to."""

    submission: int
    outcome: Outcome
    requests: int
    tokens: int
    guessed_tokens: int
    doubtful: bool = False
    """They may be charged, and nobody can read how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a submission's requests come to."""

    requests: int
    """Those that Google bills."""
    tokens: int
    waste_tokens: int
    guessed_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Requests of a submission that have something in common."""

    answered: bool
    """They brought a vector."""
    counted: bool
    """Google told their tokens."""
    texts: int
    tokens: int
    kinds: Kinds


class Answer(NamedTuple):
    """What came for one request, as a row that goes in as it stands."""

    text: int
    outcome: Outcome
    tokens: int | None
    basis: str | None = None


def open_submission(db: Db, payer: Payer, profile_id: int, now: datetime, job_id: str | None = None) -> int:
    """A submission without requests; returns its id."""
    row = db.one(_OPEN, profile_id=profile_id, at=utc_text(now), job_id=job_id, **plain(payer, without=("profile",)))
    return row["id"] if row else 0


def close(db: Db, submission: int, now: datetime) -> None:
    """Its requests have all ended."""
    db.run(_CLOSE, submission=submission, at=utc_text(now))


def rekey(db: Db, submission: int, label: str, tail: str, fingerprint: str) -> None:
    """The key that sends it is another one than when it was opened."""
    db.run(_REKEY, submission=submission, label=label, tail=tail, fingerprint=fingerprint)


def set_profile(db: Db, submission: int, profile: int) -> None:
    """The profile of a submission that was found at Google shows in its results."""
    db.run(_SET_PROFILE, submission=submission, profile=profile)


def claim(db: Db, submission: int, last: int) -> int:
    """Takes the waiting texts up to `last` into a submission; returns how many."""
    return db.run(_CLAIM, submission=submission, last=last)


def send(db: Db, submission: int, texts: Sequence[int]) -> None:
    """Notes that these texts travel in a submission."""
    db.run(_SEND, submission=submission, texts=json.dumps(list(texts)))


def open_among(db: Db, submission: int, texts: Sequence[int]) -> set[int]:
    """Those of the texts that travel in a submission and have no outcome yet."""
    return _among(db, _OPEN_AMONG, submission, texts)


def known_among(db: Db, submission: int, texts: Sequence[int]) -> set[int]:
    """Those of the texts that a submission sent."""
    return _among(db, _KNOWN_AMONG, submission, texts)


def _among(db: Db, query: Query, submission: int, texts: Sequence[int]) -> set[int]:
    row = db.one(query, submission=submission, texts=json.dumps(list(texts)))
    return set(json.loads(row[0])) if row else set()


def vectorless(db: Db, submission: int, texts: Sequence[int]) -> dict[int, Answer]:
    """How those of the texts ended in a submission that brought no vector: a good row may come for them yet."""
    rows = db.rows(_VECTORLESS, submission=submission, texts=json.dumps(list(texts)))
    return {row["text_id"]: Answer(row["text_id"], Outcome(row[1]), row[2], row[3]) for row in rows}


def answer(db: Db, submission: int, answers: Sequence[Answer]) -> None:
    """Gives requests their outcomes; one that is not known is written.

    One that has an outcome keeps it, unless it was given up as lost, or had brought no vector and brings one now.
    """
    db.run(_ANSWER, submission=submission, rows=json.dumps(answers))


def end_open(db: Db, submission: int, outcome: Outcome) -> int:
    """Ends what nobody answered; returns how many requests."""
    return db.run(_END_OPEN, submission=submission, outcome=outcome.value)


def open_page(db: Db, submission: int, after: int, limit: int) -> list[int]:
    """Texts that have no outcome yet, in order, a page at a time."""
    return [row[0] for row in db.rows(_OPEN_PAGE, submission=submission, after=after, limit=limit)]


def travel_again(db: Db, submission: int) -> int:
    """What was given up turns out to be under way; returns how many requests."""
    db.run(_REOPEN, submission=submission)
    return db.run(_TRAVEL_AGAIN, submission=submission)


def hand_over(db: Db, submission: int, to: int) -> int:
    """What was given up of one submission travels in another, which is booked apart; returns how many requests."""
    db.run(_TAKE_LOST, submission=submission, to=to)
    return db.run(_LET_GO, submission=submission)


def forget(db: Db, submission: int, *, after: int = 0) -> int:
    """Removes requests that were claimed and never sent, those behind a text or all; returns how many."""
    return db.run(_FORGET, submission=submission, after=after)


def forget_one(db: Db, submission: int, text: int) -> None:
    """Removes one request that was claimed and never sent."""
    db.run(_FORGET_ONE, submission=submission, text=text)


def last_within(db: Db, submission: int, characters: int) -> int | None:
    """The last text of an unsent submission with which it has at most so many characters; None when the first is
    longer."""
    row = db.one(_LAST_WITHIN, submission=submission, characters=characters)
    return row[0] if row else None


def taken_elsewhere(db: Db, submission: int, profile: int) -> list[int]:
    """Texts of a submission that was not sent yet that need no request: their vector is here, or they travel."""
    return [row[0] for row in db.rows(_TAKEN_ELSEWHERE, submission=submission, profile=profile)]


def sums(db: Db, submission: int) -> Sums:
    """What a submission's requests come to, rows carried over from the first version included."""
    row = db.one(_SUMS, submission=submission)
    if row is None:
        return Sums(requests=0, tokens=0, waste_tokens=0, guessed_tokens=0)
    return value(Sums, row)


def parts(db: Db, submission: int) -> list[Counted]:
    """A submission's texts in up to four parts, by whether they came back and whether Google counted them."""
    return [value(Counted, row, kinds=value(Kinds, row)) for row in db.rows(_PARTS, submission=submission)]


def counted_texts(db: Db, submission: int, step: int) -> list[Seen]:
    """One of `step` texts that Google counted one by one."""
    rows = db.rows(_COUNTED_TEXTS, submission=submission, step=step)
    return [Seen(kinds_from(numbers), tokens) for *numbers, tokens in rows]


def is_direct(db: Db, submission: int) -> bool:
    """It is no job: Google tells the tokens of all its texts together."""
    row = db.one(_IS_DIRECT, id=submission)
    return bool(row and row[0])


def terms(db: Db, submission: int) -> Terms:
    """What a submission is paid on."""
    row = db.one(_TERMS, submission=submission)
    if row is None:
        raise LookupError(f"no submission {submission}")
    return value(Terms, row)


def came_to(db: Db, submission: int) -> list[Part]:
    """What a submission's requests came to, by outcome: what is paid, and apart from it what may be."""
    parts = []
    for row in db.rows(_CAME_TO, submission=submission):
        outcome = Outcome(row["outcome"])
        if row["requests"] or row["tokens"]:
            parts.append(Part(submission, outcome, row["requests"], row["tokens"], row["guessed_tokens"]))
        if row["doubted"]:
            parts.append(Part(submission, outcome, row["doubted"], row["doubt"], row["doubt"], doubtful=True))
    carried = db.one(_CARRIED, submission=submission)
    if carried is not None:
        useful, waste = carried["carried_tokens"] - carried["carried_waste"], carried["carried_waste"]
        parts += [
            Part(submission, Outcome.USEFUL, 0, useful, 0),
            Part(submission, Outcome.SPOILED, 0, waste, 0),
            Part(submission, Outcome.LOST, 0, carried["carried_doubt"], carried["carried_doubt"], doubtful=True),
        ]
    return [part for part in parts if part.requests or part.tokens]


def doubtful_page(db: Db, submission: int, after: int, limit: int) -> list[int]:
    """Texts of requests that may be charged and told no tokens, in order, a page at a time."""
    return [row[0] for row in db.rows(_DOUBTFUL_PAGE, submission=submission, after=after, limit=limit)]


def doubt(db: Db, submission: int, tokens: Mapping[int, int]) -> None:
    """Notes at how many tokens requests of texts may be charged."""
    db.bulk(_DOUBT, ({"submission": submission, "text": text, "tokens": n} for text, n in tokens.items()))


def doubt_more(db: Db, submission: int, tokens: int) -> None:
    """Notes at how many tokens rows may be charged of which nobody knows the texts."""
    db.run(_DOUBT_MORE, submission=submission, tokens=tokens)


def judge(db: Db, submission: int, judged: Judgement) -> None:
    """Notes how an operator decides about what may be charged; what it is taken for stays with its requests."""
    db.run(_JUDGE, submission=submission, judged=judged.value)


def judged(db: Db, submission: int) -> bool:
    """Whether an operator decided about what may be charged."""
    return terms(db, submission).judged is not None


def turn_useful(db: Db, profile: int, texts: Sequence[int]) -> list[Part]:
    """Gives requests that bought an unused vector of these texts their other outcome; the sums by submission."""
    turned: dict[int, tuple[int, int, int]] = {}
    for row in db.rows(_TURN, profile=profile, texts=json.dumps(texts)):
        number, tokens, guessed = turned.get(row["submission_id"], (0, 0, 0))
        guessed += row["tokens"] if row["basis"] == ESTIMATED else 0
        turned[row["submission_id"]] = number + 1, tokens + row["tokens"], guessed
    return [Part(submission, Outcome.TURNED, *sums, doubtful=False) for submission, sums in turned.items()]


def by_outcome(db: Db, submission: int) -> Mapping[Outcome, int]:
    """How many requests ended how."""
    return {Outcome(row[0]): row[1] for row in db.rows(_BY_OUTCOME, submission=submission)}


def carry(db: Db, submission: int, tokens: int) -> None:
    """Books tokens of a row that cannot be put down to any request: they are billed, and bought nothing."""
    db.run(_CARRY, submission=submission, tokens=tokens)


def carried_row(db: Db, submission: int, job: str, chunk: int, prefix: bytes, tokens: int) -> bool:
    """Books a row of the first version whose text nobody knows any more as waste, once; False when it is not one."""
    if not db.run(_CARRIED_KEY, job=job, chunk=chunk, prefix=prefix):
        return False
    carry(db, submission, tokens)
    return True


def carried_keys(db: Db, job: str) -> set[tuple[int, bytes]]:
    """The keys of the first version under which rows of a job may come that no request stands for."""
    return {(row["chunk_id"], row["prefix"]) for row in db.rows(_CARRIED_KEYS, job=job)}


def hashes_by_prefix(db: Db, submission: int) -> dict[bytes, bytes | None]:
    """Hashes of a submission's texts by their first 8 bytes, as keys of the first version name them.

    None where two texts begin alike: such a row names neither.
    """
    found: dict[bytes, bytes | None] = {}
    for row in db.rows(_PREFIXES, submission=submission):
        found[row["prefix"]] = None if row["prefix"] in found else row["hash"]
    return found


def abandoned(db: Db, before: datetime) -> list[int]:
    """Direct submissions opened before some time that never ended: the process that sent them is gone."""
    return [row[0] for row in db.rows(_ABANDONED, before=utc_text(before))]


class Held(NamedTuple):
    """A text with the chunk it is read from, as bytes: what is stored need not be text. A row as it comes."""

    text_id: int
    hash: bytes
    chunk_id: int | None
    """None when no chunk has this text any more."""
    content: bytes | None
    context: bytes | None
    metadata: bytes | None
    counted: int
    """The kinds of its characters are known."""


def texts_of(db: Db, submission: int, *, page: int = 2_000) -> Iterator[Held]:
    """The open requests of a submission with what their texts are made of, in order, streaming."""
    after = 0
    while rows := list(db.rows(_TEXTS, submission=submission, after=after, limit=page)):
        yield from map(Held._make, rows)
        after = rows[-1]["text_id"]


def contents(db: Db, texts: Sequence[int]) -> list[Held]:
    """What those of the texts are made of that some chunk still has."""
    return [Held._make(row) for row in db.rows(_CONTENTS, texts=json.dumps(list(texts)))]
