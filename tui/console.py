"""What a screen may ask of the console: what was read, what runs, what can be done and why not.

`Console` knows no screen and no Textual; what takes one it asks of the `Application` around it, and what depends on the
page in front, of that `Page`. The database is made and swapped by nobody here: its workspace opens the file that it
has seen, or says that it is gone or another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from engine.domain.keys import mask_keys
from engine.domain.progress import Progress
from engine.domain.reports import SyncReport
from engine.errors import HalfrateError, OperationBusy
from engine.store.leases import alive
from engine.store.overview import Overview
from engine.wording import moment
from tui.actions import ACTIONS, BY_ID, Action, Situation
from tui.application import Application, Level
from tui.autosync import AutoSync
from tui.figures import span
from tui.rates import Throughput
from tui.reader import Reader, Upgrade
from tui.runner import Call, Ended, Runner, Running
from tui.safe_text import plain
from tui.telling import outcome, told, way_out

if TYPE_CHECKING:  # what it imports takes a third of the time until the first frame
    from engine.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the operation line says: the operation in hand, else a remark."""

    running: Running | None = None
    remark: str = ""
    level: Level = "information"
    eta: float | None = None
    stop_key: str = "esc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the top line says."""

    database: str
    profile: str
    page: str
    read_only: bool
    demo: bool
    auto_sync: str
    """`auto 60s` while automatic sync is on."""
    worker: bool
    """A worker runs on this database."""
    state: str
    """live, paused, reading; or what is wrong."""
    trouble: bool
    age: str
    """How long ago the figures were known to be current: `data 3s old`."""


@dataclass(frozen=True, slots=True)
class ApiKeys:
    """Which of the two API keys there are."""

    default: bool = False
    batch: bool = False

    @classmethod
    def of(cls, workspace: Workspace) -> ApiKeys:
        """Asked now; a reference that cannot be resolved is no key."""
        try:
            keyring = workspace.keyring()
        except HalfrateError:
            return cls()
        return cls(keyring.has_default, keyring.has_batch)


