"""`halfrate export`: the vectors as they are stored, whole files or none."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.domain.models import Profile
from engine.emulator.embedding import embed
from engine.emulator.models import find_model
from engine.errors import DiskFull, InputError
from engine.export import export_vectors
from engine.store.sqlite.connection import open_database, open_read_only
from engine.store.vectors import bulk_update_vectors, profile_id
from tests import rows
from tests.cli.conftest import Shell

PROFILE = Profile("gemini-embedding-001", 16, "RETRIEVAL_DOCUMENT")


def expected(text: str) -> np.ndarray:
    """What the synchronous path gives for a text, at unit length."""
    raw = embed([text], find_model(PROFILE.model), PROFILE.dimension)[0]
    return np.asarray(raw / np.linalg.norm(raw), dtype=np.float32)


def texts_of(number: int) -> list[str]:
    return [f"Text number {place} about tea." for place in range(number)]


def test_npz_holds_unit_vectors_and_what_they_are_of(shell: Shell) -> None:
    shell.embed(5)
    target = shell.folder / "vectors.npz"
    document = shell.json("export", target)
    assert document == {
        "path": str(target),
        "format": "npz",
        "vectors": 5,
        "dimension": 16,
        "bytes": target.stat().st_size,
        "without_vector": 0,
        "other_profiles": 0,
        "derived_from": None,
    }
    with np.load(target, allow_pickle=False) as columns:
        assert list(columns["texts"]) == texts_of(5)
        assert list(columns["ids"]) == [1, 2, 3, 4, 5]
        assert list(columns["chunk_indexes"]) == [0, 1, 2, 3, 4]
        assert set(columns["sources"]) == {"notes.txt"}
        assert [json.loads(each) for each in columns["metadata"]] == [{"n": 1}] * 5
        assert list(columns["profile"]) == ["gemini-embedding-001", "16", "RETRIEVAL_DOCUMENT"]
        vectors = columns["vectors"]
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
    for vector, text in zip(vectors, texts_of(5), strict=True):
        assert vector == pytest.approx(expected(text), abs=1e-6)


def test_jsonl_holds_a_line_for_each_chunk(shell: Shell) -> None:
    shell.embed(3)
    target = shell.folder / "vectors.jsonl"
    shell.call("export", target)
    lines = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [line["text"] for line in lines] == texts_of(3)
    assert lines[0]["metadata"] == {"n": 1}
    assert lines[0]["document_metadata"] == {"of": "document"}
    ((stored,),) = shell.sql(
        "SELECT embedding FROM embeddings e JOIN vectors v ON v.embedding_id = e.id"
        " JOIN chunks c ON c.text_id = v.text_id WHERE c.id = ?",
        lines[1]["id"],
    )
    assert np.asarray(lines[1]["vector"], "<f4").tobytes() == stored


def test_parquet_holds_a_row_for_each_chunk(shell: Shell) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    shell.embed(3)
    target = shell.folder / "vectors.parquet"
    shell.call("export", target)
    table = parquet.read_table(target)
    assert table.column("text").to_pylist() == texts_of(3)
    assert table.schema.metadata[b"model"] == b"gemini-embedding-001"
    vectors = np.asarray(table.column("vector").to_pylist(), dtype=np.float32)
    assert vectors == pytest.approx(np.stack([expected(text) for text in texts_of(3)]), abs=1e-6)


def test_parquet_without_pyarrow_says_what_to_install(shell: Shell) -> None:
    shell.embed(1)
    absent = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from engine.cli import cli\n"
        f"cli(['export', {str(shell.folder / 'v.parquet')!r}])"
    )
    words = [sys.executable, "-c", absent]
    done = shell.process_of(words, code=1)
    assert "halfrate[parquet]" in done.stderr
    assert not (shell.folder / "v.parquet").exists()


@pytest.mark.parametrize("suffix", ["npz", "jsonl", "parquet"])
def test_texts_are_left_out_when_only_vectors_are_wanted(shell: Shell, suffix: str) -> None:
    shell.embed(2)
    target = shell.folder / f"vectors.{suffix}"
    assert shell.json("export", target, "--vectors-only")["vectors"] == 2
    assert b"about tea" not in target.read_bytes()


@pytest.mark.parametrize("suffix", ["npz", "jsonl", "parquet"])
def test_an_empty_database_exports_an_empty_file(shell: Shell, suffix: str) -> None:
    shell.fill(["waits"])
    target = shell.folder / f"vectors.{suffix}"
    assert shell.json("export", target)["vectors"] == 0
    assert target.exists()


def test_texts_of_every_kind_come_back_from_npz(shell: Shell) -> None:
    texts = ["שלום", "tea 🍵 time", "a\x01b", "line\nbreak", "é" * 3000]
    shell.fill(texts)
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    shell.call("export", shell.folder / "v.npz")
    with np.load(shell.folder / "v.npz", allow_pickle=False) as columns:
        assert list(columns["texts"]) == texts


def test_ready_chunks_without_a_vector_of_ours_are_counted_and_said(shell: Shell) -> None:
    shell.embed(2)
    shell.sql(
        "INSERT INTO chunks (document_id, chunk_index, content, chunk_type, metadata, embedding_status, created_at)"
        " VALUES (1, 77, 'inherited', 'text', '{}', 'READY', '2026-01-01 00:00:00.000000')"
    )
    result = shell.call("export", shell.folder / "v.jsonl")
    assert "1 READY chunk left out" in result.stderr
    assert shell.json("export", shell.folder / "v.jsonl")["without_vector"] == 1


def set_profile(shell: Shell, before: str, after: str) -> None:
    """Changes the settings."""
    config = Path(shell.environ["HALFRATE_CONFIG"])
    config.write_text(config.read_text("utf-8").replace(before, after), "utf-8")


def test_vectors_of_another_profile_are_left_out_and_said(shell: Shell) -> None:
    shell.embed(2)
    set_profile(shell, "dimension = 16", "dimension = 32")
    document = shell.json("export", shell.folder / "v.npz")
    assert (document["vectors"], document["other_profiles"], document["without_vector"]) == (0, 2, 0)
    assert "2 vectors of gemini-embedding-001/16" in shell.call("export", shell.folder / "v.npz").stderr


@pytest.mark.parametrize("suffix", ["npz", "jsonl", "parquet"])
def test_a_smaller_dimension_is_cut_from_the_larger_vectors_at_unit_length_and_said(shell: Shell, suffix: str) -> None:
    shell.embed(3)
    target = shell.folder / f"v.{suffix}"
    result = shell.call("export", target, "--dimension", 4)
    assert "Cut from the vectors of gemini-embedding-001/16" in result.stderr
    document = shell.json("export", target, "--dimension", 4)
    assert (document["vectors"], document["dimension"], document["derived_from"]) == (3, 4, 16)
    assert document["other_profiles"] == 0
    found = _vectors_in(target)
    wanted = np.stack([expected(text)[:4] for text in texts_of(3)])
    assert found == pytest.approx(wanted / np.linalg.norm(wanted, axis=1, keepdims=True), abs=1e-6)
    assert shell.json("cost", "report")["batch"]["tokens"] > 0
    assert len(shell.json("jobs", "list")["jobs"]) == 1


def _vectors_in(target: Path) -> np.ndarray:
    if target.suffix == ".npz":
        with np.load(target, allow_pickle=False) as columns:
            found: np.ndarray = columns["vectors"]
            return found
    if target.suffix == ".jsonl":
        return np.asarray([json.loads(line)["vector"] for line in target.read_text("utf-8").splitlines()])
    parquet = pytest.importorskip("pyarrow.parquet")
    return np.asarray(parquet.read_table(target).column("vector").to_pylist())


def test_the_profile_of_the_settings_is_cut_from_larger_vectors_too(shell: Shell) -> None:
    shell.embed(2)
    set_profile(shell, "dimension = 16", "dimension = 8")
    document = shell.json("export", shell.folder / "v.npz")
    assert (document["vectors"], document["derived_from"], document["other_profiles"]) == (2, 16, 0)


def test_a_chunk_of_each_equal_text_is_exported(shell: Shell) -> None:
    shell.fill(["the same", "the same", "another"])
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    document = shell.json("export", shell.folder / "v.npz")
    assert (document["vectors"], document["without_vector"], document["other_profiles"]) == (3, 0, 0)


def test_a_folder_that_does_not_exist_is_named(shell: Shell) -> None:
    shell.embed(1)
    result = shell.call("export", shell.folder / "nowhere" / "v.npz", code=1)
    assert "nowhere does not exist" in result.stderr
    assert "hint: " in result.stderr


def test_a_suffix_that_says_nothing_is_answered_with_those_that_do(shell: Shell) -> None:
    shell.embed(1)
    result = shell.call("export", shell.folder / "vectors.csv", code=1)
    assert ".jsonl, .npz, .parquet" in result.stderr


def test_a_target_that_is_a_folder_stays_one(shell: Shell) -> None:
    shell.embed(1)
    target = shell.folder / "taken.npz"
    target.mkdir()
    assert "cannot be written" in shell.call("export", target, code=1).stderr
    assert target.is_dir()


@pytest.mark.parametrize("suffix", ["npz", "jsonl", "parquet"])
def test_a_full_disk_is_said_and_leaves_the_earlier_file(shell: Shell, suffix: str) -> None:
    """A limit on the size of files is the nearest to a full disk that a test can have without mounting one."""
    shell.embed(1500)
    target = shell.folder / f"v.{suffix}"
    target.write_text("the earlier file", "utf-8")
    limited = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "from engine.cli import cli\n"
        f"cli(['export', {str(target)!r}])"
    )
    done = shell.process_of([sys.executable, "-c", limited], code=1)
    assert "v." in done.stderr
    assert "hint: " in done.stderr
    assert target.read_text("utf-8") == "the earlier file"
    assert [each.name for each in shell.folder.iterdir() if "part" in each.name or "export" in each.name] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_without_space_is_called_full(shell: Shell, tmp_path: Path) -> None:
    shell.embed(1)
    (tmp_path / f".v.jsonl.{os.getpid()}.part").symlink_to("/dev/full")
    with contextlib.closing(open_read_only(shell.db)) as db, pytest.raises(DiskFull, match=r"v\.jsonl was not written"):
        export_vectors(db, PROFILE, tmp_path / "v.jsonl")
    assert not (tmp_path / "v.jsonl").exists()


def test_longer_texts_than_an_array_can_hold_are_refused_with_a_way_out(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.export.MOST_PADDED_BYTES", 1000)
    shell.embed(50)
    result = shell.call("export", shell.folder / "v.npz", code=1)
    assert "--vectors-only" in result.stderr
    assert not (shell.folder / "v.npz").exists()
    assert shell.json("export", shell.folder / "v.npz", "--vectors-only")["vectors"] == 50


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Peak memory of a process that exports 4,000 and 20,000 vectors of 768 numbers (3 kB each)."""
    from subprocess import run

    peaks = {}
    for number in (4_000, 20_000):
        path = tmp_path / f"{number}.db"
        _many(path, number)
        script = (
            "import re\nfrom pathlib import Path\nfrom engine.domain.models import Profile\n"
            "from engine.export import export_vectors\nfrom engine.store.sqlite.connection import open_read_only\n"
            f"done = export_vectors(open_read_only(Path({str(path)!r})), Profile(), Path({str(path)!r} + '.npz'))\n"
            "print(done.vectors, *re.findall(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text()))"
        )
        done = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        count, peaks[number] = (int(word) for word in done.stdout.split())
        assert count == number
    assert peaks[20_000] < peaks[4_000] + 8_000, peaks  # kB; the vectors alone are 60,000


def _many(path: Path, number: int) -> None:
    vector = np.full(768, 768**-0.5, "<f4").tobytes()
    with contextlib.closing(open_database(path, create=True).db) as db, db.writing():
        chunks = rows.document(db, [f"tea {place}" for place in range(number)], status="READY")
        profile = profile_id(db, Profile())
        for start in range(0, number, 1000):
            bulk_update_vectors(db, profile, [(chunk, vector) for chunk in chunks[start : start + 1000]])


def test_an_unwritable_folder_is_named(shell: Shell) -> None:
    shell.embed(1)
    with contextlib.closing(open_read_only(shell.db)) as db, pytest.raises(InputError, match="cannot be written"):
        export_vectors(db, PROFILE, Path("/proc/v.jsonl"))
