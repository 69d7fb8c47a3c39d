"""`halfrate cost budget`, and exit code 6 where a budget holds everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from engine.cli.budget import moment_of
from tests.cli.conftest import SETTINGS, Shell

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXTS = [f"A text of forty characters, number {number:5}" for number in range(8)]


def budgeted(shell: Shell, table: str) -> None:
    """Sets budgets in this shell's settings file."""
    path = Path(shell.environ["HALFRATE_CONFIG"])
    path.write_text(f"{SETTINGS}{table}", "utf-8")


def test_every_budget_is_shown_with_what_is_left_of_it(shell: Shell) -> None:
    budgeted(shell, '[budget]\nday = "5"\nmonth = 100\n[budget.keys.batch]\nmonth = "0"\n')
    shell.fill(TEXTS)
    found = shell.json("cost", "budget")
    assert [
        (each["scope"], each["name"], each["window"], each["limit"], each["left"]) for each in found["budgets"]
    ] == [
        ("all", None, "day", "5.00", "5.00"),
        ("all", None, "month", "100.00", "100.00"),
        ("key", "batch", "month", "0.00", "0.00"),
    ]
    assert all(each["renews_at"] > found["google_day"] for each in found["budgets"])
    lines = shell.call("cost", "budget").stdout.splitlines()
    assert lines[0].split()[:4] == ["for", "window", "limit", "paid"]
    assert lines[3].startswith("batch key  month")
    assert "left of the month's budget of the batch key" in shell.call("queue", "status").stdout
    assert [each["name"] for each in shell.json("queue", "status")["budgets"]] == [None, None, "batch"]


def test_without_a_budget_it_says_where_one_is_set(shell: Shell) -> None:
    shell.fill(TEXTS)
    assert "no budget is set" in shell.call("cost", "budget").stdout
    shell.call("cost", "budget", "--allow", "5", "--until", "tomorrow", "--because", "I want it", code=1)


def test_what_a_budget_holds_ends_with_6_until_more_is_allowed(shell: Shell, tmp_path: Path) -> None:
    budgeted(shell, '[budget]\nday = "0"\n')
    shell.fill(TEXTS)
    held = shell.json("queue", "flush", code=6)["held"]
    assert [(each["kind"], each["chunks"], each["budget"]["window"]) for each in held] == [("budget", 8, "day")]
    assert "the day's budget of $0.00 is used up" in shell.call("worker", "run-once", code=6).stdout
    (tmp_path / "direct.txt").write_text("a text that is embedded directly", "utf-8")
    ended = shell.call("ingest", tmp_path / "direct.txt", "--mode", "sync", code=6)
    assert "the day's budget" in ended.stderr
    assert "cost budget" in ended.stderr
    shell.call("cost", "budget", "--allow", "1", code=2)
    shell.call("cost", "budget", "--allow", "much", "--until", "tomorrow", "--because", "why not", code=2)
    shell.call("cost", "budget", "--allow", "1", "--until", "2020-01-01", "--because", "why not", code=1)
    document = shell.json("cost", "budget", "--allow", "$1", "--until", "tomorrow", "--because", "the release")
    assert [(each["amount"], each["because"]) for each in document["overrides"]] == [("1.00", "the release")]
    assert document["budgets"][0]["allowed"] == "1.00"
    assert "because: the release" in shell.call("cost", "budget").stdout
    shell.call("queue", "flush")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-11-24T18:00+00:00", 6),
        ("2026-11-25T12:00Z", 24),
    ],
)
def test_a_time_with_a_zone_is_taken_at_its_word(text: str, hours: int) -> None:
    assert moment_of(text, NOON) == NOON + timedelta(hours=hours)


def test_an_hour_is_the_next_one_and_tomorrow_begins_at_midnight() -> None:
    here = NOON.astimezone()
    later, earlier = here + timedelta(hours=1), here - timedelta(hours=1)
    assert moment_of(f"{later:%H:%M}", NOON) == later
    assert moment_of(f"{earlier:%H:%M}", NOON) == earlier + timedelta(days=1)
    tomorrow = moment_of("tomorrow", NOON)
    assert (tomorrow.date() - here.date(), tomorrow.hour, tomorrow.minute) == (timedelta(days=1), 0, 0)
    assert moment_of("2026-11-30", NOON).date().day == 30


@pytest.mark.parametrize("text", ["", "soon", "25:00", "2026-13-01", "9999-12-31T23:59-14:00x"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="--until"):
        moment_of(text, NOON)
