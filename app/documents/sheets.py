"""Rows and a list of columns to CSV, XLSX and JSON; money exact, memory constant.

The columns are data (`reports/sheets/<name>.toml`), the rows any iterable of dataclasses.
An amount leaves as its exact decimal: XLSX gets "505562.96", never a float's neighbour.
"""

import csv
import io
import json
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

import rustpy_xlsxwriter
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.i18n import gettext

SHEETS = Path(__file__).resolve().parents[2] / "reports" / "sheets"
MANY_ROWS = 20_000
_GUARDED = "=+-@\t\r\n"
_NAMES_REFUSED = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class Kind(StrEnum):
    TEXT = "text"
    INT = "int"
    MONEY = "money"
    SCORE = "score"
    DATE = "date"


_PATTERNS = {
    Kind.TEXT: "@",
    Kind.INT: "0",
    Kind.MONEY: "#,##0.00",
    Kind.SCORE: "0.00",
    Kind.DATE: "yyyy-mm-dd",
}

Cell = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """`field` names an attribute of the row; `heading` is English and is translated."""

    heading: str
    field: str
    format: Kind
    width: int
    total: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: tuple[Column, ...]

    def only(self, fields: Collection[str]) -> "Sheet":
        """Return the sheet with some of its columns, in its own order; all of them for none."""
        chosen = tuple(column for column in self.columns if column.field in fields)
        return replace(self, columns=chosen or self.columns)

    def headings(self) -> list[str]:
        return [gettext(column.heading) for column in self.columns]


@cache
def sheet(name: str) -> Sheet:
    """Read `reports/sheets/<name>.toml`; an unknown key is a TypeError, a bug of ours."""
    read = tomllib.loads((SHEETS / f"{name}.toml").read_text(encoding="utf-8"))
    columns = tuple(
        Column(**{**column, "format": Kind(column["format"])}) for column in read.pop("columns")
    )
    return Sheet(columns=columns, **read)


def write_csv(
    columns: Sheet, rows: Iterable[object], target: BinaryIO, *, bom: bool = False
) -> None:
    """Write UTF-8 with commas, ISO dates and dot decimals, no totals: for machines.

    `bom` makes Excel read it as UTF-8. Text that a spreadsheet would run as a formula
    gets an apostrophe in front.
    """
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    if bom:
        text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(columns.headings())
    # The library writes an empty cell as nothing and the others as their text.
    writer.writerows(
        [_guarded(cell) if isinstance(cell, str) else cell for cell in cells]
        for cells in _rows(columns, rows)
    )
    text.detach()


def write_json(columns: Sheet, rows: Iterable[object], target: BinaryIO) -> None:
    """Write an array of objects by field name; money and scores are decimal text."""
    separator = b"[\n"
    names = [column.field.removesuffix("_cents") for column in columns.columns]
    # `default` gets what JSON does not know: decimals and dates.
    encoder = json.JSONEncoder(ensure_ascii=False, default=str)
    for cells in _rows(columns, rows):
        target.write(separator + encoder.encode(dict(zip(names, cells, strict=True))).encode())
        separator = b",\n"
    target.write(b"\n]\n" if separator == b",\n" else b"[]\n")


def write_xlsx(
    columns: Sheet, rows: Iterable[object], target: BinaryIO, *, count: int | None = None
) -> None:
    """Write a workbook: styled with totals, or plain and fast from `count` > 20,000 rows on."""
    if count is not None and count > MANY_ROWS:
        _write_plain(columns, rows, target)
    else:
        _write_styled(columns, rows, target)


def _rows(columns: Sheet, rows: Iterable[object]) -> Iterator[list[Cell]]:
    """Yield the cells of each row; money from cents, scores from decimal text."""
    read = [_READ[column.format] for column in columns.columns]
    # An attrgetter of one name gives no tuple, so it asks for the first one twice.
    names = [column.field for column in columns.columns]
    values_of = attrgetter(*names, names[0])
    for row in rows:
        yield [
            None if value is None or value == "" else of(value)
            for of, value in zip(read, values_of(row), strict=False)
        ]


def _money(value: object) -> Cell:
    assert isinstance(value, int)
    return Decimal(value).scaleb(-2)


def _score(value: object) -> Cell:
    return Decimal(str(value))


def _whole(value: object) -> Cell:
    assert isinstance(value, int)
    return value


