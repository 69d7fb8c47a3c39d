"""Which of some numbers add up to a sum: how a difference in tokens is led back to the jobs and lines behind it."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 8
"""Numbers in a choice: of more, any sum can be made."""
MOST_SUMS = 20_000
"""Sums held at once; beyond it, only choices among the numbers so far are known."""


def choose(target: int, numbers: Sequence[int], costs: Sequence[int]) -> tuple[int, ...] | None:
    """The places of the numbers that add up to the target at the least cost; None when none do.

    A dictionary of all sums that can be made of the numbers so far, each with its cheapest choice.
    """
    if target in (0, *numbers):
        return () if target == 0 else (_cheapest(target, numbers, costs),)
    sums: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for place, (number, cost) in enumerate(zip(numbers, costs, strict=True)):
        if len(sums) > MOST_SUMS:
            break
        for total, (spent, chosen) in list(sums.items()):
            better = number and len(chosen) < MOST
            if better and spent + cost < sums.get(total + number, (spent + cost + 1, ()))[0]:
                sums[total + number] = (spent + cost, (*chosen, place))
    return sums[target][1] if target in sums else None


def _cheapest(target: int, numbers: Sequence[int], costs: Sequence[int]) -> int:
    places = (place for place, number in enumerate(numbers) if number == target)
    return min(places, key=lambda place: costs[place])
