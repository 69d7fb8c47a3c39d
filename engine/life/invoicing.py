"""The ledger's side of a reconciliation: its rows as Google's invoice would show them, and where postings go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from engine.domain.billing import PACIFIC, billing_month
from engine.domain.differences import Booked, Cause, Difference, Place, Standing
from engine.domain.invoice import Sku
from engine.domain.ledger import ADJUSTMENT, UNCERTAIN, USEFUL, Transfer, budget
from engine.domain.models import Mode
from engine.domain.money import PICO, dollars
from engine.domain.posting import Adjustment, Resolution
from engine.domain.reconcile import Span, reconcile
from engine.domain.requests import Judgement
from engine.invoice.export import Export
from engine.life import booking
from engine.settings import Settings
from engine.store import ledger
from engine.store.db import Db
from engine.store.ledger import Holding

_STANDINGS = {USEFUL: Standing.PAID, UNCERTAIN: Standing.UNCERTAIN, ADJUSTMENT: Standing.ADJUSTED}
_WHOLE_INVOICE = frozenset({Cause.TAX, Cause.CORRECTION, Cause.INVOICE_ROUNDING})


def differences(db: Db, settings: Settings, export: Export, now: datetime, *, complete: bool) -> list[Difference]:
    """An export against the ledger, over the months of its lines; `complete` says that these are all in it."""
    months = {billing_month(line.start) for line in export.lines}
    rows = booked(db, settings, months) if months else []
    span = Span(since=export.since or now, until=export.until or now, complete=complete)
    return reconcile(export.lines, rows, span, now)


def booked(db: Db, settings: Settings, months: Iterable[str]) -> list[Booked]:
    """What the ledger holds of some of Google's months."""
    wanted = sorted(months)
    last = date.fromisoformat(f"{wanted[-1]}-01") + timedelta(days=31)
    rows = ledger.holdings(db, date.fromisoformat(f"{wanted[0]}-01"), last)
    return [_booked(row, settings) for row in rows if row.day[:7] in wanted]


def _booked(row: Holding, settings: Settings) -> Booked:
    projects = {"default": settings.billing.projects.default, "batch": settings.billing.projects.batch}
    cause = Cause(row.kind) if row.holder == ADJUSTMENT and row.kind in Cause._value2member_map_ else None
    return Booked(
        id=_id(row),
        used_at=row.used_at,
        day=date.fromisoformat(row.day),
        project=projects.get(row.key_label),
        sku=None if cause in _WHOLE_INVOICE else Sku(row.model, row.mode),
        tokens=row.tokens,
        pico=int(row.amount * PICO),
        standing=_STANDINGS[row.holder],
        guessed=row.guessed_tokens > 0,
        cause=cause,
        name=f"job {row.job_id[:7]}" if row.job_id else f"direct request {row.id.rpartition(' ')[2]}",
    )


def _id(row: Holding) -> str:
    return f"{row.id} {row.holder}"


class LedgerPoster:
    """Posts into the ledger, inside the transaction of the caller."""

    def __init__(self, db: Db, settings: Settings, now: datetime) -> None:
        self._db = db
        self._settings = settings
        self._now = now

    def knows(self, identity: str) -> bool:
        """A transfer has this reference."""
        return ledger.is_posted(self._db, identity)

    def adjust(self, adjustment: Adjustment) -> None:
        """Moves money between the month's budget and `adjustment`; a transfer's amount is never negative."""
        place, sign = adjustment.place, -1 if adjustment.pico < 0 else 1
        source = budget(f"{place.day:%Y-%m}")
        ledger.post(
            self._db,
            Transfer(
                at=self._now,
                used_at=datetime.combine(place.day, time(12), PACIFIC).astimezone(UTC),
                day=place.day.isoformat(),
                debit=source if sign > 0 else ADJUSTMENT,
                credit=ADJUSTMENT if sign > 0 else source,
                kind=adjustment.cause.value,
                tokens=sign * adjustment.tokens,
                amount=dollars(abs(adjustment.pico)),
                mode=place.sku.mode if place.sku else Mode.BATCH,
                model=place.sku.model if place.sku else "",
                key_label=self._key_of(place),
                project=place.project or "",
                note="Google's invoice",
                reference=adjustment.identity,
            ),
        )

    def _key_of(self, place: Place) -> str:
        """Whose money it is: each mode has its key; what concerns a whole invoice is its project's."""
        if place.sku is not None:
            return "batch" if place.sku.mode is Mode.BATCH else "default"
        return "default" if place.project and place.project == self._settings.billing.projects.default else "batch"

    def resolve(self, resolution: Resolution) -> None:
        """The invoice judges what may have been charged: it was, and bought nothing, or it was not."""
        booked = resolution.booked
        row = next(each for each in ledger.holdings(self._db, booked.day, booked.day) if _id(each) == booked.id)
        judged = Judgement.BILLED if resolution.billed else Judgement.FREE
        booking.judge(self._db, self._now, row.submission or 0, judged, "Google's invoice")
