"""A scenario at work: counts what matched, draws chances from the seed, says which rule fires."""

from __future__ import annotations

import hashlib
import random
import re
import threading
from collections.abc import Sequence

from .scenario import CallRule, JobRule, RowRule, Scenario


class _Counter:
    """`after`, `times` and `chance` of one rule."""

    def __init__(self, rule: CallRule | JobRule, seed: str) -> None:
        self._rule = rule
        self._random = random.Random(seed)  # noqa: S311
        self._seen = 0
        self._fired = 0

    def fires(self) -> bool:
        """Whether the rule fires for this match, the next in its order."""
        self._seen += 1
        if self._seen <= self._rule.after or (self._rule.times and self._fired >= self._rule.times):
            return False
        if self._random.random() >= self._rule.chance:
            return False
        self._fired += 1
        return True


class RowFaults:
    """The row rules as one job sees them, and which of its rows tell their tokens."""

    def __init__(self, script: FaultScript, ordinal: int) -> None:
        self._script = script
        self._random = random.Random(f"{script.seed}/rows/{ordinal}")  # noqa: S311
        self._counts = random.Random(f"{script.seed}/counts/{ordinal}")  # noqa: S311
        self._rules = [
            (place, rule, re.compile(rule.regex) if rule.regex else None)
            for place, rule in enumerate(script.scenario.rows)
            if not rule.jobs or ordinal <= rule.jobs
        ]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def counted(self) -> bool:
        """Whether the next row tells its tokens."""
        return self._counts.random() < self._script.scenario.row_counts

    def of_row(self, number: int, text: str) -> RowRule | None:
        """The first rule that hits the row; rows are numbered from 1 and asked for in order."""
        hit = None
        for place, rule, pattern in self._rules:
            drawn = rule.fraction >= 1 or self._random.random() < rule.fraction
            if hit is not None or not drawn or rule.contains not in text:
                continue
            if (rule.every and number % rule.every) or (pattern and not pattern.search(text)):
                continue
            if rule.once and not self._script.first_time(place, text):
                continue
            hit = rule
        return hit


class FaultScript:
    """The counters of one scenario; replacing the scenario means a new script."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self._calls = [_Counter(rule, f"{seed}/calls/{at}") for at, rule in enumerate(scenario.calls)]
        self._jobs = [_Counter(rule, f"{seed}/jobs/{at}") for at, rule in enumerate(scenario.jobs)]
        self._answers = random.Random(f"{seed}/answers")  # noqa: S311
        self._job_count = 0
        self._seen: set[tuple[int, bytes]] = set()
        self._lock = threading.Lock()

    def of_call(self, operation: str, key: str) -> list[CallRule]:
        """The rules that fire for this call: any delays, then at most one other fault."""
        fired: list[CallRule] = []
        with self._lock:
            for rule, counter in zip(self.scenario.calls, self._calls, strict=True):
                if rule.on not in (operation, "*") or not key.endswith(rule.key):
                    continue
                ended = bool(fired) and fired[-1].do != "delay"
                if not ended and counter.fires():
                    fired.append(rule)
        return fired

    def of_job(self, display_name: str) -> tuple[Sequence[JobRule], RowFaults]:
        """The rules a new job lives under; they stay with it when the scenario is replaced."""
        with self._lock:
            self._job_count += 1
            rules = [
                rule
                for rule, counter in zip(self.scenario.jobs, self._jobs, strict=True)
                if rule.name in display_name and counter.fires()
            ]
            return rules, RowFaults(self, self._job_count)

    def answer_counted(self) -> bool:
        """Whether the next direct answer tells its tokens."""
        with self._lock:
            return self._answers.random() < self.scenario.answer_counts

    def first_time(self, place: int, text: str) -> bool:
        """Whether this rule meets this text for the first time."""
        mark = (place, hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest())
        with self._lock:
            new = mark not in self._seen
            self._seen.add(mark)
            return new
