"""What was paid: sums of the ledger by day, key, model, mode or job, and the entries behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import get_args

from rich.text import Text

from engine.domain.estimates import error_percent
from engine.domain.ledger import LedgerEntry
from engine.domain.models import Mode
from engine.domain.money import cost
from engine.domain.money import plain as exact
from engine.store import ledger
from engine.store.db import Db
from engine.store.ledger import By, CostLine
from tui.figures import about, count, exact_usd, percent
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.safe_text import cell, fit_middle, plain

BYS: tuple[By, ...] = get_args(By)
"""What can be summed by; the order of an `Ask` is a place among them."""
MODES = {Mode.BATCH: ("batch", "travelling"), Mode.SYNCHRONOUS: ("direct", "faint")}
Entry = tuple[int, LedgerEntry]
"""A ledger entry behind its id."""


class CostLines(ListOf[CostLine]):
    """A line for each sum."""

    COLUMNS = (
        Column("name", "", 0),
        Column("mode", "mode", 6),
        Column("requests", "requests", 9, right=True, from_width=100),
        Column("tokens", "tokens", 13, right=True),
        Column("amount", "amount", 11, right=True),
        Column("direct", "direct price", 12, right=True, from_width=88),
        Column("saved", "saved", 11, right=True, from_width=66),
        Column("waste", "waste", 10, right=True, from_width=110),
        Column("error", "estimate", 8, right=True, from_width=76),
    )

    def page(self, db: Db, ask: Ask, limit: int) -> list[CostLine]:
        return ledger.lines(db, BYS[ask.order], words=ask.words, limit=limit, offset=ask.offset)

    def count(self, db: Db, ask: Ask) -> int:
        return ledger.count_lines(db, BYS[ask.order], words=ask.words)

    def key(self, item: CostLine) -> str:
        return f"{item.mode} {item.key}"

    def cells(self, item: CostLine, look: Look) -> Mapping[str, Text]:
        colours, spend = look.colours, item.spend
        word, meaning = MODES[item.mode]
        return {
            "name": cell(line_name(BYS[look.ask.order], item), "bold"),
            "mode": cell(word, colours[meaning]),
            "requests": cell(count(spend.requests), colours["faint"], right=True),
            "tokens": cell(about(count(spend.tokens), spend.guessed_tokens), right=True),
            "amount": cell(about(exact_usd(spend.amount), spend.guessed_tokens), colours["money"], right=True),
            "direct": cell(about(exact_usd(spend.at_sync_price), spend.guessed_tokens), colours["faint"], right=True),
            "saved": cell(
                about(exact_usd(spend.saved), spend.guessed_tokens) if spend.saved else "", colours["ready"], right=True
            ),
            "waste": cell(
                exact_usd(spend.waste) if spend.waste else "", colours["failed"] if spend.waste else "", right=True
            ),
            "error": cell(_error(item.error_percent), colours["faint"], right=True),
        }

    def fields(self, ask: Ask) -> Sequence[str]:
        """The first one is named as the lines are."""
        by = BYS[ask.order]
        return (
            by, "mode", "requests", "tokens", "guessed_tokens", "amount", "at_sync_price", "saved", "waste_tokens",
            "waste", "estimated_tokens",
        )  # fmt: skip

    def record(self, item: CostLine) -> Sequence[object]:
        spend = item.spend
        return (
            item.key or "", item.mode.value, spend.requests, spend.tokens, spend.guessed_tokens, exact(spend.amount),
            exact(spend.at_sync_price), exact(spend.saved), spend.waste_tokens, exact(spend.waste),
            item.estimated_tokens,
        )  # fmt: skip

    def copied(self, item: CostLine) -> str:
        spend = item.spend
        return f"{item.key} {item.mode} {spend.tokens} tokens {about(f'${exact(spend.amount)}', spend.guessed_tokens)}"

    def name(self, ask: Ask) -> str:
        return f"costs-by-{BYS[ask.order]}"


class Entries(ListOf[Entry]):
    """The ledger entries that a line sums, the newest first."""

    NAME = "ledger-entries"
    COLUMNS = (
        Column("id", "entry", 7, right=True),
        Column("at", "time (UTC)", 15),
        Column("mode", "mode", 6, from_width=100),
        Column("key", "key", 14, from_width=120),
        Column("model", "model", 22, from_width=140),
        Column("requests", "requests", 9, right=True, from_width=90),
        Column("tokens", "tokens", 12, right=True),
        Column("waste", "wasted", 9, right=True, from_width=130),
        Column("price", "$ per 1M", 9, right=True),
        Column("amount", "amount", 11, right=True),
        Column("saved", "saved", 11, right=True, from_width=110),
        Column("error", "estimate", 8, right=True, from_width=100),
        Column("job", "job", 9, from_width=70),
        Column("label", "price list", 0, from_width=150),
    )
    FIELDS = (
        "id", "at", "mode", "key_label", "key_tail", "model", "requests", "tokens", "guessed_tokens", "waste_tokens",
        "price_per_million",
        "sync_price_per_million", "price_list", "amount", "estimated_tokens", "job_id", "note",
    )  # fmt: skip

    def __init__(self, by: By, line: CostLine) -> None:
        self.by: By = by
        self.line = line

    def page(self, db: Db, ask: Ask, limit: int) -> list[Entry]:
        return ledger.entries_behind(db, self.by, self.line, words=ask.words, before_id=ask.after, limit=limit)

    def count(self, db: Db, ask: Ask) -> int:
        return ledger.count_behind(db, self.by, self.line, words=ask.words)

    def key(self, item: Entry) -> str:
        return str(item[0])

    def cells(self, item: Entry, look: Look) -> Mapping[str, Text]:
        number, entry = item
        colours = look.colours
        word, meaning = MODES[entry.mode]
        error = error_percent(entry.estimated_tokens, entry.tokens - entry.waste_tokens)
        return {
            "id": cell(str(number), colours["faint"], right=True),
            "at": cell(f"{entry.at:%d %b %H:%M:%S}", colours["faint"]),
            "mode": cell(word, colours[meaning]),
            "key": cell(f"{plain(entry.key_label, 8)} …{plain(entry.key_tail, 4)}"),
            "model": cell(plain(entry.model, 22)),
            "requests": cell(count(entry.requests), right=True),
            "tokens": cell(about(count(entry.tokens), entry.guessed_tokens), right=True),
            "waste": cell(count(entry.waste_tokens) if entry.waste_tokens else "", colours["failed"], right=True),
            "price": cell(exact(entry.price_per_million), colours["faint"], right=True),
            "amount": cell(about(exact_usd(amount_of(entry)), entry.guessed_tokens), colours["money"], right=True),
            "saved": cell(
                about(exact_usd(_at_direct_price(entry) - amount_of(entry)), entry.guessed_tokens),
                colours["ready"],
                right=True,
            ),
            "error": cell(_error(error), colours["faint"], right=True),
            "job": cell(plain((entry.job_id or "-")[:7])),
            "label": cell(plain(entry.price_label), colours["faint"]),
        }

    def record(self, item: Entry) -> Sequence[object]:
        number, entry = item
        return (
            number, entry.at, entry.mode.value, entry.key_label, entry.key_tail, entry.model, entry.requests,
            entry.tokens, entry.guessed_tokens, entry.waste_tokens, exact(entry.price_per_million),
            exact(entry.sync_price_per_million),
            entry.price_label, exact(amount_of(entry)), entry.estimated_tokens, entry.job_id, entry.note,
        )  # fmt: skip

    def copied(self, item: Entry) -> str:
        return item[1].job_id or str(item[0])


def line_name(by: By, line: CostLine) -> str:
    """How a line is called on screen."""
    if line.key is None:
        return "requests without a job"
    if by == "mode":
        return MODES[line.mode][0]
    if by == "job":
        return fit_middle(plain(line.key), 36)
    return plain(line.key, 40)


def amount_of(entry: LedgerEntry) -> Decimal:
    """What it cost, in dollars."""
    return cost(entry.tokens, entry.price_per_million)


def _at_direct_price(entry: LedgerEntry) -> Decimal:
    return cost(entry.tokens, entry.sync_price_per_million)


def _error(error: float | None) -> str:
    return "" if error is None else percent(error, signed=True) if abs(error) >= 0.05 else "exact"
