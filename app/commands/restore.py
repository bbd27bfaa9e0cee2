"""`envelope restore FILE`: bring an archive of `envelope backup` into an empty installation."""

import argparse
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "bring a backup into an empty database and file store"
    parser = subparsers.add_parser("restore", help=text, description=f"{text.capitalize()}.")
    parser.add_argument("file", type=Path, help="an archive made by envelope backup")
    parser.set_defaults(run=lambda args: run(args.file))


def run(source: Path) -> int:
    # The database is slow to import; `envelope rules` must not wait for it.
    from app import schema  # noqa: PLC0415 - slow import, see above
    from app.commands.backups import restore  # noqa: PLC0415 - slow import, see above
    from app.commands.migrate import answering, say  # noqa: PLC0415 - slow import, see above
    from app.db import database  # noqa: PLC0415 - slow import, see above
    from app.documents.store import Store  # noqa: PLC0415 - slow import, see above
    from app.settings import settings  # noqa: PLC0415 - slow import, see above

    chosen = settings()
    with database(chosen) as url, answering(url):
        told = restore(url, Store(chosen.files_place), source.absolute())
    kept = len(told.files) - len(told.lost)
    say(f"Restored as of {told.made_at}: {sum(told.rows.values())} rows and {kept} files.")
    for sha256 in told.lost:
        say(f"BAD  The file {sha256} was missing or damaged already when the backup was made.")
    if told.head != schema.head():
        say("Its tables are older than this program. Run: .venv/bin/envelope migrate")
    return 0
