"""Migrating: several at once do it once, a busy table makes it fail and not wait."""

import subprocess
import sys
import threading

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app import schema


@pytest.fixture
def emptied(database_url: str) -> str:
    """A database without any of our tables."""
    with create_engine(database_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return database_url


def standing(url: str) -> schema.Standing:
    return schema.standing(create_engine(url, poolclass=NullPool))


def test_database_is_empty_behind_current_or_ahead(emptied: str) -> None:
    seen = [standing(emptied)]
    schema.upgrade(emptied, "0001")
    seen.append(standing(emptied))
    schema.upgrade(emptied)
    seen.append(standing(emptied))
    with create_engine(emptied, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    seen.append(standing(emptied))

    assert seen == ["empty", "behind", "current", "ahead"]


def test_failed_migration_leaves_nothing_behind(emptied: str) -> None:
    with create_engine(emptied, poolclass=NullPool).begin() as connection:
        # In the way of a later migration: all of them are one transaction.
        connection.execute(text("CREATE TABLE letter (id int)"))

    with pytest.raises(DBAPIError, match="already exists"):
        schema.upgrade(emptied)
    assert standing(emptied) == "empty"


def test_second_of_two_that_migrate_at_once_waits_and_finds_nothing_to_do(emptied: str) -> None:
    meeting, errors = threading.Barrier(2), []

    def migrate() -> None:
        meeting.wait()
        try:
            # A process of its own, as alembic keeps its context in a global.
            subprocess_upgrade(emptied)
        except subprocess.CalledProcessError as error:
            errors.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (errors, standing(emptied)) == ([], "current")


def subprocess_upgrade(url: str) -> None:
    code = f"from app import schema; schema.upgrade({url!r})"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_migration_fails_rather_than_make_everybody_wait_behind_it(
    database_url: str, engine: Engine
) -> None:
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM award"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            schema.downgrade(database_url, "base")

    assert standing(database_url) == "current"
