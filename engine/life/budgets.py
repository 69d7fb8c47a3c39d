"""Budgets at work: how they stand, who is warned of them, and what an operator allows on top.

Whoever spends asks in the immediate transaction in which it reserves; there, what `standing` tells cannot change.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from engine.domain.billing import billing_day, billing_month
from engine.domain.budgets import Budget, Scope, stand
from engine.domain.keys import KeyLabel
from engine.domain.ledger import OVERRIDE, Transfer, budget
from engine.domain.money import halves
from engine.domain.times import utc_text
from engine.errors import InputError
from engine.settings import Settings
from engine.store import about, events, ledger, pots
from engine.store import budgets as store
from engine.store.db import Db
from engine.wording import alarm, usd

MOST = Decimal(10) ** 9
"""Dollars that are allowed at once: above it somebody mistyped, and sums might not fit the database."""


def standing(
    db: Db, settings: Settings, now: datetime, key: KeyLabel | None = None, collection: str = ""
) -> tuple[Budget, ...]:
    """How each budget stands, or each that concerns what a key pays for a collection; nothing is read without one."""
    caps = [cap for cap in settings.budget.caps if key is None or cap.concerns(key, collection)]
    if not caps:
        return ()
    with db.reading():
        return stand(caps, store.sums(db, billing_day(now)), store.overrides(db, now), now)


def fill_pots(db: Db, settings: Settings) -> None:
    """Notes which collection with a budget pays for which text, as far as that is not known yet, page by page."""
    names = list(settings.budget.pots)
    more = bool(names)
    while more:
        with db.writing():
            more = pots.fill(db, names)


def warn(db: Db, settings: Settings, now: datetime, actor: str) -> tuple[str, ...]:
    """A sentence for each budget that is nearly used up, logged once in its window; call it inside `writing`."""
    alarmed = [each for each in standing(db, settings, now) if each.alarm]
    for each in alarmed:
        window = utc_text(each.renews_at) if each.renews_at else ""
        if about.first_time(db, f"alarm of budget {each.window} {each.scope} {each.name}", window):
            events.log(db, now, actor, f"Budget: {alarm(each)}.", "warning")
    return tuple(map(alarm, alarmed))


def allow(db: Db, settings: Settings, now: datetime, amount: Decimal, until: datetime, because: str) -> None:
    """Raises what may be spent in all until some time; InputError where that makes no sense."""
    if not (amount.is_finite() and 0 < amount <= MOST and any(halves(amount))):
        raise InputError(f"{amount} is no amount that can be allowed.", hint="Name dollars above 0, as --allow 5.")
    if until <= now:
        raise InputError("The time until which it is to be allowed has passed.", hint="Name a time that lies ahead.")
    if not because.strip():
        raise InputError("No reason is given.", hint="Say why with --because: it is kept in the ledger.")
    if not any(cap.scope is Scope.ALL for cap in settings.budget.caps):
        raise InputError(
            "There is no budget for all that could be raised.", hint="[budget] in the settings file has none."
        )
    with db.writing(durable=True):
        ledger.post(
            db,
            Transfer(
                at=now,
                used_at=now,
                day=billing_day(now).isoformat(),
                debit=OVERRIDE,
                credit=budget(billing_month(now)),
                kind=OVERRIDE,
                amount=amount,
                mode="",
                model="",
                note=because.strip(),
                until=until,
            ),
        )
        events.log(db, now, "command", f"{usd(amount)} allowed on top of the budgets: {because.strip()}", "warning")
