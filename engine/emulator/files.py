"""Files: the resumable upload, what is stored, and how long it lives."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import string
import threading
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .clock import HOUR, Clock, nanoseconds
from .wire import ApiError, Json, compact, fields, int64, int_field, invalid, text_field, timestamp

if TYPE_CHECKING:
    from hashlib import _Hash

UPLOAD_LIFETIME = 48 * HOUR
RESULT_LIFETIME = 42 * 24 * HOUR
LARGEST_FILE = 2 * 1024**3
LONGEST_ID = 40
LONGEST_DISPLAY_NAME = 512
MIME_TYPES = frozenset(
    (
        *("jsonl", "application/jsonl", "application/json", "text/plain", "text/markdown", "text/md", "text/csv"),
        *("text/html", "text/css", "text/xml", "text/rtf", "text/javascript", "text/x-python", "text/x-typescript"),
        *("application/rtf", "application/x-javascript", "application/x-typescript", "application/x-python-code"),
        *("application/pdf", "image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"),
        *("audio/wav", "audio/mp3", "audio/aiff", "audio/aac", "audio/ogg", "audio/flac"),
        *("video/mp4", "video/mpeg", "video/mov", "video/avi", "video/x-flv", "video/mpg", "video/webm", "video/wmv"),
        "video/3gpp",
    )
)
FILE_FIELDS = frozenset(
    (
        *("name", "displayName", "mimeType", "sizeBytes", "createTime", "updateTime", "expirationTime", "sha256Hash"),
        *("uri", "downloadUri", "state", "source", "error", "videoMetadata"),
    )
)
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_ALPHABET = string.ascii_lowercase + string.digits


def random_id(source: random.Random, length: int) -> str:
    """So many characters of a-z and 0-9."""
    return "".join(source.choices(_ALPHABET, k=length))


def _check_id(name: str, request: str) -> None:
    if len(name) > LONGEST_ID:
        raise invalid(
            f"* {request}.name: File ID (name excluding 'files/') cannot be more than {LONGEST_ID} characters.\n"
        )


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file: an upload, or (`generated`) the results of a batch job."""

    id: str
    ordinal: int
    project: str
    path: Path
    mime_type: str
    size: int
    created: float
    expires: float
    sha256: str = ""
    display_name: str = ""
    generated: bool = False
    active_at: float = 0.0

    @property
    def name(self) -> str:
        """`files/ID`."""
        return f"files/{self.id}"

    def is_active(self, now: float) -> bool:
        """Whether a batch job can read it yet."""
        return now >= self.active_at

    def to_json(self, now: float, base_url: str) -> Json:
        """The File message; the hash is base64 of the hex digest's text, as Google sends it."""
        created = timestamp(nanoseconds(self.created))
        uri = f"{base_url}/v1beta/{self.name}"
        return compact(
            {
                "name": self.name,
                "displayName": self.display_name,
                "mimeType": self.mime_type,
                "sizeBytes": int64(self.size),
                "createTime": created,
                "updateTime": created,
                "expirationTime": timestamp(nanoseconds(self.expires)),
                "sha256Hash": base64.b64encode(self.sha256.encode()).decode(),
                "uri": uri,
                "downloadUri": f"{uri}:download?alt=media" if self.generated else None,
                "state": "ACTIVE" if self.is_active(now) else "PROCESSING",
                "source": "GENERATED" if self.generated else "UPLOADED",
            }
        )


@dataclass(slots=True)
class Upload:
    """A resumable upload under way: what was declared, and what has arrived so far."""

    id: str
    project: str
    file_id: str
    display_name: str
    mime_type: str
    declared: int
    path: Path
    digest: _Hash = field(default_factory=hashlib.sha256)
    received: int = 0
    finished: StoredFile | None = None

    async def take(self, offset: int, pieces: AsyncIterator[bytes]) -> None:
        """Write one chunk to disk as it arrives; a chunk that is already there is read and ignored."""
        if offset > self.received:
            raise invalid(f"Upload offset {offset} is beyond the {self.received} bytes received so far.")
        digest, length = self.digest.copy(), 0
        with self.path.open("r+b") as file:
            file.seek(offset)
            async for piece in pieces:
                if offset == self.received:
                    file.write(piece)
                    digest.update(piece)
                length += len(piece)
                if offset + length > LARGEST_FILE:
                    raise invalid("The file is larger than 2147483648 bytes.")
        if offset == self.received:
            self.digest, self.received = digest, offset + length
        elif offset + length > self.received:
            raise invalid(f"The chunk at {offset} overlaps the {self.received} bytes received so far.")


