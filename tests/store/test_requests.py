"""A request is a row a text a submission: it travels until it has an outcome, which is its first one."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.jobs import JobStatus
from engine.domain.models import Profile
from engine.domain.requests import Outcome
from engine.domain.texts import text_hash
from engine.life.counting import spread
from engine.store import requests, texts, vectors
from engine.store.db import Db, Query
from engine.store.requests import Answer, Sums
from tests import rows
from tests.rows import NOW

_SUBMISSION = Query("test: a submission", "SELECT * FROM submissions WHERE id = :id")
_CARRY_KEY = Query("test: a key carried over", "INSERT INTO carried_keys VALUES (:job, :chunk, :prefix)")
CONTENTS = ["a", "b", "c", "d", "e"]


def submission(db: Db, job: str = "job") -> int:
    """A job's submission in which nothing travels yet."""
    return rows.job(db, job).submission


def test_a_submission_pins_its_terms(db: Db) -> None:
    with db.writing():
        profile = vectors.profile_id(db, Profile())
        opened = requests.open_submission(db, rows.terms(), profile, NOW, "a-job")
        other = Profile(dimension=3)
        requests.rekey(db, opened, "another", "9999", "finger")
        requests.set_profile(db, opened, vectors.profile_id(db, other))
    row = db.one(_SUBMISSION, id=opened)
    assert row is not None
    columns = set(row.keys()) - {"id", "at"}
    assert {name: row[name] for name in columns} == {
        "mode": "batch",
        "job_id": "a-job",
        "profile_id": vectors.find_profile(db, other),
        "key_label": "another",
        "key_tail": "9999",
        "key_fingerprint": "finger",
        "price_per_million": "0.075",
        "sync_price_per_million": "0.15",
        "price_label": "a price",
        "collection": "",
        "carried_tokens": 0,
        "carried_waste": 0,
        "carried_doubt": 0,
        "judged": None,
        "project": "",
        "ended_at": None,
    }


def test_waiting_texts_are_claimed_up_to_one_of_them(db: Db) -> None:
    rows.document(db, [*CONTENTS, "a"])
    sent = submission(db)
    with db.writing():
        assert requests.claim(db, sent, 3) == 3
        assert requests.open_page(db, sent, 0, 100) == [1, 2, 3]
        assert requests.open_page(db, sent, 1, 1) == [2]
        assert requests.forget(db, sent, after=2) == 1
        requests.forget_one(db, sent, 1)
        assert requests.open_page(db, sent, 0, 100) == [2]
        assert requests.forget(db, sent) == 1
        assert requests.forget(db, sent) == 0


def test_a_text_is_sent_once_in_a_submission(db: Db) -> None:
    sent = submission(db)
    ids = rows.travel(db, sent, ["a", "b"])
    rows.travel(db, sent, ["b", "c"])
    assert requests.open_page(db, sent, 0, 100) == [*ids, 3]
    assert requests.open_among(db, sent, [2, 3, 4]) == requests.known_among(db, sent, [2, 3, 4]) == {2, 3}
    assert requests.known_among(db, sent + 1, [1, 2, 3]) == set()


@pytest.mark.parametrize("second", list(Outcome))
@pytest.mark.parametrize("first", list(Outcome))
def test_a_request_keeps_its_first_outcome_unless_it_was_given_up_as_lost_or_gets_its_vector_after_all(
    db: Db, first: Outcome, second: Outcome
) -> None:
    sent = submission(db)
    rows.travel(db, sent, ["a", "b"])
    rows.answer(db, sent, {"a": (first, 5)})
    rows.answer(db, sent, {"a": (second, 7), "b": (second, 11)})
    assert requests.open_page(db, sent, 0, 100) == []
    assert requests.known_among(db, sent, [1, 2]) == {1, 2}
    good = {Outcome.USEFUL, Outcome.UNUSED}
    changes = first is Outcome.LOST or (second in good and first not in {*good, Outcome.TURNED})
    stays, tokens = (second, 7) if changes else (first, 5)
    assert requests.by_outcome(db, sent) == Counter([stays, second])
    assert requests.sums(db, sent).tokens == tokens + 11


def test_an_answer_to_what_was_not_known_to_be_sent_is_written(db: Db) -> None:
    sent = submission(db)
    rows.answer(db, sent, {"nobody sent this": (Outcome.UNUSED, 4)})
    assert requests.known_among(db, sent, [1]) == {1}
    assert requests.sums(db, sent) == Sums(requests=1, tokens=4, waste_tokens=4, guessed_tokens=0)


