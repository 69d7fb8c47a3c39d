"""Real processes without the second of imports each: forked from one server that has the libraries already.

`multiprocessing`'s fork server is started from a fresh interpreter, before any thread of ours, so what it forks has no
lock, connection or client of the tests. A process has its own pid, dies of real signals, and tells its real exit code.
The command as it is installed is started by the tests of the command itself.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

SECONDS = 60.0
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["google.genai", "engine.workspace", "engine.life.manager", "engine.cli"])


def start(call: Callable[..., object], *arguments: Any, environ: Mapping[str, str] | None = None) -> ForkServerProcess:
    """A running process that calls a function of a module, in this environment or ours."""
    process = _CONTEXT.Process(target=_called, args=(dict(os.environ if environ is None else environ), call, arguments))
    process.start()
    return process


def ended(process: ForkServerProcess) -> int:
    """The exit code of a process that ends by itself; minus the signal it died of."""
    process.join(SECONDS)
    assert process.exitcode is not None, "the process did not end"
    return process.exitcode


def result(call: Callable[..., Any], *arguments: Any, environ: Mapping[str, str] | None = None) -> Any:
    """What a function returns in a process of its own."""
    receiving, sending = _CONTEXT.Pipe(duplex=False)
    process = start(_answering, sending, call, arguments, environ=environ)
    sending.close()
    with receiving:
        found = receiving.recv()
    assert ended(process) == 0
    return found


def command(*words: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The outcome of `python -m engine.cli WORDS` without a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder, name) for name in ("stdout", "stderr")]
        code = ended(start(_commanded, said, words, environ=environ))
        return subprocess.CompletedProcess(words, code, *(each.read_text("utf-8") for each in said))


def _commanded(said: Sequence[Path], words: Sequence[str]) -> None:
    for number, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv[1:] = words
    runpy.run_module("engine.cli", run_name="__main__", alter_sys=True)


def _called(environ: Mapping[str, str], call: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    call(*arguments)


def _answering(sending: Any, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    sending.send(call(*arguments))
