"""What an operator types to find rows, as a condition in SQL."""

from __future__ import annotations

MOST_WORDS = 8


def containing(expression: str, words: str) -> tuple[str, list[str]]:
    """A condition that each word stands somewhere in the expression, letter case of ASCII aside; true without words.

    Words are taken as they are: `%` and `_` mean themselves.
    """
    patterns = [f"%{_literal(word)}%" for word in words.split()[:MOST_WORDS]]
    return " AND ".join([f"{expression} LIKE ? ESCAPE '\\'"] * len(patterns)) or "TRUE", patterns


def joined(*columns: str) -> str:
    """The columns as one text with blanks between them, empty ones left out."""
    return "(" + " || ' ' || ".join(f"coalesce({column}, '')" for column in columns) + ")"


def _literal(word: str) -> str:
    """Unpaired surrogates, which SQLite does not take, are in no stored text: they become question marks."""
    for special in "\\%_":
        word = word.replace(special, "\\" + special)
    return word.encode("utf-8", "replace").decode("utf-8")
