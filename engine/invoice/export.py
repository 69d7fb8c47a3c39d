"""Google's usage cost export as a CSV file: the lines that concern us, and a word about every other.

The columns are those of the standard usage cost export to BigQuery, in any order, with others beside them:
`sku.id` and `sku_id`, upper case and lower, comma and semicolon are alike. Lines are read one after the other; one that
cannot be read is named by its number and does not stop the others.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from engine.domain.billing import billing_month
from engine.domain.invoice import OTHER, ExportLine, Sku
from engine.errors import InputError
from engine.invoice.lines import COLUMNS, OPTIONAL, parsed, time_of

GEMINI = frozenset({"gemini api", "generative language api"})
"""Services whose SKUs have to be known, by their names in lower case."""
INVOICE = "invoice"
"""The service under which Google charges what concerns an invoice as a whole: tax, rounding."""
_WAY_OUT = (
    "Export the billing account's standard usage cost table from BigQuery as CSV; `halfrate cost reconcile --help`"
    " names the columns."
)
_HEAD_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read, and why."""

    number: int
    reason: str


@dataclass(slots=True)
class Export:
    """What was found in a file."""

    path: Path
    lines: list[ExportLine] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    """Lines that do not concern us, by service."""
    shared: set[str] = field(default_factory=set)
    """Projects in which other services or SKUs are charged too."""
    months: Counter[str] = field(default_factory=Counter)
    """Lines of ours by Google's month, those left out too."""
    since: datetime | None = None
    until: datetime | None = None
    """Between the oldest and the newest usage of any service; of the rest the file knows nothing."""
    unknown: dict[str, str] = field(default_factory=dict)
    """SKUs of the Gemini API that nobody named, with their descriptions."""


def read_export(
    path: Path, skus: Mapping[str, Sku | None], *, month: str | None = None, projects: frozenset[str] = frozenset()
) -> Export:
    """The lines of the named SKUs, of one of Google's months (`2026-11`) if it is given.

    `skus` says what each SKU id is, None for those that are not about embeddings; `projects` are those of the ledger's
    keys, empty where nobody named them. InputError for a file that is no export, of another month, or with SKUs of the
    Gemini API that nobody named.
    """
    found = Export(path)
    invoices: list[ExportLine] = []
    for number, row in _rows(path):
        _take(found, invoices, number, row, skus, projects)
    if found.unknown:
        raise _unknown(found)
    if not (found.lines or found.bad):
        raise _nothing(found)
    _add_invoices(found, invoices)
    _keep_month(found, month)
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Each row by column, or why it cannot be read, with its line number."""
    _refuse_what_is_no_text(path)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=_delimiter(file))
        names = [_plain(name) for name in next(reader, [])]
        missing = [column for column in COLUMNS if _plain(column) not in names]
        if missing:
            raise InputError(f"{path} is no usage cost export: it has no {', '.join(missing)}.", hint=_WAY_OUT)
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield reader.line_num, f"it is not CSV: {error}"
                continue
            if cells is None:
                return
            if cells:
                yield reader.line_num, _by_name(names, cells)


def _refuse_what_is_no_text(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip():
        raise InputError(f"{path} is empty.", hint=_WAY_OUT)
    if b"\0" in head:
        raise InputError(f"{path} is not text in UTF-8.", hint="Save it as CSV in UTF-8; " + _WAY_OUT)


def _delimiter(file: IO[str]) -> str:
    heading = file.readline()
    file.seek(0)
    return ";" if heading.count(";") > heading.count(",") else ","


def _plain(name: str) -> str:
    return name.strip().lower().replace(".", "_").replace(" ", "_")


def _by_name(names: list[str], cells: list[str]) -> dict[str, str] | str:
    if len(cells) != len(names):
        return f"it has {len(cells)} cells where the heading has {len(names)}"
    row = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    return {column: row.get(_plain(column), "") for column in (*COLUMNS, *OPTIONAL)}


def _take(
    found: Export,
    invoices: list[ExportLine],
    number: int,
    row: dict[str, str] | str,
    skus: Mapping[str, Sku | None],
    projects: frozenset[str],
) -> None:
    """Puts one row where it belongs."""
    if isinstance(row, str):
        found.bad.append(BadLine(number, row))
        return
    start, end = time_of(row["usage_start_time"]), time_of(row["usage_end_time"])
    found.since = min(filter(None, (found.since, start)), default=None)
    found.until = max(filter(None, (found.until, end)), default=None)
    service, sku = row["service.description"].lower(), row["sku.id"]
    known, alien = sku in skus, bool(projects) and row["project.id"] not in projects
    if service in GEMINI and not known and not alien:
        found.unknown.setdefault(sku, row["sku.description"])
    elif alien or (service != INVOICE and skus.get(sku) is None):
        elsewhere = f" of the project {row['project.id']}" if alien and service in GEMINI else ""
        found.others[(row["service.description"] or "(no service)") + elsewhere] += 1
        found.shared.add(row["project.id"])
    else:
        line = parsed(number, row, skus.get(sku))
        if isinstance(line, str):
            found.bad.append(BadLine(number, line))
        else:
            (invoices if line.sku is None else found.lines).append(line)


def _add_invoices(found: Export, invoices: Iterable[ExportLine]) -> None:
    """Tax and the like of projects in which nothing else is charged: of others nobody can tell whose it is."""
    ours = {line.project for line in found.lines} - found.shared
    for line in invoices:
        if line.project in ours:
            found.lines.append(line)
        else:
            found.others[line.service] += 1


def _keep_month(found: Export, month: str | None) -> None:
    found.months = Counter(billing_month(line.start) for line in found.lines)
    if month is None:
        return
    found.lines = [line for line in found.lines if billing_month(line.start) == month]
    if not found.lines and found.months:
        there = ", ".join(sorted(found.months))
        raise InputError(
            f"{found.path} is of {there}, not of {month}.", hint="Export that month, or ask for one that is there."
        )


def _nothing(found: Export) -> InputError:
    others = ", ".join(f"{service} ({count})" for service, count in found.others.most_common(5))
    return InputError(
        f"{found.path} has no line of the Gemini API that is ours{f': only of {others}' if others else ''}.",
        hint="Export the billing account that pays for the keys; [billing.projects] names their projects.",
    )


def _unknown(found: Export) -> InputError:
    named = "; ".join(f"{sku} ({name})" if name else sku for sku, name in found.unknown.items())
    lines = "\n".join(f'"{sku}" = "{_guess(name)}"' for sku, name in found.unknown.items())
    return InputError(
        f"{found.path} has SKUs of which nobody said what they are: {named}.",
        hint=f"Check these lines and add them to the settings, or use --sku ID=MODEL/MODE:\n[billing.skus]\n{lines}",
    )


def _guess(name: str) -> str:
    """What a SKU may be by its description, for the operator to check."""
    words = name.lower().replace("-", " ").split()
    if "embedding" not in words:
        return OTHER
    model = next((f"gemini-embedding-{word}" for word in words if word.isdigit()), "MODEL")
    return f"{model}/{'batch' if 'batch' in words else 'direct'}"
