"""Direct: texts are embedded at once, at full price, up to a hundred a request.

The request stands in the database before it is sent, so that no flush sends its texts as well; its answer, the vectors
and the ledger entry are one transaction. A request whose process died may have been charged: its texts count as lost
and are sent again. One direct ingest works on a database at a time, so whoever begins knows that what is open is dead.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain import money
from engine.domain.billing import billing_day
from engine.domain.budgets import Budget, Scope, tightest
from engine.domain.causes import Cause
from engine.domain.jobs import LIVE
from engine.domain.keys import ApiKey, GoogleKeyring
from engine.domain.kinds import Kinds
from engine.domain.models import TEXTS_PER_CALL, Mode, Profile
from engine.domain.requests import Outcome
from engine.errors import (
    BadAnswer,
    BudgetUsedUp,
    GeminiError,
    InvalidRequest,
    MissingDefaultKey,
    NotFound,
    OutcomeUnknown,
    WrongState,
)
from engine.gemini.failures import row_cause
from engine.gemini.protocol import Embedded, GeminiServer
from engine.ingest.pace import Pace
from engine.ingest.report import IngestReport
from engine.life import booking, budgets
from engine.life.context import held_lease
from engine.life.counting import Counter, spread
from engine.life.look import stored_text
from engine.life.planning import holds_unknown_texts
from engine.settings import Settings, load_keyring
from engine.store import events, jobs, learned, leases, pots, queue, requests, reuse, texts, vectors
from engine.store.db import Db
from engine.store.requests import Answer, Payer
from engine.store.reuse import Way
from engine.store.sqlite.connection import open_database
from engine.store.vectors import Paid
from engine.wording import used_up

PATIENCE = timedelta(minutes=15)
"""How long texts rest beyond the time that embedding them takes."""
_INVALID_ARGUMENT = 3


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is sent."""

    id: int
    text: str


@contextmanager
def direct(
    db: Db,
    report: IngestReport,
    settings: Settings,
    profile: Profile,
    *,
    gemini: GeminiServer | None,
    keyring: GoogleKeyring | None,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Direct]:
    """A sender of direct requests that holds their lease; OperationBusy when another one works on this database."""
    key = (keyring or load_keyring(settings)).default
    if holds_unknown_texts(jobs.in_states(db, LIVE)):
        raise WrongState(
            "A batch is under way of which nobody knows the texts: what is embedded now may be paid already.",
            hint="`halfrate queue sync` takes its results; `halfrate jobs release` gives it up.",
        )
    if gemini is None:
        raise MissingDefaultKey("No Gemini server was given for direct calls.")
    with held_lease(db, lambda: open_database(db.path, identity=db.identity).db, leases.DIRECT, "ingest", "ingest"):
        _strike_dead(db, Counter(db, gemini, profile, most=0), clock())
        yield Direct(db, report, settings, profile, gemini, key, clock, sleep)


def _strike_dead(db: Db, counter: Counter, now: datetime) -> None:
    """What stands open was sent by a process that is gone: nobody can read what became of it."""
    with db.writing(durable=True):
        lost = 0
        for submission in requests.abandoned(db, now):
            lost += booking.lose(db, now, submission, counter.doubts(submission))
        if lost:
            message = f"A direct request never came back: {lost:,} texts of it may have been charged."
            events.log(db, now, "ingest", message, "warning")


