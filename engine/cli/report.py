"""`halfrate cost report`: what was and may be paid, grouped as asked; billing days and months are Google's."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from engine.cli.documents import (
    CURRENCY,
    Document,
    doubtful_document,
    guessed,
    mode_name,
    reuse_document,
    spend_document,
)
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import emit, printable, table, usd
from engine.domain.billing import billing_day, billing_month, local_days
from engine.domain.ledger import RESERVED, Spend
from engine.domain.models import Mode
from engine.domain.money import plain
from engine.domain.reports import Reuse

if TYPE_CHECKING:
    from engine.store.db import Db
    from engine.store.ledger import Held, ReportRow
    from engine.store.reuse import Reused

BY = ("day", "month", "key", "project", "model", "mode", "job", "document", "folder", "collection", "kind")
_DAY = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One look at the ledger, grouped."""

    by: str
    since: date | None
    until: date | None
    sync: Spend
    batch: Spend
    rows: list[ReportRow]
    kinds: list[ReportRow]
    """Waste by kind."""
    reused: Reuse
    reused_by: dict[str, Reuse] | None
    """By the names of the lines; None where what is reused does not tell."""
    reserved: Held

    @property
    def total(self) -> Spend:
        """Both modes."""
        return self.sync + self.batch


@click.command()
@common
@click.option("--by", type=click.Choice(BY), default="day", show_default=True, help="What a line sums.")
@click.option("--since", type=_DAY, metavar="D", help="From this billing day on, as 2026-11-24.")
@click.option("--until", type=_DAY, metavar="D", help="Up to this billing day, which is included.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the lines as CSV.")
@pass_invocation
def report(
    invocation: Invocation,
    by: str,
    since: datetime | None,
    until: datetime | None,
    as_csv: bool,  # noqa: FBT001 - a flag
) -> int:
    """What was paid, from the ledger; amounts in US dollars.

    Example: halfrate cost report --by month
    """
    if as_csv and invocation.json:
        raise click.UsageError("--csv and --json exclude each other.")
    with invocation.reading() as db, db.reading():
        found = _read(db, by, since.date() if since else None, until.date() if until else None)
    if as_csv:
        click.echo(invocation.mask(_csv(found)), nl=False)
        return DONE
    emit(invocation, _document(found), _lines(found))
    return DONE


def _read(db: Db, by: str, since: date | None, until: date | None) -> Report:
    from engine.store import by_text, ledger, reuse

    if by in ("document", "folder"):
        rows = by_text.report(db, by, since=since, until=until)  # type: ignore[arg-type]  # one of the two
    else:
        rows = ledger.report(db, by, since=since, until=until)  # type: ignore[arg-type]  # one of BY, and not those two
    kinds = ledger.report(db, "kind", since=since, until=until)
    names = _reuse_names()
    return Report(
        by=by,
        since=since,
        until=until,
        sync=ledger.spend(db, since=since, until=until, mode=Mode.SYNCHRONOUS),
        batch=ledger.spend(db, since=since, until=until, mode=Mode.BATCH),
        rows=rows,
        kinds=[row for row in kinds if row.spend.waste_tokens],
        reused=reuse.total(db, since, until),
        reused_by=reuse.report(db, names[by], since, until) if by in names else None,
        reserved=ledger.holding(db, RESERVED),
    )


def _reuse_names() -> dict[str, Callable[[Reused], str]]:
    """What a line is called that a booking of what was not paid belongs to."""
    return {
        "day": lambda each: billing_day(each.at).isoformat(),
        "month": lambda each: billing_month(each.at),
        "model": lambda each: each.model,
        "job": lambda each: each.job_id or "",
    }


def _document(found: Report) -> Document:
    total = found.total
    return {
        "currency": CURRENCY,
        "days": "US/Pacific",
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat() if found.until else None,
        "sync": _sum_document(found.sync),
        "batch": _sum_document(found.batch),
        "saved": plain(total.saved),
        "waste": plain(total.waste),
        "waste_kinds": [
            {
                "kind": row.name.removeprefix("waste: "),
                "mode": mode_name(row.mode),
                "tokens": row.spend.waste_tokens,
                "amount": plain(row.spend.waste),
            }
            for row in found.kinds
        ],
        "total": plain(total.amount),
        "adjustment": plain(total.adjustment),
        **guessed(total.guessed_tokens),
        "reused": reuse_document(found.reused),
        "uncertain": doubtful_document(total.uncertain_tokens, total.uncertain),
        "reserved": doubtful_document(found.reserved.tokens, found.reserved.amount),
        "rows": [_row_document(found, row) for row in found.rows],
    }


