"""How fast documents are read and cut, beside bare system calls and the bare parsers; `pytest -m benchmark -s`.

Medians of runs that alternate; a busy machine slows both sides of a ratio.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import pytest
from pyromark import events_with_range
from semantic_text_splitter import MarkdownSplitter

from engine.ingest.cut import chunk_document
from engine.ingest.formats import Source, title_and_text
from engine.ingest.walk import Reader

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

MEGABYTE = 1_000_000
SENTENCES = "Tea is steeped in hot water for three minutes, never longer. " * 6
FENCE = "```python\nleaves = {n}\n\npour(leaves)\n```\n\n"
MARKDOWN = {
    "prose": "Paragraph {n}. " + SENTENCES + "\n\n",
    "prose beyond ASCII": "Über den {n}. Absatz, über Öfen und Äpfel. " + SENTENCES + "\n\n",
    "prose and fenced code": "Paragraph {n}. " + SENTENCES + "\n\n" + FENCE,
    "sections with fenced code": "## Section {n}\n\n" + SENTENCES + "\n\n" + FENCE,
    "links and lists": "- [Item {n}](https://tea.example/{n}) is `{n}`, *not* **more**\n" * 5 + "\n",
}
FILES = 10_000


def markdown(piece: str, size: int) -> str:
    made = "".join(piece.format(n=n) for n in range(size // len(piece) + 1))
    return made[:size]


def medians(repeat: int, **work: Callable[[], object]) -> dict[str, float]:
    """Seconds that each kind of work takes."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeat):
        for name, each in work.items():
            start = time.perf_counter()
            each()
            taken[name].append(time.perf_counter() - start)
    return {name: median(each) for name, each in taken.items()}


def bare(text: str) -> None:
    """The parser once for the headings, the splitter once for the chunks, in parts: over a whole it is slower."""
    for _ in events_with_range(text):
        pass
    splitter = MarkdownSplitter(2_000)
    for start in range(0, len(text), 16_000):
        splitter.chunk_indices(text[start : start + 16_000])


def test_cutting_markdown() -> None:
    print(f"\ncutting Markdown, load {os.getloadavg()[0]:.1f}")
    chunk_document(markdown(MARKDOWN["prose"], MEGABYTE), "Tea", "text/markdown")
    for name, piece in MARKDOWN.items():
        for size in (1, 20):
            text = markdown(piece, size * MEGABYTE)
            took = medians(3, ours=partial(chunk_document, text, "Tea", "text/markdown"), bare=partial(bare, text))
            ours, parsers = size / took["ours"], size / took["bare"]
            print(f"  {name:28}{size:3} MB{ours:8.1f} MB/s{parsers:8.1f} bare parsers{ours / parsers:8.2f}")


def test_reading_small_files(tmp_path: Path) -> None:
    for n in range(FILES):
        suffix = (".md", ".txt", ".py", ".rst")[n % 4]
        folder = tmp_path / f"{n // 200:03}"
        folder.mkdir(exist_ok=True)
        (folder / f"{n:05}{suffix}").write_text(f"The text of note number {n} is not long. " * (5 + n % 20))
    took = medians(
        5, bare=partial(bare_files, tmp_path), read=partial(read, tmp_path), cut=partial(read_and_cut, tmp_path)
    )
    print(f"\nreading {FILES:,} small files, load {os.getloadavg()[0]:.1f}")
    for name, seconds in took.items():
        print(f"  {name:28}{FILES / seconds:12,.0f} files/s{took['bare'] / seconds:8.2f} of bare system calls")


def bare_files(folder: Path) -> None:
    for below in sorted(os.scandir(folder), key=lambda entry: entry.name):
        for entry in sorted(os.scandir(below.path), key=lambda entry: entry.name):
            file = os.open(entry.path, os.O_RDONLY)
            os.read(file, os.fstat(file).st_size + 1).decode()
            os.close(file)


def read(folder: Path) -> None:
    assert sum(isinstance(item, Source) for item in Reader([folder], max_bytes=MEGABYTE)) == FILES


def read_and_cut(folder: Path) -> None:
    for item in Reader([folder], max_bytes=MEGABYTE):
        if isinstance(item, Source):
            title, text = title_and_text(item)
            chunk_document(text, title, item.media_type, language=item.language)


def test_reading_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = (
        {"id": f"n{n}", "text": f"Note {n} is not long. " * (5 + n % 20), "metadata": {"n": n}} for n in range(FILES)
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    took = medians(5, bare=partial(bare_json, path), read=partial(read, path))
    print(f"\nreading {FILES:,} JSON lines, load {os.getloadavg()[0]:.1f}")
    for name, seconds in took.items():
        print(f"  {name:28}{FILES / seconds:12,.0f} lines/s{took['bare'] / seconds:8.2f} of json.loads")


def bare_json(path: Path) -> None:
    with path.open("rb") as file:
        for line in file:
            json.loads(line)
