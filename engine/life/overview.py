"""The overview with its plan: what the dashboard, `queue status` and BatchManager show, by one and the same plan."""

from __future__ import annotations

from datetime import datetime

from engine.domain.billing import billing_day
from engine.domain.plan import Plan, WholeQueue
from engine.domain.room import Room
from engine.life.budgets import standing
from engine.life.mirror import mirror_state
from engine.life.planning import granted, look_ahead
from engine.settings import Settings
from engine.store.db import Db
from engine.store.overview import Overview, read_overview


def overview(db: Db, settings: Settings, now: datetime, *, most_jobs: int = 50, log_lines: int = 50) -> Overview:
    """One consistent look at the database under these settings; its cost does not grow with the chunks."""

    def planner(db: Db) -> tuple[Plan, WholeQueue, Room]:
        ahead = look_ahead(db, settings, now, minimum=settings.flush.min_size)
        return ahead.plan, ahead.whole, ahead.room

    profile = settings.vector_profile
    with db.reading():
        copy = mirror_state(db, profile)
        return read_overview(
            db,
            planner,
            profile,
            settings.price(profile.model, billing_day(now)),
            now,
            granted=granted(db, settings),
            budgets=standing(db, settings, now),
            most_jobs=most_jobs,
            log_lines=log_lines,
            mirror=copy.sentence if copy else "",
        )
