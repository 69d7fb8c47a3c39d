"""BatchManager: what an operator, a script or the worker does with the queue, one at a time across processes."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from sqlite_utils import Database

from engine import flushing, settling, syncing
from engine.domain.batches import EPOCH, REMOTE, BatchJob, JobStatus, RemoteState
from engine.domain.keyring import GoogleKeyring
from engine.domain.operations import FlushReport, Preflight, RetryReport, Stop, SyncReport, Watch
from engine.errors import NotFound, WrongState
from engine.gemini.protocol import GeminiServer, RemoteBatch
from engine.operation import Clock, Operation, held_lease
from engine.settings import Settings
from engine.store import batches, leases, queue
from engine.store.connection import explained
from engine.store.overview import Overview, read_overview

BEFORE_SUBMISSION = frozenset({JobStatus.PLANNED, JobStatus.SPOOLED, JobStatus.UPLOADED})


def wall_clock() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class BatchManager:
    """Flush, sync, retry and the interventions, on one database connection; not shared between threads.

    Every operation takes the lease of the database first and raises OperationBusy when another process holds it.
    Problems with Google come back in the report: everything goes on from where it stands the next time.
    """

    def __init__(
        self,
        db: Database,
        gemini: GeminiServer,
        settings: Settings,
        keyring: GoogleKeyring | Callable[[], GoogleKeyring],
        *,
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
        self._clock = clock
        self._jitter = jitter
        self._actor = actor
        self._watch = watch
        self._stop = stop

    def preflight(self, min_size: int = 100, force: bool = False) -> Preflight:  # noqa: FBT001, FBT002 - as flush_queue
        """What `flush_queue` would do and cost now; changes nothing, asks nobody."""
        with explained(None):
            return flushing.preflight(
                self._db, self._settings, self._clock(), min_size, force=force, warning=self._keyring().warning
            )

    def flush_queue(self, min_size: int = 100, force: bool = False) -> FlushReport:  # noqa: FBT001, FBT002 - known name
        """Submits waiting chunks as batch jobs, unless fewer than `min_size` wait and `force` is not set.

        MissingBatchKey without a batch key. Jobs that an earlier flush left before their submission go first.
        """
        self._keyring().batch  # noqa: B018 - refuses before anything is claimed
        with self._operation("flush") as op:
            syncing.interrupted(op)
            return flushing.flush(op, min_size, force=force)

    def sync_status(self, *, due_only: bool = False) -> SyncReport:
        """Asks Google about live jobs, fetches and settles the finished ones.

        With `due_only` jobs whose next poll lies ahead are left alone, as the worker does.
        """
        with self._operation("sync") as op:
            return syncing.sync(op, due_only=due_only)

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
            with op.writing() as db:
                job_id = batches.get(db, job).id if job else None
                report = RetryReport(*queue.retry(db, cause=cause, job_id=job_id, ids=ids, permanent=permanent))
            if report.retried:
                op.log(f"Retry: {report.retried:,} failed chunks wait again.")
            return report

    def discard_failed(self, cause: str | None = None, ids: Sequence[int] | None = None) -> int:
        """Deletes FAILED chunks, all of a cause or those named by id; returns how many."""
        with self._operation("discard") as op:
            with op.writing() as db:
                gone = queue.discard(db, cause=cause, ids=ids)
            if gone:
                op.log(f"Discard: {gone:,} failed chunks deleted.", "warning")
            return gone

    def cancel(self, job: str) -> BatchJob:
        """Takes a job back before its submission, or asks Google to cancel it, which happens later or never."""
        with self._operation("cancel") as op:
            found = batches.get(op.db, job)
            if not found.inherited and found.status in BEFORE_SUBMISSION:
                return self._take_back(op, found, JobStatus.CANCELLED, "cancelled before it was sent")
            if found.inherited or found.status not in REMOTE:
                raise WrongState(
                    f"Job {found.short} is {found.status}: there is nothing to cancel.", hint=_way_out(found)
                )
            op.gemini.cancel_batch(found.google_job_id or "")
            with op.writing() as db:
                batches.add_event(db, found.id, op.now, found.status, "cancellation asked for")
            op.log(f"Job {found.short}: Google was asked to cancel it.")
            return batches.get(op.db, found.id)

    def adopt(self, job: str, google_job_id: str | None = None) -> BatchJob:
        """Ties an uncertain job to its remote batch: the one with its display name, or the one that is named."""
        with self._operation("adopt") as op:
            syncing.interrupted(op)
            found = batches.get(op.db, job)
            if found.status is not JobStatus.UNCERTAIN:
                raise WrongState(f"Job {found.short} is {found.status}, not UNCERTAIN.", hint=_way_out(found))
            if google_job_id is not None:
                remote = op.gemini.get_batch(google_job_id)
                if remote.name in batches.known_remote_names(op.db, EPOCH):
                    raise WrongState(f"{remote.name} belongs to another job.", hint="`halfrate jobs list` names it.")
                return syncing.adopt(op, found, remote)
            looked = syncing.look_for(op, found, op.gemini.list_batches(), healthy=False)
            if looked.status is JobStatus.UNCERTAIN:
                raise WrongState(
                    f"No batch at Google is called {found.display_name}.",
                    hint="Name one with `halfrate jobs adopt ID batches/...`, or wait: `queue sync` keeps looking.",
                )
            return looked

    def release(self, job: str) -> int:
        """Puts the chunks of a job that will never be settled back to the queue; returns how many.

        For inherited jobs, for uncertain ones when the operator knows that Google has no such batch, and for batches
        that Google does not know any more, or gives no or incomplete results of in a state that nobody waits for. What
        Google bills for them all the same, the chunks are billed for again.
        """
        with self._operation("release") as op:
            syncing.interrupted(op)
            found = batches.get(op.db, job)
            if not found.live:
                return self._release_stranded(op, found)
            if found.status in REMOTE and not (found.inherited or found.short_since or _without_results(op, found)):
                raise WrongState(
                    f"Job {found.short} is alive at Google: its chunks would be paid twice.", hint=_way_out(found)
                )
            if found.status is JobStatus.FETCHED:
                raise WrongState(
                    f"The results of job {found.short} are on disk.", hint="`halfrate queue sync` settles them."
                )
            end = JobStatus.FAILED if found.inherited else JobStatus.CANCELLED
            before = queue.count_travelling(op.db, found.id)
            self._take_back(op, found, end, "released by the operator")
            return before

    def remote(self, job: str) -> RemoteBatch | None:
        """Google's answer about a job now; None when Google has none."""
        found = batches.get(self._db, job)
        if found.google_job_id is None:
            return None
        try:
            return self._gemini.get_batch(found.google_job_id)
        except NotFound:
            return None

    def get_queue_stats(self) -> Overview:
        """Counts, jobs, failures, costs, in one consistent value."""
        settings = self._settings
        profile = settings.vector_profile
        with explained(None):
            return read_overview(
                self._db, profile, settings.price(profile.model), self._clock(), budget_month=settings.budget.month
            )

    def _release_stranded(self, op: Operation, job: BatchJob) -> int:
        """Chunks that an earlier generation left with a job that ended without an answer for them."""
        with op.writing() as db:
            back = queue.put_back(db, job.id)
            if not back:
                raise WrongState(f"Job {job.short} is {job.status}: it holds no chunks.")
            batches.add_event(db, job.id, op.now, job.status, f"{back:,} chunks without an answer wait again")
        op.log(f"Job {job.short}: {back:,} chunks without an answer wait again.", "warning")
        return back

    def _take_back(self, op: Operation, job: BatchJob, end: JobStatus, note: str) -> BatchJob:
        with op.writing() as db:
            back = queue.put_back(db, job.id)
            job = batches.update(db, job, op.now, missing_count=job.missing + back)
            queue.forget_superseded(db, job.id)
            if job.tokens:
                settling.book(op, db, job)
            job = batches.transition(db, job, end, op.now, f"{note}; {back:,} chunks wait again")
        op.remove_files(job.id)
        op.log(f"Job {job.short} {note}; {back:,} chunks wait again.", "warning")
        return job

    @contextlib.contextmanager
    def _operation(self, name: str) -> Iterator[Operation]:
        with explained(None), held_lease(self._db, leases.ENGINE, self._actor, name) as epoch:
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


def _without_results(op: Operation, job: BatchJob) -> bool:
    """Google does not know the batch, or gives it a state nobody waits for and names no results."""
    try:
        remote = op.gemini.get_batch(job.google_job_id or "")
    except NotFound:
        return True
    return remote.output_file is None and remote.state in (RemoteState.SUCCEEDED, RemoteState.UNKNOWN)


def _way_out(job: BatchJob) -> str:
    """What can be done with a job in its state."""
    if job.inherited and job.live:
        return "It is inherited: `halfrate jobs release` puts its chunks back to the queue."
    if job.status is JobStatus.UNCERTAIN:
        return "`halfrate queue sync` looks for it; `jobs adopt` or `jobs release` decide."
    if job.status in REMOTE:
        return "`halfrate jobs cancel` asks Google to end it."
    return "`halfrate jobs show` tells its history."
