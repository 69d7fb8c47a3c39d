"""The cost panel: what a flush would cost now, what is under way, what was spent and spared."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content

from engine.store.overview import Overview
from tui.actions import UNSENT
from tui.figures import count, percent, plural, short_count, short_usd, track, usd
from tui.panels.drawing import Drawn, Panel, lines, price_bar, spread

Part = str | Content | tuple[str, str]


class CostFigures(Drawn[Overview]):
    """One line, three, or more, as many as there is room for."""

    can_focus = True

    def draw(self, value: Overview, width: int, height: int) -> Content:
        """The widest form that fits."""
        if height < 3 or width < 60:
            return _one_line(value, width)
        left = _flush_now(value, width // 2 - 2)
        right = _account(value, width - width // 2 - 2)
        rows = [
            Content.assemble(one.truncate(width // 2 - 2, pad=True), "  ", ("│", "$rule"), " ", other)
            for one, other in zip(left, right, strict=True)
        ]
        return lines(*rows)


class CostPanel(Panel):
    """Framed where there is room, one line where there is not."""

    NUMBER, TITLE = 3, "Cost"

    def compose(self) -> ComposeResult:
        """The frame is the stylesheet's."""
        yield CostFigures(id="cost-figures")

    def show(self, overview: Overview) -> None:
        """Draws this overview."""
        self.query_one(CostFigures).show(overview)
        self.border_subtitle = Content(f"prices: {overview.price.source}, {_day(overview)}")


def _day(overview: Overview) -> str:
    checked = overview.price.checked
    return f"{checked.day} {checked:%b %Y}"


def _one_line(value: Overview, width: int) -> Content:
    waiting = value.waiting
    figures = Content.assemble(
        (count(waiting.chunks), "bold"),
        _prepared(value),
        f" chunks {short_count(waiting.tokens)} tokens  ",
        ("batch ", "$faint"),
        (short_usd(waiting.batch), "bold $money"),
        (", direct ", "$faint"),
        (short_usd(waiting.synchronous), "$money"),
    )
    spent, budget = short_usd(value.month.amount), value.budget_month
    of = f" of {short_usd(budget)}" if budget is not None else ""
    for lead, month in (
        ("Flush now: ", f"month {spent}{of}"),
        ("Flush ", f"month {spent}{of}"),
        ("Flush ", f"month {spent}"),
        ("", f"month {spent}"),
        ("", ""),
    ):
        if len(lead) + figures.cell_length + len(month) + 2 <= width:
            break
    return spread(Content.assemble((lead, "$faint"), figures), Content.styled(month, "$faint"), width)


def _prepared(value: Overview) -> tuple[str, str]:
    """Chunks of jobs that a flush sends as well, and that were estimated before."""
    chunks = sum(job.chunks for job in value.jobs if job.status in UNSENT)
    return (f" +{count(chunks)} prepared" if chunks else "", "$waiting")


def _flush_now(value: Overview, width: int) -> tuple[Content, Content, Content]:
    """The two prices as two bars to scale: the saving is seen, not read."""
    waiting = value.waiting
    error = waiting.basis.error_percent
    band = f" ±{percent(error)}" if error is not None else ""
    about = "" if waiting.basis.learned or not waiting.chunks else " (assumed)"
    head = Content.assemble(
        ("Flush now  ", "$faint"),
        (count(waiting.chunks), "bold"),
        _prepared(value),
        " chunks  ",
        (f"{short_count(waiting.tokens)}", "bold"),
        f" tokens{band}",
        (about, "$faint"),
    )
    most = max(waiting.synchronous, waiting.batch)
    return (
        head,
        price_bar("batch   ", waiting.batch, most, width - 20, "bold $money"),
        price_bar("direct  ", waiting.synchronous, most, width - 20, "$faint"),
    )


def _account(value: Overview, width: int) -> tuple[Content, Content, Content]:
    flying = Content.assemble(
        ("In flight     ", "$faint"),
        (f"~{usd(value.in_flight_amount)}", "$money"),
        f"  {plural(value.in_flight_jobs, 'job')}  {short_count(value.in_flight_tokens)} tokens",
    )
    landed, error = value.landed_today, value.landed_today.error_percent
    if error is None:
        today = Content.assemble(("Landed today  ", "$faint"), ("nothing yet", "$faint"))
    else:
        today = Content.assemble(
            ("Landed today  ", "$faint"),
            (usd(landed.amount), "$money"),
            f"  {short_count(landed.actual_tokens)} tokens  estimate {percent(error, signed=True)}",
        )
    budget = value.budget_month
    of = f" of {usd(budget)}" if budget is not None else ""
    month = Content.assemble(
        ("This month    ", "$faint"),
        (usd(value.month.amount), "bold $money"),
        of,
        _budget_bar(value, 10 if width > 64 else 0),
        ("  saved so far ", "$faint"),
        (usd(value.saved), "bold $ready"),
    )
    return tuple(part.truncate(width, ellipsis=True) for part in (flying, today, month))  # type: ignore[return-value]


def _budget_bar(value: Overview, width: int) -> Content:
    if not width or not value.budget_month:
        return Content()
    share = float(value.month.amount / value.budget_month)
    full, rest = track(share, width)
    return Content.assemble("  ", (full, "$failed" if share >= 1 else "$money"), (rest, "$rule"), f" {share:.0%}")
