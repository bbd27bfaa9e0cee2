"""Until when a request has to be paid (handbook 1.12): the days of the plan, less stops.

last day = day of the first request + days of the instalment + days for which the clock stood

The clock stands while a request is returned for correction or suspended with a notice; a
begun day does not count as stopped, so stopping never gains the authority more than it lasts.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.rules.deadlines import ZONE


def stopped_days(since: datetime, until: datetime, zone: ZoneInfo = ZONE) -> int:
    """Return for how many whole calendar days the clock stood."""
    return max(0, (until.astimezone(zone).date() - since.astimezone(zone).date()).days)


def pay_by(first_requested_at: datetime, days: int, *, stopped: int, zone: ZoneInfo = ZONE) -> date:
    """Return the last day to pay; the day of the request does not count."""
    return first_requested_at.astimezone(zone).date() + timedelta(days=days + stopped)
