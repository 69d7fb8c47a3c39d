"""Google's invoice against the ledger: why a place differs, in amounts that add up to the difference.

Tokens come first: which jobs, lines and doubts make up what is too much or too little. What is left are tokens that
both sides know, and their price; what is left of that is rounding, or has no cause. Tax, credits and corrections stand
beside usage and are compared with what was adjusted for them earlier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from engine.domain.billing import billing_day
from engine.domain.choice import choose
from engine.domain.differences import Booked, Cause, Difference, Explanation, Place, Standing
from engine.domain.invoice import CostType, ExportLine

EXPORT_LAG = timedelta(days=5)
"""So long usage may be missing from Google's export."""
NEAR_MIDNIGHT = timedelta(hours=6)
"""So near to the end of a day Google and we may put usage on different days."""
DECIMALS = 6
"""A price per million with more of them is no price that anybody lists."""
PICO_PER_TOKEN = 10**6
"""Of one dollar per million."""

_LIKELY, _POSSIBLE = 2, 3
"""What a cause costs in a choice: a doubt is resolved sooner than a paid job is declared free."""
_BESIDE_USAGE = {
    CostType.TAX: Cause.TAX,
    CostType.ADJUSTMENT: Cause.CORRECTION,
    CostType.ROUNDING: Cause.INVOICE_ROUNDING,
}
_NO_USAGE = frozenset({*_BESIDE_USAGE.values(), Cause.CREDIT})

