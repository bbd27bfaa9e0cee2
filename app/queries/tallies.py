"""The tallies of applications: which rows of them can be folded, and whether they are right."""

from dataclasses import dataclass

from sqlalchemy import (
    CTE,
    BigInteger,
    Select,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

from app.models import ApplicationLine, ApplicationTally
from app.models.tallies import Alike, Money
from app.queries.kept import Statement

ALIKE = tuple(Alike.__annotations__)
SUMMED = ("number", *Money.__annotations__)
_NOW = table(
    "application_line_now", *(column(each.name) for each in ApplicationLine.__table__.columns)
)


@dataclass(frozen=True, slots=True)
class Differences:
    """How many lines are not as their applications, and how many sums not as the lines."""

    lines: int
    sums: int

    @property
    def are_none(self) -> bool:
        return not (self.lines or self.sums)


def repeated() -> Select[int]:
    """Return the rows that stand for lines alike with those of another row."""
    alike = [getattr(ApplicationTally, name) for name in ALIKE]
    several = func.count().over(partition_by=alike)
    counted = select(ApplicationTally.id, several.label("several")).subquery()
    return select(counted.c.id).where(counted.c.several > 1)


def added_up(gone: CTE) -> Statement:
    """Return one row for each kind of line, none for those that are nothing any more."""
    alike = [gone.c[name] for name in ALIKE]
    sums = [func.sum(gone.c[name]).cast(BigInteger) for name in SUMMED]
    return select(*alike, *sums).group_by(*alike).having(or_(*(each != 0 for each in sums)))


def summed_lines() -> Statement:
    """Return the rows that the tallies should have, one for each kind of line."""
    line = ApplicationLine
    alike = [getattr(line, name) for name in ALIKE]
    sums = [func.sum(getattr(line, name)).cast(BigInteger) for name in SUMMED[1:]]
    return select(*alike, func.count(), *sums).group_by(*alike)


def wrong_lines(session: Session) -> list[int]:
    """Return the applications whose line is missing or is not what the rows say now."""
    names = [each.name for each in ApplicationLine.__table__.columns]
    kept, now = ApplicationLine.__table__.c, _NOW.c
    differs = func.row(*(kept[name] for name in names)).is_distinct_from(
        func.row(*(now[name] for name in names))
    )
    key = func.coalesce(now.application_id, kept.application_id)
    joined = ApplicationLine.__table__.join(
        _NOW, now.application_id == kept.application_id, full=True
    )
    return list(session.execute(select(key).select_from(joined).where(differs)).scalars())


def differences(session: Session) -> Differences:
    tallied = select(*(getattr(ApplicationTally, name) for name in (*ALIKE, *SUMMED))).cte(
        "tallied"
    )
    as_tallied, as_lines = added_up(tallied), summed_lines()
    apart = union_all(as_tallied.except_(as_lines), as_lines.except_(as_tallied)).subquery()
    sums = session.execute(select(func.count(literal_column("*"))).select_from(apart))
    return Differences(len(wrong_lines(session)), sums.scalar_one())
