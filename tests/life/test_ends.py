"""When Google ended a job decides on whose day it is booked: as far as that can be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.domain.billing import billing_day
from engine.store import ledger
from engine.workspace import Workspace
from tests.auditing import audit
from tests.conftest import Clock, World


@pytest.mark.parametrize("year", [1970, 2025])
def test_a_job_that_google_ended_before_it_began_is_booked_on_the_day_of_its_settling(world: World, year: int) -> None:
    ours = Clock(world.clock.now)
    path = world.workspace.path.with_name("ours.db")
    here = World(
        Workspace(path, world.settings, clock=ours, environ=world.environ), world.emulator, ours, world.environ
    )
    world.clock.now = datetime(year, 1, 2, tzinfo=UTC)
    here.fill(["a text whose end lies before its beginning"])
    here.manager.flush_queue(1)
    here.manager.sync_status()
    assert here.counts.ready == 1
    assert ledger.month_spend(here.db, ours.now).tokens > 0
    assert {row[0] for row in here.sql("SELECT DISTINCT day FROM transfers")} == {str(billing_day(ours.now))}
    audit(here)
    here.close()
