"""All rows that belong to one application, found by the foreign keys of the tables.

A table that is added later and belongs to an application is in the evidence by itself.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from app.models import Application, Base, StoredFile, User

Row = dict[str, Any]  # Any: what JSON can hold
Rows = dict[str, list[Row]]

# What serves the program and says nothing of the deed.
_LEFT_OUT = {"search_text", "version"}


def rows_of(session: Session, application_id: int) -> Rows:
    """Return the application's row and, downwards by foreign keys, all that hang on it."""
    application = Base.metadata.tables[Application.__tablename__]
    found = {application.name: _read(session, application, application.c.id == application_id)}
    for table in Base.metadata.sorted_tables:
        # A table without keys of its own is kept by the database for lists: nobody's deed.
        if table.name in found or "id" not in table.c:
            continue
        keys = [
            column.in_([row["id"] for row in found[parent]])
            for column, parent in _parents(table)
            if found.get(parent)
        ]
        if keys and (rows := _read(session, table, or_(*keys))):
            found[table.name] = rows
    return found


def _parents(table: Table) -> Iterator[tuple[Any, str]]:  # Any: a column of some type
    for key in table.foreign_keys:
        if key.column.name == "id" and key.column.table is not table:
            yield key.parent, key.column.table.name


def read_rows(session: Session, model: type[Base], condition: Any) -> list[Row]:  # Any: a condition
    return _read(session, Base.metadata.tables[model.__tablename__], condition)


def _read(session: Session, table: Table, condition: Any) -> list[Row]:  # Any: a condition
    columns = [column for column in table.c if column.name not in _LEFT_OUT]
    order = table.c.id if "id" in table.c else columns[0]
    result = session.execute(select(*columns).where(condition).order_by(order))
    return [
        {column.name: _plain(value) for column, value in zip(columns, row, strict=True)}
        for row in result
    ]


def _plain(value: object) -> Any:  # Any: what JSON can hold
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def numbers_in(rows: Rows, referred: type[StoredFile | User]) -> dict[tuple[str, int], int]:
    """Return the files or people that the rows name: (table, row's id) → the number."""
    target = Base.metadata.tables[referred.__tablename__]
    named = {}
    for name, listed in rows.items():
        columns = [
            key.parent.name
            for key in Base.metadata.tables[name].foreign_keys
            if key.column.table is target
        ]
        for row in listed:
            for column in columns:
                if row[column] is not None:
                    named[f"{name}.{column}", row.get("id", 0)] = row[column]
    return named
