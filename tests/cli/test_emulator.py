"""`halfrate emulator`."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.request
from typing import Any

from tests.cli.conftest import Shell


def read(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own loopback address
        return json.load(answer)


def test_its_first_line_is_the_base_url_and_it_serves_commands(offline: Shell) -> None:
    scenario = offline.folder / "scenario.toml"
    scenario.write_text('[[rows]]\ndo = "error"\ncontains = "poison"\ncode = 3\n', "utf-8")
    words = offline.command("emulator", "--scenario", scenario, "--seed", 7, "--latency", 0)
    with subprocess.Popen(
        words, env=offline.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        base_url = running.stdout.readline().strip()
        assert base_url.startswith("http://127.0.0.1:")
        offline.environ["GOOGLE_GEMINI_BASE_URL"] = base_url
        offline.fill(["one", "poison"])
        offline.call("queue", "flush")
        offline.call("queue", "sync", code=3)
        bill = read(f"{base_url}/emulator/bill")
        assert bill["totals"]["batch"] == offline.json("cost", "report")["batch"]["tokens"] > 0
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 0


def test_a_port_that_is_taken_is_named(offline: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = offline.call("emulator", "--port", port, code=1)
    assert str(port) in result.stderr
    assert "hint: " in result.stderr


def test_a_scenario_that_cannot_be_used_is_named(offline: Shell) -> None:
    broken = offline.folder / "broken.toml"
    broken.write_text("[[rows]]\ndo = 'dance'\n", "utf-8")
    assert "dance" in offline.call("emulator", "--scenario", broken, code=1).stderr
    assert "nowhere.toml" in offline.call("emulator", "--scenario", "nowhere.toml", code=1).stderr


def test_wrong_numbers_are_wrong_usage(offline: Shell) -> None:
    offline.call("emulator", "--port", 70000, code=2)
    offline.call("emulator", "--latency", -1, code=2)
