"""The month against its budget, what was saved and wasted; and the plot of what was paid against the direct price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from textual.app import ComposeResult
from textual.content import Content
from textual_plotext import PlotextPlot

from engine.domain.budgets import Budget, Scope, Window, tightest
from engine.domain.governor import Granted
from engine.domain.ledger import Spend
from engine.domain.reports import Reuse
from engine.store.ledger import DayTotal
from engine.store.overview import Overview
from engine.wording import allowance, plural, spend_limit, still_left
from tui.figures import about, percent, short_count, track, usd
from tui.panels.drawing import Drawn, Panel, lines, price_bar, spread
from tui.safe_text import fit_middle, plain

SHOWN_DAYS = 366
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Account:
    """What the summary draws."""

    batch: Spend
    direct: Spend
    month: Spend
    budget: Decimal | None
    landed_error: float | None
    """How far the estimates of the jobs that landed today were off, in percent."""
    price: str
    """The price list in force."""
    reused: Reuse
    """What was not paid, because a vector of its text was here."""
    granted: Granted
    """What Google grants."""
    tightest: Budget | None
    """The budget that leaves the least."""

    @classmethod
    def of(cls, overview: Overview) -> Account:
        """The part of an overview that it draws."""
        return cls(
            overview.batch_total,
            overview.sync_total,
            overview.month,
            overview.budget_month,
            overview.landed_today.error_percent,
            overview.price.label,
            overview.reused,
            overview.granted,
            tightest(overview.budgets),
        )

    @property
    def guessed(self) -> int:
        """Tokens that nobody counted."""
        return self.batch.guessed_tokens + self.direct.guessed_tokens

    @property
    def amount(self) -> Decimal:
        """All that was paid, in dollars."""
        return self.batch.amount + self.direct.amount

    @property
    def at_direct_price(self) -> Decimal:
        """What the same tokens would have cost directly."""
        return self.batch.at_sync_price + self.direct.at_sync_price

    @property
    def waste(self) -> Decimal:
        """Paid for vectors that nobody could use."""
        return self.batch.waste + self.direct.waste

    @property
    def uncertain(self) -> Decimal:
        """May have been charged, and nobody can read how much."""
        return self.batch.uncertain + self.direct.uncertain

    @property
    def saved(self) -> Decimal:
        """The useful tokens at the direct price, less all that was or may be paid."""
        return self.batch.saved + self.direct.saved

    @property
    def estimated(self) -> bool:
        """What was saved rests on an estimate."""
        return bool(self.guessed or self.uncertain)


def _lost(value: Account) -> Content:
    """What bought nothing, and what may have been charged, where there is some."""
    waste = _waste(value)
    if not value.uncertain:
        return waste
    return Content.assemble(waste, ("  uncertain ", "$faint"), (f"~{usd(value.uncertain)}", "$waiting"))


def _waste(value: Account) -> Content:
    return Content.assemble(("waste ", "$faint"), (usd(value.waste), "$failed" if value.waste else "$faint"))


def _uncertain(value: Account, width: int) -> list[Content]:
    """A line of its own, where there is some."""
    if not value.uncertain:
        return []
    left = Content.assemble((f"{'uncertain':<14}", "$faint"), "may be charged")
    return [spread(left, Content.styled(f"~{usd(value.uncertain)}", "$waiting"), width)]


class AccountFigures(Drawn[Account]):
    """As many lines as there is room for: totals first, then the month, then the rest."""

    can_focus = True

    def draw(self, value: Account, width: int, height: int) -> Content:
        """Two prices as bars to scale, so that the saving is seen."""
        most = value.at_direct_price
        rows = [
            price_bar(f"{'spent':<14}", value.amount, most, width - 25, "bold $money", guessed=value.guessed),
            price_bar(f"{'direct price':<14}", most, most, width - 25, "$faint", guessed=value.guessed),
            self._month(value, width),
            *_tightest(value.tightest, width),
            self._saved(value, width),
            *_uncertain(value, width),
            _reused(value.reused, width),
            _mode("batch", value.batch, width),
            _mode("direct", value.direct, width),
            _row("estimates", _error(value.landed_error), "", width),
            _row("prices", fit_middle(plain(value.price), max(8, width - 16)), "", width),
            _row("allowance", allowance(value.granted, unit=""), "", width),
            _row("spend limit", spend_limit(value.granted), "", width),
        ]
        if height < 3:
            rows = [self._short(value, width), self._month(value, width)]
        return lines(*rows[:height])

    def _short(self, value: Account, width: int) -> Content:
        """What is known from the rest is left out first: a figure is never cut."""
        spent = Content.assemble(("spent ", "$faint"), (about(usd(value.amount), value.guessed), "bold $money"))
        instead = Content.assemble((" instead of ", "$faint"), about(usd(value.at_direct_price), value.guessed))
        saving = about(usd(value.saved), value.estimated)
        saved = Content.assemble(("  saved ", "$faint"), (saving, "bold $ready"))
        waste = _lost(value)
        for parts in ((spent, instead, saved), (spent, saved), (spent,)):
            left = Content.assemble(*parts)
            if left.cell_length + waste.cell_length < width:
                break
        return spread(left, waste, width)

    def _saved(self, value: Account, width: int) -> Content:
        saved = value.saved
        share = f" {percent(100 * float(saved / value.at_direct_price))}" if value.at_direct_price else ""
        left = Content.assemble(
            (f"{'saved':<14}", "$faint"), (about(usd(saved), value.estimated), "bold $ready"), (share, "$faint")
        )
        return spread(left, _waste(value), width)

    def _month(self, value: Account, width: int) -> Content:
        spent, budget = value.month.amount, value.budget
        shown = about(usd(spent), value.month.guessed_tokens)
        if budget is None or not budget:
            right = Content.styled("no budget is set" if budget is None else "the budget is $0.00", "$faint")
            return spread(Content.assemble((f"{'this month':<14}", "$faint"), (shown, "bold $money")), right, width)
        figure = f" {shown} of {usd(budget)}"
        share = float(spent / budget)
        full, rest = track(share, max(4, width - 14 - len(figure)))
        colour = "$failed" if share >= 1 else "$waiting" if share >= 0.8 else "$money"
        return Content.assemble((f"{'this month':<14}", "$faint"), (full, colour), (rest, "$rule"), (figure, "bold"))


def _tightest(budget: Budget | None, width: int) -> list[Content]:
    """What the tightest budget leaves; nothing where the line of the month says it."""
    if budget is None or ((budget.scope, budget.window) == (Scope.ALL, Window.MONTH) and not budget.alarm):
        return []
    amount = (usd(budget.left), "bold $waiting" if budget.alarm else "bold")
    left = Content.assemble((f"{'budget':<14}", "$faint"), amount, (f" {still_left(budget)}", "$faint"))
    return [spread(left, Content(f"{budget.share:.0%}"), width)]


def _row(name: str, fact: str, figure: str, width: int) -> Content:
    left = Content.assemble((f"{name:<14}", "$faint"), fact)
    return spread(left, Content.styled(figure, "$money"), width)


def _mode(name: str, spend: Spend, width: int) -> Content:
    tokens = about(short_count(spend.tokens), spend.guessed_tokens)
    return _row(name, f"{tokens} tokens", about(usd(spend.amount), spend.guessed_tokens), width)


def _reused(reused: Reuse, width: int) -> Content:
    """What cost nothing, and what it would have cost."""
    left = Content.assemble((f"{'reused':<14}", "$faint"), plural(reused.chunks, "chunk"))
    return spread(
        left,
        Content.assemble(("not paid ", "$faint"), (about(usd(reused.amount), reused.guessed_tokens), "$ready")),
        width,
    )


def _error(error: float | None) -> str:
    return "nothing landed today" if error is None else f"off by {percent(error, signed=True)} today"


class AccountPanel(Panel):
    """The sums of everything."""

    NUMBER, TITLE = 3, "Account"

    def __init__(self) -> None:
        super().__init__(id="account")

    def compose(self) -> ComposeResult:
        """The frame is the stylesheet's."""
        yield AccountFigures(id="figures")

    def show(self, overview: Overview) -> None:
        """Draws the sums of this overview."""
        self.query_one(AccountFigures).show(Account.of(overview))