class Direct:
    """Embeds waiting texts in requests of up to a hundred, and stores each answer before the next request."""

    def __init__(
        self,
        db: Db,
        report: IngestReport,
        settings: Settings,
        profile: Profile,
        gemini: GeminiServer,
        key: ApiKey,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._db = db
        self._report = report
        self._profile = profile
        self._settings = settings
        self._price = settings.price(profile.model, billing_day(clock()))
        self._used_up: Budget | None = None
        self._pot = ""
        self._gemini = gemini
        self._key = key
        self._clock = clock
        self._per_minute = settings.limits.sync_requests_per_minute
        self._size = min(TEXTS_PER_CALL, self._per_minute)
        self._pace = Pace(self._per_minute, clock, sleep)
        self._counter = Counter(db, gemini, profile)

    def embed(self, waiting: Sequence[int]) -> None:
        """Sends those of the texts that still have no vector and do not travel.

        They rest meanwhile, so that no flush takes them to a batch; of a process that dies they wait again by and by.
        BudgetUsedUp when a budget leaves nothing for some: these go on waiting.
        """
        with self._db.writing() as db:
            queue.rest(db, waiting, self._clock() + PATIENCE + timedelta(minutes=len(waiting) / self._per_minute))
        try:
            self._embed_by_pot(waiting)
        finally:
            with self._db.writing() as db:
                queue.end_rest(db, waiting)

    def _embed_by_pot(self, waiting: Sequence[int]) -> None:
        """A collection whose budget is used up holds no other; that it does is said at the end."""
        held: BudgetUsedUp | None = None
        for pot, paid in self._by_pot(waiting):
            self._pot, self._used_up = pot, None
            try:
                self._embed(paid)
            except BudgetUsedUp as error:
                if not (self._used_up and self._used_up.scope is Scope.COLLECTION):
                    raise
                held = error
        if held is not None:
            raise held

    def _embed(self, waiting: Sequence[int]) -> None:
        for start in range(0, len(waiting), self._size):
            self._send(waiting[start : start + self._size])

    def _by_pot(self, waiting: Sequence[int]) -> list[tuple[str, Sequence[int]]]:
        """The texts that no collection with a budget pays for, then those of each: a request has one payer."""
        names = list(self._settings.budget.pots)
        if not names:
            return [("", waiting)]
        with self._db.writing() as db:
            budgets.fill_pots(db, self._settings)
            of = pots.among(db, waiting)
        return [(pot, found) for pot in ("", *sorted(names)) if (found := [t for t in waiting if of.get(t, "") == pot])]

    def _send(self, waiting: Sequence[int]) -> None:
        readable = self._readable(waiting)
        refused: list[tuple[Text, InvalidRequest]] = []
        self._ask(readable, refused)
        # When no text has ever been taken, the refusal is about the request: the model, the dimension.
        causes = [row_cause(_INVALID_ARGUMENT, error.message) for _, error in refused]
        if refused and not self._report.requests and all(cause is Cause.INVALID for cause in causes):
            raise refused[0][1]
        with self._db.writing(durable=True) as db:
            for (text, error), cause in zip(refused, causes, strict=True):
                self._report.chunks_failed += queue.fail_waiting(db, text.id, cause, error.message, self._clock())
        if self._used_up is not None:
            raise BudgetUsedUp(f"The direct ingest ended, what is left waits: {used_up(self._used_up)}.")

    def _readable(self, waiting: Sequence[int]) -> list[Text]:
        found = []
        for held in requests.contents(self._db, waiting):
            text = stored_text(held.content or b"", held.context, held.metadata or b"{}")
            if text is not None:
                found.append(Text(held.text_id, text))
        return found

    def _ask(self, asked: Sequence[Text], refused: list[tuple[Text, InvalidRequest]]) -> None:
        """One request; when it is refused, each half of it, down to the texts that are to blame."""
        submission, sent = self._open(asked)
        if not sent:
            return
        self._pace.wait_for(len(sent))
        try:
            answer = self._gemini.embed(self._profile, [each.text for each in sent])
        except InvalidRequest as error:
            self._close(submission, sent, Outcome.REFUSED)
            if isinstance(error, NotFound):
                raise
            if len(sent) == 1:
                refused.append((sent[0], error))
                return
            middle = len(sent) // 2
            self._ask(sent[:middle], refused)
            self._ask(sent[middle:], refused)
        except (OutcomeUnknown, BadAnswer) as error:
            self._close(submission, sent, Outcome.LOST)
            self._note_possible_charge(len(sent), error)
            raise
        except GeminiError:
            self._close(submission, sent, None)
            raise
        else:
            self._store(submission, sent, answer)

    def _open(self, asked: Sequence[Text]) -> tuple[int, list[Text]]:
        """Writes the request down, with those of the texts that are still to be sent."""
        with self._db.writing(durable=True) as db:
            profile, ids = vectors.profile_id(db, self._profile), [each.id for each in asked]
            taken = vectors.have(db, profile, ids) | queue.travelling_among(db, profile, ids)
            sent = self._affordable(db, [each for each in asked if each.id not in taken])
            if not sent:
                return 0, []
            submission = requests.open_submission(db, self._payer(), profile, self._clock())
            requests.send(db, submission, [each.id for each in sent])
            booking.reserve(db, self._clock(), submission, self._expected(sent))
            budgets.warn(db, self._settings, self._clock(), "ingest")
            return submission, sent

    def _affordable(self, db: Db, asked: list[Text]) -> list[Text]:
        """Those of the texts, from the first on, for which every budget leaves room."""
        budget, price = (
            tightest(self._budgets(db)),
            self._price.synchronous,
        )
        if budget is None or not price:
            return asked
        tokens = money.affordable(budget.left, price)
        fitting = bisect_right(range(1, len(asked) + 1), tokens, key=lambda number: self._expected(asked[:number]))
        if fitting < len(asked):
            self._used_up = budget
        return asked[:fitting]

    def _budgets(self, db: Db) -> tuple[Budget, ...]:
        return budgets.standing(db, self._settings, self._clock(), "default", self._pot)

    def _expected(self, sent: Sequence[Text]) -> int:
        kinds = sum(texts.kinds(self._db, [each.id for each in sent]).values(), Kinds())
        return learned.basis(self._db, self._profile.model).most_tokens(kinds)

    def _payer(self) -> Payer:
        return Payer(
            mode=Mode.SYNCHRONOUS,
            profile=self._profile,
            key_label=self._key.label,
            key_tail=self._key.tail,
            key_fingerprint=self._key.fingerprint,
            price_per_million=self._price.synchronous,
            sync_price_per_million=self._price.synchronous,
            price_label=self._price.label,
            collection=self._pot,
            project=self._settings.billing.projects.default or "",
        )

    def _close(self, submission: int, sent: Sequence[Text], outcome: Outcome | None) -> None:
        """Ends a request without vectors; None when it never arrived, so that it was none.

        Google does not charge for what it refuses; what became of a lost answer nobody can read.
        """
        doubts = self._counter.doubts(submission) if outcome is Outcome.LOST else {}
        now = self._clock()
        with self._db.writing(durable=True) as db:
            if outcome is Outcome.LOST:
                booking.lose(db, now, submission, doubts)
                return
            booking.give_back(db, now, submission)
            if outcome is None:
                requests.forget(db, submission)
            else:
                requests.end_open(db, submission, outcome)
            requests.close(db, submission, now)

    def _store(self, submission: int, sent: Sequence[Text], answer: Embedded) -> None:
        """Vectors, statuses, outcomes and the ledger entry: one durable transaction."""
        counted = self._counts(sent, answer.tokens)
        now = self._clock()
        with self._db.writing(durable=True) as db:
            profile, ids = vectors.profile_id(db, self._profile), [each.id for each in sent]
            here = vectors.have(db, profile, ids)
            vectors.store(
                db,
                profile,
                [
                    Paid(text=each.id, vector=vector, tokens=counted[each.id][0], basis=counted[each.id][1])
                    for each, vector in zip(sent, answer.vectors, strict=True)
                    if each.id not in here
                ],
                submission=submission,
            )
            filled = queue.fill(db, ids, job=None, active=True)
            useful = {text for text in filled if text not in here}
            booking.turn_useful(db, now, profile, filled.keys() & here)
            requests.answer(
                db,
                submission,
                [
                    Answer(
                        text=text,
                        outcome=Outcome.USEFUL if text in useful else Outcome.UNUSED,
                        tokens=counted[text][0],
                        basis=counted[text][1],
                    )
                    for text in ids
                ],
            )
            requests.close(db, submission, now)
            self._book(db, submission, now)
            self._share(db, profile, {text: n - (text in useful) for text, n in filled.items()}, now)
        self._report.chunks_ready += filled.total()
        self._report.requests += 1

    def _counts(self, sent: Sequence[Text], total: int | None) -> dict[int, tuple[int, str | None]]:
        """Tokens of each text: Google tells them for the request as a whole, and they are spread by length."""
        if total is None:
            found = self._counter.count([each.id for each in sent])
            return {text: (count.tokens, count.basis) for text, count in found.items()}
        parts = spread(total, [len(each.text) for each in sent])
        return {each.id: (tokens, None) for each, tokens in zip(sent, parts, strict=True)}

    def _book(self, db: Db, submission: int, now: datetime) -> None:
        came = learned.learn(db, self._profile.model, submission)
        booking.settle(db, now, submission, used_at=now, estimated_tokens=came.estimated)
        self._report.tokens += requests.sums(db, submission).tokens

    def _share(self, db: Db, profile: int, times: dict[int, int], now: datetime) -> None:
        """Chunks that became READY beside the one that each request is booked for."""
        chunks = sum(times.values())
        if chunks:
            tokens, guessed = vectors.took(db, profile, times)
            price = self._price.synchronous
            self._report.reused += reuse.book(db, now, Way.SHARED, self._profile.model, chunks, tokens, guessed, price)

    def _note_possible_charge(self, texts: int, error: OutcomeUnknown | BadAnswer) -> None:
        message = f"A direct request of {texts} texts may have been charged without a usable answer: {error}"
        with self._db.writing(durable=True) as db:
            events.log(db, self._clock(), "ingest", message, "warning")
