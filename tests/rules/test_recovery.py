"""Interest on what has to come back, day by day."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.rules.recovery import DEFAULT_DAYS, Received, due_day, interest_cents

DUE = date(2027, 3, 31)
RATE = Fraction("5.65")  # a reference rate of 2.15 and 3.5 points


def interest(until: date, *received: Received, claim_cents: int = 12_000_00) -> int:
    return interest_cents(claim_cents, RATE, due_on=DUE, until=until, received=received)


def test_the_handbook_gives_forty_five_days() -> None:
    assert due_day(date(2027, 2, 14), DEFAULT_DAYS) == DUE


def test_nothing_is_owed_up_to_the_due_day() -> None:
    assert (interest(DUE), interest(DUE - timedelta(days=9))) == (0, 0)


def test_a_year_late_costs_the_rate_of_the_year() -> None:
    """S7 d: 12,000.00 at 5.65 % for 365 days is 678.00."""
    assert interest(DUE + timedelta(days=365)) == 678_00


def test_each_day_is_a_365th_rounded_once_at_the_end() -> None:
    # 12,000.00 x 5.65 % / 365 = 1.8575... a day.
    assert interest(DUE + timedelta(days=1)) == 1_86
    assert interest(DUE + timedelta(days=10)) == 18_58


def test_what_came_in_time_bears_no_interest() -> None:
    assert interest(DUE + timedelta(days=365), Received(DUE, 12_000_00)) == 0


def test_a_part_that_came_late_bears_interest_until_the_day_before() -> None:
    """10 days of 12,000.00 and 10 days of 6,000.00: 18.575... + 9.287... = 27.86."""
    part = Received(DUE + timedelta(days=11), 6_000_00)
    assert interest(DUE + timedelta(days=20), part) == 27_86


def test_an_order_without_a_rate_bears_none() -> None:
    until = DUE + timedelta(days=100)
    assert interest_cents(1_00, Fraction(0), due_on=DUE, until=until) == 0


@given(
    st.lists(st.tuples(st.integers(-40, 400), st.integers(1, 3_000_00)), max_size=4),
    st.integers(0, 400),
)
def test_interest_never_falls_with_time_and_money_never_raises_it(
    parts: list[tuple[int, int]], days: int
) -> None:
    received = [Received(DUE + timedelta(days=day), cents) for day, cents in parts]
    here = interest(DUE + timedelta(days=days), *received)
    assert 0 <= here <= interest(DUE + timedelta(days=days + 1), *received)
    assert here <= interest(DUE + timedelta(days=days))


def test_what_comes_on_the_last_day_bears_no_interest_on_it() -> None:
    """19 days of 12,000.00 and one of 6,000.00: 35.293... + 0.928... = 36.22."""
    part = Received(DUE + timedelta(days=20), 6_000_00)
    assert interest(DUE + timedelta(days=20), part) == 36_22
