"""Cents, exact shares, and splits that lose nothing."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.money import (
    floor_cents,
    format_cents,
    format_exact,
    half_up,
    parse_cents,
    parse_decimal,
    percent_of,
    share_percent,
    split_cents,
)


@pytest.mark.parametrize(
    ("text", "cents"),
    [("0", 0), ("-0", 0), ("1.5", 150), ("-30413.71", -3041371), ("-0.05", -5), ("007.10", 710)],
)
def test_amounts_are_read_as_cents(text, cents) -> None:
    assert parse_cents(text) == cents


@pytest.mark.parametrize("text", ["", "1.", ".5", "+1", "1e2", "1,5", " 1", "1\n", "1.234", "١"])
def test_anything_else_is_no_amount(text) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        parse_cents(text)


def test_decimals_are_kept_however_many() -> None:
    assert parse_decimal("60." + "0" * 400 + "1") > Decimal(60)
    with pytest.raises(ValueError, match="decimal string"):
        parse_decimal("1e5")


@given(st.integers(-(10**20), 10**20))
def test_what_is_written_can_be_read(cents) -> None:
    assert parse_cents(format_cents(cents)) == cents


def test_halves_go_away_from_zero() -> None:
    halves = [Fraction(n, 2) for n in (-3, -1, 1, 3)]
    assert [half_up(half) for half in halves] == [-2, -1, 1, 2]
    assert [half_up(half * Fraction(99, 100)) for half in halves] == [-1, 0, 0, 1]


def test_exact_numbers_are_written_with_fixed_decimals() -> None:
    assert format_exact(Fraction(2, 3)) == "0.67"
    assert format_exact(Fraction(-1, 200)) == "-0.01"
    assert format_exact(Fraction(-1, 201)) == "0.00"
    assert format_exact(Fraction(5, 2), 0) == "3"
    assert format_exact(Fraction(1, 7), 6) == "0.142857"


def test_grants_are_floored_and_shares_are_exact() -> None:
    assert floor_cents(percent_of(362_654_33, 80)) == 290_123_46
    assert floor_cents(percent_of(212_199_68, 80)) == 169_759_74
    assert share_percent(34_999_99, 50_000_00) == Fraction("69.99998")
    assert share_percent(1, 0) == 0


def test_left_over_cents_go_to_the_largest_remainders() -> None:
    parts = split_cents(85_000_00, [40_000_00, 35_000_00, 27_000_01])
    assert parts == (33_333_33, 29_166_66, 22_500_01)
    assert split_cents(2, [1, 1, 1]) == (1, 1, 0)
    assert split_cents(7, [1]) == (7,)


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_nothing_can_be_split_by_nothing(weights) -> None:
    with pytest.raises(ValueError, match="weights"):
        split_cents(1, weights)


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any),
)
def test_parts_add_up_and_are_never_a_cent_off(total, weights) -> None:
    parts = split_cents(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
