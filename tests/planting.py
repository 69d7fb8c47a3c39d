"""Differences planted in an export of the emulator's bill, each as Google would show it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

from engine.emulator.export import COLUMNS

MILLION = 1_000_000


class Planted:
    """The rows of an export; each method plants one difference and says nothing of it."""

    def __init__(self, text: str) -> None:
        self.rows = list(csv.DictReader(io.StringIO(text)))

    def missing(self, tokens: int, row: int = 0) -> None:
        """A job of so many tokens is not charged."""
        line = self.rows[row]
        left = int(line["usage.amount"]) - tokens
        price = Decimal(line["cost"]) / int(line["usage.amount"])
        line["usage.amount"], line["cost"] = str(left), _rounded(price * left)
        if not left:
            self.rows.remove(line)

    def doubled(self, row: int = 0) -> None:
        """A line stands twice."""
        self.rows.append(dict(self.rows[row]))

    def priced(self, per_million: str, row: int = 0) -> None:
        """A line is charged at another price."""
        line = self.rows[row]
        line["cost"] = _rounded(Decimal(per_million) * int(line["usage.amount"]) / MILLION)

    def credited(self, amount: str, row: int = 0) -> None:
        """Something is taken off."""
        self.rows[row]["credits"] = f'[{{"name": "free tier", "amount": {amount}, "type": "PROMOTION"}}]'

    def taxed(self, amount: str) -> None:
        """Tax on a line of its own, as invoices have it."""
        tax = {
            "service.id": "INVOICE",
            "service.description": "Invoice",
            "sku.id": "TAX",
            "sku.description": "Tax",
            "cost": amount,
            "usage.amount": "",
            "usage.unit": "",
            "credits": "[]",
            "cost_type": "tax",
        }
        self.rows.append({**self.rows[0], **tax})

    def in_currency(self, name: str, rate: str) -> None:
        """All of it in another currency, so many for a dollar."""
        for line in self.rows:
            line["currency"], line["currency_conversion_rate"] = name, rate
            line["cost"] = _rounded(Decimal(line["cost"]) * Decimal(rate))

    def write(self, folder: Path) -> Path:
        """The file."""
        path = folder / "planted.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.rows)
        return path


def _rounded(amount: Decimal) -> str:
    return f"{round(amount, 6):f}"
