"""BatchManager: what an operator, a script or the worker does with the queue, one at a time across processes."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from engine.domain.jobs import UNSENT, BatchJob
from engine.domain.keys import GoogleKeyring
from engine.domain.plan import Held
from engine.domain.progress import Stop, Watch
from engine.domain.reports import FlushReport, Preflight, Requeue, RetryReport, SyncReport
from engine.domain.requests import Judgement
from engine.domain.room import Reason
from engine.gemini.protocol import GeminiServer, RemoteBatch
from engine.life import flush, interventions, judging, sampling
from engine.life.budgets import fill_pots
from engine.life.context import Clock, Connect, Operation, held_lease
from engine.life.overview import overview
from engine.life.planning import held_jobs, look_ahead, overdrawn
from engine.life.submit import interrupted
from engine.life.sync import sync
from engine.settings import Settings
from engine.store import jobs, leases, queue
from engine.store.db import Db
from engine.store.overview import Overview
from engine.store.waiting import WaitingTexts


def wall_clock() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class BatchManager:
    """Flush, sync, retry and the interventions, on one database connection; not shared between threads.

    Every operation takes the lease of the database first and raises OperationBusy when another process holds it.
    Problems with Google come back in the report: everything goes on from where it stands the next time. `connect` opens
    a further connection, for the heartbeat of the lease.
    """

    def __init__(
        self,
        db: Db,
        gemini: GeminiServer,
        settings: Settings,
        keyring: GoogleKeyring | Callable[[], GoogleKeyring],
        *,
        connect: Connect,
        clock: Clock = wall_clock,
        jitter: Callable[[], float] = random.random,
        actor: str = "engine",
        watch: Watch | None = None,
        stop: Stop | None = None,
    ) -> None:
        self._db = db
        self._gemini = gemini
        self._settings = settings
        self._keyring = keyring if callable(keyring) else lambda: keyring
        self._connect = connect
        self._clock = clock
        self._jitter = jitter
        self._actor = actor
        self._watch = watch
        self._stop = stop

    def preflight(self, min_size: int = 100, force: bool = False) -> Preflight:  # noqa: FBT001, FBT002 - as flush_queue
        """What `flush_queue` would do and cost now; changes nothing, asks nobody."""
        fill_pots(self._db, self._settings)
        minimum = 1 if force else min_size
        return flush.preflight(self._db, self._settings, self._clock(), minimum, warning=self._keyring().warning)

    def sample(self, texts: int | None = None) -> int:
        """Has waiting texts counted by Google, free of charge, so that estimates rest on them; returns how many.

        Without a number only where nothing better is known, and 400. It never fails and takes ten seconds at most.
        """
        profile, kinds = self._settings.vector_profile, WaitingTexts(self._db, self._clock()).total.kinds
        if texts is None and not sampling.wanted(self._db, self._keyring(), profile, kinds):
            return 0
        return sampling.sample(self._db, self._gemini, profile, texts=texts or sampling.TEXTS)

    def flush_queue(self, min_size: int = 100, force: bool = False) -> FlushReport:  # noqa: FBT001, FBT002 - known name
        """Submits waiting chunks as batch jobs, unless fewer than `min_size` wait and `force` is not set.

        MissingBatchKey without a batch key. Jobs that an earlier flush left before their submission go first.
        """
        self._keyring().batch  # noqa: B018 - refuses before anything is claimed
        with self._operation("flush") as op:
            interrupted(op)
            return flush.flush(op, 1 if force else min_size)

    def due_flush(self, min_size: int, max_wait: timedelta) -> int | None:
        """The `min_size` of the flush that is due now, 1 where the oldest chunk has waited long enough; None without.

        A job that was left before its submission makes a flush due, and takes nothing new along that is too little.
        """
        with self._db.reading() as db:
            now = self._clock()
            oldest = queue.oldest_waiting(db, now)
            minimum = 1 if oldest is not None and now - oldest >= max_wait else min_size
            sends = look_ahead(db, self._settings, now, minimum=minimum, most_jobs=1).plan.jobs
            resumes = len(jobs.in_states(db, UNSENT)) > len(overdrawn(db, self._settings, now))
            return minimum if sends or resumes else None

    def held_by_budget(self, min_size: int) -> tuple[Held, ...]:
        """What a flush would leave because a budget is used up."""
        with self._db.reading() as db:
            now = self._clock()
            held = look_ahead(db, self._settings, now, minimum=min_size, most_jobs=1).plan.held
            stay = held_jobs(db, overdrawn(db, self._settings, now))
        return tuple(each for each in (*held, *stay) if each.kind is Reason.BUDGET)

    def sync_status(self, *, due_only: bool = False) -> SyncReport:
        """Asks Google about live jobs, fetches and settles the finished ones, and follows batches that were lost.

        With `due_only` jobs whose next poll lies ahead are left alone, as the worker does.
        """
        with self._operation("sync") as op:
            return sync(op, due_only=due_only)

    def retry_failed(
        self,
        cause: str | None = None,
        job: str | None = None,
        ids: Sequence[int] | None = None,
        *,
        permanent: bool = False,
    ) -> RetryReport:
        """Puts FAILED chunks back to PENDING: all, or those of a cause, a job, or named by id.

        Permanent failures stay FAILED unless `permanent` is set.
        """
        with self._operation("retry") as op:
            return interventions.retry(op, cause, job, ids, permanent=permanent)

    def requeue_ahead(self) -> Requeue:
        """What `requeue` would put back to wait, and what it would cost to embed; changes nothing, asks nobody."""
        return interventions.requeue_ahead(self._db, self._settings)

    def requeue(self) -> Requeue:
        """Puts READY chunks back to PENDING whose vector is not of the active profile; the old vectors are kept.

        What can be cut from a larger vector is, at no cost, and stays READY.
        """
        with self._operation("requeue") as op:
            return interventions.requeue(op)

    def discard_failed(self, cause: str | None = None, ids: Sequence[int] | None = None) -> int:
        """Deletes FAILED chunks, all of a cause or those named by id; returns how many."""
        with self._operation("discard") as op:
            return interventions.discard(op, cause, ids)

    def cancel(self, job: str) -> BatchJob:
        """Takes a job back before its submission, or asks Google to cancel it, which happens later or never."""
        with self._operation("cancel") as op:
            return interventions.cancel(op, job)

    def adopt(self, job: str, google_job_id: str | None = None) -> BatchJob:
        """Ties an uncertain job to its remote batch: the one with its display name, or the one that is named.

        A batch of another database (`batches/...` in place of a job) becomes a job whose results are taken at $0.
        """
        with self._operation("adopt") as op:
            interrupted(op)
            return interventions.adopt(op, job, google_job_id)

    def release(self, job: str) -> int:
        """Puts the chunks of a job that will never be settled back to the queue; returns how many."""
        with self._operation("release") as op:
            interrupted(op)
            return interventions.release(op, job)

    def judge(self, name: str, judged: Judgement, because: str) -> None:
        """Decides whether what may be charged of a job or direct request was, with the reason in words."""
        with self._operation("judge") as op:
            judging.judge(op, name, judged, because)

    def count_again(self, name: str, because: str) -> int:
        """Has Google count the texts of requests that may be charged, for free; returns how many it counted."""
        with self._operation("count") as op:
            return judging.count_again(op, name, because)

    def remote(self, job: str) -> RemoteBatch | None:
        """Google's answer about a job now; None when Google has none."""
        return interventions.remote(self._db, self._gemini, job)

    def get_queue_stats(self) -> Overview:
        """Counts, jobs, failures, costs, in one consistent value."""
        return overview(self._db, self._settings, self._clock())

    @contextlib.contextmanager
    def _operation(self, name: str) -> Iterator[Operation]:
        with held_lease(self._db, self._connect, leases.ENGINE, self._actor, name) as epoch:
            yield Operation(
                db=self._db,
                gemini=self._gemini,
                settings=self._settings,
                keyring=self._keyring,
                clock=self._clock,
                jitter=self._jitter,
                actor=self._actor,
                name=name,
                epoch=epoch,
                watch=self._watch,
                stop=self._stop,
            )
