"""Figures as people say them, and as bars to scale."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import humanize


def count(number: int) -> str:
    """`1,902,114`."""
    return f"{number:,}"


def short_count(number: int) -> str:
    """`19.3M`, `48.2k`; whole below ten thousand."""
    if abs(number) < 10_000:
        return f"{number:,}"
    for size, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if abs(number) >= size:
            digits = f"{number / size:.1f}" if abs(number) < 100 * size else f"{number / size:.0f}"
            return f"{digits}{unit}"
    return f"{number:,}"


def usd(amount: Decimal) -> str:
    """`$1.45`; below a dollar to the hundredth of a cent, below that to its first two digits; never a false zero."""
    size = abs(amount)
    sign = "-" if amount < 0 else ""
    if size == 0:
        return "$0.00"
    if size >= 1:
        return f"{sign}${size:,.2f}"
    if size >= Decimal("0.01"):
        return f"{sign}${size:.4f}"
    places = min(12, 1 - size.adjusted())
    return f"{sign}${size:.{places}f}"


def about(shown: str, guessed: int) -> str:
    """The amount marked with ~ where tokens are in it that nobody counted."""
    return f"~{shown}" if guessed else shown


def short_usd(amount: Decimal) -> str:
    """Where every cell counts: `$41`, `$1.45`, `$0.15`, `$0.0012`."""
    if abs(amount) >= 1 and amount == amount.to_integral_value():
        return f"${amount:,.0f}"
    return f"${amount:.2f}" if Decimal("0.1") <= amount < 1 else usd(amount)


def narrow_usd(amount: Decimal) -> str:
    """Within eight cells: `$1.45`, `$0.0012`, `<$0.0001`, `$12,346`."""
    if 0 < amount < Decimal("0.0001"):
        return "<$0.0001"
    shown = usd(amount)
    return shown if len(shown) <= 8 else f"${amount:,.0f}"


def exact_usd(amount: Decimal) -> str:
    """Dollars in a column that is added up: `$1.4475`; what would be a false zero is shown to its first two digits."""
    if amount and abs(amount) < Decimal("0.0001"):
        return usd(amount)
    return f"{'-' if amount < 0 else ''}${abs(amount):,.4f}"


def percent(value: float, *, signed: bool = False) -> str:
    """`4.2%`, `+0.3%`."""
    return f"{value:+.1f}%" if signed else f"{value:.1f}%"


def size(number: int) -> str:
    """`1.4 GB`."""
    return humanize.naturalsize(number)


def span(seconds: float) -> str:
    """A length of time in at most two units without blanks: `41s`, `3h12m`, `2d4h`."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, secs = divmod(rest, 60)
    if days:
        return f"{days}d{hours}h" if days < 100 else f"{days}d"
    if hours:
        return f"{hours}h{minutes:02}m"
    if minutes:
        return f"{minutes}m{secs:02}s" if minutes < 10 else f"{minutes}m"
    return f"{secs}s"


def eta(seconds: float) -> str:
    """`0:41`, `12:05`, `1:02:03`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3_600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def since(moment: datetime, now: datetime) -> str:
    """How long ago, as `span`; `0s` for the future."""
    return span((now - moment).total_seconds())


def when(moment: datetime, now: datetime) -> str:
    """A local time as short as it is clear: `09:10`, `Tue 09:10`, `3 Nov`, `3 Nov 2024`."""
    local, today = moment.astimezone(now.tzinfo), now.date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if timedelta(0) < today - local.date() < timedelta(days=7):
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b}" if local.year == now.year else f"{local.day} {local:%b %Y}"


def duration(seconds: float) -> str:
    """A length of time in words: `2 hours`, `40 minutes`."""
    return humanize.naturaldelta(timedelta(seconds=max(0.0, seconds)))


BLOCKS = " ▏▎▍▌▋▊▉█"


def track(fraction: float, width: int) -> tuple[str, str]:
    """A thin progress bar and the rest of its way, told apart without colours too."""
    fraction = min(1.0, max(0.0, fraction))
    full = int(fraction * width)
    return "━" * full, "─" * (width - full)


def bar(fraction: float, width: int) -> tuple[str, str]:
    """A bar to scale and the empty rest, together `width` cells; eighths of a cell, and never nothing for something."""
    fraction = min(1.0, max(0.0, fraction))
    eighths = round(fraction * width * 8)
    if fraction > 0:
        eighths = max(1, eighths)
    if fraction < 1:
        eighths = min(width * 8 - 1, eighths)
    full, part = divmod(eighths, 8)
    drawn = "█" * full + (BLOCKS[part] if part else "")
    return drawn, "░" * (width - len(drawn))
