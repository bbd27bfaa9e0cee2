"""`envelope backup FILE`: the database and the files of one moment in one archive."""

import argparse
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "keep database and files as one archive, while people work"
    parser = subparsers.add_parser("backup", help=text, description=f"{text.capitalize()}.")
    parser.add_argument("file", type=Path, help="where to write it; must not be there yet")
    parser.set_defaults(run=lambda args: run(args.file))


def run(target: Path) -> int:
    # The database is slow to import; `envelope rules` must not wait for it.
    from app.commands.backups import backup  # noqa: PLC0415 - slow import, see above
    from app.commands.migrate import answering, say  # noqa: PLC0415 - slow import, see above
    from app.db import database  # noqa: PLC0415 - slow import, see above
    from app.documents.store import Store  # noqa: PLC0415 - slow import, see above
    from app.settings import settings  # noqa: PLC0415 - slow import, see above

    chosen = settings()
    with database(chosen) as url, answering(url):
        made = backup(url, Store(chosen.files_place), target.absolute())
    kept = len(made.files) - len(made.lost)
    size = target.stat().st_size / 1024**2
    say(f"{target}: {sum(made.rows.values())} rows and {kept} files, {size:.1f} MiB.")
    say("It holds everything about everybody: keep it as safe as the installation itself.")
    for sha256 in made.lost:
        say(f"BAD  The file {sha256} is missing or damaged in the store and is not in the backup.")
    return 1 if made.lost else 0