def test_sums_count_what_is_billed(db: Db) -> None:
    sent = submission(db)
    rows.travel(db, sent, [outcome.value for outcome in Outcome] + ["travels"])
    with db.writing():
        ids = texts.name(db, [outcome.value for outcome in Outcome])
        tokens = {
            Outcome.USEFUL: (100, None),
            Outcome.UNUSED: (20, requests.COUNTED),
            Outcome.TURNED: (50, None),
            Outcome.SPOILED: (3, requests.ESTIMATED),
            Outcome.REFUSED: (None, None),
            Outcome.MISSING: (0, None),
            Outcome.UNREADABLE: (7, requests.ESTIMATED),
            Outcome.LOST: (None, None),
        }
        answers = [
            Answer(text=text, outcome=outcome, tokens=tokens[outcome][0], basis=tokens[outcome][1])
            for text, outcome in zip(ids, Outcome, strict=True)
        ]
        requests.answer(db, sent, answers)
        assert requests.sums(db, sent) == Sums(requests=5, tokens=180, waste_tokens=30, guessed_tokens=10)
        requests.carry(db, sent, 9)
    assert requests.sums(db, sent) == Sums(requests=5, tokens=189, waste_tokens=39, guessed_tokens=10)
    assert requests.by_outcome(db, sent) == dict.fromkeys(Outcome, 1)


def test_sums_of_a_submission_without_requests_are_nothing(db: Db) -> None:
    assert requests.sums(db, submission(db)) == Sums(requests=0, tokens=0, waste_tokens=0, guessed_tokens=0)


def test_what_nobody_answered_ends_and_may_travel_again(db: Db) -> None:
    sent = submission(db)
    ids = rows.travel(db, sent, CONTENTS)
    rows.answer(db, sent, {"a": (Outcome.USEFUL, 1), "b": (Outcome.REFUSED, None)})
    with db.writing():
        assert requests.end_open(db, sent, Outcome.LOST) == 3
        requests.close(db, sent, NOW)
        assert requests.end_open(db, sent, Outcome.MISSING) == 0
        assert requests.travel_again(db, sent) == 4
    assert requests.open_page(db, sent, 0, 100) == ids[1:]
    row = db.one(_SUBMISSION, id=sent)
    assert row is not None
    assert row["ended_at"] is None


def test_a_direct_request_that_never_ended_is_abandoned_after_its_time(db: Db) -> None:
    sent = rows.direct(db, ["a"])
    submission(db)
    assert requests.abandoned(db, NOW - timedelta(seconds=1)) == []
    assert requests.abandoned(db, NOW) == [sent]
    with db.writing():
        requests.close(db, sent, NOW)
    assert requests.abandoned(db, NOW + timedelta(seconds=1)) == []


def test_texts_of_a_submission_come_with_a_chunk_that_holds_them(db: Db) -> None:
    first, second = rows.document(db, ["a", "b"], context="Heading")
    [again] = rows.document(db, ["a"], source="again.txt", context="Heading")
    assert first < again
    sent = submission(db)
    rows.travel(db, sent, ["Heading\n\nb", "gone", "Heading\n\na", "answered"])
    rows.answer(db, sent, {"answered": (Outcome.USEFUL, 1)})
    found = [(held.text_id, held.hash, held.chunk_id, held.content) for held in requests.texts_of(db, sent, page=2)]
    assert found == [
        (1, text_hash("Heading\n\na"), first, b"a"),
        (2, text_hash("Heading\n\nb"), second, b"b"),
        (3, text_hash("gone"), None, None),
    ]
    held = requests.contents(db, [2, 3, 1, 10**9])
    assert [(each.text_id, each.content, each.context, each.metadata) for each in held] == [
        (2, b"b", b"Heading", b"{}"),
        (1, b"a", b"Heading", b"{}"),
    ]


def test_keys_of_the_first_version_name_a_text_by_the_beginning_of_its_hash(db: Db) -> None:
    sent = submission(db)
    one, other, alone = bytes(8) + b"one text", bytes(8) + b"another.", b"somewhat" + bytes(8)
    with db.writing():
        requests.send(db, sent, texts.know(db, [one, other, alone]))
        db.run(_CARRY_KEY, job="job", chunk=7, prefix=alone[:8])
    assert requests.hashes_by_prefix(db, sent) == {bytes(8): None, alone[:8]: alone}
    assert requests.carried_keys(db, "job") == {(7, alone[:8])}
    with db.writing():
        assert not requests.carried_row(db, sent, "job", 8, alone[:8], 5)
        assert requests.carried_row(db, sent, "job", 7, alone[:8], 5)
        assert not requests.carried_row(db, sent, "job", 7, alone[:8], 5)
    assert requests.sums(db, sent) == Sums(requests=0, tokens=5, waste_tokens=5, guessed_tokens=0)
    assert requests.carried_keys(db, "job") == set()


def test_a_job_of_any_state_has_its_submission(db: Db) -> None:
    assert len({rows.job(db, status.value, status).submission for status in JobStatus}) == len(JobStatus)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=120))
def test_a_total_spread_by_weights_adds_up_exactly(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == total
    assert min(parts) >= 0
    whole = sum(weights)
    shares = [total * weight / whole if whole else total / len(weights) for weight in weights]
    assert all(abs(part - share) < 1.001 for part, share in zip(parts, shares, strict=True))


def test_a_total_spread_over_nothing_is_nothing() -> None:
    assert spread(0, []) == []
