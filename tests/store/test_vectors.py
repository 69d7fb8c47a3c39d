"""Vectors by profile and text: appended, tied, cut to smaller profiles, and streamed to exports in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.domain.models import Profile
from engine.store import texts, vectors
from engine.store.db import Db, Query, Row
from engine.store.vectors import Paid
from tests import rows

_EMBEDDINGS = Query("test: embeddings", "SELECT * FROM embeddings ORDER BY id", scans="a test's")
_TIES = Query("test: vectors", "SELECT * FROM vectors ORDER BY profile_id, text_id", scans="a test's")
SMALL, LARGE = Profile(dimension=2), Profile(dimension=4)


def packed(*numbers: float) -> bytes:
    return np.array(numbers, "<f4").tobytes()


def values(row: Row) -> tuple[object, ...]:
    return tuple(row[name] for name in row.keys())  # noqa: SIM118 - to iterate over a row gives its values


def test_a_profile_is_made_once(db: Db) -> None:
    assert vectors.find_profile(db, SMALL) is None
    with db.writing():
        small, large = vectors.profile_id(db, SMALL), vectors.profile_id(db, LARGE)
        assert vectors.profile_id(db, SMALL) == small == vectors.find_profile(db, SMALL)
    assert vectors.profiles(db) == {small: SMALL, large: LARGE}


def test_vectors_are_appended_and_tied_to_their_texts(db: Db) -> None:
    with db.writing():
        profile = vectors.profile_id(db, SMALL)
        one, other = texts.name(db, ["one", "other"])
        paid = [
            Paid(text=other, vector=packed(0, 1), tokens=5),
            Paid(text=one, vector=packed(1, 0), tokens=3, basis="estimated"),
        ]
        vectors.store(db, profile, paid, submission=7)
        vectors.store(db, profile, [Paid(text=one, vector=packed(0, -1), tokens=4)], submission=8)
    assert [values(row) for row in db.rows(_EMBEDDINGS)] == [
        (1, profile, packed(0, 1)),
        (2, profile, packed(1, 0)),
        (3, profile, packed(0, -1)),
    ]
    assert [values(row) for row in db.rows(_TIES)] == [
        (profile, one, 3, 4, None, 8, None),
        (profile, other, 1, 5, None, 7, None),
    ]
    assert vectors.have(db, profile, [one, other, 10**9]) == {one, other}
    assert vectors.have(db, profile + 1, [one, other]) == set()
    assert vectors.count_vectors(db) == {SMALL: 2}


def test_vectors_are_stored_whatever_their_number(db: Db) -> None:
    paid = [Paid(text=text, vector=text.to_bytes(4, "little"), tokens=1) for text in range(1, vectors.AT_ONCE * 2 + 2)]
    with db.writing():
        profile = vectors.profile_id(db, Profile(dimension=1))
        vectors.store(db, profile, [])
        for _ in range(2):
            vectors.store(db, profile, paid[::-1])
    stored = {row["id"]: row["embedding"] for row in db.rows(_EMBEDDINGS)}
    assert {row["text_id"]: stored[row["embedding_id"]] for row in db.rows(_TIES)} == {
        each.text: each.vector for each in paid
    }
    assert len(stored) == 2 * len(paid)


def test_vectors_of_one_profile_have_one_length(db: Db) -> None:
    with db.writing():
        profile = vectors.profile_id(db, SMALL)
        paid = [Paid(text=1, vector=packed(1), tokens=1), Paid(text=2, vector=packed(1, 0), tokens=1)]
        with pytest.raises(ValueError, match="one length"):
            vectors.store(db, profile, paid)
    assert list(db.rows(_EMBEDDINGS)) == list(db.rows(_TIES)) == []


def test_what_vectors_took_counts_each_as_often_as_told(db: Db) -> None:
    counted = rows.vector(db, "counted", tokens=3)
    guessed = rows.vector(db, "guessed", tokens=10, basis="estimated")
    profile = vectors.find_profile(db, rows.PROFILE) or 0
    assert vectors.took(db, profile, {counted: 2, guessed: 3, 10**9: 5}) == (36, 30)
    assert vectors.took(db, profile, {}) == (0, 0)
    assert vectors.took(db, profile + 1, {counted: 1}) == (0, 0)


def test_a_larger_vector_is_cut_to_a_smaller_profile_at_no_cost(db: Db) -> None:
    text = rows.vector(db, "text", profile=LARGE, embedding=packed(3, 4, 12, 84), tokens=9, basis="counted")
    [bare] = rows.travel(db, rows.direct(db, ["bare"], SMALL), ["bare"])
    with db.writing():
        assert vectors.derive(db, SMALL, [text, bare]) == {text}
        assert vectors.derive(db, SMALL, [text, bare]) == set()
    small, large = vectors.find_profile(db, SMALL), vectors.find_profile(db, LARGE)
    [tie] = [row for row in db.rows(_TIES) if row["profile_id"] == small]
    assert (tie["text_id"], tie["tokens"], tie["basis"], tie["submission_id"], tie["derived_from"]) == (
        text,
        9,
        "counted",
        None,
        large,
    )
    stored = {row["id"]: row["embedding"] for row in db.rows(_EMBEDDINGS)}
    assert np.frombuffer(stored[tie["embedding_id"]], "<f4").tolist() == pytest.approx([0.6, 0.8])


@pytest.mark.parametrize(
    "other",
    [
        Profile(dimension=4, model="gemini-embedding-2"),
        Profile(dimension=4, task_type="CLUSTERING"),
        Profile(dimension=1),
    ],
)
def test_nothing_is_derived_from_another_model_or_task_or_a_smaller_vector(db: Db, other: Profile) -> None:
    text = rows.vector(db, "text", profile=other, embedding=packed(*[1.0] * other.dimension))
    with db.writing():
        assert vectors.derive(db, SMALL, [text]) == set()
        assert vectors.derive_page(db, SMALL, 0) is None


def test_all_larger_vectors_are_derived_page_by_page_the_nearest_first(db: Db) -> None:
    far = Profile(dimension=8)
    ids = [rows.vector(db, f"text {place}", profile=LARGE, embedding=packed(1, 0, 0, 0)) for place in range(3)]
    rows.vector(db, "text 0", profile=far, embedding=packed(0, 1, 0, 0, 0, 0, 0, 0))
    ids.append(rows.vector(db, "far", profile=far, embedding=packed(0, 1, 0, 0, 0, 0, 0, 0)))
    pages, after = [], 0
    with db.writing():
        while (last := vectors.derive_page(db, SMALL, after, limit=2)) is not None:
            pages.append(last)
            after = last
    small = vectors.find_profile(db, SMALL) or 0
    assert vectors.have(db, small, ids) == set(ids)
    assert pages == [ids[1], ids[2], ids[3]]
    stored = {row["id"]: row["embedding"] for row in db.rows(_EMBEDDINGS)}
    ties = {row["text_id"]: stored[row["embedding_id"]] for row in db.rows(_TIES) if row["profile_id"] == small}
    assert ties == {**dict.fromkeys(ids[:3], packed(1, 0)), ids[3]: packed(0, 1)}


VECTORS = arrays.arrays(
    "<f4", st.tuples(st.integers(1, 5), st.just(6)), elements=st.floats(-1, 1, width=32, allow_subnormal=False)
)


@given(VECTORS, st.integers(1, 6))
def test_a_cut_vector_is_the_beginning_of_the_whole_at_unit_length(whole: np.ndarray, dimension: int) -> None:
    cut = vectors.cut_vectors([row.tobytes() for row in whole], dimension)
    for before, after in zip(whole, cut, strict=True):
        numbers = np.frombuffer(after, "<f4").astype("f8")
        start = before[:dimension].astype("f8")
        assert len(numbers) == dimension
        length = np.linalg.norm(start)
        assert np.allclose(numbers * length, start, atol=1e-6)
        assert length == 0 or abs(np.linalg.norm(numbers) - 1) < 1e-5


def test_vectors_by_chunks_are_tied_to_the_texts_of_the_chunks(db: Db) -> None:
    first, second = rows.document(db, ["a", "b"])
    [bare] = rows.document(db, ["c"], source="b.txt", named=False)
    with db.writing():
        profile = vectors.profile_id(db, SMALL)
        pairs = [(second, packed(0, 1)), (first, packed(1, 0)), (bare, packed(1, 1)), (10**9, packed(1, 1))]
        assert vectors.bulk_update_vectors(db, profile, pairs) == 2
        assert vectors.bulk_update_vectors(db, profile, []) == 0
    assert vectors.have(db, profile, [1, 2, 3]) == {1, 2}


def test_an_export_streams_ready_chunks_in_their_order(db: Db) -> None:
    late = rows.vector(db, "b", profile=SMALL, embedding=packed(0, 1))
    early = rows.vector(db, "a", profile=SMALL, embedding=packed(1, 0))
    assert late < early
    ready = rows.document(db, ["a", "b", "a"], status="READY", metadata='{"tag": 1}')
    rows.document(db, ["a"], source="waits.txt")
    rows.document(db, ["no vector"], source="bare.txt", status="READY")
    found = list(vectors.stream_vectors(db, SMALL))
    assert [(row.chunk_id, row.content, row.embedding) for row in found] == [
        (ready[0], "a", packed(1, 0)),
        (ready[1], "b", packed(0, 1)),
        (ready[2], "a", packed(1, 0)),
    ]
    assert {(row.source, row.title, row.metadata, row.document_metadata) for row in found} == {
        ("a.txt", "A title", '{"tag": 1}', "{}")
    }
    assert list(vectors.stream_vectors(db, LARGE)) == []
