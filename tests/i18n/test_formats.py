from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel import Locale
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app.i18n import (
    format_date,
    format_datetime,
    format_filesize,
    format_list,
    format_money,
    format_number,
    format_score,
    format_time,
)


@pytest.mark.parametrize(
    ("cents", "currency", "locale", "shown"),
    [
        (1_014_000_000, "EUR", "en", "EUR\u00a010,140,000.00"),
        (50_556_296, "EUR", "sr_Latn", "505.562,96\u00a0EUR"),
        (123_456_789, "RSD", "en", "RSD\u00a01,234,567.89"),
        (-5, "", "en", "-0.05"),
        (10**17 - 1, "", "en", "999,999,999,999,999.99"),
    ],
)
def test_money_has_its_code_and_two_decimals(
    cents: int, currency: str, locale: str, shown: str
) -> None:
    assert format_money(cents, currency, locale) == shown


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        (Fraction(1, 3), "0.33"),
        (Fraction(5, 1000), "0.01"),
        (Fraction(-5, 1000), "-0.01"),
        (Fraction(2045, 1000), "2.05"),
        (60, "60.00"),
    ],
)
def test_marks_are_rounded_half_up(mark: Fraction, shown: str) -> None:
    assert format_score(mark) == shown


def test_marks_can_drop_empty_decimals() -> None:
    assert [format_score(mark, trim=True) for mark in (60, Fraction(9, 2))] == ["60", "4.5"]


@given(st.fractions(min_value=-1000, max_value=1000))
def test_a_printed_mark_is_never_further_than_half_a_cent_from_the_exact_one(
    mark: Fraction,
) -> None:
    assert abs(Fraction(format_score(mark).replace(",", "")) - mark) <= Fraction(1, 200)


def test_moment_is_shown_in_belgrade_with_its_zone() -> None:
    assert format_datetime(datetime(2027, 5, 3, 14, tzinfo=UTC)) == "3 May 2027, 16:00\u00a0CEST"
    assert format_time(datetime(2027, 5, 3, 14, tzinfo=UTC)) == "16:00"
    assert (
        format_datetime(datetime(2027, 12, 3, 15, tzinfo=UTC)) == "3 December 2027, 16:00\u00a0CET"
    )


def test_last_instant_of_a_day_is_its_24_00() -> None:
    last = datetime(2022, 2, 2, 22, 59, 59, 999_999, tzinfo=UTC)
    assert format_datetime(last) == "2 February 2022, 24:00\u00a0CET"


def test_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        format_datetime(datetime(2027, 5, 3, 14))  # noqa: DTZ001 - that is the point


def test_day_of_a_moment_is_the_day_in_belgrade() -> None:
    assert format_date(datetime(2027, 5, 3, 22, 30, tzinfo=UTC)) == "4 May 2027"
    assert format_date(date(2027, 5, 3), "sr_Latn") == "3. maj 2027."


def test_numbers_sizes_and_lists() -> None:
    assert format_number(1_234_567) == "1,234,567"
    assert [format_filesize(size) for size in (0, 999, 1300, 20_000_000)] == [
        "0\u00a0B", "999\u00a0B", "1.3\u00a0kB", "20\u00a0MB",
    ]  # fmt: skip
    assert format_list(["a", "b", "c"]) == "a, b and c"


@given(st.integers(-(10**15), 10**15), st.sampled_from(["en", "sr_Latn", "hu", "mk", "sq", "bs"]))
def test_numbers_are_written_as_the_standard_of_the_language_has_them(
    cents: int, locale: str
) -> None:
    there = Locale.parse("en_GB" if locale == "en" else locale)
    exact = Decimal(cents).scaleb(-2)

    shown = (
        format_money(cents, locale=locale),
        format_number(cents, locale),
        format_score(exact, locale=locale, trim=True),
    )

    shapes = ((exact, "#,##0.00"), (cents, "#,##0"), (exact, "#,##0.##"))
    assert shown == tuple(format_decimal(value, shape, there) for value, shape in shapes)
