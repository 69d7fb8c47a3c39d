"""The screens, one module each; `PAGES` are reached by a key, `DETAILS` by enter on a row.

A page is an `EngineScreen` without arguments. A detail is one that takes what was entered: a job's id, a cause.
A new one is a module here and a line below; its action `go_<name>` stands in `tui.actions`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from textual.screen import Screen

PAGES = {
    "dashboard": "tui.screens.dashboard:DashboardScreen",
    "jobs": "tui.screens.jobs:JobsScreen",
    "failures": "tui.screens.failures:FailuresScreen",
    "costs": "tui.screens.costs:CostsScreen",
    "log": "tui.screens.log:LogScreen",
    "documents": "tui.screens.documents:DocumentsScreen",
}
DETAILS = {
    "job": "tui.screens.job:JobScreen",
    "cause": "tui.screens.failures:CauseScreen",
    "entries": "tui.screens.costs:EntriesScreen",
    "document": "tui.screens.documents:DocumentScreen",
}


def load(place: str) -> Callable[..., Screen[None]]:
    """The class behind a `module:name`, imported when it is first opened: the dashboard is up sooner."""
    module, _, name = place.partition(":")
    return cast("Callable[..., Screen[None]]", getattr(import_module(module), name))


def opened(place: str) -> Screen[None]:
    """A page, made now."""
    return load(place)()
