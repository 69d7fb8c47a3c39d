"""`halfrate cost prices`: every price that is known, where it is from, and which one is in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from engine.cli.documents import CURRENCY, Document, mode_name
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, table
from engine.domain.billing import billing_day
from engine.domain.models import MODELS
from engine.domain.money import plain
from engine.domain.prices import FOR_COMPARISON, PriceRow, in_force, rows_of, stale
from engine.wording import checked

if TYPE_CHECKING:
    from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class _Listed:
    """A row and what it is to us: `in use`, `other`, or a figure `for comparison`."""

    row: PriceRow
    status: str


@click.command()
@common
@pass_invocation
def prices(invocation: Invocation) -> int:
    """List prices, before tax, credits and the free tier: the published ones, yours, and figures to compare with."""
    today = billing_day(invocation.workspace.clock())
    listed = list(_listed(invocation.workspace.settings, today))
    document = {"currency": CURRENCY, "prices": [_document(each, today) for each in listed]}
    emit(invocation, document, _lines(listed, today))
    return DONE


def _listed(settings: Settings, today: date) -> Iterator[_Listed]:
    for model in dict.fromkeys((*MODELS, *settings.prices)):
        published, own = (MODELS[model].price,) if model in MODELS else (), settings.own_prices(model)
        used = in_force(own, today) or (*published, None)[0]
        for price in (*published, *own):
            status = "in use" if price == used else "not yet" if _to_come(price.valid_from, today) else "replaced"
            yield from (_Listed(row, status) for row in rows_of(price))
    yield from (_Listed(row, "to compare") for row in FOR_COMPARISON)


def _to_come(valid_from: date | None, today: date) -> bool:
    return valid_from is not None and valid_from > today


def _document(each: _Listed, today: date) -> Document:
    row = each.row
    return {
        "model": row.model,
        "mode": mode_name(row.mode),
        "per_million": plain(row.per_million),
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "source": row.source,
        "checked": row.checked.isoformat() if row.checked else None,
        "stale": stale(row, today),
        "status": each.status,
    }


def _lines(listed: Sequence[_Listed], today: date) -> Iterator[str]:
    yield "US dollars a million tokens; list prices, before tax, credits and the free tier"
    yield from table(
        ("model", "mode", "price", "valid from", "status", "source", "checked"),
        [
            (
                each.row.model,
                mode_name(each.row.mode),
                f"${plain(each.row.per_million)}" if each.row.per_million else "free",
                each.row.valid_from or "-",
                each.status,
                each.row.source,
                checked(each.row.checked, today, old=stale(each.row, today)),
            )
            for each in listed
        ],
        right="price",
    )
