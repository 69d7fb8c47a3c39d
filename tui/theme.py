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


def _theme(
    name: str,
    colours: dict[str, str],
    *,
    dark: bool,
    foreground: str,
    background: str,
    panel: str,
    cursor: tuple[str, str],
    blurred: tuple[str, str],
) -> Theme:
    """A theme of ours; the cursor, with and without the keyboard, is background and foreground."""
    return Theme(
        name=name,
        primary=colours["travelling"],
        secondary=colours["faint"],
        accent=colours["travelling"],
        warning=colours["waiting"],
        error=colours["failed"],
        success=colours["ready"],
        foreground=foreground,
        background=background,
        surface=background,
        panel=panel,
        dark=dark,
        variables={
            **colours,
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-text-style": "none",
            "block-cursor-background": cursor[0],
            "block-cursor-foreground": cursor[1],
            "block-cursor-blurred-background": blurred[0],
            "block-cursor-blurred-foreground": blurred[1],
        },
    )


HALFRATE_DARK = _theme(
    "halfrate-dark",
    DARK,
    dark=True,
    foreground="#d7dbe2",
    background="#14171c",
    panel="#1f242c",
    cursor=("#2d4a68", "#ffffff"),
    blurred=("#242a33", "#d7dbe2"),
)
HALFRATE_LIGHT = _theme(
    "halfrate-light",
    LIGHT,
    dark=False,
    foreground="#22262d",
    background="#fafbfc",
    panel="#eceff3",
    cursor=("#c5dcf5", "#10141a"),
    blurred=("#e6eaef", "#22262d"),
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
