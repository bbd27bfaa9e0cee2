"""One database for many tests, each of which finds it as the migrations left it.

A copy of the template costs PostgreSQL more than most tests do; to empty one costs a tenth.
"""

from functools import cache

import psycopg
from psycopg import sql

from app import schema

# What the migrations themselves write, and what no test may lose.
OWN_ROWS = "alembic_version"

TABLES_WITH_ROWS = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> %s AND pg_relation_size(oid) > 0
"""
OTHERS_ARE_GONE = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
NUMBERS_BEGIN_ANEW = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""


def is_empty(url: str) -> bool:
    """True when no table but the migrations' own was ever written to."""
    with _opened(url) as connection:
        return connection.execute(TABLES_WITH_ROWS, [OWN_ROWS]).fetchall() == []


def empty(url: str) -> None:
    """Take every row away and let numbers begin at one; what a test left running is ended.

    The newest migration stands again, for tests that pretend another.
    The guards of the trail let nobody delete; the role of a replica passes them, and the
    foreign keys. Vacuuming gives the pages back, so that a table without rows has none.
    """
    with _opened(url) as connection:
        connection.execute(OTHERS_ARE_GONE)
        connection.execute("UPDATE alembic_version SET version_num = %s", [_head()])
        connection.execute(NUMBERS_BEGIN_ANEW)
        found = connection.execute(TABLES_WITH_ROWS, [OWN_ROWS]).fetchall()
        names = [sql.Identifier(name) for (name,) in found]
        if names:
            connection.execute("SET session_replication_role = replica")
            delete = sql.SQL("DELETE FROM {}")
            connection.execute(sql.SQL("; ").join(delete.format(name) for name in names))
            connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(names)))


@cache
def _head() -> str | None:
    return schema.head()


def _opened(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
