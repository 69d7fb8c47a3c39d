"""What a budget leaves: one rule, against sums made the long way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.billing import PACIFIC, billing_day, next_day, next_month
from engine.domain.budgets import Budget, Cap, Override, Scope, Sum, Window, stand, tightest
from engine.domain.ledger import ADJUSTMENT, RESERVED, UNCERTAIN, USEFUL, WASTE, budget

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DOLLARS = st.decimals(0, 10, places=6)
CAPS = st.builds(Cap, window=st.sampled_from(Window), amount=DOLLARS) | st.builds(
    Cap,
    window=st.sampled_from(Window),
    scope=st.just(Scope.KEY),
    name=st.sampled_from(["default", "batch"]),
    amount=DOLLARS,
)
SUMS = st.builds(
    Sum,
    account=st.sampled_from([USEFUL, WASTE, UNCERTAIN, ADJUSTMENT, RESERVED, budget("2026-11"), "override"]),
    key=st.sampled_from(["default", "batch", ""]),
    today=st.booleans(),
    amount=st.decimals(-1, 10, places=6),
)
OVERRIDES = st.builds(
    Override,
    amount=DOLLARS,
    at=st.just(NOW),
    until=st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours)),
    because=st.just("a reason"),
)


@given(st.lists(CAPS), st.lists(SUMS), st.lists(OVERRIDES))
def test_what_is_left_is_the_limit_less_all_that_counts_in_its_window_and_scope(
    caps: list[Cap], sums: list[Sum], overrides: list[Override]
) -> None:
    found = stand(caps, sums, overrides, NOW)
    for cap, made in zip(caps, found, strict=True):
        left = cap.amount
        for each in sums:
            mine = cap.name in ("", each.key)
            counts = each.account == RESERVED or each.today or cap.window is Window.MONTH
            if mine and counts and each.account not in ("override", budget("2026-11")):
                left -= each.amount
        for extra in overrides:
            if extra.until > NOW and cap.scope is Scope.ALL:
                left += extra.amount
        assert made.left == left
        assert made.left == made.most - made.used
        assert made.alarm == (made.used > 0 and made.left <= made.most / 5)
    assert tightest(found) is None or all(tightest(found).left <= each.left for each in found)  # type: ignore[union-attr]


@given(st.integers(0, 2_000 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds)))
def test_a_budget_renews_at_googles_next_midnight(moment: datetime) -> None:
    day, month = next_day(moment), next_month(moment)
    assert moment < day <= month
    assert billing_day(day) == billing_day(moment) + timedelta(days=1)
    assert billing_day(day - timedelta(microseconds=1)) == billing_day(moment)
    assert (month.astimezone(PACIFIC).day, month.astimezone(PACIFIC).hour) == (1, 0)
    assert billing_day(month - timedelta(microseconds=1)).month == billing_day(moment).month


@pytest.mark.parametrize(
    ("amount", "paid", "left", "alarm"),
    [("0", "0", "0", False), ("0", "1", "-1", True), ("5", "4", "1", True), ("5", "3.99", "1.01", False)],
)
def test_a_budget_of_nothing_leaves_nothing_and_a_used_one_gives_alarm(
    amount: str, paid: str, left: str, *, alarm: bool
) -> None:
    made = Budget(amount=Decimal(amount), paid=Decimal(paid))
    assert (made.left, made.alarm) == (Decimal(left), alarm)
    assert made.share >= 0