@dataclass(frozen=True, slots=True)
class Curve:
    """Sums over the days so far, in dollars; days on which nothing was paid repeat the one before."""

    days: tuple[date, ...]
    spent: tuple[float, ...]
    direct: tuple[float, ...]


def curve(totals: Sequence[DayTotal], today: date) -> Curve:
    """Every day from the first on which something was paid to today, the last year at most."""
    if not totals:
        return Curve((), (), ())
    by_day = {total.day: total for total in totals}
    last = max(today, totals[-1].day)
    days = [totals[0].day + timedelta(days=n) for n in range((last - totals[0].day).days + 1)]
    found = [by_day.get(day) for day in days]
    spent = accumulate(total.amount if total else Decimal(0) for total in found)
    direct = accumulate(total.at_sync_price if total else Decimal(0) for total in found)
    keep = slice(-SHOWN_DAYS, None)
    return Curve(tuple(days[keep]), tuple(map(float, spent))[keep], tuple(map(float, direct))[keep])


class SpendPlot(PlotextPlot):
    """Two lines: what was paid, and what it would have cost."""

    def __init__(self) -> None:
        super().__init__(id="plot")
        self._curve: Curve | None = None
        self._colours: tuple[Rgb, Rgb] | None = None

    def show(self, drawn: Curve, colours: dict[str, str]) -> None:
        """Draws these days."""
        wanted = (_rgb(colours["money"]), _rgb(colours["faint"]))
        if (drawn, wanted) == (self._curve, self._colours):
            return
        self._curve, self._colours = drawn, wanted
        self._draw()

    def on_resize(self) -> None:
        """The days on the axis are as many as fit."""
        self._draw()

    def _draw(self) -> None:
        plot, drawn = self.plt, self._curve
        plot.clear_data()
        plot.clear_figure()
        if drawn is None or self._colours is None or not drawn.days:
            return
        places: list[float] = [*range(len(drawn.days))]
        marker = "braille"
        paid, instead = self._colours
        if len(places) == 1:
            places, spent, at_direct = [0, 1], list(drawn.spent) * 2, list(drawn.direct) * 2
            ticks = [0.0]
        else:
            spent, at_direct = list(drawn.spent), list(drawn.direct)
            room = max(2, min(len(places), self.size.width // 14))
            ticks = sorted({float(round(n * (len(places) - 1) / (room - 1))) for n in range(room)})
        plot.plot(places, at_direct, marker=marker, color=instead)
        plot.plot(places, spent, marker=marker, color=paid)
        plot.xticks(ticks, [f"{day.day} {day:%b}" for day in (drawn.days[int(place)] for place in ticks)])
        top = max(at_direct[-1], spent[-1])
        steps = [top * n / 2 for n in range(3)]
        plot.yticks(steps, [usd(Decimal(str(step)).quantize(Decimal("0.0001"))) if step else "$0" for step in steps])
        plot.ylim(0, top or 1)
        plot.grid(False, False)
        plot.frame(False)
        self.refresh()


def _rgb(colour: str) -> Rgb:
    from textual.color import Color

    return Color.parse(colour).rgb


class PlotPanel(Panel):
    """Cumulative spend against what direct calls would have cost."""

    NUMBER, TITLE = 2, "Spend so far"

    def __init__(self) -> None:
        super().__init__(id="curve")

    def compose(self) -> ComposeResult:
        """The legend in a line, then the plot."""
        yield Legend(id="legend")
        yield SpendPlot()

    def show(self, drawn: Curve, colours: dict[str, str], *, guessed: bool) -> None:
        """Draws these days; `guessed`: tokens are in them that nobody counted."""
        self.query_one(SpendPlot).show(drawn, colours)
        self.query_one(Legend).show((drawn, guessed))


class Legend(Drawn[tuple[Curve, bool]]):
    """What the lines are, in words: colour alone would not tell."""

    can_focus = True

    def draw(self, value: tuple[Curve, bool], width: int, height: int) -> Content:
        """The upper and the lower line with their last values."""
        drawn, guessed = value
        if not drawn.days:
            return Content.styled(
                "Nothing was paid yet. F flushes; what comes back is drawn here day by day.", "$faint"
            )
        return Content.assemble(
            ("upper line ", "$faint"),
            ("at direct price ", "$faint"),
            (about(usd(Decimal(str(drawn.direct[-1]))), guessed), "$faint"),
            ("   lower line ", "$faint"),
            ("paid ", "bold $money"),
            (about(usd(Decimal(str(drawn.spent[-1]))), guessed), "bold $money"),
        ).truncate(width, ellipsis=True)
