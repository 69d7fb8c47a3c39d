"""Foreign text made plain, and figures as people say them.

Everything that was not written by us (texts, paths, errors, names, Google's words) passes `plain` or `block` on its way
to a screen: no markup, no control character, no change of writing direction, no key. What comes out is handed on as
`Content` or Rich `Text`, which do not read markup, never as a bare string.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal

import humanize
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from engine.domain.keyring import mask_keys

ELLIPSIS = "…"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST = 4_000
"""Characters of a foreign text that are looked at for one line; the rest is off every screen."""


def plain(text: object, width: int | None = None) -> str:
    """One line that is safe to draw; with `width` cut to that many cells, the cut shown by an ellipsis."""
    raw = str(text)
    shown = " ".join(_visible(mask_keys(raw[:LONGEST]), lines=False).split())
    return shown if width is None else fit(shown, width)


def block(text: object, limit: int = 20_000) -> str:
    """Several lines that are safe to draw: line breaks stay, tabs become spaces."""
    raw = str(text)
    shown = _visible(mask_keys(raw[:limit]).replace("\r\n", "\n").expandtabs(4), lines=True)
    left = len(raw) - limit
    return f"{shown}\n{ELLIPSIS} {count(left)} more characters" if left > 0 else shown


def fit(text: str, width: int) -> str:
    """At most that many cells, an ellipsis in the last one when something was cut off."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS


def fit_middle(text: str, width: int) -> str:
    """As `fit`, cut in the middle: both ends of a path or an id say more than its middle."""
    if cell_len(text) <= width or width < 5:
        return fit(text, width)
    head = (width - 1) // 3
    tail = text[-(width - 1 - head) :]
    return fit(set_cell_size(text, head).rstrip() + ELLIPSIS + tail, width)


def _visible(text: str, *, lines: bool) -> str:
    return "".join(_shown(char, lines=lines) for char in text)


def _shown(char: str, *, lines: bool) -> str:
    if char == "\n":
        return char if lines else " "
    if char.isascii():
        return char if char.isprintable() else (" " if char in "\t\r\v\f" else REPLACEMENT)
    # Marks that stack, characters of no width, bidirectional controls, surrogates and private glyphs all shift what
    # stands beside them in a terminal.
    category = unicodedata.category(char)
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category[0] == "C" or category in ("Mn", "Me") or cell_len(char) == 0:
        return "" if category in ("Cf", "Mn", "Me") else REPLACEMENT
    if unicodedata.bidirectional(char) in ("R", "AL", "AN"):
        return REPLACEMENT if category[0] not in "LN" else char
    return char


def cell(text: str, style: str = "", *, right: bool = False) -> Text:
    """A table cell: Rich text, which reads no markup."""
    return Text(text, style=style, justify="right" if right else "left", no_wrap=True, end="")


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


def plural(number: int, noun: str, many: str | None = None) -> str:
    """`1 chunk`, `48,210 chunks`."""
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"


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
    return f"${amount:,.4f}" if not amount or abs(amount) >= Decimal("0.0001") else usd(amount)


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
