"""`halfrate cost trace`, `audit`, `uncertain` and `judge`: what stands behind amounts, and what nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import click

from engine.cli.documents import CURRENCY, Document, guessed, mode_name
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE, ERROR
from engine.cli.output import emit, iso, local, note, printable, table, usd
from engine.domain.figures import Figure, Unit
from engine.domain.ledger import Posting
from engine.domain.money import plain
from engine.domain.requests import Judgement
from engine.errors import UnknownJob, WrongState
from engine.wording import plural

if TYPE_CHECKING:
    from engine.store.audit import Violation
    from engine.store.db import Db
    from engine.store.jobs import Reserved
    from engine.store.reuse import Reused
    from engine.store.trace import Asked, Trace
    from engine.store.uncertain import Uncertain

_WORDS = 48
"""Characters of a text in a line for people."""


@click.command()
@common
@click.argument("what", metavar="JOB|ENTRY|DAY|FIGURE")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Rows of each kind at most.")
@pass_invocation
def trace(invocation: Invocation, what: str, limit: int) -> int:
    """The transfers behind an amount, and the requests and texts behind them.

    JOB is a job's id, ENTRY a transfer's number, DAY a billing day, FIGURE a name such as month.paid.

    Example: halfrate cost trace month.paid
    """
    from engine.store.trace import trace as behind

    with invocation.reading() as db, db.reading():
        found = behind(db, _figure(invocation, db, what), limit)
    emit(invocation, _trace_document(found), _trace_lines(found))
    return DONE


def _figure(invocation: Invocation, db: Db, what: str) -> Figure:
    from engine.store import figures, jobs
    from engine.store import trace as tracing

    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", what):
            return tracing.of_day(db, date.fromisoformat(what))
        if re.fullmatch(r"\d{1,12}", what) and (entry := figures.entry(db, int(what))) is not None:
            return entry
        if (figure := figures.find(db, what, invocation.workspace.clock())) is not None:
            return figure
        return tracing.of_job(db, jobs.get(db, what).id)
    except (UnknownJob, ValueError):
        raise WrongState(
            f"{what!r} is no job, transfer, billing day or figure.",
            hint="A figure is named SCOPE.MEASURE: month.paid, total.saved, day=2026-11-24.waste, job=ID.uncertain,"
            " reused.amount, reserved.amount.",
        ) from None


def shown(figure: Figure, amount: object) -> str:
    """An amount in a figure's unit."""
    from decimal import Decimal

    number = Decimal(str(amount))
    return usd(number) if figure.unit is Unit.USD else f"{number:,.0f} {figure.unit}"


def _trace_document(found: Trace) -> Document:
    figure = found.figure
    money = figure.unit is Unit.USD
    return {
        "figure": figure.name,
        "amount": plain(figure.amount) if money else int(figure.amount),
        "unit": figure.unit,
        "currency": CURRENCY,
        **({"estimated": True, "basis": figure.basis} if figure.basis else {}),
        "rows": [_row_document(row) for row in found.rows],
        "more": {
            "rows": found.more,
            "amount": plain(found.more_amount) if money else int(found.more_amount),
        },
        "requests": [_request_document(each) for each in found.requests],
        "more_requests": found.more_requests,
        "requests_amount": plain(found.requests_amount),
    }


def _row_document(row: Posting | Reused | Reserved) -> Document:
    from engine.store.jobs import Reserved

    if isinstance(row, Posting):
        return {
            "transfer": row.transfer,
            "at": iso(row.at),
            "day": row.day,
            "account": row.account,
            "kind": row.kind,
            "mode": mode_name(row.mode),
            "model": row.model,
            "key": {"label": row.key_label, "last_four": row.key_tail},
            "requests": row.requests,
            "tokens": row.tokens,
            "price": plain(row.price_per_million),
            "price_list": row.price_label,
            "amount": plain(row.amount),
            **guessed(row.guessed_tokens),
            "direct": plain(row.direct),
            "job": row.job_id,
            "note": row.note,
        }
    if isinstance(row, Reserved):
        return {"model": row.model, "tokens": row.tokens, "price": plain(row.price), "status": row.status}
    return {
        "at": iso(row.at),
        "way": row.way,
        "model": row.model,
        "chunks": row.chunks,
        "tokens": row.tokens,
        "amount": plain(row.amount),
        "job": row.job_id,
    }


def _request_document(each: Asked) -> Document:
    return {
        "job": each.job_id,
        "submission": each.submission,
        "text": each.text,
        "source": each.source,
        "words": each.words,
        "outcome": each.outcome,
        "tokens": each.tokens,
        "basis": each.basis or ("google" if each.tokens is not None else None),
        "doubt": each.doubt,
        "judged": each.judged,
        "amount": plain(each.amount),
        **guessed(int(each.basis == "estimated" or each.doubt is not None)),
    }


def _trace_lines(found: Trace) -> Iterator[str]:
    figure = found.figure
    mark = "~" if figure.estimated else ""
    yield f"{figure.name}  {mark}{shown(figure, figure.amount)}" + (f"  ({figure.basis})" if figure.basis else "")
    yield from _row_lines(found)
    if found.more:
        yield f"and {plural(found.more, 'row')} more, together {shown(figure, found.more_amount)}"
    if found.requests:
        yield ""
        yield f"The requests behind them come to {usd(found.requests_amount)}:"
        yield from table(
            ("text", "outcome", "tokens", "basis", "amount", "source", "begins"),
            [_request_cells(each) for each in found.requests],
            right="text tokens amount",
        )
    if found.more_requests:
        yield f"and {plural(found.more_requests, 'request')} more: --limit shows them"


