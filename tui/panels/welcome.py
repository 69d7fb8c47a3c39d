"""What stands in place of the tables while there is nothing to show: three lines, and the demo."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from tui.panels.drawing import Drawn, lines
from tui.safe_text import fit_middle, plain


@dataclass(frozen=True, slots=True)
class Missing:
    """What there is already, and what is not."""

    database: str
    has_database: bool
    has_default_key: bool
    has_batch_key: bool
    read_only: bool


class Welcome(Drawn[Missing]):
    """Three steps; those that are done say so."""

    def draw(self, value: Missing, width: int, height: int) -> Content:
        """As wide as it is allowed to be."""
        keys = value.has_default_key or value.has_batch_key
        key_note = "a batch key is set" if value.has_batch_key else "only the default key is set" if keys else ""
        steps = (
            (keys, "export GEMINI_BATCH_API_KEY=…", "the key that pays for batch jobs", key_note),
            (False, "halfrate ingest --mode async PATH…", "puts texts into the queue; free", ""),
            (False, "halfrate queue flush" if value.read_only else "F", "flushes the queue, the price first", ""),
        )
        where = fit_middle(plain(value.database), max(20, width - 40))
        state = "holds nothing yet" if value.has_database else "does not exist yet; ingest makes it"
        drawn = [
            Content.styled("Embed text at half price, and watch it.", "bold"),
            Content.assemble((where, "bold"), f" {state}."),
            Content(""),
        ]
        for number, (done, command, what, note) in enumerate(steps, start=1):
            mark = "●" if done else str(number)
            drawn.append(
                Content.assemble(
                    (f" {mark}  ", "$ready" if done else "$faint"),
                    (f"{command:<36}", "bold $accent"),
                    (note or what, "$ready" if done else "$faint"),
                ).truncate(width, ellipsis=True)
            )
        drawn += [
            Content(""),
            Content.assemble(
                ("    d   ", "bold $accent"), "opens the demo: everything works on an emulator, no key, no cost"
            ).truncate(width, ellipsis=True),
        ]
        return lines(*drawn)
