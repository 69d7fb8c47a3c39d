"""The command line: the console's twin without a screen, for cron, scripts and audits.

`cli` is the click group behind the command `halfrate`; `set_console` gives it the console to open when it is called
without a subcommand in a terminal. Each module holds the commands of one noun and is imported when it is called.
"""

from engine.cli.invocation import Console, set_console
from engine.cli.root import cli

__all__ = ["Console", "cli", "set_console"]
