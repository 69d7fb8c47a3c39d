"""What commands print: one JSON document, or text for people; messages and progress go to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.domain.money import plain
from engine.domain.progress import Progress, Watch
from engine.wording import plural
from engine.wording import usd as usd

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from engine.cli.invocation import Invocation


def emit(invocation: Invocation, document: dict[str, Any], lines: Iterable[str]) -> None:
    """Prints the document with --json, the lines without; keys masked in both."""
    if invocation.json:
        import msgspec

        text = msgspec.json.format(msgspec.json.encode(document, enc_hook=_as_json), indent=2).decode()
    else:
        text = "\n".join(lines)
    if text:
        click.echo(invocation.mask(text))


def _as_json(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")


def own_version() -> str:
    """The version of the installed distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("halfrate")
    except PackageNotFoundError:
        return "(not installed, run from its source)"


def note(invocation: Invocation, message: str) -> None:
    """A message beside the result, on standard error."""
    click.echo(invocation.mask(message), err=True)


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with its zone, None for none."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def local(moment: datetime | None) -> str:
    """A time as people read it, in their zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S") if moment else "-"


def printable(text: str) -> str:
    """Foreign text without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], right: str = "") -> list[str]:
    """Lines of aligned columns; headings named in `right` (separated by spaces) stand over numbers."""
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        return []
    widths = [max(len(row[at]) for row in [list(headings), *cells]) for at in range(len(headings))]
    numbers = {at for at, heading in enumerate(headings) if heading in right.split()}

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if at in numbers else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()

    return [line(headings), *(line(row) for row in cells)]


class Upgrading:
    """Tells how far the upgrade of a database is: one line, written over and over where it can be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.told = False

    def __call__(self, done: int, total: int) -> None:
        """So many chunks of so many are carried over."""
        if sys.stderr.isatty():
            click.echo(f"\rupgrading {self._path}: {done:,} of {plural(total, 'chunk')}", nl=False, err=True)
        elif not self.told:
            click.echo(f"upgrading {self._path}: {plural(total, 'chunk')} ...", err=True)
        self.told = True

    def end(self, backup: Path | None) -> None:
        """Says where the copy from before is, if one was made."""
        if self.told and sys.stderr.isatty():
            click.echo(err=True)
        if backup is not None:
            click.echo(f"{self._path} was upgraded; a copy from before is {backup}.", err=True)


@contextmanager
def progress(invocation: Invocation) -> Iterator[Watch | None]:
    """What is told about progress: bars on standard error when it is a terminal, otherwise nothing."""
    if not sys.stderr.isatty() or invocation.json:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Steps(bars)


class _Steps:
    """One bar per step; a step that gives way to the next one is taken off the screen."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None
        self._step = ""

    def __call__(self, at: Progress) -> None:
        step = f"{at.operation}: {at.step}"
        total = at.total or None
        if step != self._step or self._task is None:
            if self._task is not None:
                self._bars.remove_task(self._task)
            self._task, self._step = self._bars.add_task(step, total=total, unit=at.unit), step
        self._bars.update(self._task, completed=at.done, total=total)
