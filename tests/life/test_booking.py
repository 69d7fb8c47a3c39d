"""A submission's money follows what its requests come to, whatever was booked before and however late the news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.ledger import RESERVED, UNCERTAIN, USEFUL, WASTE
from engine.domain.requests import Judgement, Outcome
from engine.life import booking
from engine.store import ledger, requests, texts, vectors
from engine.store.audit import violations
from engine.store.db import Db
from tests import rows
from tests.auditing import audit
from tests.conftest import World
from tests.life.test_orphans import TEXTS, given_up
from tests.rows import NOW

LATER = NOW + timedelta(days=3)


def balances(db: Db, submission: int) -> dict[str, int]:
    """Tokens that each account holds of a submission."""
    held = {account: ledger.held(db, submission, account).tokens for account in (RESERVED, USEFUL, WASTE, UNCERTAIN)}
    return {account: tokens for account, tokens in held.items() if tokens}


def transfers(db: Db) -> int:
    """How many transfers there are."""
    return len(ledger.postings(db, limit=1_000))


@pytest.fixture
def db(world: World) -> Db:
    """The database of a world, to write rows in by hand."""
    return world.db


def settled(db: Db, job_id: str = "a-job") -> int:
    """A job of which one request was useful, one bought what nobody wants, one is lost; returns its submission."""
    submission = rows.job(db, job_id).submission
    rows.travel(db, submission, ["a", "b", "c"])
    with db.writing():
        booking.reserve(db, NOW, submission, 100)
    rows.answer(db, submission, {"a": (Outcome.USEFUL, 10), "b": (Outcome.UNUSED, 20)})
    with db.writing():
        [lost] = requests.open_page(db, submission, 0, 10)
        booking.lose(db, NOW, submission, {lost: 30})
    return submission


def test_settling_twice_moves_nothing(db: Db) -> None:
    submission = settled(db)
    before = transfers(db)
    with db.writing():
        booking.settle(db, LATER, submission)
        booking.settle(db, LATER, submission, used_at=LATER)
    assert transfers(db) == before
    assert balances(db, submission) == {USEFUL: 10, WASTE: 20, UNCERTAIN: 30}
    assert violations(db) == []


def test_what_was_uncertain_leaves_the_day_on_which_it_was_booked_when_the_answer_comes(db: Db) -> None:
    submission = settled(db)
    rows.answer(db, submission, {"c": (Outcome.USEFUL, 25)})
    with db.writing():
        booking.settle(db, LATER, submission, used_at=LATER)
    assert balances(db, submission) == {USEFUL: 35, WASTE: 20}
    first, last = ledger.report(db, "day")
    assert (first.spend.uncertain_tokens, first.spend.tokens) == (0, 30)
    assert (last.spend.uncertain_tokens, last.spend.tokens) == (0, 25)
    assert not first.spend.uncertain
    assert not last.spend.uncertain
    assert violations(db) == []


def test_waste_turns_useful_on_its_day_when_its_text_is_wanted(db: Db) -> None:
    submission = settled(db)
    text = rows.vector(db, "b", tokens=20, submission=submission)
    with db.writing():
        profile = vectors.profile_id(db, rows.PROFILE)
        booking.turn_useful(db, LATER, profile, [text])
        booking.turn_useful(db, LATER, profile, [text])
        booking.settle(db, LATER, submission)
    assert balances(db, submission) == {USEFUL: 30, UNCERTAIN: 30}
    [line] = ledger.report(db, "day")
    assert (line.spend.waste_tokens, line.spend.tokens) == (0, 30)
    assert violations(db) == []


@pytest.mark.parametrize(
    ("judged", "expected"),
    [(Judgement.BILLED, {USEFUL: 10, WASTE: 50}), (Judgement.FREE, {USEFUL: 10, WASTE: 20})],
)
def test_a_judgement_moves_what_is_uncertain_and_can_be_changed(
    db: Db, judged: Judgement, expected: dict[str, int]
) -> None:
    submission = settled(db)
    other = next(each for each in Judgement if each is not judged)
    for decision in (other, judged, judged):
        with db.writing():
            booking.judge(db, LATER, submission, decision, "the invoice says so")
        assert violations(db) == []
    assert balances(db, submission) == expected
    noted = {each.note for each in ledger.postings(db, limit=100)}
    assert f"judged {judged}: the invoice says so" in noted


def test_texts_that_are_counted_again_move_the_difference(db: Db) -> None:
    submission = settled(db)
    with db.writing():
        [text] = requests.doubtful_page(db, submission, 0, 10)
        booking.count_again(db, LATER, submission, {text: 12}, "counted")
    assert balances(db, submission) == {USEFUL: 10, WASTE: 20, UNCERTAIN: 12}
    assert violations(db) == []


@pytest.mark.parametrize("judged", [None, *Judgement])
def test_a_job_that_was_given_up_and_judged_is_booked_once_when_its_batch_is_found(
    world: World, judged: Judgement | None
) -> None:
    job = world.job(given_up(world))
    with world.db.writing():
        if judged:
            booking.judge(world.db, world.clock.now, job.submission, judged, "nobody found it")
    world.manager.sync_status()
    assert world.counts.ready == len(TEXTS)
    spent = ledger.spend(world.db)
    assert (spent.uncertain_tokens, spent.waste_tokens) == (0, 0)
    assert spent.tokens == world.emulator.bill()["totals"]["batch"]
    audit(world)


def test_a_direct_answer_that_was_lost_and_judged_is_booked_once_when_it_comes(db: Db) -> None:
    submission = rows.direct(db, ["a", "b"])
    with db.writing():
        ids = texts.name(db, ["a", "b"])
        booking.reserve(db, NOW, submission, 40)
        booking.lose(db, NOW, submission, dict.fromkeys(ids, 7))
        booking.judge(db, NOW, submission, Judgement.BILLED, "the export has it")
    assert balances(db, submission) == {WASTE: 14}
    rows.answer(db, submission, {"a": (Outcome.USEFUL, 5), "b": (Outcome.USEFUL, 6)})
    with db.writing():
        booking.settle(db, LATER, submission, used_at=LATER, estimated_tokens=14)
    assert balances(db, submission) == {USEFUL: 11}
    assert violations(db) == []


def test_a_second_batch_is_waste_of_a_kind_of_its_own(db: Db) -> None:
    submission = rows.job(db, "a-copy", duplicate_of="a-job").submission
    rows.travel(db, submission, ["a"])
    rows.answer(db, submission, {"a": (Outcome.UNUSED, 10)})
    with db.writing():
        booking.settle(db, NOW, submission, used_at=NOW, estimated_tokens=0)
        requests.close(db, submission, NOW)
        booking.settle(db, LATER, submission)
    assert [(lot.account, lot.kind, lot.quantity.tokens) for lot in ledger.lots(db, submission)] == [
        (WASTE, booking.SECOND_BATCH, 10)
    ]
    assert violations(db) == []


@pytest.mark.parametrize("change", ["ingest", "edit"])
def test_a_text_that_comes_or_comes_back_turns_its_waste_useful(world: World, change: str) -> None:
    folder = world.workspace.path.with_name("docs")
    folder.mkdir()
    paper = folder / "a.txt"
    paper.write_text("the first wording", "utf-8")
    world.workspace.ingest([folder])
    world.manager.flush_queue(1)
    paper.write_text("the second wording", "utf-8")
    world.workspace.ingest([folder])
    world.manager.sync_status()
    assert ledger.spend(world.db).waste_tokens == ledger.spend(world.db).tokens > 0
    target = paper if change == "edit" else folder / "again" / paper.name
    target.parent.mkdir(exist_ok=True)
    target.write_text("the first wording", "utf-8")
    world.workspace.ingest([folder])
    spent = ledger.spend(world.db)
    assert not spent.waste_tokens
    assert not spent.waste
    assert spent.tokens == world.emulator.bill()["totals"]["batch"]
    assert violations(world.db) == []


def test_a_job_counts_no_waste_any_more_when_its_text_is_wanted_after_all(world: World) -> None:
    chunk, *_ = world.fill(TEXTS)
    world.manager.flush_queue(1)
    world.sql("DELETE FROM chunks WHERE id = ?", chunk)
    world.manager.sync_status()
    assert world.jobs[0].waste_tokens == ledger.spend(world.db).waste_tokens > 0
    world.fill(TEXTS[:1])
    world.manager.flush_queue(1)
    assert world.jobs[0].waste_tokens == ledger.spend(world.db).waste_tokens == 0
