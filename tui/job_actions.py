"""The interventions in one job: cancel, adopt, release. What may cost something asks first."""

from __future__ import annotations

from textual.app import App

from engine.wording import plural
from tui.console import Console
from tui.dialogs.confirm import Question, ask_first
from tui.runner import Call


class JobActions:
    """On the job that the page in front has selected."""

    def __init__(self, app: App[str], console: Console) -> None:
        self._app = app
        self._console = console

    def do_cancel_job(self) -> None:
        """Asks first: what is done until then is billed."""
        job = self._console.situation.job
        if job is None:
            return
        question = Question(
            f"Cancel job {job.short}?",
            f"{plural(job.chunks, 'chunk')}, {job.status}. Google is asked to end it; what it has done until then"
            " is billed. Its chunks wait again once it has ended.",
            "Cancel the job",
        )
        self._ask(question, "cancel", f"Cancel {job.short}", lambda manager: manager.cancel(job.id))

    def do_adopt_job(self) -> None:
        """Looks for the batch at Google; costs nothing."""
        job = self._console.situation.job
        if job is not None:
            self._console.run("adopt", f"Adopt {job.short}", lambda manager: manager.adopt(job.id))

    def do_release_job(self) -> None:
        """Asks first: the chunks may be paid for again."""
        job = self._console.situation.job
        if job is None:
            return
        question = Question(
            f"Release job {job.short}?",
            f"Its {plural(job.chunks, 'chunk')} go back to the queue. If Google carried the job out all the same,"
            " they are billed twice, unless a sync finds its results before the next flush.",
            "Release its chunks",
        )
        self._ask(question, "release", f"Release {job.short}", lambda manager: manager.release(job.id))

    def _ask(self, question: Question, name: str, title: str, call: Call) -> None:
        ask_first(self._app, question, lambda: self._console.run(name, title, call))
