"""The line for what needs the operator: the jobs in trouble, what hangs on them, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from textual.content import Content

from engine.domain.jobs import BatchJob
from engine.wording import plural
from tui.figures import count, usd
from tui.lists.jobs import estimated_cost
from tui.lists.troubles import name_of, since_when, way_out_of
from tui.panels.drawing import Drawn


@dataclass(frozen=True, slots=True)
class Needs:
    """Jobs in trouble, the longest first."""

    jobs: tuple[BatchJob, ...]
    at: datetime
    keys: Mapping[str, str]
    """The key of each action, as it is written on screen."""

    @property
    def amount(self) -> Decimal:
        """Dollars that hang on them: reserved, and perhaps paid."""
        return sum(map(estimated_cost, self.jobs), Decimal(0))


class NeedsLine(Drawn[Needs]):
    """One line; hidden while all is calm."""

    def draw(self, value: Needs, width: int, height: int) -> Content:
        """The job that has been in trouble longest, and how many more there are; the way out where there is room."""
        if not value.jobs:
            return Content()
        job, more = value.jobs[0], len(value.jobs) - 1
        what = f"{job.short} {name_of(job)} {since_when(job, value.at)}".rstrip()
        others = f", and {plural(more, 'more job')}" if more else ""
        chunks = count(sum(each.chunks for each in value.jobs))
        said = Content.assemble(
            ("! ", "bold $failed"),
            (what + others, "bold $failed"),
            f": {chunks} chunks, ~{usd(value.amount)} hang on {'them' if more else 'it'}",
        )
        for way in (way_out_of(job, value.keys), "enter tells more", ""):
            drawn = Content.assemble(said, (f"   {way}", "$faint"))
            if drawn.cell_length <= width:
                break
        return drawn.truncate(width, ellipsis=True)