class FileStore:
    """The files of all projects, in a directory; names are unique across them."""

    def __init__(self, directory: Path, clock: Clock, source: random.Random) -> None:
        self._directory = directory
        self._clock = clock
        self._random = source
        self._files: dict[str, StoredFile] = {}
        self._uploads: dict[str, Upload] = {}
        self._count = 0
        self._lock = threading.RLock()

    def _next(self) -> int:
        with self._lock:
            self._count += 1
            return self._count

    def start(self, project: str, body: Json, declared: int, mime_type: str) -> Upload:
        """Open a resumable upload for a CreateFileRequest."""
        request = fields(body, frozenset(("file",)), "")
        file = fields(request.get("file", {}), FILE_FIELDS, "file")
        display_name = text_field(file, "displayName", "file")
        if len(display_name) > LONGEST_DISPLAY_NAME:
            raise invalid(f"* CreateFileRequest.file.display_name: at most {LONGEST_DISPLAY_NAME} characters.\n")
        size = int_field(file, "sizeBytes", "file") or declared
        if size > LARGEST_FILE:
            raise invalid(f"The file size {size} is above the limit of {LARGEST_FILE} bytes.")
        with self._lock:
            file_id = self._new_id(text_field(file, "name", "file").removeprefix("files/"))
            upload = Upload(
                id=random_id(self._random, 32),
                project=project,
                file_id=file_id,
                display_name=display_name,
                mime_type=text_field(file, "mimeType", "file") or mime_type or "application/octet-stream",
                declared=declared,
                path=self._directory / f"upload-{random_id(self._random, 16)}",
            )
            upload.path.touch()
            self._uploads[upload.id] = upload
            return upload

    def _new_id(self, wanted: str) -> str:
        if not wanted:
            return random_id(self._random, 12)
        _check_id(wanted, "CreateFileRequest.file")
        if not _ID.fullmatch(wanted):
            raise invalid(
                "* CreateFileRequest.file.name: must consist of lower-case letters, digits and dashes, "
                "with no dash at either end.\n"
            )
        if wanted in self._files:
            raise ApiError(409, f"The file files/{wanted} already exists.")
        return wanted

    def upload(self, upload_id: str) -> Upload:
        """The upload under way; ApiError 404 when there is none."""
        upload = self._uploads.get(upload_id)
        if upload is None:
            raise ApiError(404, "The upload does not exist or has ended.")
        return upload

    def cancel(self, upload: Upload) -> None:
        """Forget an upload and its bytes."""
        with self._lock:
            self._uploads.pop(upload.id, None)
            upload.path.unlink(missing_ok=True)

    def finish(self, upload: Upload, processing: float, refused_types: Collection[str]) -> StoredFile:
        """Turn a complete upload into a file; doing it twice gives the same file.

        A type that Google does not take is refused only now, when all bytes have arrived.
        """
        with self._lock:
            if upload.finished is None:
                if upload.mime_type not in MIME_TYPES or upload.mime_type in refused_types:
                    self.cancel(upload)
                    raise invalid(f"Unsupported MIME type: {upload.mime_type}")
                if upload.declared >= 0 and upload.received != upload.declared:
                    raise invalid(f"{upload.declared} bytes were declared, {upload.received} were received.")
                now = self._clock.now()
                upload.finished = StoredFile(
                    id=upload.file_id,
                    ordinal=self._next(),
                    project=upload.project,
                    path=upload.path,
                    mime_type=upload.mime_type,
                    size=upload.received,
                    created=now,
                    expires=now + UPLOAD_LIFETIME,
                    sha256=upload.digest.hexdigest(),
                    display_name=upload.display_name,
                    active_at=now + processing,
                )
                self._files[upload.file_id] = upload.finished
            return upload.finished

    def add_results(self, project: str, file_id: str, path: Path, created: float) -> StoredFile:
        """Take a result file into the store; nobody asks for the hash of gigabytes, so it has none."""
        file = StoredFile(
            id=file_id,
            ordinal=self._next(),
            project=project,
            path=path,
            mime_type="application/jsonl",
            size=path.stat().st_size,
            created=created,
            expires=created + RESULT_LIFETIME,
            generated=True,
        )
        with self._lock:
            self._files[file_id] = file
        return file

    def find(self, project: str, file_id: str) -> StoredFile:
        """The file, while it lives; ApiError 403 when it is unknown, expired or another project's."""
        with self._lock:
            file = self._files.get(file_id)
            if file is not None and self._clock.now() >= file.expires:
                self._forget(file)
                file = None
        if file is None or file.project != project:
            raise ApiError(403, f"You do not have permission to access the File {file_id} or it may not exist.")
        return file

    def get(self, project: str, file_id: str) -> StoredFile:
        """As files.get: result files, whose ids are too long, are refused with 400."""
        _check_id(file_id, "GetFileRequest")
        return self.find(project, file_id)

    def delete(self, project: str, file_id: str) -> None:
        """As files.delete, with the same limit on the id."""
        _check_id(file_id, "DeleteFileRequest")
        with self._lock:
            self._forget(self.find(project, file_id))

    def _forget(self, file: StoredFile) -> None:
        self._files.pop(file.id, None)
        file.path.unlink(missing_ok=True)

    def listing(self, project: str) -> list[StoredFile]:
        """The project's living files, newest first."""
        now = self._clock.now()
        with self._lock:
            mine = [file for file in self._files.values() if file.project == project and now < file.expires]
        return mine[::-1]
