"""Colours that mean something, as theme variables: waiting amber, in batch blue, ready green, failed red.

Every theme gets them: a dark and a light set, unless the theme names its own.
"""

from __future__ import annotations

from textual.app import App
from textual.theme import Theme

MEANINGS = ("waiting", "travelling", "ready", "failed", "money", "faint", "rule")

DARK = {
    "waiting": "#e5b567",
    "travelling": "#6cb0f5",
    "ready": "#7ecb87",
    "failed": "#f07178",
    "money": "#d3a6f2",
    "faint": "#8b93a1",
    "rule": "#3a404b",
}
LIGHT = {
    "waiting": "#8f5e00",
    "travelling": "#0b61b8",
    "ready": "#1d7a36",
    "failed": "#b3261e",
    "money": "#7b2fa6",
    "faint": "#5f6673",
    "rule": "#c3c8d0",
}

_CURSOR = {"block-cursor-text-style": "bold", "block-cursor-blurred-text-style": "none"}

HALFRATE_DARK = Theme(
    name="halfrate-dark",
    primary="#6cb0f5",
    secondary="#8b93a1",
    accent="#6cb0f5",
    warning=DARK["waiting"],
    error=DARK["failed"],
    success=DARK["ready"],
    foreground="#d7dbe2",
    background="#14171c",
    surface="#14171c",
    panel="#1f242c",
    dark=True,
    variables={
        **DARK,
        **_CURSOR,
        "block-cursor-background": "#2d4a68",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#242a33",
        "block-cursor-blurred-foreground": "#d7dbe2",
    },
)
HALFRATE_LIGHT = Theme(
    name="halfrate-light",
    primary="#0b61b8",
    secondary="#5f6673",
    accent="#0b61b8",
    warning=LIGHT["waiting"],
    error=LIGHT["failed"],
    success=LIGHT["ready"],
    foreground="#22262d",
    background="#fafbfc",
    surface="#fafbfc",
    panel="#eceff3",
    dark=False,
    variables={
        **LIGHT,
        **_CURSOR,
        "block-cursor-background": "#c5dcf5",
        "block-cursor-foreground": "#10141a",
        "block-cursor-blurred-background": "#e6eaef",
        "block-cursor-blurred-foreground": "#22262d",
    },
)

CYCLE = (
    "halfrate-dark",
    "halfrate-light",
    "nord",
    "gruvbox",
    "tokyo-night",
    "catppuccin-mocha",
    "catppuccin-latte",
    "solarized-light",
)
"""What the theme key goes through; the palette offers every theme."""


def meanings(*, dark: bool) -> dict[str, str]:
    """The defaults of our variables for a theme that does not name them."""
    return DARK if dark else LIGHT


def colours_of(app: App[object]) -> dict[str, str]:
    """The colours of the app's theme by their meaning, for what takes no theme variables."""
    known, defaults = app.theme_variables, meanings(dark=app.current_theme.dark)
    return {name: known.get(name, defaults[name]) for name in MEANINGS}
