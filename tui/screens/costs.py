"""Costs: sums of the ledger by day, key, model, mode or job, and the entries behind every one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, get_args

from sqlite_utils import Database
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Tab, Tabs

from engine.domain.estimates import error_percent
from engine.domain.ledger import LedgerEntry
from engine.domain.pricing import Mode, amount_pico, dollars
from engine.domain.pricing import plain as exact
from engine.store import ledger
from engine.store.ledger import By, CostLine
from engine.store.overview import Overview
from tui.panels.paged import PagedTable
from tui.panels.spend import AccountPanel, Curve, PlotPanel, curve
from tui.panels.table import Column, Row
from tui.screens.listing import Ask, Listing, ListScreen
from tui.text import cell, count, exact_usd, fit_middle, percent, plain, plural

BYS: tuple[By, ...] = get_args(By)
NAMES = {"day": "day", "key": "key", "model": "model", "mode": "mode", "job": "job"}
MODES = {Mode.BATCH: ("batch", "travelling"), Mode.SYNCHRONOUS: ("sync", "faint")}


class CostsScreen(ListScreen[CostLine, Curve]):
    """A line for each sum; enter lists its entries."""

    PAGE, TITLE = "Costs", "Costs by day"
    CSS_PATH = "../styles/costs.tcss"
    COLUMNS = (
        Column("name", "", 0),
        Column("mode", "mode", 5),
        Column("requests", "requests", 9, right=True, from_width=100),
        Column("tokens", "tokens", 13, right=True),
        Column("amount", "amount", 11, right=True),
        Column("sync", "sync price", 11, right=True, from_width=88),
        Column("saved", "saved", 11, right=True, from_width=66),
        Column("waste", "waste", 10, right=True, from_width=110),
        Column("error", "estimate", 8, right=True, from_width=76),
    )
    EMPTY = "Nothing was paid yet. F shows what the waiting chunks would cost, and flushes them."

    def __init__(self) -> None:
        super().__init__()
        self._by: By = "day"

    def compose_body(self) -> Iterable[Widget]:
        """Sums and plot above, the lines below; the stylesheet decides."""
        yield self.filter_field()
        yield Container(
            Container(AccountPanel(), PlotPanel(), id="money"),
            Container(
                Tabs(*(Tab(Content(f"by {name}"), id=f"by-{name}") for name in NAMES), id="bys"),
                self.list_panel(),
                id="sums",
            ),
            id="body",
        )

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[CostLine]:
        return ledger.lines(db, BYS[ask.order], words=ask.words, limit=limit, offset=ask.offset)

    def count(self, db: Database, ask: Ask) -> int:
        return ledger.count_lines(db, BYS[ask.order], words=ask.words)

    def look(self, db: Database) -> Curve:
        return curve(ledger.daily(db), self.console.workspace.clock().date())

    def key(self, item: CostLine) -> str:
        return f"{item.mode} {item.key}"

    def row(self, item: CostLine, now: datetime) -> Row:
        colours, spend = self.colours, item.spend
        word, meaning = MODES[item.mode]
        return Row(
            self.key(item),
            {
                "name": cell(line_name(BYS[self.ask.order], item), "bold"),
                "mode": cell(word, colours[meaning]),
                "requests": cell(count(spend.requests), colours["faint"], right=True),
                "tokens": cell(count(spend.tokens), right=True),
                "amount": cell(exact_usd(spend.amount), colours["money"], right=True),
                "sync": cell(exact_usd(spend.at_sync_price), colours["faint"], right=True),
                "saved": cell(exact_usd(spend.saved) if spend.saved else "", colours["ready"], right=True),
                "waste": cell(
                    exact_usd(spend.waste) if spend.waste else "", colours["failed"] if spend.waste else "", right=True
                ),
                "error": cell(_error(item.error_percent), colours["faint"], right=True),
            },
        )

    @property
    def FIELDS(self) -> Sequence[str]:  # type: ignore[override]  # noqa: N802 - the first one is named as the lines are
        by = BYS[self.ask.order]
        return (
            by, "mode", "requests", "tokens", "amount", "at_sync_price", "saved", "waste_tokens", "waste",
            "estimated_tokens",
        )  # fmt: skip

    def record(self, item: CostLine) -> Sequence[object]:
        spend = item.spend
        return (
            item.key or "", item.mode.value, spend.requests, spend.tokens, exact(spend.amount),
            exact(spend.at_sync_price), exact(spend.saved), spend.waste_tokens, exact(spend.waste),
            item.estimated_tokens,
        )  # fmt: skip

    def copied(self, item: CostLine) -> str:
        return f"{item.key} {item.mode} {item.spend.tokens} tokens ${exact(item.spend.amount)}"

    def frame_title(self, overview: Overview) -> str:
        return f"Costs by {NAMES[BYS[self.ask.order]]}"

    def export_name(self) -> str:
        return f"costs-by-{BYS[self.ask.order]}"

    def show_extra(self, overview: Overview, listing: Listing[CostLine, Curve]) -> None:
        self.query_one(AccountPanel).show(overview)
        self.query_one(PlotPanel).show(listing.extra, self.colours)

    def open(self, item: CostLine) -> None:
        self.console.open_detail("entries", BYS[self.ask.order], item)

    def on_paged_table_sideways(self, event: PagedTable.Sideways) -> None:
        """The arrows change what is summed."""
        event.stop()
        self._sum_by((self.ask.order + event.step) % len(BYS))

    def do_sort(self) -> None:
        """What is summed next."""
        self._sum_by((self.ask.order + 1) % len(BYS))

    def _sum_by(self, place: int) -> None:
        self.query_one("#bys", Tabs).active = f"by-{BYS[place]}"

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """By click or by key."""
        event.stop()
        place = next((n for n, by in enumerate(BYS) if event.tab.id == f"by-{by}"), 0)
        if place != self.ask.order:
            self.asked(replace(Ask(self.ask.words), order=place))


class EntriesScreen(ListScreen[tuple[int, LedgerEntry], CostLine]):
    """The ledger entries that a line sums: requests, tokens, unit price with its list and day, amount."""

    PAGE, TITLE = "Costs", "Ledger entries"
    CSS_PATH = "../styles/costs.tcss"
    COLUMNS = (
        Column("id", "entry", 7, right=True),
        Column("at", "time (UTC)", 15),
        Column("mode", "mode", 5, from_width=100),
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
    EMPTY = "This line has no entries any more."
    FIELDS: ClassVar[Sequence[str]] = (
        "id", "at", "mode", "key_label", "key_tail", "model", "requests", "tokens", "waste_tokens", "price_per_million",
        "sync_price_per_million", "price_list", "amount", "estimated_tokens", "job_id", "note",
    )  # fmt: skip

    def __init__(self, by: By, line: CostLine) -> None:
        super().__init__()
        self._by: By = by
        self._line = line

    def compose_body(self) -> Iterable[Widget]:
        """What is summed, the entries, and the price list of the highlighted one."""
        yield self.filter_field()
        yield Head(id="sum")
        yield self.list_panel()
        yield Head(id="line")

    def fetch(self, db: Database, ask: Ask, limit: int) -> list[tuple[int, LedgerEntry]]:
        return ledger.entries_behind(db, self._by, self._line, words=ask.words, before_id=ask.after, limit=limit)

    def count(self, db: Database, ask: Ask) -> int:
        return ledger.count_behind(db, self._by, self._line, words=ask.words)

    def look(self, db: Database) -> CostLine:
        """The line as it stands now: entries may have come."""
        return ledger.line(db, self._by, self._line) or self._line

    def key(self, item: tuple[int, LedgerEntry]) -> str:
        return str(item[0])

    def row(self, item: tuple[int, LedgerEntry], now: datetime) -> Row:
        number, entry = item
        colours = self.colours
        word, meaning = MODES[entry.mode]
        error = error_percent(entry.estimated_tokens, entry.tokens - entry.waste_tokens)
        return Row(
            self.key(item),
            {
                "id": cell(str(number), colours["faint"], right=True),
                "at": cell(f"{entry.at:%d %b %H:%M:%S}", colours["faint"]),
                "mode": cell(word, colours[meaning]),
                "key": cell(f"{plain(entry.key_label, 8)} …{plain(entry.key_tail, 4)}"),
                "model": cell(plain(entry.model, 22)),
                "requests": cell(count(entry.requests), right=True),
                "tokens": cell(count(entry.tokens), right=True),
                "waste": cell(count(entry.waste_tokens) if entry.waste_tokens else "", colours["failed"], right=True),
                "price": cell(exact(entry.price_per_million), colours["faint"], right=True),
                "amount": cell(exact_usd(_amount(entry)), colours["money"], right=True),
                "saved": cell(exact_usd(_at_sync(entry) - _amount(entry)), colours["ready"], right=True),
                "error": cell(_error(error), colours["faint"], right=True),
                "job": cell(plain((entry.job_id or "-")[:7])),
                "label": cell(plain(entry.price_label), colours["faint"]),
            },
        )

    def record(self, item: tuple[int, LedgerEntry]) -> Sequence[object]:
        number, entry = item
        return (
            number, entry.at, entry.mode.value, entry.key_label, entry.key_tail, entry.model, entry.requests,
            entry.tokens, entry.waste_tokens, exact(entry.price_per_million), exact(entry.sync_price_per_million),
            entry.price_label, exact(_amount(entry)), entry.estimated_tokens, entry.job_id, entry.note,
        )  # fmt: skip

    def copied(self, item: tuple[int, LedgerEntry]) -> str:
        return item[1].job_id or str(item[0])

    def frame_title(self, overview: Overview) -> str:
        return f"Ledger entries of {line_name(self._by, self._line)}"

    def export_name(self) -> str:
        return "ledger-entries"

    def show_extra(self, overview: Overview, listing: Listing[tuple[int, LedgerEntry], CostLine]) -> None:
        spend = listing.extra.spend
        self.query_one("#sum", Head).show(
            Content.assemble(
                (f"{line_name(self._by, self._line)}  ", "bold"),
                (f"{MODES[self._line.mode][0]}  ", "$faint"),
                (plural(spend.tokens, "token"), ""),
                ("  =  ", "$faint"),
                (exact_usd(spend.amount), "bold $money"),
                ("   at sync price ", "$faint"),
                exact_usd(spend.at_sync_price),
                ("   saved ", "$faint"),
                (exact_usd(spend.saved), "$ready"),
            )
        )
        if (item := self.current) is not None:
            self.highlighted(item)

    def highlighted(self, item: tuple[int, LedgerEntry]) -> None:
        """Where its price comes from."""
        entry = item[1]
        note = f"; {plain(entry.note)}" if entry.note else ""
        self.query_one("#line", Head).show(
            Content.assemble(
                f"{count(entry.tokens)} tokens x ${exact(entry.price_per_million)} a million = ",
                (f"${exact(_amount(entry))}", "bold $money"),
                (f"   price list: {plain(entry.price_label, 60)}{note}", "$faint"),
            )
        )

    def open(self, item: tuple[int, LedgerEntry]) -> None:
        """Into the job that was paid for."""
        if item[1].job_id is not None:
            self.console.open_detail("job", item[1].job_id)


class Head(Widget):
    """One line."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._said = Content()

    def show(self, said: Content) -> None:
        """Says this from now on."""
        self._said = said
        self.refresh()

    def render(self) -> Content:
        """Cut where the line ends."""
        return self._said.truncate(max(1, self.content_size.width), ellipsis=True)


def line_name(by: By, line: CostLine) -> str:
    """How a line is called on screen."""
    if line.key is None:
        return "requests without a job"
    if by == "mode":
        return MODES[line.mode][0]
    if by == "job":
        return fit_middle(plain(line.key), 36)
    return plain(line.key, 40)


def _amount(entry: LedgerEntry) -> Decimal:
    return dollars(amount_pico(entry.tokens, entry.price_per_million))


def _at_sync(entry: LedgerEntry) -> Decimal:
    return dollars(amount_pico(entry.tokens, entry.sync_price_per_million))


def _error(error: float | None) -> str:
    return "" if error is None else percent(error, signed=True) if abs(error) >= 0.05 else "exact"