def _said(value: object) -> Cell:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)


_READ: dict[Kind, Callable[[object], Cell]] = {
    Kind.TEXT: _said,
    Kind.INT: _whole,
    Kind.MONEY: _money,
    Kind.SCORE: _score,
    Kind.DATE: _said,
}


def _guarded(cell: str) -> str:
    return "'" + cell if cell[0] in _GUARDED else cell


def _write_styled(columns: Sheet, rows: Iterable[object], target: BinaryIO) -> None:
    options = {"constant_memory": True, "in_memory": False}
    with xlsxwriter.Workbook(target, options) as book:
        # A fixed date makes the same rows the same bytes, so that files can be compared.
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - xlsxwriter wants none
        page = book.add_worksheet(_tab(columns))
        formats = _formats(book, columns, bold=False)
        _head(book, page, columns, formats)
        totals = [Decimal(0)] * len(columns.columns)
        last = 0
        for last, cells in enumerate(_rows(columns, rows), start=1):
            _line(page, last, cells, formats)
            _add(totals, cells)
        page.autofilter(0, 0, max(last, 1), len(columns.columns) - 1)
        _foot(page, last + 1, _totals_line(columns, totals), _formats(book, columns, bold=True))


def _formats(book: xlsxwriter.Workbook, columns: Sheet, *, bold: bool) -> list[Format]:
    look = {"bold": True, "top": 1} if bold else {"valign": "top"}
    return [
        book.add_format({**look, "num_format": _PATTERNS[column.format]})
        for column in columns.columns
    ]


def _head(
    book: xlsxwriter.Workbook, page: Worksheet, columns: Sheet, formats: Sequence[Format]
) -> None:
    head = book.add_format(
        {"bold": True, "bg_color": "#12344D", "font_color": "#FFFFFF", "text_wrap": True}
    )
    for number, column in enumerate(columns.columns):
        page.set_column(number, number, column.width, formats[number])
        page.write_string(0, number, gettext(column.heading), head)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _line(page: Worksheet, row: int, cells: Sequence[Cell], formats: Sequence[Format]) -> None:
    for number, (cell, look) in enumerate(zip(cells, formats, strict=True)):
        if cell is None:
            continue
        if isinstance(cell, str):
            # As text, so that "=1+1" stays what was typed.
            page.write_string(row, number, cell, look)
        elif isinstance(cell, date):
            page.write_datetime(row, number, cell, look)
        else:
            page.write_number(row, number, cell, look)


def _foot(page: Worksheet, row: int, cells: Sequence[Cell], formats: Sequence[Format]) -> None:
    if any(isinstance(cell, Decimal) for cell in cells):
        _line(page, row, cells, formats)


def _add(totals: list[Decimal], cells: Sequence[Cell]) -> None:
    for number, cell in enumerate(cells):
        if isinstance(cell, Decimal):
            totals[number] += cell


def _totals_line(columns: Sheet, totals: Sequence[Decimal]) -> list[Cell]:
    """Return the sums under their columns, and the word for them where there is room for it."""
    sums: list[Cell] = [
        total if column.total else None
        for column, total in zip(columns.columns, totals, strict=True)
    ]
    return sums if columns.columns[0].total else [gettext("Total"), *sums[1:]]


def _write_plain(columns: Sheet, rows: Iterable[object], target: BinaryIO) -> None:
    """Write without totals, by a generator; a cent over 100 as float prints back exactly.

    The nearest double of a number with two decimals is printed by its shortest text,
    which is that number, up to 15 digits: ten trillion euro.
    """
    headings = columns.headings()

    def records() -> Iterator[dict[str, object]]:
        for cells in _rows(columns, rows):
            values = [float(cell) if isinstance(cell, Decimal) else cell for cell in cells]
            yield dict(zip(headings, values, strict=True))

    rustpy_xlsxwriter.write_worksheet(
        records(),
        target,
        sheet_name=_tab(columns),
        freeze_row=1,
        bold_headers=True,
        float_format="#,##0.00",
        datetime_format="yyyy-mm-dd",
        column_widths=[float(column.width) for column in columns.columns],
    )


def _tab(columns: Sheet) -> str:
    """Return the title as the name of a tab: at most 31 characters, some are refused."""
    return gettext(columns.title).translate(_NAMES_REFUSED)[:31]
