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
    record_years,
    total_at_rate,
)
from app.rules.scheme_letters import Retention


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


@pytest.mark.parametrize(
    ("grant_cents", "rate", "total_cents"),
    [
        (7_500, "3/4", 10_000),
        (7_501, "3/4", 10_002),  # 10,001.33 …: a cent less would carry too high a rate
        (10_000, "1", 10_000),
    ],
)
def test_the_total_that_carries_a_grant_is_rounded_up(grant_cents, rate, total_cents) -> None:
    assert total_at_rate(grant_cents, rate) == total_cents


@pytest.mark.parametrize(
    ("grant_cents", "years"),
    [(6_000_000, 3), (6_000_001, 5)],  # 1.12: 5 years, 3 for grants of at most 60,000
)
def test_small_grants_keep_their_records_for_less_long(grant_cents, years) -> None:
    rule = Retention(small_grant_years=3, small_grant_up_to_cents=6_000_000)

    assert record_years(rule, grant_cents) == years


def test_without_a_rule_for_small_grants_all_records_are_kept_as_long() -> None:
    assert record_years(Retention(small_grant_up_to_cents=None), 1) == 5
