"""The actions on the queue: flush, sync, retry, automatic sync, stop."""

from __future__ import annotations

from textual.app import App

from engine.domain.reports import Preflight
from tui.console import Console
from tui.figures import span
from tui.runner import ACTOR


class QueueActions:
    """On every page; a page that retries something else has its own `do_retry`."""

    def __init__(self, app: App[str], console: Console) -> None:
        self._app = app
        self._console = console

    def do_flush(self) -> None:
        """Shows what it would cost; the dialog decides."""
        from tui.dialogs.preflight import Decision, PreflightDialog

        def decided(decision: Decision | None) -> None:
            if decision is not None and decision.go:
                size, force = self._smallest, decision.force
                self._console.run("flush", "Flush", lambda manager: manager.flush_queue(size, force=force))

        self._app.push_screen(PreflightDialog(self._preflight, self._console.runner.ask), decided)

    @property
    def _smallest(self) -> int:
        return self._console.workspace.settings.flush.min_size

    def _preflight(self, force: bool) -> Preflight:  # noqa: FBT001 - as the engine's
        """In the runner's thread: Google may count a sample first, where nothing better is known."""
        with self._console.workspace.manager(ACTOR) as manager:
            manager.sample()
            return manager.preflight(self._smallest, force=force)

    def do_sync(self) -> None:
        """Costs nothing and starts at once."""
        self._console.run("sync", "Sync", lambda manager: manager.sync_status())

    def do_retry(self) -> None:
        """Puts back what another attempt may help."""
        self._console.run("retry", "Retry", lambda manager: manager.retry_failed())

    def do_auto_sync(self) -> None:
        """Says how often it syncs from now on, or that it does not."""
        auto = self._console.auto_sync
        auto.switch()
        self._console.remark(
            f"Automatic sync is on, every {span(auto.wait)}; rarer while nothing changes."
            if auto.on
            else "Automatic sync is off."
        )

    def do_stop(self) -> None:
        """What has been done until the end of the step in hand stays."""
        self._console.runner.stop()
        self._console.advanced()
