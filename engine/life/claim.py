"""Claim: waiting texts become the requests of a new job, in the transaction that plans it and reserves its money."""

from __future__ import annotations

import uuid
from dataclasses import replace

from engine.domain.billing import billing_day
from engine.domain.jobs import BatchJob, JobStatus
from engine.domain.models import Mode
from engine.domain.plan import Held, PlannedJob
from engine.life import booking
from engine.life.budgets import fill_pots
from engine.life.context import Operation
from engine.life.look import bring_up_to_date, look_at
from engine.life.planning import look_ahead
from engine.store import counters, jobs, pots, queue, requests, vectors
from engine.store.db import Db
from engine.store.requests import Payer


def claim_next(op: Operation, minimum: int) -> BatchJob | tuple[Held, ...]:
    """The next job of the plan, PLANNED; or, when nothing more leaves, what is held and why."""
    with op.writing() as db:
        bring_up_to_date(op, db)
        fill_pots(db, op.settings)
        while True:
            plan = look_ahead(db, op.settings, op.now, minimum=minimum, most_jobs=1).plan
            if not plan.jobs:
                return plan.held
            last = plan.jobs[0].cut.last
            if not queue.waits(db, last):
                counters.repair(db)  # a writer that replaces rows fires no trigger: what it replaced waits no more
            # What turns out to be paid for already leaves the queue; the plan is then another one.
            elif not look_at(op, db, last):
                return _claim(op, db, plan.jobs[0])


def _claim(op: Operation, db: Db, planned: PlannedJob) -> BatchJob:
    payer = replace(batch_payer(op), collection=planned.pot)
    job_id = str(uuid.uuid4())
    submission = requests.open_submission(db, payer, vectors.profile_id(db, payer.profile), op.now, job_id)
    job = jobs.insert(
        db,
        BatchJob(
            id=job_id,
            google_job_id=None,
            status=JobStatus.PLANNED,
            display_name=display_name(db, job_id),
            submission=submission,
            profile=payer.profile,
            key_label=payer.key_label,
            key_tail=payer.key_tail,
            key_fingerprint=payer.key_fingerprint,
            price_per_million=payer.price_per_million,
            sync_price_per_million=payer.sync_price_per_million,
            price_label=payer.price_label,
            characters=planned.cut.characters,
            estimated_tokens=planned.tokens,
            most_tokens=planned.most_tokens,
            created_at=op.now,
            updated_at=op.now,
        ),
        "planned",
    )
    if op.settings.budget.collections:
        sent = pots.claim(db, submission, planned.cut.last, planned.pot)
    else:
        sent = requests.claim(db, submission, planned.cut.last)
    booking.reserve(db, op.now, submission, planned.most_tokens)
    return jobs.update(db, job, op.now, requests=sent, chunks=queue.claim(db, submission, job_id))


def batch_payer(op: Operation) -> Payer:
    """Who pays for a batch job planned now, and how much."""
    key, price = op.keyring().batch, op.settings.price(op.profile.model, billing_day(op.now))
    return Payer(
        mode=Mode.BATCH,
        profile=op.profile,
        key_label=key.label,
        key_tail=key.tail,
        key_fingerprint=key.fingerprint,
        price_per_million=price.batch,
        sync_price_per_million=price.synchronous,
        price_label=price.label,
        project=op.settings.billing.projects.batch or "",
    )


def display_name(db: Db, job_id: str) -> str:
    """The name a remote batch bears: it says which database made it, and for which job."""
    return f"{jobs.DISPLAY_PREFIX}{db.identity}-{job_id}"
