"""Uncertain money: it is counted again by Google, or an operator decides what nobody can read."""

from __future__ import annotations

import re

from engine.domain.requests import Judgement
from engine.errors import WrongState
from engine.life import booking
from engine.life.context import Operation
from engine.life.counting import PAGE, Counter
from engine.store import jobs, requests, uncertain
from engine.store.db import Db
from engine.store.requests import COUNTED

_DIRECT = re.compile(r"direct-(\d{1,15})")


def judge(op: Operation, name: str, judged: Judgement, because: str) -> None:
    """Decides whether what may be charged of a job or direct request was; the decision can be changed."""
    submission = _named(op.db, name)
    _refuse_certain(op.db, submission, name, changeable=True)
    with op.writing() as db:
        booking.judge(db, op.now, submission, judged, because)
    op.log(f"{name}: what may have been charged is judged {judged}: {because}", "warning")


def count_again(op: Operation, name: str, because: str) -> int:
    """Has Google count the texts of requests that may be charged, for free; returns how many it counted."""
    submission = _named(op.db, name)
    _refuse_certain(op.db, submission, name)
    counter = Counter(op.db, op.gemini, op.profile)
    found: dict[int, int] = {}
    after = 0
    while page := requests.doubtful_page(op.db, submission, after, PAGE):
        found |= {text: count.tokens for text, count in counter.count(page).items() if count.basis == COUNTED}
        after = page[-1]
    if not found:
        raise WrongState(
            f"Google counted no text of {name}.", hint="It does not answer, or no chunk has these texts any more."
        )
    with op.writing() as db:
        booking.count_again(db, op.now, submission, found, because)
    op.log(f"{name}: Google counted {len(found):,} texts that may have been charged: {because}")
    return len(found)


def _named(db: Db, name: str) -> int:
    """The submission of a job, or of a direct request as `cost uncertain` calls it."""
    direct = _DIRECT.fullmatch(name)
    return int(direct[1]) if direct else jobs.get(db, name).submission


def _refuse_certain(db: Db, submission: int, name: str, *, changeable: bool = False) -> None:
    if uncertain.found(db, submission) or (changeable and requests.judged(db, submission)):
        return
    raise WrongState(f"Nothing of {name} is uncertain.", hint="`halfrate cost uncertain` lists what is.")
