from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from app.rules.reminders import ASSESSORS_DAYS, OVERDUE, due, due_or_over, morning
from app.rules.scheme_grid import Stage

# The end of 31 March 2026 in Belgrade, which is summer time already.
CLOSES_AT = datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = (7, 1)


def test_mornings_are_at_eight_in_belgrade_whatever_the_season() -> None:
    assert morning(CLOSES_AT, 1) == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert morning(CLOSES_AT, 7) == datetime(2026, 3, 24, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 24, 6, 59, tzinfo=UTC), None),
        (datetime(2026, 3, 24, 7, 0, tzinfo=UTC), 7),
        (datetime(2026, 3, 30, 5, 59, tzinfo=UTC), 7),
        (datetime(2026, 3, 30, 6, 0, tzinfo=UTC), 1),
        (CLOSES_AT - timedelta(seconds=1), 1),
        (CLOSES_AT, None),
    ],
)
def test_the_last_morning_that_has_come_counts(now: datetime, expected: int | None) -> None:
    assert due(now, CLOSES_AT, DAYS, told_at=LONG_AGO) == expected


def test_nobody_is_told_twice_of_one_morning() -> None:
    first = morning(CLOSES_AT, 7)

    assert due(first + timedelta(days=3), CLOSES_AT, DAYS, told_at=first) is None
    assert due(morning(CLOSES_AT, 1), CLOSES_AT, DAYS, told_at=first) == 1


def test_who_begins_after_a_morning_is_not_reminded_of_it() -> None:
    begun = morning(CLOSES_AT, 7) + timedelta(hours=1)

    assert due(begun + timedelta(hours=1), CLOSES_AT, DAYS, told_at=begun) is None


def test_a_deadline_that_moved_away_brings_new_mornings() -> None:
    told = morning(CLOSES_AT, 1)
    later = CLOSES_AT + timedelta(days=14)

    assert due(told + timedelta(days=1), later, DAYS, told_at=told) is None
    assert due(morning(later, 7), later, DAYS, told_at=told) == 7


def test_a_stage_may_remind_of_nothing() -> None:
    assert due(CLOSES_AT - timedelta(days=1), CLOSES_AT, (), told_at=LONG_AGO) is None


def test_a_scheme_that_says_nothing_reminds_a_week_and_a_day_before() -> None:
    (days,) = (each.default for each in fields(Stage) if each.name == "reminder_days")

    assert days == DAYS


def test_assessors_hear_of_it_three_days_and_one_day_before() -> None:
    mornings = [CLOSES_AT - timedelta(days=days) for days in (4, 3, 2, 1)]
    told = [due(now, CLOSES_AT, ASSESSORS_DAYS, told_at=LONG_AGO) for now in mornings]

    assert told == [None, 3, 3, 1]


def test_what_is_overdue_is_told_once_from_the_morning_after() -> None:
    # The end of 31 March is 8 hours before the first morning on which it is overdue.
    next_day = datetime(2026, 4, 1, 6, tzinfo=UTC)
    asked = [
        (CLOSES_AT - timedelta(seconds=1), LONG_AGO, 1),
        (CLOSES_AT, LONG_AGO, None),
        (next_day - timedelta(seconds=1), LONG_AGO, None),
        (next_day, LONG_AGO, OVERDUE),
        (next_day + timedelta(days=90), LONG_AGO, OVERDUE),
        (next_day + timedelta(days=90), next_day, None),
    ]

    found = [due_or_over(now, CLOSES_AT, DAYS, told_at=told) for now, told, _ in asked]

    assert found == [expected for _, _, expected in asked]
