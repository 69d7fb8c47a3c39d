"""Reading Google's usage cost export: what is ours, what is not, and what cannot be read."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.domain.invoice import CostType, Credit, ExportLine, Sku, named_skus
from engine.domain.models import Mode
from engine.errors import InputError
from engine.invoice.export import Export, read_export

SKUS = named_skus({"ABCD-1234": "gemini-embedding-001/batch", "ABCD-9999": "other"})
LINE = {
    "service.description": "Gemini API",
    "sku.id": "ABCD-1234",
    "sku.description": "Gemini Embedding 001 input Batch",
    "usage_start_time": "2026-11-24 08:00:00 UTC",
    "usage_end_time": "2026-11-25 08:00:00 UTC",
    "project.id": "p",
    "cost": "0.075",
    "currency": "USD",
    "currency_conversion_rate": "1",
    "usage.amount": "1000000",
    "usage.unit": "count",
    "credits": "[]",
    "cost_type": "regular",
    "invoice.month": "202611",
}


def written(tmp_path: Path, *lines: dict[str, str], delimiter: str = ",", start: str = "") -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(LINE), delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**LINE, **line} for line in lines)
    path = tmp_path / "export.csv"
    path.write_text(start + text.getvalue(), "utf-8", newline="")
    return path


def read(tmp_path: Path, *lines: dict[str, str], **options: str) -> Export:
    return read_export(written(tmp_path, *lines, **options), SKUS)


def refused(path: Path, month: str | None = None) -> InputError:
    with pytest.raises(InputError) as error:
        read_export(path, SKUS, month=month)
    return error.value


def test_a_line_is_read_to_the_last_digit(tmp_path: Path) -> None:
    credit = '[{"name": "free", "amount": -0.0100000000000000001, "full_name": "x"}]'
    (line,) = read(tmp_path, {"credits": credit}).lines
    assert line == ExportLine(
        number=2,
        service="Gemini API",
        sku_id="ABCD-1234",
        sku_name="Gemini Embedding 001 input Batch",
        sku=Sku("gemini-embedding-001", Mode.BATCH),
        start=datetime(2026, 11, 24, 8, tzinfo=UTC),
        end=datetime(2026, 11, 25, 8, tzinfo=UTC),
        project="p",
        cost=Decimal("0.075"),
        currency="USD",
        rate=Decimal(1),
        usage=Decimal(1_000_000),
        unit="count",
        credits=(Credit("free", Decimal("-0.0100000000000000001")),),
        cost_type=CostType.REGULAR,
        invoice_month="2026-11",
    )
    assert (line.tokens, line.gross, line.credit) == (1_000_000, 75 * 10**9, -(10**10))


@pytest.mark.parametrize(("delimiter", "start"), [(",", ""), (";", ""), (",", "\ufeff"), (";", "\ufeff")])
def test_semicolons_and_a_byte_order_mark_do_not_matter(tmp_path: Path, delimiter: str, start: str) -> None:
    assert len(read(tmp_path, {}, {}, delimiter=delimiter, start=start).lines) == 2


def test_columns_may_be_spelled_and_ordered_otherwise(tmp_path: Path) -> None:
    path = written(tmp_path, {})
    text = path.read_text("utf-8").replace("usage.amount", "Usage_Amount").replace("sku.id", "SKU_ID")
    path.write_text(text.replace("cost_type", "COST_TYPE"), "utf-8")
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    path.write_text("\n".join(",".join([*reversed(row), "more"]) for row in rows), "utf-8")
    (line,) = read_export(path, SKUS).lines
    assert line.tokens == 1_000_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24 08:00:00 UTC", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24 08:00:00.25 UTC", datetime(2026, 11, 24, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-24T08:00:00Z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24 00:00:00-08:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24 08:00:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 24, 8, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_the_forms_that_exports_have(tmp_path: Path, text: str, moment: datetime) -> None:
    (line,) = read(tmp_path, {"usage_start_time": text}).lines
    assert line.start == moment


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"cost": "much"}, "cost is 'much', which is no number"),
        ({"cost": "0,075"}, "cost is '0,075', which is no number"),
        ({"cost": "NaN"}, "cost is 'NaN', which is no number"),
        ({"cost": "1e300"}, "cost is 1e300, which is no plausible amount"),
        ({"cost": ""}, "cost is '', which is no number"),
        ({"usage.amount": "-5"}, "usage.amount is -5, below zero"),
        ({"usage.amount": ""}, "usage.amount is '', which is no number"),
        ({"usage.unit": "byte-seconds"}, "usage.unit is 'byte-seconds', which is no count of tokens"),
        ({"usage_start_time": "soon"}, "usage_start_time is 'soon', which is no time"),
        ({"usage_end_time": "2026-11-23 08:00:00 UTC"}, "its usage ends before it starts"),
        ({"cost_type": "gift"}, "cost_type is 'gift', which nobody here knows"),
        ({"invoice.month": "November"}, "invoice.month is 'November', which is no month"),
        ({"credits": "[1]"}, "credits is no JSON list of names and amounts"),
        ({"credits": "[{"}, "credits is no JSON list of names and amounts"),
        ({"currency": "EUR", "currency_conversion_rate": ""}, "currency_conversion_rate is '', which is no number"),
        ({"currency": "EUR", "currency_conversion_rate": "0"}, "currency_conversion_rate is 0 for EUR"),
        ({"currency_conversion_rate": "0.9"}, "currency_conversion_rate is 0.9 for USD"),
        ({"service.description": "Invoice", "sku.id": "TAX"}, "it charges for usage on the invoice as a whole"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_stops_no_other(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    found = read(tmp_path, {}, cells, {})
    assert [line.number for line in found.lines] == [2, 4]
    assert [(bad.number, bad.reason) for bad in found.bad] == [(3, reason)]


def test_a_row_of_too_few_cells_is_a_bad_line(tmp_path: Path) -> None:
    path = written(tmp_path, {})
    path.write_text(path.read_text("utf-8") + "Gemini API,ABCD-1234\n", "utf-8")
    (bad,) = read_export(path, SKUS).bad
    assert "it has 2 cells where the heading has 14" in bad.reason


def test_lines_of_other_services_and_skus_are_counted_and_not_read(tmp_path: Path) -> None:
    others = ({"service.description": "BigQuery", "sku.id": "X", "cost": "?"}, {"sku.id": "ABCD-9999"})
    found = read(tmp_path, {}, *others, others[0])
    assert (len(found.lines), found.bad) == (1, [])
    assert found.others == {"BigQuery": 2, "Gemini API": 1}


def test_tax_belongs_to_us_where_nothing_else_is_charged(tmp_path: Path) -> None:
    tax = {"service.description": "Invoice", "sku.id": "TAX", "cost_type": "tax", "usage.amount": "", "cost": "0.01"}
    found = read(tmp_path, {}, tax, {**tax, "project.id": "another"})
    assert [(line.cost_type, line.sku, line.tokens) for line in found.lines[1:]] == [(CostType.TAX, None, 0)]
    assert found.others == {"Invoice": 1}
    shared = read(tmp_path, {}, tax, {"service.description": "BigQuery", "sku.id": "X"})
    assert len(shared.lines) == 1


def test_only_the_projects_of_the_keys_count_where_they_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, {}, {"project.id": "another", "sku.id": "NEVER-SEEN"})
    found = read_export(path, SKUS, projects=frozenset({"p"}))
    assert (len(found.lines), found.others) == (1, {"Gemini API of the project another": 1})


def test_an_unknown_sku_is_refused_with_the_lines_to_add(tmp_path: Path) -> None:
    chat = {"sku.id": "EFGH-1", "sku.description": "Gemini 3 Flash output"}
    new = {"sku.id": "EFGH-2", "sku.description": "Gemini-Embedding-2 input token count, Batch"}
    error = refused(written(tmp_path, {}, chat, new))
    assert "EFGH-1 (Gemini 3 Flash output)" in error.message
    assert '"EFGH-1" = "other"\n"EFGH-2" = "gemini-embedding-2/batch"' in error.hint
    assert "--sku" in error.hint


def test_a_month_is_googles_and_another_one_is_refused(tmp_path: Path) -> None:
    october = {"usage_start_time": "2026-11-01 06:00:00 UTC", "usage_end_time": "2026-11-01 07:00:00 UTC"}
    path = written(tmp_path, {}, october)
    assert [line.number for line in read_export(path, SKUS, month="2026-10").lines] == [3]
    assert read_export(path, SKUS).months == {"2026-11": 1, "2026-10": 1}
    assert "is of 2026-10, 2026-11, not of 2026-09" in refused(path, "2026-09").message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xff\xfes\0k\0u\0", "is not text in UTF-8"),
        (b"name,price\ntea,3\n", "is no usage cost export: it has no service.description, sku.id"),
        (b"\x89PNG\r\n\x1a\n pixels", "is no usage cost export"),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_a_way_out(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    error = refused(path)
    assert words in error.message
    assert "BigQuery" in error.hint


def test_an_export_without_a_line_of_ours_is_refused(tmp_path: Path) -> None:
    assert "has no line of the Gemini API" in refused(written(tmp_path)).message
    other = {"service.description": "BigQuery", "sku.id": "X"}
    assert "only of BigQuery (2)" in refused(written(tmp_path, other, other)).message


def test_a_quote_that_never_ends_takes_only_its_own_line_with_it(tmp_path: Path) -> None:
    path = written(tmp_path, {}, {})
    path.write_text(path.read_text("utf-8") + '"' + "x" * 200_000 + "\n", "utf-8")
    found = read_export(path, SKUS)
    assert len(found.lines) == 2
    assert "it is not CSV" in found.bad[0].reason


def test_the_name_of_a_sku_is_a_model_and_a_mode() -> None:
    assert named_skus({"A": "m/direct", "B": "m/sync", "C": "other"}) == {
        "A": Sku("m", Mode.SYNCHRONOUS),
        "B": Sku("m", Mode.SYNCHRONOUS),
        "C": None,
    }
    assert str(Sku.parse("gemini-embedding-001/batch")) == "gemini-embedding-001/batch"
    with pytest.raises(ValueError, match="MODEL/batch"):
        named_skus({"A": "batch"})
