"""Google's billing days and months: US Pacific time, whatever the local clock says."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")


def billing_day(moment: datetime) -> date:
    """The day on Google's invoice that an aware time falls on."""
    return moment.astimezone(PACIFIC).date()


def billing_month(moment: datetime) -> str:
    """The month on Google's invoice, as `"2026-11"`."""
    return f"{billing_day(moment):%Y-%m}"
