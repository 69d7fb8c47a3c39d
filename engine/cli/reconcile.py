"""`halfrate cost reconcile`: Google's invoice against the ledger, line by line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.documents import CURRENCY, Document, mode_name
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE, UNEXPLAINED
from engine.cli.output import emit, table, usd
from engine.domain.differences import Booked, Cause, Difference, Explanation
from engine.domain.invoice import ExportLine, Sku, named_skus
from engine.domain.money import dollars, plain
from engine.domain.posting import Posting, post, postings
from engine.wording import plural

if TYPE_CHECKING:
    from engine.invoice.export import Export

MOST_NAMED = 5
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_HEADINGS = ("day", "sold", "project", "billed tokens", "billed", "booked tokens", "booked", "difference")


def _month(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _MONTH.fullmatch(value):
        raise click.BadParameter(f"{value!r} is no month, as 2026-11.")
    return value


def _skus(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> dict[str, Sku | None]:
    try:
        return named_skus(dict(value.split("=", 1) for value in values))
    except ValueError as error:
        raise click.BadParameter(f"ID=MODEL/batch, ID=MODEL/direct or ID=other is expected: {error}.") from None


@click.command()
@common
@click.argument("export", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--month",
    metavar="YYYY-MM",
    callback=_month,
    help="Only this month of Google's (US Pacific), all of which is in EXPORT.",
)
@click.option("--sku", "skus", multiple=True, metavar="ID=MODEL/MODE", callback=_skus, help="What a SKU id is.")
@click.option("--post", "posting", is_flag=True, help="Post what is explained as adjustments.")
@pass_invocation
def reconcile(
    invocation: Invocation,
    export: Path,
    month: str | None,
    skus: dict[str, Sku | None],
    posting: bool,  # noqa: FBT001 - a flag
) -> int:
    """Compare Google's usage cost export with the ledger, and say why they differ.

    EXPORT is the standard usage cost export as CSV, with the columns service.description, sku.id, usage_start_time,
    usage_end_time, project.id, cost, currency, usage.amount, usage.unit; better with sku.description,
    currency_conversion_rate, credits (as JSON), cost_type and invoice.month too. [billing.skus] of the settings says
    once which SKU is which, [billing.projects] which project a key belongs to. What lies before the first or behind the
    last usage in EXPORT counts as not exported yet, unless --month says that all of the month is there.

    Ends with 7 when something stays unexplained or could not be read.
    """
    from engine.invoice.export import read_export
    from engine.life import invoicing

    workspace = invocation.workspace
    billing, now = workspace.settings.billing, workspace.clock()
    known = {**named_skus(billing.skus), **skus}
    read = read_export(export, known, month=month, projects=billing.projects.names)
    posted: list[Posting] = []
    if posting:
        with contextlib.closing(workspace.connect()) as db, db.writing(durable=True):
            found = invoicing.differences(db, workspace.settings, read, now, complete=month is not None)
            posted = post(found, invoicing.LedgerPoster(db, workspace.settings, now))
    else:
        with invocation.reading() as db, db.reading():
            found = invoicing.differences(db, workspace.settings, read, now, complete=month is not None)
    left = [] if posting else postings(found)
    emit(invocation, _document(read, found, posted, left), _lines(read, found, posted, left))
    return DONE if not read.bad and all(each.is_explained for each in found) else UNEXPLAINED


def _document(read: Export, found: Sequence[Difference], posted: list[Posting], left: list[Posting]) -> Document:
    return {
        "path": str(read.path),
        "months": dict(sorted(read.months.items())),
        "currency": CURRENCY,
        "billed": _sum([each.billed_tokens for each in found], [each.billed for each in found]),
        "booked": _sum([each.booked_tokens for each in found], [each.held for each in found]),
        "difference": _amount(sum(each.pico for each in found)),
        "unexplained": _amount(_unexplained(found)),
        "places": [_place_document(each) for each in found],
        "bad": [{"line": bad.number, "reason": bad.reason} for bad in read.bad],
        "others": dict(read.others),
        "posted": [each.identity for each in posted],
        "to_post": len(left),
    }


def _sum(tokens: Iterable[int], amounts: Iterable[int]) -> Document:
    return {"tokens": sum(tokens), "amount": _amount(sum(amounts))}


def _amount(pico: int) -> str:
    return plain(dollars(pico))


def _unexplained(found: Iterable[Difference]) -> int:
    return sum(each.pico for one in found for each in one.explanations if each.cause is Cause.UNEXPLAINED)


def _place_document(each: Difference) -> Document:
    sku = each.place.sku
    return {
        "day": each.place.day.isoformat(),
        "project": each.place.project,
        "model": sku.model if sku else None,
        "mode": mode_name(sku.mode) if sku else None,
        "billed": {"tokens": each.billed_tokens, "amount": _amount(each.billed)},
        "booked": {"tokens": each.booked_tokens, "amount": _amount(each.held)},
        "difference": _amount(each.pico),
        "explanations": [_explanation_document(one) for one in each.explanations],
    }


def _explanation_document(each: Explanation) -> Document:
    foreign = each.lines[0] if each.cause is Cause.CURRENCY else None
    return {
        "cause": each.cause.value,
        "amount": _amount(each.pico),
        "tokens": each.tokens,
        "booked": [one.name or one.id for one in each.booked],
        "lines": [line.number for line in each.lines],
        "billed_price": plain(each.billed_price) if each.billed_price is not None else None,
        "booked_price": plain(each.booked_price) if each.booked_price is not None else None,
        "billed_currency": foreign.currency if foreign else None,
        "conversion_rate": plain(foreign.rate) if foreign else None,
    }


def _lines(read: Export, found: Sequence[Difference], posted: list[Posting], left: list[Posting]) -> Iterator[str]:
    heading, *rows = table(_HEADINGS, [_row(each) for each in found], right=" ".join(_HEADINGS[3:])) or [""]
    yield f"Google's days (US Pacific); amounts in US dollars; difference is billed less booked\n{heading}"
    for row, each in zip(rows, found, strict=True):
        yield row
        for one in each.explanations:
            yield f"    {usd(dollars(one.pico)):>16}  {one.cause}{_detail(one)}"
    for bad in read.bad:
        yield f"line {bad.number} cannot be read: {bad.reason}"
    if read.others:
        others = ", ".join(f"{service} ({count:,})" for service, count in read.others.most_common())
        yield f"left out     lines of {others}"
    yield f"difference   {usd(dollars(sum(each.pico for each in found)))}"
    yield f"unexplained  {usd(dollars(_unexplained(found)))}"
    if posted:
        yield f"posted       {plural(len(posted), 'transfer')}"
    elif left:
        yield f"to post      {plural(len(left), 'transfer')}, with --post"


def _row(each: Difference) -> tuple[str, ...]:
    return (
        each.place.day.isoformat(),
        str(each.place.sku or "(invoice)"),
        each.place.project or "all",
        f"{each.billed_tokens:,}",
        usd(dollars(each.billed)),
        f"{each.booked_tokens:,}",
        usd(dollars(each.held)),
        usd(dollars(each.pico)),
    )


def _detail(each: Explanation) -> str:
    """What an explanation is seen in, behind its cause."""
    parts = [
        _tokens(each.tokens),
        _price(each),
        _currency(each.lines) if each.cause is Cause.CURRENCY else "",
        ", ".join(sorted({credit.name for line in each.lines for credit in line.credits}))
        if each.cause is Cause.CREDIT
        else "",
        _few([_name(one) for one in each.booked]),
        _few([f"line {line.number}" for line in each.lines]),
    ]
    return "".join(f"; {part}" for part in parts if part)


def _tokens(tokens: int) -> str:
    return f"{tokens:+,} tokens" if tokens else ""


def _price(each: Explanation) -> str:
    if each.billed_price is None:
        return ""
    instead = f" instead of ${plain(each.booked_price)}" if each.booked_price is not None else ""
    return f"${plain(each.billed_price)} a million{instead}"


def _currency(lines: Iterable[ExportLine]) -> str:
    sums = {(line.currency, line.rate): 0 * line.cost for line in lines}
    for line in lines:
        sums[line.currency, line.rate] += line.cost
    return ", ".join(f"{plain(cost)} {name} at {plain(rate)} to the dollar" for (name, rate), cost in sums.items())


def _name(booked: Booked) -> str:
    return f"{booked.name or booked.id} of {booked.tokens:,} tokens"


def _few(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join([*names[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])])
