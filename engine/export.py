"""Vectors out of the database into a file, in bounded memory.

`.jsonl`: a line per chunk. `.parquet`: a row per chunk, through pyarrow. `.npz`: one array per column, readable with
`numpy.load`; its columns are spooled beside the target first, because an array's shape stands at its beginning.
The target appears whole or not at all.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
from numpy.lib import format as npy

from engine.domain.models import Profile
from engine.domain.progress import Progress, Watch
from engine.errors import DiskFull, InputError
from engine.store import counters, vectors
from engine.store.db import Db
from engine.store.vectors import ExportRow

ROWS = 2_000
"""Rows held in memory at once."""
MOST_PADDED_BYTES = 4_000_000_000
"""Of a text column of an .npz file as its reader will hold it: four bytes times the longest text times the rows."""
NUMBERS = ("ids", "document_ids", "chunk_indexes")
TEXTS = ("sources", "titles", "texts", "contexts", "metadata", "document_metadata")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written, and what was left out."""

    path: Path
    format: str
    vectors: int
    bytes: int
    derived_from: Profile | None
    """The profile whose larger vectors were cut to the smaller dimension and normalised, at no cost."""
    without_vector: int
    """READY chunks whose vector this database does not hold: an earlier generation keeps them elsewhere."""
    other_profiles: dict[Profile, int]


def export_vectors(db: Db, profile: Profile, path: Path, *, texts: bool = True, watch: Watch | None = None) -> Exported:
    """Writes the READY vectors of a profile, from one consistent look at the database; the suffix names the format.

    A profile without vectors of its own is derived from the next larger dimension of the same model and task.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InputError(
            f"{path.name} does not say what to write.", hint=f"End the name in {', '.join(sorted(_WRITERS))}."
        )
    if not path.parent.is_dir():
        raise InputError(f"The folder {path.parent} does not exist.", hint="Make it first, or name another one.")
    with db.reading():
        stored = _some(vectors.count_vectors(db))
        taken = _taken(stored, profile)
        rows = _watched(_rows(db, profile, taken), counters.ready_under(db, taken), watch)
        with _appearing(path) as part:
            written = write(part, rows, profile, texts)
        return Exported(
            path=path,
            format=path.suffix[1:].lower(),
            vectors=written,
            bytes=path.stat().st_size,
            derived_from=taken if taken != profile else None,
            without_vector=counters.ready_without(db),
            other_profiles={other: count for other, count in stored.items() if other not in (profile, taken)},
        )


def _taken(stored: dict[Profile, int], profile: Profile) -> Profile:
    """Whose vectors are written: those of the profile, or the nearest larger ones that it can be cut from."""
    larger = [each for each in stored if profile.derivable_from(each)]
    if profile in stored or not larger:
        return profile
    return min(larger, key=lambda each: each.dimension)


def _rows(db: Db, profile: Profile, taken: Profile) -> Iterator[ExportRow]:
    rows = vectors.stream_vectors(db, taken)
    if taken == profile:
        yield from rows
        return
    while page := list(islice(rows, ROWS)):
        cut = vectors.cut_vectors([row.embedding for row in page], profile.dimension)
        for row, vector in zip(page, cut, strict=True):
            yield replace(row, embedding=vector)


def _some(counts: dict[Profile, int]) -> dict[Profile, int]:
    return {profile: count for profile, count in counts.items() if count}


def _watched(rows: Iterable[ExportRow], total: int, watch: Watch | None) -> Iterator[ExportRow]:
    for done, row in enumerate(rows, 1):
        yield row
        if watch is not None and (not done % ROWS or done == total):
            watch(Progress(operation="export", step="write", done=done, total=total, unit="vectors"))


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    """A file beside the target that takes its place once it is written and safe; gone after an error."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise _of_disk(error, path) from error
    finally:
        part.unlink(missing_ok=True)


def _of_disk(error: OSError, path: Path) -> DiskFull | InputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk is full: {path} was not written.", hint="Free some space, or name another disk.")
    return InputError(
        f"{path} cannot be written: {error.strerror or error}.", hint="Check the folder and its permissions."
    )


def _write_jsonl(part: Path, rows: Iterator[ExportRow], profile: Profile, texts: bool) -> int:  # noqa: FBT001
    encoder = msgspec.json.Encoder()
    count = 0
    with part.open("wb") as file:
        for row in rows:
            line: dict[str, Any] = {"id": row.chunk_id}
            if texts:
                line |= {
                    "document_id": row.document_id,
                    "chunk_index": row.chunk_index,
                    "source": row.source,
                    "title": row.title,
                    "text": row.content,
                    "context": row.context,
                    "metadata": _object(row.metadata),
                    "document_metadata": _object(row.document_metadata),
                }
            line["vector"] = np.frombuffer(row.embedding, "<f4").tolist()
            file.write(encoder.encode(line) + b"\n")
            count += 1
    return count


