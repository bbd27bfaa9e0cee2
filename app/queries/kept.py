"""Statements that are put together once.

Putting a long SELECT together takes five times as long as handing it over: 1 to 5 ms of a page.
So a function that `kept` remembers puts it together: what shapes it (what a person's roles reach,
which filters are set) are its arguments, and what is looked for (ids, words, moments) stands
in it as a `bindparam` and is given when it is executed.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.models import Base

Statement = Select[*tuple[Any, ...]]  # Any: columns of every kind

MOST = 256
"""Shapes of each statement; people of one authority with the same roles share them."""

kept = lru_cache(maxsize=MOST)


@kept
def locked_pair(model: type[Base], part: type[Base]) -> Statement:
    """Return the question for a row and one part of it by `part_id`, both locked.

    Locks are taken in the order in which the tables are named: the row before its part.
    """
    key = part.__mapper__.primary_key[0]
    query = select(model, part).join_from(part, model).where(key == bindparam("part_id"))
    return query.with_for_update(of=[model, part]).execution_options(populate_existing=True)
