"""Texts of several languages from what is installed on the machine: nothing here was written for the tests."""

from __future__ import annotations

import gettext
import random
import sysconfig
from functools import cache
from pathlib import Path
from pydoc_data.topics import topics

LOCALES = {"Russian": "ru", "Chinese": "zh_CN", "Japanese": "ja", "German": "de"}
LANGUAGES = ("English", "code", *LOCALES)
ENOUGH = 60
"""Chunks that a test needs."""


@cache
def chunks_of(language: str) -> tuple[str, ...]:
    """Chunks of some 900 characters in the order of the documents; none where nothing of the language is installed."""
    found: list[str] = []
    draw, wanted = random.Random(language), 900.0  # noqa: S311 - the same each time
    piece = ""
    for paragraph in _paragraphs(language):
        piece += paragraph.strip() + "\n\n"
        if len(piece) >= wanted:
            found.append(piece[:4_000])
            piece, wanted = "", draw.uniform(300, 1_500)
        if len(found) == 1_500:
            break
    return tuple(found)


def _paragraphs(language: str) -> list[str]:
    if language == "English":
        return [part for topic in topics.values() for part in topic.split("\n\n")]
    if language == "code":
        files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))[:60]
        return [part for path in files for part in path.read_text("utf-8", "replace").split("\n\n")]
    return _messages(LOCALES[language])


def _messages(locale: str) -> list[str]:
    """The longer messages of all programs that speak the language: help texts, errors, questions."""
    found: list[str] = []
    for path in sorted(Path("/usr/share/locale", locale, "LC_MESSAGES").glob("*.mo")):
        try:
            with path.open("rb") as file:
                catalog = vars(gettext.GNUTranslations(file))["_catalog"]
        except (OSError, UnicodeDecodeError, ValueError):
            continue
        found += [said for key, said in catalog.items() if key and isinstance(said, str) and len(said) > 40]
    return found
