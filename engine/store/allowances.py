"""What is known of the allowances of enqueued tokens: a row a model and key, as the governor leaves it."""

from __future__ import annotations

from datetime import datetime

from engine.domain.governor import Known, Source
from engine.domain.times import utc_text
from engine.store.db import Db, Query, plain, value

_KNOWN = Query(
    "the allowance of a model",
    "SELECT tokens, source, since, proven, steps, try_at, accepted, refused, refused_at, begun_at, spend_refused_at"
    " FROM allowances WHERE model = :model ORDER BY key_fingerprint = :key DESC, at DESC LIMIT 1",
)
_NOTE = Query(
    "note the allowance of a model",
    "INSERT INTO allowances VALUES (:model, :key, :tokens, :source, :since, :proven, :steps, :try_at, :accepted,"
    " :refused, :refused_at, :begun_at, :spend_refused_at, :at) ON CONFLICT (model, key_fingerprint) DO UPDATE SET"
    " tokens = excluded.tokens, source = excluded.source, since = excluded.since, proven = excluded.proven,"
    " steps = excluded.steps, try_at = excluded.try_at, accepted = excluded.accepted, refused = excluded.refused,"
    " refused_at = excluded.refused_at, begun_at = excluded.begun_at,"
    " spend_refused_at = excluded.spend_refused_at, at = excluded.at",
)


def known(db: Db, model: str, published: int, key: str | None = None) -> Known:
    """What is known under a key, else under the one that sent last: most often both are of one project.

    The published figure is that of the settings, whatever it was.
    """
    row = db.one(_KNOWN, model=model, key=key)
    if row is None:
        return Known(tokens=published)
    if row["source"] == Source.PUBLISHED.value:
        return value(Known, row, tokens=published)
    return value(Known, row)


def note(db: Db, model: str, key: str, now: Known, at: datetime) -> None:
    """Remembers what is known from now on."""
    db.run(_NOTE, model=model, key=key, at=utc_text(at), **plain(now))
