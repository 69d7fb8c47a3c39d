"""One call of the command: its options, wherever they stood, and the workspace they name."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from engine.domain.keys import mask_keys
from engine.errors import HalfrateError, NeedsUpgrade

if TYPE_CHECKING:
    from engine.domain.keys import GoogleKeyring
    from engine.store.sqlite.connection import Opened
    from engine.store.sqlite.database import SqliteDb
    from engine.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


class Console(Protocol):
    """Opens the console on a workspace and returns the exit code once it is closed."""

    def __call__(self, workspace: Workspace, *, read_only: bool = False) -> int: ...


_console: Console | None = None


def set_console(console: Console | None) -> None:
    """Says what `halfrate` opens in a terminal; None: nothing, the status is printed instead."""
    global _console
    _console = console


def console() -> Console | None:
    """What was set, if a person sits before it: all ends have to be terminals."""
    terminals = (sys.stdin, sys.stdout, sys.stderr)  # Textual draws on standard error
    return _console if all(stream.isatty() for stream in terminals) else None


@dataclass
class Invocation:
    """The common options of one call; what is opened for it is opened when it is asked for."""

    db: Path | None = None
    config: Path | None = None
    json: bool = False
    debug: bool = False
    _keyring: GoogleKeyring | None = field(default=None, repr=False)
    _workspace: Workspace | None = field(default=None, repr=False)

    @property
    def workspace(self) -> Workspace:
        """The database and settings that the options and the environment name."""
        if self._workspace is None:
            from engine.workspace import Workspace

            self._workspace = Workspace.open(self.db, self.config)
            with contextlib.suppress(HalfrateError):
                self._keyring = self._workspace.keyring()
        return self._workspace

    def use(self, workspace: Workspace) -> None:
        """Works on this workspace: the demo's."""
        self._workspace, self._keyring = workspace, workspace.keyring()

    @contextlib.contextmanager
    def reading(self) -> Iterator[SqliteDb]:
        """A read-only connection; a file of an earlier generation is upgraded first, which is said."""
        from engine.store.sqlite.database import explained

        workspace = self.workspace
        try:
            db = workspace.read()
        except NeedsUpgrade:
            self.prepare()
            db = workspace.read()
        with contextlib.closing(db), explained(workspace.path):
            yield db

    def prepare(self, *, create: bool = False) -> Opened:
        """Upgrades the database, or makes one where that is asked for; says where the copy of an upgraded file is.

        What it returns is closed. DatabaseGone when there is none, AnotherDatabase when it is not the one from before.
        """
        from engine.cli.output import Upgrading

        upgrading = Upgrading(self.workspace.path)
        opened = self.workspace.prepare(create=create, tell=upgrading)
        opened.db.close()
        upgrading.end(opened.backup)
        return opened

    def mask(self, text: str) -> str:
        """The text without keys: ours, those of the environment, and whatever has the form of one."""
        if self._keyring is not None:
            text = self._keyring.mask(text)
        for name in ("GEMINI_API_KEY", "GEMINI_BATCH_API_KEY", "GOOGLE_API_KEY"):
            key = os.environ.get(name, "").strip()
            if len(key) >= SHORTEST_KEY:
                text = text.replace(key, f"…{key[-4:]}")
        return mask_keys(text)


SHORTEST_KEY = 8
"""Shorter values of a key variable are words that stand in any text."""


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """An option given to any level of the command counts for the whole of it."""
    if value and parameter.name:
        setattr(context.ensure_object(Invocation), parameter.name, value)


def common(command: Command) -> Command:
    """The options that may stand before or after the subcommand's name."""
    path = click.Path(path_type=Path)
    for option in (
        click.option(
            "--debug", is_flag=True, is_eager=True, expose_value=False, callback=_keep, help="Show tracebacks."
        ),
        click.option(
            "--json", is_flag=True, is_eager=True, expose_value=False, callback=_keep, help="Print one JSON document."
        ),
        click.option(
            "--config", type=path, expose_value=False, callback=_keep, metavar="PATH", help="The TOML settings."
        ),
        click.option("--db", type=path, expose_value=False, callback=_keep, metavar="PATH", help="The database."),
    ):
        command = option(command)
    return command
