"""Write many rows of one table by one statement, where the session writes one after the other.

Why: a session writes rows whose version it checks by a statement each, and every statement costs
the triggers of its table once more; ten thousand states took a minute.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    Table,
    TableValuedAlias,
    bindparam,
    column,
    func,
    insert,
    literal,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, attributes, object_session
from sqlalchemy.orm.exc import StaleDataError

from app.models import Base

Values = Mapping[str, Sequence[Any]]  # Any: what columns hold


def write_changes(session: Session, rows: Iterable[Base]) -> None:
    """Write what changed on rows of one table, by one statement for those that changed alike.

    Each row is written only as it was read: where a version is another one by now, nothing of
    the transaction stands. New rows, and a single one, are left to the session.
    """
    alike: dict[tuple[str, ...], list[Base]] = {}
    for row in rows:
        if names := _changed(session, row):
            alike.setdefault(names, []).append(row)
    for names, several in alike.items():
        if len(several) > 1:
            _update(session, names, several)


def insert_alike(
    session: Session, table: Table, shared: Mapping[str, object], each: Values
) -> None:
    """Insert one row for each place of the lists in `each`, all with what is `shared`."""
    given = _given(table, each)
    same = [literal(value, table.c[name].type) for name, value in shared.items()]
    own = [given.c[name] for name in each]
    rows = given.select().with_only_columns(*same, *own)
    session.execute(insert(table).from_select([*shared, *each], rows))


def _changed(session: Session, row: Base) -> tuple[str, ...]:
    """Return the attributes of a kept row that differ from what was read, in their order."""
    state = attributes.instance_state(row)
    if object_session(row) is not session or not state.persistent:
        return ()
    same = state.unmodified
    touched = (each.key for each in state.mapper.column_attrs if each.key not in same)
    return tuple(name for name in touched if state.attrs[name].history.has_changes())


def _update(session: Session, names: tuple[str, ...], rows: Sequence[Base]) -> None:
    mapper = type(rows[0]).__mapper__
    table = cast("Table", mapper.local_table)
    key, version = mapper.primary_key[0], mapper.version_id_col
    matched = [key] if version is None else [key, version]
    written = {name: mapper.columns[name].name for name in names}
    values: dict[str, Sequence[Any]] = {
        each.name: [getattr(row, each.name) for row in rows] for each in matched
    }
    values |= {written[name]: [getattr(row, name) for row in rows] for name in names}
    given = _given(table, values)
    to: dict[str, Any] = {name: given.c[name] for name in written.values()}
    if version is not None:
        to[version.name] = table.c[version.name] + 1
    where = [table.c[each.name] == given.c[each.name] for each in matched]
    # Not by way of the session, which would first write the same rows one by one.
    result = session.connection().execute(update(table).where(*where).values(to))
    if result.rowcount != len(rows):
        raise StaleDataError(f"{table.name}: {result.rowcount} of {len(rows)} rows are as read")
    for row in rows:
        for name in names:
            attributes.set_committed_value(row, name, getattr(row, name))
        if version is not None:
            attributes.set_committed_value(row, version.name, getattr(row, version.name) + 1)


def _given(table: Table, values: Values) -> TableValuedAlias:
    """Return the lists as a table: arrays, because a statement holds 65,535 single values."""
    arrays = [
        bindparam(None, list(values[name]), ARRAY(table.c[name].type, dimensions=1))
        for name in values
    ]
    columns = [column(name, table.c[name].type) for name in values]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
