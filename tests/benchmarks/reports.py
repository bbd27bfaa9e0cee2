"""The award report as a download, against the bare libraries that write such files.

The bare ones get rows that lie ready in memory and write them to nothing but a file.
"""

import csv
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from resource import struct_rusage
from tempfile import TemporaryFile
from typing import BinaryIO

import openpyxl
import rustpy_xlsxwriter
import xlsxwriter

from tests.benchmarks.client import Asked, ask, connect
from tests.benchmarks.copies import World
from tests.benchmarks.running import CHECKOUT, Server, database_seconds, settings_of

KINDS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Written:
    """One file of so many rows: how long it took, and whose CPU."""

    what: str
    rows: int
    seconds: float
    cpu_seconds: float
    database_seconds: float = 0.0
    memory_bytes: int | None = None
    """By how much the most memory of the process has grown."""


def measure(world: World, server: Server, url: str, folder: Path) -> Iterator[Written]:
    rows: list[list[object]] = []
    for kind in KINDS:
        written, body = _downloaded(world, server, url, kind)
        if kind == "csv":
            text = body.decode("utf-8-sig")
            rows = [_typed(line) for line in csv.reader(io.StringIO(text))]
        yield written
    yield _exported(world, url, folder)
    for what, write in _LIBRARIES.items():
        with TemporaryFile() as file:
            began, cpu = time.perf_counter(), time.process_time()
            write(rows, file)
            took = time.perf_counter() - began
            yield Written(f"bare {what}", len(rows) - 1, took, time.process_time() - cpu)


def _downloaded(world: World, server: Server, url: str, kind: str) -> tuple[Written, bytes]:
    path = f"/office/calls/{world.patterns.announced.call.id}/report/awards.{kind}"
    connection = connect(server.port)
    memory = server.most_memory_bytes()
    cpu, database, began = server.cpu_seconds(), database_seconds(url), time.perf_counter()
    body = ask(connection, Asked(path, world.patterns.officer_token))
    written = Written(
        what=f"awards.{kind} by HTTP",
        rows=world.half + 1,
        seconds=time.perf_counter() - began,
        cpu_seconds=server.cpu_seconds() - cpu,
        database_seconds=database_seconds(url) - database,
        memory_bytes=server.most_memory_bytes() - memory,
    )
    connection.close()
    return written, body


def _exported(world: World, url: str, folder: Path) -> Written:
    """Write the report as JSON by the command; its memory is more than that of no rows at all."""
    patterns, began = world.patterns, time.perf_counter()
    whole = _command(url, folder, patterns.announced.call.id)
    took = time.perf_counter() - began
    none = _command(url, folder, patterns.draft.call.id)
    return Written(
        what="awards.json by `envelope export`",
        rows=world.half + 1,
        seconds=took,
        cpu_seconds=whole.ru_utime + whole.ru_stime,
        memory_bytes=(whole.ru_maxrss - none.ru_maxrss) * 1024,
    )


def _command(url: str, folder: Path, call_id: int) -> struct_rusage:
    command = [sys.executable, "-m", "app", "export", "awards", str(call_id), "--format", "json"]
    running = subprocess.Popen(
        command,
        env={**os.environ, **settings_of(url, folder)},
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return used


def _typed(cells: list[str]) -> list[object]:
    """Give amounts back their kind, so that the libraries write what the product writes."""
    return [_amount(cell) for cell in cells]


def _amount(cell: str) -> object:
    whole, dot, cents = cell.partition(".")
    is_amount = dot and len(cents) == 2 and (whole + cents).isdecimal()
    return Decimal(cell) if is_amount else cell


def _by_csv(rows: list[list[object]], file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    csv.writer(text).writerows(rows)
    text.detach()


def _by_xlsxwriter(rows: list[list[object]], file: BinaryIO) -> None:
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)


def _by_openpyxl(rows: list[list[object]], file: BinaryIO) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for cells in rows:
        sheet.append(cells)
    book.save(file)


def _by_rust(rows: list[list[object]], file: BinaryIO) -> None:
    head = [str(cell) for cell in rows[0]]

    def plain() -> Iterator[dict[str, object]]:
        for cells in rows[1:]:
            values = (float(cell) if isinstance(cell, Decimal) else cell for cell in cells)
            yield dict(zip(head, values, strict=True))

    rustpy_xlsxwriter.write_worksheet(plain(), file, sheet_name="Awards")


_LIBRARIES: dict[str, Callable[[list[list[object]], BinaryIO], None]] = {
    "csv": _by_csv,
    "rustpy_xlsxwriter": _by_rust,
    "xlsxwriter, constant memory": _by_xlsxwriter,
    "openpyxl, write only": _by_openpyxl,
}
