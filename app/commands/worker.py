"""`envelope worker`: do background work until told to stop."""

import argparse


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "do background work: letters, mails, deadlines"
    parser = subparsers.add_parser("worker", help=text, description=f"{text.capitalize()}.")
    parser.add_argument("--lifeline", type=int, help=argparse.SUPPRESS)
    parser.set_defaults(run=lambda args: run(args.lifeline))


def run(lifeline: int | None) -> int:
    from app.commands.processes import end_with_parent  # noqa: PLC0415 - slow import
    from app.db import database  # noqa: PLC0415 - slow import
    from app.jobs.worker import run as work  # noqa: PLC0415 - slow import
    from app.settings import settings  # noqa: PLC0415 - slow import

    end_with_parent(lifeline)
    with database(settings()) as url:
        work(url, settings())
    return 0
