"""Vectors and token counts."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.emulator.embedding import count_tokens, embed
from engine.emulator.models import MODELS

MODEL, SECOND = MODELS["gemini-embedding-001"], MODELS["gemini-embedding-2"]
texts = st.lists(st.text(max_size=60), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from([1, 128, 768, 3072]))
def test_a_text_has_the_same_vector_and_count_in_any_company(some: list[str], dimension: int) -> None:
    together, counts = embed(some, MODEL, dimension), count_tokens(some)
    for place, text in enumerate(some):
        assert np.array_equal(embed([text], MODEL, dimension)[0], together[place])
        assert count_tokens([text]) == [counts[place]]


@settings(max_examples=60, deadline=None)
@given(texts)
def test_vectors_are_of_unit_length_and_a_cut_is_only_a_cut(some: list[str]) -> None:
    full = embed(some, MODEL)
    assert np.allclose(np.linalg.norm(full, axis=1), 1, atol=1e-5)
    assert np.array_equal(embed(some, MODEL, 768), full[:, :768])


def test_a_cut_vector_is_not_normalised_but_by_the_second_model() -> None:
    assert np.linalg.norm(embed(["a cat"], MODEL, 768)) < 0.9
    assert np.isclose(np.linalg.norm(embed(["a cat"], SECOND, 768)), 1, atol=1e-5)


def test_similar_texts_are_near_and_models_are_not_comparable() -> None:
    cat, mat, physics = embed(
        ["the black cat sat on the mat", "a black cat sits on a mat", "quantum chromodynamics of gluons"], MODEL
    )
    assert cat @ mat > 0.35 > 0.2 > abs(cat @ physics)
    assert abs(float((embed(["the black cat"], MODEL) @ embed(["the black cat"], SECOND).T)[0, 0])) < 0.15


def test_tokens_follow_the_script() -> None:
    prose = "It was a bright cold day in April, and the clocks were striking thirteen. " * 20
    assert 3 < len(prose) / count_tokens([prose])[0] < 5
    assert count_tokens(["😀", "a", " ", "Привет", "สวัสดี", "𠀀"]) == [2, 1, 1, 3, 6, 2]
    assert count_tokens([]) == []


def test_seven_characters_of_han_kana_or_hangul_in_a_run_are_five_tokens() -> None:
    for text in ("日本語のテキス", "漢字仮名々〆ー", "한국어문장을다", "ｱｲｳｴｵｶﾞ", "豈更車賈滑串句"):
        assert count_tokens([text, text * 6, text.join("..")]) == [5, 30, 7], text
    assert count_tokens(["日本語", "日本 語", "日本a語", "日本。語", "日" * 7 + "語"]) == [3, 3, 4, 4, 6]


@given(st.text("日本語ア한a1é.。 \n😀", max_size=80), st.text("日本語ア한a1é.。 \n😀", max_size=80))
def test_words_apart_count_what_they_count_alone(one: str, other: str) -> None:
    alone = [
        0 if text.isspace() or not text else count
        for text, count in zip((one, other), count_tokens([one, other]), strict=True)
    ]
    assert count_tokens([f"{one} {other}"]) == [max(sum(alone), 1)]
