"""Google's invoice decides uncertain money: the ledger comes to equal it, and stays sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.differences import Cause, Difference
from engine.domain.invoice import named_skus
from engine.domain.money import dollars
from engine.domain.posting import Posting, post
from engine.emulator import JobRule, Scenario
from engine.emulator.export import sku_id
from engine.invoice.export import read_export
from engine.life.invoicing import LedgerPoster, differences
from engine.store import ledger
from engine.store.audit import violations
from tests.conftest import World, Worlds
from tests.planting import Planted

SKUS = named_skus({sku_id("gemini-embedding-001", "batch"): "gemini-embedding-001/batch"})


def embedded(world: World, texts: list[str]) -> None:
    world.fill(texts)
    world.manager.flush_queue(1)
    world.clock.advance(1)
    world.manager.sync_status()


def compared(world: World, folder: Path) -> list[Difference]:
    export = read_export(Planted(world.emulator.export_csv()).write(folder), SKUS)
    return differences(world.db, world.settings, export, world.clock.now, complete=False)


def posted(world: World, folder: Path) -> list[Posting]:
    with world.db.writing():
        return post(compared(world, folder), LedgerPoster(world.db, world.settings, world.clock.now))


@pytest.mark.parametrize("billed", [False, True])
def test_the_money_of_a_failed_job_is_decided_by_the_invoice(
    make_world: Worlds, tmp_path: Path, *, billed: bool
) -> None:
    world = make_world(scenario=Scenario(jobs=(JobRule(do="fail", after=1),), bill_failed_jobs=billed))
    embedded(world, [f"A text about tea, number {number}." for number in range(9)])
    embedded(world, [f"A longer text about coffee, which is number {number}." for number in range(5)])
    assert ledger.spend(world.db).uncertain > 0
    causes = {each.cause for one in compared(world, tmp_path) for each in one.explanations}
    assert (Cause.DOUBT_BILLED if billed else Cause.DOUBT_FREE) in causes
    assert posted(world, tmp_path)
    spent = ledger.spend(world.db)
    assert spent.uncertain == 0
    assert spent.amount + spent.adjustment == dollars(sum(each.billed for each in compared(world, tmp_path)))
    assert posted(world, tmp_path) == []
    assert violations(world.db) == []
