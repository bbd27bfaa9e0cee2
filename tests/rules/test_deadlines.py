"""Handbook 4.5."""

from datetime import UTC, date, datetime, timedelta

from app.i18n import text
from app.rules.deadlines import (
    QuestionDays,
    closing_findings,
    earliest_closing,
    end_of_day,
    is_end_of_day,
    is_late,
    is_open,
    lateness,
    next_working_day,
    question_days,
    reply_until,
)

CLOSES = datetime(2026, 3, 19, 16, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
EASTER = {date(2026, 4, 10), date(2026, 4, 13)}


def test_exactly_at_the_deadline_is_in_time() -> None:
    assert not is_late(CLOSES, CLOSES)
    assert is_late(CLOSES + INSTANT, CLOSES)


def test_late_application_is_told_both_times() -> None:
    assert lateness(CLOSES, CLOSES) is None
    refusal = lateness(CLOSES + timedelta(seconds=1), CLOSES)
    assert refusal is not None
    assert refusal.code == "deadlines.late"
    assert refusal.values == {"received_at": CLOSES + timedelta(seconds=1), "closes_at": CLOSES}


def test_call_is_open_from_its_first_to_its_last_instant() -> None:
    opens = CLOSES - timedelta(days=45)
    assert is_open(opens, opens, CLOSES)
    assert is_open(opens, CLOSES, CLOSES)
    assert not is_open(opens, opens - INSTANT, CLOSES)
    assert not is_open(opens, CLOSES + INSTANT, CLOSES)


def test_until_24_means_the_last_instant_of_the_local_day() -> None:
    assert end_of_day(date(2022, 2, 2)) == datetime(2022, 2, 2, 22, 59, 59, 999_999, UTC)
    assert end_of_day(date(2026, 7, 1)) == datetime(2026, 7, 1, 21, 59, 59, 999_999, UTC)
    assert is_end_of_day(end_of_day(date(2026, 7, 1)))
    assert not is_end_of_day(CLOSES)


def test_end_of_the_days_on_which_the_clocks_change() -> None:
    assert end_of_day(date(2026, 3, 29)) == datetime(2026, 3, 29, 21, 59, 59, 999_999, UTC)
    assert end_of_day(date(2026, 10, 25)) == datetime(2026, 10, 25, 22, 59, 59, 999_999, UTC)


def test_days_from_publication_are_calendar_days() -> None:
    assert earliest_closing(date(2026, 2, 2), 45) == date(2026, 3, 19)
    assert earliest_closing(date(2026, 2, 2), 90) == date(2026, 5, 3)
    assert next_working_day(date(2026, 5, 3), frozenset()) == date(2026, 5, 4)


def test_questions_and_answers_are_counted_back_from_the_deadline() -> None:
    assert question_days(date(2026, 3, 31)) == QuestionDays(date(2026, 3, 10), date(2026, 3, 20))


def test_reply_that_ends_at_easter_moves_behind_it() -> None:
    assert reply_until(date(2026, 4, 5), 5, EASTER) == date(2026, 4, 14)
    assert reply_until(date(2026, 4, 4), 5, EASTER) == date(2026, 4, 9)


def test_deadline_may_be_wrong_or_unwise() -> None:
    published = date(2026, 2, 2)
    good = closing_findings(published, date(2026, 3, 19), min_days=45, holidays=EASTER)
    assert good == ()
    short = closing_findings(published, date(2026, 3, 18), min_days=45, holidays=EASTER)
    assert [one.code for one in short] == ["deadlines.too_short"]
    sunday = closing_findings(published, date(2026, 5, 3), min_days=45, holidays=EASTER)
    assert [text(one, "en") for one in sunday] == [
        "3 May 2026 is a weekend or a holiday. 4 May 2026 is the next working day."
    ]
    christmas = closing_findings(published, date(2027, 1, 8), min_days=45, holidays=EASTER)
    assert [one.code for one in christmas] == ["deadlines.new_year"]
    eve = closing_findings(published, date(2026, 12, 31), min_days=45, holidays=EASTER)
    assert [one.code for one in eve] == ["deadlines.new_year"]


def test_new_year_season_ends_with_the_orthodox_christmas_holidays() -> None:
    """9 January 2026, a Friday: people are at work again."""
    closes_on = date(2026, 1, 9)
    assert closing_findings(date(2025, 10, 1), closes_on, min_days=45, holidays=frozenset()) == ()
