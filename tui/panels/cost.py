"""The cost panel: what a flush would cost now, what is under way, what was spent and spared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from textual.app import ComposeResult
from textual.content import Content

from engine.domain.budgets import tightest
from engine.domain.plan import WholeQueue
from engine.store.overview import Overview
from engine.wording import budget_name, plural, reason
from tui.figures import about, count, duration, percent, short_count, short_usd, track, usd
from tui.lists.jobs import estimated_cost
from tui.panels.drawing import Drawn, Panel, lines, price_bar, spread

Part = str | Content | tuple[str, str]


class CostFigures(Drawn[tuple[Overview, str]]):
    """One line, or five where there is room; of an overview, and of what flushes: the key that does."""

    can_focus = True

    def draw(self, value: tuple[Overview, str], width: int, height: int) -> Content:
        """The widest form that fits."""
        overview, flush = value
        if height < 5 or width < 60:
            return _one_line(overview, flush, width)
        half = width // 2 - 2
        pairs = zip(_whole_queue(overview, half), _account(overview, width - half - 4), strict=True)
        rows = [Content.assemble(_padded(one, half), "  ", ("│", "$rule"), " ", other) for one, other in pairs]
        return lines(_would_send(overview, flush, width), *rows)


def _padded(one: Content, width: int) -> Content:
    return one.truncate(width, ellipsis=True, pad=True)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a flush would send now, jobs that were prepared earlier included: the figures of its preflight."""

    chunks: int
    prepared: int
    """Of the chunks: those in jobs that were prepared earlier."""
    batch: Decimal

    @classmethod
    def of(cls, overview: Overview) -> Leaving:
        """By the plan of the overview, and the prepared jobs at the prices they are pinned to."""
        plan, unsent = overview.would_send, overview.unsent
        prepared = sum(job.chunks for job in unsent)
        return cls(plan.chunks + prepared, prepared, plan.batch + sum(map(estimated_cost, unsent), Decimal(0)))


class CostPanel(Panel):
    """Framed where there is room, one line where there is not."""

    NUMBER, TITLE = 3, "Cost"

    def compose(self) -> ComposeResult:
        """The frame is the stylesheet's."""
        yield CostFigures(id="cost-figures")

    def show(self, overview: Overview, flush: str) -> None:
        """Draws this overview; `flush` is the key that flushes, or other words where it is hidden."""
        self.query_one(CostFigures).show((overview, flush))
        self.border_subtitle = Content(f"prices: {overview.price.source}, {_day(overview)}")


def _day(overview: Overview) -> str:
    checked = overview.price.checked
    return f"{checked.day} {checked:%b %Y}" if checked else "not checked"


def _one_line(value: Overview, flush: str, width: int) -> Content:
    """What is known from the rest is left out first: a figure is never cut."""
    spent, budget = about(short_usd(value.month.amount), value.month.guessed_tokens), value.budget_month
    limit = f" of {short_usd(budget)}" if budget is not None else ""
    figures, short = _what_it_sends(value, flush)
    for left, month in (
        (figures, f"month {spent}{limit}"),
        (figures, f"month {spent}"),
        (figures, ""),
        (short, ""),
    ):
        if left.cell_length + len(month) + 2 <= width:
            break
    return spread(left, Content.styled(month, "$faint"), width)


def _what_it_sends(value: Overview, flush: str) -> tuple[Content, Content]:
    """In one line, and in half of one."""
    leaving, whole = Leaving.of(value), value.whole
    batch, direct = short_usd(whole.batch), short_usd(whole.direct)
    if not whole.chunks and not leaving.prepared:
        return Content("Nothing waits"), Content("Nothing waits")
    if not value.would_send.held and not leaving.prepared:
        number, noun = plural(leaving.chunks, "chunk").split()
        short = Content.assemble(
            (f"{flush} sends all ", "$faint"), (number, "bold"), f" {noun}", (": batch ", "$faint"),
            (batch, "bold $money"),
        )  # fmt: skip
        return Content.assemble(short, (", direct ", "$faint"), direct), short
    short = Content.assemble(
        (f"{flush} sends ", "$faint"), (count(leaving.chunks - leaving.prepared), "bold"),
        f" of {count(whole.chunks)}", _prepared(leaving), (f" {short_usd(leaving.batch)}", "bold $money"),
    )  # fmt: skip
    queue = Content.assemble(("  all: batch ", "$faint"), (batch, "$money"), (", direct ", "$faint"), direct)
    return Content.assemble(short, queue), short


def _prepared(leaving: Leaving) -> tuple[str, str]:
    """Chunks of jobs that a flush sends as well, and that were estimated before."""
    return (f" +{count(leaving.prepared)} prepared" if leaving.prepared else "", "$waiting")


