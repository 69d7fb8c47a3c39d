"""A collection with a budget pays for the texts that it asked for first, and holds nobody else's."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest

from engine.domain.money import cost
from engine.domain.room import Reason
from engine.errors import BudgetUsedUp
from engine.ingest import IngestMode, ingest_paths
from engine.settings import Amounts, Budget, Limits
from engine.wording import reason
from tests.auditing import audit, ledger_is_sound
from tests.conftest import HOUR, World, Worlds

TEXTS = [f"A text of forty characters, number {number:5}" for number in range(12)]


def ingested(world: World, folder: str, texts: list[str], mode: IngestMode = "async") -> None:
    """Takes in a file of a folder for each text."""
    place = world.workspace.path.parent / folder
    place.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (place / f"{number:03}.txt").write_text(text, "utf-8")
    ingest_paths(
        world.db,
        [place],
        mode=mode,
        settings=world.settings,
        clock=world.clock,
        gemini=world.gemini,
        keyring=world.workspace.keyring(),
        sleep=world.clock.advance,
    )


def needs(world: World, number: int) -> Decimal:
    """What is reserved for so many of the waiting texts in a batch."""
    before = world.settings
    world.configure(limits=Limits(requests_per_job=number), budget=Budget())
    most = world.manager.preflight(1).jobs[0].most_tokens
    world.settings = before
    return cost(most, Decimal("0.075"))


def paid_for(world: World) -> dict[str, int]:
    """How many texts each collection asked for."""
    return dict(
        world.sql(
            "SELECT s.collection, count(*) FROM requests r JOIN submissions s ON s.id = r.submission_id GROUP BY 1"
        )
    )


def test_a_collection_whose_budget_is_used_up_waits_while_the_others_go_on(make_world: Worlds) -> None:
    world = make_world(latency=HOUR)
    ingested(world, "docs/handbook", TEXTS)
    ingested(world, "docs/other", [f"{text}!" for text in TEXTS])
    most = needs(world, 5)
    world.configure(budget=Budget(month=Decimal(1), collections={"docs/handbook/": Amounts(day=most)}))
    report = world.manager.flush_queue(1)
    assert [(job.requests, job.estimated_tokens > 0) for job in report.jobs] == [(12, True), (5, True)]
    [held] = report.held
    assert (held.kind, held.chunks) == (Reason.BUDGET, 7)
    assert reason(held).startswith("the day's budget of docs/handbook of $")
    assert held.budget is not None
    assert held.budget.left < most / 5
    assert paid_for(world) == {"": 12, "docs/handbook": 5}
    foreseen = world.manager.preflight(1)
    assert (foreseen.jobs, foreseen.held) == ((), report.held)
    world.clock.advance(24 * HOUR)
    world.manager.sync_status()
    assert world.sql("SELECT DISTINCT collection FROM transfers ORDER BY 1") == [("",), ("docs/handbook",)]
    assert world.manager.flush_queue(1).jobs != ()
    world.clock.advance(2 * HOUR)
    world.manager.sync_status()
    audit(world)


def test_the_preflight_shows_the_jobs_that_a_flush_sends(make_world: Worlds) -> None:
    collections = {"a": Amounts(day=Decimal(1)), "b/c": Amounts(month=Decimal(1))}
    world = make_world(settings={"budget": Budget(collections=collections), "limits": Limits(requests_per_job=5)})
    for folder in ("a", "b/c", "b/d"):
        ingested(world, folder, [f"{text} {folder}" for text in TEXTS])
    foreseen, report = world.manager.preflight(1), world.manager.flush_queue(1)
    assert [job.cut.texts for job in foreseen.jobs] == [job.requests for job in report.jobs]
    assert foreseen.estimate.tokens == sum(job.estimated_tokens for job in report.jobs)
    assert [job.requests for job in report.jobs] == [5, 5, 2] * 3
    assert paid_for(world) == {"": 12, "a": 12, "b/c": 12}
    world.manager.sync_status()
    audit(world)


def test_a_text_is_paid_for_by_the_collection_that_asked_for_it_first_and_of_folders_by_the_innermost(
    make_world: Worlds,
) -> None:
    world = make_world()
    ingested(world, "outer/inner", TEXTS[:4])
    ingested(world, "other", TEXTS[:8])
    ingested(world, "outer", TEXTS)
    world.configure(budget=Budget(collections={name: Amounts(day=Decimal(1)) for name in ("outer", "outer/inner")}))
    world.manager.flush_queue(1)
    assert paid_for(world) == {"": 4, "outer": 4, "outer/inner": 4}
    world.manager.sync_status()
    audit(world)


def test_a_tag_of_documents_is_a_collection_and_other_settings_begin_anew(make_world: Worlds) -> None:
    world = make_world(settings={"budget": Budget(collections={"nowhere": Amounts(day=Decimal(0))})})
    world.fill(TEXTS[:3])
    world.fill(TEXTS[3:6])
    world.fill(TEXTS[6:])
    world.sql("""UPDATE documents SET metadata = '{"tags": ["law", "tea"]}' WHERE source = 'source-1.txt'""")
    world.sql("""UPDATE documents SET metadata = 'not JSON' WHERE source = 'source-2.txt'""")
    assert world.manager.preflight(1).plan.chunks == 12
    world.configure(budget=Budget(collections={"tag:law": Amounts(day=Decimal(0))}))
    foreseen, report = world.manager.preflight(1), world.manager.flush_queue(1)
    assert (report.chunks, [held.chunks for held in report.held]) == (9, [3])
    assert (foreseen.plan.chunks, foreseen.held) == (9, report.held)
    assert world.manager.flush_queue(1).held_by_budget
    world.configure(budget=Budget())
    assert world.manager.flush_queue(1).chunks == 3
    world.manager.sync_status()
    audit(world)


def test_a_direct_ingest_leaves_the_texts_of_a_used_up_collection_and_embeds_the_others(make_world: Worlds) -> None:
    world = make_world(settings={"budget": Budget(collections={"b": Amounts(day=Decimal(0))})})
    ingested(world, "all/b", TEXTS[:4])
    ingested(world, "all/c", TEXTS[4:6])
    with pytest.raises(BudgetUsedUp, match="budget of b of"):
        ingested(world, "all", TEXTS[6:9], "sync")
    assert (world.counts.ready, world.counts.pending) == (5, 4)
    assert paid_for(world) == {"": 5}
    world.configure(budget=Budget(collections={"b": Amounts(day=Decimal(1))}))
    with suppress(BudgetUsedUp):
        ingested(world, "all", TEXTS[6:9], "sync")
    assert paid_for(world) == {"": 5, "b": 4}
    ledger_is_sound(world)
