"""Copies of rows inside the database: one pattern, made by the product itself, many times.

The copies pass the same constraints and triggers as the pattern did.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from app.models import Base

AT_ONCE = 10_000


def copy(connection: Connection, table: str, where: str, times: int, **columns: str) -> int:
    """Insert `times` copies of the rows of `table` that `where` names; return how many rows.

    Each keyword is a column and the SQL that gives its value: `p` is the pattern's row, `n`
    the number of the copy from 1 on, `place` the number of the row within its pattern.
    Other columns are as in the pattern; `id` is new unless it is named.
    """
    names = [
        column.name
        for column in Base.metadata.tables[table].columns
        if column.name != "id" or "id" in columns
    ]
    values = ", ".join(columns.get(name, f'p."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    statement = text(f"""
        INSERT INTO "{table}" ({listed}) SELECT {values}
        FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM "{table}" WHERE {where}) p
        CROSS JOIN generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
        ORDER BY n, place
    """)
    done = 0
    for first, last in _portions(times):
        done += connection.execute(statement, {"first": first, "last": last}).rowcount
        connection.commit()
    if "id" in columns:
        number_on(connection, table)
    return done


def number_on(connection: Connection, table: str) -> None:
    """Let the next row that the product inserts get the next number."""
    sequence = f"""pg_get_serial_sequence('"{table}"', 'id')"""
    connection.execute(text(f'SELECT setval({sequence}, max(id)) FROM "{table}"'))
    connection.commit()


def _portions(times: int) -> Iterator[tuple[int, int]]:
    for first in range(1, times + 1, AT_ONCE):
        yield first, min(first + AT_ONCE - 1, times)
