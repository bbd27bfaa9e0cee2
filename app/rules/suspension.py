"""What a suspended call owes those who apply: the time in which they could not send in."""

from datetime import datetime, timedelta

from app.rules.call_clock import days_after

_DAY = timedelta(days=1)


def days_lost(stopped_at: datetime, now: datetime) -> int:
    """Return the days for which a call was suspended, each begun day as a whole one.

    Whole days keep the hour at which the call closes; nobody gets back less than was lost.
    """
    lost, rest = divmod(now - stopped_at, _DAY)
    return lost + bool(rest)


def made_up(deadline: datetime, stopped_at: datetime, now: datetime) -> datetime:
    """Return the deadline later by the days lost, at the same hour on the clock."""
    return days_after(deadline, days_lost(stopped_at, now))
