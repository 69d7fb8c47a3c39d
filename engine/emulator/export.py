"""The bill in the columns of Google's standard usage cost export: a line per Pacific day, project and SKU.

Google's own lines are hourly at the finest, and say nothing of jobs. Costs have six decimal places; the conversion rate
says how many units of the currency a dollar was.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .bill import Bill
from .models import MODELS

PACIFIC = ZoneInfo("America/Los_Angeles")
SERVICE, SERVICE_NAME = "AEFD-7695-64FA", "Gemini API"
COLUMNS = (
    "billing_account_id",
    "service.id",
    "service.description",
    "sku.id",
    "sku.description",
    "usage_start_time",
    "usage_end_time",
    "project.id",
    "cost",
    "currency",
    "currency_conversion_rate",
    "usage.amount",
    "usage.unit",
    "credits",
    "cost_type",
    "invoice.month",
    "export_time",
)
PRICES = {
    "gemini-embedding-001": {"synchronous": Decimal("0.15"), "batch": Decimal("0.075")},
    "gemini-embedding-2": {"synchronous": Decimal("0.20"), "batch": Decimal("0.10")},
    "text-embedding-004": {"synchronous": Decimal(0), "batch": Decimal(0)},
}
"""Dollars per million tokens."""


class _Place(NamedTuple):
    day: date
    project: str
    model: str
    mode: str


def sku_id(model: str, mode: str) -> str:
    """The emulator's own SKU of a model and mode, in Google's form: `E001-0001-BA7C`."""
    return f"E001-{list(MODELS).index(model) + 1:04d}-{'BA7C' if mode == 'batch' else 'D14E'}"


def export_csv(bill: Bill, currency: str, rate: str, now: float) -> str:
    """The bill as CSV with a heading; ValueError for a conversion rate that is not above zero."""
    per_dollar = _rate(rate)
    tokens: dict[_Place, int] = defaultdict(int)
    for entry in bill["entries"]:
        day = datetime.fromisoformat(entry["at"]).astimezone(PACIFIC).date()
        tokens[_Place(day, entry["project"], entry["model"], entry["mode"])] += entry["tokens"]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    exported = _utc(datetime.fromtimestamp(now, UTC))
    for place in sorted(tokens):
        writer.writerow({**_line(place, tokens[place], currency, per_dollar), "export_time": exported})
    return text.getvalue()


def _rate(text: str) -> Decimal:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(0)
    if not (rate.is_finite() and rate > 0):
        raise ValueError(f"The conversion rate is {text!r}, but a number above zero was expected.")
    return rate


def _line(place: _Place, tokens: int, currency: str, rate: Decimal) -> dict[str, str]:
    mode = "Batch" if place.mode == "batch" else "Standard"
    dollars = PRICES[place.model][place.mode] * tokens / 1_000_000
    return {
        "billing_account_id": "E00000-E00000-E00000",
        "service.id": SERVICE,
        "service.description": SERVICE_NAME,
        "sku.id": sku_id(place.model, place.mode),
        "sku.description": f"{MODELS[place.model].display_name} input token count, {mode}",
        "usage_start_time": _midnight(place.day),
        "usage_end_time": _midnight(place.day + timedelta(days=1)),
        "project.id": place.project,
        "cost": f"{(dollars * rate).quantize(Decimal('0.000001')):f}",
        "currency": currency,
        "currency_conversion_rate": f"{rate:f}",
        "usage.amount": str(tokens),
        "usage.unit": "count",
        "credits": "[]",
        "cost_type": "regular",
        "invoice.month": f"{place.day:%Y%m}",
    }


def _midnight(day: date) -> str:
    return _utc(datetime.combine(day, time(), PACIFIC))


def _utc(moment: datetime) -> str:
    """As BigQuery prints a timestamp: `2026-11-24 08:00:00 UTC`."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
