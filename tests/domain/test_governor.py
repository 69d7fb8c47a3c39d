"""The allowance governor as a rule: what it believes, how it falls and grows, and how often it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain import governor
from engine.domain.governor import Known, Source

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY, ASKED = timedelta(hours=1), timedelta(days=1), timedelta(minutes=15)
TOKENS = st.integers(1, 20_000_000)
WORN_IN = Known(tokens=500_000, proven=490_000, accepted=7, begun_at=NOON - 9 * DAY)
"""What is known of a project that has worked for days."""


@st.composite
def knowledge(draw: st.DrawFn) -> Known:
    """What any row of answers leaves behind, and when it is asked: now is NOON."""
    known, now = Known(tokens=draw(TOKENS)), NOON - draw(st.integers(0, 9)) * DAY
    for _ in range(draw(st.integers(0, 12))):
        total = draw(st.integers(1, 2 * known.reach(now) + 1))
        if draw(st.booleans()):
            known = governor.accepted(known, total, now)
        else:
            known = governor.refused(known, total, draw(st.none() | TOKENS), now)
        now = min(now + timedelta(minutes=draw(st.integers(0, 3_000))), NOON)
    return known


@given(known=knowledge(), total=TOKENS, quota=TOKENS)
def test_a_figure_that_google_names_is_believed_to_the_token(known: Known, total: int, quota: int) -> None:
    then = governor.refused(known, total, quota, NOON)
    if quota < total:
        assert (then.tokens, then.source) == (quota, Source.QUOTA_VALUE)
        assert then.pause(total, NOON, ASKED) is None
    assert then.reach(NOON) <= max(quota, known.tokens)


@given(known=knowledge(), total=TOKENS, quota=st.none() | TOKENS)
def test_a_refusal_never_raises_what_is_tried_and_what_goes_at_once_is_less(
    known: Known, total: int, quota: int | None
) -> None:
    then = governor.refused(known, total, quota, NOON)
    assert then.tokens >= 1
    assert then.tokens <= known.tokens or then.named
    assert then.reach(NOON) <= then.tokens
    assert (then.refused, then.refused_at, then.accepted) == (known.refused + 1, NOON, 0)
    if then.pause(total, NOON, ASKED) is None:
        assert then.reach(NOON) < total


@given(known=knowledge(), total=TOKENS)
def test_what_is_accepted_never_lowers_the_figure(known: Known, total: int) -> None:
    then = governor.accepted(known, total, NOON)
    assert then.tokens == max(known.tokens, total)
    assert then.proven >= total
    assert (then.refused, then.refused_at) == (known.refused, known.refused_at)


@given(known=knowledge(), days=st.integers(0, 999))
def test_nothing_is_forgotten_because_days_pass(known: Known, days: int) -> None:
    assert known.reach(NOON + days * DAY) <= known.tokens + max(known.tokens * 8 // governor.STEP, 1)


@given(known=knowledge())
def test_too_much_spending_says_nothing_about_enqueued_tokens(known: Known) -> None:
    then = governor.spend_refused(known, NOON)
    assert then.spend_refused_at == NOON
    assert (then.tokens, then.source, then.reach(NOON)) == (known.tokens, known.source, known.reach(NOON))


def test_a_refusal_of_what_was_accepted_before_takes_a_tenth_and_the_next_one_halves() -> None:
    once = governor.refused(WORN_IN, 480_000, None, NOON)
    assert (once.tokens, once.source, once.proven) == (450_000, Source.LEARNED, 0)
    assert once.pause(480_000, NOON, ASKED) == NOON + HOUR
    twice = governor.refused(once, 440_000, None, NOON + HOUR)
    assert twice.tokens == 220_000


def test_a_try_beyond_the_figure_that_fails_bears_it_out() -> None:
    known = governor.refused(WORN_IN, WORN_IN.reach(NOON), None, NOON)
    assert (known.tokens, known.source, known.proven) == (500_000, Source.PUBLISHED, 490_000)
    assert known.reach(NOON) == known.reach(NOON + HOUR) == 475_000
    assert known.reach(NOON + 2 * HOUR) == 512_500


def test_a_small_job_that_is_refused_without_a_figure_waits_and_starves_nobody() -> None:
    known = Known(tokens=500_000)
    for _ in range(20):
        known = governor.refused(known, 400, None, NOON)
    assert known.tokens == governor.LEAST
    assert known.pause(400, NOON, ASKED) == NOON + ASKED


@dataclass
class Google:
    """Grants so many tokens, and holds each job for two hours."""

    grants: int
    named: bool
    jobs: list[tuple[datetime, int]] = field(default_factory=list)

    def held(self, now: datetime) -> int:
        self.jobs = [job for job in self.jobs if now - job[0] < 2 * HOUR]
        return sum(tokens for _, tokens in self.jobs)


@dataclass
class Run:
    """Turns of ten minutes with a queue that never empties."""

    known: Known
    google: Google
    idle: int = 0
    refusals: list[datetime] = field(default_factory=list)
    until: datetime = NOON

    def turn(self, now: datetime) -> None:
        while now >= self.until and (room := self.known.reach(now) - self.google.held(now)) > 0:
            total = self.google.held(now) + room
            if total <= self.google.grants:
                self.google.jobs.append((now, room))
                self.known = governor.accepted(self.known, total, now)
            else:
                quota = self.google.grants if self.google.named else None
                self.known = governor.refused(self.known, total, quota, now)
                self.refusals.append(now)
                self.until = self.known.pause(total, now, ASKED) or now
        self.idle += self.google.held(now) < 0.9 * self.google.grants


def run(grants: int, later: int, change: int, *, named: bool) -> Run:
    """Four days, another allowance from some turn on."""
    made = Run(Known(tokens=500_000), Google(grants, named))
    for turn in range(576):
        made.google.grants = grants if turn < change else later
        made.turn(NOON + turn * timedelta(minutes=10))
    return made


@settings(max_examples=15)
@given(
    grants=st.integers(50_000, 2_000_000),
    factor=st.floats(0.25, 4),
    change=st.integers(150, 400),
    named=st.booleans(),
)
def test_an_allowance_is_found_and_found_again_with_a_refusal_an_hour(
    grants: int, factor: float, change: int, *, named: bool
) -> None:
    """Google's figure changes once: a refused try of the hour before, or the first after it, which without a figure is
    taken for a failed try, may be followed by another one at once."""
    made = run(grants, int(grants * factor), change, named=named)
    changed = NOON + change * timedelta(minutes=10)
    late = [at for at in made.refusals if at >= NOON + DAY]
    first = next((at for at in late if at >= changed), changed)
    crowded = [a for a, b in pairwise(late) if b - a < HOUR]
    assert len(crowded) <= 1
    assert all(changed - HOUR < a <= (changed if named else first) for a in crowded)
    assert made.idle <= 0.1 * 576
