"""A text is named by its hash: equal texts share an id, whoever names them and in whichever order."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.kinds import KNOWN, Kinds, kinds_of
from engine.domain.texts import text_hash
from engine.store import texts
from engine.store.db import Db, Query

_ROWS = Query("test: the rows of texts", "SELECT * FROM texts ORDER BY id", scans="a test's")
ANY_TEXT = st.text(st.characters(), max_size=40)


def kinds(db: Db) -> list[Kinds | None]:
    """What each row of texts says of its characters; None where only the hash is known."""
    names = KNOWN
    return [
        None if row["characters"] is None else Kinds(**{name: row[name] for name in names}) for row in db.rows(_ROWS)
    ]


def test_equal_texts_share_one_id(db: Db) -> None:
    with db.writing():
        first = texts.name(db, ["tea", "milk", "tea"])
        again = texts.name(db, ["milk", "sugar", "tea"])
    assert first[0] == first[2] != first[1]
    assert again == [first[1], 3, first[0]]
    assert texts.ids_of(db, [text_hash("sugar"), text_hash("salt"), text_hash("tea")]) == [3, None, first[0]]
    assert texts.name(db, []) == texts.ids_of(db, []) == []


def test_hashes_that_begin_alike_name_two_texts(db: Db) -> None:
    one, other = bytes(8) + b"one text", bytes(8) + b"another."
    with db.writing():
        ids = texts.know(db, [one, other, one])
    assert ids[0] == ids[2] != ids[1]
    assert texts.ids_of(db, [other, one, bytes(16)]) == [ids[1], ids[0], None]


def test_a_text_known_by_its_hash_alone_gets_its_characters_when_it_is_named(db: Db) -> None:
    with db.writing():
        [known] = texts.know(db, [text_hash("Tea 4 two")])
        assert texts.kinds(db, [known]) == {known: Kinds()}
        assert kinds(db) == [None]
        assert texts.name(db, ["Tea 4 two", "milk"]) == [known, known + 1]
    assert texts.kinds(db, [known, known + 1, 10**9]) == {known: kinds_of("Tea 4 two"), known + 1: kinds_of("milk")}
    assert kinds(db) == [kinds_of("Tea 4 two"), kinds_of("milk")]


def test_a_text_that_is_named_is_known(db: Db) -> None:
    with db.writing():
        [named] = texts.name(db, ["tea"])
        assert texts.know(db, [text_hash("tea"), text_hash("milk")]) == [named, named + 1]
    assert texts.kinds(db, [named]) == {named: kinds_of("tea")}


def test_many_texts_keep_their_order(db: Db) -> None:
    wanted = [f"text {place % 3_000}" for place in range(5_000)]
    with db.writing():
        ids = texts.name(db, wanted)
    assert ids[:3_000] == list(range(1, 3_001))
    assert ids[3_000:] == ids[:2_000]


@given(ANY_TEXT)
def test_the_kinds_of_a_text_add_up_to_its_length(text: str) -> None:
    found = kinds_of(text)
    counts = {each.name: getattr(found, each.name) for each in fields(Kinds)}
    assert sum(counts.values()) - found.words == len(text)
    assert min(counts.values()) >= 0
    assert found.words <= len(text)


@given(ANY_TEXT, ANY_TEXT)
def test_a_hash_names_one_text(one: str, other: str) -> None:
    assert len(text_hash(one)) == 16
    assert (text_hash(one) == text_hash(other)) == (one == other)
