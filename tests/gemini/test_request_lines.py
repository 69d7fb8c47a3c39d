from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.models import TASK_TYPES, Profile
from engine.domain.texts import RequestKey, profile_hash, text_hash
from engine.gemini.prompts import prompt_for, sendable
from engine.gemini.request_lines import request_line

ANY_TEXT = st.text(alphabet=st.characters(), max_size=200)
"""Control characters and surrogates included."""

TWO = "gemini-embedding-2"


@given(ANY_TEXT)
def test_a_line_gives_the_text_back(text: str) -> None:
    key = RequestKey(text_hash(text), profile_hash(Profile()))
    line = request_line(key, text, Profile())
    assert line.endswith(b"\n")
    assert len(line.splitlines()) == 1
    assert len(line.decode().splitlines()) == 1, "no reader of lines may find two in it"
    request = json.loads(line)
    assert request["key"] == str(key)
    assert request["request"]["content"] == {"parts": [{"text": sendable(text)}]}


@given(ANY_TEXT)
def test_a_sendable_text_differs_in_its_unpaired_surrogates_only(text: str) -> None:
    sent = sendable(text)
    assert sent.encode("utf-8").decode("utf-8") == sent
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert sent == paired
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert sent == text


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a\ud800b", "a�b"),
        ("\udc00", "�"),
        ("\ud83d\ude00", "\U0001f600"),
        ("\x00\x1f\x7f", "\x00\x1f\x7f"),
        ("", ""),
    ],
)
def test_a_surrogate_without_its_pair_becomes_the_replacement_character(text: str, sent: str) -> None:
    assert json.loads(request_line("k", text, Profile()))["request"]["content"]["parts"][0]["text"] == sent


def test_task_and_dimension_are_fields_of_the_request() -> None:
    request = json.loads(request_line("k", "t", Profile(dimension=256, task_type="RETRIEVAL_QUERY")))["request"]
    assert request == {
        "content": {"parts": [{"text": "t"}]},
        "taskType": "RETRIEVAL_QUERY",
        "outputDimensionality": 256,
    }


def test_the_task_of_the_second_model_stands_in_the_text() -> None:
    request = json.loads(request_line("k", "t", Profile(model=TWO, dimension=256)))["request"]
    assert request == {"content": {"parts": [{"text": "title: none | text: t"}]}, "outputDimensionality": 256}


@pytest.mark.parametrize("task", TASK_TYPES)
def test_every_task_has_its_own_prompt(task: str) -> None:
    prompt = prompt_for(Profile(model=TWO, task_type=task), "text")
    assert prompt.endswith(" text")
    assert prompt != "text"
    others = {prompt_for(Profile(model=TWO, task_type=other), "text") for other in TASK_TYPES if other != task}
    assert prompt not in others
    assert prompt_for(Profile(task_type=task), "text") == "text"
