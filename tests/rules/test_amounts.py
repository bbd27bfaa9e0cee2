from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.amounts import parse_amount, parse_decimal, parse_whole
from app.rules.messages import Message


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("0", 0),
        ("1234", 123_400),
        ("1234.5", 123_450),
        ("1234,56", 123_456),
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("1.234.567,89", 123_456_789),
        ("1,234,567.89", 123_456_789),
        ("1.234.567", 123_456_700),
        ("10,140,000", 1_014_000_000),
        ("1 234 567,89", 123_456_789),
        ("1\u00a0234\u202f567.89", 123_456_789),
        ("  12,30 ", 1230),
        (",50", 50),
        ("0.05", 5),
        ("999999999999999.99", 99_999_999_999_999_999),
    ],
)
def test_amount_that_means_one_thing_is_accepted(typed: str, cents: int) -> None:
    assert parse_amount(typed) == cents


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "amount.missing"),
        (" \u00a0", "amount.missing"),
        ("-5", "amount.negative"),
        ("−5,00", "amount.negative"),
        ("(5.00)", "amount.negative"),
        ("1.234", "amount.ambiguous"),
        ("12,345", "amount.ambiguous"),
        ("0.123", "amount.too_many_decimals"),
        ("1234.567", "amount.too_many_decimals"),
        ("1.234,567", "amount.too_many_decimals"),
        ("1 234.567", "amount.too_many_decimals"),
        ("1,2345", "amount.too_many_decimals"),
        ("1234.000", "amount.too_many_decimals"),
        ("12.", "amount.not_a_number"),
        ("(5", "amount.not_a_number"),
        ("5)", "amount.not_a_number"),
        ("1.23.456", "amount.not_a_number"),
        ("1,234.567,89", "amount.not_a_number"),
        ("12,34.56", "amount.not_a_number"),
        ("1 23 456", "amount.not_a_number"),
        ("EUR 5", "amount.not_a_number"),
        ("1e5", "amount.not_a_number"),
        ("५", "amount.not_a_number"),
        (".,", "amount.not_a_number"),
        ("1000000000000000.00", "amount.too_large"),
    ],
)
def test_amount_that_cannot_be_trusted_is_refused(typed: str, code: str) -> None:
    answer = parse_amount(typed)
    assert isinstance(answer, Message)
    assert answer.code == code


def test_ambiguous_amount_is_told_how_to_write_it() -> None:
    assert parse_amount("1.234") == Message(
        "amount.ambiguous", {"typed": "1.234", "plain": "1234", "grouped": "1.234,00"}
    )


@given(st.integers(0, 10**15 - 1), st.sampled_from([(".", ","), (",", "."), ("\u00a0", ",")]))
def test_every_amount_printed_with_thousands_and_two_decimals_is_read_back(
    cents: int, marks: tuple[str, str]
) -> None:
    thousands, decimal = marks
    printed = f"{cents // 100:,}".replace(",", thousands) + f"{decimal}{cents % 100:02}"
    assert parse_amount(printed) == cents


@given(st.text(max_size=20))
def test_any_text_gives_cents_or_a_message(typed: str) -> None:
    answer = parse_amount(typed)
    assert isinstance(answer, Message) or (type(answer) is int and answer >= 0)


def test_marks_accept_a_decimal_comma_and_stay_exact() -> None:
    assert parse_decimal("4,5", places=2) == Fraction(9, 2)
    assert parse_decimal("4.55", places=1) == Message(
        "amount.too_many_decimals", {"typed": "4.55", "places": 1}
    )


@pytest.mark.parametrize(
    ("typed", "number"), [("1500", 1500), ("1 500", 1500), ("007", 7), ("9" * 15, 10**15 - 1)]
)
def test_whole_number_is_read(typed: str, number: int) -> None:
    assert parse_whole(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "amount.missing"),
        ("1.5", "amount.not_whole"),
        ("1.500", "amount.not_whole"),
        ("1 50", "amount.not_whole"),
        ("ten", "amount.not_whole"),
        ("-1", "amount.negative"),
        ("1" * 16, "amount.too_large"),
    ],
)
def test_whole_number_is_refused_with_its_reason(typed: str, code: str) -> None:
    answer = parse_whole(typed)
    assert isinstance(answer, Message)
    assert answer.code == code
