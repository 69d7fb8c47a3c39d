"""`halfrate cost`: what waits to be paid, and what was paid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from engine.cli.documents import CURRENCY, Document, estimate_document, profile_document
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, usd
from engine.cli.report import report
from engine.cli.tracing import audit, judge, trace, uncertain
from engine.domain.models import Price
from engine.domain.money import plain

if TYPE_CHECKING:
    from engine.store.overview import Overview


@click.group()
@common
def cost() -> None:
    """Costs: estimate, report, trace, audit, and what is uncertain."""


@cost.command()
@common
@pass_invocation
def estimate(invocation: Invocation) -> int:
    """What the waiting chunks would cost, batch and synchronous."""
    with invocation.reading() as db:
        overview = invocation.workspace.overview(db, jobs=0, log_lines=0)
    document = {
        **estimate_document(overview.waiting),
        "saved": plain(overview.waiting.synchronous - overview.waiting.batch),
        "currency": CURRENCY,
        "price": _price_document(overview.price),
        "profile": profile_document(overview.profile),
    }
    emit(invocation, document, _estimate_lines(overview))
    return DONE


def _price_document(price: Price) -> Document:
    return {
        "model": price.model,
        "batch": plain(price.batch),
        "synchronous": plain(price.synchronous),
        "source": price.source,
        "checked": price.checked.isoformat(),
    }


def _estimate_lines(overview: Overview) -> Iterator[str]:
    waiting, price = overview.waiting, overview.price
    yield f"waiting      {waiting.chunks:,} chunks, {waiting.characters:,} characters, about {waiting.tokens:,} tokens"
    yield f"batch        {usd(waiting.batch)}  at ${plain(price.batch)} a million tokens"
    yield f"synchronous  {usd(waiting.synchronous)}  at ${plain(price.synchronous)} a million tokens"
    yield f"basis        {waiting.basis}; prices from {price.label}"


cost.add_command(report)
for command in (trace, audit, uncertain, judge):
    cost.add_command(command)
