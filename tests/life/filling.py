"""A queue that never empties, worked on for days against an emulator that grants so many tokens and tells it or not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from engine.emulator import Allowance, Scenario
from tests.conftest import HOUR, World

WORDS = ("the", "embedding", "of", "1987", "paragraphs", "reconciliation", "a", "Übersetzung", "x=41;", "and")


def texts(seed: int, words: int) -> Iterator[str]:
    """Distinct texts of up to so many words, each of its own mix: their tokens a character differ by a fifth."""
    chance = random.Random(seed)  # noqa: S311
    while True:
        some = chance.sample(WORDS, 6)
        yield " ".join([f"{chance.getrandbits(60):x}", *chance.choices(some, k=chance.randint(words // 2, words))])


@dataclass(slots=True)
class Filled:
    """What a run came to."""

    turns: int = 0
    idle: int = 0
    """Turns after which fewer than nine tenths of what would be granted were enqueued, though chunks wait.

    A turn settles what has ended before it flushes: no turnaround accounts for any of it."""
    refusals: list[datetime] = field(default_factory=list)

    @property
    def idle_share(self) -> float:
        """Of the time."""
        return self.idle / self.turns

    def crowded(self, since: datetime) -> list[datetime]:
        """Refusals from some time on that came within an hour of the one before."""
        late = [at for at in self.refusals if at >= since]
        return [after for before, after in pairwise(late) if after - before < timedelta(hours=1)]


def fill(
    world: World,
    allowances: tuple[Allowance, ...],
    *,
    named: bool,
    hours: float,
    seed: int,
    turn: float = 600.0,
    words: int = 900,
) -> Filled:
    """Works in turns of some seconds on a queue that always holds more than is granted, texts of up to some words."""
    world.misbehave(Scenario(allowances=allowances, quota_values=named))
    source, filled = texts(seed, words), Filled()
    for _ in range(int(hours * HOUR / turn)):
        granted = world.emulator.service.allowance or 0
        while world.counts.pending * words < 2 * granted:
            world.fill([next(source) for _ in range(4 * granted // words)])
        world.manager.sync_status()
        world.manager.flush_queue(1)
        refused = world.sql("SELECT coalesce(sum(refused), 0) FROM allowances")[0][0]
        filled.refusals += [world.clock.now] * (refused - len(filled.refusals))
        filled.turns += 1
        filled.idle += world.emulator.service.batches.live_tokens() < 0.9 * granted
        world.clock.advance(turn)
    return filled
