"""How the console is put together: who may know whom, and how large a class may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text("utf-8"))
    for path in sorted((ROOT / "tui").rglob("*.py"))
}
MOST_METHODS = 25


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules of ours that are named, those for the type checker alone included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)} & MODULES.keys()


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter({name: set(imported(tree)) - {name} for name, tree in MODULES.items()}).prepare()


@pytest.mark.parametrize("module", ["console", "actions", "reader", "runner", "autosync", "telling", "lists.jobs"])
def test_what_the_console_knows_is_told_without_textual(module: str) -> None:
    code = f"import sys, tui.{module}; print('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_no_class_grows_large() -> None:
    classes = [node for tree in MODULES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    methods = {
        each.name: sum(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in each.body)
        for each in classes
    }
    assert not {name: number for name, number in methods.items() if number > MOST_METHODS}


def test_everything_has_a_type_of_its_own() -> None:
    vague = [
        name
        for name, tree in MODULES.items()
        if any(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))
    ]
    assert not vague
