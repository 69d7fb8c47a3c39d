"""What an operator types to find rows, as a condition that stands in a query."""

from __future__ import annotations

import json

MOST_WORDS = 8


def containing(expression: str) -> str:
    r"""A condition on `:words`: each of them stands somewhere in the expression, letter case of ASCII aside.

    `:words` is what `patterns` makes; without words the condition costs nothing.
    """
    return (
        "(:words = '[]' OR NOT EXISTS (SELECT 1 FROM json_each(:words) w"
        f" WHERE {expression} NOT LIKE w.value ESCAPE '\\'))"
    )


def patterns(words: str) -> str:
    """What an operator typed, as the value of `:words`; `%` and `_` mean themselves."""
    return json.dumps([f"%{_literal(word)}%" for word in words.split()[:MOST_WORDS]])


def joined(*columns: str) -> str:
    """The columns as one text with blanks between them, empty ones left out."""
    return "(" + " || ' ' || ".join(f"coalesce({column}, '')" for column in columns) + ")"


def _literal(word: str) -> str:
    """Unpaired surrogates, which no stored text has, become question marks."""
    for special in "\\%_":
        word = word.replace(special, "\\" + special)
    return word.encode("utf-8", "replace").decode("utf-8")
