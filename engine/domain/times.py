"""Times as they stand in the database.

Our own columns hold ISO 8601 in UTC with microseconds, so that text order is time order. The columns `created_at` and
`updated_at` of the tables that exist in the field keep their form, `YYYY-MM-DD HH:MM:SS.ffffff` in local time.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """`2026-11-24T01:50:00.123456Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def local_text(moment: datetime) -> str:
    """`2026-11-24 02:50:00.123456`, local time without a zone, as the earlier generations write it."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")


def parse_time(text: str | None) -> datetime | None:
    """An aware time from either form; None for no text or one that is no time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
