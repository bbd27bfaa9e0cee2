"""`envelope demo`: build the demo world in an empty database and say who can sign in."""

import argparse
from datetime import date


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "build the demo world in an empty database"
    parser = subparsers.add_parser("demo", help=text, description=f"{text.capitalize()}.")
    parser.add_argument(
        "--day", type=date.fromisoformat, help="its base day, like 2026-03-19; today if left out"
    )
    parser.set_defaults(run=lambda args: run(args.day))


def run(day: date | None) -> int:
    from app.commands import first_start  # noqa: PLC0415 - slow import
    from app.commands.migrate import moved, say  # noqa: PLC0415 - slow import
    from app.db import database  # noqa: PLC0415 - slow import
    from app.settings import settings  # noqa: PLC0415 - slow import

    with database(settings()) as url:
        say(moved(url))
        for line in first_start.build_demo(url, day):
            say(line)
    return 0
