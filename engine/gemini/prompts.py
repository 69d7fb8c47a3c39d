"""The text as it is sent: the same for batch lines and synchronous calls, so that both give equal vectors."""

from __future__ import annotations

from engine.domain.models import Profile

_PREFIXES = {
    "RETRIEVAL_DOCUMENT": "title: none | text: ",
    "RETRIEVAL_QUERY": "task: search result | query: ",
    "SEMANTIC_SIMILARITY": "task: sentence similarity | query: ",
    "CLASSIFICATION": "task: classification | query: ",
    "CLUSTERING": "task: clustering | query: ",
    "QUESTION_ANSWERING": "task: question answering | query: ",
    "FACT_VERIFICATION": "task: fact checking | query: ",
    "CODE_RETRIEVAL_QUERY": "task: code retrieval | query: ",
}
"""How Google's guide writes the task into the text for gemini-embedding-2, which has no field for it."""


def prompt_for(profile: Profile, text: str) -> str:
    """The text with its task in front where the model wants it there.

    Unpaired surrogates cannot be sent as UTF-8: each becomes U+FFFD.
    """
    if profile.facts.task_in_text:
        text = _PREFIXES.get(profile.task_type, "") + text
    if text.isascii():
        return text
    return sendable(text)


def task_field(profile: Profile) -> str | None:
    """The task type as a field of the request; None where it is written into the text."""
    return None if profile.facts.task_in_text else profile.task_type or None


def sendable(text: str) -> str:
    """The text with each unpaired surrogate replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
