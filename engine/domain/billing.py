"""Google's billing days and months: US Pacific time, whatever the local clock says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


def billing_day(moment: datetime) -> date:
    """The day on Google's invoice that an aware time falls on."""
    return moment.astimezone(PACIFIC).date()


def billing_month(moment: datetime) -> str:
    """The month on Google's invoice, as `"2026-11"`."""
    return f"{billing_day(moment):%Y-%m}"


def next_day(moment: datetime) -> datetime:
    """When Google's next day begins, in UTC."""
    return _midnight(billing_day(moment) + timedelta(days=1))


def next_month(moment: datetime) -> datetime:
    """When Google's next month begins, in UTC."""
    return _midnight((billing_day(moment).replace(day=1) + timedelta(days=32)).replace(day=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PACIFIC).astimezone(UTC)
