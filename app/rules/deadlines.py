"""Deadlines: days are those of the calendar in Belgrade, instants are UTC.

Calendar days keep the hour on the clock, also over the change to summer time: 45 days
after 17:00 is 17:00 again. Source: handbook 1.3 and 4.5.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Belgrade")

_LAST_INSTANT = time(23, 59, 59, 999999)


def day_of(moment: datetime) -> date:
    """Return the day in Belgrade on which a moment falls."""
    return moment.astimezone(ZONE).date()


def end_of_day(day: date) -> datetime:
    """Return the last instant of a day, shown as its 24:00."""
    return datetime.combine(day, _LAST_INSTANT, tzinfo=ZONE).astimezone(UTC)


def days_before(moment: datetime, days: int) -> datetime:
    """Return the end of the day that lies so many calendar days before the moment's day.

    A deadline on 31 March with 21 days for questions takes them to the end of 10 March.
    """
    return end_of_day(day_of(moment) - timedelta(days=days))


def days_after(moment: datetime, days: int) -> datetime:
    """Return the same hour on the clock so many calendar days later."""
    local = moment.astimezone(ZONE)
    return (local + timedelta(days=days)).astimezone(UTC)


def is_late(received_at: datetime, closes_at: datetime) -> bool:
    """True after the deadline; at its very instant it is in time, and there is no grace."""
    return received_at > closes_at
