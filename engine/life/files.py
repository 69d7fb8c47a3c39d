"""Where a job's files are: beside the database, in a folder of its own."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from engine.errors import DiskFull, HalfrateError, InputError


@dataclass(frozen=True, slots=True)
class JobFiles:
    """The files that jobs of one database send and receive; `epoch` tells apart who writes."""

    database: Path
    epoch: int = 0

    @property
    def folder(self) -> Path:
        """`halfrate.db.jobs` beside `halfrate.db`."""
        return self.database.with_name(self.database.name + ".jobs")

    def input(self, job_id: str) -> Path:
        """The request lines of a job."""
        return self.folder / f"{job_id}.input.jsonl"

    def results(self, job_id: str) -> Path:
        """The result lines of a job."""
        return self.folder / f"{job_id}.results.jsonl"

    def part(self, path: Path) -> Path:
        """Where a file is written before it is renamed; no other holder of the lease writes to the same one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return path.with_name(f"{path.name}.{self.epoch}.part")

    def keep(self, part: Path, path: Path) -> None:
        """Gives a finished part its name, so that it lasts."""
        part.replace(path)
        sync_folder(path.parent)

    def job_ids(self) -> set[str]:
        """The jobs of which something lies here."""
        return {path.name.partition(".")[0] for path in self.folder.glob("*.*")} if self.folder.is_dir() else set()

    def set_aside(self, job_id: str) -> Path | None:
        """Moves the results of a job that is given up where nothing deletes them; None when there are none."""
        path = self.results(job_id)
        if not path.exists():
            return None
        kept = self.folder / "kept" / path.name
        kept.parent.mkdir(exist_ok=True)
        path.replace(kept)
        return kept

    def discard(self, job_id: str) -> None:
        """Deletes what a job has on disk, parts of interrupted writes included."""
        for path in self.folder.glob(f"{job_id}.*"):
            path.unlink(missing_ok=True)


def unwritable(what: str, error: OSError) -> HalfrateError:
    """Why a file of a job could not be written: the disk is full for all jobs, a broken path is this one's matter."""
    sentence = f"{what} cannot be written: {error.strerror or error}."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(sentence)
    return InputError(sentence, hint="Check the folder of job files beside the database and its permissions.")


def sync_folder(folder: Path) -> None:
    """Makes a rename last."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
