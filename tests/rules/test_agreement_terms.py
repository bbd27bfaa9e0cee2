"""Months and rates as an agreement states them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.agreement_terms import (
    first_of_next_month,
    is_exact,
    last_day,
    months_of,
    rate_text,
)


@pytest.mark.parametrize(
    ("starts", "ends", "months"),
    [
        (date(2026, 11, 1), date(2028, 4, 30), 18),
        (date(2026, 4, 1), date(2026, 4, 30), 1),
        (date(2026, 4, 1), date(2026, 5, 1), 2),
        (date(2026, 4, 15), date(2027, 4, 14), 12),
    ],
)
def test_a_begun_month_counts(starts: date, ends: date, months: int) -> None:
    assert months_of(starts, ends) == months


@given(st.dates(date(2020, 1, 1), date(2060, 12, 28)), st.integers(1, 120))
def test_the_last_day_gives_the_months_back(starts: date, months: int) -> None:
    assert months_of(starts, last_day(starts, months)) == months


def test_the_last_day_of_a_short_month_is_taken() -> None:
    assert last_day(date(2026, 8, 31), 6) == date(2027, 2, 27)


def test_the_next_month_begins_after_december_too() -> None:
    assert first_of_next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert first_of_next_month(date(2026, 3, 1)) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("rate", "text", "exact"),
    [
        (Fraction(3, 4), "75", True),
        (Fraction(1), "100", True),
        (Fraction(1, 10), "10", True),
        (Fraction(10, 13), "76.923077", False),
        (Fraction(8125, 10000), "81.25", True),
    ],
)
def test_a_rate_is_written_with_what_it_needs(rate: Fraction, text: str, *, exact: bool) -> None:
    assert (rate_text(rate), is_exact(rate)) == (text, exact)
