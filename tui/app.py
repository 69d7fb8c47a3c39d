"""The console: a small app that holds the reader, the operations and the actions; the screens do the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.keys import format_key
from textual.screen import Screen

from engine.domain.operations import FlushReport, Preflight, RetryReport, SyncReport
from engine.errors import HalfrateError, OperationBusy
from engine.store.leases import alive
from engine.store.overview import Overview
from tui import crash
from tui.actions import ACTIONS, BY_ID, Action, Situation
from tui.commands import ActionCommands
from tui.dialogs.confirm import Confirm, Question
from tui.engine_screen import EngineScreen
from tui.operations import Advanced, Call, Ended, Operations, Running, Told, told, way_out
from tui.panels.operation import Pulse
from tui.panels.topline import Heading
from tui.rates import Throughput
from tui.reader import Reader
from tui.screens import DETAILS, PAGES, load, opened
from tui.text import count, plain, plural, span
from tui.theme import CYCLE, HALFRATE_DARK, HALFRATE_LIGHT, MEANINGS, meanings

if TYPE_CHECKING:  # what they import takes a third of the time until the first frame
    from engine.batch_manager import BatchManager
    from engine.workspace import Workspace

DEMO = "demo"
AUTO_SYNC_CAP = 900.0
TOAST_SECONDS = 6.0


class ConsoleApp(App[str]):
    """Returns `DEMO` when the operator asked for the demonstration."""

    TITLE = "halfrate"
    CSS_PATH = "styles/console.tcss"
    COMMANDS: ClassVar[set[Any]] = {ActionCommands}
    BINDINGS: ClassVar[list[BindingType]] = [action.binding for action in ACTIONS]
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        name: partial(opened, place) for name, place in PAGES.items()
    }
    DEFAULT_MODE = "dashboard"

    def __init__(self, workspace: Workspace, *, read_only: bool = False) -> None:
        super().__init__()
        self.workspace = workspace
        self.read_only = read_only
        self.reader = Reader(workspace, read_only=read_only)
        self.operations = Operations(self, workspace)
        self.throughput = Throughput()
        self.overview: Overview | None = None
        self.auto_sync = workspace.demo and not read_only
        self._auto_wait = workspace.settings.console.auto_sync_seconds
        self._auto_timer: Any = None
        self._last_sync = ""
        self._problem: HalfrateError | None = None
        self._leaving: Confirm | None = None
        self._remark = Pulse()
        self._has_default_key, self._has_batch_key = _keys(workspace)
        self.register_theme(HALFRATE_DARK)
        self.register_theme(HALFRATE_LIGHT)
        wanted = workspace.settings.console.theme
        self.theme = wanted if wanted in self.available_themes else HALFRATE_DARK.name
        if wanted is not None and wanted not in self.available_themes:
            self._remark = Pulse(remark=f"There is no theme called {wanted}.", level="warning")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours, for themes that do not name them."""
        return meanings(dark=self.current_theme.dark)

    @property
    def colours(self) -> dict[str, str]:
        """Colours by meaning, for what takes no theme variables."""
        known = self.theme_variables
        defaults = meanings(dark=self.current_theme.dark)
        return {name: known.get(name, defaults[name]) for name in MEANINGS}

    def on_mount(self) -> None:
        """The reader starts; keys are the operator's own where the settings name some."""
        self.set_keymap({name: key for name, key in self.workspace.settings.console.keys.items() if name in BY_ID})
        self.reader.start()
        self._plan_auto_sync()

    def on_unmount(self) -> None:
        """The reader ends by itself; nobody waits for it."""
        self.reader.stop()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None beside our own."""
        return ()

    # What screens ask for

    @property
    def situation(self) -> Situation:
        """What decides which actions can be taken."""
        running = self.operations.running
        screen = self._screen_in_front()
        return Situation(
            overview=self.overview,
            read_only=self.read_only,
            demo=self.workspace.demo,
            busy=running.title if running else None,
            has_batch_key=self._has_batch_key,
            job=screen.selected_job() if isinstance(screen, EngineScreen) else None,
            chosen=screen.chosen() if isinstance(screen, EngineScreen) else None,
            paused=self.reader.paused,
            auto_sync=self.auto_sync,
        )

    @property
    def has_default_key(self) -> bool:
        """Synchronous calls can be paid for."""
        return self._has_default_key

    @property
    def has_batch_key(self) -> bool:
        """Batch jobs can be paid for."""
        return self._has_batch_key

    @property
    def pulse(self) -> Pulse:
        """What the operation line says."""
        running = self.operations.running
        if running is None:
            return self._remark
        escapes = self.current_mode == "dashboard" and self._screen_in_front() is self.screen_stack[0]
        return Pulse(running, eta=running.eta, stop_key=self.keys_shown["back" if escapes else "stop"])

    def heading(self, page: str) -> Heading:
        """What the top line says."""
        problem = self._problem
        checked = self.reader.checked_at
        age = ""
        if checked is not None:
            age = EngineScreen.age((self.workspace.clock() - checked).total_seconds())
        if problem is not None:
            state = plain(problem.message.replace(str(self.workspace.path), self.workspace.path.name))
        else:
            state = "paused" if self.reader.paused else "live" if self.overview else "reading"
        worker = self.overview.worker if self.overview else None
        return Heading(
            database=self.workspace.path.name,
            profile=str(self.workspace.settings.vector_profile),
            page=page,
            read_only=self.read_only,
            demo=self.workspace.demo,
            auto_sync=f"auto {span(self._auto_wait)}" if self.auto_sync else "",
            worker=worker is not None and alive(worker, datetime.now(UTC)),
            state=state,
            trouble=problem is not None,
            age=age,
        )

    @property
    def keys_shown(self) -> dict[str, str]:
        """The key of each action, as it is written on screen."""
        own = self.workspace.settings.console.keys
        return {action.id: _written(own.get(action.id, action.key)) for action in ACTIONS}

    def offers(self, action: Action) -> bool:
        """The screen in front, or the app, can carry it out, and it is not hidden here."""
        if action.writes and self.read_only:
            return False
        if action.id == "demo" and self.workspace.demo:
            return False
        return self._method(action.id) is not None

    def available(self) -> list[Action]:
        """The actions that are offered, in the registry's order."""
        return [action for action in ACTIONS if self.offers(action)]

    @property
    def offered(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(action.id for action in self.available())

    def saw(self, overview: Overview) -> None:
        """A screen was given a new overview."""
        self.overview = overview
        self.throughput.add(overview.at, overview.chunks.ready)
        if self._problem is not None:
            self._problem = None
            self._remark = Pulse(remark="The database can be read again.")

    def could_not_read(self, problem: HalfrateError) -> None:
        """The reader failed; it goes on trying."""
        if self._problem is None or self._problem.message != problem.message:
            self._remark = Pulse(remark=self.operations.mask(f"{problem.message} {problem.hint}"), level="error")
        self._problem = problem

    def remark(self, message: str, level: str = "information") -> None:
        """Something for the operation line, until something else happens."""
        self._remark = Pulse(remark=self.operations.mask(message), level=level)
        self._pulse_changed()

    def toast(self, message: str, *, title: str = "", severity: str = "information") -> None:
        """A toast of plain text, keys masked."""
        shown: Any = severity
        text = plain(self.operations.mask(message))
        self.notify(text, title=plain(self.operations.mask(title)), severity=shown, timeout=TOAST_SECONDS, markup=False)

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An action that nobody here carries out is no binding here."""
        if action == "do" and parameters:
            return self.offers(BY_ID[str(parameters[0])])
        return super().check_action(action, parameters)

    def action_do(self, name: str) -> None:
        """Carries an action out, or says why not."""
        action = BY_ID[name]
        if not self.offers(action):
            return
        reason = action.blocked(self.situation)
        if reason is not None:
            self.toast(f"{action.label}: {reason}.", severity="warning")
            return
        method = self._method(name)
        if method is not None:
            method()

    def _method(self, name: str) -> Callable[[], object] | None:
        for node in (self._screen_in_front(), self):
            method: Callable[[], object] | None = getattr(node, f"do_{name}", None)
            if method is not None:
                if name.startswith("go_") and name.removeprefix("go_") not in PAGES:
                    return None
                return method
        return None

    def _screen_in_front(self) -> EngineScreen[Any] | None:
        """The uppermost screen that is no dialog: the palette asks while it covers it."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, EngineScreen)), None)

    def open_detail(self, name: str, *arguments: Any) -> bool:
        """Opens a drill-down over the page; False when there is none of that name."""
        if name not in DETAILS:
            return False
        self.push_screen(load(DETAILS[name])(*arguments))
        return True

    def do_flush(self) -> None:
        """Shows what it would cost; the dialog decides."""
        from tui.dialogs.preflight import Decision, PreflightDialog

        def decided(decision: Decision | None) -> None:
            if decision is not None and decision.go:
                size = self.workspace.settings.flush.min_size
                self.run_operation("flush", "Flush", lambda manager: manager.flush_queue(size, force=decision.force))

        self.push_screen(PreflightDialog(self._preflight), decided)

    def _preflight(self, force: bool) -> Preflight:  # noqa: FBT001 - as the engine's
        with self.workspace.manager("console") as manager:
            return manager.preflight(self.workspace.settings.flush.min_size, force=force)

    def do_sync(self) -> None:
        """Costs nothing and starts at once."""
        self.run_operation("sync", "Sync", lambda manager: manager.sync_status())

    def do_retry(self) -> None:
        """Puts back what another attempt may help."""
        self.run_operation("retry", "Retry", lambda manager: manager.retry_failed())

    def do_auto_sync(self) -> None:
        """On or off."""
        self.auto_sync = not self.auto_sync
        self._auto_wait = self.workspace.settings.console.auto_sync_seconds
        self._plan_auto_sync()
        self.remark(
            f"Automatic sync is on, every {span(self._auto_wait)}; rarer while nothing changes."
            if self.auto_sync
            else "Automatic sync is off."
        )

    def do_stop(self) -> None:
        """After the step in hand."""
        self.operations.stop()
        self._pulse_changed()

    def do_cancel_job(self) -> None:
        """Asks first: what is done until then is billed."""
        job = self.situation.job
        if job is None:
            return
        self._confirm(
            Question(
                f"Cancel job {job.short}?",
                f"{plural(job.chunks, 'chunk')}, {job.status}. Google is asked to end it; what it has done until then"
                " is billed. Its chunks wait again once it has ended.",
                "Cancel the job",
            ),
            "cancel",
            f"Cancel {job.short}",
            lambda manager: manager.cancel(job.id),
        )

    def do_adopt_job(self) -> None:
        """Looks for the batch at Google; costs nothing."""
        job = self.situation.job
        if job is not None:
            self.run_operation("adopt", f"Adopt {job.short}", lambda manager: manager.adopt(job.id))

    def do_release_job(self) -> None:
        """Asks first: the chunks may be paid for again."""
        job = self.situation.job
        if job is None:
            return
        self._confirm(
            Question(
                f"Release job {job.short}?",
                f"Its {plural(job.chunks, 'chunk')} go back to the queue. If Google carried the job out all the same,"
                " they are billed twice.",
                "Release its chunks",
            ),
            "release",
            f"Release {job.short}",
            lambda manager: manager.release(job.id),
        )

    def _confirm(self, question: Question, name: str, title: str, call: Call) -> None:
        def decided(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's result
            if yes:
                self.run_operation(name, title, call)

        self.push_screen(Confirm(question), decided)

    def do_pause(self) -> None:
        """Holds the screen still, or goes on."""
        self.reader.paused = not self.reader.paused
        self.remark("The refresh is paused; p goes on, r reads once." if self.reader.paused else "The refresh goes on.")

    def do_refresh(self) -> None:
        """Reads now."""
        self._has_default_key, self._has_batch_key = _keys(self.workspace)
        self.reader.refresh()

    def do_export(self) -> None:
        """A picture of the screen, in the present folder; screens with a list write that instead."""
        path = Path.cwd() / f"halfrate-{self.workspace.clock().astimezone():%Y%m%d-%H%M%S}.svg"
        picture = self.operations.mask(self.export_screenshot(title="halfrate"))

        def write() -> Path:
            path.write_text(picture, encoding="utf-8")
            return path

        self.operations.ask(write, lambda written: self.toast(f"{written} was written.", title="Export"))

    def do_theme(self) -> None:
        """The next one."""
        place = CYCLE.index(self.theme) if self.theme in CYCLE else -1
        self.theme = CYCLE[(place + 1) % len(CYCLE)]
        self.remark(f"Theme: {self.theme}")

    def do_help(self) -> None:
        """Every key."""
        from tui.dialogs.help import HelpDialog

        self.push_screen(HelpDialog(self.available(), self.situation, self.keys_shown))

    def do_demo(self) -> None:
        """Leaves for the demonstration."""
        if self.operations.running is None:
            self.exit(DEMO)

    def do_go_dashboard(self) -> None:
        self._go("dashboard")

    def do_go_jobs(self) -> None:
        self._go("jobs")

    def do_go_failures(self) -> None:
        self._go("failures")

    def do_go_costs(self) -> None:
        self._go("costs")

    def do_go_log(self) -> None:
        self._go("log")

    def do_go_documents(self) -> None:
        self._go("documents")

    def _go(self, page: str) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.switch_mode(page)

    def do_back(self) -> None:
        """Out of what is open, one step; on the dashboard: the running operation is asked to stop."""
        screen = self.screen
        if isinstance(screen, EngineScreen) and screen.maximized is not None:
            screen.unmaximise()
        elif len(self.screen_stack) > 1:
            self.pop_screen()
        elif self.current_mode != "dashboard":
            self._go("dashboard")
        elif self.operations.running is not None:
            self.do_stop()

    async def action_quit(self) -> None:
        """Every way out asks the same question."""
        self.do_quit()

    def do_quit(self) -> None:
        """Says so if an operation is running."""
        running = self.operations.running
        if running is None:
            self.exit()
            return

        def decided(yes: bool | None) -> None:  # noqa: FBT001 - the dialog's result
            if yes:
                self.operations.stop()
                self.exit()

        self._leaving = Confirm(
            Question(
                f"{running.title} is running.",
                "Leaving is safe: it finishes the step in hand, what is left goes on with the next flush or sync,"
                " and jobs that are at Google go on there.",
                "Leave",
                "Stay",
            )
        )
        self.push_screen(self._leaving, decided)

    # Operations

    def run_operation(self, name: str, title: str, call: Call, *, quiet: bool = False) -> bool:
        """Starts it unless one runs; everything it has to say comes back as messages."""
        started = self.operations.start(name, title, call, quiet=quiet)
        if not started and not quiet:
            running = self.operations.running
            self.toast(f"{title}: {running.title if running else 'another operation'} is running.", severity="warning")
        self._pulse_changed()
        return started

    def on_advanced(self, message: Advanced) -> None:
        """Progress."""
        self.operations.advanced(message.running)
        self._pulse_changed()

    def on_ended(self, message: Ended) -> None:
        """Result or error, as toast and remark; what changed is read at once."""
        running = message.running
        self.operations.ended()
        if self._leaving is not None and self._leaving is self.screen:
            self._leaving.dismiss(False)  # what it asked about is over
        if message.error is not None:
            self._failed(running, message.error)
        else:
            self._succeeded(running, message.result)
        self.reader.refresh()
        self._plan_auto_sync()
        self._pulse_changed()

    def _failed(self, running: Running, error: BaseException) -> None:
        if running.quiet and isinstance(error, OperationBusy):
            return
        self.remark(f"{running.title}: {told(error)} {way_out(error)}", "error")
        self.toast(f"{told(error)} {way_out(error)}", title=running.title, severity="error")
        self._back_off()

    def _succeeded(self, running: Running, result: Any) -> None:
        said, level = outcome(running.title, result)
        if isinstance(result, SyncReport):
            self._judge_sync(result)
        else:
            self._auto_wait = self.workspace.settings.console.auto_sync_seconds
        if running.quiet and level == "information" and not (isinstance(result, SyncReport) and result.settled):
            return
        stamp = self.workspace.clock().astimezone()
        self.remark(f"{stamp:%H:%M:%S}  {said}", level)
        self.toast(said, title=running.title, severity=level)

    def on_told(self, message: Told) -> None:
        """An answer to something short."""
        if message.error is not None:
            self.toast(f"{told(message.error)} {way_out(message.error)}", severity="error")
        else:
            message.then(message.result)

    def _pulse_changed(self) -> None:
        screen = self._screen_in_front()
        if screen is not None and screen.is_mounted:
            screen.show_pulse()
            screen.show_actions()

    # Automatic sync

    def _plan_auto_sync(self) -> None:
        """One shot at a time: the next one is planned when the last one is done."""
        if self._auto_timer is not None:
            self._auto_timer.stop()
            self._auto_timer = None
        if self.auto_sync and not self.read_only:
            self._auto_timer = self.set_timer(max(0.5, self._auto_wait), self._sync_by_itself)

    def _sync_by_itself(self) -> None:
        self._auto_timer = None
        overview = self.overview
        idle = self.operations.running is None and not self.reader.paused
        if idle and overview is not None and overview.job_counts.live:
            call: Callable[[BatchManager], SyncReport] = lambda manager: manager.sync_status(due_only=True)  # noqa: E731
            self.run_operation("sync", "Auto sync", call, quiet=True)
        else:
            self._plan_auto_sync()

    def _judge_sync(self, result: SyncReport) -> None:
        state = " ".join(f"{job.id}:{job.status}:{job.remote_done}" for job in result.jobs)
        if state and state != self._last_sync:
            self._auto_wait = self.workspace.settings.console.auto_sync_seconds
        else:
            self._back_off()
        self._last_sync = state or self._last_sync

    def _back_off(self) -> None:
        first = self.workspace.settings.console.auto_sync_seconds
        self._auto_wait = max(first, min(self._auto_wait * 2, AUTO_SYNC_CAP, 16 * first))

    # Failure

    def _fatal_error(self) -> None:
        """Textual would print every local variable, keys among them."""
        error = self._exception or RuntimeError("unknown error")
        self.panic(_literal(crash.report(error, self.workspace)))


def _literal(text: str) -> Any:
    from rich.text import Text

    return Text(text)


def _keys(workspace: Workspace) -> tuple[bool, bool]:
    """Whether there is a default key and a batch key; a reference that cannot be resolved is none."""
    try:
        keyring = workspace.keyring()
    except HalfrateError:
        return False, False
    return keyring.has_default, keyring.has_batch


def _written(key: str) -> str:
    first = key.split(",")[0].strip()
    return {"escape": "esc", "space": "space"}.get(first, format_key(first))


def outcome(title: str, result: Any) -> tuple[str, str]:
    """What an operation did, in a sentence, and how serious that is."""
    match result:
        case FlushReport():
            return _flushed(result)
        case SyncReport():
            return _synced(result)
        case RetryReport():
            skipped = f"; {count(result.skipped_permanent)} are permanent" if result.skipped_permanent else ""
            return f"{plural(result.retried, 'chunk')} wait again{skipped}.", "information"
        case int():
            return f"{title}: {plural(result, 'chunk')}.", "information"
    return f"{title}: done.", "information"


def _flushed(result: FlushReport) -> tuple[str, str]:
    held = sum(each.chunks for each in result.held)
    said = f"{plural(result.chunks, 'chunk')} in {plural(len(result.jobs), 'job')}." if result.jobs else ""
    if held:
        reason = result.held[0].reason.rstrip(".")
        why = "" if result.problem and reason in result.problem else f": {reason}"
        said += f" {plural(held, 'chunk')} held{why}."
    if result.problem:
        return f"{said} {result.problem} {result.hint}".strip(), "error" if result.account else "warning"
    return said.strip() or "Nothing to flush.", "information"


def _synced(result: SyncReport) -> tuple[str, str]:
    settled = result.settled
    ready, failed = sum(job.ready for job in settled), sum(job.failed for job in settled)
    live = len(result.jobs) - len(settled)
    parts = []
    if settled:
        parts.append(f"{plural(len(settled), 'job')} settled: {count(ready)} ready, {count(failed)} failed")
    if live:
        parts.append(f"{plural(live, 'job')} still under way")
    said = "; ".join(parts) + "." if parts else "Nothing to ask about."
    if result.problem:
        return f"{said} {result.problem} {result.hint}".strip(), "error" if result.account else "warning"
    return said, "warning" if failed else "information"
