"""When people are reminded of a day by which they should have done something.

A reminder goes out in the morning of the day that lies so many calendar days before the last
one. It is kept when somebody was last reminded, not which of the days are done: so a deadline
that was moved brings new mornings, and a morning that was missed is made up for once.
"""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

from app.rules.deadlines import ZONE

MORNING = time(8)
# Before assessments are due; for applicants the rules of the stage say it.
ASSESSORS_DAYS = (3, 1)
# The morning after the last day, once.
OVERDUE = -1


def morning(due_at: datetime, days: int) -> datetime:
    """Return 8 o'clock in Belgrade on the day that lies so many days before the last one."""
    day = due_at.astimezone(ZONE).date() - timedelta(days=days)
    return datetime.combine(day, MORNING, ZONE).astimezone(UTC)


def due(now: datetime, due_at: datetime, days: Collection[int], *, told_at: datetime) -> int | None:
    """Return of how many days before the end somebody is reminded now, None of none.

    `told_at` is when they last heard of it, or began: an earlier morning is not made up for.
    Of two mornings that have come, the later one counts.
    """
    if now >= due_at:
        return None
    come = (each for each in days if told_at < morning(due_at, each) <= now)
    return min(come, default=None)


def due_or_over(
    now: datetime, due_at: datetime, days: Collection[int], *, told_at: datetime
) -> int | None:
    """Return the same as `due`, and `OVERDUE` once from the morning after the last day on."""
    is_over = told_at < morning(due_at, OVERDUE) <= now
    return OVERDUE if is_over else due(now, due_at, days, told_at=told_at)
