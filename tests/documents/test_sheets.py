import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents import gallery, sheets
from app.documents.contexts import AwardReport, AwardRow
from app.i18n.sentences import documents as sentences

AWARDS = sheets.sheet("awards")
HEADS = [
    "Lot", "Rank", "Application", "Applicant", "NUTS 2", "Region", "Municipality", "Action",
    "Score", "Currency", "Requested", "Awarded", "Agreed", "Paid", "Ordered back", "Came back",
    "Net paid", "Free again", "Left to pay", "Status", "Reason",
]  # fmt: skip


def report() -> AwardReport:
    context = next(each for each in gallery() if each.document == "award_report").context()
    assert isinstance(context, AwardReport)
    return context


def row(**changes: object) -> AwardRow:
    return replace(report().rows[0], **changes)  # type: ignore[arg-type]


def as_csv(rows: Iterable[AwardRow], **options: bool) -> bytes:
    target = io.BytesIO()
    sheets.write_csv(AWARDS, rows, target, **options)
    return target.getvalue()


def as_xlsx(rows: Iterable[AwardRow], count: int | None = None) -> bytes:
    target = io.BytesIO()
    sheets.write_xlsx(AWARDS, rows, target, count=count)
    return target.getvalue()


def numbers(book: bytes, column: str) -> list[Decimal]:
    """Return the text of a column's number cells as it stands in the file."""
    page = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    cells = re.findall(rf'<c r="{column}\d+"([^>]*)><v>([^<]*)</v>', page)
    return [Decimal(value) for more, value in cells if 't="' not in more]


def test_headings_of_all_sheets_can_be_translated() -> None:
    names = [path.stem for path in sheets.SHEETS.glob("*.toml")]
    read = [sheets.sheet(name) for name in names]

    assert {column.heading for each in read for column in each.columns} == set(sentences.HEADINGS)
    assert {each.title for each in read} == set(sentences.TITLES)


def test_csv_has_iso_numbers_and_no_total() -> None:
    lines = list(csv.reader(io.StringIO(as_csv(report().rows).decode())))

    assert lines[0] == HEADS
    assert lines[1][8:19] == [
        "91.00", "EUR", "498750.00", "498750.00", "498750.00", "199500.00", "20000.00",
        "12000.00", "187500.00", "12000.00", "299250.00",
    ]  # fmt: skip
    assert len(lines) == 1 + len(report().rows)


def test_csv_starts_with_the_mark_of_utf8_when_wanted() -> None:
    assert as_csv([], bom=True) == b"\xef\xbb\xbf" + as_csv([])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_csv_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    evil = f'{start}HYPERLINK("http://x","y")'

    lines = list(csv.reader(io.StringIO(as_csv([row(applicant=evil)]).decode(), newline="")))

    assert lines[1][3] == "'" + evil


def test_negative_amount_is_a_number_and_stays_one() -> None:
    assert b",-2345.67," in as_csv([row(left_cents=-234567)])


def test_workbook_reads_back_with_totals_that_equal_the_envelope() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(report().rows))).active
    lines = list(page.iter_rows(values_only=True))

    assert list(lines[0]) == HEADS
    assert (page.title, page.freeze_panes) == ("Awards", "A2")
    assert page["L2"].number_format == "#,##0.00"
    assert numbers(as_xlsx(report().rows), "L")[-1] == Decimal("10140000.00")
    assert lines[-1][0] == "Total"


def test_awarded_sum_of_the_workbook_is_its_rows() -> None:
    for column in "KLMNOPQRS":
        *rows, total = numbers(as_xlsx(report().rows), column)
        assert sum(rows) == total


def test_formula_that_somebody_typed_stays_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx([row(applicant="=1+1")]))).active

    assert (page["D2"].value, page["D2"].data_type) == ("=1+1", "s")


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(min_value=-(10**13), max_value=10**14), min_size=1, max_size=30))
def test_every_amount_is_exact_in_both_writers(cents: list[int]) -> None:
    rows = [row(requested_cents=each) for each in cents]
    exact = [Decimal(each).scaleb(-2) for each in cents]

    assert numbers(as_xlsx(rows), "K") == [*exact, sum(exact)]
    assert numbers(as_xlsx(rows, count=sheets.MANY_ROWS + 1), "K") == exact


def test_twenty_thousand_rows_and_one_are_written_plain_with_the_same_heads() -> None:
    made = random.Random(1)
    rows = [row(requested_cents=made.randrange(10**9)) for _ in range(300)]

    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows, count=sheets.MANY_ROWS + 1))).active

    assert [cell.value for cell in page[1]] == HEADS
    assert page.max_row == 301
    assert page.freeze_panes == "A2"


def test_json_gives_decimal_text_by_field() -> None:
    target = io.BytesIO()
    sheets.write_json(AWARDS, [row(agreed_cents=None, reason="")], target)
    empty = io.BytesIO()
    sheets.write_json(AWARDS, [], empty)

    read = json.loads(target.getvalue())[0]
    assert (read["requested"], read["agreed"], read["score"]) == ("498750.00", None, "91.00")
    assert (read["applicant"], read["reason"]) == ("Opština Žabalj", None)
    assert json.loads(empty.getvalue()) == []


def test_empty_list_is_a_workbook_with_heads_and_zero_totals() -> None:
    assert numbers(as_xlsx([]), "L") == [Decimal(0)]
