"""Ingest: files become documents and chunks; the chunks wait for a batch, or are embedded at once.

`walk` finds files, `decode` makes text of their bytes, `formats` tells what they are, `outline` finds their headings,
`cut` makes chunks of them, and `intake` stores those.
"""

from engine.ingest.intake import ingest_paths
from engine.ingest.pace import Pace
from engine.ingest.report import IngestMode, IngestReport

__all__ = ["IngestMode", "IngestReport", "Pace", "ingest_paths"]