Late = Callable[[Booked], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What an export covers: from its oldest usage to its newest, of any service."""

    since: datetime
    until: datetime
    complete: bool = False
    """The operator says that all of the month is in it: what is missing longer than exports lag, is missing."""

    def lacks(self, booked: Booked, now: datetime) -> bool:
        """Says of what is booked that the export cannot know of it."""
        outside = booked.day < billing_day(self.since) or booked.used_at >= self.until
        return outside and not (self.complete and now - booked.used_at >= EXPORT_LAG)


def reconcile(lines: Iterable[ExportLine], booked: Iterable[Booked], span: Span, now: datetime) -> list[Difference]:
    """Every place of both sides, oldest day first."""
    groups = _grouped(list(lines), list(booked))
    _move_around_midnight(groups)
    ordered = sorted(groups, key=lambda place: place.order)
    return [_difference(groups[place], lambda each: span.lacks(each, now)) for place in ordered]


@dataclass(slots=True)
class _Group:
    """The two sides of a place; `pool` is what of the ledger Google put on this day."""

    place: Place
    lines: list[ExportLine] = field(default_factory=list)
    booked: list[Booked] = field(default_factory=list)
    pool: list[Booked] = field(default_factory=list)
    moved: list[Explanation] = field(default_factory=list)
    surplus: int = 0
    """Tokens that Google counted more than the pool has."""


def _tokens(rows: Iterable[ExportLine] | Iterable[Booked]) -> int:
    return sum(row.tokens for row in rows)


def _grouped(lines: Sequence[ExportLine], booked: Sequence[Booked]) -> dict[Place, _Group]:
    by_project = all(each.project is not None for each in booked)
    groups: dict[Place, _Group] = {}
    for line in lines:
        place = Place(line.day, line.project if by_project else None, line.sku)
        group = groups.setdefault(place, _Group(place))
        group.lines.append(line)
        group.surplus += line.tokens
    for each in booked:
        place = Place(each.day, each.project if by_project else None, each.sku)
        group = groups.setdefault(place, _Group(place))
        group.booked.append(each)
        group.pool.append(each)
        group.surplus -= each.tokens
    return groups


def _move_around_midnight(groups: dict[Place, _Group]) -> None:
    """What one day lacks and the next one has too much of, when it is a job that was used near the end of a day."""
    for here in groups.values():
        for each in [one for one in here.pool if one.tokens > 0 and one.standing is not Standing.ADJUSTED]:
            for moment in (each.used_at - NEAR_MIDNIGHT, each.used_at + NEAR_MIDNIGHT):
                there = groups.get(Place(billing_day(moment), here.place.project, here.place.sku))
                if there is not None and there is not here and _belongs(each, here, there):
                    _move(each, here, there)
                    break


def _belongs(each: Booked, here: _Group, there: _Group) -> bool:
    fits = here.surplus <= -each.tokens and there.surplus >= each.tokens
    return fits and each.tokens in (-here.surplus, there.surplus)


def _move(each: Booked, here: _Group, there: _Group) -> None:
    here.pool.remove(each)
    there.pool.append(each)
    for group, sign in ((here, -1), (there, 1)):
        moved = Explanation(cause=Cause.MIDNIGHT, pico=sign * each.pico, tokens=sign * each.tokens, booked=(each,))
        group.moved.append(moved)
        group.surplus -= sign * each.tokens


def _difference(group: _Group, late: Late) -> Difference:
    return Difference(
        place=group.place,
        lines=tuple(group.lines),
        booked=tuple(group.booked),
        explanations=tuple(_explanations(group, late)),
    )


def _explanations(group: _Group, late: Late) -> Iterator[Explanation]:
    yield from group.moved
    usage = [line for line in group.lines if line.cost_type is CostType.REGULAR]
    pool = [each for each in group.pool if each.cause not in _NO_USAGE]
    found = _found(usage, pool, late)
    yield from found
    gone = {id(row) for each in found for row in (*each.lines, *each.booked)}
    usage = [line for line in usage if id(line) not in gone]
    yield from _known_to_both(usage, [each for each in pool if id(each) not in gone])
    yield from _beside_usage(group, usage)


def _found(usage: Sequence[ExportLine], pool: Sequence[Booked], late: Late) -> list[Explanation]:
    """The lines and rows that only one side has."""
    alone = [_alone(each, late) for each in pool]
    if not usage:
        return _unsettled(alone)
    copies = _copies(usage)
    candidates = [each for each in (*copies, *alone) if each.tokens]
    costs = [_POSSIBLE if each.cause is Cause.NOT_BILLED else _LIKELY for each in candidates]
    surplus = _tokens(usage) - _tokens(pool)
    chosen = choose(surplus, [each.tokens for each in candidates], costs)
    return [candidates[place] for place in chosen] if chosen is not None else list(_fitting(copies, surplus))


def _unsettled(alone: Sequence[Explanation]) -> list[Explanation]:
    """Without the pairs of a row and the adjustment that took it off earlier."""
    left: list[Explanation] = []
    for each in sorted(alone, key=lambda each: each.cause is Cause.TAKEN_BACK):
        pair = next((one for one in left if (one.pico, one.tokens) == (-each.pico, -each.tokens)), None)
        if each.cause is Cause.TAKEN_BACK and pair is not None:
            left.remove(pair)
        else:
            left.append(each)
    return left


def _alone(each: Booked, late: Late) -> Explanation:
    cause = Cause.DOUBT_FREE if each.standing is Standing.UNCERTAIN else Cause.NOT_BILLED
    if each.standing is Standing.ADJUSTED:
        cause = Cause.TAKEN_BACK
    elif late(each):
        cause = Cause.NOT_EXPORTED
    return Explanation(cause=cause, pico=-each.pico, tokens=-each.tokens, booked=(each,))


def _copies(usage: Iterable[ExportLine]) -> list[Explanation]:
    seen: set[tuple[object, ...]] = set()
    copies = []
    for line in usage:
        if line.same in seen:
            copies.append(Explanation(cause=Cause.DOUBLED, pico=line.net, tokens=line.tokens, lines=(line,)))
        seen.add(line.same)
    return copies


def _fitting(copies: Iterable[Explanation], surplus: int) -> Iterator[Explanation]:
    for each in copies:
        if 0 < each.tokens <= surplus:
            surplus -= each.tokens
            yield each


def _known_to_both(usage: Sequence[ExportLine], pool: Sequence[Booked]) -> Iterator[Explanation]:
    """Tokens that no row stands for, the price of the others, and what rounding leaves."""
    if not usage:
        return
    rest = _between(usage, pool)
    for each in _not_accounted_for(usage, pool):
        rest -= each.pico
        yield each
    if abs(rest) > sum(line.rounding for line in usage) + 1:
        priced = _priced(usage, pool, rest)
        rest -= priced.pico
        yield priced
    foreign = tuple(line for line in usage if line.currency != "USD")
    if foreign:
        yield Explanation(cause=Cause.CURRENCY, pico=rest, lines=foreign)
    elif rest:
        yield Explanation(cause=Cause.ROUNDING, pico=rest)


def _not_accounted_for(usage: Sequence[ExportLine], pool: Sequence[Booked]) -> Iterator[Explanation]:
    surplus = _tokens(usage) - _tokens(pool)
    doubts = tuple(each for each in pool if each.standing is Standing.UNCERTAIN)
    soft = [each for each in pool if each.standing is Standing.UNCERTAIN or each.guessed]
    amount = _worth(surplus, usage, pool)
    if soft and abs(surplus) <= _tokens(soft):
        cause = Cause.DOUBT_BILLED if doubts else Cause.ESTIMATED
        if surplus or doubts:
            yield Explanation(cause=cause, pico=amount, tokens=surplus, booked=doubts or tuple(soft))
    elif surplus > 0:
        yield Explanation(cause=Cause.UNKNOWN, pico=amount, tokens=surplus)
        if doubts:
            yield Explanation(cause=Cause.DOUBT_BILLED, pico=0, booked=doubts)
    elif surplus < 0:  # whatever the lines cost: of how many tokens is not known
        yield Explanation(cause=Cause.UNEXPLAINED, pico=_between(usage, pool), tokens=surplus)


def _between(usage: Iterable[ExportLine], pool: Iterable[Booked]) -> int:
    return sum(line.gross for line in usage) - sum(each.pico for each in pool)


def _worth(surplus: int, usage: Sequence[ExportLine], pool: Sequence[Booked]) -> int:
    """What so many tokens came to: too many at Google's price, too few at ours."""
    if not surplus:
        return 0
    if min(_tokens(pool), _tokens(usage)) <= 0:
        return _between(usage, pool)
    if surplus < 0:
        return round(Decimal(surplus) * sum(each.pico for each in pool) / _tokens(pool))
    prices = _prices(usage, pool)
    billed = _at(usage, prices) if prices else Decimal(sum(line.gross for line in usage))
    return round(surplus * billed / _tokens(usage))


def _priced(usage: Sequence[ExportLine], pool: Sequence[Booked], rest: int) -> Explanation:
    """What the lines cost more because of their price; unexplained when it is no price that anybody lists."""
    prices = _prices(usage, pool)
    if prices is None:
        return Explanation(cause=Cause.UNEXPLAINED, pico=rest, lines=tuple(usage))
    ours = _booked_prices(pool)
    lines = tuple(line for line, price in zip(usage, prices, strict=True) if price not in ours)
    paid = [each for each in pool if each.standing is not Standing.ADJUSTED]
    return Explanation(
        cause=Cause.PRICE,
        pico=rest - sum(line.gross for line in usage) + round(_at(usage, prices)),
        lines=lines or tuple(usage),
        billed_price=_mean(Decimal(sum(line.gross for line in lines or usage)), _tokens(lines or usage)),
        booked_price=_mean(Decimal(sum(each.pico for each in paid)), _tokens(paid)),
    )


def _at(usage: Sequence[ExportLine], prices: Sequence[Decimal]) -> Decimal:
    return sum((line.tokens * price for line, price in zip(usage, prices, strict=True)), Decimal(0))


def _mean(pico: Decimal, tokens: int) -> Decimal | None:
    return round(pico / tokens / PICO_PER_TOKEN, DECIMALS) if tokens else None


def _booked_prices(pool: Iterable[Booked]) -> set[Decimal]:
    """Picodollars a token, of what was booked."""
    known = (each for each in pool if each.tokens and each.standing is not Standing.ADJUSTED)
    return {Decimal(each.pico) / each.tokens for each in known}


def _prices(usage: Sequence[ExportLine], pool: Sequence[Booked]) -> list[Decimal] | None:
    """Picodollars a token of each line; None when a line's cost is no price times its tokens."""
    ours = sorted(_booked_prices(pool))
    found = [_price(line, ours) for line in usage]
    prices = [price for price in found if price is not None]
    return prices if len(prices) == len(found) else None


def _price(line: ExportLine, ours: Sequence[Decimal]) -> Decimal | None:
    """One of our prices where it fits the line, else the shortest price per million that does."""
    mean = Decimal(line.gross) / line.tokens / PICO_PER_TOKEN if line.tokens else Decimal(0)
    shortest = (round(mean, places) * PICO_PER_TOKEN for places in range(DECIMALS + 1))
    return next((each for each in (*ours, *shortest) if abs(each * line.tokens - line.gross) <= line.rounding), None)


def _beside_usage(group: _Group, usage: Iterable[ExportLine]) -> Iterator[Explanation]:
    """Tax, credits and corrections, less what was adjusted for each of them earlier."""
    lines: dict[Cause, list[ExportLine]] = defaultdict(list)
    amounts: dict[Cause, int] = defaultdict(int)
    for line in group.lines:
        if line.cost_type is not CostType.REGULAR:
            lines[_BESIDE_USAGE[line.cost_type]].append(line)
            amounts[_BESIDE_USAGE[line.cost_type]] += line.net
    for line in usage:
        if line.credit:
            lines[Cause.CREDIT].append(line)
            amounts[Cause.CREDIT] += line.credit
    for each in group.pool:
        if each.cause is not None and each.cause in _NO_USAGE:
            amounts[each.cause] -= each.pico
    for cause, amount in amounts.items():
        if amount:
            yield Explanation(cause=cause, pico=amount, lines=tuple(lines[cause]))
