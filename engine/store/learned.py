"""What was learned from Google's answers: characters per token, how long jobs take."""

from __future__ import annotations

from statistics import median

from engine.domain.estimates import Basis
from engine.domain.times import parse_time
from engine.store.db import Db, Query

JOBS_LOOKED_AT = 20

_RATIO = Query("characters and tokens of a model", "SELECT characters, tokens FROM token_ratio WHERE model = :model")
_LEARN = Query(
    "add to the characters and tokens of a model",
    "INSERT INTO token_ratio VALUES (:model, :characters, :tokens) ON CONFLICT (model) DO UPDATE SET"
    " characters = token_ratio.characters + excluded.characters, tokens = token_ratio.tokens + excluded.tokens",
)
_ERRORS = Query(
    "what the estimates of the last jobs missed by",
    "SELECT coalesce(sum(abs(estimated_tokens - tokens)), 0), coalesce(sum(tokens), 0) FROM (SELECT estimated_tokens,"
    " tokens FROM batch_jobs WHERE status = 'COMPLETED' AND model = :model AND tokens > 0 AND duplicate_of IS NULL"
    " AND found IS NULL ORDER BY created_at DESC LIMIT :jobs)",
)
_TURNAROUND = Query(
    "how long the last jobs took",
    "SELECT submitted_at, ended_at FROM batch_jobs WHERE status IN ('COMPLETED', 'COMPLETED_WITH_ERRORS')"
    " AND model = :model AND submitted_at IS NOT NULL ORDER BY created_at DESC LIMIT :jobs",
)


def basis(db: Db, model: str) -> Basis:
    """What estimates of this model rest on."""
    ratio = db.one(_RATIO, model=model)
    errors = db.one(_ERRORS, model=model, jobs=JOBS_LOOKED_AT)
    return Basis(
        characters=ratio["characters"] if ratio else 0,
        tokens=ratio["tokens"] if ratio else 0,
        error_tokens=errors[0] if errors else 0,
        compared_tokens=errors[1] if errors else 0,
    )


def learn(db: Db, model: str, characters: int, tokens: int) -> None:
    """Adds what came back to what is known of a model's characters per token."""
    if characters > 0 and tokens > 0:
        db.run(_LEARN, model=model, characters=characters, tokens=tokens)


def turnaround(db: Db, model: str) -> float | None:
    """Median seconds from submission to the end of a model's last settled jobs; None before the first."""
    pairs = ((parse_time(row[0]), parse_time(row[1])) for row in db.rows(_TURNAROUND, model=model, jobs=JOBS_LOOKED_AT))
    took = [(end - start).total_seconds() for start, end in pairs if start and end]
    return median(took) if took else None
