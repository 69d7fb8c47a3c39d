"""One row of Google's usage cost export, checked cell by cell."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from engine.domain.billing import PACIFIC
from engine.domain.invoice import UNITS, CostType, Credit, ExportLine, Sku

COLUMNS = (
    "service.description",
    "sku.id",
    "usage_start_time",
    "usage_end_time",
    "project.id",
    "cost",
    "currency",
    "usage.amount",
    "usage.unit",
)
"""Without one of them a file is no export."""
OPTIONAL = ("sku.description", "currency_conversion_rate", "credits", "cost_type", "invoice.month")
LARGEST = 18
"""Digits before the point; more of them are no amount."""
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})-?(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parsed(number: int, row: Mapping[str, str], sku: Sku | None) -> ExportLine | str:
    """The line, or in words why it cannot be read."""
    try:
        return _line(number, row, sku)
    except ValueError as error:
        return str(error)


def _line(number: int, row: Mapping[str, str], sku: Sku | None) -> ExportLine:
    cost_type = _cost_type(row["cost_type"])
    usage = _number(row, "usage.amount") if row["usage.amount"] or cost_type is CostType.REGULAR else Decimal(0)
    line = ExportLine(
        number=number,
        service=row["service.description"],
        sku_id=row["sku.id"],
        sku_name=row["sku.description"],
        sku=sku,
        start=_time(row, "usage_start_time"),
        end=_time(row, "usage_end_time"),
        project=row["project.id"],
        cost=_number(row, "cost"),
        currency=row["currency"].upper(),
        rate=_rate(row),
        usage=usage,
        unit=row["usage.unit"],
        credits=_credits(row["credits"]),
        cost_type=cost_type,
        invoice_month=_month(row["invoice.month"]),
    )
    return _sound(line)


def _sound(line: ExportLine) -> ExportLine:
    """What single cells cannot say."""
    if line.end < line.start:
        raise ValueError("its usage ends before it starts")
    if line.cost_type is CostType.REGULAR:
        if line.sku is None:
            raise ValueError("it charges for usage on the invoice as a whole")
        if line.unit.lower() not in UNITS:
            raise ValueError(f"usage.unit is {line.unit!r}, which is no count of tokens")
        if line.usage < 0:
            raise ValueError(f"usage.amount is {line.usage}, below zero")
    return line


def _number(row: Mapping[str, str], column: str) -> Decimal:
    return _decimal(row[column], column)


def _decimal(text: str, column: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{column} is {text!r}, which is no number")
    number = Decimal(text)
    if number.adjusted() >= LARGEST:
        raise ValueError(f"{column} is {text}, which is no plausible amount")
    return number


def _rate(row: Mapping[str, str]) -> Decimal:
    text = row["currency_conversion_rate"]
    dollars = row["currency"].upper() == "USD"
    if not text and dollars:
        return Decimal(1)
    rate = _decimal(text, "currency_conversion_rate")
    if rate <= 0 or rate.adjusted() < -LARGEST or (dollars and rate != 1):
        raise ValueError(f"currency_conversion_rate is {text} for {row['currency']}")
    return rate


def _time(row: Mapping[str, str], column: str) -> datetime:
    moment = time_of(row[column])
    if moment is None:
        raise ValueError(f"{column} is {row[column]!r}, which is no time")
    return moment


def time_of(text: str) -> datetime | None:
    """A time as BigQuery prints it, in UTC unless it says otherwise; a day alone is a Pacific one. None for no time."""
    try:
        moment = datetime.fromisoformat(text.removesuffix("UTC").rstrip())
        zone = PACIFIC if _DAY.fullmatch(text) else UTC
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _credits(text: str) -> tuple[Credit, ...]:
    """A JSON list of names and amounts, or their sum; nothing for none."""
    if not text or text == "[]":
        return ()
    if _NUMBER.fullmatch(text):
        return (Credit("credits", _decimal(text, "credits")),)
    try:
        values = json.loads(text, parse_float=str, parse_int=str)
        return tuple(Credit(str(each.get("name", "")), _decimal(str(each["amount"]), "credits")) for each in values)
    except (AttributeError, KeyError, TypeError, RecursionError, json.JSONDecodeError):
        raise ValueError("credits is no JSON list of names and amounts") from None


def _cost_type(text: str) -> CostType:
    try:
        return CostType(text.lower() or CostType.REGULAR)
    except ValueError:
        raise ValueError(f"cost_type is {text!r}, which nobody here knows") from None


def _month(text: str) -> str:
    if not text:
        return ""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ValueError(f"invoice.month is {text!r}, which is no month")
    return f"{found[1]}-{found[2]}"
