"""What a module of the engine brings with it when it is imported alone."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(engine.__path__, "engine.") if not module.name.endswith("__main__")
)
IN_TURN = """
import json, os, sys
import click, msgspec, numpy, rich.progress, sqlite_utils, starlette.applications, uvicorn  # once for all of them
found = {}
for name in json.loads(sys.argv[1]):
    reading, writing = os.pipe()
    if os.fork() == 0:
        __import__(name)
        heavy = [each for each in ("textual", "google", "google.genai", "tui") if each in sys.modules]
        os.write(writing, json.dumps(heavy).encode())
        os._exit(0)
    os.close(writing)
    found[name] = os.read(reading, 1000).decode()
    os.close(reading)
    os.wait()
print(json.dumps(found))
"""


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="one interpreter is forked for each module")
def test_no_module_of_the_engine_brings_a_screen_or_the_vendors_client() -> None:
    command = [sys.executable, "-c", IN_TURN, json.dumps(MODULES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    brought = json.loads(done.stdout)
    assert set(brought) == set(MODULES)
    assert {name: heavy for name, heavy in brought.items() if heavy != "[]"} == {}


def test_imports_point_one_way() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", engine.__all__)
def test_public_names_are_there(name: str) -> None:
    found = getattr(engine, name)
    assert found.__name__ == name
    assert getattr(import_module(found.__module__), name) is found


def test_what_is_not_public_is_not_there() -> None:
    assert sorted(engine.__all__) == engine.__all__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = engine.nothing
