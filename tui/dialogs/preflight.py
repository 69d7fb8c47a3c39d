"""What a flush would do and cost, before it does it: the same figures as `halfrate queue flush --dry-run`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from engine.domain.estimates import Estimate
from engine.domain.plan import WholeQueue
from engine.domain.reports import Preflight
from engine.domain.room import Reason
from engine.wording import plural, reason, still_left
from tui.dialogs.confirm import Choice
from tui.figures import count, duration, usd
from tui.panels.cost import rounds
from tui.panels.drawing import price_bar
from tui.safe_text import plain
from tui.telling import told, way_out

BAR = 27


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to flush, and whether also fewer chunks than the minimum."""

    go: bool
    force: bool = False


def preflight_lines(ahead: Preflight, *, force: bool) -> list[Content]:
    """The figures, a fact a line."""
    drawn = [*_leaving(ahead), Content("")]
    drawn += [_fact("held back", (count(held.chunks), "bold $waiting"), f"  {reason(held)}") for held in ahead.held]
    if ahead.held:
        drawn += whole_lines(ahead.whole)
    if ahead.unnamed:
        drawn.append(_fact("older", (count(ahead.unnamed), ""), " chunks of older writers; equal ones are sent once"))
    if ahead.budget is not None:
        left = ahead.budget.left - ahead.estimate.batch
        style = "$failed" if left < 0 else ""
        before = f" {still_left(ahead.budget)}, {usd(ahead.budget.left)} before"
        drawn.append(_fact("budget", (usd(left), style), before))
    drawn += [Content.styled(f"! {plain(warning)}", "$waiting") for warning in ahead.warnings]
    if not force and any(held.kind is Reason.BELOW_MINIMUM for held in ahead.held):
        drawn += [Content(""), Content.assemble(("f", "bold $accent"), " flushes them all the same")]
    return drawn


def whole_lines(whole: WholeQueue) -> list[Content]:
    """What sending all that waits would take, whatever holds it now."""
    price = f" chunks  {usd(whole.batch)} in batch, {usd(whole.direct)} direct"
    drawn = [_fact("whole queue", (count(whole.chunks), "bold"), price)]
    return [*drawn, _fact("", (rounds(whole), ""), "")] if whole.rounds > 1 else drawn


def _leaving(ahead: Preflight) -> list[Content]:
    estimate = ahead.estimate
    jobs = plural(len(ahead.jobs), "job")
    if ahead.resumed:
        jobs += f", and {plural(len(ahead.resumed), 'job')} planned before"
    texts = ahead.plan.texts + sum(job.requests for job in ahead.resumed)
    if texts != estimate.chunks:
        jobs += f", {plural(texts, 'text')}"
    if not ahead.jobs and not ahead.resumed:
        return [Content.styled("Nothing would leave now.", "bold")]
    if ahead.expected_seconds is not None:
        finish = _fact("finish", (f"in about {duration(ahead.expected_seconds)}", ""), ", by earlier jobs here")
    else:
        finish = _fact("finish", ("within 24 hours", ""), " by Google's word; no job has ended here yet")
    return [
        _fact("chunks", (count(estimate.chunks), "bold"), f" in {jobs}"),
        _fact("tokens", (count(estimate.tokens), "bold"), f" {_limits(estimate)}"),
        _fact("", ("", ""), str(estimate.basis)),
        _fact("", ("", ""), str(estimate.band)),
        Content(""),
        price_bar(f"{'batch':<13}", estimate.batch, estimate.synchronous, BAR, "bold $money"),
        price_bar(f"{'direct':<13}", estimate.synchronous, estimate.synchronous, BAR, "$faint"),
        _fact("saved", (usd(estimate.synchronous - estimate.batch), "bold $ready"), ""),
        Content(""),
        finish,
    ]


def _limits(estimate: Estimate) -> str:
    return f"({count(estimate.least_tokens)} to {count(estimate.most_tokens)})"


def _fact(name: str, figure: tuple[str, str], rest: str) -> Content:
    return Content.assemble((f"{name:<13}", "$faint"), figure, (rest, "$faint"))


Counted = Preflight | Exception
Ask = Callable[[Callable[[], Counted], Callable[[Counted], None]], None]
"""`Runner.ask`: calls the first off the event loop, and gives what it returned to the second on it."""


class PreflightDialog(ModalScreen[Decision]):
    """Reads the figures off the event loop; Cancel has the focus."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,q", "cancel", "Cancel", show=False),
        Binding("y", "flush", "Flush", show=False),
        Binding("f", "force", "Flush fewer than the minimum", show=False),
    ]

    def __init__(self, read: Callable[[bool], Preflight], ask: Ask) -> None:
        super().__init__()
        self._read = read
        self._ask = ask
        self._force = False

    def compose(self) -> ComposeResult:
        """The figures above the answers."""
        with Vertical(classes="dialog -wide") as frame:
            frame.border_title = Content("Flush")
            with VerticalScroll(classes="scroll"):
                yield Static(Content.styled("Counting what would leave…", "$faint"), classes="said")
            yield Choice("Cancel", "Flush")

    def on_mount(self) -> None:
        """The harmless answer is the default; the other one waits for the figures."""
        self.query_one("#yes", Button).disabled = True
        self.query_one("#no", Button).focus()
        self._count()

    def _count(self) -> None:
        """In a thread of its own: a million waiting chunks are not counted at once."""
        force = self._force
        self._ask(lambda: self._counted(force), self._show)

    def _counted(self, force: bool) -> Counted:  # noqa: FBT001 - as the engine's
        try:
            return self._read(force)
        except Exception as error:
            return error

    def _show(self, ahead: Counted) -> None:
        if not self.is_attached:
            return
        said, yes = self.query_one(".said", Static), self.query_one("#yes", Button)
        if isinstance(ahead, Exception):
            text = f"{told(ahead)}\n{way_out(ahead)}"
            said.update(Content("\n").join([Content.styled(plain(line), "$failed") for line in text.splitlines()]))
            yes.disabled = True
            return
        said.update(Content("\n").join(preflight_lines(ahead, force=self._force)))
        estimate = ahead.estimate
        leaves = bool(estimate.chunks or ahead.resumed)
        yes.disabled = not leaves
        yes.label = Content(
            f"Flush {plural(estimate.chunks, 'chunk')} for {usd(estimate.batch)}" if leaves else "Flush"
        )
        yes.refresh(layout=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A click, or enter on the button that has the focus."""
        event.stop()
        self._decide(go=event.button.id == "yes")

    def action_cancel(self) -> None:
        """Nothing leaves, whichever button has the focus."""
        self._decide(go=False)

    def action_flush(self) -> None:
        """Only once there are figures, and something would leave."""
        if not self.query_one("#yes", Button).disabled:
            self._decide(go=True)

    def action_force(self) -> None:
        """Also fewer than the minimum, or not."""
        self._force = not self._force
        self._count()

    def _decide(self, *, go: bool) -> None:
        self.dismiss(Decision(go, self._force))
