"""`halfrate cost`: what waits to be paid, and what was paid."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from engine.cli.budget import budget
from engine.cli.documents import (
    CURRENCY,
    Document,
    allowance_document,
    estimate_document,
    guessed,
    mode_name,
    profile_document,
    reuse_document,
    spend_document,
)
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, note, table, usd
from engine.cli.prices import prices
from engine.cli.reconcile import reconcile
from engine.domain.ledger import Spend
from engine.domain.models import Mode, Price
from engine.domain.money import plain
from engine.domain.reports import Reuse
from engine.wording import allowance, plural, spend_limit

if TYPE_CHECKING:
    from engine.store.ledger import By, ReportRow
    from engine.store.overview import Overview

BY = ("day", "key", "model", "mode", "job")


@click.group()
@common
def cost() -> None:
    """Costs: estimate, report, budget, prices, and Google's invoice."""


cost.add_command(budget)
cost.add_command(prices)
cost.add_command(reconcile)


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


@cost.command()
@common
@click.option("--by", type=click.Choice(BY), default="day", show_default=True, help="What a line sums.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="D", help="From this day on (UTC), as 2026-11-24.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")
@pass_invocation
def report(invocation: Invocation, by: By, since: datetime | None, as_csv: bool) -> int:  # noqa: FBT001 - a flag
    """What was paid, from the ledger; amounts in US dollars."""
    if as_csv and invocation.json:
        raise click.UsageError("--csv and --json exclude each other.")
    from engine.store import ledger, reuse

    start = since.date() if since else None
    with invocation.reading() as db, db.reading():
        sync = ledger.spend(db, since=start, mode=Mode.SYNCHRONOUS)
        batch = ledger.spend(db, since=start, mode=Mode.BATCH)
        rows = ledger.report(db, by, since=start)
        reused = reuse.total(db, start)
    if as_csv:
        click.echo(_csv(by, rows), nl=False)
        return DONE
    document = {
        "currency": CURRENCY,
        "sync": _sum_document(sync),
        "batch": _sum_document(batch),
        "saved": plain(batch.saved),
        "waste": plain(sync.waste + batch.waste),
        "total": plain(sync.amount + batch.amount),
        **guessed(sync.guessed_tokens + batch.guessed_tokens),
        "reused": reuse_document(reused),
        "rows": [_row_document(by, row) for row in rows],
    }
    emit(invocation, document, report_lines(by, rows, sync, batch, reused, start))
    return DONE


def _sum_document(spend: Spend) -> Document:
    return {"tokens": spend.tokens, "amount": plain(spend.amount), **guessed(spend.guessed_tokens)}


def _row_document(by: str, row: ReportRow) -> Document:
    return {
        by: _name(row),
        "mode": mode_name(row.mode),
        **spend_document(row.spend),
        **guessed(row.spend.guessed_tokens),
    }


def _name(row: ReportRow) -> str:
    return mode_name(row.mode) or row.name if row.name == row.mode else row.name


def report_lines(
    by: str, rows: list[ReportRow], sync: Spend, batch: Spend, reused: Reuse, since: date | None
) -> Iterator[str]:
    """The ledger's sums, for people."""
    if since:
        yield f"since {since.isoformat()} (UTC)"
    yield from table(
        (by, "mode", "requests", "tokens", "amount", "saved", "waste"),
        (
            (
                _name(row),
                mode_name(row.mode) or "",
                f"{row.spend.requests:,}",
                f"{row.spend.tokens:,}",
                usd(row.spend.amount),
                usd(row.spend.saved),
                usd(row.spend.waste),
            )
            for row in rows
        ),
        right="requests tokens amount saved waste",
    )
    yield f"sync   {sync.tokens:>14,} tokens  {usd(sync.amount)}"
    yield f"batch  {batch.tokens:>14,} tokens  {usd(batch.amount)}  saved {usd(batch.saved)}"
    yield f"total  {sync.tokens + batch.tokens:>14,} tokens  {usd(sync.amount + batch.amount)}"
    waste = sync.waste_tokens + batch.waste_tokens
    if waste:
        yield f"waste  {waste:>14,} tokens  {usd(sync.waste + batch.waste)}, in the total"
    if guesses := sync.guessed_tokens + batch.guessed_tokens:
        yield f"guess  {guesses:>14,} tokens  of the total: nobody counted them, they are estimated"
    if reused.chunks:
        mark = "~" if reused.guessed_tokens else ""
        yield f"reused {f'{mark}{reused.tokens:,}':>14} tokens  {mark}{usd(reused.amount)} not paid again"


def _csv(by: str, rows: list[ReportRow]) -> str:
    text = io.StringIO()
    fields = [by, "mode", *spend_document(Spend())] if by != "mode" else ["mode", *spend_document(Spend())]
    writer = csv.DictWriter(text, fields, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({by: _name(row), "mode": mode_name(row.mode), **spend_document(row.spend)})
    return text.getvalue()
