"""Tests of app/rules/deadlines.py."""

from datetime import UTC, date, datetime

from app.rules.deadlines import day_of, days_after, days_before, end_of_day, is_late


def test_forty_five_days_after_publication_is_the_handbooks_day() -> None:
    """Handbook 4.5: Monday 2 February 2026 + 45 days = Thursday 19 March 2026."""
    published = datetime(2026, 2, 2, 16, 0, tzinfo=UTC)

    assert days_after(published, 45) == datetime(2026, 3, 19, 16, 0, tzinfo=UTC)


def test_days_keep_the_hour_on_the_clock_over_the_change_to_summer_time() -> None:
    """17:00 in Belgrade is 16:00 UTC in winter and 15:00 UTC in summer."""
    published = datetime(2026, 2, 2, 16, 0, tzinfo=UTC)

    assert days_after(published, 90) == datetime(2026, 5, 3, 15, 0, tzinfo=UTC)


def test_twenty_four_hours_is_the_last_instant_of_the_day() -> None:
    closes_at = end_of_day(date(2026, 2, 2))

    assert closes_at == datetime(2026, 2, 2, 22, 59, 59, 999999, tzinfo=UTC)
    assert not is_late(closes_at, closes_at)
    assert is_late(datetime(2026, 2, 2, 23, 0, tzinfo=UTC), closes_at)


def test_days_before_the_deadline_end_with_their_day() -> None:
    closes_at = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)

    assert day_of(days_before(closes_at, 21)) == date(2026, 3, 10)
    assert days_before(closes_at, 21) == end_of_day(date(2026, 3, 10))


def test_day_is_the_one_in_belgrade() -> None:
    assert day_of(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
