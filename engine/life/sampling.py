"""Samples: some waiting texts are counted by Google, free of charge, before money is promised for all of them.

The rule learns from them, so that the flush plans with what the preflight showed. Nothing depends on a sample: without
a key nobody is asked, a call that fails ends it, and it has a time to be done in.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread

from engine.domain.keys import GoogleKeyring
from engine.domain.kinds import Kinds, kinds_of
from engine.domain.models import Profile
from engine.domain.rule import Seen
from engine.errors import HalfrateError
from engine.gemini.prompts import prompt_for
from engine.gemini.protocol import GeminiServer
from engine.life.look import stored_text
from engine.store import learned, requests, waiting
from engine.store.db import Db

TEXTS = 400
SECONDS = 10.0
GROUPS = 16
"""Calls of a sample: how much they differ says how far it may be off."""
PLACES = 5
"""Of the queue that the texts of a call come from."""


def sample(db: Db, gemini: GeminiServer, profile: Profile, *, texts: int = TEXTS, seconds: float = SECONDS) -> int:
    """Has about so many texts counted, spread over the queue, and learns from them; returns how many were counted."""
    groups = [group for group in _groups(db, texts) if group]
    seen: list[Seen] = []
    asking = Thread(target=_count, args=(gemini, profile, groups, seen), daemon=True, name="halfrate-sample")
    asking.start()
    asking.join(seconds)
    counted = list(seen)
    if len(counted) > 1:
        with db.writing():
            learned.learn_sample(db, profile.model, counted)
    return sum(map(len, groups[: len(counted)]))


def wanted(db: Db, keyring: GoogleKeyring, profile: Profile, kinds: Kinds) -> bool:
    """There is a key to ask with, and neither jobs of such text nor a sample of it say how far the rule may be off."""
    band = learned.basis(db, profile.model).band(kinds)
    return bool(kinds.characters) and (keyring.has_default or keyring.has_batch) and not (band.jobs or band.sampled)


def _count(gemini: GeminiServer, profile: Profile, groups: Sequence[Sequence[str]], seen: list[Seen]) -> None:
    """Call by call, until one fails."""
    try:
        for group in groups:
            tokens = gemini.count_tokens(profile.model, [prompt_for(profile, text) for text in group])
            seen.append(Seen(sum(map(kinds_of, group), Kinds()), tokens))
    except HalfrateError:
        return


def _groups(db: Db, texts: int) -> list[list[str]]:
    """The texts of each call: each from places all over the queue, so that calls differ as texts do, not as places."""
    each = max(texts // (GROUPS * PLACES), 1)
    found: list[list[str]] = [[] for _ in range(GROUPS)]
    for number, place in enumerate(waiting.spread(db, GROUPS * PLACES, each)):
        for held in requests.contents(db, place):
            text = stored_text(held.content or b"", held.context, held.metadata or b"{}")
            if text:
                found[number % GROUPS].append(text)
    return found
