"""What was learned from Google's answers: what characters weigh, how long jobs take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from engine.domain.estimates import Basis, CameBack, Miss
from engine.domain.kinds import NAMES, Kinds, counts, kinds_from
from engine.domain.rule import MILLION, Rule, Seen
from engine.domain.times import parse_time
from engine.store import requests
from engine.store.db import Db, Query
from engine.store.requests import Counted

JOBS_LOOKED_AT = 20

TEXTS_LOOKED_AT = 2_000
"""Of a job, evenly over it: more would teach nothing new."""
MISSES_LOOKED_AT = 40

_RATIO = Query("characters and tokens of a model", "SELECT characters, tokens FROM token_ratio WHERE model = :model")
_RULE = Query(
    "the rule of a model",
    "SELECT weights, certainty, characters, tokens, unknown FROM token_rules WHERE model = :model",
)
_SAVE_RULE = Query(
    "save the rule of a model",
    "INSERT INTO token_rules (model, weights, certainty, characters, tokens, unknown)"
    " VALUES (:model, :weights, :certainty, :characters, :tokens, :unknown) ON CONFLICT (model) DO UPDATE SET"
    " weights = excluded.weights, certainty = excluded.certainty, characters = excluded.characters,"
    " tokens = excluded.tokens, unknown = excluded.unknown",
)
_MISSES = Query(
    "what the rule of a model missed by lately",
    f"SELECT {', '.join(NAMES)}, predicted, tokens, spread FROM estimate_misses WHERE model = :model"
    " ORDER BY id DESC LIMIT :limit",
)
_NOTE_MISS = Query(
    "note what the rule of a model missed by",
    f"INSERT INTO estimate_misses (model, submission_id, {', '.join(NAMES)}, predicted, tokens, spread)"
    f" VALUES (:model, :submission, {', '.join(f':{kind}' for kind in NAMES)}, :predicted, :tokens, :spread)",
)
_TURNAROUND = Query(
    "how long the last jobs took",
    "SELECT submitted_at, ended_at FROM batch_jobs WHERE status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS')"
    " AND model = :model AND submitted_at IS NOT NULL ORDER BY created_at DESC LIMIT :jobs",
)


def basis(db: Db, model: str) -> Basis:
    """What estimates of this model rest on."""
    misses = [
        Miss(kinds=kinds_from(numbers), predicted=predicted, tokens=tokens, spread=spread)
        for *numbers, predicted, tokens, spread in db.rows(_MISSES, model=model, limit=MISSES_LOOKED_AT)
    ]
    return Basis(rule=_rule(db, model), misses=tuple(reversed(misses)))


def _rule(db: Db, model: str) -> Rule:
    row = db.one(_RULE, model=model)
    if row is not None:
        return Rule(
            weights=tuple(json.loads(row["weights"])),
            certainty=tuple(map(tuple, json.loads(row["certainty"]))),
            characters=row["characters"],
            tokens=row["tokens"],
            unknown=row["unknown"],
        )
    ratio = db.one(_RATIO, model=model)  # what an earlier version learned
    if ratio is None or not ratio["characters"] or not ratio["tokens"]:
        return Rule()
    return Rule(unknown=ratio["tokens"] / ratio["characters"], tokens=ratio["tokens"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a submission's texts are estimated at."""

    characters: int
    tokens: int
    most_tokens: int


def weigh(db: Db, model: str, submission: int) -> Weighed:
    """The estimate of a submission's texts by the rule as it is."""
    known, kinds = basis(db, model), sum((part.kinds for part in requests.parts(db, submission)), Kinds())
    return Weighed(characters=kinds.characters, tokens=known.tokens_of(kinds), most_tokens=known.most_tokens(kinds))


def learn(db: Db, model: str, submission: int, estimated: int | None = None) -> CameBack:
    """Learns from what came back of a submission that ends, and says what was estimated of just that.

    `estimated` is what was promised for all of it; None for what the rule says now.

    A text's own count teaches most; of a direct request Google tells the sum alone.
    """
    known, parts = basis(db, model), requests.parts(db, submission)
    answered = [part for part in parts if part.answered]
    counted = [part for part in answered if part.counted and part.tokens > 0]
    kinds, tokens = sum((part.kinds for part in counted), Kinds()), sum(part.tokens for part in counted)
    came = _came_back(known, estimated, answered, parts)
    if tokens and kinds.characters:
        direct = requests.is_direct(db, submission)
        if not direct or not known.band(kinds).jobs:  # a hundred small requests would push out every other mix
            _note_miss(db, model, Miss(kinds=kinds, predicted=known.tokens_of(kinds), tokens=tokens), submission)
        step = sum(part.texts for part in counted) // TEXTS_LOOKED_AT + 1
        seen = [Seen(kinds, tokens)] if direct else requests.counted_texts(db, submission, step)
        _save(db, model, known.rule.learned(seen))
    return came


def _came_back(known: Basis, estimated: int | None, answered: Sequence[Counted], parts: Sequence[Counted]) -> CameBack:
    """What an estimate of all parts says of those that came back: their weight of it, not their number."""
    kinds, whole = (sum((part.kinds for part in some), Kinds()) for some in (answered, parts))
    said = known.tokens_of(kinds)
    if estimated is not None:
        said = estimated * known.rule.weight(kinds) // max(known.rule.weight(whole), 1)
    return CameBack(said, sum(part.tokens for part in answered))


def learn_sample(db: Db, model: str, seen: Sequence[Seen]) -> None:
    """Learns from groups of waiting texts that Google counted for free; how much they differ is the sample's band."""
    rule = basis(db, model).rule.learned(seen)
    kinds, tokens = sum((each.kinds for each in seen), Kinds()), sum(each.tokens for each in seen)
    predicted = [max(rule.weight(each.kinds), 1) / MILLION for each in seen]
    mean = tokens / sum(predicted)
    errors = [each.tokens / said - mean for each, said in zip(seen, predicted, strict=True)]
    spread = sqrt(sum(error**2 for error in errors) / max(len(errors) - 1, 1) / len(errors))
    _save(db, model, rule)
    _note_miss(db, model, Miss(kinds=kinds, predicted=round(sum(predicted)), tokens=tokens, spread=spread), None)


def _save(db: Db, model: str, rule: Rule) -> None:
    db.run(
        _SAVE_RULE,
        model=model,
        weights=json.dumps(rule.weights),
        certainty=json.dumps(rule.certainty),
        characters=rule.characters,
        tokens=rule.tokens,
        unknown=rule.unknown,
    )


def _note_miss(db: Db, model: str, miss: Miss, submission: int | None) -> None:
    numbers = dict(zip(NAMES, counts(miss.kinds), strict=True))
    db.run(
        _NOTE_MISS,
        model=model,
        submission=submission,
        predicted=miss.predicted,
        tokens=miss.tokens,
        spread=miss.spread,
        **numbers,
    )


def turnaround(db: Db, model: str) -> float | None:
    """Median seconds from submission to the end of a model's last settled jobs; None before the first."""
    pairs = ((parse_time(row[0]), parse_time(row[1])) for row in db.rows(_TURNAROUND, model=model, jobs=JOBS_LOOKED_AT))
    took = [(end - start).total_seconds() for start, end in pairs if start and end]
    return median(took) if took else None
