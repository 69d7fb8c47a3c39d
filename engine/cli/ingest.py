"""`halfrate ingest`: texts into the queue, or embedded at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from engine.cli.documents import CURRENCY, Document, reuse_document
from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE, ERROR, FAILED_CHUNKS
from engine.cli.output import emit, note, progress, usd
from engine.domain import money
from engine.domain.billing import billing_day
from engine.domain.money import plain
from engine.wording import old_price, plural

if TYPE_CHECKING:
    from engine.ingest import IngestMode, IngestReport

STANDARD_INPUT = "-"
REMARKS_SHOWN = 20


@click.command()
@common
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--mode",
    type=click.Choice(["async", "sync"]),
    default="async",
    show_default=True,
    help="async: wait for a batch at half price; sync: embed at once at full price.",
)
@click.option("--glob", metavar="PATTERN", help="Only files of this name in folders, as '*.md' or 'guide/**/*.md'.")
@pass_invocation
def ingest(invocation: Invocation, paths: tuple[str, ...], mode: IngestMode, glob: str | None) -> int:
    """Cut texts into chunks: text, Markdown, HTML, source code, JSONL; folders; - for standard input.

    Unchanged files are passed over; of changed ones only the changed chunks are embedded again.
    """
    invocation.prepare(create=True)
    if mode == "sync":
        _warn(invocation)
    with progress(invocation) as watch:
        report = invocation.workspace.ingest(paths, mode=mode, glob=glob, watch=watch, stdin=_stdin(paths))
    for remark in report.remarks[:REMARKS_SHOWN]:
        note(invocation, str(remark))
    more = max(len(report.remarks), report.skipped) - REMARKS_SHOWN
    if more > 0:
        note(invocation, f"and {more:,} more like these; --json names the first {len(report.remarks):,}")
    spent = _spent(invocation, report)
    emit(invocation, _document(report, spent), _lines(report, spent))
    missing = [path for path in paths if path != STANDARD_INPUT and not Path(path).exists()]
    if missing:
        note(invocation, f"hint: check the spelling of {', '.join(missing)}; the rest was taken in")
    if report.chunks_failed:
        return FAILED_CHUNKS
    return ERROR if missing or (report.skipped and not report.documents) else DONE


def _warn(invocation: Invocation) -> None:
    """Money is spent at once: a price that nobody has looked up lately is said before."""
    workspace = invocation.workspace
    today = billing_day(workspace.clock())
    if words := old_price(workspace.settings.price(workspace.settings.profile.model, today), today):
        note(invocation, words)


def _stdin(paths: tuple[str, ...]) -> BinaryIO | None:
    return sys.stdin.buffer if STANDARD_INPUT in paths else None


def _spent(invocation: Invocation, report: IngestReport) -> Decimal:
    """What the tokens of this run cost, at full price."""
    settings = invocation.workspace.settings
    return (
        money.cost(report.tokens, settings.price(settings.profile.model).synchronous) if report.tokens else Decimal(0)
    )


def _document(report: IngestReport, spent: Decimal) -> Document:
    stored = report.stored
    return {
        "mode": report.mode,
        "files": report.files,
        "documents": {
            "added": stored.documents_added,
            "changed": stored.documents_changed,
            "unchanged": stored.documents_unchanged,
        },
        "chunks": {
            "pending": report.chunks_waiting,
            "ready": report.chunks_ready,
            "failed": report.chunks_failed,
            "kept": stored.chunks_kept,
            "removed": stored.chunks_removed,
            "reused": report.reused.chunks,
            "shared": stored.shared,
        },
        "reused": reuse_document(report.reused),
        "left_waiting": report.left_waiting,
        "tokens": report.tokens,
        "amount": plain(spent),
        "currency": CURRENCY,
        "skipped": report.skipped,
        "remarks": [
            {"source": each.source, "line": each.line, "remark": each.text, "skipped": each.skipped}
            for each in report.remarks
        ],
    }


def _lines(report: IngestReport, spent: Decimal) -> Iterator[str]:
    stored = report.stored
    yield (
        f"{plural(report.documents, 'document')}: {stored.documents_added:,} new, {stored.documents_changed:,} changed,"
        f" {stored.documents_unchanged:,} unchanged; {report.skipped:,} skipped"
    )
    if report.chunks_waiting:
        yield f"into the queue: {plural(report.chunks_waiting, 'chunk')}; `halfrate queue flush` submits them"
    if report.mode == "sync":
        yield (
            f"{plural(report.chunks_ready, 'chunk')} embedded, {report.chunks_failed:,} failed;"
            f" {report.tokens:,} tokens, {usd(spent)}"
        )
    if report.reused.chunks:
        yield f"{plural(report.reused.chunks, 'chunk')} READY at $0: their texts had been embedded before"
    if stored.shared:
        yield f"{plural(stored.shared, 'chunk')} of texts that wait or travel already: nothing more is sent for them"
    if report.left_waiting:
        yield f"{plural(report.left_waiting, 'chunk')} of other files wait; `halfrate queue flush` submits them"
