"""The top line: which database, what its vectors mean, what the console may do, how fresh the data is."""

from __future__ import annotations

from textual.content import Content

from tui.console import Heading
from tui.panels.drawing import Drawn, spread
from tui.safe_text import fit_middle, plain


class TopLine(Drawn[Heading]):
    """One line, whatever the width."""

    def draw(self, value: Heading, width: int, height: int) -> Content:
        """What matters least goes first when it is narrow: the profile, then the age."""
        right = Content.assemble(
            ("[DEMO] " if value.demo else "", "bold $waiting"),
            ("[RO] " if value.read_only else "[RW] ", "bold $waiting" if value.read_only else "bold"),
            ("worker " if value.worker else "", "$ready"),
            (f"{value.auto_sync} " if value.auto_sync else "", "$travelling"),
            (plain(value.state, max(8, width // 2)), "bold $failed" if value.trouble else "$ready"),
            (f"  {value.age}" if value.age else "", "$faint"),
        )
        room = width - right.cell_length - 2
        name = fit_middle(plain(value.database), max(8, min(room, 40)))
        page = f"  {value.page}" if value.page else ""
        left = Content.assemble((name, "bold"), (page, "bold $accent"))
        profile = f"  {plain(value.profile)}"
        if left.cell_length + len(profile) <= room:
            left = Content.assemble(left, (profile, "$faint"))
        return spread(left, right, width)
