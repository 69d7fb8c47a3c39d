"""`python -m engine.cli`: the command line without the console."""

from engine.cli import cli

if __name__ == "__main__":
    cli(prog_name="halfrate")
