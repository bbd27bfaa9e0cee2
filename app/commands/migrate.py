"""`envelope migrate`: bring the database to the tables that this program needs."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.schema import Standing


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    text = "bring the database to the tables that this program needs"
    parser = subparsers.add_parser("migrate", help=text, description=f"{text.capitalize()}.")
    parser.set_defaults(run=lambda _: run())


def run() -> int:
    # Web and database are slow to import; `envelope rules` must not wait for them.
    from app.db import database  # noqa: PLC0415 - slow import, see above
    from app.settings import settings  # noqa: PLC0415 - slow import, see above

    with database(settings()) as url:
        say(moved(url))
    return 0


def moved(url: str) -> str:
    """Migrate the database and return what was done, as a sentence."""
    from app import schema  # noqa: PLC0415 - slow import, see run
    from app.errors import Conflict  # noqa: PLC0415 - slow import, see run

    with answering(url):
        before = standing(url)
        if before is schema.Standing.AHEAD:
            raise Conflict(AHEAD)
        if before is schema.Standing.CURRENT:
            return f"The database is up to date ({schema.head()})."
        if before is schema.Standing.BEHIND:
            _keep_before(url)
        schema.upgrade(url)
    return f"The database was {before} and is now at {schema.head()}."


def _keep_before(url: str) -> None:
    """Keep the database of our own as it was; of somebody else's server they keep backups.

    Files are left out: no migration touches them.
    """
    from app import clock, schema  # noqa: PLC0415 - slow import, see run
    from app.commands.backups import backup  # noqa: PLC0415 - slow import, see run
    from app.settings import settings  # noqa: PLC0415 - slow import, see run

    chosen = settings()
    if chosen.database_url is not None:
        return
    folder = chosen.data_dir / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"before-{schema.head()}-{clock.now():%Y%m%d-%H%M%S}.tar"
    backup(url, None, target)
    say(f"The database as it was is kept in {target}.")


def standing(url: str) -> "Standing":
    """Tell how the database stands against this program, or refuse if it does not answer."""
    from app import schema  # noqa: PLC0415 - slow import, see run
    from app.db import engine_for  # noqa: PLC0415 - slow import, see run

    engine = engine_for(url, tokens=1)
    try:
        with answering(url):
            return schema.standing(engine)
    finally:
        engine.dispose()


@contextmanager
def answering(url: str) -> Iterator[None]:
    """Refuse with the database's address and its own words when it cannot be reached."""
    from app.db import refusals  # noqa: PLC0415 - slow import, see run
    from app.errors import Problem, Unavailable  # noqa: PLC0415 - slow import, see run

    try:
        with refusals():
            yield
    except Unavailable as away:
        words = str(getattr(away.__cause__, "orig", "")).strip().splitlines()
        raise Problem(
            f"The database at {url.rpartition('@')[2]} does not answer. "
            f"Is it running, and is ENVELOPE_DATABASE_URL right?{' '.join(['', *words[:1]])}"
        ) from away


AHEAD = (
    "The database is newer than this program. Start the version of Envelope that migrated it, "
    "or restore a backup from before."
)
BEHIND = (
    "The database is older than this program. Make a backup, then run: .venv/bin/envelope migrate"
)


def say(sentence: str) -> None:
    # One write: the processes that are started speak into the same pipe, between two halves too.
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
