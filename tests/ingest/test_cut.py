"""Chunks: what is cut where, what stands in front of it, and how large it may be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.documents import Chunk
from engine.ingest.cut import chunk_document as cut
from engine.ingest.outline import CONTEXT_BYTES, markdown_structure, markdown_title, restructured_headings

WORDS = "Tea is steeped in hot water for three minutes, never longer. "
GUIDE = f"""\
# Guide

Intro.

## Brewing

{WORDS * 20}

### Water

{WORDS * 20}

```python
# no heading
{"leaves = 3" + chr(10)}{"pour(leaves)" + chr(10) * 1}```

## Storing

Dry and dark.
"""

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    st.lists(
        st.sampled_from(
            ["# A\n", "## B\n", "### C\n\n", "word " * 30, "\n\n", "\r\n", "```py\n", "```\n", "漢字" * 40,
             "👩‍👩‍👧‍👦" * 9, "- item\n", "Title\n=====\n", "x" * 300, "  indented\n", "שלום עולם ",
             "\t", "---\n", "> quote\n"]
        ),
        max_size=30,
    ).map("".join),
)  # fmt: skip
MEDIA = st.sampled_from(["text/plain", "text/markdown", "text/x-rst", "text/html"])


@settings(max_examples=150, deadline=None)
@given(TEXTS, MEDIA, st.integers(20, 300), st.sampled_from([None, "python"]))
def test_chunks_are_places_of_the_text_in_order_and_nothing_visible_is_lost(
    text: str, media_type: str, most: int, language: str | None
) -> None:
    chunks = cut(text, "A title", media_type, max_characters=most, input_tokens=600, language=language)
    at = 0
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.content
        assert chunk.content.strip()
        assert len(chunk.content) <= most
        assert len(chunk.embed_text.encode()) <= 600
        assert not text[at : chunk.start].strip()
        at = chunk.end
    assert not text[at:].strip()
    assert chunks == cut(text, "A title", media_type, max_characters=most, input_tokens=600, language=language)


@settings(max_examples=60, deadline=None)
@given(TEXTS, MEDIA, st.integers(60, 300), st.integers(1, 50))
def test_overlapping_chunks_keep_their_order_their_size_and_the_text(
    text: str, media_type: str, most: int, overlap: int
) -> None:
    chunks = cut(text, "", media_type, max_characters=most, overlap=overlap)
    seen = 0
    for before, after in pairwise(chunks):
        assert before.start <= after.start
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.content
        assert len(chunk.content) <= most
        assert not text[seen : chunk.start].strip()
        seen = max(seen, chunk.end)
    assert not text[seen:].strip()


def contexts(chunks: list[Chunk]) -> list[tuple[str, str]]:
    return [(chunk.context, chunk.content.split("\n")[0][:12]) for chunk in chunks]


def test_the_sections_around_a_chunk_stand_in_front_of_it() -> None:
    chunks = cut(GUIDE, "Guide", "text/markdown", max_characters=1000)
    found = contexts(chunks)
    assert found[0] == ("", "# Guide")
    assert ("Guide", "## Brewing") in found
    assert ("Guide > Brewing", "### Water") in found
    assert any(context == "Guide > Brewing > Water" for context, _ in found)
    assert found[-1] == ("Guide", "## Storing")


def test_a_document_that_fits_is_one_chunk_and_repeats_no_title() -> None:
    (chunk,) = cut("# Tea\n\nSteep it.\n", "Tea", "text/markdown")
    assert (chunk.context, chunk.embed_text) == ("", "# Tea\n\nSteep it.")
    (chunk,) = cut("Steep it.", "Tea", "text/plain")
    assert chunk.embed_text == "Tea\n\nSteep it."


def test_what_looks_like_a_heading_in_code_is_none() -> None:
    headings, blocks = markdown_structure("# A\n\n```sh\n# not one\n```\n\n    # nor this\n\nB\n---\n\n> # quoted\n")
    assert [(h.level, h.text) for h in headings] == [(1, "A"), (2, "B")]
    assert [block.language for block in blocks] == ["sh"]


def test_front_matter_gives_the_title_and_no_heading() -> None:
    text = '---\ntitle: "Green tea"\ntags: x\n---\n\n# Other\n'
    assert markdown_title(text) == "Green tea"
    assert [h.text for h in markdown_structure(text)[0]] == ["Other"]
    assert markdown_title("\n# One ##\n\nText") == "One"
    assert markdown_title("Text\n# Later") == ""
    assert markdown_title(text.replace("\n", "\r\n")) == "Green tea"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_headings_and_code_are_whole_lines_whatever_ends_a_line(end: str) -> None:
    lines = ["# Ä", "", "text", "", "   ## B ##", "", "C", "漢字", "---", "", " ```py x", "é", "", "```", ""]
    text = end.join(lines)
    headings, blocks = markdown_structure(text)
    assert [text[h.start : h.end].split(end) for h in headings] == [["# Ä", ""], ["   ## B ##", ""], [*lines[6:9], ""]]
    assert [(h.level, h.text.split()) for h in headings] == [(1, ["Ä"]), (2, ["B"]), (2, ["C", "漢字"])]
    assert [(text[b.start : b.end], b.language) for b in blocks] == [(end.join(lines[10:]), "py")]
    assert markdown_title(text) == "Ä"


def test_sections_of_restructured_text_are_found_by_their_underlines() -> None:
    text = "=====\nTitle\n=====\n\nIntro\n\nPart\n----\n\ntext::\n\n    x\n    -----\n\nNext\n----\n"
    assert [(h.level, h.text) for h in restructured_headings(text)] == [(1, "Title"), (2, "Part"), (2, "Next")]
    long = text + WORDS * 40
    assert cut(long, "doc", "text/x-rst", max_characters=500)[-1].context == "doc > Title > Next"


def test_fenced_code_that_is_a_chunk_of_its_own_is_code_in_its_language() -> None:
    text = "# A\n\n" + WORDS * 8 + "\n\n```rust\n" + "let x = 1;\n" * 60 + "```\n"
    chunks = cut(text, "t", "text/markdown", max_characters=400)
    assert {("code", "rust"), ("text", None)} == {(chunk.chunk_type, chunk.language) for chunk in chunks}


def test_source_code_is_code_and_keeps_the_indentation_of_its_lines() -> None:
    text = "class A:\n" + "".join(f"    def f{n}(self):\n        return {n}\n\n" for n in range(40))
    chunks = cut(text, "a.py", "text/x-python", max_characters=200, language="python")
    assert {(chunk.chunk_type, chunk.language, chunk.context) for chunk in chunks} == {("code", "python", "a.py")}
    assert all(chunk.content.startswith(("class", "    ")) for chunk in chunks)


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\u00a0\u2003\n"])
def test_white_space_gives_no_chunks(text: str) -> None:
    assert cut(text, "Title", "text/markdown") == []


@pytest.mark.parametrize("script", ["漢字かな交じり文", "😀", "नमस्ते दुनिया ", "שלום ", "𓀀𓁐", "a"])
@pytest.mark.parametrize("tokens", [2048, 8192])
def test_no_text_can_have_more_tokens_than_the_model_takes(script: str, tokens: int) -> None:
    title = "Titel > " * 100
    for chunk in cut(script * 3_000, title, "text/plain", max_characters=2_000, input_tokens=tokens):
        assert len(chunk.embed_text.encode()) <= tokens - 48


def test_graphemes_are_not_cut() -> None:
    family = "👨‍👩‍👧‍👦"
    for chunk in cut(family * 400, "", "text/plain", max_characters=100):
        assert chunk.content == family * (len(chunk.content) // len(family))


def test_a_long_path_is_shortened_in_the_middle_and_within_its_bytes() -> None:
    text = "".join(f"{'#' * n} {'Überschrift ' * 12}{n}\n\n" for n in range(1, 7)) + WORDS * 60
    last = cut(text, "Das Buch", "text/markdown", max_characters=700)[-1]
    assert len(last.context.encode()) <= CONTEXT_BYTES
    assert last.context.startswith("Das Buch > …")


@pytest.mark.parametrize("title", ["Tea", "Tea [badge](https://badges/of/tea.svg) " * 8])
def test_a_title_that_is_the_first_heading_too_stands_in_front_once(title: str) -> None:
    text = f"# {title}\n\n{WORDS * 10}\n\n## \n\n{WORDS * 10}\n\n### Cups\n\n{WORDS * 5}"
    *_, last = cut(text, title, "text/markdown", max_characters=700)
    assert last.content.startswith("### Cups")
    assert last.context == title[:79].strip() + ("…" if len(title) > 80 else "")


def paragraphs(count: int) -> str:
    return "\n\n".join(f"Paragraph {n} is about {n * 7919 % 104729}. " + WORDS * (n % 5) for n in range(count))


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_an_insertion_at_the_top_leaves_nearly_all_chunks_as_they_are(media_type: str) -> None:
    text = paragraphs(1_500)
    before = {chunk.embed_text for chunk in cut(text, "t", media_type)}
    after = {chunk.embed_text for chunk in cut("One more paragraph. " * 20 + "\n\n" + text, "t", media_type)}
    assert len(before) > 150
    assert len(after - before) <= 12


def test_an_edited_section_leaves_the_others_as_they_are() -> None:
    sections = [f"## Section {n}\n\n{WORDS * 10}\n\n" for n in range(50)]
    before = {chunk.embed_text for chunk in cut("# T\n\n" + "".join(sections), "T", "text/markdown")}
    sections[7] = "## Section 7\n\nRewritten.\n\n"
    after = {chunk.embed_text for chunk in cut("# T\n\n" + "".join(sections), "T", "text/markdown")}
    assert len(after - before) == 1


@pytest.mark.parametrize(
    ("text", "times"), [("x", 300_000), ("漢字", 50_000), ("a,b;", 80_000), ("\n", 300_000), ("> ", 50_000)]
)
def test_long_text_without_structure_is_cut_window_by_window(text: str, times: int) -> None:
    text *= times
    chunks = cut(text, "t", "text/markdown")
    assert sum(len(chunk.content) for chunk in chunks) >= len("".join(text.split()))
