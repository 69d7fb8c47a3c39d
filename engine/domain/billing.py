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
    return day_ends(billing_day(moment))


def next_month(moment: datetime) -> datetime:
    """When Google's next month begins, in UTC."""
    return day_begins((billing_day(moment).replace(day=1) + timedelta(days=32)).replace(day=1))


def day_begins(day: date) -> datetime:
    """When a billing day begins, in UTC."""
    return datetime.combine(day, time(), PACIFIC).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """When the next billing day begins, in UTC."""
    return day_begins(day + timedelta(days=1))


def local_days(day: date) -> str:
    """The local days that a billing day falls on, in words: empty when it is that day itself."""
    first, last = day_begins(day).astimezone(), (day_ends(day) - timedelta(seconds=1)).astimezone()
    if first.date() == last.date() == day:
        return ""
    return f"{first:%b %d %H:%M} to {last:%b %d %H:%M}"
