"""The line of the operation in hand; between operations, what the last one did."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from tui.console import Pulse
from tui.figures import count, eta, track
from tui.panels.drawing import Drawn, spread
from tui.safe_text import plain

STYLES = {"error": "$failed", "warning": "$waiting"}


class OperationLine(Drawn[Pulse]):
    """One line: name, progress bar, numbers, ETA, cancel."""

    def show(self, value: Pulse) -> None:
        """What went wrong, and the way out of it, is wrapped where it is too long."""
        super().show(value)
        room = self.content_size.width
        wrapped = value.running is None and value.level == "error" and cell_len(plain(value.remark)) > room > 0
        self.set_class(wrapped, "-wrapped")

    def draw(self, value: Pulse, width: int, height: int) -> Content:
        """The bar gives way first when it is narrow."""
        running = value.running
        if running is None:
            said = Content.styled(plain(value.remark), STYLES.get(value.level, "$faint"))
            return said if height > 1 else said.truncate(width, ellipsis=True)
        asked = "stopping after this step" if running.stopping else f"{value.stop_key} cancel" if value.stop_key else ""
        stop = Content.styled(asked, "$faint")
        progress = running.progress
        if progress is None:
            return spread(Content.assemble((running.title, "bold"), ("  starting…", "$faint")), stop, width)
        left = f"  ETA {eta(value.eta)}" if value.eta is not None else ""
        if not progress.total:
            numbers = f"  {count(progress.done)} {progress.unit}" if progress.done else ""
            what = Content.assemble((running.title, "bold"), f"  {plain(progress.step)}", numbers)
            return spread(what, stop, width)
        share = min(1.0, progress.done / progress.total)
        numbers = f"  {share:>4.0%}  {count(progress.done)}/{count(progress.total)} {progress.unit}{left}"
        head = f"{running.title}  {plain(progress.step)}  "
        room = width - len(head) - len(numbers) - stop.cell_length - 2
        if room < 8:
            head = f"{running.title}  "
            room = width - len(head) - len(numbers) - stop.cell_length - 2
        drawn, rest = track(share, min(40, room)) if room >= 4 else ("", "")
        return spread(Content.assemble((head, "bold"), (drawn, "$travelling"), (rest, "$rule"), numbers), stop, width)
