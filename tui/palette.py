"""The palette: every action of the registry that the screen in front can carry out."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.actions import Action
from tui.console import Console
from tui.screens.base import console_of


class ActionCommands(Provider):
    """Actions by label; why one cannot be taken stands in its help line."""

    @property
    def _console(self) -> Console:
        return console_of(self.app)

    async def discover(self) -> Hits:
        """What can be done here, in the registry's order."""
        for action in self._console.available():
            yield DiscoveryHit(action.label, partial(self._console.perform, action.id), help=self._help(action))

    async def search(self, query: str) -> Hits:
        """Actions whose label or explanation matches."""
        matcher = self.matcher(query)
        for action in self._console.available():
            score = max(matcher.match(action.label), matcher.match(action.tooltip) * 0.6)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(action.label),
                    partial(self._console.perform, action.id),
                    help=self._help(action),
                )

    def _help(self, action: Action) -> str:
        reason = action.blocked(self._console.situation)
        return f"{action.tooltip} ({reason})" if reason else action.tooltip
