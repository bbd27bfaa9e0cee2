"""`envelope export awards CALL`: the award report as XLSX, CSV or JSON, as the page has it."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

FORMATS = ("xlsx", "csv", "json")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "write reports to files"
    parser = subparsers.add_parser("export", help=text, description=f"{text.capitalize()}.")
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    awards = what.add_parser("awards", help="the award report of one call")
    awards.add_argument("call", metavar="CALL", help="code of the call, or its number")
    awards.add_argument("--format", choices=FORMATS, default="csv", help="csv if left out")
    awards.add_argument("-o", "--output", metavar="FILE", help="a file; else standard output")
    awards.set_defaults(run=lambda args: run(args.call, args.format, args.output))


def run(call: str, kind: str, output: str | None) -> int:
    """Write the report; a file that was not finished does not stay."""
    from app.commands.migrate import answering  # noqa: PLC0415 - slow import
    from app.db import database, engine_for, reading, sessions  # noqa: PLC0415 - slow import
    from app.settings import settings  # noqa: PLC0415 - slow import

    with database(settings()) as url, answering(url), ExitStack() as stack:
        engine = engine_for(url, tokens=1)
        stack.callback(engine.dispose)
        session = stack.enter_context(reading(sessions(engine)))
        return _write(session, call, kind, output)


def _write(session: object, call: str, kind: str, output: str | None) -> int:
    from sqlalchemy.orm import Session  # noqa: PLC0415 - slow import

    from app.errors import NotFound, Problem  # noqa: PLC0415 - slow import
    from app.queries import award_report, award_report_sums  # noqa: PLC0415 - slow import
    from app.rules.permissions import SYSTEM  # noqa: PLC0415 - slow import
    from app.web import award_sheet  # noqa: PLC0415 - slow import

    assert isinstance(session, Session)
    try:
        found = award_report.find_call(session, SYSTEM, call)
    except NotFound:
        raise Problem(f"There is no call {call!r}. Give its code or its number.") from None
    count = award_report_sums.totals(session, found.call_id).sum_of("applications")
    rows = award_sheet.awards_rows(award_report.lines(session, found.call_id), found.currency)
    if output is None or output == "-":
        award_sheet.write(kind, rows, sys.stdout.buffer, count=count)
        sys.stdout.buffer.flush()
        return 0
    return _into_file(Path(output), lambda file: award_sheet.write(kind, rows, file, count=count))


def _into_file(path: Path, write: Callable[[BinaryIO], None]) -> int:
    from app.errors import Problem  # noqa: PLC0415 - slow import

    draft = path.with_name(f".{path.name}.unfinished")
    try:
        with draft.open("wb") as file:
            write(file)
        draft.replace(path)
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return 0
