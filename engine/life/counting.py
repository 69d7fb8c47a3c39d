"""No token count is not zero tokens: what Google sends no count of is counted by it for free, or estimated and marked.

A sum of Google's over some texts is spread over them by their length; the sum is exact, its parts are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.kinds import Kinds
from engine.domain.models import TEXTS_PER_CALL, Profile
from engine.errors import HalfrateError
from engine.gemini.prompts import prompt_for
from engine.gemini.protocol import GeminiServer
from engine.life.look import stored_text
from engine.store import learned, requests, texts
from engine.store.db import Db
from engine.store.requests import COUNTED, ESTIMATED

PAGE = 4_000
UNKNOWN_TEXT = Kinds(unknown=1_200)
"""Of a text of which only the hash is known: the length that a chunk has in the middle, by the default settings."""


@dataclass(frozen=True, slots=True)
class Count:
    """Tokens of one text, and how they were found."""

    tokens: int
    basis: str


class Counter:
    """Counts texts of one profile; after `most` of them or the first call that fails it estimates, and asks no more."""

    def __init__(self, db: Db, gemini: GeminiServer, profile: Profile, *, most: int | None = None) -> None:
        self._db = db
        self._gemini = gemini
        self._profile = profile
        self._left = most
        """How many texts it may still ask about; None for any number."""

    def count(self, text_ids: Sequence[int]) -> dict[int, Count]:
        """What each of the texts takes."""
        found_kinds = texts.kinds(self._db, text_ids)
        basis = learned.basis(self._db, self._profile.model)
        found = {text: Count(basis.tokens_of(_known(found_kinds.get(text))), ESTIMATED) for text in text_ids}
        for start in range(0, len(text_ids), TEXTS_PER_CALL):
            if self._left is not None and self._left <= 0:
                break
            asked = text_ids[start : start + TEXTS_PER_CALL]
            found |= self._ask(asked)
            if self._left is not None:
                self._left -= len(asked)
        return found

    def doubts(self, submission: int) -> dict[int, int]:
        """Tokens of each text of a submission whose request may be charged without telling any."""
        found: dict[int, int] = {}
        after = 0
        while page := requests.doubtful_page(self._db, submission, after, PAGE):
            found |= {text: count.tokens for text, count in self.count(page).items()}
            after = page[-1]
        return found

    def guess(self) -> Count:
        """What a text takes of which nothing but its hash is known."""
        return Count(learned.basis(self._db, self._profile.model).tokens_of(UNKNOWN_TEXT), ESTIMATED)

    def _ask(self, text_ids: Sequence[int]) -> dict[int, Count]:
        held = {
            each.text_id: text
            for each in requests.contents(self._db, text_ids)
            if (text := stored_text(each.content or b"", each.context, each.metadata or b"{}")) is not None
        }
        if not held:
            return {}
        try:
            total = self._gemini.count_tokens(
                self._profile.model, [prompt_for(self._profile, text) for text in held.values()]
            )
        except HalfrateError:
            self._left = 0
            return {}
        parts = spread(total, [len(text) for text in held.values()])
        return {text: Count(tokens, COUNTED) for text, tokens in zip(held, parts, strict=True)}


def _known(kinds: Kinds | None) -> Kinds:
    return kinds if kinds is not None and kinds.characters else UNKNOWN_TEXT


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of a total in proportion to weights; they add up to it exactly."""
    parts, given, seen, whole = [], 0, 0, sum(weights) or len(weights)
    for weight in weights:
        seen += weight if sum(weights) else 1
        upto = total * seen // whole
        parts.append(upto - given)
        given = upto
    return parts
