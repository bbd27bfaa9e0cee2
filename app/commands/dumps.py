"""The database as PostgreSQL's own programs write it and read it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.orm import Session

from app.db import engine_for
from app.embedded.binaries import programs
from app.errors import Problem
from app.queries.files import everything


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of a database that stands still while the connection is open."""

    connection: Connection
    url: str

    def dump(self, target: Path) -> None:
        """Write all of it to `target`, compressed, as it is in this moment."""
        snapshot = self.connection.scalar(text("SELECT pg_export_snapshot()"))
        _run(self.url, "pg_dump", "--format=custom", f"--snapshot={snapshot}", *_PLAIN,
             f"--file={target}", major=self.major)  # fmt: skip

    @property
    def major(self) -> int:
        return major_of(self.connection)

    def rows(self) -> dict[str, int]:
        """Count the rows of every table."""
        return {name: _count(self.connection, name) for name in tables(self.connection)}

    def files(self) -> dict[str, int]:
        """Return hash → bytes of every file that a row points at in this moment."""
        return everything(Session(self.connection))


@contextmanager
def moment(url: str) -> Iterator[Moment]:
    """Hold one moment of the database; nobody else is kept from working."""
    engine = engine_for(url, tokens=1)
    try:
        with engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execute(text("SET TRANSACTION READ ONLY"))
            yield Moment(connection, url)
    finally:
        engine.dispose()


def restore(url: str, dump: Path, major: int) -> None:
    """Bring back all of a dump in one transaction, or nothing."""
    _run(url, "pg_restore", "--single-transaction", "--exit-on-error", *_PLAIN,
         f"--dbname={make_url(url).database}", str(dump), major=major)  # fmt: skip


def is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        return not tables(connection)


def tables(connection: Connection) -> list[str]:
    found = connection.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    )
    return list(found.scalars())


def count_rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {name: _count(connection, name) for name in tables(connection)}


def major_of(connection: Connection) -> int:
    return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


# Owners and comments on extensions need rights that hosted databases do not give.
_PLAIN = ("--no-owner", "--no-privileges", "--no-comments")


def _count(connection: Connection, table: str) -> int:
    counted = connection.scalar(text(f'SELECT count(*) FROM "{table}"'))  # noqa: S608 - from pg_tables
    return int(counted or 0)


def _run(url: str, program: str, *arguments: str, major: int) -> None:
    """Run it; the password goes through the environment, which other users cannot read."""
    at = make_url(url)
    told = {
        "PGHOST": at.host, "PGPORT": str(at.port or 5432), "PGUSER": at.username,
        "PGPASSWORD": at.password, "PGDATABASE": at.database, "PGCONNECT_TIMEOUT": "10",
        **{f"PG{name.upper()}": str(value) for name, value in at.query.items()},
    }  # fmt: skip
    environment = {**os.environ, **{name: value for name, value in told.items() if value}}
    path = programs(major) / program
    done = subprocess.run(  # noqa: S603 - a fixed program, no shell
        [path, *arguments], check=False, capture_output=True, text=True, env=environment
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise Problem(f"{program} failed: {lines[0]}")
