"""`halfrate doctor`: what could keep the work from being done, line by line, each with what to do."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from engine.cli.invocation import Invocation, common, pass_invocation
from engine.cli.outcome import ACCOUNT, DONE, ERROR, explained
from engine.cli.output import duration, emit, local, note, own_version, usd
from engine.cli.trouble import remedy
from engine.domain.billing import billing_day
from engine.domain.jobs import UNSENT, BatchJob
from engine.domain.models import MODELS, Profile
from engine.domain.prices import stale
from engine.errors import AccountError, HalfrateError, KeyringError
from engine.wording import plural

if TYPE_CHECKING:
    from engine.domain.keys import GoogleKeyring
    from engine.store.db import Db
    from engine.store.leases import Holder
    from engine.store.overview import Overview
    from engine.workspace import Workspace

LITTLE_SPACE = 1_000_000_000
OLD_WAIT_FACTOR = 2

Verdict = Literal["ok", "warn", "fail"]
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it is, and what to do about it."""

    name: str
    verdict: Verdict
    finding: str
    remedy: str = ""
    account: bool = False


@click.command()
@common
@click.option("--offline", is_flag=True, help="Leave out what needs the network.")
@click.option("--repair", is_flag=True, help="Write counters that are wrong anew from the chunks.")
@pass_invocation
def doctor(invocation: Invocation, offline: bool, repair: bool) -> int:  # noqa: FBT001 - flags
    """Check database, counters, jobs, keys, network, model, prices and limits."""
    if repair:
        _repair(invocation)
    checks = [
        Check(each.name, each.verdict, invocation.mask(each.finding), invocation.mask(each.remedy), each.account)
        for each in _checks(invocation, offline=offline)
    ]
    failed = [each for each in checks if each.verdict == "fail"]
    document = {
        "ok": not failed,
        "checks": [
            {"name": each.name, "verdict": each.verdict, "finding": each.finding, "remedy": each.remedy or None}
            for each in checks
        ],
    }
    emit(invocation, document, _lines(checks))
    if not failed:
        return DONE
    return ACCOUNT if all(each.account for each in failed) else ERROR


def _repair(invocation: Invocation) -> None:
    """Writes all counters anew in one transaction, when some are wrong."""
    from engine.store import counters

    invocation.prepare()
    with contextlib.closing(invocation.workspace.connect()) as db, db.writing(durable=True):
        wrong = counters.recount(db)
        if wrong:
            counters.repair(db)
    for each in wrong:
        note(invocation, f"repaired: {each}")


def _lines(checks: list[Check]) -> Iterator[str]:
    for each in checks:
        yield f"{click.style(f'{each.verdict:<4}', fg=COLOURS[each.verdict])}  {each.name:<9}  {each.finding}"
        if each.remedy:
            yield f"{'':17}{each.remedy}"


def _checks(invocation: Invocation, *, offline: bool) -> Iterator[Check]:
    yield _versions()
    try:
        workspace = invocation.workspace
    except HalfrateError as error:
        yield _failed("settings", error)
        return
    yield Check("settings", "ok", str(workspace.settings_path or "none: the defaults and the environment"))
    yield from _shielded("database", _database(workspace))
    yield from _profile(workspace)
    try:
        keyring = workspace.keyring()
    except HalfrateError as error:
        yield _failed("keys", error)
        return
    yield from _keys(keyring)
    if not offline:
        yield from _network(workspace, keyring)


def _shielded(name: str, checks: Iterator[Check]) -> Iterator[Check]:
    """What cannot be read is a finding of its own: the examination goes on with the rest."""
    try:
        yield from checks
    except (HalfrateError, sqlite3.Error, OSError) as error:
        yield _failed(name, error)


def _failed(name: str, error: Exception) -> Check:
    ours = explained(error)
    return Check(name, "fail", ours.message, ours.hint, account=isinstance(ours, AccountError | KeyringError))


def _versions() -> Check:
    python = ".".join(str(number) for number in sys.version_info[:3])
    return Check("versions", "ok", f"halfrate {own_version()}, Python {python}, SQLite {sqlite3.sqlite_version}")


def _database(workspace: Workspace) -> Iterator[Check]:
    path = workspace.path
    if not path.exists():
        yield Check(
            "database", "warn", f"there is none at {path} yet", "`halfrate ingest` or `halfrate init` makes one"
        )
        return
    with contextlib.closing(workspace.read()) as db:
        overview = workspace.overview(db, jobs=0, log_lines=0)
        size, journal = _size(path) / 1e6, db.database.journal_mode
        chunks = f"{overview.chunks.total:,} chunks, {size:,.1f} MB"
        yield Check("database", "ok", f"{path}, {chunks}, journal {journal}, identity {db.identity}")
        yield Check("schema", "ok", "of this version")
        yield _space(workspace)
        yield from _shielded("counters", _counters(db))
        yield from _shielded("ledger", _ledger(db, overview))
        yield from _shielded("vectors", _vectors(db, overview))
        yield from _shielded("jobs", _jobs(db, overview))
        if overview.mirror:
            yield Check("chunks_vec", "warn", overview.mirror, "`halfrate mirror`")
        yield from _work(workspace, overview)


