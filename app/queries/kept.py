"""Statements that are put together once.

Putting a long SELECT together takes five times as long as handing it over: 1 to 5 ms of a page.
So a function that `kept` remembers puts it together: what shapes it (what a person's roles reach,
which filters are set) are its arguments, and what is looked for (ids, words, moments) stands
in it as a `bindparam` and is given when it is executed. The database keeps its plan as well
(`app.db`), which takes longer still: up to 15 ms for the sake of half a millisecond.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Boolean,
    Integer,
    Select,
    String,
    bindparam,
    select,
)
from sqlalchemy.sql import operators, visitors

from app.db import PLANNED_ANEW, PLANNED_ONCE
from app.models import Base

Statement = Select[*tuple[Any, ...]]  # Any: columns of every kind
F = TypeVar("F", bound=Callable[..., Any])

_SEARCHES = {
    operators.like_op,
    operators.ilike_op,
    operators.contains_op,
    operators.icontains_op,
    operators.startswith_op,
}
MOST = 256
"""Shapes of each statement; people of one authority with the same roles share them."""


def kept(make: F) -> F:
    """Remember the statement that `make` returns for its arguments, ready to be planned once."""

    @lru_cache(maxsize=MOST)
    @wraps(make)
    def made(*shape: Any, **more: Any) -> Any:  # Any: what shapes a statement
        statement = make(*shape, **more)
        return None if statement is None else planned_once(statement)

    return made  # type: ignore[return-value]  # the same function, remembered


def planned_once(statement: Any) -> Any:  # Any: a select of any columns, or several of them
    """Return the statement with its constants written out, marked for the database to keep.

    A plan for any state can use no index of one state, so it would be a bad one. The text that
    is compiled is remembered by the parts of a statement, not by its values: so they are written
    out each time that it is executed. A search for words is planned anew each time: the way to
    a word depends on the word, and the plan for any word reads all lines.
    """
    parts = visitors.iterate(statement)
    if any(getattr(each, "operator", None) in _SEARCHES for each in parts):
        return statement.execution_options(**PLANNED_ANEW)
    visitors.traverse(statement, {}, {"bindparam": _write_out})
    return statement.execution_options(**PLANNED_ONCE)


def _write_out(element: BindParameter[Any]) -> None:  # Any: a constant of any type
    is_given = element.required or element.callable is not None
    values = element.value if element.expanding else [element.value]
    if is_given or not values or not all(isinstance(each, str | int) for each in values):
        return
    if isinstance(getattr(element.type, "impl", element.type), String | Integer | Boolean):
        element.literal_execute = True


@kept
def locked_pair(model: type[Base], part: type[Base]) -> Statement:
    """Return the question for a row and one part of it by `part_id`, both locked.

    Locks are taken in the order in which the tables are named: the row before its part.
    """
    key = part.__mapper__.primary_key[0]
    query = select(model, part).join_from(part, model).where(key == bindparam("part_id"))
    return query.with_for_update(of=[model, part]).execution_options(populate_existing=True)
