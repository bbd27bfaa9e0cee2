"""`envelope serve`: pages and background work, and PostgreSQL if it is our own.

With `--setup`, as `make run` calls it, also what a first start needs: the tables, the
demo world or the first administrator.
"""

import argparse
import os

# Settings that a word on the command line replaces, for this process and its children.
WORDS = ("host", "port", "web_processes", "worker_processes", "demo")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "serve pages and do background work"
    parser = subparsers.add_parser("serve", help=text, description=f"{text.capitalize()}.")
    parser.add_argument("--setup", action="store_true", help="also migrate and fill a new database")
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", help="port to listen on")
    parser.add_argument("--web-processes", metavar="N", help="processes that serve pages")
    parser.add_argument("--worker-processes", metavar="N", help="processes that do jobs")
    parser.add_argument("--demo", metavar="0|1", help="fill a new database with the demo world")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    for word in WORDS:
        if getattr(args, word) is not None:
            os.environ[f"ENVELOPE_{word.upper()}"] = getattr(args, word)
    # Web and database are slow to import; `envelope rules` must not wait for them.
    from app.commands import supervisor  # noqa: PLC0415 - slow import, see above

    return supervisor.run(setup=args.setup)
