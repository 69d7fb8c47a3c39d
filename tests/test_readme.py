"""What the README and the docstrings show is executed."""

from __future__ import annotations

import doctest
import re
import shlex
import tomllib
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

import engine
from engine.cli import cli
from engine.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = sorted(set(re.findall(r"`halfrate ((?:[a-z|-]+ ?)+)", README)))


def subcommands(names: str) -> list[list[str]]:
    """`queue status|flush` names two."""
    words = [word.split("|") for word in names.split() if not word.startswith("-")]
    paths: list[list[str]] = [[]]
    for choices in words:
        paths = [[*path, choice] for path in paths for choice in choices]
    return paths


def test_the_working_example_of_the_engine_works() -> None:
    assert doctest.testmod(engine, raise_on_error=True).attempted > 0


@pytest.mark.parametrize("names", COMMANDS)
def test_every_command_the_readme_names_exists(names: str) -> None:
    for path in subcommands(names):
        result = CliRunner().invoke(cli, [*path, "--help"])
        assert result.exit_code == 0, (path, result.output)


def test_every_option_of_a_readme_command_line_exists() -> None:
    lines = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]
    used = [shlex.split(line, comments=True) for line in lines if line.startswith("halfrate")]
    assert used
    for _, *words in used:
        path = [word for word in words if re.fullmatch("[a-z]+", word)][:2]
        helped = next(
            result
            for cut in (path, path[:1])
            if (result := CliRunner().invoke(cli, [*cut, "--help"])).exit_code == 0 and "Usage" in result.output
        )
        assert all(option in helped.output for option in words if option.startswith("--"))


def test_the_settings_the_readme_shows_are_accepted_and_are_the_defaults(tmp_path: Path) -> None:
    (text,) = (text for kind, text in BLOCKS if kind == "toml")
    file = tmp_path / "halfrate.toml"
    file.write_text(text, "utf-8")
    shown = load_settings(file, {}).settings
    default = Settings()
    for table, fields in tomllib.loads(text).items():
        if table in ("budget", "prices", "billing"):
            continue
        values = msgspec.to_builtins(getattr(default, table))
        assert {name: values[name] for name in fields} == fields, table
    assert shown.budget.month is not None


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (command,) = (line for line in README.splitlines() if line.startswith("python3 -m venv") and "pytest" in line)
    assert command.count("\n") == 0
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "grep -m1 '^python3 -m venv .*pytest' README.md" in script


def test_pictures_the_readme_shows_exist() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