def _row_lines(found: Trace) -> Iterator[str]:
    from engine.store.figures import adds

    def amount(row: Posting | Reused | Reserved) -> str:
        return shown(found.figure, adds(found.figure, row))

    postings = [row for row in found.rows if isinstance(row, Posting)]
    if postings:
        yield from table(
            ("transfer", "day", "account", "kind", "tokens", "$ per 1M", "adds", "job", "note"),
            (
                (
                    row.transfer, row.day, row.account, row.kind, f"{row.tokens:,}", plain(row.price_per_million),
                    amount(row), (row.job_id or "-")[:7], printable(row.note),
                )
                for row in postings
            ),
            right="transfer tokens adds",
        )  # fmt: skip
        return
    for row in found.rows:
        words = ", ".join(f"{name} {value}" for name, value in _row_document(row).items() if value is not None)
        yield f"{amount(row)}  {words}"


def _request_cells(each: Asked) -> tuple[object, ...]:
    tokens = f"{each.tokens:,}" if each.tokens is not None else f"~{each.doubt:,}" if each.doubt is not None else "-"
    words = " ".join((each.words or "(no chunk has it any more)").split())
    basis = each.basis or ("google" if each.tokens is not None else each.judged or "-")
    short = words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…"
    return each.text, each.outcome, tokens, basis, usd(each.amount), printable(each.source or "-"), printable(short)


@click.command()
@common
@pass_invocation
def audit(invocation: Invocation) -> int:
    """Whether the ledger is sound: every rule, and what contradicts it; exit code 1 when one fails.

    Example: halfrate cost audit
    """
    from engine.store.audit import RULES, violations

    with invocation.reading() as db, db.reading():
        found = violations(db)
    document = {
        "ok": not found,
        "rules": [{"rule": rule, "violations": [each.where for each in found if each.rule == rule]} for rule in RULES],
    }
    emit(invocation, document, _audit_lines(RULES, found))
    return ERROR if found else DONE


def _audit_lines(rules: tuple[str, ...], found: list[Violation]) -> Iterator[str]:
    for rule in rules:
        broken = [each.where for each in found if each.rule == rule]
        yield f"{'ok    ' if not broken else 'BROKEN'}  {rule}"
        yield from (f"        {where}" for where in broken[:20])
        if len(broken) > 20:
            yield f"        and {len(broken) - 20:,} more: --json lists them"


@click.command()
@common
@pass_invocation
def uncertain(invocation: Invocation) -> int:
    """What may have been charged and nobody can read, and what can be done about it.

    Example: halfrate cost uncertain
    """
    return _show_uncertain(invocation)


def _show_uncertain(invocation: Invocation) -> int:
    from engine.store import uncertain as doubtful

    with invocation.reading() as db:
        found = doubtful.found(db)
    document = {
        "currency": CURRENCY,
        "uncertain": [_uncertain_document(each) for each in found],
    }
    emit(invocation, document, _uncertain_lines(found))
    return DONE


def _uncertain_document(each: Uncertain) -> Document:
    return {
        "name": each.name,
        "job": each.job_id,
        "submission": each.submission,
        "mode": mode_name(each.mode),
        "kinds": list(each.kinds),
        "requests": each.requests,
        "tokens": each.tokens,
        "amount": plain(each.amount),
        "estimated": True,
        "since": iso(each.since),
        "remedies": remedies(each),
    }


def remedies(each: Uncertain) -> list[str]:
    """What can be done about uncertain money, the surest first."""
    count = [] if each.unknown else [f"halfrate cost judge {each.name} --count --because WORDS"]
    return [
        "halfrate cost reconcile EXPORT.csv",
        *count,
        f"halfrate cost judge {each.name} --billed --because WORDS",
        f"halfrate cost judge {each.name} --free --because WORDS",
    ]


def _uncertain_lines(found: list[Uncertain]) -> Iterator[str]:
    if not found:
        yield "Nothing is uncertain."
        return
    yield from table(
        ("name", "mode", "why", "requests", "tokens", "amount", "since"),
        (
            (
                each.name, mode_name(each.mode), ", ".join(each.kinds), f"{each.requests:,}", f"~{each.tokens:,}",
                f"~{usd(each.amount)}", local(each.since),
            )
            for each in found
        ),
        right="requests tokens amount",
    )  # fmt: skip
    yield "Compare with Google's export (`halfrate cost reconcile`), have the texts counted again, or judge:"
    yield "`halfrate cost judge NAME --count|--billed|--free --because WORDS`"


@click.command()
@common
@click.argument("name", metavar="JOB|REQUEST")
@click.option("--billed", "decision", flag_value="billed", help="Google charges it: it is paid, and was wasted.")
@click.option("--free", "decision", flag_value="free", help="Google does not charge it.")
@click.option("--count", "decision", flag_value="count", help="Have Google count the texts again, for free.")
@click.option("--because", required=True, metavar="WORDS", help="Why; it stays with the transfers.")
@pass_invocation
def judge(invocation: Invocation, name: str, decision: str | None, because: str) -> int:
    """Decide about uncertain money of a job or direct request, as `cost uncertain` names it.

    Example: halfrate cost judge direct-12 --free --because "not on the invoice"
    """
    if decision is None:
        raise click.UsageError("One of --billed, --free and --count is needed.")
    if not because.strip():
        raise click.UsageError("--because needs words.")
    invocation.prepare()
    with invocation.workspace.manager("command") as manager:
        if decision == "count":
            number = manager.count_again(name, because.strip())
            note(invocation, f"Google counted {plural(number, 'text')}.")
        else:
            manager.judge(name, Judgement(decision), because.strip())
            note(invocation, f"{name} is judged {decision}.")
    return _show_uncertain(invocation)