def _size(path: Path) -> int:
    """Of the file and what lies beside it; what goes meanwhile, or cannot be looked at, counts nothing."""
    total = 0
    for each in path.parent.glob(f"{path.name}*"):
        with contextlib.suppress(OSError):
            total += each.stat().st_size if each.is_file() else 0
    return total


def _counters(db: Db) -> Iterator[Check]:
    """What triggers count beside what there is."""
    from engine.store import counters

    wrong = counters.recount(db)
    if not wrong:
        yield Check("counters", "ok", "agree with a recount of all chunks")
        return
    more = f"; and {len(wrong) - 1:,} more" if len(wrong) > 1 else ""
    yield Check("counters", "fail", f"{wrong[0]}{more}", "`halfrate doctor --repair` writes them anew")


def _ledger(db: Db, overview: Overview) -> Iterator[Check]:
    """Whether the rules of the ledger hold, and what may be charged."""
    from engine.store.audit import RULES, violations

    broken = violations(db)
    if broken:
        more = f"; and {len(broken) - 1:,} more" if len(broken) > 1 else ""
        finding = f"not so: {broken[0].rule}: {broken[0].where}{more}"
        yield Check("ledger", "fail", finding, "`halfrate cost audit` lists them")
    else:
        yield Check("ledger", "ok", f"keeps its {len(RULES)} rules")
    if overview.total.uncertain_tokens:
        finding = f"~{usd(overview.total.uncertain)} may be charged, and nobody can read how much"
        yield Check("ledger", "warn", finding, "`halfrate cost uncertain` says of what, and what can be done")


def _vectors(db: Db, overview: Overview) -> Iterator[Check]:
    """Vectors by profile, and what has none of the present one."""
    from engine.store import counters, vectors

    stored = {profile: count for profile, count in vectors.count_vectors(db).items() if count}
    parts = [f"{count:,} of {_named(profile)}" for profile, count in stored.items()]
    yield Check("vectors", "ok", ", ".join(parts) or "there are none yet")
    without = counters.ready_without(db)
    other = overview.chunks.ready - counters.ready_under(db, overview.profile) - without
    if other > 0:
        yield Check(
            "vectors",
            "warn",
            f"{plural(other, 'READY chunk')} with a vector of another profile than {_named(overview.profile)}",
            "`halfrate queue requeue` says what they cost and lets them wait again; or set [profile] back",
        )
    if without > 0:
        finding = f"{plural(without, 'READY chunk')} without a vector here"
        yield Check("vectors", "warn", finding, "an earlier generation keeps theirs elsewhere; exports leave them out")
    if overview.unnamed:
        finding = f"{plural(overview.unnamed, 'waiting chunk')} of an older writer not looked at yet"
        yield Check("older", "warn", finding, "the next `halfrate queue flush` does, before it sends anything")


def _named(profile: Profile) -> str:
    return f"{profile} {profile.task_type}"


def _jobs(db: Db, overview: Overview) -> Iterator[Check]:
    """Jobs that wait for somebody, all of them."""
    from engine.store import counters, jobs, queue

    if stranded := queue.stranded(db):
        finding = f"{plural(stranded, 'chunk')} still held by jobs of an earlier writer that have ended"
        yield Check(
            "stranded", "warn", finding, "`halfrate jobs list` names them, `jobs release ID` frees their chunks"
        )
    for job in overview.in_trouble:
        yield Check(
            "trouble", "warn", f"job {job.short}: {job.trouble}; {job.error or 'no more is known'}", remedy(job)
        )
    if unsent := jobs.in_states(db, UNSENT):
        yield _unsent(unsent)
    if inherited := counters.inherited_live(db):
        names = ", ".join(job[:7] for job in inherited[:5])
        yield Check(
            "jobs",
            "warn",
            f"{plural(len(inherited), 'job')} of an earlier generation cannot be settled: {names}",
            "`halfrate jobs release ID` puts their chunks back to wait",
        )
    if uncertain := overview.job_counts.uncertain:
        yield Check(
            "jobs",
            "warn",
            f"{plural(uncertain, 'job')} uncertain: sent, and no answer came back",
            "`halfrate queue sync` looks for them; `halfrate jobs adopt` or `release` decides",
        )


def _unsent(unsent: list[BatchJob]) -> Check:
    names = ", ".join(job.short for job in unsent[:5])
    again = max((job.next_attempt_at for job in unsent if job.next_attempt_at), default=None)
    when = f", not before {local(again)}" if again else ""
    return Check(
        "unsent",
        "warn",
        f"{plural(len(unsent), 'job')} before submission: {names}{when}",
        "`halfrate queue flush` goes on with them; `halfrate jobs cancel ID` takes one back",
    )


