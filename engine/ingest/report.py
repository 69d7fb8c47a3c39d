"""What an ingest did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.domain.reports import Reuse
from engine.ingest.formats import Remark
from engine.store.documents import Stored

IngestMode = Literal["async", "sync"]
"""At the border that users know: `async` waits for a batch, `sync` is embedded directly."""
REMARKS_KEPT = 1_000


@dataclass(slots=True)
class IngestReport:
    """What an ingest did."""

    mode: IngestMode
    files: int = 0
    stored: Stored = field(default_factory=Stored)
    reused: Reuse = field(default_factory=Reuse)
    """Chunks that were READY at once, because the vector of their text was here."""
    chunks_ready: int = 0
    """Embedded directly by this run."""
    chunks_failed: int = 0
    """Refused by Google for good; they are FAILED, with the cause."""
    requests: int = 0
    """Calls that were made directly and answered, of up to a hundred texts each."""
    tokens: int = 0
    left_waiting: int = 0
    """Chunks of other documents that wait for a batch; told after a direct ingest, which leaves them alone."""
    skipped: int = 0
    """Files and lines that were not taken in."""
    remarks: list[Remark] = field(default_factory=list)
    """Why, and what was odd about others; the first REMARKS_KEPT."""
    stopped: bool = False
    """Asked to end before it was through."""

    @property
    def documents(self) -> int:
        """Documents seen, unchanged ones included."""
        return self.stored.documents_added + self.stored.documents_changed + self.stored.documents_unchanged

    @property
    def chunks_waiting(self) -> int:
        """Put into the queue by this run and still there."""
        new = self.stored.chunks_added + self.stored.chunks_changed - self.reused.chunks
        return max(new - self.chunks_ready - self.chunks_failed, 0)

    def remark(self, remark: Remark) -> None:
        """Keeps a remark, if there are not too many yet."""
        self.skipped += remark.skipped
        if len(self.remarks) < REMARKS_KEPT:
            self.remarks.append(remark)
