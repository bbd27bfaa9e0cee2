"""The term of payment: 30 days for the first, 90 for further ones, less the days it stood."""

from datetime import UTC, date, datetime

from app.rules.payment_clock import pay_by, stopped_days

RECEIVED = datetime(2026, 3, 19, 12, 0, tzinfo=UTC)


def test_the_day_of_the_request_does_not_count() -> None:
    assert pay_by(RECEIVED, 30, stopped=0) == date(2026, 4, 18)
    assert pay_by(RECEIVED, 90, stopped=0) == date(2026, 6, 17)


def test_a_request_late_in_the_evening_counts_from_its_day_in_belgrade() -> None:
    late = datetime(2026, 3, 19, 23, 30, tzinfo=UTC)
    assert pay_by(late, 30, stopped=0) == date(2026, 4, 19)


def test_days_for_which_the_clock_stood_are_added() -> None:
    stopped = stopped_days(RECEIVED, datetime(2026, 4, 2, 8, 0, tzinfo=UTC))
    assert (stopped, pay_by(RECEIVED, 30, stopped=stopped)) == (14, date(2026, 5, 2))


def test_a_stop_and_a_start_on_one_day_gain_nothing() -> None:
    assert stopped_days(RECEIVED, datetime(2026, 3, 19, 20, 0, tzinfo=UTC)) == 0
