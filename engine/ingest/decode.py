"""From bytes to text: UTF-8, what a byte order mark says, or an encoding that can be told; else it is no text."""

from __future__ import annotations

import contextlib
import re

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MARKED = frozenset(mark[:1] for mark, _ in _BYTE_ORDER_MARKS)
_WESTERN = 5
"""Western text has fewer than one letter beyond ASCII in so many."""
SAMPLE = 1 << 16
_UNSTORABLE = re.compile("[\ud800-\udfff\0]")
_PDF = b"%PDF-"


class Unreadable(Exception):
    """Why a file or line is passed over."""


def storable(text: str) -> tuple[str, int]:
    """The text with unpaired surrogates and NUL replaced by U+FFFD, and how many there were."""
    if text.isascii() and "\0" not in text:
        return text, 0
    return _UNSTORABLE.subn("\ufffd", text)


def replacements(count: int) -> str:
    """The sentence about what `storable` replaced."""
    return f"{count:,} characters that cannot be stored were replaced."


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and a sentence when that took more than reading UTF-8; Unreadable when it is not text."""
    if data[:1] in _MARKED:
        for mark, name in _BYTE_ORDER_MARKS:
            if data.startswith(mark):
                return _unmarked(data, name)
    if b"\0" in data or data.startswith(_PDF):
        raise Unreadable("it is a binary file.")
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        return _guessed(data)


def _unmarked(data: bytes, encoding: str) -> tuple[str, str]:
    text = data.decode(encoding, "replace")
    if "\0" in text:
        raise Unreadable("it is a binary file.")
    broken = text.count("\ufffd")
    how = "" if encoding == "utf-8-sig" else f"it was read as {encoding}."
    return text, f"{how} {replacements(broken)}".strip() if broken else how


def _guessed(data: bytes) -> tuple[str, str]:
    """Broken UTF-8 with what is broken replaced, or text of another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = sum(character > "\x7f" for character in text[:SAMPLE]) - text[:SAMPLE].count("\ufffd")
    if foreign >= 2 * broken or (broken * 1_000 < len(text) and foreign):
        return text, f"it is broken UTF-8: {replacements(broken)}"
    encoding = None if _garbled(data) else _encoding(data[:SAMPLE])
    if encoding is None:
        raise Unreadable("it is neither UTF-8 nor text of an encoding that can be told.")
    try:
        return data.decode(encoding), f"it was read as {encoding}."
    except UnicodeDecodeError:
        raise Unreadable("it is neither UTF-8 nor text of an encoding that can be told.") from None


def _encoding(sample: bytes) -> str | None:
    """Mostly ASCII with some other letters is Western text; the rest is guessed, which needs many such letters."""
    other = sum(octet > 127 for octet in sample)
    if other * _WESTERN < len(sample):
        with contextlib.suppress(UnicodeDecodeError):
            sample.decode("cp1252")
            return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else None


def _garbled(data: bytes) -> bool:
    """Control characters that no text has so many of."""
    sample = data[:SAMPLE]
    control = sum(octet < 32 and octet not in (9, 10, 12, 13, 27) for octet in sample)
    return control * 50 > len(sample)
