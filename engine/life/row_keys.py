"""Whose a row of a job's results is: by the text in its key, or, of a job that the first version sent, by its chunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.domain.jobs import BatchJob
from engine.domain.texts import HASH_BYTES, parse_first_version_key
from engine.gemini.result_keys import KeyOf, keys_of
from engine.gemini.survey import row_key
from engine.store import requests, texts
from engine.store.db import Db
from engine.store.jobs import DISPLAY_PREFIX

_UUID = 36


@dataclass(frozen=True, slots=True)
class RowKeys:
    """The keys of one job; read from the database once, so that another thread may ask."""

    own: KeyOf
    by_prefix: dict[bytes, bytes | None] = field(default_factory=dict)
    carried: set[tuple[int, bytes]] = field(default_factory=set)
    """Rows of the first version that no request stands for."""

    def text_of(self, key: str) -> bytes | None:
        """The hash of the text of a row; None when it is nobody's."""
        found = self.own(key)
        if found is not None or not (self.by_prefix or self.carried):
            return found
        old = parse_first_version_key(key)
        return None if old is None or old in self.carried else self.by_prefix.get(old[1])

    def row_of(self, key: str) -> bytes | None:
        """16 bytes that tell the rows of this job apart; None for those of others."""
        old = parse_first_version_key(key) if self.carried else None
        if old is not None and old in self.carried:
            return old[0].to_bytes(HASH_BYTES - len(old[1]), "big") + old[1]
        return self.text_of(key)


def row_keys(db: Db, job: BatchJob, results: Path) -> RowKeys:
    """The keys of a job; those of the first version only where it may have sent the job.

    A job that the first version gave up has no requests: the chunks that its rows name tell their texts.
    """
    own = keys_of(job.profile)
    if len(job.display_name) != len(DISPLAY_PREFIX) + _UUID:
        return RowKeys(own)
    by_prefix = requests.hashes_by_prefix(db, job.submission)
    if job.found or job.duplicate_of:
        by_prefix |= texts.hashes_of_chunks(db, _first_version_keys(results))
    return RowKeys(own, by_prefix, requests.carried_keys(db, job.id))


def _first_version_keys(results: Path) -> list[tuple[int, bytes]]:
    with results.open("rb") as file:
        keys = (parse_first_version_key(row_key(line) or "") for line in file)
        return [key for key in keys if key is not None]
