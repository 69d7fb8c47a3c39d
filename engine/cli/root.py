"""The group `halfrate`: its subcommands are found by name and imported when they are called."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from engine.cli.invocation import Invocation, common, console, pass_invocation
from engine.cli.outcome import PIPE_CLOSED, guarded
from engine.cli.output import own_version

COMMANDS = {
    "init": "engine.cli.init:init",
    "demo": "engine.cli.demo:demo",
    "ingest": "engine.cli.ingest:ingest",
    "queue": "engine.cli.queue:queue",
    "jobs": "engine.cli.jobs:jobs",
    "worker": "engine.cli.worker:worker",
    "cost": "engine.cli.cost:cost",
    "export": "engine.cli.export:export",
    "mirror": "engine.cli.mirror:mirror",
    "emulator": "engine.cli.emulator:emulator",
    "doctor": "engine.cli.doctor:doctor",
}


class Root(click.Group):
    """Imports a subcommand when it is called, and lets every error out through one door."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a first visit."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; a reader that went away (`| head`) ends it quietly."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_output()
            return PIPE_CLOSED
        return result

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002
        **extra: Any,
    ) -> Any:
        """Ends the process with the exit code of the outcome."""
        invocation = extra.setdefault("obj", Invocation())

        def run() -> Any:
            return super(Root, self).main(
                args, prog_name, complete_var, standalone_mode=False, windows_expand_args=windows_expand_args, **extra
            )

        if not standalone_mode:
            return run()
        sys.exit(guarded(run, invocation))


def _forget_output() -> None:
    """Nobody reads: what is still buffered must not complain when the interpreter ends."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - lives as long as the process
    finally:
        os.close(devnull)


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's call
    if wanted and not context.resilient_parsing:
        click.echo(f"halfrate {own_version()}")
        context.exit()


SETTINGS: Mapping[str, Any] = {"help_option_names": ["-h", "--help"]}


@click.group(cls=Root, invoke_without_command=True, context_settings=dict(SETTINGS))
@common
@click.option("--read-only", is_flag=True, help="Open the console without the actions that change anything.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@pass_invocation
@click.pass_context
def cli(context: click.Context, invocation: Invocation, read_only: bool) -> int | None:  # noqa: FBT001 - a flag
    """Embed text through the Gemini Batch API at half price.

    Without a subcommand: the console; without a terminal: the status.
    """
    if context.invoked_subcommand is not None:
        if read_only:
            raise click.UsageError("--read-only belongs to the console: it takes no subcommand.", context)
        return None
    opened = console()
    if opened is not None and not invocation.json:
        return opened(invocation.workspace, read_only=read_only)
    from engine.cli.queue import show_status

    return show_status(invocation)
