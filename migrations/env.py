"""Runs migrations: all that are due in one transaction, one process at a time."""

import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

import app.models  # noqa: F401 - registers every table for the drift check
from app.db import database
from app.models.base import Base
from app.settings import settings

HERE = Path(__file__).parent
ADVISORY_LOCK = 4_701_202_607
LOCK_TIMEOUT = "5s"


def include_object(_: object, name: str | None, kind: str, reflected: bool, __: object) -> bool:  # noqa: FBT001 - alembic's own signature
    """Hide the queue's own tables: they come from one frozen copy, not from our models."""
    return not (kind == "table" and reflected and (name or "").startswith("procrastinate_"))


def number_it(
    _: MigrationContext, __: str | Iterable[str | None], scripts: list[MigrationScript]
) -> None:
    """Give a new migration the next number, and write it into head.txt.

    Two people who add a migration at the same time then collide in git, not in production.
    """
    taken = [int(path.name[:4]) for path in (HERE / "versions").glob("[0-9]*.py")]
    # `alembic check` comes by as well, with a script that has no message and is thrown away.
    for script in (script for script in scripts if script.message):
        script.rev_id = f"{max(taken, default=0) + 1:04}"
        slug = re.sub(r"\W+", "_", str(script.message).lower()).strip("_")
        (HERE / "head.txt").write_text(f"{script.rev_id}_{slug}\n")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        process_revision_directives=number_it,
        compare_server_default=True,
    )
    with context.begin_transaction():
        # Transaction locks end with the transaction, also behind a pooler.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        # A migration that waits for a table makes all readers behind it wait: rather fail.
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        context.run_migrations()


def main() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        run(given)
        return
    with (
        database(settings()) as url,
        closing(create_engine(url, poolclass=NullPool).connect()) as connection,
    ):
        run(connection)


main()
