"""Foreign text made harmless.

Everything that was not written by us (texts, paths, errors, names, Google's words) passes `plain` or `block` on its way
to a screen: no markup, no control character, no change of writing direction, no key. What comes out is handed on as
`Content` or Rich `Text`, which do not read markup, never as a bare string.
"""

from __future__ import annotations

import unicodedata

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from engine.domain.keys import mask_keys
from tui.figures import count

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
