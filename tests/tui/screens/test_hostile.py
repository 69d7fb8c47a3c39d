"""Foreign text in every place of every screen: it cannot crash it, restyle it or show a key."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from engine.domain.jobs import JobStatus
from engine.domain.times import local_text, utc_text
from engine.store import events, jobs
from engine.store.sqlite.connection import open_database
from engine.workspace import Workspace
from tests import rows
from tests.tui import sample
from tests.tui.conftest import opened
from tests.tui.screens.conftest import drawn, press

KEY = "AIzaSyD-hostile0123456789abcdefghijklmno"
HOSTILE = (
    "[/foo] [bold red]Traceback [/x.py] [@click=app.quit]x[/]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J",
    "\u202eright to left\u202c \u200bzero\u0301\u0301\u0301 \u2066",
    f"a key {KEY} in words",
    "$waiting $$ %s {0} {name} \\[ \\",
    "\t\r\n\n line \x00 breaks \x85 \u2028",
    "漢字 " * 40 + "👩‍👩‍👧‍👦" * 5,
    "x" * 5000,
)


def spoil(path: Path) -> None:
    """Puts hostile text into every column that a screen shows."""
    with contextlib.closing(open_database(path).db) as db, db.writing():
        execute = db.database.conn.execute
        now = sample.NOW
        for place, text in enumerate(HOSTILE):
            document = execute(
                "INSERT INTO documents (content, metadata, media_type, created_at, source, title)"
                " VALUES (?, '{}', ?, ?, ?, ?) RETURNING id",
                (text, text, local_text(now), f"{place} {text}", text),
            ).fetchone()[0]
            for status, index in (("FAILED", 0), ("READY", 1), ("PENDING", 2)):
                execute(
                    "INSERT INTO chunks (document_id, chunk_index, content, context, chunk_type, language, metadata,"
                    " embedding_status, failure_cause, error_message, failed_at, attempts, batch_job_id, created_at)"
                    " VALUES (?, ?, ?, ?, ?, ?, '{}', ?, ?, ?, ?, 3, 'abc09f21', ?)",
                    (
                        document,
                        index,
                        text,
                        text,
                        text,
                        text,
                        status,
                        HOSTILE[0] if status == "FAILED" else None,
                        text if status == "FAILED" else None,
                        utc_text(now),
                        local_text(now),
                    ),
                )
            events.log(db, now, text, text, text)
            jobs.add_event(db, "abc09f21", now, JobStatus.PROCESSING, text)
            rows.post(
                db,
                rows.entry(
                    now,
                    f"{place}{text}",
                    1,
                    key_label=text,
                    key_tail=text[:8],
                    model=text,
                    price_label=text,
                    note=text,
                    kind=text,
                ),
            )
        execute(
            "UPDATE batch_jobs SET error = ?, google_job_id = ?, remote_state = ?, remote_json = ?, display_name = ?,"
            " model = ?, key_label = ?, key_tail = ?, price_label = ? WHERE id = 'abc09f21'",
            (
                HOSTILE[0], f"batches/{HOSTILE[0]}", HOSTILE[3], f'{{"name": "batches/{HOSTILE[0]}", "x": "{KEY}"}}',
                *(HOSTILE[0],) * 5,
            ),
        )  # fmt: skip


WALK = (
    ("j", "home", "down", "enter", "3", "escape"),
    ("f", "home", "down", "down", "down", "enter", "space", "down", "down", "down", "down", "down", "down", "escape"),
    ("c", "right", "home", "enter", "down", "down", "enter", "escape", "escape", "right", "right", "right"),
    ("l", "home", "down", "down", "down", "down", "down", "down", "down"),
    ("o", "home", "enter", "down", "escape", "down", "down", "enter", "escape"),
)


@pytest.mark.parametrize("size", [(80, 24), pytest.param((200, 60), marks=pytest.mark.slow)])
async def test_no_text_breaks_a_screen_or_shows_a_key(full: Workspace, size: tuple[int, int]) -> None:
    spoil(full.path)
    async with opened(full, size=size) as console:
        for keys in WALK:
            for key in keys:
                await press(console, key)
                shown = console.text
                assert KEY not in shown
                assert not {"\x1b", "\u202e", "\x9b", "\x00", "\u200b"} & set(shown)
            await console.press("y")
        assert console.app.return_code in (None, 0)


async def test_hostile_words_are_only_looked_for(full: Workspace) -> None:
    spoil(full.path)
    async with opened(full) as console:
        for place, page in enumerate("jfclo"):
            await press(console, page, "slash")
            for text in HOSTILE[place % 2 :: 2]:
                field = console.app.screen.query_one("#filter")
                field.value = text.replace("\n", " ")  # type: ignore[attr-defined]
                await drawn(console)
            await press(console, "escape")


async def test_hostile_chunks_are_discarded_like_any_other(full: Workspace) -> None:
    spoil(full.path)
    async with opened(full) as console:
        console.page.open_detail("cause", HOSTILE[0])
        await drawn(console)
        await console.press("D")
        await console.sees(f"Discard {len(HOSTILE)} chunks?")
        await console.press("y")
        await console.until(lambda: console.app.desk.runner.running is None and console.toasts, "the operation")
        await console.sees("No chunk fails by this cause any more")
