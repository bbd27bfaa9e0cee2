"""Days off as laws name them: fixed, by both Easters, for one year, and moved from Sundays."""

from datetime import date

import pytest
from dateutil.easter import EASTER_ORTHODOX, easter

from app.rules.holidays import (
    DayRule,
    Ruling,
    days_off,
    named_days,
    orthodox_easter,
    western_easter,
)

MAY = (DayRule("05-01", "sunday"), DayRule("05-02", "sunday"))


def test_a_day_of_the_calendar_comes_back_each_year() -> None:
    assert days_off([DayRule("11-11")], (2026, 2025)) == {date(2025, 11, 11), date(2026, 11, 11)}


def test_days_around_easter_are_counted_from_its_sunday() -> None:
    rules = [DayRule("orthodox_easter-2"), DayRule("western_easter"), DayRule("western_easter+1")]

    assert days_off(rules, [2026]) == {date(2026, 4, 10), date(2026, 4, 5), date(2026, 4, 6)}


def test_a_day_named_for_one_year_is_off_in_that_year_alone() -> None:
    rules = [DayRule("2026-03-20")]

    assert [days_off(rules, [year]) for year in (2025, 2026)] == [set(), {date(2026, 3, 20)}]


def test_a_law_holds_from_its_first_year_to_its_last() -> None:
    rule = DayRule("11-13", first_year=2022, last_year=2023)

    assert days_off([rule], range(2020, 2026)) == {date(2022, 11, 13), date(2023, 11, 13)}


@pytest.mark.parametrize(
    ("moves", "year", "free"),
    [
        ("", 2027, set()),
        # 2 May 2027 is a Sunday, 1 May a Saturday.
        ("sunday", 2027, {date(2027, 5, 3)}),
        ("weekend", 2027, {date(2027, 5, 3), date(2027, 5, 4)}),
        # 1 May 2022 was a Sunday, and the Monday after it a holiday by itself.
        ("sunday", 2022, {date(2022, 5, 3)}),
        ("sunday", 2026, set()),
    ],
)
def test_a_holiday_on_a_weekend_gives_the_next_working_day(moves, year, free) -> None:
    rules = [DayRule("05-01", moves), DayRule("05-02", moves)]
    both = {date(year, 5, 1), date(year, 5, 2)}

    assert days_off(rules, [year]) - both == free


def test_a_moved_day_passes_over_the_easter_monday_that_lies_in_its_way() -> None:
    easter = (DayRule("orthodox_easter"), DayRule("orthodox_easter+1"))

    assert max(days_off([*easter, *MAY], [2027])) == date(2027, 5, 4)


def test_a_moved_day_passes_over_a_whole_week_of_holidays_and_its_weekend() -> None:
    """2 May 2027 is a Sunday, 10 May the second Monday after it."""
    week = [DayRule(f"05-0{day}") for day in range(3, 8)]

    assert max(days_off([DayRule("05-02", "sunday"), *week], [2027])) == date(2027, 5, 10)


def test_both_easters_are_known() -> None:
    assert [orthodox_easter(year) for year in (2024, 2025, 2026, 2027)] == [
        date(2024, 5, 5),
        date(2025, 4, 20),
        date(2026, 4, 12),
        date(2027, 5, 2),
    ]
    assert [western_easter(year) for year in (2024, 2025, 2026, 2027)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
    ]


def test_both_easters_are_those_of_another_reckoning() -> None:
    wrong = [year for year in range(1583, 4100) if western_easter(year) != easter(year)]
    assert wrong == []
    years = range(1900, 2100)
    assert [y for y in years if orthodox_easter(y) != easter(y, EASTER_ORTHODOX)] == []


def test_a_law_without_years_holds_as_long_as_easter_can_be_computed() -> None:
    found = days_off([DayRule("01-01")], (1899, 1900, 2099, 2100))

    assert found == {date(1900, 1, 1), date(2099, 1, 1)}


def test_a_day_that_is_struck_is_worked_and_not_moved() -> None:
    # 2 May 2027 is a Sunday.
    struck = Ruling(date(2027, 5, 2), is_free=False)

    assert days_off(MAY, [2027], [struck]) == {date(2027, 5, 1)}
    assert days_off(MAY, [2026], [struck]) == {date(2026, 5, 1), date(2026, 5, 2)}


def test_a_day_that_is_confirmed_is_free_and_moved_as_the_law_says() -> None:
    confirmed = Ruling(date(2027, 5, 2), is_free=True)

    assert days_off(MAY, [2027], [confirmed]) == days_off(MAY, [2027])


def test_a_day_that_is_added_is_free_and_pushes_a_moved_one_on() -> None:
    added = Ruling(date(2027, 5, 3), is_free=True)

    assert days_off(MAY, [2027], [added]) == {date(2027, 5, day) for day in (1, 2, 3, 4)}
    assert days_off(MAY, [2026], [added]) == days_off(MAY, [2026])


def test_the_authority_may_let_people_work_on_a_day_that_was_moved_to() -> None:
    worked = Ruling(date(2027, 5, 3), is_free=False)

    assert days_off(MAY, [2027], [worked]) == {date(2027, 5, 1), date(2027, 5, 2)}


def test_a_rule_names_its_days_in_its_years_alone() -> None:
    rule = DayRule("11-13", "sunday", first_year=2022, last_year=2022)

    assert [named_days(rule, year) for year in (2021, 2022, 2023)] == [
        (),
        (date(2022, 11, 13),),
        (),
    ]