def _object(text: str) -> Any:
    """Metadata as JSON; as it stands when an earlier writer left something else."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _write_parquet(part: Path, rows: Iterator[ExportRow], profile: Profile, texts: bool) -> int:  # noqa: FBT001
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InputError(
            "Writing .parquet needs the package pyarrow.", hint="pip install 'halfrate[parquet]', or end in .npz."
        ) from None
    fields = [pa.field("id", pa.int64(), nullable=False)]
    if texts:
        fields += [pa.field("document_id", pa.int64()), pa.field("chunk_index", pa.int64())]
        fields += [
            pa.field(name, pa.string())
            for name in ("source", "title", "text", "context", "metadata", "document_metadata")
        ]
    fields.append(pa.field("vector", pa.list_(pa.float32(), profile.dimension), nullable=False))
    about = {"model": profile.model, "dimension": str(profile.dimension), "task_type": profile.task_type}
    schema = pa.schema(fields, metadata=about)
    count = 0
    with pq.ParquetWriter(part, schema) as writer:
        while page := list(islice(rows, ROWS)):
            numbers = np.frombuffer(b"".join(row.embedding for row in page), "<f4")
            columns: dict[str, Any] = {"id": [row.chunk_id for row in page]}
            if texts:
                columns |= {
                    "document_id": [row.document_id for row in page],
                    "chunk_index": [row.chunk_index for row in page],
                    "source": [row.source for row in page],
                    "title": [row.title for row in page],
                    "text": [row.content for row in page],
                    "context": [row.context for row in page],
                    "metadata": [row.metadata for row in page],
                    "document_metadata": [row.document_metadata for row in page],
                }
            columns["vector"] = pa.FixedSizeListArray.from_arrays(pa.array(numbers, pa.float32()), profile.dimension)
            writer.write_table(pa.table(columns, schema=schema))
            count += len(page)
    return count


def _write_npz(part: Path, rows: Iterator[ExportRow], profile: Profile, texts: bool) -> int:  # noqa: FBT001
    """Columns to files beside the target, in one pass; then, shapes known, from there into the archive."""
    with tempfile.TemporaryDirectory(prefix=".halfrate-export-", dir=part.parent) as folder:
        columns = _Columns(Path(folder), (*NUMBERS, *TEXTS) if texts else ("ids",))
        with columns:
            for row in rows:
                columns.add(row)
        with zipfile.ZipFile(part, "w", allowZip64=True) as archive:
            for name in ("vectors", *columns.names):
                with archive.open(_member(name), "w", force_zip64=True) as member:
                    columns.copy(name, member, profile.dimension)
            with archive.open(_member("profile"), "w") as member:
                about = np.array([profile.model, str(profile.dimension), profile.task_type])
                npy.write_array(member, about, allow_pickle=False)
        return columns.count


def _member(name: str) -> zipfile.ZipInfo:
    """Texts deflate well because they are padded; vectors do not deflate at all."""
    info = zipfile.ZipInfo(f"{name}.npy")
    info.compress_type = zipfile.ZIP_DEFLATED if name in TEXTS else zipfile.ZIP_STORED
    info.external_attr = 0o600 << 16
    return info


class _Columns:
    """The columns of an .npz file as files: numbers and vectors as they will be, texts as JSON lines."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.names = names
        self.count = 0
        self._folder = folder
        self._longest = dict.fromkeys(names, 1)
        self._files: dict[str, IO[bytes]] = {}

    def __enter__(self) -> _Columns:
        self._files = {name: (self._folder / name).open("wb") for name in ("vectors", *self.names)}
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def add(self, row: ExportRow) -> None:
        self.count += 1
        self._files["vectors"].write(row.embedding)
        values: dict[str, int | str] = {
            "ids": row.chunk_id,
            "document_ids": row.document_id,
            "chunk_indexes": row.chunk_index,
            "sources": row.source or "",
            "titles": row.title or "",
            "texts": row.content,
            "contexts": row.context or "",
            "metadata": row.metadata,
            "document_metadata": row.document_metadata,
        }
        for name in self.names:
            value = values[name]
            if isinstance(value, int):
                self._files[name].write(value.to_bytes(8, "little", signed=True))
            else:
                self._files[name].write(msgspec.json.encode(value) + b"\n")
                self._longest[name] = max(self._longest[name], len(value))

    def copy(self, name: str, member: IO[bytes], dimension: int) -> None:
        """The column as an .npy file."""
        if name in TEXTS:
            self._copy_texts(name, member)
            return
        shape: tuple[int, ...] = (self.count, dimension) if name == "vectors" else (self.count,)
        _header(member, "<f4" if name == "vectors" else "<i8", shape)
        with (self._folder / name).open("rb") as file:
            shutil.copyfileobj(file, member, 1 << 20)

    def _copy_texts(self, name: str, member: IO[bytes]) -> None:
        width = self._longest[name]
        if width * 4 * self.count > MOST_PADDED_BYTES:
            raise InputError(
                f"{self.count:,} {name} of up to {width:,} characters would take"
                f" {width * 4 * self.count / 1e9:,.0f} GB as an array of text.",
                hint="End the name in .parquet or .jsonl, or leave the texts out with --vectors-only.",
            )
        _header(member, f"<U{width}", (self.count,))
        with (self._folder / name).open("rb") as file:
            for line in file:
                member.write(msgspec.json.decode(line, type=str).encode("utf-32-le").ljust(width * 4, b"\0"))


def _header(member: IO[bytes], descr: str, shape: tuple[int, ...]) -> None:
    npy.write_array_header_1_0(member, {"descr": descr, "fortran_order": False, "shape": shape})


_Writer = Callable[[Path, Iterator[ExportRow], Profile, bool], int]
_WRITERS: dict[str, _Writer] = {".jsonl": _write_jsonl, ".parquet": _write_parquet, ".npz": _write_npz}
