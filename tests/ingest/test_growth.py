"""Cutting takes work in proportion to the text, whatever it is made of; work is counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from engine.ingest.cut import chunk_document
from engine.ingest.outline import markdown_title

if TYPE_CHECKING:
    from _typeshed import TraceFunction

SENTENCES = "Tea is steeped in hot water for three minutes, never longer. " * 6
FENCE = "```python\nleaves = {n}\n\npour(leaves)\n```\n\n"
MARKDOWN = {
    "paragraphs": "Paragraph {n}. " + SENTENCES + "\n\n",
    "fenced code between paragraphs": "Paragraph {n}. " + SENTENCES + "\n\n" + FENCE,
    "fenced code alone": FENCE,
    "lone headings": "## Section {n}\n\n",
    "sections with fenced code": "## Section {n}\n\n" + SENTENCES + "\n\n" + FENCE,
    "sections in sections": "".join(
        "#" * level + f" {level} of {{n}}\n\n" + SENTENCES + "\n\n" for level in range(1, 7)
    ),
    "lists": "- Item {n}\n  - " + SENTENCES + "\n\n",
}
RESTRUCTURED = "Section {n}\n===========\n\n" + SENTENCES + "\n\nPart of {n}\n~~~~~~~~~~~~\n\n" + SENTENCES + "\n\n"


def steps(work: Callable[[], object]) -> int:
    """The lines of Python that some work runs, in whatever it calls; a generator's every turn is one."""
    count = 0

    def trace(_: FrameType, event: str, __: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    ("piece", "media_type"),
    [(piece, "text/markdown") for piece in MARKDOWN.values()] + [(RESTRUCTURED, "text/x-rst")],
    ids=[*MARKDOWN, "reStructuredText"],
)
def test_ten_times_the_text_is_ten_times_the_work(piece: str, media_type: str) -> None:
    def cut(pieces: int) -> None:
        chunk_document("".join(piece.format(n=n) for n in range(pieces)), "Tea", media_type)

    assert steps(lambda: cut(2_000)) < 12 * steps(lambda: cut(200))


@pytest.mark.parametrize("text", ["# a{gap}b", "---\ntitle: a{gap}b\n---\n", "---\ntitle:{gap}\n---\n", "{gap}# a"])
def test_a_title_is_found_in_one_pass_whatever_the_gaps_in_it(text: str) -> None:
    assert len(markdown_title(text.format(gap=" " * 400_000))) <= len("a b")
