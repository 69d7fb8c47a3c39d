"""`halfrate cost`: what waits to be paid, and what was paid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from engine.cli.budget import budget
from engine.cli.documents import CURRENCY, Document, allowance_document, estimate_document, profile_document
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, note, usd
from engine.cli.prices import prices
from engine.cli.reconcile import reconcile
from engine.cli.report import report
from engine.cli.tracing import audit, judge, trace, uncertain
from engine.domain.models import Price
from engine.domain.money import plain
from engine.wording import allowance, plural, spend_limit

if TYPE_CHECKING:
    from engine.store.overview import Overview


@click.group()
@common
def cost() -> None:
    """Costs: estimate, report, budgets, prices, what stands behind an amount, and Google's invoice."""


for command in (budget, prices, report, trace, audit, uncertain, judge, reconcile):
    cost.add_command(command)


@cost.command()
@common
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Have N waiting texts counted by Google, free.")
@pass_invocation
def estimate(invocation: Invocation, sample: int | None) -> int:
    """What the waiting chunks would cost, batch and synchronous."""
    if sample:
        with invocation.workspace.manager("command") as manager:
            note(invocation, f"Google counted {plural(manager.sample(sample), 'text')}")
    with invocation.reading() as db:
        overview = invocation.workspace.overview(db, jobs=0, log_lines=0)
    document = {
        **estimate_document(overview.waiting),
        "saved": plain(overview.waiting.synchronous - overview.waiting.batch),
        "currency": CURRENCY,
        "price": _price_document(overview.price),
        "allowance": allowance_document(overview.granted),
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
        "checked": price.checked.isoformat() if price.checked else None,
    }


def _estimate_lines(overview: Overview) -> Iterator[str]:
    waiting, price = overview.waiting, overview.price
    yield f"waiting      {waiting.chunks:,} chunks, {waiting.characters:,} characters, about {waiting.tokens:,} tokens"
    yield f"between      {waiting.least_tokens:,} and {waiting.most_tokens:,} tokens"
    yield f"batch        {usd(waiting.batch)}  at ${plain(price.batch)} a million tokens"
    yield f"synchronous  {usd(waiting.synchronous)}  at ${plain(price.synchronous)} a million tokens"
    yield f"basis        {waiting.grounds}; prices from {price.label}"
    yield f"allowance    {allowance(overview.granted)}"
    yield f"spending     {spend_limit(overview.granted)}"
