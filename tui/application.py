"""What the console needs of the application around it: a page in front, toasts, an event loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from engine.domain.jobs import BatchJob

Level = Literal["information", "warning", "error"]


class Page(Protocol):
    """The page in front, beneath any dialog."""

    def selected_job(self) -> BatchJob | None:
        """The job that the actions on a job mean."""

    def chosen(self) -> int | None:
        """How many failed chunks retry and discard mean; None where nothing is chosen."""

    def tick(self) -> None:
        """Draws what the console says now: top line, operation line, buttons."""


class Application(Protocol):
    """What the console cannot do without a screen and an event loop."""

    def page(self) -> Page | None:
        """The one in front; None before the first."""

    def actors(self) -> Sequence[object]:
        """What carries actions out by its methods `do_...`, the page in front first."""

    def show_toast(self, message: str, title: str, level: Level) -> None:
        """Shows it as it is."""

    def hand_over(self, call: Callable[[], None]) -> None:
        """Takes a call from any thread to the event loop; it is dropped when the screen has left."""

    def after(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """Calls it once, later; what is returned cancels it."""
