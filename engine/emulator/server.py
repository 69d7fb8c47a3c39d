"""The emulator as a server: on a thread for tests and the demo, in the foreground for the command."""

from __future__ import annotations

import math
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .scenario import Scenario, load_scenario

if TYPE_CHECKING:
    from .bill import Bill
    from .listener import Listener
    from .service import JobSummary, Service

HOST = "127.0.0.1"
START_SECONDS = 30.0


class EmulatorServer:
    """The Gemini REST API on a loopback port, from `start` to `stop` or as a context.

        with EmulatorServer(latency=2.0) as server:
            client = genai.Client(api_key="any", http_options={"base_url": server.base_url})

    `port` 0 takes any free one. `latency` is how many seconds a job runs. `clock` gives seconds since the epoch (the
    wall clock); `advance` adds to it. `api_keys` restricts the keys; a mapping says which project each belongs to.
    `enqueued_token_allowance` is the limit of tokens in live jobs per project. Files live in a folder of their own
    under `directory` (the system's temporary one), which `stop` removes.
    """

    def __init__(
        self,
        port: int = 0,
        latency: float = 0.0,
        scenario: Scenario | None = None,
        seed: int = 0,
        directory: str | Path | None = None,
        clock: Callable[[], float] | None = None,
        api_keys: Mapping[str, str] | Collection[str] | None = None,
        enqueued_token_allowance: int | None = None,
    ) -> None:
        if not 0 <= latency < math.inf:
            raise ValueError(f"latency is {latency!r}, but a number of seconds from 0 was expected.")
        self._port = port
        self._latency = latency
        self._scenario = scenario
        self._seed = seed
        self._directory = directory
        self._clock = clock
        self._api_keys = api_keys
        self._allowance = enqueued_token_allowance
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._service: Service | None = None
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Listen; OSError when the port is taken, RuntimeError when it already runs."""
        from .app import build_app
        from .listener import Listener
        from .service import Service

        if self._thread is not None:
            raise RuntimeError("The emulator is already running.")
        sock = _bind(self._port)
        self._port = sock.getsockname()[1]
        self._folder = tempfile.TemporaryDirectory(prefix="halfrate-emulator-", dir=self._directory)
        self._service = Service(
            Path(self._folder.name),
            latency=self._latency,
            scenario=self._scenario,
            seed=self._seed,
            clock=self._clock,
            api_keys=self._api_keys,
            enqueued_token_allowance=self._allowance,
        )
        self._listener = Listener(lambda connections: build_app(self.service, connections))
        self._thread = threading.Thread(target=self._listener.run, args=([sock],), name="emulator", daemon=True)
        self._thread.start()
        if not self._listener.ready.wait(START_SECONDS):
            raise RuntimeError("The emulator did not start.")
        return self

    def stop(self) -> None:
        """Hang up on every client, end the threads, remove the files; a second call does nothing."""
        if self._listener is not None and self._thread is not None:
            self._listener.leave()
            self._thread.join()
        if self._service is not None:
            self._service.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._thread = self._listener = self._service = self._folder = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`, what GOOGLE_GEMINI_BASE_URL wants."""
        return f"http://{HOST}:{self._port}"

    @property
    def service(self) -> Service:
        """The state behind the routes; RuntimeError while the emulator is not running."""
        if self._service is None:
            raise RuntimeError("The emulator is not running.")
        return self._service

    def bill(self) -> Bill:
        """What Google would charge for: the value of `GET /emulator/bill`."""
        return self.service.bill()

    def export_csv(self, currency: str = "USD", rate: str = "1") -> str:
        """The bill in the columns of Google's usage cost export: the value of `GET /emulator/bill.csv`."""
        return self.service.export_csv(currency, rate)

    def jobs(self) -> list[JobSummary]:
        """All jobs, oldest first."""
        return self.service.jobs()

    def now(self) -> float:
        """The emulator's time, seconds since the epoch."""
        return self.service.clock.now()

    def advance(self, seconds: float) -> float:
        """Move the emulator's time forward; returns the new now."""
        return self.service.clock.advance(seconds)

    def set_scenario(self, scenario: Scenario | None) -> None:
        """Replace the fault script; None ends all misbehaviour."""
        self.service.set_scenario(scenario)


def _bind(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio's sign to send at once
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
        sock.listen(1024)
    except (OSError, OverflowError) as error:
        sock.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        number = error.errno if isinstance(error, OSError) else None
        raise OSError(number, f"The emulator cannot listen on {HOST}:{port}: {reason}") from error
    return sock


def serve(
    port: int = 0,
    latency: float = 0.0,
    scenario_path: str | Path | None = None,
    seed: int = 0,
    on_ready: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Run in the foreground until SIGTERM, Ctrl-C or `stop`; `on_ready` is given the base URL once it listens.

    ValueError for a scenario that cannot be used, OSError for a port that is taken.
    """
    scenario = load_scenario(scenario_path) if scenario_path is not None else None
    leave = stop or threading.Event()
    main = threading.current_thread() is threading.main_thread()
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler) if main else None
    try:
        with EmulatorServer(port, latency, scenario, seed) as server:
            if on_ready is not None:
                on_ready(server.base_url)
            leave.wait()
    except KeyboardInterrupt:
        pass
    finally:
        if main:
            signal.signal(signal.SIGTERM, previous)
