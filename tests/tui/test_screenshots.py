"""The pictures of the README can be made, and show what the console shows."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from screenshots.capture import FOLDER, capture, pictures

MASKED = (
    (re.compile(r"\S+…\S+"), "CUT"),
    (re.compile(r"\S*/halfrate-demo-\w+"), "FOLDER"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b(batches|files)/\S+"), r"\1/ID"),
    (re.compile(r"\b[0-9a-f]{7}\b"), "JOB"),
)
QUICK = [name for name in pictures() if name.endswith("dark") and name.startswith(("dashboard", "costs", "failures"))]
OTHERS = [name for name in pictures() if name not in QUICK]


def words(picture: Path) -> str:
    """What can be read in a picture, what differs from one making to the next masked."""
    parts = re.findall(r"<text[^>]*>(.*?)</text>", picture.read_text("utf-8"), re.DOTALL)
    text = " ".join(html.unescape(part).replace("\xa0", " ") for part in parts)
    for pattern, mask in MASKED:
        text = pattern.sub(mask, text)
    return " ".join(text.split())


async def made_again(folder: Path, names: list[str]) -> None:
    assert {path.name for path in FOLDER.glob("*.svg")} == {f"{name}.svg" for name in pictures()}
    for path in await capture(folder, names):
        assert words(path) == words(FOLDER / path.name), path.name


async def test_the_pictures_show_what_the_console_shows(tmp_path: Path) -> None:
    await made_again(tmp_path, QUICK)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_other_pictures_show_it_too(tmp_path: Path) -> None:
    await made_again(tmp_path, OTHERS)
