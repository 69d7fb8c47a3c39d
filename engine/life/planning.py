"""The facts a plan rests on, read from the settings and the database: the one way to a plan for everybody who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.domain import governor, money
from engine.domain.billing import billing_day
from engine.domain.budgets import Budget, Scope, tightest
from engine.domain.jobs import ENQUEUED, LIVE, UNSENT, BatchJob
from engine.domain.models import SPEND_LIMITS
from engine.domain.plan import Held, JobLimits, Plan, PlannedJob, Terms, WholeQueue, plan, whole_queue
from engine.domain.room import Allowance, Reason, Room, room_of
from engine.life.budgets import standing
from engine.settings import Settings
from engine.store import allowances, jobs, learned, pots, requests
from engine.store.db import Db
from engine.store.waiting import WaitingTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a flush would do now, and what the whole queue would take; one look, one set of facts."""

    plan: Plan
    whole: WholeQueue
    room: Room
    terms: Terms
    unnamed: int
    turnaround: float | None


def look_ahead(db: Db, settings: Settings, now: datetime, *, minimum: int = 1, most_jobs: int | None = None) -> Outlook:
    """The plan of a flush of at least `minimum` chunks; its cost does not grow with what waits."""
    waiting = WaitingTexts(db, now)
    space, conditions = room(db, settings, now), terms(db, settings, now, minimum)
    turnaround = learned.turnaround(db, conditions.profile.model)
    return Outlook(
        plan=_by_pot(db, settings, now, waiting, conditions, most_jobs)
        if settings.budget.collections
        else plan(waiting, space, conditions, most_jobs=most_jobs),
        whole=whole_queue(waiting, conditions, allowance=allowance(db, settings, now), turnaround=turnaround),
        room=space,
        terms=conditions,
        unnamed=waiting.unnamed,
        turnaround=turnaround,
    )


def _by_pot(
    db: Db, settings: Settings, now: datetime, waiting: WaitingTexts, conditions: Terms, most_jobs: int | None
) -> Plan:
    """The plan where collections have budgets: each job is of one of them, and one that is held holds no other."""
    if conditions.blocked is not None or waiting.total.chunks < conditions.minimum:
        return plan(waiting, room(db, settings, now), conditions)
    conditions, planned, held = replace(conditions, minimum=1), list[PlannedJob](), list[Held]()
    named = pots.waiting(db)
    for pot in ("", *sorted(settings.budget.pots)):
        space = room(db, settings, now, pot, planned)
        more = None if most_jobs is None else most_jobs - len(planned)
        made = plan(pots.PotTexts(db, now, pot, named.get(pot)), space, conditions, most_jobs=more)
        planned += [replace(job, pot=pot) for job in made.jobs]
        held += made.held
        if most_jobs is not None and len(planned) >= most_jobs:
            break
    return Plan(jobs=tuple(planned), held=tuple(held))


def terms(db: Db, settings: Settings, now: datetime, minimum: int) -> Terms:
    """What a plan is made under."""
    profile, limits = settings.vector_profile, settings.limits
    return Terms(
        profile=profile,
        price=settings.price(profile.model, billing_day(now)),
        basis=learned.basis(db, profile.model),
        limits=JobLimits(
            requests=limits.requests_per_job,
            input_bytes=limits.input_bytes_per_job,
            output_bytes=limits.output_bytes_per_job,
        ),
        minimum=minimum,
        blocked=_blocked(jobs.in_states(db, LIVE), now),
    )


def _blocked(live: list[BatchJob], now: datetime) -> Held | None:
    """Nothing new is sent while Google asked to wait, or while a batch is under way of which nobody knows the texts."""
    for job in live:
        if job.status in UNSENT and job.next_attempt_at is not None and job.next_attempt_at > now:
            return Held(kind=Reason.COOLING_DOWN, chunks=0, until=job.next_attempt_at)
    if holds_unknown_texts(live):
        return Held(kind=Reason.ORPHAN, chunks=0)
    return None


def holds_unknown_texts(live: list[BatchJob]) -> bool:
    """A batch that was found at Google is under way, and nobody knows which texts it holds: any may be paid already."""
    return any(job.found and not job.requests for job in live)


def known_allowance(db: Db, settings: Settings, model: str, key: str | None = None) -> governor.Known:
    """What is known of the allowance of a model, where `key` names it under the key of that fingerprint."""
    return allowances.known(db, model, settings.limits.allowance, key)


def granted(db: Db, settings: Settings) -> governor.Granted:
    """What the active model is granted, to be shown."""
    return governor.Granted(
        known=known_allowance(db, settings, settings.vector_profile.model),
        share=settings.limits.share,
        spend_limit=SPEND_LIMITS.get(settings.limits.tier),
    )


def allowance(db: Db, settings: Settings, now: datetime, model: str | None = None) -> int:
    """Tokens that this database may have enqueued at once: its share of what the governor says."""
    limits = settings.limits
    reach = known_allowance(db, settings, model or settings.vector_profile.model).reach(now)
    return max(int(min(reach, limits.enqueued_tokens or reach) * limits.share), 1)


def room(db: Db, settings: Settings, now: datetime, pot: str = "", planned: Sequence[PlannedJob] = ()) -> Room:
    """What the allowance, the live jobs and the budgets leave to a collection, or to what is of none.

    `planned` are the jobs of other collections that leave before.
    """
    model = settings.vector_profile.model
    live = [each for each in jobs.reserved(db) if each.status in ENQUEUED | UNSENT]
    enqueued = sum(each.tokens for each in live if each.model == model and not each.gone)
    price = settings.price(model, billing_day(now)).batch
    promised = sum((money.cost(job.most_tokens, price) for job in planned), Decimal(0))
    return room_of(
        Allowance(
            published=int(settings.limits.allowance * settings.limits.share),
            learned=allowance(db, settings, now),
            enqueued=enqueued + sum(job.tokens for job in planned),
        ),
        [_with(each, promised) for each in standing(db, settings, now, "batch", pot)],
        price=price,
        live_jobs=sum(not each.gone for each in live) + len(planned),
        most_jobs=settings.limits.live_jobs,
    )


def _with(budget: Budget, promised: Decimal) -> Budget:
    """The budget when jobs of other collections have left."""
    return budget if budget.scope is Scope.COLLECTION else budget.promising(promised)


def overdrawn(db: Db, settings: Settings, now: datetime) -> dict[str, Budget]:
    """Jobs that were planned and are not to be sent, by their ids, each with the budget that is overdrawn.

    More was spent than was estimated, or the budget was lowered below what is promised.
    """
    found = {}
    for job in jobs.in_states(db, UNSENT) if settings.budget.caps else ():
        pot = requests.terms(db, job.submission).collection if job.submission else ""
        budget = tightest(standing(db, settings, now, "batch", pot))
        if budget is not None and budget.left < 0:
            found[job.id] = budget
    return found


def held_jobs(db: Db, overdrawn: Mapping[str, Budget]) -> tuple[Held, ...]:
    """What such jobs hold, a part for each budget."""
    chunks = Counter[Budget]()
    for job_id, budget in overdrawn.items():
        chunks[budget] += jobs.get(db, job_id).chunks
    return tuple(
        Held(kind=Reason.BUDGET, chunks=number, most=each.most, until=each.renews_at, budget=each)
        for each, number in chunks.items()
    )
