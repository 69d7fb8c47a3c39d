"""The ledger's side of a reconciliation: its rows as Google's invoice would show them, and where postings go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from engine.domain.billing import billing_day, billing_month
from engine.domain.differences import Booked, Difference
from engine.domain.invoice import Sku
from engine.domain.ledger import LedgerEntry
from engine.domain.money import amount_pico
from engine.domain.posting import Poster
from engine.domain.reconcile import Span, reconcile
from engine.errors import WrongState
from engine.invoice.export import Export
from engine.settings import Settings
from engine.store import ledger
from engine.store.db import Db

MOST_ENTRIES = 10_000_000


def differences(db: Db, settings: Settings, export: Export, now: datetime, *, complete: bool) -> list[Difference]:
    """An export against the ledger, over the months of its lines; `complete` says that these are all in it."""
    months = {billing_month(line.start) for line in export.lines}
    rows = booked(db, settings, months) if months else []
    span = Span(since=export.since or now, until=export.until or now, complete=complete)
    return reconcile(export.lines, rows, span, now)


def booked(db: Db, settings: Settings, months: Iterable[str]) -> list[Booked]:
    """What the ledger holds of some of Google's months."""
    wanted = set(months)
    since = date.fromisoformat(f"{min(wanted)}-01") - timedelta(days=1)
    rows = ledger.entries(db, since=since, limit=MOST_ENTRIES)
    return [_booked(row, entry, settings) for row, entry in rows if billing_month(entry.at) in wanted]


def _booked(row: int, entry: LedgerEntry, settings: Settings) -> Booked:
    projects = {"default": settings.billing.projects.default, "batch": settings.billing.projects.batch}
    return Booked(
        id=str(row),
        used_at=entry.at,
        day=billing_day(entry.at),
        project=projects.get(entry.key_label),
        sku=Sku(entry.model, entry.mode),
        tokens=entry.tokens,
        pico=amount_pico(entry.tokens, entry.price_per_million),
        guessed=entry.guessed_tokens > 0,
        name=f"job {entry.job_id[:7]}" if entry.job_id else f"direct request {row}",
    )


def poster(db: Db, now: datetime) -> Poster:
    """Where adjustments go in this ledger, inside the transaction of the caller."""
    raise WrongState("The ledger of this database has no account for adjustments.", hint="Run it without --post.")
