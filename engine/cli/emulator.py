"""`halfrate emulator`: the Gemini API on a loopback port, in the foreground."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import DONE
from engine.cli.output import note
from engine.errors import InputError


@click.command()
@common
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: any free one.")
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="A job runs so long.",
)
@click.option("--scenario", type=click.Path(path_type=Path), metavar="FILE", help="A fault script, TOML or JSON.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of everything that is left to chance.")
@pass_invocation
def emulator(invocation: Invocation, port: int, latency: float, scenario: Path | None, seed: int) -> int:
    """Serve the Gemini embedding API on this machine; prints the base URL.

    Point GOOGLE_GEMINI_BASE_URL at it. Its bill is at /emulator/bill, as Google exports it at /emulator/bill.csv.
    """
    from engine.emulator import serve

    def ready(base_url: str) -> None:
        click.echo(f'{{"base_url": "{base_url}"}}' if invocation.json else base_url)
        note(invocation, f"export GOOGLE_GEMINI_BASE_URL={base_url}   bill: {base_url}/emulator/bill   Ctrl-C ends it")

    try:
        serve(port, latency, scenario, seed, ready)
    except ValueError as error:
        raise InputError(str(error), hint="The fault script is described in engine/emulator/scenario.py.") from None
    except OSError as error:
        raise InputError(f"{error.strerror or error}.", hint="Choose another --port, or 0 for any free one.") from None
    return DONE