def _would_send(value: Overview, flush: str, width: int) -> Content:
    """What leaves, and why not more."""
    leaving, held = Leaving.of(value), value.would_send.held
    why = f"   {count(held[0].chunks)} held: {reason(held[0])}" if held else ""
    return Content.assemble(
        (f"{f'{flush} would send':<17}", "$faint"),
        (count(leaving.chunks - leaving.prepared), "bold"),
        f" of {plural(value.whole.chunks, 'chunk')}",
        _prepared(leaving),
        (f"  {usd(leaving.batch)}", "bold $money"),
        (why, "$waiting"),
    ).truncate(width, ellipsis=True)


def rounds(whole: WholeQueue) -> str:
    """How often the allowance has to be filled to send everything, and how long that takes."""
    text = plural(whole.rounds, "round") + " of the allowance"
    return text if whole.seconds is None else f"{text}, about {duration(whole.seconds)}"


def _whole_queue(value: Overview, width: int) -> tuple[Content, Content, Content, Content]:
    """The two prices as two bars to scale: the saving is seen, not read."""
    whole, estimate = value.whole, value.waiting
    known = estimate.band.jobs or estimate.band.sampled
    band = f" ±{percent(100 * estimate.band.more)}" if known else ""
    assumed = "" if estimate.basis.learned or not whole.chunks else " (assumed)"
    head = Content.assemble(
        ("The whole queue  ", "$faint"),
        (count(whole.chunks), "bold"),
        " chunks  ",
        (short_count(whole.tokens), "bold"),
        f" tokens{band}",
        (assumed, "$faint"),
    )
    most = max(whole.direct, whole.batch)
    older = f"; {count(value.unnamed)} of older writers" if value.unnamed else ""
    return (
        head,
        price_bar("batch   ", whole.batch, most, width - 20, "bold $money"),
        price_bar("direct  ", whole.direct, most, width - 20, "$faint"),
        Content.styled(rounds(whole) + older if whole.chunks else "nothing waits", "$faint"),
    )


def _account(value: Overview, width: int) -> tuple[Content, Content, Content, Content]:
    flying = Content.assemble(
        ("In flight     ", "$faint"),
        (about(usd(value.in_flight_amount), value.in_flight_jobs), "$money"),
        f"  {plural(value.in_flight_jobs, 'job')}  {short_count(value.in_flight_tokens)} tokens",
    )
    landed, error = value.landed_today, value.landed_today.error_percent
    if error is None:
        today = Content.assemble(("Landed today  ", "$faint"), ("nothing yet", "$faint"))
    else:
        today = Content.assemble(
            ("Landed today  ", "$faint"),
            (about(usd(landed.amount), landed.guessed_tokens), "$money"),
            f"  {about(short_count(landed.actual_tokens), landed.guessed_tokens)} tokens"
            f"  estimate {percent(error, signed=True)}",
        )
    budget = value.budget_month
    of = f" of {usd(budget)}" if budget is not None else ""
    month = Content.assemble(
        ("This month    ", "$faint"),
        (about(usd(value.month.amount), value.month.guessed_tokens), "bold $money"),
        of,
        _budget_bar(value, 10 if width > 64 else 0),
        ("  saved so far ", "$faint"),
        (about(usd(value.saved), value.total.guessed_tokens + value.total.uncertain_tokens), "bold $ready"),
    )
    return tuple(part.truncate(width, ellipsis=True) for part in (flying, today, month, _last(value, width)))  # type: ignore[return-value]


def _last(value: Overview, width: int) -> Content:
    """What was reused; where there is some, what may have been charged before it."""
    reused = Content.assemble(("Reused        ", "$faint"), *_reused(value))
    amount = value.total.uncertain
    if not amount:
        return reused
    uncertain = Content.assemble(("Uncertain     ", "$faint"), (f"~{usd(amount)}", "$waiting"), " may be charged")
    both = Content.assemble(uncertain, "  ", ("reused ", "$faint"), *_reused(value))
    return both if both.cell_length <= width else uncertain


def _reused(value: Overview) -> tuple[Part, ...]:
    """What became READY without being paid, because a vector of its text was here."""
    reused = value.reused
    if not reused.chunks:
        return (("nothing yet", "$faint"),)
    amount = about(usd(reused.amount), reused.guessed_tokens)
    return f"{plural(reused.chunks, 'chunk')} at $0, ", (amount, "bold $ready"), " not paid"


def _budget_bar(value: Overview, width: int) -> Content:
    """The month against its budget; or, in words, the budget that is nearly used up."""
    alarmed = tightest(value.alarms)
    if alarmed is not None:
        colour = "$failed" if alarmed.left <= 0 else "$waiting"
        return Content.styled(f"  {alarmed.share:.0%} of {budget_name(alarmed)}", colour)
    if not width or not value.budget_month:
        return Content()
    share = float(value.month.amount / value.budget_month)
    full, rest = track(share, width)
    return Content.assemble("  ", (full, "$failed" if share >= 1 else "$money"), (rest, "$rule"), f" {share:.0%}")
