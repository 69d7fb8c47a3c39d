"""A screen of numbered panels: each is reached by its number, and can have the whole screen."""

from __future__ import annotations

from textual.screen import Screen

from tui.panels.drawing import Panel


class PanelledScreen(Screen[None]):
    """Panels may be hidden for want of room; one that is called by its number then covers the others."""

    ESCAPE_TO_MINIMIZE = False  # ours also hides what was called for want of room

    def panel(self, number: int) -> Panel | None:
        """The panel with that number, shown or not."""
        return next((panel for panel in self.query(Panel) if number == panel.NUMBER), None)

    def go_to_panel(self, number: int) -> None:
        """Focuses a panel; one for which there is no room gets the whole screen."""
        panel = self.panel(number)
        if panel is None:
            return
        if self.maximized is not None:
            self.minimize()
        if not panel.display or not panel.region.area:
            self.call_panel(panel)
        panel.focus_inside()

    def call_panel(self, panel: Panel) -> None:
        """Gives a panel the whole screen, hidden or not."""
        panel.add_class("-called")
        self.maximize(panel, container=False)

    def unmaximise(self) -> None:
        """Shows all panels again for which there is room."""
        self.minimize()
        for panel in self.query(Panel):
            panel.remove_class("-called")

    def do_panel(self, number: str) -> None:
        """By the digit that was pressed."""
        self.go_to_panel(int(number))

    def do_maximise(self) -> None:
        """The focused panel over everything, or back."""
        if self.maximized is not None:
            self.unmaximise()
            return
        around = self.focused.ancestors_with_self if self.focused else ()
        panel = next((node for node in around if isinstance(node, Panel)), None) or self.panel(1)
        if panel is not None:
            self.maximize(panel, container=False)
