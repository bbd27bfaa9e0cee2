"""Deadlines: lateness, calendar days, working days, the end of a day.

Times are aware datetimes; days are dates in the zone of the authority. Holidays are
given, never guessed (handbook 4.5).
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.rules.messages import Message

ZONE = ZoneInfo("Europe/Belgrade")
_LAST_INSTANT = time(23, 59, 59, 999_999)
_DAY = timedelta(days=1)
_SATURDAY = 5


def is_late(received_at: datetime, closes_at: datetime) -> bool:
    """Exactly at the deadline is in time; there is no grace after it."""
    return received_at > closes_at


def lateness(received_at: datetime, closes_at: datetime) -> Message | None:
    """Return the refusal with both times, or None where it came in time."""
    if not is_late(received_at, closes_at):
        return None
    return Message("deadlines.late", {"received_at": received_at, "closes_at": closes_at})


def is_open(opens_at: datetime, received_at: datetime, closes_at: datetime) -> bool:
    """A call is open from its first to its last instant, both included."""
    return opens_at <= received_at <= closes_at


def end_of_day(day: date, zone: ZoneInfo = ZONE) -> datetime:
    """Return the last instant of a local day in UTC; people see it as 24:00 (handbook 4.5)."""
    return datetime.combine(day, _LAST_INSTANT, zone).astimezone(UTC)


def is_end_of_day(moment: datetime, zone: ZoneInfo = ZONE) -> bool:
    """Say whether a moment is to be shown as 24:00."""
    return moment.astimezone(zone).time() == _LAST_INSTANT


def is_working_day(day: date, holidays: AbstractSet[date]) -> bool:
    """Monday to Friday, no holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def next_working_day(day: date, holidays: AbstractSet[date]) -> date:
    """Return the day itself, or the first working day after it."""
    while not is_working_day(day, holidays):
        day += _DAY
    return day


def working_days_after(start: date, days: int, holidays: AbstractSet[date]) -> date:
    """Return the day so many working days after `start`, which itself does not count."""
    day = start
    for _ in range(days):
        day = next_working_day(day + _DAY, holidays)
    return day


def reply_until(start: date, days: int, holidays: AbstractSet[date]) -> date:
    """Return the last day for an applicant's reply: calendar days, moved to a working day.

    The day of the letter does not count. A published deadline for applications is never
    moved this way. Source: handbook 4.5 (as Regulation 1182/71 does).
    """
    return next_working_day(start + timedelta(days=days), holidays)


def earliest_closing(published_on: date, min_days: int) -> date:
    """Return the first day on which a call may close, counted in calendar days."""
    return published_on + timedelta(days=min_days)


@dataclass(frozen=True, slots=True)
class QuestionDays:
    """Last day for questions, and for the answers to all of them."""

    questions_until: date
    answers_until: date


def question_days(
    closes_on: date, *, questions_days: int = 21, answers_days: int = 11
) -> QuestionDays:
    """Count back from the deadline, in calendar days (handbook 1.3)."""
    return QuestionDays(
        closes_on - timedelta(days=questions_days), closes_on - timedelta(days=answers_days)
    )


def closing_findings(
    published_on: date, closes_on: date, *, min_days: int, holidays: AbstractSet[date]
) -> tuple[Message, ...]:
    """Say what is wrong or unwise about a deadline; an unwise one is for people to move."""
    findings = []
    earliest = earliest_closing(published_on, min_days)
    if closes_on < earliest:
        values: dict[str, object] = {"min_days": min_days, "earliest_on": earliest}
        findings.append(Message("deadlines.too_short", values, "closes_at"))
    if not is_working_day(closes_on, holidays):
        better = {"closes_on": closes_on, "better_on": next_working_day(closes_on, holidays)}
        findings.append(Message("deadlines.not_a_working_day", dict(better), "closes_at"))
    if _is_new_year_season(closes_on):
        findings.append(Message("deadlines.new_year", {"closes_on": closes_on}, "closes_at"))
    return tuple(findings)


def _is_new_year_season(day: date) -> bool:
    """31 December to 8 January: two Christmases and two New Years."""
    return (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= 8)
