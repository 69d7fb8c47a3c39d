"""Prices, estimates, retries, keys of requests, times and the states of a job."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.domain import jobs
from engine.domain.causes import Cause, FailureClass, cause_of
from engine.domain.estimates import Basis, Miss, estimate
from engine.domain.jobs import (
    AT_GOOGLE,
    ENDED,
    ENQUEUED,
    LIVE,
    TRANSITIONS,
    UNSENT,
    WITH_RESULTS,
    WITHOUT_RESULTS,
    JobStatus,
)
from engine.domain.kinds import KNOWN, NAMES, Kinds
from engine.domain.models import MODELS, Mode, Price, Profile
from engine.domain.money import affordable, amount_pico, cost, dollars, plain
from engine.domain.retry import RetryPolicy
from engine.domain.rule import Rule
from engine.domain.texts import (
    HASH_BYTES,
    RequestKey,
    parse_first_version_key,
    parse_request_key,
    profile_hash,
    text_hash,
)
from engine.domain.times import local_text, parse_time, utc_text

PRICES = [model.price for model in MODELS.values()]
TOKENS = st.integers(0, 10**12)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(TOKENS, st.decimals(0, 1000, places=6))
def test_amounts_are_exact(tokens: int, price: Decimal) -> None:
    assert dollars(amount_pico(tokens, price)) * 1_000_000 == tokens * price


@given(TOKENS, TOKENS)
def test_amounts_add_up(one: int, other: int) -> None:
    for each in PRICES:
        assert amount_pico(one, each.batch) + amount_pico(other, each.batch) == amount_pico(one + other, each.batch)


@given(st.decimals(-1000, 1000, places=6), st.decimals("0.000001", 10, places=6))
def test_what_is_affordable_never_costs_more_than_there_is(amount: Decimal, price: Decimal) -> None:
    tokens = affordable(amount, price)
    assert cost(tokens, price) <= max(amount, Decimal(0)) < cost(tokens + 1, price) or (tokens == 0 and amount < 0)


@pytest.mark.parametrize("price", PRICES)
def test_batch_is_half_price(price: Price) -> None:
    assert price.per_million(Mode.BATCH) * 2 == price.per_million(Mode.SYNCHRONOUS)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False))
def test_plain_amounts_are_the_same_number(amount: Decimal) -> None:
    text = plain(amount)
    assert Decimal(text) == amount
    assert "E" not in text
    whole, _, fraction = text.partition(".")
    assert len(fraction) >= 2
    assert whole
    assert len(fraction) == 2 or not fraction.endswith("0")


@pytest.mark.parametrize(("amount", "text"), [("1.44750", "1.4475"), ("3", "3.00"), ("1E+3", "1000.00"), ("0", "0.00")])
def test_plain(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


KINDS = st.builds(Kinds, **dict.fromkeys(NAMES, st.integers(0, 10**9)))
WEIGHTS = st.floats(0, 2)
BASES = st.builds(Basis, rule=st.builds(Rule, weights=st.tuples(*[WEIGHTS] * len(KNOWN)), unknown=WEIGHTS))


@given(BASES, KINDS, KINDS)
def test_more_text_is_never_estimated_to_cost_less(basis: Basis, one: Kinds, more: Kinds) -> None:
    price = MODELS["gemini-embedding-001"].price
    small, large = (estimate(1, kinds, price, basis) for kinds in (one, one + more))
    assert small.tokens <= large.tokens
    assert small.least_tokens <= small.tokens <= small.most_tokens
    assert small.batch * 2 == small.synchronous


@given(BASES, KINDS, KINDS)
def test_a_sum_of_texts_weighs_what_its_texts_weigh_to_the_last_millionth(
    basis: Basis, one: Kinds, other: Kinds
) -> None:
    assert basis.rule.weight(one + other) == basis.rule.weight(one) + basis.rule.weight(other)


def test_an_estimate_says_what_it_rests_on() -> None:
    assert str(Basis()) == "by kinds of characters; nothing has come back yet"
    assert str(Basis(rule=Rule(tokens=1_234))) == "by kinds of characters, learned from 1,234 tokens"
    many = Kinds(latin=10**6)
    assert str(Basis().band(many)) == "assumed to hold within -25 and +45 %"
    sample = Miss(kinds=many, predicted=180_000, tokens=180_000, spread=0.01)
    assert str(Basis(misses=(sample,)).band(many)) == "±3.6 %, by a sample that Google counted"
    jobs = tuple(Miss(kinds=many, predicted=180_000, tokens=180_000 + 3_600 * sign) for sign in (9, 1, -1, 1, -1))
    assert str(Basis(misses=jobs).band(many)) == "±5.6 %, by what 5 jobs of such text missed by"
    assert Basis().tokens_of(Kinds(latin=5, words=1)) == 2


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_waits_grow_stay_below_the_cap_and_spread_over_half(attempt: int, jitter: float) -> None:
    policy = RetryPolicy()
    assert policy.delay(attempt, 0.0) <= policy.delay(attempt, jitter) <= policy.cap_seconds
    assert policy.delay(attempt, 0.0) <= policy.delay(attempt + 1, 0.0)
    assert policy.delay(attempt, 0.0) >= policy.base_seconds / 2


def test_the_budget_counts_the_first_attempt() -> None:
    assert [RetryPolicy(attempts=3).exhausted(attempt) for attempt in (1, 2, 3, 4)] == [False, False, True, True]


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_class_and_a_remedy(cause: Cause) -> None:
    assert cause_of(cause.value) is cause
    assert cause.failure_class in FailureClass
    assert cause.remedy != ""


def test_a_cause_of_an_older_writer_is_worth_another_attempt() -> None:
    found = cause_of("what ever")
    assert (found.failure_class, found.remedy) == (FailureClass.TRANSIENT, "retry")


@given(st.text(st.characters(codec=None)))
def test_any_text_has_a_hash_and_any_key_is_read(text: str) -> None:
    assert len(text_hash(text)) == HASH_BYTES
    parsed = parse_request_key(text)
    assert parsed is None or str(parsed) == text
    old = parse_first_version_key(text)
    assert old is None or (0 <= old[0] < 2**63 and len(old[1]) == 8)


@given(st.binary(min_size=16, max_size=16), st.sampled_from([Profile(), Profile("m", 3, "T")]))
def test_a_request_key_comes_back_as_it_was_made(text: bytes, profile: Profile) -> None:
    key = RequestKey(text, profile_hash(profile))
    assert parse_request_key(str(key)) == key


def test_profiles_that_differ_in_anything_have_other_keys() -> None:
    named = [
        profile_hash(profile)
        for profile in (Profile(), Profile("another"), Profile(dimension=3), Profile(task_type="CLUSTERING"))
    ]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "-",
        "7-0123456789abcdef",
        f"{'0' * 32}",
        f"{'0' * 32}-",
        f"{'0' * 31}-{'0' * 16}",
        f"{'0' * 32}-{'0' * 15}",
        f"{'0' * 32}-{'0' * 16}\n",
        f"{'A' * 32}-{'0' * 16}",
        f"{'٣' * 32}-{'0' * 16}",
    ],
)
def test_what_is_no_key_of_ours_is_none(key: str) -> None:
    assert parse_request_key(key) is None


@pytest.mark.parametrize(
    "key",
    ["", "-", "7", "7-", "-0123456789abcdef", "7-0123456789abcde", f"{2**63}-0123456789abcdef", "٣-0123456789abcdef"],
)
def test_what_is_no_key_of_the_first_version_is_none(key: str) -> None:
    assert parse_first_version_key(key) is None


@given(MOMENTS)
def test_utc_times_come_back_and_sort_as_text(moment: datetime) -> None:
    assert parse_time(utc_text(moment)) == moment
    assert utc_text(moment) < utc_text(moment + timedelta(microseconds=1))


@pytest.fixture(params=["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.mark.usefixtures("zone")
def test_local_times_come_back_but_for_the_hour_that_is_repeated() -> None:
    @given(MOMENTS)
    def back(moment: datetime) -> None:
        assume(not moment.astimezone().fold)
        assert parse_time(local_text(moment)) == moment

    back()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("hour", range(30))
def test_local_times_around_a_change_of_the_clock_are_off_by_its_hour_at_most(hour: int) -> None:
    for day in (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)):
        moment = day + timedelta(hours=hour, minutes=30)
        found = parse_time(local_text(moment))
        assert found is not None
        assert abs(found - moment) <= timedelta(hours=1)


@pytest.mark.parametrize("text", [None, "", "soon", "2026-13-01", "0001-01-01 00:00:00", 20261124])
def test_what_is_no_time_is_none(text: str | None) -> None:
    found = parse_time(text)
    assert found is None or found.tzinfo is not None


def drawn() -> set[tuple[JobStatus, JobStatus]]:
    """The arrows of the drawing: `A, B -> C -> D` is A to C, B to C, and C to D."""
    arrows: set[tuple[JobStatus, JobStatus]] = set()
    for line in (jobs.__doc__ or "").splitlines():
        found = re.match(r"[A-Z_]+(, [A-Z_]+)*( -> [A-Z_]+(, [A-Z_]+)*)+", line)
        steps = [[JobStatus(word) for word in step.split(", ")] for step in found[0].split(" -> ")] if found else []
        arrows |= {pair for sources, targets in pairwise(steps) for pair in product(sources, targets)}
    return arrows


def test_the_arrows_are_those_of_the_drawing() -> None:
    assert drawn() == {(source, target) for source, targets in TRANSITIONS.items() for target in targets}


def test_every_state_is_reached_and_leads_to_an_end() -> None:
    reached = {JobStatus.PLANNED}
    for _ in JobStatus:
        reached |= {target for source in reached for target in TRANSITIONS[source]}
    assert reached == set(JobStatus) - {JobStatus.CREATED}
    ending = set(ENDED)
    for _ in JobStatus:
        ending |= {source for source, targets in TRANSITIONS.items() if targets & ending}
    assert ending == set(JobStatus)


def test_each_state_is_in_the_sets_that_are_named_for_it() -> None:
    assert set(JobStatus) == ENDED | LIVE
    assert not ENDED & LIVE
    assert ENDED == WITH_RESULTS | WITHOUT_RESULTS
    assert not WITH_RESULTS & WITHOUT_RESULTS
    assert AT_GOOGLE < ENQUEUED < LIVE
    assert UNSENT < LIVE
    assert not UNSENT & ENQUEUED
    assert {JobStatus.CREATED, JobStatus.FETCHED} == LIVE - UNSENT - ENQUEUED


def test_what_has_its_results_is_over_and_what_was_given_up_may_only_come_back() -> None:
    assert all(not TRANSITIONS[status] for status in WITH_RESULTS)
    assert all(TRANSITIONS[status] == {JobStatus.SUBMITTED} for status in WITHOUT_RESULTS)


def test_nothing_leads_back_across_the_submission_but_a_definite_no() -> None:
    back = {source for source, targets in TRANSITIONS.items() if source not in UNSENT and targets & UNSENT}
    assert back == {JobStatus.SUBMITTING, JobStatus.UNCERTAIN}
    assert TRANSITIONS[JobStatus.UPLOADED] >= {JobStatus.SUBMITTING}
    assert all(JobStatus.SUBMITTED not in TRANSITIONS[source] for source in UNSENT)


def test_a_row_with_an_unknown_word_is_live_and_inherited() -> None:
    assert jobs.status_of("WEIRD") is JobStatus.CREATED
    assert JobStatus.CREATED in LIVE
