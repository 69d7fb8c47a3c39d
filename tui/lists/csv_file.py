"""A list as a CSV file that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.errors import InputError


def write_csv(path: Path, fields: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Writes the rows and returns how many; a text that a spreadsheet would compute is kept a text."""
    number = 0
    try:
        with path.open("x", encoding="utf-8", errors="replace", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(fields)
            for number, row in enumerate(rows, start=1):  # noqa: B007 - counted
                writer.writerow([_harmless(value) for value in row])
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}.", hint="Start halfrate in another folder."
        ) from None
    return number


def _harmless(value: object) -> object:
    if isinstance(value, str):
        text = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
    return "" if value is None else value
