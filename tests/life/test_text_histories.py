"""Whatever happens to documents, jobs and the file itself: a text is paid for once, or a row says why it was not."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from engine.domain.texts import text_hash
from engine.emulator import CallRule, JobRule, Scenario
from engine.emulator.embedding import count_tokens
from engine.errors import HalfrateError
from engine.settings import Chunking, Limits, Uncertain
from tests.auditing import counters_are_true, ledger_is_sound, vectors_are_those_of_the_texts
from tests.conftest import HOUR, MINUTE, World, Worlds

SENTENCES = [f"Sentence number {number} is about one thing." for number in range(8)]
TITLES = ["Tea", "Coffee", "Water"]
NAMES = ["one.md", "two.md", "three.md"]
LOST = CallRule(on="create", do="cut", effect=True)
LATE = JobRule(do="late_listing", seconds=20 * MINUTE)
SLOW = JobRule(do="latency", seconds=30 * MINUTE, times=0)


class TextHistory(RuleBasedStateMachine):
    """A folder that is edited, a queue that is flushed, and a file that is put back from a copy."""

    make_world: Worlds

    def __init__(self) -> None:
        super().__init__()
        self.world: World = self.make_world(
            settings={
                "limits": Limits(requests_per_job=4),
                "uncertain": Uncertain(absent_listings=2, settle_window_seconds=600),
                "chunking": Chunking(max_characters=60),
            }
        )
        self.folder = self.world.workspace.path.with_name("docs")
        self.folder.mkdir(exist_ok=True)
        self.copy = self.world.workspace.path.with_name("copy.db")
        self.given_up: Counter[bytes] = Counter()
        """Texts of jobs that somebody released: they may be paid again, and only they."""
        self.sent: dict[str, list[str]] = {}
        """The texts of every batch that was created."""

    def teardown(self) -> None:
        self.world.close()
        self.world.emulator.stop()

    @initialize()
    def a_batch_that_is_known_to_exist(self) -> None:
        self.world.fill(["a batch that is known to exist"])
        self.flush()
        self.world.manager.sync_status()

    @rule(
        name=st.sampled_from(NAMES),
        title=st.sampled_from(TITLES),
        sentences=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
    )
    def write(self, name: str, title: str, sentences: list[str]) -> None:
        (self.folder / name).write_text(f"# {title}\n\n" + "\n\n".join(sentences), "utf-8")

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def rename(self, name: str, other: str) -> None:
        if (self.folder / name).exists():
            (self.folder / name).replace(self.folder / other)

    @rule()
    def ingest(self) -> None:
        if any(self.folder.iterdir()):
            msgspec.structs.asdict(self.world.settings)
            object.__setattr__(self.world.workspace, "settings", self.world.settings)
            self.world.workspace.ingest([self.folder])

    @rule(pick=st.integers(0, 100))
    def delete_a_document(self, pick: int) -> None:
        ids = self.world.sql("SELECT id FROM documents ORDER BY id")
        if len(ids) > 1:
            self.world.sql("DELETE FROM documents WHERE id = ?", ids[pick % len(ids)][0])

    @rule(faults=st.sampled_from([(), (LOST,)]), late=st.sampled_from([(), (LATE,), (SLOW,), (SLOW, LATE)]))
    def misbehave(self, faults: tuple[CallRule, ...], late: tuple[JobRule, ...]) -> None:
        self.world.misbehave(Scenario(calls=faults, jobs=late))

    @rule()
    def flush(self) -> None:
        self.world.manager.flush_queue(1)
        for job in self.world.emulator.jobs():
            if job["name"] not in self.sent:
                self.sent[job["name"]] = texts_of(self.world, job["display_name"])

    @rule(due_only=st.booleans())
    def sync(self, due_only: bool) -> None:  # noqa: FBT001
        self.world.manager.sync_status(due_only=due_only)

    @rule(seconds=st.sampled_from([MINUTE, 15 * MINUTE, HOUR]))
    def advance(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @rule(pick=st.integers(0, 100))
    def release(self, pick: int) -> None:
        live = [job for job in self.world.jobs if job.live]
        if live:
            job = live[pick % len(live)]
            texts = self.world.sql(
                "SELECT t.hash FROM requests r JOIN texts t ON t.id = r.text_id WHERE r.submission_id = ?",
                job.submission,
            )
            with suppress(HalfrateError):
                self.world.manager.release(job.id)
                self.given_up.update(row[0] for row in texts)

    @rule()
    def keep_a_copy(self) -> None:
        self.world.db.database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self.world.workspace.path, self.copy)

    @rule()
    def put_the_copy_back(self) -> None:
        if self.copy.exists():
            path = self.world.workspace.path
            self.world.db.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
            shutil.copyfile(self.copy, path)
            self.world.db = self.world.workspace.connect()
            self._forget_what_nothing_shows()

    def _forget_what_nothing_shows(self) -> None:
        """A batch that the copy does not know, whose requests are gone from the disk, and that no listing shows yet."""
        folder = Path(f"{self.world.workspace.path}.jobs")
        shown = {remote.name for remote in self.world.gemini.list_batches()}
        for job in self.world.emulator.jobs():
            if job["name"] not in shown and not (folder / f"{job['display_name'][-36:]}.input.jsonl").exists():
                self.given_up.update(map(text_hash, self.sent.get(job["name"], [])))

    @invariant()
    def counters_are_true(self) -> None:
        counters_are_true(self.world)

    @invariant()
    def entries_are_the_sums_of_their_requests(self) -> None:
        ledger_is_sound(self.world)

    @invariant()
    def vectors_are_those_of_the_texts(self) -> None:
        vectors_are_those_of_the_texts(self.world)

    @invariant()
    def a_text_is_paid_for_once(self) -> None:
        for text, times in Counter(text for texts in self.sent.values() for text in texts).items():
            assert times <= 1 + self.given_up[text_hash(text)], f"{text!r} was sent {times} times"

    @invariant()
    def the_bill_is_that_of_the_texts(self) -> None:
        for entry in self.world.emulator.bill()["entries"]:
            assert entry["tokens"] == sum(count_tokens(self.sent[entry["job"] or ""]))


def texts_of(world: World, display_name: str) -> list[str]:
    """The texts that a batch was created with, from the input file that lies here as long as its job lives."""
    path = Path(f"{world.workspace.path}.jobs", f"{display_name[-36:]}.input.jsonl")
    rows = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    return [row["request"]["content"]["parts"][0]["text"] for row in rows]


def run_histories(make_world: Worlds, examples: int, steps: int) -> None:
    machine = type("TextHistory", (TextHistory,), {"make_world": staticmethod(make_world)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
        ),
    )


def test_a_text_is_paid_for_once_in_random_histories(make_world: Worlds) -> None:
    run_histories(make_world, examples=15, steps=25)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_text_is_paid_for_once_in_many_long_random_histories(make_world: Worlds) -> None:
    run_histories(make_world, examples=300, steps=60)
