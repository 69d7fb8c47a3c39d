"""The Gemini embedding API on a loopback port: real HTTP, a bill, and faults on request.

    from engine.emulator import EmulatorServer, Scenario, CallRule

    with EmulatorServer(scenario=Scenario(calls=(CallRule(on="create", do="cut", effect=True),))) as server:
        client = genai.Client(api_key="demo", http_options={"base_url": server.base_url})
        ...
        server.bill()

It is written from the wire format alone and imports nothing else of this project, so that it can bear witness against
our client. What it can be told to do wrong stands in `scenario`; what it charges for, in `bill`.
"""

from .scenario import Allowance, CallRule, JobRule, RowRule, Scenario, load_scenario
from .server import EmulatorServer, serve

__all__ = ["Allowance", "CallRule", "EmulatorServer", "JobRule", "RowRule", "Scenario", "load_scenario", "serve"]