class Console:
    """One operator at one database; lives on the event loop, but for `mask`."""

    def __init__(
        self, workspace: Workspace, application: Application, keys_shown: Mapping[str, str], *, read_only: bool
    ) -> None:
        self.workspace = workspace
        self.read_only = read_only
        self.keys_shown = keys_shown
        """The key of each action, as it is written on screen."""
        self.overview: Overview | None = None
        self.throughput = Throughput()
        self.problem: HalfrateError | None = None
        """Why the last look at the database failed; None since one succeeded."""
        self.api_keys = ApiKeys.of(workspace)
        self.reader = Reader(workspace, self._told_of_upgrade, read_only=read_only)
        self.runner = Runner(workspace, application.hand_over, self)
        self.auto_sync = AutoSync(
            workspace.settings.console.auto_sync_seconds,
            application.after,
            self._sync_by_itself,
            on=workspace.demo and not read_only,
        )
        self.when_idle: Callable[[], None] | None = None
        """Called once when the operation in hand has ended."""
        self._application = application
        self._remark = Pulse()
        self._upgrade: Running | None = None
        """The file is brought up to date before anything of it is shown."""

    def mask(self, text: str) -> str:
        """The text without keys, ours and whatever has the form of one."""
        try:
            return self.workspace.keyring().mask(text)
        except HalfrateError:
            return mask_keys(text)

    @property
    def situation(self) -> Situation:
        """What decides which actions can be taken."""
        running, page = self.runner.running, self._application.page()
        return Situation(
            overview=self.overview,
            read_only=self.read_only,
            demo=self.workspace.demo,
            busy=running.title if running else None,
            trouble=self._trouble.removesuffix(".") or None,
            has_batch_key=self.api_keys.batch,
            job=page.selected_job() if page else None,
            chosen=page.chosen() if page else None,
        )

    @property
    def _trouble(self) -> str:
        """What is wrong with the database, without the folder it is in."""
        path = self.workspace.path
        return plain(self.problem.message.replace(str(path), path.name)) if self.problem else ""

    def pulse(self, stop: str = "stop") -> Pulse:
        """What the operation line says; `stop` is the id of the action whose key stops an operation on this page."""
        if self._upgrade is not None:
            return Pulse(self._upgrade, eta=self._upgrade.eta, stop_key="")
        running = self.runner.running
        return Pulse(running, eta=running.eta, stop_key=self.keys_shown[stop]) if running else self._remark

    def heading(self, page: str) -> Heading:
        """What the top line says."""
        checked, worker = self.reader.checked_at, self.overview.worker if self.overview else None
        age = 0.0 if checked is None else (self.workspace.clock() - checked).total_seconds()
        return Heading(
            database=self.workspace.path.name,
            profile=str(self.workspace.settings.vector_profile),
            page=page,
            read_only=self.read_only,
            demo=self.workspace.demo,
            auto_sync=f"auto {span(self.auto_sync.wait)}" if self.auto_sync.on else "",
            worker=worker is not None and alive(worker, datetime.now(UTC)),
            state=self._trouble or self._state,
            trouble=self.problem is not None,
            age="" if checked is None else f"data {'<1s' if age < 1 else span(age)} old",
        )

    @property
    def _state(self) -> str:
        if self._upgrade is not None:
            return "upgrading"
        return "paused" if self.reader.paused else "live" if self.overview else "reading"

    def offers(self, action: Action) -> bool:
        """Somebody here can carry it out, and it is not hidden."""
        hidden = (action.writes and self.read_only) or (action.id == "demo" and self.workspace.demo)
        return not hidden and action.method(self._application.actors()) is not None

    def available(self) -> list[Action]:
        """The actions that are offered, in the registry's order."""
        return [action for action in ACTIONS if self.offers(action)]

    @property
    def offered(self) -> frozenset[str]:
        """The ids of the actions that are offered."""
        return frozenset(action.id for action in self.available())

    def perform(self, name: str) -> None:
        """Carries an action out, or says why not."""
        action = BY_ID[name]
        method = action.method(self._application.actors()) if self.offers(action) else None
        if method is None:
            return
        reason = action.blocked(self.situation)
        if reason is not None:
            self.toast(f"{action.label}: {reason}.", level="warning")
            return
        method()

    def saw(self, overview: Overview) -> None:
        """A page was given a new overview."""
        self.overview = overview
        self.throughput.add(overview.at, overview.chunks.ready)
        if self.problem is not None:
            self.problem = None
            self._remark = Pulse(remark="The database can be read again.")

    def could_not_read(self, problem: HalfrateError) -> None:
        """The reader failed; it goes on trying, and what writes waits until it succeeds."""
        if self.problem is None or self.problem.message != problem.message:
            self._remark = Pulse(remark=self.mask(f"{problem.message} {problem.hint}"), level="error")
        self.problem = problem
        self._upgrade = None

    def _told_of_upgrade(self, upgrade: Upgrade) -> None:
        """In the reader's thread."""
        self._application.hand_over(partial(self._upgraded, upgrade))

    def _upgraded(self, upgrade: Upgrade) -> None:
        """How far it is; where the copy from before lies, once there is one."""
        if upgrade.over:
            self._upgrade = None
            kept = f"; as it was before: {upgrade.backup.name}" if upgrade.backup else ""
            self.remark(f"Upgraded{kept}.")
            return
        now = time.monotonic()
        begun = self._upgrade or Running(name="upgrade", title="Upgrade", started=now, step_started=now)
        step = Progress(operation="upgrade", step="the file", done=upgrade.done, total=upgrade.total, unit="chunks")
        self._upgrade = replace(begun, progress=step)
        self.advanced()

    def remark(self, message: str, level: Level = "information") -> None:
        """Something for the operation line, until something else happens."""
        self._remark = Pulse(remark=self.mask(message), level=level)
        self.advanced()

    def toast(self, message: str, *, title: str = "", level: Level = "information") -> None:
        """A toast of plain text, keys masked."""
        self._application.show_toast(plain(self.mask(message)), plain(self.mask(title)), level)

    def refresh(self) -> None:
        """Reads the database and asks for the API keys now."""
        self.api_keys = ApiKeys.of(self.workspace)
        self.reader.refresh()

    def run(self, name: str, title: str, call: Call, *, quiet: bool = False) -> bool:
        """Starts an operation unless one runs; `quiet`: nobody asked for it, so it says little."""
        started = self.runner.start(name, title, call, quiet=quiet)
        if not started and not quiet:
            running = self.runner.running
            self.toast(f"{title}: {running.title if running else 'another operation'} is running.", level="warning")
        self.advanced()
        return started

    def advanced(self) -> None:
        """Draws how far the operation in hand is, or the remark."""
        page = self._application.page()
        if page is not None:
            page.tick()

    def ended(self, end: Ended) -> None:
        """Tells result or error of an operation as toast and remark; what changed is read at once."""
        if self.when_idle is not None:
            self.when_idle()
            self.when_idle = None
        if end.error is not None:
            self._failed(end.running, end.error)
        else:
            self._succeeded(end.running, end.result)
        self.reader.refresh()
        self.auto_sync.plan()
        self.advanced()

    def unanswered(self, error: Exception) -> None:
        """Tells why something short could not be done."""
        self.toast(f"{told(error)} {way_out(error)}", level="error")

    def _failed(self, running: Running, error: Exception) -> None:
        if running.quiet and isinstance(error, OperationBusy):
            return
        said = f"{told(error)} {way_out(error)}"
        self.remark(f"{running.title}: {said}", "error")
        self.toast(said, title=running.title, level="error")
        self.auto_sync.back_off()

    def _succeeded(self, running: Running, result: object) -> None:
        said, level = outcome(running.title, result)
        settled = isinstance(result, SyncReport) and result.settled
        self.auto_sync.judge(result)
        if running.quiet and level == "information" and not settled:
            return
        self.remark(f"{moment(self.workspace.clock())}  {said}", level)
        self.toast(said, title=running.title, level=level)

    def _sync_by_itself(self) -> bool:
        """Starts a sync of the jobs that are due; False when there is no reason to, or this is not the moment."""
        idle = self.runner.running is None and not self.reader.paused and self.problem is None
        if not idle or self.overview is None or not self.overview.job_counts.live:
            return False
        return self.run("sync", "Auto sync", lambda manager: manager.sync_status(due_only=True), quiet=True)
