"""Sums of the ledger, the entries behind them, the plot, the file."""

from __future__ import annotations

import contextlib
import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from engine.domain.ledger import PAID, UNCERTAIN
from engine.domain.models import Mode
from engine.domain.money import plain
from engine.store import ledger
from engine.store.ledger import DayTotal
from engine.workspace import Workspace
from tests import rows
from tests.conftest import World
from tests.rows import BATCH_PRICE, DIRECT_PRICE
from tests.tui.conftest import opened
from tests.tui.screens.conftest import drawn, press
from tui.panels.spend import curve
from tui.screens.costs import CostsScreen, EntriesScreen
from tui.screens.job import JobScreen


async def test_sums_saving_waste_and_budget_are_on_screen(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "c")
        await console.sees("direct price", "saved", "waste $0.1152", "of $100.00", "2026-11-24", "upper line")


async def test_arrows_and_s_change_what_is_summed(full: Workspace) -> None:
    async with opened(full) as console:
        await press(console, "c", "right")
        await console.sees("Costs by key", "default")
        await press(console, "s")
        await console.sees("Costs by model", "gemini-embedding-2")
        await press(console, "right", "right")
        await console.sees("Costs by job", "b4c5d6e7", " 21 ")
        await press(console, "left", "left", "left", "left", "left")
        await console.sees("Costs by kind", "waste: unused", "-$0.0384")


async def test_every_line_leads_to_the_entries_it_sums_and_these_to_their_job(full: Workspace) -> None:
    async with opened(full, size=(160, 40)) as console:
        await press(console, "c", "right", "right", "home", "enter")
        screen = console.app.screen
        assert isinstance(screen, EntriesScreen)
        assert screen.value is not None
        listed = sum(each.tokens for each in screen.value.items if each.account in PAID)
        assert listed == screen.value.extra.spend.tokens
        await console.sees(f"{listed:,} tokens", "$ per 1M", "price list:", "a million =")
        await press(console, "enter")
        assert isinstance(console.app.screen, JobScreen)


async def test_the_file_holds_the_exact_sums(full: Workspace, tmp_path: Path) -> None:
    async with opened(full) as console:
        await press(console, "c", "right")
        await console.press("e")
        await console.until(lambda: list(tmp_path.glob("halfrate-costs-by-key-*.csv")), "the file")
        await console.until(lambda: any("2 rows" in toast for toast in console.toasts), "the toast")
    [path] = tmp_path.glob("halfrate-costs-by-key-*.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with contextlib.closing(full.read()) as db:
        total = ledger.spend(db)
        assert {row["key"] for row in rows} == {"batch", "default"}
        assert sum(Decimal(row["amount"]) for row in rows) == total.amount
        assert {row["amount"] for row in rows} == {plain(line.spend.amount) for line in ledger.lines(db, "key")}


async def test_an_empty_ledger_says_what_fills_it(world: World) -> None:
    world.fill(["one"])
    async with opened(world.workspace) as console:
        await press(console, "c")
        assert isinstance(console.app.screen, CostsScreen)
        await console.sees("Nothing was paid yet", "no budget is set")


async def test_what_may_have_been_charged_is_shown_and_marked_and_lowers_what_was_saved(world: World) -> None:
    world.fill(["one"])
    terms = {"mode": Mode.BATCH, "model": "m", "price_per_million": BATCH_PRICE, "sync_price_per_million": DIRECT_PRICE}
    lost = rows.transfer(UNCERTAIN, at=world.clock.now, tokens=2_000_000, kind="lost", **terms)
    rows.post(world.db, rows.entry(world.clock.now, "a-job", 10_000_000), [lost])
    async with opened(world.workspace) as console:
        await console.sees("~$0.1500 may be charged", "saved so far ~$0.6000")
        await press(console, "c")
        await console.sees("uncertain     may be charged", "~$0.1500", "saved         ~$0.6000", "     ~$0.6000 ")


async def test_what_is_booked_meanwhile_appears(world: World) -> None:
    world.fill(["one", "two"])
    async with opened(world.workspace) as console:
        await press(console, "c", "s", "s", "s", "s")
        world.manager.flush_queue(1)
        world.manager.sync_status()
        [job] = world.jobs
        await console.sees(job.id[:8])
        await drawn(console)


def test_the_curve_repeats_days_without_spend_and_ends_today() -> None:
    days = [
        DayTotal(date(2026, 11, 1), Decimal("1.5"), Decimal(3)),
        DayTotal(date(2026, 11, 4), Decimal("0.5"), Decimal(1)),
    ]
    drawn_days = curve(days, date(2026, 11, 5))
    assert len(drawn_days.days) == 5
    assert drawn_days.spent == (1.5, 1.5, 1.5, 2.0, 2.0)
    assert drawn_days.direct[-1] == 4.0
    assert curve([], date(2026, 11, 5)).days == ()


async def test_the_plot_has_the_screen_where_there_is_no_room_beside_the_table(full: Workspace) -> None:
    async with opened(full, size=(80, 24)) as console:
        await press(console, "c", "2")
        await console.sees("upper line", "lower line paid", "$147.13", "24 Nov")
        assert "╱" not in console.text
        await press(console, "escape")
        await console.sees("Costs by day", "2026-11-24")


async def test_the_plot_ends_with_google_s_day_not_with_the_local_one(full: Workspace) -> None:
    evening = replace(full, clock=lambda: datetime(2026, 11, 25, 4, 0, tzinfo=UTC))  # still the 24th in California
    async with opened(evening) as console:
        await press(console, "c")
        screen = console.app.screen
        assert isinstance(screen, CostsScreen)
        assert screen.value is not None
        assert screen.value.extra.days[-1] == date(2026, 11, 24)
