"""The four counts as tiles, and the bar that shows them to scale."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Digits, Static

from engine.store.queue import ChunkCounts
from tui.figures import count
from tui.panels.drawing import Drawn

MARKED_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the four: how it is called and drawn wherever it appears."""

    name: str
    word: str
    glyph: str
    stroke: str
    """Of the bar: different without colours too."""


PENDING = Kind("waiting", "PENDING", "○", "┄")
IN_BATCH = Kind("travelling", "IN BATCH", "◐", "╍")
READY = Kind("ready", "READY", "●", "━")
FAILED = Kind("failed", "FAILED", "✕", "╳")
KINDS = (PENDING, IN_BATCH, READY, FAILED)


def numbers(chunks: ChunkCounts) -> tuple[int, int, int, int]:
    """The four counts in the order of `KINDS`."""
    return chunks.pending, chunks.in_batch, chunks.ready, chunks.failed


class Tile(Vertical):
    """A glyph and a word, a number, a note."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(id=f"tile-{kind.name}", classes=f"tile -{kind.name}")
        self._kind = kind
        self._number: int | None = None
        self._note = ""

    def compose(self) -> ComposeResult:
        """The number twice: as a line, and large where there is room; the stylesheet shows one of them."""
        yield Static(Content(f"{self._kind.glyph} {self._kind.word}"), classes="word")
        yield Digits("", classes="large")
        with Container(classes="figures"):
            yield Static("", classes="number", markup=False)
            yield Static("", classes="note", markup=False)

    def show(self, number: int, note: str) -> None:
        """Draws number and note; a number that changed is marked for a moment."""
        if number != self._number:
            if self._number is not None:
                self.add_class("-changed")
                self.set_timer(MARKED_SECONDS, self._unmark)
            self._number = number
            self.query_one(".number", Static).update(Content(count(number)))
            self.query_one(".large", Digits).update(count(number))
        if note != self._note:
            self._note = note
            self.query_one(".note", Static).update(Content(note))

    def _unmark(self) -> None:
        self.remove_class("-changed")


class Tiles(Horizontal):
    """The four, which add up to the total."""

    def compose(self) -> ComposeResult:
        """In the order of a chunk's life."""
        for kind in KINDS:
            yield Tile(kind)

    def show(self, chunks: ChunkCounts, notes: tuple[str, str, str, str]) -> None:
        """Draws the counts with a note each."""
        for kind, number, note in zip(KINDS, numbers(chunks), notes, strict=True):
            self.query_one(f"#tile-{kind.name}", Tile).show(number, note)


class Balance(Drawn[ChunkCounts]):
    """The four counts to scale in one thin line."""

    def draw(self, value: ChunkCounts, width: int, height: int) -> Content:
        """Every count that is not zero has a cell at least."""
        if not value.total:
            return Content.styled("┈" * width, "$rule")
        parts = [
            (kind.stroke * cells, f"${kind.name}")
            for kind, cells in zip(KINDS, shares(numbers(value), width), strict=True)
        ]
        return Content.assemble(*parts)


def shares(amounts: tuple[int, ...], width: int) -> list[int]:
    """Cells for each amount, to scale, at least one for what is not zero, `width` together."""
    total = sum(amounts)
    cells = [max(1, round(amount * width / total)) if amount else 0 for amount in amounts]
    largest = cells.index(max(cells))
    cells[largest] += width - sum(cells)
    return cells
