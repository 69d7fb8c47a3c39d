"""Costs: sums of the ledger by day, key, model and so on, and the postings behind every one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Tab, Tabs

from engine.domain.billing import billing_day
from engine.domain.ledger import Posting
from engine.domain.money import plain as exact
from engine.store import ledger
from engine.store.db import Db
from engine.store.ledger import By, CostLine
from engine.store.overview import Overview
from engine.wording import plural
from tui.figures import about, count, exact_usd
from tui.lists.costs import BYS, MODES, CostLines, Postings, account_name, line_name
from tui.lists.listing import Ask, Listing
from tui.panels.paged import PagedTable
from tui.panels.spend import AccountPanel, Curve, PlotPanel, curve
from tui.safe_text import plain
from tui.screens.list_screen import ListScreen


class CostsScreen(ListScreen[CostLine, Curve]):
    """A line for each sum; enter lists its entries."""

    PAGE, TITLE = "Costs", "Costs by day"
    CSS_PATH = "../styles/costs.tcss"
    EMPTY = "Nothing was paid yet. F shows what the waiting chunks would cost, and flushes them."

    def __init__(self) -> None:
        super().__init__(CostLines())

    def compose_body(self) -> Iterable[Widget]:
        """Sums and plot above, the lines below; the stylesheet decides."""
        yield self.filter_field()
        yield Container(
            Container(AccountPanel(), PlotPanel(), id="money"),
            Container(
                Tabs(*(Tab(Content(name), id=f"by-{name}") for name in BYS), id="bys"),
                self.list_panel(),
                id="sums",
            ),
            id="body",
        )

    def look(self, db: Db) -> Curve:
        return curve(ledger.daily(db), billing_day(self.console.workspace.clock()))

    def frame_title(self, overview: Overview) -> str:
        return f"Costs by {BYS[self.ask.order]}"

    def show_extra(self, overview: Overview, listing: Listing[CostLine, Curve]) -> None:
        self.query_one(AccountPanel).show(overview)
        guessed = overview.batch_total.guessed_tokens + overview.sync_total.guessed_tokens
        self.query_one(PlotPanel).show(listing.extra, self.colours, guessed=bool(guessed))

    def open(self, item: CostLine) -> None:
        self.open_detail("entries", BYS[self.ask.order], item)

    def on_paged_table_sideways(self, event: PagedTable.Sideways) -> None:
        """The arrows change what is summed."""
        event.stop()
        self._sum_by((self.ask.order + event.step) % len(BYS))

    def do_sort(self) -> None:
        """The next thing to sum by."""
        self._sum_by((self.ask.order + 1) % len(BYS))

    def _sum_by(self, place: int) -> None:
        self.query_one("#bys", Tabs).active = f"by-{BYS[place]}"

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """Sums by what the tab says, from the first page on."""
        event.stop()
        place = next((n for n, by in enumerate(BYS) if event.tab.id == f"by-{by}"), 0)
        if place != self.ask.order:
            self.asked(replace(Ask(self.ask.words), order=place))


class EntriesScreen(ListScreen[Posting, CostLine]):
    """The postings that a line sums: account, requests, tokens, unit price with its list and day, amount."""

    PAGE, TITLE = "Costs", "Ledger"
    CSS_PATH = "../styles/costs.tcss"
    EMPTY = "This line has no entries any more."

    def __init__(self, by: By, line: CostLine) -> None:
        super().__init__(Postings(by, line))
        self._by: By = by
        self._line = line

    def compose_body(self) -> Iterable[Widget]:
        """What is summed, the entries, and the price list of the highlighted one."""
        yield self.filter_field()
        yield Head(id="sum")
        yield self.list_panel()
        yield Head(id="line")

    def look(self, db: Db) -> CostLine:
        """The line as it stands now: entries may have come."""
        return ledger.line(db, self._by, self._line) or self._line

    def frame_title(self, overview: Overview) -> str:
        return f"Ledger of {line_name(self._by, self._line)}"

    def show_extra(self, overview: Overview, listing: Listing[Posting, CostLine]) -> None:
        spend = listing.extra.spend
        guessed = spend.guessed_tokens
        self.query_one("#sum", Head).show(
            Content.assemble(
                (f"{line_name(self._by, self._line)}  ", "bold"),
                (f"{MODES[self._line.mode][0]}  ", "$faint"),
                (plural(spend.tokens, "token"), ""),
                ("  =  ", "$faint"),
                (about(exact_usd(spend.amount), guessed), "bold $money"),
                ("   direct price ", "$faint"),
                about(exact_usd(spend.at_sync_price), guessed),
                ("   saved ", "$faint"),
                (about(exact_usd(spend.saved), guessed + spend.uncertain_tokens), "$ready"),
                (f"   {plural(guessed, 'token')} nobody counted" if guessed else "", "$waiting"),
            )
        )
        if (item := self.current) is not None:
            self.highlighted(item)

    def highlighted(self, item: Posting) -> None:
        """Where its price comes from."""
        note = f"; {plain(item.note)}" if item.note else ""
        guessed = f"; {plural(item.guessed_tokens, 'token')} nobody counted" if item.guessed_tokens else ""
        self.query_one("#line", Head).show(
            Content.assemble(
                f"{account_name(item)}: {count(item.tokens)} tokens x ${exact(item.price_per_million)} a million = ",
                (about(f"${exact(item.amount)}", item.guessed_tokens), "bold $money"),
                (guessed, "$waiting"),
                (f"   price list: {plain(item.price_label, 60)}{note}", "$faint"),
            )
        )

    def open(self, item: Posting) -> None:
        """Into the job that was paid for."""
        if item.job_id is not None:
            self.open_detail("job", item.job_id)


class Head(Widget):
    """A line above or below a list."""

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