def _space(workspace: Workspace) -> Check:
    free = shutil.disk_usage(workspace.path.parent).free
    finding = f"{free / 1e9:,.1f} GB are free"
    if free < LITTLE_SPACE:
        return Check("disk", "warn", finding, "a job of 50,000 chunks brings half a gigabyte of results: make room")
    return Check("disk", "ok", finding)


def _work(workspace: Workspace, overview: Overview) -> Iterator[Check]:
    """What waits for somebody."""
    yield _running(overview)
    chunks = overview.chunks
    if chunks.failed:
        yield Check(
            "failures", "warn", f"{plural(chunks.failed, 'chunk')} failed", "`halfrate queue failures` says why"
        )
    wait = (overview.at - overview.oldest_waiting_at).total_seconds() if overview.oldest_waiting_at else 0.0
    if wait > OLD_WAIT_FACTOR * workspace.settings.flush.max_wait_seconds:
        yield Check(
            "queue",
            "warn",
            f"the oldest of {plural(chunks.pending, 'waiting chunk')} has waited {duration(wait)}",
            "`halfrate queue flush --force` submits them; `halfrate worker start` does it by itself",
        )
    yield _limits(workspace, overview)


def _running(overview: Overview) -> Check:
    from engine.store.leases import alive

    holders = [holder for holder in (overview.worker, overview.engine) if holder and alive(holder, overview.at)]
    if not holders:
        return Check("worker", "ok", "none is running")
    return Check("worker", "ok", "; ".join(_holder(holder) for holder in holders))


def _holder(holder: Holder) -> str:
    return f"{holder.operation} by process {holder.pid} on {holder.host}, last sign of life {local(holder.beat_at)}"


def _limits(workspace: Workspace, overview: Overview) -> Check:
    limits, used, known = workspace.settings.limits, overview.in_flight_tokens, overview.granted.known
    jobs = plural(overview.in_flight_jobs, "job")
    finding = f"tier {limits.tier}: {used:,} of {known.tokens:,} enqueued tokens, {jobs} at Google"
    if used >= known.tokens:
        return Check(
            "limits", "warn", finding, "what waits is held until jobs end; [limits] tier raises it if yours is"
        )
    return Check("limits", "ok", finding)


def _profile(workspace: Workspace) -> Iterator[Check]:
    profile = workspace.settings.vector_profile
    if profile.model not in MODELS:
        yield Check("model", "warn", f"{profile.model} is not one this version knows", "check profile.model")
    elif profile.dimension > profile.facts.max_dimension:
        yield Check(
            "model",
            "fail",
            f"{profile.model} gives {profile.facts.max_dimension} numbers at most, not {profile.dimension}",
            "lower profile.dimension",
        )
    else:
        yield Check("model", "ok", f"{profile}, {profile.task_type}")
    today = billing_day(workspace.clock())
    try:
        price = workspace.settings.price(profile.model, today)
    except HalfrateError as error:
        yield _failed("prices", error)
        return
    finding = f"${price.batch} and ${price.synchronous} a million tokens, from {price.label}"
    if stale(price, today):
        yield Check("prices", "warn", finding, f'compare with Google\'s and set [prices."{profile.model}"]')
    else:
        yield Check("prices", "ok", finding)


def _keys(keyring: GoogleKeyring) -> Iterator[Check]:
    if keyring.has_default:
        yield Check("keys", "ok", str(keyring.default))
    else:
        yield Check("keys", "warn", "no default key: synchronous embedding is refused", "set GEMINI_API_KEY")
    if keyring.has_batch:
        yield Check("keys", "ok", str(keyring.batch))
    else:
        yield Check(
            "keys", "fail", "no batch key: batch jobs are refused", "set GEMINI_BATCH_API_KEY; see [keys]", account=True
        )
    if keyring.warning:
        yield Check("keys", "warn", keyring.warning, "use the keys of two projects")


def _network(workspace: Workspace, keyring: GoogleKeyring) -> Iterator[Check]:
    """Asks the configured server about the model with one key, and lists batches with the other."""
    if not keyring.has_default and not keyring.has_batch:
        return
    profile = workspace.settings.vector_profile
    place = workspace.settings.base_url or "Google"
    with contextlib.closing(workspace.gemini()) as gemini:
        try:
            model = gemini.model(profile.model)
        except HalfrateError as error:
            yield _failed("network", error)
            return
        yield Check("network", "ok", f"{place} answers")
        if model.batch_embedding:
            yield Check("batch", "ok", f"{profile.model} takes batch jobs")
        else:
            yield Check("batch", "fail", f"{profile.model} takes no batch jobs", "choose another profile.model")
        if keyring.has_batch:
            try:
                remote = gemini.list_batches()
            except HalfrateError as error:
                yield _failed("account", error)
            else:
                yield Check("account", "ok", f"the batch key lists {plural(len(remote), 'batch job')}")
