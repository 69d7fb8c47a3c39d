"""The two API keys: synchronous calls use the default key, batch calls the batch key, never the other way."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Literal

from engine.errors import MissingBatchKey, MissingDefaultKey

KeyLabel = Literal["default", "batch"]

_GOOGLE_KEY = re.compile(r"AIza[0-9A-Za-z_\-]{20,}|AQ\.[0-9A-Za-z_\-]{20,}")


class ApiKey:
    """A secret with a label; only `reveal()` gives it away, everything else shows the last four characters."""

    __slots__ = ("_secret", "label")

    def __init__(self, secret: str, label: KeyLabel) -> None:
        self._secret = secret.strip()
        self.label = label

    def reveal(self) -> str:
        """The secret itself, for the one place that sends it."""
        return self._secret

    @property
    def tail(self) -> str:
        """The last four characters; nothing of a key that is too short to hide the rest."""
        return self._secret[-4:] if len(self._secret) >= 12 else ""

    @property
    def fingerprint(self) -> str:
        """12 hexadecimal digits that name the key and do not give it away: kept with what it paid for."""
        return hashlib.blake2b(self._bytes(), digest_size=6, person=b"halfrate-key").hexdigest()

    def __str__(self) -> str:
        return f"{self.label} key …{self.tail}"

    def __repr__(self) -> str:
        return f"<ApiKey {self.label} …{self.tail}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and hmac.compare_digest(self._bytes(), other._bytes())

    def _bytes(self) -> bytes:
        return self._secret.encode("utf-8", "surrogatepass")  # an error's repr would show the secret

    def __hash__(self) -> int:
        return hash(self._secret)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an API key is not pickled")


class GoogleKeyring:
    """`GoogleKeyring(default_key, batch_key=None)`: which key pays for what."""

    __slots__ = ("_batch", "_default")

    def __init__(self, default_key: str | None, batch_key: str | None = None) -> None:
        self._default = ApiKey(default_key, "default") if default_key and default_key.strip() else None
        self._batch = ApiKey(batch_key, "batch") if batch_key and batch_key.strip() else None

    @property
    def default(self) -> ApiKey:
        """The key of synchronous calls; MissingDefaultKey without one."""
        if self._default is None:
            raise MissingDefaultKey
        return self._default

    @property
    def batch(self) -> ApiKey:
        """The key of batch calls; MissingBatchKey without one."""
        if self._batch is None:
            raise MissingBatchKey
        return self._batch

    @property
    def has_default(self) -> bool:
        """Synchronous calls can be made."""
        return self._default is not None

    @property
    def has_batch(self) -> bool:
        """Batch calls can be made."""
        return self._batch is not None

    def get_default_key(self) -> str:
        """The secret of synchronous calls, for callers of the library that halfrate grew out of."""
        return self.default.reveal()

    def get_batch_key(self) -> str:
        """The secret of batch calls, for the same callers; MissingBatchKey without one."""
        return self.batch.reveal()

    def has_batch_support(self) -> bool:
        """Batch calls can be made; the name by which the same callers ask."""
        return self.has_batch

    @property
    def warning(self) -> str | None:
        """A sentence when billing is not separated."""
        if self._default is not None and self._default == self._batch:
            return "The default key and the batch key are the same: Google's billing does not separate them."
        return None

    def mask(self, text: str) -> str:
        """The text with every key, ours or of Google's form, reduced to its last four characters."""
        keys = [key for key in (self._default, self._batch) if key is not None]
        for key in sorted(keys, key=lambda key: -len(key.reveal())):  # one may stand within the other
            text = text.replace(key.reveal(), f"…{key.tail}")
        return mask_keys(text)

    def __repr__(self) -> str:
        return f"GoogleKeyring(default={self._default!r}, batch={self._batch!r})"


def mask_keys(text: str) -> str:
    """The text with everything that has the form of a Google API key reduced to its last four characters."""
    return _GOOGLE_KEY.sub(lambda found: f"…{found.group()[-4:]}", text)