def _sum_document(spend: Spend) -> Document:
    return {"tokens": spend.tokens, "amount": plain(spend.amount), **guessed(spend.guessed_tokens)}


def _row_document(found: Report, row: ReportRow) -> Document:
    reused = _reused(found, row)
    return {
        found.by: _name(row),
        "mode": mode_name(row.mode),
        **spend_document(row.spend),
        **guessed(row.spend.guessed_tokens + row.spend.uncertain_tokens),
        **({} if reused is None else {"reused": reuse_document(reused)}),
    }


def _name(row: ReportRow) -> str:
    return mode_name(row.mode) or row.name if row.name == row.mode else row.name


def _reused(found: Report, row: ReportRow) -> Reuse | None:
    """What was reused is told beside batch work: at its price it is counted."""
    if found.reused_by is None:
        return None
    return found.reused_by.get(row.name, Reuse()) if row.mode is Mode.BATCH else Reuse()


def _lines(found: Report) -> Iterator[str]:
    """The ledger's sums, for people."""
    yield _heading(found)
    rows = [_cells(found, row) for row in found.rows]
    headings = [found.by, "mode", "requests", "tokens", "paid", "direct", "saved", "waste", "uncertain", "reused"]
    local = [local_days(date.fromisoformat(row.name)) for row in found.rows] if found.by == "day" else []
    if any(local):
        headings.append("local time")
        rows = [[*cells, words] for cells, words in zip(rows, local, strict=True)]
    yield from table(headings, rows, right="requests tokens paid direct saved waste uncertain reused")
    yield from _sums(found)


def _heading(found: Report) -> str:
    days = "".join((f" from {found.since}" if found.since else "", f" to {found.until}" if found.until else ""))
    return f"Billing days are Google's, in US Pacific time{days}. List prices, before tax, credits and free tier."


def _cells(found: Report, row: ReportRow) -> list[str]:
    spend, reused = row.spend, _reused(found, row)
    mark = "~" if spend.guessed_tokens else ""
    return [
        printable(_name(row)),
        mode_name(row.mode) or "",
        f"{spend.requests:,}",
        f"{mark}{spend.tokens:,}",
        f"{mark}{usd(spend.amount)}",
        f"{mark}{usd(spend.at_sync_price)}",
        f"{'~' if spend.uncertain else mark}{usd(spend.saved)}",
        usd(spend.waste),
        f"~{usd(spend.uncertain)}" if spend.uncertain else "-",
        usd(reused.amount) if reused and reused.chunks else "-",
    ]


def _sums(found: Report) -> Iterator[str]:
    sync, batch, total = found.sync, found.batch, found.total
    yield f"sync      {sync.tokens:>14,} tokens  {usd(sync.amount)}"
    yield f"batch     {batch.tokens:>14,} tokens  {usd(batch.amount)}"
    yield f"total     {total.tokens:>14,} tokens  {usd(total.amount)}"
    for row in found.kinds:
        yield f"waste     {row.spend.waste_tokens:>14,} tokens  {usd(row.spend.waste)}, in the total: {_kind(row)}"
    if total.guessed_tokens:
        yield f"guess     {total.guessed_tokens:>14,} tokens  of the total: nobody counted them, they are estimated"
    if total.uncertain_tokens:
        words = "may be charged, not in the total: `halfrate cost uncertain`"
        yield f"uncertain {total.uncertain_tokens:>14,} tokens  ~{usd(total.uncertain)} {words}"
    if total.adjustment:
        yield f"adjusted  {'':>14}         {usd(total.adjustment)} as the invoice says, not in the total"
    if found.reserved.tokens:
        amount = usd(found.reserved.amount)
        yield f"reserved  {found.reserved.tokens:>14,} tokens  ~{amount} for what is under way, not in the total"
    words = "useful tokens at the direct price, less all that was or may be paid"
    yield f"saved     {'':>14}         {usd(total.saved)}: {words}"
    if found.reused.chunks:
        yield f"reused    {found.reused.tokens:>14,} tokens  {usd(found.reused.amount)} not paid again"


def _kind(row: ReportRow) -> str:
    return f"{row.name.removeprefix('waste: ')}, {mode_name(row.mode)}"


def _csv(found: Report) -> str:
    text = io.StringIO()
    fields = list(dict.fromkeys((found.by, "mode", *spend_document(Spend()), "estimated", "reused")))
    writer = csv.DictWriter(text, fields, lineterminator="\n")
    writer.writeheader()
    for row in found.rows:
        document = _row_document(found, row)
        reused = document.get("reused")
        writer.writerow({**document, "reused": reused["amount"] if reused else ""})
    return text.getvalue()
