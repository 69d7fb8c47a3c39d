"""Where every error becomes one line, a hint and an exit code.

0 done; 1 an error; 2 wrong usage; 3 done but with failed chunks; 4 another process holds the operation; 5 an account
problem; 6 a budget is used up; 7 an invoice of which something stays unexplained. Besides: 130 after Ctrl-C, 141 when
the reader of the output went away.
"""

from __future__ import annotations

import errno
import io
import json
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr
from typing import Any

import click

from engine.cli.invocation import Invocation
from engine.errors import DiskFull, HalfrateError, InputError

DONE = 0
ERROR = 1
FAILED_CHUNKS = 3
ACCOUNT = 5
BUDGET = 6
UNEXPLAINED = 7
INTERRUPTED = 130
PIPE_CLOSED = 141


def guarded(run: Callable[[], Any], invocation: Invocation) -> int:
    """Runs a command and returns its exit code, having said what went wrong."""
    try:
        code = run()
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what was done so far is kept.", err=True)
        return INTERRUPTED
    except click.ClickException as wrong:
        click.echo(invocation.mask(_shown(wrong)), err=True, nl=False)
        return wrong.exit_code
    except Exception as error:
        if invocation.debug:
            click.echo(invocation.mask("".join(traceback.format_exception(error))), err=True, nl=False)
        return complain(explained(error), invocation)
    return code if isinstance(code, int) else DONE


def complain(error: HalfrateError, invocation: Invocation) -> int:
    """Prints the sentence and the hint, as JSON too when that was asked for; returns the exit code."""
    message, hint = invocation.mask(error.message), invocation.mask(error.hint)
    tell_problem(invocation, message, hint)
    if invocation.json:
        click.echo(json.dumps({"error": message, "hint": hint, "exit_code": error.exit_code}, ensure_ascii=False))
    return error.exit_code


def tell_problem(invocation: Invocation, message: str, hint: str = "") -> None:
    """A problem on standard error: its sentence, and the way out on a line of its own."""
    click.echo(f"{click.style('error', fg='red')}: {invocation.mask(message)}", err=True)
    if hint:
        click.echo(f" {click.style('hint', fg='cyan')}: {invocation.mask(hint)}", err=True)


def explained(error: Exception) -> HalfrateError:
    """The error as one of ours."""
    if isinstance(error, HalfrateError):
        return error
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if isinstance(error, OSError):
        return _of_system(error)
    return HalfrateError(
        f"Something unexpected went wrong: {type(error).__name__}: {error}",
        hint="This is a fault of halfrate; --debug shows where. What was stored is safe.",
    )


def _of_sqlite(error: sqlite3.Error) -> HalfrateError:
    from engine.store.sqlite.connection import explained as explained_by_store

    try:
        with explained_by_store(None):
            raise error
    except HalfrateError as ours:
        return ours
    except sqlite3.Error:
        return HalfrateError(f"The database refused: {error}.")


def _of_system(error: OSError) -> HalfrateError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    place = f"{error.filename}: " if error.filename else ""
    return InputError(f"{place}{error.strerror or error}.", hint="Check the path and its permissions.")


def _shown(wrong: click.ClickException) -> str:
    """What click would print: usage and sentence."""
    text = io.StringIO()
    with redirect_stderr(text):
        wrong.show(text)
    return text.getvalue()
