"""Starting, stopping, the clock, the command in the foreground."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

import pytest

from engine.emulator import CallRule, EmulatorServer, Scenario, serve
from tests.emulator.wire_client import KEY, Wire, row

FOREGROUND = "from engine.emulator import serve; serve(0, on_ready=lambda url: print(url, flush=True))"


def test_it_leaves_no_thread_and_no_file_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    began = time.monotonic()
    slow = Scenario(calls=(CallRule(on="list", do="delay", seconds=60),))
    with EmulatorServer(directory=tmp_path, scenario=slow) as server:
        wire = Wire(server)
        wire.run([row("a", "x")])
        assert list(tmp_path.rglob("results-*"))
        waiting = HTTPConnection(server.base_url.removeprefix("http://"))
        waiting.request("GET", "/v1/batches", headers={"x-goog-api-key": KEY})
        time.sleep(0.05)
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        waiting.getresponse()
    waiting.close()
    assert time.monotonic() - began < 1
    assert set(threading.enumerate()) == before
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_started_again_and_stopped_twice() -> None:
    server = EmulatorServer()
    for _ in range(2):
        server.start()
        assert Wire(server).get("/v1/batches").json == {}
        server.stop()
        server.stop()
    with pytest.raises(RuntimeError, match="not running"):
        server.bill()


def test_a_taken_port_is_an_error_that_can_be_told() -> None:
    with EmulatorServer() as server:
        port = int(server.base_url.rpartition(":")[2])
        with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"):
            EmulatorServer(port).start()


def test_small_calls_on_a_kept_connection_are_fast(server: EmulatorServer) -> None:
    connection = HTTPConnection(server.base_url.removeprefix("http://"))
    took = []
    for _ in range(50):
        began = time.perf_counter()
        connection.request("GET", "/v1/batches", headers={"x-goog-api-key": KEY})
        connection.getresponse().read()
        took.append(time.perf_counter() - began)
    connection.close()
    assert sorted(took)[25] < 0.01


def test_the_clock_goes_forward_only(wire: Wire) -> None:
    before = wire.server.now()
    assert wire.post("/emulator/clock", {"advance": 3600}).json["now"].endswith("Z")
    assert 3600 <= wire.server.now() - before < 3660
    for step in (-1, "x", None, True):
        assert wire.post("/emulator/clock", {"advance": step}).status == 400


def test_a_scenario_is_replaced_over_http(wire: Wire) -> None:
    script = {"calls": [{"on": "models", "do": "error", "status": 500}]}
    assert wire.post("/emulator/scenario", script).json == {}
    assert [wire.get("/v1/models").status for _ in range(2)] == [500, 200]
    refused = wire.post("/emulator/scenario", {"calls": [{"on": "models", "do": "sing"}]})
    assert refused.status == 400
    assert "do is 'sing'" in refused.json["error"]["message"]


def test_serving_ends_when_told(tmp_path: Path) -> None:
    script = tmp_path / "faults.toml"
    script.write_text('[[calls]]\non = "models"\ndo = "error"\nstatus = 501\n')
    ready, stop, urls = threading.Event(), threading.Event(), []

    def on_ready(url: str) -> None:
        urls.append(url)
        ready.set()

    thread = threading.Thread(target=serve, args=(0, 0.0, script, 7, on_ready, stop))
    thread.start()
    assert ready.wait(5)
    connection = HTTPConnection(urls[0].removeprefix("http://"))
    connection.request("GET", "/v1/models", headers={"x-goog-api-key": KEY})
    assert connection.getresponse().status == 501
    connection.close()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_foreground_prints_its_address_and_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FOREGROUND], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        assert process.wait(5) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_importing_it_loads_no_server() -> None:
    code = "import sys, engine.emulator; print(sorted({'uvicorn', 'starlette'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
