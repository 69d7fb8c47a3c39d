"""How fast chunks became READY in the last minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from textual.app import ComposeResult
from textual.content import Content

from tui.figures import count, span
from tui.panels.drawing import Drawn, Panel, lines
from tui.rates import Throughput

LEVELS = " ▁▂▃▄▅▆▇█"
BUCKET = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Pace:
    """Chunks a second: now, and in spans of `BUCKET`, the newest last."""

    now: float
    series: tuple[float, ...]
    watched: timedelta
    """How long the console has been looking, in whole spans."""


def pace(throughput: Throughput, buckets: int = 180) -> Pace:
    """The pace now and in as many spans."""
    return Pace(round(throughput.now(), 1), throughput.series(buckets, BUCKET), throughput.watched // BUCKET * BUCKET)


class Sparkline(Drawn[Pace]):
    """Columns of blocks, as high as there is room."""

    can_focus = True

    def draw(self, value: Pace, width: int, height: int) -> Content:
        """The newest at the right; the scale is written beside the highest."""
        shown = value.series[-width:]
        highest = max(shown, default=0.0)
        drawn = len(shown) * BUCKET
        within = f"in {span(drawn.total_seconds())}" if value.watched >= drawn else "since the start"
        head = Content.assemble(
            (f"{count(round(value.now))}", "bold $ready"),
            (" chunks/s now", "$faint"),
            (f"   highest {count(round(highest))}/s {within}", "$faint"),
        )
        if highest <= 0:
            empty = Content.styled("Nothing has become READY since the console was opened.", "$faint")
            return lines(head, empty) if height > 1 else head
        rows = []
        tall = max(1, height - 1)
        for row in range(tall, 0, -1):
            cells = (min(8.0, max(0.0, each / highest * tall * 8 - (row - 1) * 8)) for each in shown)
            rows.append(Content.styled("".join(LEVELS[round(each)] for each in cells).rjust(width), "$ready"))
        return lines(head, *rows)


class ThroughputPanel(Panel):
    """The rate and its history."""

    NUMBER, TITLE = 4, "Throughput"

    def __init__(self) -> None:
        super().__init__(id="throughput")

    def compose(self) -> ComposeResult:
        """The number now stands in its first line."""
        yield Sparkline()

    def show(self, value: Pace) -> None:
        """Draws this pace."""
        self.query_one(Sparkline).show(value)
