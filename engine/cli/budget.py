"""`halfrate cost budget`: every budget as it stands, and more that is allowed for a time."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from engine.cli.documents import CURRENCY, Document, budget_document
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, iso, local, note, table, usd
from engine.domain.billing import PACIFIC, billing_day
from engine.domain.budgets import Budget, Override, Scope
from engine.domain.money import plain
from engine.wording import renews

if TYPE_CHECKING:
    from engine.store.db import Db


@click.command()
@common
@click.option("--allow", metavar="USD", help="Allow so much on top of the budgets for all; needs the two others.")
@click.option("--until", metavar="TIME", help="When that ends: 2026-11-24, 2026-11-24T18:00, 18:00 or tomorrow.")
@click.option("--because", metavar="WORDS", help="Why; kept in the ledger.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_invocation
def budget(invocation: Invocation, allow: str | None, until: str | None, because: str | None, yes: bool) -> int:  # noqa: FBT001 - a flag
    """What may be spent in Google's days and months, what of it is used, and when it renews."""
    if (allow, until, because) != (None, None, None):
        if allow is None or until is None or because is None:
            raise click.UsageError("--allow, --until and --because belong together.")
        if not _allowed(invocation, _dollars(allow), moment_of(until, invocation.workspace.clock()), because, yes=yes):
            note(invocation, "Nothing was allowed.")
            return DONE
    with invocation.reading() as db, db.reading():
        emit_budgets(invocation, db)
    return DONE


def _allowed(invocation: Invocation, amount: Decimal, until: datetime, because: str, *, yes: bool) -> bool:
    """Asks, and allows; False when the answer was no."""
    from engine.life import budgets

    invocation.prepare()
    question = f"Allow {usd(amount)} on top of the budgets for all until {local(until)}?"
    if not yes and sys.stdin.isatty() and not click.confirm(question, err=True):
        return False
    workspace = invocation.workspace
    with contextlib.closing(workspace.connect()) as db:
        budgets.allow(db, workspace.settings, workspace.clock(), amount, until, because)
    return True


def emit_budgets(invocation: Invocation, db: Db) -> None:
    """Prints all budgets and overrides as they stand."""
    from engine.life.budgets import standing
    from engine.store.budgets import overrides

    now = invocation.workspace.clock()
    found, extra = standing(db, invocation.workspace.settings, now), overrides(db, now)
    document = {
        "currency": CURRENCY,
        "google_day": billing_day(now).isoformat(),
        "local_day": now.astimezone().date().isoformat(),
        "budgets": [budget_document(each) for each in found],
        "overrides": [_override_document(each) for each in extra],
    }
    emit(invocation, document, _lines(found, extra, now))


def _override_document(override: Override) -> Document:
    return {
        "amount": plain(override.amount),
        "at": iso(override.at),
        "until": iso(override.until),
        "because": override.because,
    }


def _lines(budgets: tuple[Budget, ...], overrides: list[Override], now: datetime) -> Iterator[str]:
    if not budgets:
        yield "no budget is set: [budget] in the settings file takes month and day, and the same by key"
    yield from table(
        ("for", "window", "limit", "paid", "reserved", "uncertain", "left", "used", "Google renews", "here"),
        (
            (
                {Scope.ALL: "all", Scope.KEY: f"{each.name} key"}.get(each.scope, each.name),
                each.window,
                usd(each.most),
                usd(each.paid + each.adjustment),
                usd(each.reserved),
                usd(each.uncertain),
                usd(each.left),
                f"{each.share:.0%}",
                f"{each.renews_at.astimezone(PACIFIC):%Y-%m-%d %H:%M}" if each.renews_at else "",
                renews(each),
            )
            for each in budgets
        ),
        right="limit paid reserved uncertain left used",
    )
    for override in overrides:
        yield f"allowed on top until {local(override.until)}: {usd(override.amount)}, because: {override.because}"
    if now.astimezone().date() != billing_day(now):
        yield f"it is {billing_day(now)} at Google (US Pacific), {now.astimezone().date()} here"


def _dollars(text: str) -> Decimal:
    try:
        return Decimal(text.removeprefix("$"))
    except InvalidOperation:
        raise click.UsageError(f"--allow is {text!r}, which is no amount of money.") from None


def moment_of(text: str, now: datetime) -> datetime:
    """A time as people write it, in their zone: `18:00` is the next one, `tomorrow` when that day begins.

    An ISO time with a zone is taken at its word. click.UsageError for what is none.
    """
    here = now.astimezone()
    try:
        if text.strip().lower() == "tomorrow":
            return _at(here + timedelta(days=1), time())
        if len(text) <= len("18:00"):
            later = _at(here, time.fromisoformat(text))
            return later if later > now else _at(here + timedelta(days=1), later.timetz())
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise click.UsageError(f"--until is {text!r}: it is a time as 2026-11-24T18:00, 18:00 or tomorrow.") from None


def _at(day: datetime, hour: time) -> datetime:
    """A time of that day in the local zone, whatever the clocks did in between."""
    return datetime.combine(day.date(), hour.replace(tzinfo=None)).astimezone()
