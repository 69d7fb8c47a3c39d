"""What was paid: sums of the ledger by day, key, model and so on, and the postings behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from rich.text import Text

from engine.domain.ledger import ADJUSTMENT, UNCERTAIN, USEFUL, WASTE, Posting
from engine.domain.models import Mode
from engine.domain.money import plain as exact
from engine.store import ledger
from engine.store.db import Db
from engine.store.ledger import NAMELESS, By, CostLine
from tui.figures import about, count, exact_usd
from tui.lists.listing import Ask, Column, ListOf, Look
from tui.safe_text import cell, fit_middle, plain

BYS: tuple[By, ...] = get_args(By)
"""What can be summed by; the order of an `Ask` is a place among them."""
MODES = {Mode.BATCH: ("batch", "travelling"), Mode.SYNCHRONOUS: ("direct", "faint")}
ACCOUNTS = {USEFUL: "ready", WASTE: "failed", UNCERTAIN: "waiting", ADJUSTMENT: "money"}
"""The colour of each account by its meaning."""


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
        Column("uncertain", "uncertain", 10, right=True, from_width=120),
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
                about(exact_usd(spend.saved), spend.guessed_tokens + spend.uncertain_tokens) if spend.saved else "",
                colours["ready"],
                right=True,
            ),
            "waste": cell(
                exact_usd(spend.waste) if spend.waste else "", colours["failed"] if spend.waste else "", right=True
            ),
            "uncertain": cell(
                f"~{exact_usd(spend.uncertain)}" if spend.uncertain else "", colours["waiting"], right=True
            ),
        }

    def fields(self, ask: Ask) -> Sequence[str]:
        """The first one is named as the lines are."""
        by = BYS[ask.order]
        return (
            by, "mode", "requests", "tokens", "guessed_tokens", "amount", "at_sync_price", "saved", "waste_tokens",
            "waste", "uncertain_tokens", "uncertain", "estimated_tokens",
        )  # fmt: skip

    def record(self, item: CostLine) -> Sequence[object]:
        spend = item.spend
        return (
            item.key or "", item.mode.value, spend.requests, spend.tokens, spend.guessed_tokens, exact(spend.amount),
            exact(spend.at_sync_price), exact(spend.saved), spend.waste_tokens, exact(spend.waste),
            spend.uncertain_tokens, exact(spend.uncertain), item.estimated_tokens,
        )  # fmt: skip

    def copied(self, item: CostLine) -> str:
        spend = item.spend
        return f"{item.key} {item.mode} {spend.tokens} tokens {about(f'${exact(spend.amount)}', spend.guessed_tokens)}"

    def name(self, ask: Ask) -> str:
        return f"costs-by-{BYS[ask.order]}"


class Postings(ListOf[Posting]):
    """The postings that a line sums, the newest first."""

    NAME = "ledger"
    COLUMNS = (
        Column("id", "transfer", 8, right=True),
        Column("at", "time (UTC)", 15),
        Column("account", "account", 22),
        Column("mode", "mode", 6, from_width=100),
        Column("key", "key", 14, from_width=120),
        Column("model", "model", 22, from_width=150),
        Column("requests", "requests", 9, right=True, from_width=90),
        Column("tokens", "tokens", 12, right=True),
        Column("price", "$ per 1M", 9, right=True, from_width=80),
        Column("amount", "amount", 11, right=True),
        Column("job", "job", 9, from_width=70),
        Column("label", "price list", 0, from_width=160),
    )
    FIELDS = (
        "id", "at", "day", "account", "kind", "mode", "key_label", "key_tail", "model", "requests", "tokens",
        "guessed_tokens", "price_per_million", "sync_price_per_million", "price_list", "amount", "estimated_tokens",
        "job_id", "note",
    )  # fmt: skip

    def __init__(self, by: By, line: CostLine) -> None:
        self.by: By = by
        self.line = line

    def page(self, db: Db, ask: Ask, limit: int) -> list[Posting]:
        return ledger.postings_behind(db, self.by, self.line, words=ask.words, before_id=ask.after, limit=limit)

    def count(self, db: Db, ask: Ask) -> int:
        return ledger.count_behind(db, self.by, self.line, words=ask.words)

    def key(self, item: Posting) -> str:
        return str(item.id)

    def cells(self, item: Posting, look: Look) -> Mapping[str, Text]:
        colours = look.colours
        word, meaning = MODES[item.mode]
        return {
            "id": cell(str(item.transfer), colours["faint"], right=True),
            "at": cell(f"{item.at:%d %b %H:%M:%S}", colours["faint"]),
            "account": cell(account_name(item), colours[ACCOUNTS.get(item.account, "faint")]),
            "mode": cell(word, colours[meaning]),
            "key": cell(f"{plain(item.key_label, 8)} …{plain(item.key_tail, 4)}"),
            "model": cell(plain(item.model, 22)),
            "requests": cell(count(item.requests), right=True),
            "tokens": cell(about(count(item.tokens), item.guessed_tokens), right=True),
            "price": cell(exact(item.price_per_million), colours["faint"], right=True),
            "amount": cell(about(exact_usd(item.amount), item.guessed_tokens), colours["money"], right=True),
            "job": cell(plain((item.job_id or "-")[:7])),
            "label": cell(plain(item.price_label), colours["faint"]),
        }

    def record(self, item: Posting) -> Sequence[object]:
        return (
            item.transfer, item.at, item.day, item.account, item.kind, item.mode.value, item.key_label, item.key_tail,
            item.model, item.requests, item.tokens, item.guessed_tokens, exact(item.price_per_million),
            exact(item.sync_price_per_million), item.price_label, exact(item.amount), item.estimated_tokens,
            item.job_id, item.note,
        )  # fmt: skip

    def copied(self, item: Posting) -> str:
        return item.job_id or str(item.transfer)


def account_name(item: Posting) -> str:
    """What an amount was for, with the kind of what was not useful."""
    name = plain(item.account, 12).removeprefix("paid:")
    return f"{name}: {plain(item.kind, 14)}" if item.kind and item.account != USEFUL else name


def line_name(by: By, line: CostLine) -> str:
    """How a line is called on screen."""
    if not line.key:
        return "requests without a job" if by == "job" else NAMELESS.get(by, "-").strip("()")
    if by == "mode":
        return MODES[line.mode][0]
    if by == "job":
        return fit_middle(plain(line.key), 36)
    return plain(line.key, 40)
